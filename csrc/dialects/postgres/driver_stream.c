/* SPDX-License-Identifier: MIT */
/*
 * Streams row by row, in libpq's single-row mode: outside of transactions, and of what no
 * portal can be made of. When another statement wants the wire, what is left is gathered as
 * packed rows, since libpq takes some two kilobytes for a result of one row.
 */
#include "base/alloc.h"
#include "base/row.h"
#include "dialects/postgres/driver_int.h"

static void stream_end(struct pg_dbc *dbc)
{
    dbc->stream = NULL;
    dbc->deadline_us = 0;
    pg_refresh(dbc);
}

/* The row before goes first: its memory is just what libpq wants for the next. */
enum corm_io pg_stream_next(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err)
{
    pg_cursor_drop_result(cursor);
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
            pg_cursor_set_result(cursor, result);
            return CORM_IO_ROW;
        case PGRES_TUPLES_OK:
            break;
        default:
            pg_cursor_note_error(dbc, cursor, result);
            break;
        }
        pg_result_free(result);
    }
}

static enum corm_rc gather_row(struct pg_cursor *cursor, struct corm_error *err)
{
    uint32_t ncells = cursor->base.ncols;
    struct corm_value *cells = cursor->cells;
    enum corm_rc rc = pg_cursor_decode(cursor, cursor->row_idx, cells, err);
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
        enum corm_io io = pg_stream_next(dbc, cursor, err);
        if (io != CORM_IO_ROW) {
            return io;
        }
    }
}

void pg_stream_lend(struct pg_cursor *cursor, struct corm_value *cells)
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

void pg_stream_release(struct pg_cursor *cursor)
{
    while (cursor->gathered != NULL) {
        struct pg_row *row = cursor->gathered;
        cursor->gathered = row->next;
        corm_free(row);
    }
    corm_free(cursor->lent);
    corm_free(cursor->cells);
}
