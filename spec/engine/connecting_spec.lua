-- SPDX-License-Identifier: MIT
-- How engines come to native connections: do_connect, creator, pools of one's own, plugins,
-- and what listeners of handle_error hear when that fails.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local raises = helper.raises

helper.each_database(function(db)
    describe("Connecting", function()
        local function select_one(engine)
            return engine:connect(function(connection)
                return connection:exec_driver_sql("SELECT 1"):scalar()
            end)
        end

        it("tells do_connect the arguments, which may be changed", function()
            local engine = corm.create_engine(db.url)
            local seen
            corm.event.listen(engine, "do_connect", function(dialect, record, cargs, cparams)
                seen = { dialect, record.in_use, #cargs, cparams.dbname }
                if db.name == "postgresql" then
                    cparams.application_name = "corm spec"
                else
                    cargs[1] = helper.temp_file("other.db")
                end
            end)
            engine:connect(function(connection)
                if db.name == "postgresql" then
                    assert.equal("corm spec", connection:exec_driver_sql(
                        "SELECT current_setting('application_name')"):scalar())
                else
                    assert.truthy(connection:exec_driver_sql("PRAGMA database_list"):one()[3]
                        :find("other.db", 1, true))
                end
            end)
            assert.equal(engine.dialect, seen[1])
            assert.is_false(seen[2])
            assert.equal(db.name == "sqlite" and 1 or 0, seen[3])
            assert.equal(db.name == "postgresql" and engine.url.database or nil, seen[4])
            engine:dispose()
        end)

        it("takes the connection that a listener of do_connect returns", function()
            local engine = corm.create_engine(db.url)
            local made
            corm.event.listen(engine, "do_connect", function(dialect, _, cargs, cparams)
                made = dialect:connect(table.unpack(cargs), cparams)
                return made
            end)
            engine:connect(function(connection)
                assert.equal(made, connection.connection.dbapi_connection)
            end)
            engine:dispose()
        end)

        it("calls do_connect of the first engine for all on its pool", function()
            local engine = corm.create_engine(db.url)
            local ncalls = 0
            local child = engine:execution_options({ mine = true })
            corm.event.listen(child, "do_connect", function()
                ncalls = ncalls + 1
            end)
            select_one(engine)
            assert.equal(1, ncalls)
            engine:dispose()
        end)

        if db.name == "postgresql" then
            local function at(query)
                local url = corm.make_url(db.url)
                return corm.create_engine(corm.URL.create("postgresql", {
                    username = url.username, password = url.password, database = url.database,
                    query = query,
                }))
            end

            it("tries several hosts in turn", function()
                local url = corm.make_url(db.url)
                local host = url.host or url.query.host
                local port = url.port or url.query.port or 5432
                local last = host:sub(1, 1) == "/" and host or ("%s:%s"):format(host, port)
                for _, query in ipairs({
                    { host = { "/nowhere", "127.0.0.1:1", last } },
                    { host = "/nowhere,127.0.0.1," .. host, port = "1,1," .. port },
                }) do
                    local engine = at(query)
                    assert.equal(1, select_one(engine))
                    engine:dispose()
                end
            end)

            it("names the ports of several hosts that do not answer", function()
                local e = raises(exc.OperationalError, select_one,
                    at({ host = { "127.0.0.1:1", "127.0.0.1:2" } }))
                assert.truthy(e.message:find("port 1 failed", 1, true), e.message)
                assert.truthy(e.message:find("port 2 failed", 1, true), e.message)
            end)

            it("refuses hosts and ports that do not belong together", function()
                for _, query in ipairs({
                    { host = { "a:1", "b:x" } },
                    { host = "a", port = "x" },
                    { host = "a:1", port = "1" },
                    { host = "a,b", port = "1,2,3" },
                    { host = { "a", "b" }, port = "1,2" },
                    { host = { "a,b", "c" } },
                    { host = { "a", "" } },
                }) do
                    raises(exc.ArgumentError, select_one, at(query))
                end
                raises(exc.ArgumentError, select_one,
                    corm.create_engine("postgresql://a/app?host=b"))
                raises(exc.ArgumentError, select_one,
                    corm.create_engine("postgresql://a:1/app?port=2"))
            end)
        end

        it("is done by creator", function()
            local ncalls = 0
            local dialect = corm.create_engine(db.url).dialect
            local cargs, cparams = dialect:create_connect_args(corm.make_url(db.url))
            local engine = corm.create_engine(db.name .. "://", {
                poolclass = corm.QueuePool,
                creator = function()
                    ncalls = ncalls + 1
                    return dialect:connect(table.unpack(cargs), cparams)
                end,
            })
            assert.equal(1, select_one(engine))
            assert.equal(1, ncalls)
            engine:dispose()
        end)

        it("refuses a creator that returns something else", function()
            local engine = corm.create_engine(db.url, { creator = function()
                return {}
            end })
            local e = raises(exc.ArgumentError, engine.connect, engine)
            assert.truthy(e.message:find("native connection expected", 1, true))
            assert.equal(0, engine.pool:checkedout())
        end)

        it("uses a pool of one's own", function()
            local dialect = corm.create_engine(db.url).dialect
            local cargs, cparams = dialect:create_connect_args(corm.make_url(db.url))
            local nconnects = 0
            local own = corm.pool.QueuePool(function()
                return dialect:connect(table.unpack(cargs), cparams)
            end, { pool_size = 2, max_overflow = 0, events = { { function()
                nconnects = nconnects + 1
            end, "connect" } } })
            local engine = corm.create_engine(db.url, { pool = own })
            assert.equal(own, engine.pool)
            assert.equal(1, select_one(engine))
            local raw <close> = own:connect()
            assert.equal(1, raw:execute("SELECT 1"):scalar())
            assert.equal(1, nconnects)
            raw:close()
            engine:dispose()
        end)

        it("refuses what is no pool", function()
            raises(exc.ArgumentError, corm.create_engine, db.url, { pool = 5 })
        end)

        it("listens to the pool by an option", function()
            local names = {}
            local engine = corm.create_engine(db.url, { pool_events = {
                { function()
                    names[#names + 1] = "checkout"
                end, "checkout" },
            } })
            select_one(engine)
            assert.same({ "checkout" }, names)
            engine:dispose()
        end)
    end)
end)

describe("A connection that cannot be opened", function()
    local function unreachable()
        return corm.create_engine("sqlite:////nonexistent/folder/x.db")
    end

    it("is told to handle_error, without a connection", function()
        local engine = unreachable()
        local seen
        corm.event.listen(engine, "handle_error", function(context)
            seen = context
        end)
        local e = raises(exc.OperationalError, engine.connect, engine)
        assert.equal(e, seen.sqlalchemy_exception)
        assert.equal(engine, seen.engine)
        assert.is_nil(seen.connection)
        assert.is_false(seen.is_pre_ping)
    end)

    it("is told to handle_error with the Connection that has lost the one it had", function()
        local engine = corm.create_engine("sqlite://", { poolclass = corm.QueuePool })
        local is_down, seen = false, nil
        corm.event.listen(engine, "do_connect", function()
            if is_down then
                exc.OperationalError:raise("down")
            end
        end)
        corm.event.listen(engine, "handle_error", function(context)
            seen = context
        end)
        local connection = engine:connect()
        connection:invalidate()
        is_down = true
        raises(exc.OperationalError, connection.exec_driver_sql, connection, "SELECT 1")
        assert.equal(connection, seen.connection)
        is_down = false
        assert.equal(1, connection:exec_driver_sql("SELECT 1"):scalar())
        connection:close()
        engine:dispose()
    end)

    it("raises what a listener makes of it, with the cause", function()
        local engine = unreachable()
        corm.event.listen(engine, "handle_error", function(context)
            return exc.InvalidRequestError("no database: " .. context.engine.name)
        end)
        local e = raises(exc.InvalidRequestError, engine.connect, engine)
        assert.equal("no database: sqlite", e.message)
        assert.is_true(exc.OperationalError:is(e.cause))
    end)
end)

describe("A plugin", function()
    local function audit(log)
        return function(address, options)
            log[#log + 1] = "made for " .. address:get_backend_name()
            local own = options.audit
            options.audit = nil
            return {
                update_url = function(_, url)
                    log[#log + 1] = "url"
                    return url
                end,
                handle_pool_kwargs = function(_, class, pool_options)
                    log[#log + 1] = tostring(class)
                    pool_options.pre_ping = true
                end,
                engine_created = function(_, engine)
                    log[#log + 1] = own .. engine.name
                end,
            }
        end
    end

    it("sees URL, options and the engine", function()
        local log = {}
        local engine = corm.create_engine("sqlite://", {
            plugins = { audit(log) }, audit = "audits ", poolclass = corm.NullPool,
        })
        assert.same({ "made for sqlite", "url", "corm.pool.NullPool", "audits sqlite" }, log)
        engine:dispose()
    end)

    it("is named in the URL, which loses its name", function()
        local log = {}
        corm.engine.plugins.register("audit", audit(log))
        local engine = corm.create_engine("sqlite:///?plugin=audit", { audit = "" })
        assert.is_nil(engine.url.query.plugin)
        assert.equal(4, #log)
        corm.engine.plugins.register("audit", nil)
    end)

    it("that is not there is named", function()
        local e = raises(exc.NoSuchModuleError, corm.create_engine, "sqlite://",
            { plugins = { "no.such.plugin" } })
        assert.truthy(e.message:find("no.such.plugin", 1, true))
    end)
end)

describe("Options of create_engine()", function()
    it("are those of its pool", function()
        for _, name in ipairs({ "max_overflow", "pool_size", "pool_timeout" }) do
            local e = raises(exc.ArgumentError, corm.create_engine, "sqlite:///x.db",
                { poolclass = corm.NullPool, [name] = 3 })
            assert.truthy(e.message:find("NullPool", 1, true))
            assert.truthy(e.message:find(name, 1, true))
        end
        raises(exc.ArgumentError, corm.create_engine, "sqlite://", { max_overflow = 3 })
        raises(exc.ArgumentError, corm.create_engine, "sqlite://",
            { poolclass = corm.StaticPool, pool_use_lifo = true })
        assert.truthy(corm.create_engine("sqlite://", { pool_size = 3 }))
        assert.truthy(corm.create_engine("sqlite:///x.db", { pool_size = 3, max_overflow = 0 }))
    end)
end)

describe("engine_from_config", function()
    it("reads texts as what they are", function()
        local engine = corm.engine_from_config({
            ["db.url"] = "sqlite:///x.db", ["db.echo"] = "false", ["db.pool_size"] = "3",
            ["db.pool_pre_ping"] = "yes", ["db.pool_recycle"] = "60", ["other"] = "ignored",
        }, "db.")
        assert.equal(3, engine.pool:size())
        assert.is_false(engine.echo)
    end)

    it("lets options of the call count more", function()
        local engine = corm.engine_from_config(
            { ["sqlalchemy.url"] = "sqlite:///x.db", ["sqlalchemy.pool_size"] = "3" },
            "sqlalchemy.", { pool_size = 4 })
        assert.equal(4, engine.pool:size())
    end)

    it("says that there is no URL, and which option there is not", function()
        local named = corm.engine_from_config({ ["a.url"] = "sqlite://" },
            { prefix = "a.", hide_parameters = true })
        assert.is_true(named.hide_parameters)
        local e = raises(exc.ArgumentError, corm.engine_from_config, { ["a.echo"] = "true" }, "a.")
        assert.truthy(e.message:find("a.url", 1, true))
        raises(exc.ArgumentError, corm.engine_from_config,
            { ["a.url"] = "sqlite://", ["a.ecko"] = "true" }, "a.")
        raises(exc.ArgumentError, corm.engine_from_config,
            { ["a.url"] = "sqlite://", ["a.echo"] = "loud" }, "a.")
    end)
end)
