/* SPDX-License-Identifier: MIT */
/* What may stand before and behind a statement in SQL that a program wrote. */
#ifndef CORM_SQL_BLANK_H
#define CORM_SQL_BLANK_H

/** The rest of the SQL behind blanks and comments; a comment without end is all there is. */
const char *corm_sql_skip_blank(const char *sql);

#endif
