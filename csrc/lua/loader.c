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
#include "lua/load_plan.h"
#include "lua/load_related.h"
#include "lua/loader.h"
#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/result.h"
#include "lua/session.h"

enum {
    VALUES_ON_STACK = 16 /* rows with more values take scratch memory */
};

/* ---- one entity of one row ---- */

/* Refreshed bytes live in a block of their own, held by the instance's fields. */

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
        lua_rawgeti(L, -2, LCORM_FIELD_BLOCKS);
        lua_setiuservalue(L, -2, 1);
    }
    lua_rawseti(L, -2, LCORM_FIELD_BLOCKS);
    lua_pop(L, 1);
    return block;
}

static void refresh_instance(lua_State *L, const struct lcorm_loader *loader,
                             const struct corm_load_entity *entity,
                             struct corm_instance *instance,
                             const struct corm_value *cells)
{
    bool all = loader->populate_existing;
    char *block;

    if (!all && !corm_load_is_wanted(entity, instance)) {
        return;
    }
    block = refresh_block(L, lua_gettop(L), instance, corm_load_bytes(entity, cells));
    corm_load_refresh(entity, instance, block, cells, all);
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
static struct corm_instance *load_new(lua_State *L, int owner,
                                      const struct lcorm_loader *loader, uint16_t at,
                                      const struct corm_value *cells, int identity,
                                      int key_idx)
{
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    size_t bytes = corm_load_bytes(entity, cells);
    size_t header = corm_instance_size(entity->mapper, 0);
    struct corm_instance *instance = lua_newuserdatauv(L, header + bytes, 1);

    __builtin_memset(instance, 0, header);
    corm_instance_init(instance, entity->mapper);
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_METATABLE));
    lua_setmetatable(L, -2);
    instance->session = loader->session;
    instance->state = CORM_INSTANCE_PERSISTENT;
    instance->flags = CORM_INSTANCE_HAS_KEY;
    corm_load_fill(entity, instance, corm_instance_bytes(instance), cells);
    lua_pushvalue(L, key_idx);
    lua_pushvalue(L, -2);
    lua_rawset(L, identity);
    if (entity->has_options) {
        give_options(L, owner, at, instance);
    }
    return instance;
}

/* Push the identity key of some columns; false if one of them is NULL. */
static bool push_key(lua_State *L, const uint16_t *columns, uint16_t n,
                     const struct corm_value *cells)
{
    struct corm_value key[LCORM_LOAD_KEY_MAX];

    for (uint16_t i = 0; i < n; i++) {
        key[i] = cells[columns[i]];
    }
    return lcorm_push_identity_key(L, key, n, 0);
}

/* Push the entity's instance, or nil where an outer join found none. */
static struct corm_instance *load_entity(lua_State *L, int owner,
                                         struct lcorm_loader *loader, uint16_t at,
                                         const struct corm_value *cells, bool *is_first)
{
    const struct corm_load_entity *entity = &loader->plan->entities[at];
    struct corm_instance *instance;
    int base = lua_gettop(L);

    if (entity->link == CORM_LOAD_REFRESH) {
        lua_getiuservalue(L, owner, LCORM_LOADER_PARENTS);
        instance = lua_touserdata(L, -1);
        refresh_instance(L, loader, entity, instance, cells);
        return instance;
    }
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(at, LCORM_LOADER_ENTITY_IDENTITY));
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
    if (*is_first && entity->is_collected) {
        collect(L, owner, at);
    }
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
    return instance;
}

/* ---- relationships that the row fills ---- */

static void link_scalar(lua_State *L, int parent_idx, struct corm_instance *parent,
                        uint16_t at, int child_idx)
{
    if (parent->cell[at].tag == CORM_TAG_UNSET) {
        lcorm_load_object(L, parent_idx, parent, at, child_idx);
    }
}

/* A parent seen for the first time in this run gets an empty collection to fill. */
static void link_collection(lua_State *L, const struct lcorm_loader *loader,
                            int parent_idx, struct corm_instance *parent, uint16_t at,
                            int child_idx)
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

static void link_child(lua_State *L, const struct lcorm_loader *loader, int parent_idx,
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
        lua_getiuservalue(L, owner, LCORM_LOADER_PARENTS);
        return;
    default:
        lua_getiuservalue(L, owner, LCORM_LOADER_PARENTS);
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

static bool has_parent(const struct corm_load_entity *entity)
{
    return entity->link != CORM_LOAD_ROOT && entity->link != CORM_LOAD_REFRESH;
}

static void load_row(lua_State *L, int owner, struct lcorm_loader *loader,
                     const struct corm_value *cells)
{
    int first = lua_gettop(L) + 1;

    luaL_checkstack(L, loader->plan->nentities + 10, "too many entities in one row");
    for (uint16_t i = 0; i < loader->plan->nentities; i++) {
        const struct corm_load_entity *entity = &loader->plan->entities[i];
        bool is_first = false;
        load_entity(L, owner, loader, i, cells, &is_first);
        if (has_parent(entity)) {
            push_parent(L, owner, entity, cells, first);
            if (!lua_isnil(L, -1)) {
                link_child(L, loader, lua_gettop(L), entity->relationship, first + i);
            }
            lua_pop(L, 1);
        }
    }
}

void lcorm_loader_push_object(lua_State *L, int owner, const struct corm_value *cells)
{
    int base = lua_gettop(L);

    load_row(L, owner, lua_touserdata(L, owner), cells);
    lua_settop(L, base + 1);
}

/* Cells of a row of the plan; what is no column is a Lua value, counted. */
static int fill_row(const struct corm_load_row *row, const struct corm_value *cells,
                    struct corm_value *values)
{
    int nobjects = 0;

    for (uint16_t i = 0; i < row->nvalues; i++) {
        values[i] =
            row->values[i].kind == CORM_LOAD_COLUMN
                ? cells[row->values[i].at]
                : (struct corm_value){ .tag = CORM_TAG_FOREIGN, .as.i = ++nobjects };
    }
    return nobjects;
}

static void push_row(lua_State *L, int owner, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int first, uint16_t at);

/* Give the row on top its Lua values. */
static void set_objects(lua_State *L, int owner, const struct lcorm_loader *loader,
                        const struct corm_value *cells, int first,
                        const struct corm_load_row *row)
{
    int top = lua_gettop(L);
    int nobjects = 0;

    for (uint16_t i = 0; i < row->nvalues; i++) {
        const struct corm_load_value *value = &row->values[i];
        if (value->kind == CORM_LOAD_COLUMN) {
            continue;
        }
        if (value->kind == CORM_LOAD_ENTITY) {
            lua_pushvalue(L, first + value->at);
        } else {
            push_row(L, owner, loader, cells, first, value->at);
        }
        lua_setiuservalue(L, top, ++nobjects);
    }
}

/* Push row `at` of the plan; the entities begin at index first. */
static void push_row(lua_State *L, int owner, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int first, uint16_t at)
{
    const struct corm_load_row *row = &loader->plan->rows[at];
    struct corm_value few[VALUES_ON_STACK];
    struct corm_value *values = few;
    const struct lcorm_shape *shape;
    int base = lua_gettop(L);

    luaL_checkstack(L, 10, "row");
    lua_getiuservalue(L, owner, LCORM_LOADER_META);
    lua_rawgeti(L, -1, at + 1);
    lua_rawgetp(L, -1, &lcorm_shape_class);
    shape = lua_touserdata(L, -1);
    if (row->nvalues > VALUES_ON_STACK) {
        values = lcorm_scratch(L, row->nvalues * sizeof *values);
    }
    lcorm_row_new(L, shape, base + 2, values, fill_row(row, cells, values));
    set_objects(L, owner, loader, cells, first, row);
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
}

static enum corm_io loader_next(lua_State *L, int owner, struct lcorm_rows *rows,
                                struct corm_error *err)
{
    struct lcorm_loader *loader = lua_touserdata(L, owner);
    const struct corm_load_value *value;
    enum corm_io io = corm_execution_fetch(&rows->execution, err);
    int base = lua_gettop(L);

    if (io != CORM_IO_ROW) {
        return io;
    }
    load_row(L, owner, loader, rows->execution.cells);
    value = loader->plan->rows->values;
    if (loader->plan->is_scalar && value->kind == CORM_LOAD_ENTITY) {
        lua_pushvalue(L, base + 1 + value->at);
    } else {
        push_row(L, owner, loader, rows->execution.cells, base + 1,
                 loader->plan->is_scalar ? value->at : 0);
    }
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return CORM_IO_ROW;
}

static const struct lcorm_row_source scalar_source = { .next = loader_next,
                                                       .is_scalar = true };
static const struct lcorm_row_source row_source = { .next = loader_next };

/* ---- many objects of one class ---- */

/* Stack indices relative to what was there before: what each row needs, at hand. */
enum { FILL_IDENTITY = 1, FILL_METATABLE, FILL_KEY, FILL_OBJECT };

/* Push the new object of a row; it is in the identity map. */
static void fill_new(lua_State *L, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int base)
{
    const struct corm_load_entity *entity = loader->plan->entities;
    size_t header = corm_instance_size(entity->mapper, 0);
    size_t bytes = corm_load_bytes(entity, cells);
    struct corm_instance *instance = lua_newuserdatauv(L, header + bytes, 1);

    __builtin_memset(instance, 0, header);
    corm_instance_init(instance, entity->mapper);
    lua_pushvalue(L, base + FILL_METATABLE);
    lua_setmetatable(L, -2);
    instance->session = loader->session;
    instance->state = CORM_INSTANCE_PERSISTENT;
    instance->flags = CORM_INSTANCE_HAS_KEY;
    instance->load_run = loader->run;
    corm_load_fill(entity, instance, corm_instance_bytes(instance), cells);
    lua_pushvalue(L, base + FILL_KEY);
    lua_pushvalue(L, base + FILL_OBJECT);
    lua_rawset(L, base + FILL_IDENTITY);
}

/* Put the object of a row into the list. */
static void fill_one(lua_State *L, const struct lcorm_loader *loader,
                     const struct corm_value *cells, int base, int list, lua_Integer at)
{
    const struct corm_load_entity *entity = loader->plan->entities;

    if (!push_key(L, entity->key, entity->nkey, cells)) {
        lcorm_push_null(L);
        lua_rawseti(L, list, at);
        return;
    }
    lua_pushvalue(L, base + FILL_KEY);
    if (lua_rawget(L, base + FILL_IDENTITY) == LUA_TNIL) {
        lua_pop(L, 1);
        fill_new(L, loader, cells, base);
    } else {
        struct corm_instance *instance = lua_touserdata(L, -1);
        if (instance->load_run != loader->run) {
            refresh_instance(L, loader, entity, instance, cells);
            instance->load_run = loader->run;
        }
    }
    lua_rawseti(L, list, at);
    lua_pop(L, 1);
}

static enum corm_io loader_fill(lua_State *L, int owner, struct lcorm_rows *rows,
                                int list, lua_Integer *n, lua_Integer max,
                                struct corm_error *err)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    int base = lua_gettop(L);
    enum corm_io io = CORM_IO_ROW;

    luaL_checkstack(L, 12, "objects");
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(0, LCORM_LOADER_ENTITY_IDENTITY));
    lua_getiuservalue(L, owner,
                      lcorm_loader_uservalue(0, LCORM_LOADER_ENTITY_METATABLE));
    while (*n < max) {
        io = corm_execution_fetch(&rows->execution, err);
        if (io != CORM_IO_ROW) {
            break;
        }
        fill_one(L, loader, rows->execution.cells, base, list, ++*n);
    }
    lua_settop(L, base);
    return io;
}

static const struct lcorm_row_source object_source = { .next = loader_next,
                                                       .is_scalar = true,
                                                       .fill = loader_fill };

/* The source for a plan; objects of one class that carry nothing else go the short way. */
static const struct lcorm_row_source *source_for(const struct corm_load_plan *plan)
{
    const struct corm_load_entity *entity = plan->entities;
    bool is_plain = plan->nentities == 1 && entity->link == CORM_LOAD_ROOT &&
                    !entity->is_collected && !entity->has_options;

    if (!plan->is_scalar) {
        return &row_source;
    }
    return is_plain && plan->rows->values->kind == CORM_LOAD_ENTITY ? &object_source
                                                                    : &scalar_source;
}

/* ---- the run ---- */

/* KEYED parents by the identity key of some of their cells. */
static void push_parents_by_key(lua_State *L, int list, const uint16_t *attributes,
                                uint16_t nattributes)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    lua_createtable(L, 0, (int)n);
    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_value key[LCORM_LOAD_KEY_MAX];
        const struct corm_instance *parent;
        lua_rawgeti(L, list, i);
        parent = lcorm_check_instance(L, -1);
        for (uint16_t k = 0; k < nattributes; k++) {
            luaL_argcheck(L, attributes[k] < parent->ncells, 4, "no such attribute");
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
static void begin_collections(lua_State *L, const struct lcorm_loader *loader, int list,
                              uint16_t at)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    for (lua_Integer i = 1; i <= n; i++) {
        struct corm_instance *parent;
        lua_rawgeti(L, list, i);
        parent = lcorm_check_instance(L, -1);
        luaL_argcheck(L, at < parent->ncells, 3, "no such attribute");
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

    for (; n < LCORM_LOAD_KEY_MAX && lua_rawgeti(L, idx, n + 1) == LUA_TNUMBER; n++) {
        positions[n] = (uint16_t)(lua_tointeger(L, -1) - 1);
        lua_pop(L, 1);
    }
    lua_pop(L, n < LCORM_LOAD_KEY_MAX ? 1 : 0);
    return n;
}

/* Let the loader at index 6 fill a relationship of the parents at index 4. */
static void set_parents(lua_State *L, const struct lcorm_loader *loader)
{
    uint16_t positions[LCORM_LOAD_KEY_MAX];

    if (has_parent(&loader->plan->entities[0])) {
        begin_collections(L, loader, 4, loader->plan->entities[0].relationship);
    }
    if (lua_istable(L, 5)) {
        uint16_t n = read_positions(L, 5, positions);
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
 * core.loader(plan, session core, populate_existing, [parents], [parent key attributes])
 *     -> Loader
 * parents: a sequence for a first entity that is KEYED (with the positions of the
 * attributes that identify them), or of one object if it is SINGLE or REFRESH.
 */
static int loader_new(lua_State *L)
{
    const struct corm_load_plan *plan = lcorm_check(L, 1, &lcorm_load_plan_class);
    struct corm_session *session = lcorm_check_session(L, 2);
    struct lcorm_loader *loader;

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
    if (lua_istable(L, 4)) {
        set_parents(L, loader);
    }
    return 1;
}

/* core.load_into(result, loader): the result hands out what the loader makes */
static int loader_attach(lua_State *L)
{
    struct lcorm_rows *rows = lcorm_check_rows(L, 1);
    const struct lcorm_loader *loader = lcorm_check(L, 2, &lcorm_loader_class);

    lua_settop(L, 2);
    lua_getiuservalue(L, 2, LCORM_LOADER_PLAN);
    lcorm_push_plan_metatables(L, 3, rows->execution.compiled);
    lua_pushvalue(L, 4);
    lua_setiuservalue(L, 2, LCORM_LOADER_META);
    lua_rawgeti(L, 4, 1);
    lcorm_result_set_source(L, 1, source_for(loader->plan), 2, 5);
    return 0;
}

/* loader:collected(entity position) -> sequence of its instances, each once */
static int loader_collected(lua_State *L)
{
    const struct lcorm_loader *loader = lcorm_check(L, 1, &lcorm_loader_class);
    lua_Integer at = luaL_checkinteger(L, 2);

    luaL_argcheck(L, at >= 1 && at <= loader->plan->nentities, 2, "no such entity");
    lua_getiuservalue(
        L, 1, lcorm_loader_uservalue((uint16_t)(at - 1), LCORM_LOADER_ENTITY_LIST));
    return 1;
}

static const luaL_Reg loader_methods[] = {
    { "collected", loader_collected },
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
