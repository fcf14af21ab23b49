/* SPDX-License-Identifier: MIT */
#include "orm/evaluate.h"

#include <string.h>

enum { DEPTH_MAX = 200 /* conditions that are nested deeper go to the database */ };

struct evaluation {
    struct corm_evaluation from;
    enum corm_truth problem; /* FALSE: none; else NOT_LOADED or UNSUPPORTED */
};

static enum corm_truth fail(struct evaluation *e, enum corm_truth problem)
{
    if (e->problem == CORM_TRUTH_FALSE || problem == CORM_TRUTH_UNSUPPORTED) {
        e->problem = problem;
    }
    return problem;
}

static const struct corm_node *unwrapped(const struct corm_node *node)
{
    while (node != NULL) {
        if (node->kind == CORM_NODE_ATTRIBUTE || node->kind == CORM_NODE_GROUPING) {
            node = node->kid[0];
        } else if (node->kind == CORM_NODE_COLREF && node->nkids > 1) {
            node = node->kid[1];
        } else {
            break;
        }
    }
    return node;
}

int corm_mapper_attribute_of(const struct corm_mapper *mapper,
                             const struct corm_node *column)
{
    column = unwrapped(column);
    if (column == NULL || column->kind != CORM_NODE_COLUMN) {
        return -1;
    }
    corm_vec_foreach (&mapper->attributes, it) {
        if (it->column == corm_node_column(column)) {
            return it->index;
        }
    }
    return -1;
}

/* ---- operands ---- */

/* Without the marks around it. The column of an alias or a subquery is no attribute here. */
static const struct corm_node *bare(const struct corm_node *node)
{
    while (node != NULL &&
           (node->kind == CORM_NODE_ATTRIBUTE || node->kind == CORM_NODE_GROUPING)) {
        node = node->kid[0];
    }
    return node;
}

static bool is_supported_type(const struct corm_type *type)
{
    if (type->flags & (CORM_TYPE_LUA_BIND | CORM_TYPE_LUA_RESULT)) {
        return false;
    }
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_NUMERIC:
    case CORM_TYPE_JSON:
    case CORM_TYPE_ARRAY:
    case CORM_TYPE_USER:
    case CORM_TYPE_TUPLE:
        return false;
    default:
        return true;
    }
}

static struct corm_value unsupported(struct evaluation *e)
{
    fail(e, CORM_TRUTH_UNSUPPORTED);
    return corm_value_unset();
}

static struct corm_value converted(struct evaluation *e, const struct corm_type *type,
                                   const struct corm_value *value)
{
    struct corm_value out;
    struct corm_error err;

    if (value->tag >= CORM_TAG_OBJECT || value->tag == CORM_TAG_DECIMAL ||
        !is_supported_type(type) ||
        corm_type_bind(type, value, e->from.scratch, &out, &err) != CORM_OK) {
        return unsupported(e);
    }
    return out;
}

static struct corm_value column_value(struct evaluation *e,
                                      const struct corm_node *column)
{
    const struct corm_mapper *mapper = e->from.instance->mapper;
    int at = corm_mapper_attribute_of(mapper, column);
    const struct corm_value *cell;
    struct corm_value out;
    struct corm_error err;

    if (at < 0 || at >= (int)e->from.instance->ncells ||
        !is_supported_type(column->type)) {
        return unsupported(e);
    }
    cell = &e->from.instance->cell[at];
    if (!corm_cell_is_there(cell)) {
        fail(e, CORM_TRUTH_NOT_LOADED);
        return corm_value_unset();
    }
    if (!(cell->flags & CORM_CELL_RAW)) {
        return converted(e, column->type, cell);
    }
    if (corm_type_decode(column->type, cell, e->from.scratch, &out, &err) != CORM_OK) {
        return unsupported(e);
    }
    return out;
}

static struct corm_value known_value(struct evaluation *e, const struct corm_node *node)
{
    for (size_t i = 0; i < e->from.nknown; i++) {
        if (e->from.known[i].node == node) {
            return e->from.known[i].value;
        }
    }
    return unsupported(e);
}

static struct corm_value operand(struct evaluation *e, const struct corm_node *node)
{
    node = bare(node);
    if (node == NULL) {
        return unsupported(e);
    }
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_COLUMN:
        return column_value(e, node);
    case CORM_NODE_BIND:
        return node->flags & CORM_NODE_REQUIRED
                   ? unsupported(e) /* its value is not there */
                   : converted(e, node->type, &node->value);
    case CORM_NODE_NULL:
        return corm_value_null();
    case CORM_NODE_TRUE:
        return corm_value_bool(true);
    case CORM_NODE_FALSE:
        return corm_value_bool(false);
    case CORM_NODE_BINARY:
        return known_value(e, node);
    default:
        return unsupported(e);
    }
}

/* ---- comparison ---- */

static bool is_number(const struct corm_value *v)
{
    return v->tag == CORM_TAG_INT || v->tag == CORM_TAG_FLOAT ||
           v->tag == CORM_TAG_BOOL;
}

static double as_double(const struct corm_value *v)
{
    return v->tag == CORM_TAG_FLOAT ? v->as.f : (double)v->as.i;
}

static int sign_of(bool is_less, bool is_greater)
{
    return is_greater - is_less;
}

/* Order of two values of one kind; false if they have none. */
static bool compare(const struct corm_value *a, const struct corm_value *b, int *order)
{
    if (is_number(a) && is_number(b)) {
        if (a->tag != CORM_TAG_FLOAT && b->tag != CORM_TAG_FLOAT) {
            *order = sign_of(a->as.i<b->as.i, a->as.i> b->as.i);
        } else {
            *order = sign_of(as_double(a) < as_double(b), as_double(a) > as_double(b));
        }
        return true;
    }
    if (a->tag != b->tag) {
        return false;
    }
    if (corm_value_has_bytes(a)) {
        size_t len = a->len < b->len ? a->len : b->len;
        int bytes = len == 0 ? 0 : memcmp(a->as.s, b->as.s, len);
        *order = bytes != 0 ? bytes : sign_of(a->len<b->len, a->len> b->len);
        return true;
    }
    *order = sign_of(a->as.i<b->as.i, a->as.i> b->as.i);
    return true;
}

static enum corm_truth truth(bool is_true)
{
    return is_true ? CORM_TRUTH_TRUE : CORM_TRUTH_FALSE;
}

static enum corm_truth ordered(struct evaluation *e, uint8_t op, int order)
{
    switch ((enum corm_op)op) {
    case CORM_OP_EQ:
        return truth(order == 0);
    case CORM_OP_NE:
        return truth(order != 0);
    case CORM_OP_LT:
        return truth(order < 0);
    case CORM_OP_LE:
        return truth(order <= 0);
    case CORM_OP_GT:
        return truth(order > 0);
    case CORM_OP_GE:
        return truth(order >= 0);
    default:
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
}

/* IS and IS NOT compare with NULL, true and false. */
static enum corm_truth identical(const struct corm_value *left,
                                 const struct corm_value *right, bool is_negated)
{
    int order = 0;
    bool is_same;

    if (left->tag == CORM_TAG_NULL || right->tag == CORM_TAG_NULL) {
        is_same = left->tag == right->tag;
    } else {
        is_same = compare(left, right, &order) && order == 0;
    }
    return truth(is_same != is_negated);
}

static enum corm_truth in_list(struct evaluation *e, const struct corm_node *node,
                               const struct corm_value *left)
{
    const struct corm_node *right = bare(node->kid[1]);
    const struct corm_bind_list *list;
    enum corm_truth found = CORM_TRUTH_FALSE;

    if (right == NULL || right->kind != CORM_NODE_BIND ||
        right->value.tag != CORM_TAG_OBJECT) {
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
    list = right->value.as.p;
    if (list->width != 1) {
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
    for (uint32_t i = 0; i < list->count && found != CORM_TRUTH_TRUE; i++) {
        struct corm_value item = converted(e, right->type, &list->items[i]);
        int order;
        if (item.tag == CORM_TAG_NULL || left->tag == CORM_TAG_NULL) {
            found = CORM_TRUTH_UNKNOWN;
        } else if (compare(left, &item, &order) && order == 0) {
            found = CORM_TRUTH_TRUE;
        }
    }
    if (node->op == CORM_OP_NOT_IN && found != CORM_TRUTH_UNKNOWN) {
        found = truth(found == CORM_TRUTH_FALSE);
    }
    return found;
}

static enum corm_truth binary(struct evaluation *e, const struct corm_node *node)
{
    struct corm_value left = operand(e, node->kid[0]);
    struct corm_value right;
    int order;

    if (node->op == CORM_OP_IN || node->op == CORM_OP_NOT_IN) {
        return in_list(e, node, &left);
    }
    right = operand(e, node->kid[1]);
    if (e->problem != CORM_TRUTH_FALSE) {
        return e->problem;
    }
    if (node->op == CORM_OP_IS || node->op == CORM_OP_IS_NOT) {
        return identical(&left, &right, node->op == CORM_OP_IS_NOT);
    }
    if (left.tag == CORM_TAG_NULL || right.tag == CORM_TAG_NULL) {
        return CORM_TRUTH_UNKNOWN;
    }
    if (!compare(&left, &right, &order)) {
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
    return ordered(e, node->op, order);
}

/* ---- conditions ---- */

static enum corm_truth condition(struct evaluation *e, const struct corm_node *node,
                                 unsigned depth);

/* AND ends at the first false, OR at the first true; NULL lies in between. */
static enum corm_truth logic(struct evaluation *e, const struct corm_node *node,
                             unsigned depth)
{
    enum corm_truth last = node->op == CORM_OP_AND ? CORM_TRUTH_FALSE : CORM_TRUTH_TRUE;
    enum corm_truth result =
        node->op == CORM_OP_AND ? CORM_TRUTH_TRUE : CORM_TRUTH_FALSE;

    if (node->op != CORM_OP_AND && node->op != CORM_OP_OR) {
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
    for (uint32_t i = 0; i < node->nkids && e->problem != CORM_TRUTH_UNSUPPORTED; i++) {
        enum corm_truth part = condition(e, node->kid[i], depth + 1);
        if (part == last) {
            result = last;
        } else if (part == CORM_TRUTH_UNKNOWN && result != last) {
            result = CORM_TRUTH_UNKNOWN;
        }
    }
    return result;
}

static enum corm_truth negated(enum corm_truth value)
{
    return value == CORM_TRUTH_TRUE || value == CORM_TRUTH_FALSE
               ? truth(value == CORM_TRUTH_FALSE)
               : value;
}

/* A value as a condition: a flag. */
static enum corm_truth flag(struct evaluation *e, const struct corm_node *node)
{
    struct corm_value value = operand(e, node);

    if (value.tag == CORM_TAG_NULL) {
        return CORM_TRUTH_UNKNOWN;
    }
    return value.tag == CORM_TAG_BOOL || value.tag == CORM_TAG_INT
               ? truth(value.as.i != 0)
               : fail(e, CORM_TRUTH_UNSUPPORTED);
}

static enum corm_truth condition(struct evaluation *e, const struct corm_node *node,
                                 unsigned depth)
{
    node = bare(node);
    if (node == NULL || depth > DEPTH_MAX) {
        return fail(e, CORM_TRUTH_UNSUPPORTED);
    }
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_BINARY:
        return node->op == CORM_OP_CUSTOM ? flag(e, node) : binary(e, node);
    case CORM_NODE_LIST:
        return logic(e, node, depth);
    case CORM_NODE_UNARY:
        if (node->op == CORM_OP_AS_BOOLEAN) {
            return condition(e, node->kid[0], depth + 1);
        }
        return node->op == CORM_OP_NOT ? negated(condition(e, node->kid[0], depth + 1))
                                       : fail(e, CORM_TRUTH_UNSUPPORTED);
    default:
        return flag(e, node);
    }
}

enum corm_truth corm_evaluate(const struct corm_evaluation *from,
                              const struct corm_node *node)
{
    struct evaluation e = { .from = *from };
    enum corm_truth result = condition(&e, node, 0);

    return e.problem == CORM_TRUTH_FALSE ? result : e.problem;
}

enum corm_truth corm_evaluate_operand(const struct corm_evaluation *from,
                                      const struct corm_node *node,
                                      struct corm_value *value_out)
{
    struct evaluation e = { .from = *from };

    *value_out = operand(&e, node);
    return e.problem;
}
