/* SPDX-License-Identifier: MIT */
/*
 * Shapes of rows are made once per compiled statement and kept with the engine: a table
 * from the compiled statement's address (which its shape holds on to), or from the text
 * of SQL in the driver's own words, to the shape. It begins anew when it is full.
 */
#include <stdio.h>
#include <string.h>

#include "lua/execution_int.h"
#include "lua/native.h"
#include "lua/result_int.h"

enum {
    COUNT_AT = 0, /* slot of the table: how many shapes it has */
    SHAPES_MAX = 2000
};

/* Push the way to the table of shapes of the Result's engine: three values. */
static void push_shapes(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, LCORM_RESULT_NATIVE);
    lua_getiuservalue(L, -1, LCORM_NATIVE_ENGINE);
    lua_getiuservalue(L, -1, LCORM_ENGINE_SHAPES);
}

/* Replace the table on top, below which is its engine, by an empty one when it is full. */
static void make_room(lua_State *L)
{
    lua_rawgeti(L, -1, COUNT_AT);
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (count >= SHAPES_MAX) {
        lua_pop(L, 1);
        lua_newtable(L);
        count = 0;
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, -3, LCORM_ENGINE_SHAPES);
    }
    lua_pushinteger(L, count + 1);
    lua_rawseti(L, -2, COUNT_AT);
}

/* table of shapes -> the same, the execution's shape or nil */
static int push_known(lua_State *L, const struct corm_execution *execution)
{
    if (execution->compiled != NULL) {
        return lua_rawgetp(L, -1, execution->compiled);
    }
    lua_pushlstring(L, execution->work->text.data, execution->work->text.len);
    return lua_rawget(L, -2);
}

/* table of shapes, shape -> the same; it is known from now on */
static void keep(lua_State *L, const struct corm_execution *execution)
{
    if (execution->compiled != NULL) {
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, execution->compiled);
    } else {
        lua_pushlstring(L, execution->work->text.data, execution->work->text.len);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
}

/* True if the compiled statement knows what the database returned, place by place. */
static bool is_described(const struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    return compiled != NULL && !compiled->is_by_name && !compiled->has_cursor_names &&
           compiled->ncolumns == execution->ncols;
}

/* The shape on top is that of rows with the names that the database says. */
static bool has_cursor_names(lua_State *L, const struct corm_execution *execution)
{
    lcorm_push_shape_names(L, -1);
    bool is_same = lua_rawlen(L, -1) == execution->ncols;
    for (uint32_t i = 0; is_same && i < execution->ncols; i++) {
        lua_rawgeti(L, -1, i + 1);
        is_same = strcmp(lua_tostring(L, -1), execution->cursor->cols[i].name) == 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
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
    if (execution->compiled != NULL && execution->compiled->is_by_name) {
        lcorm_shape_by_name(L, -1, execution->ncols, execution->compiled);
    } else {
        lcorm_shape_new(L, -1, execution->ncols, execution->compiled);
    }
    lua_remove(L, -2);
}

/* Warn if columns() of a text names more columns than there are. */
static void warn_columns(lua_State *L, int idx, const struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    if (compiled == NULL || !compiled->has_cursor_names ||
        compiled->ncolumns <= execution->ncols) {
        return;
    }
    char message[160];
    (void)snprintf(message, sizeof message,
                   "columns() names %u columns, the SQL of its text() gives %u",
                   compiled->ncolumns, execution->ncols);
    lua_getiuservalue(L, idx, LCORM_RESULT_ROOT);
    lcorm_warn_statement(L, -1, message, false);
    lua_pop(L, 1);
}

/* The column has the type that the driver says, or its statement says one. */
static bool has_driver_type(const struct lcorm_shape_column *column,
                            const struct corm_column_info *info)
{
    uint8_t kind = column->type->kind;
    bool is_drivers = (kind == CORM_TYPE_ARRAY || kind == CORM_TYPE_JSON) &&
                      column->type->lua_id == 0;
    return is_drivers ? column->type == info->type
                      : info->type == NULL || column->type->kind != CORM_TYPE_NULL;
}

/* A table that was made anew may have other types under the same names. */
static bool has_driver_types(lua_State *L, const struct corm_execution *execution)
{
    const struct lcorm_shape *shape = lua_touserdata(L, -1);
    bool is_same = shape->ncols == execution->ncols;
    for (uint32_t i = 0; is_same && i < execution->ncols; i++) {
        is_same = has_driver_type(&shape->columns[i], &execution->cursor->cols[i]);
    }
    return is_same;
}

/* Columns that nobody said a type for are what the driver says, on this dialect. */
static void name_types(struct lcorm_shape *shape,
                       const struct corm_execution *execution)
{
    shape->dialect = execution->connection->engine->dialect;
    for (uint32_t i = 0; i < execution->ncols; i++) {
        const struct corm_type *type = execution->cursor->cols[i].type;
        if (type != NULL && shape->columns[i].type->kind == CORM_TYPE_NULL) {
            shape->columns[i].type = type;
        }
    }
}

/*
 * Push the shape of the rows of the Result at idx, made and kept if need be, and what leads
 * to it.
 */
static const struct lcorm_shape *push_shape(lua_State *L, int idx,
                                            const struct corm_execution *execution)
{
    push_shapes(L, idx);
    if (push_known(L, execution) == LUA_TUSERDATA &&
        (is_described(execution) || has_cursor_names(L, execution)) &&
        has_driver_types(L, execution)) {
        return lua_touserdata(L, -1);
    }
    lua_pop(L, 1);
    make_room(L);
    if (is_described(execution)) {
        lcorm_shape_of_compiled(L, execution->compiled);
    } else {
        push_cursor_shape(L, execution);
        warn_columns(L, idx, execution);
    }
    name_types(lua_touserdata(L, -1), execution);
    keep(L, execution);
    return lua_touserdata(L, -1);
}

void lcorm_settle_shape(lua_State *L, int idx)
{
    struct lcorm_root *root = lua_touserdata(L, idx);
    int top = lua_gettop(L);
    luaL_checkstack(L, 10, "row shape");
    root->result.shape = push_shape(L, idx, &root->rows.execution);
    lcorm_push_row_metatable(L, -1, false); /* it pins the shape */
    lua_setiuservalue(L, idx, LCORM_RESULT_META);
    root->rows.has_rows = true;
    lua_settop(L, top);
}

void lcorm_push_key_row(lua_State *L, int idx)
{
    const struct corm_execution *execution = &lcorm_rows_at(L, idx)->execution;
    int top = lua_gettop(L);
    luaL_checkstack(L, 10, "row");
    const struct lcorm_shape *shape = push_shape(L, idx, execution);
    lcorm_push_row_metatable(L, -1, false);
    lcorm_row_new(L, shape, -1, execution->cells, 0);
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
}
