/* SPDX-License-Identifier: MIT */
/*
 * The unit of work in Lua: the core plans (orm/unitofwork.h), corm.orm.flush carries out.
 * A Unit's user value 1 is its session's core, 2 a sequence of what it has to keep alive:
 * texts that cells borrow until the unit is finished.
 */
#include "lua/unit.h"
#include "lua/execution.h"
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/session.h"
#include "lua/statement.h"

static struct corm_unit *check_unit(lua_State *L)
{
    return lcorm_check_box(L, 1, &lcorm_unit_class);
}

/* Pointers of the instances in the sequence at idx, in scratch memory. */
static struct corm_instance **instances_from(lua_State *L, int idx, uint32_t *count)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
    struct corm_instance **items = lcorm_scratch(L, (size_t)(n + 1) * sizeof(*items));

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
    struct lcorm_unit *unit;
    uint32_t nonly = 0;

    lua_settop(L, 2);
    if (!lua_isnil(L, 2)) {
        lcorm_check_lua_type(L, 2, LUA_TTABLE);
        only = instances_from(L, 2, &nonly);
    }
    unit = lcorm_object_new(L, &lcorm_unit_class, sizeof(*unit), LCORM_UNIT_USERVALUES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, LCORM_UNIT_SESSION);
    lua_newtable(L);
    lua_setiuservalue(L, -2, LCORM_UNIT_KEPT);
    unit->box.obj = corm_unit_new(session, only, nonly);
    if (unit->box.obj == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return 1;
}

/* ---- what the unit keeps alive ---- */

/* Instances that are registered by a relationship are not listed: hold them too. */
static void hold_states(lua_State *L, struct lcorm_unit *unit, int core)
{
    uint32_t count = corm_unit_count(unit->box.obj);

    for (; unit->nheld < count; unit->nheld++) {
        struct corm_instance *instance =
            corm_unit_outcome_at(unit->box.obj, unit->nheld).instance;
        if (instance->held_slot == 0) {
            lcorm_session_push_instance(L, core, instance);
            lcorm_session_hold_at(L, core, lua_gettop(L), instance);
            lua_pop(L, 1);
        }
    }
}

/* A value of Lua's is pinned where it goes; an own value of before stays as committed. */
static void keep_foreign(lua_State *L, int core, const struct corm_unit_loan *loan)
{
    if (loan->source == NULL) {
        return;
    }
    lcorm_session_push_instance(L, core, loan->source);
    lcorm_session_push_instance(L, core, loan->instance);
    lcorm_instance_push_pin(L, -2, loan->source, loan->source_attribute);
    lcorm_instance_pin(L, -2, loan->instance, loan->attribute, -1);
    loan->instance->cell[loan->attribute].flags |= CORM_CELL_PINNED;
    lua_pop(L, 3);
}

/* A text of another instance's may go when that one changes: it moves to a string. */
static void keep_text(lua_State *L, const struct corm_unit_loan *loan)
{
    struct corm_value *cell = &loan->instance->cell[loan->attribute];

    if (loan->source == NULL) {
        return; /* kept when it was fetched, or the column's own */
    }
    lua_getiuservalue(L, 1, LCORM_UNIT_KEPT);
    cell->as.s = lua_pushlstring(L, cell->as.s, cell->len);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static void keep_loans(lua_State *L, struct lcorm_unit *unit, int core)
{
    uint32_t count = corm_unit_loans(unit->box.obj);

    for (; unit->nkept < count; unit->nkept++) {
        struct corm_unit_loan loan = corm_unit_loan_at(unit->box.obj, unit->nkept);
        const struct corm_value *cell = &loan.instance->cell[loan.attribute];
        if (cell->tag == CORM_TAG_FOREIGN) {
            keep_foreign(L, core, &loan);
        } else if (corm_value_has_bytes(cell)) {
            keep_text(L, &loan);
        }
    }
}

static void unit_keep(lua_State *L, struct lcorm_unit *unit)
{
    lua_getiuservalue(L, 1, LCORM_UNIT_SESSION);
    hold_states(L, unit, lua_gettop(L));
    keep_loans(L, unit, lua_gettop(L));
    lua_pop(L, 1);
}

/* ---- steps ---- */

/* Push a sequence of the instances. */
static void push_instances(lua_State *L, struct corm_instance *const *items,
                           uint32_t count)
{
    int core;

    lua_getiuservalue(L, 1, LCORM_UNIT_SESSION);
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
    lua_getiuservalue(L, 1, LCORM_UNIT_SESSION);
    lcorm_session_push_instance(L, lua_gettop(L), step->instance);
    lua_remove(L, -2);
    lua_pushstring(L, step->instance->mapper->attributes.items[step->attribute].key);
    return 3;
}

static const char *const kinds[] = {
    "", "insert", "update", "delete", "link", "unlink"
};

static int push_batch(lua_State *L, const struct corm_batch *batch)
{
    lua_pushliteral(L, "batch");
    lua_pushstring(L, kinds[batch->kind]);
    lcorm_push_mapper(L, batch->mapper);
    lua_pushinteger(L, (lua_Integer)batch->shape);
    lua_pushinteger(L, batch->nrows);
    lua_pushboolean(L, batch->has_sql);
    lua_pushboolean(L, batch->needs_defaults);
    return 7;
}

static int push_event(lua_State *L, const struct corm_unit_step *step)
{
    lua_pushstring(L, step->kind == CORM_UNIT_BEFORE ? "before" : "after");
    lua_pushstring(L, kinds[step->event]);
    push_instances(L, step->instances, step->ninstances);
    return 3;
}

/*
 * unit:next() -> nil when all is done, or
 *   "load", object, name
 *   "before" or "after", "insert" or "update" or "delete", objects
 *   "batch", kind, mapper, shape, nrows, has_sql, needs_defaults
 */
static int unit_next(lua_State *L)
{
    struct corm_unit *core = check_unit(L);
    struct lcorm_unit *unit = lua_touserdata(L, 1);
    struct corm_error err;
    struct corm_unit_step step;

    lua_settop(L, 1);
    step = corm_unit_next(core, &err);
    unit->batch = step.kind == CORM_UNIT_BATCH ? step.batch : NULL;
    unit->nexecuted = unit->nprepared = 0;
    unit->rowcount = 0;
    if (step.kind == CORM_UNIT_ERROR) {
        return lcorm_throw(L, &err);
    }
    unit_keep(L, unit);
    switch (step.kind) {
    case CORM_UNIT_LOAD:
        return push_load(L, &step);
    case CORM_UNIT_BATCH:
        return push_batch(L, step.batch);
    case CORM_UNIT_BEFORE:
    case CORM_UNIT_AFTER:
        return push_event(L, &step);
    default:
        return 0;
    }
}

/* unit:has_work() -> boolean: somebody is registered */
static int unit_has_work(lua_State *L)
{
    lua_pushboolean(L, corm_unit_count(check_unit(L)) > 0);
    return 1;
}

/* unit:strays() -> {class name, "Class.relationship", …} of objects left alone so far */
static int unit_strays(lua_State *L)
{
    struct corm_unit *unit = check_unit(L);
    lua_Integer n = 0;

    lua_newtable(L);
    for (uint32_t i = 0; i < corm_unit_strays(unit); i++) {
        struct corm_unit_stray stray = corm_unit_stray_at(unit, i);
        const struct corm_mapper *parent = stray.relationship->parent;
        lua_pushstring(L, stray.instance->mapper->name);
        lua_rawseti(L, -2, ++n);
        lua_pushfstring(L, "%s.%s", parent->name,
                        parent->attributes.items[stray.relationship->attribute].key);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

/* ---- the end ---- */

/* What cells borrowed gets a home in their instances. */
static void pin_loans(lua_State *L, const struct corm_unit *unit, int core)
{
    for (uint32_t i = 0; i < corm_unit_loans(unit); i++) {
        struct corm_unit_loan loan = corm_unit_loan_at(unit, i);
        struct corm_value *cell = &loan.instance->cell[loan.attribute];
        if (!corm_value_has_bytes(cell) || (cell->flags & CORM_CELL_PINNED)) {
            continue;
        }
        lcorm_session_push_instance(L, core, loan.instance);
        cell->as.s = lua_pushlstring(L, cell->as.s, cell->len);
        lcorm_instance_pin(L, -2, loan.instance, loan.attribute, -1);
        /* A value as the database gave it is decoded on read, not taken from its pin. */
        cell->flags |= cell->flags & CORM_CELL_RAW ? 0 : CORM_CELL_PINNED;
        lua_pop(L, 2);
    }
}

/* Append the object at idx to the sequence at index `in`, if there is one. */
static void note_outcome(lua_State *L, int in, int idx)
{
    if (lua_istable(L, in)) {
        lua_pushvalue(L, idx);
        lua_rawseti(L, in, (lua_Integer)lua_rawlen(L, in) + 1);
    }
}

/* Saved and deleted ones, but not new ones, which have settle_new(). */
static void settle(lua_State *L, int core, const struct corm_unit_outcome *outcome)
{
    struct corm_instance *instance = outcome->instance;
    int at;

    lcorm_session_push_instance(L, core, instance);
    at = lua_gettop(L);
    if (!outcome->is_delete) {
        lcorm_session_switch_key(L, core, at, instance);
    } else if (outcome->is_new) {
        note_outcome(L, 4, at);
    } else {
        lcorm_identity_drop(L, core, instance);
        lcorm_session_note_deleted(L, core, at);
        note_outcome(L, 3, at);
    }
    lua_pop(L, 1);
}

static bool must_settle(const struct corm_unit_outcome *outcome)
{
    if (outcome->instance->session == NULL) {
        return false; /* a listener has expunged it */
    }
    return outcome->is_delete ||
           (!outcome->is_new && lcorm_instance_key_is_changed(outcome->instance));
}

/* New ones go into the identity map when deleted ones have left it: keys may be reused. */
static void settle_new(lua_State *L, int core, const struct corm_unit *unit)
{
    const struct corm_mapper *base = NULL;
    int identity = lua_gettop(L) + 1;

    lua_pushnil(L);
    for (uint32_t i = 0; i < corm_unit_count(unit); i++) {
        struct corm_unit_outcome outcome = corm_unit_outcome_at(unit, i);
        struct corm_instance *instance = outcome.instance;
        if (!outcome.is_new || outcome.is_delete || instance->session == NULL) {
            continue;
        }
        if (instance->mapper->base != base) {
            base = instance->mapper->base;
            lcorm_push_identity_table(L, core, base);
            lua_replace(L, identity);
        }
        lcorm_session_push_instance(L, core, instance);
        lcorm_identity_put_at(L, identity, identity + 1, instance);
        note_outcome(L, 2, identity + 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/*
 * unit:finish([new], [deleted], [dropped]): saved instances enter the identity map,
 * deleted ones leave it. The sequences, if given, get those that were inserted, those that
 * were deleted, and new ones that were deleted before they were ever written.
 */
static int unit_finish(lua_State *L)
{
    struct corm_unit *unit = check_unit(L);
    int core = 5;

    lua_settop(L, 4);
    lua_getiuservalue(L, 1, LCORM_UNIT_SESSION);
    pin_loans(L, unit, core);
    for (uint32_t i = 0; i < corm_unit_count(unit); i++) {
        struct corm_unit_outcome outcome = corm_unit_outcome_at(unit, i);
        if (must_settle(&outcome)) {
            settle(L, core, &outcome);
        }
    }
    settle_new(L, core, unit);
    corm_unit_finish(unit);
    return 0;
}

static void unit_destroy(void *obj)
{
    corm_unit_free(obj);
}

static const luaL_Reg unit_methods[] = {
    { "executed", lcorm_unit_executed }, { "finish", unit_finish },
    { "has_work", unit_has_work },       { "layout", lcorm_unit_layout },
    { "missing", lcorm_unit_missing },   { "next", unit_next },
    { "objects", lcorm_unit_objects },   { "prepare", lcorm_unit_prepare },
    { "strays", unit_strays },           { "write", lcorm_unit_write },
    { "written", lcorm_unit_written },   { NULL, NULL },
};

const struct lcorm_class lcorm_unit_class = {
    .name = "corm.Unit",
    .methods = unit_methods,
    .destroy = unit_destroy,
    .size = sizeof(struct lcorm_unit),
};

void lcorm_open_unit(lua_State *L)
{
    lua_pushcfunction(L, unit_new);
    lua_setfield(L, -2, "unit");
}
