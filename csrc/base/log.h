/* SPDX-License-Identifier: MIT */
/* Log lines of the core go to one hook; without a hook they go nowhere. */
#ifndef CORM_BASE_LOG_H
#define CORM_BASE_LOG_H

#include "base/compat.h"

enum corm_log_level {
    CORM_LOG_DEBUG = 10,
    CORM_LOG_INFO = 20,
    CORM_LOG_WARNING = 30,
    CORM_LOG_ERROR = 40,
};

enum {
    CORM_LOG_LINE_MAX = 2048 /* bytes of a line with its NUL; longer is cut */
};

/** Take one line: UTF-8 without control bytes, lent for the call, NUL-terminated. */
typedef void (*corm_log_fn)(void *ctx, enum corm_log_level level, const char *logger,
                            const char *text, size_t len);

/**
 * Send lines of at least this level to fn; NULL switches off. Call it before other
 * threads log.
 */
void corm_log_set_hook(corm_log_fn fn, void *ctx, enum corm_log_level level);

/** True if somebody listens to this level; ask before computing what to log. */
bool corm_log_is_on(enum corm_log_level level);

/** Format and send one line. logger is "corm.pool", "corm.engine", … */
void corm_log(enum corm_log_level level, const char *logger, const char *fmt, ...)
    CORM_PRINTF(3, 4);

#endif
