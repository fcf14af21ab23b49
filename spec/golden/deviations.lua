-- SPDX-License-Identifier: MIT
-- Where corm differs from SQLAlchemy on purpose, by topic and case: what it makes of the case
-- in each dialect that deviates (SQL, then a line for each parameter), and why.

local BACKSLASH = "a dialect that has not met its server yet doubles the backslash; servers "
    .. "that read strings as the standard says, as all do by default, would refuse two"
local XOR = "- binds tighter than | and &: without parentheses it would be another value"

return {
    operators = {
        ["bitwise xor"] = {
            sqlite = "((mytable.myid | ?) - (mytable.myid & ?))\nmyid_1 = 5\nmyid_1 = 5",
            reason = XOR,
        },
        ["bitwise xor twice"] = {
            sqlite = "(((((mytable.myid | ?) - (mytable.myid & ?))) | ?) - "
                .. "((((mytable.myid | ?) - (mytable.myid & ?))) & ?))\n"
                .. "myid_1 = 5\nmyid_1 = 5\nparam_1 = 6\nmyid_1 = 5\nmyid_1 = 5\nparam_1 = 6",
            reason = XOR,
        },
        ["contains escape"] = {
            postgresql = "mytable.name LIKE '%' || $1 || '%' ESCAPE '\\'\nname_1 = 'a%b_'",
            reason = BACKSLASH,
        },
        ["not_ilike escape"] = {
            postgresql = "mytable.name NOT ILIKE $1 ESCAPE '\\'\nname_1 = 'x%'",
            reason = BACKSLASH,
        },
    },
    select = {
        ["offset as literal"] = {
            sqlite = "SELECT mytable.myid \nFROM mytable\n LIMIT -1 OFFSET 2",
            reason = "SQLAlchemy leaves the -1 a parameter; the text could not be executed",
        },
    },
}
