/* SPDX-License-Identifier: MIT */
/* What queries and joins say of their columns: names for `c`, pairs for `onclause`. */
#include "base/arena.h"
#include "lua/open.h"
#include "lua/statement.h"
#include "sql/columns.h"
#include "sql/join_links.h"

/* What is made on the way, until the columns have been pushed. */
struct scratch {
    struct corm_arena arena;
    struct corm_column_lists lists;
    struct corm_join_links links;
};

static int scratch_gc(lua_State *L)
{
    struct scratch *scratch = lua_touserdata(L, 1);
    corm_join_links_release(&scratch->links);
    corm_column_lists_release(&scratch->lists);
    corm_arena_release(&scratch->arena);
    return 0;
}

static const luaL_Reg scratch_meta[] = {
    { "__gc", scratch_gc },
    { NULL, NULL },
};

static const struct lcorm_class scratch_class = { .name = "corm.columns_scratch",
                                                  .meta = scratch_meta,
                                                  .size = sizeof(struct scratch) };

/* {key, name, anonymous, quoted, unquoted, qualified, repeated}: flags only if they are set */
static void push_column(lua_State *L, const struct corm_query_column *column)
{
    const struct {
        const char *name;
        bool is_set;
    } flags[] = {
        { "anonymous", column->is_anonymous },
        { "quoted", (column->flags & CORM_NODE_QUOTED) != 0 },
        { "unquoted", (column->flags & CORM_NODE_UNQUOTED) != 0 },
        { "qualified", column->is_qualified },
    };
    lua_createtable(L, 0, 3);
    lua_pushlstring(L, column->key, column->key_len);
    lua_setfield(L, -2, "key");
    lua_pushlstring(L, column->name, column->name_len);
    lua_setfield(L, -2, "name");
    for (size_t i = 0; i < CORM_LENGTH(flags); i++) {
        if (flags[i].is_set) {
            lua_pushboolean(L, true);
            lua_setfield(L, -2, flags[i].name);
        }
    }
    if (column->nrepeat > 0) {
        lua_pushinteger(L, column->nrepeat);
        lua_setfield(L, -2, "repeated");
    }
}

static struct scratch *scratch_new(lua_State *L)
{
    struct scratch *scratch = lcorm_object_new(L, &scratch_class, sizeof(*scratch), 0);
    scratch->lists.arena = &scratch->arena;
    return scratch;
}

static int push_columns(lua_State *L, const struct corm_query_column *columns,
                        uint32_t ncolumns)
{
    lua_createtable(L, (int)ncolumns, 0);
    for (uint32_t i = 0; i < ncolumns; i++) {
        push_column(L, &columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.query_columns(query) -> sequence of {key, name, and more for a colref} */
static int core_query_columns(lua_State *L)
{
    struct corm_error err;
    struct corm_query_column *columns;
    uint32_t ncolumns;
    const struct corm_node *query = lcorm_check_node(L, 1);
    struct scratch *scratch = scratch_new(L);
    if (corm_query_columns(query, &scratch->lists, &columns, &ncolumns, &err) !=
        CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return push_columns(L, columns, ncolumns);
}

/*
 * core.name_columns(query, expressions) -> what query_columns says, of a query whose
 * expressions are known: nothing is asked of the queries inside.
 */
static int core_name_columns(lua_State *L)
{
    struct corm_error err;
    struct corm_query_column *columns;
    uint32_t ncolumns;
    const struct corm_node *query = lcorm_check_node(L, 1);
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    size_t nexprs = lua_rawlen(L, 2);
    const struct corm_node **exprs = lcorm_scratch(L, nexprs * sizeof(const void *));
    for (size_t i = 0; i < nexprs; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        exprs[i] = lcorm_check_node(L, -1);
        lua_pop(L, 1);
    }
    struct scratch *scratch = scratch_new(L);
    if (corm_query_name_columns(query, exprs, nexprs, &scratch->arena, &columns,
                                &ncolumns, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return push_columns(L, columns, ncolumns);
}

/* {left position, right position, whether the left column refers to the right one} */
static void push_link(lua_State *L, const struct corm_join_link *link)
{
    lua_createtable(L, 3, 0);
    lua_pushinteger(L, (lua_Integer)link->left_idx + 1);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, (lua_Integer)link->right_idx + 1);
    lua_rawseti(L, -2, 2);
    lua_pushboolean(L, link->refers_right);
    lua_rawseti(L, -2, 3);
}

/*
 * core.join_links(join) -> sequence of column pairs that foreign keys say, boolean: the left
 * positions are those in the last thing that the left side joins
 */
static int core_join_links(lua_State *L)
{
    struct corm_error err;
    const struct corm_node *join = lcorm_check_node(L, 1);
    lcorm_arg_check(L, join->kind == CORM_NODE_JOIN, 1, "join expected");
    const struct corm_node *left = corm_node_unmarked(join->kid[0]);
    const struct corm_node *last = left->kind == CORM_NODE_JOIN ? left->kid[1] : NULL;
    struct scratch *scratch = scratch_new(L);
    if (corm_join_links_settle(&scratch->links, left, join->kid[1], last,
                               &scratch->lists, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_createtable(L, (int)scratch->links.items.count, 0);
    for (size_t i = 0; i < scratch->links.items.count; i++) {
        push_link(L, &scratch->links.items.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushboolean(L, scratch->links.left == last);
    return 2;
}

static const luaL_Reg functions[] = {
    { "join_links", core_join_links },
    { "name_columns", core_name_columns },
    { "query_columns", core_query_columns },
    { NULL, NULL },
};

void lcorm_open_statement_columns(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
