/* SPDX-License-Identifier: MIT */
/*
 * Fetching. Every method lays the same things out on the stack, so that it can go on from
 * there after a wait:
 *     1 the result   2 argument   3 owner of the source, or nil   4 keys seen so far, or
 *     nil   5 … what is collected
 */
#include <string.h>

#include "base/row.h"
#include "lua/decode.h"
#include "lua/execution.h"
#include "lua/result_int.h"
#include "lua/row_int.h"
#include "lua/wait.h"

enum { SELF = 1, ARG, OWNER, SEEN, OUT };

enum {
    GC_PAUSE_AFTER = 500 /* rows of a list after which the collector is not helpful */
};

void lcorm_result_must_fetch(lua_State *L, const struct lcorm_rows *rows)
{
    if (rows->is_closed) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED, "this result object is closed");
    }
    if (!rows->has_rows) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED,
                   "this result object does not return rows; it has been closed "
                   "automatically");
    }
}

/* Push the Result behind the one at SELF. */
static void push_root(lua_State *L, const struct lcorm_result *result)
{
    if (lcorm_result_is_root(result)) {
        lua_pushvalue(L, SELF);
    } else {
        lua_getiuservalue(L, SELF, LCORM_RESULT_ROOT);
    }
}

/* Lay out the stack; the arguments are cut to one. */
static struct lcorm_result *begin(lua_State *L)
{
    struct lcorm_result *result = lcorm_check_result(L, SELF);
    lcorm_result_must_fetch(L, result->rows);
    if (result->rows->must_be_unique && !result->is_unique) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "the unique() method must be invoked on this result, as it contains "
                   "collections loaded by joins, so that objects repeat");
    }
    luaL_checkstack(L, 20, "result");
    lua_settop(L, ARG);
    if (result->rows->source != NULL) {
        push_root(L, result);
        lua_getiuservalue(L, OWNER, LCORM_RESULT_OWNER);
        lua_replace(L, OWNER);
    }
    if (result->is_unique) {
        lua_settop(L, OWNER);
        lua_getiuservalue(L, SELF, LCORM_RESULT_SEEN);
    }
    lua_settop(L, SEEN);
    return result;
}

/* ---- one value ---- */

/* Push a row of the cells, whose nobjects user values the caller sets. */
static void push_row(lua_State *L, const struct lcorm_result *result,
                     const struct corm_value *cells, int nobjects)
{
    lcorm_row_pack(L, result->shape, cells, nobjects);
    lua_getiuservalue(L, SELF, LCORM_RESULT_META);
    lua_setmetatable(L, -2);
}

/* Push what the view makes of the cells that were fetched. */
static void push_cells(lua_State *L, const struct lcorm_result *result)
{
    const struct corm_value *cells = result->rows->execution.cells;
    if (result->view == LCORM_VIEW_SCALARS) {
        lcorm_push_decoded_for(L, result->type, &cells[result->column],
                               result->shape->dialect);
        return;
    }
    if (result->projection != NULL) {
        for (uint32_t i = 0; i < result->shape->ncols; i++) {
            result->projected[i] = cells[result->projection[i]];
        }
        cells = result->projected;
    }
    push_row(L, result, cells, 0);
}

/* Push a row of the values in [first, first + n) of the stack. */
static void push_object_row(lua_State *L, const struct lcorm_result *result, int first)
{
    uint32_t ncols = result->shape->ncols;
    struct corm_value few[CORM_EXECUTION_FEW] = { 0 };
    struct corm_value *cells =
        ncols <= CORM_EXECUTION_FEW ? few : lcorm_scratch(L, ncols * sizeof *cells);
    for (uint32_t i = 0; i < ncols; i++) {
        cells[i] = lua_isnil(L, first + (int)i) || lcorm_is_null(L, first + (int)i)
                       ? corm_value_null()
                       : (struct corm_value){ .tag = CORM_TAG_FOREIGN, .as.i = i + 1 };
    }
    push_row(L, result, cells, (int)ncols);
    for (uint32_t i = 0; i < ncols; i++) {
        lua_pushvalue(L, first + (int)i);
        lua_setiuservalue(L, -2, (int)i + 1);
    }
}

/* value from a source of bare values -> what the view makes of it */
static void adapt_scalar(lua_State *L, const struct lcorm_result *result)
{
    if (result->view != LCORM_VIEW_SCALARS) {
        int at = lua_gettop(L);
        push_object_row(L, result, at);
        lua_replace(L, at);
        lua_settop(L, at);
    }
}

/* Row from a source -> what the view makes of it */
static void adapt_row(lua_State *L, const struct lcorm_result *result)
{
    int at = lua_gettop(L);
    const struct lcorm_row *row = lcorm_check(L, at, &lcorm_row_class);
    if (result->view == LCORM_VIEW_SCALARS) {
        lcorm_push_cell(L, at, row, result->column);
    } else if (result->view == LCORM_VIEW_MAPPINGS || result->projection != NULL) {
        luaL_checkstack(L, (int)result->shape->ncols + 8, "row");
        for (uint32_t i = 0; i < result->shape->ncols; i++) {
            uint32_t from = result->projection == NULL ? i : result->projection[i];
            lcorm_push_cell(L, at, row, from);
        }
        push_object_row(L, result, at + 1);
    } else {
        return;
    }
    lua_replace(L, at);
    lua_settop(L, at);
}

static enum corm_io push_next(lua_State *L, const struct lcorm_result *result,
                              struct corm_error *err)
{
    struct lcorm_rows *rows = result->rows;
    enum corm_io io;
    if (rows->source == NULL) {
        io = corm_execution_fetch(&rows->execution, err);
        if (CORM_LIKELY(io == CORM_IO_ROW)) {
            push_cells(L, result);
        }
        return io;
    }
    io = rows->source->next(L, OWNER, rows, err);
    if (io == CORM_IO_ROW && rows->source->is_scalar) {
        adapt_scalar(L, result);
    } else if (io == CORM_IO_ROW) {
        adapt_row(L, result);
    }
    return io;
}

/* ---- unique() ---- */

static void add_cell_key(luaL_Buffer *key, const struct corm_value *cell)
{
    luaL_addchar(key, (char)cell->tag);
    if (corm_value_has_bytes(cell)) {
        uint32_t len = cell->len;
        luaL_addlstring(key, (const char *)&len, sizeof len);
        luaL_addlstring(key, cell->as.s, len);
    } else if (cell->tag != CORM_TAG_NULL) {
        luaL_addlstring(key, (const char *)&cell->as, sizeof cell->as);
    }
}

/* Push a string that equal rows share. Lua values in it count by identity. */
static void push_row_key(lua_State *L, int idx, const struct lcorm_row *row)
{
    luaL_Buffer key;
    luaL_buffinit(L, &key);
    for (uint32_t i = 0; i < row->shape->ncols; i++) {
        struct corm_value cell = row->cells[i];
        if (cell.tag == CORM_TAG_FOREIGN) {
            lua_getiuservalue(L, idx, (int)cell.as.i);
            const void *pointer = lua_topointer(L, -1);
            if (pointer == NULL || lua_isstring(L, -1)) {
                cell = lcorm_to_value(L, -1);
            } else {
                cell.as.p = (void *)(uintptr_t)pointer;
            }
            lua_pop(L, 1);
        }
        add_cell_key(&key, &cell);
    }
    luaL_pushresult(&key);
}

/* Push what tells the value on top from others. */
static void push_key(lua_State *L)
{
    int idx = lua_gettop(L);
    if (lua_rawgeti(L, SEEN, 0) == LUA_TFUNCTION) {
        lcorm_push_as_row(L, idx);
        lua_call(L, 1, 1);
    } else {
        lua_pop(L, 1);
        const struct lcorm_row *row = lcorm_test(L, idx, &lcorm_row_class);
        if (row == NULL) {
            row = lcorm_test(L, idx, &lcorm_mapping_class);
        }
        if (row != NULL) {
            push_row_key(L, idx, row);
            return;
        }
        lua_pushvalue(L, idx);
    }
    lcorm_nil_to_null(L);
}

/* True if the value on top was not seen before; it is seen now. */
static bool is_new(lua_State *L)
{
    luaL_checkstack(L, 8, "unique");
    push_key(L);
    lua_pushvalue(L, -1);
    bool is_seen = lua_rawget(L, SEEN) != LUA_TNIL;
    lua_pop(L, 1);
    if (is_seen) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushboolean(L, 1);
    lua_rawset(L, SEEN);
    return true;
}

/* ---- loops ---- */

static int fail(lua_State *L, const struct lcorm_result *result,
                const struct corm_error *err)
{
    push_root(L, result);
    lua_getiuservalue(L, -1, LCORM_RESULT_ROOT);
    return lcorm_fail_execution(L, lua_gettop(L), &result->rows->execution, err);
}

/* Wait here and now, if that is possible and the connection is what there is to wait for. */
static bool block(lua_State *L, const struct lcorm_rows *rows)
{
    bool is_of_lua = rows->source != NULL && rows->source->refills;
    return !is_of_lua && lcorm_block(L, rows->execution.connection);
}

/* Push the next value that counts; raises on error. DONE and WAIT push nothing. */
static enum corm_io next_value(lua_State *L, const struct lcorm_result *result)
{
    struct corm_error err;
    for (;;) {
        enum corm_io io;
        do {
            io = push_next(L, result, &err);
        } while (io == CORM_IO_WAIT && block(L, result->rows));
        if (CORM_UNLIKELY(io == CORM_IO_ERROR)) {
            fail(L, result, &err);
        }
        if (io != CORM_IO_ROW || !result->is_unique || is_new(L)) {
            return io;
        }
        lua_pop(L, 1);
    }
}

/* Wait for the connection of the result or for its source, then go on with k. */
static int wait_for_rows(lua_State *L, int status, lua_KContext ctx, lua_KFunction k)
{
    const struct lcorm_result *result = lua_touserdata(L, SELF);
    if (result->rows->source != NULL && result->rows->source->refills) {
        lua_rawgeti(L, OWNER, 3);
        return lcorm_wait(L, status, ctx, k);
    }
    push_root(L, lua_touserdata(L, SELF));
    lua_getiuservalue(L, -1, LCORM_RESULT_NATIVE);
    lua_replace(L, -2);
    return lcorm_wait(L, status, ctx, k);
}

static int restart_gc(lua_State *L)
{
    lua_gc(L, LUA_GCRESTART);
    return 0;
}

/*
 * A long list only grows: collecting while it does would walk it again and again. The
 * guard on the stack starts the collector again, also when an error is thrown.
 */
static void pause_gc(lua_State *L)
{
    if (!lua_gc(L, LUA_GCISRUNNING)) {
        return;
    }
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, restart_gc);
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
    lua_toclose(L, -1);
    lua_gc(L, LUA_GCSTOP);
}

/* True if the source's values are the result's, so that it may fill the list by itself. */
static bool can_fill(const struct lcorm_result *result)
{
    const struct lcorm_row_source *source = result->rows->source;
    return source != NULL && source->fill != NULL && !result->is_unique &&
           (result->view == LCORM_VIEW_SCALARS) == source->is_scalar;
}

/* Put values into the list at OUT until it has max; *n: how many it has. */
static enum corm_io fill_list(lua_State *L, const struct lcorm_result *result,
                              lua_Integer *n, lua_Integer max)
{
    struct lcorm_rows *rows = result->rows;
    struct corm_error err;
    enum corm_io io = CORM_IO_ROW;
    if (can_fill(result)) {
        do {
            io = rows->source->fill(L, OWNER, rows, OUT, n, max, &err);
        } while (io == CORM_IO_WAIT && lcorm_block(L, rows->execution.connection));
        if (CORM_UNLIKELY(io == CORM_IO_ERROR)) {
            fail(L, result, &err);
        }
        return io;
    }
    while (*n < max && (io = next_value(L, result)) == CORM_IO_ROW) {
        lcorm_nil_to_null(L);
        lua_rawseti(L, OUT, ++*n);
    }
    return io;
}

/* Fill the list at OUT with up to ARG values (nil: all); ctx: how many it has. */
static int list_k(lua_State *L, int status, lua_KContext ctx)
{
    const struct lcorm_result *result = lua_touserdata(L, SELF);
    lua_Integer max = lua_isnil(L, ARG) ? LUA_MAXINTEGER : lua_tointeger(L, ARG);
    lua_Integer n = (lua_Integer)ctx;
    lua_Integer few = max < n + GC_PAUSE_AFTER ? max : n + GC_PAUSE_AFTER;
    enum corm_io io = max > n ? fill_list(L, result, &n, few) : CORM_IO_DONE;
    if (io == CORM_IO_ROW && n < max) {
        pause_gc(L);
        io = fill_list(L, result, &n, max);
    }
    if (io == CORM_IO_WAIT) {
        lua_settop(L, OUT);
        return wait_for_rows(L, status, (lua_KContext)n, list_k);
    }
    lua_settop(L, OUT);
    return 1;
}

/* result:all() -> sequence of what is left; also :fetchall() */
static int result_all(lua_State *L)
{
    begin(L);
    lua_pushnil(L);
    lua_replace(L, ARG);
    lua_newtable(L);
    return list_k(L, LUA_OK, 0);
}

/* result:fetchmany([n]) -> sequence of the next n, empty at the end */
static int result_fetchmany(lua_State *L)
{
    const struct lcorm_result *result = lcorm_check_result(L, SELF);
    lcorm_named_argument(L, ARG, "size", "fetchmany");
    lua_Integer fallback = result->yield_per > 0 ? result->yield_per : 1;
    lua_Integer n = lcorm_opt_integer(L, ARG, fallback);
    if (n < 0) {
        lcorm_fail(L, CORM_E_ARGUMENT, "fetchmany: a number of rows expected, got %I",
                   (LUAI_UACINT)n);
    }
    begin(L);
    lua_pushinteger(L, n);
    lua_replace(L, ARG);
    lua_createtable(L, n > 0 && n <= 1000 ? (int)n : 0, 0);
    return list_k(L, LUA_OK, 0);
}

static int next_k(lua_State *L, int status, lua_KContext ctx)
{
    switch (next_value(L, lua_touserdata(L, SELF))) {
    case CORM_IO_WAIT:
        return wait_for_rows(L, status, ctx, next_k);
    case CORM_IO_ROW:
        lcorm_nil_to_null(L);
        return 1;
    default:
        lua_pushnil(L);
        return 1;
    }
}

/*
 * True if the next value is made of the next cells and of nothing else, so that nothing has
 * to be on the stack until it comes.
 */
static bool is_direct(const struct lcorm_result *result)
{
    const struct lcorm_rows *rows = result->rows;
    return rows->source == NULL && !result->is_unique && !rows->must_be_unique &&
           rows->has_rows && !rows->is_closed;
}

static int fetch_direct(lua_State *L, const struct lcorm_result *result)
{
    struct corm_execution *execution = &result->rows->execution;
    struct corm_error err;
    enum corm_io io;
    do {
        io = corm_execution_fetch(execution, &err);
    } while (io == CORM_IO_WAIT && lcorm_block(L, execution->connection));
    switch (io) {
    case CORM_IO_ROW:
        push_cells(L, result);
        if (result->view == LCORM_VIEW_SCALARS) {
            lcorm_nil_to_null(L);
        }
        return 1;
    case CORM_IO_DONE:
        lua_pushnil(L);
        return 1;
    case CORM_IO_WAIT:
        begin(L);
        return wait_for_rows(L, LUA_OK, 0, next_k);
    default:
        return fail(L, result, &err);
    }
}

/* result:fetchone() -> the next value, nil at the end; also result() in a for loop */
static int result_fetchone(lua_State *L)
{
    const struct lcorm_result *result = lcorm_check_result(L, SELF);
    if (CORM_LIKELY(is_direct(result))) {
        return fetch_direct(L, result);
    }
    begin(L);
    return next_k(L, LUA_OK, 0);
}

/* ---- the first, the only one ---- */

enum only {
    NEEDS_ONE = 1 << 0, /* none is an error */
    REFUSES_TWO = 1 << 1, /* so is a second one */
    SCALAR = 1 << 2, /* of the first column */
    HAS_ONE = 1 << 3 /* it is at OUT already */
};

static int fail_many(lua_State *L, lua_KContext only)
{
    return lcorm_fail(L, CORM_E_MULTIPLE_RESULTS, "%s",
                      (only & NEEDS_ONE) != 0
                          ? "multiple rows were found when exactly one was required"
                          : "multiple rows were found when one or none was required");
}

static enum corm_io next_only(lua_State *L, lua_KContext only)
{
    const struct lcorm_result *result = lua_touserdata(L, SELF);
    if ((only & SCALAR) == 0 || result->view == LCORM_VIEW_SCALARS) {
        return next_value(L, result);
    }
    if (result->is_unique) { /* rows are told apart by all of their columns */
        enum corm_io io = next_value(L, result);
        if (io == CORM_IO_ROW) {
            lcorm_push_cell(L, lua_gettop(L), lua_touserdata(L, -1), 0);
            lua_replace(L, -2);
        }
        return io;
    }
    struct lcorm_result first = *result;
    first.view = LCORM_VIEW_SCALARS;
    first.column = result->projection == NULL ? 0 : result->projection[0];
    first.type = result->shape->columns[0].type;
    return next_value(L, &first);
}

static void end_for_good(struct lcorm_rows *rows)
{
    corm_execution_finish(&rows->execution);
    rows->is_closed = true;
}

static int only_k(lua_State *L, int status, lua_KContext only)
{
    struct lcorm_result *result = lua_touserdata(L, SELF);
    enum corm_io io;
    while ((io = next_only(L, only)) == CORM_IO_ROW) {
        if ((only & HAS_ONE) != 0) {
            end_for_good(result->rows);
            return fail_many(L, only);
        }
        only |= HAS_ONE;
        if ((only & REFUSES_TWO) == 0) {
            break;
        }
    }
    if (io == CORM_IO_WAIT) {
        return wait_for_rows(L, status, only, only_k);
    }
    end_for_good(result->rows);
    if ((only & HAS_ONE) != 0) {
        lua_settop(L, OUT);
        return 1;
    }
    if ((only & NEEDS_ONE) != 0) {
        return lcorm_fail(L, CORM_E_NO_RESULT,
                          "no row was found when one was required");
    }
    lua_pushnil(L);
    return 1;
}

static int fetch_only(lua_State *L, lua_KContext only)
{
    begin(L);
    return only_k(L, LUA_OK, only);
}

/* result:first() -> the first value or nil; the rest is dropped */
static int result_first(lua_State *L)
{
    return fetch_only(L, 0);
}

/* result:one() -> the only value; none or several are an error */
static int result_one(lua_State *L)
{
    return fetch_only(L, NEEDS_ONE | REFUSES_TWO);
}

/* result:one_or_none() -> the only value or nil; several are an error */
static int result_one_or_none(lua_State *L)
{
    return fetch_only(L, REFUSES_TWO);
}

/* result:scalar() -> first column of the first row, nil without rows */
static int result_scalar(lua_State *L)
{
    return fetch_only(L, SCALAR);
}

/* result:scalar_one() -> first column of the only row */
static int result_scalar_one(lua_State *L)
{
    return fetch_only(L, SCALAR | NEEDS_ONE | REFUSES_TWO);
}

/* result:scalar_one_or_none() */
static int result_scalar_one_or_none(lua_State *L)
{
    return fetch_only(L, SCALAR | REFUSES_TWO);
}

const luaL_Reg lcorm_result_fetchers[] = {
    { "all", result_all },
    { "fetchall", result_all },
    { "fetchmany", result_fetchmany },
    { "fetchone", result_fetchone },
    { "first", result_first },
    { "one", result_one },
    { "one_or_none", result_one_or_none },
    { "scalar", result_scalar },
    { "scalar_one", result_scalar_one },
    { "scalar_one_or_none", result_scalar_one_or_none },
    { NULL, NULL },
};
