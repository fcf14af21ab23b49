-- SPDX-License-Identifier: MIT
-- A tree: rows that refer to rows of their own table, as dictionaries of dictionaries.
--
--     ./dev run examples/adjacency_list/adjacency_list.lua [--url URL]
--
-- A node keeps its children in a dictionary, keyed by name. Setting a node's parent files it
-- there; taking it out deletes it, and everything below it, at the next flush. A whole tree
-- is loaded with one SELECT for each level.

local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local ForeignKey, relationship = corm.ForeignKey, corm.relationship
local select, selectinload, Session = corm.select, corm.selectinload, corm.Session

local Base = corm.declarative_base()

local TreeNode = Base:extend("TreeNode", {
    __tablename = "tree",
    id = Column(Integer, { primary_key = true }),
    parent_id = Column(ForeignKey("tree.id")),
    name = Column(String, { nullable = false }),
    children = relationship("TreeNode", {
        cascade = "all, delete-orphan",
        back_populates = "parent",
        collection_class = corm.attribute_keyed_dict("name"),
    }),
    parent = relationship("TreeNode", { back_populates = "children", remote_side = "id" }),
})

function TreeNode:__init(name, parent)
    self.name = name -- first: the parent files the node under it
    self.parent = parent
end

---Make a child.
function TreeNode:append(name)
    return TreeNode(name, self)
end

function TreeNode:__tostring()
    return ("TreeNode(id=%s, parent_id=%s, name='%s', parent=%s)"):format(
        self.id, self.parent_id, self.name, self.parent)
end

---The tree below this node as text, one line a node.
function TreeNode:dump(depth)
    depth = depth or 0
    local lines = { ("   "):rep(depth) .. tostring(self) .. "\n" }
    for _, child in pairs(self.children) do
        lines[#lines + 1] = child:dump(depth + 1)
    end
    return table.concat(lines)
end

local function dump_tree(node)
    print(node:dump())
end

local function grow_tree(engine)
    local session <close> = Session(engine)

    local root = TreeNode("rootnode")
    root:append("node1")
    root:append("node3")

    local node2 = TreeNode("node2")
    node2:append("subnode1")
    root.children["node2"] = node2
    root.children["node2"]:append("subnode2")

    print("Created new tree structure:\n" .. root:dump())

    print("flush + commit:")
    session:add(root)
    session:commit()

    print("Tree after save:\n" .. root:dump())

    local node4 = root:append("node4")
    local subnode3 = node4:append("subnode3")
    node4:append("subnode4")
    subnode3:append("subsubnode1")
    session:add(node4) -- and what hangs below it

    -- delete-orphan: a node that no parent holds is deleted
    root.children["node1"] = nil

    print("Removed node1.  flush + commit:")
    session:commit()

    print("Tree after save, will unexpire all nodes:\n")
    dump_tree(root)
end

local function fell_tree(engine)
    local session <close> = Session(engine)

    print("Perform a full select of the root node, eagerly loading up to a depth of four")
    local root = session:scalars(
        select(TreeNode)
            :options(selectinload(TreeNode.children, { recursion_depth = 4 }))
            :where(TreeNode.name:eq("rootnode"))
    ):one()

    print("Full Tree:\n" .. root:dump())

    print("Marking root node as deleted, flush + commit:")
    session:delete(root)
    session:commit()
end

local function run(engine)
    print("Creating Tree Table:")
    Base.metadata:create_all(engine)
    grow_tree(engine)
    fell_tree(engine)
end

local function main()
    local url = os.getenv("CORM_URL") or "sqlite://"
    for i, word in ipairs(arg) do
        url = word == "--url" and arg[i + 1] or url
    end
    local engine = corm.create_engine(url, { echo = true })
    run(engine)
    if engine.dialect.name ~= "sqlite" then -- leave a server as it was
        Base.metadata:drop_all(engine)
    end
    engine:dispose()
end

if arg and arg[0]:find("adjacency_list.lua", 1, true) then
    main()
end

return { Base = Base, TreeNode = TreeNode, dump_tree = dump_tree, run = run }
