-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc

describe("create_engine", function()
    it("opens nothing before the first connection", function()
        local engine = corm.create_engine("sqlite:////no/such/folder/at/all.db")
        assert.equal("Engine(sqlite:////no/such/folder/at/all.db)", tostring(engine))
        local ok, e = pcall(engine.connect, engine)
        assert.is_false(ok)
        assert.is_true(exc.OperationalError:is(e))
    end)

    it("names an unknown option and the one that was meant", function()
        local ok, e = pcall(corm.create_engine, "sqlite://", { pool_sise = 5 })
        assert.is_false(ok)
        assert.is_true(exc.ArgumentError:is(e))
        assert.truthy(e.message:find("pool_size", 1, true))
    end)

    it("refuses values that cannot be", function()
        for _, options in ipairs({
            { future = false }, { connect_args = { 5 } }, { pool_events = { 1 } },
            { plugins = "x" }, "echo",
        }) do
            assert.is_true(corm.exc.ArgumentError:is(select(2,
                pcall(corm.create_engine, "sqlite://", options))))
        end
        for _, options in ipairs({
            { pool_size = -1 }, { pool_size = "x" }, { poolclass = "QueuePool" },
            { isolation_level = "SOMETIMES" }, { query_cache_size = -5 },
        }) do
            local ok, e = pcall(corm.create_engine, "sqlite://", options)
            assert.is_false(ok)
            assert.is_true(exc.ArgumentError:is(e))
        end
    end)

    it("names a dialect that does not exist", function()
        local ok, e = pcall(corm.create_engine, "oracle://u:hunter2@host/db")
        assert.is_false(ok)
        assert.is_true(exc.NoSuchModuleError:is(e))
        assert.truthy(e.message:find("oracle", 1, true))
        assert.is_nil(tostring(e):find("hunter2", 1, true))
    end)

    it("keeps the password out of all it shows", function()
        local engine = corm.create_engine("postgresql://u:hunter2@/x?host=/nowhere")
        assert.is_nil(tostring(engine):find("hunter2", 1, true))
        local ok, e = pcall(engine.connect, engine)
        assert.is_false(ok)
        assert.is_nil(tostring(e):find("hunter2", 1, true))
    end)

    it("passes connect_args to the driver", function()
        local path = helper.temp_file("args.db")
        local engine = corm.create_engine("sqlite:///" .. path,
            { connect_args = { foreign_keys = true } })
        assert.equal(1, engine:connect(function(connection)
            return connection:exec_driver_sql("PRAGMA foreign_keys"):scalar()
        end))
        assert.is_nil(tostring(engine.url):find("foreign_keys", 1, true))
    end)

    helper.each_database(function(db)
        it("names the settings that the driver has, on " .. db.name, function()
            local engine = corm.create_engine(db.url, { connect_args = { tiemout = 1 } })
            local e = helper.raises(exc.ArgumentError, engine.connect, engine)
            local known = "unknown option 'tiemout' in the database URL; known are "
            assert.equal(known, e.message:sub(1, #known))
            assert.truthy(e.message:find("timeout", #known, true))
            assert.truthy(e.message:find("cached_statements", #known, true))
        end)
    end)

    it("reads a configuration", function()
        local engine = corm.engine_from_config({
            ["sqlalchemy.url"] = "sqlite://", ["sqlalchemy.hide_parameters"] = "true",
            ["other.key"] = "x",
        })
        assert.equal("sqlite", engine.name)
        assert.is_true(engine.hide_parameters)
    end)
end)

describe("Engine", function()
    it("says what it is", function()
        local engine = corm.create_engine("sqlite://")
        assert.equal("sqlite", engine.dialect.name)
        assert.equal("sqlite3", engine.driver)
        assert.is_true(corm.Engine ~= nil)
        assert.has_error(function()
            return engine.nonsense
        end)
    end)

    helper.each_database(function(db)
        it("begins, and commits what the function did", function()
            local engine = corm.create_engine(db.shared_url)
            local returned = engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
                connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                return "done"
            end)
            assert.equal("done", returned)
            assert.equal(1, engine:connect(function(connection)
                return connection:exec_driver_sql("SELECT count(*) FROM t"):scalar()
            end))
            engine:dispose()
        end)

        it("rolls back when the function raises, and raises the same error", function()
            local engine = corm.create_engine(db.shared_url)
            engine:begin(function(connection)
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            end)
            local boom = { "boom" }
            local ok, e = pcall(engine.begin, engine, function(connection)
                connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                error(boom)
            end)
            assert.is_false(ok)
            assert.equal(boom, e)
            assert.equal(0, engine:connect(function(connection)
                return connection:exec_driver_sql("SELECT count(*) FROM t"):scalar()
            end))
            engine:dispose()
        end)

        it("begins in a to-be-closed variable", function()
            local engine = corm.create_engine(db.shared_url)
            do
                local connection <close> = engine:begin()
                connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
            end
            pcall(function()
                local connection <close> = engine:begin()
                connection:exec_driver_sql("INSERT INTO t VALUES (1)")
                error("no")
            end)
            assert.equal(0, engine:connect(function(connection)
                return connection:exec_driver_sql("SELECT count(*) FROM t"):scalar()
            end))
            engine:dispose()
        end)

        it("closes what the pool holds when it is disposed, and goes on", function()
            local engine = corm.create_engine(db.shared_url)
            local connection = engine:connect()
            connection:exec_driver_sql("SELECT 1")
            connection:close()
            assert.equal(1, engine.pool:checkedin())
            engine:dispose()
            assert.equal(0, engine.pool:checkedin())
            assert.equal(2, engine:connect(function(other)
                return other:exec_driver_sql("SELECT 2"):scalar()
            end))
            engine:dispose()
        end)

        it("knows what the server is after the first connection", function()
            local engine = corm.create_engine(db.shared_url)
            local dialect = engine.dialect
            assert.is_nil(dialect.server_version_info)
            local connection <close> = engine:connect()
            assert.is_true(dialect.server_version_info[1] >= 3)
            assert.is_true(dialect.insertmanyvalues_max_parameters > 999)
            connection:close()
            engine:dispose()
        end)

        it("says what its database can do", function()
            local dialect = corm.create_engine(db.shared_url).dialect
            local is_postgresql = db.name == "postgresql"
            for _, name in ipairs({
                "delete_executemany_returning", "insert_executemany_returning",
                "insert_executemany_returning_sort_by_parameter_order",
                "skip_autocommit_rollback", "supports_is_distinct_from", "supports_schemas",
                "supports_sane_multi_rowcount", "supports_sane_rowcount_returning",
                "supports_simple_order_by_label", "supports_statement_cache", "supports_views",
                "update_executemany_returning", "update_returning_multifrom",
                "use_insertmanyvalues",
            }) do
                assert.is_true(dialect[name], name)
            end
            for _, name in ipairs({
                "delete_returning_multifrom", "supports_alter", "supports_comments",
                "supports_constraint_comments", "supports_default_metavalue",
                "supports_identity_columns", "supports_native_boolean", "supports_native_enum",
                "supports_native_uuid", "supports_sequences",
            }) do
                assert.equal(is_postgresql, dialect[name], name)
            end
            assert.equal(is_postgresql and 63 or 9999, dialect.max_identifier_length)
            assert.equal(1000, dialect.insertmanyvalues_page_size)
            helper.raises(corm.exc.ArgumentError, function()
                return dialect.supports_everything
            end)
        end)

        it("sends each parameter set for itself without insertmanyvalues", function()
            local engine = corm.create_engine(db.url, { use_insertmanyvalues = false })
            local t = corm.Table("one_by_one", corm.MetaData(),
                corm.Column("id", corm.Integer, { primary_key = true }),
                corm.Column("x", corm.Integer))
            local seen = {}
            assert.is_false(engine.dialect.use_insertmanyvalues)
            engine:connect(function(connection)
                t:create(connection)
                corm.event.listen(connection, "before_cursor_execute", function(_, _, sql, params)
                    assert.is_nil(sql:find("%), %("))
                    seen[#seen + 1] = #params
                end)
                connection:execute(t:insert(), { { x = 1 }, { x = 2 }, { x = 3 } })
                assert.same({ 1, 2 }, connection:scalars(t:insert():returning(t.c.x),
                    { { x = 1 }, { x = 2 } }):all())
            end)
            assert.same({ 3, 1, 1 }, seen)
            engine:dispose()
        end)

        it("lends the native connection", function()
            local engine = corm.create_engine(db.shared_url)
            local raw <close> = engine:raw_connection()
            assert.equal(7, raw:execute("SELECT 7"):scalar())
            raw:execute("CREATE TABLE t (x INTEGER)")
            raw:commit()
            assert.is_true(raw.is_valid)
            raw:close()
            assert.is_false(raw.is_valid)
            assert.has_error(function()
                raw:execute("SELECT 1")
            end)
            engine:dispose()
        end)
    end)

    it("shares one database in memory between its connections", function()
        local engine = corm.create_engine("sqlite://")
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        end)
        local other <close> = engine:connect()
        assert.equal(0, other:exec_driver_sql("SELECT count(*) FROM t"):scalar())
        assert.has_error(function()
            corm.create_engine("sqlite://"):connect(function(connection)
                connection:exec_driver_sql("SELECT * FROM t")
            end)
        end)
    end)

    it("makes engines with more options on the same pool", function()
        local engine = corm.create_engine("sqlite://")
        local sql = helper.capture_sql(engine)
        local other = engine:execution_options({ shard = "asia" })
        assert.equal(engine.pool, other.pool)
        assert.same({ shard = "asia" }, other:get_execution_options())
        assert.same({}, engine:get_execution_options())
        other:connect(function(connection)
            assert.same({ shard = "asia" }, connection:get_execution_options())
            connection:exec_driver_sql("SELECT 1")
        end)
        assert.same({ "SELECT 1" }, sql)
    end)

    it("gives connections back that were forgotten", function()
        local engine = corm.create_engine("sqlite:///" .. helper.temp_file("x.db"))
        do
            local connection = engine:connect()
            connection:exec_driver_sql("CREATE TABLE t (x INTEGER)")
        end
        collectgarbage()
        collectgarbage()
        assert.equal(1, engine.pool:checkedout())
        local connection <close> = engine:connect()
        assert.equal(1, engine.pool:checkedout())
        -- What it did was rolled back.
        assert.has_error(function()
            connection:exec_driver_sql("SELECT * FROM t")
        end)
    end)
end)

describe("create_mock_engine", function()
    it("is its own connection", function()
        local texts = {}
        local mock = corm.create_mock_engine("postgresql://", function(sql)
            texts[#texts + 1] = tostring(sql)
        end)
        assert.equal("postgresql", mock.dialect.name)
        assert.equal(mock, mock.engine)
        mock:begin(function(connection)
            connection:execute(corm.DDL("CREATE EXTENSION citext"))
        end)
        mock:connect():close()
        assert.same({ "CREATE EXTENSION citext" }, texts)
        assert.is_false(pcall(function()
            return mock.nosuch
        end))
    end)

    it("hands statements of data definition to a function", function()
        local metadata = corm.MetaData()
        corm.Table("t", metadata, corm.Column("id", corm.Integer, { primary_key = true }))
        local seen = {}
        local engine = corm.create_mock_engine("postgresql://", function(sql)
            seen[#seen + 1] = tostring(sql)
        end)
        metadata:create_all(engine)
        assert.equal(1, #seen)
        assert.truthy(seen[1]:find("id SERIAL NOT NULL", 1, true))
    end)
end)

describe("create_pool_from_url", function()
    it("takes the options of the pool by their names there", function()
        local pool = corm.create_pool_from_url("sqlite://", {
            poolclass = corm.QueuePool, pool_size = 4, max_overflow = 3, pre_ping = true,
            recycle = 60, timeout = 2, use_lifo = true, reset_on_return = "rollback",
        })
        assert.equal(4, pool:size())
        assert.equal(2, pool:timeout())
        local connection = pool:connect()
        local cursor = connection:cursor()
        cursor:execute("SELECT 42")
        assert.equal(42, cursor:fetchone()[1])
        connection:close()
        assert.equal(1, pool:checkedin())
        pool:dispose()
    end)

    it("knows no other ones", function()
        local ok, e = pcall(corm.create_pool_from_url, "sqlite://", { pre_pong = true })
        assert.is_false(ok)
        assert.is_true(corm.exc.ArgumentError:is(e))
    end)
end)
