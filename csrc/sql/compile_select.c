/* SPDX-License-Identifier: MIT */
/* SELECT, UNION and its like, and whatever else can stand in parentheses as a query. */
#include "sql/columns.h"
#include "sql/compiler.h"

#include <string.h>

static bool is_inside_from(enum corm_query_place place)
{
    return place == CORM_PLACE_FROM || place == CORM_PLACE_CTE;
}

/*
 * Nobody sees the names of a subquery in an expression: columns keep their own there. What
 * stands in FROM is referred to by its names, so these are told apart in any case.
 */
static enum corm_label_style label_style(const struct corm_compiler *c,
                                         const struct corm_node *select,
                                         enum corm_query_place place)
{
    if (place == CORM_PLACE_SCALAR) {
        return CORM_LABEL_NONE;
    }
    enum corm_label_style style = select->value.tag == CORM_TAG_INT
                                      ? (enum corm_label_style)select->value.as.i
                                      : CORM_LABEL_DISAMBIGUATE;
    bool is_referred_to = is_inside_from(place) || place == CORM_PLACE_LATERAL;
    if (style == CORM_LABEL_NONE && is_referred_to) {
        return CORM_LABEL_DISAMBIGUATE;
    }
    if (style != CORM_LABEL_DISAMBIGUATE) {
        return style;
    }
    bool is_query = place == CORM_PLACE_TOP && c->options->label_style_tablename;
    return is_query ? CORM_LABEL_TABLENAME : CORM_LABEL_DISAMBIGUATE;
}

/* The statement right around that selects from something; a set of SELECTs does not, itself. */
static const struct corm_scope *scope_around(const struct corm_compiler *c)
{
    const struct corm_scope *scope = c->scope;
    while (scope != NULL && scope->statement->kind == CORM_NODE_COMPOUND) {
        scope = scope->outer;
    }
    return scope;
}

/*
 * True if the statement right around, or one around that, selects from this already. A query
 * inside of FROM does not see its neighbours there.
 */
static bool is_visible(const struct corm_scope *around, enum corm_query_place place,
                       const struct corm_node *from)
{
    if (is_inside_from(place) && corm_from_list_has(&around->own, from)) {
        return false;
    }
    while (around != NULL && !corm_from_list_has(&around->own, from)) {
        around = around->outer;
    }
    return around != NULL;
}

/* Drop from froms what is visible outside and in the list (or not in it, if is_except). */
static void correlate_by_list(struct corm_compiler *c, struct corm_from_list *froms,
                              enum corm_query_place place, const struct corm_node *list,
                              bool is_except)
{
    struct corm_from_list named = { 0 };
    size_t kept = 0;
    for (uint32_t i = 0; i < list->nkids; i++) {
        corm_from_list_add(c, &named, list->kid[i]);
    }
    for (size_t i = 0; i < froms->count; i++) {
        const struct corm_node *from = froms->items[i];
        bool is_meant = corm_from_list_has(&named, from) != is_except;
        if (!is_meant || !is_visible(scope_around(c), place, from)) {
            froms->items[kept++] = from;
        }
    }
    froms->count = kept;
    corm_vec_release(&named);
}

/* Drop from froms what the statement right around shows; something has to be left. */
static void correlate_by_itself(struct corm_compiler *c, struct corm_from_list *froms)
{
    const struct corm_scope *around = scope_around(c);
    size_t kept = 0;
    for (size_t i = 0; i < froms->count; i++) {
        if (!corm_from_list_has(&around->own, froms->items[i])) {
            froms->items[kept++] = froms->items[i];
        }
    }
    froms->count = kept;
    if (kept == 0) {
        corm_compiler_fail(c, CORM_E_INVALID_REQUEST,
                           "select statement returned no FROM clauses due to "
                           "auto-correlation; specify correlate(<tables>) to control "
                           "correlation manually");
    }
}

/*
 * Leave to the outer statements what they select from already: what correlate() says, or,
 * without it, what the statement right around shows. A single table stays.
 */
static void correlate(struct corm_compiler *c, const struct corm_node *select,
                      struct corm_from_list *froms, enum corm_query_place place)
{
    const struct corm_node *only = select->kid[CORM_SELECT_CORRELATE];
    const struct corm_node *except = select->kid[CORM_SELECT_CORRELATE_EXCEPT];
    if (scope_around(c) == NULL || place == CORM_PLACE_TOP) {
        return;
    }
    if (only != NULL) {
        correlate_by_list(c, froms, place, only, false);
    }
    if (except != NULL) {
        correlate_by_list(c, froms, place, except, true);
    }
    if (only == NULL && except == NULL && !is_inside_from(place) && froms->count > 1) {
        correlate_by_itself(c, froms);
    }
}

bool corm_compiler_is_for_dialect(const struct corm_compiler *c,
                                  const struct corm_node *text)
{
    const struct corm_value *dialect = &text->value;
    if (text->kind != CORM_NODE_TEXT || dialect->tag != CORM_TAG_TEXT) {
        return true;
    }
    bool is_any = dialect->len == 1 && dialect->as.s[0] == '*';
    return is_any || (dialect->len == strlen(c->dialect->name) &&
                      memcmp(dialect->as.s, c->dialect->name, dialect->len) == 0);
}

void corm_compiler_prefixes(struct corm_compiler *c, const struct corm_node *list)
{
    for (uint32_t i = 0; list != NULL && i < list->nkids; i++) {
        if (corm_compiler_is_for_dialect(c, list->kid[i])) {
            corm_compiler_expr(c, list->kid[i]);
            corm_compiler_puts(c, " ");
        }
    }
}

/* A blank, and each text with a blank behind it. */
void corm_compiler_suffixes(struct corm_compiler *c, const struct corm_node *list)
{
    if (list != NULL && list->nkids > 0) {
        corm_compiler_puts(c, " ");
        corm_compiler_prefixes(c, list);
    }
}

/* [DISTINCT [ON (…)]] */
static void put_distinct(struct corm_compiler *c, const struct corm_node *select)
{
    const struct corm_node *on = select->kid[CORM_SELECT_DISTINCT_ON];
    bool has_on = on != NULL && on->nkids > 0;
    if (!(select->flags & CORM_NODE_VARIANT) && !has_on) {
        return;
    }
    corm_compiler_puts(c, "DISTINCT ");
    if (has_on && corm_dialect_has(c->dialect, CORM_DIALECT_DISTINCT_ON)) {
        corm_compiler_puts(c, "ON (");
        corm_compiler_order_list(c, on, false);
        corm_compiler_puts(c, ") ");
    }
}

static bool is_condition(const struct corm_node *node)
{
    if (node == NULL) {
        return false;
    }
    bool is_empty = node->kind == CORM_NODE_LIST && node->nkids == 0;
    return !is_empty;
}

/* PostgreSQL takes nothing but a literal without parentheses. */
static void put_row_count(struct corm_compiler *c, const struct corm_node *count)
{
    bool has_parens = corm_dialect_has(c->dialect, CORM_DIALECT_FETCH_PARENS);
    corm_compiler_puts(c, has_parens ? "(" : "");
    corm_compiler_expr(c, count);
    corm_compiler_puts(c, has_parens ? ")" : "");
}

/* [OFFSET n ROWS] FETCH FIRST n [PERCENT] ROWS ONLY */
static void put_fetch(struct corm_compiler *c, const struct corm_node *offset,
                      const struct corm_node *fetch)
{
    int64_t bits = fetch->value.tag == CORM_TAG_INT ? fetch->value.as.i : 0;
    if (offset != NULL) {
        corm_compiler_puts(c, "\n OFFSET ");
        put_row_count(c, offset);
        corm_compiler_puts(c, " ROWS");
    }
    corm_compiler_puts(c, "\n FETCH FIRST ");
    put_row_count(c, fetch->kid[0]);
    corm_compiler_puts(c, bits & CORM_FETCH_PERCENT ? " PERCENT ROWS" : " ROWS");
    corm_compiler_puts(c, bits & CORM_FETCH_WITH_TIES ? " WITH TIES" : " ONLY");
}

void corm_compiler_limit(struct corm_compiler *c, const struct corm_node *limit,
                         const struct corm_node *offset, const struct corm_node *fetch)
{
    if (fetch != NULL) {
        put_fetch(c, offset, fetch);
        return;
    }
    if (limit == NULL && offset == NULL) {
        return;
    }
    if (c->dialect->limit != NULL) {
        c->dialect->limit(c, limit, offset);
        return;
    }
    corm_compiler_puts(c, "\n LIMIT ");
    if (limit != NULL) {
        corm_compiler_expr(c, limit);
    } else {
        corm_compiler_puts(c, "-1");
    }
    if (offset != NULL) {
        corm_compiler_puts(c, " OFFSET ");
        corm_compiler_expr(c, offset);
    }
}

static void put_for_update(struct corm_compiler *c, const struct corm_node *node)
{
    if (node == NULL || !corm_dialect_has(c->dialect, CORM_DIALECT_FOR_UPDATE)) {
        return;
    }
    if (c->dialect->for_update != NULL) {
        c->dialect->for_update(c, node);
    } else {
        corm_compiler_puts(c, " FOR UPDATE");
    }
}

static void put_criteria(struct corm_compiler *c, const char *keyword,
                         const struct corm_node *condition)
{
    if (is_condition(condition)) {
        corm_compiler_puts(c, keyword);
        corm_compiler_condition(c, condition, CORM_OP_AS_BOOLEAN);
    }
}

static void put_order(struct corm_compiler *c, const char *keyword,
                      const struct corm_node *list, bool is_order_by)
{
    if (list != NULL && list->nkids > 0) {
        corm_compiler_puts(c, keyword);
        corm_compiler_order_list(c, list, is_order_by);
    }
}

/* with_statement_hint(): OPTIONs of one TEXT */
static void put_statement_hints(struct corm_compiler *c,
                                const struct corm_node *options)
{
    for (uint32_t i = 0; options != NULL && i < options->nkids; i++) {
        const struct corm_node *option = options->kid[i];
        bool is_hint = option->nkids == 1 && option->name_len == 14 &&
                       memcmp(option->name, "statement_hint", 14) == 0;
        if (is_hint && corm_compiler_is_for_dialect(c, option->kid[0])) {
            corm_compiler_puts(c, " ");
            corm_compiler_expr(c, option->kid[0]);
        }
    }
}

/* What follows the columns: FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT … */
static void put_body(struct corm_compiler *c, const struct corm_node *select,
                     const struct corm_from_list *froms)
{
    if (froms->count > 0) {
        corm_compiler_puts(c, " \nFROM ");
        corm_compiler_from_list(c, froms);
    }
    put_criteria(c, " \nWHERE ", select->kid[CORM_SELECT_WHERE]);
    put_order(c, " GROUP BY ", select->kid[CORM_SELECT_GROUP_BY], false);
    put_criteria(c, " \nHAVING ", select->kid[CORM_SELECT_HAVING]);
    corm_compiler_extensions(c, select, "post_criteria", " \n", "");
    put_order(c, " ORDER BY ", select->kid[CORM_SELECT_ORDER_BY], true);
    corm_compiler_limit(c, select->kid[CORM_SELECT_LIMIT],
                        select->kid[CORM_SELECT_OFFSET],
                        select->kid[CORM_SELECT_FETCH]);
    put_for_update(c, select->kid[CORM_SELECT_FOR_UPDATE]);
    put_statement_hints(c, select->kid[CORM_SELECT_OPTIONS]);
    corm_compiler_extensions(c, select, "post_body", " ", "");
    corm_compiler_suffixes(c, select->kid[CORM_SELECT_SUFFIXES]);
}

/* SELECT [prefixes] [DISTINCT] columns FROM … */
void corm_compiler_select(struct corm_compiler *c, const struct corm_node *select,
                          enum corm_query_place place)
{
    struct corm_label_list labels = { 0 };
    struct corm_from_list froms = { 0 };
    struct corm_scope scope;
    bool is_inner = is_inside_from(place) || place == CORM_PLACE_LATERAL;
    corm_select_froms(c, select, &froms);
    correlate(c, select, &froms, place);
    corm_scope_open(c, &scope, select, &froms);
    scope.froms = &froms;
    corm_compiler_cte_list(c, select->kid[CORM_SELECT_CTES]);
    corm_compiler_puts(c, "SELECT ");
    corm_compiler_extensions(c, select, "post_select", "", " ");
    corm_compiler_prefixes(c, select->kid[CORM_SELECT_PREFIXES]);
    corm_labels_make(c, select->kid[CORM_SELECT_COLUMNS], label_style(c, select, place),
                     &labels);
    scope.labels = &labels;
    put_distinct(c, select);
    corm_compiler_extensions(c, select, "pre_columns", "", " ");
    corm_compiler_labels(c, &labels, is_inner);
    if (labels.count == 0 && c->sink.text.len > 0) {
        corm_strbuf_truncate(&c->sink.text, c->sink.text.len - 1); /* the blank */
    }
    put_body(c, select, &froms);
    corm_from_lint(c, "SELECT", select->kid[CORM_SELECT_WHERE], &froms);
    corm_scope_close(c, &scope);
    corm_vec_release(&labels);
    corm_vec_release(&froms);
}

static bool member_needs_parens(const struct corm_node *member)
{
    if (member->kind != CORM_NODE_SELECT) {
        return member->kind == CORM_NODE_COMPOUND && member->op != CORM_OP_NONE;
    }
    const struct corm_node *order = member->kid[CORM_SELECT_ORDER_BY];
    return (order != NULL && order->nkids > 0) ||
           member->kid[CORM_SELECT_LIMIT] != NULL ||
           member->kid[CORM_SELECT_OFFSET] != NULL ||
           member->kid[CORM_SELECT_FETCH] != NULL;
}

static uint32_t count_columns(struct corm_compiler *c, const struct corm_node *query)
{
    struct corm_error err;
    struct corm_query_column *columns;
    uint32_t ncolumns = 0;
    if (corm_query_columns(query, &c->column_lists, &columns, &ncolumns, &err) !=
        CORM_OK) {
        corm_compiler_fail(c, err.rc, "%s", err.message);
    }
    return ncolumns;
}

static void check_members(struct corm_compiler *c, const struct corm_node *compound)
{
    if (compound->nkids <= CORM_COMPOUND_SLOTS) {
        corm_compiler_fail(c, CORM_E_COMPILE, "a set operation has no members");
        return;
    }
    uint32_t expected = count_columns(c, compound->kid[CORM_COMPOUND_SLOTS]);
    for (uint32_t i = CORM_COMPOUND_SLOTS + 1; i < compound->nkids; i++) {
        uint32_t found = count_columns(c, compound->kid[i]);
        if (found != expected && found > 0 && expected > 0) {
            corm_compiler_fail(
                c, CORM_E_COMPILE,
                "all members of a set operation must have the same number "
                "of columns; select #1 has %u, select #%u has %u",
                (unsigned)expected, (unsigned)(i - CORM_COMPOUND_SLOTS + 1),
                (unsigned)found);
        }
    }
}

/*
 * One SELECT of a UNION, or that of a group; where parentheses are not allowed, SELECT * FROM
 * (…).
 */
static void put_member(struct corm_compiler *c, const struct corm_node *member,
                       bool is_group, enum corm_query_place place)
{
    bool has_parens = is_group || member_needs_parens(member);
    bool can_parens = corm_dialect_has(c->dialect, CORM_DIALECT_COMPOUND_PARENS);
    corm_compiler_puts(c, !has_parens ? "" : can_parens ? "(" : "SELECT * FROM (");
    corm_compiler_query(c, member, place);
    corm_compiler_puts(c, has_parens ? ")" : "");
}

/* GROUP BY, ORDER BY and LIMIT of the whole; its columns are those of the first member. */
static void put_compound_tail(struct corm_compiler *c, const struct corm_node *compound,
                              struct corm_scope *scope)
{
    const struct corm_node *first = compound->kid[CORM_COMPOUND_SLOTS];
    struct corm_label_list labels = { 0 };
    while (first->kind == CORM_NODE_COMPOUND) {
        first = first->kid[CORM_COMPOUND_SLOTS];
    }
    if (first->kind == CORM_NODE_SELECT) {
        corm_labels_make(c, first->kid[CORM_SELECT_COLUMNS], CORM_LABEL_DISAMBIGUATE,
                         &labels);
    }
    scope->labels = &labels;
    put_order(c, " GROUP BY ", compound->kid[CORM_COMPOUND_GROUP_BY], false);
    put_order(c, " ORDER BY ", compound->kid[CORM_COMPOUND_ORDER_BY], true);
    corm_compiler_limit(c, compound->kid[CORM_COMPOUND_LIMIT],
                        compound->kid[CORM_COMPOUND_OFFSET],
                        compound->kid[CORM_COMPOUND_FETCH]);
    scope->labels = NULL;
    corm_vec_release(&labels);
}

/* SELECT … UNION SELECT … ORDER BY … LIMIT … */
void corm_compiler_compound(struct corm_compiler *c, const struct corm_node *compound,
                            enum corm_query_place place)
{
    bool is_collected = c->collects_columns;
    struct corm_from_list none = { 0 };
    struct corm_scope scope;
    check_members(c, compound);
    corm_scope_open(c, &scope, compound, &none);
    corm_compiler_cte_list(c, corm_node_slot(compound, CORM_COMPOUND_CTES));
    for (uint32_t i = CORM_COMPOUND_SLOTS; i < compound->nkids && c->rc == CORM_OK;
         i++) {
        if (i > CORM_COMPOUND_SLOTS) {
            corm_compiler_puts(c, corm_op_table[compound->op].text);
        }
        put_member(c, compound->kid[i], compound->op == CORM_OP_NONE, place);
        c->collects_columns = false;
    }
    c->collects_columns = is_collected;
    if (c->rc == CORM_OK) {
        put_compound_tail(c, compound, &scope);
    }
    corm_scope_close(c, &scope);
}

/* text() with the columns that it returns. */
static void put_statement_text(struct corm_compiler *c, const struct corm_node *node)
{
    struct corm_from_list none = { 0 };
    struct corm_scope scope;
    corm_scope_open(c, &scope, node, &none);
    corm_compiler_cte_list(c, node->kid[CORM_STATEMENT_TEXT_CTES]);
    corm_compiler_expr(c, node->kid[CORM_STATEMENT_TEXT_TEXT]);
    corm_scope_close(c, &scope);
    if (!c->collects_columns) {
        return;
    }
    c->compiled->is_by_name = !(node->flags & CORM_NODE_VARIANT);
    c->compiled->has_cursor_names = !c->compiled->is_by_name;
    for (uint32_t i = CORM_STATEMENT_TEXT_SLOTS; i < node->nkids; i++) {
        corm_compiler_result_column(c, node->kid[i], i - CORM_STATEMENT_TEXT_SLOTS);
    }
}

void corm_compiler_query(struct corm_compiler *c, const struct corm_node *query,
                         enum corm_query_place place)
{
    bool hides_tables = c->hides_tables;
    bool is_collected = c->collects_columns;
    bool returns_rows = c->returns_rows;
    c->hides_tables = false;
    c->collects_columns = is_collected && place == CORM_PLACE_TOP;
    c->returns_rows = returns_rows && place == CORM_PLACE_TOP;
    switch ((enum corm_node_kind)query->kind) {
    case CORM_NODE_SELECT:
        corm_compiler_select(c, query, place);
        break;
    case CORM_NODE_COMPOUND:
        corm_compiler_compound(c, query, place);
        break;
    case CORM_NODE_STATEMENT_TEXT:
        put_statement_text(c, query);
        break;
    case CORM_NODE_INSERT:
        corm_compiler_insert(c, query);
        break;
    case CORM_NODE_UPDATE:
        corm_compiler_update(c, query);
        break;
    case CORM_NODE_DELETE:
        corm_compiler_delete(c, query);
        break;
    case CORM_NODE_VALUES:
        corm_compiler_values(c, query);
        break;
    case CORM_NODE_SPLICE:
        corm_compiler_splice(c, query, place);
        break;
    default:
        corm_compiler_expr(c, query); /* text() */
        break;
    }
    c->hides_tables = hides_tables;
    c->collects_columns = is_collected;
    c->returns_rows = returns_rows;
}
