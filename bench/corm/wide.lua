-- SPDX-License-Identifier: MIT
-- The statement of the compiling cases: 10 columns, 2 joins, 5 conditions.
local corm = require("corm")
local Column, Integer, String, ForeignKey = corm.Column, corm.Integer, corm.String, corm.ForeignKey

local metadata = corm.MetaData()
local customer = corm.Table("customer", metadata,
    Column("id", Integer, { primary_key = true }),
    Column("name", String(255)),
    Column("city", String(255)),
    Column("country", String(2)))
local invoice = corm.Table("invoice", metadata,
    Column("id", Integer, { primary_key = true }),
    Column("customer_id", ForeignKey("customer.id")),
    Column("placed", corm.Date),
    Column("state", String(20)))
local item = corm.Table("item", metadata,
    Column("id", Integer, { primary_key = true }),
    Column("invoice_id", ForeignKey("invoice.id")),
    Column("product", String(255)),
    Column("amount", Integer))

local function build(i)
    local c, v, t = customer.c, invoice.c, item.c
    return corm.select(c.id, c.name, c.city, c.country, v.id, v.placed, v.state, t.id, t.product,
            t.amount)
        :join(invoice, v.customer_id:eq(c.id))
        :join(item, t.invoice_id:eq(v.id))
        :where(c.country:eq("is"), c.city:ne("Akureyri"), v.state:like("open%"), t.amount:gt(i),
            t.id:lt(i + 1000))
end

return build
