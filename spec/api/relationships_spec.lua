-- SPDX-License-Identifier: MIT
-- Relationships in each direction, how they load and what they cascade.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey
local relationship, select = corm.relationship, corm.select

local function users_and_addresses(options)
    local Base = corm.declarative_base()
    options = options or {}
    options.back_populates = "user"
    options.order_by = "Address.id"
    local User = Base:extend("User", {
        __tablename = "users",
        id = Column(Integer, { primary_key = true }),
        name = Column(String),
        addresses = relationship("Address", options),
    })
    local Address = Base:extend("Address", {
        __tablename = "addresses",
        id = Column(Integer, { primary_key = true }),
        email = Column(String),
        user_id = Column(ForeignKey("users.id")),
        user = relationship("User", { back_populates = "addresses" }),
    })
    return User, Address, Base
end

helper.each_database(function(db)
    -- Three users with two, one and no addresses.
    local function open(User, Address, Base)
        local engine = corm.create_engine(db.url)
        Base.metadata:create_all(engine)
        corm.Session(engine):begin(function(session)
            session:add_all({
                User({ name = "ed", addresses = {
                    Address({ email = "ed@a" }), Address({ email = "ed@b" }),
                } }),
                User({ name = "wendy", addresses = { Address({ email = "wendy@a" }) } }),
                User({ name = "mary" }),
            })
        end)
        return engine
    end

    local function counts(users)
        local list = {}
        for i, user in ipairs(users) do
            list[i] = #user.addresses
        end
        return list
    end

    describe("loading", function()
        it("on demand takes a SELECT for each object", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local sql = helper.capture_sql(engine)
            local users = session:scalars(select(User):order_by(User.id)):all()
            assert.equal(1, #sql)
            assert.same({ 2, 1, 0 }, counts(users))
            assert.equal(4, #sql)
            assert.equal("ed@b", users[1].addresses[2].email)
            assert.equal(4, #sql)
            session:close()
            engine:dispose()
        end)

        it("of a many-to-one finds what the session has", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local ed = session:get(User, 1)
            local address = session:get(Address, 1)
            local sql = helper.capture_sql(engine)
            assert.equal(ed, address.user)
            assert.equal(0, #sql)
            assert.equal("wendy", session:get(Address, 3).user.name)
            assert.equal(2, #sql)
            session:close()
            engine:dispose()
        end)

        for name, nstatements in pairs({
            selectinload = 2, joinedload = 1, subqueryload = 2, immediateload = 4,
        }) do
            it("by " .. name .. " takes " .. nstatements, function()
                local User, Address, Base = users_and_addresses()
                local engine = open(User, Address, Base)
                local session = corm.Session(engine)
                local sql = helper.capture_sql(engine)
                local statement = select(User):options(corm[name](User.addresses))
                    :order_by(User.id)
                local users = session:scalars(statement):unique():all()
                assert.equal(nstatements, #sql)
                assert.same({ 2, 1, 0 }, counts(users))
                assert.equal(nstatements, #sql)
                session:close()
                engine:dispose()
            end)

            it("by " .. name .. " takes a name as well as an attribute", function()
                local User, Address, Base = users_and_addresses()
                local engine = open(User, Address, Base)
                local session = corm.Session(engine)
                local users = session:scalars(
                    select(User):options(corm[name]("addresses")):order_by(User.id)
                ):unique():all()
                assert.same({ 2, 1, 0 }, counts(users))
                session:close()
                engine:dispose()
            end)
        end

        it("follows the lazy option of the relationship", function()
            local User, Address, Base = users_and_addresses({ lazy = "selectin" })
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local sql = helper.capture_sql(engine)
            assert.same({ 2, 1, 0 },
                counts(session:scalars(select(User):order_by(User.id)):all()))
            assert.equal(2, #sql)
            session:close()
            engine:dispose()
        end)

        it("raises where raiseload forbids it", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local ed = session:scalars(select(User):options(corm.raiseload(User.addresses))
                :where(User.id:eq(1))):one()
            local ok, e = pcall(function()
                return ed.addresses
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.InvalidRequestError:is(e))
            session:close()
            engine:dispose()
        end)

        it("uses a join of the query by contains_eager", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local sql = helper.capture_sql(engine)
            local users = session:scalars(
                select(User):join(User.addresses):options(corm.contains_eager(User.addresses))
                    :order_by(User.id, Address.id)
            ):unique():all()
            assert.same({ 2, 1 }, counts(users))
            assert.equal(1, #sql)
            session:close()
            engine:dispose()
        end)

        it("chains", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local sql = helper.capture_sql(engine)
            local address = session:scalars(
                select(Address):options(
                    corm.joinedload(Address.user):selectinload(User.addresses))
                    :where(Address.id:eq(1))
            ):one()
            assert.equal(2, #address.user.addresses)
            assert.equal(2, #sql)
            session:close()
            engine:dispose()
        end)
    end)

    describe("a query", function()
        it("joins along a relationship", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local names = session:scalars(
                select(User.name):join(User.addresses):where(Address.email:eq("wendy@a"))):all()
            assert.same({ "wendy" }, names)
            session:close()
            engine:dispose()
        end)

        it("asks any, has, contains and with_parent", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local function names(criterion)
                return session:scalars(
                    select(User.name):where(criterion):order_by(User.id)):all()
            end
            assert.same({ "ed", "wendy" }, names(User.addresses:any()))
            assert.same({ "ed" }, names(User.addresses:any(Address.email:eq("ed@b"))))
            assert.same({ "mary" }, names(~User.addresses:any()))
            assert.same({ "wendy" }, names(User.addresses:contains(session:get(Address, 3))))
            assert.equal(2, #session:scalars(
                select(Address):where(Address.user:has(User.name:eq("ed")))):all())
            local ed = session:get(User, 1)
            assert.equal(2, #session:scalars(
                select(Address):where(Address.user:eq(ed))):all())
            assert.equal(2, #session:scalars(
                select(Address):where(corm.with_parent(ed, User.addresses))):all())
            session:close()
            engine:dispose()
        end)

        it("uses a class twice by aliased", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local First, Second = corm.aliased(Address), corm.aliased(Address, { name = "s" })
            local row = session:execute(
                select(User.name, First.email, Second.email)
                    :join(User.addresses:of_type(First))
                    :join(User.addresses:of_type(Second))
                    :where(First.id:lt(Second.id))
            ):one()
            assert.same({ "ed", "ed@a", "ed@b" }, { row:unpack() })
            session:close()
            engine:dispose()
        end)
    end)

    describe("a cascade", function()
        it("saves what is reached", function()
            local User, Address, Base = users_and_addresses()
            local engine = open(User, Address, Base)
            local session = corm.Session(engine)
            local address = Address({ email = "new", user = User({ name = "new" }) })
            session:add(address)
            session:commit()
            assert.equal(address.user.id, address.user_id)
            session:close()
            engine:dispose()
        end)

        it("deletes with delete, and sets NULL without", function()
            for options, left in pairs({ [false] = 3, ["all, delete"] = 1 }) do
                local User, Address, Base = users_and_addresses({ cascade = options or nil })
                local engine = corm.create_engine(db.name == "sqlite" and db.url or db.shared_url)
                Base.metadata:drop_all(engine)
                engine:dispose()
                engine = open(User, Address, Base)
                local session = corm.Session(engine)
                session:delete(session:get(User, 1))
                session:commit()
                local addresses = session:scalars(select(Address):order_by(Address.id)):all()
                assert.equal(left, #addresses)
                if left == 3 then
                    assert.is_nil(addresses[1].user_id)
                end
                session:close()
                engine:dispose()
            end
        end)
    end)

    describe("many to many", function()
        local function model()
            local Base = corm.declarative_base()
            local links = corm.Table("links", Base.metadata,
                Column("article_id", ForeignKey("articles.id"), { primary_key = true }),
                Column("tag_id", ForeignKey("tags.id"), { primary_key = true }))
            local Article = Base:extend("Article", {
                __tablename = "articles",
                id = Column(Integer, { primary_key = true }),
                tags = relationship("Tag", { secondary = links, back_populates = "articles" }),
            })
            local Tag = Base:extend("Tag", {
                __tablename = "tags",
                id = Column(Integer, { primary_key = true }),
                name = Column(String),
                articles = relationship("Article", { secondary = links, back_populates = "tags" }),
            })
            return Article, Tag, Base
        end

        it("keeps the table between in step", function()
            local Article, Tag, Base = model()
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local lua, sql = Tag({ name = "lua" }), Tag({ name = "sql" })
            local first = Article({ tags = { lua, sql } })
            local second = Article({ tags = { lua } })
            session:add_all({ first, second })
            session:commit()
            assert.equal(2, #lua.articles)
            first.tags:remove(lua)
            session:commit()
            assert.equal(1, #lua.articles)
            assert.equal(second, lua.articles[1])
            session:delete(second)
            session:commit()
            assert.equal(0, #lua.articles)
            assert.equal(1, session:execute(corm.text("SELECT count(*) FROM links")):scalar())
            session:close()
            engine:dispose()
        end)

        it("joins through the table between", function()
            local Article, Tag, Base = model()
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            session:add(Article({ id = 7, tags = { Tag({ name = "lua" }) } }))
            session:add(Article({ id = 8 }))
            session:commit()
            local found = session:scalars(
                select(Article):join(Article.tags):where(Tag.name:eq("lua"))):all()
            assert.equal(1, #found)
            assert.equal(7, found[1].id)
            session:close()
            engine:dispose()
        end)
    end)

    describe("one to one", function()
        it("is a single object on both sides", function()
            local Base = corm.declarative_base()
            local User = Base:extend("User", {
                __tablename = "users",
                id = Column(Integer, { primary_key = true }),
                profile = relationship("Profile", { uselist = false, back_populates = "user" }),
            })
            local Profile = Base:extend("Profile", {
                __tablename = "profiles",
                id = Column(Integer, { primary_key = true }),
                user_id = Column(ForeignKey("users.id")),
                user = relationship("User", { back_populates = "profile" }),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local profile = Profile({})
            local user = User({ profile = profile })
            assert.equal(user, profile.user)
            session:add(user)
            session:commit()
            assert.equal(profile, user.profile)
            user.profile = nil
            session:commit()
            assert.is_nil(profile.user)
            assert.is_nil(user.profile)
            session:close()
            engine:dispose()
        end)
    end)

    describe("a backref", function()
        it("is made on the other class, with options of its own", function()
            local Base = corm.declarative_base()
            local Node = Base:extend("Node", {
                __tablename = "nodes",
                id = Column(Integer, { primary_key = true }),
                name = Column(String),
                parent_id = Column(ForeignKey("nodes.id")),
                children = relationship("Node", {
                    backref = corm.backref("parent", { remote_side = "id" }),
                    order_by = "Node.name",
                }),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local root = Node({ name = "root" })
            Node({ name = "b", parent = root })
            root.children:append(Node({ name = "a" }))
            session:add(root)
            session:commit()
            assert.equal("a", root.children[1].name)
            assert.equal("b", root.children[2].name)
            assert.equal(root, root.children[1].parent)
            assert.is_nil(root.parent)
            session:close()
            engine:dispose()
        end)
    end)

    describe("a late expression", function()
        it("is a function, or a string that is looked up", function()
            local Base = corm.declarative_base()
            local A, B
            A = Base:extend("A", {
                __tablename = "a",
                id = Column(Integer, { primary_key = true }),
                bs = relationship("B", {
                    primaryjoin = function()
                        return A.id:eq(B.ref)
                    end,
                    foreign_keys = "B.ref",
                    order_by = "B.id",
                }),
            })
            B = Base:extend("B", {
                __tablename = "b",
                id = Column(Integer, { primary_key = true }),
                ref = Column(Integer),
            })
            local engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local a = A({ bs = { B({}), B({}) } })
            session:add(a)
            session:commit()
            assert.equal(2, #a.bs)
            assert.equal(a.id, a.bs[1].ref)
            session:close()
            engine:dispose()
        end)
    end)
end)
