/* SPDX-License-Identifier: MIT */
/* What the files about a Compiled share. */
#ifndef CORM_LUA_COMPILED_H
#define CORM_LUA_COMPILED_H

#include "lua/kit.h"
#include "sql/compile.h"
#include "sql/shape.h"

/* User values of a Compiled. */
enum {
    LCORM_COMPILED_STATEMENT = 1, /* the statement as it was given */
    LCORM_COMPILED_RENDERED, /* its text with the lists of IN written out, or nil */
    LCORM_COMPILED_UV_COUNT = LCORM_COMPILED_RENDERED
};

/** The Compiled at index 1; raises ArgumentError for anything else. */
struct corm_compiled *lcorm_check_compiled(lua_State *L);

/** The binds of a statement in walk order, in a userdata that is left on the stack. */
const struct corm_bind_order *lcorm_push_binds(lua_State *L,
                                               const struct corm_node *statement);

/** Those of the statement of the Compiled at idx; two values are left on the stack. */
const struct corm_bind_order *lcorm_push_compiled_binds(lua_State *L, int idx);

/** The cell that a slot has without an execution; UNSET if it has none. */
struct corm_value lcorm_slot_cell(const struct corm_bind_slot *slot,
                                  const struct corm_bind_order *binds);

/* ---- compiled_params.c ---- */

/** compiled.params -> {name = value}; what must come with the execution is absent */
int lcorm_compiled_params(lua_State *L);

/** compiled.construct_params, which is a method */
int lcorm_compiled_constructor(lua_State *L);

/** compiled.positiontup -> names in the order of binding; nil where names are bound */
int lcorm_compiled_positiontup(lua_State *L);

#endif
