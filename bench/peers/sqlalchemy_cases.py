#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sqlalchemy_cases.py URL CASE REPEAT: run one case REPEAT times with SQLAlchemy.

The cases do what those of the same names in ../corm do, and print the same lines. Only
what is inside `with timed(...)` is measured.
"""
import gc
import sys
import time
from contextlib import contextmanager

from sqlalchemy import (Column, Date, ForeignKey, Integer, MetaData, String, Table, bindparam,
                        create_engine, event, select)
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship, selectinload
from sqlalchemy.pool import QueuePool

URL, CASE, REPEAT = sys.argv[1], sys.argv[2], int(sys.argv[3])
ROWS = 200000
KEYS = [i * 7919 % 11000 + 1 for i in range(10000)]

Base = declarative_base()
# QueuePool, or each session would open a SQLite file anew.
engine = create_engine(URL, future=True, poolclass=QueuePool)


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(255))
    description = Column(String(255))


class Parent(Base):
    __tablename__ = "parent"
    id = Column(Integer, primary_key=True)
    children = relationship("Child")


class Child(Base):
    __tablename__ = "child"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("parent.id"), index=True)


customer = Customer.__table__
parent = Parent.__table__
wide_metadata = MetaData()
wide_customer = Table(
    "customer", wide_metadata, Column("id", Integer, primary_key=True),
    Column("name", String(255)), Column("city", String(255)), Column("country", String(2)))
invoice = Table(
    "invoice", wide_metadata, Column("id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customer.id")), Column("placed", Date),
    Column("state", String(20)))
item = Table(
    "item", wide_metadata, Column("id", Integer, primary_key=True),
    Column("invoice_id", ForeignKey("invoice.id")), Column("product", String(255)),
    Column("amount", Integer))


def report(name, n, value):
    print(f"{name} {n} {value:.7f}", flush=True)


@contextmanager
def timed(n):
    gc.collect()
    start = time.perf_counter()
    yield
    report(CASE, n, time.perf_counter() - start)


def values_of(i):
    return {"name": f"customer name {i}", "description": f"customer description {i}"}


def new_session():
    return Session(engine, future=True)


def load():
    with new_session() as session:
        with timed(ROWS):
            customers = session.scalars(select(Customer)).all()
        assert len(customers) == ROWS


def load_read():
    with new_session() as session:
        total = 0
        with timed(ROWS):
            customers = session.scalars(select(Customer)).all()
            for c in customers:
                total += c.id + len(c.name) + len(c.description)
        assert total > ROWS * (ROWS + 1) // 2


def rows():
    with engine.connect() as connection:
        with timed(ROWS):
            found = connection.execute(select(customer)).all()
        assert len(found) == ROWS


def flush():
    with new_session() as session:
        with timed(100000):
            for first in range(0, 100000, 1000):
                made = [Customer(**values_of(i)) for i in range(first, first + 1000)]
                session.add_all(made)
                session.flush()
            session.commit()
        assert made[-1].id == 100000


def get():
    with new_session() as session:
        with timed(len(KEYS)):
            for key in KEYS:
                assert session.get(Customer, key)


def get_held():
    with new_session() as session:
        held = session.scalars(select(Customer).where(Customer.id <= 11000)).all()
        statements = []
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args))
        with timed(len(KEYS)):
            for key in KEYS:
                session.get(Customer, key)
        assert not statements and len(held) == 11000


def get_each():
    with timed(len(KEYS)):
        for key in KEYS:
            with new_session() as session:
                assert session.get(Customer, key)


def update():
    with new_session() as session:
        with timed(20000):
            customers = session.scalars(select(Customer)).all()
            for c in customers:
                c.description += "updated"
            session.commit()
        assert len(customers) == 20000


def count_children(option, unique):
    with new_session() as session:
        stmt = select(Parent).options(option(Parent.children))
        with timed(20000):
            result = session.scalars(stmt)
            parents = (result.unique() if unique else result).all()
            total = sum(len(parent.children) for parent in parents)
        assert total == 20000


def selectin():
    count_children(selectinload, unique=False)


def joined():
    count_children(joinedload, unique=True)


def commits():
    with timed(1000):
        for i in range(1000):
            with new_session() as session:
                session.add(Customer(**values_of(i)))
                session.commit()


def wide(i):
    c, v, t = wide_customer.c, invoice.c, item.c
    return (
        select(c.id, c.name, c.city, c.country, v.id, v.placed, v.state, t.id, t.product,
               t.amount)
        .join(invoice, v.customer_id == c.id)
        .join(item, t.invoice_id == v.id)
        .where(c.country == "is", c.city != "Akureyri", v.state.like("open%"), t.amount > i,
               t.id < i + 1000)
    )


def compile():  # pylint: disable=redefined-builtin
    with timed(1000):
        for i in range(1000):
            assert wide(i).compile(dialect=engine.dialect)


def compile_found():
    cache = {}
    with timed(1000):
        for i in range(1000):
            assert wide(i)._compile_w_cache(
                engine.dialect, compiled_cache=cache, column_keys=[])


def core_insert():
    mappings = [values_of(i) for i in range(100000)]
    with timed(100000):
        with engine.begin() as connection:
            connection.execute(customer.insert(), mappings)


def core_insert_keys():
    if not getattr(engine.dialect, "use_insertmanyvalues", False):
        return  # before 2.0 a statement of many rows returned no keys
    mappings = [values_of(i) for i in range(100000)]
    stmt = customer.insert().returning(customer.c.id, sort_by_parameter_order=True)
    with timed(100000):
        with engine.begin() as connection:
            assert len(connection.execute(stmt, mappings).scalars().all()) == 100000


def core_get():
    stmt = select(customer).where(customer.c.id == bindparam("key"))
    with engine.begin() as connection:
        total = 0
        with timed(len(KEYS)):
            for key in KEYS:
                row = connection.execute(stmt, {"key": key}).one()
                total += row.id + len(row.name) + len(row.description)
        assert total


def core_stream():
    stmt = select(customer).select_from(parent.join(customer, parent.c.id <= 5))
    with engine.connect().execution_options(stream_results=True) as connection:
        total = 0
        with timed(1000000):
            for row in connection.execute(stmt):
                total += row.id + len(row.name) + len(row.description)
        assert total


def core_select():
    with engine.connect() as connection:
        with timed(len(KEYS)):
            for key in KEYS:
                assert connection.execute(select(customer).where(customer.c.id == key)).first()


def resident_bytes():
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


def memory():
    values = sum(8 + sum(map(len, values_of(i).values())) for i in range(ROWS))
    with new_session() as session:
        session.scalars(select(Customer).limit(1)).one()
        before = resident_bytes()
        customers = session.scalars(select(Customer)).all()
        after = resident_bytes()
        assert len(customers) == ROWS
        report("memory_resident", ROWS, after - before - values)


CASES = {
    f.__name__: f
    for f in (load, load_read, rows, flush, get, get_held, get_each, update, selectin,
              joined, commits, compile, compile_found, core_insert, core_insert_keys, core_get,
              core_select, core_stream, memory)
}

engine.connect().close()
for _ in range(REPEAT):
    CASES[CASE]()
