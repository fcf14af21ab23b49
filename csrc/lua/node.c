/* SPDX-License-Identifier: MIT */
#include "lua/node.h"

#include "lua/open.h"
#include "lua/type.h"

static const char by_address_key = 0; /* registry: address of a BIND -> BIND, weak */

enum {
    UV_VALUE = 1,
    UV_TYPE = 2,
    UV_KIDS = 3,
    KIDS_ON_STACK = 16, /* more children than this take scratch memory */
    KIDS_DIRECT_MAX = 250 /* more children than this are pinned in one table */
};

const struct lcorm_class lcorm_node_class = { .name = "corm.Node",
                                              .size = sizeof(struct corm_node) };

const struct lcorm_family lcorm_clause_family = {
    .cls = { .name = "corm.ClauseElement", .size = sizeof(struct corm_node) },
    .is_node = true,
};

const struct corm_node *lcorm_test_node(lua_State *L, int idx)
{
    return lcorm_test(L, idx, &lcorm_node_class);
}

const struct corm_node *lcorm_check_node(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_test_node(L, idx);
    if (CORM_UNLIKELY(node == NULL)) {
        lcorm_arg_error(L, idx, "SQL expression or statement");
    }
    return node;
}

static const struct lcorm_family *family_of_kind(enum corm_node_kind kind)
{
    switch (kind) {
    case CORM_NODE_COLUMN:
        return &lcorm_column_family;
    case CORM_NODE_TABLE:
        return &lcorm_table_family;
    case CORM_NODE_TEXT:
        return &lcorm_text_family;
    case CORM_NODE_FUNCTION:
        return &lcorm_function_family;
    case CORM_NODE_SCALAR:
    case CORM_NODE_EXISTS:
        return &lcorm_scalar_family;
    case CORM_NODE_ALIAS:
    case CORM_NODE_SUBQUERY:
    case CORM_NODE_CTE:
    case CORM_NODE_JOIN:
    case CORM_NODE_LATERAL:
    case CORM_NODE_VALUES:
    case CORM_NODE_TABLE_FUNCTION:
        return &lcorm_from_family;
    case CORM_NODE_SELECT:
    case CORM_NODE_COMPOUND:
    case CORM_NODE_STATEMENT_TEXT:
        return &lcorm_select_family;
    case CORM_NODE_INSERT:
        return &lcorm_insert_family;
    case CORM_NODE_UPDATE:
        return &lcorm_update_family;
    case CORM_NODE_DELETE:
        return &lcorm_delete_family;
    case CORM_NODE_ATTRIBUTE:
        return &lcorm_attribute_family;
    default:
        return kind < CORM_NODE_TABLE ? &lcorm_element_family : &lcorm_clause_family;
    }
}

/* Many children are pinned in one table, so that user values stay few. */
static bool kids_in_table(uint32_t nkids)
{
    return nkids > KIDS_DIRECT_MAX;
}

/* Number of user values that pin the children. */
static int kid_slots(uint32_t nkids)
{
    return kids_in_table(nkids) ? 1 : (int)nkids;
}

/* nil and false stand for no child */
static const struct corm_node *node_at(lua_State *L, int idx)
{
    return lua_toboolean(L, idx) ? lcorm_check_node(L, idx) : NULL;
}

/* Push the object that shall become child i, false for none. */
static void push_new_kid(lua_State *L, const struct lcorm_pins *pins, uint32_t i)
{
    if (pins->list != 0) {
        lua_rawgeti(L, pins->list, (lua_Integer)i + 1);
    } else if (pins->kids != NULL && pins->kids[i] != 0) {
        lua_pushvalue(L, pins->kids[i]);
    } else {
        lua_pushboolean(L, 0);
    }
}

static void collect_kids(lua_State *L, const struct lcorm_pins *pins, uint32_t nkids,
                         const struct corm_node **kids)
{
    for (uint32_t i = 0; i < nkids; i++) {
        push_new_kid(L, pins, i);
        kids[i] = node_at(L, lua_gettop(L));
        lua_pop(L, 1);
    }
}

static void pin_kids(lua_State *L, int at, uint32_t nkids,
                     const struct lcorm_pins *pins)
{
    if (kids_in_table(nkids)) {
        lua_createtable(L, (int)nkids, 0);
    }
    for (uint32_t i = 0; i < nkids; i++) {
        push_new_kid(L, pins, i);
        if (kids_in_table(nkids)) {
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        } else {
            lua_setiuservalue(L, at, UV_KIDS + (int)i);
        }
    }
    if (kids_in_table(nkids)) {
        lua_setiuservalue(L, at, UV_KIDS);
    }
}

/* Pin the type: the object itself, or the one that the node at `idx` pins. */
static void pin_type(lua_State *L, int at, int idx)
{
    if (lcorm_test_node(L, idx) != NULL) {
        lua_getiuservalue(L, idx, UV_TYPE);
    } else {
        lua_pushvalue(L, idx);
    }
    lua_setiuservalue(L, at, UV_TYPE);
}

static void pin_all(lua_State *L, int at, const struct corm_node_spec *spec,
                    const struct lcorm_pins *pins)
{
    if (pins->value != 0) {
        lua_pushvalue(L, pins->value);
        lua_setiuservalue(L, at, UV_VALUE);
    }
    if (pins->type != 0) {
        pin_type(L, at, pins->type);
    }
    if (spec->nkids > 0) {
        pin_kids(L, at, spec->nkids, pins);
    }
    if (pins->name != 0) {
        lua_pushvalue(L, pins->name);
        lua_setiuservalue(L, at, UV_KIDS + kid_slots(spec->nkids));
    }
}

/* The node on top can be found by its address, as long as it lives. */
static void remember_address(lua_State *L, const struct corm_node *bind)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &by_address_key);
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, bind);
    lua_pop(L, 1);
}

void lcorm_push_bind_foreign(lua_State *L, const struct corm_node *bind)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &by_address_key);
    if (lua_rawgetp(L, -1, bind) == LUA_TUSERDATA) {
        lua_getiuservalue(L, -1, 1);
        if (bind->value.tag == CORM_TAG_OBJECT) {
            lua_getiuservalue(L, -1, 1);
            lua_remove(L, -2);
        }
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
}

const struct corm_node *lcorm_push_node(lua_State *L, const struct corm_node_spec *spec,
                                        const struct lcorm_pins *pins)
{
    const struct corm_node *few[KIDS_ON_STACK];
    const struct corm_node **kids = few;
    struct corm_node_spec full = *spec;
    int base = lua_gettop(L);

    luaL_checkstack(L, 6, "node");
    if (spec->nkids > KIDS_ON_STACK) {
        kids = lcorm_scratch(L, spec->nkids * sizeof(*kids));
    }
    collect_kids(L, pins, spec->nkids, kids);
    full.kid = kids;

    int nuv = UV_KIDS - 1 + kid_slots(spec->nkids) + (pins->name != 0);
    const struct lcorm_family *family = family_of_kind((enum corm_node_kind)spec->kind);
    void *memory = lcorm_object_new(L, &family->cls, corm_node_size(spec->nkids), nuv);
    corm_node_init(memory, &full);
    pin_all(L, lua_gettop(L), spec, pins);
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    if (spec->value.tag == CORM_TAG_FOREIGN || spec->value.tag == CORM_TAG_OBJECT) {
        remember_address(L, memory);
    }
    return memory;
}

/* Push child i of the node at idx; false for none. */
static void push_kid_raw(lua_State *L, int idx, const struct corm_node *node,
                         uint32_t i)
{
    if (kids_in_table(node->nkids)) {
        lua_getiuservalue(L, idx, UV_KIDS);
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        lua_remove(L, -2);
    } else {
        lua_getiuservalue(L, idx, UV_KIDS + (int)i);
    }
}

void lcorm_push_kid(lua_State *L, int idx, uint32_t i)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    if (i >= node->nkids || node->kid[i] == NULL) {
        lua_pushnil(L);
    } else {
        push_kid_raw(L, idx, node, i);
    }
}

void lcorm_push_node_type(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    if (lua_getiuservalue(L, idx, UV_TYPE) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        lcorm_push_static_type(L, node->type);
    }
}

struct corm_node_spec lcorm_node_spec(const struct corm_node *node)
{
    return (struct corm_node_spec){
        .kind = node->kind,
        .op = node->op,
        .flags = (uint16_t)(node->flags & ~CORM_NODE_INHERITED),
        .id = node->id,
        .type = node->type,
        .name = node->name,
        .name_len = node->name_len,
        .value = node->value,
        .nkids = node->nkids,
    };
}

/* Push the node's children in a new table. */
static void push_kids_table(lua_State *L, int idx, const struct corm_node *node)
{
    lua_createtable(L, (int)node->nkids, 0);
    for (uint32_t i = 0; i < node->nkids; i++) {
        push_kid_raw(L, idx, node, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Push user value n of the node at idx; return its index, 0 if there is nothing. */
static int push_pin(lua_State *L, int idx, int n)
{
    return lua_getiuservalue(L, idx, n) > LUA_TNIL ? lua_gettop(L) : 0;
}

/* Push a node, its children those of the table on top, other pins as at idx if unset. */
static const struct corm_node *push_copy(lua_State *L, int idx,
                                         const struct corm_node_spec *spec,
                                         const struct lcorm_pins *own)
{
    struct lcorm_pins pins = *own;
    pins.kids = NULL;
    pins.list = lua_gettop(L);
    if (pins.value == 0) {
        pins.value = push_pin(L, idx, UV_VALUE);
    }
    if (pins.type == 0) {
        pins.type = push_pin(L, idx, UV_TYPE);
    }
    if (pins.name == 0) {
        pins.name =
            push_pin(L, idx, UV_KIDS + kid_slots(lcorm_check_node(L, idx)->nkids));
    }
    return lcorm_push_node(L, spec, &pins);
}

const struct corm_node *lcorm_push_copy(lua_State *L, int idx,
                                        const struct corm_node_spec *spec, int list)
{
    int base = lua_gettop(L);

    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 8, "node");
    lua_pushvalue(L, list);
    const struct corm_node *copy = push_copy(L, idx, spec, &(struct lcorm_pins){ 0 });
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return copy;
}

const struct corm_node *lcorm_push_repinned(lua_State *L, int idx,
                                            const struct corm_node_spec *spec,
                                            const struct lcorm_pins *pins)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    int base = lua_gettop(L);
    PRE(spec->nkids == node->nkids);
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 8, "node");
    push_kids_table(L, idx, node);
    const struct corm_node *copy = push_copy(L, idx, spec, pins);
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return copy;
}

const struct corm_node *lcorm_push_respec(lua_State *L, int idx,
                                          const struct corm_node_spec *spec)
{
    return lcorm_push_repinned(L, idx, spec, &(struct lcorm_pins){ 0 });
}

const struct corm_node *lcorm_push_with_kid(lua_State *L, int idx, uint32_t slot,
                                            int kid)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    struct corm_node_spec spec = lcorm_node_spec(node);
    int base = lua_gettop(L);

    PRE(slot < node->nkids);
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 8, "node");
    push_kids_table(L, idx, node);
    if (kid != 0) {
        lua_pushvalue(L, kid);
    } else {
        lua_pushboolean(L, 0);
    }
    lua_rawseti(L, base + 1, (lua_Integer)slot + 1);
    const struct corm_node *copy = push_copy(L, idx, &spec, &(struct lcorm_pins){ 0 });
    lua_copy(L, -1, base + 1);
    lua_settop(L, base + 1);
    return copy;
}

void lcorm_open_node_addresses(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &by_address_key);
}
