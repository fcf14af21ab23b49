/* SPDX-License-Identifier: MIT */
/*
 * A shape's user values: the sequence of names, the look-up table (name -> position from 1,
 * false if several columns have it), and the metatables of rows and mappings, made when
 * first wanted. A metatable pins its shape in the raw slot [&lcorm_shape_class].
 *
 * The look-up table also has other names of columns, where no column has them for its own: the
 * key that a table declares, and what text() calls a column that the database calls otherwise.
 */
#include "lua/row.h"

#include <string.h>

#include "lua/decode.h"
#include "lua/node.h"
#include "lua/row_int.h"

enum { UV_NAMES = 1, UV_LOOKUP, UV_ROW, UV_MAPPING, UV_COUNT = UV_MAPPING };

static int shape_gc(lua_State *L)
{
    struct lcorm_shape *shape = lcorm_test(L, 1, &lcorm_shape_class);
    if (shape != NULL) {
        corm_compiled_unref(shape->compiled);
        shape->compiled = NULL;
    }
    return 0;
}

static const luaL_Reg shape_meta[] = { { "__gc", shape_gc }, { NULL, NULL } };

const struct lcorm_class lcorm_shape_class = { .name = "corm.RowShape",
                                               .meta = shape_meta,
                                               .size = sizeof(struct lcorm_shape) };

/* names -> names, look-up table */
static void push_lookup(lua_State *L, int names, uint32_t ncols)
{
    lua_createtable(L, 0, (int)ncols);
    for (uint32_t i = 1; i <= ncols; i++) {
        lua_rawgeti(L, names, i);
        lua_pushvalue(L, -1);
        bool is_taken = lua_rawget(L, -3) != LUA_TNIL;
        lua_pop(L, 1);
        if (is_taken) {
            lua_pushboolean(L, 0);
        } else {
            lua_pushinteger(L, i);
        }
        lua_rawset(L, -3);
    }
}

static void set_column(struct lcorm_shape *shape, uint32_t i,
                       const struct corm_type *type, uint64_t id)
{
    shape->columns[i] = (struct lcorm_shape_column){
        .type = type, .id = id, .plain_tag = lcorm_plain_tag(type)
    };
}

/* Column i becomes column `from` of the compiled statement; without it: type and id unknown. */
static void set_compiled_column(struct lcorm_shape *shape, uint32_t i,
                                const struct corm_compiled *compiled, int64_t from,
                                uint64_t id)
{
    if (compiled != NULL && from >= 0 && from < (int64_t)compiled->ncolumns) {
        const struct corm_result_column *source = &compiled->columns[from];
        set_column(shape, i, source->type, source->column_id);
        shape->columns[i].fp = source->fp;
        shape->columns[i].source = source;
    } else {
        set_column(shape, i, &corm_type_null, id);
    }
}

/* Enter another name of column i in the look-up table on top, if it is nobody's own. */
static void add_other_name(lua_State *L, int own, const char *name, size_t len,
                           uint32_t i)
{
    if (len == 0) {
        return;
    }
    lua_pushlstring(L, name, len);
    lua_pushvalue(L, -1);
    bool is_own = lua_rawget(L, own) != LUA_TNIL;
    lua_pushvalue(L, -2);
    bool is_taken = lua_rawget(L, own + 1) != LUA_TNIL &&
                    lua_tointeger(L, -1) != (lua_Integer)i + 1;
    lua_pop(L, 2);
    if (is_own) {
        lua_pop(L, 1);
        return;
    }
    if (is_taken) {
        lua_pushboolean(L, 0);
    } else {
        lua_pushinteger(L, (lua_Integer)i + 1);
    }
    lua_rawset(L, own + 1);
}

/* look-up table -> the same, with other names of the columns */
static void add_other_names(lua_State *L, const struct lcorm_shape *shape)
{
    int own = lua_gettop(L);
    lua_newtable(L);
    for (uint32_t i = 0; i < shape->ncols; i++) {
        const struct corm_result_column *source = shape->columns[i].source;
        if (source != NULL) {
            add_other_name(L, own, source->name, source->name_len, i);
            add_other_name(L, own, source->key, source->key_len, i);
        }
    }
    lua_pushnil(L);
    while (lua_next(L, own + 1) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, own);
    }
    lua_pop(L, 1);
}

/* Enter the names of the look-up table on top that say one column. */
static void hash_names(lua_State *L, struct lcorm_shape *shape)
{
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        const void *name = lua_topointer(L, -2);
        if (lua_isinteger(L, -1)) {
            uint32_t at = lcorm_shape_slot(shape, name);
            while (shape->names[at].name != NULL) {
                at = (at + 1) & shape->name_mask;
            }
            shape->names[at] = (struct lcorm_shape_name){
                .name = name, .position = (uint32_t)lua_tointeger(L, -1) - 1
            };
        }
        lua_pop(L, 1);
    }
}

/* Slots for so many names: a power of two, at most half of them taken. */
static uint32_t name_slots(uint32_t nnames)
{
    uint32_t n = 2;
    while (n < 2 * nnames) {
        n *= 2;
    }
    return n;
}

/* Whether columns of the statement may be found by more names than one. */
static bool has_other_names(const struct corm_compiled *compiled)
{
    if (compiled == NULL || compiled->has_cursor_names) {
        return compiled != NULL;
    }
    for (uint32_t i = 0; i < compiled->ncolumns; i++) {
        if (compiled->columns[i].key != NULL) {
            return true;
        }
    }
    return false;
}

/* Push a shape that does not know names yet; its columns are those of the statement. */
static struct lcorm_shape *shape_make(lua_State *L, int names, uint32_t ncols,
                                      struct corm_compiled *compiled)
{
    luaL_checkstack(L, 12, "row shape");
    names = lua_absindex(L, names);
    uint32_t nslots = name_slots(has_other_names(compiled) ? 3 * ncols : ncols);
    size_t head =
        sizeof(struct lcorm_shape) + ncols * sizeof(struct lcorm_shape_column);
    struct lcorm_shape *shape =
        lcorm_object_new(L, &lcorm_shape_class,
                         head + nslots * sizeof(struct lcorm_shape_name), UV_COUNT);
    shape->names = (struct lcorm_shape_name *)(void *)((char *)shape + head);
    shape->name_mask = nslots - 1;
    shape->ncols = ncols;
    for (uint32_t i = 0; i < ncols; i++) {
        set_compiled_column(shape, i, compiled, i, 0);
    }
    if (compiled != NULL) {
        shape->compiled = corm_compiled_ref(compiled);
        shape->dialect = compiled->dialect;
    }
    lua_pushvalue(L, names);
    lua_setiuservalue(L, -2, UV_NAMES);
    return shape;
}

/* The columns of the shape on top are settled: its names can be looked up. */
static const struct lcorm_shape *shape_finish(lua_State *L, struct lcorm_shape *shape)
{
    lcorm_push_shape_names(L, -1);
    push_lookup(L, lua_gettop(L), shape->ncols);
    lua_remove(L, -2);
    if (has_other_names(shape->compiled)) {
        add_other_names(L, shape);
    }
    hash_names(L, shape);
    lua_setiuservalue(L, -2, UV_LOOKUP);
    return shape;
}

const struct lcorm_shape *lcorm_shape_new(lua_State *L, int names, uint32_t ncols,
                                          struct corm_compiled *compiled)
{
    return shape_finish(L, shape_make(L, names, ncols, compiled));
}

const struct lcorm_shape *lcorm_shape_mixed(lua_State *L, int names, uint32_t ncols,
                                            struct corm_compiled *compiled,
                                            const struct lcorm_shape_source *sources)
{
    struct lcorm_shape *shape = shape_make(L, names, ncols, compiled);
    for (uint32_t i = 0; i < ncols; i++) {
        set_compiled_column(shape, i, compiled, sources[i].column, sources[i].id);
        shape->columns[i].source = NULL; /* they are called as attributes are */
        if (sources[i].column < 0) {
            shape->columns[i].fp = sources[i].fp;
        }
    }
    return shape_finish(L, shape);
}

/* Position of the compiled statement's first column of this name; -1 if there is none. */
static int64_t column_named(const struct corm_compiled *compiled, const char *name)
{
    for (uint32_t i = 0; i < compiled->ncolumns; i++) {
        if (strcmp(compiled->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Column i if that is text whose name only the database knows, else -1. */
static int64_t column_unnamed(const struct corm_compiled *compiled, uint32_t i,
                              uint32_t ncols)
{
    bool is_unnamed = compiled->ncolumns == ncols && compiled->columns[i].name_len == 0;
    return is_unnamed ? (int64_t)i : -1;
}

const struct lcorm_shape *lcorm_shape_by_name(lua_State *L, int names, uint32_t ncols,
                                              struct corm_compiled *compiled)
{
    names = lua_absindex(L, names);
    struct lcorm_shape *shape = shape_make(L, names, ncols, compiled);
    for (uint32_t i = 0; i < ncols; i++) {
        lua_rawgeti(L, names, i + 1);
        int64_t from = column_named(compiled, lua_tostring(L, -1));
        set_compiled_column(shape, i, compiled,
                            from < 0 ? column_unnamed(compiled, i, ncols) : from, 0);
        lua_pop(L, 1);
    }
    return shape_finish(L, shape);
}

const struct lcorm_shape *lcorm_shape_of_compiled(lua_State *L,
                                                  struct corm_compiled *compiled)
{
    luaL_checkstack(L, 4, "row shape");
    lua_createtable(L, (int)compiled->ncolumns, 0);
    for (uint32_t i = 0; i < compiled->ncolumns; i++) {
        const struct corm_result_column *column = &compiled->columns[i];
        lua_pushlstring(L, column->name, column->name_len);
        lua_rawseti(L, -2, i + 1);
    }
    const struct lcorm_shape *shape =
        lcorm_shape_new(L, -1, compiled->ncolumns, compiled);
    lua_remove(L, -2);
    return shape;
}

const struct lcorm_shape *lcorm_shape_project(lua_State *L, int idx,
                                              const uint32_t *positions, uint32_t ncols)
{
    const struct lcorm_shape *whole = lcorm_check(L, idx, &lcorm_shape_class);
    lcorm_push_shape_names(L, idx);
    lua_createtable(L, (int)ncols, 0);
    for (uint32_t i = 0; i < ncols; i++) {
        lua_rawgeti(L, -2, (lua_Integer)positions[i] + 1);
        lua_rawseti(L, -2, i + 1);
    }
    struct lcorm_shape *shape = shape_make(L, -1, ncols, whole->compiled);
    shape->dialect = whole->dialect;
    for (uint32_t i = 0; i < ncols; i++) {
        shape->columns[i] = whole->columns[positions[i]];
    }
    (void)shape_finish(L, shape);
    lua_replace(L, -3);
    lua_pop(L, 1);
    return shape;
}

void lcorm_push_shape_names(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, UV_NAMES);
}

/* Copy what the class's metatable has, so that the rows do what all rows do. */
static void copy_metamethods(lua_State *L, int from, int to)
{
    lua_pushnil(L);
    while (lua_next(L, from) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
}

void lcorm_push_row_metatable(lua_State *L, int idx, bool is_mapping)
{
    int slot = is_mapping ? UV_MAPPING : UV_ROW;
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 8, "row metatable");
    if (lua_getiuservalue(L, idx, slot) == LUA_TTABLE) {
        return;
    }
    lua_pop(L, 1);
    lua_newtable(L);
    int meta = lua_gettop(L);
    lcorm_class_push(L, is_mapping ? &lcorm_mapping_class : &lcorm_row_class);
    copy_metamethods(L, meta + 1, meta);
    lua_pushvalue(L, idx);
    lua_rawsetp(L, meta, &lcorm_shape_class);
    lua_pushvalue(L, idx);
    lua_getfield(L, meta + 1, "__index");
    lua_pushcclosure(L, lcorm_row_index, 2);
    lua_setfield(L, meta, "__index");
    lua_settop(L, meta);
    lua_pushvalue(L, meta);
    lua_setiuservalue(L, idx, slot);
}

/* ---- finding a column ---- */

enum { NOWHERE = -1, AMBIGUOUS = -2 };

/*
 * The column that was made from this very expression. A table's column may come twice, with
 * the same value; of others, such as columns of aliases without a name, it is not known which
 * is meant.
 */
static int find_expression(const struct lcorm_shape *shape,
                           const struct corm_node *node)
{
    int found = NOWHERE;
    for (uint32_t i = 0; i < shape->ncols; i++) {
        if (shape->columns[i].fp != node->fp) {
            continue;
        }
        if (found >= 0) {
            return node->kind == CORM_NODE_COLUMN ? found : AMBIGUOUS;
        }
        found = (int)i;
    }
    return found;
}

/* The only column that has a table's column, or an entity, behind it. */
static int find_behind(const struct lcorm_shape *shape, uint64_t id)
{
    int found = NOWHERE;
    for (uint32_t i = 0; i < shape->ncols && id != 0; i++) {
        if (shape->columns[i].id == id) {
            found = found == NOWHERE ? (int)i : AMBIGUOUS;
        }
    }
    return found;
}

/* The result column that an expression stands for; what an alias has is not the table's. */
static int find_node(const struct lcorm_shape *shape, const struct corm_node *node)
{
    bool is_attribute = node->kind == CORM_NODE_ATTRIBUTE;
    if (is_attribute) {
        node = node->kid[0];
    }
    int found = find_expression(shape, node);
    if (found != NOWHERE) {
        return found;
    }
    if (is_attribute && node->kind == CORM_NODE_COLREF && node->nkids > 1 &&
        node->kid[1] != NULL) {
        node = node->kid[1];
    }
    return find_behind(shape, node->id);
}

static int find_name(lua_State *L, int lookup, int key)
{
    int position = -1;
    lua_pushvalue(L, key);
    int found = lua_rawget(L, lookup);
    if (found == LUA_TNUMBER) {
        position = (int)lua_tointeger(L, -1) - 1;
    } else if (found == LUA_TBOOLEAN) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "ambiguous column name '%s' in the columns of the result",
                   lua_tostring(L, key));
    }
    lua_pop(L, 1);
    return position;
}

static int find_column(lua_State *L, const struct lcorm_shape *shape, int lookup,
                       int key)
{
    lua_pushvalue(L, key);
    const struct corm_node *node = lcorm_resolve_node(L, lua_gettop(L));
    lua_pop(L, 1);
    if (node == NULL) {
        return -1;
    }
    if (node->kind == CORM_NODE_LABEL && node->name != NULL) {
        lua_pushlstring(L, node->name, node->name_len);
        int named = find_name(L, lookup, lua_gettop(L));
        lua_pop(L, 1);
        return named;
    }
    int position = find_node(shape, node);
    if (position == AMBIGUOUS) {
        lcorm_fail(
            L, CORM_E_INVALID_REQUEST,
            "several columns of the result are this expression: say which by its "
            "place or by a label");
    }
    return position;
}

static int find_in(lua_State *L, const struct lcorm_shape *shape, int lookup, int key)
{
    if (lua_isinteger(L, key)) {
        lua_Integer i = lua_tointeger(L, key);
        i += i < 0 ? (lua_Integer)shape->ncols + 1 : 0;
        return i >= 1 && i <= (lua_Integer)shape->ncols ? (int)i - 1 : -1;
    }
    if (lua_type(L, key) == LUA_TSTRING) {
        return find_name(L, lookup, key);
    }
    return find_column(L, shape, lookup, key);
}

int lcorm_shape_find(lua_State *L, int idx, int key)
{
    const struct lcorm_shape *shape = lcorm_check(L, idx, &lcorm_shape_class);
    key = lua_absindex(L, key);
    lua_getiuservalue(L, idx, UV_LOOKUP);
    int position = find_in(L, shape, lua_gettop(L), key);
    lua_pop(L, 1);
    return position;
}
