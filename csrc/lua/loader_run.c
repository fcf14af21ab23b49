/* SPDX-License-Identifier: MIT */
/* One run of a plan: what it needs at hand, the parents whose relationship it fills. */
#include "lua/collection.h"
#include "lua/database.h"
#include "lua/decode.h"
#include "lua/instance.h"
#include "lua/load_plan.h"
#include "lua/loader_int.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/result_int.h"
#include "lua/session.h"

/* Push the key by which rows will name the parent on top; false if it has none. */
static bool push_parent_key(lua_State *L, const uint16_t *attributes, uint16_t n)
{
    const struct corm_instance *parent = lcorm_check_instance(L, -1);
    struct lcorm_key key;

    key.n = 0;
    key.arena = NULL;
    for (uint16_t i = 0; i < n; i++) {
        lcorm_arg_check(L, attributes[i] < parent->ncells, 4, "no such attribute");
        lcorm_key_add_cell(L, &key, &parent->mapper->attributes.items[attributes[i]],
                           &parent->cell[attributes[i]]);
    }
    return lcorm_push_key(L, &key);
}

/* Give the parent at -2 the key at -1 in the table at -3, and pop both: parents that share a
   key are a list. */
static void add_parent(lua_State *L)
{
    lua_pushvalue(L, -1);
    lua_rawget(L, -4);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_insert(L, -2);
        lua_rawset(L, -3);
        return;
    }
    if (!lua_istable(L, -1)) {
        lua_createtable(L, 2, 0);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 1);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -6);
    }
    lua_pushvalue(L, -3);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 3);
}

/* KEYED parents by the identity key of some of their cells. */
static void push_parents_by_key(lua_State *L, int list, const uint16_t *attributes,
                                uint16_t nattributes)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    lua_createtable(L, 0, (int)n);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, list, i);
        if (push_parent_key(L, attributes, nattributes)) {
            add_parent(L);
        } else {
            lua_pop(L, 1);
        }
    }
}

/* The rows' keys are of the types that the parents' attributes have. */
static void note_parent_types(lua_State *L, struct lcorm_loader *loader, int list,
                              const uint16_t *attributes, uint16_t n)
{
    if (lua_rawgeti(L, list, 1) != LUA_TNIL) {
        const struct corm_mapper *mapper = lcorm_check_instance(L, -1)->mapper;
        for (uint16_t i = 0; i < n; i++) {
            lcorm_arg_check(L, attributes[i] < mapper->attributes.count, 5,
                            "no such attribute");
            loader->parent_types[i] = mapper->attributes.items[attributes[i]].type;
        }
    }
    lua_pop(L, 1);
}

/* Each parent of the list gets an empty collection that this run fills. */
static void begin_collections(lua_State *L, const struct lcorm_loader *loader, int list,
                              uint16_t at)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *parent;
        lua_rawgeti(L, list, i);
        parent = lcorm_check_instance(L, -1);
        lcorm_arg_check(L, at < parent->ncells, 3, "no such attribute");
        if (parent->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
            lcorm_collection_begin_load(L, lua_gettop(L), parent, at, loader->run);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

/* Positions of the sequence at idx; returns how many there are. */
static uint16_t read_positions(lua_State *L, int idx, uint16_t *positions)
{
    uint16_t n = 0;

    for (; n < LCORM_KEY_MAX && lua_rawgeti(L, idx, n + 1) == LUA_TNUMBER; n++) {
        positions[n] = (uint16_t)(lua_tointeger(L, -1) - 1);
        lua_pop(L, 1);
    }
    lua_pop(L, n < LCORM_KEY_MAX ? 1 : 0);
    return n;
}

/* Let the loader at index 6 fill a relationship of the parents at index 4. */
static void set_parents(lua_State *L, struct lcorm_loader *loader)
{
    uint16_t positions[LCORM_KEY_MAX];

    if (lcorm_load_has_parent(&loader->plan->entities[0])) {
        begin_collections(L, loader, 4, loader->plan->entities[0].relationship);
    }
    if (lua_istable(L, 5)) {
        uint16_t n = read_positions(L, 5, positions);
        note_parent_types(L, loader, 4, positions, n);
        push_parents_by_key(L, 4, positions, n);
    } else {
        lua_rawgeti(L, 4, 1);
    }
    lua_setiuservalue(L, 6, LCORM_LOADER_PARENTS);
}

static void set_entity(lua_State *L, const struct lcorm_loader *loader, uint16_t at)
{
    const struct corm_load_entity *entity = &loader->plan->entities[at];

    lcorm_push_identity_table(L, 2, entity->mapper);
    lua_setiuservalue(L, 6, lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_IDENTITY));
    lcorm_push_instance_metatable(L, entity->mapper);
    lua_setiuservalue(L, 6, lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_METATABLE));
    if (entity->is_collected) {
        lua_newtable(L);
        lua_setiuservalue(L, 6, lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_LIST));
    }
}

/*
 * core.loader(plan, session core, populate_existing, [parents], [parent key attributes],
 *     [is_noted]) -> Loader
 * parents: a sequence for a first entity that is KEYED (with the positions of the
 * attributes that identify them), or of one object if it is SINGLE or REFRESH.
 * is_noted: loader:notes() is to tell what was loaded.
 */
static int loader_new(lua_State *L)
{
    const struct corm_load_plan *plan = lcorm_check(L, 1, &lcorm_load_plan_class);
    struct corm_session *session = lcorm_check_session(L, 2);
    struct lcorm_loader *loader;
    bool is_noted;

    is_noted = lua_toboolean(L, 6);
    lua_settop(L, 5);
    loader = lcorm_object_new(L, &lcorm_loader_class, sizeof *loader,
                              lcorm_loader_uservalue(plan->nentities, 0));
    loader->plan = plan;
    loader->session = session;
    loader->run = ++session->load_run;
    loader->populate_existing = lua_toboolean(L, 3);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 6, LCORM_LOADER_PLAN);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 6, LCORM_LOADER_SESSION);
    for (uint16_t i = 0; i < plan->nentities; i++) {
        set_entity(L, loader, i);
    }
    if (is_noted) {
        loader->is_noted = true;
        lua_newtable(L);
        lua_setiuservalue(L, 6, LCORM_LOADER_NOTES);
    }
    if (lua_istable(L, 4)) {
        set_parents(L, loader);
    }
    return 1;
}

/* core.load_into(result, loader): the result hands out what the loader makes */
static int loader_attach(lua_State *L)
{
    struct lcorm_rows *rows = lcorm_check_rows(L, 1);
    struct lcorm_loader *loader = lcorm_check(L, 2, &lcorm_loader_class);

    lua_settop(L, 2);
    loader->replays = lcorm_result_push_replayed(L, 1);
    if (loader->replays) {
        lua_setiuservalue(L, 2, LCORM_LOADER_ROWS);
    }
    loader->dialect = lcorm_dialect_number(rows->execution.compiled->dialect);
    lua_getiuservalue(L, 2, LCORM_LOADER_PLAN);
    lcorm_push_plan_metatables(L, 3, rows->execution.compiled);
    lua_pushvalue(L, 4);
    lua_setiuservalue(L, 2, LCORM_LOADER_META);
    lua_rawgeti(L, 4, 1);
    lcorm_result_set_source(L, 1, lcorm_loader_source(loader), 2, 5);
    return 0;
}

/* loader:collected(entity position) -> sequence of its instances, each once */
static int loader_collected(lua_State *L)
{
    const struct lcorm_loader *loader = lcorm_check(L, 1, &lcorm_loader_class);
    lua_Integer at = lcorm_check_integer(L, 2);

    lcorm_arg_check(L, at >= 1 && at <= loader->plan->nentities, 2, "no such entity");
    lua_getiuservalue(
        L, 1, lcorm_loader_uservalue((uint16_t)(at - 1), LCORM_LOADER_ENTITY_LIST));
    return 1;
}

/* loader:notes() -> {object, is_new, …}: what was loaded or refreshed; nil without */
static int loader_notes(lua_State *L)
{
    lcorm_check(L, 1, &lcorm_loader_class);
    lua_getiuservalue(L, 1, LCORM_LOADER_NOTES);
    return 1;
}

static const luaL_Reg loader_methods[] = {
    { "collected", loader_collected },
    { "notes", loader_notes },
    { NULL, NULL },
};

const struct lcorm_class lcorm_loader_class = { .name = "corm.Loader",
                                                .methods = loader_methods,
                                                .size = sizeof(struct lcorm_loader) };

void lcorm_open_loader(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "load_into", loader_attach },
        { "loader", loader_new },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}
