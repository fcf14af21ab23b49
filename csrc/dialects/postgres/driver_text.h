/* SPDX-License-Identifier: MIT */
/* What a statement's text tells of portals. */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_TEXT_H
#define CORM_DIALECTS_POSTGRES_DRIVER_TEXT_H

#include <stdbool.h>

/** True if it is a query that surely changes nothing by itself: DECLARE CURSOR takes it. */
bool pg_text_is_query(const char *sql);
/** True if portals may be gone after the statement, or could keep it from running. */
bool pg_text_ends_portals(const char *sql);

#endif
