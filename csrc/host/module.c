/* SPDX-License-Identifier: MIT */
/* What require("corm.core") calls: the only symbol that the module exports. */
#include "lua/open.h"

__attribute__((visibility("default"))) int luaopen_corm_core(lua_State *L);

int luaopen_corm_core(lua_State *L)
{
    return lcorm_open_core(L);
}
