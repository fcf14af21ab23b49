/* SPDX-License-Identifier: MIT */
/*
 * The step START: which prepared statement the job runs. Rows that can go as arrays have
 * one for any number of them; it is prepared with the types that the server infers for the
 * parameters of a single row, so that row's statement has to be known first:
 *
 *     ARRAYS, not prepared yet -> ONE -> ARRAYS, or VALUES if a type has no arrays we know
 *     ARRAYS, a value that no array can hold                 -> VALUES
 */
#include "base/alloc.h"
#include "dialects/postgres/driver_int.h"

#include <string.h>

enum {
    /*
     * libpq takes a message that describes parameters, four bytes each, for nonsense if
     * it is longer than 30,000 bytes, and gives the connection up.
     */
    DESCRIBED_MAX = (30000 - 6) / 4
};

/* ---- statements ---- */

/* What is to be prepared. */
struct text {
    const char *sql;
    size_t len;
    uint64_t key;
};

static struct text text_of(const struct corm_request *request, enum pg_rows form)
{
    const struct corm_row_arrays *arrays = request->arrays;
    switch (form) {
    case PG_ROWS_ARRAYS:
        return (struct text){ arrays->sql, arrays->sql_len, arrays->key };
    case PG_ROWS_ONE:
        return (struct text){ arrays->row_sql, arrays->row_sql_len, arrays->row_key };
    case PG_ROWS_VALUES:
        break;
    }
    return (struct text){ request->sql, request->sql_len, request->key };
}

/* The kept statement for rows of this form, now in use; NULL if there is none. */
static struct pg_statement *acquire(struct pg_dbc *dbc, enum pg_rows form)
{
    struct text text = text_of(dbc->job.request, form);
    struct corm_prepared *prepared =
        corm_prepared_acquire(&dbc->cache, text.key, text.sql, text.len);
    return prepared == NULL ? NULL
                            : CORM_CONTAINER(prepared, struct pg_statement, prepared);
}

static enum corm_rc check_statement(const struct pg_job *job, struct corm_error *err)
{
    const struct pg_statement *statement = job->statement;
    const struct corm_request *request = job->request;
    uint32_t nvalues = request->nparams;
    if (statement->shape == NULL) {
        return corm_fail_memory(err); /* its description arrived, but found no room */
    }
    if (job->form == PG_ROWS_ARRAYS) {
        nvalues /= request->arrays->nrows;
    }
    if (statement->nparams != nvalues) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "the statement has %u parameters, but %u values were given",
                         statement->nparams, nvalues);
    }
    if (request->nsets > 1 && statement->shape->ncolumns > 0) {
        return corm_fail(err, CORM_E_PROGRAMMING,
                         "a statement that returns rows takes one set of parameters");
    }
    return CORM_OK;
}

static enum corm_rc send_prepare(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    struct pg_statement *statement = pg_statement_new(dbc);
    bool is_arrays = job->form == PG_ROWS_ARRAYS;
    if (statement == NULL) {
        return corm_fail_memory(err);
    }
    job->statement = statement;
    job->is_fresh = true;
    if (!pg_statement_send_prepare(dbc, statement, text_of(job->request, job->form).sql,
                                   is_arrays ? job->row->array_types : NULL,
                                   is_arrays ? job->row->nparams : 0)) {
        return pg_fail_conn(dbc, err);
    }
    dbc->step = PG_STEP_PREPARE;
    return CORM_OK;
}

/* ---- the form of rows ---- */

/* The types of arrays for the statement's parameters. False: one of them is not known. */
static bool find_array_types(struct pg_statement *statement)
{
    if (statement->array_types != NULL) {
        return true;
    }
    Oid *types = corm_alloc_zero(statement->nparams, sizeof *types);
    bool is_known = types != NULL;
    for (uint32_t i = 0; is_known && i < statement->nparams; i++) {
        types[i] = pg_array_of(statement->param_types[i]);
        is_known = types[i] != 0;
    }
    if (!is_known) {
        corm_free(types);
        return false;
    }
    statement->array_types = types;
    return true;
}

/* The rows go as VALUES. */
static enum corm_rc take_values(struct pg_job *job, struct corm_error *err)
{
    const struct corm_request *request = job->request;
    job->form = PG_ROWS_VALUES;
    return request->sql == NULL
               ? request->arrays->write_values(request->arrays->ctx, err)
               : CORM_OK;
}

/* The statement of one row is known; it tells whether its values can go as arrays. */
static enum corm_rc take_row(struct pg_job *job, struct corm_error *err)
{
    job->row = job->statement;
    job->statement = NULL;
    job->form = PG_ROWS_ARRAYS;
    if (job->row->shape == NULL) {
        return corm_fail_memory(err);
    }
    return find_array_types(job->row) ? CORM_OK : take_values(job, err);
}

/* ---- finding it ---- */

/* What has more parameters than libpq lets the server describe goes as it is. */
static bool can_be_prepared(const struct pg_job *job)
{
    return job->form != PG_ROWS_VALUES || job->request->nparams <= DESCRIBED_MAX;
}

/* Find the job's statement, or send what prepares it: then the step is PREPARE. */
static enum corm_rc find_statement(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    enum corm_rc rc = CORM_OK;
    while (rc == CORM_OK) {
        if (job->statement == NULL) {
            job->statement = acquire(dbc, job->form);
        }
        if (job->statement != NULL && job->form == PG_ROWS_ONE) {
            rc = take_row(job, err);
        } else if (job->statement != NULL) {
            return check_statement(job, err);
        } else if (job->form == PG_ROWS_ARRAYS && job->row == NULL) {
            job->form = PG_ROWS_ONE;
        } else {
            return can_be_prepared(job) ? send_prepare(dbc, err) : CORM_OK;
        }
    }
    return rc;
}

/* Rows that do not fit into arrays go as the request says. */
static enum corm_rc fit_arrays(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    const struct corm_request *request = job->request;
    bool is_fit;
    enum corm_rc rc = pg_encode_arrays(&dbc->encoder, request->params,
                                       request->arrays->nrows, job->statement->nparams,
                                       job->statement->param_types, &is_fit, err);
    if (rc != CORM_OK || is_fit) {
        return rc;
    }
    pg_statement_done(dbc, &job->statement);
    rc = take_values(job, err);
    return rc == CORM_OK ? find_statement(dbc, err) : rc;
}

/* Arrays take two statements that are kept. */
static void choose_form(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    bool is_new = job->statement == NULL && job->row == NULL && !job->has_retried;
    if (is_new && job->request->arrays != NULL && dbc->cache.capacity > 0) {
        job->form = PG_ROWS_ARRAYS;
    }
}

enum corm_rc pg_statement_find(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    bool is_one_shot = job->request->key == 0 || dbc->cache.capacity == 0;
    enum corm_rc rc = CORM_OK;
    choose_form(dbc);
    if (job->form == PG_ROWS_VALUES) {
        rc = take_values(job, err);
    }
    if (rc == CORM_OK && !is_one_shot) {
        rc = find_statement(dbc, err);
    }
    if (rc == CORM_OK && job->form == PG_ROWS_ARRAYS && dbc->step != PG_STEP_PREPARE) {
        rc = fit_arrays(dbc, err);
    }
    return rc;
}

enum corm_io pg_statement_prepared(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_job *job = &dbc->job;
    enum corm_io io = pg_collect(dbc, pg_statement_take, err);
    if (io != CORM_IO_DONE) {
        return io;
    }
    if (job->has_error) {
        pg_statement_forget(dbc);
        return pg_job_fail(dbc, err);
    }
    if (job->statement->shape != NULL) {
        struct text text = text_of(job->request, job->form);
        corm_prepared_keep(&dbc->cache, &job->statement->prepared, text.key, text.sql,
                           text.len);
    }
    dbc->step = PG_STEP_START;
    return CORM_IO_DONE;
}

/* Classes of errors about what the statement names, and about values of its types. */
static bool is_outdated(const struct pg_job *job)
{
    const char *sqlstate = job->error.sqlstate;
    return job->has_error && (job->is_stale || strncmp(sqlstate, "42", 2) == 0 ||
                              strncmp(sqlstate, "22", 2) == 0);
}

bool pg_statement_forget(struct pg_dbc *dbc)
{
    struct pg_job *job = &dbc->job;
    if (!is_outdated(job)) {
        return false;
    }
    if (job->form == PG_ROWS_ARRAYS && job->row == NULL) {
        job->row = acquire(dbc, PG_ROWS_ONE); /* the arrays' types are those of a row */
    }
    if (job->row != NULL) {
        corm_prepared_forget(&dbc->cache, &job->row->prepared);
    }
    if (job->statement != NULL) {
        corm_prepared_forget(&dbc->cache, &job->statement->prepared);
    }
    return true;
}
