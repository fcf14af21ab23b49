# SPDX-License-Identifier: MIT
"""What is measured: the cases, and the lines of the table that compare them."""
from dataclasses import dataclass

READ, EMPTY, SMALL = "read", "empty", "small"  # see data.py


@dataclass(frozen=True)
class Case:
    """One file of ../corm and one function of ../peers/sqlalchemy_cases.py."""

    name: str
    title: str
    data: str = READ  # anything else is made anew before each process
    repeat: int = 3  # runs in one process; their median counts


@dataclass(frozen=True)
class Row:
    """One line of the table: corm's result of a case, and what it is compared with."""

    database: str
    case: str
    limit: str = ""  # the limit program's case; "" if there is none
    bound: float | None = None  # the most that result / limit may be
    result: str = ""  # the name in the program's output, if not the case's
    unit: str = "s"  # without a limit: "us" and "B" for a bound per item, "MiB"


CASES = {
    case.name: case
    for case in (
        Case("load", "load 200,000 objects"),
        Case("load_read", "load 200,000 objects, read every attribute"),
        Case("rows", "load 200,000 rows by Core"),
        Case("flush", "flush 100,000 new objects, keys fetched", EMPTY, 1),
        Case("get", "get 10,000 by key, one transaction"),
        Case("get_held", "get 10,000 by key, in memory already"),
        Case("get_each", "get 10,000 by key, a session each"),
        Case("update", "update 20,000 objects by flush", SMALL, 1),
        Case("selectin", "200 parents x 100 children, selectinload", repeat=5),
        Case("joined", "200 parents x 100 children, joinedload", repeat=5),
        Case("commits", "1000 commits of one insert", EMPTY, 1),
        Case("compile", "build a wide statement and compile it"),
        Case("compile_found", "build a wide statement and find it compiled"),
        Case("core_insert", "insert 100,000 mappings by Core", EMPTY, 1),
        Case("core_insert_keys", "insert 100,000 mappings by Core, keys in order", EMPTY, 1),
        Case("core_get", "select 10,000 by key by Core, one statement"),
        Case("core_select", "select 10,000 by key by Core, built anew"),
        Case("core_stream", "stream 1,000,000 rows by Core", repeat=1),
        Case("memory", "memory of 200,000 loaded objects", repeat=1),
    )
}

TITLES = {
    "core_stream_memory": "memory taken by streaming 1,000,000 rows",
    "memory": "bytes an object, beyond its values: Lua's count",
    "memory_resident": "bytes an object, beyond its values: resident",
}

SQLITE = (
    Row("sqlite", "load", "read", 2.5),
    Row("sqlite", "load", "tables", 0.6),
    Row("sqlite", "load_read", "tables_read", 1.2),
    Row("sqlite", "rows", "read", 2.0),
    Row("sqlite", "flush", "insert", 2.5),
    Row("sqlite", "get", "get", 6),
    Row("sqlite", "get_held", bound=0.5, unit="us"),
    Row("sqlite", "get_each", "get_each"),
    Row("sqlite", "update", "update"),
    Row("sqlite", "selectin", "eager"),
    Row("sqlite", "joined", "eager"),
    Row("sqlite", "commits", "commits"),
    Row("sqlite", "compile", bound=100, unit="us"),
    Row("sqlite", "compile_found", bound=10, unit="us"),
    Row("sqlite", "core_insert", "insert_ready", 1.6),
    Row("sqlite", "core_insert_keys", "insert_ready", 1.8),
    Row("sqlite", "core_get", "get", 5),
    Row("sqlite", "core_select", "get"),
    Row("sqlite", "core_stream", "stream", 1.2),
    Row("sqlite", "core_stream", bound=20, unit="MiB", result="core_stream_memory"),
    Row("sqlite", "memory", bound=300, unit="B"),
    Row("sqlite", "memory", bound=300, unit="B", result="memory_resident"),
)

POSTGRESQL = (
    Row("postgresql", "load", "read_text", 1.5),
    Row("postgresql", "load", "read_binary", 1.5),
    Row("postgresql", "load", "tables"),
    Row("postgresql", "load_read", "tables_read"),
    Row("postgresql", "rows", "read_text"),
    Row("postgresql", "flush", "insert", 1.5),
    Row("postgresql", "get", "get"),
    Row("postgresql", "get_held", bound=0.5, unit="us"),
    Row("postgresql", "get_each", "get_each"),
    Row("postgresql", "update", "update"),
    Row("postgresql", "selectin", "eager"),
    Row("postgresql", "joined", "eager"),
    Row("postgresql", "commits", "commits"),
    Row("postgresql", "core_insert", "copy", 1.3),
    Row("postgresql", "core_insert_keys", "insert_ready", 1.3),
    Row("postgresql", "core_get", "get", 1.2),
    Row("postgresql", "core_select", "get"),
    Row("postgresql", "core_stream", "stream", 1.2),
    Row("postgresql", "core_stream", bound=20, unit="MiB", result="core_stream_memory"),
)

ROWS = SQLITE + POSTGRESQL


def title(row):
    """The text of a row's first column."""
    text = TITLES.get(row.result or row.case) or CASES[row.case].title
    return f"{text} / {row.limit}" if row.limit else text


def limits(rows, case):
    """The limit program's cases that these rows compare a case with."""
    return list(dict.fromkeys(row.limit for row in rows if row.case == case and row.limit))


def matching(pattern, databases):
    """The rows of these databases whose database/case contains the pattern."""
    return [
        row
        for row in ROWS
        if row.database in databases and pattern in f"{row.database}/{row.case}"
    ]
