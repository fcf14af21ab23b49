/* SPDX-License-Identifier: MIT */
#include "lua/node.h"

#include "lua/open.h"
#include "lua/type.h"

#include <string.h>

static const char by_address_key = 0; /* registry: address of a BIND -> BIND, weak */

enum {
    UV_VALUE = 1,
    UV_TYPE = 2,
    UV_KIDS = 3,
    KIDS_COPIED_MAX = 32, /* statements have fewer slots than this */
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
    case CORM_NODE_CUSTOM:
        return &lcorm_custom_family;
    case CORM_NODE_CUSTOM_STATEMENT:
        return &lcorm_custom_statement_family;
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
        if (pins->list == 0 && (pins->kids == NULL || pins->kids[i] == 0)) {
            kids[i] = NULL;
            continue;
        }
        push_new_kid(L, pins, i);
        kids[i] = node_at(L, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* Pin the children in one table. */
static void pin_kids_in_table(lua_State *L, int at, uint32_t nkids,
                              const struct lcorm_pins *pins)
{
    lua_createtable(L, (int)nkids, 0);
    for (uint32_t i = 0; i < nkids; i++) {
        push_new_kid(L, pins, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setiuservalue(L, at, UV_KIDS);
}

static void pin_kids(lua_State *L, int at, const struct corm_node *node,
                     const struct lcorm_pins *pins)
{
    if (kids_in_table(node->nkids)) {
        pin_kids_in_table(L, at, node->nkids, pins);
        return;
    }
    for (uint32_t i = 0; i < node->nkids; i++) {
        if (node->kid[i] != NULL) {
            push_new_kid(L, pins, i);
            lua_setiuservalue(L, at, UV_KIDS + (int)i);
        }
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

static void pin_all(lua_State *L, int at, const struct corm_node *node,
                    const struct lcorm_pins *pins)
{
    if (pins->value != 0) {
        lua_pushvalue(L, pins->value);
        lua_setiuservalue(L, at, UV_VALUE);
    }
    if (pins->type != 0) {
        pin_type(L, at, pins->type);
    }
    if (node->nkids > 0) {
        pin_kids(L, at, node, pins);
    }
    if (pins->name != 0) {
        lua_pushvalue(L, pins->name);
        lua_setiuservalue(L, at, UV_KIDS + kid_slots(node->nkids));
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
    pin_all(L, lua_gettop(L), memory, pins);
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

/*
 * lcorm_push_with_kid() for statements, which are copied by every method: their few
 * children go straight from one userdata to the other.
 */
static const struct corm_node *push_with_kid_directly(lua_State *L, int idx,
                                                      const struct corm_node *node,
                                                      uint32_t slot, int kid)
{
    const struct corm_node *kids[KIDS_COPIED_MAX];
    struct corm_node_spec spec = lcorm_node_spec(node);
    const struct lcorm_family *family = family_of_kind((enum corm_node_kind)node->kind);
    int nuv = UV_KIDS + (int)node->nkids; /* one more, for the name */

    memcpy(kids, node->kid, node->nkids * sizeof(*kids));
    kids[slot] = kid == 0 || !lua_toboolean(L, kid) ? NULL : lcorm_check_node(L, kid);
    spec.kid = kids;
    void *memory = lcorm_object_new(L, &family->cls, corm_node_size(node->nkids), nuv);
    corm_node_init(memory, &spec);
    for (int n = 1; n <= nuv; n++) {
        int i = n - UV_KIDS;
        if (i == (int)slot) {
            continue;
        }
        bool is_there = i < 0 || i == (int)node->nkids || kids[i] != NULL;
        if (is_there && lua_getiuservalue(L, idx, n) > LUA_TNIL) {
            lua_setiuservalue(L, -2, n);
        } else if (is_there) {
            lua_pop(L, 1);
        }
    }
    if (kids[slot] != NULL) {
        lua_pushvalue(L, kid);
        lua_setiuservalue(L, -2, UV_KIDS + (int)slot);
    }
    return memory;
}

const struct corm_node *lcorm_push_with_kid(lua_State *L, int idx, uint32_t slot,
                                            int kid)
{
    const struct corm_node *node = lcorm_check_node(L, idx);
    int base = lua_gettop(L);

    PRE(slot < node->nkids);
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 8, "node");
    if (node->nkids <= KIDS_COPIED_MAX && node->kind >= CORM_NODE_SELECT) {
        return push_with_kid_directly(L, idx, node, slot, kid);
    }
    struct corm_node_spec spec = lcorm_node_spec(node);
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
    lcorm_push_weak_table(L, "v");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &by_address_key);
}
