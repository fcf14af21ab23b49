/* SPDX-License-Identifier: MIT */
/*
 * The classes of results, their views and their attributes; fetching is in result_fetch.c,
 * what is neither per row nor per statement in lua/corm/engine/result.lua.
 */
#include "lua/result.h"

#include <string.h>

#include "lua/open.h"
#include "lua/result_int.h"

static const char getters_key = 0; /* raw slot of the methods: table of getters */

static int result_gc(lua_State *L);
static int result_close(lua_State *L);
static int result_index(lua_State *L);
static int result_scalars(lua_State *L);
static int result_mappings(lua_State *L);
static int result_columns(lua_State *L);
static int result_unique(lua_State *L);
static int result_keys(lua_State *L);
static int result_yield_per(lua_State *L);

static const luaL_Reg methods[] = {
    { "close", result_close },         { "columns", result_columns },
    { "keys", result_keys },           { "mappings", result_mappings },
    { "scalars", result_scalars },     { "unique", result_unique },
    { "yield_per", result_yield_per }, { NULL, NULL },
};

static const luaL_Reg root_meta[] = {
    { "__close", result_close },
    { "__gc", result_gc },
    { "__index", result_index },
    { NULL, NULL },
};

static const luaL_Reg view_meta[] = {
    { "__close", result_close },
    { "__index", result_index },
    { NULL, NULL },
};

const struct lcorm_class lcorm_result_class = { .name = "corm.AnyResult",
                                                .size = sizeof(struct lcorm_result) };

static const struct lcorm_class root_class = { .name = "corm.Result",
                                               .methods = methods,
                                               .meta = root_meta,
                                               .size = sizeof(struct lcorm_root) };
static const struct lcorm_class scalar_class = { .name = "corm.ScalarResult",
                                                 .methods = methods,
                                                 .meta = view_meta,
                                                 .size = sizeof(struct lcorm_result) };
static const struct lcorm_class mapping_class = { .name = "corm.MappingResult",
                                                  .methods = methods,
                                                  .meta = view_meta,
                                                  .size = sizeof(struct lcorm_result) };
static const struct lcorm_class columns_class = { .name = "corm.Result",
                                                  .methods = methods,
                                                  .meta = view_meta,
                                                  .size = sizeof(struct lcorm_result) };

static const struct lcorm_class *const view_classes[] = {
    [LCORM_VIEW_ROWS] = &columns_class,
    [LCORM_VIEW_SCALARS] = &scalar_class,
    [LCORM_VIEW_MAPPINGS] = &mapping_class,
};

/* The result at idx, which begins with the address of the class as nothing else does. */
static struct lcorm_result *test_result(lua_State *L, int idx)
{
    struct lcorm_result *result = lua_touserdata(L, idx);
    bool is_result = result != NULL && lua_rawlen(L, idx) >= sizeof *result &&
                     result->cls == &lcorm_result_class;
    return CORM_LIKELY(is_result) ? result : NULL;
}

struct lcorm_result *lcorm_check_result(lua_State *L, int idx)
{
    struct lcorm_result *result = test_result(L, idx);
    if (CORM_UNLIKELY(result == NULL)) {
        lcorm_arg_error(L, idx, lcorm_result_class.name);
    }
    return result;
}

struct lcorm_rows *lcorm_check_rows(lua_State *L, int idx)
{
    const struct lcorm_result *result = test_result(L, idx);
    if (CORM_UNLIKELY(result == NULL || !lcorm_result_is_root(result))) {
        lcorm_arg_error(L, idx, root_class.name);
    }
    return result->rows;
}

struct lcorm_result *lcorm_result_new(lua_State *L, int connection)
{
    if (connection != 0) {
        connection = lua_absindex(L, connection);
    }
    struct lcorm_root *root =
        lcorm_object_new(L, &root_class, sizeof *root, LCORM_RESULT_UV_COUNT);
    root->result.cls = &lcorm_result_class;
    root->result.rows = &root->rows;
    if (connection != 0) {
        lua_pushvalue(L, connection);
        lua_setiuservalue(L, -2, LCORM_RESULT_ROOT);
    }
    return &root->result;
}

void lcorm_result_set_metatable(lua_State *L, int idx, int metatable)
{
    struct lcorm_result *result = lua_touserdata(L, idx);
    idx = lua_absindex(L, idx);
    metatable = lua_absindex(L, metatable);
    lua_rawgetp(L, metatable, &lcorm_shape_class);
    result->shape = lua_touserdata(L, -1);
    lua_pop(L, 1); /* the metatable pins it */
    lua_pushvalue(L, metatable);
    lua_setiuservalue(L, idx, LCORM_RESULT_META);
}

void lcorm_result_set_source(lua_State *L, int idx,
                             const struct lcorm_row_source *source, int owner,
                             int metatable)
{
    struct lcorm_rows *rows = lcorm_check_rows(L, idx);
    idx = lua_absindex(L, idx);
    if (owner != 0) {
        lua_pushvalue(L, owner);
        lua_setiuservalue(L, idx, LCORM_RESULT_OWNER);
    }
    if (metatable != 0) {
        lcorm_result_set_metatable(L, idx, metatable);
    }
    rows->source = source;
    rows->has_rows = true;
}

/* ---- the end ---- */

static int result_gc(lua_State *L)
{
    const struct lcorm_result *result = test_result(L, 1);
    if (result != NULL && lcorm_result_is_root(result)) {
        corm_execution_release(&result->rows->execution);
        result->rows->is_closed = true;
    }
    return 0;
}

/* result:close(): drop what was not fetched */
static int result_close(lua_State *L)
{
    struct lcorm_result *result = lcorm_check_result(L, 1);
    corm_execution_finish(&result->rows->execution);
    result->rows->is_closed = true;
    return 0;
}

/* ---- views ---- */

/* Push the Result behind the one at idx. */
static void push_root(lua_State *L, int idx)
{
    const struct lcorm_result *result = lua_touserdata(L, idx);
    if (lcorm_result_is_root(result)) {
        lua_pushvalue(L, idx);
    } else {
        lua_getiuservalue(L, idx, LCORM_RESULT_ROOT);
    }
}

/* Push a view of what the result at 1 reads, with room for nprojected columns. */
static struct lcorm_result *push_view(lua_State *L, enum lcorm_view kind,
                                      uint32_t nprojected)
{
    const struct lcorm_result *from = lcorm_check_result(L, 1);
    size_t room = nprojected * (sizeof(struct corm_value) + sizeof(uint32_t));
    luaL_checkstack(L, 8, "result");
    struct lcorm_result *view = lcorm_object_new(
        L, view_classes[kind], sizeof *view + room, LCORM_RESULT_UV_COUNT);
    *view = *from;
    view->view = (uint8_t)kind;
    push_root(L, 1);
    lua_setiuservalue(L, -2, LCORM_RESULT_ROOT);
    lua_getiuservalue(L, 1, LCORM_RESULT_META);
    lua_setiuservalue(L, -2, LCORM_RESULT_META);
    lua_getiuservalue(L, 1, LCORM_RESULT_SEEN);
    lua_setiuservalue(L, -2, LCORM_RESULT_SEEN);
    return view;
}

/* Position among the result's own columns that the value at key says; or it raises. */
static uint32_t check_column(lua_State *L, int key)
{
    lua_getiuservalue(L, 1, LCORM_RESULT_META);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    int position = lcorm_shape_find(L, -1, key);
    lua_pop(L, 2);
    if (position < 0) {
        lcorm_fail(L, CORM_E_NO_SUCH_COLUMN, "the result has no column '%s'",
                   luaL_tolstring(L, key, NULL));
    }
    return (uint32_t)position;
}

/* The same position among all columns that are fetched. */
static uint32_t whole_position(const struct lcorm_result *result, uint32_t position)
{
    return result->projection == NULL ? position : result->projection[position];
}

/* result:scalars([column]) -> ScalarResult of that column, the first one unless given */
static int result_scalars(lua_State *L)
{
    const struct lcorm_result *from = lcorm_check_result(L, 1);
    lcorm_result_must_fetch(L, from->rows);
    lcorm_named_argument(L, 2, "index", "scalars");
    uint32_t position = lua_isnoneornil(L, 2) ? 0 : check_column(L, 2);
    struct lcorm_result *view = push_view(L, LCORM_VIEW_SCALARS, 0);
    if (from->view != LCORM_VIEW_SCALARS) {
        view->column = whole_position(from, position);
        view->type = from->shape->columns[position].type;
    }
    view->projection = NULL;
    return 1;
}

/* Give the view on top the metatable of its shape's mappings. */
static void use_mappings(lua_State *L)
{
    lua_getiuservalue(L, -1, LCORM_RESULT_META);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_push_row_metatable(L, -1, true);
    lua_setiuservalue(L, -4, LCORM_RESULT_META);
    lua_pop(L, 2);
}

/* Copy the projection of the result at 1 to the view, so that it has room of its own. */
static void copy_projection(struct lcorm_result *view, const uint32_t *positions,
                            uint32_t n)
{
    struct corm_value *cells = (struct corm_value *)(void *)(view + 1);
    uint32_t *copy = (uint32_t *)(void *)(cells + n);
    memcpy(copy, positions, n * sizeof *copy);
    view->projected = cells;
    view->projection = copy;
}

/* result:mappings() -> MappingResult */
static int result_mappings(lua_State *L)
{
    const struct lcorm_result *from = lcorm_check_result(L, 1);
    lcorm_result_must_fetch(L, from->rows);
    if (from->view == LCORM_VIEW_SCALARS || from->shape == NULL) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST, "scalars have no names");
    }
    uint32_t n = from->projection == NULL ? 0 : from->shape->ncols;
    struct lcorm_result *view = push_view(L, LCORM_VIEW_MAPPINGS, n);
    if (n > 0) {
        copy_projection(view, from->projection, n);
    }
    use_mappings(L);
    return 1;
}

/* result:columns(name | position | column, …) -> the same result with these columns */
static int result_columns(lua_State *L)
{
    const struct lcorm_result *from = lcorm_check_result(L, 1);
    int n = lua_gettop(L) - 1;
    lcorm_result_must_fetch(L, from->rows);
    if (from->view == LCORM_VIEW_SCALARS || from->shape == NULL) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "columns: a result of rows expected, not one of scalars");
    }
    if (n == 0) {
        return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                          "columns: at least one column expected");
    }
    uint32_t *within = lcorm_scratch(L, (size_t)n * 2 * sizeof *within);
    uint32_t *whole = within + n;
    for (int i = 0; i < n; i++) {
        within[i] = check_column(L, i + 2);
        whole[i] = whole_position(from, within[i]);
    }
    lua_getiuservalue(L, 1, LCORM_RESULT_META);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_shape_project(L, -1, within, (uint32_t)n);
    lcorm_push_row_metatable(L, -1, from->view == LCORM_VIEW_MAPPINGS);
    struct lcorm_result *view = push_view(L, (enum lcorm_view)from->view, (uint32_t)n);
    copy_projection(view, whole, (uint32_t)n);
    lcorm_result_set_metatable(L, -1, lua_gettop(L) - 1);
    return 1;
}

/* result:unique([strategy]) -> the result itself, each value once */
static int result_unique(lua_State *L)
{
    struct lcorm_result *result = lcorm_check_result(L, 1);
    lua_settop(L, 2);
    lcorm_named_argument(L, 2, "strategy", "unique");
    if (!lua_isnil(L, 2)) {
        lcorm_check_lua_type(L, 2, LUA_TFUNCTION);
    }
    lua_newtable(L);
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, 0);
    lua_setiuservalue(L, 1, LCORM_RESULT_SEEN);
    result->is_unique = true;
    lua_settop(L, 1);
    return 1;
}

/* result:yield_per(n) -> the result itself; rows come in partitions of n */
static int result_yield_per(lua_State *L)
{
    struct lcorm_result *result = lcorm_check_result(L, 1);
    lcorm_named_argument(L, 2, "num", "yield_per");
    lua_Integer n = lcorm_check_integer(L, 2);
    if (n < 1) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "yield_per: a positive number expected");
    }
    result->yield_per = n;
    lua_settop(L, 1);
    return 1;
}

/* result:keys() -> sequence of the columns' names */
static int result_keys(lua_State *L)
{
    const struct lcorm_result *result = lcorm_check_result(L, 1);
    lcorm_result_must_fetch(L, result->rows);
    lua_getiuservalue(L, 1, LCORM_RESULT_META);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_push_shape_names(L, -1);
    lua_createtable(L, (int)result->shape->ncols, 0);
    for (uint32_t i = 1; i <= result->shape->ncols; i++) {
        lua_rawgeti(L, -2, i);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* ---- attributes ---- */

static int get_rowcount(lua_State *L)
{
    lua_pushinteger(
        L, corm_execution_rowcount(&lcorm_check_result(L, 1)->rows->execution));
    return 1;
}

static int get_returns_rows(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_result(L, 1)->rows->has_rows);
    return 1;
}

static int get_closed(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_result(L, 1)->rows->is_closed);
    return 1;
}

static int get_connection(lua_State *L)
{
    lcorm_check_result(L, 1);
    push_root(L, 1);
    lua_getiuservalue(L, -1, LCORM_RESULT_ROOT);
    return 1;
}

/* result.detail -> table for what Lua knows of the execution, made on first use */
static int get_detail(lua_State *L)
{
    lcorm_check_result(L, 1);
    push_root(L, 1);
    if (lua_getiuservalue(L, -1, LCORM_RESULT_DETAIL) != LUA_TTABLE) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, -4, LCORM_RESULT_DETAIL);
    }
    return 1;
}

static const luaL_Reg getters[] = {
    { "_detail", get_detail },        { "closed", get_closed },
    { "connection", get_connection }, { "returns_rows", get_returns_rows },
    { "rowcount", get_rowcount },     { NULL, NULL },
};

/* result.name: a method, or what a getter makes of the result */
static int result_index(lua_State *L)
{
    int methods_at = lua_upvalueindex(1);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, methods_at) != LUA_TNIL) {
        return 1;
    }
    lua_rawgetp(L, methods_at, &getters_key);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        return 1;
    }
    lua_pushvalue(L, 2);
    lua_gettable(L, methods_at); /* says that there is no such attribute */
    return 1;
}

/* core.is_result(value) -> boolean */
static int core_is_result(lua_State *L)
{
    lua_pushboolean(L, test_result(L, 1) != NULL);
    return 1;
}

/* core.shape_of(result) -> RowShape of its rows; nil if it has none or gives scalars */
static int core_shape_of(lua_State *L)
{
    const struct lcorm_result *result = lcorm_check_result(L, 1);
    bool has_rows = result->shape != NULL && result->view != LCORM_VIEW_SCALARS &&
                    lua_getiuservalue(L, 1, LCORM_RESULT_META) == LUA_TTABLE;
    if (!has_rows) {
        lua_pushnil(L);
        return 1;
    }
    lua_rawgetp(L, -1, &lcorm_shape_class);
    return 1;
}

/* ---- lists as results ---- */

/* The owner is {values, next position}. */
static enum corm_io list_next(lua_State *L, int owner, struct lcorm_rows *rows,
                              struct corm_error *err)
{
    (void)rows;
    (void)err;
    lua_rawgeti(L, owner, 2);
    lua_Integer at = lua_tointeger(L, -1);
    lua_rawgeti(L, owner, 1);
    if (lua_rawgeti(L, -1, at) == LUA_TNIL) {
        lua_pop(L, 3);
        return CORM_IO_DONE;
    }
    lua_pushinteger(L, at + 1);
    lua_rawseti(L, owner, 2);
    lua_replace(L, -3);
    lua_pop(L, 1);
    return CORM_IO_ROW;
}

/* When the values at hand are through, somebody else has to get more: that may yield. */
static enum corm_io chunk_next(lua_State *L, int owner, struct lcorm_rows *rows,
                               struct corm_error *err)
{
    enum corm_io io = list_next(L, owner, rows, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    bool has_more = lua_rawgeti(L, owner, 3) != LUA_TNIL;
    lua_pop(L, 1);
    return has_more ? CORM_IO_WAIT : CORM_IO_DONE;
}

static const struct lcorm_row_source row_list = { .next = list_next };
static const struct lcorm_row_source scalar_list = { .next = list_next,
                                                     .is_scalar = true };

static const struct lcorm_row_source row_chunks = { .next = chunk_next,
                                                    .refills = true };
static const struct lcorm_row_source scalar_chunks = { .next = chunk_next,
                                                       .is_scalar = true,
                                                       .refills = true };

/* Push the owner of a source that replays the sequence at `values`. */
static void push_list_owner(lua_State *L, int values)
{
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, values);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, 1);
    lua_rawseti(L, -2, 2);
}

/*
 * core.list_result(names or shape, values, is_scalar, rowcount) -> Result that replays a
 * sequence of Rows or, with is_scalar, of values of its only column (corm.NULL for NULL);
 * without names it has no rows. rowcount: -1 unless given.
 */
static int core_list_result(lua_State *L)
{
    bool has_names = lua_toboolean(L, 1);
    bool is_scalar = lua_toboolean(L, 3);
    int64_t rowcount = lcorm_opt_integer(L, 4, -1);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lcorm_result_new(L, 0)->rows->execution.rowcount = rowcount;
    if (!has_names) {
        return 1;
    }
    if (lcorm_test(L, 1, &lcorm_shape_class) != NULL) {
        lua_pushvalue(L, 1);
    } else {
        lcorm_check_lua_type(L, 1, LUA_TTABLE);
        lcorm_shape_new(L, 1, (uint32_t)luaL_len(L, 1), NULL);
    }
    lcorm_push_row_metatable(L, -1, false);
    push_list_owner(L, 2);
    lcorm_result_set_source(L, 3, is_scalar ? &scalar_list : &row_list, 6, 5);
    lua_settop(L, 3);
    return 1;
}

void lcorm_result_replay(lua_State *L, int idx, int values, bool is_scalar)
{
    idx = lua_absindex(L, idx);
    push_list_owner(L, lua_absindex(L, values));
    lcorm_result_set_source(L, idx, is_scalar ? &scalar_list : &row_list, lua_gettop(L),
                            0);
    lua_pop(L, 1);
}

void lcorm_result_replay_chunks(lua_State *L, int idx, int chunks, bool is_scalar)
{
    lcorm_result_set_source(L, idx, is_scalar ? &scalar_chunks : &row_chunks, chunks,
                            0);
}

bool lcorm_result_push_replayed(lua_State *L, int idx)
{
    if (lcorm_check_rows(L, idx)->source != &row_list) {
        return false;
    }
    lua_getiuservalue(L, idx, LCORM_RESULT_OWNER);
    lua_rawgeti(L, -1, 1);
    lua_replace(L, -2);
    return true;
}

/*
 * core.replay_result(result, rows): the result, whose statements have all run, hands out
 * these Rows
 */
static int core_replay_result(lua_State *L)
{
    lcorm_check_rows(L, 1);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lcorm_result_replay(L, 1, 2, false);
    return 0;
}

/* core.inherit_view(result, from): unique and in partitions as the result `from` is */
static int core_inherit_view(lua_State *L)
{
    struct lcorm_result *result = lcorm_check_result(L, 1);
    const struct lcorm_result *from = lcorm_check_result(L, 2);
    result->yield_per = from->yield_per;
    result->is_unique = from->is_unique;
    if (from->is_unique) {
        lua_newtable(L);
        lua_getiuservalue(L, 2, LCORM_RESULT_SEEN);
        lua_rawgeti(L, -1, 0);
        lua_rawseti(L, -3, 0);
        lua_pop(L, 1);
        lua_setiuservalue(L, 1, LCORM_RESULT_SEEN);
    }
    return 0;
}

static const luaL_Reg functions[] = {
    { "inherit_view", core_inherit_view }, { "is_result", core_is_result },
    { "list_result", core_list_result },   { "replay_result", core_replay_result },
    { "shape_of", core_shape_of },         { NULL, NULL },
};

/* Add what fetches to the methods on top, and to the metatable below them. */
static void add_fetchers(lua_State *L)
{
    luaL_setfuncs(L, lcorm_result_fetchers, 0);
    lua_getfield(L, -1, "fetchone");
    lua_setfield(L, -3, "__call");
}

/*
 * Open a class and let it share the methods of the Result, which Lua adds to through
 * core.families.Result {methods, getters, meta}.
 */
static void open_class(lua_State *L, const struct lcorm_class *cls, const char *name,
                       int getters_at)
{
    luaL_getsubtable(L, -1, "families");
    lua_newtable(L);
    lcorm_class_push(L, cls);
    lua_getfield(L, -1, "__index");
    lua_getupvalue(L, -1, 1); /* the kit puts the methods there */
    lua_remove(L, -2);
    add_fetchers(L);
    lua_pushvalue(L, getters_at);
    lua_rawsetp(L, -2, &getters_key);
    lua_setfield(L, -3, "methods");
    lua_setfield(L, -2, "meta");
    lua_pushvalue(L, getters_at);
    lua_setfield(L, -2, "getters");
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void lcorm_open_result(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    luaL_newlib(L, getters);
    int getters_at = lua_gettop(L);
    lua_pushvalue(L, -2);
    open_class(L, &root_class, "Result", getters_at);
    open_class(L, &scalar_class, "ScalarResult", getters_at);
    open_class(L, &mapping_class, "MappingResult", getters_at);
    open_class(L, &columns_class, "ColumnsResult", getters_at);
    lua_pop(L, 2);
}
