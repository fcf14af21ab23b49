/* SPDX-License-Identifier: MIT */
/*
 * Intervals as a number of microseconds, and their texts. A month counts 30 days and a
 * year 365, for texts that have them (a database that keeps months apart is asked for
 * days by those who care).
 */
#ifndef CORM_BASE_INTERVAL_H
#define CORM_BASE_INTERVAL_H

#include "base/error.h"
#include "base/value.h"

enum {
    CORM_INTERVAL_TEXT_MAX = 48 /* room for any formatted interval with its NUL */
};

/**
 * Parse ISO 8601 (P1DT2H3M4.5S, with a sign in front or at each number) or PostgreSQL's
 * text (1 year 2 mons -3 days +04:05:06.789) into an INTERVAL cell.
 * Errors: CORM_E_DATA quoting the text, or when it does not fit.
 */
enum corm_rc corm_interval_parse(const char *text, size_t len, struct corm_value *out,
                                 struct corm_error *err) CORM_NODISCARD;

/** Write ISO 8601 text with a NUL (-P1DT2H3M4.5S, PT0S); returns the length. */
size_t corm_interval_format_iso(int64_t us, char buf[CORM_INTERVAL_TEXT_MAX]);

/** Write PostgreSQL text with a NUL (-1 days -02:03:04.5); returns the length. */
size_t corm_interval_format_pg(int64_t us, char buf[CORM_INTERVAL_TEXT_MAX]);

#endif
