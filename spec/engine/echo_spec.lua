-- SPDX-License-Identifier: MIT
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

describe("The log", function()
    local lines

    before_each(function()
        lines = helper.fixture()
        corm.engine.set_log_hook(function(_, logger, text)
            lines[#lines + 1] = { logger, text }
        end)
    end)

    after_each(function()
        corm.engine.set_log_hook(nil)
    end)

    local function texts(logger)
        local list = {}
        for _, line in ipairs(lines) do
            if line[1] == logger then
                local text = line[2]:gsub("%d+%.%d+s", "0s"):gsub("since [%d.e-]+s", "since 0s")
                list[#list + 1] = text
            end
        end
        return list
    end

    local function table_t()
        return corm.Table("t", corm.MetaData(),
            Column("id", Integer, { primary_key = true }), Column("name", String(30)))
    end

    it("shows what is sent in SQLAlchemy's look", function()
        local engine = corm.create_engine("sqlite://")
        local t = table_t()
        engine:begin(function(connection)
            connection:exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
            connection:execute(corm.insert(t), { name = "ed" })
            connection:execute(corm.insert(t), { name = "wendy" })
        end)
        assert.same({
            "BEGIN (implicit)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", "[raw sql] ()", "[ran in 0s]",
            "INSERT INTO t (name) VALUES (?)", "[generated in 0s] ('ed',)",
            "[ran in 0s, 1 row]",
            "INSERT INTO t (name) VALUES (?)", "[cached since 0s ago] ('wendy',)",
            "[ran in 0s, 1 row]",
            "COMMIT",
        }, texts("corm.engine.Engine"))
    end)

    it("says of a session's statements too whether they are new", function()
        local Base = corm.declarative_base()
        local T = Base:extend("T", { __tablename = "t",
            id = Column(Integer, { primary_key = true }), name = Column(String(30)) })
        local engine = corm.create_engine("sqlite://")
        Base.metadata:create_all(engine)
        local session <close> = corm.Session(engine)
        for i = 1, 2 do
            session:add(T({ id = i, name = "ed" }))
            session:commit()
            session:get(T, i)
        end
        local notes = {}
        for _, text in ipairs(texts("corm.engine.Engine")) do
            notes[#notes + 1] = text:match("^%[generated.*") or text:match("^%[cached.*")
        end
        assert.same({
            "[generated in 0s] (1, 'ed')", "[generated in 0s] (1,)",
            "[cached since 0s ago] (2, 'ed')", "[cached since 0s ago] (2,)",
        }, notes)
    end)

    it("shows many parameter sets, but not without end", function()
        local engine = corm.create_engine("sqlite://")
        local t = table_t()
        local connection <close> = engine:connect()
        t.metadata:create_all(connection)
        local sets = {}
        for i = 1, 100 do
            sets[i] = { name = "name" .. i }
        end
        connection:execute(corm.insert(t), sets)
        local all = texts("corm.engine.Engine")
        local ahead = {}
        for i = 1, 8 do
            ahead[i] = ("('name%d',)"):format(i)
        end
        assert.equal("[generated in 0s] [" .. table.concat(ahead, ", ")
            .. "  ... displaying 10 of 100 total bound parameter sets ...  "
            .. "('name99',), ('name100',)]", all[#all - 1])
    end)

    it("shows the head and the tail of what is long", function()
        local engine = corm.create_engine("sqlite://")
        local t = table_t()
        local connection <close> = engine:connect()
        t.metadata:create_all(connection)
        local sets = {}
        for i = 1, 150 do
            sets[i] = { name = "d" .. i }
        end
        connection:execute(corm.insert(t):returning(t.c.id), sets):all()
        local all = texts("corm.engine.Engine")
        local sql, parameters = all[#all - 2], all[#all - 1]
        assert.truthy(sql:find("^INSERT INTO t .* %.%.%. %d+ characters truncated %.%.%. .*"
            .. "RETURNING id$"), sql)
        assert.truthy(parameters:find("'d50' ... 50 parameters truncated ... 'd101'", 1, true),
            parameters)
        connection:exec_driver_sql("SELECT ?, ?", { "short", ("x"):rep(5000) }):all()
        all = texts("corm.engine.Engine")
        assert.equal(("[raw sql] ('short', '%s ... (4702 characters truncated) ... %s')"):format(
            ("x"):rep(149), ("x"):rep(149)), all[#all - 1])
    end)

    it("says which of several statements for the rows of an INSERT it shows", function()
        local engine = corm.create_engine("sqlite://", { insertmanyvalues_page_size = 2 })
        local t = table_t()
        local connection <close> = engine:connect()
        t.metadata:create_all(connection)
        lines = helper.fixture()
        corm.engine.set_log_hook(function(_, logger, text)
            lines[#lines + 1] = { logger, text }
        end)
        local rows = connection:execute(corm.insert(t):returning(t.c.id),
            { { name = "a" }, { name = "b" }, { name = "c" } }):all()
        assert.equal(3, #rows)
        local all = texts("corm.engine.Engine")
        assert.equal("[generated in 0s (insertmanyvalues) 1/2 (ordered)] ('a', 'b')", all[2])
        assert.equal("[insertmanyvalues 2/2 (ordered)] ('c',)", all[5])
    end)

    it("begins each line with the token of the engine or the connection", function()
        local engine = corm.create_engine("sqlite://")
        engine:connect(function(connection)
            connection:exec_driver_sql("SELECT 1")
            connection:execution_options({ logging_token = "mine" })
            connection:exec_driver_sql("SELECT 2")
            connection:execution_options({ logging_token = corm.NULL })
        end)
        engine:execution_options({ logging_token = "other" }):connect(function(connection)
            connection:exec_driver_sql("SELECT 3")
        end)
        assert.same({
            "BEGIN (implicit)", "SELECT 1", "[raw sql] ()", "[ran in 0s]",
            "[mine] SELECT 2", "[mine] [raw sql] ()", "[mine] [ran in 0s]", "ROLLBACK",
            "[other] BEGIN (implicit)", "[other] SELECT 3", "[other] [raw sql] ()",
            "[other] [ran in 0s]", "[other] ROLLBACK",
        }, texts("corm.engine.Engine"))
    end)

    it("begins the lines of one statement with its token", function()
        local engine = corm.create_engine("sqlite://")
        local one = corm.select(corm.literal_column("1"))
        engine:connect(function(connection)
            connection:execute(one:execution_options({ logging_token = "its" }))
            pcall(connection.exec_driver_sql, connection, "SELEC", nil,
                { execution_options = { logging_token = "call" } })
            connection:execution_options({ logging_token = "own" })
            connection:execute(one, nil, { execution_options = { logging_token = corm.NULL } })
        end)
        assert.same({
            "BEGIN (implicit)", "[its] SELECT 1", "[its] [generated in 0s] ()",
            "[its] [ran in 0s]", "[call] SELEC", "[call] [raw sql] ()", "SELECT 1",
            "[cached since 0s ago] ()", "[ran in 0s]", "[own] ROLLBACK",
        }, texts("corm.engine.Engine"))
    end)

    it("hides parameters when the engine does", function()
        local engine = corm.create_engine("sqlite://", { hide_parameters = true })
        engine:connect(function(connection)
            connection:exec_driver_sql("SELECT ?", { "secret" })
        end)
        for _, line in ipairs(lines) do
            assert.is_nil(line[2]:find("secret", 1, true))
        end
        assert.same("[raw sql] [SQL parameters hidden due to hide_parameters=True]",
            texts("corm.engine.Engine")[3])
    end)

    it("tells of savepoints and rollbacks", function()
        corm.create_engine("sqlite://"):connect(function(connection)
            connection:begin_nested():rollback()
        end)
        assert.same({ "BEGIN (implicit)", "SAVEPOINT corm_savepoint_1", "[no key 0s] ()",
            "ROLLBACK TO SAVEPOINT corm_savepoint_1", "[no key 0s] ()", "ROLLBACK" },
            texts("corm.engine.Engine"))
    end)

    it("says what commits and rollbacks are where every statement commits itself", function()
        corm.create_engine("sqlite://", { isolation_level = "AUTOCOMMIT" }):connect(function(conn)
            conn:begin():commit()
            conn:begin():rollback()
        end)
        assert.same({
            "BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)",
            "COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode",
            "BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)",
            "ROLLBACK will be skipped by skip_autocommit_rollback",
        }, texts("corm.engine.Engine"))
    end)

    helper.each_database(function(db)
        it("tells what the server says besides", function()
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                connection:exec_driver_sql("DROP TABLE IF EXISTS nobodys")
                assert.same(db.name == "sqlite" and {}
                    or { 'NOTICE: table "nobodys" does not exist, skipping' },
                    texts("corm.dialects." .. db.name))
                assert.same({}, connection.connection:take_notices())
            end)
            engine:dispose()
        end)

        it("leaves what the server says to the program where nobody reads it", function()
            corm.engine.set_log_hook(nil)
            local engine = corm.create_engine(db.url)
            engine:connect(function(connection)
                local raw = connection.connection
                if db.name == "sqlite" then
                    connection:exec_driver_sql("DROP TABLE IF EXISTS nobodys")
                    assert.same({}, raw:take_notices())
                    return
                end
                connection:exec_driver_sql(
                    "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
                assert.same({ "NOTICE: one", "WARNING: two" }, raw:take_notices())
                assert.same({}, raw:take_notices())
                connection:exec_driver_sql("DO $$ BEGIN FOR i IN 1..20000 LOOP "
                    .. "RAISE NOTICE '%', i; END LOOP; END $$")
                local notices = raw:take_notices()
                assert.is_true(#notices < 10000)
                assert.equal("NOTICE: 20000", notices[#notices])
            end)
            engine:dispose()
        end)
    end)

    it("escapes control characters", function()
        corm.create_engine("sqlite://"):connect(function(connection)
            connection:exec_driver_sql("SELECT ?", { "a\27[2Jb" })
        end)
        for _, line in ipairs(lines) do
            assert.is_nil(line[2]:find("\27", 1, true))
        end
    end)

    it("tells of the pool when asked", function()
        local engine = corm.create_engine("sqlite://", { echo_pool = false })
        engine:connect():close()
        assert.truthy(texts("corm.pool.SingletonThreadPool")[1]:find("Created new connection", 1,
            true))
    end)

    it("says where in the program a statement comes from, on demand", function()
        local engine = corm.create_engine("sqlite://", { echo_call_site = true })
        engine:connect(function(connection)
            connection:exec_driver_sql("SELECT 1"):close()
        end)
        local found = table.concat(texts("corm.engine.Engine"), "\n")
        assert.truthy(found:find("%[called from [^\n]*echo_spec%.lua:%d+%]\nSELECT 1\n"), found)
        engine:dispose()
    end)

    it("tells what the pool does by level", function()
        local engine = corm.create_engine("sqlite://", { echo_pool = false,
            pool_logging_name = "mine", logging_name = "its" })
        assert.equal("its", engine.logging_name)
        assert.equal("mine", engine.pool.logging_name)
        local raw = engine:raw_connection()
        raw:invalidate("worn out")
        engine:dispose()
        local found = table.concat(texts("corm.pool.SingletonThreadPool.mine"), "\n")
        assert.truthy(found:find("Invalidate connection .- %(reason: worn out%)"), found)
    end)

    it("shows rows with echo = 'debug', and the program gets them still", function()
        local path = helper.temp_file("debug.lua", [[
            local corm = require("corm")
            local engine = corm.create_engine("sqlite://", { echo = "debug" })
            engine:connect(function(connection)
                local result = connection:exec_driver_sql(
                    "SELECT 1 AS id, 'ed' AS name UNION SELECT 2, NULL")
                for row in result do
                    print("got", row.id, row.name)
                end
            end)
            local Base = corm.declarative_base()
            local T = Base:extend("T", { __tablename = "t",
                id = corm.Column(corm.Integer, { primary_key = true }) })
            Base.metadata:create_all(engine)
            local session <close> = corm.Session(engine)
            session:add(T({ id = 7 }))
            session:commit()
            print("object", session:scalars(corm.select(T)):one().id)
        ]])
        local output, status = helper.run(path)
        assert.equal(0, status, output)
        assert.truthy(output:find("DEBUG corm.engine.Engine Col ('id', 'name')", 1, true), output)
        assert.truthy(output:find("DEBUG corm.engine.Engine Row (2, NULL)\ngot\t1\ted", 1, true),
            output)
        assert.truthy(output:find("DEBUG corm.engine.Engine Row (7,)", 1, true), output)
        assert.truthy(output:find("object\t7", 1, true), output)
    end)

    it("goes to the standard output with echo", function()
        local path = helper.temp_file("echo.lua", [[
            local corm = require("corm")
            local engine = corm.create_engine("sqlite://", { echo = true, logging_name = "mine" })
            engine:connect(function(connection)
                connection:exec_driver_sql("SELECT 1")
            end)
            engine.echo = false
            engine:connect(function(connection)
                connection:exec_driver_sql("SELECT 2")
            end)
        ]])
        local output, status = helper.run(path)
        assert.equal(0, status)
        assert.truthy(output:find("INFO corm.engine.Engine.mine SELECT 1", 1, true))
        assert.truthy(output:find("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d,%d%d%d INFO"))
        assert.is_nil(output:find("SELECT 2", 1, true))
        assert.is_nil(output:find("\27", 1, true))
    end)
end)
