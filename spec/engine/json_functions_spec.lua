-- SPDX-License-Identifier: MIT
-- The options json_serializer and json_deserializer of create_engine().

local helper = require("spec.helper")
local corm = require("corm")
local json_text = require("corm.util.json")

local Column, Integer, JSON = corm.Column, corm.Integer, corm.JSON

local function write(value)
    return json_text.encode({ wrapped = value })
end

local function read(text)
    local value = json_text.decode(text)
    return type(value) == "table" and { read = value.wrapped or value } or value
end

helper.each_database(function(db)
    describe("An engine with JSON functions", function()
        local t = corm.Table("json_functions", corm.MetaData(),
            Column("id", Integer, { primary_key = true }), Column("data", JSON))

        local function with_engine(options, fn)
            local engine = corm.create_engine(db.url, options)
            t.metadata:create_all(engine)
            local ok, e = pcall(fn, engine)
            t.metadata:drop_all(engine)
            engine:dispose()
            assert(ok, e)
        end

        it("writes and reads with them", function()
            with_engine({ json_serializer = write, json_deserializer = read }, function(engine)
                engine:begin(function(connection)
                    connection:execute(corm.insert(t), { { id = 1, data = { 1, 2 } } })
                    local row = connection:execute(corm.select(t.c.data)):first()
                    assert.same({ 1, 2 }, row.data.read)
                    local text = connection:scalar(corm.select(
                        corm.cast(t.c.data, corm.Text)))
                    assert.same({ wrapped = { 1, 2 } }, json_text.decode(text))
                end)
                assert.equal(db.name, engine.dialect.name)
            end)
        end)

        it("reads what objects have loaded, also when it is gone", function()
            local Base = corm.declarative_base()
            local Thing = Base:extend("Thing", { __table = t })
            local thing
            with_engine({ json_deserializer = read }, function(engine)
                corm.Session(engine, { expire_on_commit = false }):begin(function(session)
                    session:add(Thing { id = 1, data = { 5 } })
                end)
                local session = corm.Session(engine)
                thing = session:get(Thing, 1)
                session:close()
            end)
            collectgarbage()
            assert.same({ read = { 5 } }, thing.data)
        end)

        it("leaves other engines alone", function()
            with_engine({ json_deserializer = read }, function(one)
                with_engine({}, function(other)
                    local statement = corm.select(corm.literal({ 7 }, JSON))
                    local function ask(engine)
                        local connection = engine:connect()
                        local value = connection:scalar(statement)
                        connection:close()
                        return value
                    end
                    assert.same({ read = { 7 } }, ask(one))
                    assert.same({ 7 }, ask(other))
                end)
            end)
        end)

        it("reads what nobody said a type for", function()
            if db.name ~= "postgresql" then
                return
            end
            with_engine({ json_deserializer = read }, function(engine)
                local connection = engine:connect()
                assert.same({ read = { 7 } },
                    connection:exec_driver_sql("SELECT '[7]'::json"):scalar())
                assert.same({ { read = { 7 } } },
                    connection:scalar(corm.text("SELECT ARRAY['[7]'::jsonb]")))
                connection:close()
            end)
        end)

        it("may raise, and wants functions", function()
            local function refuse()
                error("no JSON today", 0)
            end
            with_engine({ json_serializer = refuse }, function(engine)
                local connection = engine:connect()
                local ok, e = pcall(connection.scalar, connection,
                    corm.select(corm.literal({ 7 }, JSON)))
                connection:close()
                assert.is_false(ok)
                assert.truthy(tostring(e):find("no JSON today", 1, true))
            end)
            local ok, e = pcall(corm.create_engine, db.url, { json_serializer = 5 })
            assert.is_false(ok)
            assert.is_true(corm.exc.ArgumentError:is(e))
        end)

        it("is one for all engines with the same functions", function()
            for _ = 1, 300 do
                corm.create_engine(db.url, { json_deserializer = read }):dispose()
            end
        end)
    end)
end)

describe("An engine of a derived dialect", function()
    it("reads arrays and variants of what it has loaded", function()
        local registry = require("corm.dialects.registry")
        registry:register("litelike", { base = "sqlite" })
        local engine = corm.create_engine("litelike://", { json_deserializer = read })
        assert.equal("litelike", engine.dialect.name)
        local connection = engine:connect()
        assert.same({ read = { 1 } }, connection:scalar(corm.select(corm.literal({ 1 }, JSON))))
        connection:close()
        engine:dispose()
        local ok, e = pcall(corm.create_engine, "nothing://")
        assert.is_false(ok)
        assert.is_nil(tostring(e):find("#", 1, true))
    end)
end)
