-- SPDX-License-Identifier: MIT
-- The queries on PostgreSQL's catalogs. Those about tables take the oids of all tables as $1
-- and return a row for each part, in an order that puts parts of one thing next to each
-- other; {include} and the like are replaced by what the server's version has.

local catalog = {}

-- ---- names ----

-- Tables are looked for in a schema, or on the search path without what the system has.
catalog.RELATIONS = [[
SELECT c.oid, c.relname::text AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY ($1::text::"char"[])
AND (c.relpersistence = 't') = ANY ($2::text::boolean[])
AND ($3::text IS NULL AND pg_catalog.pg_table_is_visible(c.oid) AND n.nspname <> 'pg_catalog'
    OR n.nspname = $3::text)
AND ($4::text IS NULL OR c.relname = ANY ($4::text::text[]))
ORDER BY c.relname]]

catalog.SCHEMAS = [[
SELECT nspname::text FROM pg_catalog.pg_namespace
WHERE nspname NOT LIKE 'pg\_%' ORDER BY nspname]]

catalog.DEFAULT_SCHEMA = "SELECT current_schema()::text"

catalog.VIEW_DEFINITION = [[
SELECT pg_catalog.pg_get_viewdef(oid) FROM unnest($1::text::oid[]) AS oid]]

-- ---- columns ----

catalog.COLUMNS = [[
SELECT a.attrelid AS oid, a.attname::text AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS format,
    coalesce(item.oid, t.oid) AS type_oid,
    coalesce(item.typtype, t.typtype)::text AS type_kind,
    item.oid IS NOT NULL AS is_array,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_sql,
    a.attnotnull AS is_not_null,
    {generated} AS generated,
    a.attidentity::text AS identity,
    s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
    CASE WHEN a.attcollation <> t.typcollation THEN l.collname::text END AS collation_name,
    CASE WHEN NOT pg_catalog.pg_collation_is_visible(l.oid) THEN
        ln.nspname::text END AS collation_schema,
    de.description AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type item
    ON item.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_depend dep
    ON a.attidentity <> '' AND dep.refclassid = 'pg_catalog.pg_class'::regclass
    AND dep.refobjid = a.attrelid AND dep.refobjsubid = a.attnum AND dep.deptype = 'i'
    AND dep.classid = 'pg_catalog.pg_class'::regclass
LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = dep.objid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_description de
    ON de.objoid = a.attrelid AND de.objsubid = a.attnum
    AND de.classoid = 'pg_catalog.pg_class'::regclass
WHERE a.attrelid = ANY ($1::text::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum]]

-- ---- types of the user's ----

-- One row for each label; a type without any has one row.
catalog.ENUMS = [[
SELECT t.oid, t.typname::text AS name, n.nspname::text AS schema,
    pg_catalog.pg_type_is_visible(t.oid) AS is_visible, e.enumlabel::text AS label
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
WHERE t.typtype = 'e' AND {types}
ORDER BY n.nspname, t.typname, e.enumsortorder]]

-- One row for each condition; a domain without any has one row.
catalog.DOMAINS = [[
SELECT t.oid, t.typname::text AS name, n.nspname::text AS schema,
    pg_catalog.pg_type_is_visible(t.oid) AS is_visible,
    pg_catalog.format_type(t.typbasetype, t.typtypmod) AS format,
    coalesce(item.oid, b.oid) AS type_oid, coalesce(item.typtype, b.typtype)::text AS type_kind,
    item.oid IS NOT NULL AS is_array,
    t.typdefault AS default_sql, t.typnotnull AS is_not_null,
    CASE WHEN t.typcollation <> b.typcollation THEN l.collname::text END AS collation_name,
    CASE WHEN NOT pg_catalog.pg_collation_is_visible(l.oid) THEN
        ln.nspname::text END AS collation_schema,
    co.conname::text AS check_name, pg_catalog.pg_get_constraintdef(co.oid, true) AS check_sql
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_type item
    ON item.oid = b.typelem AND b.typcategory = 'A' AND b.typlen = -1
LEFT JOIN pg_catalog.pg_collation l ON l.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_constraint co ON co.contypid = t.oid AND co.contype = 'c'
WHERE t.typtype = 'd' AND {types}
ORDER BY n.nspname, t.typname, co.conname]]

-- What {types} above may be.
catalog.TYPES_BY_OID = "t.oid = ANY ($1::text::oid[])"
catalog.TYPES_BY_SCHEMA = [[($1::text = '*' OR n.nspname = $1::text OR $1::text IS NULL
    AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog')]]

catalog.HAS_TYPE = [[
SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typname = $1::text
AND ($2::text IS NULL AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog'
    OR n.nspname = $2::text OR $2::text = '*')]]

-- ---- constraints ----

-- Members of primary keys (p) or unique constraints (u); those after `nkeys` are INCLUDEd.
catalog.KEYS = [[
SELECT co.conrelid AS oid, co.conname::text AS constraint_name, k.ord <= {nkeys} AS is_key,
    a.attname::text AS column_name, {nulls_not_distinct} AS nulls_not_distinct,
    co.condeferrable, co.condeferred, de.description AS comment
FROM pg_catalog.pg_constraint co
JOIN pg_catalog.pg_index i ON i.indexrelid = co.conindid
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, ord)
JOIN pg_catalog.pg_attribute a ON a.attrelid = co.conrelid AND a.attnum = k.attnum
LEFT JOIN pg_catalog.pg_description de
    ON de.objoid = co.oid AND de.classoid = 'pg_catalog.pg_constraint'::regclass
WHERE co.conrelid = ANY ($1::text::oid[]) AND co.contype = $2::text
ORDER BY co.conrelid, co.conname, k.ord]]

catalog.FOREIGN_KEYS = [[
SELECT co.conrelid AS oid, co.conname::text AS constraint_name,
    a.attname::text AS column_name, r.relname::text AS referred_table,
    n.nspname::text AS referred_schema, pg_catalog.pg_table_is_visible(r.oid) AS is_visible,
    n.nspname = current_schema() AS is_default_schema,
    ra.attname::text AS referred_column,
    co.confupdtype::text, co.confdeltype::text, co.confmatchtype::text,
    co.condeferrable, co.condeferred, co.convalidated, {set_columns} AS is_set_column,
    de.description AS comment
FROM pg_catalog.pg_constraint co
CROSS JOIN LATERAL unnest(co.conkey, co.confkey) WITH ORDINALITY AS k (attnum, referred, ord)
JOIN pg_catalog.pg_attribute a ON a.attrelid = co.conrelid AND a.attnum = k.attnum
JOIN pg_catalog.pg_attribute ra ON ra.attrelid = co.confrelid AND ra.attnum = k.referred
JOIN pg_catalog.pg_class r ON r.oid = co.confrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_description de
    ON de.objoid = co.oid AND de.classoid = 'pg_catalog.pg_constraint'::regclass
WHERE co.conrelid = ANY ($1::text::oid[]) AND co.contype = 'f'
ORDER BY co.conrelid, co.conname, k.ord]]

catalog.CHECKS = [[
SELECT co.conrelid AS oid, co.conname::text AS name,
    pg_catalog.pg_get_expr(co.conbin, co.conrelid, true) AS sqltext,
    co.convalidated, co.connoinherit, de.description AS comment
FROM pg_catalog.pg_constraint co
LEFT JOIN pg_catalog.pg_description de
    ON de.objoid = co.oid AND de.classoid = 'pg_catalog.pg_constraint'::regclass
WHERE co.conrelid = ANY ($1::text::oid[]) AND co.contype = 'c'
ORDER BY co.conrelid, co.conname]]

-- ---- indexes ----

-- One row for each element. Bits of `option`: 1 descending, 2 nulls first.
catalog.INDEXES = [[
SELECT i.indrelid AS oid, c.relname::text AS index_name, i.indisunique AS is_unique,
    k.ord <= {nkeys} AS is_key, k.attnum = 0 AS is_expression,
    pg_catalog.pg_get_indexdef(i.indexrelid, k.ord::integer, true) AS definition,
    a.attname::text AS column_name,
    coalesce((i.indoption::int2[])[k.ord - 1], 0) AS option,
    CASE WHEN NOT oc.opcdefault THEN oc.opcname::text END AS operator_class,
    m.amname::text AS method,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    array_to_string(c.reloptions, E'\n') AS storage,
    {nulls_not_distinct} AS nulls_not_distinct,
    EXISTS (SELECT 1 FROM pg_catalog.pg_constraint co WHERE co.conrelid = i.indrelid
        AND co.conindid = i.indexrelid AND co.contype IN ('p', 'u', 'x')) AS has_constraint
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = c.relam
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, ord)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    AND k.attnum <> 0
LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = (i.indclass::oid[])[k.ord - 1]
WHERE i.indrelid = ANY ($1::text::oid[]) AND NOT i.indisprimary
ORDER BY i.indrelid, c.relname, k.ord]]

-- ---- tables ----

catalog.COMMENTS = [[
SELECT objoid AS oid, description FROM pg_catalog.pg_description
WHERE objoid = ANY ($1::text::oid[]) AND objsubid = 0
AND classoid = 'pg_catalog.pg_class'::regclass]]

catalog.TABLE_OPTIONS = [[
SELECT c.oid, c.relpersistence::text AS persistence, sp.spcname::text AS tablespace,
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
    CASE WHEN m.amname <> 'heap' THEN m.amname::text END AS method,
    array_to_string(c.reloptions, E'\n') AS storage
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_tablespace sp ON sp.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
WHERE c.oid = ANY ($1::text::oid[])]]

-- Parents in the order in which they were named; partitions have theirs elsewhere.
catalog.PARENTS = [[
SELECT i.inhrelid AS oid, p.relname::text AS name, n.nspname::text AS schema,
    pg_catalog.pg_table_is_visible(p.oid) AS is_visible
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND NOT c.relispartition
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
WHERE i.inhrelid = ANY ($1::text::oid[])
ORDER BY i.inhrelid, i.inhseqno]]

-- ---- what versions have ----

-- Words in braces by the version that has them; before it the second stands.
local PARTS = {
    generated = { 12, "a.attgenerated::text", "''" },
    nkeys = { 11, "i.indnkeyatts", "i.indnatts" },
    nulls_not_distinct = { 15, "i.indnullsnotdistinct", "false" },
    set_columns = { 15, "coalesce(k.attnum = ANY (co.confdelsetcols), false)", "false" },
}

---A query for a server of this major version.
---@param query string
---@param version integer
---@param types? string what {types} is
---@return string
function catalog.for_version(query, version, types)
    return (query:gsub("{([%w_]+)}", function(word)
        if word == "types" then
            return types
        end
        local part = PARTS[word]
        return part[version >= part[1] and 2 or 3]
    end))
end

return catalog
