/* SPDX-License-Identifier: MIT */
/* The identity map: one weak table of instances per inheritance tree, by key. */
#include "lua/instance.h"
#include "lua/session.h"

void lcorm_push_identity_table(lua_State *L, int core, const struct corm_mapper *mapper)
{
    core = lua_absindex(L, core);
    lua_getiuservalue(L, core, LCORM_SESSION_IDENTITY);
    if (lua_rawgetp(L, -1, mapper->base) == LUA_TNIL) {
        lua_pop(L, 1);
        lcorm_push_weak_table(L, "v");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, mapper->base);
    }
    lua_remove(L, -2);
}

/* ---- keys ---- */

static void add_key_cell(luaL_Buffer *buffer, const struct corm_value *cell)
{
    luaL_addchar(buffer, (char)('0' + cell->tag));
    if (corm_value_has_bytes(cell)) {
        luaL_addlstring(buffer, (const char *)&cell->len, sizeof(cell->len));
        luaL_addlstring(buffer, cell->as.s, cell->len);
    } else {
        luaL_addlstring(buffer, (const char *)&cell->as.i, sizeof(cell->as.i));
    }
}

bool lcorm_push_identity_key(lua_State *L, const struct corm_value *key, uint32_t nkey,
                             int token)
{
    luaL_Buffer buffer;

    for (uint32_t i = 0; i < nkey; i++) {
        if (key[i].tag <= CORM_TAG_NULL) {
            return false;
        }
    }
    if (CORM_LIKELY(nkey == 1 && key->tag == CORM_TAG_INT && token == 0)) {
        lua_pushinteger(L, key->as.i);
        return true;
    }
    luaL_buffinit(L, &buffer);
    if (token != 0) {
        lua_pushvalue(L, token);
        luaL_addvalue(&buffer);
    }
    luaL_addchar(&buffer, '\0');
    for (uint32_t i = 0; i < nkey; i++) {
        add_key_cell(&buffer, &key[i]);
    }
    luaL_pushresult(&buffer);
    return true;
}

/* What Lua sees of a cell: sent and returned, if a program has set it. */
static bool canonical(struct corm_arena *arena, const struct corm_type *type,
                      const struct corm_value *cell, bool is_raw,
                      struct corm_value *out)
{
    struct corm_error err;
    struct corm_value bound = *cell;

    if (cell->tag >= CORM_TAG_OBJECT ||
        (!is_raw && corm_type_bind(type, cell, arena, &bound, &err) != CORM_OK)) {
        return false;
    }
    return corm_type_decode(type, &bound, arena, out, &err) == CORM_OK;
}

void lcorm_key_add(lua_State *L, struct lcorm_key *key, const struct corm_type *type,
                   const struct corm_value *cell, bool is_raw)
{
    struct corm_value *out = &key->cells[key->n++];
    bool is_plain = cell->tag <= CORM_TAG_NULL ||
                    (cell->tag == CORM_TAG_INT && type->kind != CORM_TYPE_BOOLEAN) ||
                    (cell->tag == CORM_TAG_TEXT && corm_type_is_text(type));

    *out = *cell;
    if (CORM_LIKELY(is_plain)) {
        return;
    }
    if (key->arena == NULL) {
        key->arena = lcorm_scratch_arena(L);
    }
    if (!canonical(key->arena, type, cell, is_raw, out)) {
        *out = *cell; /* no value of the type: it is no row's key either */
    }
}

bool lcorm_push_key(lua_State *L, struct lcorm_key *key)
{
    bool is_key = lcorm_push_identity_key(L, key->cells, key->n, 0);

    if (key->arena != NULL) {
        corm_arena_release(key->arena);
        key->arena = NULL;
    }
    return is_key;
}

void lcorm_key_add_cell(lua_State *L, struct lcorm_key *key,
                        const struct corm_attribute *attribute,
                        const struct corm_value *cell)
{
    lcorm_key_add(L, key, attribute->type, cell, (cell->flags & CORM_CELL_RAW) != 0);
}

bool lcorm_push_instance_key(lua_State *L, const struct corm_instance *instance)
{
    const struct corm_mapper *mapper = instance->mapper;
    struct lcorm_key key = { .n = 0 };

    if (mapper->primary_key.count > LCORM_KEY_MAX) {
        lcorm_fail(L, CORM_E_ARGUMENT, "class '%s' has more than %d key columns",
                   mapper->name, LCORM_KEY_MAX);
    }
    corm_vec_foreach (&mapper->primary_key, it) {
        lcorm_key_add_cell(L, &key, &mapper->attributes.items[*it],
                           corm_instance_committed(instance, *it));
    }
    return lcorm_push_key(L, &key);
}

/* ---- entries ---- */

void lcorm_identity_put_at(lua_State *L, int identity, int idx,
                           const struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    if (lcorm_push_instance_key(L, instance)) {
        lua_pushvalue(L, idx);
        lua_rawset(L, identity);
    }
}

void lcorm_identity_put(lua_State *L, int core, int idx,
                        const struct corm_instance *instance)
{
    idx = lua_absindex(L, idx);
    lcorm_push_identity_table(L, core, instance->mapper);
    lcorm_identity_put_at(L, lua_gettop(L), idx, instance);
    lua_pop(L, 1);
}

void lcorm_identity_drop(lua_State *L, int core, const struct corm_instance *instance)
{
    int table;

    lcorm_push_identity_table(L, core, instance->mapper);
    table = lua_gettop(L);
    if (lcorm_push_instance_key(L, instance)) {
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        if (lua_touserdata(L, -1) == instance) {
            lua_pop(L, 1);
            lua_pushnil(L);
            lua_rawset(L, table);
        }
    }
    lua_settop(L, table - 1);
}

/* ---- walks ---- */

void lcorm_identity_each(lua_State *L, int core,
                         void (*visit)(lua_State *L, int core,
                                       struct corm_instance *instance))
{
    core = lua_absindex(L, core);
    if (lua_getiuservalue(L, core, LCORM_SESSION_IDENTITY) == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
                visit(L, core, lua_touserdata(L, -1));
            }
        }
    }
    lua_pop(L, 1);
}

static void collect_visit(lua_State *L, int core, struct corm_instance *instance)
{
    (void)core, (void)instance;
    lua_pushvalue(L, -1);
    lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
}

/* core:instances() -> sequence of all instances of the identity map, in no order */
int lcorm_session_instances(lua_State *L)
{
    lcorm_check_session(L, 1);
    lua_settop(L, 1);
    lua_newtable(L);
    lcorm_identity_each(L, 1, collect_visit);
    return 1;
}
