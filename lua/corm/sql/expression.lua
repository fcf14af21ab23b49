-- SPDX-License-Identifier: MIT
-- corm.sql.expression, as sqlalchemy.sql.expression: all constructors of expressions and
-- statements, the classes that they make, and those that constructs of one's own descend from.

local classes = require("corm.sql.classes")
local custom = require("corm.sql.custom")

local expression = {}

for name, class in pairs(classes) do
    expression[name] = name:find("^%u") and class or nil
end

for _, name in ipairs({
    "ClauseElement", "ColumnClause", "ColumnElement", "Executable", "FunctionElement",
    "GenericFunction", "UpdateBase",
}) do
    expression[name] = custom[name]
end

for name, class in pairs(require("corm.sql.savepoint")) do
    expression[name] = class
end

return setmetatable(expression, {
    __name = "corm.sql.expression",
    __index = function(_, name)
        return require("corm.sql")[name]
    end,
})
