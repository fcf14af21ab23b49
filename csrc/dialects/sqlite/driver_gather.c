/* SPDX-License-Identifier: MIT */
/*
 * Rows read ahead. SQLite drops no table while a SELECT of the same connection is under
 * way, and commits nothing while RETURNING has rows left, be they those of a result that
 * somebody holds and will never read. So the rows that such statements still have to give
 * are gathered as packed rows, and the statements reset.
 *
 * The keys of many rows (driver_rows.c) are gathered as well, as they are inserted.
 */
#include "base/alloc.h"
#include "base/row.h"
#include "dialects/sqlite/driver_int.h"

/* Put the row behind those gathered before. */
static void append(struct sqlite_statement *statement, struct sqlite_row *row)
{
    row->next = NULL;
    *statement->gathered_end = row;
    statement->gathered_end = &row->next;
}

/* A copy of the row under the statement; NULL if memory is short. */
static struct sqlite_row *take_row(const struct sqlite_statement *statement)
{
    uint32_t ncells = statement->cursor.ncols;
    struct corm_value *cells = corm_alloc_zero(ncells, sizeof(*cells));
    struct sqlite_row *row = NULL;
    if (cells != NULL && sqlite_read_row(statement, cells)) {
        row = corm_alloc(sizeof(*row) + ncells * sizeof(*cells) +
                         corm_cells_bytes(cells, ncells));
    }
    if (row != NULL) {
        corm_cells_pack(row->cells, (char *)(row->cells + ncells), cells, ncells);
    }
    corm_free(cells);
    return row;
}

static bool keep_row(struct sqlite_statement *statement)
{
    struct sqlite_row *row = take_row(statement);
    if (row != NULL) {
        append(statement, row);
    }
    return row != NULL;
}

bool sqlite_keep_key(struct sqlite_statement *statement, int64_t key)
{
    struct sqlite_row *row = corm_alloc(sizeof(*row) + sizeof(row->cells[0]));
    if (row != NULL) {
        row->cells[0] = corm_value_int(key);
        append(statement, row);
    }
    return row != NULL;
}

int sqlite_keep_last(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    struct sqlite_row *row = take_row(statement);
    int rc = row == NULL ? SQLITE_NOMEM : sqlite_step(dbc, statement);
    if (rc == SQLITE_DONE) {
        append(statement, row);
    } else {
        corm_free(row); /* it comes again if the step is made again */
    }
    return rc;
}

void sqlite_gathering_begin(struct sqlite_statement *statement)
{
    statement->is_gathered = true;
    statement->gathered_end = &statement->gathered;
}

void sqlite_gathering_end(struct sqlite_statement *statement)
{
    statement->gathered_rc = SQLITE_DONE;
    statement->gathered_changes = statement->cursor.rowcount;
    statement->cursor.rowcount = -1; /* until the rows have been read */
    statement->cursor.is_open = true;
}

/* What ends the rows is told by fetch() after the last of them. */
static void gather_rows(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    int rc = statement->has_row ? SQLITE_ROW : sqlite_step(dbc, statement);
    while (rc == SQLITE_ROW) {
        rc = keep_row(statement) ? sqlite_step(dbc, statement) : SQLITE_NOMEM;
    }
    statement->has_row = false;
    statement->is_gathered = true;
    statement->gathered_rc = rc;
    statement->gathered_changes = sqlite3_changes64(dbc->db);
    sqlite3_reset(statement->handle);
}

bool sqlite_gather(struct sqlite_dbc *dbc, bool only_writers)
{
    bool has_gathered = false;
    corm_list_foreach (link, &dbc->open) {
        struct sqlite_statement *statement =
            CORM_CONTAINER(link, struct sqlite_statement, link);
        bool is_wanted = !only_writers || !sqlite3_stmt_readonly(statement->handle);
        if (is_wanted && !statement->is_gathered) {
            statement->gathered_end = &statement->gathered;
            gather_rows(dbc, statement);
            has_gathered = true;
        }
    }
    return has_gathered;
}

int sqlite_fetch_gathered(struct sqlite_statement *statement, struct corm_value *cells)
{
    struct sqlite_row *row = statement->gathered;
    if (row == NULL) {
        return statement->gathered_rc;
    }
    corm_free(statement->lent);
    statement->lent = row;
    statement->gathered = row->next;
    for (uint32_t i = 0; i < statement->cursor.ncols; i++) {
        cells[i] = row->cells[i];
    }
    return SQLITE_ROW;
}

void sqlite_gathered_release(struct sqlite_statement *statement)
{
    while (statement->gathered != NULL) {
        struct sqlite_row *row = statement->gathered;
        statement->gathered = row->next;
        corm_free(row);
    }
    corm_free(statement->lent);
    statement->lent = NULL;
    statement->is_gathered = false;
}
