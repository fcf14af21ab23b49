-- SPDX-License-Identifier: MIT
-- Eager loading three ways, listeners, a savepoint, and statements that change many rows.
local corm = require("corm")
local Column, ForeignKey, Integer, String =
    corm.Column, corm.ForeignKey, corm.Integer, corm.String

local Base = corm.declarative_base()

local Parent = Base:extend("Parent", {
    __tablename = "parent",
    id = Column(Integer, { primary_key = true }),
    name = Column(String),
    children = corm.relationship("Child", { back_populates = "parent" }),
})

local Child = Base:extend("Child", {
    __tablename = "child",
    id = Column(Integer, { primary_key = true }),
    name = Column(String),
    parent_id = Column(ForeignKey("parent.id")),
    parent = corm.relationship("Parent", { back_populates = "children" }),
})

corm.event.listen(Child, "before_insert", function(_, _, child)
    child.name = child.name or "unnamed"
end)

local function load(session, option)
    session:expunge_all()
    local query = corm.select(Parent):options(option):order_by(Parent.id)
    local parents = session:scalars(query):unique():all()
    assert(#parents == 3)
    for _, parent in ipairs(parents) do
        assert(#parent.children == 2 and parent.children[1].name == "unnamed")
    end
end

local function use(session)
    for i = 1, 3 do
        session:add(Parent({ name = "p" .. i, children = { Child(), Child() } }))
    end
    session:commit()
    load(session, corm.selectinload(Parent.children))
    load(session, corm.joinedload(Parent.children))
    load(session, corm.subqueryload(Parent.children))
    session:begin_nested(function()
        session:execute(corm.update(Child):values({ name = "x" }))
        session:execute(corm.delete(Child):where(Child.id:gt(3)))
    end)
    assert(session:scalar(corm.select(corm.func.count(Child.id))) == 3)
end

local function run()
    local engine = corm.create_engine("sqlite://")
    local ok, e = pcall(function()
        Base.metadata:create_all(engine)
        local session <close> = corm.Session(engine)
        use(session)
    end)
    engine:dispose()
    if not ok then
        error(e, 0)
    end
end

return run
