-- SPDX-License-Identifier: MIT
-- Members of a type of one's own that are written after extend(), as Lua's methods are.
local corm = require("corm")
local helper = require("spec.helper")

local types, exc, raises = corm.types, corm.exc, helper.raises

local function own(members)
    members.impl = types.String
    return types.TypeDecorator:extend("Own", members)
end

local function table_of(type_)
    return corm.Table("own", corm.MetaData(),
        corm.Column("id", corm.Integer, { primary_key = true }), corm.Column("v", type_))
end

helper.each_database(function(db)
    describe("members that follow extend()", function()
        it("count for the columns that have the type by then", function()
            local Own = own({})
            local t = table_of(Own)
            function Own:process_bind_param(value)
                return value and "b" .. value
            end
            function Own:process_result_value(value)
                return value and "r" .. value
            end
            local engine = corm.create_engine(db.url)
            t.metadata:create_all(engine)
            local conn <close> = engine:connect()
            conn:execute(corm.insert(t), { { id = 1, v = "x" }, { id = 2, v = corm.NULL } })
            assert.same({ "rbx" }, conn:scalars(corm.select(t.c.v):where(t.c.v:eq("x"))):all())
        end)
    end)
end)

describe("members that follow extend()", function()
    it("are those of objects and classes that are made later", function()
        local Own = own({})
        function Own:process_literal_param(value)
            return "<" .. value .. ">"
        end
        local Below = Own:extend("Below", {})
        for _, type_ in ipairs({ Own, Own(20), Below }) do
            assert.equal("'<x>'", tostring(corm.literal("x", type_):compile({
                compile_kwargs = { literal_binds = true },
            })))
        end
    end)

    it("leave the class the one object of its kind", function()
        local Own = own({})
        function Own:process_bind_param(value)
            return value
        end
        assert.equal(Own, Own())
    end)

    it("may be any: fields, expressions", function()
        local Own = own({})
        Own.greeting = "hello"
        function Own:bind_expression(value)
            return corm.func.lower(value)
        end
        assert.equal("hello", Own.greeting)
        assert.equal("own.v = lower(:v_1)", tostring(table_of(Own).c.v:eq("X")))
    end)

    it("are refused where objects or classes exist that would lack them", function()
        for _, take in ipairs({ function(Own) return Own(3) end,
            function(Own) return Own:extend("Below", {}) end }) do
            local Own = own({})
            take(Own)
            local e = raises(exc.ArgumentError, function()
                Own.process_bind_param = print
            end)
            assert.matches("Own: objects or classes of it exist, which lack 'process_bind_param'",
                e.message)
        end
    end)

    it("are refused of corm's own types and of objects", function()
        for _, type_ in ipairs({ types.String, types.String(3), own({})(3) }) do
            local e = raises(exc.ArgumentError, function()
                type_.greeting = "hello"
            end)
            assert.matches("types are immutable; only the class that extend%(%) returns", e.message)
        end
    end)

    it("leave the class as it was when they are wrong", function()
        local Own = own({})
        raises(exc.ArgumentError, function()
            Own.impl = 5
        end)
        assert.equal("VARCHAR", tostring(Own))
    end)
end)
