/* SPDX-License-Identifier: MIT */
/* How a job begins, ends and is given up. */
#include "base/clock.h"
#include "base/fork.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_text.h"

#include <stddef.h>
#include <string.h>

static enum corm_io fail_lost(struct pg_dbc *dbc, const char *message,
                              struct corm_error *err)
{
    dbc->base.is_dead = true;
    corm_fail(err, CORM_E_OPERATIONAL, "%s", message);
    if (err != NULL) {
        err->is_disconnect = 1;
    }
    return CORM_IO_ERROR;
}

void pg_job_init(struct pg_job *job, const struct corm_request *request)
{
    memset(job, 0, offsetof(struct pg_job, error));
    job->request = request;
}

enum corm_rc pg_fork_check(const struct pg_dbc *dbc, struct corm_error *err)
{
    return dbc->nforks == corm_fork_count()
               ? CORM_OK
               : corm_fail(err, CORM_E_INTERFACE,
                           "this connection was opened by another process");
}

enum corm_rc pg_job_check(struct pg_dbc *dbc, struct corm_error *err)
{
    if (pg_fork_check(dbc, err) != CORM_OK) {
        return CORM_E_INTERFACE;
    }
    if (dbc->base.is_dead || PQstatus(dbc->conn) != CONNECTION_OK) {
        fail_lost(dbc, "the connection to the server was lost", err);
        return CORM_E_OPERATIONAL;
    }
    if (PQclientEncoding(dbc->conn) != dbc->utf8_encoding) {
        dbc->base.is_dead = true;
        return corm_fail(err, CORM_E_INTERFACE,
                         "client_encoding was changed, it must be UTF8");
    }
    return CORM_OK;
}

enum corm_io pg_job_begin(struct pg_dbc *dbc, const struct corm_request *request,
                          const char *sql, struct corm_error *err)
{
    if (pg_job_check(dbc, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    pg_job_init(&dbc->job, request);
    dbc->job.ends_portals =
        dbc->portals != NULL && sql != NULL && pg_text_ends_portals(sql);
    dbc->step = PG_STEP_SETTLE;
    return CORM_IO_DONE;
}

void pg_job_end(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    dbc->step = PG_STEP_IDLE;
    pg_result_free(job->result);
    pg_statement_done(dbc, &job->statement);
    pg_statement_done(dbc, &job->row);
    pg_portal_free(dbc, job->portal);
    pg_job_init(job, NULL);
    if (dbc->stream == NULL && !dbc->needs_drain) {
        dbc->deadline_us = 0;
    }
}

enum corm_io pg_job_fail(const struct pg_dbc *dbc, struct corm_error *err)
{
    if (err != NULL) {
        *err = dbc->job.error;
    }
    return CORM_IO_ERROR;
}

void pg_job_note(struct pg_dbc *dbc, const struct corm_error *error)
{
    if (!dbc->job.has_error) {
        dbc->job.error = *error;
        dbc->job.has_error = true;
    }
}

static void take_nothing(struct pg_dbc *dbc, PGresult *result)
{
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
        pg_fail_result(dbc, result, NULL);
    }
    pg_result_free(result);
}

/* Read what is left of a job that was given up; its errors concern nobody. */
static enum corm_io settle_drain(struct pg_dbc *dbc, struct corm_error *err)
{
    if (!dbc->needs_drain) {
        return CORM_IO_DONE;
    }
    enum corm_io io = pg_collect(dbc, take_nothing, err);
    dbc->job.has_error = false;
    if (io == CORM_IO_DONE) {
        dbc->needs_drain = false;
        dbc->deadline_us = 0;
    }
    return io;
}

static int64_t cancel_deadline_us(void)
{
    return corm_clock_mono_us() + PG_CANCEL_BOUND_MS * INT64_C(1000);
}

/* A cancel request that is still on its way could hit the statement that comes next. */
static enum corm_io settle_cancel(struct pg_dbc *dbc, struct corm_error *err)
{
    if (!pg_cancel_is_running(dbc)) {
        pg_cancel_release(dbc);
        dbc->cancel_again_us = 0;
        dbc->has_timed_out = false;
        dbc->is_interrupted = false;
        return CORM_IO_DONE;
    }
    if (dbc->deadline_us == 0) {
        dbc->deadline_us = cancel_deadline_us();
    }
    return corm_clock_mono_us() < dbc->deadline_us
               ? CORM_IO_WAIT
               : fail_lost(dbc, "the server does not take a cancel request", err);
}

/* Take in what is under way of an open stream, if it is in batches, or else all of it. */
static enum corm_io settle_stream(struct pg_dbc *dbc, struct corm_error *err)
{
    if (dbc->stream == NULL) {
        return CORM_IO_DONE;
    }
    return dbc->stream->portal != NULL ? pg_portal_settle(dbc, err)
                                       : pg_stream_gather(dbc, err);
}

enum corm_io pg_wire_settle(struct pg_dbc *dbc, struct corm_error *err)
{
    enum corm_io io = CORM_IO_DONE;
    do {
        io = settle_drain(dbc, err);
        if (io == CORM_IO_DONE) {
            io = settle_stream(dbc, err);
        }
    } while (io == CORM_IO_DONE && dbc->needs_drain); /* of a stream that was closed */
    return io == CORM_IO_DONE ? settle_cancel(dbc, err) : io;
}

enum corm_io pg_job_settle(struct pg_dbc *dbc, struct corm_error *err)
{
    enum corm_io io = pg_wire_settle(dbc, err);
    if (io == CORM_IO_DONE && dbc->job.ends_portals) {
        io = pg_portals_gather(dbc, err);
    }
    if (io != CORM_IO_DONE) {
        return io;
    }
    if (dbc->base.is_dead) {
        return fail_lost(dbc, "the connection to the server was lost", err);
    }
    const struct corm_request *request = dbc->job.request;
    dbc->deadline_us = request == NULL || request->timeout_ms <= 0
                           ? 0
                           : corm_clock_mono_us() + request->timeout_ms * 1000;
    dbc->job.was_idle = PQtransactionStatus(dbc->conn) == PQTRANS_IDLE;
    dbc->step = PG_STEP_START;
    return CORM_IO_DONE;
}

/* What was sent has to be seen to its end; in pipeline mode that is a sync. */
static void give_up(struct pg_dbc *dbc)
{
    bool was_sent = dbc->step > PG_STEP_START;
    if (was_sent) {
        pg_cancel_begin(dbc);
        if (PQpipelineStatus(dbc->conn) != PQ_PIPELINE_OFF && dbc->nsyncs == 0 &&
            !pg_pipeline_sync(dbc)) {
            dbc->base.is_dead = true;
        }
        dbc->needs_drain = true;
        dbc->deadline_us = cancel_deadline_us();
    }
    pg_job_end(dbc);
}

void pg_cancel(struct corm_dbc *base)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    switch (dbc->step) {
    case PG_STEP_CONNECT:
        base->is_dead = true;
        break;
    case PG_STEP_IDLE:
        if (dbc->stream != NULL) {
            pg_cancel_begin(dbc);
            dbc->deadline_us = cancel_deadline_us();
        }
        break;
    default:
        give_up(dbc);
        break;
    }
}

void pg_interrupt(struct corm_dbc *base)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    bool is_under_way = dbc->step > PG_STEP_START || dbc->stream != NULL;
    if (is_under_way && !dbc->needs_drain) {
        pg_cancel_begin(dbc);
        dbc->is_interrupted = true;
        dbc->deadline_us = cancel_deadline_us();
    }
}
