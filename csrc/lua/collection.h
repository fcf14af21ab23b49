/* SPDX-License-Identifier: MIT */
/*
 * Collections of related instances in Lua: an inline userdata with a struct
 * corm_collection, whose arrays are further userdata. A list is indexed from 1, a set
 * answers contains() at once, a dict has a key for each member.
 *
 * What a collection is made of comes from its specification, a table in the mapper:
 * kind ("list", "set", "dict"), metatable, and for dicts key (a function of the member).
 */
#ifndef CORM_LUA_COLLECTION_H
#define CORM_LUA_COLLECTION_H

#include "lua/kit.h"
#include "orm/collection.h"

extern const struct lcorm_class lcorm_collection_class; /* any kind */

enum lcorm_collection_uservalue {
    LCORM_COLLECTION_MEMBERS = 1, /* members in order */
    LCORM_COLLECTION_INDEX, /* dict: key → member; set: member → true */
    LCORM_COLLECTION_KEYS, /* dict: member → key */
    LCORM_COLLECTION_NOW, /* memory of collection->now */
    LCORM_COLLECTION_BEFORE, /* committed members … */
    LCORM_COLLECTION_COMMITTED, /* … and the memory of collection->committed */
    LCORM_COLLECTION_REMOVED_MEMBERS,
    LCORM_COLLECTION_REMOVED, /* memory of collection->removed */
    LCORM_COLLECTION_SPEC,
    LCORM_COLLECTION_OWNER, /* the instance it belongs to */
    LCORM_COLLECTION_QUEUED, /* the collection that queued changes until the load */
    LCORM_COLLECTION_USERVALUES = LCORM_COLLECTION_QUEUED
};

/** The collection at idx; raises ArgumentError if there is something else. */
struct corm_collection *lcorm_check_collection(lua_State *L, int idx);

/**
 * Push a new empty collection and put it into cell `at` of the instance at idx; that is no
 * change. is_loaded false: it queues until it is loaded.
 */
struct corm_collection *lcorm_collection_push_empty(lua_State *L, int idx,
                                                    struct corm_instance *owner,
                                                    uint16_t at, bool is_loaded);

/** Push the collection in cell `at`, made first if there is none. */
struct corm_collection *lcorm_collection_push_of(lua_State *L, int idx,
                                                 struct corm_instance *owner,
                                                 uint16_t at);

/**
 * Put a new empty collection in the place of the one in cell `at`, which is a plain list of
 * objects from now on, and push it. It takes the history along: what was loaded is what its
 * members are compared with.
 */
struct corm_collection *lcorm_collection_push_renewed(lua_State *L, int idx,
                                                      struct corm_instance *owner,
                                                      uint16_t at);

/** Raises ArgumentError unless the collection may hold what is at stack index `member`. */
void lcorm_collection_check_member(lua_State *L,
                                   const struct corm_collection *collection,
                                   int member);

/**
 * Put the instance at `member` into the collection at idx, at position `to` (from 0; -1:
 * at the end), with history but without telling the other side. A set ignores what it
 * has; a dict drops the member that has the key: it is pushed (else nil is).
 */
void lcorm_collection_put(lua_State *L, int idx, int member, int64_t to);

/** Take a member out, with history; false if it was not there. */
bool lcorm_collection_take(lua_State *L, int idx, struct corm_instance *member);

/** Take out the member at a position (from 0), with history. */
void lcorm_collection_take_at(lua_State *L, int idx, uint32_t at);

/**
 * Take a member out that may not be loaded yet: then it is remembered as removed.
 * member: stack index.
 */
void lcorm_collection_take_unseen(lua_State *L, int idx, int member);

/**
 * Push a new collection for cell `at` of the instance at idx that the load `run` fills; what
 * was queued before is kept for lcorm_collection_end_load().
 */
struct corm_collection *lcorm_collection_begin_load(lua_State *L, int idx,
                                                    struct corm_instance *owner,
                                                    uint16_t at, uint32_t run);

/** Put a member that was loaded: no history. */
void lcorm_collection_load(lua_State *L, int idx, int member);

/** What was loaded into the collection at idx is complete: replay what was queued. */
void lcorm_collection_end_load(lua_State *L, int idx);

#endif
