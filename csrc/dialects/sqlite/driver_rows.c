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
 */
#include "base/hash.h"
#include "base/strbuf.h"
#include "dialects/sqlite/driver_int.h"

enum {
    ROWS = 32, /* more gain nothing */
    SETS_MIN = 2 * ROWS /* below, preparing costs more than it saves */
};

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

/* ---- the text ---- */

static bool put_rows(const struct corm_request *request, struct corm_strbuf *out,
                     struct corm_error *err)
{
    const char *values = request->sql + request->values_pos;
    size_t end = request->values_pos + request->values_len;

    corm_strbuf_add(out, request->sql, request->values_pos);
    for (int i = 0; i < ROWS; i++) {
        corm_strbuf_puts(out, i > 0 ? ", " : "");
        corm_strbuf_add(out, values, request->values_len);
    }
    corm_strbuf_add(out, request->sql + end, request->sql_len - end);
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
        of_rows.key = corm_hash_mix(request->key, ROWS);
        of_rows.nparams = request->nparams * ROWS;
        of_rows.nsets = 1;
        dbc->refuses_triggers = request->want_rowids;
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
    bool is_probe = request->want_rowids && statement->set_idx == 0;

    return request->values_len > 0 && request->nsets >= SETS_MIN &&
           request->nsets - statement->set_idx >= ROWS && !statement->is_narrow &&
           !is_probe && request->nparams <= (uint32_t)dbc->base.info.max_params / ROWS;
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
    return statement->is_narrow ? 1 : ROWS;
}

/* ---- running ---- */

static void note_rowid(void *ctx, int action, const char *schema, const char *table,
                       sqlite3_int64 rowid)
{
    struct sqlite_dbc *dbc = ctx;

    (void)schema;
    (void)table;
    if (action == SQLITE_INSERT && dbc->nrowids++ < ROWS) {
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

/* The first row, alone: are rowids told as SQLite's own function tells them? */
static int step_probe(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    int64_t rowids[ROWS];
    int rc = step_noting(dbc, statement, rowids);

    if (rc == SQLITE_DONE) {
        statement->is_narrow =
            dbc->nrowids != 1 || rowids[0] != sqlite3_last_insert_rowid(dbc->db);
    }
    return rc;
}

static int step_wide(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    int rc;

    dbc->refuses_triggers = true; /* should the schema have changed */
    rc = step_noting(dbc, statement->wide,
                     statement->cursor.rowids + statement->set_idx);
    dbc->refuses_triggers = false;
    if (rc == SQLITE_AUTH) {
        statement->is_narrow = true;
    }
    return rc == SQLITE_DONE && dbc->nrowids != ROWS ? SQLITE_INTERNAL : rc;
}

int sqlite_step_rows(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                     const struct corm_request *request, uint32_t nrows)
{
    if (nrows > 1) {
        return request->want_rowids ? step_wide(dbc, statement)
                                    : sqlite_step(dbc, statement->wide);
    }
    if (request->want_rowids && request->nsets >= SETS_MIN && statement->set_idx == 0) {
        return step_probe(dbc, statement);
    }
    return sqlite_step(dbc, statement);
}
