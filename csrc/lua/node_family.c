/* SPDX-License-Identifier: MIT */
#include "lua/node_family.h"

#include "lua/node.h"
#include "lua/node_comparator.h"

#include <string.h>

static int family_missing(lua_State *L)
{
    const struct lcorm_family *family = lua_touserdata(L, lua_upvalueindex(3));
    const char *family_name = family->cls.name;
    if (lua_type(L, 2) != LUA_TSTRING) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "%s cannot be indexed with a %s",
                          family_name, luaL_typename(L, 2));
    }
    const char *name = lua_tostring(L, 2);
    if (strncmp(name, "__", 2) == 0) {
        lua_pushnil(L);
        return 1;
    }
    return lcorm_fail_missing(L, family_name, name, lua_upvalueindex(1),
                              lua_upvalueindex(2));
}

/* Push detail[key] and return true, or leave the stack as it is. */
static bool push_from_detail(lua_State *L)
{
    if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE) {
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL) {
            return true;
        }
    }
    lua_settop(L, 2);
    return false;
}

/* What is neither a method nor an operator: a detail, an attribute, or nothing. */
static int index_rarely(lua_State *L)
{
    const struct lcorm_family *family = lua_touserdata(L, lua_upvalueindex(3));
    lua_settop(L, 2);
    if (family->has_detail && push_from_detail(L)) {
        return 1;
    }
    lua_pushvalue(L, 2);
    if (lua_gettable(L, lua_upvalueindex(2)) == LUA_TNIL) {
        return family_missing(L);
    }
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

/*
 * A method that the family has from its parents: it becomes the family's own, as they are
 * looked for again and again. Methods may be added later, but not replaced.
 */
static int index_inherited(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_gettable(L, lua_upvalueindex(1)) == LUA_TNIL) {
        return index_rarely(L);
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, lua_upvalueindex(1));
    return 1;
}

/* family.__index(object, key); upvalues: methods, getters, the family */
static int family_index(lua_State *L)
{
    lua_pushvalue(L, 2);
    return lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL ? 1 : index_inherited(L);
}

/* The same of expressions, whose type may have operators of its own. */
static int expression_index(lua_State *L)
{
    return lcorm_push_own_operator(L, 1, 2) ? 1 : family_index(L);
}

static bool has_expressions(const struct lcorm_family *family)
{
    return family == &lcorm_element_family || family->parent == &lcorm_element_family;
}

/* Give the table on top the parent's table `field` to inherit from. */
static void inherit(lua_State *L, const struct lcorm_family *parent, const char *field)
{
    lua_createtable(L, 0, 1);
    if (parent != NULL) {
        lcorm_class_push(L, &parent->cls);
        lua_getfield(L, -1, field);
        lua_setfield(L, -3, "__index");
        lua_pop(L, 1);
    }
    lua_setmetatable(L, -2);
}

/* The family's name without "corm.". */
static const char *short_name(const struct lcorm_family *family)
{
    const char *dot = strrchr(family->cls.name, '.');
    return dot == NULL ? family->cls.name : dot + 1;
}

/* core, meta -> core; publishes the metatable with its methods and getters */
static void family_publish(lua_State *L, const struct lcorm_family *family)
{
    luaL_getsubtable(L, -2, "families");
    lua_createtable(L, 0, 3);
    lua_getfield(L, -3, "__methods");
    lua_setfield(L, -2, "methods");
    lua_getfield(L, -3, "__getters");
    lua_setfield(L, -2, "getters");
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "meta");
    lua_setfield(L, -2, short_name(family));
    lua_pop(L, 2);
}

void lcorm_family_open(lua_State *L, const struct lcorm_family *family)
{
    luaL_checkstack(L, 8, "family");
    lcorm_class_push(L, &family->cls);
    for (const struct lcorm_family *up = family->parent; up != NULL; up = up->parent) {
        lcorm_class_mark(L, -1, &up->cls);
    }

    lua_getfield(L, -1, "__index");
    inherit(L, family->parent, "__methods");
    lua_newtable(L);
    if (family->getters != NULL) {
        luaL_setfuncs(L, family->getters, 0);
    }
    inherit(L, family->parent, "__getters");

    lua_pushvalue(L, -2);
    lua_setfield(L, -4, "__methods");
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, "__getters");
    lua_pushlightuserdata(L, (void *)(uintptr_t)family);
    lua_pushcclosure(L, has_expressions(family) ? expression_index : family_index, 3);
    lua_setfield(L, -2, "__index");
    family_publish(L, family);
}
