/* SPDX-License-Identifier: MIT */
/* Engine boxes: URL, driver, dialect and compiled statements behind one handle. */
#include "engine/engine.h"

#include <string.h>

#include "base/alloc.h"
#include "lua/database.h"
#include "lua/native.h"
#include "lua/open.h"

enum { CACHE_SIZE_MAX = 1000000 };

static void engine_destroy(void *obj)
{
    corm_engine_unref(obj);
}

/* The database of this name or tag; raises for one that is not known or has no driver. */
static const struct corm_database *find_database(lua_State *L, const char *name)
{
    const struct corm_database *database = lcorm_find_database(L, name, strlen(name));
    if (database == NULL || database->driver == NULL) {
        lcorm_fail(L, CORM_E_NO_SUCH_MODULE, "no driver for the dialect '%s'", name);
    }
    return database;
}

static void url_destroy(void *obj)
{
    corm_url_release(obj);
    corm_free(obj);
}

/* A URL on its way into an engine: raising frees it. */
static const struct lcorm_class pending_url_class = { .name = "corm.PendingURL",
                                                      .destroy = url_destroy };

static struct corm_url *push_url(lua_State *L, int idx)
{
    struct corm_error err;
    size_t len;
    const char *text = lcorm_check_string(L, idx, &len);
    struct lcorm_box *box = lcorm_box_new(L, &pending_url_class, 0);
    struct corm_url *url = corm_alloc_zero(1, sizeof *url);
    box->obj = url;
    if (url == NULL) {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    } else if (corm_url_parse(text, len, url, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    return url;
}

/*
 * core.engine(url, query_cache_size, [tag]) -> engine; nothing is opened yet. The tag is that
 * of a database which was derived for this engine (core.derive_database).
 */
static int core_engine(lua_State *L)
{
    struct corm_error err;
    struct corm_engine *engine;
    lua_Integer cache_size = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, cache_size >= 0 && cache_size <= CACHE_SIZE_MAX, 2,
                    "out of range");
    struct corm_url *url = push_url(L, 1);
    const struct corm_database *database =
        find_database(L, lua_isnoneornil(L, 3) ? url->dialect : lua_tostring(L, 3));
    struct lcorm_box *box =
        lcorm_box_new(L, &lcorm_engine_class, LCORM_ENGINE_UV_COUNT);
    lua_newtable(L);
    lua_setiuservalue(L, -2, LCORM_ENGINE_SHAPES);
    if (corm_engine_new(url, database->driver, database->dialect, (size_t)cache_size,
                        &engine, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    box->obj = engine;
    return 1;
}

/*
 * engine:connect([url]) -> NativeConnection that is opening; call its open(). Another URL
 * of the same database leads elsewhere, or there by other means.
 */
static int engine_connect(lua_State *L)
{
    const struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    const struct corm_url *url = NULL;
    if (!lua_isnoneornil(L, 2)) {
        url = push_url(L, 2);
        if (find_database(L, url->dialect)->driver != engine->driver) {
            lcorm_fail(L, CORM_E_ARGUMENT, "the URL is one of another database");
        }
    }
    lcorm_native_new(L, 1, url);
    return 1;
}

/* engine:set_page_size(n): rows that one INSERT with many parameter sets takes */
static int engine_set_page_size(lua_State *L)
{
    struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    lua_Integer n = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, n >= 1 && n <= UINT32_MAX, 2, "not below 1 expected");
    engine->rows_max = (uint32_t)n;
    return 0;
}

/* engine:clear_cache(): forget the compiled statements and the shapes of their rows */
static int engine_clear_cache(lua_State *L)
{
    struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    struct corm_error err;
    if (corm_engine_clear_cache(engine, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_newtable(L);
    lua_setiuservalue(L, 1, LCORM_ENGINE_SHAPES);
    return 0;
}

/* engine:family() -> "sqlite", "postgresql": what it talks to, whatever the dialect's name */
static int engine_family(lua_State *L)
{
    const struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    lua_pushstring(L, engine->driver->name);
    return 1;
}

/* engine:dialect_name() -> "sqlite", "postgresql", or what was derived of one */
static int engine_dialect_name(lua_State *L)
{
    const struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    lua_pushstring(L, engine->dialect->name);
    return 1;
}

/* engine:dialect_tag() -> what tells it from others of its name, which is its name if none is */
static int engine_dialect_tag(lua_State *L)
{
    const struct corm_engine *engine = lcorm_check_box(L, 1, &lcorm_engine_class);
    lua_pushstring(L, corm_dialect_tag(engine->dialect));
    return 1;
}

static const luaL_Reg methods[] = {
    { "clear_cache", engine_clear_cache },
    { "connect", engine_connect },
    { "dialect_name", engine_dialect_name },
    { "dialect_tag", engine_dialect_tag },
    { "family", engine_family },
    { "set_page_size", engine_set_page_size },
    { NULL, NULL },
};

const struct lcorm_class lcorm_engine_class = { .name = "corm.NativeEngine",
                                                .methods = methods,
                                                .destroy = engine_destroy };

void lcorm_open_engine(lua_State *L)
{
    lua_pushcfunction(L, core_engine);
    lua_setfield(L, -2, "engine");
}
