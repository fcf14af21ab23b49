/* SPDX-License-Identifier: MIT */
/* IN with its lists, and LIKE with its relatives. */
#include "sql/compiler.h"
#include "sql/expand.h"

static uint32_t operand_width(const struct corm_node *operand)
{
    operand = corm_node_effective(operand);
    return operand->kind == CORM_NODE_TUPLE ? operand->nkids : 1;
}

/* (b, c), each of them beside the left operand */
static void put_items(struct corm_compiler *c, const struct corm_node *list,
                      const struct corm_node *left)
{
    corm_compiler_puts(c, "(");
    for (uint32_t i = 0; i < list->nkids && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_beside(c, list->kid[i], left, CORM_OP_COMMA);
    }
    corm_compiler_puts(c, ")");
}

static void put_in_list(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    const struct corm_node *list = corm_node_effective(node->kid[1]);
    uint32_t width = operand_width(node->kid[0]);
    bool is_list = list->kind == CORM_NODE_LIST || list->kind == CORM_NODE_TUPLE;
    if (list->kind == CORM_NODE_BIND && (list->flags & CORM_NODE_EXPANDING)) {
        corm_compiler_expanding(c, list, op, width, corm_node_effective(node->kid[0]));
    } else if (is_list && list->nkids == 0) {
        corm_empty_list_put(&c->sink.text, c->dialect, op, width);
    } else if (list->kind == CORM_NODE_LIST) {
        put_items(c, list, node->kid[0]);
    } else {
        corm_compiler_operand(c, list, op);
    }
}

/*
 * a IN (…); NOT IN is in parentheses of its own because the empty list adds an OR:
 * (a NOT IN (NULL) OR (1 = 1))
 */
void corm_compiler_in(struct corm_compiler *c, const struct corm_node *node)
{
    bool is_not = node->op == CORM_OP_NOT_IN;
    corm_compiler_puts(c, is_not ? "(" : "");
    corm_compiler_beside(c, node->kid[0], NULL, (enum corm_op)node->op);
    corm_compiler_puts(c, corm_op_table[node->op].text);
    put_in_list(c, node);
    corm_compiler_puts(c, is_not ? ")" : "");
}

enum like_flag {
    LIKE_NOT = 1 << 0,
    LIKE_ANY_BEFORE = 1 << 1, /* '%' || pattern */
    LIKE_ANY_AFTER = 1 << 2, /* pattern || '%' */
    LIKE_NO_CASE = 1 << 3,
};

static unsigned like_flags(enum corm_op op)
{
    static const uint8_t flags[] = {
        [CORM_OP_NOT_LIKE - CORM_OP_LIKE] = LIKE_NOT,
        [CORM_OP_ILIKE - CORM_OP_LIKE] = LIKE_NO_CASE,
        [CORM_OP_NOT_ILIKE - CORM_OP_LIKE] = LIKE_NO_CASE | LIKE_NOT,
        [CORM_OP_STARTSWITH - CORM_OP_LIKE] = LIKE_ANY_AFTER,
        [CORM_OP_NOT_STARTSWITH - CORM_OP_LIKE] = LIKE_ANY_AFTER | LIKE_NOT,
        [CORM_OP_ISTARTSWITH - CORM_OP_LIKE] = LIKE_ANY_AFTER | LIKE_NO_CASE,
        [CORM_OP_NOT_ISTARTSWITH - CORM_OP_LIKE] =
            LIKE_ANY_AFTER | LIKE_NO_CASE | LIKE_NOT,
        [CORM_OP_ENDSWITH - CORM_OP_LIKE] = LIKE_ANY_BEFORE,
        [CORM_OP_NOT_ENDSWITH - CORM_OP_LIKE] = LIKE_ANY_BEFORE | LIKE_NOT,
        [CORM_OP_IENDSWITH - CORM_OP_LIKE] = LIKE_ANY_BEFORE | LIKE_NO_CASE,
        [CORM_OP_NOT_IENDSWITH - CORM_OP_LIKE] =
            LIKE_ANY_BEFORE | LIKE_NO_CASE | LIKE_NOT,
        [CORM_OP_CONTAINS - CORM_OP_LIKE] = LIKE_ANY_BEFORE | LIKE_ANY_AFTER,
        [CORM_OP_NOT_CONTAINS - CORM_OP_LIKE] =
            LIKE_ANY_BEFORE | LIKE_ANY_AFTER | LIKE_NOT,
        [CORM_OP_ICONTAINS - CORM_OP_LIKE] =
            LIKE_ANY_BEFORE | LIKE_ANY_AFTER | LIKE_NO_CASE,
        [CORM_OP_NOT_ICONTAINS - CORM_OP_LIKE] =
            LIKE_ANY_BEFORE | LIKE_ANY_AFTER | LIKE_NO_CASE | LIKE_NOT,
    };
    return flags[op - CORM_OP_LIKE];
}

/* lower(operand) where the dialect has no ILIKE, else the operand */
static void put_like_operand(struct corm_compiler *c, const struct corm_node *operand,
                             enum corm_op op, bool is_lowered)
{
    corm_compiler_puts(c, is_lowered ? "lower(" : "");
    corm_compiler_operand(c, operand, op);
    corm_compiler_puts(c, is_lowered ? ")" : "");
}

static bool is_concat(const struct corm_node *node)
{
    node = corm_node_effective(node);
    return (node->kind == CORM_NODE_BINARY || node->kind == CORM_NODE_LIST) &&
           node->op == CORM_OP_CONCAT;
}

/* a [NOT] LIKE ['%' ||] b [|| '%'] [ESCAPE '/'] */
void corm_compiler_like(struct corm_compiler *c, const struct corm_node *node)
{
    enum corm_op op = (enum corm_op)node->op;
    unsigned flags = like_flags(op);
    bool has_ilike = corm_dialect_has(c->dialect, CORM_DIALECT_ILIKE);
    bool is_lowered = (flags & LIKE_NO_CASE) && !has_ilike;
    put_like_operand(c, node->kid[0], op, is_lowered);
    corm_compiler_puts(c, flags & LIKE_NOT ? " NOT " : " ");
    corm_compiler_puts(c, (flags & LIKE_NO_CASE) && has_ilike ? "ILIKE " : "LIKE ");
    corm_compiler_puts(c, flags & LIKE_ANY_BEFORE ? "'%' || " : "");
    if (is_concat(node->kid[1]) && (flags & (LIKE_ANY_BEFORE | LIKE_ANY_AFTER)) &&
        !(flags & LIKE_NO_CASE)) {
        corm_compiler_expr(c, node->kid[1]); /* one chain with '%' */
    } else {
        put_like_operand(c, node->kid[1], op, is_lowered);
    }
    corm_compiler_puts(c, flags & LIKE_ANY_AFTER ? " || '%'" : "");
    if (node->value.tag == CORM_TAG_TEXT) {
        corm_compiler_puts(c, " ESCAPE ");
        corm_compiler_literal(c, &corm_type_string, &node->value);
    }
}
