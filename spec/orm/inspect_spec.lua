-- SPDX-License-Identifier: MIT
-- What inspect() says of mapped classes, their attributes, aliases and objects.
local corm = require("corm")
local helper = require("spec.helper")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local inspect = corm.inspect
local raises = helper.raises

local function family()
    local Base = corm.declarative_base()
    local User = Base:extend("User", {
        __tablename = "user",
        id = Column(Integer, { primary_key = true }),
        name = Column("user_name", String(30)),
        addresses = corm.relationship("Address", { back_populates = "user" }),
    })
    local Address = Base:extend("Address", {
        __tablename = "address",
        id = Column(Integer, { primary_key = true }),
        user_id = Column(corm.ForeignKey("user.id")),
        user = corm.relationship("User", { back_populates = "addresses" }),
    })
    return User, Address, Base
end

describe("The mapper that inspect() gives for a class", function()
    it("can be looped over within a loop", function()
        local attrs = inspect((family())).attrs
        local count = 0
        for outer in attrs do
            for inner in attrs do
                count = count + (inner == outer and 1 or 10)
            end
        end
        assert.equal(63, count)
        raises(exc.ArgumentError, attrs, nil, "name")
    end)

    it("lists attributes by key, in order", function()
        local User = family()
        local mapper = inspect(User)
        assert.same({ "id", "name", "addresses" }, mapper.attrs:keys())
        assert.same({ "id", "name" }, mapper.column_attrs:keys())
        assert.same({ "addresses" }, mapper.relationships:keys())
        assert.equal(0, #mapper.synonyms + #mapper.composites)
        assert.equal(3, #mapper.attrs)
        assert.is_true(mapper.attrs:contains("name"))
        assert.is_nil(mapper.attrs:get("nosuch"))
        local seen = {}
        for prop in mapper.attrs do
            seen[#seen + 1] = prop.key
        end
        for key, prop in pairs(mapper.relationships) do
            seen[#seen + 1] = key .. " " .. prop.key
        end
        for prop in mapper.iterate_properties do
            seen[#seen + 1] = prop.key
        end
        assert.same({ "id", "name", "addresses", "addresses addresses", "id", "name",
            "addresses" }, seen)
        assert.equal(User.name, mapper.all_orm_descriptors.name)
    end)

    it("knows columns, keys and properties of columns", function()
        local User = family()
        local mapper, t = inspect(User), User.__table
        assert.equal(t.c.user_name, mapper.columns.name)
        assert.equal(t.c.user_name, mapper.attrs.name.columns[1])
        assert.equal(User.name, mapper.attrs.name.class_attribute)
        assert.same({ t.c.id }, mapper.primary_key)
        assert.equal("name", mapper:get_property_by_column(t.c.user_name).key)
        assert.equal(mapper, mapper:get_property("name").parent)
        assert.is_false(mapper:has_property("user_name"))
        assert.equal(t, mapper.persist_selectable)
        raises(exc.InvalidRequestError, mapper.get_property, mapper, "user_name")
        raises(exc.UnmappedColumnError, mapper.get_property_by_column, mapper,
            Column("x", Integer))
        raises(exc.ArgumentError, function()
            return mapper.attributs
        end)
    end)

    it("knows relationships", function()
        local User, Address = family()
        local prop = inspect(User).relationships.addresses
        assert.equal(inspect(Address), prop.mapper)
        assert.equal("user", prop.back_populates)
        assert.same({ User.__table.c.id }, prop.local_columns)
        assert.is_true(prop.remote_side:contains(Address.__table.c.user_id))
        assert.equal(User.addresses, prop.class_attribute)
    end)

    it("makes identity keys", function()
        local User = family()
        local mapper = inspect(User)
        local key = mapper:identity_key_from_primary_key({ 5 })
        assert.equal(User, key[1])
        assert.same({ 5 }, key[2])
        assert.same({ 5 }, mapper:identity_key_from_instance(User({ id = 5 }))[2])
        assert.same({ corm.NULL }, mapper:primary_key_from_instance(User()))
        local engine = corm.create_engine("sqlite://")
        local connection = engine:connect()
        local row = connection:execute(
            corm.text("SELECT 7 AS id"):columns(User.__table.c.id)):first()
        assert.same({ 7 }, mapper:identity_key_from_row(row)[2])
        connection:close()
        engine:dispose()
    end)

    it("walks the tree of classes", function()
        local User, Address, Base = family()
        local mapper = inspect(User)
        assert.equal(mapper, mapper.base_mapper)
        local seen = {}
        for each in mapper:iterate_to_root() do
            seen[#seen + 1] = each
        end
        for each in mapper.self_and_descendants do
            seen[#seen + 1] = each
        end
        for each in mapper:polymorphic_iterator() do
            seen[#seen + 1] = each
        end
        assert.same({ mapper, mapper, mapper }, seen)
        assert.is_false(mapper:common_parent(inspect(Address)))
        assert.is_true(Base.registry.mappers:contains(mapper))
        assert.is_true(corm.Mapper:is(mapper))
        assert.is_false(corm.Mapper:is(User))
    end)
end)

describe("inspect()", function()
    it("knows attributes of classes", function()
        local User = family()
        local attribute = inspect(User.name)
        assert.equal(inspect(User), attribute.parent)
        assert.equal(User, attribute.class_)
        assert.equal("name", attribute.property.key)
    end)

    it("knows aliases of classes", function()
        local User = family()
        local alias = corm.aliased(User, { name = "other" })
        local known = inspect(alias)
        assert.equal(inspect(User), known.mapper)
        assert.equal(alias, known.entity)
        assert.equal("other", known.name)
        assert.is_true(known.is_aliased_class)
    end)

    it("lists the attributes of an object", function()
        local User = family()
        local state = inspect(User({ name = "ed" }))
        assert.same({ "id", "name", "addresses" }, state.attrs:keys())
        assert.is_true(state.attrs:contains("name"))
        assert.equal("ed", state.attrs:values()[2].value)
        assert.is_nil(state.key)
    end)

    it("gives nil instead of an error where that is asked for", function()
        raises(exc.NoInspectionAvailable, inspect, 5)
        assert.is_nil(inspect(5, { raiseerr = false }))
        assert.is_nil(inspect(5, false))
        local e = raises(exc.ArgumentError, inspect, 5, { raiser = false })
        assert.equal("inspect: unknown option 'raiser'; did you mean 'raiseerr'?", e.message)
    end)
end)

describe("URL:get_dialect", function()
    it("is what the dialect's module says", function()
        local dialect = corm.make_url("postgresql+libpq://scott@localhost/test"):get_dialect()
        assert.equal("postgresql", dialect.name)
        assert.is_true(dialect.supports_sequences)
    end)
end)
