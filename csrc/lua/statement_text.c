/* SPDX-License-Identifier: MIT */
/* String builders and dialects as the binding sees them, and tostring() of any node. */
#include "lua/database.h"
#include "lua/node_operate.h"
#include "lua/open.h"
#include "lua/statement.h"

static int strbuf_gc(lua_State *L)
{
    struct corm_strbuf *buf = lcorm_test(L, 1, &lcorm_strbuf_class);
    if (buf != NULL) {
        corm_strbuf_release(buf);
    }
    return 0;
}

static const luaL_Reg strbuf_meta[] = {
    { "__gc", strbuf_gc },
    { NULL, NULL },
};

const struct lcorm_class lcorm_strbuf_class = { .name = "corm.strbuf",
                                                .meta = strbuf_meta,
                                                .size = sizeof(struct corm_strbuf) };

struct corm_strbuf *lcorm_push_strbuf(lua_State *L)
{
    struct corm_strbuf *buf = lcorm_object_new(L, &lcorm_strbuf_class, sizeof(*buf), 0);
    corm_strbuf_init(buf);
    return buf;
}

void lcorm_strbuf_to_string(lua_State *L, int idx)
{
    struct corm_error err;
    struct corm_strbuf *buf = lcorm_check(L, idx, &lcorm_strbuf_class);
    idx = lua_absindex(L, idx);
    if (corm_strbuf_check(buf, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    lua_pushlstring(L, buf->data, buf->len);
    corm_strbuf_release(buf);
    corm_strbuf_init(buf);
    lua_replace(L, idx);
}

/* Push the tag of an engine's dialect, or else the name of a dialect. */
static void push_dialect_field(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    if (lua_istable(L, idx)) {
        lua_pushliteral(L, "tag");
        if (lua_rawget(L, idx) != LUA_TNIL) {
            return;
        }
        lua_pop(L, 1);
    }
    lua_getfield(L, idx, "name");
}

/* The value at idx as tag or name of a dialect; left on the stack if it was fetched. */
static const char *dialect_name(lua_State *L, int idx, size_t *len_out)
{
    if (lua_type(L, idx) == LUA_TTABLE || lua_type(L, idx) == LUA_TUSERDATA) {
        push_dialect_field(L, idx);
        idx = lua_gettop(L);
    }
    if (lua_type(L, idx) != LUA_TSTRING) {
        lcorm_fail(L, CORM_E_ARGUMENT, "a dialect or its name expected, got %s",
                   lcorm_type_name(L, idx));
    }
    return lua_tolstring(L, idx, len_out);
}

static int refuse_dialect(lua_State *L, const char *name)
{
    lcorm_push_database_names(L);
    return lcorm_fail(L, CORM_E_NO_SUCH_MODULE, "unknown dialect '%s'; known are: %s",
                      name, lua_tostring(L, -1));
}

const struct corm_dialect *lcorm_check_dialect(lua_State *L, int idx)
{
    size_t len;
    int top = lua_gettop(L);
    if (lua_isnoneornil(L, idx)) {
        return &corm_dialect_default;
    }
    const char *name = dialect_name(L, idx, &len);
    const struct corm_database *database = lcorm_find_database(L, name, len);
    if (database == NULL) {
        refuse_dialect(L, name);
        return NULL;
    }
    lua_settop(L, top);
    return database->dialect;
}
