/* SPDX-License-Identifier: MIT */
#include "lua/value.h"
#include "lua/open.h"

#include <string.h>

static const char null_key = 0; /* registry: corm.NULL */

const struct lcorm_class lcorm_value_class = { .name = "corm.value",
                                               .size = sizeof(struct corm_value) };

void lcorm_value_new(lua_State *L, const struct lcorm_class *cls,
                     const struct corm_value *value)
{
    size_t nbytes = corm_value_has_bytes(value) ? value->len : 0;
    struct corm_value *copy = lcorm_object_new(L, cls, sizeof(*copy) + nbytes + 1, 0);
    *copy = *value;
    if (corm_value_has_bytes(value)) {
        char *bytes = (char *)(copy + 1);
        memcpy(bytes, value->as.s, nbytes);
        copy->as.s = bytes;
    }
}

int lcorm_value_return(lua_State *L, enum corm_rc rc, const struct corm_value *value,
                       struct corm_error *err)
{
    if (rc != CORM_OK) {
        if (err->rc != CORM_E_NO_MEMORY) {
            err->rc = CORM_E_ARGUMENT;
        }
        return lcorm_throw(L, err);
    }
    lcorm_push_value(L, value);
    return 1;
}

int lcorm_value_reflect(lua_State *L, const char *event)
{
    int other = lcorm_test(L, 1, &lcorm_value_class) != NULL ? 2 : 1;
    bool is_value = lcorm_test(L, other, &lcorm_value_class) != NULL;
    lua_settop(L, 2);
    if (!is_value && luaL_getmetafield(L, other, event) != LUA_TNIL) {
        lua_insert(L, 1);
        lua_call(L, 2, 1);
        return 1;
    }
    const char *left = lcorm_type_name(L, 1);
    return lcorm_fail(L, CORM_E_ARGUMENT, "%s of %s and %s is not defined", event + 2,
                      left, lcorm_type_name(L, 2));
}

static struct corm_value string_to_value(lua_State *L, int idx)
{
    size_t len;
    const char *text = lua_tolstring(L, idx, &len);
    return corm_value_bytes(CORM_TAG_TEXT, text, len);
}

static struct corm_value userdata_to_value(lua_State *L, int idx)
{
    const struct corm_value *value = lcorm_test(L, idx, &lcorm_value_class);
    if (value != NULL) {
        return *value;
    }
    return (struct corm_value){ .tag = CORM_TAG_FOREIGN };
}

struct corm_value lcorm_to_value(lua_State *L, int idx)
{
    switch (lua_type(L, idx)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return corm_value_null();
    case LUA_TBOOLEAN:
        return corm_value_bool(lua_toboolean(L, idx));
    case LUA_TNUMBER:
        return lua_isinteger(L, idx) ? corm_value_int(lua_tointeger(L, idx))
                                     : corm_value_float(lua_tonumber(L, idx));
    case LUA_TSTRING:
        return string_to_value(L, idx);
    case LUA_TUSERDATA:
        return userdata_to_value(L, idx);
    default:
        return (struct corm_value){ .tag = CORM_TAG_FOREIGN };
    }
}

void lcorm_push_value(lua_State *L, const struct corm_value *value)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_BOOL:
        lua_pushboolean(L, (int)value->as.i);
        break;
    case CORM_TAG_INT:
        lua_pushinteger(L, value->as.i);
        break;
    case CORM_TAG_FLOAT:
        lua_pushnumber(L, value->as.f);
        break;
    case CORM_TAG_TEXT:
    case CORM_TAG_BLOB:
        lua_pushlstring(L, value->as.s, value->len);
        break;
    case CORM_TAG_DECIMAL:
        lcorm_value_new(L, &lcorm_decimal_class, value);
        break;
    case CORM_TAG_DATE:
        lcorm_value_new(L, &lcorm_date_class, value);
        break;
    case CORM_TAG_TIME:
        lcorm_value_new(L, &lcorm_time_class, value);
        break;
    case CORM_TAG_DATETIME:
        lcorm_value_new(L, &lcorm_datetime_class, value);
        break;
    case CORM_TAG_INTERVAL:
        lcorm_value_new(L, &lcorm_interval_class, value);
        break;
    case CORM_TAG_UNSET:
    case CORM_TAG_NULL:
    case CORM_TAG_OBJECT:
    case CORM_TAG_FOREIGN:
        lua_pushnil(L);
        break;
    }
}

/* tostring(corm.NULL) */
static int null_tostring(lua_State *L)
{
    lua_pushliteral(L, "NULL");
    return 1;
}

static const luaL_Reg null_meta[] = { { "__tostring", null_tostring }, { NULL, NULL } };

const struct lcorm_class lcorm_null_class = { .name = "corm.NULL",
                                              .meta = null_meta,
                                              .size = sizeof(struct corm_value) };

void lcorm_push_null(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key) == LUA_TUSERDATA) {
        return;
    }
    lua_pop(L, 1);
    struct corm_value null = corm_value_null();
    lcorm_value_new(L, &lcorm_null_class, &null);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
}

bool lcorm_is_null(lua_State *L, int idx)
{
    return lua_type(L, idx) == LUA_TUSERDATA &&
           lcorm_test(L, idx, &lcorm_null_class) != NULL;
}

/* Canonical text of a decimal without the zeros that end its fraction. */
static size_t significant_len(const struct corm_value *value)
{
    size_t len = value->len;
    if (len == 0 || memchr(value->as.s, '.', len) == NULL) {
        return len;
    }
    while (value->as.s[len - 1] == '0') {
        len--;
    }
    return value->as.s[len - 1] == '.' ? len - 1 : len;
}

/*
 * core.value_key(userdata) -> a string that equal values share; of any other userdata the
 * userdata itself
 */
static int value_key(lua_State *L)
{
    const struct corm_value *value = lcorm_test(L, 1, &lcorm_value_class);
    if (value == NULL || value->tag == CORM_TAG_NULL) {
        lua_settop(L, 1);
        return 1;
    }
    luaL_Buffer key;
    bool is_zoned = value->aux != CORM_ZONE_NONE;
    luaL_buffinit(L, &key);
    luaL_addlstring(&key, "\0corm", 5);
    luaL_addchar(&key, (char)('a' + value->tag));
    luaL_addchar(&key, is_zoned ? 'z' : ' ');
    if (corm_value_has_bytes(value)) {
        luaL_addlstring(&key, value->as.s, significant_len(value));
    } else {
        luaL_addlstring(&key, (const char *)&value->as.i, sizeof(value->as.i));
    }
    luaL_pushresult(&key);
    return 1;
}

/* Class:is(value) -> boolean; the class is upvalue 1 */
static int class_is(lua_State *L)
{
    const struct lcorm_class *cls = lua_touserdata(L, lua_upvalueindex(1));
    lua_pushboolean(L, lcorm_test(L, 2, cls) != NULL);
    return 1;
}

/* Class(...): the constructor is upvalue 1 and does not want to see the class */
static int class_call(lua_State *L)
{
    lua_CFunction construct = lua_tocfunction(L, lua_upvalueindex(1));
    lua_remove(L, 1);
    return construct(L);
}

/* tostring(Class): its name is upvalue 1 */
static int class_tostring(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

void lcorm_value_publish(lua_State *L, const struct lcorm_class *cls,
                         lua_CFunction construct, const luaL_Reg *statics)
{
    lua_newtable(L);
    luaL_setfuncs(L, statics, 0);
    lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
    lua_pushcclosure(L, class_is, 1);
    lua_setfield(L, -2, "is");

    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, construct);
    lua_pushcclosure(L, class_call, 1);
    lua_setfield(L, -2, "__call");
    lua_pushstring(L, cls->name);
    lua_pushcclosure(L, class_tostring, 1);
    lua_setfield(L, -2, "__tostring");
    lcorm_class_push_methods(L, cls);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, strchr(cls->name, '.') + 1);
}

/* Make the class known, so that its objects are values as well. */
static void open_class(lua_State *L, const struct lcorm_class *cls)
{
    lcorm_class_push(L, cls);
    lcorm_class_mark(L, -1, &lcorm_value_class);
    lua_pop(L, 1);
}

/* core table -> the same, with NULL */
void lcorm_open_value(lua_State *L)
{
    static const struct lcorm_class *const classes[] = {
        &lcorm_null_class,     &lcorm_date_class,     &lcorm_time_class,
        &lcorm_datetime_class, &lcorm_interval_class, &lcorm_decimal_class,
    };
    for (size_t i = 0; i < CORM_LENGTH(classes); i++) {
        open_class(L, classes[i]);
    }
    lcorm_push_null(L);
    lua_setfield(L, -2, "NULL");
    lua_pushcfunction(L, value_key);
    lua_setfield(L, -2, "value_key");
}
