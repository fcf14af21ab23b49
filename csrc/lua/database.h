/* SPDX-License-Identifier: MIT */
/*
 * The databases that a Lua state knows: those of dialects/registry.h and the ones that
 * programs derived from them.
 */
#ifndef CORM_LUA_DATABASE_H
#define CORM_LUA_DATABASE_H

#include <lua.h>

#include "dialects/registry.h"

/**
 * The database called name[:len], or NULL.
 * Lifetime: as long as the Lua state, finalisers included.
 */
const struct corm_database *lcorm_find_database(lua_State *L, const char *name,
                                                size_t len);

/** A small number for a dialect, as what is loaded by it keeps it; 0 if it has none. */
uint8_t lcorm_dialect_number(const struct corm_dialect *dialect);

/** The dialect with this number; NULL for 0. */
const struct corm_dialect *lcorm_dialect_numbered(lua_State *L, uint8_t number);

/** Push the names of all databases as one string: "default, sqlite, …". */
void lcorm_push_database_names(lua_State *L);

#endif
