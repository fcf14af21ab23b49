/* SPDX-License-Identifier: MIT */
/* The texts of DDL statements: core.ddl_<what>(object, dialect, options) -> string. */
#include "lua/open.h"
#include "lua/schema.h"
#include "lua/statement.h"
#include "lua/type.h"
#include "sql/ddl.h"
#include "sql/quote.h"

/* Arguments of every function here. */
enum { ARG_OBJECT = 1, ARG_DIALECT = 2, ARG_OPTIONS = 3, TOP = 3 };

/* schema_translate_map as a table → the core's; pairs go to scratch on the stack */
static const struct corm_schema_map *read_schema_map(lua_State *L, int idx)
{
    size_t n = 0;
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        n++;
        lua_pop(L, 1);
    }
    struct corm_schema_map *map =
        lcorm_scratch(L, sizeof(*map) + n * sizeof(struct corm_schema_pair));
    struct corm_schema_pair *pairs = (struct corm_schema_pair *)(void *)(map + 1);
    *map = (struct corm_schema_map){ .pairs = pairs };
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        bool is_from = lua_type(L, -2) == LUA_TSTRING;
        bool is_to = lua_type(L, -1) == LUA_TSTRING;
        if ((!is_from && !lcorm_is_null(L, -2)) || (!is_to && !lcorm_is_null(L, -1))) {
            lcorm_fail(L, CORM_E_ARGUMENT,
                       "schema_translate_map: schema names or corm.NULL expected");
        }
        pairs[map->npairs++] =
            (struct corm_schema_pair){ .from = is_from ? lua_tostring(L, -2) : NULL,
                                       .to = is_to ? lua_tostring(L, -1) : NULL };
        lua_pop(L, 1);
    }
    return map;
}

const struct corm_schema_map *lcorm_push_schema_map(lua_State *L, int options)
{
    if (lua_isnoneornil(L, options) ||
        lua_getfield(L, options, "schema_translate_map") == LUA_TNIL) {
        return NULL;
    }
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    return read_schema_map(L, lua_gettop(L));
}

static struct corm_ddl_options read_options(lua_State *L)
{
    static const char *const known[] = { "cascade", "check_exists", "drops_comment",
                                         "schema_translate_map", NULL };
    lua_settop(L, TOP);
    lcorm_check_options(L, ARG_OPTIONS, known);
    return (struct corm_ddl_options){
        .dialect = lcorm_check_dialect(L, ARG_DIALECT),
        .check_exists = lcorm_option_bool(L, ARG_OPTIONS, "check_exists", false),
        .cascade = lcorm_option_bool(L, ARG_OPTIONS, "cascade", false),
        .drops_comment = lcorm_option_bool(L, ARG_OPTIONS, "drops_comment", false),
        .schema_map = lcorm_push_schema_map(L, ARG_OPTIONS),
    };
}

/*
 * What a table or an index has for one dialect alone, or for one that this derives from:
 * its detail table's field `what`, a table by dialect. Leaves the value on the stack.
 */
static void push_for_dialect(lua_State *L, const char *what,
                             const struct corm_dialect *dialect)
{
    int type = LUA_TNIL;
    if (lcorm_push_detail(L, ARG_OBJECT, what) != LUA_TTABLE) {
        lua_pushnil(L);
        return;
    }
    int by_dialect = lua_gettop(L);
    for (; type == LUA_TNIL && dialect != NULL; dialect = dialect->base) {
        lua_settop(L, by_dialect);
        type = lua_getfield(L, by_dialect, dialect->name);
    }
}

/* The table with the suffix that it has on the dialect. */
static struct corm_table *table_for_dialect(lua_State *L,
                                            const struct corm_dialect *dialect)
{
    struct corm_table *table = lcorm_check_table(L, ARG_OBJECT);
    push_for_dialect(L, "ddl_suffixes", dialect);
    table->ddl_suffix = lua_tostring(L, -1);
    return table;
}

/* The index with the condition that it has on the dialect. */
static struct corm_index *index_for_dialect(lua_State *L,
                                            const struct corm_dialect *dialect)
{
    struct corm_index *index = lcorm_check_index(L, ARG_OBJECT);
    push_for_dialect(L, "wheres", dialect);
    index->where = lua_isnil(L, -1) ? NULL : lcorm_check_node(L, -1);
    return index;
}

/* Return the text in the builder at idx, or raise. */
static int finish(lua_State *L, enum corm_rc rc, const struct corm_error *err, int idx)
{
    if (rc != CORM_OK) {
        return lcorm_throw(L, err);
    }
    lua_settop(L, idx);
    lcorm_strbuf_to_string(L, idx);
    return 1;
}

/* Define core.ddl_<name>(object, dialect, options) over corm_ddl_<name>(). */
#define DDL_FUNCTION(name, object)                                      \
    static int core_ddl_##name(lua_State *L)                            \
    {                                                                   \
        struct corm_error err = { 0 };                                  \
        struct corm_ddl_options options = read_options(L);              \
        struct corm_strbuf *out = lcorm_push_strbuf(L);                 \
        int idx = lua_gettop(L);                                        \
        enum corm_rc rc = corm_ddl_##name(object, &options, out, &err); \
        return finish(L, rc, &err, idx);                                \
    }

DDL_FUNCTION(create_table, table_for_dialect(L, options.dialect))
DDL_FUNCTION(drop_table, lcorm_check_table(L, ARG_OBJECT))
DDL_FUNCTION(column, lcorm_check_column(L, ARG_OBJECT))
DDL_FUNCTION(create_index, index_for_dialect(L, options.dialect))
DDL_FUNCTION(drop_index, lcorm_check_index(L, ARG_OBJECT))
DDL_FUNCTION(add_constraint, lcorm_check_constraint(L, ARG_OBJECT))
DDL_FUNCTION(drop_constraint, lcorm_check_constraint(L, ARG_OBJECT))
DDL_FUNCTION(create_type, lcorm_check_type(L, ARG_OBJECT))
DDL_FUNCTION(drop_type, lcorm_check_type(L, ARG_OBJECT))
DDL_FUNCTION(create_sequence, lcorm_check_sequence(L, ARG_OBJECT))
DDL_FUNCTION(drop_sequence, lcorm_check_sequence(L, ARG_OBJECT))
DDL_FUNCTION(create_schema, lcorm_check_string(L, ARG_OBJECT, NULL))
DDL_FUNCTION(drop_schema, lcorm_check_string(L, ARG_OBJECT, NULL))
DDL_FUNCTION(comment_table, lcorm_check_table(L, ARG_OBJECT))
DDL_FUNCTION(comment_column, lcorm_check_column(L, ARG_OBJECT))
DDL_FUNCTION(comment_constraint, lcorm_check_constraint(L, ARG_OBJECT))

/* core.ddl_type(type, dialect) -> its spelling */
static int core_ddl_type(lua_State *L)
{
    struct corm_error err = { 0 };
    const struct corm_type *type = lcorm_check_type(L, ARG_OBJECT);
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    struct corm_strbuf *out = lcorm_push_strbuf(L);
    return finish(L, corm_ddl_type(type, dialect, out, &err), &err, lua_gettop(L));
}

/* core.ddl_name(name, dialect, schema or nil) -> [schema.]name, quoted where need be */
static int core_ddl_name(lua_State *L)
{
    const char *name = lcorm_check_string(L, ARG_OBJECT, NULL);
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    const char *schema = lcorm_opt_string(L, 3, NULL);
    struct corm_error err = { 0 };
    struct corm_strbuf *out = lcorm_push_strbuf(L);
    corm_qualified_name_put(out, dialect, schema, name);
    return finish(L, corm_strbuf_check(out, &err), &err, lua_gettop(L));
}

/* core.ddl_has_type(type, dialect) -> whether CREATE TYPE is needed */
static int core_ddl_has_type(lua_State *L)
{
    const struct corm_type *type = lcorm_check_type(L, ARG_OBJECT);
    lua_pushboolean(L, corm_ddl_has_type(type, lcorm_check_dialect(L, ARG_DIALECT)));
    return 1;
}

/* core.ddl_is_altered(constraint, dialect) -> whether ALTER TABLE adds it */
static int core_ddl_is_altered(lua_State *L)
{
    const struct corm_constraint *constraint = lcorm_check_constraint(L, ARG_OBJECT);
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    lua_pushboolean(L, corm_ddl_is_altered(constraint, dialect));
    return 1;
}

static const luaL_Reg functions[] = {
    { "ddl_add_constraint", core_ddl_add_constraint },
    { "ddl_column", core_ddl_column },
    { "ddl_comment_column", core_ddl_comment_column },
    { "ddl_comment_constraint", core_ddl_comment_constraint },
    { "ddl_comment_table", core_ddl_comment_table },
    { "ddl_create_index", core_ddl_create_index },
    { "ddl_create_schema", core_ddl_create_schema },
    { "ddl_create_sequence", core_ddl_create_sequence },
    { "ddl_create_table", core_ddl_create_table },
    { "ddl_create_type", core_ddl_create_type },
    { "ddl_drop_constraint", core_ddl_drop_constraint },
    { "ddl_drop_index", core_ddl_drop_index },
    { "ddl_drop_schema", core_ddl_drop_schema },
    { "ddl_drop_sequence", core_ddl_drop_sequence },
    { "ddl_drop_table", core_ddl_drop_table },
    { "ddl_drop_type", core_ddl_drop_type },
    { "ddl_has_type", core_ddl_has_type },
    { "ddl_is_altered", core_ddl_is_altered },
    { "ddl_name", core_ddl_name },
    { "ddl_type", core_ddl_type },
    { NULL, NULL },
};

void lcorm_open_ddl(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
