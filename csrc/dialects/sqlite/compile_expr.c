/* SPDX-License-Identifier: MIT */
/* Operators, functions and clauses as SQLite has them. */
#include "dialects/sqlite/dialect.h"
#include "dialects/sqlite/moment_text.h"
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/literal.h"
#include "sql/type_path.h"

#include <math.h>
#include <string.h>

/* JSON_EXTRACT(a, ?), quoted where the result is to be JSON again */
static void put_json(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_json = node->type->kind == CORM_TYPE_JSON;
    const struct corm_node *path = corm_node_effective(node->kid[1]);
    corm_compiler_puts(c, is_json ? "JSON_QUOTE(JSON_EXTRACT(" : "JSON_EXTRACT(");
    corm_compiler_expr(c, node->kid[0]);
    corm_compiler_puts(c, ", ");
    if (path->kind == CORM_NODE_BIND) {
        corm_compiler_typed_bind(c, path, &corm_type_path_dollar);
    } else {
        corm_compiler_operand(c, path, (enum corm_op)node->op);
    }
    corm_compiler_puts(c, is_json ? "))" : ")");
}

/* ((a | b) - (a & b)): there is no XOR */
static void put_xor(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "((");
    corm_compiler_infix(c, node, " | ");
    corm_compiler_puts(c, ") - (");
    corm_compiler_infix(c, node, " & ");
    corm_compiler_puts(c, "))");
}

/*
 * Moments as they are stored, for a text is compared with texts. Infinity has no word of its
 * own; what is too big for a float becomes it.
 */
bool corm_sqlite_literal(const struct corm_type *type, const struct corm_value *value,
                         struct corm_strbuf *out)
{
    char text[CORM_DATETIME_TEXT_MAX];
    size_t len = corm_sqlite_moment_text(value, text);
    (void)type;
    if (len > 0) {
        corm_literal_put_text(out, text, len);
        return true;
    }
    if (value->tag == CORM_TAG_FLOAT && isinf(value->as.f)) {
        corm_strbuf_puts(out, value->as.f > 0 ? "9e999" : "-9e999");
        return true;
    }
    return false;
}

bool corm_sqlite_binary(struct corm_compiler *c, const struct corm_node *node)
{
    switch ((enum corm_op)node->op) {
    case CORM_OP_TRUEDIV:
        corm_compiler_operand(c, node->kid[0], CORM_OP_TRUEDIV);
        corm_compiler_puts(c, " / (");
        corm_compiler_operand(c, node->kid[1], CORM_OP_TRUEDIV);
        corm_compiler_puts(c, " + 0.0)");
        return true;
    case CORM_OP_BITWISE_XOR:
        put_xor(c, node);
        return true;
    case CORM_OP_REGEXP_MATCH:
        corm_compiler_infix(c, node, " REGEXP ");
        return true;
    case CORM_OP_NOT_REGEXP_MATCH:
        corm_compiler_infix(c, node, " NOT REGEXP ");
        return true;
    case CORM_OP_REGEXP_REPLACE:
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "dialect 'sqlite' does not support regular expression "
                           "replacements");
        return true;
    case CORM_OP_GETITEM:
        corm_compiler_fail(c, CORM_E_UNSUPPORTED, "dialect 'sqlite' has no arrays");
        return true;
    case CORM_OP_JSON_GETITEM:
    case CORM_OP_JSON_PATH:
        put_json(c, node);
        return true;
    default:
        return false;
    }
}

static bool is_called(const struct corm_node *node, const char *name)
{
    return strlen(name) == node->name_len &&
           memcmp(name, node->name, node->name_len) == 0;
}

/* Functions that are called otherwise here; without parentheses if the text has its own. */
static const struct {
    const char *name;
    const char *text;
    bool is_bare;
} functions[] = {
    { "now", "CURRENT_TIMESTAMP", true },
    { "localtimestamp", "DATETIME(CURRENT_TIMESTAMP, 'localtime')", true },
    { "char_length", "length", false },
};

bool corm_sqlite_function(struct corm_compiler *c, const struct corm_node *node)
{
    if (node->value.tag == CORM_TAG_TEXT) {
        return false; /* package.name is somebody else's */
    }
    if (is_called(node, "aggregate_strings")) {
        corm_compiler_aggregate_strings(c, node, "group_concat");
        return true;
    }
    for (size_t i = 0; i < CORM_LENGTH(functions); i++) {
        if (!is_called(node, functions[i].name)) {
            continue;
        }
        if (functions[i].is_bare) {
            corm_compiler_puts(c, functions[i].text);
        } else {
            corm_compiler_function_as(c, node, functions[i].text);
        }
        return true;
    }
    return false;
}

/* CAST(STRFTIME('%Y', a) AS INTEGER) */
bool corm_sqlite_extract(struct corm_compiler *c, const struct corm_node *node)
{
    static const struct {
        const char *field;
        const char *format;
    } formats[] = {
        { "month", "%m" }, { "day", "%d" },  { "year", "%Y" },   { "second", "%S" },
        { "hour", "%H" },  { "doy", "%j" },  { "minute", "%M" }, { "epoch", "%s" },
        { "dow", "%w" },   { "week", "%W" },
    };
    for (size_t i = 0; i < CORM_LENGTH(formats); i++) {
        if (strlen(formats[i].field) == node->name_len &&
            memcmp(formats[i].field, node->name, node->name_len) == 0) {
            corm_compiler_puts(c, "CAST(STRFTIME('");
            corm_compiler_puts(c, formats[i].format);
            corm_compiler_puts(c, "', ");
            corm_compiler_expr(c, node->kid[0]);
            corm_compiler_puts(c, ") AS INTEGER)");
            return true;
        }
    }
    if (node->name_len == 7 && memcmp(node->name, "quarter", 7) == 0) {
        corm_compiler_puts(c, "((CAST(STRFTIME('%m', "); /* there is no format for it */
        corm_compiler_expr(c, node->kid[0]);
        corm_compiler_puts(c, ") AS INTEGER) + 2) / 3)");
        return true;
    }
    corm_compiler_fail(c, CORM_E_COMPILE, "%.*s is not a valid extract argument",
                       (int)node->name_len, node->name);
    return true;
}

/* OFFSET needs a LIMIT, and is always said: LIMIT ? OFFSET 0 is the same statement. */
void corm_sqlite_limit(struct corm_compiler *c, const struct corm_node *limit,
                       const struct corm_node *offset)
{
    corm_compiler_puts(c, "\n LIMIT ");
    if (limit != NULL) {
        corm_compiler_expr(c, limit);
    } else {
        corm_compiler_int(c, -1);
    }
    corm_compiler_puts(c, " OFFSET ");
    if (offset != NULL) {
        corm_compiler_expr(c, offset);
    } else {
        corm_compiler_int(c, 0);
    }
}

static void put_ones(struct corm_strbuf *out, uint32_t width)
{
    for (uint32_t i = 0; i < width; i++) {
        corm_strbuf_puts(out, i > 0 ? ", 1" : "1");
    }
}

void corm_sqlite_empty_set(struct corm_strbuf *out, uint32_t width)
{
    corm_strbuf_puts(out, "SELECT ");
    put_ones(out, width);
    corm_strbuf_puts(out, " FROM (SELECT ");
    put_ones(out, width);
    corm_strbuf_puts(out, ") WHERE 1!=1");
}
