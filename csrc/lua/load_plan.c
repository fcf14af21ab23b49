/* SPDX-License-Identifier: MIT */
/* Plans for loading, read from the tables that Lua makes of them. */
#include "lua/load_plan.h"
#include "lua/node.h"

#include "lua/mapper.h"
#include "lua/open.h"
#include "lua/row.h"
#include "lua/session.h"

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
    value = lua_isnil(L, -1) ? none : lcorm_check_integer(L, -1);
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
    value = lcorm_check_integer(L, -1);
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
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
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
    lua_getfield(L, table, "entity");
    entity->fp = lua_isnil(L, -1) ? 0 : lcorm_check_node(L, -1)->fp;
    lua_pop(L, 1);
    lua_getfield(L, table, "link");
    entity->link = (uint8_t)lcorm_check_word(L, -1, "root", links);
    lua_pop(L, 1);
    entity_columns(L, table, entity);
    entity->key = field_positions(L, table, "key", &entity->nkey);
    entity->parent_key = field_positions(L, table, "parent_key", &entity->nparent_key);
    entity->parent = (uint16_t)(field_int(L, table, "parent", 1) - 1);
    entity->relationship = (uint16_t)(field_int(L, table, "relationship", 1) - 1);
    entity->is_collected = field_bool(L, table, "collect");
    lcorm_arg_check(L, entity->nkey <= LCORM_KEY_MAX, ARG, "too many key columns");
    lcorm_arg_check(L, entity->nparent_key <= LCORM_KEY_MAX, ARG,
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
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    n = (lua_Integer)lua_rawlen(L, -1);
    plan->entities = plan_memory(L, (size_t)n * sizeof *plan->entities);
    plan->nentities = (uint16_t)n;
    for (lua_Integer i = 0; i < n; i++) {
        struct corm_load_entity *entity = &plan->entities[i];
        lua_rawgeti(L, -1, i + 1);
        lcorm_check_lua_type(L, -1, LUA_TTABLE);
        entity_from(L, lua_gettop(L), entity);
        entity_options(L, lua_gettop(L), entity, i + 1);
        plan->has_joined_collections |= is_joined_collection(plan, entity);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* entity position, -column position, or {row position} on top */
static struct corm_load_value value_from(lua_State *L,
                                         const struct corm_load_plan *plan)
{
    lua_Integer at;

    if (lua_istable(L, -1)) {
        at = item_at(L, lua_gettop(L), 1);
        lcorm_arg_check(L, at < plan->nrows, ARG, "no such row");
        return (struct corm_load_value){ .kind = CORM_LOAD_ROW, .at = (uint16_t)at };
    }
    at = lcorm_check_integer(L, -1);
    if (at < 0) {
        return (struct corm_load_value){ .kind = CORM_LOAD_COLUMN,
                                         .at = (uint16_t)(-at - 1) };
    }
    lcorm_arg_check(L, at >= 1 && at <= plan->nentities, ARG, "no such entity");
    return (struct corm_load_value){ .kind = CORM_LOAD_ENTITY,
                                     .at = (uint16_t)(at - 1) };
}

/* {values = {…}, names = {…}} on top becomes row i of the plan. */
static void row_from(lua_State *L, struct corm_load_plan *plan, uint16_t i)
{
    struct corm_load_row *row = &plan->rows[i];
    int top = lua_gettop(L);

    lcorm_check_lua_type(L, top, LUA_TTABLE);
    lua_getfield(L, top, "values");
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    row->nvalues = (uint16_t)lua_rawlen(L, -1);
    row->values = plan_memory(L, row->nvalues * sizeof *row->values);
    for (uint16_t k = 0; k < row->nvalues; k++) {
        lua_rawgeti(L, -1, k + 1);
        row->values[k] = value_from(L, plan);
        lua_pop(L, 1);
    }
    lua_getiuservalue(L, PLAN, LCORM_LOAD_PLAN_NAMES);
    lua_getfield(L, top, "names");
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    lcorm_arg_check(L, lua_rawlen(L, -1) == row->nvalues, ARG, "a name for each value");
    lua_rawseti(L, -2, i + 1);
    lua_settop(L, top);
}

static void plan_rows(lua_State *L, struct corm_load_plan *plan)
{
    lua_getfield(L, ARG, "rows");
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    plan->nrows = (uint16_t)lua_rawlen(L, -1);
    lcorm_arg_check(L, plan->nrows > 0, ARG, "no row");
    plan->rows = plan_memory(L, plan->nrows * sizeof *plan->rows);
    for (uint16_t i = 0; i < plan->nrows; i++) {
        lua_rawgeti(L, -1, i + 1);
        row_from(L, plan, i);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    plan->is_scalar = field_bool(L, ARG, "scalar");
    lcorm_arg_check(L, !plan->is_scalar || plan->rows->nvalues == 1, ARG, "one value");
}

/*
 * core.load_plan{entities={{mapper=, entity=, columns={attribute, column, …}, key={columns},
 * link=, parent=, relationship=, parent_key=, collect=, options=}, …},
 * rows={{values={entity, -column or {row}, …}, names={…}}, …}, scalar=} -> LoadPlan
 * The first row is what the caller sees, the others stand in rows. scalar: the only value is
 * handed out bare.
 */
static int plan_new(lua_State *L)
{
    struct corm_load_plan *plan;

    lcorm_check_lua_type(L, ARG, LUA_TTABLE);
    lua_settop(L, ARG);
    plan = lcorm_object_new(L, &lcorm_load_plan_class, sizeof *plan,
                            LCORM_LOAD_PLAN_USERVALUES);
    lua_newtable(L);
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_PINS);
    lua_newtable(L);
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_OPTIONS);
    lua_newtable(L);
    lua_setiuservalue(L, PLAN, LCORM_LOAD_PLAN_NAMES);
    plan_entities(L, plan);
    plan_rows(L, plan);
    return 1;
}

/* ---- rows ---- */

static struct lcorm_shape_source source_of(const struct corm_load_plan *plan,
                                           const struct corm_load_value *value)
{
    bool is_entity = value->kind == CORM_LOAD_ENTITY;

    return (struct lcorm_shape_source){
        .column = value->kind == CORM_LOAD_COLUMN ? (int32_t)value->at : -1,
        .id = is_entity ? plan->entities[value->at].mapper->id : 0,
        .fp = is_entity ? plan->entities[value->at].fp : 0,
    };
}

/* Push the metatable of row i; the names of all rows are at index names. */
static void push_metatable(lua_State *L, const struct corm_load_plan *plan, uint16_t i,
                           int names, struct corm_compiled *compiled)
{
    const struct corm_load_row *row = &plan->rows[i];
    int base = lua_gettop(L);
    struct lcorm_shape_source *sources =
        lcorm_scratch(L, (row->nvalues + 1u) * sizeof *sources);

    for (uint16_t k = 0; k < row->nvalues; k++) {
        sources[k] = source_of(plan, &row->values[k]);
    }
    lua_rawgeti(L, names, i + 1);
    lcorm_shape_mixed(L, base + 2, row->nvalues, compiled, sources);
    lcorm_push_row_metatable(L, -1, false);
    lua_replace(L, base + 1);
    lua_settop(L, base + 1);
}

void lcorm_push_plan_metatables(lua_State *L, int idx, struct corm_compiled *compiled)
{
    const struct corm_load_plan *plan = lua_touserdata(L, idx);
    int base = lua_gettop(L);

    if (lua_getiuservalue(L, idx, LCORM_LOAD_PLAN_META) == LUA_TTABLE) {
        return;
    }
    lua_settop(L, base);
    luaL_checkstack(L, 12, "row metatables");
    lua_createtable(L, plan->nrows, 0);
    lua_getiuservalue(L, idx, LCORM_LOAD_PLAN_NAMES);
    for (uint16_t i = 0; i < plan->nrows; i++) {
        push_metatable(L, plan, i, base + 2, compiled);
        lua_rawseti(L, base + 1, i + 1);
    }
    lua_settop(L, base + 1);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, idx, LCORM_LOAD_PLAN_META);
}

void lcorm_open_load_plan(lua_State *L)
{
    lua_pushcfunction(L, plan_new);
    lua_setfield(L, -2, "load_plan");
}
