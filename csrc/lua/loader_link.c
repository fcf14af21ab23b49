/* SPDX-License-Identifier: MIT */
/* Relationships that a row fills. */
#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/load_related.h"
#include "lua/loader_int.h"
#include "lua/session.h"

/* A child that a row brought, and where it belongs: stack indices. */
struct link {
    int parent;
    int child;
    uint16_t attribute; /* of the parent */
    bool is_new; /* the run has just met the child */
};

static void link_scalar(lua_State *L, const struct lcorm_loader *loader, int parent_idx,
                        struct corm_instance *parent, uint16_t at, int child_idx)
{
    if (parent->cell[at].tag == CORM_TAG_UNSET || loader->populate_existing) {
        lcorm_load_object(L, parent_idx, parent, at, child_idx);
    }
}

/* True if the member is in the collection; one that this run has just met is not. */
static bool is_member(const struct corm_collection *collection,
                      const struct corm_instance *member, bool is_new)
{
    uint32_t count = collection->now.count;

    if (count > 0 && collection->now.items[count - 1] == member) {
        return true;
    }
    return !is_new && corm_members_find(&collection->now, member) >= 0;
}

/* A collection that is not loaded yet is filled by this run, and by no other. */
static bool must_begin(const struct lcorm_loader *loader,
                       const struct corm_collection *collection)
{
    return collection == NULL || !collection->is_loaded ||
           (loader->populate_existing && collection->load_run != loader->run);
}

static void link_collection(lua_State *L, const struct lcorm_loader *loader,
                            const struct link *link)
{
    struct corm_instance *parent = lua_touserdata(L, link->parent);
    struct corm_collection *collection =
        corm_cell_collection(&parent->cell[link->attribute]);

    if (must_begin(loader, collection)) {
        lcorm_collection_begin_load(L, link->parent, parent, link->attribute,
                                    loader->run);
        lcorm_collection_end_load(L, -1);
        lua_pop(L, 1);
        collection = corm_cell_collection(&parent->cell[link->attribute]);
    }
    if (collection->load_run != loader->run || lua_isnil(L, link->child)) {
        return;
    }
    if (loader->plan->has_joined_collections &&
        is_member(collection, lua_touserdata(L, link->child), link->is_new)) {
        return;
    }
    lcorm_instance_push_pin(L, link->parent, parent, link->attribute);
    lcorm_collection_load(L, -1, link->child);
    lua_pop(L, 1);
}

static void link_child(lua_State *L, const struct lcorm_loader *loader,
                       const struct link *link)
{
    struct corm_instance *parent = lua_touserdata(L, link->parent);

    if (parent->mapper->attributes.items[link->attribute].kind ==
        CORM_ATTRIBUTE_COLLECTION) {
        link_collection(L, loader, link);
    } else {
        link_scalar(L, loader, link->parent, parent, link->attribute, link->child);
    }
}

/* The parents are the list on top. */
static void link_child_to_all(lua_State *L, int owner, const struct link *link)
{
    struct link each = *link;
    int list = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);

    each.parent = list + 1;
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, list, i);
        link_child(L, lua_touserdata(L, owner), &each);
        lua_pop(L, 1);
    }
}

/* Push the key of the parent that a row names; false if that is NULL. */
static bool push_parent_key(lua_State *L, int owner,
                            const struct corm_load_entity *entity,
                            const struct corm_value *cells)
{
    const struct lcorm_loader *loader = lua_touserdata(L, owner);
    struct lcorm_key key;

    key.n = 0;
    key.arena = NULL;
    for (uint16_t i = 0; i < entity->nparent_key; i++) {
        lcorm_key_add(L, &key, loader->parent_types[i], &cells[entity->parent_key[i]],
                      true);
    }
    return lcorm_push_key(L, &key);
}

/* Push the parent that the row belongs to, or a list of several; nil if it is unknown. */
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
        if (push_parent_key(L, owner, entity, cells)) {
            lua_rawget(L, -2);
            lua_remove(L, -2);
        } else {
            lua_pop(L, 1);
            lua_pushnil(L);
        }
    }
}

void lcorm_load_link_row(lua_State *L, int owner, const struct corm_load_entity *entity,
                         const struct corm_value *cells,
                         const struct lcorm_load_place *place)
{
    struct link link = { .attribute = entity->relationship,
                         .child = place->child,
                         .is_new = place->is_new };

    push_parent(L, owner, entity, cells, place->first);
    link.parent = lua_gettop(L);
    if (lua_istable(L, -1)) {
        link_child_to_all(L, owner, &link);
    } else if (!lua_isnil(L, -1)) {
        link_child(L, lua_touserdata(L, owner), &link);
    }
    lua_pop(L, 1);
}
