/* SPDX-License-Identifier: MIT */
/*
 * Driving a driver in tests: every call is repeated, with poll(2) in between, until it
 * answers something else than WAIT. Include after cmocka.h.
 */
#ifndef CORM_SPEC_DRIVER_KIT_H
#define CORM_SPEC_DRIVER_KIT_H

#include "base/clock.h"
#include "engine/driver.h"

#include <poll.h>
#include <string.h>

enum {
    KIT_COLUMNS_MAX = 64,
    KIT_WAIT_MAX_MS = 30000 /* a driver that never finishes must not hang the tests */
};

/* Wait as the driver asks. */
static inline void kit_wait(struct corm_dbc *dbc)
{
    struct pollfd fd = { .fd = dbc->ops->pollfd(dbc) };
    int events = dbc->ops->events(dbc);
    int64_t timeout_ms = dbc->ops->timeout_ms(dbc);
    fd.events = (short)(((events & CORM_POLL_READ) != 0 ? POLLIN : 0) |
                        ((events & CORM_POLL_WRITE) != 0 ? POLLOUT : 0));
    if (timeout_ms < 0 || timeout_ms > KIT_WAIT_MAX_MS) {
        timeout_ms = KIT_WAIT_MAX_MS;
    }
    assert_true(fd.fd >= 0 || timeout_ms < KIT_WAIT_MAX_MS);
    assert_true(poll(&fd, 1, (int)timeout_ms) > 0 || timeout_ms < KIT_WAIT_MAX_MS);
}

/* Connect; NULL and err if that fails. */
static inline struct corm_dbc *kit_try_connect(const struct corm_driver_ops *ops,
                                               const char *text, struct corm_error *err)
{
    struct corm_url url;
    struct corm_dbc *dbc = NULL;
    if (corm_url_parse(text, strlen(text), &url, err) != CORM_OK) {
        return NULL;
    }
    enum corm_rc rc = ops->connect(&url, &dbc, err);
    corm_url_release(&url);
    if (rc != CORM_OK) {
        return NULL;
    }
    enum corm_io io;
    while ((io = ops->connect_step(dbc, err)) == CORM_IO_WAIT) {
        kit_wait(dbc);
    }
    if (io != CORM_IO_DONE) {
        ops->close(dbc);
        return NULL;
    }
    return dbc;
}

static inline struct corm_dbc *kit_connect(const struct corm_driver_ops *ops,
                                           const char *text)
{
    struct corm_error err;
    struct corm_dbc *dbc = kit_try_connect(ops, text, &err);
    if (dbc == NULL) {
        fail_msg("%s: %s", text, err.message);
    }
    return dbc;
}

static inline void kit_close(struct corm_dbc *dbc)
{
    dbc->ops->close(dbc);
}

/* A request for sql with one set of parameters, kept in the prepared cache. */
static inline struct corm_request
kit_request(const char *sql, const struct corm_value *params, uint32_t nparams)
{
    return (struct corm_request){ .sql = sql,
                                  .sql_len = strlen(sql),
                                  .key = 7,
                                  .nparams = nparams,
                                  .nsets = 1,
                                  .params = params };
}

/* Execute; NULL and err if that fails. */
static inline struct corm_cursor *kit_try_execute(struct corm_dbc *dbc,
                                                  const struct corm_request *request,
                                                  struct corm_error *err)
{
    struct corm_cursor *cursor = NULL;
    enum corm_io io;
    while ((io = dbc->ops->execute(dbc, request, &cursor, err)) == CORM_IO_WAIT) {
        kit_wait(dbc);
    }
    assert_true(io == CORM_IO_DONE || io == CORM_IO_ERROR);
    return io == CORM_IO_DONE ? cursor : NULL;
}

static inline struct corm_cursor *kit_execute(struct corm_dbc *dbc,
                                              const struct corm_request *request)
{
    struct corm_error err;
    struct corm_cursor *cursor = kit_try_execute(dbc, request, &err);
    if (cursor == NULL) {
        fail_msg("%s: %s", request->sql, err.message);
    }
    return cursor;
}

static inline enum corm_io kit_try_fetch(struct corm_cursor *cursor,
                                         struct corm_value *cells,
                                         struct corm_error *err)
{
    enum corm_io io;
    assert_true(cursor->ncols <= KIT_COLUMNS_MAX);
    while ((io = cursor->dbc->ops->fetch(cursor, cells, err)) == CORM_IO_WAIT) {
        kit_wait(cursor->dbc);
    }
    return io;
}

/* Fetch a row; false at the end. */
static inline bool kit_fetch(struct corm_cursor *cursor, struct corm_value *cells)
{
    struct corm_error err;
    enum corm_io io = kit_try_fetch(cursor, cells, &err);
    if (io == CORM_IO_ERROR) {
        fail_msg("fetch: %s", err.message);
    }
    return io == CORM_IO_ROW;
}

/* Run a statement, drop its rows, return its rowcount. */
static inline int64_t kit_run_with(struct corm_dbc *dbc, const char *sql,
                                   const struct corm_value *params, uint32_t nparams)
{
    struct corm_value cells[KIT_COLUMNS_MAX];
    struct corm_request request = kit_request(sql, params, nparams);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    while (kit_fetch(cursor, cells)) {
    }
    int64_t rowcount = cursor->rowcount;
    dbc->ops->cursor_close(cursor);
    return rowcount;
}

static inline int64_t kit_run(struct corm_dbc *dbc, const char *sql)
{
    return kit_run_with(dbc, sql, NULL, 0);
}

/* Run a statement that must fail; returns the error's class. */
static inline enum corm_rc kit_fail_with(struct corm_dbc *dbc, const char *sql,
                                         const struct corm_value *params,
                                         uint32_t nparams, struct corm_error *err)
{
    struct corm_value cells[KIT_COLUMNS_MAX];
    struct corm_request request = kit_request(sql, params, nparams);
    struct corm_cursor *cursor = kit_try_execute(dbc, &request, err);
    if (cursor == NULL) {
        return err->rc;
    }
    enum corm_io io = kit_try_fetch(cursor, cells, err);
    dbc->ops->cursor_close(cursor);
    if (io != CORM_IO_ERROR) {
        fail_msg("%s did not fail", sql);
    }
    return err->rc;
}

static inline enum corm_rc kit_fail(struct corm_dbc *dbc, const char *sql,
                                    struct corm_error *err)
{
    return kit_fail_with(dbc, sql, NULL, 0, err);
}

static inline enum corm_io kit_try_control(struct corm_dbc *dbc, const char *sql,
                                           struct corm_error *err)
{
    enum corm_io io;
    while ((io = dbc->ops->control(dbc, sql, err)) == CORM_IO_WAIT) {
        kit_wait(dbc);
    }
    return io;
}

static inline void kit_control(struct corm_dbc *dbc, const char *sql)
{
    struct corm_error err;
    if (kit_try_control(dbc, sql, &err) != CORM_IO_DONE) {
        fail_msg("%s: %s", sql, err.message);
    }
}

/* The single integer that a query returns. */
static inline int64_t kit_scalar(struct corm_dbc *dbc, const char *sql)
{
    struct corm_value cell;
    struct corm_request request = kit_request(sql, NULL, 0);
    struct corm_cursor *cursor = kit_execute(dbc, &request);
    assert_int_equal(cursor->ncols, 1);
    assert_true(kit_fetch(cursor, &cell));
    assert_int_equal(cell.tag, CORM_TAG_INT);
    dbc->ops->cursor_close(cursor);
    return cell.as.i;
}

static inline struct corm_value kit_text(const char *text)
{
    return corm_value_bytes(CORM_TAG_TEXT, text, strlen(text));
}

static inline void kit_assert_text(const struct corm_value *cell, const char *want)
{
    assert_int_equal(cell->tag, CORM_TAG_TEXT);
    assert_int_equal(cell->len, strlen(want));
    assert_memory_equal(cell->as.s, want, cell->len);
}

#endif
