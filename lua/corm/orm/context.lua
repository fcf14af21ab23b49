-- SPDX-License-Identifier: MIT
-- Statements with mapped classes: rewritten once per shape, then executed and loaded.
--
-- A context is what is known of a shape: the statement in plain nodes, the plan for loading
-- its rows, and what is loaded after them. Contexts are found by the address of the compiled
-- statement, which the engine's cache finds by the statement as it was written; the second
-- time a shape comes nothing is rewritten or compiled.

local core = require("corm.core")
local bundle = require("corm.orm.bundle")
local entities = require("corm.orm.entities")
local exc = require("corm.exc")
local execution = require("corm.engine.execution")
local mapper = require("corm.orm.mapper")
local option_tree = require("corm.orm.option_tree")
local rewrite = require("corm.orm.rewrite")
local select_builder = require("corm.orm.select_builder")
local selectable = require("corm.sql.selectable")
local sql_statement = require("corm.sql.statement")

local context = {}

-- enum corm_label_style: table_column
local LABEL_TABLENAME = 1

local slots = core.slots.select
local step = core.execution
local items, list = rewrite.items, rewrite.list

---@class corm.orm.Context
---@field statement any plain nodes
---@field plan? any the core's plan; nil if no objects come of it
---@field posts table[] see select_builder
---@field mappers table<corm.orm.Mapper, true> whose objects are loaded
---@field must_be_unique boolean rows repeat objects: the caller has to say unique()
---@field is_buffered boolean all rows are read before the first is handed out
---@field has_subquery boolean something is loaded by subquery: the statement is kept for that
---@field source? any what stands for the statement then, if it is not itself
---@field is_lasting boolean the next statement of the same shape can use it too
local Context = { __name = "corm.orm.Context" }
Context.__index = Context

-- ---- building ----

local add_element

-- Several elements as a row within the row.
local function add_bundle(builder, trees, element, into)
    local own = { values = {}, names = {} }
    table.insert(builder.rows, own)
    table.insert(into.values, { #builder.rows })
    table.insert(into.names, core.value(element))
    for _, each in ipairs(items(element)) do
        add_element(builder, trees, each, own)
    end
end

-- How the rows call a column: by the attribute's key or the name; false if it has neither.
local function name_of(element)
    local kind = core.kind(element)
    local is_named = kind == "attribute" or kind == "column" or kind == "colref"
        or kind == "label" or kind == "literal"
    return is_named and not core.flag(element, "anonymous") and core.name(element) or false
end

-- What stands for an element of the columns clause in the rows.
function add_element(builder, trees, element, into)
    if bundle.is(element) then
        add_bundle(builder, trees, element, into)
    elseif core.kind(element) == "entity" then
        local entity = entities.describe(element)
        table.insert(into.values, builder:entity(entity, { link = "root" }, trees[entity]))
        table.insert(into.names, entity:label())
    else
        table.insert(into.values, -builder:column(builder.rewriter:node(element)))
        table.insert(into.names, name_of(element))
    end
end

-- The classes among the elements, those in bundles included.
local function roots_of(elements, roots)
    roots = roots or {}
    for _, element in ipairs(elements) do
        if core.kind(element) == "entity" then
            roots[#roots + 1] = entities.describe(element)
        elseif bundle.is(element) then
            roots_of(items(element), roots)
        end
    end
    return roots
end

-- Whether rows of these columns are what the database returns, under the same names.
local function is_plain(select, elements)
    if core.value(select) == LABEL_TABLENAME then
        return false
    end
    for _, element in ipairs(elements) do
        local is_renamed = core.kind(element) == "attribute"
            and core.name(element) ~= core.name(core.kid(element, 0))
        if is_renamed or bundle.is(element) then
            return false
        end
    end
    return true
end

-- Values that are columns are called as the statement calls them.
local function settle_names(builder, statement, by_name)
    local columns
    for _, row in ipairs(builder.rows) do
        for i, name in ipairs(row.names) do
            if not name and by_name then
                row.names[i] = core.name(builder.columns[-row.values[i]]) or ""
            elseif not name then
                columns = columns or core.query_columns(statement)
                row.names[i] = columns[-row.values[i]].key
            end
        end
    end
    return builder.rows
end

local function is_scalar(builder, elements)
    local values = builder.rows[1].values
    if #values ~= 1 or type(values[1]) == "number" and values[1] < 0 then
        return false
    end
    return type(values[1]) == "number" or core.name(elements[1]) == "bundle_single"
end

-- Whether what is loaded later depends on values of this very statement.
local function is_lasting(posts, criteria)
    for _, post in ipairs(posts) do
        local condition = post.option and post.option.condition
        if condition and core.flag(condition, "has_bind") then
            return false
        end
    end
    for _, each in ipairs(criteria) do
        if each.propagates and core.flag(each.condition, "has_bind") then
            return false
        end
    end
    return true
end

local function has_subquery(posts)
    for _, post in ipairs(posts) do
        if post.strategy == "subquery" then
            return true
        end
    end
    return false
end

---@param builder corm.orm.SelectBuilder
---@param statement any
---@param criteria? any[]
---@param by_name? boolean the statement's columns are found by their names
---@return corm.orm.Context
local function finish(builder, statement, criteria, by_name)
    local repeats = builder.repeats_rows
    for _, post in ipairs(builder.posts) do
        post.criteria = criteria
    end
    local plan = {
        entities = builder.entities,
        rows = settle_names(builder, statement, by_name),
        scalar = builder.is_scalar,
    }
    return setmetatable({
        statement = statement,
        plan = not by_name and core.load_plan(plan),
        plan_by_name = by_name and { plan = plan, columns = builder.columns, made = {} },
        posts = builder.posts,
        mappers = builder.mappers,
        criteria = criteria,
        must_be_unique = repeats,
        has_subquery = has_subquery(builder.posts),
        is_buffered = repeats or #builder.posts > 0,
        is_lasting = is_lasting(builder.posts, criteria or {}),
    }, Context)
end

context.finish = finish

local function limits_rows(select)
    return core.kid(select, slots.limit) or core.kid(select, slots.offset)
        or core.kid(select, slots.fetch) or core.kid(select, slots.group_by)
        or core.kid(select, slots.distinct_on) or core.flag(select, "variant")
end

local function append(into, more)
    return table.move(more, 1, #more, #into + 1, into)
end

-- The joins of eager loading behind the statement's own.
local function joined_select(rewriter, builder, select)
    builder:follow()
    local joins = rewriter:joins(core.kid(select, slots.joins))
    append(joins, builder:join_specs())
    local order_by = {}
    for i, node in ipairs(items(core.kid(select, slots.order_by))) do
        order_by[i] = rewriter:node(node)
    end
    append(order_by, builder.order_by)
    return rewriter:select(select, {
        [slots.columns] = list(builder.columns),
        [slots.joins] = list(joins),
        [slots.where] = rewriter:where(select),
        [slots.order_by] = list(order_by),
    })
end

-- A SELECT of the rows that count in a subquery, the collections joined to that.
local function wrapped_select(rewriter, builder, select)
    local order_by = {}
    for i, node in ipairs(items(core.kid(select, slots.order_by))) do
        order_by[i] = rewriter:node(node)
    end
    local _, outer_order = builder:wrap(order_by, function(columns)
        local inner = rewriter:select(select, {
            [slots.columns] = list(columns),
            [slots.joins] = list(rewriter:joins(core.kid(select, slots.joins))),
            [slots.where] = rewriter:where(select),
        })
        return core.node("subquery", { anonymous = true, id = true, inner })
    end)
    builder:follow()
    append(outer_order, builder.order_by)
    local kids = { n = slots.count }
    for slot = 1, slots.count do
        kids[slot] = false
    end
    kids[slots.columns + 1] = list(builder.columns)
    kids[slots.joins + 1] = list(builder:join_specs())
    kids[slots.order_by + 1] = list(outer_order)
    return core.node("select", kids)
end

-- A builder with the statement's elements, before anything is joined.
local function new_builder(elements, trees, criteria)
    local builder = select_builder.new(rewrite.new(criteria))
    for _, element in ipairs(elements) do
        add_element(builder, trees, element, builder.rows[1])
    end
    builder.is_scalar = is_scalar(builder, elements)
    return builder
end

local function propagate(trees, criteria)
    for _, tree in pairs(trees) do
        for _, each in ipairs(criteria) do
            if each.propagates then
                table.insert(tree.criteria, each)
            end
        end
    end
end

---The context of a SELECT.
---@param select any
---@return corm.orm.Context
local function build_select(select)
    local elements = items(core.kid(select, slots.columns))
    local roots = roots_of(elements)
    local trees, criteria = option_tree.read(sql_statement.options(select), roots)
    if #roots == 0 and is_plain(select, elements) then
        return setmetatable({ statement = rewrite.new(criteria):node(select), posts = {},
            is_lasting = true }, Context)
    end
    propagate(trees, criteria)
    local builder = new_builder(elements, trees, criteria)
    local statement = joined_select(builder.rewriter, builder, select)
    if builder.repeats_rows and #builder.joins > 0 and limits_rows(select) then
        builder = new_builder(elements, trees, criteria)
        statement = wrapped_select(builder.rewriter, builder, select)
    end
    return finish(builder, statement, criteria)
end

-- INSERT, UPDATE or DELETE … RETURNING classes.
local function build_returning(statement)
    local slot = core.slots[core.kind(statement)].returning
    local options = core.slots[core.kind(statement)].options
    local returned = core.kid(statement, slot)
    local elements = items(returned)
    if #roots_of(elements) == 0 and is_plain(statement, elements) then
        return setmetatable({ statement = rewrite.plain(statement), posts = {},
            is_lasting = true }, Context)
    end
    local trees = option_tree.read(sql_statement.options(statement), roots_of(elements))
    local builder = new_builder(elements, trees)
    builder:follow_afterwards()
    local plain = core.with_kid(statement, options, builder.rewriter:shown_options(statement))
    plain = builder.rewriter:node(core.with_kid(plain, slot, nil))
    plain = core.with_kid(plain, slot, list(builder.columns))
    return finish(builder, plain)
end

-- select(User):from_statement(…): the rows of another statement.
local function build_from_statement(select, source)
    local elements = items(core.kid(select, slots.columns))
    local roots = roots_of(elements)
    local loads = {}
    for _, option in ipairs(sql_statement.options(select)) do
        if core.name(option) ~= "from_statement" then
            loads[#loads + 1] = option
        end
    end
    local trees, criteria = option_tree.read(loads, roots)
    local builder = new_builder(elements, trees, criteria)
    builder:follow()
    return finish(builder, builder.rewriter:node(source), criteria, true)
end

local function source_of(select)
    for _, option in ipairs(sql_statement.options(select)) do
        if core.name(option) == "from_statement" then
            return core.kid(option, 0)
        end
    end
    return nil
end

---Make the context of a statement.
---@param statement any
---@return corm.orm.Context
function context.build(statement)
    mapper.configure()
    local kind = core.kind(statement)
    if kind == "select" then
        local source = source_of(statement)
        if source then
            return build_from_statement(statement, source)
        end
        return build_select(statement)
    elseif kind == "insert" or kind == "update" or kind == "delete" then
        return build_returning(statement)
    end
    return setmetatable({ statement = rewrite.plain(statement), posts = {}, is_lasting = true },
        Context)
end

-- Core connections and tostring() see the statement in plain nodes, with its eager joins.
core.set_rewriter(function(statement)
    return context.build(statement).statement
end)

-- ---- contexts by compiled statement ----

local CONTEXTS_MAX = 2000

-- Engine → {address of the compiled statement → context, n = how many}. A context keeps the
-- compiled statement, so that nothing else gets its address.
local contexts = setmetatable({}, { __mode = "k" })

local function contexts_of(engine)
    local own = contexts[engine]
    if not own or own.n >= CONTEXTS_MAX then
        own = { n = 0 }
        contexts[engine] = own
    end
    return own
end

local function remember(engine, address, built, result)
    if built.is_lasting then
        local own = contexts_of(engine)
        own.n = own.n + 1
        own[address] = built
        built.compiled = built.compiled or {}
        built.compiled[address] = step.compiled(result)
    end
end

---Counts the changes of classes that were in use: statements made before are of no use.
context.generation = 0

-- A class that was in use gained an attribute.
mapper.on_change = function()
    context.generation = context.generation + 1
    for engine in pairs(contexts) do
        contexts[engine] = nil
        engine:clear_compiled_cache()
    end
end

-- ---- executing ----

---Run a result that is prepared, with the log and the listeners that there are.
---@param connection corm.Connection
---@param result corm.Result
---@param options? table
---@param statement? any whose columns have defaults to compute
function context.run(connection, result, options, statement)
    if connection._is_slow or options or statement or connection:_hears_cursors() then
        execution.run_prepared(connection, result, statement, nil, options)
    else
        step.bind(result)
        step.run(result)
    end
end

local prepare_orm = core.prepare_orm

-- Prepare a statement by the shape it was written in.
local function prepare(connection, statement, parameters, options)
    local native = connection._native
    local map = options and execution.schema_options(options) or connection._schema_options or nil
    local result, address, has_defaults = prepare_orm(connection, native, statement, parameters,
        map)
    local built = address and contexts_of(connection.engine)[address]
    if not built then
        built = context.build(statement)
        if not result then
            local rendered = core.render(built.statement, connection.dialect)
            result, address, has_defaults = prepare_orm(connection, native,
                core.flag(statement, "uncacheable") and rendered or statement, parameters, map,
                rendered)
        end
        remember(connection.engine, address, built, result)
    end
    return result, built, has_defaults
end

-- What loads by subquery has to know the statement again.
local function keep_source(result, built, statement, parameters)
    if built.has_subquery then
        result._detail.source = { statement = built.source or statement,
            parameters = parameters }
    end
end

-- Listeners of before_execute may replace the statement: no short cut for them.
local function execute_listened(connection, statement, parameters, options)
    local built = context.build(statement)
    local result = execution.execute(connection, built.statement, parameters, options)
    keep_source(result, built, statement, parameters)
    return result, built
end

local SELECTS = { select = true, compound = true, statement_text = true }

---Execute a statement with mapped classes on a connection.
---@param connection corm.Connection
---@param statement any
---@param parameters? table
---@param options? table execution options
---@return corm.Result result of rows, not loaded yet
---@return corm.orm.Context
function context.execute(connection, statement, parameters, options)
    local dispatch = connection.dispatch
    if dispatch.before_execute or dispatch.after_execute or not SELECTS[core.kind(statement)] then
        return execute_listened(connection, statement, parameters, options)
    end
    execution.autobegin(connection)
    local result, built, has_defaults = prepare(connection, statement, parameters, options)
    if options then
        execution.apply_options(result, options)
    end
    context.run(connection, result, options, has_defaults and statement or nil)
    keep_source(result, built, statement, parameters)
    return result, built
end

---Execute a context that the ORM made for itself: its parameters go by name.
---@param connection corm.Connection
---@param built corm.orm.Context
---@param parameters? table
---@return corm.Result
function context.execute_built(connection, built, parameters)
    local dispatch = connection.dispatch
    local result
    if dispatch.before_execute or dispatch.after_execute then
        result = connection:execute(built.statement, parameters)
    else
        execution.autobegin(connection)
        result = core.prepare(connection, connection._native, built.statement, parameters,
            connection._schema_options or nil)
        context.run(connection, result)
    end
    keep_source(result, built, built.source, parameters)
    return result
end

-- ---- plans by name ----

-- Positions of a plan's columns in a result with these names.
local function places(columns, keys)
    local at, place = {}, {}
    for i, key in ipairs(keys) do
        at[key] = at[key] or i
    end
    for i, column in ipairs(columns) do
        local name = core.name(selectable.unmarked(column))
        place[i] = at[name]
            or column.table and at[("%s_%s"):format(core.name(column.table), name)] or false
    end
    return place
end

local function fail_missing(columns, i)
    exc.NoSuchColumnError:raise("from_statement(): the result has no column '%s'",
        tostring(core.name(selectable.unmarked(columns[i]))))
end

-- The entity with its columns at other places; those that are missing are not loaded.
local function placed_entity(entity, place, columns)
    local result = {}
    for field, value in pairs(entity) do
        result[field] = value
    end
    result.columns, result.key = {}, {}
    for i = 1, #entity.columns, 2 do
        local at = place[entity.columns[i + 1]]
        if at then
            table.insert(result.columns, entity.columns[i])
            table.insert(result.columns, at)
        end
    end
    for i, at in ipairs(entity.key) do
        result.key[i] = place[at] or fail_missing(columns, at)
    end
    return result
end

local function placed_rows(rows, place, columns)
    local result = {}
    for r, row in ipairs(rows) do
        result[r] = { names = row.names, values = {} }
        for i, value in ipairs(row.values) do
            local is_column = type(value) == "number" and value < 0
            result[r].values[i] = not is_column and value
                or -(place[-value] or fail_missing(columns, -value))
        end
    end
    return result
end

-- The plan for what the database has returned.
local function plan_of(built, result)
    local by_name = built.plan_by_name
    if not by_name then
        return built.plan
    end
    local keys = result:keys()
    local name = table.concat(keys, "\0")
    if not by_name.made[name] then
        local place = places(by_name.columns, keys)
        local entities_ = {}
        for i, entity in ipairs(by_name.plan.entities) do
            entities_[i] = placed_entity(entity, place, by_name.columns)
        end
        by_name.made[name] = core.load_plan({
            entities = entities_,
            rows = placed_rows(by_name.plan.rows, place, by_name.columns),
            scalar = by_name.plan.scalar,
        })
    end
    return by_name.made[name]
end

-- ---- loading ----

---Whether somebody listens to the loading of objects of these classes.
---@param session corm.Session
---@param mappers table<corm.orm.Mapper, true>
---@return boolean
function context.is_listened(session, mappers)
    if session.dispatch.loaded_as_persistent then
        return true
    end
    for of_mapper in pairs(mappers) do
        local dispatch = of_mapper.dispatch
        if dispatch.load or dispatch.refresh then
            return true
        end
    end
    return false
end

---A loader for one run of a context, and whether it has to tell listeners what it loaded.
---@param session corm.Session
---@param built corm.orm.Context
---@param populate boolean
---@param parents? any[]
---@param parent_key? integer[]
---@param plan? any
---@return any loader
---@return boolean is_noted
function context.loader(session, built, populate, parents, parent_key, plan)
    local is_noted = context.is_listened(session, built.mappers)
    return core.loader(plan or built.plan, session.core, populate, parents, parent_key, is_noted),
        is_noted
end

---Tell the listeners what a loader has loaded, and what it has loaded again.
---@param session corm.Session
---@param loader any
function context.fire_loaded(session, loader)
    local notes = loader:notes()
    local load_context = { session = session }
    for i = 1, notes and #notes or 0, 2 do
        local object, is_new = notes[i], notes[i + 1]
        local dispatch = mapper.of_instance(object).dispatch
        if is_new then
            dispatch:fire("load", object, load_context)
            session.dispatch:fire("loaded_as_persistent", session, object)
        else
            dispatch:fire("refresh", object, load_context, nil)
        end
    end
end

-- Have the result load so many rows when they are wanted, with what belongs to them.
local function load_in_chunks(result, loader, n, load_more)
    local chunks = { {}, 1 }
    chunks[3] = function()
        local values, is_last = core.load_chunk(result, loader, n)
        load_more()
        chunks[1], chunks[2] = values, 1
        if is_last then
            chunks[3] = nil
        end
    end
    core.replay_chunks(result, chunks)
end

---Have a result hand out objects instead of rows.
---@param session corm.Session
---@param built corm.orm.Context
---@param result corm.Result
---@param options? table execution options: populate_existing, yield_per
---@param parents? any[] of a plan whose first entity is one of them, or hangs at them
---@return corm.Result
function context.load(session, built, result, options, parents)
    local plan = plan_of(built, result)
    if not plan then
        return result
    end
    local populate = options and options.populate_existing or false
    if built.must_be_unique and options and options.yield_per then
        exc.InvalidRequestError:raise("yield_per cannot be combined with collections that are "
            .. "loaded by joins; use selectinload(), or enable_eagerloads(false)")
    end
    local loader, is_noted = context.loader(session, built, populate, parents, nil, plan)
    core.load_into(result, loader)
    if not built.is_buffered and not is_noted then
        return result
    end
    local function load_more()
        context.fire_loaded(session, loader)
        require("corm.orm.postload").run(session, built, loader, populate,
            built.has_subquery and result._detail.source or nil)
    end
    if options and options.yield_per and not built.has_subquery then
        load_in_chunks(result, loader, options.yield_per, load_more)
    else
        core.gather(result)
        load_more()
    end
    if built.must_be_unique then
        core.require_unique(result)
    end
    return result
end

return context
