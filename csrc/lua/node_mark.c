/* SPDX-License-Identifier: MIT */
/*
 * The mapper's marks: which parts of a statement are mapped classes, their attributes and
 * relationships. An attribute is an expression like any other; the rest is rewritten
 * before anything is compiled (lua/corm/orm/context.lua).
 */
#include "lua/node.h"
#include "lua/node_operate.h"
#include "lua/open.h"

const struct lcorm_family lcorm_attribute_family = {
    .cls = { .name = "corm.InstrumentedAttribute", .size = sizeof(struct corm_node) },
    .parent = &lcorm_element_family,
};

static void check_entity(lua_State *L, int idx)
{
    if (lcorm_check_node(L, idx)->kind != CORM_NODE_ENTITY) {
        lcorm_arg_error(L, idx, "entity");
    }
}

/* core.entity(mapper id, selectable) -> ENTITY */
static int core_entity(lua_State *L)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_ENTITY,
                                   .id = (uint64_t)lcorm_check_integer(L, 1),
                                   .nkids = 1 };
    int kids[1] = { 2 };
    lcorm_check_node(L, 2);
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = kids });
    return 1;
}

/* core.attribute(entity, key, expression) -> ATTRIBUTE */
static int core_attribute(lua_State *L)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_ATTRIBUTE, .nkids = 2 };
    int kids[2] = { 3, 1 };
    check_entity(L, 1);
    spec.name = lcorm_check_string(L, 2, &spec.name_len);
    spec.type = lcorm_check_node(L, 3)->type;
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .typed = 3, .kids = kids });
    return 1;
}

/*
 * core.relationship_mark(entity, key, [entity of of_type], [condition of and_])
 *     -> RELATIONSHIP
 */
static int core_relationship_mark(lua_State *L)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_RELATIONSHIP, .nkids = 3 };
    int kids[3] = { 1, 3, 4 };
    lua_settop(L, 4);
    check_entity(L, 1);
    spec.name = lcorm_check_string(L, 2, &spec.name_len);
    for (int i = 3; i <= 4; i++) {
        if (!lua_isnil(L, i)) {
            lcorm_check_node(L, i);
        }
    }
    lcorm_push_node(L, &spec, &(struct lcorm_pins){ .kids = kids });
    return 1;
}

static const luaL_Reg functions[] = {
    { "attribute", core_attribute },
    { "entity", core_entity },
    { "relationship_mark", core_relationship_mark },
    { NULL, NULL },
};

void lcorm_open_node_mark(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_family_open(L, &lcorm_attribute_family);
    lcorm_class_push(L, &lcorm_attribute_family.cls);
    lcorm_add_operators(L, -1);
    lua_pop(L, 1);
}
