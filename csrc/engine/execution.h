/* SPDX-License-Identifier: MIT */
/*
 * One statement on its way: parameters by type into one matrix, the text for them, the
 * driver's steps, the rows.
 *
 *     corm_execution_init(&execution, connection, &err);
 *     corm_execution_prepare(&execution, compiled, nsets, &err);
 *     fill corm_execution_values(): one row of raw values per parameter set
 *     corm_execution_bind(&execution, &err);
 *     while ((io = corm_execution_run(&execution, &err)) == CORM_IO_WAIT) wait;
 *     while ((io = corm_execution_fetch(&execution, &err)) != CORM_IO_DONE) read cells;
 *     corm_execution_release(&execution);
 *
 * Several sets are one call of the driver, or become one statement with many rows of
 * VALUES, as many as the connection allows: where rows come back, and where the database is
 * a round trip away. More of them than one such statement takes, of a plain INSERT, are the
 * rows of a COPY where the database has it. run() and fetch() go on to the next statement by
 * themselves. The rows are in the order of the sets if the statement was compiled to keep it;
 * else they come as the database gives them.
 *
 * It is embedded in its owner, whose address must not change, and is linked to its
 * connection: when that closes, the execution is closed.
 */
#ifndef CORM_ENGINE_EXECUTION_H
#define CORM_ENGINE_EXECUTION_H

#include "engine/connection.h"

enum {
    CORM_EXECUTION_FEW = 8 /* parameters and columns that need no memory of their own */
};

/* A row that was read ahead, in the workspace's arena. */
struct corm_ahead {
    struct corm_ahead *next;
    struct corm_value cells[]; /* ncols of them; their bytes follow */
};

/*
 * What a statement on its way needs. A query gives it back when its rows have ended, and
 * the connection lends it to the next one: while results wait for Lua's collector, one
 * workspace, warm in the processor's cache, serves them all.
 */
struct corm_workspace {
    struct corm_request request; /* the statement; the owner sets its want_… */
    struct corm_strbuf text; /* rendered for these values, if it has to be */
    struct corm_arena arena; /* what is bound */
    struct corm_value few_values[CORM_EXECUTION_FEW];
    struct corm_value few_cells[CORM_EXECUTION_FEW];
};

struct corm_execution {
    struct corm_list_link link; /* in connection->executions until closed */
    struct corm_connection *connection; /* NULL: closed */
    struct corm_compiled *compiled; /* one reference; NULL: text of the caller's own */
    struct corm_cursor *cursor; /* of the statement that runs now, or NULL */
    struct corm_workspace *work; /* owned; NULL once the rows of a query have ended */
    struct corm_value *values; /* nsets rows of nslots */
    struct corm_value *cells; /* ncols + nhidden, of the row fetched last */
    uint32_t nslots;
    uint32_t nsets;
    uint32_t first_set; /* of the request that was made last */
    uint32_t next_set; /* the first one that no request was made for */
    uint32_t ncols; /* 0: no rows come back */
    uint32_t nhidden; /* further cells, of columns that the compiler has added */
    uint32_t rows_max; /* sets that one statement takes as rows of its VALUES */
    int64_t rowcount; /* sum over the statements that have ended; -1 unknown */
    struct corm_ahead *ahead; /* rows that fetch() hands out first */
    const int64_t *rowids; /* of a request with want_rowids, nsets of them; or NULL */
    int64_t rowid; /* the only one of these */
    bool was_cached; /* another execution had the compiled statement before */
    bool is_ready; /* the request is made and was not run */
    bool has_own_text; /* `text` was given, not made from the compiled statement */
    bool is_stepwise; /* the owner moves on to the next statement, not fetch() */
    bool has_to_order; /* the cursor's rows go into the order of their sets first */
    bool refuses_copy; /* many sets go as statements even where COPY could take them */
    bool is_over; /* all rows were fetched, or the owner wants no more */
};

/** Begin an execution on the connection, in zeroed memory. Errors: CORM_E_NO_MEMORY. */
enum corm_rc corm_execution_init(struct corm_execution *execution,
                                 struct corm_connection *connection,
                                 struct corm_error *err) CORM_NODISCARD;

/** Take a compiled statement (a reference of its own) and make room for nsets sets. */
enum corm_rc corm_execution_prepare(struct corm_execution *execution,
                                    struct corm_compiled *compiled, uint32_t nsets,
                                    struct corm_error *err) CORM_NODISCARD;

/** Take text in the driver's own words, copied, with nparams placeholders. */
enum corm_rc corm_execution_prepare_text(struct corm_execution *execution,
                                         const char *sql, size_t sql_len,
                                         uint32_t nparams, uint32_t nsets,
                                         struct corm_error *err) CORM_NODISCARD;

/**
 * Sets, of those that are left, which one statement takes as rows of its VALUES; 1 where its
 * rows could not be told apart. rows_max: as the engine or the caller limits them.
 */
uint32_t corm_connection_rows_at_once(const struct corm_connection *connection,
                                      const struct corm_compiled *compiled,
                                      uint32_t rows_max, uint32_t left);

/** The raw values of set_idx: nslots cells, UNSET until the owner fills them. */
static inline struct corm_value *corm_execution_values(struct corm_execution *execution,
                                                       uint32_t set_idx)
{
    return execution->values + (size_t)set_idx * execution->nslots;
}

/**
 * Check and convert the values by the types of their slots. Their bytes stay where they
 * are and must live until the last statement has run.
 * Errors: CORM_E_DATA, CORM_E_INVALID_REQUEST (a value is missing), each naming the
 * parameter; CORM_E_COMPILE, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_execution_bind(struct corm_execution *execution,
                                 struct corm_error *err) CORM_NODISCARD;

/** True while there are parameter sets that no request was made for. */
static inline bool corm_execution_has_more(const struct corm_execution *execution)
{
    return execution->next_set < execution->nsets;
}

/**
 * True if the sets of an INSERT that returns nothing go as many rows of few statements:
 * to a database that is a round trip away this is one call that looks like one execution
 * of many sets.
 */
bool corm_execution_is_bulk(const struct corm_execution *execution);

/**
 * True if the sets will be the rows of one COPY: a plain INSERT of more of them than one
 * statement takes, of types whose text says all, and no request was made yet.
 */
bool corm_execution_is_copy(const struct corm_execution *execution);

/**
 * Make the request for the next statement; corm_execution_run() does it by itself.
 * Errors: CORM_E_COMPILE, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_execution_make_request(struct corm_execution *execution,
                                         struct corm_error *err) CORM_NODISCARD;

/**
 * Put another text and other parameters into the request that was made, or have them
 * stand for all sets if none was: nsets rows of nparams, copied and bound without a type;
 * bytes lent as above. A COPY remains one if the text still begins with that word.
 * Errors: CORM_E_DATA, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_execution_replace(struct corm_execution *execution, const char *sql,
                                    size_t sql_len, const struct corm_value *params,
                                    uint32_t nparams, uint32_t nsets,
                                    struct corm_error *err) CORM_NODISCARD;

/**
 * Run the next statement and, as long as none of them has rows, those that follow (only
 * the next one for a stepwise owner). Steps: DONE, WAIT, ERROR. After ERROR, and when no rows can come
 * any more, the execution is closed.
 */
enum corm_io corm_execution_run(struct corm_execution *execution,
                                struct corm_error *err);

/**
 * Fetch the next row into execution->cells, which are lent until the next call on the
 * connection. After DONE or ERROR the execution is closed, unless it is stepwise and has
 * more. Steps: ROW, DONE, WAIT, ERROR (also if the connection was closed meanwhile).
 */
enum corm_io corm_execution_fetch(struct corm_execution *execution,
                                  struct corm_error *err);

/** Rows that the statements have matched, the one whose rows are being read included; -1 unknown. */
int64_t corm_execution_rowcount(const struct corm_execution *execution);

/**
 * Read all rows of the statement that has run; fetch() hands them out after that. Call it
 * again after WAIT. Steps: DONE, WAIT, ERROR (the execution is closed then).
 */
enum corm_io corm_execution_read_ahead(struct corm_execution *execution,
                                       struct corm_error *err);

/** Leave the next statement out, as if it had run and had brought no rows. */
void corm_execution_skip(struct corm_execution *execution);

/** Close because the owner wants no more rows: fetch() says DONE from now on. */
void corm_execution_finish(struct corm_execution *execution);

/**
 * Give the cursor back and leave the connection; an operation that waits is cancelled.
 * The compiled statement and the rowcount stay; so do the values and the request, unless
 * it was a query whose rows have ended. Idempotent.
 */
void corm_execution_close(struct corm_execution *execution);

/** Close and free everything; the memory is as before corm_execution_init(). */
void corm_execution_release(struct corm_execution *execution);

/**
 * Put the rows that were read ahead into the order of the sets of their statement. For
 * execution.c.
 * Errors: CORM_E_INVALID_REQUEST (no row has the values that were sent), CORM_E_DATA,
 * CORM_E_NO_MEMORY.
 */
enum corm_rc corm_execution_order(struct corm_execution *execution,
                                  struct corm_error *err) CORM_NODISCARD;

/** Free a workspace that nobody uses; accepts NULL. For connection.c. */
void corm_workspace_free(struct corm_workspace *work);

#endif
