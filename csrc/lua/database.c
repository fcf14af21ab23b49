/* SPDX-License-Identifier: MIT */
/*
 * A derived database is a userdata without a finaliser, so that it outlives whatever an
 * engine or a compiled statement does in theirs when the state closes. It is
 *
 *     struct derived | words of the base and its own, sorted | bytes of name and own words
 *
 * and stays in a table of the Lua registry under its name.
 */
#include "lua/database.h"

#include <stdlib.h>
#include <string.h>

#include "lua/kit.h"
#include "lua/open.h"

static const char databases_key = 0; /* registry: name or tag -> struct derived */
static const char numbered_key = 0; /* registry: number -> struct derived */

struct derived {
    struct corm_database database;
    struct corm_dialect dialect;
};

/* Marks the tags among the keys; no name has it. */
enum { TAG_MARK = '#' };

enum { ARG_NAME = 1, ARG_BASE = 2, ARG_OPTIONS = 3, MIN_NAME_LEN = 16 };

struct feature {
    const char *name;
    enum corm_dialect_feature bit;
};

static const struct feature features[] = {
    { "alter", CORM_DIALECT_ALTER },
    { "boolean", CORM_DIALECT_BOOLEAN },
    { "comment", CORM_DIALECT_COMMENT },
    { "default_values", CORM_DIALECT_DEFAULT_VALUES },
    { "delete_using", CORM_DIALECT_DELETE_USING },
    { "distinct_on", CORM_DIALECT_DISTINCT_ON },
    { "for_update", CORM_DIALECT_FOR_UPDATE },
    { "ilike", CORM_DIALECT_ILIKE },
    { "is_distinct", CORM_DIALECT_IS_DISTINCT },
    { "multi_values", CORM_DIALECT_MULTI_VALUES },
    { "native_enum", CORM_DIALECT_NATIVE_ENUM },
    { "on_conflict", CORM_DIALECT_ON_CONFLICT },
    { "returning", CORM_DIALECT_RETURNING },
    { "sequence", CORM_DIALECT_SEQUENCE },
    { "update_from", CORM_DIALECT_UPDATE_FROM },
};

const struct corm_database *lcorm_find_database(lua_State *L, const char *name,
                                                size_t len)
{
    const struct corm_database *database = corm_database_find(name, len);
    if (database != NULL) {
        return database;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &databases_key);
    lua_pushlstring(L, name, len);
    if (lua_rawget(L, -2) == LUA_TUSERDATA) {
        database = &((const struct derived *)lua_touserdata(L, -1))->database;
    }
    lua_pop(L, 2);
    return database;
}

void lcorm_push_database_names(lua_State *L)
{
    luaL_Buffer names;
    luaL_buffinit(L, &names);
    for (size_t i = 0; corm_database_at(i) != NULL; i++) {
        luaL_addstring(&names, i == 0 ? "" : ", ");
        luaL_addstring(&names, corm_database_at(i)->name);
    }
    luaL_pushresult(&names);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &databases_key);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1); /* names, table, key */
        if (strchr(lua_tostring(L, -1), TAG_MARK) == NULL) {
            lua_pushfstring(L, "%s, %s", lua_tostring(L, -3), lua_tostring(L, -1));
            lua_replace(L, -4);
        }
    }
    lua_pop(L, 1);
}

/* Set or clear the feature whose name and value are at -2 and -1. */
static void read_feature(lua_State *L, struct corm_dialect *dialect)
{
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    for (size_t i = 0; i < CORM_LENGTH(features); i++) {
        if (strcmp(features[i].name, name) == 0) {
            uint32_t bit = (uint32_t)features[i].bit;
            dialect->features = lua_toboolean(L, -1) ? dialect->features | bit
                                                     : dialect->features & ~bit;
            return;
        }
    }
    lcorm_fail(L, CORM_E_ARGUMENT, "a dialect has no feature '%s'", name);
}

static void read_features(lua_State *L, struct corm_dialect *dialect)
{
    if (lua_getfield(L, ARG_OPTIONS, "features") != LUA_TNIL) {
        lcorm_check_lua_type(L, -1, LUA_TTABLE);
        lua_pushnil(L);
        while (lua_next(L, -2)) {
            read_feature(L, dialect);
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Add the words of the list at idx to the base's; text is where their bytes go. */
static void read_reserved(lua_State *L, int idx, struct corm_dialect *dialect,
                          const char **words, char *text)
{
    size_t n = dialect->nreserved;
    size_t nown = lua_rawlen(L, idx);
    if (n > 0) {
        memcpy(words, dialect->reserved, n * sizeof(*words));
    }
    for (size_t i = 0; i < nown; i++) {
        size_t len;
        lua_rawgeti(L, idx, (lua_Integer)i + 1);
        const char *word = lua_tolstring(L, -1, &len);
        memcpy(text, word, len + 1);
        words[n++] = text;
        text += len + 1;
        lua_pop(L, 1);
    }
    qsort(words, n, sizeof(*words), compare_words);
    dialect->reserved = words;
    dialect->nreserved = n;
}

/* The bytes of the words in the list at idx, each with its NUL. */
static size_t count_bytes(lua_State *L, int idx)
{
    size_t sum = 0;
    size_t n = lua_rawlen(L, idx);
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, idx, (lua_Integer)i);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lcorm_fail(L, CORM_E_ARGUMENT, "reserved: a list of words expected");
        }
        sum += lua_rawlen(L, -1) + 1;
        lua_pop(L, 1);
    }
    return sum;
}

/* Push options.reserved, an empty list if there is none. */
static int push_reserved(lua_State *L)
{
    if (lua_getfield(L, ARG_OPTIONS, "reserved") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    return lua_gettop(L);
}

static const struct corm_database *check_base(lua_State *L)
{
    size_t len;
    const char *name = lcorm_check_string(L, ARG_BASE, &len);
    const struct corm_database *base = lcorm_find_database(L, name, len);
    if (base == NULL || base->driver == NULL) {
        lcorm_fail(L, CORM_E_NO_SUCH_MODULE, "there is no dialect '%s' to derive from",
                   name);
    }
    return base;
}

/* Engines and statements point to a database that exists, so it is never replaced. */
static void check_is_new(lua_State *L, const char *name, size_t len)
{
    if (lcorm_find_database(L, name, len) != NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT, "there is a dialect '%s' already", name);
    }
}

static uint32_t read_max_len(lua_State *L, const struct corm_dialect *base)
{
    lua_Integer len = lcorm_option_int(L, ARG_OPTIONS, "max_identifier_length",
                                       base->max_identifier_len);
    if (len < MIN_NAME_LEN || len > UINT16_MAX) {
        lcorm_fail(L, CORM_E_ARGUMENT, "max_identifier_length: %d to %d expected",
                   MIN_NAME_LEN, UINT16_MAX);
    }
    return (uint32_t)len;
}

/* The number that what is loaded by a new database remembers it by; 0 if all are taken. */
static uint8_t number_derived(lua_State *L, int derived)
{
    size_t n = 1;
    while (corm_database_at(n - 1) != NULL) {
        n++;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &numbered_key);
    while (lua_rawgeti(L, -1, (lua_Integer)n) != LUA_TNIL) {
        lua_pop(L, 1);
        n++;
    }
    lua_pop(L, 1);
    if (n <= UINT8_MAX) {
        lua_pushvalue(L, derived);
        lua_rawseti(L, -2, (lua_Integer)n);
    }
    lua_pop(L, 1);
    return n <= UINT8_MAX ? (uint8_t)n : 0;
}

uint8_t lcorm_dialect_number(const struct corm_dialect *dialect)
{
    const struct corm_database *database;
    for (uint8_t i = 0; (database = corm_database_at(i)) != NULL; i++) {
        if (database->dialect == dialect) {
            return (uint8_t)(i + 1);
        }
    }
    return dialect->number;
}

const struct corm_dialect *lcorm_dialect_numbered(lua_State *L, uint8_t number)
{
    for (uint8_t i = 0; number > 0 && corm_database_at(i) != NULL; i++) {
        if (i == number - 1) {
            return corm_database_at(i)->dialect;
        }
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &numbered_key);
    lua_rawgeti(L, -1, number);
    const struct derived *derived = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return derived == NULL ? NULL : &derived->dialect;
}

/* A tag is not the name: that stays the base's. */
static void name_derived(struct corm_dialect *dialect, const struct corm_dialect *base,
                         const char *text)
{
    if (strchr(text, TAG_MARK) == NULL) {
        dialect->name = text;
        dialect->base = base;
    } else {
        dialect->tag = text;
    }
}

/*
 * core.derive_database(name, base, {features, max_identifier_length, reserved}) -> whether
 * what it loads remembers it. A name with a "#" in it is a tag of a database of the same name.
 */
static int core_derive_database(lua_State *L)
{
    static const char *const known[] = { "features", "max_identifier_length",
                                         "reserved", NULL };
    size_t len;
    const char *name = lcorm_check_string(L, ARG_NAME, &len);
    const struct corm_database *base = check_base(L);
    lua_settop(L, ARG_OPTIONS);
    lcorm_check_options(L, ARG_OPTIONS, known);
    check_is_new(L, name, len);
    int list = push_reserved(L);
    size_t nwords = base->dialect->nreserved + lua_rawlen(L, list);
    struct derived *derived = lua_newuserdatauv(
        L, sizeof(*derived) + nwords * sizeof(char *) + len + 1 + count_bytes(L, list),
        0);
    const char **words = (const char **)(void *)(derived + 1);
    char *text = (char *)(words + nwords);
    memcpy(text, name, len + 1);
    derived->dialect = *base->dialect;
    name_derived(&derived->dialect, base->dialect, text);
    derived->database = (struct corm_database){ text, &derived->dialect, base->driver };
    read_features(L, &derived->dialect);
    derived->dialect.max_identifier_len = read_max_len(L, base->dialect);
    read_reserved(L, list, &derived->dialect, words, text + len + 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &databases_key);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, text);
    lua_pop(L, 1);
    derived->dialect.number = number_derived(L, lua_gettop(L));
    lua_pushboolean(L, derived->dialect.number != 0);
    return 1;
}

static const luaL_Reg functions[] = {
    { "derive_database", core_derive_database },
    { NULL, NULL },
};

void lcorm_open_database(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &databases_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &numbered_key);
    luaL_setfuncs(L, functions, 0);
}
