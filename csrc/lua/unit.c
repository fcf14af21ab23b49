/* SPDX-License-Identifier: MIT */
/*
 * The unit of work in Lua: the core plans (orm/unitofwork.h), corm.orm.flush carries out.
 * A Unit's user value 1 is its session's core, 2 what was fetched by the batch at hand.
 */
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/result.h"
#include "lua/session.h"
#include "orm/unitofwork.h"

enum { UNIT_SESSION = 1, UNIT_FETCHED, UNIT_USERVALUES = UNIT_FETCHED };

struct unit_box {
    struct lcorm_box box;
    const struct corm_batch *batch; /* of the last step, or NULL */
    struct corm_value *fetched; /* nrows * nfetch cells, memory in UNIT_FETCHED */
    uint32_t nfetched; /* rows that are there */
};

static const struct lcorm_class unit_class;

static struct corm_unit *check_unit(lua_State *L, int idx)
{
    return lcorm_check_box(L, idx, &unit_class);
}

static struct unit_box *check_batch(lua_State *L, int idx)
{
    struct unit_box *unit = lua_touserdata(L, idx);

    check_unit(L, idx);
    if (unit->batch == NULL) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "the unit of work has no batch to execute");
    }
    return unit;
}

/* Pointers of the instances in the sequence at idx, in scratch memory. */
static struct corm_instance **instances_from(lua_State *L, int idx, uint32_t *count)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
    struct corm_instance **items = lcorm_scratch(L, (size_t)(n + 1) * sizeof *items);

    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, idx, i);
        items[i - 1] = lcorm_check_instance(L, -1);
        lua_pop(L, 1);
    }
    *count = (uint32_t)n;
    return items;
}

/* core.unit(session core, [objects]) -> Unit */
static int unit_new(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);
    struct corm_instance **only = NULL;
    struct unit_box *unit;
    uint32_t nonly = 0;

    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        only = instances_from(L, 2, &nonly);
    }
    unit = lcorm_object_new(L, &unit_class, sizeof *unit, UNIT_USERVALUES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, UNIT_SESSION);
    unit->box.obj = corm_unit_new(session, only, nonly);
    if (unit->box.obj == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return 1;
}

/* ---- steps ---- */

/* Push a sequence of the instances. */
static void push_instances(lua_State *L, struct corm_instance *const *items,
                           uint32_t count)
{
    int core;

    lua_getiuservalue(L, 1, UNIT_SESSION);
    core = lua_gettop(L);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lcorm_session_push_instance(L, core, items[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_remove(L, core);
}

static int push_load(lua_State *L, const struct corm_unit_step *step)
{
    lua_pushliteral(L, "load");
    lua_getiuservalue(L, 1, UNIT_SESSION);
    lcorm_session_push_instance(L, lua_gettop(L), step->instance);
    lua_remove(L, -2);
    lua_pushstring(L, step->instance->mapper->attributes.items[step->attribute].key);
    return 3;
}

static int push_batch(lua_State *L, const struct corm_batch *batch)
{
    static const char *const kinds[] = { "",       "insert", "update",
                                         "delete", "link",   "unlink" };

    lua_pushliteral(L, "batch");
    lua_pushstring(L, kinds[batch->kind]);
    lcorm_push_mapper(L, batch->mapper);
    lua_pushinteger(L, (lua_Integer)batch->shape);
    lua_pushinteger(L, batch->nrows);
    lua_pushboolean(L, batch->has_foreign);
    lua_pushboolean(L, batch->needs_defaults);
    return 7;
}

/*
 * unit:next() -> nil when all is done, or
 *   "load", object, name
 *   "before" or "after", objects, is_delete
 *   "batch", kind, mapper, shape, nrows, has_foreign, needs_defaults
 */
static int unit_next(lua_State *L)
{
    struct corm_unit *unit = check_unit(L, 1);
    struct unit_box *box = lua_touserdata(L, 1);
    struct corm_error err;
    struct corm_unit_step step = corm_unit_next(unit, &err);

    lua_settop(L, 1);
    box->batch = step.kind == CORM_UNIT_BATCH ? step.batch : NULL;
    switch (step.kind) {
    case CORM_UNIT_ERROR:
        return lcorm_throw(L, &err);
    case CORM_UNIT_LOAD:
        return push_load(L, &step);
    case CORM_UNIT_BATCH:
        return push_batch(L, step.batch);
    case CORM_UNIT_BEFORE:
    case CORM_UNIT_AFTER:
        lua_pushstring(L, step.kind == CORM_UNIT_BEFORE ? "before" : "after");
        push_instances(L, step.instances, step.ninstances);
        lua_pushboolean(L, step.is_delete);
        return 3;
    default:
        return 0;
    }
}

/* ---- the batch at hand ---- */

static void push_positions(lua_State *L, const uint16_t *positions, uint32_t count)
{
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushinteger(L, positions[i] + 1);
        lua_rawseti(L, -2, i + 1);
    }
}

/* Position (from 1) of the batch's table among its mapper's. */
static lua_Integer table_position(const struct corm_batch *batch)
{
    return batch->table == NULL ? 0 : batch->table - batch->mapper->tables.items + 1;
}

/*
 * unit:layout() -> {columns=, keys=, fetch=, table=, relationship=}: positions of attributes,
 * of the table, of the relationship's attribute. For making the batch's statement.
 */
static int unit_layout(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L, 1)->batch;
    uint32_t nown = batch->relationship != NULL ? 0 : batch->ncolumns;

    lua_createtable(L, 0, 5);
    push_positions(L, batch->columns, nown);
    lua_setfield(L, -2, "columns");
    push_positions(L, batch->keys, batch->relationship != NULL ? 0 : batch->nkeys);
    lua_setfield(L, -2, "keys");
    push_positions(L, batch->fetch, batch->nfetch);
    lua_setfield(L, -2, "fetch");
    lua_pushinteger(L, table_position(batch));
    lua_setfield(L, -2, "table");
    if (batch->relationship != NULL) {
        lua_pushinteger(L, batch->relationship->attribute + 1);
        lua_setfield(L, -2, "relationship");
    }
    return 1;
}

/* unit:objects() -> sequence of the batch's instances */
static int unit_objects(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L, 1)->batch;

    lua_settop(L, 1);
    push_instances(L, batch->rows, batch->nrows);
    return 1;
}

/* unit:fill(result): the parameters of all rows into the result's execution */
static int unit_fill(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L, 1)->batch;
    struct corm_execution *execution = &lcorm_check_rows(L, 2)->execution;

    if (execution->nsets != batch->nrows ||
        execution->nslots != batch->ncolumns + batch->nkeys) {
        return lcorm_fail(L, CORM_E_FLUSH,
                          "statement has %d parameters where the unit of work has %d",
                          (int)execution->nslots,
                          (int)(batch->ncolumns + batch->nkeys));
    }
    for (uint32_t i = 0; i < batch->nrows; i++) {
        corm_batch_values(batch, i, corm_execution_values(execution, i));
    }
    return 0;
}

/* ---- what came back ---- */

static void fetched_reserve(lua_State *L, struct unit_box *unit)
{
    size_t cells = (size_t)unit->batch->nrows * unit->batch->nfetch;

    if (unit->fetched == NULL) {
        unit->fetched = lua_newuserdatauv(L, (cells + 1) * sizeof *unit->fetched, 1);
        lua_newtable(L);
        lua_setiuservalue(L, -2, 1);
        lua_setiuservalue(L, 1, UNIT_FETCHED);
        unit->nfetched = 0;
    }
}

/* A fetched text lives on in a Lua string that is pinned with the fetched cells. */
static void fetched_keep(lua_State *L, struct corm_value *cell)
{
    if (!corm_value_has_bytes(cell)) {
        return;
    }
    lua_getiuservalue(L, 1, UNIT_FETCHED);
    lua_getiuservalue(L, -1, 1);
    cell->as.s = lua_pushlstring(L, cell->as.s, cell->len);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 2);
}

static void fetched_take(lua_State *L, struct unit_box *unit,
                         const struct corm_execution *execution)
{
    uint32_t nfetch = unit->batch->nfetch;
    struct corm_value *to = unit->fetched + (size_t)unit->nfetched * nfetch;

    for (uint32_t i = 0; i < nfetch && i < execution->ncols; i++) {
        to[i] = execution->cells[i];
        to[i].flags = CORM_CELL_RAW;
        fetched_keep(L, &to[i]);
    }
    unit->nfetched++;
}

static enum corm_io fetched_rows(lua_State *L, struct unit_box *unit,
                                 struct corm_execution *execution)
{
    struct corm_error err;
    enum corm_io io;

    while ((io = corm_execution_fetch(execution, &err)) == CORM_IO_ROW) {
        if (unit->nfetched < unit->batch->nrows) {
            fetched_take(L, unit, execution);
        }
    }
    if (io == CORM_IO_ERROR) {
        lcorm_throw(L, &err);
    }
    return io;
}

static void fetched_rowids(struct unit_box *unit, const int64_t *rowids)
{
    for (uint32_t i = 0; i < unit->batch->nrows; i++) {
        unit->fetched[i] = corm_value_int(rowids[i]);
    }
    unit->nfetched = unit->batch->nrows;
}

/*
 * unit:executed(result) -> nil, or "wait": then wait for the connection and call again.
 * Takes the generated keys out of the result.
 */
static int unit_executed(lua_State *L)
{
    struct unit_box *unit = check_batch(L, 1);
    struct corm_execution *execution = &lcorm_check_rows(L, 2)->execution;
    struct corm_error err;

    if (unit->batch->nfetch > 0) {
        fetched_reserve(L, unit);
        if (execution->rowids != NULL) {
            fetched_rowids(unit, execution->rowids);
        } else if (fetched_rows(L, unit, execution) == CORM_IO_WAIT) {
            lua_pushliteral(L, "wait");
            return 1;
        }
        if (unit->nfetched != unit->batch->nrows) {
            return lcorm_fail(
                L, CORM_E_FLUSH,
                "INSERT of %d row(s) into the table of class '%s' returned %d",
                (int)unit->batch->nrows, unit->batch->mapper->name,
                (int)unit->nfetched);
        }
    }
    if (corm_unit_executed(unit->box.obj, unit->fetched, execution->rowcount, &err) !=
        CORM_OK) {
        return lcorm_throw(L, &err);
    }
    unit->fetched = NULL;
    unit->batch = NULL;
    return 0;
}

/* ---- the end ---- */

/* Texts that cells borrowed from other instances or from a result get a home. */
static void pin_loans(lua_State *L, const struct corm_unit *unit, int core)
{
    for (uint32_t i = 0; i < corm_unit_loans(unit); i++) {
        struct corm_unit_loan loan = corm_unit_loan_at(unit, i);
        struct corm_value *cell = &loan.instance->cell[loan.attribute];
        if (!corm_value_has_bytes(cell)) {
            continue;
        }
        lcorm_session_push_instance(L, core, loan.instance);
        cell->as.s = lua_pushlstring(L, cell->as.s, cell->len);
        lcorm_instance_pin(L, -2, loan.instance, loan.attribute, -1);
        cell->flags |= CORM_CELL_PINNED;
        lua_pop(L, 2);
    }
}

/* Remember in the transaction's table (index `in`) what a rollback has to undo. */
static void note_outcome(lua_State *L, int in, int idx)
{
    if (lua_istable(L, in)) {
        lua_pushvalue(L, idx);
        lua_pushboolean(L, true);
        lua_rawset(L, in);
    }
}

static void settle_new(lua_State *L, int core, struct corm_instance *instance)
{
    lcorm_session_push_held(L, core, instance);
    lcorm_identity_put(L, core, lua_gettop(L), instance);
    note_outcome(L, 2, lua_gettop(L));
    lua_pop(L, 1);
}

static void settle_deleted(lua_State *L, int core, struct corm_instance *instance)
{
    lcorm_session_push_instance(L, core, instance);
    lcorm_identity_drop(L, core, instance);
    note_outcome(L, 3, lua_gettop(L));
    lua_pop(L, 1);
}

/* A changed key moves the instance within the identity map. */
static void settle_key(lua_State *L, int core, struct corm_instance *instance)
{
    bool is_changed = false;

    corm_vec_foreach (&instance->mapper->primary_key, it) {
        is_changed |= instance->cell[*it].flags & CORM_CELL_CHANGED;
    }
    if (!is_changed) {
        return;
    }
    lcorm_session_push_instance(L, core, instance);
    lcorm_identity_drop(L, core, instance);
    corm_instance_commit(instance);
    lcorm_identity_put(L, core, lua_gettop(L), instance);
    lua_pop(L, 1);
}

/*
 * unit:finish(new, deleted): saved instances enter the identity map, deleted ones leave
 * it; both are noted in the transaction's tables.
 */
static int unit_finish(lua_State *L)
{
    struct corm_unit *unit = check_unit(L, 1);
    int core = 4;

    lua_settop(L, 3);
    lua_getiuservalue(L, 1, UNIT_SESSION);
    pin_loans(L, unit, core);
    for (uint32_t i = 0; i < corm_unit_count(unit); i++) {
        struct corm_unit_outcome outcome = corm_unit_outcome_at(unit, i);
        if (outcome.is_delete && !outcome.is_new) {
            settle_deleted(L, core, outcome.instance);
        } else if (outcome.is_new && !outcome.is_delete) {
            settle_new(L, core, outcome.instance);
        } else if (!outcome.is_delete) {
            settle_key(L, core, outcome.instance);
        }
    }
    corm_unit_finish(unit);
    lcorm_session_drop_unlisted(L, core);
    return 0;
}

static void unit_destroy(void *obj)
{
    corm_unit_free(obj);
}

static const luaL_Reg unit_methods[] = {
    { "executed", unit_executed },
    { "fill", unit_fill },
    { "finish", unit_finish },
    { "layout", unit_layout },
    { "next", unit_next },
    { "objects", unit_objects },
    { NULL, NULL },
};

static const struct lcorm_class unit_class = {
    .name = "corm.Unit",
    .methods = unit_methods,
    .destroy = unit_destroy,
    .size = sizeof(struct unit_box),
};

void lcorm_open_unit(lua_State *L)
{
    lua_pushcfunction(L, unit_new);
    lua_setfield(L, -2, "unit");
}
