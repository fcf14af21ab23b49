-- SPDX-License-Identifier: MIT
-- Regular expressions where statements run: SQLite gets its REGEXP from corm.

local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    local function matching(pattern, flags)
        local engine = corm.create_engine(db.url)
        local metadata = corm.MetaData()
        local t = corm.Table("words", metadata, corm.Column("w", corm.String))
        metadata:create_all(engine)
        return engine:begin(function(conn)
            conn:execute(t:insert(), {
                { w = "abc" }, { w = "ABC" }, { w = "a1c" }, { w = "[x]" }, { w = corm.NULL },
            })
            local condition = t.c.w:regexp_match(pattern, flags)
            return conn:scalars(corm.select(t.c.w):where(condition):order_by(t.c.w)):all(),
                conn:scalar(corm.select(corm.func.count()):where(corm.not_(condition)))
        end)
    end

    for _, case in ipairs({
        { "^a.c$", { "a1c", "abc" } },
        { "b", { "abc" } },
        { "^(?:abc|xyz)$", { "abc" } },
        { "\\d", { "a1c" } },
        { "^[\\d[:alpha:]]+$", 3 },
        { "^\\D+$", 3 },
        { "^\\[x\\]$", { "[x]" } },
        { "(?i)^abc$", 2 },
        { "", 4 },
    }) do
        it(("match: '%s'"):format(case[1]), function()
            local found, others = matching(case[1])
            if type(case[2]) == "number" then
                assert.equal(case[2], #found)
            else
                table.sort(found)
                assert.same(case[2], found)
            end
            assert.equal(4 - #found, others)
        end)
    end

    it("that make no sense are errors", function()
        local ok, e = pcall(matching, "(")
        assert.is_false(ok)
        assert.is_true(corm.exc.DatabaseError:is(e))
        assert.truthy(e.message:find("regular expression", 1, true))
    end)
end)
