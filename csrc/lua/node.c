/* SPDX-License-Identifier: MIT */
#include "lua/node.h"

#include "lua/node_carry.h"
#include "lua/open.h"
#include "lua/type.h"

#include <string.h>

static const char by_address_key = 0; /* registry: address of a BIND -> BIND, weak */

enum {
    FEW_KIDS = 32, /* more children than this take scratch memory */
    KIDS_DIRECT_MAX = 250 /* more children than this are pinned in one table */
};

const struct lcorm_family lcorm_clause_family = {
    .cls = { .name = "corm.ClauseElement", .size = sizeof(struct corm_node) },
};

const struct corm_node *lcorm_test_node(lua_State *L, int idx)
{
    const struct corm_node *node = lua_touserdata(L, idx);
    bool is_node = node != NULL && lua_rawlen(L, idx) >= sizeof *node &&
                   node->brand == &corm_node_brand;
    return CORM_LIKELY(is_node) ? node : NULL;
}

const struct corm_node *lcorm_test_expression(lua_State *L, int idx)
{
    const struct corm_node *node = lcorm_test_node(L, idx);
    return node != NULL && node->kind < CORM_NODE_TABLE ? node : NULL;
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

/* ---- which user values hold the children ---- */

/* Many children are pinned in one table, so that user values stay few. */
static bool kids_in_table(uint32_t nkids)
{
    return nkids > KIDS_DIRECT_MAX;
}

/* Of so many children, those that may be absent without having a user value. */
static uint32_t count_sparse(uint32_t nkids)
{
    return nkids < LCORM_KIDS_SPARSE ? nkids : LCORM_KIDS_SPARSE;
}

/* Number of children before child i that have a user value of their own. */
static int slots_before(const struct corm_node *const *kids, uint32_t i)
{
    uint32_t nsparse = count_sparse(i);
    uint32_t n = i;
    for (uint32_t k = 0; k < nsparse; k++) {
        n -= kids[k] == NULL;
    }
    return (int)n;
}

/* Number of user values that pin the children. */
static int kid_slots(const struct corm_node *const *kids, uint32_t nkids)
{
    return kids_in_table(nkids) ? 1 : slots_before(kids, nkids);
}

/* ---- the children of a new node ---- */

/* The child that the table says, NULL for nil and false. */
static const struct corm_node *listed_kid(lua_State *L, int list, uint32_t i)
{
    const struct corm_node *kid = NULL;
    lua_rawgeti(L, list, (lua_Integer)i + 1);
    if (lua_toboolean(L, -1)) {
        kid = lcorm_check_node(L, lua_gettop(L));
    }
    lua_pop(L, 1);
    return kid;
}

static void collect_kids(lua_State *L, const struct lcorm_pins *pins, uint32_t nkids,
                         const struct corm_node **kids)
{
    for (uint32_t i = 0; i < nkids; i++) {
        if (pins->list != 0) {
            kids[i] = listed_kid(L, pins->list, i);
        } else if (pins->kids == NULL) {
            kids[i] = lcorm_node_at(L, pins->first + (int)i);
        } else {
            kids[i] = pins->kids[i] == 0 ? NULL : lcorm_node_at(L, pins->kids[i]);
        }
    }
}

/* Push the object that becomes child i, which is not NULL. */
static void push_new_kid(lua_State *L, const struct lcorm_pins *pins, uint32_t i)
{
    if (pins->list != 0) {
        lua_rawgeti(L, pins->list, (lua_Integer)i + 1);
    } else {
        lua_pushvalue(L, pins->kids == NULL ? pins->first + (int)i : pins->kids[i]);
    }
}

/* Pin the children in one table. */
static void pin_kids_in_table(lua_State *L, int at, const struct corm_node *node,
                              const struct lcorm_pins *pins)
{
    lua_createtable(L, (int)node->nkids, 0);
    for (uint32_t i = 0; i < node->nkids; i++) {
        if (node->kid[i] != NULL) {
            push_new_kid(L, pins, i);
        } else {
            lua_pushboolean(L, 0);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setiuservalue(L, at, LCORM_PIN_KIDS);
}

static void pin_kids(lua_State *L, int at, const struct corm_node *node,
                     const struct lcorm_pins *pins)
{
    int n = LCORM_PIN_KIDS;
    if (kids_in_table(node->nkids)) {
        pin_kids_in_table(L, at, node, pins);
        return;
    }
    for (uint32_t i = 0; i < node->nkids; i++) {
        if (node->kid[i] != NULL) {
            push_new_kid(L, pins, i);
            lua_setiuservalue(L, at, n++);
        } else if (i >= LCORM_KIDS_SPARSE) {
            n++;
        }
    }
}

/* Let the node at `at` pin what the one at `from` does as its user value n, if anything. */
static void share_pin(lua_State *L, int from, int at, int n)
{
    if (lua_getiuservalue(L, from, n) > LUA_TNIL) {
        lua_setiuservalue(L, at, n);
    } else {
        lua_pop(L, 1);
    }
}

static void pin_rest(lua_State *L, int at, const struct lcorm_pins *pins)
{
    if (pins->value != 0) {
        lua_pushvalue(L, pins->value);
        lua_setiuservalue(L, at, LCORM_PIN_VALUE);
    }
    if (pins->type != 0) {
        lua_pushvalue(L, pins->type);
        lua_setiuservalue(L, at, LCORM_PIN_TYPE);
    } else if (pins->typed != 0) {
        share_pin(L, pins->typed, at, LCORM_PIN_TYPE);
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

/* Push a node of these children, which pins nothing yet. */
static struct corm_node *push_unpinned(lua_State *L, const struct corm_node_spec *spec,
                                       const struct corm_node *const *kids)
{
    const struct lcorm_family *family = family_of_kind((enum corm_node_kind)spec->kind);
    struct corm_node_spec own = *spec;
    size_t size = corm_node_size(spec->nkids);
    size_t name_size = spec->name == NULL ? 0 : spec->name_len + 1;
    int nuv = LCORM_PIN_KIDS - 1 + kid_slots(kids, spec->nkids);
    char *memory = lcorm_object_push(L, &family->cls, size + name_size, nuv);

    own.kid = kids;
    if (spec->name != NULL) {
        own.name = memcpy(memory + size, spec->name, spec->name_len);
        memory[size + spec->name_len] = '\0';
    }
    struct corm_node *node = corm_node_init(memory, &own);
    if (spec->value.tag == CORM_TAG_FOREIGN || spec->value.tag == CORM_TAG_OBJECT) {
        remember_address(L, node);
    }
    return node;
}

/* The children that the pins say: on the C stack if they are few, else in scratch. */
static const struct corm_node *const *gather_kids(lua_State *L, uint32_t nkids,
                                                  const struct lcorm_pins *pins,
                                                  const struct corm_node **few)
{
    const struct corm_node **kids = few;
    if (nkids > FEW_KIDS) {
        kids = lcorm_scratch(L, nkids * sizeof(*kids));
    }
    collect_kids(L, pins, nkids, kids);
    return kids;
}

const struct corm_node *lcorm_push_node(lua_State *L, const struct corm_node_spec *spec,
                                        const struct lcorm_pins *pins)
{
    const struct corm_node *few[FEW_KIDS];
    const struct corm_node *const *kids = few;
    int at = lua_gettop(L) + 1;

    lcorm_reserve(L, 6, "node");
    if (spec->kid != NULL) {
        kids = spec->kid;
    } else if (spec->nkids > 0) {
        kids = gather_kids(L, spec->nkids, pins, few);
    }
    const struct corm_node *node = push_unpinned(L, spec, kids);
    if (lua_gettop(L) > at) {
        lua_replace(L, at); /* what the children were gathered in */
    }
    pin_rest(L, at, pins);
    if (spec->nkids > 0) {
        pin_kids(L, at, node, pins);
    }
    return node;
}

/* ---- what a node is made of ---- */

/* Push child i of the node at idx, which is not NULL. */
static void push_kid_raw(lua_State *L, int idx, const struct corm_node *node,
                         uint32_t i)
{
    if (kids_in_table(node->nkids)) {
        lua_getiuservalue(L, idx, LCORM_PIN_KIDS);
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        lua_remove(L, -2);
    } else if (lcorm_carries(node, i)) {
        lcorm_push_carried(L, idx);
    } else {
        lua_getiuservalue(L, idx, LCORM_PIN_KIDS + slots_before(node->kid, i));
    }
}

void lcorm_push_kid(lua_State *L, int idx, uint32_t i)
{
    const struct corm_node *node = lcorm_node_at(L, idx);
    if (i >= node->nkids || node->kid[i] == NULL) {
        lua_pushnil(L);
    } else {
        push_kid_raw(L, idx, node, i);
    }
}

void lcorm_push_kids(lua_State *L, int idx)
{
    uint32_t n = lcorm_node_at(L, idx)->nkids;
    idx = lua_absindex(L, idx);
    lcorm_reserve(L, (int)n + 1, "children");
    if (!kids_in_table(n)) {
        for (uint32_t i = 0; i < n; i++) {
            lua_getiuservalue(L, idx, LCORM_PIN_KIDS + (int)i);
        }
        return;
    }
    lua_getiuservalue(L, idx, LCORM_PIN_KIDS);
    int list = lua_gettop(L);
    for (uint32_t i = 0; i < n; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
    }
    lua_remove(L, list);
}

void lcorm_push_node_type(lua_State *L, int idx)
{
    if (lua_getiuservalue(L, idx, LCORM_PIN_TYPE) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        lcorm_push_static_type(L, lcorm_node_at(L, idx)->type);
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

/* ---- copies ---- */

/* Pin value and type: those of `pins`, or else those of the node at `from`. */
static void pin_rest_like(lua_State *L, int from, int at, const struct lcorm_pins *pins)
{
    pin_rest(L, at, pins);
    if (pins->value == 0) {
        share_pin(L, from, at, LCORM_PIN_VALUE);
    }
    if (pins->type == 0 && pins->typed == 0) {
        share_pin(L, from, at, LCORM_PIN_TYPE);
    }
}

/* Let the child that the node at idx carries be an object, for others to pin. */
static void release_kid(lua_State *L, int idx, const struct corm_node *node)
{
    if (node->nkids == 2 && lcorm_carries(node, 1)) {
        lcorm_push_carried(L, idx);
        lua_pop(L, 1);
    }
}

/* Pin the children that the node at `from` has, save the one in `slot`: it is at kid. */
static void pin_kids_like(lua_State *L, int from, int at, uint32_t slot, int kid)
{
    const struct corm_node *old = lcorm_node_at(L, from);
    const struct corm_node *node = lcorm_node_at(L, at);
    int from_n = LCORM_PIN_KIDS;
    int at_n = LCORM_PIN_KIDS;

    for (uint32_t i = 0; i < node->nkids; i++) {
        if (i == slot) {
            if (node->kid[i] != NULL) {
                lua_pushvalue(L, kid);
                lua_setiuservalue(L, at, at_n);
            }
            from_n += old->kid[i] != NULL || i >= LCORM_KIDS_SPARSE;
            at_n += node->kid[i] != NULL || i >= LCORM_KIDS_SPARSE;
        } else if (node->kid[i] != NULL) {
            lua_getiuservalue(L, from, from_n++);
            lua_setiuservalue(L, at, at_n++);
        } else if (i >= LCORM_KIDS_SPARSE) {
            from_n++;
            at_n++;
        }
    }
}

const struct corm_node *lcorm_push_respec(lua_State *L, int idx,
                                          const struct corm_node_spec *spec,
                                          const struct lcorm_pins *pins)
{
    const struct corm_node *node = lcorm_node_at(L, idx);
    PRE(spec->nkids == node->nkids);
    idx = lua_absindex(L, idx);
    lcorm_reserve(L, 8, "node");
    release_kid(L, idx, node);
    const struct corm_node *copy = push_unpinned(L, spec, node->kid);
    int at = lua_gettop(L);
    pin_rest_like(L, idx, at, pins);
    if (kids_in_table(node->nkids)) {
        share_pin(L, idx, at, LCORM_PIN_KIDS);
    } else {
        pin_kids_like(L, idx, at, UINT32_MAX, 0);
    }
    return copy;
}

const struct corm_node *lcorm_push_copy(lua_State *L, int idx,
                                        const struct corm_node_spec *spec, int list)
{
    struct lcorm_pins pins = { .list = lua_absindex(L, list) };
    idx = lua_absindex(L, idx);
    const struct corm_node *copy = lcorm_push_node(L, spec, &pins);
    pin_rest_like(L, idx, lua_gettop(L), &pins);
    return copy;
}

/* As lcorm_push_with_kid(), of a node whose children are pinned in a table. */
static const struct corm_node *push_with_listed_kid(lua_State *L, int idx,
                                                    const struct corm_node *node,
                                                    uint32_t slot, int kid)
{
    struct corm_node_spec spec = lcorm_node_spec(node);
    lua_createtable(L, (int)node->nkids, 0);
    int list = lua_gettop(L);
    lua_getiuservalue(L, idx, LCORM_PIN_KIDS);
    for (uint32_t i = 0; i < node->nkids; i++) {
        lua_rawgeti(L, list + 1, (lua_Integer)i + 1);
        lua_rawseti(L, list, (lua_Integer)i + 1);
    }
    if (kid != 0) {
        lua_pushvalue(L, kid);
    } else {
        lua_pushboolean(L, 0);
    }
    lua_rawseti(L, list, (lua_Integer)slot + 1);
    lua_settop(L, list);
    const struct corm_node *copy = lcorm_push_copy(L, idx, &spec, list);
    lua_remove(L, list);
    return copy;
}

const struct corm_node *lcorm_push_with_kid(lua_State *L, int idx, uint32_t slot,
                                            int kid)
{
    const struct corm_node *kids[KIDS_DIRECT_MAX];
    const struct corm_node *node = lcorm_node_at(L, idx);

    PRE(slot < node->nkids);
    idx = lua_absindex(L, idx);
    lcorm_reserve(L, 8, "node");
    if (kids_in_table(node->nkids)) {
        return push_with_listed_kid(L, idx, node, slot, kid);
    }
    release_kid(L, idx, node);
    struct corm_node_spec spec = lcorm_node_spec(node);
    memcpy(kids, node->kid, node->nkids * sizeof(*kids));
    kids[slot] = kid == 0 ? NULL : lcorm_node_at(L, kid);
    const struct corm_node *copy = push_unpinned(L, &spec, kids);
    int at = lua_gettop(L);
    pin_rest_like(L, idx, at, &(struct lcorm_pins){ 0 });
    pin_kids_like(L, idx, at, slot, kid);
    return copy;
}

void lcorm_open_node_addresses(lua_State *L)
{
    lcorm_push_weak_table(L, "v");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &by_address_key);
}
