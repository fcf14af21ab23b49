/* SPDX-License-Identifier: MIT */
/*
 * Metatables live in the registry under the address of their class, as a number, which is
 * found faster than a pointer. The mark is a raw slot
 * of the metatable with the same address as key, which no Lua code can forge. The class
 * marked last is also the value at MARK_AT, the first place to look: an array's slot is
 * found in no time.
 */
#include "lua/kit.h"

#include <string.h>

enum { MARK_AT = 1 };

static const char methods_key = 0; /* metatable: the table of methods */

/* class.__index, when a name is not among the methods -> error, or nil for "__…" names */
static int class_missing(lua_State *L)
{
    const char *name = lua_tostring(L, 2);
    if (lua_type(L, 2) != LUA_TSTRING) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "%s cannot be indexed with a %s",
                          lua_tostring(L, lua_upvalueindex(1)), luaL_typename(L, 2));
    }
    if (strncmp(name, "__", 2) == 0) {
        lua_pushnil(L);
        return 1;
    }
    return lcorm_fail_missing(L, lua_tostring(L, lua_upvalueindex(1)), name, 1, 0);
}

/* Push the table of methods, empty yet, which refuses to be asked for what it has not. */
static void push_methods(lua_State *L, const struct lcorm_class *cls)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, cls->name);
    lua_pushcclosure(L, class_missing, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

static void add_functions(lua_State *L, int table, const luaL_Reg *functions,
                          int methods)
{
    if (functions != NULL) {
        lua_pushvalue(L, table);
        lua_pushvalue(L, methods);
        luaL_setfuncs(L, functions, 1);
        lua_pop(L, 1);
    }
}

/* The finalisers and the close() of a box. */
static void add_closers(lua_State *L, const struct lcorm_class *cls, int meta,
                        int methods)
{
    lua_pushvalue(L, methods);
    lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
    lua_pushcclosure(L, lcorm_box_close, 2);

    lua_pushvalue(L, -1);
    lua_setfield(L, meta, "__gc");
    lua_pushvalue(L, -1);
    lua_setfield(L, meta, "__close");
    lua_setfield(L, methods, "close");
}

void lcorm_class_push(lua_State *L, const struct lcorm_class *cls)
{
    lua_Integer key = (lua_Integer)(uintptr_t)cls;
    if (lua_rawgeti(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE) {
        return;
    }
    lcorm_reserve(L, 8, "class metatable");
    int meta = lua_gettop(L);
    int methods = meta + 1;
    lua_newtable(L);
    lua_replace(L, meta);
    push_methods(L, cls);
    if (cls->destroy != NULL) {
        add_closers(L, cls, meta, methods);
    }
    add_functions(L, methods, cls->methods, methods);
    lua_pushvalue(L, methods);
    lua_setfield(L, meta, "__index");
    add_functions(L, meta, cls->meta, methods);
    lua_rawsetp(L, meta, &methods_key);

    lcorm_class_mark(L, meta, cls);
    lua_pushvalue(L, meta);
    lua_rawseti(L, LUA_REGISTRYINDEX, key);
}

void lcorm_class_push_methods(lua_State *L, const struct lcorm_class *cls)
{
    lcorm_class_push(L, cls);
    lua_rawgetp(L, -1, &methods_key);
    lua_remove(L, -2);
}

static void set_default(lua_State *L, int idx, const char *key, const char *value)
{
    lua_pushstring(L, key);
    if (lua_rawget(L, idx) == LUA_TNIL) {
        lua_pushstring(L, key);
        lua_pushstring(L, value);
        lua_rawset(L, idx);
    }
    lua_pop(L, 1);
}

void lcorm_class_mark(lua_State *L, int idx, const struct lcorm_class *cls)
{
    idx = lua_absindex(L, idx);
    lua_pushboolean(L, 1);
    lua_rawsetp(L, idx, cls);
    lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
    lua_rawseti(L, idx, MARK_AT);
    set_default(L, idx, "__name", cls->name);
    set_default(L, idx, "__metatable", cls->name);
}

struct lcorm_box *lcorm_box_new(lua_State *L, const struct lcorm_class *cls, int nuv)
{
    PRE(cls->size == 0);
    lcorm_reserve(L, 2, "object");
    struct lcorm_box *box = lua_newuserdatauv(L, sizeof(*box), nuv);
    *box = (struct lcorm_box){ .cls = cls };
    lcorm_class_push(L, cls);
    lua_setmetatable(L, -2);
    return box;
}

void *lcorm_object_new(lua_State *L, const struct lcorm_class *cls, size_t size,
                       int nuv)
{
    PRE(size >= cls->size && cls->size > 0);
    lcorm_reserve(L, 2, "object");
    return memset(lcorm_object_push(L, cls, size, nuv), 0, size);
}

void *lcorm_object_push(lua_State *L, const struct lcorm_class *cls, size_t size,
                        int nuv)
{
    void *object = lua_newuserdatauv(L, size, nuv);
    lcorm_class_push(L, cls);
    lua_setmetatable(L, -2);
    return object;
}

/* True if the metatable on top, which is popped, is marked for the class. */
static bool pop_is_marked(lua_State *L, const struct lcorm_class *cls)
{
    lua_rawgeti(L, -1, MARK_AT);
    if (CORM_LIKELY(lua_touserdata(L, -1) == cls)) {
        lua_pop(L, 2);
        return true;
    }
    bool is_marked = lua_rawgetp(L, -2, cls) != LUA_TNIL;
    lua_pop(L, 3);
    return is_marked;
}

/* A light userdata, whose length is 0, is none of ours. */
static struct lcorm_box *test_box(lua_State *L, int idx, const struct lcorm_class *cls)
{
    struct lcorm_box *box = lua_touserdata(L, idx);
    bool is_box = box != NULL && lua_rawlen(L, idx) >= sizeof *box && box->cls == cls;
    return CORM_LIKELY(is_box) ? box : NULL;
}

void *lcorm_test(lua_State *L, int idx, const struct lcorm_class *cls)
{
    if (cls->size == 0) {
        return test_box(L, idx, cls);
    }
    void *object = lua_touserdata(L, idx);
    bool is_object = object != NULL && lua_rawlen(L, idx) >= cls->size &&
                     lua_getmetatable(L, idx) && pop_is_marked(L, cls);
    return is_object ? object : NULL;
}

void *lcorm_check(lua_State *L, int idx, const struct lcorm_class *cls)
{
    void *object = lcorm_test(L, idx, cls);
    if (CORM_UNLIKELY(object == NULL)) {
        lcorm_arg_error(L, idx, cls->name);
    }
    return object;
}

void *lcorm_check_box(lua_State *L, int idx, const struct lcorm_class *cls)
{
    struct lcorm_box *box = lcorm_check(L, idx, cls);
    if (CORM_UNLIKELY(box->obj == NULL)) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED, "this %s is closed", cls->name);
    }
    return box->obj;
}

/* box:close() */
int lcorm_box_close(lua_State *L)
{
    const struct lcorm_class *cls = lua_touserdata(L, lua_upvalueindex(2));
    struct lcorm_box *box = lcorm_test(L, 1, cls);
    if (box != NULL && box->obj != NULL) {
        void *obj = box->obj;
        box->obj = NULL;
        cls->destroy(obj);
    }
    return 0;
}

void lcorm_push_weak_table(lua_State *L, const char *mode)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, mode);
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
}

void *lcorm_scratch(lua_State *L, size_t size)
{
    return lua_newuserdatauv(L, size, 0);
}

static int arena_gc(lua_State *L)
{
    struct corm_arena *arena = lua_touserdata(L, 1);
    corm_arena_release(arena);
    return 0;
}

struct corm_arena *lcorm_scratch_arena(lua_State *L)
{
    static const char key = 0; /* registry: the arena */
    static const luaL_Reg meta[] = { { "__gc", arena_gc }, { NULL, NULL } };
    static const struct lcorm_class cls = { .name = "corm.arena",
                                            .meta = meta,
                                            .size = sizeof(struct corm_arena) };
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNIL) {
        lua_pop(L, 1);
        lcorm_object_new(L, &cls, sizeof(struct corm_arena), 0);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    }
    struct corm_arena *arena = lua_touserdata(L, -1);
    lua_pop(L, 1);
    corm_arena_release(arena);
    return arena;
}
