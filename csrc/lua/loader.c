/* SPDX-License-Identifier: MIT */
/*
 * Rows into instances: the source that a Result of entities reads from (see result.h).
 *
 * A plan (core.load_plan) belongs to a statement shape and is shared; a loader
 * (core.loader) is one run of it in one session. For each entity the loader keeps the
 * identity map's table and the instances' metatable at hand in its user values, so a row
 * costs one userdata, one look into the identity map and one entry there.
 */
#include "orm/loader.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/result.h"
#include "lua/session.h"

enum {
    LOADER_PLAN = 1,
    LOADER_SESSION,
    LOADER_PARENTS, /* KEYED: by key; SINGLE: the parent */
    LOADER_META, /* metatable of Rows, or nil */
    LOADER_FIRST_ENTITY, /* then two a piece: identity table, metatable */
    KEY_MAX = 32
};

struct loader {
    const struct corm_load_plan *plan;
    struct corm_session *session;
    const struct lcorm_shape *shape; /* of Rows; NULL: bare values */
    uint32_t run;
};

static const struct lcorm_class plan_class = { .name = "corm.LoadPlan",
                                               .size = sizeof(struct corm_load_plan) };
static const struct lcorm_class loader_class = { .name = "corm.Loader",
                                                 .size = sizeof(struct loader) };

/* ---- plans ---- */

/* Pins of a plan are in its user value 1: arrays as userdata, mappers. */
static void *plan_memory(lua_State *L, int plan, size_t size)
{
    void *memory;

    lua_getiuservalue(L, plan, 1);
    memory = lua_newuserdatauv(L, size + 1, 0);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
    return memory;
}

static void plan_pin(lua_State *L, int plan, int idx)
{
    lua_getiuservalue(L, plan, 1);
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static lua_Integer field_int(lua_State *L, int table, const char *name,
                             lua_Integer none)
{
    lua_Integer value;

    lua_getfield(L, table, name);
    value = lua_isnil(L, -1) ? none : luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return value;
}

static uint16_t item_at(lua_State *L, int table, lua_Integer i)
{
    lua_Integer value;

    lua_rawgeti(L, table, i);
    value = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return (uint16_t)(value - 1);
}

/* The sequence of positions in field `name`, from 1 in Lua, from 0 here. */
static const uint16_t *field_positions(lua_State *L, int plan, int table,
                                       const char *name, uint16_t *count)
{
    uint16_t *items;
    lua_Integer n;

    if (lua_getfield(L, table, name) == LUA_TNIL) {
        lua_pop(L, 1);
        *count = 0;
        return NULL;
    }
    n = (lua_Integer)lua_rawlen(L, -1);
    items = plan_memory(L, plan, (size_t)n * sizeof *items);
    for (lua_Integer i = 0; i < n; i++) {
        items[i] = item_at(L, lua_gettop(L), i + 1);
    }
    lua_pop(L, 1);
    *count = (uint16_t)n;
    return items;
}

/* columns = {attribute, column, attribute, column, …} */
static void entity_columns(lua_State *L, int plan, int table,
                           struct corm_load_entity *entity)
{
    struct corm_load_column *columns;
    lua_Integer n;

    lua_getfield(L, table, "columns");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1) / 2;
    columns = plan_memory(L, plan, (size_t)n * sizeof *columns);
    for (lua_Integer i = 0; i < n; i++) {
        columns[i].attribute = item_at(L, lua_gettop(L), 2 * i + 1);
        columns[i].column = item_at(L, lua_gettop(L), 2 * i + 2);
    }
    lua_pop(L, 1);
    entity->columns = columns;
    entity->ncolumns = (uint16_t)n;
}

static void entity_from(lua_State *L, int plan, int table,
                        struct corm_load_entity *entity)
{
    static const char *const links[] = { "root", "joined", "keyed", "single", NULL };

    lua_getfield(L, table, "mapper");
    entity->mapper = lcorm_check_mapper(L, -1);
    plan_pin(L, plan, lua_gettop(L));
    lua_getfield(L, table, "link");
    entity->link = (uint8_t)luaL_checkoption(L, -1, "root", links);
    lua_pop(L, 2);
    entity_columns(L, plan, table, entity);
    entity->key = field_positions(L, plan, table, "key", &entity->nkey);
    entity->parent_key =
        field_positions(L, plan, table, "parent_key", &entity->nparent_key);
    entity->parent = (uint16_t)(field_int(L, table, "parent", 1) - 1);
    entity->relationship = (uint16_t)(field_int(L, table, "relationship", 1) - 1);
    luaL_argcheck(L, entity->nkey <= KEY_MAX && entity->nparent_key <= KEY_MAX, 1,
                  "too many key columns");
}

static void plan_entities(lua_State *L, int plan, struct corm_load_plan *target)
{
    lua_Integer n;

    lua_getfield(L, 1, "entities");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1);
    target->entities = plan_memory(L, plan, (size_t)n * sizeof *target->entities);
    __builtin_memset(target->entities, 0, (size_t)n * sizeof *target->entities);
    target->nentities = (uint16_t)n;
    for (lua_Integer i = 0; i < n; i++) {
        struct corm_load_entity *entity = &target->entities[i];
        lua_rawgeti(L, -1, i + 1);
        entity_from(L, plan, lua_gettop(L), entity);
        target->has_joined_collections |=
            entity->link == CORM_LOAD_JOINED &&
            target->entities[entity->parent]
                    .mapper->attributes.items[entity->relationship]
                    .kind == CORM_ATTRIBUTE_COLLECTION;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* values = {entity position, or -column position, …} */
static void plan_values(lua_State *L, int plan, struct corm_load_plan *target)
{
    lua_Integer n;

    lua_getfield(L, 1, "values");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1);
    target->values = plan_memory(L, plan, (size_t)n * sizeof *target->values);
    target->nvalues = (uint16_t)n;
    for (lua_Integer i = 0; i < n; i++) {
        lua_Integer value;
        lua_rawgeti(L, -1, i + 1);
        value = luaL_checkinteger(L, -1);
        target->values[i].is_entity = value > 0;
        target->values[i].at = (uint16_t)(value > 0 ? value - 1 : -value - 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/*
 * core.load_plan{entities={{mapper=, columns={attribute, column, …}, key={columns},
 * link=, parent=, relationship=, parent_key=}, …}, values={entity or -column, …},
 * ncolumns=, populate_existing=} -> LoadPlan
 */
static int plan_new(lua_State *L)
{
    struct corm_load_plan *plan;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    plan = lcorm_object_new(L, &plan_class, sizeof *plan, 1);
    lua_newtable(L);
    lua_setiuservalue(L, 2, 1);
    plan_entities(L, 2, plan);
    plan_values(L, 2, plan);
    plan->ncolumns = (uint16_t)field_int(L, 1, "ncolumns", 0);
    lua_getfield(L, 1, "populate_existing");
    plan->populate_existing = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return 1;
}

/* ---- one entity of one row ---- */

/* Refreshed bytes live in a block of their own, held by the instance's fields. */
enum { FIELD_BLOCKS = -0x10000 };

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
        lua_rawgeti(L, -2, FIELD_BLOCKS);
        lua_setiuservalue(L, -2, 1);
    }
    lua_rawseti(L, -2, FIELD_BLOCKS);
    lua_pop(L, 1);
    return block;
}

static void refresh_instance(lua_State *L, const struct loader *loader,
                             const struct corm_load_entity *entity,
                             struct corm_instance *instance,
                             const struct corm_value *cells)
{
    bool all = loader->plan->populate_existing;
    char *block;

    if (!all && !corm_load_is_wanted(entity, instance)) {
        return;
    }
    block = refresh_block(L, lua_gettop(L), instance, corm_load_bytes(entity, cells));
    corm_load_refresh(entity, instance, block, cells, all);
}

/* Push a new instance of the entity; its identity key is at index key_idx. */
static struct corm_instance *load_new(lua_State *L, int owner,
                                      const struct loader *loader, uint16_t at,
                                      const struct corm_value *cells, int identity,
                                      int key_idx)
{
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    size_t bytes = corm_load_bytes(entity, cells);
    size_t header = corm_instance_size(entity->mapper, 0);
    struct corm_instance *instance = lua_newuserdatauv(L, header + bytes, 1);

    __builtin_memset(instance, 0, header);
    corm_instance_init(instance, entity->mapper);
    lua_getiuservalue(L, owner, LOADER_FIRST_ENTITY + 2 * at + 1);
    lua_setmetatable(L, -2);
    instance->session = loader->session;
    instance->state = CORM_INSTANCE_PERSISTENT;
    instance->flags = CORM_INSTANCE_HAS_KEY;
    corm_load_fill(entity, instance, corm_instance_bytes(instance), cells);
    lua_pushvalue(L, key_idx);
    lua_pushvalue(L, -2);
    lua_rawset(L, identity);
    return instance;
}

/* Push the identity key of some columns; false if one of them is NULL. */
static bool push_key(lua_State *L, const uint16_t *columns, uint16_t n,
                     const struct corm_value *cells)
{
    struct corm_value key[KEY_MAX];

    for (uint16_t i = 0; i < n; i++) {
        key[i] = cells[columns[i]];
    }
    return lcorm_push_identity_key(L, key, n, 0);
}

/* Push the entity's instance, or nil where an outer join found none. */
static struct corm_instance *load_entity(lua_State *L, int owner, struct loader *loader,
                                         uint16_t at, const struct corm_value *cells,
                                         bool *is_first)
{
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    struct corm_instance *instance;
    int base = lua_gettop(L);

    lua_getiuservalue(L, owner, LOADER_FIRST_ENTITY + 2 * at);
    if (!push_key(L, entity->key, entity->nkey, cells)) {
        lua_settop(L, base);
        lua_pushnil(L);
        return NULL;
    }
    lua_pushvalue(L, base + 2);
    if (lua_rawget(L, base + 1) == LUA_TNIL) {
        lua_pop(L, 1);
        instance = load_new(L, owner, loader, at, cells, base + 1, base + 2);
        *is_first = true;
    } else {
        instance = lua_touserdata(L, -1);
        *is_first = instance->load_run != loader->run;
        if (*is_first) {
            refresh_instance(L, loader, entity, instance, cells);
        }
    }
    instance->load_run = loader->run;
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
    return instance;
}

/* ---- relationships that the row fills ---- */

static void link_scalar(lua_State *L, int parent_idx, struct corm_instance *parent,
                        uint16_t at, int child_idx)
{
    struct corm_value cell = { .tag = CORM_TAG_NULL };

    if (parent->cell[at].tag != CORM_TAG_UNSET) {
        return;
    }
    if (!lua_isnil(L, child_idx)) {
        lcorm_instance_pin(L, parent_idx, parent, at, child_idx);
        cell = (struct corm_value){ .tag = CORM_TAG_OBJECT,
                                    .flags = CORM_CELL_PINNED,
                                    .as.p = lua_touserdata(L, child_idx) };
    }
    corm_instance_load(parent, at, &cell);
}

/* A parent seen for the first time in this run gets an empty collection to fill. */
static void link_collection(lua_State *L, const struct loader *loader, int parent_idx,
                            struct corm_instance *parent, uint16_t at, int child_idx)
{
    struct corm_collection *collection = corm_cell_collection(&parent->cell[at]);

    if (collection == NULL || !collection->is_loaded) {
        lcorm_collection_begin_load(L, parent_idx, parent, at, loader->run);
        lcorm_collection_end_load(L, -1);
        lua_pop(L, 1);
        collection = corm_cell_collection(&parent->cell[at]);
    }
    if (collection->load_run != loader->run || lua_isnil(L, child_idx)) {
        return;
    }
    if (loader->plan->has_joined_collections &&
        corm_members_find(&collection->now, lua_touserdata(L, child_idx)) >= 0) {
        return;
    }
    lcorm_instance_push_pin(L, parent_idx, parent, at);
    lcorm_collection_load(L, -1, child_idx);
    lua_pop(L, 1);
}

static void link_child(lua_State *L, const struct loader *loader, int parent_idx,
                       uint16_t at, int child_idx)
{
    struct corm_instance *parent = lua_touserdata(L, parent_idx);

    if (parent == NULL) {
        return;
    }
    if (parent->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
        link_collection(L, loader, parent_idx, parent, at, child_idx);
    } else {
        link_scalar(L, parent_idx, parent, at, child_idx);
    }
}

/* Push the parent that the row belongs to; nil if it is unknown. */
static void push_parent(lua_State *L, int owner, const struct corm_load_entity *entity,
                        const struct corm_value *cells, int first_entity)
{
    switch (entity->link) {
    case CORM_LOAD_JOINED:
        lua_pushvalue(L, first_entity + entity->parent);
        return;
    case CORM_LOAD_SINGLE:
        lua_getiuservalue(L, owner, LOADER_PARENTS);
        return;
    default:
        lua_getiuservalue(L, owner, LOADER_PARENTS);
        if (push_key(L, entity->parent_key, entity->nparent_key, cells)) {
            lua_rawget(L, -2);
            lua_remove(L, -2);
        } else {
            lua_pop(L, 1);
            lua_pushnil(L);
        }
    }
}

/* ---- one row ---- */

static void load_row(lua_State *L, int owner, struct loader *loader,
                     const struct corm_value *cells)
{
    int first = lua_gettop(L) + 1;

    luaL_checkstack(L, loader->plan->nentities + 10, "too many entities in one row");
    for (uint16_t i = 0; i < loader->plan->nentities; i++) {
        const struct corm_load_entity *entity = &loader->plan->entities[i];
        bool is_first = false;
        load_entity(L, owner, loader, i, cells, &is_first);
        if (entity->link != CORM_LOAD_ROOT) {
            push_parent(L, owner, entity, cells, first);
            if (!lua_isnil(L, -1)) {
                link_child(L, loader, lua_gettop(L), entity->relationship, first + i);
            }
            lua_pop(L, 1);
        }
    }
}

/* Push a Row of the plan's values; the entities begin at index first. */
static void push_row(lua_State *L, int owner, const struct loader *loader,
                     const struct corm_value *cells, int first)
{
    const struct corm_load_plan *plan = loader->plan;
    struct corm_value *values = lcorm_scratch(L, plan->nvalues * sizeof *values);
    int nobjects = 0;
    int row;

    for (uint16_t i = 0; i < plan->nvalues; i++) {
        values[i] =
            plan->values[i].is_entity
                ? (struct corm_value){ .tag = CORM_TAG_FOREIGN, .as.i = ++nobjects }
                : cells[plan->values[i].at];
    }
    lua_getiuservalue(L, owner, LOADER_META);
    lcorm_row_new(L, loader->shape, lua_gettop(L), values, nobjects);
    row = lua_gettop(L);
    nobjects = 0;
    for (uint16_t i = 0; i < plan->nvalues; i++) {
        if (plan->values[i].is_entity) {
            lua_pushvalue(L, first + plan->values[i].at);
            lua_setiuservalue(L, row, ++nobjects);
        }
    }
}

static enum corm_io loader_next(lua_State *L, int owner, struct lcorm_rows *rows,
                                struct corm_error *err)
{
    struct loader *loader = lua_touserdata(L, owner);
    enum corm_io io = corm_execution_fetch(&rows->execution, err);
    int base = lua_gettop(L);

    if (io != CORM_IO_ROW) {
        return io;
    }
    load_row(L, owner, loader, rows->execution.cells);
    if (loader->shape != NULL) {
        push_row(L, owner, loader, rows->execution.cells, base + 1);
        lua_replace(L, base + 1);
    }
    lua_settop(L, base + 1);
    return CORM_IO_ROW;
}

static const struct lcorm_row_source scalar_source = { .next = loader_next,
                                                       .is_scalar = true };
static const struct lcorm_row_source row_source = { .next = loader_next };

/* ---- the run ---- */

/* KEYED parents by the identity key of some of their cells. */
static void parents_by_key(lua_State *L, int list, const uint16_t *attributes,
                           uint16_t nattributes)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    lua_createtable(L, 0, (int)n);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_value key[KEY_MAX];
        struct corm_instance *parent;
        lua_rawgeti(L, list, i);
        parent = lcorm_check_instance(L, -1);
        for (uint16_t k = 0; k < nattributes; k++) {
            key[k] = parent->cell[attributes[k]];
        }
        if (lcorm_push_identity_key(L, key, nattributes, 0)) {
            lua_insert(L, -2);
            lua_rawset(L, -3);
        } else {
            lua_pop(L, 1);
        }
    }
}

/* Each parent of the list gets an empty collection that this run fills. */
static void begin_collections(lua_State *L, const struct loader *loader, int list,
                              uint16_t at)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *parent;
        lua_rawgeti(L, list, i);
        parent = lcorm_check_instance(L, -1);
        if (parent->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
            lcorm_collection_begin_load(L, lua_gettop(L), parent, at, loader->run);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

/*
 * core.loader(plan, session core, [parents], [parent key attributes]) -> Loader
 * parents: a sequence for KEYED entities (with the positions of the attributes that
 * identify them), or of one object for SINGLE.
 */
static int loader_new(lua_State *L)
{
    const struct corm_load_plan *plan = lcorm_check(L, 1, &plan_class);
    struct corm_session *session = lcorm_check_session(L, 2);
    struct loader *loader;

    lua_settop(L, 4);
    loader = lcorm_object_new(L, &loader_class, sizeof *loader,
                              LOADER_FIRST_ENTITY + 2 * plan->nentities);
    loader->plan = plan;
    loader->session = session;
    loader->run = ++session->load_run;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 5, LOADER_PLAN);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 5, LOADER_SESSION);
    for (uint16_t i = 0; i < plan->nentities; i++) {
        lcorm_push_identity_table(L, 2, plan->entities[i].mapper);
        lua_setiuservalue(L, 5, LOADER_FIRST_ENTITY + 2 * i);
        lcorm_push_instance_metatable(L, plan->entities[i].mapper);
        lua_setiuservalue(L, 5, LOADER_FIRST_ENTITY + 2 * i + 1);
    }
    if (lua_istable(L, 3)) {
        begin_collections(L, loader, 3, plan->entities[0].relationship);
        if (lua_istable(L, 4)) {
            uint16_t attributes[KEY_MAX];
            uint16_t n = 0;
            for (; n < KEY_MAX && lua_rawgeti(L, 4, n + 1) == LUA_TNUMBER; n++) {
                attributes[n] = (uint16_t)(lua_tointeger(L, -1) - 1);
                lua_pop(L, 1);
            }
            lua_settop(L, 5);
            parents_by_key(L, 3, attributes, n);
        } else {
            lua_rawgeti(L, 3, 1);
        }
        lua_setiuservalue(L, 5, LOADER_PARENTS);
    }
    return 1;
}

/* core.end_load(parents, attribute): collections that a run filled are complete */
static int loader_end(lua_State *L)
{
    lua_Integer n;
    uint16_t at = (uint16_t)(luaL_checkinteger(L, 2) - 1);

    luaL_checktype(L, 1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *parent;
        lua_rawgeti(L, 1, i);
        parent = lcorm_check_instance(L, -1);
        luaL_argcheck(L, at < parent->mapper->attributes.count, 2, "no such attribute");
        if (corm_cell_collection(&parent->cell[at]) != NULL &&
            parent->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
            lcorm_instance_push_pin(L, -1, parent, at);
            lcorm_collection_end_load(L, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return 0;
}

/* core.load_into(result, loader, [names]): the result hands out what the loader makes */
static int loader_attach(lua_State *L)
{
    struct loader *loader = lcorm_check(L, 2, &loader_class);

    lcorm_check_rows(L, 1);
    lua_settop(L, 3);
    if (lua_isnil(L, 3)) {
        lcorm_result_set_source(L, 1, &scalar_source, 2, 0);
        return 0;
    }
    loader->shape = lcorm_shape_new(L, 3, loader->plan->nvalues, NULL);
    lcorm_push_row_metatable(L, lua_gettop(L), false);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, 2, LOADER_META);
    lcorm_result_set_source(L, 1, &row_source, 2, lua_gettop(L));
    return 0;
}

void lcorm_open_loader(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "end_load", loader_end },
        { "load_into", loader_attach },
        { "load_plan", plan_new },
        { "loader", loader_new },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}
