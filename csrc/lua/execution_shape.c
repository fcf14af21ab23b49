/* SPDX-License-Identifier: MIT */
/*
 * Shapes of rows are made once per compiled statement and kept with the engine: a table
 * from the compiled statement's address (which its shape holds on to), or from the text
 * of SQL in the driver's own words, to the rows' metatable. It begins anew when it is full.
 */
#include <string.h>

#include "lua/execution_int.h"
#include "lua/native.h"
#include "lua/result_int.h"

enum {
    COUNT_AT = 0, /* slot of the table: how many shapes it has */
    SHAPES_MAX = 2000
};

/* Push the table of shapes of the Result's engine. */
static void push_shapes(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, LCORM_RESULT_NATIVE);
    lua_getiuservalue(L, -1, LCORM_NATIVE_ENGINE);
    lua_getiuservalue(L, -1, LCORM_ENGINE_SHAPES);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* Replace the table on top by an empty one when it is full. */
static void make_room(lua_State *L, int idx)
{
    lua_rawgeti(L, -1, COUNT_AT);
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (count >= SHAPES_MAX) {
        lua_pop(L, 1);
        lua_newtable(L);
        count = 0;
        lua_getiuservalue(L, idx, LCORM_RESULT_NATIVE);
        lua_getiuservalue(L, -1, LCORM_NATIVE_ENGINE);
        lua_pushvalue(L, -3);
        lua_setiuservalue(L, -2, LCORM_ENGINE_SHAPES);
        lua_pop(L, 2);
    }
    lua_pushinteger(L, count + 1);
    lua_rawseti(L, -2, COUNT_AT);
}

static void push_shape_key(lua_State *L, const struct corm_execution *execution)
{
    if (execution->compiled != NULL) {
        lua_pushlightuserdata(L, execution->compiled);
    } else {
        lua_pushlstring(L, execution->text.data, execution->text.len);
    }
}

/* True if the compiled statement knows what the database returned. */
static bool is_described(const struct corm_execution *execution)
{
    return execution->compiled != NULL &&
           execution->compiled->ncolumns == execution->ncols;
}

/* The metatable on top is for rows with the names that the database says. */
static bool has_cursor_names(lua_State *L, const struct corm_execution *execution)
{
    bool is_same = true;
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_push_shape_names(L, -1);
    is_same = lua_rawlen(L, -1) == execution->ncols;
    for (uint32_t i = 0; is_same && i < execution->ncols; i++) {
        lua_rawgeti(L, -1, i + 1);
        is_same = strcmp(lua_tostring(L, -1), execution->cursor->cols[i].name) == 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return is_same;
}

/* Push a shape with the names that the database says. */
static void push_cursor_shape(lua_State *L, const struct corm_execution *execution)
{
    lua_createtable(L, (int)execution->ncols, 0);
    for (uint32_t i = 0; i < execution->ncols; i++) {
        lua_pushstring(L, execution->cursor->cols[i].name);
        lua_rawseti(L, -2, i + 1);
    }
    lcorm_shape_new(L, -1, execution->ncols, execution->compiled);
    lua_remove(L, -2);
}

/* Push the metatable of the rows of the Result at idx; make and keep it if need be. */
static void push_metatable(lua_State *L, int idx,
                           const struct corm_execution *execution)
{
    push_shapes(L, idx);
    push_shape_key(L, execution);
    if (lua_rawget(L, -2) == LUA_TTABLE &&
        (is_described(execution) || has_cursor_names(L, execution))) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    make_room(L, idx);
    if (is_described(execution)) {
        lcorm_shape_of_compiled(L, execution->compiled);
    } else {
        push_cursor_shape(L, execution);
    }
    lcorm_push_row_metatable(L, -1, false);
    lua_remove(L, -2);
    push_shape_key(L, execution);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_remove(L, -2);
}

void lcorm_settle_shape(lua_State *L, int idx)
{
    struct lcorm_rows *rows = lcorm_rows_at(L, idx);
    luaL_checkstack(L, 10, "row shape");
    push_metatable(L, idx, &rows->execution);
    lcorm_result_set_metatable(L, idx, -1);
    lua_pop(L, 1);
    rows->has_rows = true;
}

void lcorm_push_key_row(lua_State *L, int idx)
{
    const struct corm_execution *execution = &lcorm_rows_at(L, idx)->execution;
    luaL_checkstack(L, 10, "row");
    push_metatable(L, idx, execution);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    const struct lcorm_shape *shape = lua_touserdata(L, -1);
    lcorm_row_new(L, shape, lua_gettop(L) - 1, execution->cells, 0);
    lua_replace(L, -3);
    lua_pop(L, 1);
}
