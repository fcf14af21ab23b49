-- SPDX-License-Identifier: MIT
-- compare() took two lists of the same values for different ones: it looked at where they lay.
local corm = require("corm")

describe("compare() of IN", function()
    local t = corm.Table("t", corm.MetaData(), corm.Column("a", corm.Integer))

    it("looks at the values of the list", function()
        local one = t.c.a:in_({ 1, 2 })
        assert.is_true(one:compare(t.c.a:in_({ 1, 2 })))
        assert.is_false(one:compare(t.c.a:in_({ 1, 3 })))
        assert.is_false(one:compare(t.c.a:in_({ 1, 2, 3 })))
        assert.is_false(one:compare(t.c.a:not_in({ 1, 2 })))
        assert.is_true(t.c.a:in_({}):compare(t.c.a:in_({})))
    end)
end)
