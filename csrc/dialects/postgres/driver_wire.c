/* SPDX-License-Identifier: MIT */
/*
 * Reading what the server sends, to the end and without waiting. A killed backend answers
 * with two results of which only the first has a SQLSTATE, so the first error is the one
 * that counts; and a statement is over only when PQgetResult() said NULL.
 */
#include "base/clock.h"
#include "base/counter.h"
#include "dialects/postgres/driver_int.h"

#include <string.h>

static const char NO_COPY[] = "COPY from or to the client is not supported";

/* Past its time the statement is cancelled; if it does not even end then, so are we. */
enum corm_io pg_wait(struct pg_dbc *dbc, struct corm_error *err)
{
    if (dbc->deadline_us == 0) {
        return CORM_IO_WAIT;
    }
    int64_t now_us = corm_clock_mono_us();
    if (now_us < dbc->deadline_us) {
        if (dbc->cancel_again_us != 0 && now_us >= dbc->cancel_again_us) {
            pg_cancel_begin(dbc);
        }
        return CORM_IO_WAIT;
    }
    if (!dbc->has_timed_out && !dbc->is_interrupted && !dbc->needs_drain) {
        dbc->has_timed_out = true;
        dbc->deadline_us = now_us + PG_CANCEL_BOUND_MS * INT64_C(1000);
        pg_cancel_begin(dbc);
        return CORM_IO_WAIT;
    }
    dbc->base.is_dead = true;
    corm_fail(err, CORM_E_OPERATIONAL,
              "the server did not end the cancelled statement; connection given up");
    if (err != NULL) {
        err->is_disconnect = 1;
    }
    return CORM_IO_ERROR;
}

/* True if PQgetResult() would not block. A lost connection has an answer at once. */
static bool has_result(PGconn *conn)
{
    return !PQisBusy(conn) || PQconsumeInput(conn) == 0 ||
           PQstatus(conn) == CONNECTION_BAD || !PQisBusy(conn);
}

/* Drop rows of COPY TO STDOUT. True when there are no more for now. */
static bool skip_copied_rows(struct pg_dbc *dbc)
{
    char *row;
    int n;
    if (PQconsumeInput(dbc->conn) == 0) {
        dbc->is_copying_out = false;
        return false;
    }
    while ((n = PQgetCopyData(dbc->conn, &row, 1)) > 0) {
        PQfreemem(row);
    }
    if (n < 0) {
        dbc->is_copying_out = false;
    }
    return n == 0;
}

static void note_message(struct pg_dbc *dbc, enum corm_rc rc, const char *message)
{
    if (!dbc->job.has_error) {
        corm_fail(&dbc->job.error, rc, "%s", message);
        dbc->job.has_error = true;
    }
}

/* Raw SQL began a COPY: end it. True if the result was of that kind and not asked for. */
static bool refuse_copy(struct pg_dbc *dbc, const PGresult *result)
{
    if (dbc->step == PG_STEP_COPY && PQresultStatus(result) == PGRES_COPY_IN) {
        return false;
    }
    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
    case PGRES_COPY_BOTH:
        PQputCopyEnd(dbc->conn, NO_COPY);
        break;
    case PGRES_COPY_OUT:
        dbc->is_copying_out = true;
        break;
    default:
        return false;
    }
    note_message(dbc, CORM_E_PROGRAMMING, NO_COPY);
    return true;
}

/* True if nothing can be read yet. */
static bool must_wait(struct pg_dbc *dbc)
{
    if (dbc->has_sent) {
        dbc->has_sent = false;
        return true;
    }
    return !has_result(dbc->conn) || (dbc->is_copying_out && skip_copied_rows(dbc) &&
                                      PQstatus(dbc->conn) == CONNECTION_OK);
}

enum corm_io pg_next_result(struct pg_dbc *dbc, PGresult **out, struct corm_error *err)
{
    for (;;) {
        dbc->wants_write = PQflush(dbc->conn) == 1;
        if (must_wait(dbc)) {
            return pg_wait(dbc, err);
        }
        *out = PQgetResult(dbc->conn);
        if (*out == NULL) {
            return CORM_IO_DONE;
        }
        corm_counter_inc(CORM_COUNTER_NATIVE_RESULT);
        if (!refuse_copy(dbc, *out)) {
            return CORM_IO_DONE;
        }
        pg_result_free(*out);
    }
}

void pg_note_error(struct pg_dbc *dbc, const PGresult *result)
{
    struct pg_job *job = &dbc->job;
    if (!job->has_error) {
        const char *where = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
        pg_fail_result(dbc, result, &job->error);
        job->has_error = true;
        /* 0A000 says many things; the function's name tells this one in any language. */
        job->is_stale = strcmp(job->error.sqlstate, "26000") == 0 ||
                        (where != NULL && strcmp(where, "RevalidateCachedQuery") == 0);
    }
}

enum corm_io pg_collect(struct pg_dbc *dbc, pg_take_fn take, struct corm_error *err)
{
    for (;;) {
        PGresult *result = NULL;
        enum corm_io io = pg_next_result(dbc, &result, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
        bool is_pipeline = PQpipelineStatus(dbc->conn) != PQ_PIPELINE_OFF;
        bool is_over =
            result == NULL && (!is_pipeline || PQstatus(dbc->conn) == CONNECTION_BAD);
        if (result != NULL) {
            if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
                dbc->nsyncs--;
                is_over = dbc->nsyncs == 0;
            }
            take(dbc, result);
        }
        if (is_over) {
            break;
        }
    }
    dbc->nsyncs = 0;
    if (PQpipelineStatus(dbc->conn) != PQ_PIPELINE_OFF &&
        PQexitPipelineMode(dbc->conn) == 0) {
        dbc->base.is_dead = true;
    }
    pg_refresh(dbc);
    return CORM_IO_DONE;
}

/* Notifications that nobody asks for would pile up in libpq. */
static void drop_notifications(PGconn *conn)
{
    PGnotify *notify;
    while ((notify = PQnotifies(conn)) != NULL) {
        PQfreemem(notify);
    }
}

void pg_refresh(struct pg_dbc *dbc)
{
    switch (PQtransactionStatus(dbc->conn)) {
    case PQTRANS_IDLE:
        dbc->base.in_transaction = dbc->base.is_failed = false;
        pg_portals_lose(dbc);
        break;
    case PQTRANS_INTRANS:
        dbc->base.in_transaction = true;
        dbc->base.is_failed = false;
        break;
    case PQTRANS_INERROR:
        dbc->base.in_transaction = dbc->base.is_failed = true;
        break;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
        break;
    }
    if (PQstatus(dbc->conn) != CONNECTION_OK) {
        dbc->base.is_dead = true;
    }
    drop_notifications(dbc->conn);
}

static bool is_sent(struct pg_dbc *dbc, int answer)
{
    if (answer != 1 && !dbc->job.has_error) {
        pg_fail_conn(dbc, &dbc->job.error);
        dbc->job.has_error = true;
    }
    return answer == 1;
}

bool pg_pipeline_begin(struct pg_dbc *dbc)
{
    return is_sent(dbc, PQenterPipelineMode(dbc->conn));
}

bool pg_pipeline_sync(struct pg_dbc *dbc)
{
    if (!is_sent(dbc, PQpipelineSync(dbc->conn))) {
        return false;
    }
    dbc->nsyncs++;
    return true;
}
