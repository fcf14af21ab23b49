-- SPDX-License-Identifier: MIT
-- The dialect suite on corm's own databases.

local helper = require("spec.helper")
local corm = require("corm")
local suite = require("corm.testing.suite")

-- SQLite looks at foreign keys only where it was told to.
local function prepare(engine)
    if engine.dialect.family == "sqlite" then
        corm.event.listen(engine, "connect", function(native)
            native:execute("PRAGMA foreign_keys = ON")
        end)
    end
end

helper.each_database(function(db)
    suite.describe(function()
        return db.url
    end, { prepare = prepare, requirements = { foreign_keys = true } })
end)
