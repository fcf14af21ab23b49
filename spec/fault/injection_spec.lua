-- SPDX-License-Identifier: MIT
-- Hostile names and values in every position (G1): what is a name stays one name, what is a
-- value stays one value, and nothing else is said to the database.

local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc

local CORPUS = {
    "'; DROP TABLE canary; --", '"; DROP TABLE canary; --', "x\"x", "x'x", "--", "/*", "*/",
    "; SELECT 1", "\\", "\\'", "%s", "%(x)s", ":x", "$1", "?", "?1", "@x", "#", "`", "[x]",
    "x) OR (1=1", "1 OR 1=1", "' OR ''='", "\n", "\t", "DROP", "select", "ü\"", "😀'", ("x"):rep(60),
    "a.b", "a b", "  ", ".", "*", "NULL", "DEFAULT", "x::text", "$$", "$x$", "U&'x'", "E'\\''",
}

-- Names that no database takes.
local REFUSED = { "", "a\0b", "\xFF" }

helper.each_database(function(db)
    local function with_canary(fn)
        local engine = corm.create_engine(db.url)
        local connection = engine:connect()
        connection:exec_driver_sql("CREATE TABLE canary (x INTEGER)")
        connection:exec_driver_sql("INSERT INTO canary VALUES (42)")
        connection:commit()
        fn(connection)
        connection:rollback()
        assert.equal(42, connection:exec_driver_sql("SELECT sum(x) FROM canary"):scalar())
        connection:close()
        engine:dispose()
    end

    local function each(fn)
        with_canary(function(connection)
            for i, hostile in ipairs(CORPUS) do
                fn(connection, hostile, i)
                connection:rollback()
            end
        end)
    end

    -- The statement works, or is refused before anything is sent.
    local function works_or_is_refused(fn)
        local ok, e = pcall(fn)
        assert.is_true(ok or exc.CompileError:is(e) or exc.ArgumentError:is(e)
            or exc.IdentifierError:is(e), tostring(e))
        return ok
    end

    local function new_table(connection, name, column)
        local made = corm.Table(name, corm.MetaData(), corm.Column(column, corm.String(100)))
        connection:execute(corm.schema.CreateTable(made))
        connection:execute(corm.insert(made), { [column] = "value" })
        return made
    end

    describe("A hostile text", function()
        it("as a value comes back as it is", function()
            each(function(connection, hostile)
                assert.equal(hostile, connection:scalar(corm.select(corm.literal(hostile))))
            end)
        end)

        it("as a value written into the SQL comes back as it is", function()
            each(function(connection, hostile)
                local sql = tostring(corm.select(corm.literal(hostile)):compile({
                    dialect = db.name, compile_kwargs = { literal_binds = true } }))
                assert.equal(hostile, connection:exec_driver_sql(sql):scalar())
            end)
        end)

        it("in a list, a pattern and a range is a value", function()
            each(function(connection, hostile)
                local value = corm.literal(hostile)
                assert.equal(1, connection:scalar(corm.select(corm.literal_column("1")):where(
                    value:in_({ hostile, "x" }),
                    value:startswith(hostile, { autoescape = true }),
                    value:contains(hostile, { autoescape = true }),
                    value:between(hostile, hostile))))
            end)
        end)

        it("as the name of a table and a column is a name", function()
            each(function(connection, hostile)
                works_or_is_refused(function()
                    local made = new_table(connection, hostile, hostile)
                    local row = connection:execute(corm.select(made)):one()
                    assert.equal("value", row[hostile])
                end)
            end)
        end)

        it("as a label, an alias and a parameter is a name", function()
            each(function(connection, hostile)
                local made = new_table(connection, "plain", "plain")
                works_or_is_refused(function()
                    local other = made:alias(hostile)
                    local row = connection:execute(corm.select(other.c.plain:label(hostile))
                        :where(other.c.plain:eq(corm.bindparam(hostile)))
                        :order_by(other.c.plain), { [hostile] = "value" }):one()
                    assert.equal("value", row[1])
                end)
            end)
        end)

        it("as the name of a subquery and a CTE is a name", function()
            each(function(connection, hostile)
                local made = new_table(connection, "plain", "plain")
                works_or_is_refused(function()
                    local sub = corm.select(made):subquery(hostile)
                    assert.equal("value", connection:scalar(corm.select(sub)))
                end)
                works_or_is_refused(function()
                    local cte = corm.select(made):cte(hostile)
                    assert.equal("value", connection:scalar(corm.select(cte)))
                end)
            end)
        end)

        it("as the name of an index and a constraint is a name", function()
            each(function(connection, hostile, i)
                works_or_is_refused(function()
                    local made = corm.Table("t" .. i, corm.MetaData(),
                        corm.Column("x", corm.Integer),
                        corm.CheckConstraint("x > 0", { name = hostile }))
                    connection:execute(corm.schema.CreateTable(made))
                    connection:execute(corm.schema.CreateIndex(
                        corm.Index(hostile .. "i", made.c.x)))
                end)
            end)
        end)

        it("as what to order by is a name that there is not", function()
            each(function(connection, hostile)
                local made = new_table(connection, "plain", "plain")
                local ok, e = pcall(function()
                    return connection:execute(corm.select(made):order_by(hostile)):all()
                end)
                assert.is_true(not ok and exc.CormError:is(e), tostring(e))
            end)
        end)

        it("as a limit, a collation, a cast or an isolation level is refused", function()
            each(function(connection, hostile)
                local stmt = corm.select(corm.literal("x"))
                assert.is_false(pcall(function()
                    return connection:execute(stmt:limit(hostile))
                end))
                connection:rollback()
                assert.is_false(pcall(function()
                    return connection:execute(stmt:order_by(
                        corm.literal_column("1"):collate(hostile)))
                end))
                connection:rollback()
                assert.is_false(pcall(function()
                    return corm.cast(1, hostile)
                end))
                assert.is_false(pcall(connection.execution_options, connection,
                    { isolation_level = hostile }))
                assert.is_false(pcall(function()
                    return connection:execute(stmt:with_for_update({ [hostile] = true }))
                end))
            end)
        end)

        it("as a part of a date is refused", function()
            each(function(connection, hostile)
                assert.is_false(pcall(function()
                    return connection:execute(corm.select(corm.extract(hostile,
                        corm.func.now())))
                end))
            end)
        end)

        it("as a key into JSON is a value", function()
            each(function(connection, hostile)
                if db.name == "sqlite" and hostile:find('["\\%c]') then
                    return -- a path of SQLite has no way to say these
                end
                local data = corm.literal({ [hostile] = "found" }, corm.JSON)
                if db.name == "postgresql" then
                    data = corm.cast(data, corm.JSON)
                end
                assert.equal("found", connection:scalar(corm.select(
                    data:getitem(hostile):as_string())), hostile)
            end)
        end)

        it("that no database takes for a name is refused", function()
            with_canary(function(connection)
                for _, name in ipairs(REFUSED) do
                    assert.is_false(pcall(function()
                        new_table(connection, name, "x")
                    end), ("%q"):format(name))
                    connection:rollback()
                    assert.is_false(pcall(function()
                        new_table(connection, "x", name)
                    end), ("%q"):format(name))
                    connection:rollback()
                end
            end)
        end)
    end)
end)
