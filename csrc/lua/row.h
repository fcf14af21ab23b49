/* SPDX-License-Identifier: MIT */
/*
 * Rows of a result: cells and their bytes in one userdata, decoded when somebody reads
 * them. All rows of one kind of result share a shape: names, types, and the metatables of
 * its Row and its RowMapping. A row has no finaliser and no user values, unless some of
 * its cells are Lua values (instances, or what Lua code put there): such a cell is
 * FOREIGN, and its as.i the number of the user value.
 */
#ifndef CORM_LUA_ROW_H
#define CORM_LUA_ROW_H

#include "engine/execution.h"
#include "lua/kit.h"

struct lcorm_shape_column {
    const struct corm_type *type;
    uint64_t id; /* of the table column behind it, or of an entity; 0: none */
    uint64_t fp; /* fingerprint of the expression; 0: not known */
    const struct corm_result_column *source; /* of the compiled statement, or NULL */
    uint8_t plain_tag; /* cells with this tag are pushed as they are, see decode.h */
};

/*
 * A column by the address of its name, which the shape keeps alive: Lua has each string
 * only once, except for long ones, which may also be asked for at another address. A name
 * that several columns have is not here.
 */
struct lcorm_shape_name {
    const void *name; /* lua_topointer(); NULL: the slot is free */
    uint32_t position; /* from 0 */
};

struct lcorm_shape {
    struct corm_compiled
        *compiled; /* a reference: it owns the types; NULL without it */
    const struct corm_dialect *dialect; /* that the rows came by, or NULL */
    struct lcorm_shape_name *names; /* hashed, with name_mask + 1 slots */
    uint32_t name_mask;
    uint32_t ncols;
    struct lcorm_shape_column columns[]; /* ncols */
};

struct lcorm_row {
    const struct lcorm_shape *shape; /* pinned by the metatable */
    struct corm_value cells[]; /* shape->ncols, then their bytes */
};

extern const struct lcorm_class lcorm_shape_class;
extern const struct lcorm_class lcorm_row_class; /* corm.Row and corm.RowMapping */

/**
 * Push a new shape: `names` is the stack index of a sequence of its names. compiled gives
 * the types, or is NULL: then all are unknown.
 */
const struct lcorm_shape *lcorm_shape_new(lua_State *L, int names, uint32_t ncols,
                                          struct corm_compiled *compiled);

/* Where a column of a row comes from. */
struct lcorm_shape_source {
    int32_t column; /* of the compiled statement, from 0; -1: a Lua value */
    uint64_t id; /* of a Lua value: id of the node that finds it in the row, or 0 */
    uint64_t fp; /* of a Lua value: fingerprint of that node, or 0 */
};

/** Push a shape whose columns come from a compiled statement and from elsewhere. */
const struct lcorm_shape *lcorm_shape_mixed(lua_State *L, int names, uint32_t ncols,
                                            struct corm_compiled *compiled,
                                            const struct lcorm_shape_source *sources);

/**
 * Push a shape with the names in the sequence at `names`, whose columns are those of the
 * compiled statement that have these names; what it has not is of unknown type.
 */
const struct lcorm_shape *lcorm_shape_by_name(lua_State *L, int names, uint32_t ncols,
                                              struct corm_compiled *compiled);

/** Push the shape for what a compiled statement returns. */
const struct lcorm_shape *lcorm_shape_of_compiled(lua_State *L,
                                                  struct corm_compiled *compiled);

/** Push the shape with some columns of the shape at idx: positions from 0. */
const struct lcorm_shape *
lcorm_shape_project(lua_State *L, int idx, const uint32_t *positions, uint32_t ncols);

/** Push the metatable of the Rows, or of the RowMappings, of the shape at idx. */
void lcorm_push_row_metatable(lua_State *L, int idx, bool is_mapping);

/** Push the sequence of the names of the shape at idx. */
void lcorm_push_shape_names(lua_State *L, int idx);

/**
 * Push a row with copies of the cells, as a userdata that has no metatable yet: the caller
 * gives it that of the shape's rows, and then sets its nobjects user values.
 */
struct lcorm_row *lcorm_row_pack(lua_State *L, const struct lcorm_shape *shape,
                                 const struct corm_value *cells, int nobjects);

/**
 * Push a row with copies of the cells; metatable is the stack index of the shape's.
 * nobjects user values are left to the caller, who sets them after that.
 */
struct lcorm_row *lcorm_row_new(lua_State *L, const struct lcorm_shape *shape,
                                int metatable, const struct corm_value *cells,
                                int nobjects);

/** Push value i (from 0) of the row at idx; nil for NULL. */
void lcorm_push_cell(lua_State *L, int idx, const struct lcorm_row *row, uint32_t i);

/** Push the RowMapping at idx (absolute) as a Row; any other value as it is. */
void lcorm_push_as_row(lua_State *L, int idx);

/** True if the value at idx can stand for a tuple: a table or a Row. */
bool lcorm_is_tuple(lua_State *L, int idx);

/**
 * Push a table with what the RowMapping at idx has by name, corm.NULL for NULL; false, with
 * nothing pushed, if there is none at idx.
 */
bool lcorm_push_mapping_table(lua_State *L, int idx);

/**
 * Position (from 0) of the column that the value at `key` names in the shape at idx: a
 * number from 1 (below 0: from the end), a name, or a column. -1 if there is none; raises InvalidRequestError for
 * a name that several columns have.
 */
int lcorm_shape_find(lua_State *L, int idx, int key);

#endif
