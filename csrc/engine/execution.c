/* SPDX-License-Identifier: MIT */
#include "engine/execution.h"

#include <string.h>

#include "base/alloc.h"
#include "base/counter.h"
#include "base/row.h"

/* ---- the workspace ---- */

static struct corm_workspace *take_workspace(struct corm_connection *connection)
{
    struct corm_workspace *work = connection->spare;
    if (CORM_LIKELY(work != NULL)) {
        connection->spare = NULL;
        return work;
    }
    work = corm_alloc(sizeof *work);
    if (work != NULL) {
        work->request = (struct corm_request){ 0 };
        work->arena = (struct corm_arena){ 0 };
        corm_strbuf_init(&work->text);
    }
    return work;
}

static void empty_workspace(struct corm_workspace *work)
{
    corm_strbuf_release(&work->text);
    corm_arena_release(&work->arena);
}

void corm_workspace_free(struct corm_workspace *work)
{
    if (work != NULL) {
        empty_workspace(work);
        corm_free(work);
    }
}

/* connection: which may keep the workspace; NULL: it is gone. */
static void give_workspace_back(struct corm_execution *execution,
                                struct corm_connection *connection)
{
    struct corm_workspace *work = execution->work;
    execution->work = NULL;
    execution->values = NULL;
    execution->nslots = 0;
    execution->cells = NULL;
    execution->ahead = NULL;
    if (work == NULL || connection == NULL || connection->spare != NULL) {
        corm_workspace_free(work);
        return;
    }
    empty_workspace(work);
    work->request = (struct corm_request){ 0 };
    connection->spare = work;
}

/* True if nobody will ask for the parameters, nor read another row. */
static bool is_ended_query(const struct corm_execution *execution)
{
    return execution->is_over && execution->compiled != NULL &&
           execution->compiled->kind == CORM_STATEMENT_SELECT;
}

enum corm_rc corm_execution_init(struct corm_execution *execution,
                                 struct corm_connection *connection,
                                 struct corm_error *err)
{
    execution->work = take_workspace(connection);
    if (execution->work == NULL) {
        return corm_fail_memory(err);
    }
    execution->connection = connection;
    execution->rowcount = -1;
    execution->rows_max = connection->engine->rows_max;
    corm_list_push_back(&connection->executions, &execution->link);
    corm_counter_inc(CORM_COUNTER_RESULT);
    return CORM_OK;
}

/* ---- parameters ---- */

static enum corm_rc make_room(struct corm_execution *execution, uint32_t nslots,
                              uint32_t nsets, struct corm_error *err)
{
    size_t count = (size_t)nslots * nsets;
    execution->values = execution->work->few_values;
    if (count > CORM_EXECUTION_FEW) {
        execution->values =
            corm_arena_zero(&execution->work->arena, count, sizeof *execution->values);
        if (execution->values == NULL) {
            return corm_fail_memory(err);
        }
    } else {
        memset(execution->values, 0, count * sizeof *execution->values);
    }
    execution->nslots = nslots;
    execution->nsets = nsets;
    return CORM_OK;
}

enum corm_rc corm_execution_prepare(struct corm_execution *execution,
                                    struct corm_compiled *compiled, uint32_t nsets,
                                    struct corm_error *err)
{
    PRE(execution->compiled == NULL && nsets > 0);
    execution->compiled = corm_compiled_ref(compiled);
    execution->was_cached = compiled->was_used;
    compiled->was_used = true;
    return make_room(execution, compiled->nslots, nsets, err);
}

enum corm_rc corm_execution_prepare_text(struct corm_execution *execution,
                                         const char *sql, size_t sql_len,
                                         uint32_t nparams, uint32_t nsets,
                                         struct corm_error *err)
{
    PRE(nsets > 0);
    corm_strbuf_truncate(&execution->work->text, 0);
    corm_strbuf_add(&execution->work->text, sql, sql_len);
    execution->has_own_text = true;
    enum corm_rc rc = corm_strbuf_check(&execution->work->text, err);
    return rc == CORM_OK ? make_room(execution, nparams, nsets, err) : rc;
}

static enum corm_rc fail_missing(const struct corm_execution *execution, uint32_t slot,
                                 struct corm_error *err)
{
    if (execution->compiled == NULL) {
        return corm_fail(err, CORM_E_INVALID_REQUEST,
                         "a value is required for parameter %u", (unsigned)slot + 1);
    }
    return corm_fail(err, CORM_E_INVALID_REQUEST,
                     "a value is required for bind parameter '%s'",
                     execution->compiled->slots[slot].name);
}

static enum corm_rc bind_one(struct corm_execution *execution,
                             const struct corm_type *type, struct corm_value *value,
                             struct corm_error *err)
{
    struct corm_value bound;
    enum corm_rc rc = corm_type_bind(type, value, &execution->work->arena, &bound, err);
    if (rc == CORM_OK) {
        *value = bound;
    }
    return rc;
}

/* The list belongs to the statement, so the bound items go to one of our own. */
static enum corm_rc bind_list(struct corm_execution *execution,
                              const struct corm_type *type, struct corm_value *value,
                              struct corm_error *err)
{
    const struct corm_bind_list *list = value->as.p;
    size_t count = (size_t)list->count * list->width;
    struct corm_bind_list *copy =
        corm_arena_alloc(&execution->work->arena, sizeof *copy);
    struct corm_value *items =
        corm_arena_alloc(&execution->work->arena, count * sizeof *items + 1);
    if (copy == NULL || items == NULL) {
        return corm_fail_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = list->items[i];
        enum corm_rc rc = bind_one(execution, type, &items[i], err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    *copy = *list;
    copy->items = items;
    value->as.p = copy;
    return CORM_OK;
}

/* The value of a slot that nobody has to fill; false if it is not such a one. */
static bool fill_slot(const struct corm_bind_slot *slot, uint32_t set_idx,
                      struct corm_value *value)
{
    if (slot->source == CORM_SOURCE_ROW_NUMBER) {
        *value = corm_value_int((int64_t)set_idx + 1);
    } else if (slot->source == CORM_SOURCE_CONSTANT) {
        *value = slot->constant;
    }
    return corm_bind_slot_is_filled(slot);
}

static enum corm_rc bind_slot(struct corm_execution *execution, uint32_t set_idx,
                              uint32_t at, struct corm_value *value,
                              struct corm_error *err)
{
    const struct corm_bind_slot *slot;
    enum corm_rc rc;

    if (execution->compiled == NULL) {
        return value->tag == CORM_TAG_UNSET
                   ? fail_missing(execution, at, err)
                   : bind_one(execution, &corm_type_null, value, err);
    }
    slot = &execution->compiled->slots[at];
    if (value->tag == CORM_TAG_UNSET && !fill_slot(slot, set_idx, value)) {
        return fail_missing(execution, at, err);
    }
    if (slot->is_expanding && value->tag == CORM_TAG_OBJECT) {
        rc = bind_list(execution, slot->type, value, err);
    } else {
        rc = bind_one(execution, slot->type, value, err);
    }
    if (rc != CORM_OK) {
        corm_error_prefix(err, "parameter '%s'", slot->name);
    }
    return rc;
}

static enum corm_rc bind_set(struct corm_execution *execution, uint32_t set_idx,
                             struct corm_error *err)
{
    struct corm_value *values = corm_execution_values(execution, set_idx);
    for (uint32_t i = 0; i < execution->nslots; i++) {
        enum corm_rc rc = bind_slot(execution, set_idx, i, &values[i], err);
        if (CORM_UNLIKELY(rc != CORM_OK)) {
            return rc;
        }
    }
    return CORM_OK;
}

enum corm_rc corm_execution_bind(struct corm_execution *execution,
                                 struct corm_error *err)
{
    for (uint32_t set = 0; set < execution->nsets; set++) {
        enum corm_rc rc = bind_set(execution, set, err);
        if (CORM_UNLIKELY(rc != CORM_OK)) {
            if (execution->nsets > 1) {
                corm_error_prefix(err, "parameter set %u", (unsigned)set + 1);
            }
            return rc;
        }
    }
    return CORM_OK;
}

/* ---- running ---- */

int64_t corm_execution_rowcount(const struct corm_execution *execution)
{
    if (execution->cursor == NULL || execution->cursor->rowcount < 0) {
        return execution->rowcount;
    }
    return (execution->rowcount < 0 ? 0 : execution->rowcount) +
           execution->cursor->rowcount;
}

static enum corm_rc take_rowids(struct corm_execution *execution,
                                struct corm_error *err)
{
    uint32_t nsets = execution->work->request.nsets;
    const int64_t *rowids = execution->cursor->rowids;
    execution->rowid = rowids[0];
    execution->rowids = &execution->rowid;
    if (nsets > 1) {
        int64_t *copy = corm_arena_alloc(&execution->work->arena, nsets * sizeof *copy);
        if (copy == NULL) {
            return corm_fail_memory(err);
        }
        memcpy(copy, rowids, nsets * sizeof *copy);
        execution->rowids = copy;
    }
    return CORM_OK;
}

static enum corm_rc make_cells(struct corm_execution *execution, struct corm_error *err)
{
    uint32_t ncells = execution->cursor->ncols;
    uint32_t nhidden =
        execution->compiled == NULL ? 0 : execution->compiled->sentinel.nhidden;
    execution->nhidden = nhidden < ncells ? nhidden : 0; /* a listener's own SQL */
    execution->ncols = ncells - execution->nhidden;
    execution->cells = execution->work->few_cells;
    if (ncells > CORM_EXECUTION_FEW) {
        execution->cells =
            corm_arena_zero(&execution->work->arena, ncells, sizeof *execution->cells);
    }
    return execution->cells == NULL ? corm_fail_memory(err) : CORM_OK;
}

static void drop_cursor(struct corm_execution *execution)
{
    if (execution->cursor != NULL) {
        execution->connection->dbc->ops->cursor_close(execution->cursor);
        execution->cursor = NULL;
    }
}

/* What the statement brought is taken. */
static void finish_cursor(struct corm_execution *execution)
{
    execution->rowcount = corm_execution_rowcount(execution);
    drop_cursor(execution);
    if (!corm_execution_has_more(execution)) {
        corm_execution_finish(execution);
    }
}

static enum corm_rc take_cursor(struct corm_execution *execution,
                                struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;
    if (execution->cursor->rowids != NULL) {
        rc = take_rowids(execution, err);
    }
    if (rc == CORM_OK && execution->cursor->ncols == 0) {
        finish_cursor(execution);
    } else if (rc == CORM_OK && execution->cells == NULL) {
        rc = make_cells(execution, err);
    }
    return rc;
}

static enum corm_io run_statement(struct corm_execution *execution,
                                  struct corm_error *err)
{
    struct corm_connection *connection = execution->connection;
    if (connection == NULL) {
        corm_fail(err, CORM_E_RESOURCE_CLOSED, "this connection is closed");
        return CORM_IO_ERROR;
    }
    if (corm_connection_enter(connection, execution, err) != CORM_OK ||
        (!execution->is_ready &&
         corm_execution_make_request(execution, err) != CORM_OK)) {
        corm_execution_close(execution);
        return CORM_IO_ERROR;
    }
    enum corm_io io = corm_connection_leave(
        connection, execution,
        connection->dbc->ops->execute(connection->dbc, &execution->work->request,
                                      &execution->cursor, err));
    if (CORM_UNLIKELY(io == CORM_IO_WAIT)) {
        return io;
    }
    execution->is_ready = false;
    if (io == CORM_IO_ERROR || take_cursor(execution, err) != CORM_OK) {
        corm_execution_close(execution);
        return CORM_IO_ERROR;
    }
    return io;
}

/* Statements without rows follow each other; rows are for fetch(). */
enum corm_io corm_execution_run(struct corm_execution *execution,
                                struct corm_error *err)
{
    enum corm_io io;
    do {
        io = run_statement(execution, err);
    } while (io == CORM_IO_DONE && !execution->is_stepwise && !execution->is_over &&
             execution->cursor == NULL);
    return io;
}

static enum corm_io fetch_cursor(struct corm_execution *execution,
                                 struct corm_error *err)
{
    struct corm_connection *connection = execution->connection;
    if (corm_connection_enter(connection, execution, err) != CORM_OK) {
        return CORM_IO_ERROR;
    }
    enum corm_io io =
        connection->dbc->ops->fetch(execution->cursor, execution->cells, err);
    return corm_connection_leave(connection, execution, io);
}

/* The rows of one statement have ended: DONE, or go on to the next. */
static enum corm_io fetch_more(struct corm_execution *execution, struct corm_error *err)
{
    if (execution->cursor != NULL) {
        finish_cursor(execution);
    }
    if (execution->is_over || execution->is_stepwise) {
        return CORM_IO_DONE;
    }
    return corm_execution_run(execution, err);
}

static enum corm_io fetch_ahead(struct corm_execution *execution)
{
    memcpy(execution->cells, execution->ahead->cells,
           execution->ncols * sizeof *execution->cells);
    execution->ahead = execution->ahead->next;
    return CORM_IO_ROW;
}

/* The next row, in the order of the sets if that is asked for. */
static enum corm_io fetch_row(struct corm_execution *execution, struct corm_error *err)
{
    if (CORM_LIKELY(!execution->has_to_order)) {
        return fetch_cursor(execution, err);
    }
    enum corm_io io = corm_execution_read_ahead(execution, err);
    return io == CORM_IO_DONE && execution->ahead != NULL ? fetch_ahead(execution) : io;
}

enum corm_io corm_execution_fetch(struct corm_execution *execution,
                                  struct corm_error *err)
{
    enum corm_io io;
    if (CORM_UNLIKELY(execution->ahead != NULL && !execution->has_to_order)) {
        return fetch_ahead(execution);
    }
    do {
        io = CORM_IO_DONE;
        if (CORM_LIKELY(execution->cursor != NULL)) {
            io = fetch_row(execution, err);
        }
        if (io == CORM_IO_DONE) {
            io = fetch_more(execution, err);
        }
    } while (io == CORM_IO_DONE && !execution->is_over && execution->cursor != NULL);
    if (io == CORM_IO_ERROR) {
        corm_execution_close(execution);
    }
    return io;
}

static struct corm_ahead *keep_cells(struct corm_execution *execution)
{
    uint32_t n = execution->ncols + execution->nhidden;
    struct corm_ahead *row = corm_arena_alloc(
        &execution->work->arena,
        sizeof *row + n * sizeof *row->cells + corm_cells_bytes(execution->cells, n));
    if (row != NULL) {
        row->next = NULL;
        corm_cells_pack(row->cells, (char *)(row->cells + n), execution->cells, n);
    }
    return row;
}

enum corm_io corm_execution_read_ahead(struct corm_execution *execution,
                                       struct corm_error *err)
{
    struct corm_ahead **end = &execution->ahead;
    enum corm_io io = CORM_IO_DONE;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    while (execution->cursor != NULL &&
           (io = fetch_cursor(execution, err)) == CORM_IO_ROW) {
        *end = keep_cells(execution);
        if (*end == NULL) {
            corm_fail_memory(err);
            io = CORM_IO_ERROR;
            break;
        }
        end = &(*end)->next;
    }
    if (io == CORM_IO_DONE && execution->has_to_order) {
        execution->has_to_order = false;
        io = corm_execution_order(execution, err) == CORM_OK ? io : CORM_IO_ERROR;
    }
    if (io == CORM_IO_ERROR) {
        execution->ahead = NULL;
        corm_execution_close(execution);
    }
    return io;
}

void corm_execution_skip(struct corm_execution *execution)
{
    if (!execution->is_ready) {
        execution->next_set = execution->nsets; /* it stands for all of them */
    }
    execution->is_ready = false;
    if (!corm_execution_has_more(execution)) {
        corm_execution_finish(execution);
    }
}

void corm_execution_finish(struct corm_execution *execution)
{
    execution->is_over = true;
    corm_execution_close(execution);
}

void corm_execution_close(struct corm_execution *execution)
{
    struct corm_connection *connection = execution->connection;
    if (connection == NULL) {
        return;
    }
    if (connection->operation == execution) {
        corm_connection_cancel(connection);
    }
    drop_cursor(execution);
    corm_list_remove(&execution->link);
    execution->connection = NULL;
    corm_counter_dec(CORM_COUNTER_RESULT);
    if (is_ended_query(execution)) {
        give_workspace_back(execution, connection);
    }
}

void corm_execution_release(struct corm_execution *execution)
{
    struct corm_connection *connection = execution->connection;
    corm_execution_close(execution);
    give_workspace_back(execution, connection);
    corm_compiled_unref(execution->compiled);
    execution->compiled = NULL;
}
