/* SPDX-License-Identifier: MIT */
/* What a session asks about a statement: which classes and tables are in it. */
#include "lua/kit.h"
#include "lua/node.h"
#include "lua/session.h"
#include "sql/visit.h"

/* Identities found on a walk, each once, in order. */
struct found {
    struct corm_vec(uint64_t) ids;
    enum corm_node_kind kind;
    bool is_broken;
};

static int found_gc(lua_State *L)
{
    struct found *found = lua_touserdata(L, 1);
    corm_vec_release(&found->ids);
    return 0;
}

static const luaL_Reg found_meta[] = {
    { "__gc", found_gc },
    { NULL, NULL },
};

static const struct lcorm_class found_class = { .name = "corm.FoundNodes",
                                                .meta = found_meta,
                                                .size = sizeof(struct found) };

static bool has_id(const struct found *found, uint64_t id)
{
    corm_vec_foreach (&found->ids, it) {
        if (*it == id) {
            return true;
        }
    }
    return false;
}

static enum corm_visit note_id(void *ctx, const struct corm_node *node)
{
    struct found *found = ctx;

    if (node->kind == found->kind && !has_id(found, node->id) &&
        !corm_vec_push(&found->ids, node->id)) {
        found->is_broken = true;
        return CORM_VISIT_STOP;
    }
    return CORM_VISIT_DESCEND;
}

/* Push the sequence of identities of the nodes of a kind below the one at index 1. */
static int push_ids(lua_State *L, enum corm_node_kind kind)
{
    const struct corm_node *root = lcorm_check_node(L, 1);
    struct found *found = lcorm_object_new(L, &found_class, sizeof(*found), 0);
    struct corm_error err;

    found->kind = kind;
    if (corm_node_visit(root, note_id, found, lcorm_scratch_arena(L), &err) !=
        CORM_OK) {
        return lcorm_throw(L, &err);
    }
    if (found->is_broken) {
        return lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
    lua_createtable(L, (int)found->ids.count, 0);
    for (size_t i = 0; i < found->ids.count; i++) {
        lua_pushinteger(L, (lua_Integer)found->ids.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.entity_ids(node) -> numbers of the mapped classes in it, in order */
static int core_entity_ids(lua_State *L)
{
    return push_ids(L, CORM_NODE_ENTITY);
}

/* core.table_ids(node) -> numbers (core.id) of the tables in it, in order */
static int core_table_ids(lua_State *L)
{
    return push_ids(L, CORM_NODE_TABLE);
}

void lcorm_open_session_statement(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "entity_ids", core_entity_ids },
        { "table_ids", core_table_ids },
        { NULL, NULL },
    };

    luaL_setfuncs(L, functions, 0);
}
