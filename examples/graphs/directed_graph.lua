-- SPDX-License-Identifier: MIT
-- A directed graph: nodes, and edges that lead from a lower to a higher one.
--
--     ./dev run examples/graphs/directed_graph.lua [--url URL]
--
-- An edge has two foreign keys to the same table, so each relationship says which of them
-- it follows; the backrefs give every node the edges that begin and the edges that end there.

local corm = require("corm")
local Column, Integer, ForeignKey = corm.Column, corm.Integer, corm.ForeignKey
local relationship, sessionmaker = corm.relationship, corm.sessionmaker

local Base = corm.declarative_base()

local Node = Base:extend("Node", {
    __tablename = "node",
    node_id = Column(Integer, { primary_key = true }),
})

local lower_id = Column(Integer, ForeignKey("node.node_id"), { primary_key = true })
local higher_id = Column(Integer, ForeignKey("node.node_id"), { primary_key = true })

local Edge = Base:extend("Edge", {
    __tablename = "edge",
    lower_id = lower_id,
    higher_id = higher_id,
    lower_node = relationship(Node, {
        primaryjoin = lower_id:eq(Node.node_id),
        backref = "lower_edges",
    }),
    higher_node = relationship(Node, {
        primaryjoin = higher_id:eq(Node.node_id),
        backref = "higher_edges",
    }),
})

function Edge:__init(lower_node, higher_node)
    self.lower_node = lower_node
    self.higher_node = higher_node
end

function Node:__init(node_id)
    self.node_id = node_id -- none given: the database numbers it
end

---Draw an edge from this node to another.
function Node:add_neighbor(other)
    return Edge(self, other)
end

---The nodes that edges from this one lead to.
function Node:higher_neighbors()
    local nodes = {}
    for i, edge in ipairs(self.lower_edges) do
        nodes[i] = edge.higher_node
    end
    return nodes
end

---The nodes from which edges lead here.
function Node:lower_neighbors()
    local nodes = {}
    for i, edge in ipairs(self.higher_edges) do
        nodes[i] = edge.lower_node
    end
    return nodes
end

-- One row is one object in a session: the neighbors are the very nodes made here.
local function assert_nodes(found, ...)
    local expected = { ... }
    assert(#found == #expected)
    for i, node in ipairs(expected) do
        assert(found[i] == node)
    end
end

local function run(engine)
    Base.metadata:create_all(engine)
    local session <close> = sessionmaker(engine)()

    -- n1 -> n2 -> n1
    --          -> n5
    --          -> n7
    --    -> n3 -> n6
    local n1, n2, n3, n4, n5, n6, n7 = Node(), Node(), Node(), Node(), Node(), Node(), Node()
    n1:add_neighbor(n2)
    n1:add_neighbor(n3)
    n2:add_neighbor(n1)
    n2:add_neighbor(n5)
    n2:add_neighbor(n7)
    n3:add_neighbor(n6)

    -- Edges come along with the nodes they join.
    session:add_all({ n1, n2, n3, n4, n5, n6, n7 })
    session:commit()

    assert_nodes(n3:higher_neighbors(), n6)
    assert_nodes(n3:lower_neighbors(), n1)
    assert_nodes(n2:lower_neighbors(), n1)
    assert_nodes(n2:higher_neighbors(), n1, n5, n7)
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

if arg and arg[0]:find("directed_graph.lua", 1, true) then
    main()
end

return { Base = Base, Node = Node, Edge = Edge, run = run }
