/* SPDX-License-Identifier: MIT */
/* One value to and from what a type sends, outside of any statement: for processors. */
#include "lua/open.h"
#include "lua/statement.h"
#include "lua/type.h"
#include "sql/literal.h"

/* The arguments of all functions here. */
enum { ARG_TYPE = 1, ARG_VALUE, ARG_DIALECT };

typedef enum corm_rc (*convert_fn)(const struct corm_type *type,
                                   const struct corm_value *value,
                                   struct corm_arena *scratch, struct corm_value *out,
                                   struct corm_error *err);

/* Push the value as it is after conversion. */
static int push_converted(lua_State *L, convert_fn convert)
{
    struct corm_error err;
    struct corm_value out;
    lua_settop(L, ARG_VALUE);
    const struct corm_type *type = lcorm_check_type(L, ARG_TYPE);
    struct corm_value value = lcorm_to_value(L, ARG_VALUE);
    struct corm_arena *scratch = lcorm_scratch_arena(L);
    if (convert(type, &value, scratch, &out, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lcorm_push_value(L, &out);
    corm_arena_release(scratch);
    return 1;
}

/* core.type_bind(type, value) -> the value as it is sent */
static int core_type_bind(lua_State *L)
{
    return push_converted(L, corm_type_bind);
}

/* core.type_decode(type, value) -> the value as the type has it in Lua */
static int core_type_decode(lua_State *L)
{
    return push_converted(L, corm_type_decode);
}

/* core.type_literal(type, value, dialect) -> the value as text in SQL */
static int core_type_literal(lua_State *L)
{
    struct corm_error err;
    lua_settop(L, ARG_DIALECT);
    const struct corm_type *type = lcorm_check_type(L, ARG_TYPE);
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    struct corm_value value = lcorm_to_value(L, ARG_VALUE);
    struct corm_strbuf *out = lcorm_push_strbuf(L);
    if (corm_literal_put(dialect, type, &value, out, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    lcorm_strbuf_to_string(L, -1);
    return 1;
}

static const luaL_Reg functions[] = {
    { "type_bind", core_type_bind },
    { "type_decode", core_type_decode },
    { "type_literal", core_type_literal },
    { NULL, NULL },
};

void lcorm_open_type_convert(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
