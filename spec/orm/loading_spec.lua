-- SPDX-License-Identifier: MIT
local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

local select = corm.select

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open_shop()
        return kit.open_shop(db, fixture)
    end

    after_each(function()
        kit.close(fixture)
    end)

    describe("an expired object", function()
        it("loads all its columns at once when one is read", function()
            local session, models, log = open_shop()
            local user = session:get(models.User, 7)
            session:expire_all()
            log()
            assert.equal("jack", user.name)
            assert.equal(7, user.id)
            assert.same({
                "SELECT account.id, account.name FROM account WHERE account.id = ? {7}",
            }, log())
            session:close()
        end)

        it("says so when its row is gone", function()
            local session, models = open_shop()
            local address = session:get(models.Address, 4)
            session:connection():execute(corm.delete(models.Address.__table)
                :where(models.Address.__table.c.id:eq(4)))
            session:expire_all()
            local ok, e = pcall(function()
                return address.email
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.ObjectDeletedError:is(e))
            session:close()
        end)
    end)

    describe("a detached object", function()
        it("cannot load a column", function()
            local session, models = open_shop()
            local user = session:get(models.User, 7)
            session:expire_all()
            session:expunge(user)
            local ok, e = pcall(function()
                return user.name
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.DetachedInstanceError:is(e))
            session:close()
        end)

        it("cannot load a relationship", function()
            local session, models = open_shop()
            local user = session:get(models.User, 7)
            session:expunge(user)
            local ok, e = pcall(function()
                return user.addresses
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.DetachedInstanceError:is(e))
            assert.matches("lazy load operation of attribute 'addresses' cannot proceed",
                e.message)
            session:close()
        end)
    end)

    describe("a deferred column", function()
        it("is loaded alone when it is read", function()
            local session, models, log = open_shop()
            local ding = session:scalars(select(models.Dingaling)):one()
            assert.equal("ding 1", ding.data)
            assert.same({
                "SELECT dingaling.id, dingaling.address_id, dingaling.weight FROM dingaling {}",
                "SELECT dingaling.data FROM dingaling WHERE dingaling.id = ? {1}",
            }, log())
            session:close()
        end)

        it("stays away when the object is refreshed for another column", function()
            local session, models, log = open_shop()
            local ding = session:get(models.Dingaling, 1)
            session:expire_all()
            log()
            assert.equal(1.5, ding.weight)
            assert.same({
                "SELECT dingaling.id, dingaling.address_id, dingaling.weight FROM dingaling "
                    .. "WHERE dingaling.id = ? {1}",
            }, log())
            session:close()
        end)
    end)

    describe("a one-to-many", function()
        it("is loaded in its order, with the parent's key first", function()
            local session, models, log = open_shop()
            local user = session:get(models.User, 8)
            log()
            local emails = {}
            for i, address in ipairs(user.addresses) do
                emails[i] = address.email
                assert.equal(user, address.user)
            end
            assert.same({ "ed@wood.com", "ed@bettyboop.com" }, emails)
            assert.same({
                "SELECT address.id, address.user_id, address.email FROM address "
                    .. "WHERE ? = address.user_id ORDER BY address.id {8}",
            }, log())
            session:close()
        end)

        it("is flushed for first", function()
            local session, models = open_shop()
            local user = session:get(models.User, 8)
            session:add(models.Address({ id = 10, user_id = 8, email = "new" }))
            assert.equal(3, #user.addresses)
            session:close()
        end)
    end)

    describe("a many-to-one", function()
        it("is found in the identity map without SQL", function()
            local session, models, log = open_shop()
            local user = session:get(models.User, 8)
            local address = session:get(models.Address, 2)
            log()
            assert.equal(user, address.user)
            assert.same({}, log())
            session:close()
        end)

        it("is selected by key when it is not there", function()
            local session, models, log = open_shop()
            local address = session:get(models.Address, 2)
            log()
            assert.equal("ed", address.user.name)
            assert.same({
                "SELECT account.id, account.name FROM account WHERE account.id = ? {8}",
            }, log())
            session:close()
        end)

        it("that refers to nothing is nil without SQL", function()
            local session, models, log = open_shop()
            local address = session:get(models.Address, 4)
            log()
            assert.is_nil(address.user)
            assert.same({}, log())
            session:close()
        end)
    end)

    it("loads the only object of a one-to-one, or nil", function()
        local session, models, log = open_shop()
        local with, without = session:get(models.Address, 2), session:get(models.Address, 3)
        log()
        assert.equal(1, with.dingaling.id)
        assert.is_nil(without.dingaling)
        assert.same({
            "SELECT dingaling.id, dingaling.address_id, dingaling.weight FROM dingaling "
                .. "WHERE ? = dingaling.address_id {2}",
            "SELECT dingaling.id, dingaling.address_id, dingaling.weight FROM dingaling "
                .. "WHERE ? = dingaling.address_id {3}",
        }, log())
        session:close()
    end)

    it("loads a many-to-many by its secondary table", function()
        local session, models, log = open_shop()
        local user = session:get(models.User, 7)
        log()
        assert.equal(2, #user.keywords)
        assert.same({
            "SELECT keyword.id, keyword.word FROM keyword, user_keyword WHERE "
                .. "? = user_keyword.user_id AND keyword.id = user_keyword.keyword_id "
                .. "ORDER BY keyword.id {7}",
        }, log())
        session:close()
    end)

    describe("get", function()
        it("selects by key once", function()
            local session, models, log = open_shop()
            local user = session:get(models.User, 7)
            assert.equal(user, session:get(models.User, 7))
            assert.same({
                "SELECT account.id, account.name FROM account WHERE account.id = ? {7}",
            }, log())
            session:close()
        end)

        it("gives nil for a key without row", function()
            local session, models = open_shop()
            assert.is_nil(session:get(models.User, 99))
            session:close()
        end)

        it("gives the same object without listeners", function()
            local models = kit.shop()
            local engine = kit.engine(db, models.Base, kit.shop_rows(models))
            fixture.engine = engine
            local session = corm.Session(engine)
            local first = session:get(models.User, 7)
            assert.equal("jack", first.name)
            assert.equal(first, session:get(models.User, 7))
            assert.equal("ed", session:get(models.User, 8).name)
            assert.is_nil(session:get(models.User, 99))
            assert.equal(first, session:scalars(select(models.User)
                :where(models.User.id:eq(7))):one())
            session:close()
        end)

        it("gives nil for an expired object whose row is gone", function()
            local session, models = open_shop()
            local address = session:get(models.Address, 4)
            session:connection():execute(corm.delete(models.Address.__table)
                :where(models.Address.__table.c.id:eq(4)))
            session:expire_all()
            assert.is_nil(session:get(models.Address, 4))
            assert.is_not_nil(address)
            session:close()
        end)

        it("takes options, and then says them in its SQL", function()
            local session, models, log = open_shop()
            session:get(models.Address, 2, {
                options = { corm.joinedload(models.Address.user) },
            })
            assert.same({
                "SELECT address.id, address.user_id, address.email, account_1.id, "
                    .. "account_1.name FROM address LEFT OUTER JOIN account AS account_1 ON "
                    .. "account_1.id = address.user_id WHERE address.id = ? {2}",
            }, log())
            session:close()
        end)

        it("takes a composite key as a sequence or by names", function()
            local Base = corm.declarative_base()
            local Pair = Base:extend("Pair", {
                __tablename = "pair",
                a = corm.Column(corm.Integer, { primary_key = true }),
                b = corm.Column(corm.Integer, { primary_key = true }),
                note = corm.Column(corm.String(10)),
            })
            local engine = kit.engine(db, Base, { { Pair.__table, { { a = 1, b = 2,
                note = "x" } } } })
            fixture.engine = engine
            local session = corm.Session(engine)
            local pair = session:get(Pair, { 1, 2 })
            assert.equal("x", pair.note)
            assert.equal(pair, session:get(Pair, { a = 1, b = 2 }))
            assert.is_nil(session:get(Pair, { 2, 1 }))
            assert.has_error(function()
                session:get(Pair, 1)
            end)
            session:close()
        end)
    end)

    describe("keys that are no integers", function()
        local values = {
            uuid = { corm.Uuid, "12345678-1234-5678-1234-567812345678" },
            date = { corm.Date, corm.date(2024, 2, 29) },
            datetime = { corm.DateTime, corm.datetime(2024, 2, 29, 12, 30, 15) },
            decimal = { corm.Numeric(10, 2), corm.decimal("12.50") },
            text = { corm.String(20), "a key" },
        }
        for name, each in pairs(values) do
            it("are one row whoever says them: " .. name, function()
                local Base = corm.declarative_base()
                local Parent = Base:extend("Parent", {
                    __tablename = "parent",
                    id = corm.Column(each[1], { primary_key = true }),
                    children = corm.relationship("Child", { backref = "parent" }),
                })
                local Child = Base:extend("Child", {
                    __tablename = "child",
                    id = corm.Column(corm.Integer, { primary_key = true }),
                    parent_id = corm.Column(corm.ForeignKey("parent.id")),
                })
                fixture.engine = kit.engine(db, Base, {})
                local session <close> = corm.Session(fixture.engine)
                local parent = Parent({ id = each[2], children = { Child({ id = 1 }) } })
                session:add(parent)
                session:flush()
                assert.equal(parent, session:get(Parent, each[2]))
                assert.equal(parent, session:scalars(select(Parent)):one())
                session:commit()
                assert.equal(parent, session:get(Parent, each[2]))
                assert.equal(parent, session:get(Child, 1).parent)
                local loaded = session:scalars(select(Parent)
                    :options(corm.selectinload(Parent.children)), nil,
                    { populate_existing = true }):one()
                assert.equal(parent, loaded)
                assert.equal(1, #loaded.children)
                local child = session:scalars(select(Child)
                    :options(corm.selectinload(Child.parent)), nil,
                    { populate_existing = true }):one()
                assert.equal(parent, child.parent)
            end)
        end
    end)

    it("loads a tree node by node", function()
        local Base, Node = kit.tree()
        local engine = kit.engine(db, Base, { { Node.__table, kit.TREE_ROWS } })
        fixture.engine = engine
        local session, log = corm.Session(engine), kit.log(engine)
        local root = session:scalars(select(Node):where(Node.name:eq("rootnode"))):one()
        assert.equal("subsubnode1", root.children.node4.children.subnode3.children.subsubnode1.name)
        assert.same({
            "SELECT tree.id, tree.parent_id, tree.name FROM tree WHERE tree.name = ? {rootnode}",
            "SELECT tree.id, tree.parent_id, tree.name FROM tree WHERE ? = tree.parent_id {1}",
            "SELECT tree.id, tree.parent_id, tree.name FROM tree WHERE ? = tree.parent_id {7}",
            "SELECT tree.id, tree.parent_id, tree.name FROM tree WHERE ? = tree.parent_id {8}",
        }, log())
        session:close()
    end)

    it("keeps the operands of a written join condition in their order", function()
        local Base = corm.declarative_base()
        local Node = Base:extend("Node", {
            __tablename = "node", node_id = corm.Column(corm.Integer, { primary_key = true }),
        })
        local Edge = Base:extend("Edge", {
            __tablename = "edge",
            lower_id = corm.Column(corm.ForeignKey("node.node_id"), { primary_key = true }),
            higher_id = corm.Column(corm.ForeignKey("node.node_id"), { primary_key = true }),
        })
        Edge.lower_node = corm.relationship(Node, {
            primaryjoin = Edge.lower_id:eq(Node.node_id), backref = "lower_edges" })
        Edge.higher_node = corm.relationship(Node, {
            primaryjoin = Edge.higher_id:eq(Node.node_id), backref = "higher_edges" })
        local engine = kit.engine(db, Base, {
            { Node.__table, { { node_id = 1 }, { node_id = 2 } } },
            { Edge.__table, { { lower_id = 1, higher_id = 2 } } },
        })
        fixture.engine = engine
        local session, log = corm.Session(engine), kit.log(engine)
        local node = session:get(Node, 1)
        assert.equal(2, node.lower_edges[1].higher_node.node_id)
        assert.same({
            "SELECT node.node_id FROM node WHERE node.node_id = ? {1}",
            "SELECT edge.lower_id, edge.higher_id FROM edge WHERE edge.lower_id = ? {1}",
            "SELECT node.node_id FROM node WHERE node.node_id = ? {2}",
        }, log())
        session:close()
    end)
end)
