/* SPDX-License-Identifier: MIT */
/* Calls of SQL functions. */
#include "lua/node.h"
#include "lua/node_operate.h"
#include "lua/node_sequence.h"
#include "lua/open.h"
#include "lua/type.h"
#include "sql/function.h"

enum {
    ARG_NAME = 1,
    ARG_PACKAGE = 2,
    ARG_TYPE = 3,
    ARG_FIRST = 4 /* the function's own arguments */
};

/* The type of the function's result; pins says what it is pinned by. */
static const struct corm_type *result_type(lua_State *L,
                                           const struct corm_function_info *info,
                                           int last, struct lcorm_pins *pins)
{
    if (!lua_isnil(L, ARG_TYPE)) {
        pins->type = ARG_TYPE;
        return lcorm_check_type(L, ARG_TYPE);
    }
    if (info == NULL) {
        return &corm_type_null;
    }
    bool is_any = (info->flags & CORM_FUNCTION_OF_ARGS) != 0;
    bool is_first = (info->flags & CORM_FUNCTION_OF_ARG) != 0;
    for (int i = ARG_FIRST; i <= last && (is_any || is_first); i++) {
        const struct corm_node *arg = lcorm_node_at(L, i);
        if (arg->type->kind != CORM_TYPE_NULL || is_first) {
            pins->typed = i;
            return arg->type;
        }
    }
    return info->type;
}

/* Name the binds of the arguments after the function: lower('X') binds lower_1. */
static void coerce_argument(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_resolve_node(L, idx);
    struct corm_value value = lcorm_to_value(L, idx);
    if (node == NULL && value.tag == CORM_TAG_FOREIGN &&
        lcorm_coerce_sequence(L, idx, 0, ARG_NAME)) {
        return;
    }
    if (node != NULL || value.tag == CORM_TAG_NULL || value.tag == CORM_TAG_FOREIGN) {
        lcorm_coerce_resolved(L, idx, 0, node);
        return;
    }
    lcorm_push_named_bind(L, idx, value, ARG_NAME);
    lua_replace(L, idx);
}

int lcorm_call_function(lua_State *L)
{
    size_t len;
    const char *name = lcorm_check_string(L, ARG_NAME, &len);
    const struct corm_function_info *info = corm_function_find(name, len);
    int last = lua_gettop(L);
    struct corm_node_spec spec = { .kind = CORM_NODE_FUNCTION,
                                   .name = name,
                                   .name_len = len,
                                   .nkids = (uint32_t)(last - ARG_FIRST + 1) };
    struct lcorm_pins pins = { .first = ARG_FIRST };

    if (!lua_isnil(L, ARG_PACKAGE)) {
        info = NULL;
        spec.value = lcorm_to_value(L, ARG_PACKAGE);
        pins.value = ARG_PACKAGE;
    }
    lcorm_reserve(L, 8, "function");
    for (int i = ARG_FIRST; i <= last; i++) {
        coerce_argument(L, i);
    }
    spec.type = result_type(L, info, last, &pins);
    if (info != NULL && (info->flags & CORM_FUNCTION_AGGREGATE) != 0) {
        spec.flags |= CORM_NODE_HAS_AGGREGATE;
    }
    lcorm_push_node(L, &spec, &pins);
    return 1;
}

/* core.function_(name, package or nil, type or nil, arguments…) -> Function */
static const luaL_Reg functions[] = {
    { "function_", lcorm_call_function },
    { NULL, NULL },
};

void lcorm_open_function(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
