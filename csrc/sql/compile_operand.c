/* SPDX-License-Identifier: MIT */
/*
 * Parameters as operands. PostgreSQL takes a parameter to be of the type of what stands
 * beside it; where that is not the parameter's own (1.5 beside an integer, days beside a
 * date) or nothing is known (two parameters, -$1), the parameter says its type itself.
 */
#include "sql/compiler.h"

/* Types that PostgreSQL would not confuse with each other are of one family; 0: no matter. */
static int family(const struct corm_type *type)
{
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return CORM_TYPE_INTEGER;
    case CORM_TYPE_FLOAT:
    case CORM_TYPE_DOUBLE:
    case CORM_TYPE_NUMERIC:
        return CORM_TYPE_NUMERIC;
    case CORM_TYPE_BOOLEAN:
    case CORM_TYPE_DATE:
    case CORM_TYPE_TIME:
    case CORM_TYPE_DATETIME:
    case CORM_TYPE_INTERVAL:
        return type->kind;
    default:
        return 0;
    }
}

/* The text of an integer or a boolean can be read as most types that may stand beside it. */
bool corm_compiler_is_misled(const struct corm_type *own,
                             const struct corm_type *beside)
{
    int a = family(own);
    int b = family(beside);
    if (own->kind == CORM_TYPE_USER) {
        return b != 0; /* a range beside an integer is none */
    }
    if (beside->kind == CORM_TYPE_USER || beside->kind == CORM_TYPE_ARRAY) {
        return a != 0; /* an element beside the range or array that it may be in */
    }
    if (beside->kind == CORM_TYPE_NULL) {
        return a > CORM_TYPE_INTEGER && a != CORM_TYPE_BOOLEAN;
    }
    bool is_number = a == CORM_TYPE_INTEGER && b == CORM_TYPE_NUMERIC;
    return a != 0 && b != 0 && a != b && !is_number;
}

void corm_compiler_typed_value(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *bare = corm_node_effective(node);
    bool is_text = bare->kind == CORM_NODE_BIND && corm_type_is_text(bare->type);
    corm_compiler_value(c, bare);
    if (is_text && corm_compiler_casts_binds(c)) {
        corm_compiler_puts(c, "::VARCHAR");
    }
}

static bool is_constant(const struct corm_node *node)
{
    return node->kind == CORM_NODE_NULL || node->kind == CORM_NODE_TRUE ||
           node->kind == CORM_NODE_FALSE;
}

void corm_compiler_beside(struct corm_compiler *c, const struct corm_node *node,
                          const struct corm_node *other, enum corm_op against)
{
    const struct corm_node *bare = corm_node_effective(node);
    const struct corm_node *beside = other == NULL ? NULL : corm_node_effective(other);
    if (bare->kind == CORM_NODE_BIND && beside != NULL && is_constant(beside)) {
        corm_compiler_typed_value(c, bare);
        return;
    }
    if (bare->kind == CORM_NODE_BIND &&
        (beside == NULL || beside->kind == CORM_NODE_BIND ||
         corm_compiler_is_misled(bare->type, beside->type))) {
        corm_compiler_value(c, bare);
        return;
    }
    corm_compiler_operand(c, node, against);
}

bool corm_compiler_is_apart(const struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *left = corm_node_effective(node->kid[0]);
    const struct corm_node *first = corm_node_effective(node->kid[1]);
    if (first->kind != CORM_NODE_BINARY || first->op != node->op ||
        corm_node_needs_parens(first, (enum corm_op)node->op) ||
        !corm_compiler_casts_binds(c)) {
        return false;
    }
    while (first->kind == CORM_NODE_BINARY && first->op == node->op) {
        first = corm_node_effective(first->kid[0]);
    }
    bool is_left_bind = left->kind == CORM_NODE_BIND;
    bool is_first_bind = first->kind == CORM_NODE_BIND;
    return (is_left_bind && corm_compiler_is_misled(left->type, first->type)) ||
           (is_first_bind && corm_compiler_is_misled(first->type, left->type)) ||
           (is_left_bind && is_first_bind && family(first->type) != 0);
}
