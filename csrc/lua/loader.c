/* SPDX-License-Identifier: MIT */
/*
 * Rows into objects: the sources that a Result of objects reads from (see result.h). A row
 * costs one userdata for each new object, one look into the identity map and one entry there.
 */
#include "lua/loader_int.h"
#include "lua/row_int.h"

enum {
    VALUES_ON_STACK = 16 /* rows with more values take scratch memory */
};

static void load_row(lua_State *L, int owner, const struct corm_load_plan *plan,
                     const struct corm_value *cells)
{
    struct lcorm_load_place place = { .first = lua_gettop(L) + 1 };

    luaL_checkstack(L, plan->nentities + 10, "too many entities in one row");
    for (uint16_t i = 0; i < plan->nentities; i++) {
        const struct corm_load_entity *entity = &plan->entities[i];
        place.child = place.first + i;
        place.is_new = lcorm_load_entity(L, owner, i, cells);
        if (lcorm_load_has_parent(entity)) {
            lcorm_load_link_row(L, owner, entity, cells, &place);
        }
    }
}

void lcorm_loader_push_object(lua_State *L, int owner, const struct corm_value *cells)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    int base = lua_gettop(L);

    load_row(L, owner, loader->plan, cells);
    lua_settop(L, base + 1);
}

/* Cells of a row of the plan; what is no column is a Lua value, counted. */
static int fill_row(const struct corm_load_row *row, const struct corm_value *cells,
                    struct corm_value *values)
{
    int nobjects = 0;

    for (uint16_t i = 0; i < row->nvalues; i++) {
        values[i] =
            row->values[i].kind == CORM_LOAD_COLUMN
                ? cells[row->values[i].at]
                : (struct corm_value){ .tag = CORM_TAG_FOREIGN, .as.i = ++nobjects };
    }
    return nobjects;
}

static void push_row(lua_State *L, int owner, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int first, uint16_t at);

/* Give the row on top its Lua values. */
static void set_objects(lua_State *L, int owner, const struct lcorm_loader *loader,
                        const struct corm_value *cells, int first,
                        const struct corm_load_row *row)
{
    int top = lua_gettop(L);
    int nobjects = 0;

    for (uint16_t i = 0; i < row->nvalues; i++) {
        const struct corm_load_value *value = &row->values[i];
        if (value->kind == CORM_LOAD_COLUMN) {
            continue;
        }
        if (value->kind == CORM_LOAD_ENTITY) {
            lua_pushvalue(L, first + value->at);
        } else {
            push_row(L, owner, loader, cells, first, value->at);
        }
        lua_setiuservalue(L, top, ++nobjects);
    }
}

/* Push row `at` of the plan; the entities begin at index first. */
static void push_row(lua_State *L, int owner, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int first, uint16_t at)
{
    const struct corm_load_row *row = &loader->plan->rows[at];
    struct corm_value few[VALUES_ON_STACK];
    struct corm_value *values = few;
    const struct lcorm_shape *shape;
    int base = lua_gettop(L);

    luaL_checkstack(L, 10, "row");
    lua_getiuservalue(L, owner, LCORM_LOADER_META);
    lua_rawgeti(L, -1, at + 1);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    shape = lua_touserdata(L, -1);
    if (row->nvalues > VALUES_ON_STACK) {
        values = lcorm_scratch(L, row->nvalues * sizeof *values);
    }
    lcorm_row_new(L, shape, base + 2, values, fill_row(row, cells, values));
    set_objects(L, owner, loader, cells, first, row);
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
}

/* The cells of the next Row of those that were read before; the sequence keeps them. */
static enum corm_io replay(lua_State *L, int owner, struct lcorm_loader *loader,
                           const struct corm_value **cells_out)
{
    lua_getiuservalue(L, owner, LCORM_LOADER_ROWS);
    lua_rawgeti(L, -1, ++loader->nread);
    const struct lcorm_row *row = lcorm_test(L, -1, &lcorm_row_class);
    lua_pop(L, 2);
    if (row == NULL) {
        return CORM_IO_DONE;
    }
    *cells_out = row->cells;
    return CORM_IO_ROW;
}

static enum corm_io next_cells(lua_State *L, int owner, struct lcorm_rows *rows,
                               const struct corm_value **cells_out,
                               struct corm_error *err)
{
    struct lcorm_loader *loader = lua_touserdata(L, owner);
    if (loader->replays) {
        return replay(L, owner, loader, cells_out);
    }
    enum corm_io io = corm_execution_fetch(&rows->execution, err);
    *cells_out = rows->execution.cells;
    return io;
}

static enum corm_io loader_next(lua_State *L, int owner, struct lcorm_rows *rows,
                                struct corm_error *err)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    const struct corm_load_value *value;
    const struct corm_value *cells = NULL;
    enum corm_io io = next_cells(L, owner, rows, &cells, err);
    int base = lua_gettop(L);

    if (io != CORM_IO_ROW) {
        return io;
    }
    load_row(L, owner, loader->plan, cells);
    value = loader->plan->rows->values;
    if (loader->plan->is_scalar && value->kind == CORM_LOAD_ENTITY) {
        lua_pushvalue(L, base + 1 + value->at);
    } else {
        push_row(L, owner, loader, cells, base + 1,
                 loader->plan->is_scalar ? value->at : 0);
    }
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return CORM_IO_ROW;
}

static const struct lcorm_row_source scalar_source = { .next = loader_next,
                                                       .is_scalar = true };
static const struct lcorm_row_source row_source = { .next = loader_next };

static const struct lcorm_row_source object_source = { .next = loader_next,
                                                       .is_scalar = true,
                                                       .fill = lcorm_loader_fill };

const struct lcorm_row_source *lcorm_loader_source(const struct lcorm_loader *loader)
{
    const struct corm_load_plan *plan = loader->plan;
    const struct corm_load_entity *entity = plan->entities;
    bool is_plain = plan->nentities == 1 && entity->link == CORM_LOAD_ROOT &&
                    !entity->is_collected && !entity->has_options &&
                    !loader->is_noted && !loader->replays;

    if (!plan->is_scalar) {
        return &row_source;
    }
    return is_plain && plan->rows->values->kind == CORM_LOAD_ENTITY ? &object_source
                                                                    : &scalar_source;
}
