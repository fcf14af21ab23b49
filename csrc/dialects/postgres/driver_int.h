/* SPDX-License-Identifier: MIT */
/*
 * What the files of the PostgreSQL driver share.
 *
 * A connection does one job at a time: connecting, or one call of execute(), control() or
 * ping(). A job is a sequence of steps; a step that has to wait makes the call answer WAIT,
 * and the call, made again, goes on with that step.
 *
 *     IDLE -> SETTLE -> START -> RUN or SETS -> IDLE
 *                       |  ^      ^
 *                       v  |      |
 *                     PREPARE     |
 *                       COPY -> ROWS
 *
 * control() and ping() go from START to RUN. SETTLE brings the wire to rest: what is left
 * of a cancelled job is read and dropped, what is under way of an open stream is taken in.
 * After an error the wire comes to rest as well (every result is read to the end) before
 * the call answers.
 */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_INT_H
#define CORM_DIALECTS_POSTGRES_DRIVER_INT_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "dialects/postgres/driver.h"
#include "dialects/postgres/driver_environ.h"
#include "engine/prepared.h"

#include <libpq-fe.h>

enum {
    PG_PARAMS_MAX = 65535,
    PG_FIXED_ROOM =
        64, /* bytes that any value without bytes of its own needs at most */
    PG_NAME_MAX = 32, /* bytes of a prepared statement's name with its NUL */
    PG_CANCEL_BOUND_MS = 5000, /* how long a cancelled statement may take to end */
    PG_CANCEL_AGAIN_MS = 250 /* a request that came before its statement was lost */
};

enum pg_step {
    PG_STEP_LOOKUP, /* names of hosts are looked up */
    PG_STEP_CONNECT, /* libpq connects */
    PG_STEP_IDLE, /* no job */
    PG_STEP_SETTLE, /* see above */
    PG_STEP_START, /* nothing was sent yet */
    PG_STEP_PREPARE, /* Parse and Describe are under way */
    PG_STEP_RUN, /* the statement is under way */
    PG_STEP_SETS, /* many sets are under way, in pipeline mode */
    PG_STEP_COPY, /* COPY … FROM STDIN was sent, the server is to ask for the rows */
    PG_STEP_ROWS /* the server takes rows */
};

/* What a column's binary form is, as far as rows are decoded without further looking. */
enum pg_form {
    PG_FORM_OTHER = 0, /* pg_decode_binary() knows it, by the type */
    PG_FORM_TEXT, /* the text itself */
    PG_FORM_INTEGER /* 2, 4 or 8 bytes */
};

/* The columns of a result: counted references, as statement and cursors share it. */
struct pg_shape {
    uint32_t nrefs;
    uint32_t ncolumns;
    bool is_binary; /* every column's binary form is known */
    bool has_scratch; /* a column's text is made when a row is decoded */
    PGresult *source; /* owns the names */
    struct corm_column_info *columns;
    uint8_t *forms; /* enum pg_form of each; in the same block as columns */
};

struct pg_statement {
    struct corm_prepared prepared;
    uint32_t number; /* part of its name */
    char name[PG_NAME_MAX]; /* on the server */
    bool is_on_server; /* as far as we know */
    uint32_t nparams;
    Oid *param_types; /* as the server inferred them */
    Oid *array_types; /* of arrays of these; NULL if we do not know one of them */
    struct pg_shape *shape; /* NULL until described */
};

/* Parameters of one set in libpq's form; the buffers are used again for the next set. */
struct pg_encoder {
    const char **values;
    int *lengths;
    int *formats;
    uint32_t cap;
    char *scratch; /* texts made of values */
    size_t scratch_cap;
    struct corm_strbuf arrays; /* one after the other, in binary form or as text */
};

enum { PG_FORMAT_TEXT = 0, PG_FORMAT_BINARY = 1 };

/* One value on its way; scratch is where its text can be written. */
struct pg_param {
    const char *bytes; /* NULL for NULL */
    size_t len; /* of binary form */
    int format;
    char *scratch;
};

/* How the rows of a request go. */
enum pg_rows {
    PG_ROWS_VALUES, /* as the request's text says, or it has no rows */
    PG_ROWS_ARRAYS, /* as its arrays' text says */
    PG_ROWS_ONE /* not yet: first it is to be seen of which types the arrays are */
};

struct pg_job {
    const struct corm_request *request; /* NULL for control and ping */
    struct pg_statement *statement; /* in use, or NULL */
    struct pg_statement
        *row; /* of one row, in use until the arrays' is prepared; or NULL */
    enum pg_rows form;
    PGresult *result; /* the first good one */
    int64_t rowcount; /* sum over the sets that were done */
    uint32_t nsent; /* sets */
    uint32_t ndone; /* sets */
    uint32_t nskipped; /* pipeline syncs whose results do not matter */
    uint32_t nreplies; /* results of PREPARE so far */
    bool has_error;
    bool is_stale; /* the error says that the prepared statement is outdated */
    bool has_retried;
    bool was_idle; /* no transaction was open when the job began */
    bool is_fresh; /* the statement was prepared by this very job */
    bool is_streaming; /* result has the first row, others are on the wire */
    bool ends_portals; /* the statement ends portals or gets into their way */
    struct pg_portal *portal; /* the statement's, until the cursor has it; or NULL */
    struct corm_error error; /* the first one, if has_error; large, so never cleared */
};

struct pg_cancel; /* a cancel request on its way, see driver_cancel.c */
struct pg_lookup; /* see driver_lookup.h */
struct pg_settings; /* see driver_open.c */
struct pg_cursor;
struct pg_portal; /* see driver_portal.c */

struct pg_dbc {
    struct corm_dbc base;
    PGconn *conn;
    enum pg_step step;
    PostgresPollingStatusType polling; /* while connecting */
    bool wants_write; /* libpq has bytes that the socket did not take */
    bool has_sent; /* just now: the answer cannot be there yet, so do not even look */
    bool is_copying_out; /* COPY TO STDOUT sends rows that nobody wants */
    bool has_timed_out; /* the statement was cancelled by its time limit */
    bool is_interrupted; /* somebody asked for its end */
    bool is_row_wise; /* libpq still is, for the next command of a pipeline */
    bool needs_setup; /* session settings are to be sent */
    bool needs_drain; /* results of a job that was given up are still to come */
    uint32_t nsyncs; /* pipeline syncs whose answers are still to come */
    int64_t deadline_us; /* of what is under way; 0: none */
    int64_t cancel_again_us; /* when to send another cancel request; 0: never */
    struct pg_job job;
    struct pg_cursor *stream; /* its rows come over the wire */
    struct pg_portal *portals; /* those of the transaction that may have more rows */
    uint32_t nrollbacks; /* how often portals may have gone with a savepoint */
    struct pg_cancel *cancel;
    struct corm_prepared_cache cache;
    struct pg_encoder encoder;
    struct corm_strbuf copied; /* rows of a COPY on their way to libpq */
    struct corm_vec(uint32_t) dropped; /* statements to close on the server */
    int utf8_encoding; /* libpq's number for it */
    uint32_t nforks; /* corm_fork_count() when it was opened */
    uint32_t name_prefix;
    uint32_t nnames;
    struct corm_strbuf notices; /* what the server said, each with its NUL */
    size_t notices_read; /* bytes of them */
    struct pg_lookup *lookup; /* while names are looked up, or NULL */
    struct pg_settings *settings; /* what is to be told libpq after that, or NULL */
    struct pg_environ *clean_environ; /* while connecting */
    char *password; /* while connecting, to scrub messages */
};

struct pg_row {
    struct pg_row *next;
    struct corm_value cells[];
};

struct pg_cursor {
    struct corm_cursor base;
    struct pg_shape *shape; /* one reference, or NULL */
    PGresult *result;
    bool is_binary; /* all of its columns are */
    int row_idx;
    int nrows;
    char *scratch; /* texts decoded from the current row */
    size_t scratch_cap;
    struct pg_portal *portal; /* where more rows come from, or NULL */
    struct corm_value *cells; /* room to decode a row that is gathered */
    struct pg_row *gathered; /* rows of a stream that had to make way */
    struct pg_row **gathered_end;
    struct pg_row *lent; /* the one handed out last */
    bool has_error; /* the stream ended with `error` */
    struct corm_error error; /* large, so not cleared */
};

static inline struct pg_dbc *pg_dbc_of(struct corm_dbc *base)
{
    return CORM_CONTAINER(base, struct pg_dbc, base);
}

/* ---- driver_error.c ---- */

/** Fill err from a failed result; notes a lost connection. Returns the class. */
enum corm_rc pg_fail_result(struct pg_dbc *dbc, const PGresult *result,
                            struct corm_error *err);
/** Fill err from libpq's own message on the connection. Returns the class. */
enum corm_rc pg_fail_conn(struct pg_dbc *dbc, struct corm_error *err);
/** PQclear() that counts. */
void pg_result_free(PGresult *result);

/* ---- driver_notice.c ---- */

/** Receiver of libpq's notices; ctx is the struct pg_dbc. */
void pg_note_notice(void *ctx, const PGresult *result);
/** See corm_driver_ops. */
const char *pg_next_notice(struct corm_dbc *base);

/* ---- driver_wire.c ---- */

/** What a job does with each result; it owns the result. */
typedef void (*pg_take_fn)(struct pg_dbc *dbc, PGresult *result);

/**
 * Next result into *out, NULL at the end of a command. Steps: DONE, WAIT, and ERROR
 * when the time is up and cancelling did not help: the connection is dead then.
 */
enum corm_io pg_next_result(struct pg_dbc *dbc, PGresult **out, struct corm_error *err);
/** Read results until the wire is at rest. Steps: as pg_next_result(). */
enum corm_io pg_collect(struct pg_dbc *dbc, pg_take_fn take, struct corm_error *err);
/** Note an error of the job, unless it has one. */
void pg_note_error(struct pg_dbc *dbc, const PGresult *result);
/** Refresh what the connection says of itself; drop notifications. */
void pg_refresh(struct pg_dbc *dbc);
/** WAIT; past its time the statement is cancelled. Steps: WAIT, ERROR as above. */
enum corm_io pg_wait(struct pg_dbc *dbc, struct corm_error *err);
/** Enter pipeline mode; false (and the job's error) if libpq refuses. */
bool pg_pipeline_begin(struct pg_dbc *dbc);
/** Send a sync in pipeline mode; false if libpq refuses. */
bool pg_pipeline_sync(struct pg_dbc *dbc);

/* ---- driver_thread.c ---- */

/** Run a function in a detached thread, with all signals blocked; false if there is none. */
bool pg_thread_start(void *(*run)(void *), void *arg);

/* ---- driver_cancel.c ---- */

/** Send a cancel request from a thread of its own. Failing to is harmless. */
void pg_cancel_begin(struct pg_dbc *dbc);
/** True while the request is on its way. */
bool pg_cancel_is_running(struct pg_dbc *dbc);
/** Let go of the request; a thread that still runs cleans up after itself. */
void pg_cancel_release(struct pg_dbc *dbc);

/* ---- driver_statement.c ---- */

/**
 * Shape of a result or description, whose owner it becomes on success.
 * NULL when memory is short.
 */
struct pg_shape *pg_shape_adopt(PGresult *source);
/** Shape of a result that goes on to belong to somebody else. NULL when memory is short. */
struct pg_shape *pg_shape_new(const PGresult *result);
/** Give a reference back; NULL is fine. */
void pg_shape_unref(struct pg_shape *shape);
/** A new statement in use with a name of its own. */
struct pg_statement *pg_statement_new(struct pg_dbc *dbc);
/** Give a statement back that is in use; NULL is fine. *statement becomes NULL. */
void pg_statement_done(struct pg_dbc *dbc, struct pg_statement **statement);
/** A corm_prepared_drop_fn: the server's side is closed when there is an occasion. */
void pg_statement_drop(void *ctx, struct corm_prepared *prepared);
/**
 * In pipeline mode, close on the server what the cache let go, with a sync of its own.
 * What comes of it is to be skipped: job.nskipped. False if the connection is lost.
 */
bool pg_statement_send_deallocate(struct pg_dbc *dbc);

/**
 * Send Parse and Describe. types: one for each of the ntypes parameters, or none: the
 * server infers them. False if libpq refuses.
 */
bool pg_statement_send_prepare(struct pg_dbc *dbc, struct pg_statement *statement,
                               const char *sql, const Oid *types, uint32_t ntypes);
/** A pg_take_fn for the answers. */
void pg_statement_take(struct pg_dbc *dbc, PGresult *result);

/* ---- driver_start.c ---- */

/**
 * Have the job's statement at hand, unless it is not to be kept, and if its rows go as
 * arrays the encoder filled with them; or send what prepares a statement: then the step is
 * PREPARE. Errors: CORM_E_PROGRAMMING, CORM_E_DATA, CORM_E_NO_MEMORY, a lost connection.
 */
enum corm_rc pg_statement_find(struct pg_dbc *dbc,
                               struct corm_error *err) CORM_NODISCARD;
/**
 * After an error that says so, see to it that what was prepared is prepared anew the next
 * time: the server does not infer the types of parameters again. False: the error says
 * nothing of the kind.
 */
bool pg_statement_forget(struct pg_dbc *dbc);
/** The step PREPARE. Steps: DONE (START again, now with a statement), WAIT, ERROR. */
enum corm_io pg_statement_prepared(struct pg_dbc *dbc, struct corm_error *err);

/* ---- driver_encode.c ---- */

/**
 * Encode one set; types NULL: not known, everything in text form.
 * Lifetime: until the next call.
 * Errors: CORM_E_DATA, CORM_E_INTERFACE (no such bind), CORM_E_NO_MEMORY.
 */
enum corm_rc pg_encode(struct pg_encoder *encoder, const struct corm_value *params,
                       uint32_t nparams, const Oid *types,
                       struct corm_error *err) CORM_NODISCARD;
void pg_encoder_release(struct pg_encoder *encoder);
/** Make room for nparams in the encoder; what was there need not be kept. */
bool pg_encoder_reserve(struct pg_encoder *encoder, uint32_t nparams);
/** True for a text or blob whose bytes are the binary form of the type. */
bool pg_is_binary_bytes(Oid type, const struct corm_value *value);
/**
 * Encode a value. param->scratch has room for a text of its bytes and a NUL, or
 * PG_FIXED_ROOM. Lifetime: of the value and the scratch.
 * Errors: CORM_E_DATA, CORM_E_INTERFACE (no such bind).
 */
enum corm_rc pg_encode_value(struct pg_param *param, Oid type,
                             const struct corm_value *value,
                             struct corm_error *err) CORM_NODISCARD;
/**
 * Write a value that has no bytes of its own (number, bool, moment, interval) as text.
 * text: PG_FIXED_ROOM bytes. Returns the length.
 */
size_t pg_encode_fixed(const struct corm_value *value, char *text);

/* ---- driver_untyped.c ---- */

/** What values of an array or JSON type are if nobody says; NULL for any other type. */
const struct corm_type *pg_untyped(Oid type);

/* ---- driver_arrays.c ---- */

/** The type of arrays of this type; 0: not known. */
Oid pg_array_of(Oid type);

/** The type of the items of an array; 0: not known. */
Oid pg_item_of(Oid array);

/**
 * Encode nrows rows of `narrays` values each as arrays of these types.
 * *is_fit false: a value has no form that an array could hold.
 * Lifetime: until the next call.
 * Errors: CORM_E_DATA, CORM_E_INTERFACE (no such bind), CORM_E_NO_MEMORY.
 */
enum corm_rc pg_encode_arrays(struct pg_encoder *encoder,
                              const struct corm_value *params, uint32_t nrows,
                              uint32_t narrays, const Oid *array_types, bool *is_fit,
                              struct corm_error *err) CORM_NODISCARD;

/* ---- driver_decode.c, driver_decode_text.c, driver_numeric.c ---- */

/** True if the binary form of this type is understood. */
bool pg_has_binary(Oid type);
/** How cells of this type, in binary form, are decoded. */
enum pg_form pg_form_of(Oid type);
/** True if cells of this type, in binary form, need scratch. */
bool pg_needs_room(Oid type);
/** Bytes of scratch that the cell needs at most. */
size_t pg_decode_room(Oid type, const char *bytes, size_t len);
/**
 * Decode one cell. It may point into bytes or *scratch, which moves on.
 * Errors: CORM_E_DATA.
 */
enum corm_rc pg_decode_binary(Oid type, const char *bytes, size_t len, char **scratch,
                              struct corm_value *cell,
                              struct corm_error *err) CORM_NODISCARD;
/** Decode one cell from text form, in place. What is not understood stays text. */
void pg_decode_text(Oid type, char *text, size_t len, struct corm_value *cell);
size_t pg_numeric_room(const char *bytes, size_t len);
enum corm_rc pg_decode_numeric(const char *bytes, size_t len, char **scratch,
                               struct corm_value *cell,
                               struct corm_error *err) CORM_NODISCARD;

/* ---- driver_portal.c ---- */

/** True if the job's rows are to come by a portal. */
bool pg_portal_fits(const struct pg_dbc *dbc);
/**
 * Send what opens a portal for the job's statement and brings the first row: then the
 * portal is the job's. Errors: as pg_encode(), and a lost connection.
 */
enum corm_rc pg_portal_open(struct pg_dbc *dbc, struct corm_error *err) CORM_NODISCARD;
/** A pg_take_fn for the answers. */
void pg_portal_take_open(struct pg_dbc *dbc, PGresult *result);
/** The cursor has the first rows of its portal: ask for more, or close it if there are none. */
void pg_portal_begin(struct pg_dbc *dbc, struct pg_cursor *cursor, int64_t deadline_us);
/** Bring the next batch into cursor->result. Steps: ROW, DONE at the end, WAIT, ERROR. */
enum corm_io pg_portal_next(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err);
/** Take in the batch of dbc->stream that is under way. Steps: DONE, WAIT, ERROR. */
enum corm_io pg_portal_settle(struct pg_dbc *dbc, struct corm_error *err);
/** Take in the rest of all portals. The wire is at rest. Steps: DONE, WAIT, ERROR. */
enum corm_io pg_portals_gather(struct pg_dbc *dbc, struct corm_error *err);
/** The transaction is over: what was not fetched is lost. */
void pg_portals_lose(struct pg_dbc *dbc);
/** Close and free; NULL is fine. */
void pg_portal_free(struct pg_dbc *dbc, struct pg_portal *portal);

/* ---- driver_cursor.c ---- */

/**
 * A cursor over result (NULL: a statement without rows), whose owner it becomes on
 * success. shape NULL: it is made from the result.
 */
enum corm_rc pg_cursor_new(struct pg_dbc *dbc, PGresult *result, struct pg_shape *shape,
                           struct pg_cursor **out,
                           struct corm_error *err) CORM_NODISCARD;
/**
 * Decode a row of cursor->result. Lifetime: of the result, and until the next call.
 * Errors: CORM_E_DATA, CORM_E_NO_MEMORY.
 */
enum corm_rc pg_cursor_decode(struct pg_cursor *cursor, int row_idx,
                              struct corm_value *cells,
                              struct corm_error *err) CORM_NODISCARD;
/** Let go of the result in hand. */
void pg_cursor_drop_result(struct pg_cursor *cursor);
/** Have rows of a result, whose owner it becomes, handed out next. */
void pg_cursor_set_result(struct pg_cursor *cursor, PGresult *result);
/** Note the error that ends the rows, unless there is one. */
void pg_cursor_note_error(struct pg_dbc *dbc, struct pg_cursor *cursor,
                          const PGresult *result);
/** The driver's fetch(). */
enum corm_io pg_fetch(struct corm_cursor *base, struct corm_value *cells,
                      struct corm_error *err);
/** The driver's cursor_close(). */
void pg_cursor_close(struct corm_cursor *base);

/* ---- driver_stream.c ---- */

/** Bring the next row into cursor->result. Steps: ROW, DONE at the end, WAIT, ERROR. */
enum corm_io pg_stream_next(struct pg_dbc *dbc, struct pg_cursor *cursor,
                            struct corm_error *err);
/** Make way for a job: gather the rest of the stream. Steps: DONE, WAIT, ERROR. */
enum corm_io pg_stream_gather(struct pg_dbc *dbc, struct corm_error *err);
/** Hand out a gathered row, of which there is one; the one before it dies. */
void pg_stream_lend(struct pg_cursor *cursor, struct corm_value *cells);
/** Free gathered rows. */
void pg_stream_release(struct pg_cursor *cursor);

/* ---- driver_job.c ---- */

/** Make it the job of the request (or NULL), of which nothing is done yet. */
void pg_job_init(struct pg_job *job, const struct corm_request *request);

/**
 * Begin a job, with a request or without; sql NULL: an INSERT not written yet.
 * Steps: DONE, ERROR.
 */
enum corm_io pg_job_begin(struct pg_dbc *dbc, const struct corm_request *request,
                          const char *sql, struct corm_error *err);
/** See that the connection is of this process. Errors: CORM_E_INTERFACE. */
enum corm_rc pg_fork_check(const struct pg_dbc *dbc,
                           struct corm_error *err) CORM_NODISCARD;
/** See that the connection can be used, here and now. Errors: CORM_E_INTERFACE, lost. */
enum corm_rc pg_job_check(struct pg_dbc *dbc, struct corm_error *err) CORM_NODISCARD;
/** Bring the wire to rest. Steps: DONE, WAIT, ERROR. */
enum corm_io pg_wire_settle(struct pg_dbc *dbc, struct corm_error *err);
/** Give back what the job holds and be idle. Harmless when there is no job. */
void pg_job_end(struct pg_dbc *dbc);
/** Fill err with the job's own error; returns ERROR. */
enum corm_io pg_job_fail(const struct pg_dbc *dbc, struct corm_error *err);
/** Note an error of the job, unless it has one. */
void pg_job_note(struct pg_dbc *dbc, const struct corm_error *error);
/** The step SETTLE. Steps: DONE (START comes next), WAIT, ERROR. */
enum corm_io pg_job_settle(struct pg_dbc *dbc, struct corm_error *err);
/** The driver's cancel(). */
void pg_cancel(struct corm_dbc *base);
/** The driver's interrupt(). */
void pg_interrupt(struct corm_dbc *base);

/* ---- driver_run.c ---- */

/** A pg_take_fn of one statement: keeps the first result that is none of an error. */
void pg_take_run(struct pg_dbc *dbc, PGresult *result);
/** The driver's execute(). */
enum corm_io pg_execute(struct corm_dbc *base, const struct corm_request *request,
                        struct corm_cursor **out, struct corm_error *err);
/** The driver's control(). */
enum corm_io pg_control(struct corm_dbc *base, const char *sql, struct corm_error *err);
/** The driver's ping(). */
enum corm_io pg_ping(struct corm_dbc *base, struct corm_error *err);

/* ---- driver_copy.c ---- */

/** The step COPY. Steps: DONE (ROWS or, refused, RUN comes next), WAIT, ERROR. */
enum corm_io pg_copy_begin(struct pg_dbc *dbc, struct corm_error *err);
/** The step ROWS: send the request's sets as rows. Steps: DONE (RUN comes next), WAIT, ERROR. */
enum corm_io pg_copy_rows(struct pg_dbc *dbc, struct corm_error *err);

/* ---- driver_open.c ---- */

/** The driver's connect(). */
enum corm_rc pg_connect(const struct corm_url *url, struct corm_dbc **out,
                        struct corm_error *err);
/** The driver's connect_step(). */
enum corm_io pg_connect_step(struct corm_dbc *base, struct corm_error *err);
/** The driver's close(). */
void pg_close(struct corm_dbc *base);

#endif
