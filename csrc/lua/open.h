/* SPDX-License-Identifier: MIT */
/*
 * What each file of the binding puts into the table that require("corm.core") returns.
 * A new file declares its function here and core.c calls it.
 */
#ifndef CORM_LUA_OPEN_H
#define CORM_LUA_OPEN_H

#include <lua.h>

/** Push the complete corm.core table; the body of luaopen_corm_core. */
int lcorm_open_core(lua_State *L);

/*
 * Each of these finds the core table on top of the stack, adds its classes, constructors
 * and functions to it, and leaves the stack as it was.
 */

/** NULL and the classes of values. */
void lcorm_open_value(lua_State *L);

/** The classes date and time. */
void lcorm_open_date(lua_State *L);

/** The class datetime. */
void lcorm_open_datetime(lua_State *L);

/** The class interval. */
void lcorm_open_interval(lua_State *L);

/** The list of events. */
void lcorm_open_event(lua_State *L);

/** The class decimal. */
void lcorm_open_decimal(lua_State *L);

/** Types, nodes and their families, what has a schema, statements. */
void lcorm_open_type(lua_State *L);
void lcorm_open_node_addresses(lua_State *L);
void lcorm_open_node(lua_State *L);
void lcorm_open_node_replace(lua_State *L);
void lcorm_open_node_mark(lua_State *L);
void lcorm_open_comparator(lua_State *L);
void lcorm_open_element(lua_State *L);
void lcorm_open_node_sequence(lua_State *L);
void lcorm_open_operator(lua_State *L);
void lcorm_open_function(lua_State *L);
void lcorm_open_node_assign(lua_State *L);
void lcorm_open_column(lua_State *L);
void lcorm_open_table(lua_State *L);
void lcorm_open_constraint(lua_State *L);
void lcorm_open_index(lua_State *L);
void lcorm_open_ddl(lua_State *L);
void lcorm_open_statement(lua_State *L);
void lcorm_open_statement_join(lua_State *L);
void lcorm_open_database(lua_State *L);
void lcorm_open_statement_columns(lua_State *L);
void lcorm_open_statement_rewrite(lua_State *L);
void lcorm_open_compiled(lua_State *L);
void lcorm_open_statement_compile(lua_State *L);
void lcorm_open_compile_cache(lua_State *L);
/** Mapped classes and their objects. */
void lcorm_open_mapper(lua_State *L);
void lcorm_open_attribute(lua_State *L);
void lcorm_open_collection(lua_State *L);
void lcorm_open_collection_replace(lua_State *L);
void lcorm_open_cascade(lua_State *L);
void lcorm_open_session(lua_State *L);
void lcorm_open_unit(lua_State *L);
void lcorm_open_load_plan(lua_State *L);
void lcorm_open_load_related(lua_State *L);
void lcorm_open_loader(lua_State *L);
void lcorm_open_loader_chunk(lua_State *L);
void lcorm_open_execution_orm(lua_State *L);
void lcorm_open_getter(lua_State *L);
void lcorm_open_evaluate(lua_State *L);
void lcorm_open_instance_state(lua_State *L);
void lcorm_open_result_gather(lua_State *L);
void lcorm_open_orm(lua_State *L);

/** All of the above, in the order in which they build on each other. */
void lcorm_open_sql(lua_State *L);

/** Waiting, URLs, engines, pools, native connections, transactions, executions, results. */
void lcorm_open_wait(lua_State *L);
void lcorm_open_decode(lua_State *L);
void lcorm_open_type_convert(lua_State *L);
void lcorm_open_type_composite(lua_State *L);
void lcorm_open_params(lua_State *L);
void lcorm_open_url(lua_State *L);
void lcorm_open_engine(lua_State *L);
void lcorm_open_pool(lua_State *L);
void lcorm_open_native(lua_State *L);
void lcorm_open_transaction(lua_State *L);
void lcorm_open_execution(lua_State *L);
void lcorm_open_execution_prepare(lua_State *L);
void lcorm_open_execution_steps(lua_State *L);
void lcorm_open_execution_ahead(lua_State *L);
void lcorm_open_row(lua_State *L);
void lcorm_open_result(lua_State *L);
/** All of these, in the order in which they build on each other. */
void lcorm_open_engines(lua_State *L);

#endif
