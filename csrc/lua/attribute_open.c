/* SPDX-License-Identifier: MIT */
/*
 * The primitives from which corm.orm.attributes composes a change that is listened to:
 * each changes one side only and fires nothing. Positions are attributes, from 1.
 */
#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/open.h"

static uint16_t check_position(lua_State *L, const struct corm_instance *instance,
                               int arg)
{
    lua_Integer position = lcorm_check_integer(L, arg);

    lcorm_arg_check(L, position >= 1 && position <= instance->ncells, arg,
                    "no such attribute");
    return (uint16_t)(position - 1);
}

static uint16_t check_kind(lua_State *L, const struct corm_instance *instance, int arg,
                           enum corm_attribute_kind kind)
{
    uint16_t at = check_position(L, instance, arg);

    lcorm_arg_check(L, instance->mapper->attributes.items[at].kind == kind, arg,
                    "attribute of another kind");
    return at;
}

/* core.attribute_load(object, position, value): as if the database had said so */
static int attribute_load(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = check_position(L, instance, 2);

    lua_settop(L, 3);
    if (instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_COLLECTION) {
        lcorm_check_lua_type(L, 3, LUA_TTABLE);
    }
    lcorm_attribute_load(L, 1, instance, at, 3);
    return 0;
}

/* core.attribute_peek(object, position) -> what is there now, without SQL */
static int attribute_peek(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = check_position(L, instance, 2);

    lua_settop(L, 2);
    if (instance->mapper->attributes.items[at].kind == CORM_ATTRIBUTE_OBJECT) {
        lcorm_attribute_resolve(L, 1, instance, at);
    }
    if (!lcorm_instance_push_cell(L, 1, instance, at)) {
        lua_pushnil(L);
    }
    return 1;
}

/* core.attribute_put(object, position, value): a column or a scalar relationship */
static int attribute_put(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = check_position(L, instance, 2);
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];

    lua_settop(L, 3);
    lcorm_arg_check(L, attribute->kind != CORM_ATTRIBUTE_COLLECTION, 2,
                    "collections are not put");
    if (attribute->kind == CORM_ATTRIBUTE_COLUMN) {
        lcorm_attribute_set_column(L, 1, instance, at, 3);
    } else {
        lcorm_attribute_put_object(L, 1, instance, at, 3);
    }
    return 0;
}

/* core.attribute_join(owner, position, object) -> displaced member or nil */
static int attribute_join(lua_State *L)
{
    struct corm_instance *owner = lcorm_check_instance(L, 1);
    uint16_t at = check_kind(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);
    struct corm_instance *object = lcorm_check_instance(L, 3);

    lcorm_collection_push_of(L, 1, owner, at);
    lcorm_collection_put(L, -1, 3, -1);
    corm_instance_set_parent(object, owner->mapper->attributes.items[at].relationship,
                             true);
    return 1;
}

/* core.attribute_leave(owner, position, object) */
static int attribute_leave(lua_State *L)
{
    struct corm_instance *owner = lcorm_check_instance(L, 1);
    uint16_t at = check_kind(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);
    struct corm_instance *object = lcorm_check_instance(L, 3);

    lcorm_collection_push_of(L, 1, owner, at);
    lcorm_collection_take_unseen(L, -1, 3);
    corm_instance_set_parent(object, owner->mapper->attributes.items[at].relationship,
                             false);
    return 0;
}

/*
 * core.attribute_related(object, position, far, joined): cascades of the relationship once
 * far has joined (it comes into the session) or left (a pending orphan goes out of it)
 */
static int attribute_related(lua_State *L)
{
    struct corm_instance *owner = lcorm_check_instance(L, 1);
    uint16_t at = check_position(L, owner, 2);

    lcorm_check_instance(L, 3);
    lcorm_arg_check(L, owner->mapper->attributes.items[at].relationship != NULL, 2,
                    "relationship expected");
    lcorm_attribute_cascade(L, owner, at, 3, lua_toboolean(L, 4));
    return 0;
}

/* core.flag_dirty(object): the session looks at it in the next flush */
static int flag_dirty(lua_State *L)
{
    lcorm_instance_modified(L, 1, lcorm_check_instance(L, 1));
    return 0;
}

/* core.attribute_flag(object, position): changed in place; false if nothing is there */
static int attribute_flag(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = check_position(L, instance, 2);
    bool is_there = corm_cell_is_there(&instance->cell[at]);

    if (is_there) {
        lcorm_instance_flag(L, 1, instance, at);
    }
    lua_pushboolean(L, is_there);
    return 1;
}

void lcorm_open_attribute(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "attribute_flag", attribute_flag },
        { "attribute_join", attribute_join },
        { "attribute_leave", attribute_leave },
        { "attribute_load", attribute_load },
        { "attribute_peek", attribute_peek },
        { "attribute_put", attribute_put },
        { "attribute_related", attribute_related },
        { "flag_dirty", flag_dirty },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}
