-- SPDX-License-Identifier: MIT
-- schema.sort_tables() and sort_tables_and_constraints().

local corm = require("corm")
local schema = corm.schema

local Column, ForeignKey, Integer, Table = corm.Column, corm.ForeignKey, corm.Integer, corm.Table

-- Tables by name out of lines "child", {"parent", …}; each key is called child_parent.
local function make(lines)
    local metadata, list = corm.MetaData(), {}
    for i, line in ipairs(lines) do
        local items = { Column("id", Integer, { primary_key = true }) }
        for _, parent in ipairs(line[2] or {}) do
            items[#items + 1] = Column(parent .. "_id", Integer,
                ForeignKey(parent .. ".id", { name = line[1] .. "_" .. parent }))
        end
        list[i] = Table(line[1], metadata, table.unpack(items))
    end
    return list, metadata.tables
end

local function names(list)
    local result = {}
    for i, each in ipairs(list) do
        result[i] = each.name
    end
    return table.concat(result, " ")
end

-- "table(keys) … | keys that stand apart"
local function told(list)
    local result = {}
    for i, entry in ipairs(list) do
        local keys = names(entry[2])
        result[i] = entry[1] == corm.NULL and "| " .. keys or ("%s(%s)"):format(entry[1].name, keys)
    end
    return table.concat(result, " ")
end

-- What a function returns, and the warnings meanwhile.
local function with_warnings(fn)
    local heard = {}
    corm.warnings.filter("always")
    local before = corm.warnings.handler(function(warning)
        heard[#heard + 1] = warning.message
    end)
    local result = fn()
    corm.warnings.handler(before)
    corm.warnings.filter("default")
    return result, heard
end

local function sort_quietly(tables, options)
    local sorted, heard = with_warnings(function()
        return schema.sort_tables(tables, options)
    end)
    assert.same({}, heard)
    return names(sorted)
end

local RING = { { "a", { "b" } }, { "b", { "a" } }, { "c", { "a" } }, { "d" } }

describe("sort_tables", function()
    it("puts tables after those they refer to, round by round", function()
        local list = make({ { "c", { "b", "c" } }, { "b", { "a" } }, { "a" }, { "z" } })
        assert.equal("a z b c", sort_quietly(list))
    end)

    it("skips foreign keys on demand", function()
        local list, tables = make(RING)
        assert.equal("a d b c", sort_quietly(list, {
            skip_fn = function(key)
                return key.parent == tables.a.c.b_id
            end,
        }))
    end)

    it("takes further dependencies, of its caller and of the tables", function()
        local list, tables = make({ { "a" }, { "b" }, { "c" } })
        tables.b:add_is_dependent_on(tables.c)
        assert.equal("c b a", sort_quietly(list, {
            extra_dependencies = { { tables.b, tables.a } },
        }))
    end)

    it("leaves out keys that close a circle, with a warning", function()
        local sorted, heard = with_warnings(function()
            return schema.sort_tables((make(RING)))
        end)
        assert.equal("a b d c", names(sorted))
        assert.same({
            "cannot sort tables: foreign keys close a circle between a, b; they are left out of "
                .. "the order",
        }, heard)
    end)

    it("raises where no foreign key can be left out", function()
        local list, tables = make({ { "a" }, { "b" } })
        local ok, err = pcall(schema.sort_tables_and_constraints, list, {
            extra_dependencies = { { tables.a, tables.b }, { tables.b, tables.a } },
        })
        assert.is_false(ok)
        assert.is_true(corm.exc.CircularDependencyError:is(err))
        assert.equal("cannot sort tables: a circle that leaving out foreign keys does not cut, "
            .. "between a, b", err.message)
    end)
end)

describe("sort_tables_and_constraints", function()
    it("tells the keys of each table", function()
        local list = make({ { "c", { "b", "a" } }, { "b", { "a" } }, { "a" } })
        assert.equal("a() b(b_a) c(c_b c_a) | ", told(schema.sort_tables_and_constraints(list)))
    end)

    it("sets keys of tables on a circle apart", function()
        assert.equal("a() b() d() c(c_a) | a_b b_a",
            told(schema.sort_tables_and_constraints((make(RING)))))
    end)

    it("sets keys apart that its filter chooses, and keeps those it insists on", function()
        local function filter_by(answers)
            return told(schema.sort_tables_and_constraints((make(RING)), {
                filter_fn = function(constraint)
                    return answers[constraint.name]
                end,
            }))
        end
        assert.equal("a() d() b(b_a) c(c_a) | a_b", filter_by({ a_b = true }))
        assert.equal("a() d() b(b_a) c(c_a) | a_b", filter_by({ b_a = false }))
    end)

    it("sets keys with use_alter apart", function()
        local metadata = corm.MetaData()
        local a = Table("a", metadata, Column("id", Integer, { primary_key = true }))
        local b = Table("b", metadata,
            Column("a_id", Integer, ForeignKey("a.id", { name = "b_a", use_alter = true })))
        assert.equal("b() a() | b_a", told(schema.sort_tables_and_constraints({ b, a })))
    end)

    it("says what is no table", function()
        local t = Table("t", corm.MetaData())
        local function fails(message, ...)
            local ok, e = pcall(schema.sort_tables, ...)
            assert.is_false(ok)
            assert.matches(message, e.message, 1, true)
        end
        fails("sort_tables: a sequence of tables expected, got NULL", nil)
        fails("sort_tables: tables expected, got 'a'", { "a" })
        fails("skip_fn must be a function", { t }, { skip_fn = true })
        fails("pairs of tables in extra_dependencies", { t }, { extra_dependencies = { { t } } })
    end)
end)
