/* SPDX-License-Identifier: MIT */
/*
 * Mapped objects in Lua: one inline userdata with a struct corm_instance (orm/instance.h).
 *
 * What cells point into is pinned. A constructed instance has a user value per attribute
 * (from 2 on) for that, since it will be filled at once; a loaded one has only user value
 * 1, a table that is made when the first thing must be kept: [position + 1] pins the cell,
 * [-(position + 1)] its committed value, [0] the array of committed cells, and strings
 * are ad-hoc fields.
 *
 * Every mapped class has its own metatable, marked for lcorm_instance_class; its closures
 * find the mapper without a table lookup, and an attribute by the address of its name.
 */
#ifndef CORM_LUA_INSTANCE_H
#define CORM_LUA_INSTANCE_H

#include "lua/kit.h"
#include "orm/collection.h"
#include "orm/session.h"

extern const struct lcorm_class lcorm_instance_class;

/* What user value 1 has beside pins and ad-hoc fields. */
enum lcorm_instance_field {
    LCORM_FIELD_BLOCKS = -0x10000, /* the bytes of refreshed cells */
    LCORM_FIELD_OPTIONS = -0x10001, /* options for what the instance loads later */
};

/* What Lua does for the core, set once by corm.orm (core.set_orm_hooks). */
enum lcorm_orm_hook {
    LCORM_HOOK_LOAD = 1, /* (object, key): fill an attribute that is not there */
    LCORM_HOOK_SET, /* (object, key, value): set an attribute that is listened to */
    LCORM_HOOK_REPLACE, /* (object, key, value): assign a whole collection */
    LCORM_HOOK_CONSTRUCT, /* (object, args): keyword arguments beyond columns */
    LCORM_HOOK_KEY, /* (collection spec, object) -> key of a dict's member */
    LCORM_HOOK_APPEND, /* (collection, object, position): append, listened to */
    LCORM_HOOK_REMOVE, /* (collection, object): remove, listened to */
    LCORM_HOOK_INIT, /* (object, key, new collection or nil) -> what is read there */
    LCORM_HOOK_COUNT
};

/** Push the hook's function. */
void lcorm_push_hook(lua_State *L, enum lcorm_orm_hook hook);

/** core.set_orm_hooks{load = f, …} */
int lcorm_set_orm_hooks(lua_State *L);

/** The instance at idx; raises ArgumentError if there is something else. */
struct corm_instance *lcorm_check_instance(lua_State *L, int idx);

/** The attribute, from 0, whose position from 1 is argument arg; raises ArgumentError. */
uint16_t lcorm_check_position(lua_State *L, const struct corm_instance *instance,
                              int arg);

/** The same for an attribute of one kind. */
uint16_t lcorm_check_position_of(lua_State *L, const struct corm_instance *instance,
                                 int arg, enum corm_attribute_kind kind);

/** The instance at idx, or NULL. */
struct corm_instance *lcorm_test_instance(lua_State *L, int idx);

/**
 * Push a new transient instance with the metatable at index mt.
 * npins: user values for pins beyond the first.
 */
struct corm_instance *lcorm_instance_new(lua_State *L, const struct corm_mapper *mapper,
                                         int mt, int npins);

/** Keep the value at `value` alive with cell `at` of the instance at idx. */
void lcorm_instance_pin(lua_State *L, int idx, struct corm_instance *instance,
                        uint16_t at, int value);

/** Push what is pinned for cell `at`, nil if nothing is. */
void lcorm_instance_push_pin(lua_State *L, int idx,
                             const struct corm_instance *instance, uint16_t at);

/** Push user value 1 of the instance at idx, made if it is not there. */
void lcorm_instance_push_fields(lua_State *L, int idx, struct corm_instance *instance);

/**
 * Put a value into cell `at`, with the Lua value at `value` pinned if it must be; history
 * and the session's dirty list are kept. True if something changed.
 */
bool lcorm_instance_set(lua_State *L, int idx, struct corm_instance *instance,
                        uint16_t at, const struct corm_value *cell, int value);

/** Put a loaded value into cell `at`, pinned in the same way; nobody hears of it. */
void lcorm_instance_load(lua_State *L, int idx, struct corm_instance *instance,
                         uint16_t at, const struct corm_value *cell, int value);

/** Note a change of the instance at idx; its session holds it from now on. */
void lcorm_instance_modified(lua_State *L, int idx, struct corm_instance *instance);

/**
 * Push what the type of attribute `at` makes of a cell as the database gave it, on the
 * dialect that the instance was loaded by.
 */
void lcorm_instance_push_raw(lua_State *L, const struct corm_instance *instance,
                             uint16_t at, const struct corm_value *cell);

/**
 * Push the value of attribute `at`; UNSET pushes nothing and returns false (the caller
 * loads, or takes nil).
 */
bool lcorm_instance_push_cell(lua_State *L, int idx, struct corm_instance *instance,
                              uint16_t at);

/** Make room for the committed cells of a persistent instance. */
void lcorm_instance_track(lua_State *L, int idx, struct corm_instance *instance);

#endif
