/* SPDX-License-Identifier: MIT */
/*
 * Compiled statements in Lua, tostring() of any node, and the box of a compile cache.
 * A statement with mapped classes in it is first rewritten by the function that the mapper
 * set with core.set_rewriter().
 */
#include "base/alloc.h"
#include "lua/node_operate.h"
#include "lua/open.h"
#include "lua/statement.h"

#include <string.h>

static const char rewriter_key =
    0; /* registry: function(statement) -> plain statement */

enum {
    UV_STATEMENT = 1, /* of a Compiled: the statement as it was given */
    ARG_STATEMENT = 1,
    ARG_DIALECT = 2,
    ARG_OPTIONS = 3,
    FEW_BINDS = 16
};

static void compiled_destroy(void *obj)
{
    corm_compiled_unref(obj);
}

static void cache_destroy(void *obj)
{
    corm_compile_cache_free(obj);
}

/* core.set_rewriter(function(statement) -> statement without mapped classes) */
static int core_set_rewriter(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &rewriter_key);
    return 0;
}

/* Push the statement at idx without mapped classes; itself if there are none. */
static const struct corm_node *push_plain(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    bool has_marks = (node->flags & CORM_NODE_HAS_ENTITY) != 0;
    idx = lua_absindex(L, idx);
    if (has_marks &&
        lua_rawgetp(L, LUA_REGISTRYINDEX, &rewriter_key) == LUA_TFUNCTION) {
        lua_pushvalue(L, idx);
        lua_call(L, 1, 1);
        return lcorm_check_node(L, -1);
    }
    if (has_marks) {
        lua_pop(L, 1);
    }
    lua_pushvalue(L, idx);
    return node;
}

/* options.column_keys, a sequence of names; the array is scratch left on the stack */
static void read_column_keys(lua_State *L, struct corm_compile_options *options)
{
    if (lua_isnoneornil(L, ARG_OPTIONS) ||
        lua_getfield(L, ARG_OPTIONS, "column_keys") == LUA_TNIL) {
        return;
    }
    luaL_checktype(L, -1, LUA_TTABLE);
    int list = lua_gettop(L);
    uint32_t n = (uint32_t)lua_rawlen(L, list);
    const char **keys = lcorm_scratch(L, (n + 1) * sizeof(*keys));
    for (uint32_t i = 0; i < n; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        keys[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    options->column_keys = keys;
    options->ncolumn_keys = n;
    options->has_column_keys = true;
}

static void read_options(lua_State *L, struct corm_compile_options *options)
{
    static const char *const known[] = { "column_keys",
                                         "for_executemany",
                                         "label_tablename",
                                         "literal_binds",
                                         "render_postcompile",
                                         "schema_translate_map",
                                         NULL };
    lcorm_check_options(L, ARG_OPTIONS, known);
    options->literal_binds = lcorm_option_bool(L, ARG_OPTIONS, "literal_binds", false);
    options->render_postcompile =
        lcorm_option_bool(L, ARG_OPTIONS, "render_postcompile", false);
    options->for_executemany =
        lcorm_option_bool(L, ARG_OPTIONS, "for_executemany", false);
    options->label_style_tablename =
        lcorm_option_bool(L, ARG_OPTIONS, "label_tablename", false);
    options->schema_map = lcorm_push_schema_map(L, ARG_OPTIONS);
    read_column_keys(L, options);
}

void lcorm_push_compiled(lua_State *L, struct corm_compiled *compiled, int statement)
{
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compiled_class, 1);
    box->obj = corm_compiled_ref(compiled);
    lua_pushvalue(L, statement);
    lua_setiuservalue(L, -2, UV_STATEMENT);
}

/* Push the Compiled of the statement at idx. */
static struct corm_compiled *push_compile(lua_State *L, int idx,
                                          struct corm_compile_options *options)
{
    struct corm_error err;
    struct corm_compiled *compiled = NULL;
    int base = lua_gettop(L);
    luaL_checkstack(L, 8, "compile");
    const struct corm_node *plain = push_plain(L, idx);
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compiled_class, 1);
    lua_pushvalue(L, base + 1);
    lua_setiuservalue(L, -2, UV_STATEMENT);
    if (corm_compile(plain, options, &compiled, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    box->obj = compiled;
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return compiled;
}

/* core.compile(statement, dialect, options) -> Compiled */
static int core_compile(lua_State *L)
{
    struct corm_compile_options options = { 0 };
    lcorm_check_node(L, ARG_STATEMENT);
    lua_settop(L, ARG_OPTIONS);
    options.dialect = lcorm_check_dialect(L, ARG_DIALECT);
    read_options(L, &options);
    push_compile(L, ARG_STATEMENT, &options);
    return 1;
}

void lcorm_push_sql(lua_State *L, int idx)
{
    struct corm_compile_options options = { .dialect = &corm_dialect_default };
    const struct corm_compiled *compiled = push_compile(L, idx, &options);
    lua_pushlstring(L, compiled->sql, compiled->sql_len);
    lua_remove(L, -2);
}

/* ---- Compiled ---- */

static struct corm_compiled *check_compiled(lua_State *L)
{
    return lcorm_check_box(L, 1, &lcorm_compiled_class);
}

/* The binds of the statement in walk order; the array is scratch left on the stack. */
static void push_binds(lua_State *L, const struct corm_compiled *compiled,
                       struct corm_binds *binds)
{
    lua_getiuservalue(L, 1, UV_STATEMENT);
    const struct corm_node *statement = lcorm_check_node(L, -1);
    *binds = (struct corm_binds){ .cap = FEW_BINDS };
    binds->items = lcorm_scratch(L, binds->cap * sizeof(*binds->items));
    bool is_match = corm_node_match(compiled->shape, statement, binds);
    if (is_match && binds->count > binds->cap) {
        binds->cap = binds->count;
        binds->items = lcorm_scratch(L, binds->cap * sizeof(*binds->items));
        corm_node_match(compiled->shape, statement, binds);
    }
}

/* Push the Lua value of a cell; corm.NULL for NULL. */
static void push_cell(lua_State *L, const struct corm_value *value)
{
    if (value->tag == CORM_TAG_NULL) {
        lcorm_push_null(L);
    } else {
        lcorm_push_value(L, value);
    }
}

/* Push the value that a slot has without an execution, nil if it has none. */
static void push_slot_value(lua_State *L, const struct corm_bind_slot *slot,
                            const struct corm_binds *binds)
{
    if (slot->source == CORM_SOURCE_CONSTANT) {
        push_cell(L, &slot->constant);
    } else if (slot->source < 0 || (uint32_t)slot->source >= binds->count) {
        lua_pushnil(L);
    } else {
        const struct corm_node *bind = binds->items[slot->source];
        if (bind->value.tag == CORM_TAG_FOREIGN || bind->value.tag == CORM_TAG_OBJECT) {
            lcorm_push_bind_foreign(L, bind);
        } else {
            push_cell(L, &bind->value);
        }
    }
}

/* compiled.params -> {name = value}; what must come with the execution is absent */
static int compiled_params(lua_State *L)
{
    struct corm_binds binds;
    const struct corm_compiled *compiled = check_compiled(L);
    lua_settop(L, 1);
    push_binds(L, compiled, &binds);
    lua_createtable(L, 0, (int)compiled->nslots);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        lua_pushlstring(L, slot->name, slot->name_len);
        push_slot_value(L, slot, &binds);
        lua_rawset(L, -3);
    }
    return 1;
}

/* compiled.positiontup -> names in the order of binding; nil where names are bound */
static int compiled_positiontup(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    if (!compiled->is_positional) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, (int)compiled->nslots, 0);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        lua_pushlstring(L, compiled->slots[i].name, compiled->slots[i].name_len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* compiled.columns -> names of the result's columns, in order */
static int compiled_columns(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    lua_createtable(L, (int)compiled->ncolumns, 0);
    for (uint32_t i = 0; i < compiled->ncolumns; i++) {
        lua_pushlstring(L, compiled->columns[i].name, compiled->columns[i].name_len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* compiled.statement -> the statement it was made of */
static int compiled_statement(lua_State *L)
{
    check_compiled(L);
    lua_getiuservalue(L, 1, UV_STATEMENT);
    return 1;
}

/* compiled.dialect -> name of its dialect */
static int compiled_dialect(lua_State *L)
{
    lua_pushstring(L, check_compiled(L)->dialect->name);
    return 1;
}

/* compiled.string, tostring(compiled) -> the SQL */
static int compiled_string(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    lua_pushlstring(L, compiled->sql, compiled->sql_len);
    return 1;
}

static const luaL_Reg compiled_attributes[] = {
    { "columns", compiled_columns },
    { "dialect", compiled_dialect },
    { "params", compiled_params },
    { "positiontup", compiled_positiontup },
    { "statement", compiled_statement },
    { "string", compiled_string },
    { NULL, NULL },
};

/* compiled.name */
static int compiled_index(lua_State *L)
{
    const char *name = luaL_checkstring(L, 2);
    for (const luaL_Reg *it = compiled_attributes; it->name != NULL; it++) {
        if (strcmp(it->name, name) == 0) {
            return it->func(L);
        }
    }
    if (strncmp(name, "__", 2) == 0) {
        return 0;
    }
    return lcorm_fail(L, CORM_E_ARGUMENT, "corm.Compiled has no attribute '%s'", name);
}

static const luaL_Reg compiled_meta[] = {
    { "__index", compiled_index },
    { "__tostring", compiled_string },
    { NULL, NULL },
};

const struct lcorm_class lcorm_compiled_class = { .name = "corm.Compiled",
                                                  .meta = compiled_meta,
                                                  .destroy = compiled_destroy };

/* ---- cache ---- */

const struct lcorm_class lcorm_compile_cache_class = { .name = "corm.CompileCache",
                                                       .destroy = cache_destroy };

/* core.compile_cache(capacity) -> CompileCache */
static int core_compile_cache(lua_State *L)
{
    lua_Integer capacity = luaL_checkinteger(L, 1);
    if (capacity < 1 || capacity > INT32_MAX) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "capacity of a cache: %I is out of range",
                          (long long)capacity);
    }
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compile_cache_class, 0);
    box->obj = corm_compile_cache_new((size_t)capacity);
    if (box->obj == NULL) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "compile", core_compile },
    { "compile_cache", core_compile_cache },
    { "set_rewriter", core_set_rewriter },
    { NULL, NULL },
};

void lcorm_open_statement_compile(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_class_push(L, &lcorm_compiled_class);
    lcorm_class_push(L, &lcorm_compile_cache_class);
    lua_pop(L, 2);
}
