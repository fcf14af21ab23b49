-- SPDX-License-Identifier: MIT
-- Symptom: {n = 1} in a JSON column was stored as [null].
-- Cause: the JSON library takes a numeric field n for the length of a list.
-- Fix: what has no other field is marked as an object, in a copy.
require("spec.helper")
local json = require("corm.util.json")

describe("a JSON object with a field n", function()
    it("stays an object", function()
        assert.equal('{"n":1}', json.encode({ n = 1 }))
        assert.equal('[{"a":{"n":2}},{"n":"x"}]', json.encode({ { a = { n = 2 } }, { n = "x" } }))
        assert.equal('{"a":1,"n":2}', json.encode({ a = 1, n = 2 }))
        assert.equal("[1,2]", json.encode(table.pack(1, 2)))
    end)

    it("is left as it is", function()
        local value = { n = 1 }
        json.encode(value)
        assert.is_nil(getmetatable(value))
    end)

    it("does not keep cycles from being refused", function()
        local value = { { n = 1 } }
        value[2] = value
        local ok, e = pcall(json.encode, value)
        assert.is_false(ok)
        assert.matches("not JSON", e.message)
    end)
end)
