/* SPDX-License-Identifier: MIT */
/*
 * Prepared statements on the server. What leaves our cache is closed there with the next
 * Parse outside a transaction, in a pipeline segment of its own: that a statement is gone
 * already (DISCARD ALL) must not fail anything else, least of all a transaction.
 */
#include "base/alloc.h"
#include "base/counter.h"
#include "dialects/postgres/driver_int.h"

#include <stdio.h>
#include <string.h>

enum { DEALLOCATE_MAX = 64 /* bytes of the statement that closes one */ };

struct pg_shape *pg_shape_adopt(PGresult *source)
{
    uint32_t ncolumns = (uint32_t)PQnfields(source);
    struct pg_shape *shape = corm_alloc_zero(1, sizeof(*shape));
    struct corm_column_info *columns =
        corm_alloc_zero(ncolumns, sizeof(*columns) + sizeof(*shape->forms));
    if (shape == NULL || columns == NULL) {
        corm_free(shape);
        corm_free(columns);
        return NULL;
    }
    shape->forms = (uint8_t *)(columns + ncolumns);
    shape->is_binary = ncolumns > 0;
    for (uint32_t i = 0; i < ncolumns; i++) {
        columns[i].name = PQfname(source, (int)i);
        columns[i].type_oid = PQftype(source, (int)i);
        columns[i].type = pg_untyped(columns[i].type_oid);
        shape->is_binary = shape->is_binary && pg_has_binary(columns[i].type_oid);
        shape->has_scratch = shape->has_scratch || pg_needs_room(columns[i].type_oid);
        shape->forms[i] = (uint8_t)pg_form_of(columns[i].type_oid);
    }
    shape->nrefs = 1;
    shape->ncolumns = ncolumns;
    shape->columns = columns;
    shape->source = source;
    return shape;
}

struct pg_shape *pg_shape_new(const PGresult *result)
{
    PGresult *source = PQcopyResult(result, PG_COPYRES_ATTRS);
    if (source == NULL) {
        return NULL;
    }
    corm_counter_inc(CORM_COUNTER_NATIVE_RESULT);
    struct pg_shape *shape = pg_shape_adopt(source);
    if (shape == NULL) {
        pg_result_free(source);
    }
    return shape;
}

void pg_shape_unref(struct pg_shape *shape)
{
    if (shape != NULL && --shape->nrefs == 0) {
        pg_result_free(shape->source);
        corm_free(shape->columns);
        corm_free(shape);
    }
}

/* Name on the server of the statement with this number. */
static void statement_name(const struct pg_dbc *dbc, uint32_t number,
                           char name[PG_NAME_MAX])
{
    snprintf(name, PG_NAME_MAX, "corm_%08x_%u", dbc->name_prefix, number);
}

struct pg_statement *pg_statement_new(struct pg_dbc *dbc)
{
    struct pg_statement *statement = corm_alloc_zero(1, sizeof(*statement));
    if (statement == NULL) {
        return NULL;
    }
    corm_counter_inc(CORM_COUNTER_STATEMENT);
    statement->number = ++dbc->nnames;
    statement_name(dbc, statement->number, statement->name);
    statement->prepared.is_used = true;
    return statement;
}

void pg_statement_done(struct pg_dbc *dbc, struct pg_statement **statement)
{
    if (*statement != NULL) {
        corm_prepared_done(&dbc->cache, &(*statement)->prepared);
        *statement = NULL;
    }
}

void pg_statement_drop(void *ctx, struct corm_prepared *prepared)
{
    struct pg_dbc *dbc = ctx;
    struct pg_statement *statement =
        CORM_CONTAINER(prepared, struct pg_statement, prepared);
    if (statement->is_on_server) {
        /* Without memory for its number it stays on the server until we disconnect. */
        (void)corm_vec_push(&dbc->dropped, statement->number);
    }
    pg_shape_unref(statement->shape);
    corm_free(statement->param_types);
    corm_free(statement->array_types);
    corm_free(statement);
    corm_counter_dec(CORM_COUNTER_STATEMENT);
}

bool pg_statement_send_deallocate(struct pg_dbc *dbc)
{
    corm_vec_foreach (&dbc->dropped, number) {
        char name[PG_NAME_MAX];
        char sql[DEALLOCATE_MAX];
        statement_name(dbc, *number, name);
        snprintf(sql, sizeof(sql), "DEALLOCATE %s", name);
        if (PQsendQueryParams(dbc->conn, sql, 0, NULL, NULL, NULL, NULL, 0) != 1) {
            return false;
        }
    }
    dbc->dropped.count = 0;
    dbc->job.nskipped = 1;
    return pg_pipeline_sync(dbc);
}

bool pg_statement_send_prepare(struct pg_dbc *dbc, struct pg_statement *statement,
                               const char *sql, const Oid *types, uint32_t ntypes)
{
    dbc->job.nskipped = 0;
    dbc->job.nreplies = 0;
    if (!pg_pipeline_begin(dbc) ||
        (dbc->dropped.count > 0 && !dbc->base.in_transaction &&
         !pg_statement_send_deallocate(dbc))) {
        return false;
    }
    statement->is_on_server = true;
    return PQsendPrepare(dbc->conn, statement->name, sql, (int)ntypes, types) == 1 &&
           PQsendDescribePrepared(dbc->conn, statement->name) == 1 &&
           pg_pipeline_sync(dbc);
}

static void statement_describe(struct pg_statement *statement, PGresult *result)
{
    uint32_t nparams = (uint32_t)PQnparams(result);
    Oid *types = corm_alloc_zero(nparams, sizeof(*types));
    struct pg_shape *shape = types == NULL ? NULL : pg_shape_adopt(result);
    if (shape == NULL) {
        corm_free(types);
        pg_result_free(result);
        return;
    }
    for (uint32_t i = 0; i < nparams; i++) {
        types[i] = PQparamtype(result, (int)i);
    }
    statement->nparams = nparams;
    statement->param_types = types;
    statement->shape = shape;
}

void pg_statement_take(struct pg_dbc *dbc, PGresult *result)
{
    struct pg_job *job = &dbc->job;
    ExecStatusType status = PQresultStatus(result);
    if (job->nskipped > 0) {
        job->nskipped -= status == PGRES_PIPELINE_SYNC;
    } else if (status == PGRES_COMMAND_OK && ++job->nreplies == 2) {
        statement_describe(job->statement, result);
        return;
    } else if (status == PGRES_FATAL_ERROR) {
        job->statement->is_on_server = job->nreplies > 0;
        pg_note_error(dbc, result);
    }
    pg_result_free(result);
}
