-- SPDX-License-Identifier: MIT
-- The options of create_engine(): which there are and what they may be, and how they are
-- written in a configuration file.

local check_execution_options = require("corm.util.execution_options")
local core = require("corm.core")
local exc = require("corm.exc")
local options_of = require("corm.util.options")
local pool = require("corm.pool")
local repr = require("corm.util.repr")

local engine_options = {}

local OPTIONS = {
    "connect_args", "creator", "echo", "echo_call_site", "echo_pool", "enable_from_linting",
    "execution_options", "future", "hide_parameters", "insertmanyvalues_page_size",
    "isolation_level", "json_deserializer", "json_serializer",
    "logging_name", "max_overflow", "pool", "pool_events", "pool_logging_name",
    "pool_pre_ping", "pool_recycle", "pool_reset_on_return", "pool_size", "pool_timeout",
    "pool_use_lifo", "poolclass", "query_cache_size", "skip_autocommit_rollback",
    "use_insertmanyvalues",
}

local MINIMUM = {
    insertmanyvalues_page_size = 1,
    max_overflow = -1,
    pool_recycle = -1,
    pool_size = 0,
    pool_timeout = 0,
    query_cache_size = 0,
}

local function check_numbers(options)
    for name, minimum in pairs(MINIMUM) do
        local value = options[name]
        local is_endless = name == "pool_timeout" and value == core.NULL
        if value ~= nil and not is_endless and (type(value) ~= "number" or value < minimum) then
            exc.ArgumentError:raise("create_engine: %s must be a number not below %s, got %s",
                name, minimum, repr.value(value))
        end
    end
end

local function check_echo(options, name)
    local value = options[name]
    if value ~= nil and type(value) ~= "boolean" and value ~= "debug" then
        exc.ArgumentError:raise("create_engine: %s must be true, false or 'debug', got %s", name,
            repr.value(value))
    end
end

local function require_callable(value, name)
    if value ~= nil and type(value) ~= "function" and not core.metafield(value, "__call") then
        exc.ArgumentError:raise("create_engine: %s must be a function, got %s", name,
            repr.value(value))
    end
end

-- Options that are tables, and what they hold.
local TABLES = {
    connect_args = "a table of options for the driver",
    execution_options = "a table of execution options",
    pool_events = "a sequence of pairs {listener, event}",
}

-- Options that are true or false. Lua would take 0 and "no" for true.
local BOOLEANS = {
    "echo_call_site", "enable_from_linting", "future", "hide_parameters", "pool_pre_ping",
    "pool_use_lifo", "skip_autocommit_rollback", "use_insertmanyvalues",
}

local function check_contents(options)
    for name in pairs(options.connect_args or {}) do
        if type(name) ~= "string" then
            exc.ArgumentError:raise("create_engine: connect_args must be %s, got %s as a name",
                TABLES.connect_args, repr.value(name))
        end
    end
    for _, pair in ipairs(options.pool_events or {}) do
        if type(pair) ~= "table" or #pair ~= 2 then
            exc.ArgumentError:raise("create_engine: pool_events must be %s, got %s among them",
                TABLES.pool_events, repr.value(pair))
        end
    end
end

local function check_types(options)
    for name, what in pairs(TABLES) do
        if options[name] ~= nil and type(options[name]) ~= "table" then
            exc.ArgumentError:raise("create_engine: %s must be %s, got %s", name, what,
                repr.value(options[name]))
        end
    end
    for _, name in ipairs(BOOLEANS) do
        if options[name] ~= nil and type(options[name]) ~= "boolean" then
            exc.ArgumentError:raise("create_engine: %s must be true or false, got %s", name,
                repr.value(options[name]))
        end
    end
    check_contents(options)
    if options.future == false then
        exc.ArgumentError:raise("create_engine: future can only be true, there is no other way")
    end
    check_execution_options(options.execution_options or {}, "create_engine")
end

---Check the options of create_engine().
---@param options? table
---@return table
---@error ArgumentError an unknown option or a value that cannot be
function engine_options.check(options)
    options = options_of(options, OPTIONS, "create_engine")
    check_numbers(options)
    check_types(options)
    check_echo(options, "echo")
    check_echo(options, "echo_pool")
    for _, name in ipairs({ "json_deserializer", "json_serializer" }) do
        require_callable(options[name], name)
    end
    if options.poolclass ~= nil and not pool.is_class(options.poolclass) then
        exc.ArgumentError:raise("create_engine: poolclass must be one of corm.pool, such as "
            .. "corm.pool.NullPool")
    end
    if options.pool ~= nil and not pool.is(options.pool) then
        exc.ArgumentError:raise("create_engine: pool must be a pool, such as "
            .. "corm.pool.QueuePool(creator), got %s", repr.value(options.pool))
    end
    return options
end

---The options of the pool among those of create_engine().
---@param options table
---@return table
function engine_options.of_pool(options)
    return {
        echo = options.echo_pool,
        logging_name = options.pool_logging_name,
        max_overflow = options.max_overflow,
        pre_ping = options.pool_pre_ping,
        recycle = options.pool_recycle,
        reset_on_return = options.pool_reset_on_return,
        size = options.pool_size,
        timeout = options.pool_timeout,
        use_lifo = options.pool_use_lifo,
    }
end

---Parameter sets that one INSERT takes as rows, if the options say so.
---@param options table
---@return integer?
function engine_options.page_size(options)
    if options.use_insertmanyvalues == false then
        return 1
    end
    return options.insertmanyvalues_page_size
end

-- Options of pools that keep several connections.
local OF_QUEUES = { "max_overflow", "pool_size", "pool_timeout", "pool_use_lifo" }

---Refuse options that the engine's pool has no use for.
---@param options table
---@param class corm.pool.Class
---@error ArgumentError
function engine_options.check_for_pool(options, class)
    for _, name in ipairs(class.kind ~= "queue" and OF_QUEUES or {}) do
        local is_size_of_one = name == "pool_size" and class == pool.SingletonThreadPool
        if options[name] ~= nil and not is_size_of_one then
            exc.ArgumentError:raise("create_engine: %s has no use for the option '%s'", class.name,
                name)
        end
    end
end

local TRUTHS = {
    ["true"] = true, yes = true, on = true, ["1"] = true,
    ["false"] = false, no = false, off = false, ["0"] = false,
}

-- Options whose text is yes or no; `echo` and `echo_pool` may be 'debug' as well.
local IS_TRUTH = { echo = true, echo_pool = true }
for _, name in ipairs(BOOLEANS) do
    IS_TRUTH[name] = true
end

local function from_text(name, text)
    if type(text) ~= "string" then
        return text
    elseif IS_TRUTH[name] then
        local truth = TRUTHS[text:lower()]
        if truth ~= nil then
            return truth
        end
        return text
    elseif MINIMUM[name] then
        return tonumber(text) or text
    elseif name == "pool_reset_on_return" and TRUTHS[text:lower()] ~= nil then
        return TRUTHS[text:lower()]
    end
    return text
end

-- Options of pools, as these call them, that create_engine() has under another name.
local OF_POOL = {
    echo = "echo_pool", events = "pool_events", logging_name = "pool_logging_name",
    pre_ping = "pool_pre_ping", recycle = "pool_recycle", timeout = "pool_timeout",
    reset_on_return = "pool_reset_on_return", use_lifo = "pool_use_lifo",
}

---Options of create_pool_from_url() as those of create_engine(): `pre_ping` is `pool_pre_ping`.
---@param options? table
---@return table
function engine_options.from_pool(options)
    local renamed = {}
    for name, value in pairs(options or {}) do
        renamed[OF_POOL[name] or name] = value
    end
    return renamed
end

---URL and options out of a configuration, whose values may all be texts.
---@param configuration table<string, any>
---@param prefix string
---@return any address
---@return table options
function engine_options.from_config(configuration, prefix)
    local options = {}
    for key, value in pairs(configuration) do
        if key:sub(1, #prefix) == prefix then
            local name = key:sub(#prefix + 1)
            options[name] = from_text(name, value)
        end
    end
    local address = options.url
    options.url = nil
    if address == nil then
        exc.ArgumentError:raise("engine_from_config: there is no '%surl'", prefix)
    end
    return address, options
end

return engine_options
