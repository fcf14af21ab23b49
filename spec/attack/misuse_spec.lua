-- SPDX-License-Identifier: MIT
-- Every method of every public object, called with arguments drawn from a seed: whatever they
-- are, what is raised is one of corm's errors, never Lua's own "attempt to index a nil value",
-- and nothing crashes. What comes back can be printed.

local corm = require("corm")
local acceptance = require("spec.helper.acceptance")
local random = require("spec.property.random")

local CALLS = 6 -- of each method

-- What ends or rewires the world that the others need, or is handed on from the inside.
local LEFT_OUT = {}
for name in ([[
    abandon add add_all attach cancel checkin close close_all close_detached configure create_engine
    declarative_base define detach discard dispatcher dispose drop_all filter fire_invalidate
    handler invalidate listen listens_for log mixin name_of new register remove resolve run
    set_dispatcher sleep
]]):gmatch("%S+") do
    LEFT_OUT[name] = true
end

local function make_world()
    local metadata = corm.MetaData()
    local t = corm.Table("t", metadata,
        corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("s", corm.String(10)), corm.Column("j", corm.JSON),
        corm.Column("d", corm.DateTime))
    local u = corm.Table("u", metadata,
        corm.Column("id", corm.Integer, { primary_key = true }),
        corm.Column("t_id", corm.ForeignKey("t.id")))
    local engine = corm.create_engine("sqlite://")
    metadata:create_all(engine)
    local connection = engine:connect()
    connection:execute(corm.insert(t), { { id = 1, s = "a" }, { id = 2, s = "b" } })
    return { t = t, u = u, engine = engine, connection = connection }
end

local postgresql = corm.dialects.postgresql

-- name → a function of the world that makes what is called
local OBJECTS = {
    alias = function(w) return w.t:alias("q") end,
    array = function() return corm.ARRAY(corm.Integer) end,
    bindparam = function() return corm.bindparam("x") end,
    case = function(w) return corm.case({ w.t.c.id:eq(1), 2 }) end,
    cast = function(w) return corm.cast(w.t.c.id, corm.String) end,
    check = function() return corm.CheckConstraint("id > 0") end,
    column = function(w) return w.t.c.s end,
    compiled = function(w) return corm.select(w.t):compile() end,
    compound = function(w)
        return corm.union(corm.select(w.t.c.id), corm.select(w.u.c.id))
    end,
    computed = function() return corm.Computed("id + 1") end,
    condition = function(w) return corm.and_(w.t.c.id:eq(1), w.t.c.s:eq("a")) end,
    connection = function(w) return w.connection end,
    cte = function(w) return corm.select(w.t):cte("x") end,
    date = function() return corm.date(2024, 1, 31) end,
    datetime = function() return corm.datetime(2024, 1, 31) end,
    decimal = function() return corm.decimal("1.10") end,
    delete = function(w) return corm.delete(w.t) end,
    dialect = function() return corm.dialects.sqlite.dialect() end,
    engine = function(w) return w.engine end,
    enum = function() return corm.Enum("a", "b") end,
    exists = function(w) return corm.exists():where(w.t.c.id:eq(1)) end,
    foreign_key = function() return corm.ForeignKey("t.id") end,
    frozen = function(w) return w.connection:execute(corm.select(w.t)):freeze() end,
    func = function(w) return corm.func.count(w.t.c.id) end,
    identity = function() return corm.Identity() end,
    index = function(w) return corm.Index("ix", w.t.c.s) end,
    insert = function(w) return corm.insert(w.t) end,
    inspector = function(w) return corm.inspect(w.engine) end,
    interval = function() return corm.interval({ days = 1 }) end,
    join = function(w) return w.t:join(w.u) end,
    json = function(w) return w.t.c.j end,
    label = function(w) return w.t.c.id:label("x") end,
    lateral = function(w) return corm.select(w.t):lateral() end,
    mappings = function(w) return w.connection:execute(corm.select(w.t)):mappings() end,
    metadata = function() return corm.MetaData() end,
    numeric = function() return corm.Numeric(10, 2) end,
    over = function(w) return corm.func.sum(w.t.c.id):over({}) end,
    pginsert = function(w) return postgresql.insert(w.t) end,
    pool = function(w) return w.engine.pool end,
    range = function() return postgresql.Range(1, 2) end,
    registry = function() return corm.registry() end,
    result = function(w) return w.connection:execute(corm.select(w.t)) end,
    row = function(w) return w.connection:execute(corm.select(w.t)):first() end,
    scalar = function(w) return corm.select(w.t.c.id):scalar_subquery() end,
    scalars = function(w) return w.connection:execute(corm.select(w.t)):scalars() end,
    select = function(w) return corm.select(w.t) end,
    sequence = function() return corm.Sequence("sq") end,
    session = function(w) return corm.Session(w.engine) end,
    set = function() return corm.set({ 1, 2 }) end,
    sqliteinsert = function(w) return corm.dialects.sqlite.insert(w.t) end,
    subquery = function(w) return corm.select(w.t):subquery() end,
    table = function(w) return w.t end,
    text = function() return corm.text("select :a") end,
    textual = function(w) return corm.text("select id from t"):columns(w.t.c.id) end,
    time = function() return corm.time(1, 2, 3) end,
    tuple = function(w) return corm.tuple_(w.t.c.id, w.t.c.s) end,
    type = function() return corm.String(10) end,
    unique = function() return corm.UniqueConstraint("s") end,
    update = function(w) return corm.update(w.t) end,
    url = function() return corm.engine.make_url("postgresql://a:b@h/db?x=1") end,
    values = function()
        return corm.values(corm.column("a", corm.Integer), { name = "v" }):data({ { 1 }, { 2 } })
    end,
}

-- Modules, whose functions take no self.
local MODULES = {
    corm = corm, operators = corm.sql.operators, orm = corm.orm, pg = postgresql,
    schema = corm.schema, sqlite = corm.dialects.sqlite, types = corm.types,
    visitors = corm.sql.visitors,
}

-- How the calls are made: LATERAL is compiled for SQLite too, which does not know it.
local WATCHED = setmetatable({ lateral = acceptance.suspended }, {
    __index = function()
        return function(fn)
            fn()
        end
    end,
})

local function make_arguments(w)
    local t = w.t
    return {
        n = 30, nil, 0, -1, 1.5, "", "id", "nope", {}, { 1 }, { a = 1 }, { {} }, true, false,
        function() end, coroutine.create(print), io.stdout, corm.NULL, t, t.c.id, t.c,
        corm.select(t), corm.Integer, math.mininteger, 0 / 0, ("x"):rep(300), { t.c.id },
        corm.text("x"), corm.datetime(2024, 1, 1), w.engine, "\0\xff",
    }
end

-- ---- the names of what can be called ----

local function add_names(from, names, depth)
    if type(from) == "table" and depth < 12 then
        for name in next, from do
            if type(name) == "string" and not name:find("^_") and not LEFT_OUT[name] then
                names[name] = true
            end
        end
        local meta = debug.getmetatable(from)
        add_names(meta and rawget(meta, "__index"), names, depth + 1)
    elseif type(from) == "function" and depth < 12 then
        for i = 1, 5 do -- methods are the upvalues of an __index that is a function
            local _, value = debug.getupvalue(from, i)
            add_names(type(value) == "table" and value or nil, names, depth + 1)
        end
    end
end

local function callable_names(subject)
    local names, sorted = {}, {}
    local meta = debug.getmetatable(subject)
    add_names(type(subject) == "table" and subject or nil, names, 0)
    add_names(meta and rawget(meta, "__index"), names, 0)
    for name in pairs(names) do
        sorted[#sorted + 1] = name
    end
    table.sort(sorted)
    return sorted
end

-- ---- calling ----

local function show(arguments, n)
    local shown = {}
    for i = 1, n do
        shown[i] = tostring(arguments[i]):sub(1, 30)
    end
    return table.concat(shown, ", ")
end

local function is_callable(value)
    local meta = debug.getmetatable(value)
    return type(value) == "function" or type(value) == "table" and meta and meta.__call
end

-- Call with up to three arguments; what is wrong goes to `faults`.
local function call(what, subject, name, pool, draw, faults, is_method)
    local is_there, fn = pcall(function() return subject[name] end)
    if not is_there or not is_callable(fn) then
        return is_there or corm.exc.CormError:is(fn) or table.insert(faults, what .. "." .. name)
    end
    local n, arguments = draw(0, 3), {}
    for i = 1, n do
        arguments[i] = pool[draw(1, pool.n)]
    end
    local ok, answer = pcall(function()
        if is_method then
            return fn(subject, table.unpack(arguments, 1, n))
        end
        return fn(table.unpack(arguments, 1, n))
    end)
    local prints, text = true, answer
    if ok then
        prints, text = pcall(tostring, answer)
    end
    if not (ok and prints) and not corm.exc.CormError:is(text) then
        faults[#faults + 1] = ("%s%s%s(%s): %s"):format(what, is_method and ":" or ".", name,
            show(arguments, n), tostring(text))
    end
end

local function sorted_keys(of)
    local keys = {}
    for key in pairs(of) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    return keys
end

describe("whatever is given to it", function()
    local source, draw

    before_each(function()
        corm.warnings.filter("ignore")
        source = random.new(20261123)
        draw = function(low, high) return source:between(low, high) end
    end)

    after_each(function()
        corm.warnings.filter("default")
    end)

    -- Call what `of` makes or is, each name in a world of its own, as some names close it.
    local function call_all(of, is_method)
        local faults = {}
        for _, what in ipairs(sorted_keys(of)) do
            local make = is_method and of[what] or function() return of[what] end
            for _, name in ipairs(callable_names(make(make_world()))) do
                local world = make_world()
                for _ = 1, CALLS do
                    local is_made, subject = pcall(make, world)
                    if is_made then
                        WATCHED[what](function()
                            call(what, subject, name, make_arguments(world), draw, faults,
                                is_method)
                        end)
                    end
                end
                world.engine:dispose()
            end
        end
        return faults
    end

    it("a method works, or raises an error of corm's", function()
        assert.same({}, call_all(OBJECTS, true))
    end)

    it("a function works, or raises an error of corm's", function()
        assert.same({}, call_all(MODULES, false))
    end)
end)
