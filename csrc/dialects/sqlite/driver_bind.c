/* SPDX-License-Identifier: MIT */
/*
 * Values go in the form in which SQLAlchemy stores them, so that both can use one file:
 * dates and times as ISO text (moment_text.h), decimals as REAL.
 */
#include "base/number.h"
#include "dialects/sqlite/driver_int.h"
#include "dialects/sqlite/moment_text.h"

#include <math.h>
#include <string.h>

static int bind_moment(sqlite3_stmt *handle, int at, const struct corm_value *value)
{
    char text[CORM_DATETIME_TEXT_MAX];
    size_t len = corm_sqlite_moment_text(value, text);
    return len == 0 ? SQLITE_MISMATCH
                    : sqlite3_bind_text(handle, at, text, (int)len, SQLITE_TRANSIENT);
}

static int bind_decimal(sqlite3_stmt *handle, int at, const struct corm_value *value)
{
    double number;
    if (!corm_number_parse_float(value->as.s, value->len, &number) || isnan(number)) {
        return SQLITE_MISMATCH;
    }
    return sqlite3_bind_double(handle, at, number);
}

/* A NULL pointer would be taken for NULL, whatever the length. */
static int bind_bytes(sqlite3_stmt *handle, int at, const struct corm_value *value,
                      bool is_static)
{
    const char *bytes = value->len == 0 ? "" : value->as.s;
    sqlite3_destructor_type keep = is_static ? SQLITE_STATIC : SQLITE_TRANSIENT;
    return value->tag == CORM_TAG_TEXT
               ? sqlite3_bind_text64(handle, at, bytes, value->len, keep, SQLITE_UTF8)
               : sqlite3_bind_blob64(handle, at, bytes, value->len, keep);
}

/* SQLITE_MISMATCH for a value that SQLite cannot hold; NaN would become NULL. */
static int bind_value(sqlite3_stmt *handle, int at, const struct corm_value *value,
                      bool is_static)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_NULL:
        return sqlite3_bind_null(handle, at);
    case CORM_TAG_BOOL:
    case CORM_TAG_INT:
        return sqlite3_bind_int64(handle, at, value->as.i);
    case CORM_TAG_FLOAT:
        return isnan(value->as.f) ? SQLITE_MISMATCH
                                  : sqlite3_bind_double(handle, at, value->as.f);
    case CORM_TAG_TEXT:
    case CORM_TAG_BLOB:
        return bind_bytes(handle, at, value, is_static);
    case CORM_TAG_DECIMAL:
        return bind_decimal(handle, at, value);
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
    case CORM_TAG_INTERVAL:
        return bind_moment(handle, at, value);
    case CORM_TAG_UNSET:
    case CORM_TAG_OBJECT:
    case CORM_TAG_FOREIGN:
        break;
    }
    return SQLITE_MISMATCH;
}

static enum corm_rc bind_fail(struct sqlite_dbc *dbc, int rc, uint32_t param_idx,
                              const struct corm_value *value, struct corm_error *err)
{
    if (rc != SQLITE_MISMATCH) {
        return sqlite_fail(dbc, rc, err);
    }
    if (value->tag == CORM_TAG_FLOAT || value->tag == CORM_TAG_DECIMAL ||
        value->tag == CORM_TAG_INTERVAL) {
        return corm_fail(err, CORM_E_DATA,
                         "parameter %u: SQLite cannot store this %s (NaN or too large)",
                         param_idx + 1, corm_value_type_name(value));
    }
    return corm_fail(err, CORM_E_INTERFACE,
                     "parameter %u: cannot bind a value of type %s", param_idx + 1,
                     corm_value_type_name(value));
}

enum corm_rc sqlite_bind_sets(struct sqlite_dbc *dbc, sqlite3_stmt *handle,
                              const struct corm_request *request, uint32_t first,
                              uint32_t nsets, bool is_static, struct corm_error *err)
{
    size_t start = (size_t)first * request->nparams;

    for (uint32_t i = 0; i < nsets * request->nparams; i++) {
        const struct corm_value *param = &request->params[start + i];
        int rc = bind_value(handle, (int)i + 1, param, is_static);
        if (CORM_UNLIKELY(rc != SQLITE_OK)) {
            return bind_fail(dbc, rc, i % request->nparams, param, err);
        }
    }
    return CORM_OK;
}
