/* SPDX-License-Identifier: MIT */
/* Compiling statements for Lua, tostring() of any node, and comparing two of them. */
#include "lua/compiled.h"
#include "lua/node_operate.h"
#include "lua/open.h"
#include "lua/statement.h"
#include "sql/expand.h"

enum { ARG_STATEMENT = 1, ARG_DIALECT, ARG_OPTIONS };

/* options.column_keys, a sequence of names; the array is scratch left on the stack */
static void read_column_keys(lua_State *L, struct corm_compile_options *options)
{
    if (lua_isnoneornil(L, ARG_OPTIONS) ||
        lua_getfield(L, ARG_OPTIONS, "column_keys") == LUA_TNIL) {
        return;
    }
    lcorm_check_lua_type(L, -1, LUA_TTABLE);
    int list = lua_gettop(L);
    uint32_t n = (uint32_t)lua_rawlen(L, list);
    const char **keys = lcorm_scratch(L, (n + 1) * sizeof(*keys));
    for (uint32_t i = 0; i < n; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        keys[i] = lcorm_check_string(L, -1, NULL);
        lua_pop(L, 1);
    }
    options->column_keys = keys;
    options->ncolumn_keys = n;
    options->has_column_keys = true;
}

static void read_options(lua_State *L, struct corm_compile_options *options)
{
    static const char *const known[] = {
        "column_keys",     "for_executemany",      "keeps_order",
        "label_tablename", "literal_binds",        "render_postcompile",
        "returning_keys",  "schema_translate_map", NULL
    };
    lcorm_check_options(L, ARG_OPTIONS, known);
    options->returning_keys =
        lcorm_option_bool(L, ARG_OPTIONS, "returning_keys", false);
    options->literal_binds = lcorm_option_bool(L, ARG_OPTIONS, "literal_binds", false);
    options->for_executemany =
        lcorm_option_bool(L, ARG_OPTIONS, "for_executemany", false);
    options->keeps_order = lcorm_option_bool(L, ARG_OPTIONS, "keeps_order", false);
    options->label_style_tablename =
        lcorm_option_bool(L, ARG_OPTIONS, "label_tablename", false);
    options->schema_map = lcorm_push_schema_map(L, ARG_OPTIONS);
    read_column_keys(L, options);
}

/* Push the Compiled of the statement at idx. */
static struct corm_compiled *push_compile(lua_State *L, int idx,
                                          struct corm_compile_options *options)
{
    struct corm_error err;
    struct corm_compiled *compiled = NULL;
    int base = lua_gettop(L);
    luaL_checkstack(L, 8, "compile");
    lcorm_push_rewritten(L, idx);
    const struct corm_node *plain = lcorm_render(L, options->dialect);
    struct lcorm_box *box =
        lcorm_box_new(L, &lcorm_compiled_class, LCORM_COMPILED_UV_COUNT);
    lua_pushvalue(L, base + 1);
    lua_setiuservalue(L, -2, LCORM_COMPILED_STATEMENT);
    if (corm_compile(plain, options, &compiled, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    box->obj = compiled;
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return compiled;
}

void lcorm_push_sql(lua_State *L, int idx)
{
    struct corm_compile_options options = { .dialect = &corm_dialect_default };
    const struct corm_compiled *compiled = push_compile(L, idx, &options);
    lua_pushlstring(L, compiled->sql, compiled->sql_len);
    lua_remove(L, -2);
}

/* Write the lists of IN out, as an execution with the statement's own values would. */
static void render_lists(lua_State *L, int idx, const struct corm_compiled *compiled)
{
    struct corm_error err;
    const struct corm_bind_order *binds = lcorm_push_compiled_binds(L, idx);
    struct corm_value *values =
        lcorm_scratch(L, (compiled->nslots + 1) * sizeof(*values));
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        values[i] = lcorm_slot_cell(&compiled->slots[i], binds);
        if (compiled->slots[i].is_expanding && values[i].tag != CORM_TAG_OBJECT) {
            lcorm_fail(L, CORM_E_ARGUMENT, "render_postcompile: '%s' has no value",
                       compiled->slots[i].name);
        }
    }
    struct corm_strbuf *text = lcorm_push_strbuf(L);
    if (corm_compiled_render(compiled, values, text, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    lcorm_strbuf_to_string(L, -1);
    lua_setiuservalue(L, idx, LCORM_COMPILED_RENDERED);
}

/* core.compile(statement, dialect, options) -> Compiled */
static int core_compile(lua_State *L)
{
    struct corm_compile_options options = { .is_for_reading = true };
    lcorm_check_node(L, ARG_STATEMENT);
    lua_settop(L, ARG_OPTIONS);
    options.dialect = lcorm_check_dialect(L, ARG_DIALECT);
    read_options(L, &options);
    bool is_rendered = lcorm_option_bool(L, ARG_OPTIONS, "render_postcompile", false);
    const struct corm_compiled *compiled = push_compile(L, ARG_STATEMENT, &options);
    int idx = lua_gettop(L);
    if (is_rendered && compiled->has_expanding) {
        render_lists(L, idx, compiled);
    }
    lua_settop(L, idx);
    return 1;
}

/* ---- comparison ---- */

/* core.compare(a, b) -> boolean: both say the same, with the same values */
static int core_compare(lua_State *L)
{
    const struct corm_node *a = lcorm_check_node(L, 1);
    const struct corm_node *b = lcorm_check_node(L, 2);
    const struct corm_bind_order *left = lcorm_push_binds(L, a);
    const struct corm_bind_order *right = lcorm_push_binds(L, b);
    bool is_same = a->fp == b->fp && left->items.count == right->items.count;
    for (size_t i = 0; is_same && i < left->items.count; i++) {
        is_same = corm_bind_value_equal(&left->items.items[i]->value,
                                        &right->items.items[i]->value);
    }
    lua_pushboolean(L, is_same);
    return 1;
}

void lcorm_open_statement_compile(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "compare", core_compare },
        { "compile", core_compile },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}
