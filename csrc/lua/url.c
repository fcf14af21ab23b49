/* SPDX-License-Identifier: MIT */
/* URLs between text and tables of their parts; the class URL is lua/corm/engine/url.lua. */
#include "engine/url.h"

#include <string.h>

#include "base/alloc.h"
#include "lua/kit.h"
#include "lua/open.h"
#include "lua/statement.h"

static void url_destroy(void *obj)
{
    corm_url_release(obj);
    corm_free(obj);
}

static const struct lcorm_class parsed_url_class = { .name = "corm.ParsedURL",
                                                     .destroy = url_destroy };

static void set_text(lua_State *L, const char *name, const char *text)
{
    if (text != NULL) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, name);
    }
}

/* Push the options as a sequence of {key, value}: order and repetition count. */
static void push_query(lua_State *L, const struct corm_url *url)
{
    lua_createtable(L, (int)url->noptions, 0);
    for (size_t i = 0; i < url->noptions; i++) {
        lua_createtable(L, 2, 0);
        lua_pushstring(L, url->options[i].key);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, url->options[i].value);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* core.parse_url(text) -> {dialect, driver, username, password, host, port, …, query} */
static int core_parse_url(lua_State *L)
{
    struct corm_error err;
    size_t len;
    const char *text = lcorm_check_string(L, 1, &len);
    struct lcorm_box *box = lcorm_box_new(L, &parsed_url_class, 0);
    struct corm_url *url = corm_alloc_zero(1, sizeof *url);
    box->obj = url;
    if (url == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    if (corm_url_parse(text, len, url, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lua_createtable(L, 0, 8);
    set_text(L, "dialect", url->dialect);
    set_text(L, "driver", url->driver);
    set_text(L, "username", url->user);
    set_text(L, "password", url->password);
    set_text(L, "host", url->host);
    set_text(L, "database", url->database);
    if (url->port != 0) {
        lua_pushinteger(L, url->port);
        lua_setfield(L, -2, "port");
    }
    push_query(L, url);
    lua_setfield(L, -2, "query");
    return 1;
}

/* The string in a field of the table at 1, which keeps it alive; NULL if absent. */
static const char *part(lua_State *L, const char *name)
{
    const char *text = lcorm_option_string(L, 1, name, NULL);
    lua_pop(L, 1);
    return text;
}

/* The pairs of `query`, a sequence of {key, value}, in scratch left on the stack. */
static void read_query(lua_State *L, struct corm_url *url)
{
    if (lua_getfield(L, 1, "query") != LUA_TTABLE) {
        return;
    }
    int query = lua_gettop(L);
    size_t n = lua_rawlen(L, query);
    struct corm_url_option *options = lcorm_scratch(L, (n + 1) * sizeof *options);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, query, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        options[i].key = lcorm_check_string(L, -2, NULL);
        options[i].value = lcorm_check_string(L, -1, NULL);
        lua_pop(L, 3);
    }
    url->options = options;
    url->noptions = n;
}

/* core.format_url(parts, is_masked) -> text */
static int core_format_url(lua_State *L)
{
    struct corm_url url = { 0 };
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    bool is_masked = lua_toboolean(L, 2);
    url.dialect = part(L, "dialect");
    url.driver = part(L, "driver");
    url.user = part(L, "username");
    url.password = part(L, "password");
    url.host = part(L, "host");
    url.database = part(L, "database");
    url.port = (int)lcorm_option_int(L, 1, "port", 0);
    lcorm_arg_check(L, url.dialect != NULL, 1, "no dialect");
    read_query(L, &url);
    struct corm_strbuf *buf = lcorm_push_strbuf(L);
    corm_url_format(&url, is_masked, buf);
    lcorm_strbuf_to_string(L, lua_gettop(L));
    return 1;
}

static const luaL_Reg functions[] = {
    { "format_url", core_format_url },
    { "parse_url", core_parse_url },
    { NULL, NULL },
};

void lcorm_open_url(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
