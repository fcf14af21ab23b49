-- SPDX-License-Identifier: MIT
-- The tables that specs about SQL select from. They are never changed.

require("spec.helper")
local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String

local metadata = corm.MetaData()

return {
    mytable = corm.Table("mytable", metadata,
        Column("myid", Integer, { primary_key = true }),
        Column("name", String(40)),
        Column("description", String(50))),
    othertable = corm.Table("othertable", metadata,
        Column("otherid", Integer, { primary_key = true }),
        Column("othername", String(40))),
    users = corm.Table("users", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("name", String(30), { nullable = false }),
        Column("age", Integer),
        Column("active", corm.Boolean),
        Column("created", corm.DateTime),
        Column("score", corm.Float),
        Column("data", corm.JSON)),
    addresses = corm.Table("addresses", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("user_id", corm.ForeignKey("users.id")),
        Column("email", String(50))),
    orders = corm.Table("order", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("user", Integer),
        Column("Total Price", corm.Numeric(10, 2)),
        Column("select", String)),
    arrays = corm.Table("arr", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("tags", corm.ARRAY(Integer)),
        Column("doc", corm.dialects.postgresql.JSONB)),
}
