/* SPDX-License-Identifier: MIT */
/* What the mapper's files put into corm.core, in order. */
#include "lua/open.h"

void lcorm_open_orm(lua_State *L)
{
    lcorm_open_mapper(L);
    lcorm_open_attribute(L);
    lcorm_open_collection(L);
    lcorm_open_collection_replace(L);
    lcorm_open_cascade(L);
    lcorm_open_session(L);
    lcorm_open_unit(L);
    lcorm_open_load_plan(L);
    lcorm_open_load_related(L);
    lcorm_open_loader(L);
    lcorm_open_loader_chunk(L);
    lcorm_open_execution_orm(L);
    lcorm_open_getter(L);
    lcorm_open_evaluate(L);
    lcorm_open_instance_state(L);
    lcorm_open_result_gather(L);
}
