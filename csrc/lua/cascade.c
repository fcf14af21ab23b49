/* SPDX-License-Identifier: MIT */
/*
 * The core walks by pointers; which Lua object a pointer is comes from a table that is
 * filled on the way with all objects related to those already seen.
 */
#include "lua/cascade.h"

#include "lua/collection.h"
#include "lua/instance.h"
#include "lua/open.h"
#include "lua/session.h"

/* User values of a walk: objects by address; those that were found, in order. */
enum { WALK_OBJECTS = 1, WALK_FOUND, WALK_USERVALUES = WALK_FOUND };

static const struct lcorm_class walk_class;

static int walk_close(lua_State *L)
{
    corm_cascade_release(lua_touserdata(L, 1));
    return 0;
}

/* objects[address] = the instance on top, which is popped. */
static void remember(lua_State *L, int objects)
{
    const struct corm_instance *instance = lcorm_test_instance(L, -1);

    if (instance != NULL) {
        lua_rawsetp(L, objects, instance);
    } else {
        lua_pop(L, 1);
    }
}

static void remember_sequence(lua_State *L, int objects, int collection, int which)
{
    if (lua_getiuservalue(L, collection, which) == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            remember(L, objects);
        }
    }
    lua_pop(L, 1);
}

/* The committed value of a scalar relationship is pinned under -(at + 1). */
static void remember_before(lua_State *L, int objects, int idx,
                            struct corm_instance *instance, uint16_t at)
{
    if (instance->flags & CORM_INSTANCE_HAS_PINS) {
        lua_getiuservalue(L, idx, 1);
        lua_rawgeti(L, -1, -(lua_Integer)at - 1);
        remember(L, objects);
        lua_pop(L, 1);
    }
}

static void remember_related(lua_State *L, int objects, int idx)
{
    struct corm_instance *instance = lua_touserdata(L, idx);

    corm_vec_foreach (&instance->mapper->relationships, it) {
        uint16_t at = (*it)->attribute;
        if (at >= instance->ncells) {
            continue;
        }
        remember_before(L, objects, idx, instance, at);
        if (instance->cell[at].tag != CORM_TAG_OBJECT) {
            continue;
        }
        lcorm_instance_push_pin(L, idx, instance, at);
        if ((*it)->uselist) {
            int collection = lua_gettop(L);
            remember_sequence(L, objects, collection, LCORM_COLLECTION_MEMBERS);
            remember_sequence(L, objects, collection, LCORM_COLLECTION_BEFORE);
            remember_sequence(L, objects, collection, LCORM_COLLECTION_REMOVED_MEMBERS);
            lua_pop(L, 1);
        } else {
            remember(L, objects);
        }
    }
}

struct corm_cascade_walk *lcorm_walk_begin(lua_State *L, int root,
                                           enum corm_cascade type,
                                           const struct corm_session *halt_in)
{
    struct corm_error err;
    struct corm_cascade_walk *walk;

    root = lua_absindex(L, root);
    walk = lcorm_object_new(L, &walk_class, sizeof(*walk), WALK_USERVALUES);
    lua_newtable(L);
    lua_pushvalue(L, root);
    lua_rawsetp(L, -2, lua_touserdata(L, root));
    remember_related(L, lua_gettop(L), root);
    lua_setiuservalue(L, -2, WALK_OBJECTS);
    if (corm_cascade_begin(walk, lua_touserdata(L, root), type, halt_in, &err) !=
        CORM_OK) {
        lcorm_throw(L, &err);
    }
    return walk;
}

/* What was asked for is there now: it may be walked to. */
static void remember_loaded(lua_State *L, int idx, const struct corm_instance *instance)
{
    lua_getiuservalue(L, idx, WALK_OBJECTS);
    lua_rawgetp(L, -1, instance);
    remember_related(L, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, 2);
}

enum corm_cascade_step lcorm_walk_next(lua_State *L, int idx,
                                       struct corm_cascade_walk *walk)
{
    struct corm_error err;
    enum corm_cascade_step step;
    int objects;

    if (walk->last == CORM_CASCADE_LOAD) {
        remember_loaded(L, idx, walk->object);
    }
    step = corm_cascade_next(walk, &err);
    if (step == CORM_CASCADE_ERROR) {
        lcorm_throw(L, &err);
    }
    if (step == CORM_CASCADE_DONE) {
        return step;
    }
    lua_getiuservalue(L, idx, WALK_OBJECTS);
    objects = lua_gettop(L);
    lua_rawgetp(L, objects, walk->object);
    if (step == CORM_CASCADE_OBJECT) {
        remember_related(L, objects, lua_gettop(L));
    }
    lua_remove(L, objects);
    return step;
}

/* Append the object on top to what the walk at index 1 has found; it is popped. */
static void collect(lua_State *L)
{
    lua_getiuservalue(L, 1, WALK_FOUND);
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

/*
 * walk:next() -> sequence of the objects found, or object, name: what must be loaded
 * before it is called again.
 */
static int walk_next(lua_State *L)
{
    struct corm_cascade_walk *walk = lcorm_check(L, 1, &walk_class);

    lua_settop(L, 1);
    for (;;) {
        switch (lcorm_walk_next(L, 1, walk)) {
        case CORM_CASCADE_OBJECT:
            collect(L);
            break;
        case CORM_CASCADE_LOAD:
            lua_pushstring(L,
                           walk->object->mapper->attributes.items[walk->attribute].key);
            return 2;
        default:
            lua_getiuservalue(L, 1, WALK_FOUND);
            return 1;
        }
    }
}

/* core.cascade(object, name of the cascade) -> CascadeWalk, which does not find object */
static int cascade(lua_State *L)
{
    static const char *const names[] = { "save-update", "merge",  "refresh-expire",
                                         "expunge",     "delete", NULL };
    int type;

    lcorm_check_instance(L, 1);
    type = lcorm_check_word(L, 2, NULL, names);
    lua_settop(L, 2);
    lcorm_walk_begin(L, 1, (enum corm_cascade)(1 << type), NULL);
    lua_newtable(L);
    lua_setiuservalue(L, 3, WALK_FOUND);
    return 1;
}

static const luaL_Reg walk_methods[] = {
    { "next", walk_next },
    { NULL, NULL },
};

static const luaL_Reg walk_meta[] = {
    { "__close", walk_close },
    { "__gc", walk_close },
    { NULL, NULL },
};

static const struct lcorm_class walk_class = {
    .name = "corm.CascadeWalk",
    .methods = walk_methods,
    .meta = walk_meta,
    .size = sizeof(struct corm_cascade_walk),
};

void lcorm_open_cascade(lua_State *L)
{
    lua_pushcfunction(L, cascade);
    lua_setfield(L, -2, "cascade");
}
