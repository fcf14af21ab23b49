-- SPDX-License-Identifier: MIT
-- Every recipe in examples/ does on each database what it says: what it prints, how many
-- statements it takes, what is in the tables when it ends. The figures are those of
-- SQLAlchemy's recipes of the same names; INSERTs are counted in batches.

local helper = require("spec.helper")
local corm = require("corm")

-- Load a recipe without running it; what it prints later is kept in `printed`.
local function load_recipe(path)
    local printed = {}
    local function keep(...)
        printed[#printed + 1] = table.concat({ ... }, "\t")
    end
    local globals = setmetatable({ print = keep, arg = { [0] = "" } }, { __index = _G })
    return assert(loadfile("examples/" .. path, "t", globals))(), printed
end

-- The statements of an engine from now on that read or write rows, by verb.
local function watch(engine)
    local seen = { SELECT = {}, INSERT = {}, UPDATE = {}, DELETE = {} }
    corm.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters)
        local verb = sql:match("^%u+")
        local is_probe = sql:find("pg_catalog", 1, true) or sql:find("sqlite_", 1, true)
        if seen[verb] and not is_probe then
            table.insert(seen[verb], { sql = sql:gsub("%s+", " "), parameters = parameters })
        end
    end)
    return seen
end

local function parameters_of(statements)
    local list = {}
    for i, statement in ipairs(statements) do
        list[i] = statement.parameters
    end
    return list
end

-- What stands in the database, each row a sequence.
local function rows(engine, sql)
    local found = {}
    engine:connect(function(conn)
        for row in conn:execute(corm.text(sql)) do
            found[#found + 1] = { row:unpack() }
        end
    end)
    return found
end

-- A printed tree with "name id<parent's id" for each node.
local function outline(text)
    return (text:gsub(
        "TreeNode%(id=(%w+), parent_id=(%w+), name='(%w+)', parent=[^\n]*%)", "%3 %1<%2"))
end

local function outlines(texts)
    local list = {}
    for i, text in ipairs(texts) do
        list[i] = outline(text)
    end
    return list
end

local FIRST_TREE = [[
rootnode nil<nil
   node1 nil<nil
   node3 nil<nil
   node2 nil<nil
      subnode1 nil<nil
      subnode2 nil<nil
]]

local SAVED_TREE = [[
rootnode 1<nil
   node1 2<1
   node3 3<1
   node2 4<1
      subnode1 5<4
      subnode2 6<4
]]

local FULL_TREE = [[
rootnode 1<nil
   node3 3<1
   node2 4<1
      subnode1 5<4
      subnode2 6<4
   node4 7<1
      subnode3 8<7
         subsubnode1 10<8
      subnode4 9<7
]]

helper.each_database(function(db)
    describe("adjacency_list.lua", function()
        local path = "adjacency_list/adjacency_list.lua"

        it("prints the tree as it grows, without the removed node, and as loaded", function()
            local recipe, printed = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.run(engine)
            assert.same({
                "Creating Tree Table:",
                "Created new tree structure:\n" .. FIRST_TREE,
                "flush + commit:",
                "Tree after save:\n" .. SAVED_TREE,
                "Removed node1.  flush + commit:",
                "Tree after save, will unexpire all nodes:\n", FULL_TREE,
                "Perform a full select of the root node, eagerly loading up to a depth of four",
                "Full Tree:\n" .. FULL_TREE,
                "Marking root node as deleted, flush + commit:",
            }, outlines(printed))
            engine:dispose()
        end)

        it("shows a node with its parents", function()
            local recipe = load_recipe(path)
            local node = recipe.TreeNode("subnode1", recipe.TreeNode("node2"))
            assert.equal("TreeNode(id=nil, parent_id=nil, name='subnode1', "
                .. "parent=TreeNode(id=nil, parent_id=nil, name='node2', parent=nil))",
                tostring(node))
        end)

        it("takes 22 SELECTs, one for each level of an eager load", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            local seen = watch(engine)
            recipe.run(engine)
            assert.equal(22, #seen.SELECT)
            local levels = parameters_of({ table.unpack(seen.SELECT, 18) })
            assert.same({ { "rootnode" }, { 1 }, { 3, 4, 7 }, { 5, 6, 8, 9 }, { 10 } }, levels)
            engine:dispose()
        end)

        it("inserts a level at a time and deletes from the leaves upward", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            local seen = watch(engine)
            recipe.run(engine)
            assert.equal(6, #seen.INSERT)
            assert.equal(0, #seen.UPDATE)
            assert.same({
                { 2 },
                { { 3 }, { 5 }, { 6 }, { 9 }, { 10 } }, { { 4 }, { 8 } }, { 7 }, { 1 },
            }, parameters_of(seen.DELETE))
            engine:dispose()
        end)

        it("leaves no row", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.run(engine)
            assert.same({}, rows(engine, "SELECT id FROM tree"))
            engine:dispose()
        end)

        it("appends by name and dumps a tree", function()
            local recipe, printed = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local node = recipe.TreeNode("rootnode")
            node:append("node1")
            node:append("node3")
            session:add(node)
            session:commit()
            recipe.dump_tree(node)
            assert.equal("rootnode 1<nil\n   node1 2<1\n   node3 3<1\n", outline(printed[1]))
            session:close()
            engine:dispose()
        end)
    end)

    describe("directed_graph.lua", function()
        local path = "graphs/directed_graph.lua"

        it("finds the neighbors with 10 SELECTs", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            local seen = watch(engine)
            recipe.run(engine)
            assert.equal(10, #seen.SELECT)
            assert.equal(2, #seen.INSERT)
            assert.equal(0, #seen.UPDATE + #seen.DELETE)
            engine:dispose()
        end)

        it("numbers the nodes in the order in which edges reach them", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.run(engine)
            assert.same({ { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 }, { 7 } },
                rows(engine, "SELECT node_id FROM node ORDER BY node_id"))
            assert.same({ { 1, 2 }, { 1, 5 }, { 2, 1 }, { 2, 3 }, { 2, 4 }, { 5, 6 } },
                rows(engine, "SELECT lower_id, higher_id FROM edge ORDER BY 1, 2"))
            engine:dispose()
        end)

        it("draws edges between numbered nodes", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.Base.metadata:create_all(engine)
            local session = corm.Session(engine)
            local n2, n5 = recipe.Node(2), recipe.Node(5)
            n2:add_neighbor(n5)
            assert.equal(n5, n2:higher_neighbors()[1])
            session:add(n2)
            session:commit()
            assert.equal(n5, n2:higher_neighbors()[1])
            assert.equal(n2, n5:lower_neighbors()[1])
            assert.same({ { 2, 5 } }, rows(engine, "SELECT lower_id, higher_id FROM edge"))
            session:close()
            engine:dispose()
        end)
    end)

    describe("basic_association.lua", function()
        local path = "association/basic_association.lua"

        it("prints what was ordered and who paid less", function()
            local recipe, printed = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.run(engine)
            assert.equal("['john smith']", printed[2])
            -- The order of the rows is the database's.
            for _, item in ipairs({ "('SA Mug', 6.5)", "('SA Hat', 8.99)",
                "('MySQL Crowbar', 10.99)" }) do
                assert.truthy(printed[1]:find(item, 1, true), item)
            end
            assert.equal(2, #printed)
            engine:dispose()
        end)

        it("takes 3 INSERTs and 6 SELECTs", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            local seen = watch(engine)
            recipe.run(engine)
            assert.equal(3, #seen.INSERT)
            assert.equal(6, #seen.SELECT)
            assert.equal(0, #seen.UPDATE + #seen.DELETE)
            assert.same({ { 1, 2, 6.5 }, { 1, 4, 10.99 }, { 1, 3, 8.99 } },
                seen.INSERT[3].parameters)
            assert.truthy(seen.SELECT[5].sql:find("LEFT OUTER JOIN item AS item_1", 1, true))
            engine:dispose()
        end)

        it("leaves four items and an order of three", function()
            local recipe = load_recipe(path)
            local engine = corm.create_engine(db.url)
            recipe.run(engine)
            assert.same({
                { 1, "SA T-Shirt", 10.99 },
                { 2, "SA Mug", 6.5 },
                { 3, "SA Hat", 8.99 },
                { 4, "MySQL Crowbar", 16.99 },
            }, rows(engine, "SELECT item_id, description, price FROM item ORDER BY item_id"))
            assert.same({ { 1, "john smith" } },
                rows(engine, 'SELECT order_id, customer_name FROM "order"'))
            assert.same({ { 1, 2, 6.5 }, { 1, 3, 8.99 }, { 1, 4, 10.99 } },
                rows(engine, "SELECT order_id, item_id, price FROM orderitem ORDER BY item_id"))
            engine:dispose()
        end)
    end)

    describe("each recipe", function()
        for path, tables in pairs({
            ["adjacency_list/adjacency_list.lua"] = { "tree" },
            ["graphs/directed_graph.lua"] = { "node", "edge" },
            ["association/basic_association.lua"] = { "order", "item", "orderitem" },
        }) do
            it("runs by itself: " .. path, function()
                local url = db.shared_url
                local output, status = helper.run("examples/" .. path, "--url", url)
                assert.equal(0, status, output)
                local engine = corm.create_engine(url)
                local left = db.name == "sqlite"
                    and rows(engine, "SELECT name FROM sqlite_master WHERE type = 'table'")
                    or rows(engine, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                -- A file may be looked at, a server is left as it was.
                assert.equal(db.name == "sqlite" and #tables or 0, #left)
                engine:dispose()
            end)
        end
    end)
end)
