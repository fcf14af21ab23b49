/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known name that a misspelt one is probably meant to be. */
#ifndef CORM_BASE_NEAREST_H
#define CORM_BASE_NEAREST_H

#include "base/compat.h"

/**
 * The one of known[nknown] that is fewest edits away (insert, delete, replace, swap
 * neighbours), the first of several; NULL if all are too far to be meant.
 */
const char *corm_nearest(const char *name, size_t len, const char *const *known,
                         size_t nknown);

#endif
