-- SPDX-License-Identifier: MIT
-- Results that are left unread while a table is dropped and their statement runs again: rows
-- are read ahead, statements are given up and prepared anew.
local corm = require("corm")

local function run()
    local engine = corm.create_engine("sqlite://")
    local connection <close> = engine:connect()
    connection:exec_driver_sql("CREATE TABLE u (x INTEGER, y TEXT)")
    connection:exec_driver_sql("INSERT INTO u VALUES (1, 'a'), (2, 'b'), (3, NULL)")
    local unread = connection:exec_driver_sql("SELECT x, y FROM u WHERE x > ?", { 0 })
    local begun = connection:exec_driver_sql("SELECT x, y FROM u WHERE x > ?", { 1 })
    assert(begun:fetchone().y == "b")
    connection:exec_driver_sql("DROP TABLE u")
    assert(#unread:all() == 3)
    assert(#begun:all() == 1)
    connection:close()
    engine:dispose()
end

return run
