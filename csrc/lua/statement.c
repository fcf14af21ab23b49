/* SPDX-License-Identifier: MIT */
/*
 * The generative methods that statements share. Each returns a copy of the statement with
 * one slot replaced; which slot a part has in which kind of statement is one table.
 */
#include "lua/statement.h"

#include <string.h>

#include "lua/node_operate.h"
#include "lua/open.h"
#include "sql/statement.h"

enum part {
    PART_COLUMNS,
    PART_FROM,
    PART_WHERE,
    PART_GROUP_BY,
    PART_HAVING,
    PART_ORDER_BY,
    PART_LIMIT,
    PART_OFFSET,
    PART_FETCH,
    PART_RETURNING,
    PART_OPTIONS,
    PART_COUNT
};

enum {
    NONE = -1,
    KINDS = CORM_NODE_DELETE - CORM_NODE_SELECT + 1,
    SELF = 1 /* stack index of the statement in every method */
};

static const char *const part_names[PART_COUNT] = {
    "columns", "select_from", "where", "group_by",  "having",  "order_by",
    "limit",   "offset",      "fetch", "returning", "options",
};

/* Columns: SELECT, COMPOUND, INSERT, UPDATE, DELETE. */
static const int8_t slots[PART_COUNT][KINDS] = {
    [PART_COLUMNS] = { CORM_SELECT_COLUMNS, NONE, NONE, NONE, NONE },
    [PART_FROM] = { CORM_SELECT_FROM, NONE, NONE, NONE, NONE },
    [PART_WHERE] = { CORM_SELECT_WHERE, NONE, NONE, CORM_UPDATE_WHERE,
                     CORM_DELETE_WHERE },
    [PART_GROUP_BY] = { CORM_SELECT_GROUP_BY, CORM_COMPOUND_GROUP_BY, NONE, NONE,
                        NONE },
    [PART_HAVING] = { CORM_SELECT_HAVING, NONE, NONE, NONE, NONE },
    [PART_ORDER_BY] = { CORM_SELECT_ORDER_BY, CORM_COMPOUND_ORDER_BY, NONE, NONE,
                        NONE },
    [PART_LIMIT] = { CORM_SELECT_LIMIT, CORM_COMPOUND_LIMIT, NONE, NONE, NONE },
    [PART_OFFSET] = { CORM_SELECT_OFFSET, CORM_COMPOUND_OFFSET, NONE, NONE, NONE },
    [PART_FETCH] = { CORM_SELECT_FETCH, CORM_COMPOUND_FETCH, NONE, NONE, NONE },
    [PART_RETURNING] = { NONE, NONE, CORM_INSERT_RETURNING, CORM_UPDATE_RETURNING,
                         CORM_DELETE_RETURNING },
    [PART_OPTIONS] = { CORM_SELECT_OPTIONS, CORM_COMPOUND_OPTIONS, CORM_INSERT_OPTIONS,
                       CORM_UPDATE_OPTIONS, CORM_DELETE_OPTIONS },
};

/* The part that the running method is about. */
static enum part own_part(lua_State *L)
{
    return (enum part)lua_tointeger(L, lua_upvalueindex(1));
}

/* The slot of the running method's part in the statement at SELF; raises if it has none. */
static uint32_t check_slot(lua_State *L, enum part part)
{
    const struct corm_node *node = lcorm_check_node(L, SELF);
    bool is_known = node->kind >= CORM_NODE_SELECT && node->kind <= CORM_NODE_DELETE;
    int slot = is_known ? slots[part][node->kind - CORM_NODE_SELECT] : NONE;
    if (slot == NONE) {
        lcorm_fail(L, CORM_E_ARGUMENT, "%s has no %s", lcorm_type_name(L, SELF),
                   part_names[part]);
    }
    return (uint32_t)slot;
}

/* A name in ORDER BY and GROUP BY refers to a label or column of the statement. */
static void name_to_label(lua_State *L, int idx)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_LABEL, .nkids = 1 };
    int none = 0;
    spec.name = lua_tolstring(L, idx, &spec.name_len);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = &none });
    lua_replace(L, idx);
}

/* A number among the columns is written as it is. */
static void number_to_literal(lua_State *L, int idx)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_LITERAL };
    spec.name = lua_tolstring(L, idx, &spec.name_len);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ 0 });
    lua_replace(L, idx);
}

/* A query among what is selected from needs a name, which is made up. */
static void query_to_subquery(lua_State *L, int idx)
{
    struct corm_node_spec spec = {
        .kind = CORM_NODE_SUBQUERY,
        .flags = CORM_NODE_ANONYMOUS,
        .id = corm_node_next_id(),
        .nkids = 1,
    };
    lua_pushvalue(L, idx);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = lua_gettop(L) });
    lua_replace(L, idx);
    lua_pop(L, 1);
}

/* Coerce the argument at idx as the part demands. */
static void coerce_part(lua_State *L, int idx, enum part part)
{
    bool takes_names = part == PART_ORDER_BY || part == PART_GROUP_BY;
    bool takes_numbers = part == PART_COLUMNS || part == PART_RETURNING;
    if (takes_numbers && lua_type(L, idx) == LUA_TNUMBER) {
        number_to_literal(L, idx);
    } else if (takes_names && lua_type(L, idx) == LUA_TSTRING) {
        name_to_label(L, idx);
    } else if (part == PART_FROM || part == PART_OPTIONS) {
        const struct corm_node *node = lcorm_resolve_node(L, idx);
        if (node == NULL) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s: %s expected, got %s", part_names[part],
                       part == PART_FROM ? "a table, subquery or mapped class"
                                         : "an option",
                       lcorm_type_name(L, idx));
        } else if (part == PART_FROM && corm_node_is_query(node)) {
            query_to_subquery(L, idx);
        }
    } else {
        lcorm_coerce_clause(L, idx, part_names[part]);
    }
}

/* Push a list of the nodes that lie on the stack from index first on. */
static void push_list(lua_State *L, int first)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_LIST,
                                   .op = CORM_OP_COMMA,
                                   .nkids = (uint32_t)(lua_gettop(L) - first + 1) };
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .first = first });
}

void lcorm_push_with_longer_list(lua_State *L, uint32_t slot, int first)
{
    const struct corm_node *list = corm_node_slot(lcorm_node_at(L, SELF), slot);
    if (list != NULL) {
        int nnew = lua_gettop(L) - first + 1;
        lcorm_push_kid(L, SELF, slot);
        lua_insert(L, first);
        lcorm_push_kids(L, first);
        lua_rotate(L, first + 1, -nnew);
        first++;
    }
    push_list(L, first);
    lcorm_push_with_kid(L, SELF, slot, lua_gettop(L));
}

/* statement:order_by(…), add_columns(…), … -> the statement with longer list */
static int statement_append(lua_State *L)
{
    enum part part = own_part(L);
    uint32_t slot = check_slot(L, part);
    int last = lua_gettop(L);
    bool is_reset = last == 2 && lua_isnil(L, 2) &&
                    (part == PART_ORDER_BY || part == PART_GROUP_BY);
    if (is_reset) {
        lcorm_push_with_kid(L, SELF, slot, 0);
        return 1;
    }
    if (last == SELF) {
        return 1;
    }
    for (int i = SELF + 1; i <= last; i++) {
        coerce_part(L, i, part);
    }
    lcorm_push_with_longer_list(L, slot, SELF + 1);
    return 1;
}

/* statement:where(…), having(…) -> the statement with all these conditions as well */
static int statement_restrict(lua_State *L)
{
    enum part part = own_part(L);
    uint32_t slot = check_slot(L, part);
    int last = lua_gettop(L);
    if (last == SELF) {
        return 1;
    }
    bool is_said = false;
    for (int i = SELF + 1; i <= last; i++) {
        is_said |= !lcorm_is_no_condition(lcorm_coerce_clause(L, i, part_names[part]));
    }
    if (!is_said) {
        lua_settop(L, SELF);
        return 1;
    }
    if (corm_node_slot(lcorm_node_at(L, SELF), slot) != NULL) {
        lcorm_push_kid(L, SELF, slot);
        lua_insert(L, SELF + 1);
        last++;
    }
    unsigned flags = last > SELF + 1 ? CORM_NODE_VARIANT : 0; /* not one and_() */
    lcorm_push_logic(L, CORM_OP_AND, flags, SELF + 1, last);
    lcorm_push_with_kid(L, SELF, slot, lua_gettop(L));
    return 1;
}

/* The value of LIMIT and OFFSET: nil takes it away, a number or an expression sets it. */
static int coerce_count(lua_State *L, int idx, enum part part)
{
    if (lua_isnoneornil(L, idx)) {
        return 0;
    }
    if (lua_type(L, idx) == LUA_TNUMBER && !lua_isinteger(L, idx)) {
        lua_Integer n = 0;
        if (!lua_numbertointeger(lua_tonumber(L, idx), &n) ||
            (lua_Number)n != lua_tonumber(L, idx)) {
            lcorm_fail(L, CORM_E_ARGUMENT, "%s: an integer expected, got %f",
                       part_names[part], lua_tonumber(L, idx));
        }
        lua_pushinteger(L, n);
        lua_replace(L, idx);
    }
    if (lua_type(L, idx) != LUA_TNUMBER && lcorm_resolve_node(L, idx) == NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT,
                   "%s: an integer or an SQL expression expected, got %s",
                   part_names[part], lcorm_type_name(L, idx));
    }
    lcorm_coerce_expression(L, idx, 0);
    return idx;
}

/* statement:limit(n), offset(n) -> the statement with this bound; LIMIT replaces FETCH */
static int statement_bound(lua_State *L)
{
    enum part part = own_part(L);
    uint32_t slot = check_slot(L, part);
    lua_settop(L, 2);
    int count = coerce_count(L, 2, part);
    uint32_t fetch = check_slot(L, PART_FETCH);
    if (part == PART_LIMIT && lcorm_node_at(L, SELF)->kid[fetch] != NULL) {
        lcorm_push_with_kid(L, SELF, fetch, 0);
        lua_replace(L, SELF);
    }
    lcorm_push_with_kid(L, SELF, slot, count);
    return 1;
}

struct method {
    const char *name;
    lua_CFunction function;
    enum part part;
};

static const struct method methods[] = {
    { "add_columns", statement_append, PART_COLUMNS },
    { "filter", statement_restrict, PART_WHERE },
    { "group_by", statement_append, PART_GROUP_BY },
    { "having", statement_restrict, PART_HAVING },
    { "limit", statement_bound, PART_LIMIT },
    { "offset", statement_bound, PART_OFFSET },
    { "options", statement_append, PART_OPTIONS },
    { "order_by", statement_append, PART_ORDER_BY },
    { "returning", statement_append, PART_RETURNING },
    { "select_from", statement_append, PART_FROM },
    { "where", statement_restrict, PART_WHERE },
};

/* Put the columns of a ColumnCollection at idx in its place; false if it is none. */
static bool spread_collection(lua_State *L, int idx)
{
    if (!lua_istable(L, idx) || luaL_getmetafield(L, idx, "__name") == LUA_TNIL) {
        return false;
    }
    const char *name = lua_tostring(L, -1);
    bool is_collection = name != NULL && strcmp(name, "corm.ColumnCollection") == 0;
    lua_pop(L, 1);
    if (is_collection) {
        int n = (int)lua_rawlen(L, idx);
        luaL_checkstack(L, n, "columns");
        for (int i = 1; i <= n; i++) {
            lua_rawgeti(L, idx, i);
            lua_insert(L, idx + i);
        }
        lua_remove(L, idx);
    }
    return is_collection;
}

/* core.select(…) -> Select of these columns, collections of them, tables and entities */
static int core_select(lua_State *L)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_SELECT,
                                   .nkids = CORM_SELECT_SLOTS };
    for (int i = 1; i <= lua_gettop(L); i++) {
        if (CORM_LIKELY(lcorm_test_expression(L, i) != NULL)) {
            continue;
        } else if (spread_collection(L, i)) {
            i--;
        } else {
            coerce_part(L, i, PART_COLUMNS);
        }
    }
    int kids[CORM_SELECT_SLOTS] = { 0 };
    push_list(L, 1);
    kids[CORM_SELECT_COLUMNS] = lua_gettop(L);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = kids });
    return 1;
}

/* core.clause_list(part, …) -> list of the arguments, coerced as the part demands */
static int core_clause_list(lua_State *L)
{
    enum part part = (enum part)lcorm_check_word(L, 1, NULL, part_names);
    int last = lua_gettop(L);
    for (int i = 2; i <= last; i++) {
        coerce_part(L, i, part);
    }
    push_list(L, 2);
    return 1;
}

/* core.append(statement, slot, node …) -> the statement with a longer list in the slot */
static int core_append(lua_State *L)
{
    const struct corm_node *node = lcorm_check_node(L, SELF);
    lua_Integer slot = lcorm_check_integer(L, 2);
    lcorm_arg_check(L, slot >= 0 && slot < (lua_Integer)node->nkids, 2, "no such slot");
    for (int i = 3; i <= lua_gettop(L); i++) {
        lcorm_check_node(L, i);
    }
    lcorm_push_with_longer_list(L, (uint32_t)slot, 3);
    return 1;
}

static int statement_tostring(lua_State *L)
{
    lcorm_push_sql(L, 1);
    return 1;
}

static const luaL_Reg statement_meta[] = {
    { "__tostring", statement_tostring },
    { NULL, NULL },
};

#define STATEMENT_FAMILY(title)                                \
    {                                                          \
        .cls = { .name = "corm." title,                        \
                 .meta = statement_meta,                       \
                 .size = sizeof(struct corm_node) },           \
        .parent = &lcorm_statement_family, .has_detail = true, \
    }

const struct lcorm_family lcorm_statement_family = {
    .cls = { .name = "corm.Statement", .size = sizeof(struct corm_node) },
    .has_detail = true,
};
const struct lcorm_family lcorm_select_family = STATEMENT_FAMILY("Select");
const struct lcorm_family lcorm_insert_family = STATEMENT_FAMILY("Insert");
const struct lcorm_family lcorm_update_family = STATEMENT_FAMILY("Update");
const struct lcorm_family lcorm_delete_family = STATEMENT_FAMILY("Delete");
const struct lcorm_family lcorm_custom_statement_family =
    STATEMENT_FAMILY("CustomStatement");

/* Slots by name, for Lua: core.slots.select.where … */
static const struct {
    const char *statement;
    const char *name;
    int slot;
} slot_names[] = {
    { "select", "columns", CORM_SELECT_COLUMNS },
    { "select", "from", CORM_SELECT_FROM },
    { "select", "joins", CORM_SELECT_JOINS },
    { "select", "where", CORM_SELECT_WHERE },
    { "select", "group_by", CORM_SELECT_GROUP_BY },
    { "select", "having", CORM_SELECT_HAVING },
    { "select", "order_by", CORM_SELECT_ORDER_BY },
    { "select", "limit", CORM_SELECT_LIMIT },
    { "select", "offset", CORM_SELECT_OFFSET },
    { "select", "fetch", CORM_SELECT_FETCH },
    { "select", "distinct_on", CORM_SELECT_DISTINCT_ON },
    { "select", "for_update", CORM_SELECT_FOR_UPDATE },
    { "select", "correlate", CORM_SELECT_CORRELATE },
    { "select", "correlate_except", CORM_SELECT_CORRELATE_EXCEPT },
    { "select", "ctes", CORM_SELECT_CTES },
    { "select", "prefixes", CORM_SELECT_PREFIXES },
    { "select", "suffixes", CORM_SELECT_SUFFIXES },
    { "select", "options", CORM_SELECT_OPTIONS },
    { "select", "count", CORM_SELECT_SLOTS },
    { "compound", "group_by", CORM_COMPOUND_GROUP_BY },
    { "compound", "order_by", CORM_COMPOUND_ORDER_BY },
    { "compound", "limit", CORM_COMPOUND_LIMIT },
    { "compound", "offset", CORM_COMPOUND_OFFSET },
    { "compound", "fetch", CORM_COMPOUND_FETCH },
    { "compound", "for_update", CORM_COMPOUND_FOR_UPDATE },
    { "compound", "ctes", CORM_COMPOUND_CTES },
    { "compound", "options", CORM_COMPOUND_OPTIONS },
    { "compound", "count", CORM_COMPOUND_SLOTS },
    { "insert", "table", CORM_INSERT_TABLE },
    { "insert", "rows", CORM_INSERT_ROWS },
    { "insert", "columns", CORM_INSERT_COLUMNS },
    { "insert", "select", CORM_INSERT_SELECT },
    { "insert", "returning", CORM_INSERT_RETURNING },
    { "insert", "on_conflict", CORM_INSERT_ON_CONFLICT },
    { "insert", "ctes", CORM_INSERT_CTES },
    { "insert", "prefixes", CORM_INSERT_PREFIXES },
    { "insert", "options", CORM_INSERT_OPTIONS },
    { "insert", "count", CORM_INSERT_SLOTS },
    { "update", "table", CORM_UPDATE_TABLE },
    { "update", "set", CORM_UPDATE_SET },
    { "update", "where", CORM_UPDATE_WHERE },
    { "update", "returning", CORM_UPDATE_RETURNING },
    { "update", "ctes", CORM_UPDATE_CTES },
    { "update", "prefixes", CORM_UPDATE_PREFIXES },
    { "update", "options", CORM_UPDATE_OPTIONS },
    { "update", "count", CORM_UPDATE_SLOTS },
    { "delete", "table", CORM_DELETE_TABLE },
    { "delete", "where", CORM_DELETE_WHERE },
    { "delete", "returning", CORM_DELETE_RETURNING },
    { "delete", "ctes", CORM_DELETE_CTES },
    { "delete", "prefixes", CORM_DELETE_PREFIXES },
    { "delete", "options", CORM_DELETE_OPTIONS },
    { "delete", "using", CORM_DELETE_USING },
    { "delete", "count", CORM_DELETE_SLOTS },
    { "statement_text", "ctes", CORM_STATEMENT_TEXT_CTES },
    { "statement_text", "count", CORM_STATEMENT_TEXT_SLOTS },
    { "on_conflict", "target", CORM_ON_CONFLICT_TARGET },
    { "on_conflict", "target_where", CORM_ON_CONFLICT_TARGET_WHERE },
    { "on_conflict", "set", CORM_ON_CONFLICT_SET },
    { "on_conflict", "where", CORM_ON_CONFLICT_WHERE },
    { "on_conflict", "count", CORM_ON_CONFLICT_SLOTS },
};

static void publish_slots(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < CORM_LENGTH(slot_names); i++) {
        luaL_getsubtable(L, -1, slot_names[i].statement);
        lua_pushinteger(L, slot_names[i].slot);
        lua_setfield(L, -2, slot_names[i].name);
        lua_pop(L, 1);
    }
    lua_setfield(L, -2, "slots");
}

static const luaL_Reg functions[] = {
    { "append", core_append },
    { "clause_list", core_clause_list },
    { "select", core_select },
    { NULL, NULL },
};

void lcorm_open_statement(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    publish_slots(L);
    lcorm_family_open(L, &lcorm_statement_family);
    lcorm_class_push(L, &lcorm_statement_family.cls);
    lua_getfield(L, -1, "__methods");
    for (size_t i = 0; i < CORM_LENGTH(methods); i++) {
        lua_pushinteger(L, methods[i].part);
        lua_pushcclosure(L, methods[i].function, 1);
        lua_setfield(L, -2, methods[i].name);
    }
    lua_pop(L, 2);
    lcorm_family_open(L, &lcorm_select_family);
    lcorm_family_open(L, &lcorm_insert_family);
    lcorm_family_open(L, &lcorm_update_family);
    lcorm_family_open(L, &lcorm_delete_family);
    lcorm_family_open(L, &lcorm_custom_statement_family);
}
