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
#include "sql/expand.h"
#include "sql/placeholder.h"
#include "sql/shape.h"

#include <stdatomic.h>
#include <string.h>

static const char rewriter_key =
    0; /* registry: function(statement) -> plain statement */
static const char renderer_key =
    0; /* registry: function(statement, dialect name) -> what the compiler knows */
static const char renders_all_key = 0; /* registry: true if it wants every statement */
static atomic_bool may_render_all; /* that is so in some Lua state of the process */

enum {
    UV_STATEMENT = 1, /* of a Compiled: the statement as it was given */
    UV_RENDERED = 2, /* its text with the lists of IN written out, or nil */
    UV_COUNT = 2,
    ARG_STATEMENT = 1,
    ARG_DIALECT = 2,
    ARG_OPTIONS = 3
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
    return lcorm_keep_function(L, &rewriter_key);
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

bool lcorm_has_custom(lua_State *L, const struct corm_node *node)
{
    if (node->flags & CORM_NODE_HAS_CUSTOM) {
        return true;
    }
    if (CORM_LIKELY(!atomic_load_explicit(&may_render_all, memory_order_relaxed))) {
        return false;
    }
    bool renders_all = lua_rawgetp(L, LUA_REGISTRYINDEX, &renders_all_key) != LUA_TNIL;
    lua_pop(L, 1);
    return renders_all;
}

/*
 * core.set_renderer(function(statement, dialect name) -> statement, all): who makes SQL of
 * constructs of the user's own; all: it wants to see every statement.
 */
static int core_set_renderer(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (lua_toboolean(L, 2)) {
        lua_pushboolean(L, 1);
        atomic_store_explicit(&may_render_all, true, memory_order_relaxed);
    } else {
        lua_pushnil(L);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &renders_all_key);
    lua_pushvalue(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &renderer_key);
    return 0;
}

/* Replace the node on top by what the compiler knows of it; returns that. */
static const struct corm_node *render(lua_State *L, const struct corm_dialect *dialect)
{
    const struct corm_node *node = lcorm_check_node(L, -1);
    if (!lcorm_has_custom(L, node) ||
        lua_rawgetp(L, LUA_REGISTRYINDEX, &renderer_key) != LUA_TFUNCTION) {
        return node;
    }
    lua_insert(L, -2);
    lua_pushstring(L, dialect->name);
    lua_call(L, 2, 1);
    return lcorm_check_node(L, -1);
}

/* core.render(statement, dialect) -> it without constructs of the user's own */
static int core_render(lua_State *L)
{
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    lua_settop(L, ARG_STATEMENT);
    render(L, dialect);
    return 1;
}

/* core.rewrite(statement) -> the same without mapped classes; itself if there are none */
static int core_rewrite(lua_State *L)
{
    push_plain(L, ARG_STATEMENT);
    return 1;
}

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

void lcorm_push_compiled(lua_State *L, struct corm_compiled *compiled, int statement)
{
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compiled_class, UV_COUNT);
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
    push_plain(L, idx);
    const struct corm_node *plain = render(L, options->dialect);
    struct lcorm_box *box = lcorm_box_new(L, &lcorm_compiled_class, UV_COUNT);
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

static int binds_gc(lua_State *L)
{
    corm_bind_order_release(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg binds_meta[] = {
    { "__gc", binds_gc },
    { NULL, NULL },
};

static const struct lcorm_class binds_class = {
    .name = "corm.binds", .meta = binds_meta, .size = sizeof(struct corm_bind_order)
};

/* The binds of a statement in walk order, in a userdata that is left on the stack. */
static const struct corm_bind_order *push_binds(lua_State *L,
                                                const struct corm_node *statement)
{
    struct corm_error err;
    struct corm_bind_order *order =
        lcorm_object_new(L, &binds_class, sizeof(*order), 0);
    if (corm_bind_order_make(order, statement, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    return order;
}

/* The binds of the statement of the Compiled at idx; left on the stack as above. */
static const struct corm_bind_order *push_compiled_binds(lua_State *L, int idx)
{
    lua_getiuservalue(L, idx, UV_STATEMENT);
    return push_binds(L, lcorm_check_node(L, -1));
}

/* The cell that a slot has without an execution; UNSET if it has none. */
static struct corm_value slot_cell(const struct corm_bind_slot *slot,
                                   const struct corm_bind_order *binds)
{
    if (slot->source == CORM_SOURCE_CONSTANT) {
        return slot->constant;
    }
    bool has_bind = slot->source >= 0 && (uint32_t)slot->source < binds->items.count;
    return has_bind ? binds->items.items[slot->source]->value : corm_value_unset();
}

/* Write the lists of IN out, as an execution with the statement's own values would. */
static void render_lists(lua_State *L, int idx, const struct corm_compiled *compiled)
{
    struct corm_error err;
    const struct corm_bind_order *binds = push_compiled_binds(L, idx);
    struct corm_value *values =
        lcorm_scratch(L, (compiled->nslots + 1) * sizeof(*values));
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        values[i] = slot_cell(&compiled->slots[i], binds);
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
    lua_setiuservalue(L, idx, UV_RENDERED);
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

/* Push the Lua value of a cell; corm.NULL for NULL. */
static void push_cell(lua_State *L, const struct corm_value *value)
{
    if (value->tag == CORM_TAG_NULL) {
        lcorm_push_null(L);
    } else {
        lcorm_push_value(L, value);
    }
}

/* The flat list on top → a list of tuples of `width` values. */
static void nest_tuples(lua_State *L, lua_Integer width)
{
    int flat = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, flat);
    lua_createtable(L, (int)(n / width), 0);
    for (lua_Integer i = 0; i < n; i++) {
        if (i % width == 0) {
            lua_createtable(L, (int)width, 0);
            lua_pushvalue(L, -1);
            lua_rawseti(L, flat + 1, i / width + 1);
        }
        lua_rawgeti(L, flat, i + 1);
        lua_rawseti(L, -2, i % width + 1);
        if (i % width == width - 1) {
            lua_pop(L, 1);
        }
    }
    lua_replace(L, flat);
}

/* Push the value that a slot has without an execution, nil if it has none. */
static void push_slot_value(lua_State *L, const struct corm_bind_slot *slot,
                            const struct corm_bind_order *binds)
{
    struct corm_value cell = slot_cell(slot, binds);
    if (corm_bind_slot_is_computed(slot)) {
        lcorm_push_null(L); /* it is computed when the statement runs */
    } else if (cell.tag == CORM_TAG_FOREIGN || cell.tag == CORM_TAG_OBJECT) {
        lcorm_push_bind_foreign(L, binds->items.items[slot->source]);
    } else {
        push_cell(L, &cell);
    }
}

/* Push the name of value i (from 0) of a list that is written out: x_1, or x_1_2. */
static void push_item_name(lua_State *L, const struct corm_bind_slot *slot,
                           lua_Integer i)
{
    lua_Integer width = slot->width == 0 ? 1 : slot->width;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (size_t k = 0; k < slot->name_len; k++) {
        luaL_addchar(&buffer, corm_placeholder_char(slot->name[k]));
    }
    lua_pushfstring(L, "_%I", (LUAI_UACINT)(i / width + 1));
    luaL_addvalue(&buffer);
    if (width > 1) {
        lua_pushfstring(L, "_%I", (LUAI_UACINT)(i % width + 1));
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
}

/* Put the values of a list that is written out under their names. */
static void add_list_params(lua_State *L, const struct corm_bind_slot *slot,
                            const struct corm_bind_order *binds, int params)
{
    push_slot_value(L, slot, binds);
    int list = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);
    for (lua_Integer i = 0; i < n; i++) {
        push_item_name(L, slot, i);
        lua_rawgeti(L, list, i + 1);
        lua_rawset(L, params);
    }
    lua_settop(L, list - 1);
}

/* Push the name of a slot as the text has it. */
static void push_param_name(lua_State *L, const struct corm_compiled *compiled,
                            const struct corm_bind_slot *slot)
{
    bool is_plain = true;
    for (size_t i = 0; i < slot->name_len && !compiled->is_positional; i++) {
        is_plain &= strchr("%():.[] ", slot->name[i]) == NULL;
    }
    if (is_plain) {
        lua_pushlstring(L, slot->name, slot->name_len);
        return;
    }
    struct corm_strbuf *text = lcorm_push_strbuf(L);
    corm_placeholder_name(text, slot->name, slot->name_len);
    lcorm_strbuf_to_string(L, -1);
}

/* compiled.params -> {name = value}; what must come with the execution is absent */
static int compiled_params(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    lua_settop(L, 1);
    const struct corm_bind_order *binds = push_compiled_binds(L, 1);
    bool is_rendered = lua_getiuservalue(L, 1, UV_RENDERED) == LUA_TSTRING;
    lua_createtable(L, 0, (int)compiled->nslots);
    int params = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        if (is_rendered && slot->is_expanding) {
            add_list_params(L, slot, binds, params);
            continue;
        }
        if (is_rendered && slot->is_literal_execute) {
            continue;
        }
        push_param_name(L, compiled, slot);
        push_slot_value(L, slot, binds);
        if (slot->is_expanding && slot->width > 1 && lua_istable(L, -1)) {
            nest_tuples(L, slot->width);
        }
        lua_rawset(L, params);
    }
    return 1;
}

/*
 * compiled:construct_params([values]) -> compiled.params with these in their places; what is
 * missing then is an error
 */
static int compiled_construct_params(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    bool has_values = !lua_isnoneornil(L, 2);
    lua_settop(L, 2);
    if (has_values) {
        lcorm_check_lua_type(L, 2, LUA_TTABLE);
    }
    lua_pushcfunction(L, compiled_params);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    int params = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        push_param_name(L, compiled, slot);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, has_values ? 2 : params) != LUA_TNIL) {
            lua_rawset(L, params);
            continue;
        }
        lua_pop(L, 1);
        if (lua_rawget(L, params) == LUA_TNIL) {
            return lcorm_fail(L, CORM_E_INVALID_REQUEST,
                              "a value is required for bind parameter '%s'",
                              slot->name);
        }
        lua_settop(L, params);
    }
    return 1;
}

/* compiled.construct_params, which is a method */
static int compiled_constructor(lua_State *L)
{
    lua_pushcfunction(L, compiled_construct_params);
    return 1;
}

static int push_is_kind(lua_State *L, enum corm_statement_kind kind)
{
    lua_pushboolean(L, check_compiled(L)->kind == kind);
    return 1;
}

static int compiled_isinsert(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_INSERT);
}

static int compiled_isupdate(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_UPDATE);
}

static int compiled_isdelete(lua_State *L)
{
    return push_is_kind(L, CORM_STATEMENT_DELETE);
}

/* Append the names of a list that is written out to the table on top. */
static void add_list_names(lua_State *L, const struct corm_bind_slot *slot,
                           const struct corm_bind_order *binds, int names)
{
    push_slot_value(L, slot, binds);
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 0; i < n; i++) {
        push_item_name(L, slot, i);
        lua_rawseti(L, names, (lua_Integer)lua_rawlen(L, names) + 1);
    }
    lua_pop(L, 1);
}

/* Append the name of a slot to the table on top. */
static void add_name(lua_State *L, const struct corm_bind_slot *slot, int names)
{
    lua_pushlstring(L, slot->name, slot->name_len);
    lua_rawseti(L, names, (lua_Integer)lua_rawlen(L, names) + 1);
}

/* compiled.positiontup -> names in the order of binding; nil where names are bound */
static int compiled_positiontup(lua_State *L)
{
    const struct corm_compiled *compiled = check_compiled(L);
    lua_settop(L, 1);
    if (!compiled->is_positional) {
        lua_pushnil(L);
        return 1;
    }
    bool is_rendered = lua_getiuservalue(L, 1, UV_RENDERED) == LUA_TSTRING;
    const struct corm_bind_order *binds = push_compiled_binds(L, 1);
    lua_createtable(L, (int)compiled->nslots, 0);
    int names = lua_gettop(L);
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        if (is_rendered && slot->is_literal_execute) {
            continue;
        }
        if (!is_rendered || !slot->is_expanding) {
            add_name(L, slot, names);
        } else if (!compiled->has_lists_last) {
            add_list_names(L, slot, binds, names);
        }
    }
    for (uint32_t i = 0;
         is_rendered && compiled->has_lists_last && i < compiled->nslots; i++) {
        if (compiled->slots[i].is_expanding) {
            add_list_names(L, &compiled->slots[i], binds, names);
        }
    }
    return 1;
}

/* compiled.positional -> whether the dialect binds by position */
static int compiled_positional(lua_State *L)
{
    lua_pushboolean(L, check_compiled(L)->is_positional);
    return 1;
}

/* compiled.can_execute, compiled.is_sql */
static int compiled_yes(lua_State *L)
{
    lua_pushboolean(L, 1);
    return 1;
}

/* compiled.is_ddl */
static int compiled_no(lua_State *L)
{
    lua_pushboolean(L, 0);
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
    if (lua_getiuservalue(L, 1, UV_RENDERED) != LUA_TSTRING) {
        lua_pushlstring(L, compiled->sql, compiled->sql_len);
    }
    return 1;
}

static const luaL_Reg compiled_attributes[] = {
    { "can_execute", compiled_yes },
    { "columns", compiled_columns },
    { "construct_params", compiled_constructor },
    { "dialect", compiled_dialect },
    { "is_ddl", compiled_no },
    { "is_sql", compiled_yes },
    { "isdelete", compiled_isdelete },
    { "isinsert", compiled_isinsert },
    { "isupdate", compiled_isupdate },
    { "params", compiled_params },
    { "positional", compiled_positional },
    { "positiontup", compiled_positiontup },
    { "statement", compiled_statement },
    { "string", compiled_string },
    { NULL, NULL },
};

/* compiled.name */
static int compiled_index(lua_State *L)
{
    const char *name = lcorm_check_string(L, 2, NULL);
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

/* ---- comparison ---- */

/* core.compare(a, b) -> boolean: both say the same, with the same values */
static int core_compare(lua_State *L)
{
    const struct corm_node *a = lcorm_check_node(L, 1);
    const struct corm_node *b = lcorm_check_node(L, 2);
    const struct corm_bind_order *left = push_binds(L, a);
    const struct corm_bind_order *right = push_binds(L, b);
    bool is_same = a->fp == b->fp && left->items.count == right->items.count;
    for (size_t i = 0; is_same && i < left->items.count; i++) {
        is_same = corm_bind_value_equal(&left->items.items[i]->value,
                                        &right->items.items[i]->value);
    }
    lua_pushboolean(L, is_same);
    return 1;
}

/* ---- cache ---- */

/* #cache -> statements in it */
static int cache_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)corm_compile_cache_count(
                           lcorm_check_box(L, 1, &lcorm_compile_cache_class)));
    return 1;
}

static const luaL_Reg cache_meta[] = {
    { "__len", cache_len },
    { NULL, NULL },
};

const struct lcorm_class lcorm_compile_cache_class = { .name = "corm.CompileCache",
                                                       .meta = cache_meta,
                                                       .destroy = cache_destroy };

struct corm_compile_cache *lcorm_option_cache(lua_State *L, int options,
                                              struct corm_compile_cache *own)
{
    struct corm_compile_cache *cache = own;
    if (lua_isnoneornil(L, options)) {
        return own;
    }
    int type = lua_getfield(L, options, "compiled_cache");
    if (type == LUA_TBOOLEAN) {
        cache = NULL;
    } else if (type != LUA_TNIL) {
        cache = lcorm_check_box(L, -1, &lcorm_compile_cache_class);
    }
    lua_pop(L, 1);
    return cache;
}

/* core.compile_cache(capacity) -> CompileCache */
static int core_compile_cache(lua_State *L)
{
    lua_Integer capacity = lcorm_check_integer(L, 1);
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
    { "compare", core_compare },
    { "compile", core_compile },
    { "compile_cache", core_compile_cache },
    { "render", core_render },
    { "rewrite", core_rewrite },
    { "set_renderer", core_set_renderer },
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
