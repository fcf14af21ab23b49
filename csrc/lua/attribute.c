/* SPDX-License-Identifier: MIT */
/* Changes nobody listens to, kept in step on both sides of a relationship. */
#include "lua/attribute.h"

#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/node.h"
#include "lua/session.h"

static const struct corm_attribute *
relationship_attribute(const struct corm_relationship *relationship)
{
    return &relationship->parent->attributes.items[relationship->attribute];
}

bool lcorm_attribute_is_listened(const struct corm_attribute *attribute)
{
    if (attribute->flags & CORM_ATTRIBUTE_LISTENED) {
        return true;
    }
    if (attribute->relationship == NULL) {
        return false;
    }
    corm_vec_foreach (&attribute->relationship->reverse, it) {
        if (relationship_attribute(*it)->flags & CORM_ATTRIBUTE_LISTENED) {
            return true;
        }
    }
    return false;
}

void lcorm_attribute_set_column(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value)
{
    struct corm_value cell = lcorm_to_value(L, value);

    if (cell.tag == CORM_TAG_FOREIGN && lcorm_test_node(L, value) != NULL) {
        cell.flags = CORM_CELL_SQL;
    }
    lcorm_instance_set(L, idx, instance, at, &cell, value);
}

/* ---- the other side ---- */

/* Push the instance that a scalar relationship cell holds. */
static struct corm_instance *
push_held(lua_State *L, int idx, const struct corm_instance *instance, uint16_t at)
{
    lcorm_instance_push_pin(L, idx, instance, at);
    return corm_cell_instance(&instance->cell[at]);
}

/* A scalar reverse forgets us. */
static void scalar_left(lua_State *L, int far_idx, struct corm_instance *far,
                        uint16_t at, const struct corm_instance *near)
{
    struct corm_value null = corm_value_null();

    if (corm_cell_instance(&far->cell[at]) == near) {
        lua_pushnil(L);
        lcorm_instance_set(L, far_idx, far, at, &null, -1);
        lua_pop(L, 1);
    }
}

static void reverse_left(lua_State *L, const struct corm_relationship *reverse,
                         int far_idx, struct corm_instance *far, int near_idx)
{
    const struct corm_attribute *attribute = relationship_attribute(reverse);
    struct corm_instance *near = lua_touserdata(L, near_idx);

    if (attribute->kind == CORM_ATTRIBUTE_OBJECT) {
        scalar_left(L, far_idx, far, attribute->index, near);
    } else if (far->cell[attribute->index].tag == CORM_TAG_OBJECT ||
               (far->flags & CORM_INSTANCE_HAS_KEY)) {
        lcorm_collection_push_of(L, far_idx, far, attribute->index);
        lcorm_collection_take_unseen(L, -1, near_idx);
        lua_pop(L, 1);
    }
    corm_instance_set_parent(near, reverse, false);
}

/* A scalar reverse now holds us; whom it held before forgets it. */
static void scalar_joined(lua_State *L, const struct corm_relationship *reverse,
                          int far_idx, struct corm_instance *far, int near_idx)
{
    uint16_t at = reverse->attribute;
    struct corm_instance *near = lua_touserdata(L, near_idx);
    struct corm_instance *before = push_held(L, far_idx, far, at);
    struct corm_value cell = { .tag = CORM_TAG_OBJECT, .as.p = near };

    if (before != NULL && before != near) {
        corm_vec_foreach (&reverse->reverse, it) {
            reverse_left(L, *it, lua_gettop(L), before, far_idx);
        }
    }
    lua_pop(L, 1);
    lcorm_instance_set(L, far_idx, far, at, &cell, near_idx);
}

static void reverse_joined(lua_State *L, const struct corm_relationship *reverse,
                           int far_idx, struct corm_instance *far, int near_idx)
{
    struct corm_instance *near = lua_touserdata(L, near_idx);

    if (relationship_attribute(reverse)->kind == CORM_ATTRIBUTE_OBJECT) {
        scalar_joined(L, reverse, far_idx, far, near_idx);
    } else {
        lcorm_collection_push_of(L, far_idx, far, reverse->attribute);
        lcorm_collection_put(L, -1, near_idx, -1);
        if (!lua_isnil(L, -1)) { /* a dict's key went to us */
            lcorm_attribute_left(L, -2, -1);
        }
        lua_pop(L, 2);
    }
    corm_instance_set_parent(near, reverse, true);
}

/* An object that joins one in a session comes along, if the cascade says so. */
static void cascade_into_session(lua_State *L, const struct corm_instance *owner,
                                 const struct corm_relationship *relationship,
                                 int member)
{
    const struct corm_instance *joined = lua_touserdata(L, member);

    if (owner->session == NULL || joined->session == owner->session ||
        !(relationship->cascade & CORM_CASCADE_SAVE_UPDATE)) {
        return;
    }
    lcorm_push_session(L, owner->session);
    lcorm_session_add(L, lua_gettop(L), member);
    lua_pop(L, 1);
}

/* A pending object that lost its last parent was never meant to be saved. */
static void expunge_pending_orphan(lua_State *L,
                                   const struct corm_relationship *relationship,
                                   struct corm_instance *member)
{
    if ((relationship->cascade & CORM_CASCADE_DELETE_ORPHAN) &&
        member->state == CORM_INSTANCE_PENDING && corm_instance_is_orphan(member)) {
        lcorm_session_expunge(L, member);
    }
}

/* ---- scalar relationships ---- */

static void check_target(lua_State *L, const struct corm_relationship *relationship,
                         int value)
{
    const struct corm_instance *instance = lcorm_test_instance(L, value);

    if (instance == NULL || !corm_mapper_isa(instance->mapper, relationship->target)) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "attribute '%s' of class '%s' expects a '%s' object, got %s",
                   relationship_attribute(relationship)->key,
                   relationship->parent->name, relationship->target->name,
                   instance != NULL ? instance->mapper->name
                                    : lcorm_type_name(L, value));
    }
}

static void object_left(lua_State *L, const struct corm_relationship *relationship,
                        int before_idx, struct corm_instance *before, int idx)
{
    corm_instance_set_parent(before, relationship, false);
    corm_vec_foreach (&relationship->reverse, it) {
        reverse_left(L, *it, before_idx, before, idx);
    }
    expunge_pending_orphan(L, relationship, before);
}

/* The cell that the object or nil at `value` makes; raises for anything else. */
static struct corm_value
object_cell(lua_State *L, const struct corm_relationship *relationship, int value)
{
    if (lua_isnil(L, value) || lcorm_is_null(L, value)) {
        return corm_value_null();
    }
    check_target(L, relationship, value);
    return (struct corm_value){ .tag = CORM_TAG_OBJECT,
                                .as.p = lua_touserdata(L, value) };
}

void lcorm_attribute_put_object(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value)
{
    struct corm_value cell =
        object_cell(L, instance->mapper->attributes.items[at].relationship, value);

    lcorm_instance_set(L, idx, instance, at, &cell, value);
}

void lcorm_attribute_load(lua_State *L, int idx, struct corm_instance *instance,
                          uint16_t at, int value)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];
    bool is_column = attribute->kind == CORM_ATTRIBUTE_COLUMN;
    struct corm_value cell = is_column ? lcorm_to_value(L, value)
                                       : object_cell(L, attribute->relationship, value);

    lcorm_instance_load(L, idx, instance, at, &cell, value);
}

void lcorm_attribute_cascade(lua_State *L, const struct corm_instance *owner,
                             uint16_t at, int far, bool joined)
{
    const struct corm_relationship *relationship =
        owner->mapper->attributes.items[at].relationship;
    struct corm_instance *instance = lua_touserdata(L, far);

    corm_instance_set_parent(instance, relationship, joined);
    if (joined) {
        cascade_into_session(L, owner, relationship, far);
    } else {
        expunge_pending_orphan(L, relationship, instance);
    }
}

/* The cell of a foreign key that refers to the target's key attribute, or NULL. */
static const struct corm_value *
foreign_key_cell(const struct corm_instance *instance,
                 const struct corm_relationship *relationship, uint16_t key)
{
    corm_vec_foreach (&relationship->pairs, pair) {
        if (pair->source == key) {
            return corm_instance_committed(instance, pair->dest);
        }
    }
    return NULL;
}

/* Push the identity key of what a many-to-one refers to; false if it is not known. */
static bool push_referred_key(lua_State *L, const struct corm_instance *instance,
                              const struct corm_relationship *relationship)
{
    struct lcorm_key key = { .n = 0 };

    if (relationship->direction != CORM_MANY_TO_ONE || instance->session == NULL ||
        relationship->pairs.count != relationship->target->primary_key.count ||
        relationship->pairs.count > LCORM_KEY_MAX) {
        return false;
    }
    corm_vec_foreach (&relationship->target->primary_key, it) {
        const struct corm_value *cell = foreign_key_cell(instance, relationship, *it);
        if (cell == NULL || !corm_cell_is_there(cell)) {
            return false;
        }
        lcorm_key_add_cell(L, &key, &relationship->target->attributes.items[*it], cell);
    }
    return lcorm_push_key(L, &key);
}

void lcorm_attribute_resolve(lua_State *L, int idx, struct corm_instance *instance,
                             uint16_t at)
{
    const struct corm_relationship *relationship =
        instance->mapper->attributes.items[at].relationship;
    struct corm_value cell = { .tag = CORM_TAG_OBJECT };
    int base = lua_gettop(L);

    idx = lua_absindex(L, idx);
    if (instance->cell[at].tag != CORM_TAG_UNSET ||
        !push_referred_key(L, instance, relationship)) {
        return;
    }
    lcorm_push_session(L, instance->session);
    lcorm_push_identity_table(L, -1, relationship->target);
    lua_pushvalue(L, base + 1);
    if (lua_rawget(L, -2) == LUA_TUSERDATA) {
        cell.as.p = lua_touserdata(L, -1);
        lcorm_instance_load(L, idx, instance, at, &cell, -1);
    }
    lua_settop(L, base);
}

void lcorm_attribute_set_object(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value)
{
    const struct corm_relationship *relationship =
        instance->mapper->attributes.items[at].relationship;
    struct corm_value cell = object_cell(L, relationship, value);
    struct corm_instance *after = corm_cell_instance(&cell);
    struct corm_instance *before;

    idx = lua_absindex(L, idx);
    value = lua_absindex(L, value);
    lcorm_attribute_resolve(L, idx, instance, at);
    before = push_held(L, idx, instance, at);
    if (!lcorm_instance_set(L, idx, instance, at, &cell, value)) {
        lua_pop(L, 1);
        return;
    }
    if (before != NULL) {
        object_left(L, relationship, lua_gettop(L), before, idx);
    }
    lua_pop(L, 1);
    if (after != NULL) {
        corm_vec_foreach (&relationship->reverse, it) {
            reverse_joined(L, *it, value, after, idx);
        }
        corm_instance_set_parent(after, relationship, true);
        cascade_into_session(L, instance, relationship, value);
    }
}

/* ---- collections ---- */

static const struct corm_relationship *
collection_relationship(const struct corm_collection *collection)
{
    return collection->owner->mapper->attributes.items[collection->attribute]
        .relationship;
}

void lcorm_attribute_joined(lua_State *L, int idx, int member)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);
    const struct corm_relationship *relationship = collection_relationship(collection);
    struct corm_instance *joined = lua_touserdata(L, member);
    int owner;

    member = lua_absindex(L, member);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_OWNER);
    owner = lua_gettop(L);
    corm_vec_foreach (&relationship->reverse, it) {
        reverse_joined(L, *it, member, joined, owner);
    }
    corm_instance_set_parent(joined, relationship, true);
    cascade_into_session(L, collection->owner, relationship, member);
    lua_settop(L, owner - 1);
}

void lcorm_attribute_left(lua_State *L, int idx, int member)
{
    struct corm_collection *collection = lcorm_check_collection(L, idx);
    const struct corm_relationship *relationship = collection_relationship(collection);
    struct corm_instance *left = lua_touserdata(L, member);

    member = lua_absindex(L, member);
    lua_getiuservalue(L, idx, LCORM_COLLECTION_OWNER);
    corm_instance_set_parent(left, relationship, false);
    corm_vec_foreach (&relationship->reverse, it) {
        reverse_left(L, *it, member, left, lua_gettop(L));
    }
    lua_pop(L, 1);
    expunge_pending_orphan(L, relationship, left);
}
