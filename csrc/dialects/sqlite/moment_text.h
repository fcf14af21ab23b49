/* SPDX-License-Identifier: MIT */
/*
 * How SQLite keeps dates, times and intervals: as texts of one form, so that they compare and
 * sort as what they stand for. It is the form in which SQLAlchemy stores them too.
 */
#ifndef CORM_DIALECTS_SQLITE_MOMENT_TEXT_H
#define CORM_DIALECTS_SQLITE_MOMENT_TEXT_H

#include "base/datetime.h"

/**
 * Write ISO text with six digits of a second: 2024-01-31 12:00:00.000000. What has a time
 * zone is told in UTC (+00:00), an INTERVAL as the moment so long after 1970.
 * Returns the length; 0 for what no calendar shows and for values of other kinds.
 */
size_t corm_sqlite_moment_text(const struct corm_value *value,
                               char text[CORM_DATETIME_TEXT_MAX]);

#endif
