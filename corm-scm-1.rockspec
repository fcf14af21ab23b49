-- SPDX-License-Identifier: MIT
rockspec_format = "3.0"
package = "corm"
version = "scm-1"
source = {
    url = "git+file://.",
}
description = {
    summary = "Object-relational mapper with a C core",
    detailed = [[
        Maps Lua classes to the tables of SQLite and PostgreSQL databases: declarative
        classes, a session with a unit of work, relationships, eager loading, and an SQL
        expression language. The API is SQLAlchemy's, spoken in Lua.]],
    license = "MIT",
}
dependencies = {
    "lua ~> 5.4",
}
-- Needs CMake, pkg-config and the headers of SQLite, libpq and Lua.
build = {
    type = "cmake",
    variables = {
        CMAKE_INSTALL_PREFIX = "$(PREFIX)",
        CORM_LUADIR = "$(LUADIR)",
        CORM_CDIR = "$(LIBDIR)",
        CORM_TESTS = "OFF",
        CORM_HOST = "OFF",
    },
}
