-- SPDX-License-Identifier: MIT
-- Query, the 1.x way of selecting: session:query(User):filter_by{name = "ed"}:first().
--
-- A Query is a select and a session to run it in. Where it differs from select(): its columns
-- are labelled table_column, one class alone gives objects rather than rows, and objects that
-- joined collections repeat come once.

local core = require("corm.core")
local args = require("corm.sql.args")
local check = require("corm.util.check")
local check_options = require("corm.util.options")
local elements = require("corm.sql.elements")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local loading = require("corm.orm.loading")
local select_module = require("corm.sql.select")
local query_events = require("corm.orm.query_events")
local missing = require("corm.util.missing")
local merged = require("corm.util.merged")

local query = {}

local slots = core.slots.select

-- enum corm_label_style: table_column
local LABEL_TABLENAME = 1

---@class corm.orm.Query
---@field session? corm.Session
---@field _statement any
local Query = { dispatch = query_events.dispatch }

local meta = { __name = "corm.Query" }

-- What is read like a field, though it is computed.
local getters = {}

-- A subclass keeps its methods in its own table.
local function class_index(class)
    return function(self, key)
        local found = class[key]
        if found == nil and getters[key] then
            return getters[key](self)
        end
        if found == nil and type(key) == "string" and key:sub(1, 1) ~= "_" then
            missing("Query", key, class, getters)
        end
        return found
    end
end

local function metatable_of(class)
    return {
        __name = "corm.Query",
        __index = class_index(class),
        __call = meta.__call,
        __tostring = meta.__tostring,
        __clause_element = meta.__clause_element,
        class = class,
    }
end

-- The same query with another statement, or other options.
local function derive(self, changes)
    return setmetatable(merged(self, changes), getmetatable(self))
end

local function with_statement(self, statement)
    return derive(self, { _statement = statement })
end

local function labelled(select)
    return core.respec(select, { value = LABEL_TABLENAME, pin = core.pin(select) })
end

---A query of classes and columns.
---@param elements_ any[]
---@param session? corm.Session
---@param class? table subclass of Query
---@return corm.orm.Query
function query.new(elements_, session, class)
    class = class or Query
    check(elements_, "table", "Query", "a sequence of what is selected")
    local n = elements_.n or #elements_
    if n == 1 and type(elements_[1]) == "table" and getmetatable(elements_[1]) == nil then
        elements_ = elements_[1]
        n = #elements_
    end
    for i = 1, n do
        if core.resolve(elements_[i]) == nil then
            args.refuse("query", "mapped classes or columns", elements_[i])
        end
    end
    return setmetatable({
        session = session,
        _statement = labelled(core.select(table.unpack(elements_, 1, n))),
        _options = {},
    }, rawget(class, "_meta"))
end

setmetatable(Query, {
    __name = "corm.QueryClass",
    __call = function(class, elements_, session)
        return query.new(elements_, session, class)
    end,
})

---A subclass with methods of its own: for Session(…, {query_cls = MyQuery}).
---@param name string
---@param members? table
---@return table
function Query.extend(class, name, members)
    local subclass = setmetatable({ __name = name }, {
        __index = class,
        __call = getmetatable(class).__call,
        __name = "corm.QueryClass",
    })
    for key, value in pairs(members or {}) do
        subclass[key] = value
    end
    subclass._meta = metatable_of(subclass)
    subclass.dispatch = class.dispatch:derive()
    return subclass
end

-- ---- building ----

-- Methods of Select that a query has as they are.
for _, name in ipairs({
    "add_columns", "correlate", "distinct", "filter_by", "group_by", "having", "join", "limit",
    "offset", "options", "order_by", "outerjoin", "prefix_with", "select_from", "slice",
    "suffix_with", "where", "with_for_update", "params",
}) do
    Query[name] = function(self, ...)
        local statement = self._statement
        return with_statement(self, statement[name](statement, ...))
    end
end

Query.filter = Query.where
Query.add_column = Query.add_columns
Query.add_entity = Query.add_columns

---Other columns and classes under the same conditions.
---@param ... any
---@return corm.orm.Query
function Query:with_entities(...)
    return with_statement(self, self._statement:with_only_columns(...))
end

---@param options table
---@return corm.orm.Query
function Query:execution_options(options)
    return derive(self, { _options = merged(self._options, options) })
end

---Overwrite what is loaded, changes included.
function Query:populate_existing()
    return self:execution_options({ populate_existing = true })
end

---Fetch and load so many rows at a time.
---@param count integer
function Query:yield_per(count)
    return self:execution_options({ yield_per = count })
end

---Whether the session is flushed before the query runs.
---@param setting boolean
function Query:autoflush(setting)
    return self:execution_options({ autoflush = setting })
end

---Whether collections and objects are loaded along by joins, as the mapping says.
---@param setting boolean
function Query:enable_eagerloads(setting)
    if setting then
        return self
    end
    return with_statement(self,
        self._statement:options(require("corm.orm.strategy_options").lazyload("*")))
end

---Take the rows from another statement.
---@param source any
---@return corm.orm.Query
function Query:from_statement(source)
    return with_statement(self, self._statement:from_statement(source))
end

---Rows in relationship with an object: query(Address):with_parent(user).
---@param object any
---@param attribute? any
---@return corm.orm.Query
function Query:with_parent(object, attribute)
    local util = require("corm.orm.util")
    if attribute == nil then
        attribute = query.relationship_to(object, self)
    end
    return self:where(util.with_parent(object, attribute))
end

---The one relationship of an object's class that leads to what the query selects.
function query.relationship_to(object, self)
    local of_mapper = require("corm.orm.mapper").of_instance(object)
    local target = self:_first_entity("with_parent").mapper
    for _, prop in ipairs(of_mapper.relationship_props) do
        if prop.target == target then
            return of_mapper.attributes[prop.key]
        end
    end
    exc.InvalidRequestError:raise("with_parent: class '%s' has no relationship to class '%s'",
        of_mapper.name, target.name)
end

for _, name in ipairs({
    "union", "union_all", "intersect", "intersect_all", "except_", "except_all",
}) do
    Query[name] = function(self, ...)
        local others = table.pack(...)
        for i = 1, others.n do
            others[i] = core.resolve(others[i])
        end
        local compound = select_module[name](self._statement, table.unpack(others))
        local subquery = compound:subquery()
        local first = self:_first_entity(name)
        local aliased = require("corm.orm.util").aliased(first.mapper.class, subquery)
        return query.new({ aliased, n = 1 }, self.session, getmetatable(self).class)
    end
end

-- ---- what it is ----

function meta:__clause_element()
    return self._statement
end

function meta:__tostring()
    return tostring(self._statement)
end

-- What is compiled: the select, as the listeners of before_compile leave it.
local function compiled_statement(self)
    return query_events.before_compile(self)._statement
end

---The select that it stands for.
---@return corm.Select
function getters:statement()
    return compiled_statement(self)
end

getters.selectable = getters.statement

---(SELECT …) as something to select from.
---@param name? string
---@param options? {with_labels?: boolean}
function Query:subquery(name, options)
    options = check_options(options, { "reduce_columns", "with_labels" }, "subquery")
    local statement = compiled_statement(self)
    if not options.with_labels then
        statement = core.respec(statement, { value = 0, pin = core.pin(statement) })
    end
    return statement:subquery(name)
end

function Query:cte(name, options)
    local statement = compiled_statement(self)
    return core.respec(statement, { value = 0, pin = core.pin(statement) }):cte(name, options)
end

---(SELECT …) as a value.
function Query:scalar_subquery()
    return compiled_statement(self):scalar_subquery()
end

Query.as_scalar = Query.scalar_subquery

function Query:label(name)
    return compiled_statement(self):scalar_subquery():label(name)
end

---The condition, or nil.
function getters:whereclause()
    return core.kid(self._statement, slots.where)
end

-- The first class that is selected.
function Query:_first_entity(caller)
    local list = core.kid(self._statement, slots.columns)
    for i = 0, core.kid_count(list) - 1 do
        local node = core.kid(list, i)
        if core.kind(node) == "attribute" then
            node = core.kid(node, 1)
        end
        if core.kind(node) == "entity" then
            return entities.describe(node)
        end
    end
    exc.InvalidRequestError:raise("%s: the query selects no mapped class", caller)
end

-- ---- running ----

local function check_session(self)
    if not self.session then
        exc.UnboundExecutionError:raise("this query has no session; use query:with_session()")
    end
    return self.session
end

---The same query in another session.
---@param session corm.Session
function Query:with_session(session)
    return derive(self, { session = session })
end

local function is_single_entity(self)
    local list = core.kid(self._statement, slots.columns)
    return core.kid_count(list) == 1 and core.kind(core.kid(list, 0)) == "entity"
end

-- The result: of objects if one class is selected, else of rows.
local function run(self)
    local session = check_session(self)
    self = query_events.before_compile(self)
    local options = next(self._options) ~= nil and self._options or nil
    local result = session:execute(self._statement, nil, options)
    if core.needs_unique(result) then
        result = result:unique()
    end
    return is_single_entity(self) and result:scalars() or result
end

query.run = run

---All objects, or rows.
---@return any[]
function Query:all()
    return run(self):all()
end

---The first one, or nil. At most one row is selected.
---@return any?
function Query:first()
    if core.kid(self._statement, slots.limit) then
        return run(self):first()
    end
    return run(self:limit(1)):first()
end

---The only one; none or several are an error.
---@return any
function Query:one()
    return run(self):one()
end

---@return any?
function Query:one_or_none()
    return run(self):one_or_none()
end

---The first value of the only row, nil without rows.
---@return any?
function Query:scalar()
    local row = run(self):one_or_none()
    if row == nil or is_single_entity(self) then
        return row
    end
    return row[1]
end

-- for object in query do: a loop begins without a value, then it is given the last one.
function meta:__call(_, last)
    if last == nil then
        rawset(self, "_running", run(self))
    end
    return rawget(self, "_running"):fetchone()
end

---Rows of these columns only, one after the other.
---@param ... any
---@return corm.Result
function Query:values(...)
    return run(self:with_entities(...))
end

---The first of these columns in the first row.
---@param column any
---@return any?
function Query:value(column)
    local row = self:with_entities(column):first()
    return row and row[1]
end

---An object by its primary key; from the session if it is there.
---@param key any
---@return any?
function Query:get(key)
    local session = check_session(self)
    local entity = self:_first_entity("get")
    local nodes = require("corm.sql.statement").options(self._statement)
    return loading.get(session, entity.mapper.class, key, {
        options = #nodes > 0 and nodes or nil,
        populate_existing = self._options.populate_existing,
    })
end

---How many rows there are.
---@return integer
function Query:count()
    local inner = core.with_kid(compiled_statement(self), slots.options, nil)
    local counted = core.select(require("corm.sql.functions").func.count(
        elements.literal_column("*"))):select_from(inner:subquery())
    return check_session(self):execute(labelled(counted)):scalar()
end

---EXISTS (SELECT 1 …).
---@return corm.Exists
function Query:exists()
    local inner = compiled_statement(self)
    local from = core.kid(inner, slots.from)
    if not from then
        local entity = self:_first_entity("exists")
        inner = inner:select_from(entity.node)
    end
    inner = core.with_kid(inner, slots.options, nil)
    return elements.exists(inner:with_only_columns(elements.literal_column("1")))
end

-- ---- changing rows ----

local SYNC_OPTIONS = { "synchronize_session", "update_args", "delete_args" }

local NOT_FOR_ROWS = { "limit", "offset", "fetch", "order_by", "group_by", "having", "joins",
    "from", "distinct_on" }

-- An UPDATE or DELETE has nothing but a condition.
local function refuse_shape(select, caller)
    local found = core.flag(select, "variant") and "distinct"
    for _, slot in ipairs(NOT_FOR_ROWS) do
        found = found or core.kid(select, slots[slot]) and slot
    end
    if found then
        exc.InvalidRequestError:raise("%s: cannot be called on a query that has %s", caller, found)
    end
end

local function bulk(self, make, caller, options, values)
    options = check_options(options, SYNC_OPTIONS, caller)
    local session = check_session(self)
    local entity = self:_first_entity(caller)
    local context = query_events.before_bulk(self, entity.mapper, values)
    self = context.query
    refuse_shape(self._statement, caller)
    local statement = make(entity.node, context.values):options(table.unpack(
        require("corm.sql.statement").options(self._statement)))
    local where = core.kid(self._statement, slots.where)
    if where then
        statement = statement:where(where)
    end
    local sync = options.synchronize_session
    local execution_options = { synchronize_session = sync == nil and "auto" or sync }
    local result = session:execute(statement, nil, execution_options)
    query_events.after_bulk(context, result)
    return result.rowcount
end

---Update the rows; returns how many.
---@param values table
---@param options? {synchronize_session?: string|boolean}
---@return integer
function Query:update(values, options)
    return bulk(self, function(node, changed)
        return require("corm.sql.dml").update(node):values(changed)
    end, "update", options, values)
end

---Delete the rows; returns how many.
---@param options? {synchronize_session?: string|boolean}
---@return integer
function Query:delete(options)
    return bulk(self, function(node)
        return require("corm.sql.dml").delete(node)
    end, "delete", options)
end

---What the query selects, described.
---@return table[]
function getters:column_descriptions()
    local found = {}
    local list = core.kid(self._statement, slots.columns)
    for i = 0, core.kid_count(list) - 1 do
        local node = core.kid(list, i)
        local entity = core.kind(node) == "entity" and entities.describe(node)
            or core.kind(node) == "attribute" and entities.describe(core.kid(node, 1)) or nil
        found[i + 1] = {
            name = core.kind(node) == "entity" and entity:label() or core.name(node),
            expr = core.kind(node) == "entity" and entity.mapper.class or node,
            type = core.kind(node) == "entity" and entity.mapper.class or core.type_of(node),
            aliased = entity ~= nil and entity.map ~= nil,
            entity = entity and entity.mapper.class,
        }
    end
    return found
end

Query._meta = metatable_of(Query)
query.Query = Query

---Whether the value is a Query.
---@param value any
---@return boolean
function query.is(value)
    return type(value) == "table" and (core.metafield(value, "__name") == "corm.Query")
end

return query
