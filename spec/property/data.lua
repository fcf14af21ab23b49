-- SPDX-License-Identifier: MIT
-- Two small tables, as corm sees them and as plain Lua rows.

local corm = require("corm")
local Column = corm.Column
local NULL = corm.NULL

local data = {}

-- Types of the columns, as the trees know them.
data.columns = {
    t = { id = "int", a = "int", b = "int", r = "real", s = "text", p = "text", f = "bool" },
    u = { id = "int", t_id = "int", n = "int", x = "real", w = "text", k = "bool" },
}

data.types = {
    int = corm.Integer, real = corm.Float, text = corm.String, bool = corm.Boolean,
}

-- Reals are sums of quarters, so that every database calculates exactly.
local function t(id, a, b, r, s, p, f)
    return { id = id, a = a, b = b, r = r, s = s, p = p, f = f }
end

local function u(id, t_id, n, x, w, k)
    return { id = id, t_id = t_id, n = n, x = x, w = w, k = k }
end

data.rows = {
    t = {
        t(1, 5, 1, 1.5, "abc", "x", true),
        t(2, -7, 1, -2.25, "ABC", "a%c", false),
        t(3, 0, 2, 0.0, "", "it's", NULL),
        t(4, NULL, 2, 3.0, "a_c", NULL, true),
        t(5, 12, 2, NULL, NULL, "", false),
        t(6, 1, NULL, 0.5, "100%", "\\", true),
        t(7, 5, NULL, 1.5, "abc", "Abc", NULL),
        t(8, NULL, NULL, NULL, NULL, NULL, NULL),
        t(9, -1, 3, -0.75, "語→", "\"q\"", false),
        t(10, 1000, 3, 100.25, " ab ", ":b ? $1", true),
    },
    u = {
        u(1, 1, 4, 0.5, "abc", true),
        u(2, 1, NULL, NULL, "x", false),
        u(3, 2, -7, -2.25, NULL, NULL),
        u(4, 3, 0, 8.0, "", true),
        u(5, NULL, 5, 1.5, "ABC", false),
        u(6, 9, 5, 0.0, "a%c", true),
    },
}

---The tables, as a schema of their own.
---@return table tables t and u
---@return corm.MetaData
function data.schema()
    local metadata = corm.MetaData()
    local tables = {}
    for name, columns in pairs(data.columns) do
        local names = {}
        for column in pairs(columns) do
            names[#names + 1] = column
        end
        table.sort(names)
        local list = {}
        for _, column in ipairs(names) do
            list[#list + 1] = Column(column, data.types[columns[column]],
                { primary_key = column == "id", autoincrement = false })
        end
        tables[name] = corm.Table(name, metadata, table.unpack(list))
    end
    return tables, metadata
end

---Create and fill the tables.
---@param engine corm.Engine
---@param tables table
---@param metadata corm.MetaData
function data.create(engine, tables, metadata)
    metadata:create_all(engine)
    engine:begin(function(conn)
        for name, rows in pairs(data.rows) do
            conn:execute(corm.insert(tables[name]), rows)
        end
        -- PostgreSQL would take unknown tables for large ones and compile its plans.
        conn:execute(corm.text("ANALYZE"))
    end)
end

return data
