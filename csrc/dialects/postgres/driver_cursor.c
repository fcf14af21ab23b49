/* SPDX-License-Identifier: MIT */
/*
 * Rows. Mostly they are all in one result of libpq's. A stream has its current row in one,
 * and the others on the wire; when another statement wants the wire, they are gathered
 * as packed rows, since libpq takes some two kilobytes for a result of one row.
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

static enum corm_rc decode_row(struct pg_cursor *cursor, int row_idx,
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

/* ---- streams ---- */

static void stream_end(struct pg_dbc *dbc)
{
    dbc->stream = NULL;
    dbc->deadline_us = 0;
    pg_refresh(dbc);
}

/*
 * Bring the stream's next row into cursor->result. Steps: ROW, DONE at the end (also when
 * it ended with cursor->error), WAIT, ERROR. The row before goes first: its memory is just
 * what libpq wants for the next.
 */
static enum corm_io stream_next(struct pg_dbc *dbc, struct pg_cursor *cursor,
                                struct corm_error *err)
{
    pg_result_free(cursor->result);
    cursor->result = NULL;
    cursor->nrows = 0;
    for (;;) {
        PGresult *result;
        enum corm_io io = pg_next_result(dbc, &result, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
        if (result == NULL) {
            stream_end(dbc);
            return CORM_IO_DONE;
        }
        switch (PQresultStatus(result)) {
        case PGRES_SINGLE_TUPLE:
            cursor->result = result;
            cursor->row_idx = 0;
            cursor->nrows = 1;
            return CORM_IO_ROW;
        case PGRES_TUPLES_OK:
            break;
        default:
            if (!cursor->has_error) {
                pg_fail_result(dbc, result, &cursor->error);
                cursor->has_error = true;
            }
            break;
        }
        pg_result_free(result);
    }
}

static enum corm_rc gather_row(struct pg_cursor *cursor, struct corm_error *err)
{
    uint32_t ncells = cursor->base.ncols;
    struct corm_value *cells = cursor->cells;
    enum corm_rc rc = decode_row(cursor, cursor->row_idx, cells, err);
    if (rc != CORM_OK) {
        return rc;
    }
    struct pg_row *row = corm_alloc(sizeof(*row) + ncells * sizeof(*cells) +
                                    corm_cells_bytes(cells, ncells));
    if (row == NULL) {
        return corm_fail_memory(err);
    }
    corm_cells_pack(row->cells, (char *)(row->cells + ncells), cells, ncells);
    row->next = NULL;
    *cursor->gathered_end = row;
    cursor->gathered_end = &row->next;
    return CORM_OK;
}

static bool reserve_cells(struct pg_cursor *cursor)
{
    if (cursor->cells == NULL) {
        cursor->cells = corm_alloc_zero(cursor->base.ncols, sizeof(*cursor->cells));
    }
    return cursor->cells != NULL;
}

enum corm_io pg_stream_gather(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_cursor *cursor = dbc->stream;
    if (cursor == NULL) {
        return CORM_IO_DONE;
    }
    if (!reserve_cells(cursor)) {
        corm_fail_memory(err);
        return CORM_IO_ERROR;
    }
    for (;;) {
        for (; cursor->row_idx < cursor->nrows; cursor->row_idx++) {
            if (gather_row(cursor, err) != CORM_OK) {
                return CORM_IO_ERROR;
            }
        }
        enum corm_io io = stream_next(dbc, cursor, err);
        if (io != CORM_IO_ROW) {
            return io;
        }
    }
}

/* ---- fetch() and cursor_close() ---- */

/* Hand out a gathered row; the one before it dies. */
static void lend_gathered(struct pg_cursor *cursor, struct corm_value *cells)
{
    struct pg_row *row = cursor->gathered;
    corm_free(cursor->lent);
    cursor->lent = row;
    cursor->gathered = row->next;
    if (row->next == NULL) {
        cursor->gathered_end = &cursor->gathered;
    }
    for (uint32_t i = 0; i < cursor->base.ncols; i++) {
        cells[i] = row->cells[i];
    }
}

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

enum corm_io pg_fetch(struct corm_cursor *base, struct corm_value *cells,
                      struct corm_error *err)
{
    struct pg_cursor *cursor = CORM_CONTAINER(base, struct pg_cursor, base);
    struct pg_dbc *dbc = pg_dbc_of(base->dbc);
    if (!base->is_open) {
        return CORM_IO_DONE;
    }
    if (cursor->gathered != NULL) {
        lend_gathered(cursor, cells);
        return CORM_IO_ROW;
    }
    if (cursor->row_idx >= cursor->nrows) {
        enum corm_io io =
            dbc->stream == cursor ? stream_next(dbc, cursor, err) : CORM_IO_DONE;
        if (io == CORM_IO_DONE) {
            return fetch_end(cursor, err);
        }
        if (io != CORM_IO_ROW) {
            return io;
        }
    }
    return decode_row(cursor, cursor->row_idx++, cells, err) == CORM_OK ? CORM_IO_ROW
                                                                        : CORM_IO_ERROR;
}

static void free_rows(struct pg_row *row)
{
    while (row != NULL) {
        struct pg_row *next = row->next;
        corm_free(row);
        row = next;
    }
}

void pg_cursor_close(struct corm_cursor *base)
{
    if (base == NULL) {
        return;
    }
    struct pg_cursor *cursor = CORM_CONTAINER(base, struct pg_cursor, base);
    struct pg_dbc *dbc = pg_dbc_of(base->dbc);
    if (dbc->stream == cursor) {
        /* Cancelling would be quicker, but end the transaction as well. */
        dbc->stream = NULL;
        dbc->needs_drain = true;
        dbc->deadline_us = 0;
    }
    pg_result_free(cursor->result);
    pg_shape_unref(cursor->shape);
    free_rows(cursor->gathered);
    corm_free(cursor->lent);
    corm_free(cursor->cells);
    corm_free(cursor->scratch);
    corm_free(cursor);
    corm_counter_dec(CORM_COUNTER_CURSOR);
}
