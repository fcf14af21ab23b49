/* SPDX-License-Identifier: MIT */
/* Instances: memory, pins, cells. Reading and writing by name is in instance_access.c. */
#include "lua/instance.h"
#include "lua/database.h"

#include "lua/decode.h"
#include "lua/session.h"
#include "sql/dialect.h"

const struct lcorm_class lcorm_instance_class = {
    .name = "corm.Instance",
    .size = sizeof(struct corm_instance),
};

struct corm_instance *lcorm_test_instance(lua_State *L, int idx)
{
    return lcorm_test(L, idx, &lcorm_instance_class);
}

struct corm_instance *lcorm_check_instance(lua_State *L, int idx)
{
    struct corm_instance *instance = lcorm_test_instance(L, idx);

    if (instance == NULL) {
        lcorm_arg_error(L, idx, "mapped object");
    }
    return instance;
}

/* ---- hooks ---- */

static const char hooks_key;

static const char *const hook_names[LCORM_HOOK_COUNT] = {
    [LCORM_HOOK_LOAD] = "load",       [LCORM_HOOK_SET] = "set",
    [LCORM_HOOK_REPLACE] = "replace", [LCORM_HOOK_CONSTRUCT] = "construct",
    [LCORM_HOOK_KEY] = "key",         [LCORM_HOOK_APPEND] = "append",
    [LCORM_HOOK_REMOVE] = "remove",   [LCORM_HOOK_INIT] = "init",
};

int lcorm_set_orm_hooks(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_createtable(L, LCORM_HOOK_COUNT, 0);
    for (int i = 1; i < LCORM_HOOK_COUNT; i++) {
        lua_getfield(L, 1, hook_names[i]);
        lua_rawseti(L, -2, i);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &hooks_key);
    return 0;
}

void lcorm_push_hook(lua_State *L, enum lcorm_orm_hook hook)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key) != LUA_TTABLE ||
        lua_rawgeti(L, -1, hook) == LUA_TNIL) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "corm.orm is not loaded: nobody does '%s'", hook_names[hook]);
    }
    lua_remove(L, -2);
}

/* ---- memory and pins ---- */

struct corm_instance *lcorm_instance_new(lua_State *L, const struct corm_mapper *mapper,
                                         int mt, int npins)
{
    size_t size = corm_instance_size(mapper, 0);
    struct corm_instance *instance = lua_newuserdatauv(L, size, 1 + npins);

    __builtin_memset(instance, 0, size);
    corm_instance_init(instance, mapper);
    instance->npins = (uint16_t)npins;
    lua_pushvalue(L, mt);
    lua_setmetatable(L, -2);
    return instance;
}

void lcorm_instance_push_fields(lua_State *L, int idx, struct corm_instance *instance)
{
    if (instance->flags & CORM_INSTANCE_HAS_PINS) {
        lua_getiuservalue(L, idx, 1);
        return;
    }
    idx = lua_absindex(L, idx);
    lua_createtable(L, 0, 0);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, idx, 1);
    instance->flags |= CORM_INSTANCE_HAS_PINS;
}

void lcorm_instance_pin(lua_State *L, int idx, struct corm_instance *instance,
                        uint16_t at, int value)
{
    value = lua_absindex(L, value);
    idx = lua_absindex(L, idx);
    if (at < instance->npins) {
        lua_pushvalue(L, value);
        lua_setiuservalue(L, idx, 2 + at);
        return;
    }
    lcorm_instance_push_fields(L, idx, instance);
    lua_pushvalue(L, value);
    lua_rawseti(L, -2, at + 1);
    lua_pop(L, 1);
}

void lcorm_instance_push_pin(lua_State *L, int idx,
                             const struct corm_instance *instance, uint16_t at)
{
    if (at < instance->npins) {
        lua_getiuservalue(L, idx, 2 + at);
    } else if (instance->flags & CORM_INSTANCE_HAS_PINS) {
        lua_getiuservalue(L, idx, 1);
        lua_rawgeti(L, -1, at + 1);
        lua_remove(L, -2);
    } else {
        lua_pushnil(L);
    }
}

/* The committed value of a cell that is about to change keeps its pin under -(at + 1). */
static void instance_keep_pin(lua_State *L, int idx, struct corm_instance *instance,
                              uint16_t at)
{
    if (!(instance->cell[at].flags & CORM_CELL_PINNED)) {
        return;
    }
    lcorm_instance_push_fields(L, idx, instance);
    lcorm_instance_push_pin(L, idx, instance, at);
    lua_rawseti(L, -2, -(lua_Integer)at - 1);
    lua_pop(L, 1);
}

void lcorm_instance_track(lua_State *L, int idx, struct corm_instance *instance)
{
    size_t size = instance->ncells * sizeof(struct corm_value);
    struct corm_value *committed;

    if (instance->committed != NULL || !(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        return;
    }
    idx = lua_absindex(L, idx);
    lcorm_instance_push_fields(L, idx, instance);
    committed = lua_newuserdatauv(L, size, 0);
    __builtin_memset(committed, 0, size);
    lua_rawseti(L, -2, 0);
    lua_pop(L, 1);
    instance->committed = committed;
}

uint16_t lcorm_check_position(lua_State *L, const struct corm_instance *instance,
                              int arg)
{
    lua_Integer position = lcorm_check_integer(L, arg);

    lcorm_arg_check(L, position >= 1 && position <= instance->ncells, arg,
                    "no such attribute");
    return (uint16_t)(position - 1);
}

uint16_t lcorm_check_position_of(lua_State *L, const struct corm_instance *instance,
                                 int arg, enum corm_attribute_kind kind)
{
    uint16_t at = lcorm_check_position(L, instance, arg);

    lcorm_arg_check(L, instance->mapper->attributes.items[at].kind == kind, arg,
                    "attribute of another kind");
    return at;
}

/* ---- cells ---- */

/* True if all of the value is in the cell: no Lua value has to live as long. */
static bool is_inline(const struct corm_value *cell)
{
    return !corm_value_has_bytes(cell) && cell->tag < CORM_TAG_OBJECT;
}

void lcorm_instance_load(lua_State *L, int idx, struct corm_instance *instance,
                         uint16_t at, const struct corm_value *cell, int value)
{
    struct corm_value stored = *cell;

    stored.flags = 0;
    if (!is_inline(cell)) {
        lcorm_instance_pin(L, idx, instance, at, value);
        stored.flags = CORM_CELL_PINNED;
    }
    corm_instance_load(instance, at, &stored);
}

bool lcorm_instance_set(lua_State *L, int idx, struct corm_instance *instance,
                        uint16_t at, const struct corm_value *cell, int value)
{
    struct corm_value stored = *cell;

    idx = lua_absindex(L, idx);
    value = lua_absindex(L, value);
    lcorm_instance_track(L, idx, instance);
    if (!(instance->cell[at].flags & CORM_CELL_CHANGED) &&
        (instance->flags & CORM_INSTANCE_HAS_KEY)) {
        instance_keep_pin(L, idx, instance, at);
    }
    stored.flags =
        is_inline(cell) ? 0 : CORM_CELL_PINNED | (cell->flags & CORM_CELL_SQL);
    if (!is_inline(cell)) {
        /* An equal text may live elsewhere: then cell and pin must go on agreeing. */
        if (instance->cell[at].tag != CORM_TAG_UNSET && corm_value_has_bytes(cell) &&
            corm_value_equal(&instance->cell[at], cell)) {
            return false;
        }
        lcorm_instance_pin(L, idx, instance, at, value);
    }
    if (!corm_instance_set(instance, at, &stored)) {
        return false;
    }
    lcorm_instance_modified(L, idx, instance);
    return true;
}

void lcorm_instance_modified(lua_State *L, int idx, struct corm_instance *instance)
{
    if (corm_session_will_list(instance)) {
        lcorm_session_hold(L, instance->session, idx, instance);
    }
    corm_session_note_modified(instance);
}

void lcorm_instance_push_raw(lua_State *L, const struct corm_instance *instance,
                             uint16_t at, const struct corm_value *cell)
{
    const struct corm_type *type = instance->mapper->attributes.items[at].type;
    const struct corm_dialect *dialect = NULL;
    bool is_told = type->variants != NULL || type->kind == CORM_TYPE_ARRAY ||
                   (type->flags & CORM_TYPE_LUA_RESULT) != 0;
    if (CORM_UNLIKELY(is_told)) {
        dialect = lcorm_dialect_numbered(L, instance->dialect);
        type = corm_dialect_type(dialect, type);
    }
    lcorm_push_decoded_for(L, type, cell, dialect);
}

/*
 * Push what a raw cell holds. A table (JSON, an array) is the attribute's from now on: who
 * reads it again gets the same one, and what was changed in it can be flushed.
 */
static void push_raw_cell(lua_State *L, int idx, struct corm_instance *instance,
                          uint16_t at)
{
    idx = lua_absindex(L, idx);
    lcorm_instance_push_raw(L, instance, at, &instance->cell[at]);
    if (lua_istable(L, -1)) {
        lcorm_instance_pin(L, idx, instance, at, -1);
        instance->cell[at] = lcorm_to_value(L, -1);
        instance->cell[at].flags = CORM_CELL_PINNED;
    }
}

bool lcorm_instance_push_cell(lua_State *L, int idx, struct corm_instance *instance,
                              uint16_t at)
{
    const struct corm_value *cell = &instance->cell[at];

    if (!corm_cell_is_there(cell)) {
        return false;
    }
    if (cell->flags & CORM_CELL_RAW) {
        push_raw_cell(L, idx, instance, at);
    } else if (cell->flags & CORM_CELL_PINNED) {
        lcorm_instance_push_pin(L, idx, instance, at);
    } else {
        lcorm_push_value(L, cell);
    }
    return true;
}
