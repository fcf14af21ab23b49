/* SPDX-License-Identifier: MIT */
/* One entity of one row: the instance that is there, refreshed, or a new one. */
#include "lua/instance.h"
#include "lua/load_plan.h"
#include "lua/loader_int.h"
#include "lua/session.h"

static bool has_loaded_text(const struct corm_instance *instance)
{
    corm_vec_foreach (&instance->mapper->attributes, it) {
        const struct corm_value *cell = corm_instance_committed(instance, it->index);
        if ((cell->flags & CORM_CELL_RAW) && corm_value_has_bytes(cell)) {
            return true;
        }
    }
    return false;
}

/* Room for refreshed bytes: a block of its own, held by the instance's fields. */
static char *refresh_block(lua_State *L, int idx, struct corm_instance *instance,
                           size_t size)
{
    bool keeps_old = has_loaded_text(instance);
    char *block;

    if (size == 0) {
        return NULL;
    }
    lcorm_instance_push_fields(L, idx, instance);
    block = lua_newuserdatauv(L, size, 1);
    if (keeps_old) {
        lua_rawgeti(L, -2, LCORM_FIELD_BLOCKS);
        lua_setiuservalue(L, -2, 1);
    }
    lua_rawseti(L, -2, LCORM_FIELD_BLOCKS);
    lua_pop(L, 1);
    return block;
}

/* The instance on top was loaded; somebody wants to hear of it later. */
static void note(lua_State *L, int owner, bool is_new)
{
    lua_Integer n;

    lua_getiuservalue(L, owner, LCORM_LOADER_NOTES);
    n = (lua_Integer)lua_rawlen(L, -1);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, n + 1);
    lua_pushboolean(L, is_new);
    lua_rawseti(L, -2, n + 2);
    lua_pop(L, 1);
}

void lcorm_load_refresh(lua_State *L, int owner, const struct corm_load_entity *entity,
                        struct corm_instance *instance, const struct corm_value *cells)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    bool all = loader->populate_existing;
    char *block;

    if (!all && !corm_load_is_wanted(entity, instance)) {
        return;
    }
    block = refresh_block(L, lua_gettop(L), instance, corm_load_bytes(entity, cells));
    corm_load_refresh(entity, instance, block, cells, all);
    instance->dialect = loader->dialect;
    if (loader->is_noted) {
        note(L, owner, false);
    }
}

struct corm_instance *lcorm_load_instance(lua_State *L,
                                          const struct lcorm_loader *loader,
                                          const struct corm_load_entity *entity,
                                          const struct corm_value *cells)
{
    size_t bytes = corm_load_bytes(entity, cells);
    size_t header = corm_instance_size(entity->mapper, 0);
    struct corm_instance *instance = lua_newuserdatauv(L, header + bytes, 1);

    __builtin_memset(instance, 0, header);
    corm_instance_init(instance, entity->mapper);
    instance->session = loader->session;
    instance->state = CORM_INSTANCE_PERSISTENT;
    instance->flags = CORM_INSTANCE_HAS_KEY;
    instance->load_run = loader->run;
    instance->dialect = loader->dialect;
    corm_load_fill(entity, instance, corm_instance_bytes(instance), cells);
    return instance;
}

/* The instance on top carries the plan's options for what it loads later. */
static void give_options(lua_State *L, int owner, uint16_t at,
                         struct corm_instance *instance)
{
    lcorm_instance_push_fields(L, lua_gettop(L), instance);
    lua_getiuservalue(L, owner, LCORM_LOADER_PLAN);
    lua_getiuservalue(L, -1, LCORM_LOAD_PLAN_OPTIONS);
    lua_rawgeti(L, -1, at + 1);
    lua_rawseti(L, -4, LCORM_FIELD_OPTIONS);
    lua_pop(L, 3);
}

/* The instance on top joins the list of those that this run has seen. */
static void collect(lua_State *L, int owner, uint16_t at)
{
    lua_getiuservalue(L, owner, lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_LIST));
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

/* Push a new instance of the entity; its identity key is at index key_idx. */
static struct corm_instance *load_new(lua_State *L, int owner, uint16_t at,
                                      const struct corm_value *cells, int identity,
                                      int key_idx)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    struct corm_instance *instance = lcorm_load_instance(L, loader, entity, cells);

    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_METATABLE));
    lua_setmetatable(L, -2);
    lua_pushvalue(L, key_idx);
    lua_pushvalue(L, -2);
    lua_rawset(L, identity);
    if (entity->has_options) {
        give_options(L, owner, at, instance);
    }
    if (loader->is_noted) {
        note(L, owner, true);
    }
    return instance;
}

bool lcorm_push_load_key(lua_State *L, const struct corm_load_entity *entity,
                         const struct corm_value *cells)
{
    const struct corm_mapper *mapper = entity->mapper;
    struct lcorm_key key;

    if (CORM_LIKELY(entity->nkey == 1 && cells[entity->key[0]].tag == CORM_TAG_INT)) {
        lua_pushinteger(L, cells[entity->key[0]].as.i);
        return true;
    }
    key.n = 0;
    key.arena = NULL;
    for (uint16_t i = 0; i < entity->nkey; i++) {
        lcorm_key_add(L, &key,
                      mapper->attributes.items[mapper->primary_key.items[i]].type,
                      &cells[entity->key[i]], true);
    }
    return lcorm_push_key(L, &key);
}

bool lcorm_load_entity(lua_State *L, int owner, uint16_t at,
                       const struct corm_value *cells)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    struct corm_instance *instance;
    bool is_first = true;
    int base = lua_gettop(L);

    if (entity->link == CORM_LOAD_REFRESH) {
        lua_getiuservalue(L, owner, LCORM_LOADER_PARENTS);
        lcorm_load_refresh(L, owner, entity, lua_touserdata(L, -1), cells);
        return true;
    }
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_IDENTITY));
    if (!lcorm_push_load_key(L, entity, cells)) {
        lua_settop(L, base);
        lua_pushnil(L);
        return false;
    }
    lua_pushvalue(L, base + 2);
    if (lua_rawget(L, base + 1) == LUA_TNIL) {
        lua_pop(L, 1);
        load_new(L, owner, at, cells, base + 1, base + 2);
    } else {
        instance = lua_touserdata(L, -1);
        is_first = instance->load_run != loader->run;
        if (is_first) {
            instance->load_run = loader->run;
            lcorm_load_refresh(L, owner, entity, instance, cells);
        }
    }
    if (is_first && entity->is_collected) {
        collect(L, owner, at);
    }
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
    return is_first;
}
