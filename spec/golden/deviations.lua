-- SPDX-License-Identifier: MIT
-- Where corm differs from SQLAlchemy on purpose, by topic and case: what it makes of the case
-- in each dialect that deviates (SQL, then a line for each parameter), and why.

return {
    select = {
        ["offset as literal"] = {
            sqlite = "SELECT mytable.myid \nFROM mytable\n LIMIT -1 OFFSET 2",
            reason = "SQLAlchemy leaves the -1 a parameter; the text could not be executed",
        },
    },
}
