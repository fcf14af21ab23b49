-- SPDX-License-Identifier: MIT
-- INSERT and UPDATE of classes with many parameter sets, by session:execute() and by the bulk
-- methods of 1.x.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local insert, select, update = corm.insert, corm.select, corm.update

helper.each_database(function(db)
    describe("Many parameter sets", function()
        local fixture = helper.fixture()

        before_each(function()
            local Base = corm.declarative_base()
            fixture.User = Base:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
                name = Column("uname", String(30)),
                age = Column(Integer, { server_default = "50" }),
            })
            fixture.engine = corm.create_engine(db.url)
            Base.metadata:create_all(fixture.engine)
            fixture.session = corm.Session(fixture.engine)
        end)

        after_each(function()
            fixture.session:close()
            fixture.engine:dispose()
        end)

        local function stored()
            local User, texts = fixture.User, {}
            local columns = User.__table.c
            for row in fixture.session:connection():execute(
                select(columns.uname, columns.age):order_by(columns.id)) do
                texts[#texts + 1] = ("%s %s"):format(row[1], row[2])
            end
            return texts
        end

        local function raises(class, message, statement, parameters)
            local session = fixture.session
            local ok, e = pcall(session.execute, session, statement, parameters)
            assert.is_false(ok)
            assert.is_true(class:is(e), tostring(e))
            assert.matches(message, e.message)
        end

        local MIXED = { { name = "a" }, { name = "b" }, { name = "c", age = 1 }, { name = "d" } }

        it("of an INSERT may name different attributes", function()
            local sql = helper.capture_sql(fixture.engine)
            fixture.session:execute(insert(fixture.User), MIXED)
            assert.equal(3, #sql)
            assert.same({ "a 50", "b 50", "c 1", "d 50" }, stored())
        end)

        it("of an INSERT with different attributes return their rows in order", function()
            local User = fixture.User
            local users = fixture.session:scalars(insert(User)
                :returning(User, { sort_by_parameter_order = true }), MIXED):all()
            assert.equal(4, #users)
            for i, mapping in ipairs(MIXED) do
                assert.equal(mapping.name, users[i].name)
                assert.equal(mapping.age or 50, users[i].age)
            end
        end)

        it("of an INSERT leave NULL to the column's default unless it is asked for", function()
            local mappings = { { name = "a", age = corm.NULL }, { name = "b", age = 3 } }
            fixture.session:execute(insert(fixture.User), mappings)
            fixture.session:execute(insert(fixture.User), mappings, { render_nulls = true })
            assert.same({ "a 50", "b 3", "a nil", "b 3" }, stored())
        end)

        it("of an UPDATE by key reach the objects that are loaded", function()
            local User, session = fixture.User, fixture.session
            session:add_all({ User({ name = "a", age = 1 }), User({ name = "b", age = 2 }) })
            session:commit()
            local users = session:scalars(select(User):order_by(User.id)):all()
            local sql = helper.capture_sql(fixture.engine)
            local result = session:execute(update(User), {
                { id = users[1].id, name = "A", age = corm.NULL },
                { id = users[2].id, name = "B", age = 5 },
            })
            assert.equal(2, result.rowcount)
            assert.same({ "A", "B" }, { users[1].name, users[2].name })
            assert.is_nil(users[1].age)
            assert.equal(5, users[2].age)
            assert.equal(1, #sql)
            session:execute(update(User), { { id = users[1].id, name = "unseen" } },
                { synchronize_session = false })
            assert.equal("A", users[1].name)
        end)

        it("of an UPDATE by key must find their rows", function()
            local User = fixture.User
            fixture.session:execute(insert(User), { { id = 1, name = "a" } })
            raises(exc.StaleDataError, "expected to update 2 row%(s%); 1 were matched",
                update(User), { { id = 1, name = "x" }, { id = 2, name = "y" } })
        end)

        it("of an UPDATE by key leave no place for values and RETURNING", function()
            local User = fixture.User
            raises(exc.InvalidRequestError, "leave values%(%) out",
                update(User):values({ age = 5 }), { { id = 1, name = "x" } })
            raises(exc.InvalidRequestError, "leave returning%(%) out",
                update(User):returning(User.id), { { id = 1, name = "x" } })
        end)

        it("given to bulk_insert_mappings() are told their keys if that is asked for", function()
            local mappings = { { name = "a" }, { name = "b" }, { name = "c", age = 3 } }
            fixture.session:bulk_insert_mappings(fixture.User, mappings)
            assert.is_nil(mappings[1].id)
            fixture.session:bulk_insert_mappings(fixture.User, mappings,
                { return_defaults = true })
            for _, mapping in ipairs(mappings) do
                assert.equal(mapping.name, fixture.session:get(fixture.User, mapping.id).name)
            end
        end)

        it("made of objects are told their keys in one statement", function()
            local User = fixture.User
            local objects = { User({ name = "a" }), User({ name = "b" }), User({ name = "c" }) }
            local sql = helper.capture_sql(fixture.engine)
            fixture.session:bulk_save_objects(objects, { return_defaults = true })
            assert.equal(1, #sql)
            for _, object in ipairs(objects) do
                assert.equal(object.name, fixture.session:get(User, object.id).name)
            end
        end)

        it("and statements return attributes by their names", function()
            local User, session = fixture.User, fixture.session
            local row = session:execute(insert(User):returning(User.name, User.id),
                { { name = "a" } }):one()
            assert.equal("a", row.name)
            row = session:execute(update(User):values({ name = "b" }):returning(User.name)):one()
            assert.equal("b", row.name)
            row = session:execute(corm.delete(User):returning(User.name)):one()
            assert.equal("b", row.name)
        end)

        it("or none: fetched rows are told by the statement itself", function()
            local User, session = fixture.User, fixture.session
            session:add_all({ User({ name = "A", age = 1 }), User({ name = "b", age = 2 }) })
            session:commit()
            local users = session:scalars(select(User):order_by(User.id)):all()
            local sql = helper.capture_sql(fixture.engine)
            local result = session:execute(update(User)
                :where(corm.func.lower(User.name):eq("a")):values({ age = 7 }))
            assert.equal(1, result.rowcount)
            assert.same({}, result:all())
            assert.same({ 7, 2 }, { users[1].age, users[2].age })
            local rows = session:execute(update(User):where(corm.func.lower(User.name):eq("a"))
                :values({ age = 8 }):returning(User.name)):all()
            assert.same({ "A", 8 }, { rows[1].name, users[1].age })
            assert.matches("^SELECT", sql[2])
            result = session:execute(corm.delete(User):where(User.id:gt(0)), nil,
                { synchronize_session = "fetch" })
            assert.equal(2, result.rowcount)
            assert.is_false(session:contains(users[2]))
            assert.equal(4, #sql)
        end)

        it("of an upsert name columns in set_ and index_elements", function()
            local User = fixture.User
            fixture.session:execute(insert(User), { { id = 1, name = "a" } })
            local stmt = corm.dialects[db.name].insert(User):values({ { id = 1, name = "b" } })
            stmt = stmt:on_conflict_do_update({
                index_elements = { "id" }, set_ = { uname = stmt.excluded.uname },
            })
            fixture.session:execute(stmt)
            assert.same({ "b 50" }, stored())
        end)
    end)
end)
