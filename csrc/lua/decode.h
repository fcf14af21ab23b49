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

/** A small number for a dialect, as instances keep it; 0 for NULL. */
uint8_t lcorm_dialect_number(const struct corm_dialect *dialect);

/** The dialect with this number; NULL for 0. */
const struct corm_dialect *lcorm_dialect_numbered(uint8_t number);

/** As lcorm_push_decoded(); a processor is told the dialect (NULL: the default one). */
void lcorm_push_decoded_for(lua_State *L, const struct corm_type *type,
                            const struct corm_value *cell,
                            const struct corm_dialect *dialect);

#endif
