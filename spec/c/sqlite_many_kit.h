/* SPDX-License-Identifier: MIT */
/* What the tests of many rows in SQLite share: the numbers they insert, one a set. */
#ifndef CORM_SPEC_SQLITE_MANY_KIT_H
#define CORM_SPEC_SQLITE_MANY_KIT_H

#include "dialects/sqlite/driver.h"

#include "driver_kit.h"

#define MANY_INSERT "INSERT INTO t (x) VALUES "
#define MANY_TABLE  "CREATE TABLE t (id INTEGER PRIMARY KEY, x)"

enum { SETS = 150 }; /* two statements of many rows need 64 */

static struct corm_value numbers[SETS];

/* A test's setup: 1, 2, 3, … */
static int number(void **state)
{
    (void)state;
    for (int i = 0; i < SETS; i++) {
        numbers[i] = corm_value_int(i + 1);
    }
    return 0;
}

/* To insert the numbers by sql, which is MANY_INSERT "(?)" and perhaps more. */
static inline struct corm_request many_request(const char *sql)
{
    struct corm_request request = kit_request(sql, numbers, 1);
    request.values_pos = strlen(MANY_INSERT);
    request.values_len = strlen("(?)");
    request.nsets = SETS;
    return request;
}

/*
 * Insert into a new database, where any allocation may fail, and have what came back
 * checked. False if one failed; everything is given back then, too.
 */
static inline bool many_try(const struct corm_request *request,
                            void (*check)(struct corm_cursor *cursor))
{
    struct corm_error err;
    struct corm_dbc *dbc = kit_try_connect(&corm_sqlite_driver, "sqlite://", &err);
    struct corm_cursor *cursor = NULL;

    if (dbc != NULL && kit_try_control(dbc, MANY_TABLE, &err) == CORM_IO_DONE) {
        cursor = kit_try_execute(dbc, request, &err);
    }
    if (cursor == NULL) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
    } else {
        check(cursor);
        dbc->ops->cursor_close(cursor);
    }
    if (dbc != NULL) {
        kit_close(dbc);
    }
    return cursor != NULL;
}

#endif
