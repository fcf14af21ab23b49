/* SPDX-License-Identifier: MIT */
#include "lua/row.h"

#include <string.h>

#include "base/row.h"
#include "lua/decode.h"
#include "lua/open.h"
#include "lua/row_int.h"

enum { SHAPE = lua_upvalueindex(1), METHODS = lua_upvalueindex(2) };

struct lcorm_row *lcorm_row_pack(lua_State *L, const struct lcorm_shape *shape,
                                 const struct corm_value *cells, int nobjects)
{
    size_t head = sizeof(struct lcorm_row) + shape->ncols * sizeof(struct corm_value);
    size_t nbytes = corm_cells_bytes(cells, shape->ncols);
    struct lcorm_row *row = lua_newuserdatauv(L, head + nbytes, nobjects);
    row->shape = shape;
    corm_cells_pack(row->cells, (char *)row + head, cells, shape->ncols);
    return row;
}

struct lcorm_row *lcorm_row_new(lua_State *L, const struct lcorm_shape *shape,
                                int metatable, const struct corm_value *cells,
                                int nobjects)
{
    metatable = lua_absindex(L, metatable);
    struct lcorm_row *row = lcorm_row_pack(L, shape, cells, nobjects);
    lua_pushvalue(L, metatable);
    lua_setmetatable(L, -2);
    return row;
}

/* The cell's value where it is neither an integer nor a text of such a column. */
static void push_other_cell(lua_State *L, int idx, const struct lcorm_row *row,
                            uint32_t i)
{
    const struct corm_value *cell = &row->cells[i];
    if (cell->tag == CORM_TAG_FOREIGN) {
        lua_getiuservalue(L, idx, (int)cell->as.i);
    } else {
        lcorm_push_decoded_for(L, row->shape->columns[i].type, cell,
                               row->shape->dialect);
    }
}

void lcorm_push_cell(lua_State *L, int idx, const struct lcorm_row *row, uint32_t i)
{
    const struct corm_value *cell = &row->cells[i];
    if (CORM_UNLIKELY(cell->tag != row->shape->columns[i].plain_tag)) {
        push_other_cell(L, idx, row, i);
    } else {
        lcorm_push_plain(L, cell);
    }
}

static const struct lcorm_row *check_row(lua_State *L, int idx)
{
    const struct lcorm_row *row = lcorm_test(L, idx, &lcorm_row_class);
    if (CORM_LIKELY(row != NULL)) {
        return row;
    }
    row = lcorm_test(L, idx, &lcorm_mapping_class);
    if (row == NULL) {
        lcorm_arg_error(L, idx, "corm.Row");
    }
    return row;
}

/* ---- reading ---- */

/* True if the key at 2 is a position: a mapping has none. */
static bool is_position(lua_State *L)
{
    return lua_isinteger(L, 2) && lcorm_test(L, 1, &lcorm_mapping_class) == NULL;
}

static int fail_key(lua_State *L, const struct lcorm_row *row)
{
    if (is_position(L)) {
        return lcorm_fail(L, CORM_E_NO_SUCH_COLUMN,
                          "row has %d columns, there is no column %I",
                          (int)row->shape->ncols, (LUAI_UACINT)lua_tointeger(L, 2));
    }
    return lcorm_fail(L, CORM_E_NO_SUCH_COLUMN, "row has no column '%s'",
                      luaL_tolstring(L, 2, NULL));
}

static int row_keys(lua_State *L);
static int row_mapping(lua_State *L);

/* What SQLAlchemy has as attributes of a row; 0 if the key at 2 is none of them. */
static int index_attribute(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "_mapping") == 0) {
        return row_mapping(L);
    }
    if (strcmp(name, "_t") == 0 || strcmp(name, "t") == 0) {
        lua_settop(L, 1);
        return 1;
    }
    return strcmp(name, "_fields") == 0 ? row_keys(L) : 0;
}

/* Whatever is neither a position nor a column's name at the address where it is known. */
static int index_rarely(lua_State *L, const struct lcorm_row *row)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, METHODS) != LUA_TNIL) {
        return 1;
    }
    lua_pop(L, 1);
    if (index_attribute(L) != 0) {
        return 1;
    }
    int position = lua_isinteger(L, 2) ? -1 : lcorm_shape_find(L, SHAPE, 2);
    if (position >= 0) {
        lcorm_push_cell(L, 1, row, (uint32_t)position);
        return 1;
    }
    bool is_behind =
        is_position(L) && lua_tointeger(L, 2) == (lua_Integer)row->shape->ncols + 1;
    if (is_behind) {
        return 0; /* where ipairs() ends */
    }
    return fail_key(L, row);
}

static int index_by_value(lua_State *L, const struct lcorm_row *row)
{
    lua_Integer position = is_position(L) ? lua_tointeger(L, 2) : 0;
    if (position < 0) {
        position += (lua_Integer)row->shape->ncols + 1;
    }
    if (position < 1 || position > (lua_Integer)row->shape->ncols) {
        return index_rarely(L, row);
    }
    lcorm_push_cell(L, 1, row, (uint32_t)position - 1);
    return 1;
}

/*
 * The row at 1 of the shape that the running closure is for. A row begins with the address
 * of its shape, as nothing else does: that costs less to see than a metatable.
 */
static const struct lcorm_row *check_own_row(lua_State *L)
{
    const struct lcorm_row *row = lua_touserdata(L, 1);
    if (CORM_UNLIKELY(row == NULL || lua_rawlen(L, 1) < sizeof *row ||
                      row->shape != lua_touserdata(L, SHAPE))) {
        lcorm_arg_error(L, 1, "corm.Row");
    }
    return row;
}

int lcorm_row_index(lua_State *L)
{
    const struct lcorm_row *row = check_own_row(L);
    int position = lcorm_shape_find_address(row->shape, lua_topointer(L, 2));
    if (CORM_UNLIKELY(position < 0)) {
        return index_by_value(L, row);
    }
    lcorm_push_cell(L, 1, row, (uint32_t)position);
    return 1;
}

static int row_newindex(lua_State *L)
{
    check_row(L, 1);
    return lcorm_fail(L, CORM_E_INVALID_REQUEST, "a row cannot be changed");
}

/* #row */
static int row_len(lua_State *L)
{
    lua_pushinteger(L, check_row(L, 1)->shape->ncols);
    return 1;
}

/* row:unpack() -> values, nil for NULL */
static int row_unpack(lua_State *L)
{
    const struct lcorm_row *row = check_row(L, 1);
    luaL_checkstack(L, (int)row->shape->ncols + 8, "row");
    for (uint32_t i = 0; i < row->shape->ncols; i++) {
        lcorm_push_cell(L, 1, row, i);
    }
    return (int)row->shape->ncols;
}

/* Push the names of the row's columns. */
static void push_names(lua_State *L, int idx)
{
    lua_getmetatable(L, idx);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_push_shape_names(L, -1);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* row:asdict() -> table by name; NULLs are absent */
static int row_asdict(lua_State *L)
{
    const struct lcorm_row *row = check_row(L, 1);
    push_names(L, 1);
    int names = lua_gettop(L);
    lua_createtable(L, 0, (int)row->shape->ncols);
    for (uint32_t i = 0; i < row->shape->ncols; i++) {
        lua_rawgeti(L, names, i + 1);
        lcorm_push_cell(L, 1, row, i);
        lua_rawset(L, -3);
    }
    return 1;
}

bool lcorm_is_tuple(lua_State *L, int idx)
{
    return lua_istable(L, idx) || lcorm_test(L, idx, &lcorm_row_class) != NULL;
}

bool lcorm_push_mapping_table(lua_State *L, int idx)
{
    if (lcorm_test(L, idx, &lcorm_mapping_class) == NULL) {
        return false;
    }
    idx = lua_absindex(L, idx);
    const struct lcorm_row *row = check_row(L, idx);
    luaL_checkstack(L, 6, "mapping");
    push_names(L, idx);
    lua_createtable(L, 0, (int)row->shape->ncols);
    for (uint32_t i = 0; i < row->shape->ncols; i++) {
        lua_rawgeti(L, -2, i + 1);
        lcorm_push_cell(L, idx, row, i);
        lcorm_nil_to_null(L);
        lua_rawset(L, -3);
    }
    lua_remove(L, -2);
    return true;
}

/* row:keys() -> sequence of names */
static int row_keys(lua_State *L)
{
    uint32_t ncols = check_row(L, 1)->shape->ncols;
    push_names(L, 1);
    lua_createtable(L, (int)ncols, 0);
    for (uint32_t i = 1; i <= ncols; i++) {
        lua_rawgeti(L, -2, i);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* Push the row or mapping at idx as the one or the other; it stays as it is. */
static void push_as(lua_State *L, int idx, bool is_mapping)
{
    const struct lcorm_row *row = check_row(L, idx);
    int nobjects = 0;
    lua_getmetatable(L, idx);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    lcorm_push_row_metatable(L, -1, is_mapping);
    for (uint32_t i = 0; i < row->shape->ncols; i++) {
        nobjects += row->cells[i].tag == CORM_TAG_FOREIGN;
    }
    lcorm_row_new(L, row->shape, lua_gettop(L), row->cells, nobjects);
    for (int i = 1; i <= nobjects; i++) {
        lua_getiuservalue(L, idx, i);
        lua_setiuservalue(L, -2, i);
    }
    lua_rotate(L, -4, 1);
    lua_pop(L, 3);
}

void lcorm_push_as_row(lua_State *L, int idx)
{
    if (lcorm_test(L, idx, &lcorm_mapping_class) != NULL) {
        push_as(L, idx, false);
    } else {
        lua_pushvalue(L, idx);
    }
}

/* row:mapping() -> RowMapping */
static int row_mapping(lua_State *L)
{
    push_as(L, 1, true);
    return 1;
}

/* ---- iteration ---- */

/* (row, i) -> i + 1, value */
static int row_next(lua_State *L)
{
    const struct lcorm_row *row = check_row(L, 1);
    lua_Integer i = lcorm_check_integer(L, 2);
    if (i < 0 || i >= (lua_Integer)row->shape->ncols) {
        return 0;
    }
    lua_pushinteger(L, i + 1);
    lcorm_push_cell(L, 1, row, (uint32_t)i);
    return 2;
}

/* pairs(row): positions and values, NULLs included */
static int row_pairs(lua_State *L)
{
    check_row(L, 1);
    lua_pushcfunction(L, row_next);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* closure of pairs(mapping): upvalues row, names, position */
static int mapping_next(lua_State *L)
{
    const struct lcorm_row *row = check_row(L, lua_upvalueindex(1));
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
    if (i >= (lua_Integer)row->shape->ncols) {
        return 0;
    }
    lua_pushinteger(L, i + 1);
    lua_replace(L, lua_upvalueindex(3));
    lua_rawgeti(L, lua_upvalueindex(2), i + 1);
    lcorm_push_cell(L, lua_upvalueindex(1), row, (uint32_t)i);
    return 2;
}

/* pairs(mapping): names and values in the order of the columns, NULLs included */
static int mapping_pairs(lua_State *L)
{
    check_row(L, 1);
    lua_pushvalue(L, 1);
    push_names(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, mapping_next, 3);
    return 1;
}

/* ---- comparison ---- */

/* True if the cells i of rows 1 and 2 are equal as Lua values; leaves the stack alone. */
static bool cells_equal(lua_State *L, const struct lcorm_row *a,
                        const struct lcorm_row *b, uint32_t i)
{
    bool is_plain =
        a->cells[i].tag != CORM_TAG_FOREIGN && b->cells[i].tag != CORM_TAG_FOREIGN;
    if (is_plain && corm_value_equal(&a->cells[i], &b->cells[i])) {
        return true;
    }
    lcorm_push_cell(L, 1, a, i);
    lcorm_push_cell(L, 2, b, i);
    bool is_equal = lua_compare(L, -2, -1, LUA_OPEQ);
    lua_pop(L, 2);
    return is_equal;
}

/* row == row: as many columns, with equal values */
static int row_eq(lua_State *L)
{
    const struct lcorm_row *a = lcorm_test(L, 1, &lcorm_row_class);
    const struct lcorm_row *b = lcorm_test(L, 2, &lcorm_row_class);
    bool is_equal = a != NULL && b != NULL && a->shape->ncols == b->shape->ncols;
    for (uint32_t i = 0; is_equal && i < a->shape->ncols; i++) {
        is_equal = cells_equal(L, a, b, i);
    }
    lua_pushboolean(L, is_equal);
    return 1;
}

/* row < row: by the first columns that differ */
static int row_lt(lua_State *L)
{
    const struct lcorm_row *a = check_row(L, 1);
    const struct lcorm_row *b = check_row(L, 2);
    for (uint32_t i = 0; i < a->shape->ncols && i < b->shape->ncols; i++) {
        if (!cells_equal(L, a, b, i)) {
            lcorm_push_cell(L, 1, a, i);
            lcorm_push_cell(L, 2, b, i);
            lua_pushboolean(L, lua_compare(L, -2, -1, LUA_OPLT));
            return 1;
        }
    }
    lua_pushboolean(L, a->shape->ncols < b->shape->ncols);
    return 1;
}

/* row <= row */
static int row_le(lua_State *L)
{
    lua_settop(L, 2);
    row_eq(L);
    if (!lua_toboolean(L, -1)) {
        lua_settop(L, 2);
        row_lt(L);
    }
    return 1;
}

static const luaL_Reg row_methods[] = {
    { "_asdict", row_asdict },  { "asdict", row_asdict }, { "keys", row_keys },
    { "mapping", row_mapping }, { "unpack", row_unpack }, { NULL, NULL },
};

static const luaL_Reg row_meta[] = {
    { "__eq", row_eq },
    { "__le", row_le },
    { "__len", row_len },
    { "__lt", row_lt },
    { "__newindex", row_newindex },
    { "__pairs", row_pairs },
    { NULL, NULL },
};

static const luaL_Reg mapping_meta[] = {
    { "__len", row_len },
    { "__newindex", row_newindex },
    { "__pairs", mapping_pairs },
    { NULL, NULL },
};

const struct lcorm_class lcorm_row_class = { .name = "corm.Row",
                                             .methods = row_methods,
                                             .meta = row_meta,
                                             .size = sizeof(struct lcorm_row) };

const struct lcorm_class lcorm_mapping_class = { .name = "corm.RowMapping",
                                                 .methods = row_methods,
                                                 .meta = mapping_meta,
                                                 .size = sizeof(struct lcorm_row) };

/* ---- rows that Lua makes ---- */

static bool is_row(lua_State *L, int idx)
{
    return lcorm_test(L, idx, &lcorm_row_class) != NULL ||
           lcorm_test(L, idx, &lcorm_mapping_class) != NULL;
}

/* The shape at idx, or that of the row there, which bears the mark of its shape too. */
static const struct lcorm_shape *check_shape(lua_State *L, int idx)
{
    return is_row(L, idx) ? check_row(L, idx)->shape
                          : lcorm_check(L, idx, &lcorm_shape_class);
}

/*
 * core.row_shape(names, [row or shape …]) -> RowShape, whose columns are those of the rows in
 * turn
 */
static int core_row_shape(lua_State *L)
{
    int nargs = lua_gettop(L);
    uint32_t at = 0;
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    struct lcorm_shape *shape =
        lcorm_shape_writable(lcorm_shape_new(L, 1, (uint32_t)luaL_len(L, 1), NULL));
    for (int i = 2; i <= nargs; i++) {
        const struct lcorm_shape *of = check_shape(L, i);
        for (uint32_t k = 0; k < of->ncols && at < shape->ncols; k++) {
            shape->columns[at].fp = of->columns[k].fp;
            shape->columns[at++].id = of->columns[k].id;
        }
    }
    return 1;
}

/* core.row(shape, values) -> Row; values is a sequence, nil and corm.NULL are NULL */
static int core_row(lua_State *L)
{
    const struct lcorm_shape *shape = lcorm_check(L, 1, &lcorm_shape_class);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lcorm_push_row_metatable(L, 1, false);
    struct corm_value *cells =
        lcorm_scratch(L, (shape->ncols + 1) * sizeof(struct corm_value));
    for (uint32_t i = 0; i < shape->ncols; i++) {
        bool is_null = lua_rawgeti(L, 2, i + 1) == LUA_TNIL || lcorm_is_null(L, -1);
        cells[i] = is_null
                       ? corm_value_null()
                       : (struct corm_value){ .tag = CORM_TAG_FOREIGN, .as.i = i + 1 };
        lua_pop(L, 1);
    }
    lcorm_row_new(L, shape, 3, cells, (int)shape->ncols);
    for (uint32_t i = 1; i <= shape->ncols; i++) {
        lua_rawgeti(L, 2, i);
        lua_setiuservalue(L, -2, (int)i);
    }
    return 1;
}

/* core.row_value(row, key) -> value of that column, never a method; raises if there is none */
static int core_row_value(lua_State *L)
{
    const struct lcorm_row *row = check_row(L, 1);
    lua_settop(L, 2);
    lua_getmetatable(L, 1);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    int position = lcorm_shape_find(L, -1, 2);
    if (position < 0) {
        return fail_key(L, row);
    }
    lcorm_push_cell(L, 1, row, (uint32_t)position);
    return 1;
}

/* core.has_column(row or shape, key) -> boolean; raises if several columns have the name */
static int core_has_column(lua_State *L)
{
    lua_settop(L, 2);
    if (is_row(L, 1)) {
        lua_getmetatable(L, 1);
        lua_rawgetp(L, -1, &lcorm_shape_class);
        lua_replace(L, 1);
        lua_settop(L, 2);
    }
    lua_pushboolean(L, lcorm_shape_find(L, 1, 2) >= 0);
    return 1;
}

/* core.is_row(value) -> boolean */
static int core_is_row(lua_State *L)
{
    lua_pushboolean(L, is_row(L, 1));
    return 1;
}

static const luaL_Reg functions[] = {
    { "has_column", core_has_column },
    { "is_row", core_is_row },
    { "row", core_row },
    { "row_shape", core_row_shape },
    { "row_value", core_row_value },
    { NULL, NULL },
};

/* Publish {methods, meta} of a class, so that Lua can add what is not per row. */
static void publish(lua_State *L, const struct lcorm_class *cls, const char *name)
{
    luaL_getsubtable(L, -1, "families");
    lua_newtable(L);
    lcorm_class_push(L, cls);
    lua_getfield(L, -1, "__index");
    lua_setfield(L, -3, "methods");
    lua_setfield(L, -2, "meta");
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void lcorm_open_row(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    publish(L, &lcorm_row_class, "Row");
    publish(L, &lcorm_mapping_class, "RowMapping");
}
