/* SPDX-License-Identifier: MIT */
#include "lua/open.h"
#include "lua/schema.h"
#include "lua/type.h"

#include <string.h>

enum { UV_DETAIL = 1, UV_TYPE = 2, UV_TABLE = 3, UV_COUNT = 3 };

static const struct {
    const char *name;
    unsigned flag;
} flag_names[] = {
    { "computed", CORM_COLUMN_COMPUTED },
    { "has_default", CORM_COLUMN_HAS_DEFAULT },
    { "has_onupdate", CORM_COLUMN_HAS_ONUPDATE },
    { "has_server_onupdate", CORM_COLUMN_HAS_SERVER_ONUPDATE },
    { "identity", CORM_COLUMN_IDENTITY },
    { "ignores_foreign_keys", CORM_COLUMN_IGNORE_FK },
    { "index", CORM_COLUMN_INDEX },
    { "key_inline", CORM_COLUMN_KEY_INLINE },
    { "omitted", CORM_COLUMN_OMITTED },
    { "primary_key", CORM_COLUMN_PRIMARY_KEY },
    { "quote", CORM_COLUMN_QUOTED },
    { "row_number", CORM_COLUMN_ROW_NUMBER },
    { "sentinel", CORM_COLUMN_SENTINEL },
    { "server_default", CORM_COLUMN_HAS_SERVER_DEFAULT },
    { "system", CORM_COLUMN_SYSTEM },
    { "unique", CORM_COLUMN_UNIQUE },
};

struct corm_column *lcorm_check_column(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_column_family.cls);
}

void *lcorm_push_detailed(lua_State *L, const struct lcorm_family *family, size_t size,
                          int detail)
{
    void *object = lcorm_object_new(L, &family->cls, size, UV_COUNT);
    lua_pushvalue(L, detail);
    lua_setiuservalue(L, -2, UV_DETAIL);
    return object;
}

const char *lcorm_detail_string(lua_State *L, int idx, const char *name)
{
    const char *text = lcorm_option_string(L, idx, name, NULL);
    lua_pop(L, 1);
    return text;
}

const struct corm_node *lcorm_detail_node(lua_State *L, int idx, const char *name)
{
    const struct corm_node *node = NULL;
    if (lua_getfield(L, idx, name) != LUA_TNIL) {
        node = lcorm_check_node(L, -1);
    }
    lua_pop(L, 1);
    return node;
}

uint16_t lcorm_detail_quoting(lua_State *L, int idx, const char *name)
{
    unsigned flags = 0;
    if (lua_getfield(L, idx, name) != LUA_TNIL) {
        flags = lua_toboolean(L, -1) ? CORM_NODE_QUOTED : CORM_NODE_UNQUOTED;
    }
    lua_pop(L, 1);
    return (uint16_t)flags;
}

int lcorm_push_detail(lua_State *L, int object, const char *name)
{
    lua_getiuservalue(L, object, UV_DETAIL);
    int type = lua_getfield(L, -1, name);
    lua_remove(L, -2);
    return type;
}

/* detail[name]: -1 absent, 0 false, 1 anything else */
static int detail_state(lua_State *L, int idx, const char *name)
{
    int state = lua_getfield(L, idx, name) == LUA_TNIL ? -1 : lua_toboolean(L, -1);
    lua_pop(L, 1);
    return state;
}

/* A flag that may be said, denied, or left open. */
static unsigned tri_state(lua_State *L, int idx, const char *name, unsigned said,
                          unsigned denied)
{
    int state = detail_state(L, idx, name);
    return state < 0 ? 0 : state == 0 ? denied : said;
}

static uint32_t column_flags(lua_State *L, int idx)
{
    uint32_t flags = 0;
    for (size_t i = 0; i < CORM_LENGTH(flag_names); i++) {
        flags |= detail_state(L, idx, flag_names[i].name) == 1 ? flag_names[i].flag : 0;
    }
    flags |= tri_state(L, idx, "nullable", 0, CORM_COLUMN_NOT_NULL);
    flags |= tri_state(L, idx, "null_said", CORM_COLUMN_NULL_SAID, 0);
    flags |= tri_state(L, idx, "autoincrement", CORM_COLUMN_AUTOINCREMENT,
                       CORM_COLUMN_NO_AUTOINCREMENT);
    flags |= tri_state(L, idx, "persisted", CORM_COLUMN_PERSISTED,
                       CORM_COLUMN_NOT_PERSISTED);
    if (lcorm_detail_node(L, idx, "default_node") != NULL) {
        flags |= CORM_COLUMN_HAS_SQL_DEFAULT;
    }
    return flags;
}

/* Write name and type anew; the identity stays. */
static void reinit_node(lua_State *L, struct corm_column *column, int detail)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_COLUMN, .id = column->node.id };
    spec.type = column->node.type;
    lua_getfield(L, detail, "name");
    spec.name = lua_tolstring(L, -1, &spec.name_len);
    lua_pop(L, 1);
    spec.flags = lcorm_detail_quoting(L, detail, "quote");
    corm_node_init(&column->node, &spec);
}

/* detail.default as a cell, if it is a plain value */
static struct corm_value scalar_default(lua_State *L, int detail)
{
    struct corm_value value = corm_value_unset();
    if (lua_getfield(L, detail, "scalar_default") != LUA_TNIL) {
        value = lcorm_to_value(L, -1);
    }
    lua_pop(L, 1);
    return value;
}

/* The sequence of an IDENTITY column or of a default, a userdata that the detail pins. */
static const struct corm_sequence *detail_sequence(lua_State *L, int detail)
{
    const struct corm_sequence *sequence = NULL;
    if (lua_getfield(L, detail, "sequence") != LUA_TNIL) {
        sequence = lcorm_check_sequence(L, -1);
    }
    lua_pop(L, 1);
    return sequence;
}

/* Bring the struct in step with the detail table and the type at idx + user value 2. */
static void column_update(lua_State *L, int idx)
{
    struct corm_column *column = lcorm_check_column(L, idx);
    lua_getiuservalue(L, idx, UV_DETAIL);
    int detail = lua_gettop(L);
    if (lua_getfield(L, detail, "type") != LUA_TNIL) {
        column->node.type = lcorm_check_type(L, -1);
        lua_setiuservalue(L, idx, UV_TYPE);
    } else {
        lua_pop(L, 1);
    }
    reinit_node(L, column, detail);
    column->key = lcorm_detail_string(L, detail, "key");
    column->flags = column_flags(L, detail);
    column->default_value = scalar_default(L, detail);
    column->default_node = lcorm_detail_node(L, detail, "default_node");
    column->server_default = lcorm_detail_node(L, detail, "server_default_node");
    column->onupdate_node = lcorm_detail_node(L, detail, "onupdate_node");
    column->computed = lcorm_detail_node(L, detail, "computed_node");
    column->sequence = detail_sequence(L, detail);
    column->comment = lcorm_detail_string(L, detail, "comment");
    column->null_conflict = lcorm_detail_string(L, detail, "null_conflict");
    lua_pop(L, 1);
}

/* core.column(detail) -> Column; the struct is filled from the detail table */
static int core_column(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct corm_column *column =
        lcorm_push_detailed(L, &lcorm_column_family, sizeof(*column), 1);
    corm_column_init(column, NULL, 0, &corm_type_null, 0);
    column_update(L, 2);
    return 1;
}

/* core.column_update(column): its detail table has changed */
static int core_column_update(lua_State *L)
{
    lcorm_check_column(L, 1);
    lua_settop(L, 1);
    column_update(L, 1);
    return 0;
}

/* core.column_add_foreign_key(column, foreign_key) */
static int core_column_add_foreign_key(lua_State *L)
{
    struct corm_column *column = lcorm_check_column(L, 1);
    struct corm_foreign_key *foreign_key = lcorm_check_foreign_key(L, 2);
    if (!corm_vec_push(&column->foreign_keys, foreign_key)) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    foreign_key->column = column;
    return 0;
}

/* column.table -> Table, or nil */
static int column_table(lua_State *L)
{
    lcorm_check_column(L, 1);
    lua_getiuservalue(L, 1, UV_TABLE);
    return 1;
}

static int column_gc(lua_State *L)
{
    struct corm_column *column = lcorm_test(L, 1, &lcorm_column_family.cls);
    if (column != NULL) {
        corm_column_release(column);
    }
    return 0;
}

static const luaL_Reg column_meta[] = {
    { "__gc", column_gc },
    { NULL, NULL },
};

static const luaL_Reg column_getters[] = {
    { "table", column_table },
    { NULL, NULL },
};

const struct lcorm_family lcorm_column_family = {
    .cls = { .name = "corm.Column",
             .meta = column_meta,
             .size = sizeof(struct corm_column) },
    .parent = &lcorm_element_family,
    .getters = column_getters,
    .has_detail = true,
};

static const luaL_Reg functions[] = {
    { "column", core_column },
    { "column_add_foreign_key", core_column_add_foreign_key },
    { "column_update", core_column_update },
    { NULL, NULL },
};

void lcorm_open_column(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
