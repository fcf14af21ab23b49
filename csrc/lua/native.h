/* SPDX-License-Identifier: MIT */
/*
 * Engine and native connection as boxes. An engine's box pins what its connections share
 * in Lua; user value 1 of both: of the engine its row shapes (see execution_shape.c), of a
 * native connection its engine.
 */
#ifndef CORM_LUA_NATIVE_H
#define CORM_LUA_NATIVE_H

#include "engine/connection.h"
#include "lua/kit.h"

enum { LCORM_ENGINE_SHAPES = 1, LCORM_ENGINE_UV_COUNT = LCORM_ENGINE_SHAPES };
enum { LCORM_NATIVE_ENGINE = 1, LCORM_NATIVE_UV_COUNT = LCORM_NATIVE_ENGINE };

extern const struct lcorm_class lcorm_engine_class; /* box of struct corm_engine */
extern const struct lcorm_class lcorm_native_class; /* box of struct corm_connection */

/** The native connection in the box at idx; raises ArgumentError, ResourceClosedError. */
struct corm_connection *lcorm_check_connection(lua_State *L, int idx);

/** Push the box of an opening connection of the engine in the box at idx; url: see
 * corm_connection_new(). */
struct corm_connection *lcorm_native_new(lua_State *L, int engine,
                                         const struct corm_url *url);

#endif
