-- SPDX-License-Identifier: MIT
-- Which column of a result is which: by name where the SQL is text, by place from the end,
-- by column after splicing; and what a result knows before its rows are read.
local helper = require("spec.helper")
local corm = require("corm")

local exc = corm.exc
local select, text = corm.select, corm.text
local Column, Integer, String = corm.Column, corm.Integer, corm.String

helper.each_database(function(db)
    describe("A result", function()
        local it_has

        before_each(function()
            it_has = helper.fixture()
            local metadata = corm.MetaData()
            it_has.users = corm.Table("users", metadata,
                Column("user_id", Integer, { primary_key = true, autoincrement = false }),
                Column("user_name", String(20)))
            it_has.addresses = corm.Table("addresses", metadata,
                Column("address_id", Integer, { primary_key = true }),
                Column("user_id", Integer))
            it_has.engine = corm.create_engine(db.url)
            it_has.connection = it_has.engine:connect()
            metadata:create_all(it_has.connection)
            it_has.connection:execute(corm.insert(it_has.users), {
                { user_id = 1, user_name = "john" }, { user_id = 2, user_name = "jack" },
            })
        end)

        after_each(function()
            it_has.connection:close()
            it_has.engine:dispose()
        end)

        local Hundredfold = corm.types.TypeDecorator:extend("Hundredfold", {
            impl = Integer,
            cache_ok = true,
            process_result_value = function(_, value)
                return value * 100
            end,
        })

        it("of text has the types of columns by their names, in any order", function()
            local sql = text("SELECT user_name, user_id FROM users ORDER BY user_id")
            local statement = sql:columns({ user_id = Hundredfold, user_name = String })
            local row = it_has.connection:execute(statement):first()
            assert.same({ "john", 100 }, { row:unpack() })
            local inner = statement:subquery()
            assert.same({ 100, "john" }, { it_has.connection:execute(
                select(inner.c.user_id, inner.c.user_name):order_by(inner.c.user_id))
                :first():unpack() })
        end)

        it("of text has values of unknown type where no type is said", function()
            local row = it_has.connection:execute(
                text("SELECT user_id, user_id AS twice FROM users ORDER BY user_id")
                    :columns({ twice = Hundredfold })):first()
            assert.same({ 1, 100 }, { row.user_id, row.twice })
        end)

        it("has the database's names of what is written as text", function()
            local users = it_has.users
            for _, statement in ipairs({
                select("*"):select_from(users),
                select(text("*")):select_from(users),
                select(users.c.user_id, text("user_name AS user_name")),
            }) do
                local row = it_has.connection:execute(statement:order_by(users.c.user_id)):first()
                assert.same({ "user_id", "user_name" }, row._fields)
                assert.equal("john", row.user_name)
            end
            local ok, e = pcall(select, "user_name")
            assert.is_false(ok)
            assert.is_true(exc.ArgumentError:is(e))
        end)

        it("names what is labelled without a name after the column", function()
            local users = it_has.users
            local result = it_has.connection:execute(
                select(users.c.user_name:label(), corm.func.max(users.c.user_id):label())
                    :group_by(users.c.user_name))
            assert.same({ "user_name_1", "max_1" }, result:keys())
        end)

        it("says whether it has a column", function()
            local users = it_has.users
            local result = it_has.connection:execute(select(users))
            for _, keys in ipairs({ result:keys(), result:first()._mapping:keys() }) do
                assert.is_true(keys:contains("user_id"))
                assert.is_true(keys:contains(users.c.user_name))
                assert.is_false(keys:contains("nosuch"))
            end
        end)

        it("counts columns from the end as well", function()
            local statement = select(it_has.users):order_by(it_has.users.c.user_id)
            local row = it_has.connection:execute(statement):first()
            assert.same({ "john", 1 }, { row[-1], row[-2] })
            assert.is_false((pcall(function()
                return row[-3]
            end)))
            assert.same({ "john", "jack" },
                it_has.connection:execute(statement):scalars(-1):all())
        end)

        it("does not take another table's column for one of the same name", function()
            local users, addresses = it_has.users, it_has.addresses
            local result = it_has.connection:execute(select(users))
            for _, keys in ipairs({ result:keys(), result:first()._mapping:keys() }) do
                assert.is_false(keys:contains(addresses.c.user_id))
                assert.is_false(keys:contains(1))
            end
        end)

        it("is frozen, merged and spliced with its columns", function()
            local users, addresses = it_has.users, it_has.addresses
            local function some(id)
                return it_has.connection:execute(select(users):where(users.c.user_id:le(id or 2))
                    :order_by(users.c.user_id))
            end
            local name = users.c.user_name
            for _, make in ipairs({
                function() return some():freeze()() end,
                function() return some():merge(some()) end,
                function() return some():splice_vertically(some()) end,
                function() return some():splice_horizontally(some():columns(1)) end,
                function() return some():columns(name):freeze()() end,
                function() return some():freeze():with_new_rows({ { 1, "john" } })() end,
            }) do
                assert.equal("john", make():scalars(name):first())
                assert.equal("john", make():columns(name):first()[name])
                assert.equal("john", make():mappings():first()[name])
                assert.is_true(make():keys():contains(name))
                assert.is_false(make():keys():contains(addresses.c.address_id))
            end
            assert.equal("john", some():mappings():freeze()():first()[name])
            assert.same({}, some(0):merge(some(0)):scalars(name):all())
        end)

        it("has the columns of both after splicing, also of views", function()
            local users, addresses = it_has.users, it_has.addresses
            local function both()
                return it_has.connection:execute(select(users):order_by(users.c.user_id)),
                    it_has.connection:execute(
                        corm.insert(addresses):returning(addresses.c.address_id,
                            addresses.c.user_id), { { user_id = 7 }, { user_id = 8 } })
            end
            local left, right = both()
            local row = left:splice_horizontally(right):first()
            assert.equal(1, row._mapping[users.c.user_id])
            assert.equal(7, row._mapping[addresses.c.user_id])
            left, right = both()
            row = left:columns("user_name"):splice_horizontally(right:columns("user_id")):first()
            assert.same({ "john", 7 }, { row:unpack() })
        end)

        it("gives rows that stand for tuples in IN", function()
            local users = it_has.users
            local pair = corm.tuple_(users.c.user_id, users.c.user_name)
            local rows = it_has.connection:execute(select(users)):all()
            assert.equal(2, #it_has.connection:execute(select(users):where(pair:in_(rows))):all())
            local statement = select(users):where(pair:in_(
                corm.bindparam("pairs", { expanding = true })))
            assert.equal(2, #it_has.connection:execute(statement, { pairs = rows }):all())
        end)

        it("counts rows that RETURNING has brought before they are read", function()
            local users = it_has.users
            local result = it_has.connection:execute(
                corm.update(users):values({ user_name = "x" }):returning(users.c.user_id))
            assert.equal(2, result.rowcount)
            assert.equal(2, #result:all())
            assert.equal(2, result.rowcount)
        end)

        it("knows its context and is its own cursor", function()
            local result = it_has.connection:execute(select(it_has.users))
            assert.equal(it_has.connection, result.context.connection)
            assert.equal(result, result.cursor)
            assert.equal(result:first()._t[1], 1)
            local options = { execution_options = { colour = "red" } }
            assert.equal("red", it_has.connection:execute(select(1), nil, options)
                .context.execution_options.colour)
        end)
    end)
end)
