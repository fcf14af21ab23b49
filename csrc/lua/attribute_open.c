/* SPDX-License-Identifier: MIT */
/*
 * The primitives from which corm.orm.attributes composes a change that is listened to:
 * each changes one side only and fires nothing. Positions are attributes, from 1.
 */
#include "lua/attribute.h"
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/open.h"

/* core.attribute_peek(object, position) -> what is there now, without SQL */
static int attribute_peek(lua_State *L)
{
    struct corm_instance *instance = lcorm_check_instance(L, 1);
    uint16_t at = lcorm_check_position(L, instance, 2);

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
    uint16_t at = lcorm_check_position(L, instance, 2);
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
    uint16_t at = lcorm_check_position_of(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);
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
    uint16_t at = lcorm_check_position_of(L, owner, 2, CORM_ATTRIBUTE_COLLECTION);
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
    uint16_t at = lcorm_check_position(L, owner, 2);

    lcorm_check_instance(L, 3);
    lcorm_arg_check(L, owner->mapper->attributes.items[at].relationship != NULL, 2,
                    "relationship expected");
    lcorm_attribute_cascade(L, owner, at, 3, lua_toboolean(L, 4));
    return 0;
}

void lcorm_open_attribute(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "attribute_join", attribute_join },
        { "attribute_leave", attribute_leave },
        { "attribute_peek", attribute_peek },
        { "attribute_put", attribute_put },
        { "attribute_related", attribute_related },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}
