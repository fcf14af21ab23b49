/* SPDX-License-Identifier: MIT */
/* LIKE, its relatives, and regular expressions. */
#include "lua/node.h"
#include "lua/node_carry.h"
#include "lua/node_comparator.h"
#include "lua/node_operate.h"

#include <string.h>

/* What the options of a pattern say. */
struct pattern {
    const char *escape; /* one character, or NULL; on the stack */
    size_t escape_len;
    int escape_idx; /* stack index of it, 0 if there is none */
    bool autoescape; /* put escape before %, _ and itself in the value */
};

/* Read the options table at idx (or nil). */
static struct pattern pattern_options(lua_State *L, int idx)
{
    static const char *const known[] = { "autoescape", "escape", "flags", NULL };
    struct pattern pattern = { 0 };
    lcorm_check_options(L, idx, known);
    pattern.autoescape = lcorm_option_bool(L, idx, "autoescape", false);
    pattern.escape = lcorm_option_string(L, idx, "escape", &pattern.escape_len);
    if (pattern.escape == NULL && pattern.autoescape) {
        lua_pop(L, 1);
        pattern.escape = lua_pushliteral(L, "/");
        pattern.escape_len = 1;
    }
    pattern.escape_idx = pattern.escape == NULL ? 0 : lua_gettop(L);
    return pattern;
}

/* Replace the string at idx by one in which nothing is a wildcard. */
static void escape_wildcards(lua_State *L, int idx, const struct pattern *pattern)
{
    size_t len;
    luaL_Buffer buffer;
    if (lua_type(L, idx) != LUA_TSTRING) {
        lcorm_fail(L, CORM_E_ARGUMENT, "autoescape: a plain string expected, got %s",
                   lcorm_type_name(L, idx));
    }
    const char *text = lua_tolstring(L, idx, &len);
    luaL_buffinit(L, &buffer);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' || text[i] == '_' || text[i] == pattern->escape[0]) {
            luaL_addlstring(&buffer, pattern->escape, pattern->escape_len);
        }
        luaL_addchar(&buffer, text[i]);
    }
    luaL_pushresult(&buffer);
    lua_replace(L, idx);
}

/* `contains` of arrays and JSONB is containment, not a pattern; other JSON has none. */
static bool is_containment(lua_State *L, enum corm_op op, const struct corm_node *left)
{
    bool is_json = left->type->kind == CORM_TYPE_JSON;
    if (op != CORM_OP_CONTAINS) {
        return false;
    }
    if (is_json && !corm_type_is_jsonb(left->type)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "contains: JSON has no such operator; PostgreSQL's JSONB has");
    }
    return is_json || left->type->kind == CORM_TYPE_ARRAY;
}

void lcorm_push_pattern(lua_State *L, enum corm_op op, int left, int right, int options)
{
    int base = lua_gettop(L);
    if (is_containment(L, op, lcorm_node_at(L, left))) {
        lcorm_coerce_expression(L, right, left);
        lcorm_push_binary(L, CORM_OP_ARRAY_CONTAINS, left, right);
        return;
    }
    struct pattern pattern = pattern_options(L, options);
    if (pattern.autoescape) {
        escape_wildcards(L, right, &pattern);
    }
    if (lua_isnil(L, right) || lcorm_is_null(L, right)) {
        lcorm_fail(L, CORM_E_ARGUMENT, "a pattern expected, not NULL");
    }
    if (pattern.escape == NULL && lcorm_can_carry(L, lcorm_node_at(L, left), right)) {
        lcorm_push_carrying(L, op, left, right);
        return;
    }
    lcorm_coerce_operand(L, right, left, op, lcorm_resolve_node(L, right));
    int kids[2] = { left, right };
    struct corm_node_spec spec = { .kind = CORM_NODE_BINARY,
                                   .op = (uint8_t)op,
                                   .type = &corm_type_boolean,
                                   .nkids = 2 };
    struct lcorm_pins pins = { .kids = kids, .value = pattern.escape_idx };
    if (pattern.escape != NULL) {
        spec.value =
            corm_value_bytes(CORM_TAG_TEXT, pattern.escape, pattern.escape_len);
    }
    lcorm_push_node(L, &spec, &pins);
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
}
