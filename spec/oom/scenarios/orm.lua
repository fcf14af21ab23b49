-- SPDX-License-Identifier: MIT
-- A session: flush, commit, query, lazy load, change, rollback, delete.
local corm = require("corm")
local Column, ForeignKey, Integer, String =
    corm.Column, corm.ForeignKey, corm.Integer, corm.String

local Base = corm.declarative_base()

local User = Base:extend("User", {
    __tablename = "user",
    id = Column(Integer, { primary_key = true }),
    name = Column(String, { nullable = false }),
    addresses = corm.relationship("Address", {
        back_populates = "user",
        cascade = "all, delete-orphan",
    }),
})

local Address = Base:extend("Address", {
    __tablename = "address",
    id = Column(Integer, { primary_key = true }),
    email = Column(String, { nullable = false }),
    user_id = Column(ForeignKey("user.id")),
    user = corm.relationship("User", { back_populates = "addresses" }),
})

local function use(session)
    session:add(User({
        name = "ed",
        addresses = { Address({ email = "a@x" }), Address({ email = "b@x" }) },
    }))
    session:commit()
    session:expunge_all()

    local ed = session:scalars(corm.select(User):where(User.name:eq("ed"))):one()
    assert(#ed.addresses == 2 and ed.addresses[1].user == ed)
    ed.name = "edward"
    session:flush()
    session:rollback()
    assert(ed.name == "ed")

    ed.addresses:remove(ed.addresses[1])
    session:commit()
    assert(session:scalar(corm.select(corm.func.count(Address.id))) == 1)
    session:delete(ed)
    session:commit()
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
