-- SPDX-License-Identifier: MIT
-- lua/corm/_meta.lua, which the language server reads, says what the classes really have.

require("spec.helper")
local corm = require("corm")
local core = require("corm.core")
local source = require("spec.lint.source")

-- The fields of each class in _meta.lua.
local function documented()
    local classes = {}
    local current
    for _, line in ipairs(source.lines("lua/corm/_meta.lua")) do
        local class = line:match("^%-%-%-@class corm%.(%w+)")
        local field = line:match("^%-%-%-@field ([%w_]+)")
        if class then
            current = {}
            classes[class] = current
        elseif field and current then
            current[field] = line:find("fun(self", 1, true) and "method" or "attribute"
        end
    end
    return classes
end

describe("_meta.lua", function()
    it("lists the methods of every class written in C", function()
        local wrong = {}
        assert.truthy(corm.sql and corm.schema)
        local classes = documented()
        for name, family in pairs(core.families) do
            for method in next, classes[name] and family.methods or {} do
                if classes[name][method] ~= "method" then
                    wrong[#wrong + 1] = ("%s:%s is not in _meta.lua"):format(name, method)
                end
            end
            for field, kind in pairs(classes[name] or {}) do
                if kind == "method" and rawget(family.methods, field) == nil then
                    wrong[#wrong + 1] = ("%s has no method %s"):format(name, field)
                end
            end
        end
        table.sort(wrong)
        assert.same({}, wrong)
    end)

    it("has all families of columns, tables and statements", function()
        local classes = documented()
        for _, name in ipairs({
            "ColumnElement", "Column", "Function", "ScalarSelect", "TextClause", "FromClause",
            "Table", "Statement", "Select", "Insert", "Update", "Delete", "Constraint",
            "ForeignKey", "Index",
        }) do
            assert.truthy(classes[name], name)
            assert.truthy(core.families[name], name)
        end
    end)
end)
