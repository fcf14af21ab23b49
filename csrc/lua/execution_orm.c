/* SPDX-License-Identifier: MIT */
/*
 * Statements with mapped classes in them. The engine's cache knows them by the statement
 * as it was written; only one that is new is rewritten into plain nodes, by Lua, and comes
 * back here to be compiled. The binds are those of the statement as it was written.
 */
#include "lua/execution_int.h"
#include "lua/native.h"
#include "lua/node.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/statement.h"

enum {
    CONNECTION = 1,
    NATIVE,
    STATEMENT,
    PARAMETERS,
    OPTIONS, /* with schema_translate_map and compiled_cache, or nil */
    REWRITTEN, /* the statement as plain nodes, or nil */
    ARGS = REWRITTEN,
    FEW_BINDS = 32
};

struct lookup {
    struct corm_binds binds;
    struct corm_compile_options options;
    struct corm_compile_cache *cache; /* NULL: it is compiled anew */
    const struct corm_node *few_binds[FEW_BINDS];
};

static void collect_binds(const struct corm_compiled *compiled,
                          const struct corm_node *statement, struct corm_binds *binds)
{
    if (!corm_node_match(compiled->shape, statement, binds)) {
        binds->count = 0;
    }
}

/* Compile the rewritten statement and keep it under the shape of the other. */
static enum corm_rc compile_rewritten(lua_State *L, const struct corm_node *statement,
                                      struct lookup *lookup, struct corm_compiled **out,
                                      struct corm_error *err)
{
    enum corm_rc rc;

    if (lua_isnil(L, REWRITTEN)) {
        return CORM_OK;
    }
    lookup->options.origin = statement;
    rc = corm_compile(lcorm_check_node(L, REWRITTEN), &lookup->options, out, err);
    if (rc == CORM_OK) {
        collect_binds(*out, statement, &lookup->binds);
        corm_compile_cache_put(lookup->cache, &lookup->options, *out);
    }
    return rc;
}

/* The compiled statement out of the cache, which says how much room its binds need. */
static void find_cached(lua_State *L, const struct corm_node *statement,
                        struct lookup *lookup, struct corm_compiled **out)
{
    struct corm_binds *binds = &lookup->binds;

    corm_compile_cache_find(lookup->cache, statement, &lookup->options, binds, out);
    if (*out == NULL && binds->count > binds->cap) {
        binds->cap = binds->count;
        binds->items = lcorm_scratch(L, binds->cap * sizeof *binds->items);
        corm_compile_cache_find(lookup->cache, statement, &lookup->options, binds, out);
    }
}

/* The compiled statement and its binds; NULL if it has to be rewritten first. */
static struct corm_compiled *
find_compiled(lua_State *L, const struct corm_node *statement, struct lookup *lookup)
{
    struct corm_error err;
    struct corm_compiled *compiled = NULL;

    if (lua_isnil(L, REWRITTEN)) {
        find_cached(L, statement, lookup, &compiled);
    }
    if (compiled == NULL &&
        compile_rewritten(L, statement, lookup, &compiled, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    return compiled;
}

/* More binds than there was room for: collect them again. */
static void make_room(lua_State *L, const struct corm_compiled *compiled,
                      const struct corm_node *statement, struct corm_binds *binds)
{
    if (binds->count > binds->cap) {
        binds->cap = binds->count;
        binds->items = lcorm_scratch(L, binds->cap * sizeof *binds->items);
        collect_binds(compiled, statement, binds);
    }
}

/*
 * core.prepare_orm(connection, native, statement, parameters, options, [rewritten])
 *     -> Result that is neither bound nor run, address of the compiled statement, boolean:
 *        defaults of columns have to be computed, for its CTEs write rows
 *     -> nil: the statement has to be rewritten
 */
static int prepare_orm(lua_State *L)
{
    struct lookup lookup;
    struct lcorm_params params;
    struct corm_execution *execution;
    struct corm_compiled *compiled;
    struct corm_error err;
    enum corm_rc rc;

    lua_settop(L, ARGS);
    const struct corm_node *statement = lcorm_check_node(L, STATEMENT);
    params = lcorm_check_params(L, PARAMETERS);
    execution =
        lcorm_push_execution(L, CONNECTION, NATIVE, lcorm_check_runnable(L, NATIVE));
    lookup.binds = (struct corm_binds){ .items = lookup.few_binds, .cap = FEW_BINDS };
    lookup.options = (struct corm_compile_options){
        .dialect = execution->connection->engine->dialect,
        .for_executemany = params.is_many,
    };
    lookup.cache = lcorm_option_cache(L, OPTIONS, execution->connection->engine->cache);
    lookup.options.schema_map = lcorm_push_schema_map(L, OPTIONS);
    compiled = find_compiled(L, statement, &lookup);
    if (compiled == NULL) {
        lua_pushnil(L);
        return 1;
    }
    rc = corm_execution_prepare(execution, compiled, params.nsets, &err);
    corm_compiled_unref(compiled); /* the execution has its own reference */
    if (rc != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    make_room(L, compiled, statement, &lookup.binds);
    uint32_t nmissing = lcorm_fill_params(L, execution, &params, &lookup.binds);
    if (!lua_isnil(L, REWRITTEN)) {
        lcorm_warn_cartesian(L, CONNECTION, compiled); /* it has just been compiled */
    }
    lua_pushlightuserdata(L, compiled);
    lua_pushvalue(L, ARGS + 1);
    lua_insert(L, -2);
    lua_pushboolean(L, nmissing > 0);
    return 3;
}

/* Keys of the table at idx; *has_nulls becomes true if NULL is among its values. */
static uint32_t count_keys(lua_State *L, int idx, bool *has_nulls)
{
    uint32_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, idx) != 0) {
        *has_nulls |= lcorm_is_null(L, -1);
        count++;
        lua_pop(L, 1);
    }
    return count;
}

/* True if the table at idx has all keys of the table at `keys`. */
static bool has_keys(lua_State *L, int idx, int keys)
{
    bool found = true;
    lua_pushnil(L);
    while (found && lua_next(L, keys) != 0) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        found = lua_rawget(L, idx) != LUA_TNIL;
        lua_pop(L, 1);
    }
    if (!found) {
        lua_pop(L, 1);
    }
    return found;
}

/*
 * core.mapping_run(mappings, first) -> how many of them, from `first` on, have the same
 * keys; whether NULL is among their values
 */
static int mapping_run(lua_State *L)
{
    enum { MAPPINGS = 1, FIRST, KEYS, EACH };
    bool has_nulls = false;
    lcorm_check_lua_type(L, MAPPINGS, LUA_TTABLE);
    lua_Integer first = lcorm_check_integer(L, FIRST);
    lua_Integer n = (lua_Integer)lua_rawlen(L, MAPPINGS);
    lua_Integer next = first + 1;
    lua_settop(L, FIRST);
    lua_rawgeti(L, MAPPINGS, first);
    lcorm_check_lua_type(L, KEYS, LUA_TTABLE);
    uint32_t nkeys = count_keys(L, KEYS, &has_nulls);
    for (; next <= n; next++) {
        bool is_null_here = false;
        lua_rawgeti(L, MAPPINGS, next);
        lcorm_check_lua_type(L, EACH, LUA_TTABLE);
        if (count_keys(L, EACH, &is_null_here) != nkeys || !has_keys(L, EACH, KEYS)) {
            break;
        }
        has_nulls |= is_null_here;
        lua_settop(L, KEYS);
    }
    lua_pushinteger(L, next - first);
    lua_pushboolean(L, has_nulls);
    return 2;
}

void lcorm_open_execution_orm(lua_State *L)
{
    lua_pushcfunction(L, mapping_run);
    lua_setfield(L, -2, "mapping_run");
    lua_pushcfunction(L, prepare_orm);
    lua_setfield(L, -2, "prepare_orm");
}
