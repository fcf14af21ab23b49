-- SPDX-License-Identifier: MIT
-- What a dialect does for the Inspector: the one interface between reflection and a database.
-- A dialect's reflector is a table with the functions below; for one that it leaves out the
-- Inspector says that the database has no such thing. Each takes a connection first and runs
-- its queries there by connection:exec_driver_sql().
--
-- The functions about tables answer for many at once: from a request they make a table of
-- results by table name, with an entry for every table that the request means and that
-- exists, also an empty one. The records are those of SQLAlchemy's Inspector; what is NULL is
-- left out of a record and is corm.NULL in a list. Where a table cannot be read, columns() has
-- an UnreflectableTableError in place of its records.

---@class corm.engine.Reflector
---@field default_schema_name fun(connection: corm.Connection): string
---@field schema_names fun(connection: corm.Connection): string[]
---@field relation_names corm.engine.ReadNames of tables and views
---@field sequence_names? fun(connection: corm.Connection, schema?: string): string[]
---@field view_definition corm.engine.ReadDefinition of the one name of the request
---@field columns corm.engine.ReadTables
---@field pk_constraint corm.engine.ReadTables
---@field foreign_keys corm.engine.ReadTables
---@field indexes corm.engine.ReadTables
---@field unique_constraints corm.engine.ReadTables
---@field check_constraints corm.engine.ReadTables
---@field table_comment? corm.engine.ReadTables
---@field table_options? corm.engine.ReadTables
---@field kinds integer the kinds of objects that there are, as a sum
---@field options string[] what a request may say besides, such as "postgresql_ignore_search_path"
---@field methods table<string, function> further methods of the Inspector of such a database

---@alias corm.engine.ReadTables fun(on: corm.Connection, of: corm.engine.ReflectRequest): table
---@alias corm.engine.ReadNames fun(on: corm.Connection, of: corm.engine.ReflectRequest): string[]
---@alias corm.engine.ReadDefinition fun(on: any, of: corm.engine.ReflectRequest): string?

---Which tables are meant.
---@class corm.engine.ReflectRequest
---@field schema? string nil: the default one, or what the search path finds
---@field names? string[] nil: all
---@field kind integer of reflector.kinds, added up
---@field scope integer of reflector.scopes, added up
---@field options table<string, any> those of reflector.options that were given
---@field cache table what the Inspector remembers; keys that begin with "_" are the dialect's

return {
    ---Kinds of objects that have columns; they add up: TABLE | VIEW.
    kinds = { TABLE = 1, VIEW = 2, MATERIALIZED_VIEW = 4, ANY_VIEW = 6, ANY = 7 },
    ---Permanent and temporary ones.
    scopes = { DEFAULT = 1, TEMPORARY = 2, ANY = 3 },
}
