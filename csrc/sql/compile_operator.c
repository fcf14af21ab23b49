/* SPDX-License-Identifier: MIT */
/* Unary and binary operators, and AND, OR and other lists. */
#include "sql/compiler.h"

#include <string.h>

void corm_compiler_infix(struct corm_compiler *c, const struct corm_node *node,
                         const char *text)
{
    enum corm_op op = (enum corm_op)node->op;
    bool is_apart = corm_compiler_is_apart(c, node);
    corm_compiler_beside(c, node->kid[0], node->kid[1], op);
    corm_compiler_puts(c, text);
    corm_compiler_puts(c, is_apart ? "(" : "");
    corm_compiler_beside(c, node->kid[1], node->kid[0], op);
    corm_compiler_puts(c, is_apart ? ")" : "");
}

/*
 * True if a user's own operator is no way out of the expression: signs and words of ASCII,
 * no quotes, no comments, and parentheses, as in OPERATOR(s.+), only in pairs.
 */
static bool is_operator_text(const char *text, size_t len)
{
    int depth = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        char next = '\0';
        if (i + 1 < len) {
            next = text[i + 1];
        }
        if (c < 0x20 || c > 0x7e || strchr("'\"`;\\$", c) != NULL) {
            return false;
        }
        if ((c == '-' && next == '-') || (c == '/' && next == '*') ||
            (c == '*' && next == '/')) {
            return false;
        }
        depth += c == '(' ? 1 : 0;
        depth -= c == ')' ? 1 : 0;
        if (depth < 0) {
            return false;
        }
    }
    return depth == 0 && len > 0;
}

/* The text of a user's own operator. */
static bool put_custom_text(struct corm_compiler *c, const struct corm_node *node)
{
    if (!is_operator_text(node->name, node->name_len)) {
        corm_compiler_fail(c, CORM_E_ARGUMENT, "'%.*s' is no operator",
                           (int)node->name_len, node->name);
        return false;
    }
    corm_strbuf_add(&c->sink.text, node->name, node->name_len);
    return true;
}

/* NOT kid0; of a flag where there are no booleans: flag = 0 */
static void put_not(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *operand = corm_node_effective(node->kid[0]);
    bool is_flag = corm_node_is_flag(operand);
    if (is_flag && !corm_dialect_has(c->dialect, CORM_DIALECT_BOOLEAN)) {
        corm_compiler_expr(c, operand);
        corm_compiler_puts(c, " = 0");
        return;
    }
    corm_compiler_puts(c, "NOT ");
    corm_compiler_operand(c, operand, CORM_OP_NOT);
}

/* ANY (kid0), ALL (kid0): one pair of parentheses, also around a subquery */
static void put_collection(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *operand = corm_node_effective(node->kid[0]);
    bool has_own = operand->kind == CORM_NODE_SCALAR ||
                   operand->kind == CORM_NODE_GROUPING ||
                   operand->kind == CORM_NODE_TUPLE || corm_node_is_query(operand);
    corm_compiler_puts(c, corm_op_table[node->op].text);
    corm_compiler_puts(c, has_own ? "" : "(");
    corm_compiler_expr(c, operand);
    corm_compiler_puts(c, has_own ? "" : ")");
}

/* text kid0, kid0 text */
static void put_custom_unary(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_behind = (node->flags & CORM_NODE_VARIANT) != 0;
    if (is_behind) {
        corm_compiler_operand(c, node->kid[0], CORM_OP_CUSTOM);
        corm_compiler_puts(c, " ");
    }
    if (put_custom_text(c, node) && !is_behind) {
        corm_compiler_puts(c, " ");
        corm_compiler_operand(c, node->kid[0], CORM_OP_CUSTOM);
    }
}

void corm_compiler_unary(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    switch (op) {
    case CORM_OP_NOT:
        put_not(c, node);
        break;
    case CORM_OP_ANY:
    case CORM_OP_ALL:
        put_collection(c, node);
        break;
    case CORM_OP_AS_BOOLEAN:
        corm_compiler_condition(c, node->kid[0], CORM_OP_AS_BOOLEAN);
        break;
    case CORM_OP_CUSTOM:
        put_custom_unary(c, node);
        break;
    case CORM_OP_ASC:
    case CORM_OP_DESC:
    case CORM_OP_NULLS_FIRST:
    case CORM_OP_NULLS_LAST:
        corm_compiler_operand(c, node->kid[0], op);
        corm_compiler_puts(c, corm_op_table[op].text);
        break;
    default:
        corm_compiler_puts(c, corm_op_table[op].text);
        corm_compiler_beside(c, node->kid[0], NULL, op);
        break;
    }
}

static bool is_integer(const struct corm_node *node)
{
    return node->type->kind >= CORM_TYPE_SMALLINT &&
           node->type->kind <= CORM_TYPE_BIGINT;
}

/* a / CAST(b AS NUMERIC), where / of integers would cut */
static void put_true_division(struct corm_compiler *c, const struct corm_node *node)
{
    if (!corm_dialect_has(c->dialect, CORM_DIALECT_DIV_IS_FLOOR)) {
        corm_compiler_infix(c, node, " / ");
        return;
    }
    uint8_t kind = node->kid[1]->type->kind;
    bool is_exact = kind == CORM_TYPE_NUMERIC || kind == CORM_TYPE_FLOAT ||
                    kind == CORM_TYPE_DOUBLE;
    /* The divisor's CAST is not what a value on the left is to be like. */
    corm_compiler_beside(c, node->kid[0], NULL, CORM_OP_TRUEDIV);
    corm_compiler_puts(c, " / ");
    const struct corm_node *divisor = node->kid[1];
    struct corm_node_spec group = {
        .kind = CORM_NODE_GROUPING, .type = divisor->type, .nkids = 1, .kid = &divisor
    };
    if (corm_node_needs_parens(divisor, CORM_OP_TRUEDIV)) {
        divisor = corm_compiler_node(c, &group);
    }
    struct corm_node_spec cast = {
        .kind = CORM_NODE_CAST,
        .type = is_exact ? node->kid[1]->type : &corm_type_numeric,
        .nkids = 1,
        .kid = &divisor,
    };
    const struct corm_node *made =
        divisor == NULL ? NULL : corm_compiler_node(c, &cast);
    if (made != NULL) {
        corm_compiler_expr(c, made);
    }
}

/* a / b of integers, else FLOOR(a / b) */
static void put_floor_division(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_cut = corm_dialect_has(c->dialect, CORM_DIALECT_DIV_IS_FLOOR) &&
                  is_integer(node->kid[0]) && is_integer(node->kid[1]);
    corm_compiler_puts(c, is_cut ? "" : "FLOOR(");
    corm_compiler_infix(c, node, " / ");
    corm_compiler_puts(c, is_cut ? "" : ")");
}

/* <regexp replace>(kid0, kid1, kid2) */
static void put_regexp_replace(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_puts(c, "<regexp replace>(");
    for (uint32_t i = 0; i < node->nkids && node->kid[i] != NULL; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_operand(c, node->kid[i], CORM_OP_REGEXP_REPLACE);
    }
    corm_compiler_puts(c, ")");
}

/* a[b] */
static void put_getitem(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *array = corm_node_effective(node->kid[0]);
    if (array->kind == CORM_NODE_BIND && corm_compiler_casts_binds(c)) {
        corm_compiler_puts(c, "("); /* $1::INTEGER[][2] would be another type */
        corm_compiler_value(c, array);
        corm_compiler_puts(c, ")");
    } else {
        corm_compiler_operand(c, array, (enum corm_op)node->op);
    }
    corm_compiler_puts(c, "[");
    corm_compiler_operand(c, node->kid[1], (enum corm_op)node->op);
    corm_compiler_puts(c, "]");
}

static void put_distinct_from(struct corm_compiler *c, const struct corm_node *node)
{
    if (corm_dialect_has(c->dialect, CORM_DIALECT_IS_DISTINCT)) {
        corm_compiler_infix(c, node, corm_op_table[node->op].text);
    } else {
        corm_compiler_infix(c, node,
                            node->op == CORM_OP_IS_DISTINCT_FROM ? " IS NOT " : " IS ");
    }
}

/* a COLLATE name */
static void put_collate(struct corm_compiler *c, const struct corm_node *node)
{
    corm_compiler_operand(c, node->kid[0], CORM_OP_COLLATE);
    corm_compiler_puts(c, " COLLATE ");
    if (node->kid[1]->kind == CORM_NODE_LITERAL) {
        const struct corm_value *schema = &node->value;
        if (schema->tag == CORM_TAG_TEXT) {
            corm_compiler_name(c, schema->as.s, schema->len, "schema");
            corm_compiler_puts(c, ".");
        }
        corm_compiler_name(c, node->kid[1]->name, node->kid[1]->name_len, "collation");
    } else {
        corm_compiler_expr(c, node->kid[1]);
    }
}

/* An operand of the user's own operator, which has its own precedence. */
static void put_custom_operand(struct corm_compiler *c, const struct corm_node *node,
                               uint32_t i)
{
    bool is_grouped = corm_node_needs_parens_beside(node->kid[i], node);
    if (is_grouped || corm_node_effective(node->kid[i])->kind == CORM_NODE_BINARY) {
        corm_compiler_puts(c, is_grouped ? "(" : "");
        corm_compiler_expr(c, node->kid[i]);
        corm_compiler_puts(c, is_grouped ? ")" : "");
    } else {
        corm_compiler_beside(c, node->kid[i], node->kid[1 - i], CORM_OP_CUSTOM);
    }
}

static void put_custom(struct corm_compiler *c, const struct corm_node *node)
{
    put_custom_operand(c, node, 0);
    corm_compiler_puts(c, " ");
    if (put_custom_text(c, node)) {
        corm_compiler_puts(c, " ");
        put_custom_operand(c, node, 1);
    }
}

/* Operators whose operands count as such; the others are written in ways of their own. */
static bool is_infix(enum corm_op op)
{
    bool is_like = op >= CORM_OP_LIKE && op <= CORM_OP_NOT_MATCH;
    return !is_like && op != CORM_OP_TRUEDIV && op != CORM_OP_FLOORDIV &&
           op != CORM_OP_MOD && op != CORM_OP_GETITEM && op != CORM_OP_JSON_GETITEM &&
           op != CORM_OP_JSON_PATH && op != CORM_OP_REGEXP_REPLACE;
}

/* Operators that stand in parentheses as operands, however tight they bind. */
static bool is_eager(const struct corm_node *node)
{
    switch ((enum corm_op)node->op) {
    case CORM_OP_ARRAY_CONTAINS:
    case CORM_OP_ARRAY_CONTAINED_BY:
    case CORM_OP_HAS_KEY:
    case CORM_OP_HAS_ANY:
    case CORM_OP_HAS_ALL:
        return true;
    case CORM_OP_CUSTOM:
        return node->value.tag == CORM_TAG_INT &&
               (node->value.as.i & CORM_OP_EAGER_BIT) != 0;
    default:
        return false;
    }
}

static void put_operator(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    if (c->dialect->binary != NULL && c->dialect->binary(c, node)) {
        return;
    }
    switch (op) {
    case CORM_OP_IN:
    case CORM_OP_NOT_IN:
        corm_compiler_in(c, node);
        break;
    case CORM_OP_IS_DISTINCT_FROM:
    case CORM_OP_IS_NOT_DISTINCT_FROM:
        put_distinct_from(c, node);
        break;
    case CORM_OP_TRUEDIV:
        put_true_division(c, node);
        break;
    case CORM_OP_FLOORDIV:
        put_floor_division(c, node);
        break;
    case CORM_OP_REGEXP_REPLACE:
        put_regexp_replace(c, node);
        break;
    case CORM_OP_GETITEM:
    case CORM_OP_JSON_GETITEM:
    case CORM_OP_JSON_PATH:
        put_getitem(c, node);
        break;
    case CORM_OP_COLLATE:
        put_collate(c, node);
        break;
    case CORM_OP_CUSTOM:
        put_custom(c, node);
        break;
    case CORM_OP_NOT_MATCH:
        corm_compiler_puts(c, "NOT ");
        corm_compiler_infix(c, node, " MATCH ");
        break;
    default:
        if (op >= CORM_OP_LIKE && op <= CORM_OP_NOT_ICONTAINS) {
            corm_compiler_like(c, node);
        } else {
            corm_compiler_infix(c, node, corm_op_table[op].text);
        }
        break;
    }
}

void corm_compiler_operator(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_operand = c->is_in_operator;
    bool has_parens = is_operand && is_eager(node);
    corm_compiler_puts(c, has_parens ? "(" : "");
    c->is_in_operator = is_operand || is_infix((enum corm_op)node->op);
    put_operator(c, node);
    c->is_in_operator = is_operand;
    corm_compiler_puts(c, has_parens ? ")" : "");
}

/* a AND b AND …: what decides nothing (TRUE in AND, FALSE in OR) is left out */
static void put_logic(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    uint8_t neutral = op == CORM_OP_AND ? CORM_NODE_TRUE : CORM_NODE_FALSE;
    const char *separator = "";
    for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
        if (node->kid[i] == NULL || node->kid[i]->kind == neutral) {
            continue;
        }
        corm_compiler_puts(c, separator);
        corm_compiler_condition(c, node->kid[i], op);
        separator = corm_op_table[op].text;
    }
    if (separator[0] == '\0') { /* and_() and or_() of nothing */
        corm_compiler_boolean(c, op == CORM_OP_AND);
    }
}

void corm_compiler_operator_list(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    bool is_operand = c->is_in_operator;
    bool is_statements = (node->flags & CORM_NODE_VARIANT) != 0;
    c->is_in_operator = is_operand || (op != CORM_OP_COMMA && !is_statements);
    if (op == CORM_OP_AND || op == CORM_OP_OR) {
        put_logic(c, node);
    } else {
        for (uint32_t i = 0; i < node->nkids && c->rc == CORM_OK; i++) {
            corm_compiler_puts(c, i > 0 ? corm_op_table[op].text : "");
            corm_compiler_operand(c, node->kid[i], op);
        }
    }
    c->is_in_operator = is_operand;
}
