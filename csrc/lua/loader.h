/* SPDX-License-Identifier: MIT */
/*
 * One run of a plan in one session (see loader_run.c): an inline userdata. For each entity it
 * keeps the identity map's table and the instances' metatable at hand in its user values.
 */
#ifndef CORM_LUA_LOADER_H
#define CORM_LUA_LOADER_H

#include "lua/session.h"
#include "orm/loader.h"

extern const struct lcorm_class lcorm_loader_class;

enum {
    LCORM_LOADER_PLAN = 1,
    LCORM_LOADER_SESSION,
    LCORM_LOADER_PARENTS, /* KEYED: by key; SINGLE: the parent */
    LCORM_LOADER_META, /* metatables of the rows */
    LCORM_LOADER_NOTES, /* {object, is_new, …} of what was loaded, if that is wanted */
    LCORM_LOADER_ROWS, /* sequence of Rows in place of the cursor's */
    LCORM_LOADER_FIRST_ENTITY, /* then LCORM_LOADER_ENTITY_USERVALUES a piece */
};

/* User values of each entity. */
enum {
    LCORM_LOADER_ENTITY_IDENTITY = 0, /* the identity map's table */
    LCORM_LOADER_ENTITY_METATABLE,
    LCORM_LOADER_ENTITY_LIST, /* instances of this run, if they are collected */
    LCORM_LOADER_ENTITY_USERVALUES
};

struct lcorm_loader {
    const struct corm_load_plan *plan;
    struct corm_session *session;
    uint32_t run;
    const struct corm_type
        *parent_types[LCORM_KEY_MAX]; /* of KEYED: of the parents' key */
    uint8_t dialect; /* that the rows come by: lcorm_dialect_number() */
    bool populate_existing; /* overwrite what is loaded, changes included */
    bool replays; /* the result's rows have been read: LCORM_LOADER_ROWS */
    lua_Integer nread; /* of these rows */
    bool is_noted; /* somebody wants to hear of what was loaded */
};

/** The user value `which` of entity `at`. */
static inline int lcorm_loader_uservalue(uint16_t at, int which)
{
    return LCORM_LOADER_FIRST_ENTITY + LCORM_LOADER_ENTITY_USERVALUES * at + which;
}

/**
 * Push what the first entity of the plan is in a row, its relationships filled by the others;
 * nil where there is none. owner: stack index of the loader.
 */
void lcorm_loader_push_object(lua_State *L, int owner, const struct corm_value *cells);

#endif
