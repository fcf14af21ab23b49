/* SPDX-License-Identifier: MIT */
/*
 * Streams inside of a transaction come in batches: the SELECT becomes a portal of the
 * server's, by DECLARE CURSOR, and FETCH brings rows of it.
 *
 *     open:   DECLARE, FETCH 1   one round trip, and the first row is there early
 *     next:   FETCH n            sent as soon as the batch before arrived, so that server
 *                                and client work at the same time
 *     end:    CLOSE              sent without waiting for the answer
 *
 * A batch is as many rows as fit into BATCH_BYTES, by the size of those before. Between two
 * batches the wire is free for other statements, however many rows are left; they take in
 * the one batch that is under way (pg_portal_settle). What ends the transaction, and what a
 * portal keeps from running (DROP TABLE), takes in all that is left (pg_portals_gather).
 *
 * CLOSE of a portal that is not there, or in a failed transaction, is an error that would
 * fail the transaction; so it is sent only where the portal is surely there. If not, it goes
 * with its transaction.
 */
#include "base/alloc.h"
#include "base/fork.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    FIRST_BATCH = 1, /* rows: it tells how large they are */
    BATCH_GROWTH =
        16, /* a batch has at most so many times the rows of the one before */
    BATCH_BYTES = 256 * 1024, /* as libpq holds them */
    BATCH_ALL = INT_MAX,
    COMMAND_MAX = 64 /* bytes of FETCH and CLOSE */
};

struct pg_portal {
    struct pg_portal *next; /* in dbc->portals */
    struct pg_cursor *cursor; /* whose it is; NULL while the job has it */
    uint32_t number; /* part of its name */
    uint32_t nrollbacks; /* dbc->nrollbacks when it was there for sure */
    int32_t rows_max; /* of one batch; 0: as many as fit */
    int nrows; /* of the batch that was asked for last, or is to be next */
    int64_t deadline_us; /* as of struct pg_dbc */
    bool is_binary; /* the form of its rows */
    bool has_more; /* rows may be left on the server */
    bool is_closed; /* DECLARE was not sent, CLOSE was, or the transaction is over */
    bool is_lost; /* the transaction ended before the rows did */
    PGresult
        *ahead[2]; /* batches taken in before they were wanted: one, and the rest */
};

/* ---- what is sent ---- */

static bool send_text(struct pg_dbc *dbc, const char *sql, bool is_binary)
{
    return PQsendQueryParams(dbc->conn, sql, 0, NULL, NULL, NULL, NULL, is_binary) == 1;
}

static bool send_fetch(struct pg_dbc *dbc, const struct pg_portal *portal)
{
    char sql[COMMAND_MAX];
    snprintf(sql, sizeof(sql), "FETCH %d FROM corm_stream_%u", portal->nrows,
             portal->number);
    return send_text(dbc, sql, portal->is_binary);
}

static bool send_close(struct pg_dbc *dbc, struct pg_portal *portal)
{
    char sql[COMMAND_MAX];
    snprintf(sql, sizeof(sql), "CLOSE corm_stream_%u", portal->number);
    portal->is_closed = true;
    return send_text(dbc, sql, false);
}

/* What was sent in part cannot be taken back. */
static enum corm_rc fail_send(struct pg_dbc *dbc, struct corm_error *err)
{
    pg_fail_conn(dbc, err);
    dbc->base.is_dead = true;
    return CORM_E_OPERATIONAL;
}

/* ---- open ---- */

bool pg_portal_fits(const struct pg_dbc *dbc)
{
    const struct pg_job *job = &dbc->job;
    return job->request->want_stream &&
           PQtransactionStatus(dbc->conn) == PQTRANS_INTRANS &&
           pg_text_is_query(job->request->sql);
}

static struct pg_portal *portal_new(struct pg_dbc *dbc)
{
    const struct pg_job *job = &dbc->job;
    struct pg_portal *portal = corm_alloc_zero(1, sizeof(*portal));
    if (portal != NULL) {
        portal->number = ++dbc->nnames;
        portal->nrollbacks = dbc->nrollbacks;
        portal->is_binary = job->statement != NULL && job->statement->shape->is_binary;
        portal->is_closed = true;
        portal->nrows = FIRST_BATCH;
        portal->rows_max = job->request->batch_max;
    }
    return portal;
}

/* NULL: the server infers them. */
static const Oid *param_types(const struct pg_job *job)
{
    return job->statement == NULL ? NULL : job->statement->param_types;
}

/*
 * DECLARE with the parameters that the encoder holds. Who streams wants all rows, so the
 * plan is to be the one of the SELECT, and not one that is quick to give the first tenth.
 */
static bool send_open(struct pg_dbc *dbc, struct pg_portal *portal, const char *declare)
{
    const struct pg_encoder *encoder = &dbc->encoder;
    portal->is_closed = false;
    return pg_pipeline_begin(dbc) &&
           send_text(dbc, "SET LOCAL cursor_tuple_fraction = 1", false) &&
           PQsendQueryParams(dbc->conn, declare, (int)dbc->job.request->nparams,
                             param_types(&dbc->job), encoder->values, encoder->lengths,
                             encoder->formats, 0) == 1 &&
           send_fetch(dbc, portal) && pg_pipeline_sync(dbc);
}

enum corm_rc pg_portal_open(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    const struct corm_request *request = job->request;
    struct corm_strbuf declare;
    enum corm_rc rc = pg_encode(&dbc->encoder, request->params, request->nparams,
                                param_types(job), err);
    if (rc != CORM_OK) {
        return rc;
    }
    job->portal = portal_new(dbc);
    if (job->portal == NULL) {
        return corm_fail_memory(err);
    }
    corm_strbuf_init(&declare);
    corm_strbuf_printf(&declare, "DECLARE corm_stream_%u NO SCROLL CURSOR FOR %s",
                       job->portal->number, request->sql);
    rc = corm_strbuf_check(&declare, err);
    if (rc == CORM_OK && !send_open(dbc, job->portal, declare.data)) {
        rc = fail_send(dbc, err);
    }
    corm_strbuf_release(&declare);
    dbc->has_sent = rc == CORM_OK;
    return rc;
}

/* What was prepared tells how rows are to be read; it may be outdated. */
static bool is_as_prepared(PGresult *result, const struct pg_statement *statement)
{
    if (statement == NULL) {
        return true;
    }
    const struct pg_shape *shape = statement->shape;
    bool is_same = (uint32_t)PQnfields(result) == shape->ncolumns;
    for (uint32_t i = 0; is_same && i < shape->ncolumns; i++) {
        is_same = PQftype(result, (int)i) == shape->columns[i].type_oid;
    }
    return is_same;
}

void pg_portal_take_open(struct pg_dbc *dbc, PGresult *result)
{
    struct pg_job *job = &dbc->job;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK && !is_as_prepared(result, job->statement)) {
        struct corm_error error;
        corm_fail(&error, CORM_E_OPERATIONAL,
                  "the columns of the statement have changed since it was prepared");
        pg_job_note(dbc, &error);
        job->is_stale = true;
    }
    if (status == PGRES_COMMAND_OK) {
        pg_result_free(result); /* of DECLARE, and what came before it */
    } else {
        pg_take_run(dbc, result);
    }
}

/* ---- close ---- */

static void unlink_portal(struct pg_dbc *dbc, const struct pg_portal *portal)
{
    for (struct pg_portal **at = &dbc->portals; *at != NULL; at = &(*at)->next) {
        if (*at == portal) {
            *at = portal->next;
            return;
        }
    }
}

/* True if it is on the server for sure, and may be spoken to there. */
static bool is_there(const struct pg_dbc *dbc, const struct pg_portal *portal)
{
    return !portal->is_closed && portal->nrollbacks == dbc->nrollbacks &&
           dbc->base.in_transaction && !dbc->base.is_failed && !dbc->base.is_dead;
}

/* True if no answer is under way, or commands may be sent behind those that are. */
static bool takes_commands(const struct pg_dbc *dbc)
{
    bool is_quiet = dbc->stream == NULL && !dbc->needs_drain;
    return (dbc->step == PG_STEP_IDLE || dbc->step == PG_STEP_SETTLE) &&
           dbc->nforks == corm_fork_count() &&
           (is_quiet || PQpipelineStatus(dbc->conn) == PQ_PIPELINE_ON);
}

/* Have the server forget it. The answer is taken in with what comes next. */
static void close_portal(struct pg_dbc *dbc, struct pg_portal *portal)
{
    unlink_portal(dbc, portal);
    if (!is_there(dbc, portal) || !takes_commands(dbc)) {
        return;
    }
    if (!pg_pipeline_begin(dbc) || !send_close(dbc, portal) || !pg_pipeline_sync(dbc)) {
        fail_send(dbc, NULL);
    } else if (dbc->stream == NULL && !dbc->needs_drain) {
        dbc->needs_drain = true;
        dbc->deadline_us = 0;
    }
}

void pg_portal_free(struct pg_dbc *dbc, struct pg_portal *portal)
{
    if (portal == NULL) {
        return;
    }
    close_portal(dbc, portal);
    pg_result_free(portal->ahead[0]);
    pg_result_free(portal->ahead[1]);
    corm_free(portal);
}

void pg_portals_lose(struct pg_dbc *dbc)
{
    while (dbc->portals != NULL) {
        struct pg_portal *portal = dbc->portals;
        dbc->portals = portal->next;
        portal->is_lost = portal->is_closed = true;
    }
}

/* ---- batches ---- */

/* How many rows to ask for after this batch, which has some. */
static int next_batch(const struct pg_portal *portal, const PGresult *result)
{
    size_t row_bytes = PQresultMemorySize(result) / (size_t)PQntuples(result) + 1;
    int grown = portal->nrows * BATCH_GROWTH;
    int fitting = (int)(BATCH_BYTES / row_bytes);
    int nrows = grown < fitting ? grown : fitting;
    if (portal->rows_max > 0 && nrows > portal->rows_max) {
        nrows = portal->rows_max;
    }
    return nrows > 0 ? nrows : 1;
}

/* A batch arrived; one that is not full is the last. */
static void note_batch(struct pg_dbc *dbc, struct pg_portal *portal,
                       const PGresult *result)
{
    portal->nrollbacks = dbc->nrollbacks;
    portal->has_more = PQntuples(result) == portal->nrows;
    if (portal->has_more) {
        portal->nrows = next_batch(portal, result);
    }
}

/* A pg_take_fn for the answer to FETCH. CLOSE may have been sent behind it. */
static void take_batch(struct pg_dbc *dbc, PGresult *result)
{
    struct pg_cursor *cursor = dbc->stream;
    struct pg_portal *portal = cursor->portal;
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
        note_batch(dbc, portal, result);
        if (PQntuples(result) > 0 && portal->ahead[1] == NULL) {
            portal->ahead[portal->ahead[0] != NULL] = result;
            return;
        }
        break;
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        pg_cursor_note_error(dbc, cursor, result);
        portal->has_more = false;
        break;
    }
    pg_result_free(result);
}

enum corm_io pg_portal_settle(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_portal *portal = dbc->stream->portal;
    enum corm_io io = pg_collect(dbc, take_batch, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    dbc->stream = NULL;
    dbc->deadline_us = 0;
    if (!portal->has_more) {
        close_portal(dbc, portal);
    }
    return CORM_IO_DONE;
}

/* What ends libpq's single-row mode, which it keeps for a pipeline's first command. */
static bool send_end_of_rows(struct pg_dbc *dbc)
{
    bool is_sent = !dbc->is_row_wise || send_text(dbc, "", false);
    dbc->is_row_wise = false;
    return is_sent;
}

/* Ask for the next batch, which is under way then. */
static enum corm_rc ask(struct pg_dbc *dbc, struct pg_cursor *cursor,
                        struct corm_error *err)
{
    if (!pg_pipeline_begin(dbc) || !send_end_of_rows(dbc) ||
        !send_fetch(dbc, cursor->portal) || !pg_pipeline_sync(dbc)) {
        return fail_send(dbc, err);
    }
    dbc->stream = cursor;
    dbc->deadline_us = cursor->portal->deadline_us;
    return CORM_OK;
}

/* Ask before the rows are wanted, if the wire is free. */
static void ask_ahead(struct pg_dbc *dbc, struct pg_cursor *cursor)
{
    bool is_free = dbc->step == PG_STEP_IDLE && dbc->stream == NULL &&
                   !dbc->needs_drain && !dbc->is_interrupted &&
                   dbc->nforks == corm_fork_count() && !pg_cancel_is_running(dbc);
    if (cursor->portal->has_more && is_free && is_there(dbc, cursor->portal)) {
        (void)ask(dbc, cursor,
                  NULL); /* a lost connection is noticed with the next call */
    }
}

void pg_portal_begin(struct pg_dbc *dbc, struct pg_cursor *cursor, int64_t deadline_us)
{
    struct pg_portal *portal = cursor->portal;
    portal->cursor = cursor;
    portal->deadline_us = deadline_us;
    portal->next = dbc->portals;
    dbc->portals = portal;
    note_batch(dbc, portal, cursor->result);
    if (portal->has_more) {
        ask_ahead(dbc, cursor);
    } else {
        close_portal(dbc, portal);
    }
}

/* ---- the next rows ---- */

/* See that more rows may be asked for. */
static enum corm_rc check_going(const struct pg_dbc *dbc,
                                const struct pg_portal *portal, struct corm_error *err)
{
    if (portal->is_lost) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "the transaction ended before the stream's rows did");
    }
    if (dbc->base.is_failed) {
        return corm_fail(err, CORM_E_INTERNAL,
                         "the transaction has failed and gives no more rows");
    }
    return CORM_OK;
}

/* A request to cancel found nothing under way: the server had sent its batch. */
static enum corm_rc check_interrupt(const struct pg_dbc *dbc, struct corm_error *err)
{
    return dbc->is_interrupted
               ? corm_fail(err, CORM_E_OPERATIONAL, "the stream was cancelled")
               : CORM_OK;
}

/* Ask for rows that are wanted now. Steps: DONE (they are under way), WAIT, ERROR. */
static enum corm_io ask_now(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err)
{
    if (check_interrupt(dbc, err) != CORM_OK || pg_job_check(dbc, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    enum corm_io io = pg_wire_settle(dbc, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    if (check_going(dbc, cursor->portal, err) != CORM_OK ||
        ask(dbc, cursor, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    dbc->has_sent = true;
    return CORM_IO_DONE;
}

/* Have a batch taken in. Steps: ROW, DONE at the end, WAIT, ERROR. */
static enum corm_io take_in(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err)
{
    struct pg_portal *portal = cursor->portal;
    enum corm_io io = CORM_IO_DONE;
    while (io == CORM_IO_DONE && portal->ahead[0] == NULL) {
        if (dbc->stream == cursor) {
            io = pg_portal_settle(dbc, err);
        } else if (portal->has_more) {
            io = ask_now(dbc, cursor, err);
        } else {
            return CORM_IO_DONE;
        }
    }
    return io == CORM_IO_DONE ? CORM_IO_ROW : io;
}

/* The batch before goes first: its memory is just what libpq wants for the next. */
enum corm_io pg_portal_next(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err)
{
    struct pg_portal *portal = cursor->portal;
    pg_cursor_drop_result(cursor);
    enum corm_io io = take_in(dbc, cursor, err);
    if (io == CORM_IO_ROW) {
        pg_cursor_set_result(cursor, portal->ahead[0]);
        portal->ahead[0] = portal->ahead[1];
        portal->ahead[1] = NULL;
        ask_ahead(dbc, cursor);
    }
    return io;
}

/* ---- all that is left ---- */

/* Ask for the rest, and have the portal closed behind it. */
static enum corm_rc ask_rest(struct pg_dbc *dbc, struct pg_portal *portal,
                             struct corm_error *err)
{
    portal->nrows = BATCH_ALL;
    if (!pg_pipeline_begin(dbc) || !send_end_of_rows(dbc) || !send_fetch(dbc, portal) ||
        !send_close(dbc, portal) || !pg_pipeline_sync(dbc)) {
        return fail_send(dbc, err);
    }
    dbc->stream = portal->cursor;
    dbc->deadline_us = portal->deadline_us;
    dbc->has_sent = true;
    return CORM_OK;
}

/* A portal whose rows are there for sure. */
static struct pg_portal *find_there(const struct pg_dbc *dbc)
{
    struct pg_portal *portal = dbc->portals;
    while (portal != NULL && !is_there(dbc, portal)) {
        portal = portal->next;
    }
    return portal;
}

enum corm_io pg_portals_gather(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_portal *portal;
    while ((portal = find_there(dbc)) != NULL) {
        if (ask_rest(dbc, portal, err) != CORM_OK) {
            return CORM_IO_ERROR;
        }
        enum corm_io io = pg_portal_settle(dbc, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
    }
    return CORM_IO_DONE;
}
