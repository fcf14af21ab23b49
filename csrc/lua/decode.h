/* SPDX-License-Identifier: MIT */
/* From a database's cell to the Lua value of its type; shared by rows and instances. */
#ifndef CORM_LUA_DECODE_H
#define CORM_LUA_DECODE_H

#include "lua/kit.h"
#include "sql/type.h"

struct corm_dialect;

/**
 * Push the value of a raw cell as its type has it: nil for NULL, dates and decimals as
 * objects, what a type with a Lua processor makes of it. Numbers and text cost no more
 * than their push. OBJECT and FOREIGN cells are the caller's own.
 * Raises DataError for text that is no value of the type, and what a processor raises;
 * a processor cannot yield.
 */
void lcorm_push_decoded(lua_State *L, const struct corm_type *type,
                        const struct corm_value *cell);

/**
 * The tag of the type's cells that lcorm_push_plain() pushes: numbers of integers, text of
 * texts. LCORM_PLAIN_NONE if the type wants more done to all of them.
 */
uint8_t lcorm_plain_tag(const struct corm_type *type);

enum { LCORM_PLAIN_NONE = UINT8_MAX };

/** Push a cell that has its type's plain tag. */
static inline void lcorm_push_plain(lua_State *L, const struct corm_value *cell)
{
    if (cell->tag == CORM_TAG_INT) {
        lua_pushinteger(L, cell->as.i);
    } else {
        lua_pushlstring(L, cell->as.s, cell->len);
    }
}

/** As lcorm_push_decoded(); a processor is told the dialect (NULL: the default one). */
void lcorm_push_decoded_for(lua_State *L, const struct corm_type *type,
                            const struct corm_value *cell,
                            const struct corm_dialect *dialect);

#endif
