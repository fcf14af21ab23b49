/* SPDX-License-Identifier: MIT */
/* Putting what was loaded into relationships; none of it is history. */
#ifndef CORM_LUA_LOAD_RELATED_H
#define CORM_LUA_LOAD_RELATED_H

#include "lua/kit.h"
#include "orm/instance.h"

/**
 * Put the object at `related` (nil for none) into the scalar relationship `at` of the
 * instance at idx, as loaded.
 */
void lcorm_load_object(lua_State *L, int idx, struct corm_instance *instance,
                       uint16_t at, int related);

#endif
