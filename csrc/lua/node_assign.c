/* SPDX-License-Identifier: MIT */
/* What values() needs of columns. */
#include "lua/node.h"
#include "lua/open.h"
#include "lua/schema.h"

/* core.assigned(value, column) -> BIND of the column's type, whatever the value is */
static int core_assigned(lua_State *L)
{
    lua_settop(L, 2);
    const struct corm_node *column = lcorm_check_node(L, 2);
    struct corm_node_spec spec = { .kind = CORM_NODE_BIND,
                                   .flags = CORM_NODE_ANONYMOUS,
                                   .type = column->type,
                                   .value = lcorm_check_value(L, 1, 2) };
    struct lcorm_pins pins = { .value = 1, .typed = 2 };
    if (column->kind !=
        CORM_NODE_BINARY) { /* an element has no name, but its operator */
        spec.name = column->name;
        spec.name_len = column->name_len;
    }
    if (column->type->kind == CORM_TYPE_NULL && spec.value.tag != CORM_TAG_FOREIGN) {
        spec.type = corm_type_of_value(&spec.value);
        pins.typed = 0;
    }
    lcorm_push_node(L, &spec, &pins);
    return 1;
}

/* core.column_position(column) -> its place in its table, from 1; 0 without table */
static int core_column_position(lua_State *L)
{
    const struct corm_column *column = lcorm_check_column(L, 1);
    lua_pushinteger(L, column->table == NULL ? 0 : (lua_Integer)column->position + 1);
    return 1;
}

static const luaL_Reg functions[] = {
    { "assigned", core_assigned },
    { "column_position", core_column_position },
    { NULL, NULL },
};

void lcorm_open_node_assign(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
