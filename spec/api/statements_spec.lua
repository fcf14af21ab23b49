-- SPDX-License-Identifier: MIT
-- Building and running statements: operators, arguments, parameters, compiling.

local helper = require("spec.helper")
local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local select, func = corm.select, corm.func

local function make_table()
    local metadata = corm.MetaData()
    return corm.Table("t", metadata,
        Column("id", Integer, { primary_key = true }),
        Column("name", String),
        Column("size", Integer)), metadata
end

-- The SQL on one line.
local function sql_of(node)
    return (tostring(node):gsub("%s*\n", " "))
end

describe("an expression", function()
    local function check(expected, build)
        local t = make_table()
        assert.equal(expected, sql_of(build(t.c.id, t.c.name, t.c.size)))
    end

    it("compares by methods", function()
        check("t.id = :id_1", function(id) return id:eq(1) end)
        check("t.id != :id_1", function(id) return id:ne(1) end)
        check("t.id < :id_1", function(id) return id:lt(1) end)
        check("t.id <= :id_1", function(id) return id:le(1) end)
        check("t.id > :id_1", function(id) return id:gt(1) end)
        check("t.id >= :id_1", function(id) return id:ge(1) end)
        check("t.id = t.size", function(id, _, size) return id:eq(size) end)
        check("t.id IS NULL", function(id) return id:eq(nil) end)
        check("t.id IS NOT NULL", function(id) return id:ne(nil) end)
        check("t.id IS NULL", function(id) return id:is_(corm.NULL) end)
    end)

    it("has Lua's operators", function()
        check("t.id + t.size", function(id, _, size) return id + size end)
        check("t.id - :id_1", function(id) return id - 5 end)
        check(":id_1 - t.id", function(id) return 5 - id end)
        check("t.id * :id_1", function(id) return id * 2 end)
        check("t.id % :id_1", function(id) return id % 2 end)
        check("-t.id", function(id) return -id end)
        check("t.name || :name_1", function(_, name) return name .. "x" end)
        check(":name_1 || t.name", function(_, name) return "x" .. name end)
        check("t.id = :id_1 AND t.size = :size_1", function(id, _, size)
            return id:eq(1) & size:eq(2)
        end)
        check("t.id = :id_1 OR t.size = :size_1", function(id, _, size)
            return id:eq(1) | size:eq(2)
        end)
        check("t.id != :id_1", function(id) return ~id:eq(1) end)
    end)

    it("has SQLAlchemy's methods", function()
        check("t.name LIKE :name_1", function(_, name) return name:like("e%") end)
        check("t.id IN (__[POSTCOMPILE_id_1])", function(id) return id:in_({ 1, 2 }) end)
        check("(t.id NOT IN (__[POSTCOMPILE_id_1]))", function(id) return id:not_in({ 1 }) end)
        check("t.id BETWEEN :id_1 AND :id_2", function(id) return id:between(1, 5) end)
        check("t.id DESC", function(id) return id:desc() end)
        check("t.name -> :name_1", function(_, name) return name:op("->")("x") end)
        check("t.name LIKE '%' || :name_1 || '%'", function(_, name)
            return name:contains("x")
        end)
        check("count(t.id)", function(id) return func.count(id) end)
        check("CASE WHEN (t.id > :id_1) THEN :param_1 ELSE :param_2 END", function(id)
            return corm.case({ id:gt(5), "big" }, { else_ = "small" })
        end)
        check("CAST(t.id AS VARCHAR)", function(id) return corm.cast(id, String) end)
        check("(t.id, t.size) IN (__[POSTCOMPILE_param_1])", function(id, _, size)
            return corm.tuple_(id, size):in_({ { 1, 2 } })
        end)
    end)

    it("does not mistake a plain comparison for SQL", function()
        local t = make_table()
        assert.is_false(t.c.id == t.c.size)
        assert.is_true(t.c.id == t.c.id)
        local seen = { [t.c.id] = "id" }
        assert.equal("id", seen[t.c.id])
    end)

    it("refuses what has no SQL", function()
        local t = make_table()
        assert.is_false(pcall(t.c.id.eq, t.c.id, print))
        assert.is_false(pcall(function()
            return t.c.nosuch
        end))
    end)
end)

describe("a statement", function()
    it("is a value that its methods leave as it is", function()
        local t = make_table()
        local all = select(t.c.id)
        local some = all:where(t.c.id:gt(5))
        assert.equal("SELECT t.id FROM t", sql_of(all))
        assert.equal("SELECT t.id FROM t WHERE t.id > :id_1", sql_of(some))
    end)

    it("compiles for a dialect by name", function()
        local t = make_table()
        local statement = select(t.c.id):where(t.c.name:eq("x"), t.c.id:lt(5))
        local compiled = statement:compile({ dialect = "postgresql" })
        assert.equal("SELECT t.id FROM t WHERE t.name = $1 AND t.id < $2", sql_of(compiled))
        assert.same({ name_1 = "x", id_1 = 5 }, compiled.params)
        assert.same({ "name_1", "id_1" }, compiled.positiontup)
        assert.equal("SELECT t.id FROM t WHERE t.name = ? AND t.id < ?",
            sql_of(statement:compile({ dialect = "sqlite" })))
        assert.equal("SELECT t.id FROM t WHERE t.name = 'x' AND t.id < 5",
            sql_of(statement:compile({ compile_kwargs = { literal_binds = true } })))
    end)

    it("renders values in the order of the table's columns", function()
        local t = make_table()
        assert.equal("INSERT INTO t (id, name, size) VALUES (:id, :name, :size)",
            sql_of(corm.insert(t):values({ size = 1, name = "x", id = 5 })))
        assert.equal("UPDATE t SET name=:name, size=:size",
            sql_of(corm.update(t):values({ size = 1, name = "x" })))
    end)

    it("takes values by position, and many", function()
        local t = make_table()
        assert.same({ id = 5, name = "x", size = 1 },
            corm.insert(t):values({ 5, "x", 1 }):compile().params)
        assert.equal("INSERT INTO t (name) VALUES (:name_m0), (:name_m1)",
            sql_of(corm.insert(t):values({ { name = "a" }, { name = "b" } })))
    end)

    it("has the shape of every clause", function()
        local t = make_table()
        assert.equal("SELECT DISTINCT t.name, count(t.id) AS n FROM t WHERE t.size > :size_1 "
            .. "GROUP BY t.name HAVING count(t.id) > :count_1 ORDER BY t.name DESC "
            .. " LIMIT :param_1 OFFSET :param_2",
            sql_of(select(t.c.name, func.count(t.c.id):label("n"))
                :where(t.c.size:gt(1))
                :group_by(t.c.name)
                :having(func.count(t.c.id):gt(2))
                :order_by(t.c.name:desc())
                :limit(10):offset(20):distinct()))
    end)
end)

helper.each_database(function(db)
    local function open(...)
        local t, metadata = make_table()
        local engine = corm.create_engine(db.url)
        metadata:create_all(engine)
        local rows = { ... }
        if #rows > 0 then
            engine:begin(function(conn)
                conn:execute(corm.insert(t), rows)
            end)
        end
        return engine, t
    end

    describe("execute", function()
        it("takes one set of parameters or many", function()
            local engine, t = open()
            engine:begin(function(conn)
                conn:execute(corm.insert(t), { name = "a", size = 1 })
                conn:execute(corm.insert(t), { { name = "b" }, { name = "c" } })
            end)
            engine:connect(function(conn)
                assert.same({ "a", "b", "c" },
                    conn:scalars(select(t.c.name):order_by(t.c.id)):all())
            end)
            engine:dispose()
        end)

        it("names a parameter that is missing", function()
            local engine, t = open()
            local ok, e = pcall(function()
                engine:connect(function(conn)
                    conn:execute(select(t):where(t.c.id:eq(corm.bindparam("wanted"))))
                end)
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.StatementError:is(e) or corm.exc.InvalidRequestError:is(e))
            assert.truthy(tostring(e):find("wanted", 1, true))
            engine:dispose()
        end)

        it("sends a batch at once", function()
            local engine, t = open()
            local sql = helper.capture_sql(engine)
            engine:begin(function(conn)
                conn:execute(corm.insert(t), { { name = "a" }, { name = "b" }, { name = "c" } })
            end)
            assert.equal(1, #sql)
            engine:dispose()
        end)

        it("refuses a plain string", function()
            local engine = open()
            local ok, e = pcall(function()
                engine:connect(function(conn)
                    conn:execute("SELECT 1")
                end)
            end)
            assert.is_false(ok)
            assert.is_true(corm.exc.ObjectNotExecutableError:is(e))
            engine:dispose()
        end)

        it("runs the driver's own SQL by exec_driver_sql", function()
            local engine = open()
            engine:connect(function(conn)
                assert.equal(1, conn:exec_driver_sql("SELECT 1"):scalar())
            end)
            engine:dispose()
        end)

        it("finds an empty list in nothing", function()
            local engine, t = open({ name = "a" })
            engine:connect(function(conn)
                assert.equal(0, #conn:execute(select(t):where(t.c.id:in_({}))):all())
                assert.equal(1, #conn:execute(select(t):where(t.c.id:not_in({}))):all())
            end)
            engine:dispose()
        end)

        it("takes nil as NULL where an argument stands for it", function()
            local engine, t = open({ name = "a" }, { name = corm.NULL })
            engine:connect(function(conn)
                assert.equal(2, conn:execute(select(t.c.id):where(t.c.name:is_(nil))):scalar())
                assert.equal(1,
                    conn:execute(select(t.c.id):where(t.c.name:is_not(nil))):scalar())
            end)
            engine:dispose()
        end)
    end)

    describe("a statement", function()
        it("updates, deletes and returns", function()
            local engine, t = open({ name = "a", size = 1 }, { name = "b", size = 2 })
            engine:begin(function(conn)
                local result = conn:execute(corm.update(t):where(t.c.size:gt(1))
                    :values({ size = t.c.size + 10 }):returning(t.c.id, t.c.size))
                assert.same({ 2, 12 }, { result:one():unpack() })
                assert.equal(1, conn:execute(corm.delete(t):where(t.c.id:eq(1))).rowcount)
                local new = conn:execute(corm.insert(t):returning(t.c.id),
                    { { name = "x" }, { name = "y" } })
                assert.equal(2, #new:all())
            end)
            engine:dispose()
        end)

        it("selects from subqueries, CTEs and unions", function()
            local engine, t = open({ name = "a", size = 1 }, { name = "b", size = 2 })
            engine:connect(function(conn)
                local big = select(t.c.id, t.c.name):where(t.c.size:gt(1)):subquery()
                assert.equal("b", conn:execute(select(big.c.name)):scalar())
                local small = select(t.c.name):where(t.c.size:lt(2)):cte("small")
                assert.equal("a", conn:execute(select(small.c.name)):scalar())
                local both = corm.union_all(
                    select(t.c.name):where(t.c.id:eq(1)), select(t.c.name):where(t.c.id:eq(2)))
                assert.equal(2, #conn:execute(both):all())
                assert.equal(2, conn:execute(
                    select(select(func.count(t.c.id)):scalar_subquery())):scalar())
            end)
            engine:dispose()
        end)

        it("inserts or updates on a conflict", function()
            local engine, t = open({ id = 1, name = "a" })
            local insert = corm.dialects[db.name].insert
            engine:begin(function(conn)
                local statement = insert(t):values({ id = 1, name = "b" })
                conn:execute(statement:on_conflict_do_update({
                    index_elements = { t.c.id },
                    set_ = { name = statement.excluded.name },
                }))
                conn:execute(insert(t):values({ id = 1, name = "c" }):on_conflict_do_nothing())
                assert.equal("b", conn:execute(select(t.c.name)):scalar())
            end)
            engine:dispose()
        end)
    end)
end)
