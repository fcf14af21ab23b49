/* SPDX-License-Identifier: MIT */
/*
 * COPY … FROM STDIN, whose rows are the parameter sets of the request, in COPY's text
 * format: columns between tabs, a row a line. Text needs no type on either side, so every
 * value arrives as the literal it would be in an INSERT.
 *
 * Rows go to libpq in pieces, and the next piece is made when the socket has taken the last
 * one. An error of the server waits until all rows are sent: it reads and drops them.
 */
#include "dialects/postgres/driver_int.h"

enum {
    PIECE_BYTES = 64 * 1024 /* sent in one go; a row more than that may be in it */
};

/* ---- values ---- */

/* The letter that stands for a byte after a backslash; 0: the byte stands for itself. */
static char escape_of(char c)
{
    switch (c) {
    case '\\':
        return '\\';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void put_text(struct corm_strbuf *to, const char *text, size_t len)
{
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        char escape = escape_of(text[i]);
        if (CORM_UNLIKELY(escape != 0)) {
            corm_strbuf_add(to, text + from, i - from);
            corm_strbuf_putc(to, '\\');
            corm_strbuf_putc(to, escape);
            from = i + 1;
        }
    }
    corm_strbuf_add(to, text + from, len - from);
}

/* \x…, as bytea reads it, its backslash escaped */
static void put_blob(struct corm_strbuf *to, const char *bytes, size_t len)
{
    corm_strbuf_puts(to, "\\\\x");
    corm_strbuf_put_hex(to, bytes, len);
}

static void put_value(struct corm_strbuf *to, const struct corm_value *value)
{
    char text[PG_FIXED_ROOM];
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_NULL:
        corm_strbuf_puts(to, "\\N");
        break;
    case CORM_TAG_TEXT:
    case CORM_TAG_DECIMAL:
        put_text(to, value->as.s, value->len);
        break;
    case CORM_TAG_BLOB:
        put_blob(to, value->as.s, value->len);
        break;
    default:
        corm_strbuf_add(to, text, pg_encode_fixed(value, text));
        break;
    }
}

static void put_row(struct corm_strbuf *to, const struct corm_value *values, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put_value(to, &values[i]);
        corm_strbuf_putc(to, i + 1 < n ? '\t' : '\n');
    }
}

/* ---- sending ---- */

/* Hand the next rows to libpq. False if it has failed; the job has the error. */
static bool send_piece(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    const struct corm_request *request = job->request;
    struct corm_strbuf *piece = &dbc->copied;
    struct corm_error error;
    corm_strbuf_truncate(piece, 0);
    while (job->nsent < request->nsets && piece->len < PIECE_BYTES &&
           !piece->is_broken) {
        put_row(piece, request->params + (size_t)job->nsent * request->nparams,
                request->nparams);
        job->nsent++;
    }
    if (corm_strbuf_check(piece, &error) == CORM_OK) {
        if (PQputCopyData(dbc->conn, piece->data, (int)piece->len) == 1) {
            return true;
        }
        pg_fail_conn(dbc, &error);
    }
    pg_job_note(dbc, &error);
    return false;
}

/* All rows are sent, or no more will be: the answer is read as that of any statement. */
static void end_rows(struct pg_dbc *dbc)
{
    PQputCopyEnd(dbc->conn, dbc->job.has_error ? dbc->job.error.message : NULL);
    corm_strbuf_release(&dbc->copied);
    dbc->step = PG_STEP_RUN;
}

enum corm_io pg_copy_begin(struct pg_dbc *dbc, struct corm_error *err)
{
    PGresult *result = NULL;
    enum corm_io io = pg_next_result(dbc, &result, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    dbc->step = PG_STEP_RUN;
    if (PQresultStatus(result) == PGRES_COPY_IN) {
        dbc->step = PG_STEP_ROWS;
        pg_result_free(result);
    } else if (result != NULL) {
        pg_take_run(dbc, result);
    }
    return CORM_IO_DONE;
}

/* What the server says meanwhile is taken in, or it might wait for us to listen. */
enum corm_io pg_copy_rows(struct pg_dbc *dbc, struct corm_error *err)
{
    do {
        dbc->wants_write = PQflush(dbc->conn) == 1;
        if (dbc->wants_write) {
            PQconsumeInput(dbc->conn);
            return pg_wait(dbc, err);
        }
    } while (dbc->job.nsent < dbc->job.request->nsets && send_piece(dbc));
    end_rows(dbc);
    return CORM_IO_DONE;
}
