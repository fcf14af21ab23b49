/* SPDX-License-Identifier: MIT */
/* Operators and functions as PostgreSQL has them. */
#include "dialects/postgres/dialect.h"
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/type_path.h"

#include <string.h>

/* The key or path of an arrow; an index says that it is one, a key is text anyway. */
static void put_json_key(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *key = corm_node_effective(node->kid[1]);
    if (key->kind == CORM_NODE_BIND && node->op == CORM_OP_JSON_PATH) {
        corm_compiler_typed_bind(c, key, &corm_type_path_braces);
    } else if (key->kind == CORM_NODE_BIND) {
        corm_compiler_value(c, key);
    } else {
        corm_compiler_operand(c, key, (enum corm_op)node->op);
    }
}

/* What an arrow goes out from; one that gives text is another operator than one before it. */
static void put_json_operand(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *left = corm_node_effective(node->kid[0]);
    bool is_other = left->kind == CORM_NODE_BINARY && left->op == node->op &&
                    node->type->kind == CORM_TYPE_TEXT;
    if (left->kind == CORM_NODE_BIND) {
        corm_compiler_value(c, left); /* says that it is JSON */
        return;
    }
    corm_compiler_operand(c, left, is_other ? CORM_OP_NONE : (enum corm_op)node->op);
}

/* a -> key for JSON, a ->> key for its text, CAST(a ->> key AS type) for anything else */
static void put_json(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_json = node->type->kind == CORM_TYPE_JSON;
    bool is_path = node->op == CORM_OP_JSON_PATH;
    if (corm_compiler_subscripts(c, node)) {
        bool is_subscript = corm_node_effective(node->kid[0])->op == node->op;
        corm_compiler_operand(c, node->kid[0],
                              is_subscript ? CORM_OP_JSON_GETITEM : CORM_OP_GETITEM);
        corm_compiler_puts(c, "[");
        put_json_key(c, node);
        corm_compiler_puts(c, "]");
        return;
    }
    bool is_cast = !is_json && node->type->kind != CORM_TYPE_TEXT;
    bool has_parens = c->is_in_operator;
    corm_compiler_puts(c, is_cast ? "CAST(" : "");
    corm_compiler_puts(c, has_parens ? "(" : "");
    c->is_in_operator = true;
    put_json_operand(c, node);
    if (is_path) {
        corm_compiler_puts(c, is_json ? " #> " : " #>> ");
    } else {
        corm_compiler_puts(c, is_json ? " -> " : " ->> ");
    }
    put_json_key(c, node);
    c->is_in_operator = has_parens;
    corm_compiler_puts(c, has_parens ? ")" : "");
    if (is_cast) {
        corm_compiler_puts(c, " AS ");
        corm_compiler_put_type(c, node->type);
        corm_compiler_puts(c, ")");
    }
}

static bool has_flags(const struct corm_node *node)
{
    return node->value.tag == CORM_TAG_TEXT;
}

static bool flags_are_i(const struct corm_node *node)
{
    return has_flags(node) && node->value.len == 1 && node->value.as.s[0] == 'i';
}

/* a ~ b, a ~* b, a ~ CONCAT('(?', flags, ')', b) */
static void put_regexp(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_not = node->op == CORM_OP_NOT_REGEXP_MATCH;
    if (!has_flags(node) || flags_are_i(node)) {
        bool has_case = !flags_are_i(node);
        corm_compiler_infix(c, node,
                            is_not ? (has_case ? " !~ " : " !~* ")
                                   : (has_case ? " ~ " : " ~* "));
        return;
    }
    corm_compiler_operand(c, node->kid[0], (enum corm_op)node->op);
    corm_compiler_puts(c, is_not ? " !~ CONCAT('(?', " : " ~ CONCAT('(?', ");
    corm_compiler_literal(c, &corm_type_string, &node->value);
    corm_compiler_puts(c, ", ')', ");
    corm_compiler_operand(c, node->kid[1], (enum corm_op)node->op);
    corm_compiler_puts(c, ")");
}

/* REGEXP_REPLACE(a, b, c[, flags]) */
static void put_regexp_replace(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "REGEXP_REPLACE(");
    for (uint32_t i = 0; i < node->nkids && node->kid[i] != NULL; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_operand(c, node->kid[i], CORM_OP_REGEXP_REPLACE);
    }
    if (has_flags(node)) {
        corm_compiler_puts(c, ", ");
        corm_compiler_literal(c, &corm_type_string, &node->value);
    }
    corm_compiler_puts(c, ")");
}

/* [NOT ]a @@ plainto_tsquery([config, ]b) */
static void put_match(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, node->op == CORM_OP_NOT_MATCH ? "NOT " : "");
    corm_compiler_operand(c, node->kid[0], CORM_OP_MATCH);
    corm_compiler_puts(c, " @@ plainto_tsquery(");
    if (has_flags(node)) { /* the configuration */
        corm_compiler_literal(c, &corm_type_string, &node->value);
        corm_compiler_puts(c, ", ");
    }
    corm_compiler_operand(c, node->kid[1], CORM_OP_MATCH);
    corm_compiler_puts(c, ")");
}

bool corm_postgres_binary(struct corm_compiler *c, const struct corm_node *node)
{
    switch ((enum corm_op)node->op) {
    case CORM_OP_JSON_GETITEM:
    case CORM_OP_JSON_PATH:
        put_json(c, node);
        return true;
    case CORM_OP_REGEXP_MATCH:
    case CORM_OP_NOT_REGEXP_MATCH:
        put_regexp(c, node);
        return true;
    case CORM_OP_REGEXP_REPLACE:
        put_regexp_replace(c, node);
        return true;
    case CORM_OP_MATCH:
    case CORM_OP_NOT_MATCH:
        put_match(c, node);
        return true;
    case CORM_OP_BITWISE_XOR:
        corm_compiler_infix(c, node, " # ");
        return true;
    default:
        return false;
    }
}

static bool is_called(const struct corm_node *node, const char *name)
{
    return node->value.tag != CORM_TAG_TEXT && node->name_len == strlen(name) &&
           memcmp(node->name, name, node->name_len) == 0;
}

/* SUBSTRING(a FROM b [FOR c]): with texts for b and c it would match a pattern */
static void put_substring(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "SUBSTRING(");
    corm_compiler_expr(c, node->kid[0]);
    corm_compiler_puts(c, " FROM ");
    corm_compiler_value(c, node->kid[1]);
    if (node->nkids > 2) {
        corm_compiler_puts(c, " FOR ");
        corm_compiler_value(c, node->kid[2]);
    }
    corm_compiler_puts(c, ")");
}

/* Functions that take arguments of any type, so that a text has to say that it is one. */
static bool takes_anything(const struct corm_node *node)
{
    static const char *const names[] = {
        "array_append",
        "array_prepend",
        "concat",
        "concat_ws",
        "count",
        "format",
        "json_build_array",
        "json_build_object",
        "jsonb_build_array",
        "jsonb_build_object",
        "num_nonnulls",
        "num_nulls",
        "pg_typeof",
        "row",
        "to_json",
        "to_jsonb",
    };
    for (size_t i = 0; i < CORM_LENGTH(names); i++) {
        if (is_called(node, names[i])) {
            return true;
        }
    }
    return false;
}

/* name(a, $1::VARCHAR) */
static void put_typed_call(struct corm_compiler *c, const struct corm_node *node)
{
    corm_strbuf_add(&c->sink.text, node->name, node->name_len);
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < node->nkids; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_typed_value(c, node->kid[i]);
    }
    corm_compiler_puts(c, ")");
}

bool corm_postgres_function(struct corm_compiler *c, const struct corm_node *node)
{
    if (is_called(node, "substring") && node->nkids >= 2) {
        put_substring(c, node);
    } else if (is_called(node, "aggregate_strings")) {
        corm_compiler_aggregate_strings(c, node, "string_agg");
    } else if (is_called(node, "pow")) {
        corm_compiler_function_as(c, node, "power");
    } else if (takes_anything(node)) {
        put_typed_call(c, node);
    } else {
        return false;
    }
    return true;
}
