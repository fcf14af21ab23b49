# SPDX-License-Identifier: MIT
"""AND and OR in each other, lists of a single condition among them, and their parentheses."""

p, q, r = t.c.myid == 1, t.c.name == "x", t.c.myid > 3

NESTED = {
    "or of and": or_(and_(p)),
    "and of or": and_(or_(p)),
    "or of and of two": or_(and_(p, q)),
    "and of or of two": and_(or_(p, q)),
    "or of and beside one": or_(and_(p), q),
    "or of two ands": or_(and_(p), and_(q)),
    "and of or of and": and_(or_(and_(p))),
    "or of two beside one": and_(or_(p, q), r),
    "or of two in lists": and_(or_(and_(or_(p, q)))),
    "and of two in lists": and_(or_(and_(p, q))),
    "or of or": or_(or_(p, q), r),
    "or of and of or": or_(and_(or_(p, q)), r),
    "or of true and one": and_(or_(and_(true(), p))),
    "not of or of and": ~or_(and_(p)),
    "not of and of or": ~and_(or_(p, q)),
    "group of and": or_(and_(p).self_group(), q),
}

for _name, _e in NESTED.items():
    case[_name] = lambda e=_e: e
    case[_name + " as a condition"] = lambda e=_e: select(t.c.myid).where(e)
    case[_name + " beside a condition"] = lambda e=_e: select(t.c.myid).where(e, r)
    case[_name + " denied"] = lambda e=_e: not_(e)
    case[_name + " as an operand"] = lambda e=_e: e.is_(None)
