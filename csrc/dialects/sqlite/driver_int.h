/* SPDX-License-Identifier: MIT */
/* What the files of the SQLite driver share. */
#ifndef CORM_DIALECTS_SQLITE_DRIVER_INT_H
#define CORM_DIALECTS_SQLITE_DRIVER_INT_H

#include "base/fork.h"
#include "base/list.h"
#include "dialects/sqlite/driver.h"
#include "engine/prepared.h"

#include <sqlite3.h>

/* Waiting for a lock; deadline_us 0: not waiting. */
struct sqlite_wait {
    int64_t deadline_us;
    uint32_t ntries;
    bool was_asked; /* SQLite called the busy handler: waiting can help */
};

enum {
    SQLITE_ROWS = 32, /* of one VALUES; more gain nothing */
    SQLITE_SETS_MIN = 2 * SQLITE_ROWS /* below, preparing costs more than it saves */
};

struct sqlite_dbc {
    struct corm_dbc base;
    sqlite3 *db;
    struct corm_prepared_cache cache;
    int64_t busy_timeout_ms;
    struct sqlite_wait wait;
    struct sqlite_statement *pending; /* execute() answered WAIT and is called again */
    struct corm_list_link open; /* statements that may have more rows */
    struct sqlite_dbc *next; /* of those that are left to the parent process */
    bool is_interrupted; /* what is pending fails instead of waiting on */
    uint32_t nforks; /* corm_fork_count() when it was opened */
    int64_t limit_us; /* when the progress handler ends the step under way */
    bool was_limited; /* it did */
    bool refuses_triggers; /* statements that fire them are not prepared */
    int64_t *rowids; /* where the update hook puts what it is told */
    uint32_t nrowids; /* how many it was told */
};

/* A row that was read ahead; the bytes of its cells follow them. */
struct sqlite_row {
    struct sqlite_row *next;
    struct corm_value cells[];
};

/* A prepared statement and, as it has one user at a time, the cursor over its rows. */
struct sqlite_statement {
    struct corm_prepared prepared;
    struct corm_cursor cursor;
    sqlite3_stmt *handle; /* NULL: the text was empty or a comment */
    struct corm_column_info *columns; /* ncolumns of them, re-read after a re-prepare */
    int ncolumns;
    int nprepares; /* SQLite's count when columns was read */
    uint32_t set_idx; /* parameter set that runs or waits */
    int64_t rowid; /* room for the rowid of a single set */
    int64_t limit_us; /* monotonic time by which it has to be over; 0: none */
    bool is_dml; /* changes rows, so that the count of changes means something */
    bool has_row; /* the row under the statement was not handed out yet */
    bool is_narrow; /* this execution inserts one row at a time */
    struct sqlite_statement *wide; /* the same with many rows, in use; or NULL */
    bool is_gathered; /* its rows were read ahead */
    int gathered_rc; /* how they ended: SQLite's code */
    int64_t gathered_changes; /* how many rows were changed, when they had ended */
    struct sqlite_row *gathered; /* those that fetch() has still to hand out */
    struct sqlite_row **gathered_end;
    struct sqlite_row *lent; /* the row handed out last */
    struct corm_list_link link; /* in dbc->open while its cursor is open */
};

/*
 * True in a fork's child. There not even a statement may be given back: SQLite would end
 * its transaction in the file, under the parent's hands.
 */
static inline bool sqlite_is_foreign(const struct sqlite_dbc *dbc)
{
    return CORM_UNLIKELY(dbc->nforks != corm_fork_count());
}

/* ---- driver_error.c ---- */

/** Fill err from the connection's last error, seen as SQLite's code rc. */
enum corm_rc sqlite_fail(struct sqlite_dbc *dbc, int rc, struct corm_error *err);

/** Note what the last call did to the transaction; SQLite may end one by itself. */
void sqlite_refresh(struct sqlite_dbc *dbc);

/* ---- driver_bind.c ---- */

/**
 * Bind nsets of the request's parameter sets, beginning with the one numbered first, to
 * the parameters of one statement. With is_static texts are borrowed until the next step
 * is over, else they are copied.
 * Errors: CORM_E_DATA, CORM_E_INTERFACE, CORM_E_NO_MEMORY.
 */
enum corm_rc sqlite_bind_sets(struct sqlite_dbc *dbc, sqlite3_stmt *handle,
                              const struct corm_request *request, uint32_t first,
                              uint32_t nsets, bool is_static,
                              struct corm_error *err) CORM_NODISCARD;

/* ---- driver_statement.c ---- */

/**
 * Find or prepare the request's statement.
 * Ownership: in use until sqlite_statement_done().
 * Errors: CORM_E_PROGRAMMING (more than one statement), CORM_E_NO_MEMORY, SQLite's own.
 */
enum corm_rc sqlite_statement_acquire(struct sqlite_dbc *dbc,
                                      const struct corm_request *request,
                                      struct sqlite_statement **out,
                                      struct corm_error *err) CORM_NODISCARD;

/** Read the names of the columns, unless they are known. Errors: CORM_E_NO_MEMORY. */
enum corm_rc sqlite_statement_describe(struct sqlite_statement *statement,
                                       struct corm_error *err) CORM_NODISCARD;

/** Reset the statement and give it back to the cache. */
void sqlite_statement_done(struct sqlite_dbc *dbc, struct sqlite_statement *statement);

/** Close the native handle; a corm_prepared_drop_fn. */
void sqlite_statement_drop(void *ctx, struct corm_prepared *prepared);

/* ---- driver_rows.c ---- */

/** Rows that the next step is to take: 1, or as many as `wide`, prepared here, has. */
uint32_t sqlite_rows_at_once(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                             const struct corm_request *request);

/**
 * sqlite3_step() for so many rows, whose rowids are noted if they are many.
 * Errors: SQLITE_AUTH sets is_narrow: these rows have to go one by one.
 */
int sqlite_step_rows(struct sqlite_dbc *dbc, struct sqlite_statement *statement,
                     const struct corm_request *request, uint32_t nrows);

/** SQLite's authorizer: see refuses_triggers. */
int sqlite_on_authorize(void *ctx, int action, const char *first, const char *second,
                        const char *schema, const char *trigger);

/* ---- driver_regexp.c ---- */

/** Give a new connection the function behind the operator REGEXP. An SQLite code. */
int sqlite_add_regexp(sqlite3 *db);

/* ---- driver_wait.c ---- */

/** SQLite's busy handler: notes that it was asked and refuses to wait. */
int sqlite_on_busy(void *dbc, int ntries);

/**
 * After a step that answered rc: true if it failed for a lock and the caller is to
 * answer WAIT and repeat it; false if it is over, one way or the other.
 */
bool sqlite_should_wait(struct sqlite_dbc *dbc,
                        const struct sqlite_statement *statement, int rc);

/** Set by when the statement has to be over; timeout_ms 0: no limit. */
void sqlite_limit_set(struct sqlite_statement *statement, int64_t timeout_ms);

/** sqlite3_step() that ends with SQLITE_INTERRUPT at the statement's limit. */
int sqlite_step(struct sqlite_dbc *dbc, struct sqlite_statement *statement);

/* ---- driver_run.c ---- */

/** The driver's execute(). */
enum corm_io sqlite_execute(struct corm_dbc *base, const struct corm_request *request,
                            struct corm_cursor **out, struct corm_error *err);
/** The driver's control(). */
enum corm_io sqlite_control(struct corm_dbc *base, const char *sql,
                            struct corm_error *err);
/** The driver's ping(). */
enum corm_io sqlite_ping(struct corm_dbc *base, struct corm_error *err);
/** The driver's cancel(). */
void sqlite_cancel(struct corm_dbc *base);
/** The driver's interrupt(). */
void sqlite_interrupt(struct corm_dbc *base);

/* ---- driver_gather.c ---- */

/**
 * Read ahead what open cursors of the connection, or only those of statements that write,
 * have still to give, and reset their statements. False if there was nothing to do.
 */
bool sqlite_gather(struct sqlite_dbc *dbc, bool only_writers);

/**
 * The next row that was read ahead, lent until the next call; answers SQLITE_ROW, or the
 * code with which the rows ended.
 */
int sqlite_fetch_gathered(struct sqlite_statement *statement, struct corm_value *cells);

/**
 * The rows of this execution are gathered while it runs: keep_key() adds one that is a key
 * (false if memory is short), keep_last() the one under the statement, and answers what
 * the step behind it did.
 */
void sqlite_gathering_begin(struct sqlite_statement *statement);
bool sqlite_keep_key(struct sqlite_statement *statement, int64_t key);
int sqlite_keep_last(struct sqlite_dbc *dbc, struct sqlite_statement *statement);
/** All rows are there; fetch() hands them out. */
void sqlite_gathering_end(struct sqlite_statement *statement);

/** Free what was read ahead. */
void sqlite_gathered_release(struct sqlite_statement *statement);

/* ---- driver_fetch.c ---- */

/** The row under the statement; false if memory was short for a converted value. */
bool sqlite_read_row(const struct sqlite_statement *statement,
                     struct corm_value *cells);

/** The driver's fetch(). */
enum corm_io sqlite_fetch(struct corm_cursor *cursor, struct corm_value *cells,
                          struct corm_error *err);
/** The driver's cursor_close(). */
void sqlite_cursor_close(struct corm_cursor *cursor);

/* ---- driver_open.c ---- */

/** The driver's connect(). */
enum corm_rc sqlite_connect(const struct corm_url *url, struct corm_dbc **out,
                            struct corm_error *err);
/** The driver's close(). */
void sqlite_close(struct corm_dbc *base);

#endif
