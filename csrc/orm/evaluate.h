/* SPDX-License-Identifier: MIT */
/*
 * Simple conditions computed on instances instead of rows, so that an UPDATE or DELETE by
 * condition can be followed in memory: comparisons of columns with values, IN, IS NULL,
 * AND, OR, NOT, and what the caller has computed of operators of the user's own. Everything
 * else is not supported, and the caller asks the database.
 */
#ifndef CORM_ORM_EVALUATE_H
#define CORM_ORM_EVALUATE_H

#include "base/arena.h"
#include "orm/instance.h"
#include "sql/node.h"

enum corm_truth {
    CORM_TRUTH_FALSE = 0,
    CORM_TRUTH_TRUE,
    CORM_TRUTH_UNKNOWN, /* as SQL has it: a NULL was compared */
    CORM_TRUTH_NOT_LOADED, /* a column that is needed is not there */
    CORM_TRUTH_UNSUPPORTED
};

/* What an operator of the user's own is for an instance, as somebody else has computed it. */
struct corm_known_value {
    const struct corm_node *node;
    struct corm_value value;
};

/* What conditions are computed from. */
struct corm_evaluation {
    const struct corm_instance *instance;
    const struct corm_known_value *known;
    size_t nknown;
    struct corm_arena *scratch; /* holds what values are converted to */
};

/** Compute a condition for an instance. */
enum corm_truth corm_evaluate(const struct corm_evaluation *from,
                              const struct corm_node *node);

/**
 * Compute the value of an operand for an instance.
 * Lifetime: until scratch is released, or the instance changes.
 * Returns CORM_TRUTH_FALSE, or CORM_TRUTH_NOT_LOADED or _UNSUPPORTED without a value.
 */
enum corm_truth corm_evaluate_operand(const struct corm_evaluation *from,
                                      const struct corm_node *node,
                                      struct corm_value *value_out);

/** The attribute of the mapper that is this column (a COLUMN or what stands for one); -1. */
int corm_mapper_attribute_of(const struct corm_mapper *mapper,
                             const struct corm_node *column);

#endif
