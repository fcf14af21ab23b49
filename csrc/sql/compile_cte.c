/* SPDX-License-Identifier: MIT */
/*
 * Common table expressions. A CTE is written into a sink of its own when its name is first
 * mentioned; when the statement is complete, they are put in front of it, each after
 * those that it refers to.
 */
#include "base/hash.h"
#include "sql/columns.h"
#include "sql/compiler.h"

#include <string.h>

static struct corm_cte_entry *find_entry(struct corm_compiler *c,
                                         const struct corm_node *cte)
{
    corm_vec_foreach (&c->ctes, it) {
        if (corm_from_is_same(it->cte, cte)) {
            return it;
        }
    }
    return NULL;
}

/* True if a restates b: a is b extended by UNION. */
static bool does_restate(const struct corm_node *a, const struct corm_node *b)
{
    const struct corm_node *earlier = corm_node_slot(a, 1);
    for (int steps = 0; earlier != NULL && steps < 1000; steps++) {
        if (earlier == b) {
            return true;
        }
        earlier = corm_node_slot(earlier, 1);
    }
    return false;
}

/* True if the scope is of a SELECT in a set of them or of the one whose rows are inserted. */
static bool is_member(const struct corm_scope *scope)
{
    if (scope->outer == NULL || scope->statement->kind != CORM_NODE_SELECT) {
        return false;
    }
    const struct corm_node *outer = scope->outer->statement;
    return outer->kind == CORM_NODE_COMPOUND ||
           (outer->kind == CORM_NODE_INSERT &&
            corm_node_unmarked(outer->kid[CORM_INSERT_SELECT]) == scope->statement);
}

/* The CTEs that a statement states though nothing may refer to them, or NULL. */
static const struct corm_node *added_ctes(const struct corm_node *statement)
{
    switch ((enum corm_node_kind)statement->kind) {
    case CORM_NODE_SELECT:
        return statement->kid[CORM_SELECT_CTES];
    case CORM_NODE_COMPOUND:
        return corm_node_slot(statement, CORM_COMPOUND_CTES);
    case CORM_NODE_INSERT:
        return statement->kid[CORM_INSERT_CTES];
    case CORM_NODE_UPDATE:
        return statement->kid[CORM_UPDATE_CTES];
    case CORM_NODE_DELETE:
        return statement->kid[CORM_DELETE_CTES];
    case CORM_NODE_STATEMENT_TEXT:
        return statement->kid[CORM_STATEMENT_TEXT_CTES];
    default:
        return NULL;
    }
}

static bool states_here(const struct corm_node *statement, const struct corm_node *cte)
{
    const struct corm_node *list = added_ctes(statement);
    for (uint32_t i = 0; list != NULL && i < list->nkids; i++) {
        const struct corm_node *stated = corm_node_unmarked(list->kid[i]);
        if ((stated->flags & CORM_NODE_NESTED) && corm_from_is_same(stated, cte)) {
            return true;
        }
    }
    return false;
}

/*
 * The innermost query around that states a CTE: the one that mentions a nested CTE, or that was
 * told to state this one (another of its CTEs may mention it first). NULL: the whole statement.
 * Members of a set leave it to the set, the rows of an INSERT to that.
 */
static const struct corm_scope *nesting_level(const struct corm_compiler *c,
                                              const struct corm_node *cte)
{
    const struct corm_scope *scope = c->scope;
    bool is_nested = (cte->flags & CORM_NODE_NESTED) != 0;
    while (scope != NULL && !is_nested && !states_here(scope->statement, cte)) {
        scope = scope->outer;
    }
    if (scope == NULL) {
        return NULL;
    }
    scope = is_member(scope) ? scope->outer : scope;
    return scope->outer != NULL ? scope : NULL;
}

/* Two CTEs of one level have two names. */
static void check_name(struct corm_compiler *c, const struct corm_node *cte,
                       struct corm_text name)
{
    const struct corm_scope *level = nesting_level(c, cte);
    corm_vec_foreach (&c->ctes, it) {
        if (it->level == level && it->name.len == name.len &&
            memcmp(it->name.s, name.s, name.len) == 0 &&
            !corm_from_is_same(it->cte, cte)) {
            corm_compiler_fail(
                c, CORM_E_COMPILE,
                "multiple, unrelated CTEs found with the same name: '%s'", name.s);
        }
    }
}

/* What the query calls a column that stands there once more, a__1: no name comes twice. */
static struct corm_text repeated_name(struct corm_compiler *c,
                                      const struct corm_query_column *column)
{
    uint64_t identity =
        corm_hash_mix(corm_column_identity(column->expr), column->nrepeat);
    char *hint = corm_arena_alloc(&c->scratch, column->name_len + 2);
    if (hint == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    memcpy(hint, column->name, column->name_len);
    memcpy(hint + column->name_len, "_", 2);
    return corm_names_get(&c->names, identity, hint, column->name_len + 1);
}

/* name(a, b): a recursive CTE and one of VALUES say their columns */
static void put_columns(struct corm_compiler *c, const struct corm_node *cte)
{
    struct corm_error err;
    struct corm_query_column *columns;
    uint32_t ncolumns;
    if (corm_query_columns(cte->kid[0], &c->column_lists, &columns, &ncolumns, &err) !=
        CORM_OK) {
        corm_compiler_fail(c, err.rc, "%s", err.message);
        return;
    }
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < ncolumns; i++) {
        struct corm_text name = { columns[i].name, columns[i].name_len };
        if (columns[i].nrepeat > 0) {
            name = repeated_name(c, &columns[i]);
        } else if (columns[i].is_anonymous) {
            name = corm_names_get(&c->names, corm_column_identity(columns[i].expr),
                                  name.s, name.len);
        }
        if (name.s == NULL) {
            corm_compiler_fail_memory(c);
            return;
        }
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_quoted_name(c, name, columns[i].flags, "column");
    }
    corm_compiler_puts(c, ")");
}

/* [NOT] MATERIALIZED, from a closed list */
static void put_hint(struct corm_compiler *c, const struct corm_value *hint)
{
    static const char *const hints[] = { "MATERIALIZED", "NOT MATERIALIZED" };
    for (size_t i = 0; i < CORM_LENGTH(hints); i++) {
        if (hint->len == strlen(hints[i]) &&
            memcmp(hint->as.s, hints[i], hint->len) == 0) {
            corm_compiler_puts(c, hints[i]);
            corm_compiler_puts(c, " ");
            return;
        }
    }
    corm_compiler_fail(c, CORM_E_COMPILE, "'%.*s' is no option of a CTE",
                       (int)hint->len, hint->as.s);
}

/* Texts behind a CTE's parentheses; the list itself leaves a blank, as SQLAlchemy does. */
static void put_suffixes(struct corm_compiler *c, const struct corm_node *list)
{
    if (list != NULL) {
        corm_compiler_puts(c, " ");
        for (uint32_t i = 0; i < list->nkids; i++) {
            if (corm_compiler_is_for_dialect(c, list->kid[i])) {
                corm_compiler_expr(c, list->kid[i]);
                corm_compiler_puts(c, " ");
            }
        }
    }
}

/* name[(columns)] AS [hint] [prefixes]\n(query)[ suffixes] */
static void put_cte(struct corm_compiler *c, const struct corm_node *cte,
                    struct corm_text name)
{
    corm_compiler_quoted_name(c, name, cte->flags, "CTE");
    if ((cte->flags & CORM_NODE_VARIANT) || cte->kid[0]->kind == CORM_NODE_VALUES) {
        put_columns(c, cte);
    }
    corm_compiler_puts(c, " AS ");
    if (cte->value.tag == CORM_TAG_TEXT) {
        put_hint(c, &cte->value);
    }
    corm_compiler_prefixes(c, corm_node_slot(cte, 2));
    corm_compiler_puts(c, "\n(");
    corm_compiler_query(c, cte->kid[0], CORM_PLACE_CTE);
    corm_compiler_puts(c, ")");
    put_suffixes(c, corm_node_slot(cte, 3));
}

/* Write the CTE into a sink of its own and keep it behind those it refers to. */
static void state_cte(struct corm_compiler *c, const struct corm_node *cte,
                      struct corm_text name)
{
    struct corm_cte_entry entry = {
        .cte = cte,
        .name = name,
        .is_open = true,
        .is_recursive = (cte->flags & CORM_NODE_VARIANT) != 0,
        .level = nesting_level(c, cte),
    };
    if (!corm_vec_push(&c->ctes, entry)) {
        corm_compiler_fail_memory(c);
        return;
    }
    struct corm_sink outer = corm_sink_open_aside(c);
    put_cte(c, cte, name);
    entry.sink = corm_sink_close_aside(c, &outer);
    entry.is_open = false;
    size_t at = (size_t)(find_entry(c, cte) - c->ctes.items);
    memmove(&c->ctes.items[at], &c->ctes.items[at + 1],
            (c->ctes.count - at - 1) * sizeof(entry));
    c->ctes.items[c->ctes.count - 1] = entry;
}

void corm_compiler_cte(struct corm_compiler *c, const struct corm_node *cte)
{
    struct corm_text name = corm_compiler_alias_name(c, cte);
    struct corm_cte_entry *entry = find_entry(c, cte);
    if (entry != NULL && !entry->is_open && entry->cte != cte &&
        does_restate(cte, entry->cte)) {
        /* Its first half was met alone; from here on the whole stands for it. */
        size_t at = (size_t)(entry - c->ctes.items);
        corm_sink_release(&entry->sink);
        memmove(entry, entry + 1, (c->ctes.count - at - 1) * sizeof(*entry));
        c->ctes.count--;
        entry = NULL;
    }
    if (entry == NULL && c->rc == CORM_OK) {
        check_name(c, cte, name);
        state_cte(c, cte, name);
    }
    corm_compiler_quoted_name(c, name, cte->flags, "CTE");
}

void corm_compiler_cte_list(struct corm_compiler *c, const struct corm_node *list)
{
    for (uint32_t i = 0; list != NULL && i < list->nkids && c->rc == CORM_OK; i++) {
        const struct corm_node *cte = corm_node_unmarked(list->kid[i]);
        if (find_entry(c, cte) == NULL) {
            struct corm_text name = corm_compiler_alias_name(c, cte);
            check_name(c, cte, name);
            state_cte(c, cte, name);
        }
    }
}

/* Append WITH [RECURSIVE] a AS (…), b AS (…) of one level; false if it has none. */
static bool put_with(struct corm_compiler *c, const struct corm_scope *level,
                     struct corm_sink *to)
{
    bool is_recursive = false;
    size_t count = 0;
    corm_vec_foreach (&c->ctes, it) {
        is_recursive |= it->level == level && it->is_recursive;
        count += it->level == level;
    }
    if (count == 0 || c->rc != CORM_OK) {
        return false;
    }
    const char *separator = is_recursive ? "WITH RECURSIVE " : "WITH ";
    corm_vec_foreach (&c->ctes, it) {
        if (it->level == level) {
            corm_strbuf_puts(&to->text, separator);
            corm_sink_append(c, to, &it->sink);
            separator = ", \n";
        }
    }
    corm_strbuf_puts(&to->text, "\n ");
    return true;
}

/* Forget the CTEs of a level. */
static void drop_level(struct corm_compiler *c, const struct corm_scope *level)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->ctes.count; i++) {
        if (c->ctes.items[i].level == level) {
            corm_sink_release(&c->ctes.items[i].sink);
        } else {
            c->ctes.items[kept++] = c->ctes.items[i];
        }
    }
    c->ctes.count = kept;
}

/* WITH [RECURSIVE] a AS (…), b AS (…) statement */
void corm_compiler_with(struct corm_compiler *c)
{
    struct corm_sink whole = { 0 };
    corm_strbuf_init(&whole.text);
    if (put_with(c, NULL, &whole)) {
        c->values_pos += whole.text.len;
        corm_sink_append(c, &whole, &c->sink);
        corm_sink_release(&c->sink);
        c->sink = whole;
    }
}

/* Split the sink at the beginning of the scope's statement, and put the WITH in between. */
void corm_compiler_nested_with(struct corm_compiler *c, const struct corm_scope *scope)
{
    struct corm_sink with = { 0 };
    if (scope->outer == NULL || c->ctes.count == 0) {
        return;
    }
    corm_strbuf_init(&with.text);
    if (!put_with(c, scope, &with)) {
        corm_sink_release(&with);
        return;
    }
    struct corm_sink *sink = &c->sink;
    size_t marks = sink->marks.count - scope->first_mark;
    corm_strbuf_insert(&sink->text, scope->start, with.text.data, with.text.len);
    for (size_t i = 0; i < with.marks.count; i++) {
        if (!corm_vec_push(&sink->marks, with.marks.items[i])) {
            corm_compiler_fail_memory(c);
        }
    }
    if (c->rc == CORM_OK && with.marks.count > 0) {
        /* The marks just added belong before those of the statement. */
        struct corm_mark *first = sink->marks.items + scope->first_mark;
        memmove(first + with.marks.count, first, marks * sizeof(*first));
        for (size_t i = 0; i < with.marks.count; i++) {
            first[i] = with.marks.items[i];
            first[i].pos += scope->start;
        }
    }
    for (size_t i = scope->first_mark + with.marks.count; i < sink->marks.count; i++) {
        sink->marks.items[i].pos += with.text.len;
    }
    corm_sink_release(&with);
    drop_level(c, scope);
}

void corm_compiler_ctes_release(struct corm_compiler *c)
{
    corm_vec_foreach (&c->ctes, it) {
        corm_sink_release(&it->sink);
    }
    corm_vec_release(&c->ctes);
}
