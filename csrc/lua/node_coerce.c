/* SPDX-License-Identifier: MIT */
/*
 * From Lua values to expressions. The type of a bound value is that of the other side if
 * both are of one family (a string compared with a VARCHAR(30) column is a VARCHAR(30)),
 * else the value's own (3.5 compared with an INTEGER column is a float).
 */
#include "lua/node.h"
#include "lua/node_sequence.h"
#include "lua/type.h"
#include "sql/columns.h"
#include "sql/schema.h"
#include "sql/statement.h"

#include <string.h>

enum family_of_types {
    FAMILY_ANY = 0, /* takes whatever it is given */
    FAMILY_INTEGER,
    FAMILY_REAL,
    FAMILY_TEXT,
    FAMILY_BOOLEAN,
    FAMILY_MOMENT, /* dates, times, intervals, UUIDs: text is converted to them */
};

static enum family_of_types family_of_type(const struct corm_type *type)
{
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return FAMILY_INTEGER;
    case CORM_TYPE_FLOAT:
    case CORM_TYPE_DOUBLE:
    case CORM_TYPE_NUMERIC:
        return FAMILY_REAL;
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
    case CORM_TYPE_ENUM:
        return FAMILY_TEXT;
    case CORM_TYPE_BOOLEAN:
        return FAMILY_BOOLEAN;
    case CORM_TYPE_DATE:
    case CORM_TYPE_TIME:
    case CORM_TYPE_DATETIME:
    case CORM_TYPE_INTERVAL:
        return FAMILY_MOMENT;
    default:
        return FAMILY_ANY;
    }
}

/* A value of this tag is sent as `type`, rather than as what it is by itself. */
static bool type_takes(const struct corm_type *type, const struct corm_value *value)
{
    if ((type->flags & CORM_TYPE_LUA_BIND) != 0) {
        return true;
    }
    enum family_of_types family = family_of_type(type);
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_INT:
        return family == FAMILY_INTEGER || family == FAMILY_ANY;
    case CORM_TAG_FLOAT:
    case CORM_TAG_DECIMAL:
        return family == FAMILY_REAL || family == FAMILY_ANY;
    case CORM_TAG_TEXT:
        return family == FAMILY_TEXT || family == FAMILY_MOMENT || family == FAMILY_ANY;
    case CORM_TAG_BOOL:
        return family == FAMILY_BOOLEAN || family == FAMILY_ANY;
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
    case CORM_TAG_INTERVAL:
        return corm_type_of_value(value)->kind == type->kind || family == FAMILY_ANY;
    default:
        return true;
    }
}

/* A Lua table or function can only be a value where a type knows what to do with it. */
static bool type_takes_foreign(const struct corm_type *type)
{
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_JSON:
    case CORM_TYPE_ARRAY:
    case CORM_TYPE_USER:
    case CORM_TYPE_TUPLE:
        return true;
    default:
        return (type->flags & CORM_TYPE_LUA_BIND) != 0;
    }
}

/* The type of an operand, as the other side of an operator sees it. */
static const struct corm_type *hint_type(lua_State *L, int hint)
{
    const struct corm_node *node = lcorm_hint_at(L, hint);
    return node == NULL ? &corm_type_null : node->type;
}

/* Set spec's type to that of the hint or of the value, and pin it. */
static void set_bind_type(struct corm_node_spec *spec, const struct corm_type *type,
                          int hint, struct lcorm_pins *pins)
{
    if (type->kind != CORM_TYPE_NULL && type_takes(type, &spec->value)) {
        spec->type = type;
        pins->typed = hint;
        if (type->kind == CORM_TYPE_JSON && spec->value.tag != CORM_TAG_FOREIGN) {
            spec->flags |= CORM_NODE_VARIANT; /* "x" is JSON only because of the hint */
        }
    } else {
        spec->type = corm_type_of_value(&spec->value);
    }
}

/* An integer among real numbers is one of them. */
static bool list_takes(const struct corm_type *type, const struct corm_value *value)
{
    return type_takes(type, value) ||
           (value->tag == CORM_TAG_INT && family_of_type(type) == FAMILY_REAL);
}

/* The same for the values of IN, which are of one type: that of whatever does not fit. */
static void set_list_type(struct corm_node_spec *spec, const struct corm_type *type,
                          int hint, struct lcorm_pins *pins)
{
    const struct corm_bind_list *list =
        spec->value.tag == CORM_TAG_OBJECT ? spec->value.as.p : NULL;
    uint32_t count = list != NULL && list->width == 1 ? list->count : 0;
    bool is_known = type->kind != CORM_TYPE_NULL || count == 0;
    spec->type = is_known ? type : corm_type_of_value(&list->items[0]);
    for (uint32_t i = 0; i < count; i++) {
        if (!list_takes(spec->type, &list->items[i])) {
            spec->type = corm_type_of_value(&list->items[i]);
        }
    }
    if (spec->type == type) {
        pins->typed = hint;
    }
}

/* The column behind marks and labels that gives a bind its name, or NULL. */
static const struct corm_node *naming_node(const struct corm_node *node)
{
    while (node->kind == CORM_NODE_ATTRIBUTE && node->nkids > 0 &&
           node->kid[0] != NULL) {
        node = node->kid[0];
    }
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_COLUMN:
    case CORM_NODE_COLREF:
    case CORM_NODE_LITERAL:
    case CORM_NODE_FUNCTION:
    case CORM_NODE_COERCE:
        return node; /* a COERCE has a name where it is a row's only value */
    default:
        return NULL;
    }
}

static bool is_unfit(char c)
{
    return c == '%' || c == '(' || c == ')' || c == ' ' || c == '$';
}

/* Push the name as part of a parameter's, and set it: per%cent is per_cent, _x is x. */
static void push_fit_name(lua_State *L, struct corm_node_spec *spec, const char *name,
                          size_t len)
{
    const char *end = name + len;
    luaL_Buffer buffer;
    luaL_checkstack(L, 4, "bind");
    while (name < end && (is_unfit(*name) || *name == '_')) {
        name++;
    }
    while (end > name && (is_unfit(end[-1]) || end[-1] == '_')) {
        end--;
    }
    luaL_buffinit(L, &buffer);
    for (; name < end; name++) {
        if (!is_unfit(*name)) {
            luaL_addchar(&buffer, *name);
        } else if (!is_unfit(name[-1])) {
            luaL_addchar(&buffer, '_');
        }
    }
    luaL_pushresult(&buffer);
    spec->name = lua_tolstring(L, -1, &spec->name_len);
}

static bool is_fit_name(const char *name, size_t len)
{
    bool is_fit = len > 0 && name[0] != '_' && name[len - 1] != '_';
    for (size_t i = 0; i < len && is_fit; i++) {
        is_fit = !is_unfit(name[i]);
    }
    return is_fit;
}

void lcorm_name_bind(lua_State *L, struct corm_node_spec *spec,
                     const struct corm_node *hint)
{
    const struct corm_node *node = hint == NULL ? NULL : naming_node(hint);
    spec->flags |= CORM_NODE_ANONYMOUS;
    if (node == NULL || node->name == NULL) {
        return;
    }
    const char *name = node->name;
    size_t len = node->name_len;
    if (node->kind == CORM_NODE_COLUMN && corm_node_column(node)->key != NULL) {
        name = corm_node_column(node)->key; /* a column's parameters have its key */
        len = strlen(name);
    }
    if (!is_fit_name(name, len)) {
        push_fit_name(L, spec, name, len);
        return;
    }
    spec->name = name;
    spec->name_len = len;
}

static void refuse_value(lua_State *L, int idx, int hint)
{
    const struct corm_type *type = hint_type(L, hint);
    if (type->kind != CORM_TYPE_NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "a value for %s or an SQL expression expected, got %s",
                   corm_type_class_name(type), lcorm_type_name(L, idx));
    }
    lcorm_fail(L, CORM_E_ARGUMENT, "a value or an SQL expression expected, got %s",
               lcorm_type_name(L, idx));
}

struct corm_node_spec lcorm_bind_spec(lua_State *L, struct corm_value value, int hint,
                                      unsigned flags, struct lcorm_pins *pins)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = (uint16_t)flags,
                                   .value = value };
    const struct corm_node *node = lcorm_hint_at(L, hint);
    if (node == NULL) {
        spec.type = corm_type_of_value(&value);
    } else if ((flags & CORM_NODE_EXPANDING) != 0) {
        set_list_type(&spec, node->type, hint, pins);
    } else {
        set_bind_type(&spec, node->type, hint, pins);
    }
    lcorm_name_bind(L, &spec, node);
    return spec;
}

const struct corm_node *lcorm_push_bind_value(lua_State *L, int pin,
                                              struct corm_value value, int hint,
                                              unsigned flags)
{
    struct lcorm_pins pins = { .value = pin };
    int base = lua_gettop(L);
    struct corm_node_spec spec = lcorm_bind_spec(L, value, hint, flags, &pins);
    const struct corm_node *node = lcorm_push_node(L, &spec, &pins);
    if (lua_gettop(L) > base + 1) {
        lua_replace(L, base + 1);
    }
    return node;
}

/* A number or boolean is in the cell itself: nothing has to be kept of it. */
static bool is_self_contained(const struct corm_value *value)
{
    return value->tag == CORM_TAG_INT || value->tag == CORM_TAG_FLOAT ||
           value->tag == CORM_TAG_BOOL;
}

const struct corm_node *lcorm_push_bind(lua_State *L, int idx, int hint)
{
    struct corm_value value = lcorm_check_value(L, idx, hint);
    int pin = is_self_contained(&value) ? 0 : idx;
    return lcorm_push_bind_value(L, pin, value, hint, 0);
}

struct corm_value lcorm_check_value(lua_State *L, int idx, int hint)
{
    struct corm_value value = lcorm_to_value(L, idx);
    if (value.tag == CORM_TAG_FOREIGN && !type_takes_foreign(hint_type(L, hint))) {
        refuse_value(L, idx, hint);
    }
    return value;
}

const struct corm_node *lcorm_push_named_bind(lua_State *L, int idx,
                                              struct corm_value value, int name)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = CORM_NODE_ANONYMOUS,
                                   .value = value,
                                   .type = corm_type_of_value(&value) };
    struct lcorm_pins pins = { .value = idx };
    spec.name = lua_tolstring(L, name, &spec.name_len);
    return lcorm_push_node(L, &spec, &pins);
}

const struct corm_node *lcorm_push_leaf(lua_State *L, unsigned kind)
{
    static const struct corm_type *const types[CORM_NODE_KIND_COUNT] = {
        [CORM_NODE_TRUE] = &corm_type_boolean,
        [CORM_NODE_FALSE] = &corm_type_boolean,
    };
    struct corm_node_spec spec = { .kind = (uint8_t)kind, .type = types[kind] };
    struct lcorm_pins pins = { 0 };
    return lcorm_push_node(L, &spec, &pins);
}

const struct corm_node *lcorm_resolve_node(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_test_node(L, idx);
    if (node != NULL) {
        return node;
    }
    int type = lua_type(L, idx);
    if (type != LUA_TUSERDATA && type != LUA_TTABLE) {
        return NULL;
    }
    luaL_checkstack(L, 4, "clause element");
    if (luaL_getmetafield(L, idx, "__clause_element") == LUA_TNIL) {
        return NULL;
    }
    lua_pushvalue(L, idx);
    lua_call(L, 1, 1);
    node = lcorm_test_node(L, -1);
    if (node == NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "__clause_element of %s returned no SQL expression",
                   lcorm_type_name(L, idx));
    }
    lua_replace(L, idx);
    return node;
}

/* select → (SELECT …) as a value; replaces the node at idx */
static const struct corm_node *query_to_scalar(lua_State *L, int idx)
{
    const struct corm_node *query = lcorm_node_at(L, idx);
    struct corm_node_spec spec = { .kind = CORM_NODE_SCALAR, .nkids = 1 };
    struct lcorm_pins pins = { .first = idx };
    const struct corm_node *columns = corm_node_slot(query, CORM_SELECT_COLUMNS);
    if (query->kind == CORM_NODE_SELECT && columns != NULL && columns->nkids > 0) {
        spec.type = columns->kid[0]->type;
        lcorm_push_kid(L, idx, CORM_SELECT_COLUMNS);
        lcorm_push_kid(L, lua_gettop(L), 0);
        pins.typed = lua_gettop(L);
    }
    const struct corm_node *node = lcorm_push_node(L, &spec, &pins);
    lua_replace(L, idx);
    if (pins.typed != 0) {
        lua_pop(L, 2);
    }
    return node;
}

void lcorm_push_scalar_values(lua_State *L, int idx)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_SCALAR, .nkids = 1 };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = &idx });
}

void lcorm_push_select_of(lua_State *L, int idx)
{
    struct corm_node_spec list = { .kind = CORM_NODE_LIST,
                                   .op = CORM_OP_COMMA,
                                   .nkids = 1 };
    struct corm_node_spec spec = { .kind = CORM_NODE_SELECT,
                                   .nkids = CORM_SELECT_SLOTS };
    int kids[CORM_SELECT_SLOTS] = { 0 };
    lcorm_push_node(L, &list, &(struct lcorm_pins){ .first = idx });
    kids[CORM_SELECT_COLUMNS] = lua_gettop(L);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = kids });
    lua_remove(L, -2);
}

/* A node where an expression is wanted. */
static const struct corm_node *node_to_expression(lua_State *L, int idx,
                                                  const struct corm_node *node)
{
    if (node->kind < CORM_NODE_TABLE) {
        return node;
    }
    if (corm_node_is_query(node)) {
        return query_to_scalar(L, idx);
    }
    bool is_source = corm_node_is_from(node) || node->kind == CORM_NODE_ATTRIBUTE ||
                     node->kind == CORM_NODE_RELATIONSHIP ||
                     node->kind == CORM_NODE_ENTITY;
    if (!is_source) {
        lcorm_fail(L, CORM_E_ARGUMENT, "an SQL expression expected, got %s",
                   lcorm_type_name(L, idx));
    }
    return node;
}

const struct corm_node *lcorm_coerce_expression(lua_State *L, int idx, int hint)
{
    idx = lua_absindex(L, idx);
    return lcorm_coerce_resolved(L, idx, hint, lcorm_resolve_node(L, idx));
}

/* A parameter that says no type is sent as the other side's. */
static bool is_typeless(const struct corm_node *node)
{
    return node->kind == CORM_NODE_BIND && node->type->kind == CORM_TYPE_NULL;
}

/* Replace the BIND at idx by one of the type of the node at hint. */
static const struct corm_node *type_bind(lua_State *L, int idx, int hint)
{
    const struct corm_node *bind = lcorm_node_at(L, idx);
    struct corm_node_spec spec = lcorm_node_spec(bind);
    spec.flags = bind->flags; /* a leaf: what holds of its tree is its own */
    spec.type = lcorm_node_at(L, hint)->type;
    lcorm_push_respec(L, idx, &spec, &(struct lcorm_pins){ .typed = hint });
    lua_replace(L, idx);
    return lcorm_node_at(L, idx);
}

const struct corm_node *lcorm_coerce_resolved(lua_State *L, int idx, int hint,
                                              const struct corm_node *node)
{
    if (node != NULL && CORM_UNLIKELY(is_typeless(node)) &&
        hint_type(L, hint)->kind != CORM_TYPE_NULL) {
        return type_bind(L, idx, hint);
    }
    if (node != NULL && node->kind == CORM_NODE_SUBQUERY &&
        corm_node_is_query(node->kid[0])) {
        lcorm_push_kid(L, idx, 0); /* as a value it is its query */
        lua_replace(L, idx);
        return query_to_scalar(L, idx);
    }
    if (node != NULL) {
        return node_to_expression(L, idx, node);
    }
    if (CORM_UNLIKELY(lua_istable(L, idx)) && lcorm_coerce_sequence(L, idx, hint, 0)) {
        return lcorm_node_at(L, idx);
    }
    bool is_null = lua_isnoneornil(L, idx) || lcorm_is_null(L, idx);
    if (is_null && hint == 0) {
        node = lcorm_push_leaf(L, CORM_NODE_NULL);
    } else if (is_null) {
        node = lcorm_push_bind_value(L, 0, corm_value_null(), hint, 0);
    } else {
        node = lcorm_push_bind(L, idx, hint);
    }
    lua_replace(L, idx);
    return node;
}

/* select("*") */
static const struct corm_node *push_all_columns(lua_State *L)
{
    static const struct corm_node_spec spec = {
        .kind = CORM_NODE_LITERAL, .type = &corm_type_null, .name = "*", .name_len = 1
    };
    return lcorm_push_node(L, &spec, &(struct lcorm_pins){ 0 });
}

/* Places of conditions, and the booleans that no one means there. */
static const struct {
    const char *place;
    bool refuses[2]; /* false, true */
} conditions[] = {
    { "and_", { true, false } },
    { "or_", { false, true } },
    { "not_", { true, true } },
    { "where", { true, true } },
    { "having", { true, true } },
    { "filter", { true, true } },
    { "any", { true, true } },
    { "has", { true, true } },
    { "join", { true, true } },
    { "join_from", { true, true } },
    { "outerjoin", { true, true } },
    { "outerjoin_from", { true, true } },
    { "CheckConstraint", { true, true } },
};

/*
 * Refuse the boolean at idx where a condition stands: in all likelihood it was column == value,
 * which is false whatever the rows are. and_(true, …) and or_(false, …) change nothing.
 */
static void refuse_comparison(lua_State *L, int idx, const char *what)
{
    bool value = lua_toboolean(L, idx);
    for (size_t i = 0; i < CORM_LENGTH(conditions); i++) {
        if (conditions[i].refuses[value] && strcmp(what, conditions[i].place) == 0) {
            lcorm_fail(
                L, CORM_E_ARGUMENT,
                "%s: a condition expected, got the boolean %s: '==' and '~=' are "
                "Lua's own and make no SQL, write column:eq(value) or "
                "column:ne(value); a condition that is always %s is corm.%s()",
                what, value ? "true" : "false", value ? "true" : "false",
                value ? "true_" : "false_");
        }
    }
}

/* Refuse a table or the like where a condition stands: it would be a whole row. */
static void refuse_from(lua_State *L, int idx, const struct corm_node *node,
                        const char *what)
{
    if (!corm_node_is_from(corm_node_unmarked(node))) {
        return;
    }
    for (size_t i = 0; i < CORM_LENGTH(conditions); i++) {
        if (strcmp(what, conditions[i].place) == 0) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s: a condition expected, got %s", what,
                       lcorm_type_name(L, idx));
        }
    }
}

/* What stands for an expression without being one. */
static const struct corm_node *coerce_other_clause(lua_State *L, int idx,
                                                   const char *what)
{
    const struct corm_node *node = lcorm_resolve_node(L, idx);
    if (node != NULL) {
        refuse_from(L, idx, node, what);
        return node_to_expression(L, idx, node);
    }
    switch (lua_type(L, idx)) {
    case LUA_TNIL:
        node = lcorm_push_leaf(L, CORM_NODE_NULL);
        break;
    case LUA_TBOOLEAN:
        refuse_comparison(L, idx, what);
        node = lcorm_push_leaf(L, lua_toboolean(L, idx) ? CORM_NODE_TRUE
                                                        : CORM_NODE_FALSE);
        break;
    case LUA_TSTRING:
        if (strcmp(what, "columns") == 0 && strcmp(lua_tostring(L, idx), "*") == 0) {
            node = push_all_columns(L);
            break;
        }
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "%s: textual SQL '%s' must be declared as corm.text('%s')", what,
                   lua_tostring(L, idx), lua_tostring(L, idx));
        break;
    default:
        if (!lcorm_is_null(L, idx)) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s: SQL expression expected, got %s", what,
                       lcorm_type_name(L, idx));
        }
        node = lcorm_push_leaf(L, CORM_NODE_NULL);
    }
    lua_replace(L, idx);
    return node;
}

const struct corm_node *lcorm_coerce_clause(lua_State *L, int idx, const char *what)
{
    const struct corm_node *node = lcorm_test_expression(L, idx);
    return CORM_LIKELY(node != NULL)
               ? node
               : coerce_other_clause(L, lua_absindex(L, idx), what);
}
