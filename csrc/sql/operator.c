/* SPDX-License-Identifier: MIT */
#include "sql/operator.h"

const struct corm_op_info corm_op_table[CORM_OP_COUNT] = {
#define CORM_OP_INFO(name, text, precedence, flags, negation) \
    { #name, text, sizeof(text) - 1, precedence, flags, CORM_OP_##negation },
    CORM_OP_LIST(CORM_OP_INFO)
#undef CORM_OP_INFO
};

/* Kinds of types as arithmetic sees them. */
enum family {
    FAMILY_OTHER,
    FAMILY_INTEGER,
    FAMILY_FLOAT,
    FAMILY_NUMERIC,
    FAMILY_TEXT,
    FAMILY_DATE,
    FAMILY_TIME,
    FAMILY_DATETIME,
    FAMILY_INTERVAL,
};

static enum family type_family(const struct corm_type *type)
{
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_SMALLINT:
    case CORM_TYPE_INTEGER:
    case CORM_TYPE_BIGINT:
        return FAMILY_INTEGER;
    case CORM_TYPE_FLOAT:
    case CORM_TYPE_DOUBLE:
        return FAMILY_FLOAT;
    case CORM_TYPE_NUMERIC:
        return FAMILY_NUMERIC;
    case CORM_TYPE_STRING:
    case CORM_TYPE_TEXT:
    case CORM_TYPE_ENUM:
        return FAMILY_TEXT;
    case CORM_TYPE_DATE:
        return FAMILY_DATE;
    case CORM_TYPE_TIME:
        return FAMILY_TIME;
    case CORM_TYPE_DATETIME:
        return FAMILY_DATETIME;
    case CORM_TYPE_INTERVAL:
        return FAMILY_INTERVAL;
    default:
        return FAMILY_OTHER;
    }
}

/* Date arithmetic; NULL when the pair has no type of its own. */
static const struct corm_type *date_result(enum corm_op op, enum family left,
                                           enum family right)
{
    static const struct {
        uint8_t op, left, right;
        const struct corm_type *type;
    } rules[] = {
        { CORM_OP_ADD, FAMILY_DATE, FAMILY_INTEGER, &corm_type_date },
        { CORM_OP_ADD, FAMILY_INTEGER, FAMILY_DATE, &corm_type_date },
        { CORM_OP_ADD, FAMILY_DATE, FAMILY_INTERVAL, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_DATE, FAMILY_TIME, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_TIME, FAMILY_DATE, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_TIME, FAMILY_INTERVAL, &corm_type_time },
        { CORM_OP_ADD, FAMILY_DATETIME, FAMILY_INTERVAL, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_INTERVAL, FAMILY_DATE, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_INTERVAL, FAMILY_TIME, &corm_type_time },
        { CORM_OP_ADD, FAMILY_INTERVAL, FAMILY_DATETIME, &corm_type_datetime },
        { CORM_OP_ADD, FAMILY_INTERVAL, FAMILY_INTERVAL, &corm_type_interval },
        { CORM_OP_SUB, FAMILY_DATE, FAMILY_INTEGER, &corm_type_date },
        { CORM_OP_SUB, FAMILY_DATE, FAMILY_DATE, &corm_type_integer },
        { CORM_OP_SUB, FAMILY_DATE, FAMILY_INTERVAL, &corm_type_datetime },
        { CORM_OP_SUB, FAMILY_DATE, FAMILY_DATETIME, &corm_type_interval },
        { CORM_OP_SUB, FAMILY_TIME, FAMILY_TIME, &corm_type_interval },
        { CORM_OP_SUB, FAMILY_TIME, FAMILY_INTERVAL, &corm_type_time },
        { CORM_OP_SUB, FAMILY_DATETIME, FAMILY_INTERVAL, &corm_type_datetime },
        { CORM_OP_SUB, FAMILY_DATETIME, FAMILY_DATETIME, &corm_type_interval },
        { CORM_OP_SUB, FAMILY_DATETIME, FAMILY_DATE, &corm_type_interval },
        { CORM_OP_SUB, FAMILY_INTERVAL, FAMILY_INTERVAL, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_INTERVAL, FAMILY_INTEGER, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_INTERVAL, FAMILY_NUMERIC, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_INTERVAL, FAMILY_FLOAT, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_INTEGER, FAMILY_INTERVAL, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_NUMERIC, FAMILY_INTERVAL, &corm_type_interval },
        { CORM_OP_MUL, FAMILY_FLOAT, FAMILY_INTERVAL, &corm_type_interval },
        { CORM_OP_TRUEDIV, FAMILY_INTERVAL, FAMILY_INTEGER, &corm_type_interval },
        { CORM_OP_TRUEDIV, FAMILY_INTERVAL, FAMILY_NUMERIC, &corm_type_interval },
        { CORM_OP_TRUEDIV, FAMILY_INTERVAL, FAMILY_FLOAT, &corm_type_interval },
    };
    for (size_t i = 0; i < CORM_LENGTH(rules); i++) {
        if (rules[i].op == op && rules[i].left == left && rules[i].right == right) {
            return rules[i].type;
        }
    }
    return NULL;
}

/* The wider of two number types; NULL unless both are numbers. */
static const struct corm_type *number_result(enum corm_op op,
                                             const struct corm_type *left,
                                             const struct corm_type *right)
{
    enum family a = type_family(left);
    enum family b = type_family(right);
    bool is_a = a >= FAMILY_INTEGER && a <= FAMILY_NUMERIC;
    bool is_b = b >= FAMILY_INTEGER && b <= FAMILY_NUMERIC;
    if (!is_a || !is_b) {
        return NULL;
    }
    if (op == CORM_OP_TRUEDIV && a == FAMILY_INTEGER && b == FAMILY_INTEGER) {
        return &corm_type_numeric;
    }
    if (a == FAMILY_INTEGER && b != FAMILY_INTEGER) {
        return right;
    }
    return left;
}

/* True if adding what nobody said the type of to this may give another type: an interval
   to a date, a moment to an interval. */
static bool is_changed_by_adding(const struct corm_type *type)
{
    enum family family = type_family(type);
    return family == FAMILY_DATE || family == FAMILY_INTERVAL;
}

/* Where one operand says nothing; what the database alone can tell has no type. */
static const struct corm_type *unknown_result(enum corm_op op,
                                              const struct corm_type *left,
                                              const struct corm_type *right)
{
    bool is_left_known = left->kind != CORM_TYPE_NULL;
    const struct corm_type *known = is_left_known ? left : right;
    if (op == CORM_OP_ADD) {
        return is_changed_by_adding(known) ? &corm_type_null : known;
    }
    bool is_difference = op == CORM_OP_SUB && type_family(left) >= FAMILY_DATE;
    return is_difference ? &corm_type_null : left;
}

static bool is_text_operand(const struct corm_type *type)
{
    return corm_type_is_text(type) || type->kind == CORM_TYPE_NULL;
}

/* Arrays and JSON are put behind each other. */
static bool is_joined(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_ARRAY || type->kind == CORM_TYPE_JSON;
}

enum corm_op corm_op_adapt(enum corm_op op, const struct corm_type *left,
                           const struct corm_type *right,
                           const struct corm_type **type_out)
{
    PRE(left != NULL && right != NULL);
    if (corm_op_has(op, CORM_OP_BOOLEAN)) {
        *type_out = &corm_type_boolean;
        return op;
    }
    if (op == CORM_OP_ADD &&
        ((corm_type_is_text(left) && is_text_operand(right)) || is_joined(left))) {
        op = CORM_OP_CONCAT;
    } else if (op == CORM_OP_ADD && left->kind == CORM_TYPE_NULL &&
               corm_type_is_text(right)) {
        op = CORM_OP_CONCAT;
        left = right;
    }
    if (op == CORM_OP_CONCAT && left->kind == CORM_TYPE_ENUM) {
        *type_out = &corm_type_string; /* which need not be among the labels */
        return op;
    }
    const struct corm_type *result =
        date_result(op, type_family(left), type_family(right));
    if (result == NULL) {
        result = number_result(op, left, right);
    }
    if (result == NULL) {
        bool is_unknown = left->kind == CORM_TYPE_NULL || right->kind == CORM_TYPE_NULL;
        result = is_unknown ? unknown_result(op, left, right) : left;
    }
    *type_out = result;
    return op;
}
