/* SPDX-License-Identifier: MIT */
/*
 * An execution step by step, for the Lua sequence that has something to do in between:
 * defaults to compute, listeners to call, a log to write.
 */
#include <string.h>

#include "base/clock.h"
#include "lua/execution_int.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/row.h"
#include "lua/statement.h"

static struct corm_execution *check_execution(lua_State *L)
{
    return &lcorm_check_rows(L, 1)->execution;
}

static int return_none(lua_State *L, int status, lua_KContext ctx)
{
    (void)L;
    (void)status;
    (void)ctx;
    return 0;
}

/*
 * core.execution.missing(result) -> {set, slot, column id, name, …}: what "default" and
 * "onupdate" of columns must give
 */
static int core_missing(lua_State *L)
{
    struct corm_execution *execution = check_execution(L);
    lua_Integer n = 0;
    lua_newtable(L);
    for (uint32_t set = 0; set < execution->nsets; set++) {
        const struct corm_value *values = corm_execution_values(execution, set);
        for (uint32_t i = 0; execution->compiled != NULL && i < execution->nslots;
             i++) {
            const struct corm_bind_slot *slot = &execution->compiled->slots[i];
            if (values[i].tag != CORM_TAG_UNSET || !corm_bind_slot_is_computed(slot)) {
                continue;
            }
            lua_pushinteger(L, (lua_Integer)set + 1);
            lua_rawseti(L, -2, ++n);
            lua_pushinteger(L, (lua_Integer)i + 1);
            lua_rawseti(L, -2, ++n);
            lua_pushinteger(L, (lua_Integer)slot->column_id);
            lua_rawseti(L, -2, ++n);
            lua_pushstring(L, slot->source == CORM_SOURCE_ONUPDATE ? "onupdate"
                                                                   : "default");
            lua_rawseti(L, -2, ++n);
        }
    }
    return 1;
}

/* core.execution.set_value(result, set, slot, value) */
static int core_set_value(lua_State *L)
{
    struct corm_execution *execution = check_execution(L);
    lua_Integer set = lcorm_check_integer(L, 2);
    lua_Integer slot = lcorm_check_integer(L, 3);
    lcorm_arg_check(L, set >= 1 && set <= (lua_Integer)execution->nsets, 2,
                    "no such set");
    lcorm_arg_check(L, slot >= 1 && slot <= (lua_Integer)execution->nslots, 3,
                    "no such slot");
    lcorm_set_param(L, execution, (uint32_t)set - 1, (uint32_t)slot - 1, 4);
    return 0;
}

/* core.execution.named_values(result, set) -> values of the set by name */
static int core_named_values(lua_State *L)
{
    struct corm_execution *execution = check_execution(L);
    lua_Integer set = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, set >= 1 && set <= (lua_Integer)execution->nsets, 2,
                    "no such set");
    lcorm_push_named_params(L, execution, (uint32_t)set - 1);
    return 1;
}

/* core.execution.fail(result, error): raise it as an error of the result's statement */
static int core_fail(lua_State *L)
{
    lcorm_check_rows(L, 1);
    lua_settop(L, 2);
    return lcorm_raise_result(L, 1);
}

/* core.execution.bind(result): check and convert the values */
static int core_bind(lua_State *L)
{
    lcorm_check_rows(L, 1);
    lcorm_bind_execution(L, 1);
    return 0;
}

/* core.execution.stream(result, n?): do not gather the rows in the client, but at most n */
static int core_stream(lua_State *L)
{
    struct corm_request *request = &check_execution(L)->work->request;
    lua_Integer n = lcorm_opt_integer(L, 2, 0);
    lcorm_arg_check(L, n >= 0, 2, "not below 0 expected");
    request->want_stream = true;
    request->batch_max = n < INT32_MAX ? (int32_t)n : INT32_MAX;
    return 0;
}

/* core.execution.set_timeout(result, seconds): give the statement up after that */
static int core_set_timeout(lua_State *L)
{
    check_execution(L)->work->request.timeout_ms =
        (int64_t)(lcorm_check_number(L, 2) * 1000.0);
    return 0;
}

/* core.execution.set_page_size(result, n): rows of one INSERT with many sets */
static int core_set_page_size(lua_State *L)
{
    lua_Integer n = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, n >= 1 && n <= UINT32_MAX, 2, "not below 1 expected");
    check_execution(L)->rows_max = (uint32_t)n;
    return 0;
}

/* core.execution.refuse_copy(result): send statements even where COPY would do */
static int core_refuse_copy(lua_State *L)
{
    check_execution(L)->refuses_copy = true;
    return 0;
}

/* An INSERT in bulk is shown as what it stands for: one execution of many sets. */
static int push_bulk(lua_State *L, struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    struct corm_request shown = { .params = execution->values,
                                  .nparams = execution->nslots,
                                  .nsets = execution->nsets };
    lua_pushlstring(L, compiled->sql, compiled->sql_len);
    lcorm_push_params(L, &shown);
    lua_pushboolean(L, 1);
    return 3;
}

/*
 * core.execution.work->request(result) -> sql, parameters, is_many of the next statement;
 * nothing when every set has had its statement
 */
static int core_request(lua_State *L)
{
    struct corm_error err;
    struct corm_execution *execution = check_execution(L);
    if (!execution->is_ready) {
        if (execution->connection == NULL || !corm_execution_has_more(execution)) {
            return 0;
        }
        if (corm_execution_is_bulk(execution)) {
            return push_bulk(L, execution);
        }
        execution->is_stepwise = true;
        if (corm_execution_make_request(execution, &err) != CORM_OK) {
            return lcorm_fail_result(L, 1, &err);
        }
    }
    lua_pushlstring(L, execution->work->request.sql, execution->work->request.sql_len);
    lcorm_push_params(L, &execution->work->request);
    lua_pushboolean(L, execution->work->request.nsets > 1);
    return 3;
}

/* Cells of the sequence at idx into values[n]; their bytes are copied. */
static void read_cells(lua_State *L, struct corm_execution *execution, int idx,
                       struct corm_value *values, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        lua_rawgeti(L, idx, i + 1);
        values[i] = lcorm_to_value(L, -1);
        lcorm_keep_bytes(L, execution, &values[i]);
        lua_pop(L, 1);
    }
}

/* core.execution.replace_request(result, sql, parameters, is_many) */
static int core_replace_request(lua_State *L)
{
    struct corm_error err;
    size_t len;
    struct corm_execution *execution = check_execution(L);
    const char *sql = lcorm_check_string(L, 2, &len);
    lcorm_check_lua_type(L, 3, LUA_TTABLE);
    bool is_many = lua_toboolean(L, 4);
    uint32_t nsets = is_many ? (uint32_t)lua_rawlen(L, 3) : 1;
    lcorm_arg_check(L, nsets > 0, 3, "no parameter sets");
    if (is_many) {
        lua_rawgeti(L, 3, 1);
    } else {
        lua_pushvalue(L, 3);
    }
    uint32_t n = (uint32_t)lua_rawlen(L, -1);
    struct corm_value *values =
        lcorm_scratch(L, ((size_t)n * nsets + 1) * sizeof *values);
    for (uint32_t set = 0; set < nsets; set++) {
        if (is_many) {
            lua_rawgeti(L, 3, set + 1);
        } else {
            lua_pushvalue(L, 3);
        }
        lcorm_check_lua_type(L, -1, LUA_TTABLE);
        read_cells(L, execution, lua_gettop(L), values + (size_t)set * n, n);
        lua_pop(L, 1);
    }
    if (corm_execution_replace(execution, sql, len, values, n, nsets, &err) !=
        CORM_OK) {
        return lcorm_fail_result(L, 1, &err);
    }
    return 0;
}

/* core.execution.run(result): run the statement of the request */
static int core_run(lua_State *L)
{
    lcorm_check_rows(L, 1);
    lua_settop(L, 1);
    return lcorm_execution_step(L, 0, return_none);
}

/* core.execution.skip(result): leave the statement of the request out */
static int core_skip(lua_State *L)
{
    corm_execution_skip(check_execution(L));
    return 0;
}

/* core.execution.has_more(result) -> boolean: sets are left for another statement */
static int core_has_more(lua_State *L)
{
    const struct corm_execution *execution = check_execution(L);
    lua_pushboolean(L, execution->connection != NULL &&
                           corm_execution_has_more(execution));
    return 1;
}

/* ---- what came of it ---- */

/* core.execution.rowid(result, set) -> key that the database made, nil if not known */
static int core_rowid(lua_State *L)
{
    const struct corm_execution *execution = check_execution(L);
    lua_Integer set = lcorm_opt_integer(L, 2, 1);
    if (execution->rowids == NULL || set < 1 || set > (lua_Integer)execution->nsets) {
        return 0;
    }
    lua_pushinteger(L, execution->rowids[set - 1]);
    return 1;
}

/* core.execution.set_count(result) -> number of its parameter sets */
static int core_set_count(lua_State *L)
{
    lua_pushinteger(L, check_execution(L)->nsets);
    return 1;
}

/* core.execution.sets_begun(result) -> how many of them requests were made for */
static int core_sets_begun(lua_State *L)
{
    lua_pushinteger(L, check_execution(L)->next_set);
    return 1;
}

/* core.execution.column_value(result, column id, set) -> value sent, nil if none */
static int core_column_value(lua_State *L)
{
    struct corm_execution *execution = check_execution(L);
    uint64_t id = (uint64_t)lcorm_check_integer(L, 2);
    lua_Integer set = lcorm_opt_integer(L, 3, 1);
    if (execution->compiled == NULL || set < 1 || set > (lua_Integer)execution->nsets) {
        return 0;
    }
    const struct corm_value *values =
        corm_execution_values(execution, (uint32_t)set - 1);
    for (uint32_t i = 0; i < execution->nslots; i++) {
        if (execution->compiled->slots[i].column_id == id) {
            lcorm_push_value(L, &values[i]);
            return 1;
        }
    }
    return 0;
}

/*
 * core.execution.sent_columns(result) -> {[column id] = "given" | "default"}: the columns
 * whose values were sent, and where these came from
 */
static int core_sent_columns(lua_State *L)
{
    const struct corm_execution *execution = check_execution(L);
    lua_newtable(L);
    for (uint32_t i = 0; execution->compiled != NULL && i < execution->nslots; i++) {
        const struct corm_bind_slot *slot = &execution->compiled->slots[i];
        if (slot->column_id != 0) {
            lua_pushstring(L, corm_bind_slot_is_computed(slot) ? "default" : "given");
            lua_rawseti(L, -2, (lua_Integer)slot->column_id);
        }
    }
    return 1;
}

/*
 * core.execution.key_row(result) -> Row of the keys that came back; false if none did, nil
 * if none were asked for
 */
static int core_key_row(lua_State *L)
{
    const struct corm_execution *execution = &lcorm_check_rows(L, 1)->execution;
    if (lua_getiuservalue(L, 1, LCORM_RESULT_OWNER) == LUA_TUSERDATA &&
        lcorm_test(L, -1, &lcorm_row_class) != NULL) {
        return 1;
    }
    if (execution->compiled == NULL || !execution->compiled->has_key_returning) {
        return 0;
    }
    lua_pushboolean(L, 0);
    return 1;
}

/* core.execution.statement(result) -> the INSERT or UPDATE that it ran, else nil */
static int core_result_statement(lua_State *L)
{
    lcorm_check_rows(L, 1);
    lua_getiuservalue(L, 1, LCORM_RESULT_STATEMENT);
    return 1;
}

/* core.execution.compiled(result) -> Compiled, nil for SQL in the driver's own words */
static int core_result_compiled(lua_State *L)
{
    struct corm_execution *execution = check_execution(L);
    if (execution->compiled == NULL) {
        return 0;
    }
    lua_getiuservalue(L, 1, LCORM_RESULT_STATEMENT);
    lcorm_push_compiled(L, execution->compiled, lua_gettop(L));
    return 1;
}

/* core.execution.kind(result) -> "select", "insert", "update", "delete", "other" */
static int core_result_kind(lua_State *L)
{
    static const char *const names[] = {
        [CORM_STATEMENT_OTHER] = "other",   [CORM_STATEMENT_SELECT] = "select",
        [CORM_STATEMENT_INSERT] = "insert", [CORM_STATEMENT_UPDATE] = "update",
        [CORM_STATEMENT_DELETE] = "delete",
    };
    const struct corm_execution *execution = check_execution(L);
    enum corm_statement_kind kind =
        execution->compiled == NULL ? CORM_STATEMENT_OTHER : execution->compiled->kind;
    lua_pushstring(L, names[kind]);
    return 1;
}

/*
 * core.execution.provenance(result)
 *     -> "cached" | "generated" | "no key", where the compiled statement comes from
 *     -> seconds since it was compiled; if that was now, that it took
 */
static int core_provenance(lua_State *L)
{
    const struct corm_execution *execution = check_execution(L);
    const struct corm_compiled *compiled = execution->compiled;
    int64_t us = compiled == NULL ? 0 : compiled->compile_us;
    bool has_key = compiled != NULL && compiled->shape != NULL;
    const char *from = has_key ? "generated" : "no key";
    if (compiled != NULL && execution->was_cached) {
        us = corm_clock_mono_us() - compiled->compiled_at_us;
        from = "cached";
    }
    lua_pushstring(L, from);
    lua_pushnumber(L, (lua_Number)us / 1e6);
    return 2;
}

static const luaL_Reg functions[] = {
    { "bind", core_bind },
    { "fail", core_fail },
    { "column_value", core_column_value },
    { "set_count", core_set_count },
    { "sets_begun", core_sets_begun },
    { "has_more", core_has_more },
    { "key_row", core_key_row },
    { "missing", core_missing },
    { "named_values", core_named_values },
    { "provenance", core_provenance },
    { "refuse_copy", core_refuse_copy },
    { "replace_request", core_replace_request },
    { "request", core_request },
    { "compiled", core_result_compiled },
    { "kind", core_result_kind },
    { "statement", core_result_statement },
    { "rowid", core_rowid },
    { "run", core_run },
    { "sent_columns", core_sent_columns },
    { "set_page_size", core_set_page_size },
    { "set_timeout", core_set_timeout },
    { "set_value", core_set_value },
    { "skip", core_skip },
    { "stream", core_stream },
    { NULL, NULL },
};

void lcorm_open_execution_steps(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_setfield(L, -2, "execution");
}
