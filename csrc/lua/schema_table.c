/* SPDX-License-Identifier: MIT */
#include "lua/open.h"
#include "lua/schema.h"

enum {
    UV_TABLE_OF_COLUMN = 3 /* a column's user value that holds its table */
};

struct corm_table *lcorm_check_table(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_table_family.cls);
}

/* Bring the struct in step with the detail table at `detail`. */
static void table_update(lua_State *L, struct corm_table *table, int detail)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_TABLE, .id = table->node.id };
    lua_getfield(L, detail, "name");
    spec.name = lcorm_check_string(L, -1, &spec.name_len);
    lua_pop(L, 1);
    spec.flags = lcorm_detail_quoting(L, detail, "quote");
    corm_node_init(&table->node, &spec);
    table->schema = lcorm_detail_string(L, detail, "schema");
    table->schema_flags = lcorm_detail_quoting(L, detail, "quote_schema");
    table->comment = lcorm_detail_string(L, detail, "comment");
    table->ddl_prefix = lcorm_detail_string(L, detail, "ddl_prefix");
}

/* core.table(detail) -> Table without columns */
static int core_table(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_getfield(L, 1, "name");
    size_t len;
    const char *name = lcorm_check_string(L, -1, &len);
    struct corm_table *table =
        lcorm_push_detailed(L, &lcorm_table_family, sizeof(*table), 1);
    corm_table_init(table, name, len, NULL);
    table_update(L, table, 1);
    return 1;
}

/* core.table_update(table): its detail table has changed */
static int core_table_update(lua_State *L)
{
    struct corm_table *table = lcorm_check_table(L, 1);
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    table_update(L, table, 2);
    return 0;
}

/* core.table_append(table, column): the struct's part; the detail is the caller's */
static int core_table_append(lua_State *L)
{
    struct corm_error err;
    struct corm_table *table = lcorm_check_table(L, 1);
    struct corm_column *column = lcorm_check_column(L, 2);
    if (corm_table_append_column(table, column, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 2, UV_TABLE_OF_COLUMN);
    return 0;
}

/* core.table_replace(table, old, column): the struct's part of replacing a column */
static int core_table_replace(lua_State *L)
{
    struct corm_error err;
    struct corm_table *table = lcorm_check_table(L, 1);
    struct corm_column *old = lcorm_check_column(L, 2);
    struct corm_column *column = lcorm_check_column(L, 3);
    if (corm_table_replace_column(table, old, column, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, UV_TABLE_OF_COLUMN);
    lua_pushnil(L);
    lua_setiuservalue(L, 2, UV_TABLE_OF_COLUMN);
    return 0;
}

/* core.table_move(table, column, position): to that position, counted from 1 */
static int core_table_move(lua_State *L)
{
    struct corm_table *table = lcorm_check_table(L, 1);
    struct corm_column *column = lcorm_check_column(L, 2);
    lua_Integer position = lcorm_check_integer(L, 3);
    if (column->table != table || position < 1 ||
        position > (lua_Integer)table->columns.count) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "table '%s' has no place %I for a column",
                          table->node.name, (long long)position);
    }
    corm_table_move_column(table, column, (uint32_t)position - 1);
    return 0;
}

/* core.table_settle(table): find primary key and autoincrement column anew */
static int core_table_settle(lua_State *L)
{
    struct corm_error err;
    if (corm_table_settle(lcorm_check_table(L, 1), &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* core.table_primary_key(table) -> positions of its columns, from 1 */
static int core_table_primary_key(lua_State *L)
{
    const struct corm_table *table = lcorm_check_table(L, 1);
    lua_createtable(L, (int)table->primary_key.count, 0);
    for (size_t i = 0; i < table->primary_key.count; i++) {
        lua_pushinteger(L, (lua_Integer)table->primary_key.items[i]->position + 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.table_autoincrement(table) -> position of the column, from 1; or nil */
static int core_table_autoincrement(lua_State *L)
{
    const struct corm_table *table = lcorm_check_table(L, 1);
    if (table->autoincrement == NULL) {
        lua_pushnil(L);
    } else {
        lua_pushinteger(L, (lua_Integer)table->autoincrement->position + 1);
    }
    return 1;
}

/* core.table_add_constraint(table, constraint) */
static int core_table_add_constraint(lua_State *L)
{
    struct corm_table *table = lcorm_check_table(L, 1);
    struct corm_constraint *constraint = lcorm_check_constraint(L, 2);
    if (!corm_vec_push(&table->constraints, constraint)) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    constraint->table = table;
    return 0;
}

/* core.table_remove_constraint(table, constraint) */
static int core_table_remove_constraint(lua_State *L)
{
    struct corm_table *table = lcorm_check_table(L, 1);
    const struct corm_constraint *constraint = lcorm_check_constraint(L, 2);
    size_t kept = 0;
    for (size_t i = 0; i < table->constraints.count; i++) {
        if (table->constraints.items[i] != constraint) {
            table->constraints.items[kept++] = table->constraints.items[i];
        }
    }
    table->constraints.count = kept;
    return 0;
}

/* core.table_add_index(table, index) */
static int core_table_add_index(lua_State *L)
{
    struct corm_table *table = lcorm_check_table(L, 1);
    struct corm_index *index = lcorm_check_index(L, 2);
    if (!corm_vec_push(&table->indexes, index)) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    index->table = table;
    return 0;
}

/* The position of a table in the sequence at idx, from 1. */
static lua_Integer position_of(lua_State *L, int idx, const struct corm_table *table)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, idx, i);
        bool is_same = lua_touserdata(L, -1) == table;
        lua_pop(L, 1);
        if (is_same) {
            return i;
        }
    }
    return 0;
}

/* core.table_need(table, other): other is sorted before it; the caller keeps other alive */
static int core_table_need(lua_State *L)
{
    struct corm_error err;
    struct corm_table *table = lcorm_check_table(L, 1);
    if (corm_table_need(table, lcorm_check_table(L, 2), &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* core.tables_sort(tables) -> the same, each after those it refers to */
static int core_tables_sort(lua_State *L)
{
    struct corm_error err;
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    size_t n = lua_rawlen(L, 1);
    struct corm_table **tables = lcorm_scratch(L, (n + 1) * sizeof(*tables));
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        tables[i] = lcorm_check_table(L, -1);
        lua_pop(L, 1);
    }
    if (corm_tables_sort(tables, n, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, position_of(L, 1, tables[i]));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int table_gc(lua_State *L)
{
    struct corm_table *table = lcorm_test(L, 1, &lcorm_table_family.cls);
    if (table != NULL) {
        corm_table_release(table);
    }
    return 0;
}

static const luaL_Reg table_meta[] = {
    { "__gc", table_gc },
    { NULL, NULL },
};

const struct lcorm_family lcorm_from_family = {
    .cls = { .name = "corm.FromClause", .size = sizeof(struct corm_node) },
};

const struct lcorm_family lcorm_table_family = {
    .cls = { .name = "corm.Table",
             .meta = table_meta,
             .size = sizeof(struct corm_table) },
    .parent = &lcorm_from_family,
    .has_detail = true,
};

static const luaL_Reg functions[] = {
    { "table", core_table },
    { "table_add_constraint", core_table_add_constraint },
    { "table_add_index", core_table_add_index },
    { "table_append", core_table_append },
    { "table_autoincrement", core_table_autoincrement },
    { "table_primary_key", core_table_primary_key },
    { "table_remove_constraint", core_table_remove_constraint },
    { "table_replace", core_table_replace },
    { "table_settle", core_table_settle },
    { "table_update", core_table_update },
    { "table_move", core_table_move },
    { "table_need", core_table_need },
    { "tables_sort", core_tables_sort },
    { NULL, NULL },
};

void lcorm_open_table(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_family_open(L, &lcorm_from_family);
    lcorm_family_open(L, &lcorm_table_family);
}
