/* SPDX-License-Identifier: MIT */
/* execute(), control(), ping() and cancel(): jobs, whose steps driver_int.h shows. */
#include "base/number.h"
#include "dialects/postgres/driver_int.h"
#include "sql/blank.h"

#include <string.h>
#include <strings.h>

enum {
    SETS_AHEAD_MAX = 1000, /* sets sent whose results were not read yet */
    SETS_PER_FLUSH = 250 /* so often the server is asked to send what it has */
};

static enum corm_rc check_request(const struct corm_request *request,
                                  struct corm_error *err)
{
    if (request->sql != NULL && strlen(request->sql) != request->sql_len) {
        return corm_fail(err, CORM_E_PROGRAMMING, "the statement contains a NUL byte");
    }
    if (request->nparams > PG_PARAMS_MAX) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "the statement has %u parameters, PostgreSQL allows %d",
                         request->nparams, PG_PARAMS_MAX);
    }
    return CORM_OK;
}

/* ---- RUN: one set ---- */

/* Hand libpq what the encoder holds. */
static enum corm_rc send_encoded(struct pg_dbc *dbc, int nparams,
                                 struct corm_error *err)
{
    const struct pg_statement *statement = dbc->job.statement;
    const struct pg_encoder *encoder = &dbc->encoder;
    int is_sent;
    if (statement == NULL) {
        is_sent =
            PQsendQueryParams(dbc->conn, dbc->job.request->sql, nparams, NULL,
                              encoder->values, encoder->lengths, encoder->formats, 0);
    } else {
        is_sent = PQsendQueryPrepared(dbc->conn, statement->name, nparams,
                                      encoder->values, encoder->lengths,
                                      encoder->formats, statement->shape->is_binary);
    }
    dbc->job.nsent++;
    return is_sent == 1 ? CORM_OK : pg_fail_conn(dbc, err);
}

/* Send set number nsent. */
static enum corm_rc send_set(struct pg_dbc *dbc, struct corm_error *err)
{
    const struct pg_job *job = &dbc->job;
    const struct corm_request *request = job->request;
    enum corm_rc rc = pg_encode(
        &dbc->encoder, request->params + (size_t)job->nsent * request->nparams,
        request->nparams, job->statement == NULL ? NULL : job->statement->param_types,
        err);
    return rc == CORM_OK ? send_encoded(dbc, (int)request->nparams, err) : rc;
}

static enum corm_rc send_run(struct pg_dbc *dbc, struct corm_error *err)
{
    enum corm_rc rc = dbc->job.form == PG_ROWS_ARRAYS
                          ? send_encoded(dbc, (int)dbc->job.statement->nparams, err)
                          : send_set(dbc, err);
    dbc->has_sent = rc == CORM_OK;
    if (rc == CORM_OK && dbc->job.request->want_stream) {
        PQsetSingleRowMode(dbc->conn);
        dbc->is_row_wise = true;
    }
    return rc;
}

static int64_t changed_rows(PGresult *result)
{
    const char *text = PQcmdTuples(result);
    int64_t n = -1;
    return corm_number_parse_int(text, strlen(text), &n) ? n : -1;
}

/* ROLLBACK TO SAVEPOINT says no more than ROLLBACK. */
static bool is_rollback(PGresult *result)
{
    return strcmp(PQcmdStatus(result), "ROLLBACK") == 0;
}

void pg_take_run(struct pg_dbc *dbc, PGresult *result)
{
    struct pg_job *job = &dbc->job;
    dbc->nrollbacks += is_rollback(result);
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        if (job->result == NULL) {
            job->result = result;
            return;
        }
        break;
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        pg_note_error(dbc, result);
        break;
    }
    pg_result_free(result);
}

/* The first of a stream's rows is the job's result; the others stay on the wire. */
static enum corm_io collect_run(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    PGresult *result;
    if (job->portal != NULL) {
        return pg_collect(dbc, pg_portal_take_open, err);
    }
    if (!job->request->want_stream || job->result != NULL || job->has_error) {
        return pg_collect(dbc, pg_take_run, err);
    }
    enum corm_io io = pg_next_result(dbc, &result, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    if (result != NULL && PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
        job->result = result;
        job->is_streaming = true;
        return CORM_IO_DONE;
    }
    if (result != NULL) {
        pg_take_run(dbc, result);
    }
    return pg_collect(dbc, pg_take_run, err);
}

/* ---- SETS: many sets in pipeline mode ---- */

static void take_set(struct pg_dbc *dbc, PGresult *result)
{
    struct pg_job *job = &dbc->job;
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK: {
        int64_t n = changed_rows(result);
        job->rowcount += n > 0 ? n : 0;
        job->ndone++;
        break;
    }
    case PGRES_TUPLES_OK:
        job->ndone++;
        break;
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        pg_note_error(dbc, result);
        break;
    }
    pg_result_free(result);
}

/* Send sets until enough are on their way, the last is, or something failed. */
static void send_sets(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    while (!job->has_error && job->nsent < job->request->nsets &&
           job->nsent - job->ndone < SETS_AHEAD_MAX) {
        struct corm_error error;
        if (send_set(dbc, &error) != CORM_OK) {
            pg_job_note(dbc, &error);
            return;
        }
        if (job->nsent % SETS_PER_FLUSH == 0) {
            PQsendFlushRequest(dbc->conn);
        }
    }
}

static enum corm_io step_sets(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    while (dbc->nsyncs == 0) {
        PGresult *result;
        send_sets(dbc);
        if (job->has_error || job->nsent == job->request->nsets) {
            if (!pg_pipeline_sync(dbc)) {
                dbc->base.is_dead = true;
                return pg_job_fail(dbc, err);
            }
            break;
        }
        enum corm_io io = pg_next_result(dbc, &result, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
        if (result != NULL) {
            take_set(dbc, result);
        }
    }
    return pg_collect(dbc, take_set, err);
}

/* ---- the end of execute() ---- */

/*
 * The prepared statement is outdated: prepare it again, once, where that cannot hide that
 * a transaction was lost.
 */
static bool retry(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    if (!pg_statement_forget(dbc) || job->statement == NULL || job->is_fresh) {
        return false;
    }
    job->error.is_retryable |= job->is_stale;
    if (job->has_retried || !job->was_idle || dbc->base.is_dead) {
        return false;
    }
    const struct corm_request *request = job->request;
    pg_statement_done(dbc, &job->statement);
    pg_statement_done(dbc, &job->row);
    pg_result_free(job->result);
    pg_job_init(job, request);
    job->was_idle = true;
    job->has_retried = true;
    dbc->step = PG_STEP_START;
    return true;
}

static enum corm_io make_cursor(struct pg_dbc *dbc, struct corm_cursor **out,
                                struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    struct pg_cursor *cursor;
    struct pg_shape *shape = job->statement == NULL ? NULL : job->statement->shape;
    int64_t rowcount = job->result == NULL ? job->rowcount : changed_rows(job->result);
    int64_t deadline_us = dbc->deadline_us;
    if (pg_cursor_new(dbc, job->result, shape, &cursor, err) != CORM_OK) {
        dbc->needs_drain = job->is_streaming;
        return CORM_IO_ERROR;
    }
    cursor->base.rowcount = job->portal == NULL ? rowcount : -1;
    cursor->portal = job->portal;
    dbc->stream = job->is_streaming ? cursor : NULL;
    job->result = NULL;
    job->portal = NULL;
    pg_job_end(dbc);
    if (cursor->portal != NULL) {
        pg_portal_begin(dbc, cursor, deadline_us);
    }
    *out = &cursor->base;
    return CORM_IO_DONE;
}

/* ---- execute() ---- */

/* COPY is not prepared: it has no parameters, and seldom comes again. */
static enum corm_rc send_copy(struct pg_dbc *dbc, struct corm_error *err)
{
    if (PQsendQuery(dbc->conn, dbc->job.request->sql) != 1) {
        return pg_fail_conn(dbc, err);
    }
    dbc->has_sent = true;
    dbc->step = PG_STEP_COPY;
    return CORM_OK;
}

static enum corm_rc step_start(struct pg_dbc *dbc, struct corm_error *err)
{
    const struct corm_request *request = dbc->job.request;
    enum corm_rc rc = check_request(request, err);
    if (rc == CORM_OK && request->is_copy) {
        return send_copy(dbc, err);
    }
    if (rc == CORM_OK) {
        rc = pg_statement_find(dbc, err);
    }
    if (rc != CORM_OK || dbc->step == PG_STEP_PREPARE) {
        return rc;
    }
    dbc->step = request->nsets == 1 ? PG_STEP_RUN : PG_STEP_SETS;
    if (dbc->step == PG_STEP_RUN) {
        return pg_portal_fits(dbc) ? pg_portal_open(dbc, err) : send_run(dbc, err);
    }
    return pg_pipeline_begin(dbc) ? CORM_OK : pg_fail_conn(dbc, err);
}

/* One step. DONE: dbc->step says what comes next, IDLE that there is nothing. */
static enum corm_io execute_step(struct pg_dbc *dbc, struct corm_cursor **out,
                                 struct corm_error *err)
{
    enum corm_io io;
    switch (dbc->step) {
    case PG_STEP_SETTLE:
        return pg_job_settle(dbc, err);
    case PG_STEP_START:
        return step_start(dbc, err) == CORM_OK ? CORM_IO_DONE : CORM_IO_ERROR;
    case PG_STEP_PREPARE:
        return pg_statement_prepared(dbc, err);
    case PG_STEP_COPY:
        return pg_copy_begin(dbc, err);
    case PG_STEP_ROWS:
        return pg_copy_rows(dbc, err);
    case PG_STEP_RUN:
        io = collect_run(dbc, err);
        break;
    default:
        io = step_sets(dbc, err);
        break;
    }
    if (io != CORM_IO_DONE || retry(dbc)) {
        return io;
    }
    return dbc->job.has_error ? pg_job_fail(dbc, err) : make_cursor(dbc, out, err);
}

enum corm_io pg_execute(struct corm_dbc *base, const struct corm_request *request,
                        struct corm_cursor **out, struct corm_error *err)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    enum corm_io io = CORM_IO_DONE;
    if (dbc->step == PG_STEP_IDLE) {
        io = pg_job_begin(dbc, request, request->sql, err);
    }
    while (io == CORM_IO_DONE && dbc->step != PG_STEP_IDLE) {
        io = execute_step(dbc, out, err);
    }
    if (io == CORM_IO_ERROR) {
        pg_job_end(dbc);
    }
    return io;
}

/* ---- control() and ping() ---- */

/*
 * COMMIT of a failed transaction is answered without an error, by a ROLLBACK that shows
 * only in the command's tag.
 */
static bool was_rolled_back(const struct pg_dbc *dbc, const char *sql)
{
    PGresult *result = dbc->job.result;
    return result != NULL && is_rollback(result) &&
           strncasecmp(corm_sql_skip_blank(sql), "ROLLBACK", strlen("ROLLBACK")) != 0;
}

static enum corm_io finish_control(struct pg_dbc *dbc, const char *sql,
                                   struct corm_error *err)
{
    static const char FAILED_TRANSACTION[] = "25P02";
    if (dbc->job.has_error) {
        return pg_job_fail(dbc, err);
    }
    if (was_rolled_back(dbc, sql)) {
        corm_fail(err, CORM_E_INTERNAL,
                  "the transaction had failed before, so it was rolled back");
        if (err != NULL) {
            memcpy(err->sqlstate, FAILED_TRANSACTION, sizeof(FAILED_TRANSACTION));
        }
        return CORM_IO_ERROR;
    }
    pg_job_end(dbc);
    return CORM_IO_DONE;
}

/*
 * Send BEGIN, and before it what closes statements that the cache let go: inside of a
 * transaction that could end it.
 */
static bool send_control(struct pg_dbc *dbc, const char *sql)
{
    bool closes_statements = dbc->dropped.count > 0 && !dbc->base.in_transaction &&
                             strncasecmp(sql, "BEGIN", strlen("BEGIN")) == 0;
    if (!closes_statements) {
        return PQsendQuery(dbc->conn, sql) == 1;
    }
    return pg_pipeline_begin(dbc) && pg_statement_send_deallocate(dbc) &&
           PQsendQueryParams(dbc->conn, sql, 0, NULL, NULL, NULL, NULL, 0) == 1 &&
           pg_pipeline_sync(dbc);
}

static void take_control(struct pg_dbc *dbc, PGresult *result)
{
    if (dbc->job.nskipped > 0) {
        dbc->job.nskipped -= PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        pg_result_free(result);
    } else {
        pg_take_run(dbc, result);
    }
}

static enum corm_io control_step(struct pg_dbc *dbc, const char *sql,
                                 struct corm_error *err)
{
    switch (dbc->step) {
    case PG_STEP_SETTLE:
        return pg_job_settle(dbc, err);
    case PG_STEP_START:
        if (!send_control(dbc, sql)) {
            pg_fail_conn(dbc, err);
            return CORM_IO_ERROR;
        }
        dbc->has_sent = true;
        dbc->step = PG_STEP_RUN;
        return CORM_IO_DONE;
    default:
        break;
    }
    enum corm_io io = pg_collect(dbc, take_control, err);
    return io == CORM_IO_DONE ? finish_control(dbc, sql, err) : io;
}

enum corm_io pg_control(struct corm_dbc *base, const char *sql, struct corm_error *err)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    enum corm_io io = CORM_IO_DONE;
    if (dbc->step == PG_STEP_IDLE) {
        io = pg_job_begin(dbc, NULL, sql, err);
    }
    while (io == CORM_IO_DONE && dbc->step != PG_STEP_IDLE) {
        io = control_step(dbc, sql, err);
    }
    if (io == CORM_IO_ERROR) {
        pg_job_end(dbc);
    }
    return io;
}

/* An empty statement: the cheapest round trip there is. */
enum corm_io pg_ping(struct corm_dbc *base, struct corm_error *err)
{
    return pg_control(base, "", err);
}
