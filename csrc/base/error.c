/* SPDX-License-Identifier: MIT */
/*
 * Messages are formatted into a local buffer first: arguments may point into the record
 * that is about to be filled.
 */
#include "base/error.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the analyser sees in their place is for callers. */
#undef corm_fail
#undef corm_fail_memory

enum {
    /*
     * Escaping never shortens a text, so a character that this cut splits lies beyond
     * the end of the message anyway.
     */
    RAW_MESSAGE_MAX = 2 * CORM_ERROR_MESSAGE_MAX
};

static void message_set(char message[CORM_ERROR_MESSAGE_MAX], const char *raw)
{
    (void)corm_utf8_escape_fixed(message, CORM_ERROR_MESSAGE_MAX, raw, strlen(raw));
}

CORM_PRINTF(2, 0)
static void message_vformat(char raw[RAW_MESSAGE_MAX], const char *fmt, va_list args)
{
    if (vsnprintf(raw, RAW_MESSAGE_MAX, fmt, args) < 0) {
        raw[0] = '\0';
    }
}

static enum corm_rc error_fill(struct corm_error *err, enum corm_rc rc, const char *raw)
{
    err->rc = rc;
    err->native_code = 0;
    err->sqlstate[0] = '\0';
    err->is_disconnect = 0;
    err->is_retryable = 0;
    message_set(err->message, raw);
    return rc;
}

enum corm_rc corm_fail(struct corm_error *err, enum corm_rc rc, const char *fmt, ...)
{
    char raw[RAW_MESSAGE_MAX];
    va_list args;
    if (err == NULL) {
        return rc;
    }
    va_start(args, fmt);
    message_vformat(raw, fmt, args);
    va_end(args);
    return error_fill(err, rc, raw);
}

enum corm_rc corm_fail_memory(struct corm_error *err)
{
    return err == NULL ? CORM_E_NO_MEMORY
                       : error_fill(err, CORM_E_NO_MEMORY, "out of memory");
}

void corm_error_prefix(struct corm_error *err, const char *fmt, ...)
{
    char raw[RAW_MESSAGE_MAX];
    va_list args;
    if (err == NULL) {
        return;
    }
    va_start(args, fmt);
    message_vformat(raw, fmt, args);
    va_end(args);
    size_t used = strlen(raw);
    (void)snprintf(raw + used, sizeof(raw) - used, ": %s", err->message);
    message_set(err->message, raw);
}

const char *corm_rc_name(enum corm_rc rc)
{
    static const char *const names[CORM_E_COUNT] = {
        [CORM_OK] = "ok",
        [CORM_E_ARGUMENT] = "ArgumentError",
        [CORM_E_COMPILE] = "CompileError",
        [CORM_E_UNSUPPORTED] = "UnsupportedCompilationError",
        [CORM_E_INVALID_REQUEST] = "InvalidRequestError",
        [CORM_E_ILLEGAL_STATE] = "IllegalStateChangeError",
        [CORM_E_RESOURCE_CLOSED] = "ResourceClosedError",
        [CORM_E_NO_SUCH_TABLE] = "NoSuchTableError",
        [CORM_E_NO_SUCH_COLUMN] = "NoSuchColumnError",
        [CORM_E_NO_SUCH_MODULE] = "NoSuchModuleError",
        [CORM_E_CIRCULAR] = "CircularDependencyError",
        [CORM_E_UNBOUND] = "UnboundExecutionError",
        [CORM_E_TIMEOUT] = "TimeoutError",
        [CORM_E_NO_MEMORY] = "MemoryError",
        [CORM_E_INTERFACE] = "InterfaceError",
        [CORM_E_DATABASE] = "DatabaseError",
        [CORM_E_DATA] = "DataError",
        [CORM_E_OPERATIONAL] = "OperationalError",
        [CORM_E_INTEGRITY] = "IntegrityError",
        [CORM_E_INTERNAL] = "InternalError",
        [CORM_E_PROGRAMMING] = "ProgrammingError",
        [CORM_E_NOT_SUPPORTED] = "NotSupportedError",
        [CORM_E_MAPPER] = "UnmappedError",
        [CORM_E_DETACHED] = "DetachedInstanceError",
        [CORM_E_OBJECT_DELETED] = "ObjectDeletedError",
        [CORM_E_STALE_DATA] = "StaleDataError",
        [CORM_E_FLUSH] = "FlushError",
        [CORM_E_PENDING_ROLLBACK] = "PendingRollbackError",
        [CORM_E_NO_RESULT] = "NoResultFound",
        [CORM_E_MULTIPLE_RESULTS] = "MultipleResultsFound",
        [CORM_E_IDENTIFIER] = "IdentifierError",
        [CORM_E_NO_FOREIGN_KEYS] = "NoForeignKeysError",
        [CORM_E_AMBIGUOUS_KEYS] = "AmbiguousForeignKeysError",
        [CORM_E_OTHER] = "CormError",
    };
    /* Compared as unsigned: a code from outside the enum must not index below 0. */
    return (unsigned)rc < CORM_E_COUNT ? names[rc] : "CormError";
}
