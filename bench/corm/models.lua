-- SPDX-License-Identifier: MIT
-- The tables of every case. They exist before a case starts.
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

local Base = corm.declarative_base()

local Customer = Base:extend("Customer", {
    __tablename = "customer",
    id = Column(Integer, { primary_key = true }),
    name = Column(String(255)),
    description = Column(String(255)),
})

local Parent = Base:extend("Parent", {
    __tablename = "parent",
    id = Column(Integer, { primary_key = true }),
    children = corm.relationship("Child"),
})

Base:extend("Child", {
    __tablename = "child",
    id = Column(Integer, { primary_key = true }),
    parent_id = Column(ForeignKey("parent.id"), { index = true }),
})

return { corm = corm, Customer = Customer, Parent = Parent }
