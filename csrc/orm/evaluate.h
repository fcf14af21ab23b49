/* SPDX-License-Identifier: MIT */
/*
 * Simple conditions computed on instances instead of rows, so that an UPDATE or DELETE by
 * condition can be followed in memory: comparisons of columns with values, IN, IS NULL,
 * AND, OR, NOT. Everything else is not supported, and the caller asks the database.
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

/**
 * Compute a condition for an instance. scratch holds what values are converted to.
 */
enum corm_truth corm_evaluate(const struct corm_node *node,
                              const struct corm_instance *instance,
                              struct corm_arena *scratch);

/** The attribute of the mapper that is this column (a COLUMN or what stands for one); -1. */
int corm_mapper_attribute_of(const struct corm_mapper *mapper,
                             const struct corm_node *column);

#endif
