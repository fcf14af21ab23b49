/* SPDX-License-Identifier: MIT */
/* A walk along cascades that hands out Lua objects (orm/cascade.h hands out pointers). */
#ifndef CORM_LUA_CASCADE_H
#define CORM_LUA_CASCADE_H

#include "lua/kit.h"
#include "orm/cascade.h"

/**
 * Push a walk that begins at the instance at index `root`; it is to be closed. The walk
 * holds every object it may come to.
 */
struct corm_cascade_walk *lcorm_walk_begin(lua_State *L, int root,
                                           enum corm_cascade type,
                                           const struct corm_session *halt_in);

/**
 * The next step of the walk at idx: OBJECT and LOAD push the object, DONE nothing. Raises
 * MemoryError.
 */
enum corm_cascade_step lcorm_walk_next(lua_State *L, int idx,
                                       struct corm_cascade_walk *walk);

#endif
