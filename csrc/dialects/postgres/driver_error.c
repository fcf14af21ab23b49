/* SPDX-License-Identifier: MIT */
/* SQLSTATEs as the classes that psycopg and so SQLAlchemy give them. */
#include "base/counter.h"
#include "base/strbuf.h"
#include "dialects/postgres/driver_int.h"

#include <string.h>

struct class_rule {
    char prefix[4];
    enum corm_rc rc;
};

static const struct class_rule CLASSES[] = {
    { "08", CORM_E_OPERATIONAL }, { "0A", CORM_E_NOT_SUPPORTED },
    { "20", CORM_E_PROGRAMMING }, { "21", CORM_E_PROGRAMMING },
    { "22", CORM_E_DATA },        { "23", CORM_E_INTEGRITY },
    { "24", CORM_E_INTERNAL },    { "25", CORM_E_INTERNAL },
    { "26", CORM_E_OPERATIONAL }, { "27", CORM_E_OPERATIONAL },
    { "28", CORM_E_OPERATIONAL }, { "2B", CORM_E_INTERNAL },
    { "2D", CORM_E_INTERNAL },    { "2F", CORM_E_INTERNAL },
    { "34", CORM_E_OPERATIONAL }, { "38", CORM_E_INTERNAL },
    { "39", CORM_E_INTERNAL },    { "3B", CORM_E_INTERNAL },
    { "3D", CORM_E_PROGRAMMING }, { "3F", CORM_E_PROGRAMMING },
    { "40", CORM_E_OPERATIONAL }, { "42", CORM_E_PROGRAMMING },
    { "44", CORM_E_PROGRAMMING }, { "5", CORM_E_OPERATIONAL },
    { "F0", CORM_E_INTERNAL },    { "HV", CORM_E_OPERATIONAL },
    { "P0", CORM_E_INTERNAL },    { "XX", CORM_E_INTERNAL },
};

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool has_any_prefix(const char *text, const char *const *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (has_prefix(text, prefixes[i])) {
            return true;
        }
    }
    return false;
}

static enum corm_rc class_of(const char *sqlstate)
{
    for (size_t i = 0; i < CORM_LENGTH(CLASSES); i++) {
        if (has_prefix(sqlstate, CLASSES[i].prefix)) {
            return CLASSES[i].rc;
        }
    }
    return CORM_E_DATABASE;
}

/*
 * The server ends the session with these, or is about to. Not so with 08P01: too few values
 * for a statement are a protocol violation too. Where it means more, the socket tells.
 */
static bool is_farewell(const char *sqlstate)
{
    if (strcmp(sqlstate, "08P01") == 0) {
        return false;
    }
    static const char *const STATES[] = { "08",    "57P01", "57P02", "57P03",
                                          "57P04", "57P05", "25P03" };
    return has_any_prefix(sqlstate, STATES, CORM_LENGTH(STATES));
}

/* Doing it all again may succeed: serialization, deadlock, a lock that was not waited for */
static bool is_retryable(const char *sqlstate)
{
    static const char *const STATES[] = { "40001", "40P01", "55P03" };
    return has_any_prefix(sqlstate, STATES, CORM_LENGTH(STATES));
}

void pg_result_free(PGresult *result)
{
    if (result != NULL) {
        PQclear(result);
        corm_counter_dec(CORM_COUNTER_NATIVE_RESULT);
    }
}

static const char *field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text == NULL ? "" : text;
}

/* message: detail, hint, at character N */
static void put_message(struct corm_error *err, enum corm_rc rc, const PGresult *result)
{
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    const char *hint = field(result, PG_DIAG_MESSAGE_HINT);
    const char *position = field(result, PG_DIAG_STATEMENT_POSITION);
    corm_fail(err, rc, "%s%s%s%s%s%s%s%s%s", field(result, PG_DIAG_MESSAGE_PRIMARY),
              detail[0] != '\0' ? ": " : "", detail, hint[0] != '\0' ? " (hint: " : "",
              hint, hint[0] != '\0' ? ")" : "",
              position[0] != '\0' ? " (at character " : "", position,
              position[0] != '\0' ? ")" : "");
}

enum corm_rc pg_fail_result(struct pg_dbc *dbc, const PGresult *result,
                            struct corm_error *err)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    if (sqlstate[0] == '\0') {
        return pg_fail_conn(dbc, err);
    }
    enum corm_rc rc = class_of(sqlstate);
    dbc->base.is_dead = dbc->base.is_dead || is_farewell(sqlstate);
    if (err == NULL) {
        return rc;
    }
    put_message(err, rc, result);
    if (dbc->has_timed_out && strcmp(sqlstate, "57014") == 0) {
        corm_fail(err, rc, "the statement took longer than its time limit");
    }
    strncpy(err->sqlstate, sqlstate, sizeof(err->sqlstate) - 1);
    err->sqlstate[sizeof(err->sqlstate) - 1] = '\0';
    err->is_disconnect = is_farewell(sqlstate);
    err->is_retryable = is_retryable(sqlstate);
    return rc;
}

/* Write libpq's text as one line, and *** for every occurrence of the password. */
static void put_scrubbed(struct corm_strbuf *buf, const char *text,
                         const char *password)
{
    size_t npassword = password == NULL ? 0 : strlen(password);
    while (*text != '\0') {
        if (npassword > 0 && strncmp(text, password, npassword) == 0) {
            corm_strbuf_puts(buf, "***");
            text += npassword;
        } else if (strchr("\n\t ", *text) != NULL) {
            text += strspn(text, "\n\t ");
            corm_strbuf_puts(buf, *text == '\0' ? "" : " ");
        } else {
            corm_strbuf_putc(buf, *text++);
        }
    }
}

enum corm_rc pg_fail_conn(struct pg_dbc *dbc, struct corm_error *err)
{
    struct corm_strbuf text;
    bool is_lost = PQstatus(dbc->conn) == CONNECTION_BAD;
    corm_strbuf_init(&text);
    put_scrubbed(&text, PQerrorMessage(dbc->conn), dbc->password);
    if (corm_strbuf_check(&text, NULL) != CORM_OK || text.len == 0) {
        corm_fail(err, CORM_E_OPERATIONAL, "the database's client library failed");
    } else {
        corm_fail(err, CORM_E_OPERATIONAL, "%s", text.data);
    }
    corm_strbuf_release(&text);
    dbc->base.is_dead = dbc->base.is_dead || is_lost;
    if (err != NULL) {
        err->is_disconnect = is_lost;
    }
    return CORM_E_OPERATIONAL;
}
