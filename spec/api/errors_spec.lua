-- SPDX-License-Identifier: MIT
-- Errors and warnings, as a program meets them.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String

local function users()
    local metadata = corm.MetaData()
    return corm.Table("users", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("name", String, { nullable = false, unique = true })), metadata
end

describe("a mistake", function()
    local function message_of(fn, ...)
        local ok, e = pcall(fn, ...)
        assert.is_false(ok)
        assert.is_true(corm.exc.CormError:is(e), tostring(e))
        return e.message, e
    end

    it("names the option that does not exist and the one that was meant", function()
        local message = message_of(Column, Integer, { primery_key = true })
        assert.truthy(message:find("primery_key", 1, true))
        assert.truthy(message:find("primary_key", 1, true))
        message = message_of(corm.relationship, "X", { back_populate = "y" })
        assert.truthy(message:find("back_populates", 1, true))
        message = message_of(corm.create_engine, "sqlite://", { ecco = true })
        assert.truthy(message:find("ecco", 1, true))
    end)

    it("names the attribute a class does not have", function()
        local Base = corm.declarative_base()
        local User = Base:extend("User", {
            __tablename = "users",
            id = Column(Integer, { primary_key = true }),
            name = Column(String),
        })
        local message = message_of(function()
            return User.nmae
        end)
        assert.truthy(message:find("User", 1, true))
        assert.truthy(message:find("nmae", 1, true))
        assert.truthy(message:find("'name'", 1, true))
    end)

    it("names the column a table does not have", function()
        local t = users()
        local message = message_of(function()
            return t.c.nmae
        end)
        assert.truthy(message:find("nmae", 1, true))
    end)

    it("names the method that was meant", function()
        local t = users()
        local engine = corm.create_engine("sqlite://")
        for wrong, object in pairs({
            conect = engine, comit = corm.Session(engine), wher = corm.select(t),
            lik = t.c.name, creat_all = t.metadata, isofromat = corm.date(2024, 1, 1),
        }) do
            local message = message_of(function()
                return object[wrong]
            end)
            assert.truthy(message:find("did you mean", 1, true), message)
        end
        engine:dispose()
    end)

    it("names the database that is not known", function()
        local _, e = message_of(corm.create_engine, "mydb://")
        assert.is_true(corm.exc.NoSuchModuleError:is(e))
    end)

    it("says where it was made", function()
        local _, e = message_of(Column, Integer, { primery_key = true })
        assert.truthy(e.where:find("errors_spec.lua:%d+"), e.where)
    end)

    it("in a relationship names the class that is missing", function()
        local Base = corm.declarative_base()
        local User = Base:extend("User", {
            __tablename = "users",
            id = Column(Integer, { primary_key = true }),
            addresses = corm.relationship("Adress"),
        })
        local message = message_of(User, {})
        assert.truthy(message:find("Adress", 1, true))
        corm.clear_mappers()
    end)
end)

helper.each_database(function(db)
    describe("a database's error", function()
        it("is an object with statement, parameters and the driver's words", function()
            local t, metadata = users()
            local engine = corm.create_engine(db.url)
            metadata:create_all(engine)
            local ok, e = pcall(function()
                engine:begin(function(conn)
                    conn:execute(corm.insert(t), { { id = 1, name = "ed" } })
                    conn:execute(corm.insert(t), { id = 1, name = "jo" })
                end)
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.IntegrityError:is(e))
            assert.is_true(corm.exc.DBAPIError:is(e))
            assert.is_false(corm.exc.OperationalError:is(e))
            assert.truthy(e.statement:find("^INSERT INTO users"))
            assert.same({ 1, "jo" }, e.params)
            assert.equal("gkpj", e.code)
            assert.equal("string", type(e.orig.message))
            if db.name == "postgresql" then
                assert.equal("23505", e.orig.sqlstate)
            end
            local text = tostring(e)
            for _, part in ipairs({ "IntegrityError", e.message, "INSERT INTO users", "'jo'" }) do
                assert.truthy(text:find(part, 1, true), part)
            end
            engine:dispose()
        end)

        it("hides its parameters where the engine says so", function()
            local engine = corm.create_engine(db.url, { hide_parameters = true })
            local ok, e = pcall(engine.connect, engine, function(conn)
                conn:execute(corm.text("SELECT * FROM nosuch WHERE x = :x"), { x = "secret" })
            end)
            assert.is_false(ok)
            assert.is_nil(tostring(e):find("secret", 1, true))
            engine:dispose()
        end)

        it("has the class of its cause", function()
            local engine = corm.create_engine(db.url)
            local ok, e = pcall(engine.connect, engine, function(conn)
                conn:execute(corm.text("SELEC 1"))
            end)
            assert.is_false(ok)
            local class = db.name == "sqlite" and corm.exc.OperationalError
                or corm.exc.ProgrammingError
            assert.is_true(class:is(e))
            engine:dispose()
        end)
    end)
end)

describe("a warning", function()
    it("goes to a handler, and becomes an error by a filter", function()
        local seen = {}
        local earlier = corm.warnings.handler(function(warning)
            seen[#seen + 1] = warning
        end)
        corm.warnings.filter("always")
        corm.warnings.warn("odd")
        assert.equal("odd", seen[1].message)
        corm.warnings.filter("error")
        local ok, e = pcall(corm.warnings.warn, "odd")
        assert.is_false(ok)
        assert.is_true(corm.exc.SAWarning:is(e))
        corm.warnings.filter("default")
        corm.warnings.handler(earlier)
    end)
end)
