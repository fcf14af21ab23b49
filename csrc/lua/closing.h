/* SPDX-License-Identifier: MIT */
/* What can no longer be done because Lua is closing. */
#ifndef CORM_LUA_CLOSING_H
#define CORM_LUA_CLOSING_H

#include "lua/kit.h"

/**
 * Raise ResourceClosedError in a finalizer that lua_close() calls: what is made there is
 * never finalized, so nothing may be made that holds a connection or memory of the core.
 * The same goes for a finalizer that runs while the host calls no function at all, which
 * looks alike. Costs next to nothing outside of finalizers.
 */
void lcorm_must_not_be_closing(lua_State *L);

#endif
