/* SPDX-License-Identifier: MIT */
/*
 * corm for C programs: a Lua state with corm in it, and a way to use from C what was
 * declared in Lua.
 *
 *     corm_host *host = corm_host_open(NULL);
 *     if (corm_host_run_file(host, "models.lua", argc, argv) != CORM_OK)
 *         fprintf(stderr, "%s\n", corm_host_error(host)->message);
 *     corm_host_close(host);
 *
 * A function that can fail returns CORM_OK or the code of the error that
 * corm_host_error() then describes; no error of Lua ever jumps over the caller. A host
 * belongs to one thread at a time. Strings are UTF-8.
 */
#ifndef CORM_CORM_H
#define CORM_CORM_H

#include "corm/error.h"
#include "corm/version.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CORM_API __attribute__((visibility("default")))

struct lua_State;

/* A Lua state with corm in it. */
typedef struct corm_host corm_host;

/* A Lua object that C holds: a class, an instance, a session, a table. 0 is none. */
typedef int corm_object;

enum corm_host_kind {
    CORM_HOST_NIL = 0,
    CORM_HOST_NULL, /* corm.NULL, what a table needs to hold an SQL NULL */
    CORM_HOST_BOOLEAN, /* as.boolean */
    CORM_HOST_INTEGER, /* as.integer */
    CORM_HOST_NUMBER, /* as.number */
    CORM_HOST_TEXT, /* as.text: len bytes, followed by a NUL when corm gives it */
    CORM_HOST_OBJECT /* as.object: anything else, dates and decimals included */
};

/* An argument or a result. */
struct corm_host_value {
    enum corm_host_kind kind;
    union {
        int boolean;
        long long integer;
        double number;
        struct {
            const char *data;
            size_t len;
        } text;
        corm_object object;
    } as;
};

/**
 * Called when an event happens. args are the event's arguments; text and objects in them
 * live until the function returns. data is what corm_host_listen() was given.
 * Return CORM_OK, or a code after filling err: then the operation that fired the event fails
 * with that error. The function may use host, but not close it.
 */
typedef enum corm_rc (*corm_listener_fn)(corm_host *host,
                                         const struct corm_host_value *args, int nargs,
                                         void *data, struct corm_error *err);

struct corm_host_options {
    const char *path; /* templates as in Lua's package.path, searched first; or NULL */
};

/* ---- life cycle ---- */

/**
 * Make require("corm") work in a Lua 5.4 state of your own, whose standard libraries are
 * open. Files are found through package.path, and after that where corm is installed.
 * May raise a Lua error (memory), as the functions that open Lua's libraries do.
 */
CORM_API void corm_open(struct lua_State *L);

/**
 * Open a Lua state with the standard libraries and corm. options may be NULL.
 * Ownership: the caller's, until corm_host_close(). NULL when memory is short.
 */
CORM_API corm_host *corm_host_open(const struct corm_host_options *options);

/**
 * As corm_host_open(), on a state of your own, which must outlive the host.
 * Ownership: the host is the caller's, the state stays whose it was.
 */
CORM_API corm_host *corm_host_wrap(struct lua_State *L);

/**
 * Close the host and, if corm_host_open() made it, the Lua state with all connections in
 * it. NULL is fine.
 */
CORM_API void corm_host_close(corm_host *host);

/** The Lua state, for use with Lua's own API. Lifetime: the host's. */
CORM_API struct lua_State *corm_host_state(corm_host *host);

/* ---- errors ---- */

/**
 * The last error. rc is CORM_OK and message empty if there was none yet.
 * Lifetime: the host's; the next failure overwrites it.
 */
CORM_API const struct corm_error *corm_host_error(const corm_host *host);

/**
 * The last error in full: where, class, message, SQL, parameters, causes, and the stack of
 * calls. Never NULL. Lifetime: until the next failure.
 */
CORM_API const char *corm_host_error_text(const corm_host *host);

/* ---- running Lua ---- */

/**
 * Run a Lua file ("-" is the standard input). argv is as in main(): argv[0] is not an
 * argument; the others reach the program as `arg` and `...`. argc may be 0.
 * Errors: what the program raises; CORM_E_OTHER if it cannot be read or parsed.
 */
CORM_API enum corm_rc corm_host_run_file(corm_host *host, const char *path, int argc,
                                         char **argv);

/** Run Lua code. name stands for it in messages. Errors: as corm_host_run_file(). */
CORM_API enum corm_rc corm_host_run_string(corm_host *host, const char *code,
                                           const char *name);

/**
 * Find what a dotted path names: a global ("bank.transfer"), or something in a module that
 * was loaded ("corm.Session").
 * Ownership: an object in *out is the caller's, see corm_host_release().
 * Lifetime: text until the next call of a corm_host_ function.
 * Errors: CORM_E_ARGUMENT naming the part that is missing.
 */
CORM_API enum corm_rc corm_host_find(corm_host *host, const char *path,
                                     struct corm_host_value *out);

/**
 * Call the function that a path names, as corm_host_find() finds it. Exactly nresults
 * results are stored, missing ones as CORM_HOST_NIL.
 * Ownership and lifetime of results: as corm_host_find().
 * Errors: what the function raises.
 */
CORM_API enum corm_rc corm_host_call(corm_host *host, const char *path,
                                     const struct corm_host_value *args, int nargs,
                                     struct corm_host_value *results, int nresults);

/** As corm_host_call(), of the method object:name(args…). */
CORM_API enum corm_rc corm_host_call_method(corm_host *host, corm_object object,
                                            const char *name,
                                            const struct corm_host_value *args,
                                            int nargs, struct corm_host_value *results,
                                            int nresults);

/* ---- objects ---- */

/**
 * Make an empty table, for options and parameters; fill it with corm_host_set().
 * Ownership: *out is the caller's. Errors: CORM_E_NO_MEMORY.
 */
CORM_API enum corm_rc corm_host_table(corm_host *host, corm_object *out);

/**
 * Read a field of a table or an attribute of an instance, loading it if need be.
 * Ownership and lifetime: as corm_host_find(). Errors: what reading raises.
 */
CORM_API enum corm_rc corm_host_get(corm_host *host, corm_object object,
                                    const char *name, struct corm_host_value *out);

/** Write a field or an attribute. Errors: what writing raises. */
CORM_API enum corm_rc corm_host_set(corm_host *host, corm_object object,
                                    const char *name,
                                    const struct corm_host_value *value);

/** Number of members of a sequence or collection. Errors: what `#` raises. */
CORM_API enum corm_rc corm_host_length(corm_host *host, corm_object object,
                                       long long *out);

/**
 * Read member number index, from 1, of a sequence, collection or row.
 * Ownership and lifetime: as corm_host_find(). Errors: what reading raises.
 */
CORM_API enum corm_rc corm_host_at(corm_host *host, corm_object object, long long index,
                                   struct corm_host_value *out);

/**
 * What Lua's tostring() says of an object: ISO text of a date, digits of a decimal, SQL
 * of a statement. Lifetime: as corm_host_find(). Errors: what tostring() raises.
 */
CORM_API enum corm_rc corm_host_tostring(corm_host *host, corm_object object,
                                         struct corm_host_value *out);

/** Let go of an object that the caller owns; Lua collects it in time. 0 is fine. */
CORM_API void corm_host_release(corm_host *host, corm_object object);

/* ---- events ---- */

/**
 * Call fn whenever the event happens to target: a class ("corm.Session" found before), an
 * engine, a session, a mapped class … data is passed to fn and must outlive the target.
 * Errors: CORM_E_INVALID_REQUEST if the target has no such event.
 */
CORM_API enum corm_rc corm_host_listen(corm_host *host, corm_object target,
                                       const char *event, corm_listener_fn fn,
                                       void *data);

/* ---- values ---- */

/** An argument that is nil. */
static inline struct corm_host_value corm_host_nil(void)
{
    struct corm_host_value value = { CORM_HOST_NIL, { 0 } };
    return value;
}

/** An argument that is corm.NULL. */
static inline struct corm_host_value corm_host_null(void)
{
    struct corm_host_value value = { CORM_HOST_NULL, { 0 } };
    return value;
}

/** A boolean as argument. */
static inline struct corm_host_value corm_host_boolean(int boolean)
{
    struct corm_host_value value = { CORM_HOST_BOOLEAN, { 0 } };
    value.as.boolean = boolean;
    return value;
}

/** An integer as argument. */
static inline struct corm_host_value corm_host_integer(long long integer)
{
    struct corm_host_value value = { CORM_HOST_INTEGER, { 0 } };
    value.as.integer = integer;
    return value;
}

/** A float as argument. */
static inline struct corm_host_value corm_host_number(double number)
{
    struct corm_host_value value = { CORM_HOST_NUMBER, { 0 } };
    value.as.number = number;
    return value;
}

/** Text of len bytes as argument; lent for the call it is passed to. */
static inline struct corm_host_value corm_host_text(const char *data, size_t len)
{
    struct corm_host_value value = { CORM_HOST_TEXT, { 0 } };
    value.as.text.data = data;
    value.as.text.len = len;
    return value;
}

/** An object as argument; it stays the caller's. */
static inline struct corm_host_value corm_host_object(corm_object object)
{
    struct corm_host_value value = { CORM_HOST_OBJECT, { 0 } };
    value.as.object = object;
    return value;
}

#ifdef __cplusplus
}
#endif

#endif
