# SPDX-License-Identifier: MIT
"""Elements of JSON values."""

# ---- JSON

case["json key"] = lambda: select(pgt.c.js["a"])
case["json index"] = lambda: pgt.c.js[5]
case["json path"] = lambda: pgt.c.js[("a", "b", 1)]
case["json key of key"] = lambda: pgt.c.js["a"]["b"]
case["json as string"] = lambda: pgt.c.js["a"].as_string()
case["json as integer"] = lambda: pgt.c.js["a"].as_integer()
case["json as float"] = lambda: pgt.c.js["a"].as_float()
case["json as boolean"] = lambda: pgt.c.js["a"].as_boolean()
case["json as numeric"] = lambda: pgt.c.js["a"].as_numeric(10, 2)
case["json as json"] = lambda: pgt.c.js["a"].as_json()
case["json path as string"] = lambda: pgt.c.js[("a", "b")].as_string()
case["json path as integer"] = lambda: pgt.c.js[("a", 1)].as_integer()
case["json key compared"] = lambda: pgt.c.js["a"].as_string() == "x"
case["json key compared integer"] = lambda: pgt.c.js["a"].as_integer() > 5
case["json key is null"] = lambda: pgt.c.js["a"] == None  # noqa: E711
case["json key in select"] = lambda: select(pgt.c.js["a"].as_string().label("a"), pgt.c.js["b"].as_integer())
case["json key order by"] = lambda: select(pgt.c.id).order_by(pgt.c.js["a"].as_string().desc())
case["json key in and"] = lambda: and_(pgt.c.js["a"].as_boolean(), pgt.c.js["b"].as_string() == "x")
case["json compared"] = lambda: pgt.c.js == {"a": 1}
case["json key literal"] = lambda: (pgt.c.js["a"].as_string() == "x", {"literal_binds": True})
case["json path literal"] = lambda: (pgt.c.js[("a", 1)].as_string() == "x", {"literal_binds": True})
case["json key of column"] = lambda: pgt.c.js[pgt.c.id]
case["json key cast"] = lambda: cast(pgt.c.js["a"], String)
case["json key like"] = lambda: pgt.c.js["a"].as_string().like("x%")
