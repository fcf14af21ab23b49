/* SPDX-License-Identifier: MIT */
/*
 * Many parameter sets of one INSERT, several as rows of one VALUES. Beginning and ending a
 * statement costs SQLite more than a row does: 32 rows at once take half the time of 32
 * steps.
 *
 * Generated keys are those that SQLite's update hook tells, row by row. It does not see
 * virtual tables, which the first row, inserted alone, shows; and it would tell rows of
 * triggers too, so statements that set off a trigger stay at one row: the authorizer
 * refuses to prepare the others.
 *
 * RETURNING of the key alone is left out of them: the hook tells it for a tenth of what the
 * rows of RETURNING cost. Here, too, the first row shows whether that is true: its key is no
 * rowid in a table whose key was declared otherwise than INTEGER PRIMARY KEY.
 */
#include "base/hash.h"
#include "base/strbuf.h"
#include "dialects/sqlite/driver_int.h"

int sqlite_on_authorize(void *ctx, int action, const char *first, const char *second,
                        const char *schema, const char *trigger)
{
    const struct sqlite_dbc *dbc = ctx;

    (void)first;
    (void)second;
    (void)schema;
    return dbc->refuses_triggers && trigger != NULL && action == SQLITE_INSERT
               ? SQLITE_DENY
               : SQLITE_OK;
}

/* The hook is to tell the rows' keys. */
static bool wants_keys(const struct corm_request *request)
{
    return request->want_rowids || request->returns_key;
}

/* ---- the text ---- */

static bool put_rows(const struct corm_request *request, struct corm_strbuf *out,
                     struct corm_error *err)
{
    const char *values = request->sql + request->values_pos;
    size_t end = request->values_pos + request->values_len;
    size_t tail_len = request->returns_key ? 0 : request->sql_len - end;

    corm_strbuf_add(out, request->sql, request->values_pos);
    for (int i = 0; i < SQLITE_ROWS; i++) {
        corm_strbuf_puts(out, i > 0 ? ", " : "");
        corm_strbuf_add(out, values, request->values_len);
    }
    corm_strbuf_add(out, request->sql + end, tail_len);
    return corm_strbuf_check(out, err) == CORM_OK;
}

/* What cannot be had as many rows, or not for want of memory, goes as single ones. */
static struct sqlite_statement *acquire_wide(struct sqlite_dbc *dbc,
                                             const struct corm_request *request)
{
    struct sqlite_statement *wide = NULL;
    struct corm_strbuf text;
    struct corm_error ignored;

    corm_strbuf_init(&text);
    if (put_rows(request, &text, &ignored)) {
        struct corm_request of_rows = *request;
        of_rows.sql = text.data;
        of_rows.sql_len = text.len;
        of_rows.key = corm_hash_mix(request->key, SQLITE_ROWS);
        of_rows.nparams = request->nparams * SQLITE_ROWS;
        of_rows.nsets = 1;
        of_rows.returns_key = false;
        dbc->refuses_triggers = wants_keys(request);
        if (sqlite_statement_acquire(dbc, &of_rows, &wide, &ignored) != CORM_OK) {
            wide = NULL;
        }
        dbc->refuses_triggers = false;
    }
    corm_strbuf_release(&text);
    return wide;
}

static bool may_be_wide(const struct sqlite_dbc *dbc,
                        const struct sqlite_statement *statement,
                        const struct corm_request *request)
{
    bool is_probe = wants_keys(request) && statement->set_idx == 0;

    return request->values_len > 0 && request->nsets >= SQLITE_SETS_MIN &&
           request->nsets - statement->set_idx >= SQLITE_ROWS &&
           !statement->is_narrow && !is_probe &&
           request->nparams <= (uint32_t)dbc->base.info.max_params / SQLITE_ROWS;
}

uint32_t sqlite_rows_at_once(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                             const struct corm_request *request)
{
    if (!may_be_wide(dbc, statement, request)) {
        return 1;
    }
    if (statement->wide == NULL) {
        statement->wide = acquire_wide(dbc, request);
        statement->is_narrow = statement->wide == NULL;
    }
    return statement->is_narrow ? 1 : SQLITE_ROWS;
}

/* ---- running ---- */

static void note_rowid(void *ctx, int action, const char *schema, const char *table,
                       sqlite3_int64 rowid)
{
    struct sqlite_dbc *dbc = ctx;

    (void)schema;
    (void)table;
    if (action == SQLITE_INSERT && dbc->nrowids++ < SQLITE_ROWS) {
        dbc->rowids[dbc->nrowids - 1] = rowid;
    }
}

static int step_noting(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                       int64_t *rowids)
{
    int rc;

    dbc->rowids = rowids;
    dbc->nrowids = 0;
    sqlite3_update_hook(dbc->db, note_rowid, dbc);
    rc = sqlite_step(dbc, statement);
    sqlite3_update_hook(dbc->db, NULL, NULL);
    return rc;
}

/* True if the hook was told of one row, and the statement tells its key alike. */
static bool is_told(const struct sqlite_dbc *dbc,
                    const struct sqlite_statement *statement,
                    const struct corm_request *request, const int64_t *rowids)
{
    if (dbc->nrowids != 1) {
        return false;
    }
    if (!request->returns_key) {
        return rowids[0] == sqlite3_last_insert_rowid(dbc->db);
    }
    return sqlite3_column_type(statement->handle, 0) == SQLITE_INTEGER &&
           sqlite3_column_int64(statement->handle, 0) == rowids[0];
}

/* The first row, alone: does the hook tell keys as SQLite itself does? */
static int step_probe(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                      const struct corm_request *request)
{
    int64_t rowids[SQLITE_ROWS];
    int rc = step_noting(dbc, statement, rowids);

    if (rc == SQLITE_DONE || rc == SQLITE_ROW) {
        statement->is_narrow = !is_told(dbc, statement, request, rowids);
    }
    return rc;
}

/* The keys that the hook was told, none of what ON CONFLICT IGNORE left out, are the rows. */
static int keep_keys(const struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                     const int64_t *keys)
{
    for (uint32_t i = 0; i < dbc->nrowids; i++) {
        if (!sqlite_keep_key(statement, keys[i])) {
            return SQLITE_NOMEM;
        }
    }
    return SQLITE_DONE;
}

static int step_wide(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                     const struct corm_request *request)
{
    int64_t keys[SQLITE_ROWS];
    int64_t *rowids =
        request->returns_key ? keys : statement->cursor.rowids + statement->set_idx;

    dbc->refuses_triggers = true; /* should the schema have changed */
    int rc = step_noting(dbc, statement->wide, rowids);
    dbc->refuses_triggers = false;
    if (rc == SQLITE_AUTH) {
        statement->is_narrow = true;
    }
    if (rc != SQLITE_DONE) {
        return rc;
    }
    if (request->returns_key && dbc->nrowids <= SQLITE_ROWS) {
        return keep_keys(dbc, statement, keys);
    }
    return dbc->nrowids == SQLITE_ROWS ? rc : SQLITE_INTERNAL;
}

/* One row, and the row that it returns. */
static int step_returning(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                          const struct corm_request *request)
{
    int rc = statement->set_idx == 0 ? step_probe(dbc, statement, request)
                                     : sqlite_step(dbc, statement);
    return rc == SQLITE_ROW ? sqlite_keep_last(dbc, statement) : rc;
}

int sqlite_step_rows(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                     const struct corm_request *request, uint32_t nrows)
{
    if (nrows > 1) {
        return wants_keys(request) ? step_wide(dbc, statement, request)
                                   : sqlite_step(dbc, statement->wide);
    }
    if (request->returns_key) {
        return step_returning(dbc, statement, request);
    }
    if (request->want_rowids && request->nsets >= SQLITE_SETS_MIN &&
        statement->set_idx == 0) {
        return step_probe(dbc, statement, request);
    }
    return sqlite_step(dbc, statement);
}
