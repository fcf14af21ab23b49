-- SPDX-License-Identifier: MIT
-- Errors of the user's functions that take part in a statement: defaults, onupdates, types.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String

local Picky = corm.TypeDecorator:extend("Picky", {
    impl = String,
    cache_ok = true,
    process_bind_param = function(_, value)
        if value == "bad" then
            error("no bad values", 0)
        end
        return value
    end,
})

helper.each_database(function(db)
    describe("A function of the user's that fails", function()
        local fixture = helper.fixture()

        before_each(function()
            local t = corm.Table("t", corm.MetaData(),
                Column("id", Integer, { primary_key = true }),
                Column("name", String, {
                    default = function()
                        error("no name", 0)
                    end,
                    onupdate = function()
                        exc.ArgumentError:raise("no other name")
                    end,
                }),
                Column("data", Picky))
            fixture.t = t
            fixture.engine = corm.create_engine(db.url)
            t.metadata:create_all(fixture.engine)
            fixture.heard = {}
            corm.event.listen(fixture.engine, "handle_error", function(context)
                table.insert(fixture.heard, context)
            end)
        end)

        after_each(function()
            fixture.engine:dispose()
        end)

        local function fails(statement, parameters)
            local conn <close> = fixture.engine:connect()
            local ok, e = pcall(conn.execute, conn, statement, parameters)
            assert.is_false(ok)
            assert.is_true(exc.StatementError:is(e), tostring(e))
            assert.equal(e.orig, e.cause)
            assert.equal(1, #fixture.heard)
            assert.equal(e.orig, fixture.heard[1].original_exception)
            assert.equal(e, fixture.heard[1].sqlalchemy_exception)
            assert.equal(e.statement, fixture.heard[1].statement)
            assert.equal(1, conn:scalar(corm.select(corm.literal(1))))
            return e
        end

        it("names the column whose default it is, and the statement", function()
            local e = fails(fixture.t:insert(), { data = "x" })
            assert.equal("default of column 't.name': no name", e.message)
            assert.equal("no name", e.orig)
            assert.matches("^INSERT INTO t", e.statement)
        end)

        it("is an error of the statement with many sets too", function()
            local e = fails(fixture.t:insert(), { { data = "x" }, { data = "y" } })
            assert.matches("^default of column 't.name'", e.message)
            assert.equal(2, #e.params)
        end)

        it("keeps the error that an onupdate has raised", function()
            local e = fails(fixture.t:update():values({ data = "x" }))
            assert.equal("onupdate of column 't.name': (ArgumentError) no other name", e.message)
            assert.is_true(exc.ArgumentError:is(e.orig))
        end)

        it("is told of by a type", function()
            local e = fails(fixture.t:insert(), { name = "n", data = "bad" })
            assert.equal("no bad values", e.message)
            assert.matches("^INSERT INTO t", e.statement)
            fixture.heard = {}
            e = fails(fixture.t:select():where(fixture.t.c.data:eq("bad")))
            assert.matches("^SELECT", e.statement)
        end)

        it("is heard of in a flush", function()
            local Thing = corm.declarative_base():extend("Thing", { __table = fixture.t })
            for message, values in pairs({
                ["default of column 't.name': no name"] = { data = "x" },
                ["no bad values"] = { name = "n", data = "bad" },
            }) do
                fixture.heard = {}
                local session <close> = corm.Session(fixture.engine)
                session:add(Thing(values))
                local ok, e = pcall(session.flush, session)
                assert.is_false(ok)
                assert.is_true(exc.StatementError:is(e), tostring(e))
                assert.equal(message, e.message)
                assert.matches("^INSERT INTO t", e.statement)
                assert.equal(e, fixture.heard[1].sqlalchemy_exception)
            end
        end)

        it("raises errors that are not to be wrapped as they are", function()
            local Own = exc.DontWrapMixin:extend("Own")
            local t = corm.Table("u", corm.MetaData(), Column("id", Integer, {
                primary_key = true,
                default = function()
                    Own:raise("mine")
                end,
            }))
            t.metadata:create_all(fixture.engine)
            local conn <close> = fixture.engine:connect()
            local ok, e = pcall(conn.execute, conn, t:insert():values({}))
            assert.is_false(ok)
            assert.is_true(Own:is(e), tostring(e))
        end)
    end)
end)
