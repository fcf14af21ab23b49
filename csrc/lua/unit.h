/* SPDX-License-Identifier: MIT */
/* The Unit's userdata, shared by unit.c (steps, the end) and unit_batch.c (batches). */
#ifndef CORM_LUA_UNIT_H
#define CORM_LUA_UNIT_H

#include "lua/kit.h"
#include "orm/unitofwork.h"

enum {
    LCORM_UNIT_SESSION = 1,
    LCORM_UNIT_KEPT,
    LCORM_UNIT_USERVALUES = LCORM_UNIT_KEPT
};

struct lcorm_unit {
    struct lcorm_box box;
    const struct corm_batch *batch; /* of the last step, or NULL */
    struct corm_value *fetched; /* nrows * nfetch cells in UNIT_KEPT, or NULL */
    uint32_t nfetched; /* rows that are there */
    uint32_t nexecuted; /* rows of the batch that statements were run for */
    uint32_t nprepared; /* rows of the statement at hand */
    int64_t rowcount; /* of these statements; -1 unknown */
    uint32_t nheld; /* states that were looked at, and held if nobody else did */
    uint32_t nkept; /* loans that were looked at */
    uint32_t ntold; /* cells it has written of which Lua was told */
};

extern const struct lcorm_class lcorm_unit_class;

/** Methods that concern the batch at hand; each opens with its Lua signature. */
int lcorm_unit_layout(lua_State *L);
int lcorm_unit_objects(lua_State *L);
int lcorm_unit_missing(lua_State *L);
int lcorm_unit_write(lua_State *L);
int lcorm_unit_written(lua_State *L);
int lcorm_unit_prepare(lua_State *L);
int lcorm_unit_executed(lua_State *L);

#endif
