/* SPDX-License-Identifier: MIT */
/*
 * Rows read ahead. SQLite drops no table while a SELECT of the same connection is under
 * way, and commits nothing while RETURNING has rows left, be they those of a result that
 * somebody holds and will never read. So the rows that such statements still have to give
 * are gathered as packed rows, and the statements reset.
 */
#include "base/alloc.h"
#include "base/row.h"
#include "dialects/sqlite/driver_int.h"

/* The row under the statement, behind those gathered before. False if memory is short. */
static bool keep_row(struct sqlite_statement *statement)
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
        row->next = NULL;
        *statement->gathered_end = row;
        statement->gathered_end = &row->next;
    }
    corm_free(cells);
    return row != NULL;
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
