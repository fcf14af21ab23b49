/* SPDX-License-Identifier: MIT */
/* Plans for loading, read from the tables that Lua makes of them. */
#include "lua/load_plan.h"

#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/row.h"

enum { ARG = 1, PLAN = 2 }; /* stack indices while a plan is made */

const struct lcorm_class lcorm_load_plan_class = { .name = "corm.LoadPlan",
                                                   .size =
                                                       sizeof(struct corm_load_plan) };

/* Keep the value on top, which is popped, as long as the plan lives. */
static void plan_pin(lua_State *L)
{
    lua_getiuservalue(L, PLAN, LCORM_LOAD_PLAN_PINS);
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static void *plan_memory(lua_State *L, size_t size)
{
    void *memory = lua_newuserdatauv(L, size + 1, 0);

    __builtin_memset(memory, 0, size + 1);
    plan_pin(L);
    return memory;
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

static bool field_bool(lua_State *L, int table, const char *name)
{
    bool value;

    lua_getfield(L, table, name);
    value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* Position i of a sequence; from 1 in Lua, from 0 here. */
static uint16_t item_at(lua_State *L, int table, lua_Integer i)
{
    lua_Integer value;

    lua_rawgeti(L, table, i);
    value = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return (uint16_t)(value - 1);
}

/* The sequence of positions in field `name`. */
static const uint16_t *field_positions(lua_State *L, int table, const char *name,
                                       uint16_t *count)
{
    uint16_t *items;
    lua_Integer n;

    if (lua_getfield(L, table, name) == LUA_TNIL) {
        lua_pop(L, 1);
        *count = 0;
        return NULL;
    }
    n = (lua_Integer)lua_rawlen(L, -1);
    items = plan_memory(L, (size_t)n * sizeof *items);
    for (lua_Integer i = 0; i < n; i++) {
        items[i] = item_at(L, lua_gettop(L), i + 1);
    }
    lua_pop(L, 1);
    *count = (uint16_t)n;
    return items;
}

/* columns = {attribute, column, attribute, column, …} */
static void entity_columns(lua_State *L, int table, struct corm_load_entity *entity)
{
    struct corm_load_column *columns;
    lua_Integer n;

    lua_getfield(L, table, "columns");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1) / 2;
    columns = plan_memory(L, (size_t)n * sizeof *columns);
    for (lua_Integer i = 0; i < n; i++) {
        columns[i].attribute = item_at(L, lua_gettop(L), 2 * i + 1);
        columns[i].column = item_at(L, lua_gettop(L), 2 * i + 2);
    }
    lua_pop(L, 1);
    entity->columns = columns;
    entity->ncolumns = (uint16_t)n;
}

/* options = what each instance of entity number `at` carries for its later loads */
static void entity_options(lua_State *L, int table, struct corm_load_entity *entity,
                           lua_Integer at)
{
    if (lua_getfield(L, table, "options") == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    entity->has_options = true;
    lua_getiuservalue(L, PLAN, LCORM_LOAD_PLAN_OPTIONS);
    lua_insert(L, -2);
    lua_rawseti(L, -2, at);
    lua_pop(L, 1);
}

static void entity_from(lua_State *L, int table, struct corm_load_entity *entity)
{
    static const char *const links[] = { "root",   "joined",  "keyed",
                                         "single", "refresh", NULL };

    lua_getfield(L, table, "mapper");
    entity->mapper = lcorm_check_mapper(L, -1);
    plan_pin(L);
    lua_getfield(L, table, "link");
    entity->link = (uint8_t)luaL_checkoption(L, -1, "root", links);
    lua_pop(L, 1);
    entity_columns(L, table, entity);
    entity->key = field_positions(L, table, "key", &entity->nkey);
    entity->parent_key = field_positions(L, table, "parent_key", &entity->nparent_key);
    entity->parent = (uint16_t)(field_int(L, table, "parent", 1) - 1);
    entity->relationship = (uint16_t)(field_int(L, table, "relationship", 1) - 1);
    entity->is_collected = field_bool(L, table, "collect");
    luaL_argcheck(L, entity->nkey <= LCORM_LOAD_KEY_MAX, ARG, "too many key columns");
    luaL_argcheck(L, entity->nparent_key <= LCORM_LOAD_KEY_MAX, ARG,
                  "too many key columns");
}

/* True if rows repeat the parent of this entity, once for each member. */
static bool is_joined_collection(const struct corm_load_plan *plan,
                                 const struct corm_load_entity *entity)
{
    const struct corm_mapper *parent;

    if (entity->link != CORM_LOAD_JOINED) {
        return false;
    }
    parent = plan->entities[entity->parent].mapper;
    return parent->attributes.items[entity->relationship].kind ==
           CORM_ATTRIBUTE_COLLECTION;
}

static void plan_entities(lua_State *L, struct corm_load_plan *plan)
{
    lua_Integer n;

    lua_getfield(L, ARG, "entities");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1);
    plan->entities = plan_memory(L, (size_t)n * sizeof *plan->entities);
    plan->nentities = (uint16_t)n;
    for (lua_Integer i = 0; i < n; i++) {
        struct corm_load_entity *entity = &plan->entities[i];
        lua_rawgeti(L, -1, i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        entity_from(L, lua_gettop(L), entity);
        entity_options(L, lua_gettop(L), entity, i + 1);
        plan->has_joined_collections |= is_joined_collection(plan, entity);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* values = {entity position, or -column position, …} */
static void plan_values(lua_State *L, struct corm_load_plan *plan)
{
    lua_Integer n;

    lua_getfield(L, ARG, "values");
    luaL_checktype(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1);
    plan->values = plan_memory(L, (size_t)n * sizeof *plan->values);
    plan->nvalues = (uint16_t)n;
    for (lua_Integer i = 0; i < n; i++) {
        lua_Integer value;
        lua_rawgeti(L, -1, i + 1);
        value = luaL_checkinteger(L, -1);
        plan->values[i].is_entity = value > 0;
        plan->values[i].at = (uint16_t)(value > 0 ? value - 1 : -value - 1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/*
 * core.load_plan{entities={{mapper=, columns={attribute, column, …}, key={columns},
 * link=, parent=, relationship=, parent_key=, collect=, options=}, …},
 * values={entity or -column, …}, names={…}} -> LoadPlan
 */
static int plan_new(lua_State *L)
{
    struct corm_load_plan *plan;

    luaL_checktype(L, ARG, LUA_TTABLE);
    lua_settop(L, ARG);
    plan = lcorm_object_new(L, &lcorm_load_plan_class, sizeof *plan,
                            LCORM_LOAD_PLAN_USERVALUES);
    lua_newtable(L);
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_PINS);
    lua_newtable(L);
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_OPTIONS);
    plan_entities(L, plan);
    plan_values(L, plan);
    lua_getfield(L, ARG, "names");
    luaL_checktype(L, -1, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, -1) == plan->nvalues, ARG, "a name for each value");
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_NAMES);
    return 1;
}

/* ---- rows ---- */

static void push_shape(lua_State *L, int idx, struct corm_compiled *compiled)
{
    const struct corm_load_plan *plan = lua_touserdata(L, idx);
    struct lcorm_shape_source *sources =
        lcorm_scratch(L, (plan->nvalues + 1u) * sizeof *sources);

    for (uint16_t i = 0; i < plan->nvalues; i++) {
        const struct corm_load_value *value = &plan->values[i];
        sources[i] = (struct lcorm_shape_source){
            .column = value->is_entity ? -1 : (int32_t)value->at,
            .id = value->is_entity ? plan->entities[value->at].mapper->id : 0,
        };
    }
    lua_getiuservalue(L, idx, LCORM_LOAD_PLAN_NAMES);
    lcorm_shape_mixed(L, lua_gettop(L), plan->nvalues, compiled, sources);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

void lcorm_push_plan_metatable(lua_State *L, int idx, struct corm_compiled *compiled)
{
    if (lua_getiuservalue(L, idx, LCORM_LOAD_PLAN_META) == LUA_TTABLE) {
        return;
    }
    lua_pop(L, 1);
    push_shape(L, idx, compiled);
    lcorm_push_row_metatable(L, -1, false);
    lua_remove(L, -2);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, idx, LCORM_LOAD_PLAN_META);
}

void lcorm_open_load_plan(lua_State *L)
{
    lua_pushcfunction(L, plan_new);
    lua_setfield(L, -2, "load_plan");
}
