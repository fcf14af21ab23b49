/* SPDX-License-Identifier: MIT */
/* Compiled statements in Lua: compiled.string, compiled.params, … */
#include <string.h>

#include "lua/compiled.h"
#include "lua/open.h"
#include "lua/statement.h"

static void compiled_destroy(void *obj)
{
    corm_compiled_unref(obj);
}

void lcorm_push_compiled(lua_State *L, struct corm_compiled *compiled, int statement)
{
    struct lcorm_box *box =
        lcorm_box_new(L, &lcorm_compiled_class, LCORM_COMPILED_UV_COUNT);
    box->obj = corm_compiled_ref(compiled);
    lua_pushvalue(L, statement);
    lua_setiuservalue(L, -2, LCORM_COMPILED_STATEMENT);
}

struct corm_compiled *lcorm_check_compiled(lua_State *L)
{
    return lcorm_check_box(L, 1, &lcorm_compiled_class);
}

static int binds_gc(lua_State *L)
{
    corm_bind_order_release(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg binds_meta[] = {
    { "__gc", binds_gc },
    { NULL, NULL },
};

static const struct lcorm_class binds_class = {
    .name = "corm.binds", .meta = binds_meta, .size = sizeof(struct corm_bind_order)
};

const struct corm_bind_order *lcorm_push_binds(lua_State *L,
                                               const struct corm_node *statement)
{
    struct corm_error err;
    struct corm_bind_order *order =
        lcorm_object_new(L, &binds_class, sizeof(*order), 0);
    if (corm_bind_order_make(order, statement, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    return order;
}

const struct corm_bind_order *lcorm_push_compiled_binds(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, LCORM_COMPILED_STATEMENT);
    return lcorm_push_binds(L, lcorm_check_node(L, -1));
}

struct corm_value lcorm_slot_cell(const struct corm_bind_slot *slot,
                                  const struct corm_bind_order *binds)
{
    if (slot->source == CORM_SOURCE_CONSTANT) {
        return slot->constant;
    }
    bool has_bind = slot->source >= 0 && (uint32_t)slot->source < binds->items.count;
    return has_bind ? binds->items.items[slot->source]->value : corm_value_unset();
}

/* ---- what it is ---- */

static int push_is_kind(lua_State *L, enum corm_statement_kind kind)
{
    lua_pushboolean(L, lcorm_check_compiled(L)->kind == kind);
    return 1;
}

static int compiled_isinsert(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_INSERT);
}

static int compiled_isupdate(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_UPDATE);
}

static int compiled_isdelete(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_DELETE);
}

/* compiled.positional -> whether the dialect binds by position */
static int compiled_positional(lua_State *L)
{
    lua_pushboolean(L, lcorm_check_compiled(L)->is_positional);
    return 1;
}

/* compiled.can_execute, compiled.is_sql */
static int compiled_yes(lua_State *L)
{
    lua_pushboolean(L, 1);
    return 1;
}

/* compiled.is_ddl */
static int compiled_no(lua_State *L)
{
    lua_pushboolean(L, 0);
    return 1;
}

/* compiled.columns -> names of the result's columns, in order */
static int compiled_columns(lua_State *L)
{
    const struct corm_compiled *compiled = lcorm_check_compiled(L);
    lua_createtable(L, (int)compiled->ncolumns, 0);
    for (uint32_t i = 0; i < compiled->ncolumns; i++) {
        lua_pushlstring(L, compiled->columns[i].name, compiled->columns[i].name_len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* compiled.statement -> the statement it was made of */
static int compiled_statement(lua_State *L)
{
    lcorm_check_compiled(L);
    lua_getiuservalue(L, 1, LCORM_COMPILED_STATEMENT);
    return 1;
}

/* compiled.dialect -> name of its dialect */
static int compiled_dialect(lua_State *L)
{
    lua_pushstring(L, lcorm_check_compiled(L)->dialect->name);
    return 1;
}

/* compiled.string, tostring(compiled) -> the SQL */
static int compiled_string(lua_State *L)
{
    const struct corm_compiled *compiled = lcorm_check_compiled(L);
    if (lua_getiuservalue(L, 1, LCORM_COMPILED_RENDERED) != LUA_TSTRING) {
        lua_pushlstring(L, compiled->sql, compiled->sql_len);
    }
    return 1;
}

static const luaL_Reg compiled_attributes[] = {
    { "can_execute", compiled_yes },
    { "columns", compiled_columns },
    { "construct_params", lcorm_compiled_constructor },
    { "dialect", compiled_dialect },
    { "is_ddl", compiled_no },
    { "is_sql", compiled_yes },
    { "isdelete", compiled_isdelete },
    { "isinsert", compiled_isinsert },
    { "isupdate", compiled_isupdate },
    { "params", lcorm_compiled_params },
    { "positional", compiled_positional },
    { "positiontup", lcorm_compiled_positiontup },
    { "statement", compiled_statement },
    { "string", compiled_string },
    { NULL, NULL },
};

/* compiled.name */
static int compiled_index(lua_State *L)
{
    const char *name = lcorm_check_string(L, 2, NULL);
    for (const luaL_Reg *it = compiled_attributes; it->name != NULL; it++) {
        if (strcmp(it->name, name) == 0) {
            return it->func(L);
        }
    }
    if (strncmp(name, "__", 2) == 0) {
        return 0;
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "corm.Compiled has no attribute '%s'", name);
}

static const luaL_Reg compiled_meta[] = {
    { "__index", compiled_index },
    { "__tostring", compiled_string },
    { NULL, NULL },
};

const struct lcorm_class lcorm_compiled_class = { .name = "corm.Compiled",
                                                  .meta = compiled_meta,
                                                  .destroy = compiled_destroy };

void lcorm_open_compiled(lua_State *L)
{
    lcorm_class_push(L, &lcorm_compiled_class);
    lua_pop(L, 1);
}
