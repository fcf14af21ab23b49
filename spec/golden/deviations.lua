-- SPDX-License-Identifier: MIT
-- Where corm differs from SQLAlchemy, by topic and case: what it makes of the case in each
-- dialect that deviates (SQL, then a line for each parameter), and why.

local ALIAS = "PostgreSQL before 16 wants a name for VALUES"
local ARRAYCAST = "the default dialect has no name for arrays"
local ARRAYTEXT = "the same array in PostgreSQL's other spelling"
local BACKSLASH = "a dialect that has not met its server yet doubles the backslash; servers "
    .. "that read strings as the standard says, as all do by default, would refuse two"
local COMPOUND = "SQLite has no parentheses around the members of a set operation"
local DERIVED = "the name that was given stays"
local EMPTY = "PostgreSQL takes no empty array without a type"
local FLOATP = "a precision that was asked for is written"
local KEYS = "the keys are an array of texts; ?| and ?& take no JSONB"
local LITERAL = "corm has a text for values of this type, SQLAlchemy refuses"
local NOFROM = "FROM without anything behind it could not be executed"
local NULLROW = "a row's NULL is a parameter like its neighbours"
local OFFSET = "SQLAlchemy leaves the -1 a parameter; the text could not be executed"
local PATH = "the same path in PostgreSQL's other spelling"
local QUARTER = "SQLite's STRFTIME() knows no quarter; corm counts it from the month"
local SEPARATOR = "the separator is text when it runs, as in SQLAlchemy 2.1, whose default "
    .. "dialect has no such function"
local SEVERAL = "SQLAlchemy 2.1 takes several clauses, for SQLite alone"
local SCALAR = "the tables of the arguments are in FROM: without them it could not be executed"
local STYLE = "a statement has one style of parameters, whose clauses it may show"
local TOOLONG = "a name that the database would cut is an error"
local TWICE = "PostgreSQL would take one parameter for one type here, for another there"
local UNSET = "a value that is missing is an error rather than NULL"
local XOR = "- binds tighter than | and &: without parentheses it would be another value"

return {
    alone = {
        ["conflict update"] = {
            default = "INSERT INTO mytable (name) VALUES (:name) ON CONFLICT (name) DO UPDATE "
                .. "SET name = :param_1\nname = 'x'\nparam_1 = 'y'",
            reason = STYLE,
        },
        ["conflict update of sqlite"] = {
            default = "INSERT INTO mytable (name) VALUES (:name) ON CONFLICT  DO UPDATE "
                .. "SET name = :param_1\nname = 'x'\nparam_1 = 'y'",
            reason = STYLE,
        },
        ["quarter"] = {
            sqlite = "((CAST(STRFTIME('%m', users.created) AS INTEGER) + 2) / 3)",
            reason = QUARTER,
        },
    },
    conflicts = {
        ["sqlite conflict twice"] = {
            default = "INSERT INTO mytable (myid) VALUES (:myid) ON CONFLICT (myid) DO NOTHING "
                .. "ON CONFLICT (name) DO NOTHING\nmyid = 1",
            sqlite = "INSERT INTO mytable (myid) VALUES (?) ON CONFLICT (myid) DO NOTHING "
                .. "ON CONFLICT (name) DO NOTHING\nmyid = 1",
            postgresql = "error UnsupportedCompilationError",
            reason = SEVERAL,
        },
    },
    combined = {
        ["aggregate strings"] = {
            sqlite = "SELECT group_concat(users.name, __[POSTCOMPILE_aggregate_strings_1]) "
                .. "FILTER (WHERE users.id > ?) AS anon_1 \nFROM users"
                .. "\naggregate_strings_1 = ', '\nid_1 = 1",
            postgresql = "SELECT string_agg(users.name, __[POSTCOMPILE_aggregate_strings_1]) "
                .. "FILTER (WHERE users.id > $1) AS anon_1 \nFROM users"
                .. "\naggregate_strings_1 = ', '\nid_1 = 1",
            reason = SEPARATOR,
        },
    },
    cte_nesting = {
        ["nested in a union inside of a union"] = {
            sqlite = table.concat({
                "SELECT ? AS z UNION ALL SELECT * FROM (WITH xx AS ",
                "(SELECT ? AS x)",
                " SELECT xx.x ",
                "FROM xx UNION ALL SELECT ? AS w)",
                "param_1 = 1",
                "param_2 = 1",
                "param_3 = 4",
            }, "\n"),
            reason = COMPOUND,
        },
    },
    functions = {
        ["aggregate_strings"] = {
            default = "aggregate_strings(mytable.name, :aggregate_strings_1)"
                .. "\naggregate_strings_1 = ', '",
            reason = SEPARATOR,
        },
        ["cast array"] = {
            default = "error UnsupportedCompilationError",
            reason = ARRAYCAST,
        },
        ["cast upper case types"] = {
            default = table.concat({
                "SELECT CAST(mytable.name AS INTEGER) AS name, CAST(mytable.name AS BIGINT) AS " ..
                "name__1, CAST(mytable.name AS SMALLINT) AS name__2, CAST(mytable.name AS REAL) " ..
                "AS name__3, CAST(mytable.name AS DECIMAL(5, 2)) AS name__4, CAST(mytable.name " ..
                "AS FLOAT(10)) AS name__5 ",
                "FROM mytable",
            }, "\n"),
            sqlite = table.concat({
                "SELECT CAST(mytable.name AS INTEGER) AS name, CAST(mytable.name AS BIGINT) AS " ..
                "name__1, CAST(mytable.name AS SMALLINT) AS name__2, CAST(mytable.name AS REAL) " ..
                "AS name__3, CAST(mytable.name AS DECIMAL(5, 2)) AS name__4, CAST(mytable.name " ..
                "AS FLOAT(10)) AS name__5 ",
                "FROM mytable",
            }, "\n"),
            reason = FLOATP,
        },
    },
    json = {
        ["json path literal"] = {
            postgresql = "CAST((pgt.js #>> '{\"a\",1}') AS VARCHAR) = 'x'",
            reason = PATH,
        },
    },
    literals = {
        ["literal binary"] = {
            default = "users.photo = X'6162ff'",
            sqlite = "users.photo = X'6162ff'",
            postgresql = "users.photo = '\\x6162ff'",
            reason = LITERAL,
        },
        ["literal bindparam without value"] = {
            default = "error CompileError",
            sqlite = "error CompileError",
            postgresql = "error CompileError",
            reason = UNSET,
        },
        ["literal interval"] = {
            default = "users.idle = INTERVAL '1 days 00:00:05'",
            sqlite = "users.idle = '1970-01-02 00:00:05.000000'",
            postgresql = "users.idle = INTERVAL '1 days 00:00:05'",
            reason = LITERAL,
        },
        ["literal json"] = {
            default = "users.data = '{\"a\":1}'",
            sqlite = "users.data = '{\"a\":1}'",
            postgresql = "users.data = '{\"a\":1}'",
            reason = LITERAL,
        },
    },
    names = {
        ["long bind"] = {
            postgresql = "error IdentifierError",
            reason = TOOLONG,
        },
        ["long label"] = {
            postgresql = "error IdentifierError",
            reason = TOOLONG,
        },
    },
    operands = {
        ["array contained by no list"] = {
            postgresql = "ARRAY[$1] <@ ARRAY[]::VARCHAR[]\nparam_1 = 'a'",
            reason = EMPTY,
        },
    },
    operators = {
        ["bitwise xor"] = {
            sqlite = "((mytable.myid | ?) - (mytable.myid & ?))\nmyid_1 = 5\nmyid_1 = 5",
            reason = XOR,
        },
        ["bitwise xor twice"] = {
            sqlite = table.concat({
                "(((((mytable.myid | ?) - (mytable.myid & ?))) | ?) - ((((mytable.myid | ?) - " ..
                "(mytable.myid & ?))) & ?))",
                "myid_1 = 5",
                "myid_1 = 5",
                "param_1 = 6",
                "myid_1 = 5",
                "myid_1 = 5",
                "param_1 = 6",
            }, "\n"),
            reason = XOR,
        },
        ["contains escape"] = {
            postgresql = "mytable.name LIKE '%' || $1 || '%' ESCAPE '\\'\nname_1 = 'a%b_'",
            reason = BACKSLASH,
        },
        ["not_ilike escape"] = {
            postgresql = "mytable.name NOT ILIKE $1 ESCAPE '\\'\nname_1 = 'x%'",
            reason = BACKSLASH,
        },
    },
    postgresql = {
        ["array literal"] = {
            postgresql = "pgt.nums = '{1,2}'::INTEGER[]",
            reason = ARRAYTEXT,
        },
        ["jsonb has all"] = {
            postgresql = "pgt.jb ?& $1\njb_1 = ['a', 'b']",
            reason = KEYS,
        },
        ["jsonb has any"] = {
            postgresql = "pgt.jb ?| $1\njb_1 = ['a', 'b']",
            reason = KEYS,
        },
    },
    queries = {
        ["except of union"] = {
            sqlite = table.concat({
                "SELECT * FROM (SELECT mytable.myid ",
                "FROM mytable UNION SELECT othertable.otherid ",
                "FROM othertable) EXCEPT SELECT users.id ",
                "FROM users",
            }, "\n"),
            reason = COMPOUND,
        },
        ["function scalar table valued"] = {
            default = "SELECT (f(mytable.myid)).x \nFROM mytable",
            sqlite = "SELECT (f(mytable.myid)).x \nFROM mytable",
            postgresql = "SELECT (f(mytable.myid)).x \nFROM mytable",
            reason = SCALAR,
        },
        ["table valued derived"] = {
            default = "SELECT x.a, x.b \nFROM f(:f_1) AS x(a, b)\nf_1 = 1",
            sqlite = "SELECT x.a, x.b \nFROM f(?) AS x(a, b)\nf_1 = 1",
            postgresql = "SELECT x.a, x.b \nFROM f($1) AS x(a, b)\nf_1 = 1",
            reason = DERIVED,
        },
        ["union of except and intersect"] = {
            sqlite = table.concat({
                "SELECT * FROM (SELECT mytable.myid ",
                "FROM mytable EXCEPT SELECT othertable.otherid ",
                "FROM othertable) UNION SELECT * FROM (SELECT users.id ",
                "FROM users INTERSECT SELECT items.id ",
                "FROM items)",
            }, "\n"),
            reason = COMPOUND,
        },
        ["union of limited"] = {
            sqlite = table.concat({
                "SELECT * FROM (SELECT mytable.myid ",
                "FROM mytable",
                " LIMIT ? OFFSET ?) UNION SELECT * FROM (SELECT othertable.otherid ",
                "FROM othertable ORDER BY othertable.otherid",
                " LIMIT ? OFFSET ?)",
                "param_1 = 1",
                "param_2 = 0",
                "param_3 = 2",
                "param_4 = 0",
            }, "\n"),
            reason = COMPOUND,
        },
        ["union of ordered"] = {
            sqlite = table.concat({
                "SELECT * FROM (SELECT mytable.myid ",
                "FROM mytable ORDER BY mytable.name) UNION SELECT othertable.otherid ",
                "FROM othertable",
            }, "\n"),
            reason = COMPOUND,
        },
        ["union of union"] = {
            sqlite = table.concat({
                "SELECT * FROM (SELECT mytable.myid ",
                "FROM mytable UNION SELECT othertable.otherid ",
                "FROM othertable) UNION SELECT users.id ",
                "FROM users",
            }, "\n"),
            reason = COMPOUND,
        },
        ["union of union all on the right"] = {
            sqlite = table.concat({
                "SELECT mytable.myid ",
                "FROM mytable UNION SELECT * FROM (SELECT othertable.otherid ",
                "FROM othertable UNION ALL SELECT users.id ",
                "FROM users)",
            }, "\n"),
            reason = COMPOUND,
        },
        ["values anonymous"] = {
            default = table.concat({
                "SELECT anon_1.a, anon_1.b ",
                "FROM (VALUES (:param_1, :param_2)) AS anon_1 (a, b)",
                "param_1 = 1",
                "param_2 = 'x'",
            }, "\n"),
            sqlite = table.concat({
                "SELECT anon_1.a, anon_1.b ",
                "FROM (VALUES (?, ?)) AS anon_1 (a, b)",
                "param_1 = 1",
                "param_2 = 'x'",
            }, "\n"),
            postgresql = table.concat({
                "SELECT anon_1.a, anon_1.b ",
                "FROM (VALUES ($1, $2)) AS anon_1 (a, b)",
                "param_1 = 1",
                "param_2 = 'x'",
            }, "\n"),
            reason = ALIAS,
        },
        ["values with null"] = {
            default = table.concat({
                "SELECT v.a, v.b ",
                "FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (a, b)",
                "param_1 = 1",
                "param_2 = NULL",
                "param_3 = 2",
                "param_4 = 'y'",
            }, "\n"),
            sqlite = table.concat({
                "SELECT v.a, v.b ",
                "FROM (VALUES (?, ?), (?, ?)) AS v (a, b)",
                "param_1 = 1",
                "param_2 = NULL",
                "param_3 = 2",
                "param_4 = 'y'",
            }, "\n"),
            postgresql = table.concat({
                "SELECT v.a, v.b ",
                "FROM (VALUES ($1, $2), ($3, $4)) AS v (a, b)",
                "param_1 = 1",
                "param_2 = NULL",
                "param_3 = 2",
                "param_4 = 'y'",
            }, "\n"),
            reason = NULLROW,
        },
    },
    select = {
        ["offset as literal"] = {
            sqlite = "SELECT mytable.myid \nFROM mytable\n LIMIT -1 OFFSET 2",
            reason = OFFSET,
        },
    },
    rarer = {
        ["update from dml column"] = {
            postgresql = "UPDATE mytable SET name=$1, description=$2\nname = 'x'\n"
                .. "description = 'x'",
            reason = TWICE,
        },
    },
    targets = {
        ["cte of a group"] = {
            sqlite = "WITH s AS \n(SELECT * FROM (SELECT mytable.myid AS myid \nFROM "
                .. "mytable))\n SELECT s.myid \nFROM s",
            reason = COMPOUND,
        },
        ["group"] = {
            sqlite = "SELECT * FROM (SELECT mytable.myid \nFROM mytable)",
            reason = COMPOUND,
        },
        ["group of a group"] = {
            sqlite = "SELECT * FROM (SELECT mytable.myid \nFROM mytable)",
            reason = COMPOUND,
        },
        ["group of a union"] = {
            sqlite = "SELECT * FROM (SELECT mytable.myid \nFROM mytable UNION SELECT "
                .. "mytable.name \nFROM mytable)",
            reason = COMPOUND,
        },
        ["subquery of a group"] = {
            sqlite = "SELECT s.myid \nFROM (SELECT * FROM (SELECT mytable.myid AS myid \nFROM "
                .. "mytable)) AS s",
            reason = COMPOUND,
        },
        ["union of groups"] = {
            sqlite = "SELECT * FROM (SELECT mytable.myid \nFROM mytable) UNION SELECT * FROM "
                .. "(SELECT mytable.name \nFROM mytable\n LIMIT ? OFFSET ?)\nparam_1 = "
                .. "1\nparam_2 = 0",
            reason = COMPOUND,
        },
        ["update join"] = {
            default = "UPDATE users JOIN addresses ON users.id = addresses.user_id SET "
                .. "name=:name WHERE addresses.id = :id_1\nid_1 = 3\nname = 'x'",
            sqlite = "UPDATE users JOIN addresses ON users.id = addresses.user_id SET name=? "
                .. "WHERE addresses.id = ?\nname = 'x'\nid_1 = 3",
            postgresql = "UPDATE users JOIN addresses ON users.id = addresses.user_id SET "
                .. "name=$1 WHERE addresses.id = $2\nname = 'x'\nid_1 = 3",
            reason = NOFROM,
        },
        ["value of a group"] = {
            sqlite = "SELECT (SELECT * FROM (SELECT mytable.myid \nFROM mytable)) AS anon_1",
            reason = COMPOUND,
        },
    },
    windows = {
        ["aggregate_strings"] = {
            default = "aggregate_strings(mytable.name, :aggregate_strings_1)"
                .. "\naggregate_strings_1 = ','",
            reason = SEPARATOR,
        },
        ["aggregate_strings selected"] = {
            default = "SELECT aggregate_strings(mytable.name, :aggregate_strings_2) "
                .. "AS aggregate_strings_1 \nFROM mytable\naggregate_strings_2 = '; '",
            reason = SEPARATOR,
        },
    },
}
