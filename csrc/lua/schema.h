/* SPDX-License-Identifier: MIT */
/*
 * Schema objects in Lua. Each is an inline userdata with the core's struct at its start,
 * a detail table as user value 1 that holds its attributes and pins what the struct
 * borrows, and a finaliser for what grew on the heap. lua/corm/sql/schema.lua checks
 * arguments and keeps the detail tables; these files keep the structs in step with them.
 */
#ifndef CORM_LUA_SCHEMA_H
#define CORM_LUA_SCHEMA_H

#include "lua/node.h"
#include "sql/schema.h"

extern const struct lcorm_family lcorm_constraint_family; /* Constraint */
extern const struct lcorm_family lcorm_foreign_key_family; /* ForeignKey */
extern const struct lcorm_family lcorm_index_family; /* Index */
extern const struct lcorm_family lcorm_sequence_family; /* Sequence */

/** The objects at idx; raise ArgumentError if there is something else. */
struct corm_column *lcorm_check_column(lua_State *L, int idx);
struct corm_table *lcorm_check_table(lua_State *L, int idx);
struct corm_constraint *lcorm_check_constraint(lua_State *L, int idx);
struct corm_foreign_key *lcorm_check_foreign_key(lua_State *L, int idx);
struct corm_index *lcorm_check_index(lua_State *L, int idx);
const struct corm_sequence *lcorm_check_sequence(lua_State *L, int idx);

/** Push an object of the family whose detail is the table at `detail`. */
void *lcorm_push_detailed(lua_State *L, const struct lcorm_family *family, size_t size,
                          int detail);

/** detail[name] of the table at idx as text that the table pins, or NULL. */
const char *lcorm_detail_string(lua_State *L, int idx, const char *name);

/** detail[name] as a node that the table pins, or NULL. */
const struct corm_node *lcorm_detail_node(lua_State *L, int idx, const char *name);

/** The node flags that detail[name] (true: quoted, false: never quoted) stands for. */
uint16_t lcorm_detail_quoting(lua_State *L, int idx, const char *name);

/** Push object's detail[name]. Returns its Lua type. */
int lcorm_push_detail(lua_State *L, int object, const char *name);

#endif
