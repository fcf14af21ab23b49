/* SPDX-License-Identifier: MIT */
#include "lua/node_operate.h"

#include "lua/node.h"
#include "lua/node_carry.h"
#include "lua/node_comparator.h"

#include <string.h>

void lcorm_push_unary(lua_State *L, enum corm_op op, int operand)
{
    const struct corm_node *node = lcorm_node_at(L, operand);
    bool is_boolean = corm_op_has(op, CORM_OP_BOOLEAN);
    struct corm_node_spec spec = { .kind = CORM_NODE_UNARY,
                                   .op = (uint8_t)op,
                                   .type = is_boolean ? &corm_type_boolean : node->type,
                                   .nkids = 1 };
    struct lcorm_pins pins = { .first = operand, .typed = is_boolean ? 0 : operand };
    lcorm_push_node(L, &spec, &pins);
}

void lcorm_push_binary(lua_State *L, enum corm_op op, int left, int right)
{
    int kids[2] = { left, right };
    const struct corm_node *nodes[2] = { lcorm_node_at(L, left),
                                         lcorm_node_at(L, right) };
    struct corm_node_spec spec = { .kind = CORM_NODE_BINARY, .nkids = 2, .kid = nodes };
    struct lcorm_pins pins = { .kids = kids };

    spec.op = (uint8_t)corm_op_adapt(op, nodes[0]->type, nodes[1]->type, &spec.type);
    if (spec.type == nodes[0]->type) {
        pins.typed = left;
    } else if (spec.type == nodes[1]->type) {
        pins.typed = right;
    }
    lcorm_push_node(L, &spec, &pins);
}

void lcorm_push_arithmetic(lua_State *L, enum corm_op op, int left, int right)
{
    const struct corm_node *left_node = lcorm_resolve_node(L, left);
    const struct corm_node *right_node = lcorm_resolve_node(L, right);
    if (left_node != NULL) {
        lcorm_coerce_resolved(L, left, 0, left_node);
        lcorm_coerce_operand(L, right, left, op, right_node);
    } else {
        lcorm_coerce_resolved(L, right, 0, right_node);
        lcorm_coerce_operand(L, left, right, op, NULL);
    }
    lcorm_push_binary(L, op, left, right);
}

static bool is_constant(const struct corm_node *node)
{
    return node != NULL && node->kind >= CORM_NODE_NULL &&
           node->kind <= CORM_NODE_FALSE;
}

/* The node that the operand at idx is; nil and booleans become one. NULL for a value. */
static const struct corm_node *resolve_operand(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_resolve_node(L, idx);
    bool is_constant_value =
        node == NULL &&
        (lua_isnoneornil(L, idx) || lua_isboolean(L, idx) || lcorm_is_null(L, idx));
    return is_constant_value ? lcorm_coerce_clause(L, idx, "operand") : node;
}

/* The operator that compares with a constant; raises if there is none. */
static enum corm_op constant_op(lua_State *L, enum corm_op op,
                                const struct corm_node *constant)
{
    bool is_null = constant->kind == CORM_NODE_NULL;
    switch (op) {
    case CORM_OP_EQ:
        return is_null ? CORM_OP_IS : op;
    case CORM_OP_NE:
        return is_null ? CORM_OP_IS_NOT : op;
    case CORM_OP_IS:
    case CORM_OP_IS_NOT:
    case CORM_OP_IS_DISTINCT_FROM:
    case CORM_OP_IS_NOT_DISTINCT_FROM:
        return op;
    default:
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "only eq, ne, is_, is_not, is_distinct_from and "
                   "is_not_distinct_from compare with NULL, true or false");
        return op;
    }
}

/* a op b is b mirrored(op) a */
static enum corm_op mirrored(enum corm_op op)
{
    switch (op) {
    case CORM_OP_LT:
        return CORM_OP_GT;
    case CORM_OP_LE:
        return CORM_OP_GE;
    case CORM_OP_GT:
        return CORM_OP_LT;
    case CORM_OP_GE:
        return CORM_OP_LE;
    default:
        return op;
    }
}

static bool is_collection(const struct corm_node *node)
{
    return node->kind == CORM_NODE_UNARY &&
           (node->op == CORM_OP_ANY || node->op == CORM_OP_ALL);
}

void lcorm_push_type_of_kid(lua_State *L, int idx, uint32_t i)
{
    lcorm_push_kid(L, idx, i);
    int kid = lua_gettop(L);
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = CORM_NODE_ANONYMOUS,
                                   .type = lcorm_node_at(L, kid)->type };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .typed = kid });
    lua_remove(L, kid);
}

/* The sequence at idx that is compared with the tuple at `left` → a tuple of its values. */
static void sequence_to_tuple(lua_State *L, int idx, int left)
{
    int base = lua_gettop(L);
    const struct corm_node *tuple = lcorm_node_at(L, left);
    struct corm_node_spec spec = { .kind = CORM_NODE_TUPLE, .nkids = tuple->nkids };
    if (luaL_len(L, idx) != (lua_Integer)tuple->nkids) {
        lcorm_fail(L, CORM_E_ARGUMENT, "a tuple of %d values expected",
                   (int)tuple->nkids);
    }
    lcorm_reserve(L, 8, "tuple");
    lua_createtable(L, (int)tuple->nkids, 0);
    for (uint32_t i = 1; i <= tuple->nkids; i++) {
        lcorm_push_type_of_kid(L, left, i - 1);
        lua_geti(L, idx, (lua_Integer)i);
        lcorm_coerce_expression(L, lua_gettop(L), base + 2);
        lua_rawseti(L, base + 1, (lua_Integer)i);
        lua_pop(L, 1);
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .list = base + 1 });
    lua_replace(L, idx);
    lua_settop(L, base);
}

void lcorm_push_comparison(lua_State *L, enum corm_op op, int left, int right)
{
    const struct corm_node *node = lcorm_node_at(L, left);
    if (lcorm_can_carry(L, node, right)) {
        lcorm_push_carrying(L, op, left, right);
        return;
    }
    if (node->kind == CORM_NODE_TUPLE && lua_istable(L, right) &&
        !luaL_getmetafield(L, right, "__name")) {
        sequence_to_tuple(L, right, left);
    }
    const struct corm_node *other = resolve_operand(L, right);
    if (is_constant(other)) {
        op = is_collection(node) ? op : constant_op(L, op, other); /* NULL = ANY (…) */
    } else {
        lcorm_coerce_operand(L, right, left, op, other);
    }
    if (is_collection(node)) { /* databases want them on the right */
        lcorm_push_binary(L, mirrored(op), right, left);
    } else {
        lcorm_push_binary(L, op, left, right);
    }
}

/* A label of a condition: the opposite has that label too. */
static bool is_labelled_condition(const struct corm_node *node)
{
    return node->kind == CORM_NODE_LABEL && node->kid[0] != NULL &&
           node->type->kind == CORM_TYPE_BOOLEAN;
}

/* flag = 1: what is negated is the flag. */
static bool is_flag_as_condition(const struct corm_node *node)
{
    return node->kind == CORM_NODE_UNARY && node->op == CORM_OP_AS_BOOLEAN &&
           corm_node_is_flag(node->kid[0]);
}

/* True for x IN (values), whose values are a parameter of its own in NOT IN. */
static bool has_own_list(const struct corm_node *node)
{
    const struct corm_node *list =
        node->op == CORM_OP_IN || node->op == CORM_OP_NOT_IN ? node->kid[1] : NULL;
    return list != NULL && list->kind == CORM_NODE_BIND &&
           (list->flags & CORM_NODE_ANONYMOUS) && list->value.tag != CORM_TAG_UNSET;
}

/* Replace the list of the IN at idx by another parameter with the same values. */
static void renew_list(lua_State *L, int idx)
{
    lcorm_push_kid(L, idx, 1);
    int list = lua_gettop(L);
    struct corm_node_spec spec = lcorm_node_spec(lcorm_node_at(L, list));
    lcorm_push_respec(L, list, &spec, &(struct lcorm_pins){ 0 });
    lcorm_push_with_kid(L, idx, 1, list + 1);
    lua_replace(L, idx);
    lua_settop(L, list - 1);
}

void lcorm_push_negation(lua_State *L, int operand)
{
    const struct corm_node *kid;
    struct corm_node_spec spec = { 0 };
    const struct corm_node *node = lcorm_node_at(L, operand);
    if (is_flag_as_condition(node) || is_labelled_condition(node)) {
        int base = lua_gettop(L);
        lcorm_reserve(L, 8, "negation");
        lcorm_push_kid(L, operand, 0);
        lcorm_push_negation(L, base + 1);
        if (is_labelled_condition(node)) {
            lcorm_push_with_kid(L, operand, 0, lua_gettop(L));
        }
        lua_replace(L, base + 1);
        lua_settop(L, base + 1);
        return;
    }
    const struct corm_node *existing = corm_node_negate(node, &kid, &spec);
    if (existing != NULL) {
        PRE(existing == node->kid[0]);
        lcorm_push_kid(L, operand, 0);
        lcorm_push_unary(L, CORM_OP_AS_BOOLEAN, lua_gettop(L));
        lua_remove(L, -2);
    } else if (spec.nkids == 1 && spec.kid[0] == node) {
        lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = operand });
    } else if (spec.nkids == 0) {
        lcorm_push_node(L, &spec, &(struct lcorm_pins){ 0 });
    } else {
        bool is_in = has_own_list(node);
        lcorm_push_respec(L, operand, &spec, &(struct lcorm_pins){ 0 });
        if (is_in) {
            renew_list(L, lua_gettop(L));
        }
    }
}

/* ---- AND and OR ---- */

bool lcorm_is_no_condition(const struct corm_node *node)
{
    return (node->kind == CORM_NODE_TRUE || node->kind == CORM_NODE_FALSE) &&
           (node->flags & CORM_NODE_VARIANT) != 0;
}

/* and_() and or_(): a constant that a list of conditions leaves out */
static void push_no_condition(lua_State *L, enum corm_op op)
{
    struct corm_node_spec spec = {
        .kind = op == CORM_OP_AND ? CORM_NODE_TRUE : CORM_NODE_FALSE,
        .type = &corm_type_boolean,
        .flags = CORM_NODE_VARIANT,
    };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ 0 });
}

/* What a junction is made of while it is put together. */
struct junction {
    enum corm_op op;
    unsigned flags; /* of the LIST */
    unsigned neutral; /* the constant that changes nothing: TRUE of AND */
    unsigned absorbing; /* the constant that decides all: FALSE of AND */
};

/* True for what is a junction of the same kind, whose conditions become members. */
static bool is_nested(const struct junction *junction, const struct corm_node *node)
{
    return node->kind == CORM_NODE_LIST && node->op == junction->op &&
           (node->flags & CORM_NODE_VARIANT) == junction->flags;
}

/* True for what becomes one member. */
static bool is_member(const struct junction *junction, const struct corm_node *node)
{
    return node->kind != junction->neutral && node->kind != junction->absorbing &&
           !lcorm_is_no_condition(node) && !is_nested(junction, node);
}

/* Append the condition at idx, or those of a nested junction; true if it decides all. */
static bool junction_add(lua_State *L, const struct junction *junction, int idx)
{
    const struct corm_node *node = lcorm_node_at(L, idx);
    if (node->kind == junction->neutral || lcorm_is_no_condition(node)) {
        return false;
    }
    if (node->kind == junction->absorbing) {
        return true;
    }
    if (is_nested(junction, node)) {
        lcorm_push_kids(L, idx);
    } else {
        lcorm_reserve(L, 8, "conditions");
        lua_pushvalue(L, idx);
    }
    return false;
}

/* Push the junction of the conditions that lie on the stack from first on. */
static void junction_push(lua_State *L, const struct junction *junction, int first,
                          int count)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_LIST,
                                   .op = (uint8_t)junction->op,
                                   .flags = (uint16_t)junction->flags,
                                   .type = &corm_type_boolean,
                                   .nkids = (uint32_t)count };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = first });
}

/* Push the junction of what is left of conditions that are not all members as they are. */
static void junction_gather(lua_State *L, const struct junction *junction, int first,
                            int last)
{
    int base = lua_gettop(L);
    bool is_decided = false;
    for (int i = first; i <= last && !is_decided; i++) {
        is_decided = junction_add(L, junction, i);
    }
    int count = lua_gettop(L) - base;
    if (is_decided) {
        lcorm_push_leaf(L, junction->absorbing);
    } else if (count == 0) {
        lcorm_push_leaf(L, junction->neutral);
    } else if (count > 1) {
        junction_push(L, junction, base + 1, count);
    }
    if (lua_gettop(L) > base + 1) {
        lua_replace(L, base + 1);
        lua_settop(L, base + 1);
    }
}

void lcorm_push_logic(lua_State *L, enum corm_op op, unsigned flags, int first,
                      int last)
{
    bool is_and = op == CORM_OP_AND;
    struct junction junction = {
        .op = op,
        .flags = flags,
        .neutral = is_and ? CORM_NODE_TRUE : CORM_NODE_FALSE,
        .absorbing = is_and ? CORM_NODE_FALSE : CORM_NODE_TRUE,
    };
    bool is_flat = first < last;
    for (int i = first; i <= last && is_flat; i++) {
        is_flat = is_member(&junction, lcorm_node_at(L, i));
    }
    if (is_flat) {
        junction_push(L, &junction, first, last - first + 1);
    } else {
        junction_gather(L, &junction, first, last);
    }
}

/* True for what has to be told from a value where it stands as a condition by itself. */
static bool wants_mark(const struct corm_node *node)
{
    bool is_loose = node->kind == CORM_NODE_BINARY &&
                    corm_op_table[node->op].precedence == CORM_OP_LOOSE;
    return is_loose || corm_node_is_flag(node);
}

void lcorm_push_junction(lua_State *L, enum corm_op op, int first, int last)
{
    if (first > last) {
        push_no_condition(L, op);
        return;
    }
    for (int i = first; i <= last; i++) {
        lcorm_coerce_clause(L, i, op == CORM_OP_AND ? "and_" : "or_");
    }
    lcorm_push_logic(L, op, 0, first, last);
    if (wants_mark(lcorm_node_at(L, -1))) {
        lcorm_push_unary(L, CORM_OP_AS_BOOLEAN, lua_gettop(L));
        lua_remove(L, -2);
    }
}
