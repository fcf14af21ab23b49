/* SPDX-License-Identifier: MIT */
/* Values for an execution, from what Lua passes as parameters, and back. */
#ifndef CORM_LUA_PARAMS_H
#define CORM_LUA_PARAMS_H

#include "engine/execution.h"
#include "lua/kit.h"

/* What was passed as parameters, looked at once. */
struct lcorm_params {
    int idx; /* stack index of the table; 0 for none */
    uint32_t nsets; /* parameter sets; 1 without parameters */
    bool is_many; /* the table is a sequence of sets */
};

/**
 * Look at the parameters at idx: nothing, a table by name, or a sequence of such tables.
 * RowMappings stand for tables, which take their place at idx. Raises ArgumentError for
 * anything else.
 */
struct lcorm_params lcorm_check_params(lua_State *L, int idx);

/**
 * Fill a prepared execution: by name from the parameters, else from the statement's binds,
 * which must live until it has run. Bytes of parameters are copied. Values of types with a
 * Lua processor go through it. What has to come from a default of its column stays UNSET;
 * returns how many such values there are.
 */
uint32_t lcorm_fill_params(lua_State *L, struct corm_execution *execution,
                           const struct lcorm_params *params,
                           const struct corm_binds *binds);

/**
 * Fill in the values that were known when the statement was compiled, where their types have
 * a Lua processor; the core knows the others. The execution's Result is on the stack.
 */
void lcorm_fill_constants(lua_State *L, struct corm_execution *execution);

/** Put the value at idx into a slot of a set, by the type of the slot. Bytes are copied. */
void lcorm_set_param(lua_State *L, struct corm_execution *execution, uint32_t set,
                     uint32_t slot, int idx);

/**
 * Push the parameters of a request: a sequence in the order of the placeholders, or a
 * sequence of these if there are many sets; corm.NULL for NULL.
 */
void lcorm_push_params(lua_State *L, const struct corm_request *request);

/** Push the values of a set by the names of their slots; what is UNSET is absent. */
void lcorm_push_named_params(lua_State *L, const struct corm_execution *execution,
                             uint32_t set);

/** Copy a cell's bytes into the execution; raises MemoryError. */
void lcorm_keep_bytes(lua_State *L, struct corm_execution *execution,
                      struct corm_value *value);

/**
 * Replace the value on top by what the Lua object of a type (CORM_TYPE_LUA_BIND) makes of
 * it; it stays as it is if that is gone. name: the parameter's, for messages, or NULL.
 * Returns false with the error on top that the processor has raised.
 */
bool lcorm_process_bind(lua_State *L, const struct corm_type *type, const char *dialect,
                        const char *name);

#endif
