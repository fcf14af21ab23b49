/* SPDX-License-Identifier: MIT */
/* Filling an error record; the record itself is public (corm/error.h). */
#ifndef CORM_BASE_ERROR_H
#define CORM_BASE_ERROR_H

#include "base/compat.h"
#include "corm/error.h"

/**
 * Fill err and return its code, so that a failure is one statement:
 * `return corm_fail(err, CORM_E_DATA, "value %d …", v);`. Control bytes in the
 * formatted text are escaped, invalid UTF-8 too. err may be NULL.
 */
enum corm_rc corm_fail(struct corm_error *err, enum corm_rc rc, const char *fmt, ...)
    CORM_PRINTF(3, 4);

/** Fill err with CORM_E_NO_MEMORY and return that code. err may be NULL. */
enum corm_rc corm_fail_memory(struct corm_error *err);

#ifdef __clang_analyzer__
/* The analyser sees one file at a time and would think that these may return CORM_OK. */
#    define corm_fail(err, rc, ...) ((void)corm_fail((err), (rc), __VA_ARGS__), (rc))
#    define corm_fail_memory(err)   ((void)corm_fail_memory(err), CORM_E_NO_MEMORY)
#endif

/** Put "prefix: " before the message that err already has. */
void corm_error_prefix(struct corm_error *err, const char *fmt, ...) CORM_PRINTF(2, 3);

/** Name of the corm.exc class of rc, such as "IntegrityError". Never NULL. */
const char *corm_rc_name(enum corm_rc rc);

#endif
