/* SPDX-License-Identifier: MIT */
/*
 * Making nodes of any kind from Lua, and taking them apart: what lua/corm/sql builds the
 * rarer constructs with. Kinds and operators go by their names in lower case.
 */
#include "lua/node.h"
#include "lua/node_operate.h"
#include "lua/open.h"
#include "lua/type.h"
#include "sql/compiler.h"

#include <string.h>

static const char *const kind_names[CORM_NODE_KIND_COUNT] = {
    [CORM_NODE_NULL] = "null",
    [CORM_NODE_TRUE] = "true",
    [CORM_NODE_FALSE] = "false",
    [CORM_NODE_DEFAULT] = "default",
    [CORM_NODE_STAR] = "star",
    [CORM_NODE_BIND] = "bind",
    [CORM_NODE_TEXT] = "text",
    [CORM_NODE_LITERAL] = "literal",
    [CORM_NODE_COLUMN] = "column",
    [CORM_NODE_COLREF] = "colref",
    [CORM_NODE_UNARY] = "unary",
    [CORM_NODE_BINARY] = "binary",
    [CORM_NODE_BETWEEN] = "between",
    [CORM_NODE_LIST] = "list",
    [CORM_NODE_GROUPING] = "grouping",
    [CORM_NODE_TUPLE] = "tuple",
    [CORM_NODE_FUNCTION] = "function",
    [CORM_NODE_CASE] = "case",
    [CORM_NODE_CAST] = "cast",
    [CORM_NODE_COERCE] = "coerce",
    [CORM_NODE_EXTRACT] = "extract",
    [CORM_NODE_LABEL] = "label",
    [CORM_NODE_OVER] = "over",
    [CORM_NODE_FILTER] = "filter",
    [CORM_NODE_WITHIN] = "within",
    [CORM_NODE_SCALAR] = "scalar",
    [CORM_NODE_EXISTS] = "exists",
    [CORM_NODE_SLICE] = "slice",
    [CORM_NODE_CUSTOM] = "custom",
    [CORM_NODE_SPLICE] = "splice",
    [CORM_NODE_ARRAY] = "array",
    [CORM_NODE_TABLE] = "table",
    [CORM_NODE_ALIAS] = "alias",
    [CORM_NODE_SUBQUERY] = "subquery",
    [CORM_NODE_CTE] = "cte",
    [CORM_NODE_JOIN] = "join",
    [CORM_NODE_LATERAL] = "lateral",
    [CORM_NODE_VALUES] = "values",
    [CORM_NODE_TABLE_FUNCTION] = "table_function",
    [CORM_NODE_SELECT] = "select",
    [CORM_NODE_COMPOUND] = "compound",
    [CORM_NODE_INSERT] = "insert",
    [CORM_NODE_UPDATE] = "update",
    [CORM_NODE_DELETE] = "delete",
    [CORM_NODE_STATEMENT_TEXT] = "statement_text",
    [CORM_NODE_CUSTOM_STATEMENT] = "custom_statement",
    [CORM_NODE_ASSIGN] = "assign",
    [CORM_NODE_ROW] = "row",
    [CORM_NODE_JOIN_SPEC] = "join_spec",
    [CORM_NODE_FOR_UPDATE] = "for_update",
    [CORM_NODE_FETCH] = "fetch",
    [CORM_NODE_ON_CONFLICT] = "on_conflict",
    [CORM_NODE_OPTION] = "option",
    [CORM_NODE_ENTITY] = "entity",
    [CORM_NODE_ATTRIBUTE] = "attribute",
    [CORM_NODE_RELATIONSHIP] = "relationship",
};

static const struct {
    const char *name;
    unsigned flag;
} flag_names[] = {
    { "anonymous", CORM_NODE_ANONYMOUS },
    { "expanding", CORM_NODE_EXPANDING },
    { "has_aggregate", CORM_NODE_HAS_AGGREGATE },
    { "has_bind", CORM_NODE_HAS_BIND },
    { "has_custom", CORM_NODE_HAS_CUSTOM },
    { "has_entity", CORM_NODE_HAS_ENTITY },
    { "literal_execute", CORM_NODE_LITERAL_EXECUTE },
    { "nested", CORM_NODE_NESTED },
    { "quoted", CORM_NODE_QUOTED },
    { "required", CORM_NODE_REQUIRED },
    { "uncacheable", CORM_NODE_UNCACHEABLE },
    { "unquoted", CORM_NODE_UNQUOTED },
    { "variant", CORM_NODE_VARIANT },
};

enum {
    ARG_SPEC = 2, /* the spec table is argument 2 */
    UV_VALUE = 1
};

const char *lcorm_kind_name(const struct corm_node *node)
{
    return kind_names[node->kind];
}

static uint8_t check_kind(lua_State *L, int idx)
{
    const char *name = lcorm_check_string(L, idx, NULL);
    for (unsigned kind = CORM_NODE_NULL; kind < CORM_NODE_KIND_COUNT; kind++) {
        if (kind_names[kind] != NULL && strcmp(kind_names[kind], name) == 0) {
            return (uint8_t)kind;
        }
    }
    return (uint8_t)lcorm_fail(L, CORM_E_ARGUMENT, "unknown kind of node '%s'", name);
}

/* The operator called name, in any case: "eq" or "EQ". */
static uint8_t find_op(lua_State *L, const char *name)
{
    for (unsigned op = 0; op < CORM_OP_COUNT; op++) {
        const char *known = corm_op_table[op].name;
        size_t i = 0;
        while (name[i] != '\0' && (known[i] | 0x20) == (name[i] | 0x20)) {
            i++;
        }
        if (name[i] == '\0' && known[i] == '\0') {
            return (uint8_t)op;
        }
    }
    return (uint8_t)lcorm_fail(L, CORM_E_ARGUMENT, "unknown operator '%s'", name);
}

/* Push spec[name]; return its stack index, 0 if it is nil. */
static int push_field(lua_State *L, const char *name)
{
    return lua_getfield(L, ARG_SPEC, name) == LUA_TNIL ? 0 : lua_gettop(L);
}

static uint16_t read_flags(lua_State *L, uint16_t flags)
{
    for (size_t i = 0; i < CORM_LENGTH(flag_names); i++) {
        if (lua_getfield(L, ARG_SPEC, flag_names[i].name) != LUA_TNIL) {
            unsigned rest = flags & ~flag_names[i].flag;
            flags = (uint16_t)(rest | (lua_toboolean(L, -1) ? flag_names[i].flag : 0));
        }
        lua_pop(L, 1);
    }
    return flags;
}

static uint64_t read_id(lua_State *L, uint64_t id)
{
    if (lua_getfield(L, ARG_SPEC, "id") == LUA_TBOOLEAN) {
        id = corm_node_next_id();
    } else if (!lua_isnil(L, -1)) {
        id = (uint64_t)lcorm_check_integer(L, -1);
    }
    lua_pop(L, 1);
    return id;
}

/* spec.width: values in each tuple of spec.values */
static uint32_t read_width(lua_State *L)
{
    lua_Integer width = lcorm_option_int(L, ARG_SPEC, "width", 1);
    return width < 1 || width > UINT16_MAX ? 1 : (uint32_t)width;
}

/*
 * Read op, name, type, value, values, pin, flags and id of the spec table. What they point into
 * stays on the stack, where pins says if it is to be pinned.
 */
static void read_spec(lua_State *L, struct corm_node_spec *spec,
                      struct lcorm_pins *pins)
{
    luaL_checkstack(L, 16, "node");
    if (push_field(L, "op") != 0) {
        spec->op = find_op(L, lcorm_check_string(L, -1, NULL));
    }
    spec->flags = read_flags(L, spec->flags);
    spec->id = read_id(L, spec->id);
    int idx = push_field(L, "name");
    if (idx != 0) {
        spec->name = lcorm_check_string(L, idx, &spec->name_len);
    }
    idx = push_field(L, "type");
    if (idx != 0) {
        const struct corm_node *lender = lcorm_test_node(L, idx);
        spec->type = lender != NULL ? lender->type : lcorm_check_type(L, idx);
        *(lender != NULL ? &pins->typed : &pins->type) = idx;
    }
    idx = push_field(L, "value");
    if (idx != 0) {
        spec->value = lcorm_to_value(L, idx);
        pins->value = idx;
    }
    idx = push_field(L, "values");
    if (idx != 0) {
        lcorm_push_bind_list(L, idx, read_width(L), &spec->value);
        pins->value = lua_gettop(L);
    }
    idx = push_field(L, "pin");
    if (idx != 0) {
        pins->value = idx;
    }
}

/* Refuse what is made of another node that is not there: a method without its self. */
static void check_origin(lua_State *L, enum corm_node_kind kind)
{
    switch (kind) {
    case CORM_NODE_ALIAS:
    case CORM_NODE_CTE:
    case CORM_NODE_STATEMENT_TEXT:
    case CORM_NODE_SUBQUERY:
    case CORM_NODE_TABLE_FUNCTION:
        break;
    default:
        return;
    }
    lua_rawgeti(L, ARG_SPEC, 1);
    if (lcorm_test_node(L, -1) == NULL) {
        lcorm_fail(
            L, CORM_E_ARGUMENT,
            "a statement or expression expected as self, got %s: object:method() "
            "is written with a colon",
            lcorm_type_name(L, -1));
    }
    lua_pop(L, 1);
}

/*
 * core.node(kind, {op, name, type, value, …, flag = bool …, n, [i] = child}) -> node.
 * id = true takes a new number; `values` is the sequence (of tuples of `width`) of an
 * EXPANDING bind; children are nodes, nil or false.
 */
static int core_node(lua_State *L)
{
    struct corm_node_spec spec = { .kind = check_kind(L, 1) };
    struct lcorm_pins pins = { .list = ARG_SPEC };
    lcorm_check_lua_type(L, ARG_SPEC, LUA_TTABLE);
    lua_settop(L, ARG_SPEC);
    read_spec(L, &spec, &pins);
    check_origin(L, spec.kind);
    if (push_field(L, "n") != 0) {
        spec.nkids = (uint32_t)lcorm_check_integer(L, -1);
    } else {
        spec.nkids = (uint32_t)lua_rawlen(L, ARG_SPEC);
    }
    lcorm_push_node(L, &spec, &pins);
    return 1;
}

/* core.respec(node, {field = changed …}) -> a node with the same children */
static int core_respec(lua_State *L)
{
    struct corm_node_spec spec = lcorm_node_spec(lcorm_check_node(L, 1));
    struct lcorm_pins pins = { 0 };
    lcorm_check_lua_type(L, ARG_SPEC, LUA_TTABLE);
    lua_settop(L, ARG_SPEC);
    read_spec(L, &spec, &pins);
    lcorm_push_respec(L, 1, &spec, &pins);
    return 1;
}

/* core.with_kid(node, i, child or nil) -> a node with that child in place i (from 0) */
static int core_with_kid(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, 1);
    lua_Integer slot = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, slot >= 0 && slot < (lua_Integer)node->nkids, 2,
                    "no such child");
    lua_settop(L, 3);
    bool is_there = lua_toboolean(L, 3) && lcorm_check_node(L, 3) != NULL;
    lcorm_push_with_kid(L, 1, (uint32_t)slot, is_there ? 3 : 0);
    return 1;
}

/* core.kid(node, i) -> child i (from 0), or nil */
static int core_kid(lua_State *L)
{
    lua_Integer i = lcorm_check_integer(L, 2);
    lcorm_check_node(L, 1);
    lcorm_push_kid(L, 1, i < 0 ? UINT32_MAX : (uint32_t)i);
    return 1;
}

/* core.kid_count(node) -> number of children, absent ones included */
static int core_kid_count(lua_State *L)
{
    lua_pushinteger(L, lcorm_check_node(L, 1)->nkids);
    return 1;
}

/* core.kind(value) -> name of the node's kind; nil if the value is no node */
static int core_kind(lua_State *L)
{
    const struct corm_node *node = lcorm_test_node(L, 1);
    lua_pushstring(L, node == NULL ? NULL : kind_names[node->kind]);
    return 1;
}

/* core.op(node) -> name of its operator, "NONE" if there is none */
static int core_op(lua_State *L)
{
    lua_pushstring(L, corm_op_table[lcorm_check_node(L, 1)->op].name);
    return 1;
}

/* core.needs_parens(node, op or nil) -> whether it is in parentheses beside the operator */
static int core_needs_parens(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, 1);
    const char *op = lcorm_opt_string(L, 2, NULL);
    lua_pushboolean(
        L, corm_node_needs_parens(node, op == NULL ? CORM_OP_NONE : find_op(L, op)));
    return 1;
}

/* core.name(node) -> its name, or nil */
static int core_name(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, 1);
    if (node->name == NULL) {
        lua_pushnil(L);
    } else {
        lua_pushlstring(L, node->name, node->name_len);
    }
    return 1;
}

/* core.id(node) -> its identity, 0 for most kinds */
static int core_id(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lcorm_check_node(L, 1)->id);
    return 1;
}

/* core.fingerprint(node) -> what equal shapes have in common, in hexadecimal digits */
static int core_fingerprint(lua_State *L)
{
    char text[17];
    uint64_t fp = lcorm_check_node(L, 1)->fp;
    for (unsigned i = 0; i < 16; i++) {
        text[i] = "0123456789abcdef"[fp >> (60 - 4 * i) & 15];
    }
    lua_pushlstring(L, text, 16);
    return 1;
}

/* core.type_of(node) -> Type */
static int core_type_of(lua_State *L)
{
    lcorm_check_node(L, 1);
    lcorm_push_node_type(L, 1);
    return 1;
}

/* core.pin(object) -> what its user value 1 holds: the value of a BIND, a detail table */
static int core_pin(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TUSERDATA);
    lua_getiuservalue(L, 1, UV_VALUE);
    return 1;
}

/* core.value(node) -> the node's own value, nil for NULL and none; lists as they are */
static int core_value(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, 1);
    if (node->value.tag == CORM_TAG_FOREIGN) {
        lua_getiuservalue(L, 1, UV_VALUE);
    } else if (node->value.tag == CORM_TAG_OBJECT) {
        lua_getiuservalue(L, 1, UV_VALUE);
        lua_getiuservalue(L, -1, 1);
    } else {
        lcorm_push_value(L, &node->value);
    }
    return 1;
}

/* core.flag(node, name) -> boolean */
static int core_flag(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, 1);
    const char *name = lcorm_check_string(L, 2, NULL);
    for (size_t i = 0; i < CORM_LENGTH(flag_names); i++) {
        if (strcmp(flag_names[i].name, name) == 0) {
            lua_pushboolean(L, (node->flags & flag_names[i].flag) != 0);
            return 1;
        }
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "unknown flag '%s'", name);
}

/* core.resolve(value) -> the node it is or stands for, or nil */
static int core_resolve(lua_State *L)
{
    lcorm_check_any(L, 1);
    lua_settop(L, 1);
    if (lcorm_resolve_node(L, 1) == NULL) {
        lua_pushnil(L);
    }
    return 1;
}

/* core.coerce(value, [hint]) -> expression; values become binds, like those of `hint` */
static int core_coerce(lua_State *L)
{
    lua_settop(L, 2);
    bool has_hint = !lua_isnil(L, 2) && lcorm_check_node(L, 2) != NULL;
    lcorm_coerce_expression(L, 1, has_hint ? 2 : 0);
    lua_settop(L, 1);
    return 1;
}

/* core.clause(value, what) -> expression; only SQL is accepted */
static int core_clause(lua_State *L)
{
    const char *what = lcorm_check_string(L, 2, NULL);
    lcorm_coerce_clause(L, 1, what);
    lua_settop(L, 1);
    return 1;
}

/* core.and_(…), core.or_(…), core.not_(condition) -> condition */
static int core_and(lua_State *L)
{
    lcorm_push_junction(L, CORM_OP_AND, 1, lua_gettop(L));
    return 1;
}

static int core_or(lua_State *L)
{
    lcorm_push_junction(L, CORM_OP_OR, 1, lua_gettop(L));
    return 1;
}

static int core_not(lua_State *L)
{
    lcorm_check_any(L, 1);
    lcorm_coerce_clause(L, 1, "not_");
    lcorm_push_negation(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {
    { "and_", core_and },
    { "clause", core_clause },
    { "coerce", core_coerce },
    { "fingerprint", core_fingerprint },
    { "flag", core_flag },
    { "id", core_id },
    { "kid", core_kid },
    { "kid_count", core_kid_count },
    { "kind", core_kind },
    { "name", core_name },
    { "node", core_node },
    { "not_", core_not },
    { "needs_parens", core_needs_parens },
    { "op", core_op },
    { "or_", core_or },
    { "pin", core_pin },
    { "resolve", core_resolve },
    { "respec", core_respec },
    { "type_of", core_type_of },
    { "value", core_value },
    { "with_kid", core_with_kid },
    { NULL, NULL },
};

void lcorm_open_node(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_family_open(L, &lcorm_clause_family);
}
