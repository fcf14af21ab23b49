/* SPDX-License-Identifier: MIT */
/*
 * Reading rows. sqlite3_column_value() finds the cell once, and the sqlite3_value_ calls
 * then go straight to it; each sqlite3_column_ call would find it again.
 */
#include "base/counter.h"
#include "dialects/sqlite/driver_int.h"

static struct corm_value read_text(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    /* The length last: value_text() may have had to convert from UTF-16. */
    return corm_value_bytes(CORM_TAG_TEXT, text, (size_t)sqlite3_value_bytes(value));
}

/* SQLite answers an empty blob with NULL, as it does when memory is short. */
static struct corm_value read_blob(sqlite3_value *value)
{
    const char *bytes = sqlite3_value_blob(value);
    size_t len = (size_t)sqlite3_value_bytes(value);
    return corm_value_bytes(CORM_TAG_BLOB, len == 0 ? "" : bytes, len);
}

static struct corm_value read_cell(sqlite3_stmt *handle, int column)
{
    sqlite3_value *value = sqlite3_column_value(handle, column);
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return corm_value_int(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
        return corm_value_float(sqlite3_value_double(value));
    case SQLITE_TEXT:
        return read_text(value);
    case SQLITE_BLOB:
        return read_blob(value);
    default:
        return corm_value_null();
    }
}

bool sqlite_read_row(const struct sqlite_statement *statement, struct corm_value *cells)
{
    for (uint32_t i = 0; i < statement->cursor.ncols; i++) {
        cells[i] = read_cell(statement->handle, (int)i);
        if (CORM_UNLIKELY(corm_value_has_bytes(&cells[i]) && cells[i].as.s == NULL)) {
            return false;
        }
    }
    return true;
}

/* The rows are over: give up locks now, not when the cursor is closed. */
static enum corm_io end_rows(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                             enum corm_io io)
{
    statement->cursor.is_open = false;
    corm_list_remove(&statement->link);
    sqlite3_reset(statement->handle);
    sqlite_refresh(dbc);
    return io;
}

enum corm_io sqlite_fetch(struct corm_cursor *cursor, struct corm_value *cells,
                          struct corm_error *err)
{
    struct sqlite_dbc *dbc = CORM_CONTAINER(cursor->dbc, struct sqlite_dbc, base);
    struct sqlite_statement *statement =
        CORM_CONTAINER(cursor, struct sqlite_statement, cursor);
    int rc = SQLITE_ROW;
    if (!cursor->is_open) {
        return CORM_IO_DONE;
    }
    if (CORM_UNLIKELY(statement->is_gathered)) {
        rc = sqlite_fetch_gathered(statement, cells);
        if (rc == SQLITE_ROW) {
            return CORM_IO_ROW;
        }
    } else if (!statement->has_row) {
        rc = sqlite_step(dbc, statement);
    }
    statement->has_row = false;
    if (CORM_LIKELY(rc == SQLITE_ROW)) {
        if (CORM_LIKELY(sqlite_read_row(statement, cells))) {
            return CORM_IO_ROW;
        }
        rc = SQLITE_NOMEM;
    }
    if (rc == SQLITE_DONE) {
        if (statement->is_dml) {
            cursor->rowcount = statement->is_gathered ? statement->gathered_changes
                                                      : sqlite3_changes64(dbc->db);
        }
        return end_rows(dbc, statement, CORM_IO_DONE);
    }
    sqlite_fail(dbc, rc, err);
    return end_rows(dbc, statement, CORM_IO_ERROR);
}

void sqlite_cursor_close(struct corm_cursor *cursor)
{
    if (cursor != NULL) {
        struct sqlite_dbc *dbc = CORM_CONTAINER(cursor->dbc, struct sqlite_dbc, base);
        if (!sqlite_is_foreign(dbc)) {
            sqlite_statement_done(
                dbc, CORM_CONTAINER(cursor, struct sqlite_statement, cursor));
            sqlite_refresh(dbc);
        }
        corm_counter_dec(CORM_COUNTER_CURSOR);
    }
}
