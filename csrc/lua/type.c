/* SPDX-License-Identifier: MIT */
/*
 * A type object is made once from a detail table, which stays its user value 1 and pins
 * every string. Labels of an ENUM and variants lie behind the struct corm_type in the same
 * userdata.
 */
#include "lua/type.h"

#include "lua/node.h"
#include "lua/node_family.h"
#include "lua/open.h"
#include "sql/node.h"

#include <string.h>

static const char prototypes_key = 0; /* registry: kind -> type object */
static const char by_id_key = 0; /* registry: lua_id -> type object, weak */

enum {
    UV_DETAIL = 1,
    UV_SAME = 2, /* the type that this one has become, whose memory it points into */
    NUSERVALUES = 2,
    DETAIL = 1 /* stack index of the detail table while a type is made */
};

const struct lcorm_class lcorm_type_class = { .name = "corm.Type",
                                              .size = sizeof(struct corm_type) };

static const char *const kind_names[CORM_TYPE_COUNT] = {
    [CORM_TYPE_NULL] = "null",           [CORM_TYPE_SMALLINT] = "smallint",
    [CORM_TYPE_INTEGER] = "integer",     [CORM_TYPE_BIGINT] = "bigint",
    [CORM_TYPE_FLOAT] = "float",         [CORM_TYPE_DOUBLE] = "double",
    [CORM_TYPE_NUMERIC] = "numeric",     [CORM_TYPE_STRING] = "string",
    [CORM_TYPE_TEXT] = "text",           [CORM_TYPE_BOOLEAN] = "boolean",
    [CORM_TYPE_DATE] = "date",           [CORM_TYPE_TIME] = "time",
    [CORM_TYPE_DATETIME] = "datetime",   [CORM_TYPE_INTERVAL] = "interval",
    [CORM_TYPE_BINARY] = "binary",       [CORM_TYPE_UUID] = "uuid",
    [CORM_TYPE_JSON] = "json",           [CORM_TYPE_ENUM] = "enum",
    [CORM_TYPE_ARRAY] = "array",         [CORM_TYPE_TUPLE] = "tuple",
    [CORM_TYPE_JSON_PATH] = "json_path", [CORM_TYPE_USER] = "user",
};

static const struct {
    const char *name;
    unsigned flag;
} flag_names[] = {
    { "as_float", CORM_TYPE_AS_FLOAT },
    { "constraint", CORM_TYPE_CONSTRAINT },
    { "domain", CORM_TYPE_DOMAIN },
    { "emulated", CORM_TYPE_EMULATED },
    { "exact", CORM_TYPE_EXACT },
    { "lua_bind", CORM_TYPE_LUA_BIND },
    { "lua_operators", CORM_TYPE_LUA_OPERATORS },
    { "lua_result", CORM_TYPE_LUA_RESULT },
    { "native", CORM_TYPE_NATIVE },
    { "none_as_null", CORM_TYPE_NONE_AS_NULL },
    { "timezone", CORM_TYPE_TIMEZONE },
    { "unchecked", CORM_TYPE_UNCHECKED },
    { "unicode", CORM_TYPE_UNICODE },
};

const struct corm_type *lcorm_test_type(lua_State *L, int idx)
{
    return lcorm_test(L, idx, &lcorm_type_class);
}

const struct corm_type *lcorm_check_type(lua_State *L, int idx)
{
    const struct corm_type *type = lcorm_test_type(L, idx);
    if (CORM_UNLIKELY(type == NULL)) {
        lcorm_fail(L, CORM_E_ARGUMENT, "a type expected, got %s",
                   lcorm_type_name(L, idx));
    }
    return type;
}

/* ---- reading the detail table ---- */

static int32_t detail_int(lua_State *L, const char *name)
{
    lua_Integer value = lcorm_option_int(L, DETAIL, name, -1);
    if (value < -1 || value > INT32_MAX) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s %I is out of range", name, (long long)value);
    }
    return (int32_t)value;
}

/* A string of the detail table, which keeps it alive. */
static const char *detail_string(lua_State *L, const char *name)
{
    const char *text = lcorm_option_string(L, DETAIL, name, NULL);
    lua_pop(L, 1);
    return text;
}

static uint16_t detail_flags(lua_State *L)
{
    unsigned flags = 0;
    for (size_t i = 0; i < CORM_LENGTH(flag_names); i++) {
        lua_getfield(L, DETAIL, flag_names[i].name);
        flags |= lua_toboolean(L, -1) ? flag_names[i].flag : 0;
        lua_pop(L, 1);
    }
    return (uint16_t)flags;
}

static size_t detail_length(lua_State *L, const char *name)
{
    size_t n = lua_getfield(L, DETAIL, name) == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    lua_pop(L, 1);
    return n;
}

/* Fill the labels of an ENUM into memory at `at`; return where it ends. */
static char *fill_labels(lua_State *L, struct corm_type *type, char *at, size_t n)
{
    struct corm_type_labels *labels = (struct corm_type_labels *)(void *)at;
    const char **items = (const char **)(void *)(labels + 1);
    lua_getfield(L, DETAIL, "labels");
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        items[i] = lcorm_check_string(L, -1, NULL);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    *labels = (struct corm_type_labels){ .count = (uint32_t)n, .items = items };
    type->labels = labels;
    return (char *)(items + n);
}

/* Fill the variants, a sequence of {dialect =, type =}. */
static void fill_variants(lua_State *L, struct corm_type *type, char *at, size_t n)
{
    struct corm_type_variant *variants = (struct corm_type_variant *)(void *)at;
    lua_getfield(L, DETAIL, "variants");
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        lua_getfield(L, -1, "dialect");
        lua_getfield(L, -2, "type");
        variants[i].dialect = lcorm_check_string(L, -2, NULL);
        variants[i].type = lcorm_check_type(L, -1);
        variants[i].next = i + 1 < n ? &variants[i + 1] : NULL;
        lua_pop(L, 3);
    }
    lua_pop(L, 1);
    type->variants = n == 0 ? NULL : variants;
}

/* detail.<name>_template and the mark in it; the detail table pins both. */
static struct corm_type_template detail_template(lua_State *L, const char *template,
                                                 const char *mark)
{
    struct corm_type_template found = { 0 };
    lua_getfield(L, DETAIL, template);
    lua_getfield(L, DETAIL, mark);
    if (!lua_isnil(L, -2)) {
        found.expression = lcorm_check_node(L, -2);
        found.mark = lcorm_check_node(L, -1);
    }
    lua_pop(L, 2);
    return found;
}

static enum corm_type_kind detail_kind(lua_State *L)
{
    const char *name = detail_string(L, "kind");
    for (int kind = 0; kind < CORM_TYPE_COUNT && name != NULL; kind++) {
        if (strcmp(kind_names[kind], name) == 0) {
            return (enum corm_type_kind)kind;
        }
    }
    lcorm_fail(L, CORM_E_ARGUMENT, "unknown kind of type '%s'",
               name == NULL ? "" : name);
    return CORM_TYPE_NULL;
}

/* Remember the type object on top under its lua_id, as long as it lives. */
static void remember_id(lua_State *L, const struct corm_type *type)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &by_id_key);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, (lua_Integer)type->lua_id);
    lua_pop(L, 1);
}

static void fill_type(lua_State *L, struct corm_type *type, size_t nlabels,
                      size_t nvariants)
{
    *type = corm_type_make(detail_kind(L));
    type->flags = detail_flags(L);
    type->length = detail_int(L, "length");
    type->precision = detail_int(L, "precision");
    type->scale = detail_int(L, "scale");
    type->name = detail_string(L, "name");
    type->schema = detail_string(L, "schema");
    type->collation = detail_string(L, "collation");
    type->collation_schema = detail_string(L, "collation_schema");
    if (lua_getfield(L, DETAIL, "item") != LUA_TNIL) {
        type->item = lcorm_check_type(L, -1);
    }
    lua_pop(L, 1);

    char *at = (char *)(type + 1);
    if (type->kind == CORM_TYPE_ENUM) {
        at = fill_labels(L, type, at, nlabels);
    }
    fill_variants(L, type, at, nvariants);
    type->around_bind =
        detail_template(L, "bind_expression_template", "bind_expression_mark");
    type->around_column =
        detail_template(L, "column_expression_template", "column_expression_mark");
    bool has_template =
        type->around_bind.expression != NULL || type->around_column.expression != NULL;
    if (has_template ||
        (type->flags & (CORM_TYPE_LUA_BIND | CORM_TYPE_LUA_RESULT)) != 0) {
        type->lua_id = corm_node_next_id();
    }
}

/*
 * core.type(detail) -> Type. detail: kind, class, flags, length, precision, scale, item,
 * name, collation, labels, schema, variants; it must not be changed afterwards.
 */
static int core_type(lua_State *L)
{
    lcorm_check_lua_type(L, DETAIL, LUA_TTABLE);
    lua_settop(L, DETAIL);
    size_t nlabels = detail_length(L, "labels");
    size_t nvariants = detail_length(L, "variants");
    size_t size = sizeof(struct corm_type) + sizeof(struct corm_type_labels) +
                  nlabels * sizeof(char *) +
                  nvariants * sizeof(struct corm_type_variant);
    struct corm_type *type = lcorm_object_new(L, &lcorm_type_class, size, NUSERVALUES);
    lua_pushvalue(L, DETAIL);
    lua_setiuservalue(L, -2, UV_DETAIL);
    fill_type(L, type, nlabels, nvariants);
    corm_type_seal(type);
    if (type->lua_id != 0) {
        remember_id(L, type);
    }
    return 1;
}

/* core.type_update(type): its detail has another name or schema than when it was made */
static int core_type_update(lua_State *L)
{
    lcorm_check_type(L, 1);
    struct corm_type *type = lua_touserdata(L, 1);
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, UV_DETAIL);
    lua_replace(L, DETAIL);
    type->name = detail_string(L, "name");
    type->schema = detail_string(L, "schema");
    corm_type_seal(type);
    return 0;
}

/*
 * core.type_become(type, fresh): whoever holds the type sees from now on what fresh is,
 * which nobody else may have seen
 */
static int core_type_become(lua_State *L)
{
    lcorm_check_type(L, 1);
    const struct corm_type *fresh = lcorm_check_type(L, 2);
    struct corm_type *type = lua_touserdata(L, 1);
    lua_settop(L, 2);
    lua_getiuservalue(L, 2, UV_DETAIL);
    lua_setiuservalue(L, 1, UV_DETAIL);
    lua_setiuservalue(L, 1, UV_SAME);
    *type = *fresh;
    if (type->lua_id != 0) {
        remember_id(L, type);
    }
    return 0;
}

/* core.type_prototype(kind, type): what stands for the core's own types of this kind */
static int core_type_prototype(lua_State *L)
{
    const struct corm_type *type = lcorm_check_type(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, type->kind);
    return 0;
}

/* core.type_by_id(lua_id) -> Type; nil if it is gone */
static int core_type_by_id(lua_State *L)
{
    lua_Integer id = lcorm_check_integer(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &by_id_key);
    lua_rawgeti(L, -1, id);
    return 1;
}

/* core.type_id(type) -> lua_id, 0 if Lua has no part in it */
static int core_type_id(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lcorm_check_type(L, 1)->lua_id);
    return 1;
}

void lcorm_push_type_by_id(lua_State *L, uint64_t lua_id)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &by_id_key);
    lua_rawgeti(L, -1, (lua_Integer)lua_id);
    lua_remove(L, -2);
}

void lcorm_push_static_type(lua_State *L, const struct corm_type *type)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    lua_rawgeti(L, -1, type->kind);
    lua_remove(L, -2);
}

/* core.type_fingerprint(type) -> integer, the same for types that are alike */
static int core_type_fingerprint(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lcorm_check_type(L, 1)->fp);
    return 1;
}

/* core.is_type(value) -> boolean */
static int core_is_type(lua_State *L)
{
    lua_pushboolean(L, lcorm_test_type(L, 1) != NULL);
    return 1;
}

/* core.is_jsonb(type) -> boolean */
static int core_is_jsonb(lua_State *L)
{
    lua_pushboolean(L, corm_type_is_jsonb(lcorm_check_type(L, 1)));
    return 1;
}

/* type.name: first its own detail, then its class */
static int type_index(lua_State *L)
{
    if (lcorm_test_type(L, 1) == NULL) {
        return lcorm_arg_error(L, 1, "type");
    }
    lua_getiuservalue(L, 1, UV_DETAIL);
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) == LUA_TNIL) {
        lua_getfield(L, -2, "class");
        lua_pushvalue(L, 2);
        lua_gettable(L, -2);
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "is_jsonb", core_is_jsonb },
    { "is_type", core_is_type },
    { "type", core_type },
    { "type_become", core_type_become },
    { "type_by_id", core_type_by_id },
    { "type_fingerprint", core_type_fingerprint },
    { "type_id", core_type_id },
    { "type_prototype", core_type_prototype },
    { "type_update", core_type_update },
    { NULL, NULL },
};

/* Create the registry tables; core.families.Type.meta lets Lua add metamethods. */
void lcorm_open_type(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    lcorm_push_weak_table(L, "v");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &by_id_key);

    luaL_setfuncs(L, functions, 0);
    luaL_getsubtable(L, -1, "families");
    lua_newtable(L);
    lcorm_class_push(L, &lcorm_type_class);
    lua_pushcfunction(L, type_index);
    lua_setfield(L, -2, "__index");
    lua_setfield(L, -2, "meta");
    lua_setfield(L, -2, "Type");
    lua_pop(L, 1);
}
