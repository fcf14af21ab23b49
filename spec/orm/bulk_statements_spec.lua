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

        it("of an UPDATE by key are counted together, however many statements", function()
            local User, session = fixture.User, fixture.session
            session:execute(insert(User), { { id = 1 }, { id = 2 }, { id = 3 } })
            local sql = helper.capture_sql(fixture.engine)
            local result = session:execute(update(User), {
                { id = 1, name = "a" }, { id = 2, name = "b" }, { id = 3, age = 7 },
            })
            assert.equal(2, #sql)
            assert.equal(3, result.rowcount)
            assert.is_false(result.returns_rows)
        end)

        it("of an UPDATE by key must find their rows", function()
            local User = fixture.User
            fixture.session:execute(insert(User), { { id = 1, name = "a" } })
            raises(exc.StaleDataError, "expected to update 2 row%(s%); 1 were matched",
                update(User), { { id = 1, name = "x" }, { id = 2, name = "y" } })
        end)

        it("of an UPDATE by key leave no place for RETURNING, order and fetching", function()
            local User = fixture.User
            local mappings = { { id = 1, name = "x" } }
            raises(exc.InvalidRequestError, "leave returning%(%) out",
                update(User):returning(User.id), mappings)
            raises(exc.InvalidRequestError, "does not support ordered_values%(%)",
                update(User):ordered_values({ "age", 5 }), mappings)
            raises(exc.InvalidRequestError, "\"fetch\" is not available for an update by",
                update(User):execution_options({ synchronize_session = "fetch" }), mappings)
            raises(exc.InvalidRequestError, "no value for 'id' of class 'User'",
                update(User), { { name = "x" } })
            raises(exc.ArgumentError, "class 'User' has no column 'nmae'; did you mean 'name'",
                update(User), { { id = 1, nmae = "x" } })
        end)

        local function two_users()
            local User, session = fixture.User, fixture.session
            session:add_all({ User({ name = "a", age = 1 }), User({ name = "b", age = 2 }) })
            session:commit()
            return session:scalars(select(User):order_by(User.id)):all()
        end

        it("of an UPDATE by key go along with values for all rows", function()
            local User, session, users = fixture.User, fixture.session, two_users()
            local sql = helper.capture_sql(fixture.engine)
            session:execute(update(User):values({ name = corm.func.upper("all"), age = 9 }), {
                { id = users[1].id, age = 7 }, { id = users[2].id, age = 8 },
            })
            session:execute(update(User):values({ age = 5 }), { { id = users[2].id } })
            assert.equal(2, #sql)
            assert.same({ "ALL", 7, 5 }, { users[1].name, users[1].age, users[2].age })
            assert.same({ "ALL 7", "ALL 5" }, stored())
        end)

        it("of an UPDATE by key bring values for the statement's own parameters", function()
            local User, session, users = fixture.User, fixture.session, two_users()
            session:execute(update(User):values({ age = corm.bindparam("years") + 1 }), {
                { id = users[1].id, years = 10, name = "A" },
                { id = users[2].id, years = 20, name = "B" },
            })
            assert.same({ "A 11", "B 21" }, stored())
            assert.same({ "A", 21 }, { users[1].name, users[2].age })
        end)

        it("of an UPDATE by key with WHERE leave the objects alone, or refuse to", function()
            local User, session, users = fixture.User, fixture.session, two_users()
            local statement = update(User):where(User.age:gt(1))
            local mappings = { { id = users[1].id, age = 7 }, { id = users[2].id, age = 8 } }
            raises(exc.InvalidRequestError, "that has a WHERE clause", statement, mappings)
            session:execute(statement, mappings, { synchronize_session = false })
            assert.same({ "a 1", "b 8" }, stored())
            assert.equal(2, users[2].age)
        end)

        it("are one statement for all with dml_strategy = \"orm\"", function()
            local User, session, users = fixture.User, fixture.session, two_users()
            local statement = update(User):where(User.name:eq(corm.bindparam("who")))
                :values({ age = corm.bindparam("years") })
                :execution_options({ dml_strategy = "orm" })
            local sets = { { who = "a", years = 11 }, { who = "b", years = 12, name = "B" } }
            local sql = helper.capture_sql(fixture.engine)
            session:execute(statement, { sets[1], { who = "b", years = 3 } })
            assert.equal(1, #sql)
            assert.same({ 11, 3 }, { users[1].age, users[2].age })
            session:execute(statement, sets[2])
            assert.same({ "B", 12 }, { users[2].name, users[2].age })
            assert.equal(2, #sql)
            raises(exc.InvalidRequestError, "\"fetch\" is not available for several",
                statement:execution_options({ synchronize_session = "fetch" }), sets)
        end)

        it("are not touched by objects with dml_strategy = \"core_only\"", function()
            local User, session, users = fixture.User, fixture.session, two_users()
            session:execute(update(User):values({ age = 30 }), nil, { dml_strategy = "core_only" })
            assert.equal(1, users[1].age)
            assert.same({ "a 30", "b 30" }, stored())
        end)

        it("need a dml_strategy that is there, and that they fit", function()
            local User = fixture.User
            raises(exc.ArgumentError, "no way to execute an UPDATE is called 'fast'",
                update(User):values({ age = 1 }):execution_options({ dml_strategy = "fast" }))
            raises(exc.InvalidRequestError, "needs a sequence of parameter sets",
                insert(User):values({ name = "x" }):execution_options({ dml_strategy = "bulk" }))
            raises(exc.InvalidRequestError, "a DELETE of a class takes one parameter set",
                corm.delete(User):where(User.id:eq(corm.bindparam("i"))), { { i = 1 }, { i = 2 } })
        end)

        it("of an INSERT bring values for its own parameters", function()
            local User = fixture.User
            local rows = fixture.session:execute(insert(User):values({
                name = corm.bindparam("title"),
                age = corm.literal(2) * (corm.bindparam("half") + 1),
            }):returning(User.name, User.age, { sort_by_parameter_order = true }),
                { { title = "a", half = 1 }, { title = "b", half = 2 } }):all()
            assert.same({ "a", 4 }, { rows[1]:unpack() })
            assert.same({ "b", 6 }, { rows[2]:unpack() })
        end)

        it("and values() may name columns in place of attributes", function()
            local User, session = fixture.User, fixture.session
            session:execute(insert(User):values({ uname = "a" }))
            local user = session:scalars(select(User)):one()
            session:execute(update(User):values({ uname = "b" }))
            assert.equal("b", user.name)
        end)

        it("do not flush before with autoflush = false", function()
            local User, session = fixture.User, fixture.session
            session:add(User({ name = "pending" }))
            session:execute(insert(User), { { name = "a" } }, { autoflush = false })
            assert.equal(1, #session.new)
            session:execute(insert(User), { { name = "b" } })
            assert.equal(0, #session.new)
        end)

        it("go to the engine that bind_arguments name", function()
            local other = corm.create_engine("sqlite://")
            fixture.User.metadata:create_all(other)
            fixture.session:execute(insert(fixture.User), { { name = "a" } },
                { bind_arguments = { bind = other } })
            assert.same({}, stored())
            fixture.session:commit()
            other:dispose()
        end)

        it("count versions", function()
            local Base = corm.declarative_base()
            local version = Column(Integer, { nullable = false })
            local Page = Base:extend("Page", {
                __tablename = "pages",
                id = Column(Integer, { primary_key = true }),
                text = Column(String(20)),
                version = version,
                __mapper_args = { version_id_col = version },
            })
            Base.metadata:create_all(fixture.engine)
            local session = corm.Session(fixture.engine, { expire_on_commit = false })
            session:execute(insert(Page), { { id = 1, text = "a" } })
            local page = Page({ id = 2, text = "b" })
            session:add(page)
            session:commit()
            page.text = "B"
            session:expunge(page)
            session:bulk_save_objects({ page })
            session:bulk_update_mappings(Page, { { id = 1, version = 1, text = "A" } })
            local seen = {}
            for row in session:execute(select(Page.text, Page.version):order_by(Page.id)) do
                seen[#seen + 1] = ("%s %d"):format(row[1], row[2])
            end
            assert.same({ "A 2", "B 2" }, seen)
            assert.has_error(function()
                session:bulk_update_mappings(Page, { { id = 1, version = 1, text = "late" } })
            end)
            session:close()
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
