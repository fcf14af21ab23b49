/* SPDX-License-Identifier: MIT */
/*
 * Executing. A call that finds a lock leaves its statement, with the parameter set it had
 * come to, in dbc->pending; the same call, made again, carries on there.
 */
#include "base/alloc.h"
#include "base/counter.h"
#include "base/hash.h"
#include "dialects/sqlite/driver_int.h"

#include <string.h>

static enum corm_rc cursor_begin(struct sqlite_statement *statement,
                                 const struct corm_request *request,
                                 struct corm_error *err)
{
    struct corm_cursor *cursor = &statement->cursor;
    cursor->ncols = request->returns_key ? 1 : 0;
    cursor->cols = NULL;
    cursor->rowcount = statement->is_dml ? 0 : -1;
    if (request->returns_key) {
        sqlite_gathering_begin(statement);
    }
    if (!request->want_rowids || request->nsets <= 1) {
        cursor->rowids = request->want_rowids ? &statement->rowid : NULL;
        return CORM_OK;
    }
    cursor->rowids = corm_alloc_zero(request->nsets, sizeof(*cursor->rowids));
    return cursor->rowids == NULL ? corm_fail_memory(err) : CORM_OK;
}

/* The step of so many sets brought no row: note what it did. */
static void note_sets(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                      uint32_t nsets)
{
    struct corm_cursor *cursor = &statement->cursor;
    if (statement->is_dml) {
        cursor->rowcount += sqlite3_changes64(dbc->db);
    }
    if (cursor->rowids != NULL && nsets == 1) {
        cursor->rowids[statement->set_idx] = sqlite3_last_insert_rowid(dbc->db);
    }
    statement->set_idx += nsets;
}

/* The first row is under the statement; fetch() hands it out. */
static void note_row(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    if (statement->cursor.rowids != NULL) {
        statement->cursor.rowids[0] = sqlite3_last_insert_rowid(dbc->db);
    }
    statement->cursor.rowcount = -1; /* until the rows have been read */
    statement->has_row = true;
    statement->cursor.is_open = true;
    corm_list_push_back(&dbc->open, &statement->link);
}

/* A step neither ended nor brought a row. DONE: go on with the same sets. */
static enum corm_io note_failure(struct sqlite_dbc *dbc,
                                 const struct sqlite_statement *statement,
                                 sqlite3_stmt *handle, int rc, struct corm_error *err)
{
    if (rc == SQLITE_AUTH && statement->is_narrow) {
        sqlite3_reset(handle);
        return CORM_IO_DONE;
    }
    if (rc == SQLITE_LOCKED || rc == SQLITE_BUSY) {
        sqlite3_reset(handle);
        if (sqlite_gather(dbc, rc == SQLITE_BUSY)) {
            return CORM_IO_DONE; /* rows of our own that nobody had read were in the way */
        }
    }
    if (sqlite_should_wait(dbc, statement, rc)) {
        sqlite3_reset(handle);
        return CORM_IO_WAIT;
    }
    sqlite_fail(dbc, rc, err);
    return CORM_IO_ERROR;
}

/*
 * Run the sets from set_idx on. Texts need not be copied where the step that reads them
 * is over before we return, that is, unless rows of a query may come: what changes rows
 * does all of it in its first step, before it returns any.
 */
static enum corm_io run_sets(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                             const struct corm_request *request, struct corm_error *err)
{
    bool is_static = statement->is_dml || sqlite3_column_count(statement->handle) == 0;
    while (statement->set_idx < request->nsets) {
        uint32_t nsets = sqlite_rows_at_once(dbc, statement, request);
        sqlite3_stmt *handle = nsets == 1 ? statement->handle : statement->wide->handle;
        if (sqlite_bind_sets(dbc, handle, request, statement->set_idx, nsets, is_static,
                             err) != CORM_OK) {
            return CORM_IO_ERROR;
        }
        int rc = sqlite_step_rows(dbc, statement, request, nsets);
        if (CORM_LIKELY(rc == SQLITE_DONE)) {
            note_sets(dbc, statement, nsets);
            sqlite3_reset(handle);
            continue;
        }
        if (rc == SQLITE_ROW) {
            note_row(dbc, statement);
            return CORM_IO_DONE;
        }
        enum corm_io io = note_failure(dbc, statement, handle, rc, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
    }
    return CORM_IO_DONE;
}

static enum corm_io run(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                        const struct corm_request *request, struct corm_error *err)
{
    if (statement->handle == NULL) {
        return CORM_IO_DONE;
    }
    enum corm_io io = run_sets(dbc, statement, request, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    dbc->wait = (struct sqlite_wait){ 0 };
    /* Only now, as the first step may have prepared the statement again. */
    if (sqlite_statement_describe(statement, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    statement->cursor.cols = statement->columns;
    statement->cursor.ncols = (uint32_t)statement->ncolumns;
    if (request->returns_key) {
        sqlite_gathering_end(statement);
    }
    return CORM_IO_DONE;
}

/* Somebody else has given up what was waiting here. */
static enum corm_io end_interrupted(struct sqlite_dbc *dbc,
                                    struct sqlite_statement *statement,
                                    struct corm_error *err)
{
    dbc->is_interrupted = false;
    dbc->wait = (struct sqlite_wait){ 0 };
    sqlite_statement_done(dbc, statement);
    sqlite_fail(dbc, SQLITE_INTERRUPT, err);
    sqlite_refresh(dbc);
    return CORM_IO_ERROR;
}

enum corm_io sqlite_execute(struct corm_dbc *base, const struct corm_request *request,
                            struct corm_cursor **out, struct corm_error *err)
{
    struct sqlite_dbc *dbc = CORM_CONTAINER(base, struct sqlite_dbc, base);
    struct sqlite_statement *statement = dbc->pending;
    if (sqlite_is_foreign(dbc)) {
        corm_fail(err, CORM_E_INTERFACE,
                  "this connection was opened by another process");
        return CORM_IO_ERROR;
    }
    dbc->pending = NULL;
    if (CORM_UNLIKELY(dbc->is_interrupted)) {
        return end_interrupted(dbc, statement, err);
    }
    if (statement == NULL) {
        if (sqlite_statement_acquire(dbc, request, &statement, err) != CORM_OK) {
            return CORM_IO_ERROR;
        }
        if (cursor_begin(statement, request, err) != CORM_OK) {
            sqlite_statement_done(dbc, statement);
            return CORM_IO_ERROR;
        }
    }
    enum corm_io io = run(dbc, statement, request, err);
    switch (io) {
    case CORM_IO_DONE:
        corm_counter_inc(CORM_COUNTER_CURSOR);
        *out = &statement->cursor;
        break;
    case CORM_IO_WAIT:
        dbc->pending = statement;
        break;
    default:
        sqlite_statement_done(dbc, statement);
        break;
    }
    sqlite_refresh(dbc);
    return io;
}

enum corm_io sqlite_control(struct corm_dbc *base, const char *sql,
                            struct corm_error *err)
{
    size_t len = strlen(sql);
    struct corm_request request = {
        .sql = sql,
        .sql_len = len,
        .key = corm_hash_bytes(sql, len) | 1,
        .nsets = 1,
    };
    struct corm_cursor *cursor = NULL;
    enum corm_io io = sqlite_execute(base, &request, &cursor, err);
    if (io == CORM_IO_DONE) {
        sqlite_cursor_close(cursor);
    }
    return io;
}

enum corm_io sqlite_ping(struct corm_dbc *base, struct corm_error *err)
{
    return sqlite_control(base, "SELECT 1", err);
}

void sqlite_cancel(struct corm_dbc *base)
{
    struct sqlite_dbc *dbc = CORM_CONTAINER(base, struct sqlite_dbc, base);
    if (sqlite_is_foreign(dbc)) {
        return;
    }
    if (dbc->pending == NULL) {
        sqlite3_interrupt(dbc->db); /* we are in another thread or a signal handler */
        return;
    }
    sqlite_statement_done(dbc, dbc->pending);
    dbc->pending = NULL;
    dbc->is_interrupted = false;
    dbc->wait = (struct sqlite_wait){ 0 };
    sqlite_refresh(dbc);
}

/* Rows that are read one by one fail at the next one. */
void sqlite_interrupt(struct corm_dbc *base)
{
    struct sqlite_dbc *dbc = CORM_CONTAINER(base, struct sqlite_dbc, base);
    dbc->is_interrupted = dbc->pending != NULL;
    if (!corm_list_is_empty(&dbc->open)) {
        sqlite3_interrupt(dbc->db);
    }
}
