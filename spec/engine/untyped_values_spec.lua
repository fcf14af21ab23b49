-- SPDX-License-Identifier: MIT
-- Arrays and JSON of PostgreSQL in columns that nobody said a type for are read as such, and
-- sequences are sent as arrays where nothing says what they are.

local helper = require("spec.helper")
local corm = require("corm")

-- {SQL, what comes back}
local CASES = {
    { "ARRAY[1, 2, NULL]", { 1, 2, corm.NULL } },
    { "ARRAY[[1, 2], [3, 4]]", { { 1, 2 }, { 3, 4 } } },
    { "'[2:3]={7,8}'::smallint[]", { 7, 8 } },
    { "'{}'::integer[]", {} },
    { "ARRAY['a', '', 'x,y', 'q\"\\', NULL]", { "a", "", "x,y", 'q"\\', corm.NULL } },
    { "ARRAY[1.5, -0.25]", { corm.decimal("1.5"), corm.decimal("-0.25") } },
    { "ARRAY[0.5, 'infinity']::float8[]", { 0.5, math.huge } },
    { "ARRAY[true, false]", { true, false } },
    { "ARRAY['2024-01-31'::date]", { corm.date(2024, 1, 31) } },
    { "ARRAY['2024-01-31 01:02:03'::timestamp]", { corm.datetime(2024, 1, 31, 1, 2, 3) } },
    { "ARRAY['2024-01-31 01:02:03+01'::timestamptz]",
        { corm.datetime.fromisoformat("2024-01-31 00:02:03+00:00") } },
    { "ARRAY['01:02:03'::time]", { corm.time(1, 2, 3) } },
    { "ARRAY['1 day'::interval]", { corm.interval({ days = 1 }) } },
    { "ARRAY['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid]",
        { "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" } },
    { "NULL::integer[]", nil },
    { [['{"a": [1, null]}'::json]], { a = { 1, corm.NULL } } },
    { [['{"a": [1, null]}'::jsonb]], { a = { 1, corm.NULL } } },
    { "'7'::jsonb", 7 },
    { "'null'::jsonb", nil },
    { [[ARRAY['[1]', NULL, '"x"']::jsonb[] ]], { { 1 }, corm.NULL, "x" } },
    { [[ARRAY['null', '1', 'null']::jsonb[] ]], { corm.NULL, 1, corm.NULL } },
}

helper.each_database(function(db)
    if db.name ~= "postgresql" then
        return
    end
    local own = helper.fixture()

    before_each(function()
        own.engine = corm.create_engine(db.url)
        own.connection = own.engine:connect()
    end)

    after_each(function()
        own.connection:close()
        own.engine:dispose()
    end)

    for _, case in ipairs(CASES) do
        it(("%s is what it says"):format(case[1]), function()
            local conn = own.connection
            assert.same(case[2], conn:exec_driver_sql("SELECT " .. case[1]):scalar())
            local row = conn:execute(corm.select(corm.literal_column(case[1]):label("v"))):one()
            assert.same(case[2], row.v)
            assert.same(case[2], conn:execute(corm.text("SELECT 1, " .. case[1])):one()[2])
        end)
    end

    it("sequences are arrays that are given as parameters of text", function()
        local conn = own.connection
        local has = corm.text("SELECT CAST(:x AS integer) = ANY(:list)")
        for _ = 1, 2 do
            assert.is_true(conn:scalar(has, { x = 2, list = { 1, 2, corm.NULL } }))
            assert.is_false(conn:scalar(has, { x = 2, list = {} }))
        end
        assert.is_true(conn:scalar(corm.text("SELECT 'b,c' = ANY(:list)"),
            { list = { "a", "b,c" } }))
        assert.same({ { 1, 2 }, { 3, 4 } }, conn:scalar(
            corm.text("SELECT CAST(:list AS integer[])"), { list = { { 1, 2 }, { 3, 4 } } }))
        assert.is_true(conn:exec_driver_sql("SELECT $1::integer = ANY($2)", { 5, { 4, 5 } })
            :scalar())
        for _, wrong in ipairs({ { { 1, "x" } }, { print }, { { a = 1 } } }) do
            local e = helper.raises(corm.exc.DataError, conn.scalar, conn, has,
                { x = 2, list = wrong[1] })
            assert.truthy(e.message:find("'list'", 1, true), e.message)
            conn:rollback()
        end
    end)

    it("what functions return is", function()
        local found = own.connection:scalar(corm.select(corm.func.string_to_array("a,b", ",")))
        assert.same({ "a", "b" }, found)
    end)

    it("a type that the statement says counts more", function()
        local column = corm.literal_column("ARRAY[1, 2]", corm.String)
        assert.equal("{1,2}", own.connection:scalar(corm.select(column)))
    end)

    it("a table that was made anew has other types under its names", function()
        local conn = own.connection
        for _, case in ipairs({ { "integer[]", "{1,2}", { 1, 2 } }, { "text", "{1,2}", "{1,2}" },
            { "text[]", "{1,2}", { "1", "2" } }, { "jsonb", "[1]", { 1 } }, { "text", "[1", "[1" },
        }) do
            conn:exec_driver_sql(("CREATE TABLE again (v %s)"):format(case[1]))
            conn:exec_driver_sql(("INSERT INTO again VALUES ('%s')"):format(case[2]))
            assert.same(case[3], conn:exec_driver_sql("SELECT v FROM again"):scalar())
            conn:exec_driver_sql("DROP TABLE again")
        end
    end)
end)
