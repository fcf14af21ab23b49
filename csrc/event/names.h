/* SPDX-License-Identifier: MIT */
/*
 * Every event by family, with its listeners' arguments and the options that a listener may
 * be given. Names, arguments and order are SQLAlchemy's. The list is the one place that
 * knows them: the Lua side asks corm_event_info(), the core counts listeners by event.
 */
#ifndef CORM_EVENT_NAMES_H
#define CORM_EVENT_NAMES_H

#include "base/error.h"

/* Options that make sense for an event; `named`, `once` and `insert` do for all. */
enum corm_event_flag {
    CORM_EVENT_RETVAL = 1 << 0, /* retval = true: the result replaces something */
    CORM_EVENT_RETURNS = 1 << 1, /* the result counts always, without being asked for */
    CORM_EVENT_PROPAGATE =
        1 << 2, /* propagate = true: goes for subclasses or copies too */
    CORM_EVENT_RAW = 1 << 3, /* raw = true: gets the state, not the instance */
    CORM_EVENT_INHERITED = 1 << 4, /* propagates unless propagate = false */
};

/* X(CONSTANT, name in Lua) */
#define CORM_EVENT_FAMILIES(X)            \
    X(POOL, "pool")                       \
    X(CONNECTION, "connection")           \
    X(DIALECT, "dialect")                 \
    X(DDL, "ddl")                         \
    X(INSTRUMENTATION, "instrumentation") \
    X(INSTANCE, "instance")               \
    X(MAPPER, "mapper")                   \
    X(SESSION, "session")                 \
    X(ATTRIBUTE, "attribute")             \
    X(QUERY, "query")                     \
    X(REGISTRY, "registry")

/* What the flags of a whole family are. */
#define CORM_EVENT_OF_MAPPER (CORM_EVENT_RETVAL | CORM_EVENT_PROPAGATE | CORM_EVENT_RAW)
#define CORM_EVENT_OF_ATTRIBUTE \
    (CORM_EVENT_RETVAL | CORM_EVENT_PROPAGATE | CORM_EVENT_RAW)
#define CORM_EVENT_OF_INSTANCE (CORM_EVENT_PROPAGATE | CORM_EVENT_RAW)
#define CORM_EVENT_OF_CLASS    (CORM_EVENT_PROPAGATE | CORM_EVENT_INHERITED)

/*
 * X(FAMILY, CONSTANT, name, arguments, flags): arguments separated by blanks; "**" is a
 * trailing table of further values.
 */
#define CORM_EVENTS(X)                                                                 \
    X(POOL, CONNECT, "connect", "dbapi_connection connection_record", 0)               \
    X(POOL, FIRST_CONNECT, "first_connect", "dbapi_connection connection_record", 0)   \
    X(POOL, CHECKOUT, "checkout",                                                      \
      "dbapi_connection connection_record connection_proxy", 0)                        \
    X(POOL, CHECKIN, "checkin", "dbapi_connection connection_record", 0)               \
    X(POOL, RESET, "reset", "dbapi_connection connection_record reset_state", 0)       \
    X(POOL, INVALIDATE, "invalidate", "dbapi_connection connection_record exception",  \
      0)                                                                               \
    X(POOL, SOFT_INVALIDATE, "soft_invalidate",                                        \
      "dbapi_connection connection_record exception", 0)                               \
    X(POOL, CLOSE, "close", "dbapi_connection connection_record", 0)                   \
    X(POOL, DETACH, "detach", "dbapi_connection connection_record", 0)                 \
    X(POOL, CLOSE_DETACHED, "close_detached", "dbapi_connection", 0)                   \
    X(CONNECTION, BEFORE_EXECUTE, "before_execute",                                    \
      "conn clauseelement multiparams params execution_options", CORM_EVENT_RETVAL)    \
    X(CONNECTION, AFTER_EXECUTE, "after_execute",                                      \
      "conn clauseelement multiparams params execution_options result", 0)             \
    X(CONNECTION, BEFORE_CURSOR_EXECUTE, "before_cursor_execute",                      \
      "conn cursor statement parameters context executemany", CORM_EVENT_RETVAL)       \
    X(CONNECTION, AFTER_CURSOR_EXECUTE, "after_cursor_execute",                        \
      "conn cursor statement parameters context executemany", 0)                       \
    X(CONNECTION, ENGINE_CONNECT, "engine_connect", "conn", 0)                         \
    X(CONNECTION, SET_CONNECTION_EXECUTION_OPTIONS,                                    \
      "set_connection_execution_options", "conn opts", 0)                              \
    X(CONNECTION, SET_ENGINE_EXECUTION_OPTIONS, "set_engine_execution_options",        \
      "engine opts", 0)                                                                \
    X(CONNECTION, ENGINE_DISPOSED, "engine_disposed", "engine", 0)                     \
    X(CONNECTION, BEGIN, "begin", "conn", 0)                                           \
    X(CONNECTION, ROLLBACK, "rollback", "conn", 0)                                     \
    X(CONNECTION, COMMIT, "commit", "conn", 0)                                         \
    X(CONNECTION, SAVEPOINT, "savepoint", "conn name", 0)                              \
    X(CONNECTION, ROLLBACK_SAVEPOINT, "rollback_savepoint", "conn name context", 0)    \
    X(CONNECTION, RELEASE_SAVEPOINT, "release_savepoint", "conn name context", 0)      \
    X(CONNECTION, BEGIN_TWOPHASE, "begin_twophase", "conn xid", 0)                     \
    X(CONNECTION, PREPARE_TWOPHASE, "prepare_twophase", "conn xid", 0)                 \
    X(CONNECTION, ROLLBACK_TWOPHASE, "rollback_twophase", "conn xid is_prepared", 0)   \
    X(CONNECTION, COMMIT_TWOPHASE, "commit_twophase", "conn xid is_prepared", 0)       \
    X(DIALECT, HANDLE_ERROR, "handle_error", "exception_context", CORM_EVENT_RETVAL)   \
    X(DIALECT, DO_CONNECT, "do_connect", "dialect conn_rec cargs cparams",             \
      CORM_EVENT_RETURNS)                                                              \
    X(DIALECT, DO_EXECUTE, "do_execute", "cursor statement parameters context",        \
      CORM_EVENT_RETURNS)                                                              \
    X(DIALECT, DO_EXECUTE_NO_PARAMS, "do_execute_no_params",                           \
      "cursor statement context", CORM_EVENT_RETURNS)                                  \
    X(DIALECT, DO_EXECUTEMANY, "do_executemany",                                       \
      "cursor statement parameters context", CORM_EVENT_RETURNS)                       \
    X(DDL, BEFORE_CREATE, "before_create", "target connection **", 0)                  \
    X(DDL, AFTER_CREATE, "after_create", "target connection **", 0)                    \
    X(DDL, BEFORE_DROP, "before_drop", "target connection **", 0)                      \
    X(DDL, AFTER_DROP, "after_drop", "target connection **", 0)                        \
    X(DDL, BEFORE_PARENT_ATTACH, "before_parent_attach", "target parent",              \
      CORM_EVENT_PROPAGATE)                                                            \
    X(DDL, AFTER_PARENT_ATTACH, "after_parent_attach", "target parent",                \
      CORM_EVENT_PROPAGATE)                                                            \
    X(DDL, COLUMN_REFLECT, "column_reflect", "inspector table column_info",            \
      CORM_EVENT_PROPAGATE)                                                            \
    X(INSTRUMENTATION, CLASS_INSTRUMENT, "class_instrument", "cls",                    \
      CORM_EVENT_OF_CLASS)                                                             \
    X(INSTRUMENTATION, CLASS_UNINSTRUMENT, "class_uninstrument", "cls",                \
      CORM_EVENT_OF_CLASS)                                                             \
    X(INSTRUMENTATION, ATTRIBUTE_INSTRUMENT, "attribute_instrument", "cls key inst",   \
      CORM_EVENT_OF_CLASS)                                                             \
    X(INSTANCE, INIT, "init", "target args kwargs", CORM_EVENT_OF_INSTANCE)            \
    X(INSTANCE, INIT_FAILURE, "init_failure", "target args kwargs",                    \
      CORM_EVENT_OF_INSTANCE)                                                          \
    X(INSTANCE, LOAD, "load", "target context", CORM_EVENT_OF_INSTANCE)                \
    X(INSTANCE, REFRESH, "refresh", "target context attrs", CORM_EVENT_OF_INSTANCE)    \
    X(INSTANCE, REFRESH_FLUSH, "refresh_flush", "target flush_context attrs",          \
      CORM_EVENT_OF_INSTANCE)                                                          \
    X(INSTANCE, EXPIRE, "expire", "target attrs", CORM_EVENT_OF_INSTANCE)              \
    X(MAPPER, INSTRUMENT_CLASS, "instrument_class", "mapper class_",                   \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, AFTER_MAPPER_CONSTRUCTED, "after_mapper_constructed", "mapper class_",   \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, BEFORE_MAPPER_CONFIGURED, "before_mapper_configured", "mapper class_",   \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, MAPPER_CONFIGURED, "mapper_configured", "mapper class_",                 \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, BEFORE_CONFIGURED, "before_configured", "", CORM_EVENT_OF_MAPPER)        \
    X(MAPPER, AFTER_CONFIGURED, "after_configured", "", CORM_EVENT_OF_MAPPER)          \
    X(MAPPER, BEFORE_INSERT, "before_insert", "mapper connection target",              \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, AFTER_INSERT, "after_insert", "mapper connection target",                \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, BEFORE_UPDATE, "before_update", "mapper connection target",              \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, AFTER_UPDATE, "after_update", "mapper connection target",                \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, BEFORE_DELETE, "before_delete", "mapper connection target",              \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(MAPPER, AFTER_DELETE, "after_delete", "mapper connection target",                \
      CORM_EVENT_OF_MAPPER)                                                            \
    X(SESSION, DO_ORM_EXECUTE, "do_orm_execute", "orm_execute_state",                  \
      CORM_EVENT_RAW | CORM_EVENT_RETURNS)                                             \
    X(SESSION, AFTER_TRANSACTION_CREATE, "after_transaction_create",                   \
      "session transaction", CORM_EVENT_RAW)                                           \
    X(SESSION, AFTER_TRANSACTION_END, "after_transaction_end", "session transaction",  \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, BEFORE_COMMIT, "before_commit", "session", CORM_EVENT_RAW)              \
    X(SESSION, AFTER_COMMIT, "after_commit", "session", CORM_EVENT_RAW)                \
    X(SESSION, AFTER_ROLLBACK, "after_rollback", "session", CORM_EVENT_RAW)            \
    X(SESSION, AFTER_SOFT_ROLLBACK, "after_soft_rollback",                             \
      "session previous_transaction", CORM_EVENT_RAW)                                  \
    X(SESSION, BEFORE_FLUSH, "before_flush", "session flush_context instances",        \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, AFTER_FLUSH, "after_flush", "session flush_context", CORM_EVENT_RAW)    \
    X(SESSION, AFTER_FLUSH_POSTEXEC, "after_flush_postexec", "session flush_context",  \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, AFTER_BEGIN, "after_begin", "session transaction connection",           \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, BEFORE_ATTACH, "before_attach", "session instance", CORM_EVENT_RAW)     \
    X(SESSION, AFTER_ATTACH, "after_attach", "session instance", CORM_EVENT_RAW)       \
    X(SESSION, AFTER_BULK_UPDATE, "after_bulk_update", "update_context",               \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, AFTER_BULK_DELETE, "after_bulk_delete", "delete_context",               \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, TRANSIENT_TO_PENDING, "transient_to_pending", "session instance",       \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, PENDING_TO_TRANSIENT, "pending_to_transient", "session instance",       \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, PERSISTENT_TO_TRANSIENT, "persistent_to_transient", "session instance", \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, PENDING_TO_PERSISTENT, "pending_to_persistent", "session instance",     \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, DETACHED_TO_PERSISTENT, "detached_to_persistent", "session instance",   \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, LOADED_AS_PERSISTENT, "loaded_as_persistent", "session instance",       \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, PERSISTENT_TO_DELETED, "persistent_to_deleted", "session instance",     \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, DELETED_TO_PERSISTENT, "deleted_to_persistent", "session instance",     \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, DELETED_TO_DETACHED, "deleted_to_detached", "session instance",         \
      CORM_EVENT_RAW)                                                                  \
    X(SESSION, PERSISTENT_TO_DETACHED, "persistent_to_detached", "session instance",   \
      CORM_EVENT_RAW)                                                                  \
    X(ATTRIBUTE, APPEND, "append", "target value initiator", CORM_EVENT_OF_ATTRIBUTE)  \
    X(ATTRIBUTE, APPEND_WO_MUTATION, "append_wo_mutation", "target value initiator",   \
      CORM_EVENT_OF_ATTRIBUTE)                                                         \
    X(ATTRIBUTE, BULK_REPLACE, "bulk_replace", "target values initiator",              \
      CORM_EVENT_OF_ATTRIBUTE)                                                         \
    X(ATTRIBUTE, REMOVE, "remove", "target value initiator", CORM_EVENT_OF_ATTRIBUTE)  \
    X(ATTRIBUTE, SET, "set", "target value oldvalue initiator",                        \
      CORM_EVENT_OF_ATTRIBUTE)                                                         \
    X(ATTRIBUTE, INIT_SCALAR, "init_scalar", "target value dict_",                     \
      CORM_EVENT_OF_ATTRIBUTE)                                                         \
    X(ATTRIBUTE, INIT_COLLECTION, "init_collection",                                   \
      "target collection collection_adapter", CORM_EVENT_OF_ATTRIBUTE)                 \
    X(ATTRIBUTE, DISPOSE_COLLECTION, "dispose_collection",                             \
      "target collection collection_adapter", CORM_EVENT_OF_ATTRIBUTE)                 \
    X(ATTRIBUTE, MODIFIED, "modified", "target initiator", CORM_EVENT_OF_ATTRIBUTE)    \
    X(QUERY, BEFORE_COMPILE, "before_compile", "query", CORM_EVENT_RETVAL)             \
    X(QUERY, BEFORE_COMPILE_UPDATE, "before_compile_update", "query update_context",   \
      CORM_EVENT_RETVAL)                                                               \
    X(QUERY, BEFORE_COMPILE_DELETE, "before_compile_delete", "query delete_context",   \
      CORM_EVENT_RETVAL)                                                               \
    X(REGISTRY, BEFORE_CONFIGURED, "before_configured", "registry", 0)                 \
    X(REGISTRY, AFTER_CONFIGURED, "after_configured", "registry", 0)

enum corm_event_family {
#define CORM_EVENT_FAMILY_CONSTANT(constant, name) CORM_EVENT_FAMILY_##constant,
    CORM_EVENT_FAMILIES(CORM_EVENT_FAMILY_CONSTANT)
#undef CORM_EVENT_FAMILY_CONSTANT
        CORM_EVENT_FAMILY_COUNT
};

/* CORM_EVENT_SESSION_BEFORE_FLUSH, … */
enum corm_event {
#define CORM_EVENT_CONSTANT(family, constant, name, args, flags) \
    CORM_EVENT_##family##_##constant,
    CORM_EVENTS(CORM_EVENT_CONSTANT)
#undef CORM_EVENT_CONSTANT
        CORM_EVENT_COUNT
};

struct corm_event_info {
    enum corm_event_family family;
    const char *name;
    const char *args; /* separated by blanks */
    unsigned flags; /* enum corm_event_flag */
};

/** What is known of the event. */
const struct corm_event_info *corm_event_info(enum corm_event event);

/** Name of the family as Lua knows it: "session". */
const char *corm_event_family_name(enum corm_event_family family);

/**
 * Find the event with this name in any of the families, a set of bits 1 << family.
 * Errors: CORM_E_INVALID_REQUEST, with the nearest name there is.
 */
enum corm_rc corm_event_find(unsigned families, const char *name, size_t len,
                             enum corm_event *out,
                             struct corm_error *err) CORM_NODISCARD;

#endif
