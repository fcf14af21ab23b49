-- SPDX-License-Identifier: MIT
-- Events of objects, of sessions and of queries that tell what was made, filled and changed.

local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

describe("init_failure", function()
    it("is told when a constructor raises, and the error goes on", function()
        local models, heard = kit.shop(), {}
        corm.event.listen(models.User, "init_failure", function(_, args, kwargs)
            heard[#heard + 1] = kwargs.nmae .. args.n
        end)
        helper.raises(corm.exc.ArgumentError, models.User, { nmae = "ed" })
        assert.same({ "ed1" }, heard)
        assert.equal("ed", models.User({ name = "ed" }).name)
        assert.equal(1, #heard)
    end)
end)

helper.each_database(function(db)
    local fixture = helper.fixture()

    after_each(function()
        kit.close(fixture)
    end)

    describe("loaded_as_persistent", function()
        it("is told once of each object, however it is loaded", function()
            local session, models = kit.open_shop(db, fixture)
            local heard = {}
            corm.event.listen(session, "loaded_as_persistent", function(of_session, object)
                assert.equal(session, of_session)
                heard[#heard + 1] = tostring(object)
            end)
            local ed = session:get(models.User, 8)
            assert.equal(2, #ed.addresses)
            local all = session:scalars(corm.select(models.User):order_by(models.User.id)):all()
            assert.equal(3, #all)
            session:expire(ed)
            assert.equal("ed", ed.name)
            assert.same({
                "User(id=8, name='ed')",
                "Address(id=2, user_id=8, email='ed@wood.com')",
                "Address(id=3, user_id=8, email='ed@bettyboop.com')",
                "User(id=7, name='jack')",
                "User(id=9, name='fred')",
            }, heard)
        end)

        it("comes after load", function()
            local session, models = kit.open_shop(db, fixture)
            local heard = {}
            corm.event.listen(session, "loaded_as_persistent", function()
                heard[#heard + 1] = "loaded_as_persistent"
            end)
            corm.event.listen(models.User, "load", function()
                heard[#heard + 1] = "load"
            end)
            session:get(models.User, 7)
            assert.same({ "load", "loaded_as_persistent" }, heard)
        end)
    end)

    describe("refresh_flush", function()
        local function open_notes()
            local Base = corm.declarative_base()
            local Note = Base:extend("Note", {
                __tablename = "note",
                id = corm.Column(corm.Integer, { primary_key = true }),
                body = corm.Column(corm.String),
                state = corm.Column(corm.String, { default = "new" }),
                stamp = corm.Column(corm.Integer, { server_default = corm.text("17"),
                    onupdate = function() return 18 end }),
            })
            local heard = {}
            corm.event.listen(Note, "refresh_flush", function(note, context, attrs)
                assert.is_false(context:is_deleted(note))
                heard[#heard + 1] = ("%d: %s"):format(note.id, table.concat(attrs, " "))
            end)
            corm.event.listen(Note, "after_insert", function()
                heard[#heard + 1] = "after_insert"
            end)
            fixture.engine = kit.engine(db, Base, {})
            fixture.session = corm.Session(fixture.engine)
            return fixture.session, Note, heard
        end

        it("tells what defaults and the database have filled", function()
            local session, Note, heard = open_notes()
            local note = Note({ body = "a" })
            session:add(note)
            session:flush()
            assert.same({ "1: state stamp", "after_insert" }, heard)
            note.body = "b"
            session:flush()
            assert.same({ "1: state stamp", "after_insert", "1: stamp" }, heard)
            assert.equal(18, note.stamp)
        end)

        it("is silent where nothing was filled", function()
            local session, Note, heard = open_notes()
            session:add(Note({ body = "a", state = "old", stamp = 1 }))
            session:flush()
            assert.same({ "after_insert" }, heard)
        end)
    end)

    describe("before_compile", function()
        local function only_ed(models)
            return function(query)
                local of_class = query.column_descriptions[1].entity
                assert.equal(models.User, of_class)
                return query:where(of_class.name:eq("ed"))
            end
        end

        it("may put another query in place, however it is used", function()
            local session, models = kit.open_shop(db, fixture)
            local Filtered = corm.Query:extend("Filtered")
            corm.event.listen(Filtered, "before_compile", only_ed(models), { retval = true })
            local query = Filtered({ models.User }, session)
            assert.equal(1, #query:all())
            assert.equal(1, query:count())
            assert.equal("ed", query:one().name)
            assert.matches("account.name = ", tostring(query.statement))
            assert.matches("account.name = ", tostring(query:subquery()))
            assert.equal(3, session:query(models.User):count())
        end)

        it("leaves the query alone if it returns nothing", function()
            local session, models = kit.open_shop(db, fixture)
            local Heard, n = corm.Query:extend("Heard"), 0
            corm.event.listen(Heard, "before_compile", function()
                n = n + 1
            end, { retval = true })
            assert.equal(3, #Heard({ models.User }, session):all())
            assert.equal(1, n)
        end)
    end)

    describe("an update or delete by Query", function()
        it("is told before and after, and its values may be changed", function()
            local session, models = kit.open_shop(db, fixture)
            local heard = {}
            local Heard = corm.Query:extend("Heard")
            corm.event.listen(Heard, "before_compile_update", function(query, context)
                assert.equal(query, context.query)
                context.values = { name = context.values.name:upper() }
                return query:where(models.User.id:gt(7))
            end, { retval = true })
            corm.event.listen(session, "after_bulk_update", function(context)
                assert.equal(session, context.session)
                heard[#heard + 1] = tostring(context) .. " " .. context.result.rowcount
            end)
            local query = Heard({ models.User }, session)
            assert.equal(2, query:update({ name = "x" }))
            assert.same({ "update of User 2" }, heard)
            assert.equal("X", session:get(models.User, 9).name)
            assert.equal("jack", session:get(models.User, 7).name)
        end)

        it("is told of deleted rows, too", function()
            local session, models = kit.open_shop(db, fixture)
            local heard = {}
            local Heard = corm.Query:extend("Heard")
            corm.event.listen(Heard, "before_compile_delete", function(query, context)
                assert.is_nil(context.values)
                return query:where(models.Address.id:eq(4))
            end, { retval = true })
            corm.event.listen(session, "after_bulk_delete", function(context)
                heard[#heard + 1] = tostring(context) .. " " .. context.result.rowcount
            end)
            assert.equal(1, Heard({ models.Address }, session):delete())
            assert.same({ "delete of Address 1" }, heard)
        end)
    end)
end)
