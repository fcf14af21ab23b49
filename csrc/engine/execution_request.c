/* SPDX-License-Identifier: MIT */
/*
 * What is sent next: which parameter sets, as how many rows or calls, with which text.
 */
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "engine/execution.h"
#include "sql/dialect.h"
#include "sql/expand.h"

enum {
    ARRAYS_MIN =
        8, /* rows; fewer of them are a statement of their own for each number */
    KEY_OF_ARRAYS = 0x61727261 /* no number of rows */
};

uint32_t corm_connection_rows_at_once(const struct corm_connection *connection,
                                      const struct corm_compiled *compiled,
                                      uint32_t rows_max, uint32_t left)
{
    const struct corm_driver_info *info = &connection->dbc->info;
    uint32_t rows = rows_max;

    if (compiled->values_len == 0 || compiled->has_expanding || !info->has_many_rows ||
        (compiled->keeps_order && compiled->sentinel.kind == CORM_SENTINEL_NONE)) {
        return 1;
    }
    if (compiled->nslots > 0 && (uint32_t)info->max_params / compiled->nslots < rows) {
        rows = (uint32_t)info->max_params / compiled->nslots;
    }
    if (rows == 0) {
        rows = 1;
    }
    return left < rows ? left : rows;
}

/* True if the set sends NULL for what its row would be known by. */
static bool is_unknown(const struct corm_execution *execution, uint32_t set_idx)
{
    const struct corm_sentinel *sentinel = &execution->compiled->sentinel;
    const struct corm_value *values =
        execution->values + (size_t)set_idx * execution->nslots;
    for (uint32_t i = 0; i < sentinel->ncolumns; i++) {
        if (values[sentinel->columns[i].slot].tag <= CORM_TAG_NULL) {
            return true;
        }
    }
    return false;
}

/* The database may make a key in place of a NULL: such a row goes alone. */
static uint32_t rows_known(const struct corm_execution *execution, uint32_t rows)
{
    uint32_t known = 0;
    if (execution->compiled->sentinel.kind != CORM_SENTINEL_MATCHED) {
        return rows;
    }
    while (known < rows && !is_unknown(execution, execution->next_set + known)) {
        known++;
    }
    return known == 0 ? 1 : known;
}

static uint32_t rows_at_once(const struct corm_execution *execution)
{
    uint32_t left = execution->nsets - execution->next_set;
    return rows_known(execution, corm_connection_rows_at_once(
                                     execution->connection, execution->compiled,
                                     execution->rows_max, left));
}

static void set_request(struct corm_execution *execution, const char *sql,
                        size_t sql_len, uint64_t key)
{
    execution->work->request.sql = sql;
    execution->work->request.sql_len = sql_len;
    execution->work->request.key = key;
    execution->work->request.values_len = 0;
    execution->work->request.returns_key = false;
    execution->work->request.arrays = NULL;
}

static void set_params(struct corm_execution *execution,
                       const struct corm_value *params, uint32_t nparams,
                       uint32_t nsets)
{
    execution->work->request.params = params;
    execution->work->request.nparams = nparams;
    execution->work->request.nsets = nsets;
}

static size_t put_list(const struct corm_value *value, struct corm_value *to)
{
    const struct corm_bind_list *list = value->as.p;
    size_t count = (size_t)list->count * list->width;
    if (count > 0) {
        memcpy(to, list->items, count * sizeof *to);
    }
    return count;
}

/* Lists of IN and literals: the text is made for one set of values. */
static enum corm_rc render_expanded(struct corm_execution *execution,
                                    const struct corm_value *values,
                                    struct corm_error *err)
{
    const struct corm_compiled *compiled = execution->compiled;
    size_t nparams = corm_compiled_param_count(compiled, values);
    struct corm_value *params =
        corm_arena_alloc(&execution->work->arena, (nparams + 1) * sizeof *params);
    size_t n = 0;

    if (params == NULL) {
        return corm_fail_memory(err);
    }
    corm_strbuf_truncate(&execution->work->text, 0);
    enum corm_rc rc =
        corm_compiled_render(compiled, values, &execution->work->text, err);
    if (rc != CORM_OK) {
        return rc;
    }
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        if (compiled->slots[i].is_literal_execute) {
            continue;
        }
        if (compiled->slots[i].is_expanding) {
            n += put_list(&values[i], params + n);
        } else {
            params[n++] = values[i];
        }
    }
    PRE(n == nparams);
    set_request(
        execution, execution->work->text.data, execution->work->text.len,
        corm_hash_mix(compiled->key, corm_hash_bytes(execution->work->text.data,
                                                     execution->work->text.len)));
    set_params(execution, params, (uint32_t)nparams, 1);
    return CORM_OK;
}

/* Write the text of the rows as VALUES into the request. */
static enum corm_rc write_values(struct corm_execution *execution, uint32_t nrows,
                                 struct corm_error *err)
{
    struct corm_strbuf *text = &execution->work->text;
    corm_strbuf_truncate(text, 0);
    enum corm_rc rc = corm_compiled_render_rows(execution->compiled, nrows, text, err);
    if (rc == CORM_OK) {
        execution->work->request.sql = text->data;
        execution->work->request.sql_len = text->len;
    }
    return rc;
}

/* The driver wants it after all. */
static enum corm_rc write_request(void *ctx, struct corm_error *err)
{
    struct corm_execution *execution = ctx;
    return write_values(execution, execution->work->request.arrays->nrows, err);
}

/* Note how the rows look as arrays, whose text is kept for that. */
static enum corm_rc keep_arrays(struct corm_execution *execution,
                                const struct corm_strbuf *text, uint32_t nrows,
                                struct corm_error *err)
{
    const struct corm_compiled *compiled = execution->compiled;
    struct corm_row_arrays *arrays =
        corm_arena_alloc(&execution->work->arena, sizeof *arrays);
    const char *sql =
        corm_arena_strndup(&execution->work->arena, text->data, text->len);
    if (arrays == NULL || sql == NULL) {
        return corm_fail_memory(err);
    }
    *arrays = (struct corm_row_arrays){ .sql = sql, .sql_len = text->len };
    arrays->key = corm_hash_mix(compiled->key, KEY_OF_ARRAYS);
    arrays->row_sql = compiled->sql;
    arrays->row_sql_len = compiled->sql_len;
    arrays->row_key = compiled->key;
    arrays->nrows = nrows;
    arrays->write_values = write_request;
    arrays->ctx = execution;
    execution->work->request.arrays = arrays;
    return CORM_OK;
}

/*
 * The rows as arrays, where the database has them. Their text serves any number of rows, so
 * that flushes of ever other sizes are one prepared statement.
 */
static enum corm_rc render_arrays(struct corm_execution *execution, uint32_t nrows,
                                  struct corm_error *err)
{
    struct corm_strbuf text;
    if (nrows < ARRAYS_MIN || execution->nslots == 0 ||
        !execution->connection->dbc->info.has_arrays) {
        return CORM_OK;
    }
    corm_strbuf_init(&text);
    enum corm_rc rc = corm_compiled_render_arrays(execution->compiled, &text, err);
    if (rc == CORM_OK && text.len > 0) {
        rc = keep_arrays(execution, &text, nrows, err);
    }
    corm_strbuf_release(&text);
    return rc;
}

/*
 * Many sets as rows of one VALUES. The text of the last statement may serve again; where
 * arrays will be sent, it is written only for those who look.
 */
static enum corm_rc render_rows(struct corm_execution *execution,
                                const struct corm_value *values, uint32_t nrows,
                                struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;
    uint64_t key = corm_hash_mix(execution->compiled->key, nrows);
    bool is_same = execution->work->request.key == key;
    set_params(execution, values, execution->nslots * nrows, 1);
    if (!is_same) {
        set_request(execution, NULL, 0, key);
        rc = render_arrays(execution, nrows, err);
    }
    bool is_wanted = execution->is_stepwise || execution->work->request.arrays == NULL;
    if (rc == CORM_OK && is_wanted && execution->work->request.sql == NULL) {
        rc = write_values(execution, nrows, err);
    }
    return rc;
}

/*
 * COPY reads text and knows no parameters, so nobody tells it that bytes are bytes: in a
 * column of text they would silently become their hexadecimal form.
 */
static bool has_text_forms(const struct corm_compiled *compiled)
{
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        uint8_t kind = compiled->slots[i].type->kind;
        if (kind == CORM_TYPE_BINARY || kind == CORM_TYPE_NULL) {
            return false;
        }
    }
    return true;
}

bool corm_execution_is_copy(const struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    return execution->connection->dbc->info.has_copy && !execution->refuses_copy &&
           execution->rows_max == CORM_ENGINE_ROWS_MAX && /* who sets pages gets them */
           compiled != NULL && compiled->target_len > 0 && execution->next_set == 0 &&
           rows_at_once(execution) < execution->nsets && has_text_forms(compiled);
}

/* COPY t (a, b) FROM STDIN, with all sets as its rows. */
static enum corm_rc render_copy(struct corm_execution *execution,
                                struct corm_error *err)
{
    const struct corm_compiled *compiled = execution->compiled;
    struct corm_strbuf *text = &execution->work->text;
    corm_strbuf_truncate(text, 0);
    corm_strbuf_puts(text, "COPY ");
    corm_strbuf_add(text, compiled->sql + compiled->target_pos, compiled->target_len);
    corm_strbuf_puts(text, " FROM STDIN");
    set_request(execution, text->data, text->len, 0);
    set_params(execution, execution->values, execution->nslots, execution->nsets);
    execution->work->request.is_copy = true;
    return corm_strbuf_check(text, err);
}

bool corm_execution_is_bulk(const struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    const struct corm_driver_info *info = &execution->connection->dbc->info;
    return execution->nsets > 1 && compiled != NULL && compiled->values_len > 0 &&
           !corm_execution_is_copy(execution) && !compiled->has_returning &&
           !compiled->has_expanding && info->has_many_rows && !info->has_rowid;
}

/* True if the driver may insert the rows its own way, as it knows their keys. */
static bool is_keyed(const struct corm_execution *execution)
{
    uint32_t min = execution->connection->dbc->info.keyed_sets_min;
    return execution->compiled->returns_key && min > 0 && execution->nsets >= min &&
           execution->rows_max == CORM_ENGINE_ROWS_MAX && /* who sets pages gets them */
           !execution->is_stepwise;
}

/* True if each set has to be a statement, or a row, of its own. */
static bool is_split(const struct corm_execution *execution)
{
    const struct corm_compiled *compiled = execution->compiled;
    return execution->nsets > 1 && compiled != NULL && !is_keyed(execution) &&
           (compiled->has_returning || compiled->has_expanding ||
            corm_execution_is_bulk(execution));
}

static enum corm_rc render(struct corm_execution *execution, uint32_t nsets,
                           struct corm_error *err)
{
    const struct corm_compiled *compiled = execution->compiled;
    const struct corm_value *values =
        corm_execution_values(execution, execution->next_set);

    if (execution->has_own_text) {
        /* Without parameters it is likely to be DDL, or unlikely to come again. */
        uint64_t key = execution->nslots == 0
                           ? 0
                           : corm_hash_bytes(execution->work->text.data,
                                             execution->work->text.len);
        set_request(execution, execution->work->text.data, execution->work->text.len,
                    key);
    } else if (compiled->has_expanding) {
        return render_expanded(execution, values, err);
    } else if (nsets > 1 && is_split(execution)) {
        return render_rows(execution, values, nsets, err);
    } else {
        set_request(execution, compiled->sql, compiled->sql_len, compiled->key);
        execution->work->request.values_pos = compiled->values_pos;
        execution->work->request.values_len = compiled->values_len;
        execution->work->request.returns_key = nsets > 1 && compiled->returns_key;
    }
    set_params(execution, values, execution->nslots, nsets);
    return CORM_OK;
}

/* True if rows of several sets will come back, which are to be as the sets are. */
static bool has_to_order(const struct corm_execution *execution, uint32_t nsets)
{
    const struct corm_compiled *compiled = execution->compiled;
    return nsets > 1 && compiled != NULL && !execution->work->request.returns_key &&
           compiled->sentinel.kind != CORM_SENTINEL_NONE;
}

enum corm_rc corm_execution_make_request(struct corm_execution *execution,
                                         struct corm_error *err)
{
    PRE(corm_execution_has_more(execution) && execution->connection != NULL);
    bool is_copy = corm_execution_is_copy(execution);
    uint32_t nsets = is_split(execution) ? rows_at_once(execution) : execution->nsets;
    enum corm_rc rc =
        is_copy ? render_copy(execution, err) : render(execution, nsets, err);
    if (rc == CORM_OK) {
        execution->first_set = execution->next_set;
        execution->next_set += nsets;
        execution->is_ready = true;
        execution->has_to_order = has_to_order(execution, nsets);
    }
    return rc;
}

enum corm_rc corm_execution_replace(struct corm_execution *execution, const char *sql,
                                    size_t sql_len, const struct corm_value *params,
                                    uint32_t nparams, uint32_t nsets,
                                    struct corm_error *err)
{
    size_t count = (size_t)nparams * nsets;
    struct corm_value *copy =
        corm_arena_alloc(&execution->work->arena, (count + 1) * sizeof *copy);
    if (copy == NULL) {
        return corm_fail_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        enum corm_rc rc = corm_type_bind(&corm_type_null, &params[i],
                                         &execution->work->arena, &copy[i], err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    char *text = corm_arena_strndup(&execution->work->arena, sql, sql_len);
    if (text == NULL) {
        return corm_fail_memory(err);
    }
    set_request(execution, text, sql_len, 0);
    execution->work->request.is_copy =
        execution->work->request.is_copy && strncasecmp(text, "COPY", 4) == 0;
    set_params(execution, copy, nparams, nsets);
    if (!execution->is_ready) {
        execution->next_set = execution->nsets; /* it stands for all of them */
        execution->is_ready = true;
    }
    return CORM_OK;
}
