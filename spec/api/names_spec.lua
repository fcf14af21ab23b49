-- SPDX-License-Identifier: MIT
-- Where things are found: every name of sqlalchemy and sqlalchemy.orm in corm, every module
-- by its name, and an error for what does not exist.

require("spec.helper")
local corm = require("corm")

describe("corm", function()
    for _, name in ipairs({
        "event", "exc", "orm", "pool", "schema", "sql", "types", "warnings", "task",
    }) do
        it("has the module " .. name .. ", which can be required too", function()
            assert.equal(require("corm." .. name), corm[name])
        end)
    end

    it("has the names of orm and sql at its top", function()
        for _, name in ipairs({
            "Session", "sessionmaker", "relationship", "declarative_base", "selectinload",
            "joinedload", "aliased", "backref", "validates", "reconstructor",
        }) do
            assert.equal(corm.orm[name], corm[name], name)
        end
        for _, name in ipairs({ "select", "insert", "and_", "or_", "func", "text", "case" }) do
            assert.equal(corm.sql[name], corm[name], name)
        end
    end)

    it("has types, with and without a call", function()
        assert.equal("VARCHAR", tostring(corm.String))
        assert.equal("VARCHAR(30)", tostring(corm.String(30)))
        assert.equal("INTEGER", tostring(corm.Integer))
        assert.equal(corm.types.DateTime, corm.DateTime)
        assert.equal("VARCHAR(5)", tostring(corm.types.VARCHAR(5)))
    end)

    it("suggests the name that was meant", function()
        local ok, e = pcall(function()
            return corm.relationshp
        end)
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
        assert.truthy(e.message:find("relationship", 1, true))
    end)

    it("has modules in which a name that does not exist is an error", function()
        for path, name in pairs({
            engine = "create_engin", event = "listn", exc = "IntegrtyError", pool = "QuePool",
            schema = "CreateTabel", sql = "selct", types = "Integr",
            warnings = "fliter", collections = "InstrumentdList",
        }) do
            local ok, e = pcall(function()
                return corm[path][name]
            end)
            assert.is_false(ok, path)
            assert.matches(("corm.%s has no attribute '%s'; did you mean '"):format(path, name),
                e.message, 1, true)
        end
        assert.is_nil(corm.types._anything)
    end)

    it("has classes that tell their objects from others", function()
        local id = corm.Column("id", corm.Integer, corm.ForeignKey("s.id"),
            corm.Identity(), corm.CheckConstraint("id > 0"), { onupdate = 1, primary_key = true })
        local t = corm.Table("t", corm.MetaData(), id, corm.Column("x", corm.Sequence("q")),
            corm.Index("ix", id), corm.UniqueConstraint(id))
        local engine = corm.create_engine("sqlite://")
        local connection <close> = engine:connect()
        local objects = {
            CheckConstraint = corm.CheckConstraint("x > 0"), Column = id,
            ColumnDefault = id.onupdate, Computed = corm.Computed("x"), Connection = connection,
            DefaultClause = corm.DefaultClause("x"), Engine = engine,
            ForeignKey = corm.ForeignKey("s.id"),
            ForeignKeyConstraint = corm.ForeignKeyConstraint({ "x" }, { "s.id" }),
            FrozenResult = connection:exec_driver_sql("SELECT 1"):freeze(),
            Identity = id.server_default, Index = corm.Index("ix"),
            Inspector = corm.inspect(engine), MetaData = t.metadata,
            PrimaryKeyConstraint = t.primary_key, Sequence = t.c.x.default, Table = t,
            Pool = engine.pool, Select = corm.select(id), Transaction = connection:begin_nested(),
            UniqueConstraint = corm.UniqueConstraint("x"), URL = engine.url,
            CreateView = corm.CreateView(corm.select(id), "v"),
            CreateTableAs = corm.CreateTableAs(corm.select(id), "w"), DropView = corm.DropView(t),
        }
        for name in pairs(objects) do
            for of, object in pairs(objects) do
                assert.equal(name == of, corm[name]:is(object), name .. " " .. of)
            end
            assert.is_false(corm[name]:is(nil))
            assert.is_false(corm[name]:is({}))
        end
        assert.is_true(corm.FetchedValue:is(objects.Computed))
        assert.is_false(corm.FetchedValue:is(t))
        for _, item in ipairs({ id, t, t.metadata, t.primary_key, t.c.x.default,
            id.onupdate, objects.Index, objects.ForeignKey, objects.Computed }) do
            assert.is_true(corm.schema.SchemaItem:is(item))
        end
        for _, other in ipairs({ engine, objects.Select, objects.DefaultClause, {}, "x" }) do
            assert.is_false(corm.schema.SchemaItem:is(other))
        end
        assert.equal("corm.Column", tostring(corm.Column))
        assert.error_matches(function()
            return corm.Column.nix
        end, "Column has no attribute 'nix'")
    end)

    it("keeps an underscore on reserved words", function()
        assert.equal("true", tostring(corm.true_()))
        assert.equal("false", tostring(corm.false_()))
        assert.equal("end(:end_1)", tostring(corm.func["end"](1)))
        assert.equal("NULL", tostring(corm.null()))
    end)

    it("has unique values that print their names", function()
        assert.equal("NO_VALUE", tostring(corm.NO_VALUE))
        assert.equal("PASSIVE_NO_INITIALIZE", tostring(corm.attributes.PASSIVE_NO_INITIALIZE))
    end)

    it("may be given to the global select, as the interpreter needs it", function()
        local own = _G.select
        finally(function()
            _G.select = own
        end)
        _G.select = corm.select
        local t = corm.Table("t", corm.MetaData(), corm.Column("x", corm.Integer))
        local query = corm.select(t.c.x):where(corm.exists():where(t.c.x:eq(1))):order_by(t.c.x)
        local texts = { tostring(query:union(query)), tostring(corm.insert(t):values({ x = 1 })) }
        local set = corm.set({ 1, 2 })
        set:update({ 3 })
        local ok, e = pcall(corm.Table, "t")
        _G.select = own
        assert.matches("UNION", texts[1])
        assert.equal("INSERT INTO t (x) VALUES (:x)", texts[2])
        assert.equal(3, #set)
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
    end)
end)
