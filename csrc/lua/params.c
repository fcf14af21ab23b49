/* SPDX-License-Identifier: MIT */
/*
 * The bytes of parameters are copied, since a task that waits gives others time to change
 * the tables they came from. The bytes of a statement's own binds are not: nodes are
 * immutable, and whoever executes keeps the statement on its stack.
 */
#include "lua/params.h"

#include <string.h>

#include "lua/execution_int.h"
#include "lua/node.h"
#include "lua/node_sequence.h"
#include "lua/open.h"
#include "lua/row.h"
#include "lua/type.h"
#include "sql/dialect.h"

/* registry: a function of (type, value, dialect, name), see below */
static const char processor_key = 0;

static int fail_set(lua_State *L, int idx)
{
    return lcorm_fail(L, CORM_E_ARGUMENT,
                      "parameters: tables by name expected in the sequence, got %s",
                      lcorm_type_name(L, idx));
}

/* A RowMapping at idx becomes a table; false if there is none. */
static bool replace_mapping(lua_State *L, int idx)
{
    if (!lcorm_push_mapping_table(L, idx)) {
        return false;
    }
    lua_replace(L, idx);
    return true;
}

/* The sequence at idx, which has a RowMapping in it, becomes one of tables. */
static void replace_mappings(lua_State *L, int idx)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, idx, i);
        if (!lua_istable(L, -1) && !replace_mapping(L, lua_gettop(L))) {
            fail_set(L, -1);
        }
        lua_rawseti(L, -2, i);
    }
    lua_replace(L, idx);
}

struct lcorm_params lcorm_check_params(lua_State *L, int idx)
{
    struct lcorm_params params = { .idx = 0, .nsets = 1 };
    if (lua_isnoneornil(L, idx)) {
        return params;
    }
    params.idx = lua_absindex(L, idx);
    if (!lua_istable(L, idx) && !replace_mapping(L, params.idx)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "parameters: a table by name or a sequence of such tables expected, "
                   "got %s",
                   lcorm_type_name(L, idx));
    }
    if (lua_rawgeti(L, params.idx, 1) != LUA_TNIL) {
        if (lua_isuserdata(L, -1)) {
            replace_mappings(L, params.idx);
        } else if (!lua_istable(L, -1)) {
            fail_set(L, -1);
        }
        params.is_many = true;
        params.nsets = (uint32_t)lua_rawlen(L, params.idx);
    }
    lua_pop(L, 1);
    return params;
}

void lcorm_keep_bytes(lua_State *L, struct corm_execution *execution,
                      struct corm_value *value)
{
    if (corm_value_has_bytes(value)) {
        const char *copy =
            corm_arena_strndup(&execution->work->arena, value->as.s, value->len);
        if (copy == NULL) {
            lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
        }
        value->as.s = copy;
    }
}

bool lcorm_process_bind(lua_State *L, const struct corm_type *type, const char *dialect,
                        const char *name)
{
    luaL_checkstack(L, 6, "parameter");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &processor_key);
    lcorm_push_type_by_id(L, type->lua_id);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 2);
        return true;
    }
    lua_rotate(L, -3, 2);
    lua_pushstring(L, dialect);
    lua_pushstring(L, name);
    lua_call(L, 4, 2);
    if (CORM_LIKELY(lua_isnil(L, -1))) {
        lua_pop(L, 1);
        return true;
    }
    lua_remove(L, -2);
    return false;
}

/* Stack index of the Result that the execution is a part of. */
static int result_index(lua_State *L, const struct corm_execution *execution)
{
    int idx = lua_gettop(L);
    uintptr_t wanted = (uintptr_t)execution;
    for (; idx > 0; idx--) {
        uintptr_t begin =
            lua_type(L, idx) == LUA_TUSERDATA ? (uintptr_t)lua_touserdata(L, idx) : 0;
        if (begin != 0 && wanted >= begin && wanted < begin + lua_rawlen(L, idx)) {
            break;
        }
    }
    return idx;
}

/* Raise the error on top, which says its statement then. */
static int fail_process(lua_State *L, const struct corm_execution *execution)
{
    int idx = result_index(L, execution);
    PRE(idx > 0);
    return lcorm_raise_result(L, idx);
}

/* Process the value on top by the type. */
static void process_top(lua_State *L, struct corm_execution *execution,
                        const struct corm_type *type, const char *name)
{
    /* Of what was compiled, since a type of the user's may have closed the connection. */
    const struct corm_dialect *dialect = execution->compiled != NULL
                                             ? execution->compiled->dialect
                                             : execution->connection->engine->dialect;
    if (!lcorm_process_bind(L, type, corm_dialect_tag(dialect), name)) {
        fail_process(L, execution);
    }
}

/* The plain sequence on top becomes an array, as nobody says what it is. */
static void process_sequence(lua_State *L, struct corm_execution *execution,
                             const char *name)
{
    if (lcorm_push_sequence_type(L, -1, true)) {
        lua_insert(L, -2); /* the type stays where it is while it is used */
        process_top(L, execution, lcorm_check_type(L, -2), name);
        lua_remove(L, -2);
    }
}

/* Pop the value on top and return its cell, processed by type, its bytes copied. */
static struct corm_value pop_value(lua_State *L, struct corm_execution *execution,
                                   const struct corm_type *type, const char *name)
{
    if ((type->flags & CORM_TYPE_LUA_BIND) != 0) {
        process_top(L, execution, type, name);
    } else if (CORM_UNLIKELY(lua_istable(L, -1)) && type->kind == CORM_TYPE_NULL) {
        process_sequence(L, execution, name);
    }
    struct corm_value value = lcorm_to_value(L, -1);
    lcorm_keep_bytes(L, execution, &value);
    lua_pop(L, 1);
    return value;
}

/* ---- lists ---- */

static struct corm_value *alloc_items(lua_State *L, struct corm_execution *execution,
                                      size_t count)
{
    struct corm_value *items =
        corm_arena_alloc(&execution->work->arena, (count + 1) * sizeof *items);
    if (items == NULL) {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return items;
}

static struct corm_value list_value(lua_State *L, struct corm_execution *execution,
                                    uint32_t count, uint32_t width,
                                    const struct corm_value *items)
{
    struct corm_bind_list *list =
        corm_arena_alloc(&execution->work->arena, sizeof *list);
    if (list != NULL) {
        *list =
            (struct corm_bind_list){ .count = count, .width = width, .items = items };
    } else {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return (struct corm_value){ .tag = CORM_TAG_OBJECT, .as.p = list };
}

/*
 * Items of the flat table on top, which is popped. Single values are of the slot's type,
 * those of tuples as they come.
 */
static struct corm_value pop_flat_list(lua_State *L, struct corm_execution *execution,
                                       const struct corm_bind_slot *slot,
                                       uint32_t width)
{
    const struct corm_type *type = width == 1 ? slot->type : &corm_type_null;
    uint32_t n = (uint32_t)lua_rawlen(L, -1);
    struct corm_value *items = alloc_items(L, execution, n);
    for (uint32_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, i + 1);
        items[i] = pop_value(L, execution, type, slot->name);
    }
    lua_pop(L, 1);
    return list_value(L, execution, n / width, width, items);
}

/* Values in each item of the table on top: what has no type may stand beside tuples. */
static uint32_t list_width(lua_State *L, const struct corm_bind_slot *slot)
{
    PRE(slot->width > 0);
    if (slot->width > 1 || slot->type->kind != CORM_TYPE_NULL) {
        return slot->width;
    }
    lua_geti(L, -1, 1);
    lua_Integer width = lcorm_is_tuple(L, -1) ? luaL_len(L, -1) : 1;
    lua_pop(L, 1);
    return width > 1 && width <= UINT16_MAX ? (uint32_t)width : 1;
}

/* table of tuples on top -> flat table */
static void flatten(lua_State *L, const struct corm_bind_slot *slot, uint32_t width)
{
    lua_Integer n = luaL_len(L, -1);
    lua_Integer at = 0;
    lua_createtable(L, (int)n * (int)width, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, -2, i);
        if (!lcorm_is_tuple(L, -1) || luaL_len(L, -1) != (lua_Integer)width) {
            lcorm_fail(L, CORM_E_ARGUMENT,
                       "parameter '%s': tuples of %d values expected", slot->name,
                       (int)width);
        }
        for (uint32_t j = 1; j <= width; j++) {
            lua_geti(L, -1, j);
            lua_rawseti(L, -3, ++at);
        }
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
}

static struct corm_value pop_list(lua_State *L, struct corm_execution *execution,
                                  const struct corm_bind_slot *slot)
{
    if (!lua_istable(L, -1)) {
        lcorm_fail(L, CORM_E_ARGUMENT, "parameter '%s': a sequence of values expected",
                   slot->name);
    }
    uint32_t width = list_width(L, slot);
    if (width > 1) {
        flatten(L, slot, width);
    }
    return pop_flat_list(L, execution, slot, width);
}

/* ---- filling ---- */

static void push_param(lua_State *L, const struct corm_value *value)
{
    if (value->tag == CORM_TAG_NULL || value->tag == CORM_TAG_UNSET) {
        lcorm_push_null(L);
    } else {
        lcorm_push_value(L, value);
    }
}

/* The value that a bind of the statement itself has. */
static struct corm_value bind_value(lua_State *L, struct corm_execution *execution,
                                    const struct corm_bind_slot *slot,
                                    const struct corm_node *bind)
{
    bool is_processed = (slot->type->flags & CORM_TYPE_LUA_BIND) != 0 &&
                        bind->value.tag != CORM_TAG_UNSET;
    if (CORM_LIKELY(!is_processed)) {
        return bind->value;
    }
    if (bind->value.tag != CORM_TAG_FOREIGN && bind->value.tag != CORM_TAG_OBJECT) {
        push_param(L, &bind->value);
        return pop_value(L, execution, slot->type, slot->name);
    }
    lcorm_push_bind_foreign(L, bind);
    return slot->is_expanding ? pop_flat_list(L, execution, slot, slot->width)
                              : pop_value(L, execution, slot->type, slot->name);
}

/* What the sets of one execution are filled from, besides themselves. */
struct filling {
    struct corm_execution *execution;
    const struct corm_binds *binds;
    int names; /* stack index of the slots' names, made once for many sets; 0: not made */
};

static void push_name(lua_State *L, const struct filling *filling, uint32_t i)
{
    const struct corm_bind_slot *slot = &filling->execution->compiled->slots[i];
    if (filling->names != 0) {
        lua_pushvalue(L, filling->names + (int)i);
    } else {
        lua_pushlstring(L, slot->name, slot->name_len);
    }
}

/* name -> and return the value that the table at `set` has for it; UNSET if none */
static struct corm_value param_value(lua_State *L, struct corm_execution *execution,
                                     const struct corm_bind_slot *slot, int set)
{
    if (lua_rawget(L, set) == LUA_TNIL) {
        lua_pop(L, 1);
        return corm_value_unset();
    }
    return slot->is_expanding ? pop_list(L, execution, slot)
                              : pop_value(L, execution, slot->type, slot->name);
}

static uint32_t fill_set(lua_State *L, const struct filling *filling,
                         struct corm_value *values, int set)
{
    struct corm_execution *execution = filling->execution;
    uint32_t nmissing = 0;
    for (uint32_t i = 0; i < execution->nslots; i++) {
        const struct corm_bind_slot *slot = &execution->compiled->slots[i];
        if (set != 0) {
            push_name(L, filling, i);
            values[i] = param_value(L, execution, slot, set);
        }
        if (values[i].tag == CORM_TAG_UNSET && slot->source >= 0) {
            values[i] =
                bind_value(L, execution, slot, filling->binds->items[slot->source]);
        }
        if (values[i].tag == CORM_TAG_UNSET && corm_bind_slot_is_computed(slot)) {
            nmissing++;
        }
    }
    return nmissing;
}

static void push_names(lua_State *L, struct filling *filling)
{
    const struct corm_execution *execution = filling->execution;
    luaL_checkstack(L, (int)execution->nslots + 8, "parameters");
    filling->names = lua_gettop(L) + 1;
    for (uint32_t i = 0; i < execution->nslots; i++) {
        const struct corm_bind_slot *slot = &execution->compiled->slots[i];
        lua_pushlstring(L, slot->name, slot->name_len);
    }
}

uint32_t lcorm_fill_params(lua_State *L, struct corm_execution *execution,
                           const struct lcorm_params *params,
                           const struct corm_binds *binds)
{
    struct filling filling = { .execution = execution, .binds = binds };
    uint32_t nmissing = 0;
    if (!params->is_many) {
        return fill_set(L, &filling, execution->values, params->idx);
    }
    push_names(L, &filling);
    for (uint32_t set = 0; set < params->nsets; set++) {
        if (lua_rawgeti(L, params->idx, set + 1) != LUA_TTABLE) {
            lcorm_fail(L, CORM_E_ARGUMENT, "parameter set %d: a table expected, got %s",
                       (int)set + 1, lcorm_type_name(L, -1));
        }
        nmissing +=
            fill_set(L, &filling, corm_execution_values(execution, set), lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_settop(L, filling.names - 1);
    return nmissing;
}

void lcorm_fill_constants(lua_State *L, struct corm_execution *execution)
{
    for (uint32_t i = 0; execution->compiled != NULL && i < execution->nslots; i++) {
        const struct corm_bind_slot *slot = &execution->compiled->slots[i];
        bool is_processed = slot->source == CORM_SOURCE_CONSTANT &&
                            (slot->type->flags & CORM_TYPE_LUA_BIND) != 0;
        for (uint32_t set = 0; is_processed && set < execution->nsets; set++) {
            struct corm_value *value = &corm_execution_values(execution, set)[i];
            if (value->tag == CORM_TAG_UNSET) {
                push_param(L, &slot->constant);
                *value = pop_value(L, execution, slot->type, slot->name);
            }
        }
    }
}

void lcorm_set_param(lua_State *L, struct corm_execution *execution, uint32_t set,
                     uint32_t slot, int idx)
{
    PRE(set < execution->nsets && slot < execution->nslots);
    const struct corm_bind_slot *own =
        execution->compiled == NULL ? NULL : &execution->compiled->slots[slot];
    lua_pushvalue(L, idx);
    corm_execution_values(execution, set)[slot] =
        own == NULL ? pop_value(L, execution, &corm_type_null, NULL)
                    : pop_value(L, execution, own->type, own->name);
}

/* ---- and back ---- */

static void push_set(lua_State *L, const struct corm_value *values, uint32_t n)
{
    luaL_checkstack(L, 6, "parameters");
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        push_param(L, &values[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

void lcorm_push_params(lua_State *L, const struct corm_request *request)
{
    if (request->nsets == 1) {
        push_set(L, request->params, request->nparams);
        return;
    }
    luaL_checkstack(L, 4, "parameters");
    lua_createtable(L, (int)request->nsets, 0);
    for (uint32_t set = 0; set < request->nsets; set++) {
        push_set(L, request->params + (size_t)set * request->nparams, request->nparams);
        lua_rawseti(L, -2, set + 1);
    }
}

static void push_list(lua_State *L, const struct corm_bind_list *list)
{
    push_set(L, list->items, list->count * list->width);
}

void lcorm_push_named_params(lua_State *L, const struct corm_execution *execution,
                             uint32_t set)
{
    const struct corm_compiled *compiled = execution->compiled;
    const struct corm_value *values =
        execution->values + (size_t)set * execution->nslots;
    lua_createtable(L, 0, (int)execution->nslots);
    for (uint32_t i = 0; compiled != NULL && i < execution->nslots; i++) {
        if (values[i].tag == CORM_TAG_UNSET) {
            continue;
        }
        lua_pushlstring(L, compiled->slots[i].name, compiled->slots[i].name_len);
        if (values[i].tag == CORM_TAG_OBJECT) {
            push_list(L, values[i].as.p);
        } else {
            push_param(L, &values[i]);
        }
        lua_rawset(L, -3);
    }
}

/*
 * core.set_bind_processor(fn): fn(type, value, dialect, parameter) -> value to bind, or nil
 * and an error
 */
static int core_set_bind_processor(lua_State *L)
{
    return lcorm_keep_function(L, &processor_key);
}

void lcorm_open_params(lua_State *L)
{
    lua_pushcfunction(L, core_set_bind_processor);
    lua_setfield(L, -2, "set_bind_processor");
}
