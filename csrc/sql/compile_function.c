/* SPDX-License-Identifier: MIT */
/* Functions, windows, CASE, CAST and text(). */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/function.h"
#include "sql/quote.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* A function's name keeps its case; it is quoted only where it could be no name. */
static void put_function_part(struct corm_compiler *c, const char *name, size_t len)
{
    bool is_plain = len > 0 && !(name[0] >= '0' && name[0] <= '9');
    for (size_t i = 0; i < len && is_plain; i++) {
        is_plain =
            (is_word_byte(name[i]) && (unsigned char)name[i] < 0x80) || name[i] == '$';
    }
    if (is_plain) {
        corm_strbuf_add(&c->sink.text, name, len);
    } else {
        corm_compiler_name(c, name, len, "function");
    }
}

/* package.name, the package's own parts quoted one by one */
static void put_function_name(struct corm_compiler *c, const struct corm_node *node)
{
    const char *at = node->value.tag == CORM_TAG_TEXT ? node->value.as.s : NULL;
    const char *end = at == NULL ? NULL : at + node->value.len;
    while (at != NULL) {
        const char *dot = memchr(at, '.', (size_t)(end - at));
        put_function_part(c, at, (size_t)((dot == NULL ? end : dot) - at));
        corm_compiler_puts(c, ".");
        at = dot == NULL ? NULL : dot + 1;
    }
    put_function_part(c, node->name, node->name_len);
}

static void put_argument(struct corm_compiler *c, const struct corm_node *argument)
{
    argument = corm_node_effective(argument);
    if (argument->kind == CORM_NODE_BIND) {
        corm_compiler_value(c, argument);
    } else {
        corm_compiler_operand(c, argument, CORM_OP_COMMA);
    }
}

/* (a, b); count() of nothing is count(*) */
static void put_arguments(struct corm_compiler *c, const struct corm_node *node,
                          const char *name)
{
    corm_compiler_puts(c, "(");
    if (node->nkids == 0 && strcmp(name, "count") == 0) {
        corm_compiler_puts(c, "*");
    }
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        put_argument(c, node->kid[i]);
    }
    corm_compiler_puts(c, ")");
}

void corm_compiler_function_as(struct corm_compiler *c, const struct corm_node *node,
                               const char *name)
{
    corm_compiler_puts(c, name);
    put_arguments(c, node, name);
}

void corm_compiler_aggregate_strings(struct corm_compiler *c,
                                     const struct corm_node *node, const char *name)
{
    bool executed_before = c->executes_literals;
    corm_compiler_puts(c, name);
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        c->executes_literals = executed_before || i > 0;
        put_argument(c, node->kid[i]);
    }
    c->executes_literals = executed_before;
    corm_compiler_puts(c, ")");
}

/*
 * The next number of a sequence, whose name is kid 0 and whose schema the value. The name
 * stands in a text, where its quotes are doubled.
 */
static void put_next_value(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *sequence = node->kid[0];
    const char *schema = corm_compiler_schema(
        c->options, node->value.tag == CORM_TAG_TEXT ? node->value.as.s : NULL);
    bool is_shown = corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT);
    if (!is_shown && !corm_dialect_has(c->dialect, CORM_DIALECT_SEQUENCE)) {
        corm_compiler_fail(c, CORM_E_ARGUMENT,
                           "dialect '%s' does not support sequence increments",
                           c->dialect->name);
        return;
    }
    struct corm_strbuf name;
    corm_strbuf_init(&name);
    corm_qualified_name_put(&name, c->dialect, schema, sequence->name);
    corm_compiler_puts(c, is_shown ? "<next sequence value: " : "nextval('");
    for (size_t i = 0; i < name.len; i++) {
        bool is_doubled = name.data[i] == '\'' && !is_shown;
        corm_strbuf_add(&c->sink.text, "''", is_doubled ? 1 : 0);
        corm_strbuf_putc(&c->sink.text, name.data[i]);
    }
    corm_compiler_puts(c, is_shown ? ">" : "')");
    if (name.is_broken) {
        corm_compiler_fail_memory(c);
    }
    corm_strbuf_release(&name);
}

void corm_compiler_function(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->flags & CORM_NODE_VARIANT) {
        put_next_value(c, node);
        return;
    }
    if (c->dialect->function != NULL && c->dialect->function(c, node)) {
        return;
    }
    const struct corm_function_info *info =
        node->value.tag == CORM_TAG_TEXT
            ? NULL
            : corm_function_find(node->name, node->name_len);
    if (info == NULL) {
        put_function_name(c, node);
        put_arguments(c, node, "");
        return;
    }
    corm_compiler_puts(c, info->text);
    if (!(info->flags & CORM_FUNCTION_BARE) || node->nkids > 0) {
        put_arguments(c, node, info->text);
    }
}

/* UNBOUNDED PRECEDING, kid0 PRECEDING, CURRENT ROW, kid0 FOLLOWING … */
static void put_bound(struct corm_compiler *c, const struct corm_node *bound)
{
    const struct corm_node *distance = corm_node_slot(bound, 0);
    if (bound->op == CORM_OP_CURRENT_ROW) {
        corm_compiler_puts(c, "CURRENT ROW");
        return;
    }
    if (distance == NULL) {
        corm_compiler_puts(c, "UNBOUNDED");
    } else {
        corm_compiler_expr(c, distance);
    }
    corm_compiler_puts(c, corm_op_table[bound->op].text);
}

static bool is_frame_word(const struct corm_node *over)
{
    static const char *const words[] = { "ROWS", "RANGE", "GROUPS" };
    for (size_t i = 0; i < CORM_LENGTH(words); i++) {
        if (over->name_len == strlen(words[i]) &&
            memcmp(over->name, words[i], over->name_len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_exclusion(const struct corm_value *value)
{
    static const char *const words[] = { "CURRENT ROW", "GROUP", "TIES", "NO OTHERS" };
    for (size_t i = 0; i < CORM_LENGTH(words); i++) {
        if (value->len == strlen(words[i]) &&
            strncasecmp(value->as.s, words[i], value->len) == 0) {
            return true;
        }
    }
    return false;
}

/* ROWS BETWEEN from AND to [EXCLUDE …] */
static void put_frame(struct corm_compiler *c, const struct corm_node *over)
{
    const struct corm_node *from = corm_node_slot(over, CORM_OVER_FROM);
    const struct corm_node *to = corm_node_slot(over, CORM_OVER_TO);
    if (!is_frame_word(over) || from == NULL || to == NULL) {
        corm_compiler_fail(c, CORM_E_COMPILE, "'%.*s' is no window frame",
                           (int)over->name_len, over->name);
        return;
    }
    corm_strbuf_add(&c->sink.text, over->name, over->name_len);
    corm_compiler_puts(c, " BETWEEN ");
    put_bound(c, from);
    corm_compiler_puts(c, " AND ");
    put_bound(c, to);
    if (over->value.tag != CORM_TAG_TEXT) {
        return;
    }
    if (!is_exclusion(&over->value)) {
        corm_compiler_fail(c, CORM_E_COMPILE, "'%.*s' is no EXCLUDE of a window frame",
                           (int)over->value.len, over->value.as.s);
        return;
    }
    corm_compiler_puts(c, " EXCLUDE ");
    corm_strbuf_add(&c->sink.text, over->value.as.s, over->value.len);
}

/* f(…) OVER (PARTITION BY a ORDER BY b ROWS …) */
static void put_over(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *partition = corm_node_slot(node, CORM_OVER_PARTITION_BY);
    const struct corm_node *order = corm_node_slot(node, CORM_OVER_ORDER_BY);
    const char *blank = "";
    corm_compiler_expr(c, node->kid[CORM_OVER_ELEMENT]);
    /* Parameters of the frame are named and numbered before those in front of it. */
    struct corm_sink outer = corm_sink_open_aside(c);
    if (node->name != NULL) {
        put_frame(c, node);
    }
    struct corm_sink frame = corm_sink_close_aside(c, &outer);
    corm_compiler_puts(c, " OVER (");
    if (partition != NULL && partition->nkids > 0) {
        corm_compiler_puts(c, "PARTITION BY ");
        corm_compiler_list(c, partition);
        blank = " ";
    }
    if (order != NULL && order->nkids > 0) {
        corm_compiler_puts(c, blank);
        corm_compiler_puts(c, "ORDER BY ");
        corm_compiler_list(c, order);
        blank = " ";
    }
    if (node->name != NULL) {
        corm_compiler_puts(c, blank);
    }
    corm_sink_take(c, &frame);
    corm_compiler_puts(c, ")");
}

/* f(…) WITHIN GROUP (ORDER BY a), or f(… ORDER BY a) */
static void put_within(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_expr(c, node->kid[0]);
    if (!(node->flags & CORM_NODE_VARIANT)) {
        corm_compiler_puts(c, " WITHIN GROUP (ORDER BY ");
        corm_compiler_list(c, node->kid[1]);
        corm_compiler_puts(c, ")");
        return;
    }
    /* The call has just been written: open it again before its parenthesis. */
    struct corm_strbuf *text = &c->sink.text;
    if (text->len > 0 && text->data[text->len - 1] == ')') {
        corm_strbuf_truncate(text, text->len - 1);
    }
    corm_compiler_puts(c, " ORDER BY ");
    corm_compiler_list(c, node->kid[1]);
    corm_compiler_puts(c, ")");
}

void corm_compiler_over(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->kind == CORM_NODE_OVER) {
        put_over(c, node);
    } else if (node->kind == CORM_NODE_WITHIN) {
        put_within(c, node);
    } else {
        corm_compiler_expr(c, node->kid[0]);
        corm_compiler_puts(c, " FILTER (WHERE ");
        corm_compiler_expr(c, node->kid[1]);
        corm_compiler_puts(c, ")");
    }
}

/* CASE [subject] WHEN a THEN b … [ELSE c] END */
void corm_compiler_case(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "CASE ");
    if (node->kid[0] != NULL) {
        corm_compiler_expr(c, node->kid[0]);
        corm_compiler_puts(c, " ");
    }
    for (uint32_t i = 2; i + 1 < node->nkids; i += 2) {
        corm_compiler_puts(c, "WHEN ");
        corm_compiler_grouped(c, node->kid[i]);
        corm_compiler_puts(c, " THEN ");
        corm_compiler_value(c, node->kid[i + 1]);
        corm_compiler_puts(c, " ");
    }
    if (node->kid[1] != NULL) {
        corm_compiler_puts(c, "ELSE ");
        corm_compiler_value(c, node->kid[1]);
        corm_compiler_puts(c, " ");
    }
    corm_compiler_puts(c, "END");
}

/* CAST(a AS type) [COLLATE name] */
void corm_compiler_cast(struct corm_compiler *c, const struct corm_node *node)
{
    if (c->options->is_for_reading && (node->flags & CORM_NODE_LITERAL_EXECUTE)) {
        corm_compiler_expr(c, node->kid[0]);
        return;
    }
    struct corm_error err;
    struct corm_strbuf *text = &c->sink.text;
    bool is_try = (node->flags & CORM_NODE_VARIANT) != 0;
    if (is_try && !corm_dialect_has(c->dialect, CORM_DIALECT_LENIENT)) {
        corm_compiler_fail(c, CORM_E_UNSUPPORTED, "dialect '%s' has no TRY_CAST",
                           c->dialect->name);
    }
    corm_compiler_puts(c, is_try ? "TRY_CAST(" : "CAST(");
    corm_compiler_expr(c, node->kid[0]);
    corm_compiler_puts(c, " AS ");
    struct corm_type_room room;
    const struct corm_type *type =
        corm_type_in_schema(node->type, c->dialect, c->options->schema_map, &room);
    enum corm_rc rc = corm_ddl_bare_type(type, c->dialect, text, &err);
    corm_compiler_puts(c, ")");
    if (rc != CORM_OK ||
        corm_ddl_collation(node->type, c->dialect, text, &err) != CORM_OK) {
        corm_compiler_fail(c, err.rc, "%s", err.message);
    }
}

/* The BIND of text() with this name; a new one, to come with the execution, if none. */
static const struct corm_node *text_bind(struct corm_compiler *c,
                                         const struct corm_node *text, const char *name,
                                         size_t len)
{
    for (uint32_t i = 0; i < text->nkids; i++) {
        const struct corm_node *bind = text->kid[i];
        if (bind != NULL && bind->name_len == len &&
            memcmp(bind->name, name, len) == 0) {
            return bind;
        }
    }
    struct corm_node_spec spec = {
        .kind = CORM_NODE_BIND,
        .flags = CORM_NODE_REQUIRED,
        .name = name,
        .name_len = len,
    };
    return corm_compiler_node(c, &spec);
}

/* What the name of a parameter in text() is made of. */
static bool is_parameter_byte(char byte)
{
    return is_word_byte(byte) || byte == '$';
}

static size_t word_len(const char *at, const char *end)
{
    size_t len = 0;
    while (at + len < end && is_parameter_byte(at[len])) {
        len++;
    }
    return len;
}

/*
 * :name is a parameter unless a colon or a word stands before it or a colon after it (::type);
 * \:name is :name itself.
 */
static void put_text(struct corm_compiler *c, const struct corm_node *node)
{
    const char *at = node->name;
    const char *end = at + node->name_len;
    const char *start = at; /* of what was not written yet */
    for (; at < end; at++) {
        size_t len = *at == ':' ? word_len(at + 1, end) : 0;
        const char *after = at + 1 + len;
        bool is_escape = *at == '\\' && at + 1 < end && at[1] == ':';
        bool is_joined =
            at > node->name && (is_parameter_byte(at[-1]) || at[-1] == ':');
        if (is_escape) {
            corm_strbuf_add(&c->sink.text, start, (size_t)(at - start));
            start = ++at;
            continue;
        }
        if (len == 0 || is_joined || (after < end && *after == ':')) {
            continue;
        }
        corm_strbuf_add(&c->sink.text, start, (size_t)(at - start));
        const struct corm_node *bind = text_bind(c, node, at + 1, len);
        if (bind != NULL && (bind->flags & CORM_NODE_EXPANDING)) {
            corm_compiler_expanding(c, bind, CORM_OP_IN, 1, NULL);
        } else if (bind != NULL) {
            corm_compiler_bind(c, bind);
        }
        start = after;
        at = after - 1;
    }
    corm_strbuf_add(&c->sink.text, start, (size_t)(end - start));
}

/* SQL of the user's, as it is, but for the parameters of text() */
void corm_compiler_text(struct corm_compiler *c, const struct corm_node *node)
{
    if (memchr(node->name, '\0', node->name_len) != NULL ||
        !corm_utf8_is_valid(node->name, node->name_len)) {
        corm_compiler_fail(c, CORM_E_ARGUMENT,
                           "SQL text contains a NUL byte or invalid UTF-8: '%.*s'",
                           (int)node->name_len, node->name);
        return;
    }
    if (node->kind == CORM_NODE_TEXT) {
        put_text(c, node);
    } else {
        corm_strbuf_add(&c->sink.text, node->name, node->name_len);
    }
}
