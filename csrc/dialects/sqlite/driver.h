/* SPDX-License-Identifier: MIT */
/*
 * The SQLite driver. Options of the URL:
 *     timeout=5                seconds to wait for a lock that somebody else holds
 *     foreign_keys=false       true enforces foreign keys
 *     cached_statements=250    prepared statements to keep
 *     uri=false                true takes the database for a file: URI, and options that
 *                              are not listed here for the URI's own
 *     check_same_thread        accepted and meaningless: a Lua state has one thread
 */
#ifndef CORM_DIALECTS_SQLITE_DRIVER_H
#define CORM_DIALECTS_SQLITE_DRIVER_H

#include "engine/driver.h"

extern const struct corm_driver_ops corm_sqlite_driver;

#endif
