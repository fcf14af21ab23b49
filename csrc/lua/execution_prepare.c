/* SPDX-License-Identifier: MIT */
/*
 * From a statement and parameters to an execution: the compiled statement out of the
 * engine's cache, its values from the parameters and the statement's binds.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/execution_int.h"
#include "lua/native.h"
#include "lua/node.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/result_int.h"
#include "lua/statement.h"
#include "sql/dialect.h"
#include "sql/statement.h"
#include "sql/visit.h"

enum {
    CONNECTION = 1,
    NATIVE,
    STATEMENT,
    PARAMETERS,
    OPTIONS, /* with schema_translate_map and compiled_cache, or false */
    RENDERED, /* core.prepare: the statement without constructs of the user's own, or nil */
    ARGS = RENDERED,
    COMPILED = OPTIONS, /* of core.prepare_compiled */
    FEW_BINDS = 32,
    FEW_KEYS = 32
};

/* Room on the C stack for what most statements need. */
struct lookup {
    struct corm_binds binds;
    struct corm_compile_options options;
    struct corm_compile_cache *cache; /* NULL: it is compiled anew */
    bool is_hit;
    const struct corm_node *few_binds[FEW_BINDS];
    const char *few_keys[FEW_KEYS];
};

/* ---- keys of the parameters ---- */

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static uint32_t count_keys(lua_State *L, int set)
{
    uint32_t n = 0;
    lua_pushnil(L);
    while (lua_next(L, set) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lcorm_fail(L, CORM_E_ARGUMENT, "parameters: names expected as keys, got %s",
                       lcorm_type_name(L, -1));
        }
        n++;
    }
    return n;
}

/* The keys of the (first) parameter set, sorted, as the table itself has no order. */
static void find_column_keys(lua_State *L, const struct lcorm_params *params,
                             struct lookup *lookup)
{
    const char **keys = lookup->few_keys;
    uint32_t n = 0;
    if (params->idx == 0) {
        return;
    }
    if (params->is_many) {
        lua_rawgeti(L, params->idx, 1);
    } else {
        lua_pushvalue(L, params->idx);
    }
    int set = lua_gettop(L);
    uint32_t count = count_keys(L, set);
    if (count > FEW_KEYS) {
        keys = lcorm_scratch(L, count * sizeof *keys);
    }
    lua_pushnil(L);
    while (lua_next(L, set) != 0) {
        lua_pop(L, 1);
        keys[n++] = lua_tostring(L, -1); /* pinned by the table */
    }
    qsort(keys, n, sizeof *keys, compare_keys);
    lookup->options.column_keys = keys;
    lookup->options.ncolumn_keys = n;
}

/* A key that names a bindparam of the statement is a value for that, not a column. */
static enum corm_visit drop_bind_key(void *ctx, const struct corm_node *node)
{
    struct corm_compile_options *options = ctx;
    const char **keys = (const char **)(uintptr_t)options->column_keys;
    uint32_t kept = 0;
    if (node->kind != CORM_NODE_BIND || (node->flags & CORM_NODE_ANONYMOUS) != 0 ||
        node->name == NULL) {
        return CORM_VISIT_DESCEND;
    }
    for (uint32_t i = 0; i < options->ncolumn_keys; i++) {
        if (strcmp(keys[i], node->name) != 0) {
            keys[kept++] = keys[i];
        }
    }
    options->ncolumn_keys = kept;
    return kept > 0 ? CORM_VISIT_SKIP : CORM_VISIT_STOP;
}

static void drop_bind_keys(lua_State *L, const struct corm_node *node,
                           struct corm_execution *execution, struct lookup *lookup)
{
    struct corm_error err;
    if (lookup->options.ncolumn_keys > 0 && (node->flags & CORM_NODE_HAS_BIND) != 0 &&
        corm_node_visit(node, drop_bind_key, &lookup->options, &execution->work->arena,
                        &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
}

/* True if the table on top has something under the name. */
static bool has_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    bool found = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 1);
    return found;
}

/* True if something is kept beside the statement under the name. */
static bool has_extra(lua_State *L, const char *name)
{
    bool found = lua_getiuservalue(L, STATEMENT, 1) == LUA_TTABLE && has_field(L, name);
    lua_pop(L, 1);
    return found;
}

/* True if the INSERT makes one row that is known value by value, whose key may be asked for. */
static bool is_single_row(const struct corm_node *insert)
{
    const struct corm_node *rows = corm_node_slot(insert, CORM_INSERT_ROWS);
    return corm_node_slot(insert, CORM_INSERT_SELECT) == NULL &&
           (rows == NULL || (rows->flags & CORM_NODE_VARIANT) == 0);
}

/* INSERT and UPDATE: which columns come, and whether generated keys are wanted. */
static void look_at_dml(lua_State *L, const struct corm_node *node,
                        struct corm_execution *execution,
                        const struct lcorm_params *params, struct lookup *lookup)
{
    const struct corm_dialect *dialect = lookup->options.dialect;
    find_column_keys(L, params, lookup);
    drop_bind_keys(L, node, execution, lookup);
    lookup->options.has_column_keys = true; /* none: nothing but defaults */
    lookup->options.keeps_order = node->kind == CORM_NODE_INSERT && params->is_many &&
                                  has_extra(L, "sort_by_parameter_order");
    lookup->options.returning_keys =
        node->kind == CORM_NODE_INSERT && !params->is_many &&
        corm_dialect_has(dialect, CORM_DIALECT_RETURNING) && is_single_row(node) &&
        corm_node_slot(node, CORM_INSERT_RETURNING) == NULL && !has_extra(L, "inline");
}

/* ---- the compiled statement ---- */

/* Compile the rendered statement and keep it under the shape of the other. */
static enum corm_rc compile_rendered(lua_State *L, const struct corm_node *node,
                                     struct lookup *lookup, struct corm_compiled **out,
                                     struct corm_error *err)
{
    lookup->options.origin = node;
    enum corm_rc rc =
        corm_compile(lcorm_check_node(L, RENDERED), &lookup->options, out, err);
    if (rc == CORM_OK) {
        corm_node_match((*out)->shape, node, &lookup->binds);
        corm_compile_cache_put(lookup->cache, &lookup->options, *out);
    }
    return rc;
}

/* *out stays NULL if the statement has to be rendered first. */
static enum corm_rc compile(lua_State *L, const struct corm_node *node,
                            struct lookup *lookup, struct corm_compiled **out,
                            struct corm_error *err)
{
    if (!lua_isnil(L, RENDERED)) {
        return compile_rendered(L, node, lookup, out, err);
    }
    if (lcorm_has_custom(L, node)) {
        corm_compile_cache_find(lookup->cache, node, &lookup->options, &lookup->binds,
                                out);
        return CORM_OK;
    }
    return corm_compile_cache_get(lookup->cache, node, &lookup->options, &lookup->binds,
                                  out, &lookup->is_hit, err);
}

/*
 * The compiled statement goes to the execution, which owns it from then on. False if the
 * statement has to be rendered first.
 */
static bool find_compiled(lua_State *L, const struct corm_node *node,
                          struct corm_execution *execution, struct lookup *lookup,
                          uint32_t nsets)
{
    struct corm_error err;
    struct corm_compiled *compiled = NULL;
    enum corm_rc rc = compile(L, node, lookup, &compiled, &err);
    if (rc == CORM_OK && lookup->binds.count > lookup->binds.cap) {
        corm_compiled_unref(compiled);
        compiled = NULL;
        lookup->binds.cap = lookup->binds.count;
        lookup->binds.items =
            lcorm_scratch(L, lookup->binds.cap * sizeof *lookup->binds.items);
        rc = compile(L, node, lookup, &compiled, &err);
    }
    if (rc == CORM_OK && compiled == NULL) {
        return false;
    }
    if (rc == CORM_OK) {
        rc = corm_execution_prepare(execution, compiled, nsets, &err);
        corm_compiled_unref(compiled);
    }
    if (rc != CORM_OK) {
        lcorm_throw(L, &err);
    }
    return true;
}

/* ---- warnings ---- */

static const char on_warning_key = 0; /* registry: what core.on_warning() was given */

/* core.on_warning(fn): fn(connection, message about its statement, is_of_linter) */
static int core_on_warning(lua_State *L)
{
    return lcorm_keep_function(L, &on_warning_key);
}

void lcorm_warn_statement(lua_State *L, int connection, const char *message,
                          bool is_of_linter)
{
    lua_pushvalue(L, connection);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &on_warning_key) != LUA_TFUNCTION) {
        lua_pop(L, 2);
        return;
    }
    lua_insert(L, -2);
    lua_pushstring(L, message);
    lua_pushboolean(L, is_of_linter);
    lua_call(L, 3, 0);
}

void lcorm_warn_cartesian(lua_State *L, int connection,
                          const struct corm_compiled *compiled)
{
    if (compiled->cartesian != NULL) {
        lcorm_warn_statement(L, connection, compiled->cartesian, true);
    }
}

/* ---- preparing ---- */

/*
 * Push a Result whose execution is filled but not bound. *nmissing: how many values are
 * missing, because a column's default has to be computed. False, and nothing is pushed, if
 * the statement has to be rendered first.
 */
static bool push_prepared(lua_State *L, struct corm_connection *native,
                          const struct corm_node *node, uint32_t *nmissing)
{
    struct lookup lookup;
    struct lcorm_params params = lcorm_check_params(L, PARAMETERS);
    int base = lua_gettop(L);

    lookup.binds = (struct corm_binds){ .items = lookup.few_binds, .cap = FEW_BINDS };
    lookup.options = (struct corm_compile_options){ 0 };
    lookup.is_hit = false;
    struct corm_execution *execution =
        lcorm_push_execution(L, CONNECTION, NATIVE, native);
    lookup.options.dialect = native->engine->dialect;
    lookup.options.for_executemany = params.is_many;
    lookup.cache = native->engine->cache;
    if (lua_toboolean(L, OPTIONS)) {
        lookup.cache = lcorm_option_cache(L, OPTIONS, lookup.cache);
        lookup.options.schema_map = lcorm_push_schema_map(L, OPTIONS);
    }
    if (node->kind == CORM_NODE_INSERT || node->kind == CORM_NODE_UPDATE) {
        look_at_dml(L, node, execution, &params, &lookup);
        lua_pushvalue(L, STATEMENT);
        lua_setiuservalue(L, base + 1, LCORM_RESULT_STATEMENT);
    }
    if (!find_compiled(L, node, execution, &lookup, params.nsets)) {
        lua_settop(L, base);
        return false;
    }
    execution->work->request.want_rowids =
        (node->kind == CORM_NODE_INSERT || node->kind == CORM_NODE_TEXT) &&
        !params.is_many && !execution->compiled->has_returning &&
        execution->connection->dbc->info.has_rowid;
    *nmissing = lcorm_fill_params(L, execution, &params, &lookup.binds);
    lua_settop(L, base + 1);
    if (!lookup.is_hit) {
        lcorm_warn_cartesian(L, CONNECTION, execution->compiled);
    }
    return true;
}

static int return_result(lua_State *L, int status, lua_KContext ctx)
{
    (void)L;
    (void)status;
    (void)ctx;
    return 1;
}

/* The node at STATEMENT if it can be run as it is: nothing of the mapper's is in it. */
static const struct corm_node *plain_node(lua_State *L)
{
    const struct corm_node *node = lcorm_test_node(L, STATEMENT);
    bool is_plain =
        node != NULL && (node->flags & CORM_NODE_HAS_ENTITY) == 0 &&
        (corm_node_is_statement(node) || node->kind == CORM_NODE_TEXT ||
         node->kind == CORM_NODE_CUSTOM_STATEMENT || node->kind == CORM_NODE_SPLICE);
    return is_plain ? node : NULL;
}

/* Whoever shares the native connection wants to know who changed something on it. */
static void note_writing(lua_State *L, int result)
{
    const struct lcorm_rows *rows = lcorm_rows_at(L, result);
    if (rows->execution.compiled->kind != CORM_STATEMENT_SELECT) {
        lua_pushliteral(L, "_has_written");
        lua_pushboolean(L, 1);
        lua_rawset(L, CONNECTION);
    }
}

/*
 * core.execute(connection, native, statement, parameters, options)
 *     -> Result that has run
 *     -> Result, true: prepared only, as defaults have to be computed
 *     -> false: the statement is no plain node, or the transaction has to be begun again
 */
static int core_execute(lua_State *L)
{
    lua_settop(L, ARGS);
    lcorm_check_lua_type(L, CONNECTION, LUA_TTABLE);
    const struct corm_node *node = plain_node(L);
    bool is_long = node == NULL || lcorm_has_custom(L, node) ||
                   has_extra(L, "execution_options") || has_extra(L, "return_defaults");
    struct corm_connection *native = is_long ? NULL : lcorm_check_runnable(L, NATIVE);
    if (native == NULL || !corm_connection_is_in_step(native)) {
        lua_pushboolean(L, 0);
        return 1;
    }
    uint32_t nmissing = 0;
    push_prepared(L, native, node, &nmissing);
    note_writing(L, -1);
    if (CORM_UNLIKELY(nmissing > 0)) {
        lua_pushboolean(L, 1);
        return 2;
    }
    return lcorm_execution_run(L, 0, return_result);
}

/*
 * core.prepare(connection, native, statement, parameters, options, [rendered])
 *     -> Result that is neither bound nor run
 *     -> false: the statement is no plain node
 *     -> nil: it has to be rendered (core.render) first
 */
static int core_prepare(lua_State *L)
{
    lua_settop(L, ARGS);
    const struct corm_node *node = plain_node(L);
    if (node == NULL) {
        lua_pushboolean(L, 0);
        return 1;
    }
    lcorm_check_lua_type(L, CONNECTION, LUA_TTABLE);
    uint32_t nmissing;
    if (!push_prepared(L, lcorm_check_runnable(L, NATIVE), node, &nmissing)) {
        lua_pushnil(L);
        return 1;
    }
    note_writing(L, -1);
    return 1;
}

/* Match the statement with its compiled shape, to find its binds. */
static void find_binds(lua_State *L, const struct corm_node *node,
                       const struct corm_compiled *compiled, struct lookup *lookup)
{
    bool is_match = corm_node_match(compiled->shape, node, &lookup->binds);
    if (is_match && lookup->binds.count > lookup->binds.cap) {
        lookup->binds.cap = lookup->binds.count;
        lookup->binds.items =
            lcorm_scratch(L, lookup->binds.cap * sizeof *lookup->binds.items);
        corm_node_match(compiled->shape, node, &lookup->binds);
    }
    if (!is_match) {
        lcorm_fail(L, CORM_E_ARGUMENT, "the compiled statement is of another shape");
    }
}

/*
 * core.prepare_compiled(connection, native, statement, parameters, compiled)
 *     -> Result that is neither bound nor run
 */
static int core_prepare_compiled(lua_State *L)
{
    struct lookup lookup;
    lua_settop(L, COMPILED);
    const struct corm_node *node = lcorm_check_node(L, STATEMENT);
    struct corm_compiled *compiled =
        lcorm_check_box(L, COMPILED, &lcorm_compiled_class);
    struct lcorm_params params = lcorm_check_params(L, PARAMETERS);
    lookup.binds = (struct corm_binds){ .items = lookup.few_binds, .cap = FEW_BINDS };
    find_binds(L, node, compiled, &lookup);
    struct corm_execution *execution =
        lcorm_execution_begin(L, CONNECTION, NATIVE, compiled, params.nsets);
    lua_pushvalue(L, STATEMENT);
    lua_setiuservalue(L, -2, LCORM_RESULT_STATEMENT);
    lcorm_fill_params(L, execution, &params, &lookup.binds);
    note_writing(L, -1);
    return 1;
}

/* ---- SQL in the driver's own words ---- */

/* Parameters of one set of the driver's own SQL: the sequence at idx. */
static void fill_positional(lua_State *L, struct corm_execution *execution,
                            uint32_t set, int idx)
{
    if (lua_rawlen(L, idx) != execution->nslots) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "parameter set %d has %d values, the first has %d", (int)set + 1,
                   (int)lua_rawlen(L, idx), (int)execution->nslots);
    }
    for (uint32_t i = 0; i < execution->nslots; i++) {
        lua_rawgeti(L, idx, i + 1);
        lcorm_set_param(L, execution, set, i, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* True if the parameters are a sequence of sequences. */
static bool is_many_positional(lua_State *L)
{
    bool is_many = lua_rawgeti(L, PARAMETERS, 1) == LUA_TTABLE;
    lua_pop(L, 1);
    return is_many;
}

static uint32_t first_len(lua_State *L)
{
    lua_rawgeti(L, PARAMETERS, 1);
    uint32_t n = (uint32_t)lua_rawlen(L, -1);
    lua_pop(L, 1);
    return n;
}

static void check_positional(lua_State *L)
{
    if (lua_isnil(L, PARAMETERS)) {
        lua_newtable(L);
        lua_replace(L, PARAMETERS);
    }
    if (!lua_istable(L, PARAMETERS)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "exec_driver_sql: a sequence of values expected, got %s",
                   lcorm_type_name(L, PARAMETERS));
    }
    lua_pushnil(L);
    if (lua_next(L, PARAMETERS) != 0) {
        if (lua_type(L, -2) != LUA_TNUMBER) {
            lcorm_fail(
                L, CORM_E_ARGUMENT,
                "SQL in the driver's own words takes its parameters by position: "
                "a sequence expected");
        }
        lua_pop(L, 2);
    }
}

/* core.prepare_text(connection, native, sql, parameters) -> Result, not bound nor run */
static int core_prepare_text(lua_State *L)
{
    struct corm_error err;
    size_t len;
    const char *sql = lcorm_check_string(L, STATEMENT, &len);
    lua_settop(L, PARAMETERS);
    check_positional(L);
    bool is_many = is_many_positional(L);
    uint32_t nsets = is_many ? (uint32_t)lua_rawlen(L, PARAMETERS) : 1;
    uint32_t nparams = is_many ? first_len(L) : (uint32_t)lua_rawlen(L, PARAMETERS);
    struct corm_execution *execution =
        lcorm_push_execution(L, CONNECTION, NATIVE, lcorm_check_runnable(L, NATIVE));
    if (corm_execution_prepare_text(execution, sql, len, nparams, nsets, &err) !=
        CORM_OK) {
        return lcorm_throw(L, &err);
    }
    execution->work->request.want_rowids =
        !is_many && execution->connection->dbc->info.has_rowid;
    for (uint32_t set = 0; set < nsets; set++) {
        if (is_many) {
            lua_rawgeti(L, PARAMETERS, set + 1);
            fill_positional(L, execution, set, lua_gettop(L));
            lua_pop(L, 1);
        } else {
            fill_positional(L, execution, set, PARAMETERS);
        }
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "execute", core_execute },
    { "on_warning", core_on_warning },
    { "prepare", core_prepare },
    { "prepare_compiled", core_prepare_compiled },
    { "prepare_text", core_prepare_text },
    { NULL, NULL },
};

void lcorm_open_execution_prepare(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
