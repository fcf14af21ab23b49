/* SPDX-License-Identifier: MIT */
#include "lua/open.h"

void lcorm_open_sql(lua_State *L)
{
    lcorm_open_type(L);
    lcorm_open_node_addresses(L);
    lcorm_open_node(L);
    lcorm_open_node_replace(L);
    lcorm_open_element(L);
    lcorm_open_node_mark(L);
    lcorm_open_comparator(L);
    lcorm_open_node_sequence(L);
    lcorm_open_operator(L);
    lcorm_open_function(L);
    lcorm_open_node_assign(L);
    lcorm_open_column(L);
    lcorm_open_table(L);
    lcorm_open_constraint(L);
    lcorm_open_index(L);
    lcorm_open_ddl(L);
    lcorm_open_statement(L);
    lcorm_open_statement_join(L);
    lcorm_open_database(L);
    lcorm_open_statement_columns(L);
    lcorm_open_statement_rewrite(L);
    lcorm_open_compiled(L);
    lcorm_open_statement_compile(L);
    lcorm_open_compile_cache(L);
}
