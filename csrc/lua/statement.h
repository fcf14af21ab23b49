/* SPDX-License-Identifier: MIT */
/* What the files about statements share: dialects, options of a compile, text. */
#ifndef CORM_LUA_STATEMENT_H
#define CORM_LUA_STATEMENT_H

#include "base/strbuf.h"
#include "lua/node.h"
#include "sql/compile.h"
#include "sql/dialect.h"

extern const struct lcorm_class lcorm_strbuf_class;
extern const struct lcorm_class lcorm_compiled_class; /* box of struct corm_compiled */
extern const struct lcorm_class lcorm_compile_cache_class; /* box of the cache */

/**
 * The dialect that the value at idx names: a string, or an object with a field `name`;
 * nothing is the default one. Raises ArgumentError for an unknown name.
 */
const struct corm_dialect *lcorm_check_dialect(lua_State *L, int idx);

/** True if Lua has to say the SQL of something in the tree before it is compiled. */
bool lcorm_has_custom(lua_State *L, const struct corm_node *node);

/** Push the statement at idx without mapped classes; itself if there are none. */
const struct corm_node *lcorm_push_rewritten(lua_State *L, int idx);

/** Replace the node on top by what the compiler knows of it; returns that. */
const struct corm_node *lcorm_render(lua_State *L, const struct corm_dialect *dialect);

/** Push an empty string builder that the collector releases. */
struct corm_strbuf *lcorm_push_strbuf(lua_State *L);

/** Replace the builder at idx by the string it holds; raises if memory was short. */
void lcorm_strbuf_to_string(lua_State *L, int idx);

/**
 * The option schema_translate_map of the table at idx (or nothing); lies in scratch that
 * is left on the stack. NULL if there is none.
 */
const struct corm_schema_map *lcorm_push_schema_map(lua_State *L, int options);

/**
 * The cache that the option compiled_cache of the table at options (or nothing) asks for: NULL,
 * for false, is none. Without the option it is `own`. Lifetime: of the table's field.
 */
struct corm_compile_cache *lcorm_option_cache(lua_State *L, int options,
                                              struct corm_compile_cache *own);

/**
 * Push the statement at index 1 with a longer list in the slot: the nodes that lie on the
 * stack from index first on, none but these, come after those that are there.
 */
void lcorm_push_with_longer_list(lua_State *L, uint32_t slot, int first);

/** Push a Compiled that takes a reference of its own; statement: stack index. */
void lcorm_push_compiled(lua_State *L, struct corm_compiled *compiled, int statement);

#endif
