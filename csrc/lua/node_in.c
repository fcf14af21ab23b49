/* SPDX-License-Identifier: MIT */
/*
 * [NOT] IN. A sequence of plain values is one EXPANDING bind, whatever its length: the
 * statement's shape does not depend on it. Its cell points to a struct corm_bind_list in a
 * userdata, which pins the Lua values as its user value 1: a flat sequence.
 */
#include "lua/node.h"
#include "lua/node_operate.h"
#include "lua/row.h"
#include "sql/columns.h"

/* How a sequence is to be bound. */
struct in_list {
    int values; /* stack index of the flat sequence of values */
    uint32_t count; /* values or tuples */
    uint32_t width; /* values in a tuple */
};

/* The length of the sequence at idx; raises if it is none. */
static uint32_t sequence_length(lua_State *L, int idx)
{
    bool is_table = lua_istable(L, idx);
    if (!is_table && luaL_getmetafield(L, idx, "__len") == LUA_TNIL) {
        lcorm_fail(
            L, CORM_E_ARGUMENT,
            "in_: a sequence of values, a select or a bindparam expected, got %s",
            lcorm_type_name(L, idx));
    }
    lua_Integer n = luaL_len(L, idx);
    if (n == 0 && is_table) {
        lua_pushnil(L);
        if (lua_next(L, idx) != 0) {
            lcorm_fail(L, CORM_E_ARGUMENT, "in_: the values must be a sequence");
        }
    }
    if (n < 0 || n > INT32_MAX) {
        lcorm_fail(L, CORM_E_ARGUMENT, "in_: too many values");
    }
    return (uint32_t)n;
}

/* Push a copy of the sequence at idx, all in one level; tuples are laid out flat. */
static void flatten(lua_State *L, int idx, struct in_list *in)
{
    lcorm_reserve(L, 8, "in_");
    lua_createtable(L, (int)(in->count * in->width), 0);
    in->values = lua_gettop(L);
    lua_Integer at = 0;
    for (uint32_t i = 1; i <= in->count; i++) {
        lua_geti(L, idx, (lua_Integer)i);
        if (in->width == 1) {
            lua_rawseti(L, in->values, ++at);
            continue;
        }
        if (!lcorm_is_tuple(L, -1) || luaL_len(L, -1) != (lua_Integer)in->width) {
            lcorm_fail(L, CORM_E_ARGUMENT,
                       "in_: value %d is not a sequence of %d values", (int)i,
                       (int)in->width);
        }
        for (uint32_t j = 1; j <= in->width; j++) {
            lua_geti(L, -1, (lua_Integer)j);
            lua_rawseti(L, in->values, ++at);
        }
        lua_pop(L, 1);
    }
}

/* Push the userdata with the cells of the values. */
static struct corm_bind_list *push_bind_list(lua_State *L, const struct in_list *in)
{
    size_t ncells = (size_t)in->count * in->width;
    size_t bytes = sizeof(struct corm_bind_list) + ncells * sizeof(struct corm_value);
    struct corm_bind_list *list = lua_newuserdatauv(L, bytes, 1);
    struct corm_value *cells = (struct corm_value *)(void *)(list + 1);
    for (size_t i = 0; i < ncells; i++) {
        lua_rawgeti(L, in->values, (lua_Integer)i + 1);
        cells[i] = lcorm_to_value(L, -1);
        lua_pop(L, 1);
    }
    *list = (struct corm_bind_list){ .count = in->count,
                                     .width = in->width,
                                     .items = cells };
    lua_pushvalue(L, in->values);
    lua_setiuservalue(L, -2, 1);
    return list;
}

void lcorm_push_bind_list(lua_State *L, int idx, uint32_t width,
                          struct corm_value *value_out)
{
    struct in_list in = { .width = width };
    int base = lua_gettop(L);
    idx = lua_absindex(L, idx);
    in.count = sequence_length(L, idx);
    flatten(L, idx, &in);
    struct corm_bind_list *list = push_bind_list(L, &in);
    *value_out = (struct corm_value){ .tag = CORM_TAG_OBJECT, .as.p = list };
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
}

/* True if any value of the flat sequence is an expression rather than a value. */
static bool has_expressions(lua_State *L, const struct in_list *in)
{
    bool is_found = false;
    size_t n = (size_t)in->count * in->width;
    for (size_t i = 1; i <= n && !is_found; i++) {
        lua_rawgeti(L, in->values, (lua_Integer)i);
        is_found = lcorm_test_node(L, -1) != NULL ||
                   luaL_getmetafield(L, -1, "__clause_element") != LUA_TNIL;
        lua_settop(L, in->values);
    }
    return is_found;
}

/* SQL around each parameter of the type: no list of values that is written later. */
static bool is_wrapped(const struct corm_node *left, const struct in_list *in)
{
    return in->count > 0 && in->width == 1 &&
           left->type->around_bind.expression != NULL;
}

/* Push (a, :b, …) of the flat sequence, whose members become nodes. */
static void push_expressions(lua_State *L, const struct in_list *in, int left)
{
    for (uint32_t i = 1; i <= in->count; i++) {
        lua_rawgeti(L, in->values, (lua_Integer)i);
        lcorm_coerce_expression(L, lua_gettop(L), left);
        lua_rawseti(L, in->values, (lua_Integer)i);
    }
    struct corm_node_spec spec = { .kind = CORM_NODE_TUPLE, .nkids = in->count };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .list = in->values });
}

/* True if a value of one of the tuple's types is not sent as it is. */
static bool has_converted_item(const struct corm_node *tuple)
{
    for (uint32_t i = 0; i < tuple->nkids; i++) {
        const struct corm_type *type = tuple->kid[i]->type;
        if ((type->flags & CORM_TYPE_LUA_BIND) != 0 || type->kind == CORM_TYPE_UUID ||
            type->variants != NULL || type->around_bind.expression != NULL) {
            return true;
        }
    }
    return false;
}

/* Push ((:a, :b), …) of the flat sequence, each value of the type of its place. */
static void push_tuples(lua_State *L, const struct in_list *in, int left)
{
    struct corm_node_spec tuple = { .kind = CORM_NODE_TUPLE, .nkids = in->width };
    struct corm_node_spec list = { .kind = CORM_NODE_TUPLE, .nkids = in->count };
    int base = lua_gettop(L);
    lua_createtable(L, (int)in->count, 0);
    for (uint32_t i = 0; i < in->count; i++) {
        lua_createtable(L, (int)in->width, 0);
        for (uint32_t j = 0; j < in->width; j++) {
            lcorm_push_type_of_kid(L, left, j);
            lua_rawgeti(L, in->values, (lua_Integer)(i * in->width + j) + 1);
            lcorm_coerce_expression(L, lua_gettop(L), base + 3);
            lua_rawseti(L, base + 2, (lua_Integer)j + 1);
            lua_pop(L, 1);
        }
        lcorm_push_node(L, &tuple, &(struct lcorm_pins){ .list = base + 2 });
        lua_rawseti(L, base + 1, (lua_Integer)i + 1);
        lua_pop(L, 1);
    }
    lcorm_push_node(L, &list, &(struct lcorm_pins){ .list = base + 1 });
}

/* Push the EXPANDING bind of the flat sequence. */
static void push_expanding(lua_State *L, const struct in_list *in, int left)
{
    struct corm_bind_list *list = push_bind_list(L, in);
    struct corm_value value = { .tag = CORM_TAG_OBJECT, .as.p = list };
    lcorm_push_bind_value(L, lua_gettop(L), value, left, CORM_NODE_EXPANDING);
}

/*
 * Values in each item of the sequence at `right`: those of the tuple on the left. What has
 * no type may be a tuple too, literal_column("(a, b)").
 */
static uint32_t item_width(lua_State *L, const struct corm_node *left, int right)
{
    if (left->kind == CORM_NODE_TUPLE || left->type->kind != CORM_TYPE_NULL) {
        return left->kind == CORM_NODE_TUPLE ? left->nkids : 1;
    }
    if (!lua_istable(L, right)) {
        return 1;
    }
    lua_Integer width = lua_geti(L, right, 1) == LUA_TTABLE ? luaL_len(L, -1) : 1;
    lua_pop(L, 1);
    return width > 1 && width <= UINT16_MAX ? (uint32_t)width : 1;
}

/* Replace the sequence at `right` by the node that stands for it. */
static void sequence_to_node(lua_State *L, int left, int right)
{
    const struct corm_node *node = lcorm_node_at(L, left);
    struct in_list in = { .width = item_width(L, node, right) };
    in.count = sequence_length(L, right);
    if (in.width > 1 && in.count > 0 && lua_geti(L, right, 1) == LUA_TUSERDATA &&
        !lcorm_is_tuple(L, -1)) {
        in.width = 1; /* tuple_(…) rather than sequences */
    }
    flatten(L, right, &in);
    if (in.width == 1 && (has_expressions(L, &in) || is_wrapped(node, &in))) {
        push_expressions(L, &in, left);
    } else if (node->kind == CORM_NODE_TUPLE && in.width > 1 && in.count > 0 &&
               has_converted_item(node)) {
        push_tuples(L, &in, left);
    } else {
        push_expanding(L, &in, left);
    }
    lua_replace(L, right);
}

/* A bindparam in IN expands, whether it says so or not; its table becomes a list. */
static void expand_bind(lua_State *L, int left, int right, const struct corm_node *bind)
{
    struct corm_node_spec spec = lcorm_node_spec(bind);
    const struct corm_node *node = lcorm_node_at(L, left);
    struct lcorm_pins pins = { 0 };

    spec.flags |= CORM_NODE_EXPANDING;
    bool is_list =
        bind->type->kind == CORM_TYPE_ARRAY && node->type->kind != CORM_TYPE_ARRAY;
    if (bind->type->kind == CORM_TYPE_NULL || is_list) {
        spec.type = node->type;
        pins.typed = left;
    }
    if (spec.value.tag == CORM_TAG_FOREIGN) {
        lua_getiuservalue(L, right, 1);
        uint32_t width = item_width(L, node, lua_gettop(L));
        lcorm_push_bind_list(L, -1, width, &spec.value);
        pins.value = lua_gettop(L);
    }
    lcorm_push_respec(L, right, &spec, &pins);
    lua_replace(L, right);
}

/* A column has one value, and no list of them. */
static bool is_single(const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    return node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_COLREF;
}

void lcorm_push_in(lua_State *L, enum corm_op op, int left, int right)
{
    int base = lua_gettop(L);
    const struct corm_node *node = lcorm_resolve_node(L, right);
    if (node == NULL) {
        sequence_to_node(L, left, right);
    } else if (node->kind == CORM_NODE_BIND) {
        bool is_list = (node->flags & CORM_NODE_EXPANDING) != 0 &&
                       node->value.tag != CORM_TAG_FOREIGN &&
                       node->type->kind != CORM_TYPE_NULL;
        if (!is_list) {
            expand_bind(L, left, right, node);
        }
    } else if (node->kind == CORM_NODE_VALUES) {
        lcorm_push_scalar_values(L, right);
        lua_replace(L, right);
    } else if (corm_node_is_from(node)) {
        lcorm_push_select_of(L, right);
        lua_replace(L, right);
    } else if (is_single(node)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "in_: a sequence of values, a select or a bindparam expected, got "
                   "column '%s'",
                   node->name);
    } else if (!corm_node_is_query(node)) {
        lcorm_coerce_resolved(L, right, left, node);
    }
    lcorm_push_binary(L, op, left, right);
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
}
