/* SPDX-License-Identifier: MIT */
/*
 * Operators: one list from which the enum, the texts, the precedences and the negations
 * are made. Precedence decides about parentheses, which are the compiler's business
 * alone: an operand is put in parentheses when it binds no tighter than its parent (see
 * sql/compile_group.c). Nobody wraps operands while building.
 */
#ifndef CORM_SQL_OPERATOR_H
#define CORM_SQL_OPERATOR_H

#include "sql/type.h"

enum corm_op_flag {
    CORM_OP_COMPARISON = 1 << 0, /* yields a boolean from two operands */
    CORM_OP_COMMUTATIVE = 1 << 1, /* a op b is said to be b op a */
    CORM_OP_ASSOCIATIVE = 1 << 2, /* a op (b op c) is (a op b) op c: one flat LIST */
    CORM_OP_NATURAL = 1 << 3, /* needs no parentheses inside itself */
    CORM_OP_BOOLEAN = 1 << 4, /* yields a boolean */
    CORM_OP_ORDERING = 1 << 5, /* postfix of ORDER BY */
};

/* Shorthands for the list below. */
#define CORM_OPF_COMPARE (CORM_OP_COMPARISON | CORM_OP_BOOLEAN)
#define CORM_OPF_SAME    (CORM_OPF_COMPARE | CORM_OP_COMMUTATIVE)
#define CORM_OPF_LOGIC   (CORM_OP_BOOLEAN | CORM_OP_ASSOCIATIVE | CORM_OP_NATURAL)
#define CORM_OPF_MATH    (CORM_OP_COMMUTATIVE | CORM_OP_ASSOCIATIVE | CORM_OP_NATURAL)

enum {
    CORM_OP_LOOSE =
        -100 /* precedence of what stands in parentheses beside anything, and
                            so do its own operands */
};

/* Of a CUSTOM operator: as an operand it stands in parentheses, whatever is around it. */
#define CORM_OP_EAGER_BIT ((int64_t)1 << 32)

/* … as an operand of itself it needs no parentheses, as the NATURAL ones. */
#define CORM_OP_NATURAL_BIT ((int64_t)1 << 33)

/* X(NAME, text between or beside the operands, precedence, flags, negation) */
#define CORM_OP_LIST(X)                                                                       \
    X(NONE, "", 0, 0, NONE)                                                                   \
    /* logic: LIST; NOT: UNARY */                                                             \
    X(AND, " AND ", 3, CORM_OPF_LOGIC, NONE)                                                  \
    X(OR, " OR ", 2, CORM_OPF_LOGIC, NONE)                                                    \
    X(NOT, "NOT ", 5, CORM_OP_BOOLEAN, NONE)                                                  \
    /* the operand as a condition; the compiler puts these around boolean values */           \
    X(AS_BOOLEAN, "", -10, CORM_OP_BOOLEAN, NONE)                                             \
    /* arithmetic: BINARY, or LIST of the associative ones; NEG: UNARY */                     \
    X(NEG, "-", 8, 0, NONE)                                                                   \
    X(ADD, " + ", 7, CORM_OPF_MATH, NONE)                                                     \
    X(SUB, " - ", 7, 0, NONE)                                                                 \
    X(MUL, " * ", 8, CORM_OPF_MATH, NONE)                                                     \
    X(TRUEDIV, " / ", 8, 0, NONE)                                                             \
    X(FLOORDIV, " / ", 8, 0, NONE)                                                            \
    X(MOD, " % ", 8, 0, NONE)                                                                 \
    X(CONCAT, " || ", 5, CORM_OP_ASSOCIATIVE | CORM_OP_NATURAL, NONE)                         \
    X(BITWISE_AND, " & ", 7, 0, NONE)                                                         \
    X(BITWISE_OR, " | ", 7, 0, NONE)                                                          \
    X(BITWISE_XOR, " ^ ", 7, 0, NONE)                                                         \
    X(BITWISE_NOT, "~", 8, 0, NONE)                                                           \
    X(LSHIFT, " << ", 7, 0, NONE)                                                             \
    X(RSHIFT, " >> ", 7, 0, NONE)                                                             \
    /* comparison: BINARY */                                                                  \
    X(EQ, " = ", 5, CORM_OPF_SAME, NE)                                                        \
    X(NE, " != ", 5, CORM_OPF_SAME, EQ)                                                       \
    X(LT, " < ", 5, CORM_OPF_COMPARE, GE)                                                     \
    X(LE, " <= ", 5, CORM_OPF_COMPARE, GT)                                                    \
    X(GT, " > ", 5, CORM_OPF_COMPARE, LE)                                                     \
    X(GE, " >= ", 5, CORM_OPF_COMPARE, LT)                                                    \
    X(IS, " IS ", 5, CORM_OPF_COMPARE, IS_NOT)                                                \
    X(IS_NOT, " IS NOT ", 5, CORM_OPF_COMPARE, IS)                                            \
    X(IS_DISTINCT_FROM, " IS DISTINCT FROM ", 5, CORM_OPF_COMPARE,                            \
      IS_NOT_DISTINCT_FROM)                                                                   \
    X(IS_NOT_DISTINCT_FROM, " IS NOT DISTINCT FROM ", 5, CORM_OPF_COMPARE,                    \
      IS_DISTINCT_FROM)                                                                       \
    X(IN, " IN ", 5, CORM_OPF_COMPARE, NOT_IN)                                                \
    X(NOT_IN, " NOT IN ", 5, CORM_OPF_COMPARE, IN)                                            \
    /* BETWEEN node */                                                                        \
    X(BETWEEN, " BETWEEN ", 5, CORM_OPF_COMPARE, NOT_BETWEEN)                                 \
    X(NOT_BETWEEN, " NOT BETWEEN ", 5, CORM_OPF_COMPARE, BETWEEN)                             \
    /* text: BINARY, the escape character in value; I… ignore case */                       \
    X(LIKE, " LIKE ", 5, CORM_OPF_COMPARE, NOT_LIKE)                                          \
    X(NOT_LIKE, " NOT LIKE ", 5, CORM_OPF_COMPARE, LIKE)                                      \
    X(ILIKE, " ILIKE ", 5, CORM_OPF_COMPARE, NOT_ILIKE)                                       \
    X(NOT_ILIKE, " NOT ILIKE ", 5, CORM_OPF_COMPARE, ILIKE)                                   \
    X(STARTSWITH, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_STARTSWITH)                  \
    X(NOT_STARTSWITH, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, STARTSWITH)              \
    X(ISTARTSWITH, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_ISTARTSWITH)                \
    X(NOT_ISTARTSWITH, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, ISTARTSWITH)            \
    X(ENDSWITH, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_ENDSWITH)                      \
    X(NOT_ENDSWITH, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, ENDSWITH)                  \
    X(IENDSWITH, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_IENDSWITH)                    \
    X(NOT_IENDSWITH, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, IENDSWITH)                \
    X(CONTAINS, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_CONTAINS)                      \
    X(NOT_CONTAINS, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, CONTAINS)                  \
    X(ICONTAINS, " LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, NOT_ICONTAINS)                    \
    X(NOT_ICONTAINS, " NOT LIKE ", CORM_OP_LOOSE, CORM_OPF_COMPARE, ICONTAINS)                \
    X(MATCH, " MATCH ", 5, CORM_OPF_COMPARE, NOT_MATCH)                                       \
    X(NOT_MATCH, " NOT MATCH ", 5, CORM_OPF_COMPARE, MATCH)                                   \
    /* BINARY, the flags in value; the replacement is kid 2 */                                \
    X(REGEXP_MATCH, " <regexp> ", 5, CORM_OPF_COMPARE, NOT_REGEXP_MATCH)                      \
    X(NOT_REGEXP_MATCH, " <not regexp> ", 5, CORM_OPF_COMPARE, REGEXP_MATCH)                  \
    X(REGEXP_REPLACE, " <regexp replace> ", 5, 0, NONE)                                       \
    /* BINARY, kid 1 is the collation as a LITERAL */                                         \
    X(COLLATE, " COLLATE ", 4, 0, NONE)                                                       \
    /* element of an array or of JSON; a path is a BIND of a corm_bind_list */                \
    X(GETITEM, "[", 15, CORM_OP_NATURAL, NONE)                                                \
    X(JSON_GETITEM, " -> ", 15, CORM_OP_NATURAL, NONE)                                        \
    X(JSON_PATH, " #> ", 15, CORM_OP_NATURAL, NONE)                                           \
    /* operators of arrays, JSON and ranges that only some dialects have */                   \
    X(ARRAY_CONTAINS, " @> ", 5, CORM_OPF_COMPARE, NONE)                                      \
    X(ARRAY_CONTAINED_BY, " <@ ", 5, CORM_OPF_COMPARE, NONE)                                  \
    X(ARRAY_OVERLAP, " && ", 5, CORM_OPF_COMPARE, NONE)                                       \
    X(HAS_KEY, " ? ", 5, CORM_OPF_COMPARE, NONE)                                              \
    X(HAS_ANY, " ?| ", 5, CORM_OPF_COMPARE, NONE)                                             \
    X(HAS_ALL, " ?& ", 5, CORM_OPF_COMPARE, NONE)                                             \
    /* any other: name = the text, VARIANT = is a comparison, value INT = precedence in     \
       the lower 32 bits, and the bits above; as UNARY, VARIANT = behind its operand */ \
    X(CUSTOM, "", 0, 0, NONE)                                                                 \
    /* prefixes: UNARY */                                                                     \
    X(ANY, "ANY ", 15, 0, NONE)                                                               \
    X(ALL, "ALL ", 15, 0, NONE)                                                               \
    X(EXISTS, "EXISTS ", 0, CORM_OP_BOOLEAN, NONE)                                            \
    X(DISTINCT, "DISTINCT ", 5, 0, NONE)                                                      \
    /* postfixes: UNARY */                                                                    \
    X(ASC, " ASC", 3, CORM_OP_ORDERING, NONE)                                                 \
    X(DESC, " DESC", 3, CORM_OP_ORDERING, NONE)                                               \
    X(NULLS_FIRST, " NULLS FIRST", CORM_OP_LOOSE, CORM_OP_ORDERING, NONE)                     \
    X(NULLS_LAST, " NULLS LAST", CORM_OP_LOOSE, CORM_OP_ORDERING, NONE)                       \
    /* bounds of a window's frame: UNARY, kid 0 NULL is UNBOUNDED */                          \
    X(PRECEDING, " PRECEDING", 0, 0, NONE)                                                    \
    X(FOLLOWING, " FOLLOWING", 0, 0, NONE)                                                    \
    X(CURRENT_ROW, "CURRENT ROW", 0, 0, NONE)                                                 \
    /* what a label is given by: expr AS name */                                              \
    X(AS, " AS ", -1, 0, NONE)                                                                \
    /* separators of lists */                                                                 \
    X(COMMA, ", ", -1, 0, NONE)                                                               \
    /* how to join (JOIN, JOIN_SPEC) and how to combine (COMPOUND) */                         \
    X(JOIN, " JOIN ", 0, 0, NONE)                                                             \
    X(LEFT_JOIN, " LEFT OUTER JOIN ", 0, 0, NONE)                                             \
    X(FULL_JOIN, " FULL OUTER JOIN ", 0, 0, NONE)                                             \
    X(UNION, " UNION ", 0, 0, NONE)                                                           \
    X(UNION_ALL, " UNION ALL ", 0, 0, NONE)                                                   \
    X(EXCEPT, " EXCEPT ", 0, 0, NONE)                                                         \
    X(EXCEPT_ALL, " EXCEPT ALL ", 0, 0, NONE)                                                 \
    X(INTERSECT, " INTERSECT ", 0, 0, NONE)                                                   \
    X(INTERSECT_ALL, " INTERSECT ALL ", 0, 0, NONE)

enum corm_op {
#define CORM_OP_ENUM(name, text, precedence, flags, negation) CORM_OP_##name,
    CORM_OP_LIST(CORM_OP_ENUM)
#undef CORM_OP_ENUM
        CORM_OP_COUNT
};

struct corm_op_info {
    const char *name; /* "EQ", as in the enum */
    const char *text; /* with the blanks around it */
    uint8_t text_len;
    int16_t precedence;
    uint8_t flags; /* enum corm_op_flag */
    uint8_t negation; /* the operator that says the opposite, or CORM_OP_NONE */
};

extern const struct corm_op_info corm_op_table[CORM_OP_COUNT];

static inline bool corm_op_has(enum corm_op op, enum corm_op_flag flag)
{
    return (corm_op_table[op].flags & flag) != 0;
}

/** The operator that says the opposite (EQ → NE), or CORM_OP_NONE. */
static inline enum corm_op corm_op_negation(enum corm_op op)
{
    return (enum corm_op)corm_op_table[op].negation;
}

/**
 * What `left op right` really is, and its type: `+` of two texts is CONCAT, date minus
 * date is an interval, a comparison is boolean, TRUEDIV of integers is numeric.
 * Return the operator to use; *type_out is left, right or a ready-made type.
 */
enum corm_op corm_op_adapt(enum corm_op op, const struct corm_type *left,
                           const struct corm_type *right,
                           const struct corm_type **type_out);

#endif
