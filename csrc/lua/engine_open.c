/* SPDX-License-Identifier: MIT */
/* What the engine's files put into corm.core, in order. */
#include "lua/open.h"

void lcorm_open_engines(lua_State *L)
{
    lcorm_open_wait(L);
    lcorm_open_decode(L);
    lcorm_open_type_convert(L);
    lcorm_open_type_composite(L);
    lcorm_open_params(L);
    lcorm_open_url(L);
    lcorm_open_engine(L);
    lcorm_open_pool(L);
    lcorm_open_native(L);
    lcorm_open_transaction(L);
    lcorm_open_execution(L);
    lcorm_open_execution_prepare(L);
    lcorm_open_execution_steps(L);
    lcorm_open_execution_ahead(L);
    lcorm_open_row(L);
    lcorm_open_result(L);
}
