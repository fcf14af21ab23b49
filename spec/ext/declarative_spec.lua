-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local raises = helper.raises

helper.each_database(function(db)
    describe("DeferredReflection", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            it_has.engine = corm.create_engine(db.shared_url)
            local metadata = corm.MetaData()
            corm.Table("owner", metadata,
                Column("id", Integer, { primary_key = true }),
                Column("name", String(30)))
            corm.Table("pet", metadata,
                Column("id", Integer, { primary_key = true }),
                Column("owner_id", Integer, corm.ForeignKey("owner.id")),
                Column("kind", String(30)))
            metadata:create_all(it_has.engine)
            it_has.base = corm.declarative_base()
            it_has.reflected = it_has.base:extend("Reflected", {
                corm.ext.declarative.DeferredReflection, __abstract = true,
            })
        end)

        after_each(function()
            it_has.engine:dispose()
        end)

        it("maps classes when prepare() has read their tables", function()
            local Owner = it_has.reflected:extend("Owner", {
                __tablename = "owner",
                pets = corm.relationship("Pet", { back_populates = "owner" }),
            })
            local Pet = it_has.reflected:extend("Pet", {
                __tablename = "pet",
                species = Column("kind", String(30)),
                owner = corm.relationship("Owner", { back_populates = "pets" }),
            })
            assert.matches("prepare", raises(exc.InvalidRequestError, Owner, {}).message)
            it_has.reflected:prepare(it_has.engine)
            local session <close> = corm.Session(it_has.engine)
            session:add(Owner({ name = "ed", pets = { Pet({ species = "cat" }) } }))
            session:commit()
            local pet = session:scalars(corm.select(Pet)):one()
            assert.equal("ed", pet.owner.name)
            assert.equal("cat", pet.species)
            session:rollback()
        end)

        it("prepares what is below the class that it is called on", function()
            local One = it_has.reflected:extend("One", { __abstract = true })
            local Other = it_has.reflected:extend("Other", { __abstract = true })
            local Owner = One:extend("Owner", { __tablename = "owner" })
            local Pet = Other:extend("Pet", { __tablename = "pet" })
            One:prepare(it_has.engine)
            assert.equal("ed", Owner({ name = "ed" }).name)
            raises(exc.InvalidRequestError, Pet, {})
            Other:prepare(it_has.engine)
            assert.equal("cat", Pet({ kind = "cat" }).kind)
        end)

        it("can be told again after a table was missing", function()
            local Missing = it_has.reflected:extend("Missing", { __tablename = "missing" })
            raises(exc.NoSuchTableError, it_has.reflected.prepare, it_has.reflected,
                it_has.engine)
            it_has.engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE missing (id INTEGER PRIMARY KEY)")
            end)
            it_has.reflected:prepare(it_has.engine)
            assert.equal(5, Missing({ id = 5 }).id)
        end)
    end)
end)
