/* SPDX-License-Identifier: MIT */
/*
 * Rows. Mostly they are all in one result of libpq's. A stream has some of them in one, and
 * the others come row by row (driver_stream.c) or in batches (driver_portal.c).
 */
#include "base/alloc.h"
#include "base/counter.h"
#include "base/row.h"
#include "dialects/postgres/driver_bytes.h"
#include "dialects/postgres/driver_int.h"

#include <stddef.h>
#include <string.h>

enum corm_rc pg_cursor_new(struct pg_dbc *dbc, PGresult *result, struct pg_shape *shape,
                           struct pg_cursor **out, struct corm_error *err)
{
    struct pg_cursor *cursor = corm_alloc(sizeof(*cursor));
    if (cursor == NULL) {
        return corm_fail_memory(err);
    }
    memset(cursor, 0, offsetof(struct pg_cursor, error));
    bool has_columns = result != NULL && PQnfields(result) > 0;
    if (has_columns && shape != NULL &&
        shape->ncolumns != (uint32_t)PQnfields(result)) {
        corm_free(cursor);
        return corm_fail(err, CORM_E_DATA,
                         "the server sent other columns than described");
    }
    if (has_columns && shape == NULL) {
        shape = pg_shape_new(result);
        if (shape == NULL) {
            corm_free(cursor);
            return corm_fail_memory(err);
        }
    } else if (shape != NULL) {
        shape->nrefs++;
    }
    cursor->base.dbc = &dbc->base;
    cursor->base.is_open = has_columns;
    cursor->shape = shape;
    if (has_columns) {
        cursor->base.ncols = shape->ncolumns;
        cursor->base.cols = shape->columns;
        cursor->nrows = PQntuples(result);
    }
    cursor->result = result;
    cursor->is_binary = has_columns && PQbinaryTuples(result) == 1;
    cursor->gathered_end = &cursor->gathered;
    corm_counter_inc(CORM_COUNTER_CURSOR);
    *out = cursor;
    return CORM_OK;
}

/* ---- one row of a result ---- */

static enum corm_rc reserve_scratch(struct pg_cursor *cursor, int row_idx,
                                    struct corm_error *err)
{
    size_t room = 0;
    for (uint32_t i = 0; i < cursor->base.ncols; i++) {
        room += pg_decode_room(cursor->base.cols[i].type_oid,
                               PQgetvalue(cursor->result, row_idx, (int)i),
                               (size_t)PQgetlength(cursor->result, row_idx, (int)i));
    }
    if (room > cursor->scratch_cap) {
        char *scratch = corm_realloc(cursor->scratch, room);
        if (scratch == NULL) {
            return corm_fail_memory(err);
        }
        cursor->scratch = scratch;
        cursor->scratch_cap = room;
    }
    return CORM_OK;
}

/* What is NULL, in text form, or neither text nor an integer. */
static enum corm_rc decode_other(const struct pg_cursor *cursor, int row_idx,
                                 int column, char **scratch, struct corm_value *cell,
                                 struct corm_error *err)
{
    PGresult *result = cursor->result;
    char *bytes = PQgetvalue(result, row_idx, column);
    size_t len = (size_t)PQgetlength(result, row_idx, column);
    Oid type = cursor->base.cols[column].type_oid;
    if (len == 0 && PQgetisnull(result, row_idx, column)) {
        *cell = corm_value_null();
        return CORM_OK;
    }
    if (PQfformat(result, column) == 0) {
        pg_decode_text(type, bytes, len, cell);
        return CORM_OK;
    }
    enum corm_rc rc = pg_decode_binary(type, bytes, len, scratch, cell, err);
    if (rc != CORM_OK) {
        corm_error_prefix(err, "column '%s'", cursor->base.cols[column].name);
    }
    return rc;
}

/* Decode what most columns are; false if it is something else. */
static inline bool decode_simple(const struct pg_cursor *cursor, int row_idx,
                                 int column, struct corm_value *cell)
{
    enum pg_form form = (enum pg_form)cursor->shape->forms[column];
    int len = PQgetlength(cursor->result, row_idx, column);
    if (form == PG_FORM_OTHER || len == 0) {
        return false;
    }
    const char *bytes = PQgetvalue(cursor->result, row_idx, column);
    if (CORM_LIKELY(form == PG_FORM_TEXT)) {
        *cell = corm_value_bytes(CORM_TAG_TEXT, bytes, (size_t)len);
        return true;
    }
    if (len != sizeof(int32_t) && len != sizeof(int64_t)) {
        return false;
    }
    *cell = corm_value_int(len == sizeof(int32_t) ? pg_read_int32(bytes)
                                                  : pg_read_int64(bytes));
    return true;
}

enum corm_rc pg_cursor_decode(struct pg_cursor *cursor, int row_idx,
                              struct corm_value *cells, struct corm_error *err)
{
    if (cursor->shape->has_scratch &&
        reserve_scratch(cursor, row_idx, err) != CORM_OK) {
        return CORM_E_NO_MEMORY;
    }
    char *scratch = cursor->scratch;
    bool is_binary = cursor->is_binary;
    for (uint32_t i = 0; i < cursor->base.ncols; i++) {
        if (is_binary && decode_simple(cursor, row_idx, (int)i, &cells[i])) {
            continue;
        }
        enum corm_rc rc =
            decode_other(cursor, row_idx, (int)i, &scratch, &cells[i], err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

/* ---- results ---- */

void pg_cursor_drop_result(struct pg_cursor *cursor)
{
    pg_result_free(cursor->result);
    cursor->result = NULL;
    cursor->nrows = 0;
}

void pg_cursor_set_result(struct pg_cursor *cursor, PGresult *result)
{
    cursor->result = result;
    cursor->row_idx = 0;
    cursor->nrows = PQntuples(result);
}

void pg_cursor_note_error(struct pg_dbc *dbc, struct pg_cursor *cursor,
                          const PGresult *result)
{
    if (!cursor->has_error) {
        pg_fail_result(dbc, result, &cursor->error);
        cursor->has_error = true;
    }
}

/* ---- fetch() and cursor_close() ---- */

static enum corm_io fetch_end(struct pg_cursor *cursor, struct corm_error *err)
{
    cursor->base.is_open = false;
    if (!cursor->has_error) {
        return CORM_IO_DONE;
    }
    if (err != NULL) {
        *err = cursor->error;
    }
    return CORM_IO_ERROR;
}

/* Steps: ROW, DONE at the end, also when it ended with cursor->error, WAIT, ERROR. */
static enum corm_io next_rows(struct pg_dbc *dbc, struct pg_cursor *cursor,
                              struct corm_error *err)
{
    if (pg_fork_check(dbc, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    if (cursor->portal != NULL) {
        return pg_portal_next(dbc, cursor, err);
    }
    return dbc->stream == cursor ? pg_stream_next(dbc, cursor, err) : CORM_IO_DONE;
}

enum corm_io pg_fetch(struct corm_cursor *base, struct corm_value *cells,
                      struct corm_error *err)
{
    struct pg_cursor *cursor = CORM_CONTAINER(base, struct pg_cursor, base);
    struct pg_dbc *dbc = pg_dbc_of(base->dbc);
    if (!base->is_open) {
        return CORM_IO_DONE;
    }
    if (cursor->gathered != NULL) {
        pg_stream_lend(cursor, cells);
        return CORM_IO_ROW;
    }
    if (cursor->row_idx >= cursor->nrows) {
        enum corm_io io = next_rows(dbc, cursor, err);
        if (io == CORM_IO_DONE) {
            return fetch_end(cursor, err);
        }
        if (io != CORM_IO_ROW) {
            return io;
        }
    }
    return pg_cursor_decode(cursor, cursor->row_idx++, cells, err) == CORM_OK
               ? CORM_IO_ROW
               : CORM_IO_ERROR;
}

void pg_cursor_close(struct corm_cursor *base)
{
    if (base == NULL) {
        return;
    }
    struct pg_cursor *cursor = CORM_CONTAINER(base, struct pg_cursor, base);
    struct pg_dbc *dbc = pg_dbc_of(base->dbc);
    if (dbc->stream == cursor) {
        /* Cancelling may be quicker, but ends the transaction as well. */
        dbc->stream = NULL;
        dbc->needs_drain = true;
        dbc->deadline_us = 0;
    }
    pg_portal_free(dbc, cursor->portal);
    pg_result_free(cursor->result);
    pg_shape_unref(cursor->shape);
    pg_stream_release(cursor);
    corm_free(cursor->scratch);
    corm_free(cursor);
    corm_counter_dec(CORM_COUNTER_CURSOR);
}
