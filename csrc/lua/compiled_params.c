/* SPDX-License-Identifier: MIT */
/* The parameters of a Compiled: their names, in order, and the values that the statement has. */
#include <string.h>

#include "lua/compiled.h"
#include "lua/node.h"
#include "lua/statement.h"
#include "sql/placeholder.h"

/* Push the Lua value of a cell; corm.NULL for NULL. */
static void push_cell(lua_State *L, const struct corm_value *value)
{
    if (value->tag == CORM_TAG_NULL) {
        lcorm_push_null(L);
    } else {
        lcorm_push_value(L, value);
    }
}

/* The flat list on top → a list of tuples of `width` values. */
static void nest_tuples(lua_State *L, lua_Integer width)
{
    int flat = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, flat);
    lua_createtable(L, (int)(n / width), 0);
    for (lua_Integer i = 0; i < n; i++) {
        if (i % width == 0) {
            lua_createtable(L, (int)width, 0);
            lua_pushvalue(L, -1);
            lua_rawseti(L, flat + 1, i / width + 1);
        }
        lua_rawgeti(L, flat, i + 1);
        lua_rawseti(L, -2, i % width + 1);
        if (i % width == width - 1) {
            lua_pop(L, 1);
        }
    }
    lua_replace(L, flat);
}

/* Push the value that a slot has without an execution, nil if it has none. */
static void push_slot_value(lua_State *L, const struct corm_bind_slot *slot,
                            const struct corm_bind_order *binds)
{
    struct corm_value cell = lcorm_slot_cell(slot, binds);
    if (corm_bind_slot_is_computed(slot)) {
        lcorm_push_null(L); /* it is computed when the statement runs */
    } else if (cell.tag == CORM_TAG_FOREIGN || cell.tag == CORM_TAG_OBJECT) {
        lcorm_push_bind_foreign(L, binds->items.items[slot->source]);
    } else {
        push_cell(L, &cell);
    }
}

/* Push the name of value i (from 0) of a list that is written out: x_1, or x_1_2. */
static void push_item_name(lua_State *L, const struct corm_bind_slot *slot,
                           lua_Integer i)
{
    lua_Integer width = slot->width == 0 ? 1 : slot->width;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (size_t k = 0; k < slot->name_len; k++) {
        luaL_addchar(&buffer, corm_placeholder_char(slot->name[k]));
    }
    lua_pushfstring(L, "_%I", (LUAI_UACINT)(i / width + 1));
    luaL_addvalue(&buffer);
    if (width > 1) {
        lua_pushfstring(L, "_%I", (LUAI_UACINT)(i % width + 1));
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
}

/* Put the values of a list that is written out under their names. */
static void add_list_params(lua_State *L, const struct corm_bind_slot *slot,
                            const struct corm_bind_order *binds, int params)
{
    push_slot_value(L, slot, binds);
    int list = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);
    for (lua_Integer i = 0; i < n; i++) {
        push_item_name(L, slot, i);
        lua_rawgeti(L, list, i + 1);
        lua_rawset(L, params);
    }
    lua_settop(L, list - 1);
}

/* Push the name of a slot as the text has it. */
static void push_param_name(lua_State *L, const struct corm_compiled *compiled,
                            const struct corm_bind_slot *slot)
{
    bool is_plain = true;
    for (size_t i = 0; i < slot->name_len && !compiled->is_positional; i++) {
        is_plain &= strchr("%():.[] ", slot->name[i]) == NULL;
    }
    if (is_plain) {
        lua_pushlstring(L, slot->name, slot->name_len);
        return;
    }
    struct corm_strbuf *text = lcorm_push_strbuf(L);
    corm_placeholder_name(text, slot->name, slot->name_len);
    lcorm_strbuf_to_string(L, -1);
}

int lcorm_compiled_params(lua_State *L)
{
    const struct corm_compiled *compiled = lcorm_check_compiled(L);
    lua_settop(L, 1);
    const struct corm_bind_order *binds = lcorm_push_compiled_binds(L, 1);
    bool is_rendered = lua_getiuservalue(L, 1, LCORM_COMPILED_RENDERED) == LUA_TSTRING;
    lua_createtable(L, 0, (int)compiled->nslots);
    int params = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        if (is_rendered && slot->is_expanding) {
            add_list_params(L, slot, binds, params);
            continue;
        }
        if (is_rendered && slot->is_literal_execute) {
            continue;
        }
        push_param_name(L, compiled, slot);
        push_slot_value(L, slot, binds);
        if (slot->is_expanding && slot->width > 1 && lua_istable(L, -1)) {
            nest_tuples(L, slot->width);
        }
        lua_rawset(L, params);
    }
    return 1;
}

/*
 * compiled:construct_params([values]) -> compiled.params with these in their places; what is
 * missing then is an error
 */
static int construct_params(lua_State *L)
{
    const struct corm_compiled *compiled = lcorm_check_compiled(L);
    bool has_values = !lua_isnoneornil(L, 2);
    lua_settop(L, 2);
    if (has_values) {
        lcorm_check_lua_type(L, 2, LUA_TTABLE);
    }
    lua_pushcfunction(L, lcorm_compiled_params);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    int params = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        push_param_name(L, compiled, slot);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, has_values ? 2 : params) != LUA_TNIL) {
            lua_rawset(L, params);
            continue;
        }
        lua_pop(L, 1);
        if (lua_rawget(L, params) == LUA_TNIL) {
            return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                              "a value is required for bind parameter '%s'",
                              slot->name);
        }
        lua_settop(L, params);
    }
    return 1;
}

int lcorm_compiled_constructor(lua_State *L)
{
    lua_pushcfunction(L, construct_params);
    return 1;
}

/* Append the names of a list that is written out to the table on top. */
static void add_list_names(lua_State *L, const struct corm_bind_slot *slot,
                           const struct corm_bind_order *binds, int names)
{
    push_slot_value(L, slot, binds);
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 0; i < n; i++) {
        push_item_name(L, slot, i);
        lua_rawseti(L, names, (lua_Integer)lua_rawlen(L, names) + 1);
    }
    lua_pop(L, 1);
}

/* Append the name of a slot to the table on top. */
static void add_name(lua_State *L, const struct corm_bind_slot *slot, int names)
{
    lua_pushlstring(L, slot->name, slot->name_len);
    lua_rawseti(L, names, (lua_Integer)lua_rawlen(L, names) + 1);
}

int lcorm_compiled_positiontup(lua_State *L)
{
    const struct corm_compiled *compiled = lcorm_check_compiled(L);
    lua_settop(L, 1);
    if (!compiled->is_positional) {
        lua_pushnil(L);
        return 1;
    }
    bool is_rendered = lua_getiuservalue(L, 1, LCORM_COMPILED_RENDERED) == LUA_TSTRING;
    const struct corm_bind_order *binds = lcorm_push_compiled_binds(L, 1);
    lua_createtable(L, (int)compiled->nslots, 0);
    int names = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        if (is_rendered && slot->is_literal_execute) {
            continue;
        }
        if (!is_rendered || !slot->is_expanding) {
            add_name(L, slot, names);
        } else if (!compiled->has_lists_last) {
            add_list_names(L, slot, binds, names);
        }
    }
    for (uint32_t i = 0;
         is_rendered && compiled->has_lists_last && i < compiled->nslots; i++) {
        if (compiled->slots[i].is_expanding) {
            add_list_names(L, &compiled->slots[i], binds, names);
        }
    }
    return 1;
}
