/* SPDX-License-Identifier: MIT */
/*
 * Parentheses. They follow SQLAlchemy's rules to the letter, even where SQL would do with
 * fewer: an operand is wrapped when its operator binds no tighter than the one outside.
 * The one exception is NOT flag, which SQLAlchemy never wraps.
 */
#include "sql/compiler.h"

#include <string.h>

enum {
    COMPARING = 4 /* precedence from which an operator binds tighter than NOT */
};

/* The only member of AND or OR that counts; NULL if there are none or several. */
static const struct corm_node *only_member(const struct corm_node *list)
{
    uint8_t neutral = list->op == CORM_OP_AND ? CORM_NODE_TRUE : CORM_NODE_FALSE;
    uint8_t deciding = list->op == CORM_OP_AND ? CORM_NODE_FALSE : CORM_NODE_TRUE;
    const struct corm_node *only = NULL;
    const struct corm_node *skipped = NULL;
    unsigned nmembers = 0;
    for (uint32_t i = 0; i < list->nkids; i++) {
        const struct corm_node *kid = list->kid[i];
        if (kid == NULL) {
            continue;
        }
        if (kid->kind == deciding) {
            return kid;
        }
        if (kid->kind == neutral) {
            skipped = kid;
        } else {
            only = kid;
            nmembers++;
        }
    }
    if (nmembers == 0) {
        return skipped;
    }
    return nmembers == 1 ? only : NULL;
}

const struct corm_node *corm_node_effective(const struct corm_node *node)
{
    for (;;) {
        const struct corm_node *inner = NULL;
        if (node->kind == CORM_NODE_ENTITY || node->kind == CORM_NODE_ATTRIBUTE) {
            inner = node->kid[0];
        } else if (node->kind == CORM_NODE_LIST &&
                   (node->op == CORM_OP_AND || node->op == CORM_OP_OR)) {
            inner = only_member(node);
        }
        if (inner == NULL) {
            return node;
        }
        node = inner;
    }
}

static int node_precedence(const struct corm_node *node)
{
    if (node->op == CORM_OP_CUSTOM) {
        return node->value.tag == CORM_TAG_INT ? (int32_t)(uint32_t)node->value.as.i
                                               : 0;
    }
    return corm_op_table[node->op].precedence;
}

static int outer_precedence(enum corm_op against)
{
    int precedence = corm_op_table[against].precedence;
    return precedence == CORM_OP_LOOSE ? -CORM_OP_LOOSE : precedence;
}

static bool is_precedent(const struct corm_node *node, enum corm_op against)
{
    if (node->op == against && corm_op_has(against, CORM_OP_NATURAL)) {
        return false;
    }
    return against == CORM_OP_NONE ||
           node_precedence(node) <= outer_precedence(against);
}

static bool operator_needs_parens(const struct corm_node *node, enum corm_op against)
{
    if (is_precedent(node, against)) {
        return true;
    }
    return against == CORM_OP_NOT &&
           !corm_op_has((enum corm_op)node->op, CORM_OP_BOOLEAN);
}

static bool unary_needs_parens(const struct corm_node *node, enum corm_op against)
{
    if (corm_op_has((enum corm_op)node->op, CORM_OP_ORDERING)) {
        return false;
    }
    if (node->op == CORM_OP_NOT && corm_node_is_flag(node->kid[0])) {
        /* NOT binds looser than what compares: (NOT flag) IS NULL */
        return against != CORM_OP_NOT && outer_precedence(against) >= COMPARING;
    }
    if (node->op == CORM_OP_AS_BOOLEAN) {
        return false;
    }
    return is_precedent(node, against);
}

static bool other_needs_parens(const struct corm_node *node, enum corm_op against)
{
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_FILTER:
        return against == CORM_OP_NONE || outer_precedence(against) >= 6;
    case CORM_NODE_EXISTS:
        return against == CORM_OP_NONE || outer_precedence(against) >= 0;
    case CORM_NODE_TEXT:
        return against == CORM_OP_IN || against == CORM_OP_NOT_IN;
    case CORM_NODE_SPLICE: /* op: of the operator that it stands for */
        return node->op != CORM_OP_NONE && is_precedent(node, against);
    case CORM_NODE_CAST: /* (CAST(a AS JSONB))[key] */
        return against == CORM_OP_GETITEM && node->type->kind == CORM_TYPE_JSON;
    case CORM_NODE_ARRAY:
    case CORM_NODE_FUNCTION:
        return against == CORM_OP_GETITEM && (node->type->kind == CORM_TYPE_ARRAY ||
                                              node->type->kind == CORM_TYPE_JSON);
    default:
        return false;
    }
}

/* True for a user's own operator that is an operand of itself and needs no parentheses so. */
static bool is_within_itself(const struct corm_node *node,
                             const struct corm_node *custom)
{
    return node->kind == CORM_NODE_BINARY && node->op == CORM_OP_CUSTOM &&
           custom->value.tag == CORM_TAG_INT &&
           (custom->value.as.i & CORM_OP_NATURAL_BIT) != 0 &&
           node->value.as.i == custom->value.as.i &&
           node->name_len == custom->name_len &&
           memcmp(node->name, custom->name, node->name_len) == 0;
}

bool corm_node_needs_parens_beside(const struct corm_node *node,
                                   const struct corm_node *custom)
{
    node = corm_node_effective(node);
    bool is_operator = node->kind == CORM_NODE_BINARY ||
                       node->kind == CORM_NODE_BETWEEN ||
                       (node->kind == CORM_NODE_LIST && node->nkids > 0) ||
                       node->kind == CORM_NODE_UNARY;
    if (is_within_itself(node, custom)) {
        return false;
    }
    if (is_operator && node_precedence(node) <= node_precedence(custom)) {
        return true;
    }
    return corm_node_needs_parens(node, CORM_OP_CUSTOM);
}

bool corm_node_needs_parens(const struct corm_node *node, enum corm_op against)
{
    node = corm_node_effective(node);
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_BINARY:
    case CORM_NODE_BETWEEN:
        return operator_needs_parens(node, against);
    case CORM_NODE_LIST:
        return node->nkids > 0 && operator_needs_parens(node, against);
    case CORM_NODE_UNARY:
        return unary_needs_parens(node, against);
    case CORM_NODE_COERCE:
        return corm_node_needs_parens(node->kid[0], against);
    case CORM_NODE_LABEL:
        return node->kid[0] != NULL && corm_node_needs_parens(node->kid[0], against);
    default:
        return other_needs_parens(node, against);
    }
}
