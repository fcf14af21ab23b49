-- SPDX-License-Identifier: MIT
local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open_shop()
        return kit.open_shop(db, fixture)
    end

    after_each(function()
        kit.close(fixture)
    end)

    describe("Query", function()
        it("labels its columns by table", function()
            local session, models, log = open_shop()
            session:query(models.User):filter_by({ name = "ed" }):all()
            assert.same({
                "SELECT account.id AS account_id, account.name AS account_name FROM account "
                    .. "WHERE account.name = ? {ed}",
            }, log())
        end)

        it("gives objects of one class, rows of several", function()
            local session, models = open_shop()
            local User, Address = models.User, models.Address
            assert.equal("jack", session:query(User):order_by(User.id):all()[1].name)
            local row = session:query(User, Address):join(User.addresses)
                :order_by(Address.id):first()
            assert.equal("jack", row.User.name)
            assert.equal("jack@bean.com", row.Address.email)
            assert.equal("jack", session:query(User.name):order_by(User.id):first().name)
        end)

        it("limits first() to one row", function()
            local session, models, log = open_shop()
            assert.equal("ed", session:query(models.User):filter_by({ name = "ed" }):first().name)
            assert.is_nil(session:query(models.User):filter_by({ name = "x" }):first())
            assert.matches("LIMIT ?", log()[1], 1, true)
        end)

        it("wants exactly one with one()", function()
            local session, models = open_shop()
            local query = session:query(models.User)
            local _, many = pcall(query.one, query)
            assert.is_true(corm.exc.MultipleResultsFound:is(many))
            query = query:filter_by({ name = "x" })
            local _, none = pcall(query.one, query)
            assert.is_true(corm.exc.NoResultFound:is(none))
            assert.is_nil(query:one_or_none())
        end)

        it("is iterated, again and again", function()
            local session, models = open_shop()
            local query = session:query(models.User):order_by(models.User.id)
            for _ = 1, 2 do
                local names = {}
                for user in query do
                    names[#names + 1] = user.name
                end
                assert.same({ "jack", "ed", "fred" }, names)
            end
            -- A loop that was left begins anew.
            assert.equal("jack", query().name)
            assert.equal("jack", query().name)
        end)

        it("counts by a subquery", function()
            local session, models, log = open_shop()
            assert.equal(2, session:query(models.User):filter(models.User.id:gt(7)):count())
            assert.same({
                "SELECT count(*) AS count_1 FROM (SELECT account.id AS account_id, account.name "
                    .. "AS account_name FROM account WHERE account.id > ?) AS anon_1 {7}",
            }, log())
        end)

        it("asks whether there are rows", function()
            local session, models = open_shop()
            local function has(name)
                return session:query(session:query(models.User):filter_by({ name = name })
                    :exists()):scalar()
            end
            assert.is_true(has("ed"))
            assert.is_false(has("x"))
        end)

        it("gets by key, from the session if it can", function()
            local session, models, log = open_shop()
            local user = session:query(models.User):get(7)
            log()
            assert.equal(user, session:query(models.User):get(7))
            assert.same({}, log())
            assert.is_nil(session:query(models.User):get(77))
        end)

        it("gives values of other columns", function()
            local session, models = open_shop()
            local names = {}
            for row in session:query(models.User):order_by(models.User.id)
                :values(models.User.name) do
                names[#names + 1] = row[1]
            end
            assert.same({ "jack", "ed", "fred" }, names)
            assert.equal("ed", session:query(models.User):filter_by({ id = 8 })
                :value(models.User.name))
            assert.equal("ed", session:query(models.User.name):filter_by({ id = 8 }):scalar())
        end)

        it("takes slices, counted from 0", function()
            local session, models = open_shop()
            local users = session:query(models.User):order_by(models.User.id):slice(1, 3):all()
            assert.equal(2, #users)
            assert.equal("ed", users[1].name)
        end)

        it("gives each object once where a collection is joined", function()
            local session, models = open_shop()
            local users = session:query(models.User)
                :options(corm.joinedload(models.User.addresses)):order_by(models.User.id):all()
            assert.equal(3, #users)
            assert.equal(2, #users[2].addresses)
        end)

        it("selects the objects of a relationship", function()
            local session, models = open_shop()
            local ed = session:get(models.User, 8)
            assert.equal(2, #session:query(models.Address):with_parent(ed):all())
            assert.equal(2, session:query(models.Address):with_parent(ed,
                models.User.addresses):count())
        end)

        it("combines queries", function()
            local session, models = open_shop()
            local User = models.User
            local one = session:query(User):filter_by({ id = 7 })
            local two = session:query(User):filter_by({ id = 8 })
            assert.equal(2, #one:union(two):all())
            assert.equal(0, #one:intersect(two):all())
        end)

        it("stands in other statements", function()
            local session, models = open_shop()
            local User, Address = models.User, models.Address
            local sub = session:query(Address.user_id):filter(Address.email:like("ed%"))
            assert.equal("ed", session:query(User):filter(User.id:in_(sub)):one().name)
            local named = session:query(User):subquery("u")
            assert.equal(3, #session:query(named.c.name):all())
        end)

        it("updates and deletes, and follows in memory", function()
            local session, models = open_shop()
            local user = session:get(models.User, 8)
            assert.equal(1, session:query(models.User):filter_by({ name = "ed" })
                :update({ name = "edward" }))
            assert.equal("edward", user.name)
            assert.equal(1, session:query(models.Address):filter_by({ id = 4 }):delete())
            assert.is_nil(session:get(models.Address, 4))
            assert.has_error(function()
                session:query(models.User):limit(1):delete()
            end)
        end)

        it("says what it is", function()
            local session, models = open_shop()
            local query = session:query(models.User):filter_by({ id = 8 })
            assert.equal("select", require("corm.core").kind(query.statement))
            assert.equal("User", query.column_descriptions[1].name)
            assert.matches("^SELECT account.id AS account_id", tostring(query))
            assert.has_error(function()
                return query.fliter
            end)
        end)

        it("may be extended", function()
            local session, models = open_shop()
            local Query = require("corm.orm.query").Query
            local Named = Query:extend("Named", {
                named = function(self, name)
                    return self:filter_by({ name = name })
                end,
            })
            local query = require("corm.orm.query").new({ models.User }, session, Named)
            assert.equal("ed", query:order_by(models.User.id):named("ed"):one().name)
        end)
    end)
end)
