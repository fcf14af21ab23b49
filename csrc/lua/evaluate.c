/* SPDX-License-Identifier: MIT */
/* What an UPDATE or DELETE by condition means for the objects in a session. */
#include "orm/evaluate.h"
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/node.h"
#include "lua/open.h"
#include "lua/session.h"

enum { CORE = 1, MAPPER, CONDITION, FUNCTIONS, FOUND, UNSURE };

enum {
    KNOWN_MAX = 16 /* operators of the user's own; with more the database is asked */
};

/*
 * Put what a function of Lua says of the operands of an operator into *known; its result stays
 * on the stack. NULL of NULL.
 */
static enum corm_truth call_function(lua_State *L, const struct corm_evaluation *from,
                                     lua_Integer i, struct corm_known_value *known)
{
    struct corm_value operands[2];
    enum corm_truth problem = CORM_TRUTH_FALSE;

    luaL_checkstack(L, 8, "operator");
    lua_rawgeti(L, FUNCTIONS, 2 * i + 1);
    const struct corm_node *node = lcorm_check_node(L, -1);
    lua_rawgeti(L, FUNCTIONS, 2 * i + 2);
    for (unsigned k = 0; k < 2 && problem == CORM_TRUTH_FALSE; k++) {
        problem = corm_evaluate_operand(from, node->kid[k], &operands[k]);
    }
    if (problem != CORM_TRUTH_FALSE) {
        return problem;
    }
    *known = (struct corm_known_value){ .node = node, .value = corm_value_null() };
    if (operands[0].tag != CORM_TAG_NULL && operands[1].tag != CORM_TAG_NULL) {
        lcorm_push_value(L, &operands[0]);
        lcorm_push_value(L, &operands[1]);
        lua_call(L, 2, 1);
        known->value = lcorm_to_value(L, -1);
    }
    return CORM_TRUTH_FALSE;
}

/* Whether the condition holds for the instance; values of functions stay on the stack. */
static enum corm_truth matches(lua_State *L, const struct corm_instance *instance,
                               lua_Integer nfunctions)
{
    struct corm_known_value known[KNOWN_MAX];
    struct corm_evaluation from = { .instance = instance, .known = known };

    if (lua_isnil(L, CONDITION)) {
        return CORM_TRUTH_TRUE;
    }
    for (lua_Integer i = 0; i < nfunctions; i++) {
        from.scratch = lcorm_scratch_arena(L);
        enum corm_truth problem = call_function(L, &from, i, &known[i]);
        if (problem != CORM_TRUTH_FALSE) {
            return problem;
        }
        from.nknown++;
    }
    from.scratch = lcorm_scratch_arena(L);
    enum corm_truth result = corm_evaluate(&from, lcorm_check_node(L, CONDITION));
    corm_arena_release(from.scratch);
    return result;
}

/* Push the sequence of the loaded objects of the mapper; return their number. */
static lua_Integer push_objects(lua_State *L, const struct corm_mapper *mapper)
{
    lua_Integer n = 0;
    lua_newtable(L);
    lcorm_push_identity_table(L, CORE, mapper);
    for (lua_pushnil(L); lua_next(L, FOUND + 1) != 0;) {
        const struct corm_instance *instance = lua_touserdata(L, -1);
        if (corm_mapper_isa(instance->mapper, mapper)) {
            lua_rawseti(L, FOUND, ++n);
        } else {
            lua_pop(L, 1);
        }
    }
    lua_settop(L, FOUND);
    return n;
}

/*
 * core.evaluate(session core, mapper, condition or nil, functions)
 *     -> sequence of the loaded objects for which it holds; one of those for which it may,
 *        as they lack an attribute
 *     -> nil: only the database can tell
 * functions: {operator's node, function of its operands, …}, inner ones before outer ones
 */
static int core_evaluate(lua_State *L)
{
    const struct corm_mapper *mapper = lcorm_check_mapper(L, MAPPER);
    lua_Integer nfound = 0;
    lua_Integer nunsure = 0;

    lcorm_check_session(L, CORE);
    lcorm_check_lua_type(L, FUNCTIONS, LUA_TTABLE);
    lua_settop(L, FUNCTIONS);
    lua_Integer nfunctions = (lua_Integer)lua_rawlen(L, FUNCTIONS) / 2;
    if (nfunctions > KNOWN_MAX) {
        lua_pushnil(L);
        return 1;
    }
    lua_Integer n = push_objects(L, mapper);
    lua_newtable(L);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, FOUND, i);
        enum corm_truth is_match = matches(L, lua_touserdata(L, -1), nfunctions);
        if (is_match == CORM_TRUTH_UNSUPPORTED) {
            lua_pushnil(L);
            return 1;
        }
        lua_settop(L, UNSURE + 1);
        if (is_match == CORM_TRUTH_TRUE) {
            lua_rawseti(L, FOUND, ++nfound);
        } else if (is_match == CORM_TRUTH_NOT_LOADED) {
            lua_rawseti(L, UNSURE, ++nunsure);
        } else {
            lua_pop(L, 1);
        }
    }
    for (lua_Integer i = nfound + 1; i <= n; i++) {
        lua_pushnil(L);
        lua_rawseti(L, FOUND, i);
    }
    return 2;
}

/* core.attribute_of(mapper, column) -> position of the attribute that it is, or nil */
static int core_attribute_of(lua_State *L)
{
    int at = corm_mapper_attribute_of(lcorm_check_mapper(L, 1), lcorm_check_node(L, 2));

    if (at < 0) {
        return 0;
    }
    lua_pushinteger(L, at + 1);
    return 1;
}

/*
 * core.set_loaded(objects, position, value): the value of a column, where one was loaded, as
 * if the database had said so
 */
static int core_set_loaded(lua_State *L)
{
    struct corm_value value;
    lua_Integer at = lcorm_check_integer(L, 2);
    lua_Integer n;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 3);
    value = lcorm_to_value(L, 3);
    n = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *instance;
        lua_rawgeti(L, 1, i);
        instance = lcorm_check_instance(L, -1);
        lcorm_arg_check(L, at >= 1 && at <= instance->ncells, 2, "no such attribute");
        if (corm_cell_is_there(&instance->cell[at - 1])) {
            lcorm_instance_load(L, 4, instance, (uint16_t)(at - 1), &value, 3);
        }
        lua_pop(L, 1);
    }
    return 0;
}

/* core.expire_columns(objects, {position, …}): they load again when they are read */
static int core_expire_columns(lua_State *L)
{
    lua_Integer n;
    lua_Integer npositions;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, 1);
    npositions = (lua_Integer)lua_rawlen(L, 2);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *instance;
        lua_rawgeti(L, 1, i);
        instance = lcorm_check_instance(L, -1);
        for (lua_Integer k = 1; k <= npositions; k++) {
            lua_rawgeti(L, 2, k);
            lua_Integer at = lcorm_check_integer(L, -1);
            lcorm_arg_check(L, at >= 1 && at <= instance->ncells, 2,
                            "no such attribute");
            corm_instance_expire_attribute(instance, (uint16_t)(at - 1));
            instance->flags |= CORM_INSTANCE_EXPIRED;
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return 0;
}

/* core.rows_deleted(session core, objects): their rows are gone, until a rollback */
static int core_rows_deleted(lua_State *L)
{
    struct corm_session *session = lcorm_check_session(L, 1);
    lua_Integer n;

    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, 2);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *instance;
        lua_rawgeti(L, 2, i);
        instance = lcorm_check_instance(L, -1);
        if (instance->session == session &&
            instance->state == CORM_INSTANCE_PERSISTENT) {
            lcorm_identity_drop(L, 1, instance);
            lcorm_session_note_deleted(L, 1, lua_gettop(L));
            corm_session_unlist(session, instance);
            instance->state = CORM_INSTANCE_DELETED;
            instance->flags |= CORM_INSTANCE_WAS_DELETED;
            instance->flushed_in = session->transaction;
        }
        lua_pop(L, 1);
    }
    return 0;
}

void lcorm_open_evaluate(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "attribute_of", core_attribute_of },
        { "evaluate", core_evaluate },
        { "expire_columns", core_expire_columns },
        { "rows_deleted", core_rows_deleted },
        { "set_loaded", core_set_loaded },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}
