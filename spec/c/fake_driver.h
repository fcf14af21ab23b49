/* SPDX-License-Identifier: MIT */
/*
 * A driver without a database: it notes what it was asked, waits as often as it is told,
 * fails where it is told, and answers a query with rows of one integer. Include after
 * cmocka.h.
 */
#ifndef CORM_SPEC_FAKE_DRIVER_H
#define CORM_SPEC_FAKE_DRIVER_H

#include "base/alloc.h"
#include "engine/connection.h"

#include <stdio.h>
#include <string.h>

enum { FAKE_LOG_MAX = 4096, FAKE_TEXT_MAX = 400 };

/* What the next calls do, and what the last ones were. One at a time: tests are single. */
static struct {
    char log[FAKE_LOG_MAX]; /* one line a call: "execute 2x1 INSERT …" */
    int nwaits; /* WAITs before the next answer */
    int nerrors; /* then so many errors */
    bool is_lost; /* the error is the loss of the connection */
    int nrows; /* rows of each execute(); 0: none come back */
    bool has_rowid; /* of connections that are opened from now on */
    int nopen; /* connections and cursors that were not closed */
    int ncancelled;
} fake;

static struct corm_column_info fake_column = { .name = "x" };

struct fake_cursor {
    struct corm_cursor base;
    int nleft;
    int64_t next;
    int64_t rowids[16];
};

static void fake_note(const char *what, const char *text)
{
    size_t len = strlen(fake.log);
    snprintf(fake.log + len, sizeof fake.log - len, "%s %.*s\n", what, FAKE_TEXT_MAX,
             text);
}

/* WAIT or ERROR if it is their turn, else DONE. */
static enum corm_io fake_answer(struct corm_dbc *dbc, struct corm_error *err)
{
    if (fake.nwaits > 0) {
        fake.nwaits--;
        return CORM_IO_WAIT;
    }
    if (fake.nerrors > 0) {
        fake.nerrors--;
        dbc->is_dead = fake.is_lost;
        corm_fail(err, CORM_E_OPERATIONAL, "as told");
        return CORM_IO_ERROR;
    }
    return CORM_IO_DONE;
}

static const struct corm_driver_ops fake_driver;

static enum corm_rc fake_connect(const struct corm_url *url, struct corm_dbc **out,
                                 struct corm_error *err)
{
    (void)url;
    *out = corm_alloc_zero(1, sizeof **out);
    if (*out == NULL) {
        return corm_fail_memory(err);
    }
    (*out)->ops = &fake_driver;
    (*out)->info = (struct corm_driver_info){ .name = "fake",
                                              .max_params = 10,
                                              .has_rowid = fake.has_rowid,
                                              .has_many_rows = true };
    fake.nopen++;
    return CORM_OK;
}

static enum corm_io fake_connect_step(struct corm_dbc *dbc, struct corm_error *err)
{
    return fake_answer(dbc, err);
}

static void fake_close(struct corm_dbc *dbc)
{
    fake.nopen--;
    corm_free(dbc);
}

static int fake_pollfd(const struct corm_dbc *dbc)
{
    (void)dbc;
    return -1;
}

static int fake_events(const struct corm_dbc *dbc)
{
    (void)dbc;
    return 0;
}

static int64_t fake_timeout(const struct corm_dbc *dbc)
{
    (void)dbc;
    return 0;
}

static enum corm_io fake_execute(struct corm_dbc *dbc,
                                 const struct corm_request *request,
                                 struct corm_cursor **out, struct corm_error *err)
{
    char what[64];
    enum corm_io io = fake_answer(dbc, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    struct fake_cursor *cursor = corm_alloc_zero(1, sizeof *cursor);
    if (cursor == NULL) {
        corm_fail_memory(err);
        return CORM_IO_ERROR;
    }
    snprintf(what, sizeof what, "execute %ux%u", (unsigned)request->nsets,
             (unsigned)request->nparams);
    fake_note(what, request->sql);
    cursor->base.dbc = dbc;
    cursor->base.rowcount = request->nsets;
    cursor->nleft = fake.nrows;
    if (fake.nrows > 0) {
        cursor->base.ncols = 1;
        cursor->base.cols = &fake_column;
        cursor->next = request->nparams > 0 ? request->params[0].as.i : 0;
    }
    for (uint32_t i = 0; request->want_rowids && i < request->nsets; i++) {
        cursor->rowids[i] = 100 + (int64_t)i;
        cursor->base.rowids = cursor->rowids;
    }
    fake.nopen++;
    *out = &cursor->base;
    return CORM_IO_DONE;
}

static enum corm_io fake_fetch(struct corm_cursor *base, struct corm_value *cells,
                               struct corm_error *err)
{
    struct fake_cursor *cursor = CORM_CONTAINER(base, struct fake_cursor, base);
    enum corm_io io = fake_answer(base->dbc, err);
    if (io != CORM_IO_DONE || cursor->nleft == 0) {
        return io;
    }
    cursor->nleft--;
    cells[0] = corm_value_int(cursor->next++);
    return CORM_IO_ROW;
}

static void fake_cursor_close(struct corm_cursor *base)
{
    fake.nopen--;
    corm_free(CORM_CONTAINER(base, struct fake_cursor, base));
}

static enum corm_io fake_control(struct corm_dbc *dbc, const char *sql,
                                 struct corm_error *err)
{
    enum corm_io io = fake_answer(dbc, err);
    if (io == CORM_IO_DONE) {
        fake_note("control", sql);
        dbc->in_transaction = strcmp(sql, "BEGIN") == 0;
    }
    return io;
}

static enum corm_io fake_ping(struct corm_dbc *dbc, struct corm_error *err)
{
    return fake_answer(dbc, err);
}

static void fake_cancel(struct corm_dbc *dbc)
{
    (void)dbc;
    fake.ncancelled++;
}

static const struct corm_driver_ops fake_driver = {
    .name = "fake",
    .connect = fake_connect,
    .connect_step = fake_connect_step,
    .close = fake_close,
    .pollfd = fake_pollfd,
    .events = fake_events,
    .timeout_ms = fake_timeout,
    .execute = fake_execute,
    .fetch = fake_fetch,
    .cursor_close = fake_cursor_close,
    .control = fake_control,
    .ping = fake_ping,
    .cancel = fake_cancel,
};

/* An engine of the fake driver; NULL when memory is short. */
static inline struct corm_engine *fake_engine(const struct corm_dialect *dialect)
{
    struct corm_url url = { 0 };
    struct corm_engine *engine = NULL;
    if (corm_engine_new(&url, &fake_driver, dialect, 10, &engine, NULL) != CORM_OK) {
        return NULL;
    }
    return engine;
}

/* Forget what was noted and told. */
static int fake_reset(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    return 0;
}

#endif
