/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/counter.h"
#include "dialects/sqlite/driver_int.h"
#include "sql/blank.h"

#include <string.h>
#include <strings.h>

/* True if nothing but blanks, comments and semicolons follows the first statement. */
static bool is_tail_empty(const char *tail)
{
    tail = corm_sql_skip_blank(tail);
    while (*tail == ';') {
        tail = corm_sql_skip_blank(tail + 1);
    }
    return *tail == '\0';
}

/*
 * True if the statement changes rows. Only then sqlite3_changes64() speaks of it, else of
 * the last one that did.
 */
static bool is_dml(sqlite3_stmt *handle, const char *sql)
{
    static const char *const WORDS[] = { "insert", "update", "delete", "replace",
                                         "with" };
    if (handle == NULL || sqlite3_stmt_readonly(handle)) {
        return false;
    }
    sql = corm_sql_skip_blank(sql);
    for (size_t i = 0; i < CORM_LENGTH(WORDS); i++) {
        if (strncasecmp(sql, WORDS[i], strlen(WORDS[i])) == 0) {
            return true;
        }
    }
    return false;
}

static enum corm_rc prepare_handle(struct sqlite_dbc *dbc,
                                   const struct corm_request *request,
                                   sqlite3_stmt **out, struct corm_error *err)
{
    const char *tail = NULL;
    unsigned flags = request->key != 0 ? SQLITE_PREPARE_PERSISTENT : 0;
    if (request->sql_len > INT32_MAX - 1) {
        return sqlite_fail(dbc, SQLITE_TOOBIG, err);
    }
    if (strlen(request->sql) != request->sql_len) {
        return corm_fail(err, CORM_E_PROGRAMMING, "the statement contains a NUL byte");
    }
    /* A length that includes the NUL spares SQLite a copy. */
    int rc = sqlite3_prepare_v3(dbc->db, request->sql, (int)request->sql_len + 1, flags,
                                out, &tail);
    if (rc != SQLITE_OK) {
        return sqlite_fail(dbc, rc, err);
    }
    if (!is_tail_empty(tail)) {
        sqlite3_finalize(*out);
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "only one statement can be executed at a time");
    }
    return CORM_OK;
}

static enum corm_rc statement_new(struct sqlite_dbc *dbc,
                                  const struct corm_request *request,
                                  struct sqlite_statement **out, struct corm_error *err)
{
    struct sqlite_statement *statement = corm_alloc_zero(1, sizeof(*statement));
    if (statement == NULL) {
        return corm_fail_memory(err);
    }
    enum corm_rc rc = prepare_handle(dbc, request, &statement->handle, err);
    if (rc != CORM_OK) {
        corm_free(statement);
        return rc;
    }
    corm_counter_inc(CORM_COUNTER_STATEMENT);
    statement->is_dml = is_dml(statement->handle, request->sql);
    statement->ncolumns = -1;
    statement->cursor.dbc = &dbc->base;
    corm_list_init(&statement->link);
    statement->prepared.is_used = true;
    corm_prepared_keep(&dbc->cache, &statement->prepared, request->key, request->sql,
                       request->sql_len);
    *out = statement;
    return CORM_OK;
}

static enum corm_rc check_params(const struct sqlite_statement *statement,
                                 const struct corm_request *request,
                                 struct corm_error *err)
{
    int wanted = sqlite3_bind_parameter_count(statement->handle);
    if ((uint32_t)wanted != request->nparams) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "the statement has %d parameters, but %u values were given",
                         wanted, request->nparams);
    }
    if (request->nsets > 1 && !request->returns_key &&
        sqlite3_column_count(statement->handle) > 0) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "a statement that returns rows takes one set of parameters");
    }
    return CORM_OK;
}

enum corm_rc sqlite_statement_acquire(struct sqlite_dbc *dbc,
                                      const struct corm_request *request,
                                      struct sqlite_statement **out,
                                      struct corm_error *err)
{
    struct sqlite_statement *statement = NULL;
    struct corm_prepared *prepared = corm_prepared_acquire(
        &dbc->cache, request->key, request->sql, request->sql_len);
    if (prepared != NULL) {
        statement = CORM_CONTAINER(prepared, struct sqlite_statement, prepared);
    } else {
        enum corm_rc rc = statement_new(dbc, request, &statement, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    enum corm_rc rc = check_params(statement, request, err);
    if (rc != CORM_OK) {
        sqlite_statement_done(dbc, statement);
        return rc;
    }
    sqlite_limit_set(statement, request->timeout_ms);
    *out = statement;
    return CORM_OK;
}

enum corm_rc sqlite_statement_describe(struct sqlite_statement *statement,
                                       struct corm_error *err)
{
    sqlite3_stmt *handle = statement->handle;
    int nprepares = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0);
    if (statement->ncolumns >= 0 && statement->nprepares == nprepares) {
        return CORM_OK;
    }
    int ncolumns = sqlite3_column_count(handle);
    struct corm_column_info *columns =
        corm_alloc_zero((size_t)ncolumns + 1, sizeof(*columns));
    if (columns == NULL) {
        return corm_fail_memory(err);
    }
    for (int i = 0; i < ncolumns; i++) {
        columns[i].name = sqlite3_column_name(handle, i);
        if (columns[i].name == NULL) {
            corm_free(columns);
            return corm_fail_memory(err);
        }
    }
    corm_free(statement->columns);
    statement->columns = columns;
    statement->ncolumns = ncolumns;
    statement->nprepares = nprepares;
    return CORM_OK;
}

void sqlite_statement_done(struct sqlite_dbc *dbc, struct sqlite_statement *statement)
{
    struct corm_cursor *cursor = &statement->cursor;
    if (statement->wide != NULL) {
        sqlite3_reset(statement->wide->handle);
        corm_prepared_done(&dbc->cache, &statement->wide->prepared);
        statement->wide = NULL;
    }
    sqlite3_reset(statement->handle);
    if (cursor->rowids != &statement->rowid) {
        corm_free(cursor->rowids);
    }
    cursor->rowids = NULL;
    cursor->is_open = false;
    corm_list_remove(&statement->link);
    if (CORM_UNLIKELY(statement->is_gathered)) {
        sqlite_gathered_release(statement);
    }
    statement->has_row = false;
    statement->is_narrow = false;
    statement->set_idx = 0;
    corm_prepared_done(&dbc->cache, &statement->prepared);
}

void sqlite_statement_drop(void *ctx, struct corm_prepared *prepared)
{
    struct sqlite_statement *statement =
        CORM_CONTAINER(prepared, struct sqlite_statement, prepared);
    (void)ctx;
    sqlite3_finalize(statement->handle);
    corm_free(statement->columns);
    corm_free(statement);
    corm_counter_dec(CORM_COUNTER_STATEMENT);
}
