/* SPDX-License-Identifier: MIT */
/*
 * Expression and statement nodes: one immutable struct for all of them.
 *
 * A node has a kind, an operator or variant, an optional name and value, and children.
 * Uniform nodes make every algorithm one loop: visitors, replacement, comparison, the
 * cache key. A statement is a node whose children stand in fixed slots (enum
 * corm_select_slot …); a generative method copies the node with one slot replaced.
 *
 * Memory: a node is one block of corm_node_size() bytes that the caller provides, and
 * corm_node_init() cannot fail. The Lua side puts nodes into userdata and pins children,
 * names and values there, so nodes need no free function; the core's own nodes live in an
 * arena. A node borrows its children, type and bytes for its whole life.
 *
 * Fingerprint: `fp` hashes kind, op, name, type, ids and the children's fingerprints, but
 * neither bind values nor the identity of anonymous aliases; equal fingerprints are
 * confirmed by corm_node_match(), which also collects the binds in order.
 */
#ifndef CORM_SQL_NODE_H
#define CORM_SQL_NODE_H

#include "base/arena.h"
#include "base/value.h"
#include "sql/operator.h"
#include "sql/type.h"

enum corm_node_kind {
    /* leaves */
    CORM_NODE_NULL = 1,
    CORM_NODE_TRUE,
    CORM_NODE_FALSE,
    CORM_NODE_DEFAULT, /* the keyword DEFAULT */
    CORM_NODE_STAR, /* *, or kid 0's .* */
    CORM_NODE_BIND, /* name = key, value = the value or UNSET if required; VARIANT: a value
                       that is JSON only beside JSON */
    CORM_NODE_TEXT, /* text(): name = the SQL, kids = BINDs for some of its :name */
    CORM_NODE_LITERAL, /* literal_column(): name = the SQL */
    CORM_NODE_COLUMN, /* struct corm_column, of a table or free */
    CORM_NODE_COLREF, /* column `name` of selectable kid 0; kid 1 = the column behind it,
                          or NULL; value INT n: the n-th that is the same column
                          again; VARIANT: the name begins with that of what kid 1 is of */

    /* expressions */
    CORM_NODE_UNARY, /* op kid0, or kid0 op for postfixes */
    CORM_NODE_BINARY, /* kid0 op kid1; see sql/operator.h for value, name and kid2 */
    CORM_NODE_BETWEEN, /* kid0 [NOT] BETWEEN kid1 AND kid2; VARIANT = SYMMETRIC */
    CORM_NODE_LIST, /* op joins the kids: AND, OR, comma, …; VARIANT: of AND, the
                       conditions of a statement, one by one */
    CORM_NODE_GROUPING, /* (kid0) */
    CORM_NODE_TUPLE, /* (kid0, kid1, …) */
    CORM_NODE_FUNCTION, /* name(kids); value TEXT = package: package.name(…). VARIANT: the
                           next number of the sequence that LITERAL kid0 names, value =
                           its schema */
    CORM_NODE_CASE, /* kid0 subject or NULL, kid1 else or NULL, then when/then pairs */
    CORM_NODE_CAST, /* CAST(kid0 AS type); LITERAL_EXECUTE: only where it is executed */
    CORM_NODE_COERCE, /* type_coerce: kid0 with another type */
    CORM_NODE_EXTRACT, /* EXTRACT(name FROM kid0) */
    CORM_NODE_LABEL, /* kid0 AS name; kid0 NULL: the column called name, in ORDER BY */
    CORM_NODE_OVER, /* kid0 OVER (…) */
    CORM_NODE_FILTER, /* kid0 FILTER (WHERE kid1) */
    CORM_NODE_WITHIN, /* kid0 WITHIN GROUP (ORDER BY kid1); VARIANT: inside, f(x ORDER BY …) */
    CORM_NODE_SCALAR, /* (SELECT …) as a value */
    CORM_NODE_EXISTS, /* EXISTS (kid0) */
    CORM_NODE_SLICE, /* kid0:kid1 as index of an array */
    CORM_NODE_CUSTOM, /* a class of the user's own, of kids; value TEXT tells it from others,
                         without one it is UNCACHEABLE. ANONYMOUS: name is a hint for its label */
    CORM_NODE_SPLICE, /* what stands for a CUSTOM: the kids without anything in between; see
                         sql/statement.h */
    CORM_NODE_ARRAY, /* ARRAY[kids] */

    /* things to select from */
    CORM_NODE_TABLE, /* struct corm_table */
    CORM_NODE_ALIAS, /* kid0 AS name; ANONYMOUS: name is a hint or NULL; told apart by id;
                        VARIANT: LATERAL kid0 AS name; a sample has TABLESAMPLE kid1
                        [REPEATABLE (kid2)] as well */
    CORM_NODE_SUBQUERY, /* (kid0) AS name */
    CORM_NODE_CTE, /* WITH name AS (kid0); VARIANT = RECURSIVE. A recursive one that was
                      extended by UNION keeps the id; kid1 = the one it restates. kid2
                      and kid3: lists of TEXT in front of and behind the query */
    CORM_NODE_JOIN, /* kid0 JOIN kid1 ON kid2 (NULL: from foreign keys); op = how; VARIANT:
                       in parentheses */
    CORM_NODE_LATERAL, /* LATERAL (kid0) AS name */
    CORM_NODE_VALUES, /* (VALUES (…), (…)) AS name */
    CORM_NODE_TABLE_FUNCTION, /* function(…) AS name */

    /* statements: children in slots, see sql/statement.h */
    CORM_NODE_SELECT,
    CORM_NODE_COMPOUND, /* UNION and its like: kids after the slots are the selects */
    CORM_NODE_INSERT,
    CORM_NODE_UPDATE,
    CORM_NODE_DELETE,
    CORM_NODE_STATEMENT_TEXT, /* text() as a statement */
    CORM_NODE_CUSTOM_STATEMENT, /* a statement of the user's own, as CUSTOM */
    CORM_NODE_ASSIGN, /* kid0 = kid1 of UPDATE and INSERT */
    CORM_NODE_ROW, /* one row of INSERT values: ASSIGNs */
    CORM_NODE_JOIN_SPEC, /* select:join(): kid0 target, kid1 on, kid2 left; op = how; VARIANT:
                            the left side is among the tables of the columns */
    CORM_NODE_FOR_UPDATE,
    CORM_NODE_FETCH,
    CORM_NODE_ON_CONFLICT,
    CORM_NODE_OPTION, /* anything that only counts for the cache key: name, value, kids */

    /* the mapper's marks; the compiler looks through them */
    CORM_NODE_ENTITY, /* a mapped class or its alias: id = mapper, kid0 = selectable */
    CORM_NODE_ATTRIBUTE, /* kid0 as attribute `name` of ENTITY kid1 */
    CORM_NODE_RELATIONSHIP, /* relationship `name` of ENTITY kid0; kid1 = of_type, kid2 = and_ */
    CORM_NODE_KIND_COUNT
};

enum corm_node_flag {
    CORM_NODE_HAS_ENTITY =
        1 << 0, /* an ORM mark is in the tree: the mapper compiles it */
    CORM_NODE_HAS_AGGREGATE = 1 << 1, /* an aggregate function is in the tree */
    CORM_NODE_HAS_BIND = 1 << 2,
    CORM_NODE_ANONYMOUS =
        1 << 3, /* the name is made by the compiler, from `name` as a hint */
    CORM_NODE_EXPANDING = 1 << 4, /* BIND: a list of values, rendered one by one */
    CORM_NODE_REQUIRED = 1 << 5, /* BIND: a value must come with the execution */
    CORM_NODE_LITERAL_EXECUTE = 1 << 6, /* BIND: rendered as text when executed; CAST */
    CORM_NODE_QUOTED = 1 << 7, /* the name is quoted always */
    CORM_NODE_UNCACHEABLE = 1 << 8, /* in the tree: compile anew each time */
    CORM_NODE_HAS_LUA_TYPE =
        1 << 9, /* a BIND in the tree needs Lua to process its value */
    CORM_NODE_VARIANT =
        1 << 10, /* free for the kind (DISTINCT, UNION ALL, recursive, …) */
    CORM_NODE_UNQUOTED = 1 << 11, /* the name is never quoted */
    CORM_NODE_NESTED = 1 << 12, /* CTE: stated by the query that mentions it */
    CORM_NODE_HAS_CUSTOM =
        1
        << 13, /* a construct of the user's own is in the tree: Lua says its SQL first */
};

/* Of a COLREF: its name is the text of a literal_column() further in, never quoted. */
#define CORM_NODE_RAW CORM_NODE_LITERAL_EXECUTE

/* How a name is quoted if it says so itself. */
#define CORM_NODE_QUOTING (CORM_NODE_QUOTED | CORM_NODE_UNQUOTED)

/* Flags that a parent takes from its children. */
#define CORM_NODE_INHERITED                                                \
    (CORM_NODE_HAS_ENTITY | CORM_NODE_HAS_AGGREGATE | CORM_NODE_HAS_BIND | \
     CORM_NODE_UNCACHEABLE | CORM_NODE_HAS_LUA_TYPE | CORM_NODE_HAS_CUSTOM)

extern const char corm_node_brand;

struct corm_node {
    const void *brand; /* &corm_node_brand, which no other memory begins with */
    uint8_t kind; /* enum corm_node_kind */
    uint8_t op; /* enum corm_op */
    uint16_t flags; /* enum corm_node_flag */
    uint32_t nkids;
    uint64_t fp; /* structural fingerprint */
    uint64_t id; /* identity of COLUMN, TABLE, ALIAS, ENTITY; else 0 */
    uint64_t serial; /* of a statement: no other node has it, alive or dead; else 0 */
    const struct corm_type *type; /* of an expression; never NULL */
    const char *name; /* or NULL; lent */
    size_t name_len;
    struct corm_value value; /* of BIND and others; lent. Part of the shape
                                          unless the node is a BIND */
    const struct corm_node *const *kid; /* nkids children, each may be NULL */
};

/*
 * The values of an EXPANDING bind: as.p of its OBJECT value. A tuple's values lie one
 * after the other.
 */
struct corm_bind_list {
    uint32_t count; /* values, or tuples */
    uint32_t width; /* values in a tuple; 1 without tuples */
    const struct corm_value *items; /* count * width of them */
};

/** True if two binds have the same value, or lists of the same values. */
bool corm_bind_value_equal(const struct corm_value *a, const struct corm_value *b);

/* What corm_node_init() needs; unused members stay zero. */
struct corm_node_spec {
    uint8_t kind;
    uint8_t op;
    uint16_t flags; /* own flags; the inherited ones are added */
    uint64_t id;
    const struct corm_type *type; /* NULL means the null type */
    const char *name;
    size_t name_len;
    struct corm_value value;
    uint32_t nkids;
    const struct corm_node *const *kid;
};

/** Bytes that a node with nkids children needs. */
static inline size_t corm_node_size(uint32_t nkids)
{
    return sizeof(struct corm_node) + nkids * sizeof(const struct corm_node *);
}

/**
 * Make a node in `memory` (corm_node_size(spec->nkids) bytes, aligned): copies the spec,
 * the children's pointers, inherited flags, and computes the fingerprint.
 * Lifetime: type, name, value's bytes and children stay the caller's and must outlive it.
 */
struct corm_node *corm_node_init(void *memory, const struct corm_node_spec *spec);

/** corm_node_init() in an arena. NULL when memory is short. */
struct corm_node *corm_node_new(struct corm_arena *arena,
                                const struct corm_node_spec *spec) CORM_NODISCARD;

/**
 * Find the negation of a condition. Return it if it exists already (of NOT flag: flag), else
 * NULL, and *spec describes the node to make: the opposite operator over the same operands
 * where there is one, else NOT over *kid_slot, which is set to `node` and, like `node`
 * itself, is lent until the new node was made.
 */
const struct corm_node *corm_node_negate(const struct corm_node *node,
                                         const struct corm_node **kid_slot,
                                         struct corm_node_spec *spec);

/** True if the node is a value that the compiler makes a condition: a flag column, … */
bool corm_node_is_flag(const struct corm_node *node);

/** A number no other table, column, alias or mapper of this process has. */
uint64_t corm_node_next_id(void);

#endif
