/* SPDX-License-Identifier: MIT */
/*
 * The vtable that a database driver fills, and the contract of its slots.
 *
 * Nothing here waits. A slot that would have to returns CORM_IO_WAIT; the caller then asks
 * pollfd(), events() and deadline, waits in its own way, and calls the same slot again
 * with the same arguments. Blocking use is the same with poll(2) in between.
 *
 * A caller that will not call again after WAIT says so by cancel(). The next call then
 * begins anew; a connection that has to see the end of the old statement first does so
 * inside that call, by WAIT.
 *
 * Cells handed out by fetch() point into the driver's memory and die at the next call on
 * that cursor or connection. Values handed in live until the call that took them returned
 * something else than CORM_IO_WAIT. The URL is only read by connect().
 *
 * After an error the connection is usable unless is_dead, and a cursor's fetch() that
 * failed or ended is not called again.
 */
#ifndef CORM_ENGINE_DRIVER_H
#define CORM_ENGINE_DRIVER_H

#include "base/error.h"
#include "base/value.h"
#include "engine/url.h"

enum corm_io {
    CORM_IO_DONE = 0, /* finished (for fetch: no more rows) */
    CORM_IO_ROW, /* fetch: one row is in the cells */
    CORM_IO_WAIT, /* wait for pollfd()/timeout_ms(), then call again */
    CORM_IO_ERROR /* err is filled */
};

enum corm_poll { CORM_POLL_READ = 1, CORM_POLL_WRITE = 2 };

/* What a connection can do; asked, never guessed from the name. */
struct corm_driver_info {
    const char *name; /* "sqlite", "postgresql" */
    const char *driver; /* "sqlite3", "libpq" */
    int32_t max_params; /* parameters of one statement */
    int32_t server_version; /* 150020 for 15.20; 34001 for SQLite 3.40.1 */
    bool has_rowid; /* last_rowid() works for plain inserts */
    bool has_copy; /* a request may be COPY … FROM STDIN */
    bool has_arrays; /* a request may say how its rows look as arrays */
    bool has_many_rows; /* many rows in one VALUES … RETURNING keep their order */
    uint32_t
        keyed_sets_min; /* so many sets may be one request that returns_key; 0: none */
};

/* One native connection. Drivers embed it as their first member. */
struct corm_dbc {
    const struct corm_driver_ops *ops;
    struct corm_driver_info info;
    bool is_dead; /* a disconnect was seen: close it, never use it again */
    bool in_transaction; /* as the database itself says, refreshed after every call */
    bool is_failed; /* inside a failed transaction (PostgreSQL) */
    int pid; /* the process that opened it; another one must not close it */
};

struct corm_column_info {
    const char *name; /* as the database says; lent until the cursor is closed */
    uint32_t type_oid; /* PostgreSQL's type; 0 elsewhere */
    const struct corm_type *type; /* of values that nobody said a type for, or NULL */
};

/* One execution and, if there are rows, their source. Drivers embed it first. */
struct corm_cursor {
    struct corm_dbc *dbc;
    uint32_t ncols; /* 0: the statement returns no rows */
    const struct corm_column_info *cols;
    int64_t rowcount; /* rows matched by INSERT, UPDATE, DELETE; with rows, when fetch()
                         said DONE; -1 unknown */
    int64_t *rowids; /* of execute with want_rowids: nsets of them; owned by it */
    bool is_open; /* rows may still come */
};

/*
 * Many rows of one VALUES, put otherwise: each parameter is an array with a row's value an
 * item, so that one text serves any number of rows. A driver that finds a value which no
 * array can hold asks for the text of VALUES, which may not have been written.
 */
struct corm_row_arrays {
    const char *sql; /* NUL-terminated; … SELECT … unnest($1) … */
    size_t sql_len;
    uint64_t key;
    const char *row_sql; /* the statement of one row: its parameters are the items */
    size_t row_sql_len;
    uint64_t row_key;
    uint32_t nrows;
    /** Have the request's sql written. Errors: CORM_E_NO_MEMORY. */
    enum corm_rc (*write_values)(void *ctx, struct corm_error *err);
    void *ctx;
};

/* One statement to run. Lent to execute() until it returned something but WAIT. */
struct corm_request {
    const char *sql; /* NUL-terminated; NULL, with arrays: not written yet */
    size_t sql_len;
    uint64_t key; /* names the statement in the prepared cache; 0: do not keep it */
    uint32_t nparams; /* parameters of one set */
    uint32_t nsets; /* parameter sets: 1, or more for executemany */
    /* where the sets' parameters stand: "(?, ?)" of VALUES, which may repeat; 0: no such */
    size_t values_pos;
    size_t values_len;
    const struct corm_value *params; /* nsets * nparams, row by row, bound by type */
    /* sql and params put otherwise, which the driver may prefer (info.has_arrays); or NULL */
    const struct corm_row_arrays *arrays;
    bool is_copy; /* sql is COPY … FROM STDIN, the sets are its rows (info.has_copy) */
    bool want_rowids; /* collect the generated key of each set (info.has_rowid) */
    /*
     * RETURNING behind the values is for nothing but the key that the database counts: the
     * sets' rows come back in their order, also if the driver learns the keys otherwise
     */
    bool returns_key;
    bool want_stream; /* do not gather the rows in the client */
    int32_t batch_max; /* rows of a stream to have at a time; 0: the driver decides */
    int64_t timeout_ms; /* statement timeout, fetching included; 0 none */
};

struct corm_driver_ops {
    const char *name;

    /**
     * Begin to connect; drive it with connect_step(). *out is owned by the caller at
     * once, even while connecting, and goes back by close().
     */
    enum corm_rc (*connect)(const struct corm_url *url, struct corm_dbc **out,
                            struct corm_error *err);
    enum corm_io (*connect_step)(struct corm_dbc *dbc, struct corm_error *err);
    /**
     * Close; never fails, never waits, accepts NULL and half-open connections. Its
     * cursors were closed before.
     */
    void (*close)(struct corm_dbc *dbc);

    /** Descriptor to wait for, or -1 when only time must pass. */
    int (*pollfd)(const struct corm_dbc *dbc);
    /** enum corm_poll bits to wait for. */
    int (*events)(const struct corm_dbc *dbc);
    /** Milliseconds after which to call again in any case; -1 never. */
    int64_t (*timeout_ms)(const struct corm_dbc *dbc);

    /**
     * Run a statement, all its parameter sets in one go. On DONE *out is a cursor that
     * the caller gives back by cursor_close(). For executemany rowcount is the sum.
     */
    enum corm_io (*execute)(struct corm_dbc *dbc, const struct corm_request *request,
                            struct corm_cursor **out, struct corm_error *err);
    /** Next row into cells[ncols]: raw, as the database gave it (see corm_type_decode). */
    enum corm_io (*fetch)(struct corm_cursor *cursor, struct corm_value *cells,
                          struct corm_error *err);
    /** Give the cursor back; pending rows are dropped. NULL is fine. */
    void (*cursor_close)(struct corm_cursor *cursor);

    /** Run one of BEGIN, COMMIT, ROLLBACK, SAVEPOINT … given as SQL; checks the outcome. */
    enum corm_io (*control)(struct corm_dbc *dbc, const char *sql,
                            struct corm_error *err);
    /** Cheap liveness check for pre-ping. */
    enum corm_io (*ping)(struct corm_dbc *dbc, struct corm_error *err);
    /**
     * Ask the database to give up the running statement and forget the call that
     * answered WAIT; returns at once. Does nothing on an idle connection.
     */
    void (*cancel)(struct corm_dbc *dbc);
    /**
     * Ask the database to give up what is under way, whose caller will see it fail;
     * returns at once. Does nothing on an idle connection.
     */
    void (*interrupt)(struct corm_dbc *dbc);
    /**
     * What the server has said besides results, one thing at a time; NULL: no more.
     * Lent until the next call on the connection. NULL as a slot: it never says anything.
     */
    const char *(*next_notice)(struct corm_dbc *dbc);
};

#endif
