/* SPDX-License-Identifier: MIT */
/*
 * ColumnElement: the operators of every SQL expression, as methods and as metamethods.
 * Methods that differ only in their operator are one function with the operator as
 * upvalue.
 */
#include "lua/node_operate.h"

#include <string.h>

#include "lua/node.h"
#include "lua/node_comparator.h"
#include "lua/open.h"

/* The operator of the running method. */
static enum corm_op own_op(lua_State *L)
{
    return (enum corm_op)lua_tointeger(L, lua_upvalueindex(1));
}

/* The expression that a method is called on: a value there was meant as its argument. */
static const struct corm_node *check_self(lua_State *L)
{
    bool is_object = lua_type(L, 1) == LUA_TUSERDATA;
    if (lua_istable(L, 1) && lua_getmetatable(L, 1)) {
        is_object = true;
        lua_pop(L, 1);
    }
    if (!is_object) {
        const char *name = lua_tostring(L, lua_upvalueindex(2));
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "%s: no expression as self: element:%s() is written with a colon",
                   name, name);
    }
    return lcorm_coerce_expression(L, 1, 0);
}

/* The expression itself, and at least one argument, nil included. */
static void check_operands(lua_State *L)
{
    check_self(L);
    if (lua_gettop(L) < 2) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s: the other operand is missing",
                   lua_tostring(L, lua_upvalueindex(2)));
    }
}

/* element:eq(other) and its like -> ColumnElement */
static int element_compare(lua_State *L)
{
    check_operands(L);
    lcorm_push_comparison(L, own_op(L), 1, 2);
    return 1;
}

/* element:concat(other), bitwise_and(other) … -> ColumnElement */
static int element_binary(lua_State *L)
{
    check_operands(L);
    lcorm_coerce_operand(L, 2, 1, own_op(L), lcorm_resolve_node(L, 2));
    lcorm_push_binary(L, own_op(L), 1, 2);
    return 1;
}

/* left + right and its like, either of which may be a plain value -> ColumnElement */
static int element_arithmetic(lua_State *L)
{
    if (lcorm_call_own_metamethod(L)) {
        return 1;
    }
    lcorm_push_arithmetic(L, own_op(L), 1, 2);
    return 1;
}

/* base ^ exponent, either of which may be a plain value -> pow(base, exponent) */
static int element_power(lua_State *L)
{
    if (lcorm_call_own_metamethod(L)) {
        return 1;
    }
    lua_settop(L, 2);
    lua_pushliteral(L, "pow");
    lua_pushnil(L);
    lua_pushnil(L);
    lua_rotate(L, 1, 3);
    return lcorm_call_function(L);
}

/* left << right, left >> right: of types that have them, as ranges -> ColumnElement */
static int element_shift(lua_State *L)
{
    element_arithmetic(L);
    const struct corm_node *node = lcorm_test_node(L, -1);
    bool is_shift = node != NULL && node->kind == CORM_NODE_BINARY &&
                    node->op == own_op(L) && node->kid[0] != NULL;
    unsigned kind = is_shift ? node->kid[0]->type->kind : CORM_TYPE_NULL;
    if (kind >= CORM_TYPE_SMALLINT && kind <= CORM_TYPE_ENUM) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "%s has no operators << and >>: use bitwise_lshift() and its like",
                   corm_type_class_name(node->kid[0]->type));
    }
    return 1;
}

/* element:desc() and its like -> ColumnElement */
static int element_unary(lua_State *L)
{
    check_self(L);
    lcorm_push_unary(L, own_op(L), 1);
    return 1;
}

/* -element -> ColumnElement */
static int element_minus(lua_State *L)
{
    return lcorm_call_own_metamethod(L) ? 1 : element_unary(L);
}

/* element:in_(values) -> ColumnElement */
static int element_in(lua_State *L)
{
    check_operands(L);
    lcorm_push_in(L, own_op(L), 1, 2);
    return 1;
}

/* element:like(pattern, {escape, autoescape}) and its like -> ColumnElement */
static int element_pattern(lua_State *L)
{
    check_operands(L);
    lua_settop(L, 3);
    lcorm_push_pattern(L, own_op(L), 1, 2, 3);
    return 1;
}

/* element:between(low, high, {symmetric}) -> ColumnElement */
static int element_between(lua_State *L)
{
    static const char *const options[] = { "symmetric", NULL };
    check_self(L);
    if (lua_gettop(L) < 3) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "between needs a low and a high value");
    }
    lua_settop(L, 4);
    lcorm_check_options(L, 4, options);
    bool is_symmetric = lcorm_option_bool(L, 4, "symmetric", false);
    lcorm_coerce_expression(L, 2, 1);
    lcorm_coerce_expression(L, 3, 1);

    struct corm_node_spec spec = { .kind = CORM_NODE_BETWEEN,
                                   .op = (uint8_t)own_op(L),
                                   .flags = is_symmetric ? CORM_NODE_VARIANT : 0,
                                   .type = &corm_type_boolean,
                                   .nkids = 3 };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = 1 });
    return 1;
}

/* element:collate(name) -> ColumnElement */
static int element_collate(lua_State *L)
{
    size_t len;
    check_self(L);
    const char *name = lcorm_check_string(L, 2, &len);
    struct corm_node_spec literal = { .kind = CORM_NODE_LITERAL,
                                      .name = name,
                                      .name_len = len };
    lcorm_push_node(L, &literal, &(struct lcorm_pins){ 0 });
    lua_replace(L, 2);
    lcorm_push_binary(L, CORM_OP_COLLATE, 1, 2);
    return 1;
}

/* What has a name that one made by the compiler begins with. */
static bool has_own_name(const struct corm_node *node)
{
    return node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_COLREF ||
           node->kind == CORM_NODE_FUNCTION;
}

/* True if the value is a quoted_name() of corm.sql.names. */
static bool is_quoted_name(lua_State *L, int idx)
{
    bool is_one =
        lua_istable(L, idx) && luaL_getmetafield(L, idx, "__name") == LUA_TSTRING;
    if (is_one) {
        is_one = strcmp(lua_tostring(L, -1), "corm.quoted_name") == 0;
        lua_pop(L, 1);
    }
    return is_one;
}

/* Put the text of a quoted_name() in its place; return how it is quoted. */
static uint16_t take_quoted_name(lua_State *L, int idx)
{
    unsigned flags = 0;
    if (lua_getfield(L, idx, "quote") != LUA_TNIL) {
        flags = lua_toboolean(L, -1) ? CORM_NODE_QUOTED : CORM_NODE_UNQUOTED;
    }
    lua_pop(L, 1);
    lua_getfield(L, idx, "value");
    lua_replace(L, idx);
    return (uint16_t)flags;
}

/* element:label([name]) -> Label; without a name the compiler makes one */
static int element_label(lua_State *L)
{
    const struct corm_node *node = check_self(L);
    struct corm_node_spec spec = { .kind = CORM_NODE_LABEL,
                                   .type = node->type,
                                   .nkids = 1 };
    if (is_quoted_name(L, 2)) {
        spec.flags = take_quoted_name(L, 2);
    }
    if (!lua_isnoneornil(L, 2)) {
        spec.name = lcorm_check_string(L, 2, &spec.name_len);
    } else {
        spec.flags = CORM_NODE_ANONYMOUS;
        spec.name = has_own_name(node) ? node->name : NULL;
        spec.name_len = has_own_name(node) ? node->name_len : 0;
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .typed = 1, .first = 1 });
    return 1;
}

/* ~element: the opposite condition -> ColumnElement */
static int element_invert(lua_State *L)
{
    if (lcorm_call_own_metamethod(L)) {
        return 1;
    }
    lcorm_coerce_expression(L, 1, 0);
    lcorm_push_negation(L, 1);
    return 1;
}

/* left & right, left | right -> ColumnElement */
static int element_logic(lua_State *L)
{
    lua_settop(L, 2);
    if (lcorm_call_own_metamethod(L)) {
        return 1;
    }
    lcorm_push_junction(L, own_op(L), 1, 2);
    return 1;
}

/* tostring(element) -> its SQL in the default dialect */
static int element_tostring(lua_State *L)
{
    lcorm_push_sql(L, 1);
    return 1;
}

struct method {
    const char *name;
    lua_CFunction function;
    enum corm_op op;
};

/* The names of SQLAlchemy, older spellings included. */
static const struct method methods[] = {
    { "all_", element_unary, CORM_OP_ALL },
    { "any_", element_unary, CORM_OP_ANY },
    { "asc", element_unary, CORM_OP_ASC },
    { "between", element_between, CORM_OP_BETWEEN },
    { "bitwise_and", element_binary, CORM_OP_BITWISE_AND },
    { "bitwise_lshift", element_binary, CORM_OP_LSHIFT },
    { "bitwise_not", element_unary, CORM_OP_BITWISE_NOT },
    { "bitwise_or", element_binary, CORM_OP_BITWISE_OR },
    { "bitwise_rshift", element_binary, CORM_OP_RSHIFT },
    { "bitwise_xor", element_binary, CORM_OP_BITWISE_XOR },
    { "collate", element_collate, CORM_OP_COLLATE },
    { "concat", element_binary, CORM_OP_CONCAT },
    { "contains", element_pattern, CORM_OP_CONTAINS },
    { "desc", element_unary, CORM_OP_DESC },
    { "distinct", element_unary, CORM_OP_DISTINCT },
    { "endswith", element_pattern, CORM_OP_ENDSWITH },
    { "eq", element_compare, CORM_OP_EQ },
    { "ge", element_compare, CORM_OP_GE },
    { "gt", element_compare, CORM_OP_GT },
    { "icontains", element_pattern, CORM_OP_ICONTAINS },
    { "iendswith", element_pattern, CORM_OP_IENDSWITH },
    { "ilike", element_pattern, CORM_OP_ILIKE },
    { "in_", element_in, CORM_OP_IN },
    { "is_", element_compare, CORM_OP_IS },
    { "is_distinct_from", element_compare, CORM_OP_IS_DISTINCT_FROM },
    { "is_not", element_compare, CORM_OP_IS_NOT },
    { "is_not_distinct_from", element_compare, CORM_OP_IS_NOT_DISTINCT_FROM },
    { "isnot", element_compare, CORM_OP_IS_NOT },
    { "isnot_distinct_from", element_compare, CORM_OP_IS_NOT_DISTINCT_FROM },
    { "istartswith", element_pattern, CORM_OP_ISTARTSWITH },
    { "label", element_label, CORM_OP_NONE },
    { "le", element_compare, CORM_OP_LE },
    { "like", element_pattern, CORM_OP_LIKE },
    { "lt", element_compare, CORM_OP_LT },
    { "match", element_binary, CORM_OP_MATCH },
    { "ne", element_compare, CORM_OP_NE },
    { "not_between", element_between, CORM_OP_NOT_BETWEEN },
    { "not_ilike", element_pattern, CORM_OP_NOT_ILIKE },
    { "not_in", element_in, CORM_OP_NOT_IN },
    { "not_like", element_pattern, CORM_OP_NOT_LIKE },
    { "notilike", element_pattern, CORM_OP_NOT_ILIKE },
    { "notin_", element_in, CORM_OP_NOT_IN },
    { "notlike", element_pattern, CORM_OP_NOT_LIKE },
    { "nulls_first", element_unary, CORM_OP_NULLS_FIRST },
    { "nulls_last", element_unary, CORM_OP_NULLS_LAST },
    { "nullsfirst", element_unary, CORM_OP_NULLS_FIRST },
    { "nullslast", element_unary, CORM_OP_NULLS_LAST },
    { "regexp_match", element_pattern, CORM_OP_REGEXP_MATCH },
    { "startswith", element_pattern, CORM_OP_STARTSWITH },
    { NULL, NULL, CORM_OP_NONE },
};

static const struct method metamethods[] = {
    { "__add", element_arithmetic, CORM_OP_ADD },
    { "__band", element_logic, CORM_OP_AND },
    { "__bnot", element_invert, CORM_OP_NONE },
    { "__bor", element_logic, CORM_OP_OR },
    { "__concat", element_arithmetic, CORM_OP_CONCAT },
    { "__div", element_arithmetic, CORM_OP_TRUEDIV },
    { "__idiv", element_arithmetic, CORM_OP_FLOORDIV },
    { "__mod", element_arithmetic, CORM_OP_MOD },
    { "__mul", element_arithmetic, CORM_OP_MUL },
    { "__pow", element_power, CORM_OP_NONE },
    { "__shl", element_shift, CORM_OP_LSHIFT },
    { "__shr", element_shift, CORM_OP_RSHIFT },
    { "__sub", element_arithmetic, CORM_OP_SUB },
    { "__tostring", element_tostring, CORM_OP_NONE },
    { "__unm", element_minus, CORM_OP_NEG },
    { NULL, NULL, CORM_OP_NONE },
};

const struct lcorm_family lcorm_element_family = {
    .cls = { .name = "corm.ColumnElement", .size = sizeof(struct corm_node) },
};

const struct lcorm_family lcorm_function_family = {
    .cls = { .name = "corm.Function", .size = sizeof(struct corm_node) },
    .parent = &lcorm_element_family,
};

const struct lcorm_family lcorm_scalar_family = {
    .cls = { .name = "corm.ScalarSelect", .size = sizeof(struct corm_node) },
    .parent = &lcorm_element_family,
};

const struct lcorm_family lcorm_text_family = {
    .cls = { .name = "corm.TextClause", .size = sizeof(struct corm_node) },
    .parent = &lcorm_element_family,
};

const struct lcorm_family lcorm_custom_family = {
    .cls = { .name = "corm.CustomElement", .size = sizeof(struct corm_node) },
    .parent = &lcorm_element_family,
};

/* Put the functions into the table at idx; upvalues: operator, name. */
static void add_methods(lua_State *L, int idx, const struct method *list)
{
    idx = lua_absindex(L, idx);
    for (; list->name != NULL; list++) {
        lua_pushinteger(L, list->op);
        lua_pushstring(L, list->name);
        lua_pushcclosure(L, list->function, 2);
        lua_setfield(L, idx, list->name);
    }
}

void lcorm_add_operators(lua_State *L, int meta)
{
    add_methods(L, meta, metamethods);
}

/* Open a family whose members are expressions. */
static void open_expressions(lua_State *L, const struct lcorm_family *family)
{
    lcorm_family_open(L, family);
    lcorm_class_push(L, &family->cls);
    lcorm_add_operators(L, -1);
    lua_pop(L, 1);
}

void lcorm_open_element(lua_State *L)
{
    open_expressions(L, &lcorm_element_family);
    lcorm_class_push(L, &lcorm_element_family.cls);
    lua_getfield(L, -1, "__methods");
    add_methods(L, -1, methods);
    lua_pop(L, 2);
    open_expressions(L, &lcorm_function_family);
    open_expressions(L, &lcorm_scalar_family);
    open_expressions(L, &lcorm_text_family);
    open_expressions(L, &lcorm_custom_family);
    open_expressions(L, &lcorm_column_family);
}
