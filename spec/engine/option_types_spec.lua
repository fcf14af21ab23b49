-- SPDX-License-Identifier: MIT
-- Options with values that they cannot have: the error names the option and what was expected.

local helper = require("spec.helper")
local corm = require("corm")

-- Expect an ArgumentError with this message.
local function refuses(message, fn)
    assert.equal(message, helper.raises(corm.exc.ArgumentError, fn).message)
end

describe("create_engine", function()
    for name, expected in pairs({
        connect_args = "a table of options for the driver",
        execution_options = "a table of execution options",
        hide_parameters = "true or false",
        pool_events = "a sequence of pairs {listener, event}",
        pool_pre_ping = "true or false",
    }) do
        it("says what " .. name .. " must be", function()
            refuses(("create_engine: %s must be %s, got 'yes'"):format(name, expected), function()
                corm.create_engine("sqlite://", { [name] = "yes" })
            end)
        end)
    end

    it("looks into its execution options", function()
        refuses("create_engine: the execution option 'stream_results' must be a boolean, got 1",
            function()
                corm.create_engine("sqlite://", { execution_options = { stream_results = 1 } })
            end)
    end)

    it("reads truths from a configuration", function()
        local engine = corm.engine_from_config({
            ["sqlalchemy.url"] = "sqlite://", ["sqlalchemy.hide_parameters"] = "yes",
        })
        assert.is_true(engine.hide_parameters)
    end)
end)

describe("create_mock_engine", function()
    it("needs a function and has no options", function()
        refuses("create_mock_engine: a function of (sql, parameters) expected, got NULL",
            function()
                corm.create_mock_engine("sqlite://")
            end)
        refuses("create_mock_engine: unknown option 'checkfirst'; known are: none", function()
            corm.create_mock_engine("sqlite://", print, { checkfirst = false })
        end)
    end)
end)

helper.each_database(function(db)
    describe("Execution options", function()
        local WRONG = {
            insertmanyvalues_page_size = { 0, "an integer not below 1" },
            max_row_buffer = { "x", "an integer not below 1" },
            schema_translate_map = { "x", "a table" },
            stream_results = { "yes", "a boolean" },
            timeout = { "5", "a number" },
            yield_per = { 1.5, "an integer not below 1" },
        }

        it("of an engine, a connection, a statement and a call are checked", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            local statement = corm.select(corm.literal(1))
            for name, wrong in pairs(WRONG) do
                local value, expected = wrong[1], wrong[2]
                local shown = type(value) == "string" and "'" .. value .. "'" or tostring(value)
                local function message(caller)
                    return ("%s: the execution option '%s' must be %s, got %s"):format(caller, name,
                        expected, shown)
                end
                for _, owner in ipairs({ engine, connection, statement }) do
                    refuses(message("execution_options"), function()
                        owner:execution_options({ [name] = value })
                    end)
                end
                refuses(message("execute"), function()
                    connection:execute(statement, nil, { execution_options = { [name] = value } })
                end)
            end
            assert.equal(1, connection:execute(statement):scalar())
        end)

        it("of other names are the program's own", function()
            local engine = corm.create_engine(db.url)
            local connection <close> = engine:connect()
            connection:execution_options({ mine = "x", yield_per = corm.NULL })
            assert.equal("x", connection:get_execution_options().mine)
        end)
    end)
end)

describe("What is written wrong", function()
    local t = corm.table("t", corm.column("x", corm.String))

    it("is named with the function that was called", function()
        refuses("like: unknown option 'escap'; did you mean 'escape'?", function()
            t.c.x:like("a", { escap = "/" })
        end)
        refuses("between: unknown option 'wrong'; known are: symmetric", function()
            t.c.x:between("a", "b", { wrong = true })
        end)
        refuses("exec_driver_sql: a sequence of values expected, got integer", function()
            local connection <close> = corm.create_engine("sqlite://"):connect()
            connection:exec_driver_sql("SELECT ?", 5)
        end)
        refuses("text: values by bindparams{…} expected, got 5", function()
            corm.text("SELECT :x", 5)
        end)
    end)
end)
