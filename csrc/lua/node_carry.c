/* SPDX-License-Identifier: MIT */
#include "lua/node_carry.h"

#include "lua/node.h"

#include <string.h>

enum { LEFT, RIGHT, KIDS }; /* children of a comparison */

bool lcorm_can_carry(lua_State *L, const struct corm_node *left, int idx)
{
    int type = lua_type(L, idx);
    bool is_plain = type == LUA_TNUMBER || type == LUA_TSTRING;
    bool is_collection =
        left->kind == CORM_NODE_UNARY; /* ANY (a) = 1 is turned around */
    return is_plain && !is_collection && left->type->kind != CORM_TYPE_ENUM &&
           (left->type->flags & CORM_TYPE_LUA_OPERATORS) == 0;
}

/* Where the parameter of a comparison that carries one is. */
static const struct corm_node *carried(const struct corm_node *comparison)
{
    const char *block = (const char *)comparison;
    return (const struct corm_node *)(const void *)(block + corm_node_size(KIDS));
}

bool lcorm_carries(const struct corm_node *node, uint32_t i)
{
    return i == RIGHT && node->kind == CORM_NODE_BINARY &&
           node->kid[i] == carried(node);
}

/* Make the BIND of the spec, its name behind it. */
static const struct corm_node *init_bind(char *memory, struct corm_node_spec spec)
{
    char *name = memory + corm_node_size(0);
    if (spec.name != NULL) {
        spec.name = memcpy(name, spec.name, spec.name_len);
        name[spec.name_len] = '\0';
    }
    return corm_node_init(memory, &spec);
}

void lcorm_push_carrying(lua_State *L, enum corm_op op, int left, int right)
{
    int base = lua_gettop(L);
    struct lcorm_pins pins = { 0 };
    struct corm_node_spec bind =
        lcorm_bind_spec(L, lcorm_to_value(L, right), left, 0, &pins);
    size_t size = corm_node_size(KIDS) + corm_node_size(0) + bind.name_len + 1;
    char *memory = lcorm_object_push(L, &lcorm_element_family.cls, size,
                                     LCORM_PIN_KIDS - 1 + KIDS);
    const struct corm_node *kids[KIDS] = {
        [LEFT] = lcorm_node_at(L, left),
        [RIGHT] = init_bind(memory + corm_node_size(KIDS), bind),
    };
    struct corm_node_spec spec = { .kind = CORM_NODE_BINARY,
                                   .op = (uint8_t)op,
                                   .type = &corm_type_boolean,
                                   .nkids = KIDS,
                                   .kid = kids };
    corm_node_init(memory, &spec);

    lua_pushvalue(L, left);
    lua_setiuservalue(L, -2, LCORM_PIN_KIDS + LEFT);
    if (lua_type(L, right) == LUA_TSTRING) {
        lua_pushvalue(L, right); /* its value points into it */
        lua_setiuservalue(L, -2, LCORM_PIN_KIDS + RIGHT);
    }
    if (lua_gettop(L) > base + 1) {
        lua_replace(L, base + 1); /* a name that was made */
    }
}

void lcorm_push_carried(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    const struct corm_node *node = lcorm_node_at(L, idx);
    const struct corm_node *bind = carried(node);
    int left = lua_gettop(L) + 1;
    luaL_checkstack(L, 4, "parameter");
    lcorm_push_kid(L, idx, LEFT);
    lua_getiuservalue(L, idx, LCORM_PIN_KIDS + RIGHT);

    struct corm_node_spec spec = lcorm_node_spec(bind);
    spec.flags = bind->flags; /* a leaf: what holds of its tree is its own */
    struct lcorm_pins pins = {
        .value = left + 1,
        .typed = bind->type == node->kid[LEFT]->type ? left : 0,
    };
    const struct corm_node **kids = (const struct corm_node **)(uintptr_t)node->kid;
    kids[RIGHT] = lcorm_push_node(L, &spec, &pins);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, idx, LCORM_PIN_KIDS + RIGHT);
    lua_replace(L, left);
    lua_settop(L, left);
}
