-- SPDX-License-Identifier: MIT
local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

local select = corm.select
local joinedload, selectinload = corm.joinedload, corm.selectinload

local ADDRESS_1 = "address_1.id AS id_1, address_1.user_id, address_1.email"

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open_shop()
        return kit.open_shop(db, fixture)
    end

    local function open_tree()
        local Base, Node = kit.tree()
        local engine = kit.engine(db, Base, { { Node.__table, kit.TREE_ROWS } })
        fixture.engine = engine
        local session = corm.Session(engine)
        fixture.session = session
        return session, Node, kit.log(engine)
    end

    after_each(function()
        kit.close(fixture)
    end)

    -- What is loaded along needs no SQL any more.
    local function addresses_of(users, log)
        log()
        local found = {}
        for i, user in ipairs(users) do
            local emails = {}
            for k, address in ipairs(user.addresses) do
                emails[k] = address.email
            end
            found[i] = user.name .. ": " .. table.concat(emails, " ")
        end
        assert.same({}, log())
        return found
    end

    describe("joinedload", function()
        it("joins a collection with an alias of its own", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(joinedload(models.User.addresses)):order_by(models.User.id))
                :unique():all()
            assert.same({
                "SELECT account.id, account.name, " .. ADDRESS_1 .. " FROM account LEFT OUTER "
                    .. "JOIN address AS address_1 ON account.id = address_1.user_id "
                    .. "ORDER BY account.id, address_1.id {}",
            }, log())
            assert.same({
                "jack: jack@bean.com", "ed: ed@wood.com ed@bettyboop.com", "fred: ",
            }, addresses_of(users, log))
        end)

        it("wants unique() for a collection", function()
            local session, models = open_shop()
            local result = session:scalars(select(models.User)
                :options(joinedload(models.User.addresses)))
            local ok, e = pcall(result.all, result)
            assert.is_false(ok)
            assert.is_true(corm.exc.InvalidRequestError:is(e))
            assert.matches("unique%(%) method must be invoked", e.message)
        end)

        it("needs no unique() for a many-to-one", function()
            local session, models, log = open_shop()
            local addresses = session:scalars(select(models.Address)
                :options(joinedload(models.Address.user)):order_by(models.Address.id)):all()
            assert.equal(4, #addresses)
            log()
            assert.equal("ed", addresses[2].user.name)
            assert.is_nil(addresses[4].user)
            assert.same({}, log())
        end)

        it("joins to a subquery where rows are limited", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(joinedload(models.User.addresses))
                :order_by(models.User.name:desc()):limit(2)):unique():all()
            local sql = log()[1]:gsub("LIMIT %? OFFSET %?", "LIMIT ?"):gsub(" {.*", "")
            assert.equal("SELECT anon_1.id, anon_1.name, " .. ADDRESS_1 .. " FROM (SELECT "
                .. "account.id AS id, account.name AS name FROM account ORDER BY account.name "
                .. "DESC LIMIT ?) AS anon_1 LEFT OUTER JOIN address AS address_1 ON anon_1.id = "
                .. "address_1.user_id ORDER BY anon_1.name DESC, address_1.id", sql)
            assert.same({ "jack: jack@bean.com", "fred: " }, addresses_of(users, log))
        end)

        it("limits without subquery where only objects are joined", function()
            local session, models, log = open_shop()
            session:scalars(select(models.Address):options(joinedload(models.Address.user))
                :limit(2)):all()
            assert.is_nil(log()[1]:find("anon_1", 1, true))
        end)

        it("follows a path of joins", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User):options(
                joinedload(models.User.addresses):joinedload(models.Address.dingaling))
                :order_by(models.User.id)):unique():all()
            assert.matches("LEFT OUTER JOIN dingaling AS dingaling_1 ON address_1.id = "
                .. "dingaling_1.address_id", log()[1])
            assert.equal(1, users[2].addresses[1].dingaling.id)
            assert.is_nil(users[2].addresses[2].dingaling)
            assert.same({}, log())
        end)

        it("joins inside of an outer join where innerjoin says so", function()
            local session, models, log = open_shop()
            session:scalars(select(models.User):options(joinedload(models.User.addresses)
                :joinedload(models.Address.dingaling, { innerjoin = true }))):unique():all()
            assert.matches("LEFT OUTER JOIN %(address AS address_1 JOIN dingaling AS dingaling_1 "
                .. "ON address_1.id = dingaling_1.address_id%) ON account.id = "
                .. "address_1.user_id", log()[1])
        end)

        it("joins a secondary table and its target together", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(joinedload(models.User.keywords)):order_by(models.User.id))
                :unique():all()
            assert.matches("FROM account LEFT OUTER JOIN %(user_keyword AS user_keyword_1 JOIN "
                .. "keyword AS keyword_1 ON keyword_1.id = user_keyword_1.keyword_id%) ON "
                .. "account.id = user_keyword_1.user_id ORDER BY account.id, keyword_1.id",
                log()[1])
            assert.equal(2, #users[1].keywords)
            assert.equal(users[1].keywords[2], users[2].keywords[1])
            assert.same({}, log())
        end)

        it("leaves a collection that is loaded as it is", function()
            local session, models = open_shop()
            local user = session:get(models.User, 8)
            local before = user.addresses
            session:scalars(select(models.User):options(joinedload(models.User.addresses)))
                :unique():all()
            assert.equal(before, user.addresses)
            assert.equal(2, #before)
        end)
    end)

    describe("selectinload", function()
        it("selects the members of all parents at once", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(selectinload(models.User.addresses)):order_by(models.User.id)):all()
            assert.same({
                "SELECT account.id, account.name FROM account ORDER BY account.id {}",
                "SELECT address.user_id, address.id, address.email FROM address WHERE "
                    .. "address.user_id IN (?, ?, ?) ORDER BY address.id {7, 8, 9}",
            }, log())
            assert.same({
                "jack: jack@bean.com", "ed: ed@wood.com ed@bettyboop.com", "fred: ",
            }, addresses_of(users, log))
        end)

        it("selects what is referred to by its key, each once", function()
            local session, models, log = open_shop()
            local addresses = session:scalars(select(models.Address)
                :options(selectinload(models.Address.user)):order_by(models.Address.id)):all()
            assert.equal("SELECT account.id, account.name FROM account WHERE account.id IN "
                .. "(?, ?) {7, 8}", log()[2])
            assert.equal("ed", addresses[3].user.name)
            assert.is_nil(addresses[4].user)
            assert.same({}, log())
        end)

        it("goes by the secondary table", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(selectinload(models.User.keywords)):order_by(models.User.id)):all()
            assert.equal("SELECT account_1.id, keyword.id AS id_1, keyword.word FROM account AS "
                .. "account_1 JOIN user_keyword AS user_keyword_1 ON account_1.id = "
                .. "user_keyword_1.user_id JOIN keyword ON keyword.id = "
                .. "user_keyword_1.keyword_id WHERE account_1.id IN (?, ?, ?) "
                .. "ORDER BY keyword.id {7, 8, 9}", log()[2])
            assert.equal(2, #users[1].keywords)
            assert.equal(0, #users[3].keywords)
            assert.same({}, log())
        end)

        it("goes down a tree level by level", function()
            local session, Node, log = open_tree()
            local root = session:scalars(select(Node)
                :options(selectinload(Node.children, { recursion_depth = 4 }))
                :where(Node.name:eq("rootnode"))):one()
            local sent = log()
            table.remove(sent, 1)
            local IN = "SELECT tree.parent_id, tree.id, tree.name FROM tree WHERE "
                .. "tree.parent_id IN "
            assert.same({
                IN .. "(?) {1}",
                IN .. "(?, ?, ?) {3, 4, 7}",
                IN .. "(?, ?, ?, ?) {5, 6, 8, 9}",
                IN .. "(?) {10}",
            }, sent)
            local function count(node)
                local n = 1
                for _, child in pairs(node.children) do
                    n = n + count(child)
                end
                return n
            end
            assert.equal(9, count(root))
            assert.same({}, log())
        end)

        it("stops where recursion_depth says", function()
            local session, Node, log = open_tree()
            session:scalars(select(Node)
                :options(selectinload(Node.children, { recursion_depth = 1 }))
                :where(Node.name:eq("rootnode"))):one()
            assert.equal(3, #log())
        end)

        it("sends its keys in chunks", function()
            local session, models, log = open_shop()
            local rows = {}
            for i = 1, 1100 do
                rows[i] = { id = 100 + i, name = "user" .. i }
            end
            session:connection():execute(corm.insert(models.User.__table), rows)
            log()
            session:scalars(select(models.User):options(selectinload(models.User.addresses)))
                :all()
            assert.equal(4, #log())
        end)

        it("combines with other strategies along a path", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User):options(
                selectinload(models.User.addresses):joinedload(models.Address.dingaling)
                    :undefer(models.Dingaling.data)):order_by(models.User.id)):all()
            assert.equal(2, #log())
            assert.equal("ding 1", users[2].addresses[1].dingaling.data)
            assert.same({}, log())
        end)
    end)

    describe("subqueryload", function()
        it("joins the members to the statement that found the parents", function()
            local session, models, log = open_shop()
            local User = models.User
            local users = session:scalars(select(User):where(User.id:gt(7)):order_by(User.id)
                :options(corm.subqueryload(User.addresses))):all()
            assert.same({
                "SELECT account.id, account.name FROM account WHERE account.id > ? "
                    .. "ORDER BY account.id {7}",
                "SELECT address.id AS address_id, address.user_id AS address_user_id, "
                    .. "address.email AS address_email, anon_1.account_id AS anon_1_account_id "
                    .. "FROM (SELECT account.id AS account_id FROM account WHERE account.id > ?) "
                    .. "AS anon_1 JOIN address ON anon_1.account_id = address.user_id "
                    .. "ORDER BY address.id {7}",
            }, log())
            assert.same({ "ed: ed@wood.com ed@bettyboop.com", "fred: " },
                addresses_of(users, log))
        end)

        it("keeps limit and order in the subquery", function()
            local session, models, log = open_shop()
            local User = models.User
            local users = session:scalars(select(User):order_by(User.name):limit(1)
                :options(corm.subqueryload(User.addresses))):all()
            assert.matches("FROM %(SELECT account.id AS account_id FROM account ORDER BY "
                .. "account.name LIMIT ", log()[2])
            assert.same({ "ed: ed@wood.com ed@bettyboop.com" }, addresses_of(users, log))
        end)

        it("uses the values of each execution", function()
            local session, models, log = open_shop()
            local function name_of(id)
                local user = session:scalars(select(models.User):where(models.User.id:eq(id))
                    :options(corm.subqueryload(models.User.keywords))):one()
                return #user.keywords
            end
            assert.equal(2, name_of(7))
            assert.equal(1, name_of(8))
            assert.equal(4, #log())
        end)

        it("goes on from one relationship to the next", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User):order_by(models.User.id):options(
                corm.subqueryload(models.User.addresses)
                    :subqueryload(models.Address.dingaling))):all()
            assert.matches("FROM %(SELECT account.id AS account_id FROM account%) AS anon_1 JOIN "
                .. "address AS address_1 ON anon_1.account_id = address_1.user_id JOIN dingaling "
                .. "ON address_1.id = dingaling.address_id", log()[3])
            assert.equal(1, users[2].addresses[1].dingaling.id)
            assert.is_nil(users[2].addresses[2].dingaling)
            assert.same({}, log())
        end)

        it("selects what is referred to", function()
            local session, models, log = open_shop()
            local addresses = session:scalars(select(models.Address):order_by(models.Address.id)
                :options(corm.subqueryload(models.Address.user))):all()
            assert.matches("FROM %(SELECT DISTINCT address.user_id AS address_user_id FROM "
                .. "address%) AS anon_1 JOIN account ON account.id = anon_1.address_user_id",
                log()[2])
            assert.equal("ed", addresses[2].user.name)
            assert.equal("ed", addresses[3].user.name)
            assert.is_nil(addresses[4].user)
            assert.same({}, log())
        end)

        it("works for get and lazy loads", function()
            local session, models, log = open_shop()
            local user = session:get(models.User, 8, {
                options = { corm.subqueryload(models.User.addresses) },
            })
            assert.equal(2, #log())
            assert.equal(2, #user.addresses)
            assert.same({}, log())
        end)
    end)

    describe("other strategies", function()
        it("raiseload raises instead of loading", function()
            local session, models = open_shop()
            local user = session:scalars(select(models.User)
                :options(corm.raiseload(models.User.addresses)):limit(1)):one()
            local ok, e = pcall(function()
                return user.addresses
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.InvalidRequestError:is(e))
            assert.matches("'User.addresses' is not available due to lazy='raise'", e.message)
        end)

        it("raiseload with sql_only takes what the identity map has", function()
            local session, models = open_shop()
            local held = session:get(models.User, 8)
            local addresses = session:scalars(select(models.Address)
                :options(corm.raiseload(models.Address.user, { sql_only = true }))
                :order_by(models.Address.id)):all()
            assert.equal(held, addresses[2].user)
            assert.has_error(function()
                return addresses[1].user
            end)
        end)

        it("noload leaves the attribute empty", function()
            local session, models, log = open_shop()
            local user = session:scalars(select(models.User)
                :options(corm.noload(models.User.addresses)):where(models.User.id:eq(8))):one()
            log()
            assert.equal(0, #user.addresses)
            assert.same({}, log())
        end)

        it("immediateload loads each at once", function()
            local session, models, log = open_shop()
            local addresses = session:scalars(select(models.Address)
                :options(corm.immediateload(models.Address.user))
                :where(models.Address.id:in_({ 1, 2 }))):all()
            assert.equal(3, #log())
            assert.equal("jack", addresses[1].user.name)
            assert.same({}, log())
        end)

        it("contains_eager takes what the statement joined", function()
            local session, models, log = open_shop()
            local User, Address = models.User, models.Address
            local users = session:scalars(select(User):join(User.addresses)
                :where(Address.email:like("ed@%")):order_by(Address.id)
                :options(corm.contains_eager(User.addresses))):unique():all()
            assert.same({
                "SELECT account.id, account.name, address.id AS id_1, address.user_id, "
                    .. "address.email FROM account JOIN address ON account.id = address.user_id "
                    .. "WHERE address.email LIKE ? ORDER BY address.id {ed@%}",
            }, log())
            assert.same({ "ed: ed@wood.com ed@bettyboop.com" }, addresses_of(users, log))
        end)

        it("contains_eager takes an alias", function()
            local session, models, log = open_shop()
            local alias = corm.aliased(models.Address)
            local users = session:scalars(select(models.User)
                :join(alias, models.User.addresses):where(alias.email:eq("ed@wood.com"))
                :options(corm.contains_eager(models.User.addresses, { alias = alias })))
                :unique():all()
            assert.same({ "ed: ed@wood.com" }, addresses_of(users, log))
        end)

        it("defaultload leads to a later lazy load's options", function()
            local session, models, log = open_shop()
            local user = session:scalars(select(models.User):options(
                corm.defaultload(models.User.addresses):joinedload(models.Address.dingaling))
                :where(models.User.id:eq(8))):one()
            log()
            assert.equal(1, user.addresses[1].dingaling.id)
            assert.equal(1, #log())
        end)
    end)

    describe("columns", function()
        it("load_only selects these and the key", function()
            local session, models, log = open_shop()
            local address = session:scalars(select(models.Address)
                :options(corm.load_only(models.Address.email))
                :where(models.Address.id:eq(2))):one()
            assert.equal(8, address.user_id)
            assert.same({
                "SELECT address.id, address.email FROM address WHERE address.id = ? {2}",
                "SELECT address.user_id FROM address WHERE address.id = ? {2}",
            }, log())
        end)

        it("defer and undefer change what is selected", function()
            local session, models, log = open_shop()
            local ding = session:scalars(select(models.Dingaling)
                :options(corm.undefer("data"), corm.defer("weight"))):one()
            assert.equal("SELECT dingaling.id, dingaling.address_id, dingaling.data FROM "
                .. "dingaling {}", log()[1])
            assert.equal("ding 1", ding.data)
            assert.same({}, log())
        end)

        it("defer with raiseload raises", function()
            local session, models = open_shop()
            local user = session:scalars(select(models.User)
                :options(corm.defer(models.User.name, { raiseload = true })):limit(1)):one()
            assert.has_error(function()
                return user.name
            end)
        end)
    end)

    describe("options by name", function()
        it("follow a path of names", function()
            local session, models, log = open_shop()
            local users = session:scalars(select(models.User)
                :options(selectinload("addresses.dingaling")):order_by(models.User.id)):all()
            local user = users[2]
            log()
            assert.equal(1, user.addresses[1].dingaling.id)
        end)

        it("name what is wrong", function()
            local session, models = open_shop()
            local ok, e = pcall(function()
                session:scalars(select(models.User):options(joinedload("adresses"))):all()
            end)
            assert.is_false(ok)
            assert.matches("'User' has no attribute 'adresses'; did you mean 'addresses'",
                e.message)
        end)
    end)

    it("refuses options for another class", function()
        local session, models = open_shop()
        local ok, e = pcall(function()
            session:scalars(select(models.User):options(joinedload(models.Address.user))):all()
        end)
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
    end)

    describe("criteria", function()
        it("and_() restricts what is loaded, with the values of each statement", function()
            local session, models = open_shop()
            local User, Address = models.User, models.Address
            local function emails(pattern)
                local user = session:scalars(select(User):where(User.id:eq(8))
                    :options(selectinload(User.addresses:and_(Address.email:like(pattern)))),
                    nil, { populate_existing = true }):one()
                return #user.addresses
            end
            assert.equal(1, emails("%wood%"))
            assert.equal(2, emails("ed%"))
            assert.equal(0, emails("x%"))
        end)

        it("with_loader_criteria holds for lazy loads too", function()
            local session, models = open_shop()
            local user = session:scalars(select(models.User):where(models.User.id:eq(8))
                :options(corm.orm.with_loader_criteria(models.Address,
                    models.Address.email:like("%wood%")))):one()
            assert.equal(1, #user.addresses)
        end)
    end)
end)
