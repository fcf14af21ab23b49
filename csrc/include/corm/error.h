/* SPDX-License-Identifier: MIT */
/*
 * Errors as plain data. A function that can fail returns enum corm_rc and fills a
 * struct corm_error that owns nothing: it may sit on any C stack, be copied, and be
 * abandoned by a longjmp. Statement and parameters are attached on the Lua side.
 */
#ifndef CORM_ERROR_H
#define CORM_ERROR_H

/* Result of every function that can fail; each failure is one class of corm.exc. */
enum corm_rc {
    CORM_OK = 0,
    CORM_E_ARGUMENT, /* ArgumentError: the caller passed something unusable */
    CORM_E_COMPILE, /* CompileError: a construct has no SQL here */
    CORM_E_UNSUPPORTED, /* UnsupportedCompilationError: the dialect cannot say it */
    CORM_E_INVALID_REQUEST, /* InvalidRequestError: not in this state */
    CORM_E_ILLEGAL_STATE, /* IllegalStateChangeError: a state machine refused a move */
    CORM_E_RESOURCE_CLOSED, /* ResourceClosedError: used after close */
    CORM_E_NO_SUCH_TABLE, /* NoSuchTableError */
    CORM_E_NO_SUCH_COLUMN, /* NoSuchColumnError */
    CORM_E_NO_SUCH_MODULE, /* NoSuchModuleError: unknown dialect or driver */
    CORM_E_CIRCULAR, /* CircularDependencyError */
    CORM_E_UNBOUND, /* UnboundExecutionError: no engine to run on */
    CORM_E_TIMEOUT, /* TimeoutError: pool or deadline */
    CORM_E_NO_MEMORY, /* MemoryError */
    CORM_E_INTERFACE, /* InterfaceError: the driver itself failed */
    CORM_E_DATABASE, /* DatabaseError: the database refused, no finer class */
    CORM_E_DATA, /* DataError: a value does not fit */
    CORM_E_OPERATIONAL, /* OperationalError: connection, lock, resources */
    CORM_E_INTEGRITY, /* IntegrityError: a constraint was violated */
    CORM_E_INTERNAL, /* InternalError: database is out of sync */
    CORM_E_PROGRAMMING, /* ProgrammingError: bad SQL, missing table */
    CORM_E_NOT_SUPPORTED, /* NotSupportedError */
    CORM_E_MAPPER, /* orm.exc UnmappedError family, ArgumentError of mapping */
    CORM_E_DETACHED, /* DetachedInstanceError */
    CORM_E_OBJECT_DELETED, /* ObjectDeletedError */
    CORM_E_STALE_DATA, /* StaleDataError */
    CORM_E_FLUSH, /* FlushError */
    CORM_E_PENDING_ROLLBACK, /* PendingRollbackError */
    CORM_E_NO_RESULT, /* NoResultFound */
    CORM_E_MULTIPLE_RESULTS, /* MultipleResultsFound */
    CORM_E_IDENTIFIER, /* IdentifierError: a name is too long for the database */
    CORM_E_NO_FOREIGN_KEYS, /* NoForeignKeysError: nothing says how tables are joined */
    CORM_E_AMBIGUOUS_KEYS, /* AmbiguousForeignKeysError: several foreign keys say it */
    CORM_E_OTHER, /* CormError: anything else, such as a Lua program's error */
    CORM_E_COUNT
};

enum {
    CORM_ERROR_MESSAGE_MAX = 512 /* bytes of a message with its NUL; longer is cut */
};

/* One failure. Valid only after a function returned something else than CORM_OK. */
struct corm_error {
    enum corm_rc rc;
    int native_code; /* the driver's own code; 0 if none */
    char sqlstate[6]; /* five characters, or "" */
    unsigned char is_disconnect; /* the connection is gone */
    unsigned char is_retryable; /* serialization failure, deadlock, lock timeout */
    char message[CORM_ERROR_MESSAGE_MAX]; /* lower case, no period, names the thing */
};

#endif
