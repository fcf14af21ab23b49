/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/counter.h"
#include "dialects/sqlite/driver_int.h"
#include "engine/url_option.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_TIMEOUT_MS = 5000,
    CACHED_STATEMENTS = 250,
    CACHED_STATEMENTS_MAX = 100000
};

struct options {
    int64_t busy_timeout_ms;
    int64_t ncached;
    bool has_foreign_keys;
    bool is_uri;
};

static const char *const KNOWN[] = { "timeout", "cached_statements", "foreign_keys",
                                     "uri", "check_same_thread" };

static enum corm_rc read_options(const struct corm_url *url, struct options *options,
                                 struct corm_error *err)
{
    bool ignored;
    enum corm_rc rc = corm_url_get_bool(url, "uri", &options->is_uri, err);
    if (rc == CORM_OK && !options->is_uri) {
        rc = corm_url_check_options(url, KNOWN, CORM_LENGTH(KNOWN), err);
    }
    if (rc == CORM_OK) {
        rc = corm_url_get_seconds(url, "timeout", &options->busy_timeout_ms, err);
    }
    if (rc == CORM_OK) {
        rc = corm_url_get_int(url, "cached_statements", CACHED_STATEMENTS_MAX,
                              &options->ncached, err);
    }
    if (rc == CORM_OK) {
        rc = corm_url_get_bool(url, "foreign_keys", &options->has_foreign_keys, err);
    }
    return rc == CORM_OK ? corm_url_get_bool(url, "check_same_thread", &ignored, err)
                         : rc;
}

static bool is_known(const char *key)
{
    for (size_t i = 0; i < CORM_LENGTH(KNOWN); i++) {
        if (strcmp(key, KNOWN[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void add_uri_text(struct corm_strbuf *name, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("%&=?#+", *text) != NULL) {
            corm_strbuf_printf(name, "%%%02X", (unsigned char)*text);
        } else {
            corm_strbuf_putc(name, *text);
        }
    }
}

/* file:path?mode=ro, with the options that are not ours */
static void add_uri(struct corm_strbuf *name, const struct corm_url *url)
{
    char separator = strchr(url->database, '?') == NULL ? '?' : '&';
    corm_strbuf_puts(name, url->database);
    for (size_t i = 0; i < url->noptions; i++) {
        if (!is_known(url->options[i].key)) {
            corm_strbuf_putc(name, separator);
            add_uri_text(name, url->options[i].key);
            corm_strbuf_putc(name, '=');
            add_uri_text(name, url->options[i].value);
            separator = '&';
        }
    }
}

/*
 * The file to open. Debian's library takes "file:…" for a URI even where none is asked
 * for, hence the "./".
 */
static enum corm_rc file_name(const struct corm_url *url, bool is_uri,
                              struct corm_strbuf *name, struct corm_error *err)
{
    if (url->database == NULL) {
        corm_strbuf_puts(name, ":memory:");
    } else if (is_uri) {
        add_uri(name, url);
    } else {
        corm_strbuf_puts(name, strncmp(url->database, "file:", 5) == 0 ? "./" : "");
        corm_strbuf_puts(name, url->database);
    }
    return corm_strbuf_check(name, err);
}

/*
 * Switch off what surprises: a misspelt "name" that becomes a string, code named in a
 * hostile schema, and writing to SQLite's own tables.
 */
static int harden(sqlite3 *db)
{
    static const struct {
        int option;
        int value;
    } SETTINGS[] = {
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
    };
    for (size_t i = 0; i < CORM_LENGTH(SETTINGS); i++) {
        int rc = sqlite3_db_config(db, SETTINGS[i].option, SETTINGS[i].value, NULL);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    return SQLITE_OK;
}

static int configure(struct sqlite_dbc *dbc, bool has_foreign_keys)
{
    sqlite3_extended_result_codes(dbc->db, 1);
    int rc = harden(dbc->db);
    if (rc == SQLITE_OK) {
        rc = sqlite3_db_config(dbc->db, SQLITE_DBCONFIG_ENABLE_FKEY, has_foreign_keys,
                               NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite_add_regexp(dbc->db);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_set_authorizer(dbc->db, sqlite_on_authorize, dbc);
    }
    return rc == SQLITE_OK ? sqlite3_busy_handler(dbc->db, sqlite_on_busy, dbc) : rc;
}

/* 3040001 is told as 34001, so that it reads like PostgreSQL's 150020. */
static int32_t version_number(void)
{
    int n = sqlite3_libversion_number();
    return n / 1000000 * 10000 + n / 1000 % 1000 * 100 + n % 1000;
}

static void fill_base(struct sqlite_dbc *dbc)
{
    dbc->base.ops = &corm_sqlite_driver;
    dbc->base.pid = (int)getpid();
    corm_fork_watch();
    dbc->nforks = corm_fork_count();
    dbc->base.info = (struct corm_driver_info){
        .name = "sqlite",
        .driver = "sqlite3",
        .max_params = sqlite3_limit(dbc->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1),
        .server_version = version_number(),
        .has_rowid = true,
        .has_many_rows = sqlite3_libversion_number() >= 3035000, /* RETURNING */
        .keyed_sets_min = SQLITE_SETS_MIN,
    };
}

/* Open into dbc->db; also after a failure it is for the caller to close. */
static enum corm_rc open_file(struct sqlite_dbc *dbc, const struct corm_url *url,
                              const struct options *options, struct corm_error *err)
{
    struct corm_strbuf name;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                (options->is_uri ? SQLITE_OPEN_URI : 0);
    corm_strbuf_init(&name);
    enum corm_rc rc = file_name(url, options->is_uri, &name, err);
    if (rc == CORM_OK) {
        int code = sqlite3_open_v2(name.data, &dbc->db, flags, NULL);
        if (code == SQLITE_OK) {
            code = configure(dbc, options->has_foreign_keys);
        }
        if (code != SQLITE_OK) {
            rc = sqlite_fail(dbc, code, err);
            corm_error_prefix(err, "cannot open '%s'",
                              url->database == NULL ? ":memory:" : url->database);
        }
    }
    corm_strbuf_release(&name);
    return rc;
}

enum corm_rc sqlite_connect(const struct corm_url *url, struct corm_dbc **out,
                            struct corm_error *err)
{
    struct options options = { .busy_timeout_ms = BUSY_TIMEOUT_MS,
                               .ncached = CACHED_STATEMENTS };
    enum corm_rc rc = read_options(url, &options, err);
    if (rc != CORM_OK) {
        return rc;
    }
    if (url->host != NULL || url->port != 0 || url->user != NULL ||
        url->password != NULL) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "a database URL of SQLite has no user, host or port: "
                         "sqlite:///relative.db or sqlite:////absolute/path.db");
    }
    struct sqlite_dbc *dbc = corm_alloc_zero(1, sizeof(*dbc));
    if (dbc == NULL) {
        return corm_fail_memory(err);
    }
    rc = open_file(dbc, url, &options, err);
    if (rc != CORM_OK) {
        sqlite3_close(dbc->db);
        corm_free(dbc);
        return rc;
    }
    dbc->busy_timeout_ms = options.busy_timeout_ms;
    corm_list_init(&dbc->open);
    corm_prepared_cache_init(&dbc->cache, (size_t)options.ncached,
                             sqlite_statement_drop, NULL);
    fill_base(dbc);
    *out = &dbc->base;
    return CORM_OK;
}

/* Connections that a parent process uses, kept so that no leak checker thinks them lost. */
static _Atomic(struct sqlite_dbc *) parents;

/* We are a fork's child: closing could roll back the parent's transaction. */
static void leave_to_parent(struct sqlite_dbc *dbc)
{
    dbc->next = atomic_exchange(&parents, dbc);
}

void sqlite_close(struct corm_dbc *base)
{
    if (base == NULL) {
        return;
    }
    struct sqlite_dbc *dbc = CORM_CONTAINER(base, struct sqlite_dbc, base);
    if (base->pid != (int)getpid()) {
        leave_to_parent(dbc);
        return;
    }
    sqlite_cancel(base);
    corm_prepared_cache_release(&dbc->cache);
    sqlite3_close_v2(dbc->db);
    corm_free(dbc);
}
