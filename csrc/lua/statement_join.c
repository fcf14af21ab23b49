/* SPDX-License-Identifier: MIT */
/*
 * select:join(target, [onclause]) and its like: one more JOIN_SPEC in the select's list
 * of joins. What is joined may be a table, a subquery, a mapped class or a relationship.
 */
#include "lua/node.h"
#include "lua/open.h"
#include "lua/statement.h"
#include "sql/columns.h"
#include "sql/statement.h"

enum { SELF = 1 };

static const char *const join_options[] = { "onclause", "isouter", "full", NULL };
static const char *const outerjoin_options[] = { "onclause", "full", NULL };

static const struct method {
    const char *name;
    bool has_left; /* the left side comes before the target */
    bool is_outer;
} methods[] = {
    { "join", false, false },
    { "join_from", true, false },
    { "outerjoin", false, true },
    { "outerjoin_from", true, true },
};

/* The operator; what the options say behind the condition begins at idx. */
static enum corm_op join_op(lua_State *L, const struct method *method, int idx)
{
    bool is_full = lua_toboolean(L, method->is_outer ? idx : idx + 1);
    bool is_outer = method->is_outer || lua_toboolean(L, idx);
    return is_full ? CORM_OP_FULL_JOIN : is_outer ? CORM_OP_LEFT_JOIN : CORM_OP_JOIN;
}

/* (SELECT …) in place of the query at idx, with a name that the compiler makes */
static void query_to_subquery(lua_State *L, int idx)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_SUBQUERY,
                                   .flags = CORM_NODE_ANONYMOUS,
                                   .id = corm_node_next_id(),
                                   .nkids = 1 };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = idx });
    lua_replace(L, idx);
}

/* Make the value at idx something to join, in place; raises if it is none. */
static void coerce_side(lua_State *L, int idx, const char *caller)
{
    const struct corm_node *node = lcorm_resolve_node(L, idx);
    if (node != NULL &&
        (node->kind == CORM_NODE_SELECT || node->kind == CORM_NODE_COMPOUND)) {
        query_to_subquery(L, idx);
        return;
    }
    bool is_side =
        node != NULL && (corm_node_is_from(node) || node->kind == CORM_NODE_ENTITY ||
                         node->kind == CORM_NODE_RELATIONSHIP);
    if (!is_side) {
        lcorm_refuse(L, caller, "a table, subquery or mapped class", idx);
    }
}

static void check_select(lua_State *L, const char *caller)
{
    const struct corm_node *node = lcorm_test_node(L, SELF);
    if (node == NULL || node->kind != CORM_NODE_SELECT) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s: only a select has this, not a %s", caller,
                   node == NULL ? "nil" : lcorm_kind_name(node));
    }
}

/* select:join([left], target, [onclause], [isouter], [full]) -> Select */
static int select_join(lua_State *L)
{
    const struct method *method = lua_touserdata(L, lua_upvalueindex(1));
    int target = method->has_left ? SELF + 2 : SELF + 1;
    int on = target + 1;
    struct corm_node_spec spec = { .kind = CORM_NODE_JOIN_SPEC, .nkids = 3 };
    int kids[3] = { target, 0, 0 };

    if (lua_gettop(L) < target) {
        lua_settop(L, target);
    }
    lcorm_order_options(L, on, method->is_outer ? outerjoin_options : join_options,
                        method->name);
    check_select(L, method->name);
    spec.op = (uint8_t)join_op(L, method, on + 1);
    if (!lua_isnil(L, on)) {
        lcorm_coerce_clause(L, on, method->name);
        kids[1] = on;
    }
    coerce_side(L, target, method->name);
    if (method->has_left && lua_toboolean(L, SELF + 1)) {
        coerce_side(L, SELF + 1, method->name);
        kids[2] = SELF + 1;
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = kids });
    lcorm_push_with_longer_list(L, CORM_SELECT_JOINS, lua_gettop(L));
    return 1;
}

void lcorm_open_statement_join(lua_State *L)
{
    lcorm_class_push(L, &lcorm_select_family.cls);
    lua_getfield(L, -1, "__methods");
    for (size_t i = 0; i < CORM_LENGTH(methods); i++) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)&methods[i]);
        lua_pushcclosure(L, select_join, 1);
        lua_setfield(L, -2, methods[i].name);
    }
    lua_pop(L, 2);
}
