-- SPDX-License-Identifier: MIT
-- What the specs of the ORM share: models on an empty database, the SQL they send
-- in one spelling for both databases.

local corm = require("corm")
local helper = require("spec.helper")

local Column, ForeignKey, Integer, String = corm.Column, corm.ForeignKey, corm.Integer, corm.String
local Float, relationship = corm.Float, corm.relationship

local kit = {}

---SQL in one line, placeholders as question marks.
---@param sql string
---@return string
function kit.plain(sql)
    return (sql:gsub("%s+", " "):gsub("%$%d+", "?"))
end

---An engine whose tables exist, for the models of a base.
---@param db spec.Database
---@param Base table
---@param rows table<any, table[]>[] {class, rows} to insert, in order
---@return corm.Engine
function kit.engine(db, Base, rows)
    local engine = corm.create_engine(db.url)
    Base.metadata:create_all(engine)
    engine:begin(function(connection)
        for _, each in ipairs(rows) do
            connection:execute(corm.insert(each[1]), each[2])
        end
    end)
    return engine
end

---The SQL that an engine sends from now on, in one spelling.
---@param engine corm.Engine
---@return fun(): string[] take the statements sent since the last call, with {…} values
function kit.log(engine)
    local sent = helper.capture_sql(engine)
    local from = 1
    return function()
        local list = {}
        for i = from, #sent do
            local values = {}
            for k, value in ipairs(sent.parameters[i]) do
                values[k] = type(value) == "table" and "…" or tostring(value)
            end
            list[#list + 1] = kit.plain(sent[i]) .. " {" .. table.concat(values, ", ") .. "}"
        end
        from = #sent + 1
        return list
    end
end

-- Rows of values in one line; a flat list is cut into rows of that many columns.
local function rows_of(values, ncolumns)
    local rows, row = {}, {}
    if type(values[1]) == "table" and getmetatable(values[1]) == nil then
        for i, each in ipairs(values) do
            rows[i] = rows_of(each, #each)
        end
        return table.concat(rows, " | ")
    end
    for i, value in ipairs(values) do
        row[#row + 1] = tostring(value)
        if #row == ncolumns or i == #values then
            rows[#rows + 1], row = table.concat(row, ", "), {}
        end
    end
    return table.concat(rows, " | ")
end

-- "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) RETURNING t.id" -> "INSERT t (a, b)"
local function short(sql)
    local name, columns = sql:match("^INSERT INTO (%S+) (%b())")
    if name then
        local _, ncolumns = columns:gsub("[^,]+", "")
        return ("INSERT %s %s"):format(name, columns), ncolumns
    end
    local changed, values, criteria = sql:match("^UPDATE (%S+) SET (.*) WHERE (.*)$")
    if changed then
        return ("UPDATE %s SET %s"):format(changed, values),
            select(2, values:gsub("%?", "")) + select(2, criteria:gsub("%?", ""))
    end
    local deleted, by = sql:match("^DELETE FROM (%S+) WHERE (.*)$")
    if deleted then
        return "DELETE " .. deleted, select(2, by:gsub("%?", ""))
    end
    return sql, math.huge
end

---What an engine sends from now on, as short as it can be told, the same for each database:
---"INSERT account (name): ed | wendy".
---@param engine corm.Engine
---@return fun(): string[] take the statements sent since the last call
function kit.writes(engine)
    local sent = helper.capture_sql(engine)
    local from = 1
    return function()
        local list = {}
        for i = from, #sent do
            local line, ncolumns = short(kit.plain(sent[i]))
            local values = rows_of(sent.parameters[i] or {}, ncolumns)
            list[#list + 1] = values == "" and line or line .. ": " .. values
        end
        from = #sent + 1
        return list
    end
end

---A tree of nodes in one table.
function kit.tree()
    local Base = corm.declarative_base()
    local Node = Base:extend("TreeNode", {
        __tablename = "tree",
        id = Column(Integer, { primary_key = true }),
        parent_id = Column(ForeignKey("tree.id")),
        name = Column(String(30), { nullable = false }),
        children = relationship("TreeNode", {
            back_populates = "parent",
            collection_class = corm.attribute_keyed_dict("name"),
        }),
        parent = relationship("TreeNode", { back_populates = "children", remote_side = "id" }),
    })
    return Base, Node
end

kit.TREE_ROWS = {
    { id = 1, parent_id = corm.NULL, name = "rootnode" },
    { id = 3, parent_id = 1, name = "node3" },
    { id = 4, parent_id = 1, name = "node2" },
    { id = 7, parent_id = 1, name = "node4" },
    { id = 5, parent_id = 4, name = "subnode1" },
    { id = 6, parent_id = 4, name = "subnode2" },
    { id = 8, parent_id = 7, name = "subnode3" },
    { id = 9, parent_id = 7, name = "subnode4" },
    { id = 10, parent_id = 8, name = "subsubnode1" },
}

---Users, their addresses and keywords, and what an order consists of.
function kit.shop()
    local Base = corm.declarative_base()
    local models = { Base = Base }
    models.user_keyword = corm.Table("user_keyword", Base.metadata,
        Column("user_id", ForeignKey("account.id"), { primary_key = true }),
        Column("keyword_id", ForeignKey("keyword.id"), { primary_key = true }))
    models.User = Base:extend("User", {
        __tablename = "account",
        id = Column(Integer, { primary_key = true }),
        name = Column(String(30)),
        addresses = relationship("Address", { back_populates = "user", order_by = "id" }),
        keywords = relationship("Keyword", { secondary = models.user_keyword, order_by = "id",
            backref = "users" }),
    })
    models.Address = Base:extend("Address", {
        __tablename = "address",
        id = Column(Integer, { primary_key = true }),
        user_id = Column(ForeignKey("account.id")),
        email = Column(String(50)),
        user = relationship("User", { back_populates = "addresses" }),
        dingaling = relationship("Dingaling", { uselist = false, back_populates = "address" }),
    })
    models.Dingaling = Base:extend("Dingaling", {
        __tablename = "dingaling",
        id = Column(Integer, { primary_key = true }),
        address_id = Column(ForeignKey("address.id")),
        data = corm.orm.deferred(Column(String(30))),
        weight = Column(Float),
        address = relationship("Address", { back_populates = "dingaling" }),
    })
    models.Keyword = Base:extend("Keyword", {
        __tablename = "keyword",
        id = Column(Integer, { primary_key = true }),
        word = Column(String(30)),
    })
    return models
end

---Rows for shop(): two users with addresses and keywords, one without.
function kit.shop_rows(models)
    return {
        { models.User.__table, {
            { id = 7, name = "jack" }, { id = 8, name = "ed" }, { id = 9, name = "fred" },
        } },
        { models.Address.__table, {
            { id = 1, user_id = 7, email = "jack@bean.com" },
            { id = 2, user_id = 8, email = "ed@wood.com" },
            { id = 3, user_id = 8, email = "ed@bettyboop.com" },
            { id = 4, user_id = corm.NULL, email = "nobody@nowhere.com" },
        } },
        { models.Dingaling.__table, {
            { id = 1, address_id = 2, data = "ding 1", weight = 1.5 },
        } },
        { models.Keyword.__table, { { id = 1, word = "blue" }, { id = 2, word = "red" } } },
        { models.user_keyword, {
            { user_id = 7, keyword_id = 1 }, { user_id = 7, keyword_id = 2 },
            { user_id = 8, keyword_id = 2 },
        } },
    }
end

---A session on a new shop; engine and session are kept in the fixture, for kit.close().
---@param db spec.Database
---@param fixture table
---@return corm.Session, table models, fun(): string[] log
function kit.open_shop(db, fixture)
    local models = kit.shop()
    fixture.engine = kit.engine(db, models.Base, kit.shop_rows(models))
    fixture.session = corm.Session(fixture.engine)
    return fixture.session, models, kit.log(fixture.engine)
end

---Close what the fixture has of a session and its engine.
---@param fixture table
function kit.close(fixture)
    if fixture.session then
        fixture.session:close()
        fixture.engine:dispose()
    end
end

return kit
