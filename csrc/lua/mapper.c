/* SPDX-License-Identifier: MIT */
/* Building mappers from Lua declarations. */
#include "lua/mapper.h"

#include "base/counter.h"
#include "lua/attribute.h"
#include "lua/instance.h"
#include "lua/instance_access.h"
#include "lua/instance_construct.h"
#include "lua/node.h"
#include "lua/open.h"

static const char mappers_key; /* registry: mappers by address, as long as they live */

struct corm_mapper *lcorm_check_mapper(lua_State *L, int idx)
{
    return lcorm_check_box(L, idx, &lcorm_mapper_class);
}

static void push_mappers(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &mappers_key) != LUA_TNIL) {
        return;
    }
    lua_pop(L, 1);
    lcorm_push_weak_table(L, "v");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &mappers_key);
}

void lcorm_push_mapper(lua_State *L, const struct corm_mapper *mapper)
{
    push_mappers(L);
    lua_rawgetp(L, -1, mapper);
    lua_remove(L, -2);
}

void lcorm_push_instance_metatable(lua_State *L, const struct corm_mapper *mapper)
{
    lcorm_push_mapper(L, mapper);
    lua_getiuservalue(L, -1, LCORM_MAPPER_METATABLE);
    lua_remove(L, -2);
}

/* Keep the value at idx as long as the mapper at index 1 lives. */
static void mapper_pin(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    lua_getiuservalue(L, 1, LCORM_MAPPER_PINS);
    lua_pushvalue(L, idx);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

/*
 * core.mapper{name=, class=, members=, getters=, setters=, inherits=} -> Mapper
 * The tables of members, getters and setters may still grow.
 */
static int mapper_new(lua_State *L)
{
    static const char *const known[] = { "name",    "class",    "members", "getters",
                                         "setters", "inherits", NULL };
    struct lcorm_box *box;
    struct corm_mapper *mapper;
    struct corm_error err;

    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lcorm_check_options(L, 1, known);
    lua_settop(L, 1);
    box = lcorm_box_new(L, &lcorm_mapper_class, LCORM_MAPPER_USERVALUES);
    lua_insert(L, 1); /* 1 the box, 2 the options */
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_MAPPER_PINS);
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_MAPPER_COLLECTIONS);
    lua_getfield(L, 2, "name");
    mapper_pin(L, -1);
    mapper = corm_mapper_new(lcorm_check_string(L, -1, NULL));
    if (mapper == NULL) {
        corm_fail_memory(&err);
        return lcorm_throw(L, &err);
    }
    box->obj = mapper;
    lua_getfield(L, 2, "class");
    lua_setiuservalue(L, 1, LCORM_MAPPER_CLASS);
    if (lua_getfield(L, 2, "inherits") != LUA_TNIL) {
        mapper->inherits = lcorm_check_mapper(L, -1);
        mapper->base = mapper->inherits->base;
        mapper_pin(L, -1);
    }
    lua_settop(L, 2);
    lua_getfield(L, 2, "members");
    lua_getfield(L, 2, "getters");
    lua_getfield(L, 2, "setters");
    lcorm_instance_metatable(L, 1, 3, 4, 5);
    lua_setiuservalue(L, 1, LCORM_MAPPER_METATABLE);
    push_mappers(L);
    lua_pushvalue(L, 1);
    lua_rawsetp(L, -2, mapper);
    lua_settop(L, 1);
    return 1;
}

/* ---- attributes ---- */

static const struct {
    const char *option;
    uint16_t flag;
} attribute_flags[] = {
    { "primary_key", CORM_ATTRIBUTE_PRIMARY_KEY },
    { "listened", CORM_ATTRIBUTE_LISTENED },
    { "listened_init", CORM_ATTRIBUTE_LISTENED_INIT },
    { "active_history", CORM_ATTRIBUTE_ACTIVE_HISTORY },
    { "deferred", CORM_ATTRIBUTE_DEFERRED },
    { "read_only", CORM_ATTRIBUTE_READ_ONLY },
    { "server_default", CORM_ATTRIBUTE_SERVER_DEFAULT },
    { "server_onupdate", CORM_ATTRIBUTE_SERVER_ONUPDATE },
    { "default", CORM_ATTRIBUTE_DEFAULT },
    { "evaluates_null", CORM_ATTRIBUTE_EVALUATES_NULL },
    { "onupdate", CORM_ATTRIBUTE_ONUPDATE },
    { "lua_value", CORM_ATTRIBUTE_LUA_VALUE },
};

static uint16_t flags_from(lua_State *L, int options)
{
    uint16_t flags = 0;

    for (size_t i = 0; i < CORM_LENGTH(attribute_flags); i++) {
        lua_getfield(L, options, attribute_flags[i].option);
        if (lua_toboolean(L, -1)) {
            flags |= attribute_flags[i].flag;
        }
        lua_pop(L, 1);
    }
    return flags;
}

static uint8_t kind_from(lua_State *L, int options)
{
    static const char *const names[] = { "column", "object", "collection", NULL };
    int kind;

    lua_getfield(L, options, "kind");
    kind = lcorm_check_word(L, -1, NULL, names) + CORM_ATTRIBUTE_COLUMN;
    lua_pop(L, 1);
    return (uint8_t)kind;
}

/* Column and type of a column attribute: a Column node, or any expression's type. */
static void column_from(lua_State *L, int options, struct corm_attribute *attribute)
{
    const struct corm_node *node;

    lua_getfield(L, options, "column");
    if (!lua_isnil(L, -1)) {
        node = lcorm_check_node(L, -1);
        attribute->type = node->type;
        if (node->kind == CORM_NODE_COLUMN) {
            attribute->column = corm_node_column(node);
        }
        mapper_pin(L, -1);
    }
    lua_pop(L, 1);
}

/* mapper:add_attribute(key, {kind=, column=, primary_key=, …}) -> position from 1 */
static int mapper_add_attribute(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    struct corm_attribute attribute = { 0 };
    struct corm_error err;
    uint16_t index;

    attribute.key = lcorm_check_string(L, 2, &attribute.key_len);
    lcorm_check_lua_type(L, 3, LUA_TTABLE);
    attribute.kind = kind_from(L, 3);
    attribute.flags = flags_from(L, 3);
    attribute.type = &corm_type_null;
    mapper_pin(L, 2);
    column_from(L, 3, &attribute);
    if (corm_mapper_add_attribute(mapper, &attribute, &index, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_pushinteger(L, index + 1);
    return 1;
}

static struct corm_attribute *check_attribute(lua_State *L, struct corm_mapper *mapper,
                                              int arg)
{
    lua_Integer position = lcorm_check_integer(L, arg);

    lcorm_arg_check(L, position >= 1 && (size_t)position <= mapper->attributes.count,
                    arg, "no such attribute");
    return &mapper->attributes.items[position - 1];
}

/* mapper:set_flag(position, name, boolean) */
static int mapper_set_flag(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    struct corm_attribute *attribute = check_attribute(L, mapper, 2);
    const char *name = lcorm_check_string(L, 3, NULL);

    for (size_t i = 0; i < CORM_LENGTH(attribute_flags); i++) {
        if (__builtin_strcmp(attribute_flags[i].option, name) == 0) {
            attribute->flags &= (uint16_t)~attribute_flags[i].flag;
            attribute->flags |= lua_toboolean(L, 4) ? attribute_flags[i].flag : 0;
            return 0;
        }
    }
    return lcorm_fail_arg(L, 3, "no such flag");
}

/* mapper:is_listened(position): here, or on the other side of the relationship */
static int mapper_is_listened(lua_State *L)
{
    struct corm_attribute *attribute = check_attribute(L, lcorm_check_mapper(L, 1), 2);

    lua_pushboolean(L, lcorm_attribute_is_listened(attribute));
    return 1;
}

/* mapper:set_kind(position, "object"|"collection"): of a relationship, before any object */
static int mapper_set_kind(lua_State *L)
{
    static const char *const names[] = { "object", "collection", NULL };
    struct corm_attribute *attribute = check_attribute(L, lcorm_check_mapper(L, 1), 2);

    lcorm_arg_check(L, attribute->kind != CORM_ATTRIBUTE_COLUMN, 2,
                    "relationship expected");
    attribute->kind =
        (uint8_t)(lcorm_check_word(L, 3, NULL, names) + CORM_ATTRIBUTE_OBJECT);
    return 0;
}

/* core.mapper_of(object) -> Mapper, or nil for what is no mapped object */
static int mapper_of(lua_State *L)
{
    const struct corm_instance *instance = lcorm_test_instance(L, 1);

    if (instance == NULL) {
        return 0;
    }
    lcorm_push_mapper(L, instance->mapper);
    return 1;
}

/* mapper:listen(what, boolean): "persist", "load", "no_batch", … as in enum corm_mapper_flag */
static int mapper_listen(lua_State *L)
{
    static const char *const names[] = {
        "persist",         "load",          "no_batch",
        "confirm_deleted", "version_lua",   "version_none",
        "lazy_defaults",   "eager_updates", NULL
    };
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    uint32_t flag = 1u << lcorm_check_word(L, 2, NULL, names);

    mapper->flags = lua_toboolean(L, 3) ? mapper->flags | flag : mapper->flags & ~flag;
    return 0;
}

/* mapper:set_special("version"|"polymorphic", position) */
static int mapper_set_special(lua_State *L)
{
    static const char *const names[] = { "version", "polymorphic", NULL };
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    struct corm_attribute *attribute = check_attribute(L, mapper, 3);

    if (lcorm_check_word(L, 2, NULL, names) == 0) {
        mapper->version_attribute = (int16_t)attribute->index;
    } else {
        mapper->polymorphic_attribute = (int16_t)attribute->index;
    }
    return 0;
}

/* mapper:set_identity(value): polymorphic identity of the class */
static int mapper_set_identity(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);

    mapper->polymorphic_identity = lcorm_to_value(L, 2);
    mapper_pin(L, 2);
    return 0;
}

/* ---- tables ---- */

/* mapper:add_table(table, {attribute position or false, by column}) */
static int mapper_add_table(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    const struct corm_node *node = lcorm_check_node(L, 2);
    const struct corm_table *table;
    int32_t *attributes;
    struct corm_error err;

    lcorm_arg_check(L, node->kind == CORM_NODE_TABLE, 2, "Table expected");
    lcorm_check_lua_type(L, 3, LUA_TTABLE);
    table = corm_node_table(node);
    attributes = lcorm_scratch(L, (table->columns.count + 1) * sizeof *attributes);
    for (size_t i = 0; i < table->columns.count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        attributes[i] = lua_isinteger(L, -1) ? (int32_t)lua_tointeger(L, -1) - 1 : -1;
        lua_pop(L, 1);
    }
    mapper_pin(L, 2);
    if (corm_mapper_add_table(mapper, table, attributes, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* mapper:seal(): no more attributes for now */
static int mapper_seal(lua_State *L)
{
    struct corm_error err;

    if (corm_mapper_seal(lcorm_check_mapper(L, 1), &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* ---- relationships ---- */

static uint8_t cascade_from(lua_State *L, int options)
{
    static const struct {
        const char *name;
        uint8_t bit;
    } cascades[] = {
        { "save-update", CORM_CASCADE_SAVE_UPDATE },
        { "merge", CORM_CASCADE_MERGE },
        { "refresh-expire", CORM_CASCADE_REFRESH_EXPIRE },
        { "expunge", CORM_CASCADE_EXPUNGE },
        { "delete", CORM_CASCADE_DELETE },
        { "delete-orphan", CORM_CASCADE_DELETE_ORPHAN },
    };
    uint8_t bits = 0;

    lua_getfield(L, options, "cascade");
    for (size_t i = 0; i < CORM_LENGTH(cascades); i++) {
        lua_getfield(L, -1, cascades[i].name);
        bits |= lua_toboolean(L, -1) ? cascades[i].bit : 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return bits;
}

static bool option_is(lua_State *L, int options, const char *name)
{
    bool is_set;

    lua_getfield(L, options, name);
    is_set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is_set;
}

/* {source position, dest position or 0, secondary column or nil} on top */
static struct corm_sync_pair pair_from(lua_State *L)
{
    struct corm_sync_pair pair = { 0 };
    int at = lua_gettop(L);

    lua_rawgeti(L, at, 1);
    pair.source = (uint16_t)(lcorm_check_integer(L, -1) - 1);
    if (lua_rawgeti(L, at, 2) == LUA_TNUMBER) {
        pair.dest = (uint16_t)(lua_tointeger(L, -1) - 1);
    }
    if (lua_rawgeti(L, at, 3) != LUA_TNIL) {
        pair.secondary = corm_node_column(lcorm_check_node(L, -1));
    }
    lua_settop(L, at);
    return pair;
}

static void pairs_from(lua_State *L, int options, const char *name,
                       struct corm_relationship *relationship, bool is_target)
{
    bool ok = true;

    lua_getfield(L, options, name);
    for (lua_Integer i = 1; lua_istable(L, -1) && lua_rawgeti(L, -1, i) != LUA_TNIL;
         i++) {
        struct corm_sync_pair pair = pair_from(L);
        ok = ok && (is_target ? corm_vec_push(&relationship->target_pairs, pair)
                              : corm_vec_push(&relationship->pairs, pair));
        lua_pop(L, 1);
    }
    lua_pop(L, lua_istable(L, -1) ? 1 : 2);
    if (!ok) {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
}

static void relationship_options(lua_State *L, int options,
                                 struct corm_relationship *relationship)
{
    static const char *const directions[] = { "one_to_many", "many_to_one",
                                              "many_to_many", NULL };

    lua_getfield(L, options, "direction");
    relationship->direction =
        (uint8_t)(lcorm_check_word(L, -1, NULL, directions) + CORM_ONE_TO_MANY);
    lua_pop(L, 1);
    relationship->cascade = cascade_from(L, options);
    relationship->uselist = option_is(L, options, "uselist");
    relationship->viewonly = option_is(L, options, "viewonly");
    relationship->passive_deletes = option_is(L, options, "passive_deletes");
    relationship->passive_deletes_all = option_is(L, options, "passive_deletes_all");
    relationship->active_updates = option_is(L, options, "active_updates");
    relationship->post_update = option_is(L, options, "post_update");
    relationship->single_parent = option_is(L, options, "single_parent");
}

/* A delete-orphan relationship takes one of its target's parent bits. */
static void take_orphan_bit(lua_State *L, struct corm_relationship *relationship)
{
    struct corm_mapper *target = relationship->target;

    if (!(relationship->cascade & CORM_CASCADE_DELETE_ORPHAN)) {
        return;
    }
    if (target->base->norphan_bits == 16) {
        lcorm_fail(
            L, CORM_E_ARGUMENT,
            "class '%s' is the target of more than 16 delete-orphan relationships",
            target->name);
    }
    relationship->orphan_bit = (int8_t)target->base->norphan_bits++;
    target->orphan_mask |= (uint16_t)(1u << relationship->orphan_bit);
}

/*
 * mapper:add_relationship(position, target, {direction=, cascade={…=true}, pairs=,
 * target_pairs=, secondary=, collection=, …})
 */
static int mapper_add_relationship(lua_State *L)
{
    struct corm_mapper *mapper = lcorm_check_mapper(L, 1);
    struct corm_attribute *attribute = check_attribute(L, mapper, 2);
    struct corm_mapper *target = lcorm_check_mapper(L, 3);
    struct corm_relationship *relationship = corm_mapper_add_relationship(mapper);

    if (relationship == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    lcorm_check_lua_type(L, 4, LUA_TTABLE);
    mapper_pin(L, 3);
    relationship->target = target;
    relationship->attribute = attribute->index;
    relationship_options(L, 4, relationship);
    pairs_from(L, 4, "pairs", relationship, false);
    pairs_from(L, 4, "target_pairs", relationship, true);
    if (lua_getfield(L, 4, "secondary") != LUA_TNIL) {
        relationship->secondary = corm_node_table(lcorm_check_node(L, -1));
        mapper_pin(L, -1);
    }
    take_orphan_bit(L, relationship);
    attribute->relationship = relationship;
    if (!relationship->uselist && !relationship->viewonly &&
        relationship->direction != CORM_MANY_TO_ONE) {
        /* The row of who is replaced must be changed, and only it says that it was here. */
        attribute->flags |= CORM_ATTRIBUTE_ACTIVE_HISTORY;
    }
    lua_getiuservalue(L, 1, LCORM_MAPPER_COLLECTIONS);
    lua_getfield(L, 4, "collection");
    lua_rawseti(L, -2, attribute->index + 1);
    return 0;
}

static struct corm_relationship *check_relationship(lua_State *L, int mapper,
                                                    int position)
{
    struct corm_attribute *attribute =
        check_attribute(L, lcorm_check_mapper(L, mapper), position);

    if (attribute->relationship == NULL) {
        lcorm_fail_arg(L, position, "relationship expected");
    }
    return attribute->relationship;
}

/* mapper:add_reverse(position, other mapper, position there): both learn of each other */
static int mapper_add_reverse(lua_State *L)
{
    struct corm_relationship *one = check_relationship(L, 1, 2);
    struct corm_relationship *other = check_relationship(L, 3, 4);

    corm_vec_foreach (&one->reverse, it) {
        if (*it == other) {
            return 0;
        }
    }
    if (!corm_vec_push(&one->reverse, other) || !corm_vec_push(&other->reverse, one)) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return 0;
}

/* ---- the rest ---- */

/* mapper:metatable() -> metatable of the instances, for user metamethods */
static int mapper_metatable(lua_State *L)
{
    lcorm_check_mapper(L, 1);
    lua_getiuservalue(L, 1, LCORM_MAPPER_METATABLE);
    return 1;
}

/* mapper:class() -> the mapped class */
static int mapper_class(lua_State *L)
{
    lcorm_check_mapper(L, 1);
    lua_getiuservalue(L, 1, LCORM_MAPPER_CLASS);
    return 1;
}

/* mapper:isa(other) -> boolean */
static int mapper_isa(lua_State *L)
{
    lua_pushboolean(
        L, corm_mapper_isa(lcorm_check_mapper(L, 1), lcorm_check_mapper(L, 2)));
    return 1;
}

/* mapper:id() -> the number that ENTITY nodes carry */
static int mapper_id(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lcorm_check_mapper(L, 1)->id);
    return 1;
}

static void mapper_destroy(void *obj)
{
    corm_mapper_free(obj);
}

static const luaL_Reg mapper_methods[] = {
    { "add_attribute", mapper_add_attribute },
    { "add_relationship", mapper_add_relationship },
    { "add_reverse", mapper_add_reverse },
    { "add_table", mapper_add_table },
    { "class", mapper_class },
    { "id", mapper_id },
    { "is_listened", mapper_is_listened },
    { "isa", mapper_isa },
    { "listen", mapper_listen },
    { "metatable", mapper_metatable },
    { "construct", lcorm_mapper_construct },
    { "constructor", lcorm_mapper_constructor },
    { "new", lcorm_mapper_new_instance },
    { "seal", mapper_seal },
    { "set_flag", mapper_set_flag },
    { "set_identity", mapper_set_identity },
    { "set_kind", mapper_set_kind },
    { "set_special", mapper_set_special },
    { NULL, NULL },
};

const struct lcorm_class lcorm_mapper_class = {
    .name = "corm.Mapper",
    .methods = mapper_methods,
    .destroy = mapper_destroy,
};

void lcorm_open_mapper(lua_State *L)
{
    lua_pushcfunction(L, mapper_new);
    lua_setfield(L, -2, "mapper");
    lua_pushcfunction(L, mapper_of);
    lua_setfield(L, -2, "mapper_of");
    lua_pushcfunction(L, lcorm_set_orm_hooks);
    lua_setfield(L, -2, "set_orm_hooks");
}
