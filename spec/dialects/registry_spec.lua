-- SPDX-License-Identifier: MIT
-- Dialects derived from those that corm has. A name stays known, so each test takes one of
-- its own.

local helper = require("spec.helper")
local corm = require("corm")

local registry = corm.dialects.registry

local function raises(class, message, fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(class:is(e), tostring(e))
    assert.matches(message, e.message, 1, true)
end

local users = corm.table("users", corm.column("id"), corm.column("family"))

describe("A dialect that is registered", function()
    it("compiles by name and by object", function()
        registry:register("dia_compile", { base = "sqlite" })
        local by_name = corm.select(users):compile({ dialect = "dia_compile" })
        local by_object = corm.select(users):compile({
            dialect = corm.dialects.dia_compile.dialect(),
        })
        assert.equal("SELECT users.id, users.family \nFROM users", tostring(by_name))
        assert.equal(tostring(by_name), tostring(by_object))
        assert.equal("dia_compile", by_name.dialect)
    end)

    it("quotes its own words besides the base's", function()
        registry:register("dia_words", { base = "sqlite", reserved = { "family", "aardvark" } })
        local t = corm.table("t", corm.column("family"), corm.column("order"), corm.column("x"))
        assert.equal('SELECT t."family", t."order", t.x \nFROM t',
            tostring(corm.select(t):compile({ dialect = "dia_words" })))
    end)

    it("says what its database can do", function()
        registry:register("dia_features", { base = "postgresql", features = { ilike = false } })
        local condition = users.c.family:ilike("x")
        assert.matches("lower", tostring(condition:compile({ dialect = "dia_features" })))
        assert.matches("ILIKE", tostring(condition:compile({ dialect = "postgresql" })))
    end)

    it("cuts names that are made up to its own length", function()
        registry:register("dia_short", { base = "sqlite", max_identifier_length = 20 })
        assert.equal(20, corm.dialects.dia_short.dialect().max_identifier_length)
        local t = corm.table("a_table_and_its_name", corm.column("and_its_column"))
        local sql = tostring(corm.select(t.c.and_its_column)
            :set_label_style("tablename_plus_col"):compile({ dialect = "dia_short" }))
        assert.is_true(#sql:match(" AS ([%w_]+)") <= 20, sql)
    end)

    it("has the names of its base, and its own first", function()
        registry:register("dia_names", { base = "sqlite", names = { TEXT = "mine" } })
        assert.equal(corm.dialects.sqlite.insert, corm.dialects.dia_names.insert)
        assert.equal("mine", corm.dialects.dia_names.TEXT)
    end)

    it("may be described by a module", function()
        package.preload.dia_described = function()
            return { base = "sqlite", features = { returning = false } }
        end
        registry:register("dia_module", "dia_described")
        assert.is_false(pcall(function()
            return corm.delete(users):returning(users.c.id):compile({ dialect = "dia_module" })
        end))
    end)

    it("may derive from one that is derived", function()
        registry:register("dia_parent", { base = "sqlite", reserved = { "family" } })
        registry:register("dia_child", { base = "dia_parent" })
        assert.matches('"family"', tostring(corm.select(users):compile({ dialect = "dia_child" })))
        assert.equal("dia_child", corm.dialects.dia_child.dialect().name)
    end)

    it("takes what is said for its base, and what is said for itself first", function()
        registry:register("dia_variants", { base = "sqlite" })
        local function type_of(type_)
            return tostring(corm.cast(1, type_):compile({ dialect = "dia_variants" }))
        end
        local for_base = corm.Integer():with_variant(corm.Text(), "sqlite")
        assert.equal("CAST(? AS TEXT)", type_of(for_base))
        assert.equal("CAST(? AS VARCHAR)",
            type_of(for_base:with_variant(corm.String(), "dia_variants")))
    end)

    it("is refused when it says what cannot be", function()
        local ArgumentError = corm.exc.ArgumentError
        local function register(...)
            return registry:register(...)
        end
        raises(ArgumentError, "already", register, "sqlite", { base = "sqlite" })
        raises(ArgumentError, "feature 'fly'", register, "dia_x",
            { base = "sqlite", features = { fly = true } })
        raises(ArgumentError, "base", register, "dia_x", {})
        raises(ArgumentError, "bse", register, "dia_x", { bse = "sqlite" })
        raises(ArgumentError, "name of a dialect", register, "dia x", { base = "sqlite" })
        raises(ArgumentError, "max_identifier_length", register, "dia_x",
            { base = "sqlite", max_identifier_length = 3 })
        raises(ArgumentError, "reserved", register, "dia_x",
            { base = "sqlite", reserved = { 5 } })
        raises(corm.exc.NoSuchModuleError, "nosuch", register, "dia_x", { base = "nosuch" })
        assert.is_false(pcall(corm.select(users).compile, corm.select(users),
            { dialect = "dia_x" }))
    end)

    it("is named where names of dialects are", function()
        registry:register("dia_listed", { base = "sqlite" })
        raises(corm.exc.NoSuchModuleError, "dia_listed", function()
            return corm.select(users):compile({ dialect = "nosuch" })
        end)
        raises(corm.exc.NoSuchModuleError, "dia_listed", function()
            return corm.dialects.nosuch
        end)
    end)

    it("leaves its base as it was", function()
        registry:register("dia_other", { base = "sqlite", reserved = { "family" } })
        assert.equal("SELECT users.id, users.family \nFROM users",
            tostring(corm.select(users):compile({ dialect = "sqlite" })))
    end)
end)

helper.each_database(function(db)
    it("An engine of a derived dialect talks to its base's database", function()
        local name = "dia_engine_" .. db.name
        registry:register(name, { base = db.name })
        local engine = corm.create_engine((db.url:gsub("^%w+", name)))
        assert.equal(name, engine.name)
        assert.equal(db.name, engine.dialect.family)
        local metadata = corm.MetaData()
        local t = corm.Table("t", metadata,
            corm.Column("id", corm.Integer, { primary_key = true }),
            corm.Column("name", corm.String(20)))
        metadata:create_all(engine)
        engine:begin(function(connection)
            connection:execute(corm.insert(t), { name = "a" })
            assert.same({ "a" }, connection:scalars(corm.select(t.c.name)):all())
            assert.equal(db.name == "sqlite" and "SERIALIZABLE" or "READ COMMITTED",
                connection:get_isolation_level())
        end)
        metadata:drop_all(engine)
        engine:dispose()
    end)
end)
