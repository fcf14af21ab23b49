-- SPDX-License-Identifier: MIT
-- What a test of the dialect suite gets: an engine, a connection, tables of its own that are
-- gone after it.

local corm = require("corm")
local say = require("luassert")

---@class corm.testing.Fixture
---@field engine corm.Engine
---@field connection corm.Connection opened when it is first read
---@field metadata corm.MetaData
---@field requirements table<string, boolean>
local Fixture = { __name = "corm.testing.Fixture" }

function Fixture:__index(key)
    if key == "connection" then
        local opened = self.engine:connect()
        rawset(self, "connection", opened)
        return opened
    end
    return Fixture[key]
end

function Fixture:__tostring()
    return ("<fixture on %s>"):format(tostring(self.engine.url))
end

---Create a table, in place of one that an earlier run has left.
---@param name string
---@param ... any columns, constraints, options
---@return corm.Table
function Fixture:table(name, ...)
    local made = corm.Table(name, self.metadata, ...)
    self.metadata:drop_all(self.engine, { tables = { made } })
    self.metadata:create_all(self.engine, { tables = { made } })
    return made
end

---Create what is in the metadata and not there yet.
function Fixture:create_all()
    self.metadata:create_all(self.engine)
end

---Create the table users(id, name, age, score) with five rows; ages are 20, 30, 30, NULL, 50.
---@return corm.Table
function Fixture:users()
    local users = self:table("users",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("name", corm.String(40), { nullable = false }),
        corm.Column("age", corm.Integer),
        corm.Column("score", corm.Float))
    self:insert(users, {
        { id = 1, name = "ann", age = 20, score = 1.5 },
        { id = 2, name = "bob", age = 30, score = 2.5 },
        { id = 3, name = "cyd", age = 30, score = 0.5 },
        { id = 4, name = "dan", age = corm.NULL, score = 4.0 },
        { id = 5, name = "eve", age = 50, score = corm.NULL },
    })
    return users
end

---Create the table holder(id, data), whose data is of this type.
---@param type_ corm.types.TypeEngine
---@return corm.Table
function Fixture:holder(type_)
    return self:table("holder",
        corm.Column("id", corm.Integer, { primary_key = true, autoincrement = false }),
        corm.Column("data", type_))
end

---Check that each value of the type comes back as it went and is found by comparing, and
---that NULL does.
---@param type_ corm.types.TypeEngine
---@param values any[]
function Fixture:round_trip(type_, values)
    local made = self:holder(type_)
    for i, value in ipairs(values) do
        self.connection:execute(corm.insert(made), { id = i, data = value })
        local got = self:scalar(corm.select(made.c.data):where(made.c.id:eq(i)))
        say.equal(value, got)
        say.equal(math.type(value), math.type(got))
        self:gives({ i }, corm.select(made.c.id):where(made.c.data:eq(value)))
    end
    self.connection:execute(corm.insert(made), { id = 0, data = corm.NULL })
    say.is_nil(self:scalar(corm.select(made.c.data):where(made.c.id:eq(0))))
    self.connection:rollback()
end

---Check that values of the type can be written into the SQL.
---@param type_ corm.types.TypeEngine
---@param values any[]
function Fixture:round_trip_literal(type_, values)
    local made = self:holder(type_)
    for i, value in ipairs(values) do
        local statement = corm.insert(made):values({ id = i, data = value })
        self.connection:exec_driver_sql(tostring(statement:compile({ bind = self.engine,
            compile_kwargs = { literal_binds = true } })))
        say.equal(value, self:scalar(corm.select(made.c.data):where(made.c.id:eq(i))))
    end
    self.connection:rollback()
end

---Insert rows and commit.
---@param table_ corm.Table
---@param rows table[]
function Fixture:insert(table_, rows)
    self.connection:execute(corm.insert(table_), rows)
    self.connection:commit()
end

---The rows of a statement, each as a sequence.
---@param statement any
---@param parameters? table
---@return any[][]
function Fixture:rows(statement, parameters)
    local rows = {}
    for row in self.connection:execute(statement, parameters) do
        local values = {}
        for i = 1, #row do
            values[i] = row[i] == nil and corm.NULL or row[i]
        end
        rows[#rows + 1] = values
    end
    return rows
end

---The first column of a statement's rows; corm.NULL for NULL.
---@param statement any
---@param parameters? table
---@return any[]
function Fixture:scalars(statement, parameters)
    return self.connection:scalars(statement, parameters):all()
end

---The one value of a statement.
---@param statement any
---@param parameters? table
---@return any
function Fixture:scalar(statement, parameters)
    return self.connection:scalar(statement, parameters)
end

---Check the first column of a statement's rows.
---@param expected any[]
---@param statement any
---@param parameters? table
function Fixture:gives(expected, statement, parameters)
    say.same(expected, self:scalars(statement, parameters))
end

---Check all columns of a statement's rows.
---@param expected any[][]
---@param statement any
---@param parameters? table
function Fixture:gives_rows(expected, statement, parameters)
    say.same(expected, self:rows(statement, parameters))
end

---Check that a function raises an error of this class, and roll back.
---@param class corm.exc.Class
---@param fn fun(...)
---@param ... any
---@return corm.exc.Error
function Fixture:raises(class, fn, ...)
    local ok, e = pcall(fn, ...)
    say.is_false(ok, "no error was raised")
    say.is_true(class:is(e), tostring(e))
    self.connection:rollback()
    return e
end

---A second connection, closed after the test.
---@return corm.Connection
function Fixture:another_connection()
    local opened = self.engine:connect()
    self._opened[#self._opened + 1] = opened
    return opened
end

---Give everything back: connections first, for they may hold locks.
function Fixture:close()
    self._opened[#self._opened + 1] = rawget(self, "connection")
    for _, opened in ipairs(self._opened) do
        opened:close()
    end
    local ok, e = pcall(self.metadata.drop_all, self.metadata, self.engine)
    self.engine:dispose()
    if not ok then
        error(e, 0)
    end
end

local fixture = {}

---@param url string|corm.URL
---@param engine_options? table
---@param overrides? table<string, boolean> requirements
---@return corm.testing.Fixture
function fixture.new(url, engine_options, overrides)
    local engine = corm.create_engine(url, engine_options)
    return setmetatable({
        engine = engine,
        metadata = corm.MetaData(),
        requirements = require("corm.testing.requirements").of(engine.dialect.family, overrides),
        _opened = {},
    }, Fixture)
end

return fixture
