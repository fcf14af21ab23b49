-- SPDX-License-Identifier: MIT
local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

local select, aliased = corm.select, corm.aliased

-- The SQL of a statement in the default dialect, in one line.
local function sql(statement)
    return kit.plain(tostring(statement))
end

describe("a select of mapped classes", function()
    local models = kit.shop()
    local User, Address, Keyword = models.User, models.Address, models.Keyword
    local _, Node = kit.tree()
    require("corm.orm.mapper").configure()

    it("selects the columns of a class in order, not those that are deferred", function()
        assert.equal("SELECT dingaling.id, dingaling.address_id, dingaling.weight FROM dingaling",
            sql(select(models.Dingaling)))
    end)

    it("labels names that repeat", function()
        assert.equal("SELECT account.id, account.name, address.id AS id_1, address.user_id, "
            .. "address.email FROM account, address", sql(select(User, Address)))
    end)

    it("names attributes in conditions by their tables", function()
        assert.equal("SELECT account.id FROM account WHERE account.name = :name_1 AND "
            .. "account.id > :id_1", sql(select(User.id):where(User.name:eq("ed"), User.id:gt(3))))
    end)

    it("counts the rows of a class", function()
        assert.equal("SELECT count(*) AS count_1 FROM account",
            sql(select(corm.func.count()):select_from(User)))
    end)

    describe("with joins", function()
        it("joins along a relationship", function()
            assert.equal("SELECT account.id, account.name FROM account JOIN address ON "
                .. "account.id = address.user_id", sql(select(User):join(User.addresses)))
        end)

        it("joins a class by its foreign key", function()
            assert.equal("SELECT account.id, account.name FROM account JOIN address ON "
                .. "account.id = address.user_id WHERE address.email = :email_1",
                sql(select(User):join(Address):where(Address.email:eq("x"))))
        end)

        it("joins from what was joined before", function()
            assert.equal("SELECT account.id, account.name FROM account JOIN address ON "
                .. "account.id = address.user_id LEFT OUTER JOIN dingaling ON address.id = "
                .. "dingaling.address_id",
                sql(select(User):join(User.addresses):outerjoin(Address.dingaling)))
        end)

        it("joins by the secondary table", function()
            assert.equal("SELECT account.id, account.name FROM account JOIN user_keyword AS "
                .. "user_keyword_1 ON account.id = user_keyword_1.user_id JOIN keyword ON "
                .. "keyword.id = user_keyword_1.keyword_id",
                sql(select(User):join(User.keywords)))
            assert.equal("SELECT account.id, account.name FROM account LEFT OUTER JOIN "
                .. "(user_keyword AS user_keyword_1 JOIN keyword ON keyword.id = "
                .. "user_keyword_1.keyword_id) ON account.id = user_keyword_1.user_id",
                sql(select(User):outerjoin(User.keywords)))
        end)

        it("joins an alias in three ways", function()
            local alias = aliased(Address)
            local expected = "SELECT account.id, account.name FROM account JOIN address AS "
                .. "address_1 ON account.id = address_1.user_id"
            assert.equal(expected, sql(select(User):join(User.addresses:of_type(alias))))
            assert.equal(expected, sql(select(User):join(alias, User.addresses)))
            assert.equal(expected, sql(select(User):join(alias, User.id:eq(alias.user_id))))
        end)

        it("joins from an alias", function()
            local alias = aliased(User)
            assert.equal("SELECT account_1.id, account_1.name FROM account AS account_1 JOIN "
                .. "address ON account_1.id = address.user_id",
                sql(select(alias):join(alias.addresses)))
        end)

        it("adds the condition of and_() to the join", function()
            assert.equal("SELECT account.id, account.name FROM account JOIN address ON "
                .. "account.id = address.user_id AND address.email = :email_1",
                sql(select(User):join(User.addresses:and_(Address.email:eq("x")))))
        end)

        it("joins a tree with itself", function()
            local parent = aliased(Node, { name = "up" })
            assert.equal("SELECT tree.id, tree.parent_id, tree.name FROM tree JOIN tree AS up ON "
                .. "up.id = tree.parent_id WHERE up.name = :name_1",
                sql(select(Node):join(parent, Node.parent):where(parent.name:eq("x"))))
            local child = aliased(Node)
            assert.equal("SELECT tree.id, tree.parent_id, tree.name FROM tree JOIN tree AS "
                .. "tree_1 ON tree.id = tree_1.parent_id",
                sql(select(Node):join(child, Node.children)))
        end)
    end)

    describe("with aliases", function()
        it("gives them names of their own", function()
            local one, two = aliased(User), aliased(User, { name = "two" })
            assert.equal("SELECT account_1.id, account_1.name, two.id AS id_1, two.name AS "
                .. "name_1 FROM account AS account_1, account AS two WHERE account_1.id < two.id",
                sql(select(one, two):where(one.id:lt(two.id))))
        end)

        it("selects a class from a subquery", function()
            local alias = aliased(User, select(User):where(User.id:gt(5)):subquery())
            assert.equal("SELECT anon_1.id, anon_1.name FROM (SELECT account.id AS id, "
                .. "account.name AS name FROM account WHERE account.id > :id_1) AS anon_1 "
                .. "ORDER BY anon_1.name", sql(select(alias):order_by(alias.name)))
        end)

        it("gives the same attribute at each access", function()
            local alias = aliased(User)
            assert.equal(alias.name, alias.name)
            assert.has_error(function()
                return alias.nmae
            end)
        end)
    end)

    describe("as part of another", function()
        it("is a subquery whose columns are found by the names of the attributes", function()
            local Part = corm.declarative_base():extend("Part", {
                __tablename = "part",
                id = corm.Column(corm.Integer, { primary_key = true }),
                size = corm.Column("part_size", corm.Integer),
            })
            local other = aliased(Part)
            local sub = select(Part.id, Part.size, other.size):subquery("sub")
            assert.same({ "id", "size", "size_1" }, sub.c:keys())
            assert.equal("SELECT sub.part_size FROM (SELECT part.id AS id, part.part_size AS "
                .. "part_size, part_1.part_size AS part_size_1 FROM part, part AS part_1) AS sub",
                sql(select(sub.c.size)))
            assert.same({ "size" },
                corm.update(Part):returning(Part.size):cte().c:keys())
        end)

        it("is a subquery with its columns", function()
            local sub = select(User):where(User.name:eq("ed")):subquery()
            assert.equal("SELECT anon_1.id FROM (SELECT account.id AS id, account.name AS name "
                .. "FROM account WHERE account.name = :name_1) AS anon_1", sql(select(sub.c.id)))
        end)

        it("is a value, correlated", function()
            local count = select(corm.func.count(Address.id))
                :where(Address.user_id:eq(User.id)):scalar_subquery()
            assert.equal("SELECT account.name, (SELECT count(address.id) AS count_1 FROM address "
                .. "WHERE address.user_id = account.id) AS anon_1 FROM account",
                sql(select(User.name, count)))
        end)

        it("is a common table expression", function()
            local cte = select(User):cte("u")
            assert.equal("WITH u AS (SELECT account.id AS id, account.name AS name FROM account) "
                .. "SELECT u.name FROM u", sql(select(cte.c.name)))
        end)

        it("is one of a union", function()
            assert.equal("SELECT account.id, account.name FROM account WHERE account.id = :id_1 "
                .. "UNION SELECT account.id, account.name FROM account WHERE account.id = :id_2",
                sql(select(User):where(User.id:eq(1)):union(select(User):where(User.id:eq(2)))))
        end)
    end)

    describe("with conditions on relationships", function()
        it("any() looks for a member", function()
            assert.equal("SELECT account.id, account.name FROM account WHERE EXISTS (SELECT 1 "
                .. "FROM address WHERE account.id = address.user_id AND address.email = "
                .. ":email_1)", sql(select(User):where(User.addresses:any({ email = "x" }))))
        end)

        it("any() goes by the secondary table", function()
            assert.equal("SELECT account.id, account.name FROM account WHERE EXISTS (SELECT 1 "
                .. "FROM user_keyword, keyword WHERE account.id = user_keyword.user_id AND "
                .. "keyword.id = user_keyword.keyword_id AND keyword.word = :word_1)",
                sql(select(User):where(User.keywords:any(Keyword.word:eq("x")))))
        end)

        it("any() uses an alias in a class that refers to itself", function()
            assert.equal("SELECT tree.id, tree.parent_id, tree.name FROM tree WHERE EXISTS "
                .. "(SELECT 1 FROM tree AS tree_1 WHERE tree.id = tree_1.parent_id AND "
                .. "tree_1.name = :name_1)",
                sql(select(Node):where(Node.children:any(Node.name:eq("x")))))
        end)

        it("has() looks at the object", function()
            assert.equal("SELECT address.id, address.user_id, address.email FROM address WHERE "
                .. "EXISTS (SELECT 1 FROM account WHERE account.id = address.user_id AND "
                .. "account.name = :name_1)",
                sql(select(Address):where(Address.user:has(User.name:eq("ed")))))
        end)

        it("compares a many-to-one with nil", function()
            assert.equal("SELECT address.id FROM address WHERE address.user_id IS NULL",
                sql(select(Address.id):where(Address.user:eq(nil))))
            assert.equal("SELECT address.id FROM address WHERE address.user_id IS NOT NULL",
                sql(select(Address.id):where(Address.user:ne(nil))))
        end)

        it("compares a collection with nil", function()
            assert.equal("SELECT account.id FROM account WHERE NOT (EXISTS (SELECT 1 FROM "
                .. "address WHERE account.id = address.user_id))",
                sql(select(User.id):where(User.addresses:eq(nil))))
        end)

        it("refuses what makes no sense", function()
            for _, wrong in ipairs({
                function() return User.addresses:has() end,
                function() return Address.user:any() end,
                function() return User.addresses:eq(User({ name = "x" })) end,
                function() return Address.user:eq(5) end,
                function() return Address.user:contains(5) end,
                function() return User.addresses.email end,
            }) do
                assert.is_false((pcall(wrong)))
            end
        end)
    end)

    it("joins as something to select from", function()
        assert.equal("SELECT account.id, account.name FROM account LEFT OUTER JOIN address ON "
            .. "account.id = address.user_id",
            sql(select(User):select_from(corm.orm.outerjoin(User, Address, User.addresses))))
    end)

    it("shows its eager joins", function()
        assert.matches("LEFT OUTER JOIN address AS address_1",
            sql(select(User):options(corm.joinedload(User.addresses))))
    end)
end)

helper.each_database(function(db)
    local fixture = helper.fixture()

    local function open_shop()
        return kit.open_shop(db, fixture)
    end

    after_each(function()
        kit.close(fixture)
    end)

    it("gives rows with objects and values, by position, name and class", function()
        local session, models = open_shop()
        local User, Address = models.User, models.Address
        local row = session:execute(select(User, Address.email):join(User.addresses)
            :where(Address.id:eq(1))):one()
        assert.equal(2, #row)
        assert.equal("jack", row[1].name)
        assert.equal(row[1], row.User)
        assert.equal(row[1], row[User])
        assert.equal("jack@bean.com", row.email)
        assert.equal("jack@bean.com", row[Address.email])
    end)

    it("names an alias's objects by its name", function()
        local session, models = open_shop()
        local alias = aliased(models.User, { name = "other" })
        local row = session:execute(select(models.User, alias)
            :where(models.User.id:eq(7), alias.id:eq(8))):one()
        assert.equal("jack", row.User.name)
        assert.equal("ed", row.other.name)
    end)

    it("gives plain rows of attributes, named by their keys", function()
        local Base = corm.declarative_base()
        local Thing = Base:extend("Thing", {
            __tablename = "thing",
            id = corm.Column(corm.Integer, { primary_key = true }),
            title = corm.Column("thing_title", corm.String(10)),
        })
        fixture.engine = kit.engine(db, Base, { { Thing.__table, { { id = 1,
            thing_title = "x" } } } })
        fixture.session = corm.Session(fixture.engine)
        local row = fixture.session:execute(select(Thing.id, Thing.title)):one()
        assert.equal("x", row.title)
        assert.same({ "id", "title" },
            fixture.session:execute(select(Thing.id, Thing.title)):keys())
    end)

    it("compares with objects", function()
        local session, models = open_shop()
        local User, Address = models.User, models.Address
        local ed = session:get(User, 8)
        assert.equal(2, #session:scalars(select(Address):where(Address.user:eq(ed))):all())
        assert.equal(2, #session:scalars(select(Address):where(Address.user:ne(ed))):all())
        assert.equal(ed, session:scalars(select(User)
            :where(User.addresses:contains(session:get(Address, 2)))):one())
        local red = session:get(models.Keyword, 2)
        assert.equal(2, #session:scalars(select(User):where(User.keywords:contains(red))):all())
        assert.equal(2, #session:scalars(select(Address)
            :where(corm.with_parent(ed, User.addresses))):all())
        assert.equal(1, #session:scalars(select(models.Keyword)
            :where(corm.with_parent(ed, User.keywords))):all())
    end)

    it("gives bundles as rows in rows", function()
        local session, models = open_shop()
        local User = models.User
        local bundle = corm.Bundle("who", User.id, User.name)
        local row = session:execute(select(bundle, User):where(bundle.c.name:eq("ed"))):one()
        assert.equal("ed", row.who.name)
        assert.equal(8, row.who[1])
        assert.equal(row.User, session:get(User, 8))
        local alone = corm.Bundle("who", User.name, { single_entity = true })
        assert.equal("jack", session:scalars(select(alone):order_by(User.id)):first().name)
    end)

    it("takes the rows of another statement, by their names", function()
        local session, models = open_shop()
        local User = models.User
        local user = session:scalars(select(User):from_statement(
            corm.text("SELECT name, id FROM account WHERE id = 8"))):one()
        assert.equal("ed", user.name)
        local users = session:scalars(select(User):from_statement(
            select(User):where(User.id:eq(7)):union(select(User):where(User.id:eq(9)))
                :order_by("id"))):all()
        assert.equal("fred", users[2].name)
    end)

    it("overwrites what is loaded with populate_existing alone", function()
        local session, models = open_shop()
        local User = models.User
        local user = session:get(User, 7)
        session:connection():execute(corm.update(User.__table):where(User.__table.c.id:eq(7))
            :values({ name = "new" }))
        session:scalars(select(User)):all()
        assert.equal("jack", user.name)
        session:scalars(select(User), nil, { populate_existing = true }):all()
        assert.equal("new", user.name)
    end)

    it("takes execution options from the statement as well", function()
        local session, models = open_shop()
        local User = models.User
        local user = session:get(User, 7)
        session:connection():execute(corm.update(User.__table):where(User.__table.c.id:eq(7))
            :values({ name = "new" }))
        session:scalars(select(User):execution_options({ populate_existing = true })):all()
        assert.equal("new", user.name)
    end)

    it("hands out partitions with yield_per", function()
        local session, models = open_shop()
        local User = models.User
        local sizes = {}
        for part in session:scalars(select(User), nil, { yield_per = 2 }):partitions() do
            sizes[#sizes + 1] = #part
        end
        assert.same({ 2, 1 }, sizes)
        assert.has_error(function()
            session:scalars(select(User):options(corm.joinedload(User.addresses)), nil,
                { yield_per = 2 })
        end)
    end)

    it("compiles a shape once, whatever its values and aliases", function()
        local session, models, log = open_shop()
        local function run(id)
            local alias = aliased(models.User)
            return session:scalars(select(alias):where(alias.id:eq(id))):one()
        end
        assert.equal("jack", run(7).name)
        assert.equal("ed", run(8).name)
        assert.equal(2, #log())
    end)

    it("runs on a plain connection too, for its columns", function()
        local session, models = open_shop()
        local row = session:connection():execute(select(models.User)
            :where(models.User.id:eq(7))):one()
        assert.equal("jack", row.name)
    end)
end)
