-- SPDX-License-Identifier: MIT
local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

local select, update, delete, insert = corm.select, corm.update, corm.delete, corm.insert

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open_shop()
        return kit.open_shop(db, fixture)
    end

    after_each(function()
        kit.close(fixture)
    end)

    describe("update of a class", function()
        it("evaluates its condition on the objects that are loaded", function()
            local session, models, log = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.id)):all()
            log()
            local result = session:execute(update(User):where(User.name:in_({ "ed", "fred" }),
                User.id:lt(9)):values({ name = "x" }))
            assert.equal(1, result.rowcount)
            assert.same({ "jack", "x", "fred" },
                { users[1].name, users[2].name, users[3].name })
            assert.same({
                "UPDATE account SET name=? WHERE account.name IN (?, ?) AND account.id < ? "
                    .. "{x, ed, fred, 9}",
            }, log())
        end)

        it("evaluates operators that say what they are of values", function()
            local session, models, log = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.id)):all()
            local seen = {}
            local function joined(column, text)
                return column:op("||", {
                    precedence = 6,
                    python_impl = function(a, b)
                        seen[#seen + 1] = a .. "," .. b
                        return a .. b
                    end,
                })(text)
            end
            log()
            session:execute(update(User):where(
                joined(joined(User.name, "-"), "x"):eq("ed-x")):values({ name = "y" }), nil,
                { execution_options = { synchronize_session = "evaluate" } })
            assert.same({ "jack", "y", "fred" },
                { users[1].name, users[2].name, users[3].name })
            table.sort(seen)
            assert.same({ "ed,-", "ed-,x", "fred,-", "fred-,x", "jack,-", "jack-,x" }, seen)
            assert.equal(1, #log())
        end)

        it("cannot evaluate operators that do not say it", function()
            local session, models = open_shop()
            local User = models.User
            session:scalars(select(User)):all()
            local ok, e = pcall(session.execute, session, update(User):where(
                User.name:op("||")("x"):eq("edx")):values({ name = "y" }), nil,
                { execution_options = { synchronize_session = "evaluate" } })
            assert.is_false(ok)
            assert.is_true(corm.exc.InvalidRequestError:is(e))
        end)

        it("loads again what it set to an expression", function()
            local session, models = open_shop()
            local ding = session:get(models.Dingaling, 1)
            session:execute(update(models.Dingaling)
                :values({ weight = models.Dingaling.weight + 1 }))
            assert.equal(2.5, ding.weight)
        end)

        it("calls the functions that give parameters their values once", function()
            local session, models = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.id)):all()
            local calls = 0
            session:execute(update(User):values({ name = "x" }):where(User.name:eq(
                corm.bindparam("n", { callable_ = function()
                    calls = calls + 1
                    return "ed"
                end }))), nil, { execution_options = { synchronize_session = "evaluate" } })
            assert.same({ "jack", "x", "fred", 1 },
                { users[1].name, users[2].name, users[3].name, calls })
            local stored = select(User.__table.c.name):where(User.id:eq(8))
            assert.equal("x", session:scalar(stored))
        end)

        it("loads again the columns that it set as a tuple", function()
            local session, models = open_shop()
            local User = models.User
            local ed = session:get(User, 8)
            session:execute(update(User):where(User.id:eq(8)):values({
                [corm.tuple_(User.name, User.id)] = { "x", User.id },
            }))
            assert.equal("x", ed.name)
        end)

        it("asks the database where it cannot evaluate", function()
            local session, models, log = open_shop()
            local User = models.User
            local user = session:get(User, 8)
            log()
            session:execute(update(User):where(User.name:like("e%")):values({ name = "x" }))
            local sent = log()
            assert.equal(1, #sent)
            assert.matches("^UPDATE account SET name=%? WHERE account.name LIKE %? RETURNING ",
                sent[1])
            assert.equal("x", user.name)
            assert.has_error(function()
                session:execute(update(User):where(User.name:like("e%")):values({ name = "y" }),
                    nil, { synchronize_session = "evaluate" })
            end)
        end)

        it("leaves objects alone with synchronize_session = false", function()
            local session, models = open_shop()
            local user = session:get(models.User, 8)
            session:execute(update(models.User):values({ name = "x" }), nil,
                { synchronize_session = false })
            assert.equal("ed", user.name)
        end)

        it("treats NULL as SQL does", function()
            local session, models = open_shop()
            local Address = models.Address
            local nobody, somebody = session:get(Address, 4), session:get(Address, 1)
            session:execute(update(Address):where(Address.user_id:ne(8))
                :values({ email = "changed" }))
            assert.equal("nobody@nowhere.com", nobody.email)
            assert.equal("changed", somebody.email)
            session:execute(update(Address):where(Address.user_id:is_(nil))
                :values({ email = "gone" }))
            assert.equal("gone", nobody.email)
        end)

        it("updates by primary key, rows of one shape together", function()
            local session, models, log = open_shop()
            session:execute(update(models.User), {
                { id = 7, name = "a" }, { id = 8, name = "b" },
            })
            assert.same({ "UPDATE account SET name=? WHERE account.id = ? {…, …}" }, log())
            assert.equal("b", session:get(models.User, 8).name)
            assert.has_error(function()
                session:execute(update(models.User), { { name = "c" }, { name = "d" } })
            end)
        end)

        it("counts columns of aliases and subqueries as what only the database knows", function()
            local session, models = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.id)):all()
            local chosen = select(User.id):where(User.name:eq("ed")):subquery()
            local statement = update(User):where(User.id:eq(chosen.c.id)):values({ name = "x" })
            assert.has_error(function()
                session:execute(statement, nil, { synchronize_session = "evaluate" })
            end)
            session:execute(statement)
            assert.same({ "jack", "x", "fred" },
                { users[1].name, users[2].name, users[3].name })
        end)

        it("has objects loaded again that lack what the condition asks for", function()
            local session, models = open_shop()
            local Address = models.Address
            local first, second = session:get(Address, 1), session:get(Address, 2)
            local before = second.email
            session:expire(first, { "user_id" })
            session:expire(second, { "user_id" })
            session:execute(update(Address):where(Address.user_id:eq(first.user_id),
                Address.id:eq(1)):values({ email = "changed" }))
            assert.equal("changed", first.email)
            assert.equal(before, second.email)
        end)

        it("takes the conditions of with_loader_criteria()", function()
            local session, models = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.id)):all()
            local only_ed = corm.with_loader_criteria(User, User.name:eq("ed"))
            session:execute(update(User):values({ name = "x" }):options(only_ed))
            assert.same({ "jack", "x", "fred" },
                { users[1].name, users[2].name, users[3].name })
            session:query(User):options(corm.with_loader_criteria(User, User.name:ne("x")))
                :update({ name = "y" })
            assert.same({ "y", "x", "y" },
                { users[1].name, users[2].name, users[3].name })
        end)

        it("returns objects with what their options load", function()
            local session, models, log = open_shop()
            local User = models.User
            local user = session:scalars(update(User):where(User.id:eq(8)):values({ name = "x" })
                :returning(User):options(corm.selectinload(User.addresses))):one()
            log()
            assert.is_true(#user.addresses > 0)
            assert.same({}, log())
            local told
            corm.warnings.filter("always")
            local before = corm.warnings.handler(function(warning)
                told = warning.message
            end)
            session:scalars(insert(User):values({ id = 40, name = "new" }):returning(User)
                :options(corm.joinedload(User.addresses))):one()
            corm.warnings.handler(before)
            corm.warnings.filter("default")
            assert.matches("joined loading of 'addresses'", told)
        end)

        it("is refused for a query with more than conditions", function()
            local session, models = open_shop()
            local User = models.User
            for _, query in ipairs({
                session:query(User):distinct(),
                session:query(User):having(User.id:gt(1)),
                session:query(User):limit(1),
            }) do
                assert.has_error(function()
                    query:update({ name = "x" })
                end)
                assert.has_error(function()
                    query:delete()
                end)
            end
        end)

        it("refuses an unknown way of synchronizing", function()
            local session, models = open_shop()
            local ok, e = pcall(session.execute, session,
                update(models.User):values({ name = "x" }), nil,
                { synchronize_session = "sometimes" })
            assert.is_false(ok)
            assert.is_true(corm.exc.ArgumentError:is(e))
        end)
    end)

    describe("delete of a class", function()
        it("takes the objects out of the session", function()
            local session, models, log = open_shop()
            local Address = models.Address
            local gone, kept = session:get(Address, 4), session:get(Address, 3)
            log()
            assert.equal(1, session:execute(delete(Address):where(Address.id:eq(4))).rowcount)
            assert.same({ "DELETE FROM address WHERE address.id = ? {4}" }, log())
            assert.is_nil(session:get(Address, 4))
            assert.equal(kept, session:get(Address, 3))
            assert.is_not_nil(gone)
        end)
    end)

    describe("delete of a class", function()
        it("is undone by a rollback, for the objects too", function()
            local session, models = open_shop()
            local Address = models.Address
            local address = session:get(Address, 4)
            session:execute(delete(Address):where(Address.id:eq(4)))
            assert.is_false(session:contains(address))
            session:rollback()
            assert.is_true(session:contains(address))
            assert.equal(address, session:get(Address, 4))
        end)

        it("expires objects that it may be about", function()
            local session, models = open_shop()
            local Address = models.Address
            local gone, kept = session:get(Address, 4), session:get(Address, 3)
            local email = kept.email
            session:expire_all()
            session:execute(delete(Address):where(Address.email:eq("nobody@nowhere.com")))
            assert.equal(email, kept.email)
            assert.has_error(function()
                return gone.email
            end)
        end)
    end)

    describe("insert of a class", function()
        it("takes attributes as keys", function()
            local Base = corm.declarative_base()
            local Thing = Base:extend("Thing", {
                __tablename = "thing",
                id = corm.Column(corm.Integer, { primary_key = true }),
                title = corm.Column("thing_title", corm.String(10)),
            })
            fixture.engine = kit.engine(db, Base, {})
            fixture.session = corm.Session(fixture.engine)
            local session = fixture.session
            session:execute(insert(Thing), { { title = "a" }, { title = "b" } })
            session:execute(insert(Thing):values({ title = "c" }))
            assert.same({ "a", "b", "c" },
                session:scalars(select(Thing.title):order_by(Thing.id)):all())
            assert.has_error(function()
                session:execute(insert(Thing), { { titel = "x" } })
            end)
        end)

        it("returns objects of many statements", function()
            local session, models, log = open_shop()
            local User = models.User
            local statement = corm.dialects[db.name].insert(User)
            statement = statement:on_conflict_do_update({
                index_elements = { User.id }, set_ = { name = statement.excluded.name .. "!" },
            })
            log()
            local users = session:scalars(
                statement:returning(User, { sort_by_parameter_order = true }),
                { { id = 7, name = "a" }, { id = 31, name = "b" }, { id = 8, name = "c" } }):all()
            assert.same({ "a!", "b", "c!" }, { users[1].name, users[2].name, users[3].name })
            assert.equal(3, #log())
            assert.equal(users[3], session:get(User, 8))
        end)

        it("returns objects", function()
            local session, models = open_shop()
            local user = session:scalars(insert(models.User)
                :values({ id = 20, name = "new" }):returning(models.User)):one()
            assert.equal("new", user.name)
            assert.equal(user, session:get(models.User, 20))
        end)
    end)
end)
