/* SPDX-License-Identifier: MIT */
/*
 * Connecting and closing. The URL goes to libpq as an array of keywords, never as text: its
 * own parser quotes passwords in errors, and with expand_dbname a database's name could
 * smuggle in settings.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for stpcpy(), explicit_bzero() */

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fork.h"
#include "base/hash.h"
#include "dialects/postgres/driver_hosts.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_lookup.h"
#include "engine/url_option.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECT_TIMEOUT_MS = 30000,
    CACHED_STATEMENTS = 250,
    CACHED_STATEMENTS_MAX = 100000,
    SETTINGS_MAX = 48 /* keywords that can be passed to libpq at once */
};

/* Hosts and ports, options that are passed on as they are, and the driver's own. */
static const char *const KNOWN[] = {
    "host",
    "port",
    "hostaddr",
    "application_name",
    "channel_binding",
    "fallback_application_name",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "options",
    "passfile",
    "requirepeer",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "client_encoding",
    "connect_timeout",
    "cached_statements",
};

enum {
    NHOSTS = 2, /* the first of KNOWN, see driver_hosts.h */
    NOWN = 3, /* the last of KNOWN are not passed on */
    NPASSED = CORM_LENGTH(KNOWN) - NOWN
};

struct pg_settings {
    size_t size; /* of its block, see settings_dup() */
    const char *names; /* hosts as the URL says them, where they are looked up */
    const char *keywords[SETTINGS_MAX];
    const char *values[SETTINGS_MAX];
    size_t n;
};

static void set(struct pg_settings *settings, const char *keyword, const char *value)
{
    if (value != NULL) {
        settings->keywords[settings->n] = keyword;
        settings->values[settings->n++] = value;
    }
}

static enum corm_rc check_options(const struct corm_url *url, struct corm_error *err)
{
    const char *encoding = corm_url_option(url, "client_encoding");
    enum corm_rc rc = corm_url_check_options(url, KNOWN, CORM_LENGTH(KNOWN), err);
    if (rc != CORM_OK) {
        return rc;
    }
    if (encoding != NULL && strcasecmp(encoding, "utf8") != 0 &&
        strcasecmp(encoding, "utf-8") != 0) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "option 'client_encoding' of the database URL must be utf8");
    }
    return CORM_OK;
}

static void set_list(struct pg_settings *settings, const char *keyword,
                     const struct corm_strbuf *list)
{
    set(settings, keyword, list->len > 0 ? list->data : NULL);
}

static void fill_settings(struct pg_settings *settings, const struct corm_url *url,
                          const struct pg_hosts *hosts)
{
    *settings = (struct pg_settings){ .n = 0 };
    set_list(settings, "host", &hosts->hosts);
    set_list(settings, "port", &hosts->ports);
    set(settings, "user", url->user);
    set(settings, "password", url->password);
    set(settings, "dbname", url->database);
    set(settings, "client_encoding", "UTF8");
    for (size_t i = NHOSTS; i < NPASSED; i++) {
        set(settings, KNOWN[i], corm_url_option(url, KNOWN[i]));
    }
    if (corm_url_option(url, "passfile") == NULL) {
        set(settings, "passfile",
            "/dev/null/none"); /* no path: quieter than a device */
    }
}

/* ---- settings that wait for a lookup ---- */

static const char **find(struct pg_settings *settings, const char *keyword)
{
    for (size_t i = 0; i < settings->n; i++) {
        if (strcmp(settings->keywords[i], keyword) == 0) {
            return &settings->values[i];
        }
    }
    return NULL;
}

static void replace(struct pg_settings *settings, const char *keyword,
                    const char *value)
{
    const char **place = find(settings, keyword);
    if (place != NULL) {
        *place = value;
    } else {
        set(settings, keyword, value);
    }
}

/* A copy in one block, with the values' texts. NULL when memory is short. */
static struct pg_settings *settings_dup(const struct pg_settings *settings)
{
    size_t size = sizeof(*settings);
    for (size_t i = 0; i < settings->n; i++) {
        size += strlen(settings->values[i]) + 1;
    }
    struct pg_settings *copy = corm_alloc(size);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *settings;
    copy->size = size;
    char *text = (char *)(copy + 1);
    for (size_t i = 0; i < settings->n; i++) {
        copy->values[i] = text;
        text = stpcpy(text, settings->values[i]) + 1;
    }
    return copy;
}

/* Look names of hosts up, unless there are addresses already; dbc->lookup NULL: no need. */
static enum corm_rc begin_lookup(struct pg_dbc *dbc, struct pg_settings *settings,
                                 struct corm_error *err)
{
    const char **hosts = find(settings, "host");
    const char **ports = find(settings, "port");
    if (hosts == NULL || find(settings, "hostaddr") != NULL ||
        !pg_lookup_is_needed(*hosts)) {
        return CORM_OK;
    }
    dbc->settings = settings_dup(settings);
    if (dbc->settings == NULL) {
        return corm_fail_memory(err);
    }
    dbc->settings->names = *find(dbc->settings, "host");
    return pg_lookup_begin(*hosts, ports == NULL ? NULL : *ports, &dbc->lookup, err);
}

/* ---- connect() ---- */

/* Wipe and free what is needed only while connecting. */
static void forget_secrets(struct pg_dbc *dbc)
{
    if (dbc->password != NULL) {
        explicit_bzero(dbc->password, strlen(dbc->password));
    }
    if (dbc->settings != NULL) {
        explicit_bzero(dbc->settings, dbc->settings->size);
    }
    corm_free(dbc->password);
    corm_free(dbc->settings);
    pg_lookup_release(dbc->lookup);
    pg_environ_release(dbc->clean_environ);
    dbc->password = NULL;
    dbc->settings = NULL;
    dbc->lookup = NULL;
    dbc->clean_environ = NULL;
}

/* libpq speaks of addresses only. */
static void add_names(const struct pg_dbc *dbc, struct corm_error *err)
{
    if (dbc->lookup != NULL) {
        size_t len = strlen(err->message);
        snprintf(err->message + len, sizeof(err->message) - len, " (looked up: %s)",
                 dbc->settings->names);
    }
}

/* Nothing was connected, so nothing was disconnected. */
static enum corm_rc fail_connect(struct pg_dbc *dbc, struct corm_error *err)
{
    pg_fail_conn(dbc, err);
    dbc->base.is_dead = true;
    if (err != NULL) {
        err->is_disconnect = 0;
        add_names(dbc, err);
    }
    return CORM_E_OPERATIONAL;
}

/* Have libpq begin to connect. */
static enum corm_rc start_connecting(struct pg_dbc *dbc,
                                     const struct pg_settings *settings,
                                     struct corm_error *err)
{
    char **saved = pg_environ_enter(dbc->clean_environ);
    dbc->conn = PQconnectStartParams(settings->keywords, settings->values, 0);
    pg_environ_leave(saved);
    if (dbc->conn == NULL) {
        return corm_fail_memory(err);
    }
    if (PQstatus(dbc->conn) == CONNECTION_BAD) {
        return fail_connect(dbc, err);
    }
    PQsetNoticeReceiver(dbc->conn, pg_note_notice, dbc);
    dbc->polling = PGRES_POLLING_WRITING;
    dbc->step = PG_STEP_CONNECT;
    return CORM_OK;
}

static enum corm_rc connect_begin(struct pg_dbc *dbc, const struct corm_url *url,
                                  const struct pg_hosts *hosts, struct corm_error *err)
{
    struct pg_settings settings;
    if (url->password != NULL) {
        dbc->password = corm_strndup(url->password, strlen(url->password));
    }
    dbc->clean_environ = pg_environ_new();
    if (dbc->clean_environ == NULL ||
        (url->password != NULL && dbc->password == NULL)) {
        return corm_fail_memory(err);
    }
    fill_settings(&settings, url, hosts);
    dbc->step = PG_STEP_LOOKUP;
    enum corm_rc rc = begin_lookup(dbc, &settings, err);
    return rc == CORM_OK && dbc->lookup == NULL ? start_connecting(dbc, &settings, err)
                                                : rc;
}

static struct pg_dbc *dbc_new(int64_t ncached, int64_t timeout_ms)
{
    struct pg_dbc *dbc = corm_alloc_zero(1, sizeof(*dbc));
    if (dbc == NULL) {
        return NULL;
    }
    dbc->base.ops = &corm_postgres_driver;
    dbc->base.pid = (int)getpid();
    corm_fork_watch();
    dbc->nforks = corm_fork_count();
    corm_strbuf_init(&dbc->notices);
    corm_prepared_cache_init(&dbc->cache, (size_t)ncached, pg_statement_drop, dbc);
    if (timeout_ms > 0) {
        dbc->deadline_us = corm_clock_mono_us() + timeout_ms * 1000;
    }
    return dbc;
}

static enum corm_rc connect_to(const struct corm_url *url, const struct pg_hosts *hosts,
                               struct corm_dbc **out, struct corm_error *err)
{
    int64_t ncached = CACHED_STATEMENTS;
    int64_t timeout_ms = CONNECT_TIMEOUT_MS;
    enum corm_rc rc = corm_url_get_int(url, "cached_statements", CACHED_STATEMENTS_MAX,
                                       &ncached, err);
    if (rc == CORM_OK) {
        rc = corm_url_get_seconds(url, "connect_timeout", &timeout_ms, err);
    }
    if (rc != CORM_OK) {
        return rc;
    }
    struct pg_dbc *dbc = dbc_new(ncached, timeout_ms);
    if (dbc == NULL) {
        return corm_fail_memory(err);
    }
    rc = connect_begin(dbc, url, hosts, err);
    if (rc != CORM_OK) {
        pg_close(&dbc->base);
        return rc;
    }
    *out = &dbc->base;
    return CORM_OK;
}

enum corm_rc pg_connect(const struct corm_url *url, struct corm_dbc **out,
                        struct corm_error *err)
{
    struct pg_hosts hosts;
    enum corm_rc rc = check_options(url, err);
    if (rc != CORM_OK) {
        return rc;
    }
    rc = pg_hosts_read(url, &hosts, err);
    if (rc == CORM_OK) {
        rc = connect_to(url, &hosts, out, err);
    }
    pg_hosts_release(&hosts);
    return rc;
}

/* ---- connect_step() ---- */

static void fill_info(struct pg_dbc *dbc)
{
    dbc->base.info = (struct corm_driver_info){
        .name = "postgresql",
        .driver = "libpq",
        .max_params = PG_PARAMS_MAX,
        .server_version = PQserverVersion(dbc->conn),
        .has_copy = true,
        .has_arrays = true,
        .has_many_rows = true,
    };
}

static bool has_setting(const struct pg_dbc *dbc, const char *name, const char *prefix)
{
    const char *value = PQparameterStatus(dbc->conn, name);
    return value != NULL && strncmp(value, prefix, strlen(prefix)) == 0;
}

static void connected(struct pg_dbc *dbc)
{
    uint64_t salt = (uint64_t)corm_clock_mono_us() ^ (uint64_t)(uintptr_t)dbc;
    forget_secrets(dbc);
    fill_info(dbc);
    PQsetnonblocking(dbc->conn, 1);
    /* Names that no other client of a pooling proxy will choose. */
    dbc->name_prefix = (uint32_t)corm_hash_mix(corm_hash_seed(), salt);
    dbc->utf8_encoding = PQclientEncoding(dbc->conn);
    dbc->deadline_us = 0;
    dbc->step = PG_STEP_IDLE;
    dbc->needs_setup = !has_setting(dbc, "DateStyle", "ISO") ||
                       !has_setting(dbc, "standard_conforming_strings", "on");
}

/* PQconnectPoll() may only be called when the socket is ready. */
static bool is_socket_ready(const struct pg_dbc *dbc)
{
    struct pollfd fd = { .fd = PQsocket(dbc->conn),
                         .events =
                             dbc->polling == PGRES_POLLING_WRITING ? POLLOUT : POLLIN };
    return poll(&fd, 1, 0) > 0;
}

/* WAIT, until the time is up. */
static enum corm_io wait_connecting(struct pg_dbc *dbc, const char *host,
                                    struct corm_error *err)
{
    if (dbc->deadline_us == 0 || corm_clock_mono_us() < dbc->deadline_us) {
        return CORM_IO_WAIT;
    }
    dbc->base.is_dead = true;
    corm_fail(err, CORM_E_OPERATIONAL,
              "connecting to %s took longer than connect_timeout", host);
    return CORM_IO_ERROR;
}

/* Addresses take the place of names. */
static enum corm_io step_lookup(struct pg_dbc *dbc, struct corm_error *err)
{
    struct pg_settings *settings = dbc->settings;
    struct pg_addresses found;
    if (pg_lookup_is_running(dbc->lookup)) {
        return wait_connecting(dbc, settings->names, err);
    }
    enum corm_rc rc = pg_lookup_addresses(dbc->lookup, &found, err);
    if (rc == CORM_OK) {
        replace(settings, "host", found.hosts);
        replace(settings, "hostaddr", found.addresses);
        replace(settings, "port", found.ports);
        rc = start_connecting(dbc, settings, err);
    }
    dbc->base.is_dead |= rc != CORM_OK;
    return rc == CORM_OK ? CORM_IO_DONE : CORM_IO_ERROR;
}

static void poll_connecting(struct pg_dbc *dbc)
{
    char **saved = pg_environ_enter(dbc->clean_environ);
    dbc->polling = PQconnectPoll(dbc->conn);
    pg_environ_leave(saved);
}

static enum corm_io step_connect(struct pg_dbc *dbc, struct corm_error *err)
{
    while (is_socket_ready(dbc)) {
        poll_connecting(dbc);
        if (dbc->polling == PGRES_POLLING_OK) {
            connected(dbc);
            return CORM_IO_DONE;
        }
        if (dbc->polling == PGRES_POLLING_FAILED) {
            fail_connect(dbc, err);
            return CORM_IO_ERROR;
        }
    }
    return wait_connecting(dbc, PQhost(dbc->conn), err);
}

enum corm_io pg_connect_step(struct corm_dbc *base, struct corm_error *err)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    if (base->is_dead) {
        corm_fail(err, CORM_E_OPERATIONAL, "connecting was given up");
        return CORM_IO_ERROR;
    }
    if (dbc->step == PG_STEP_LOOKUP) {
        enum corm_io io = step_lookup(dbc, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
    }
    if (dbc->step == PG_STEP_CONNECT) {
        enum corm_io io = step_connect(dbc, err);
        if (io != CORM_IO_DONE) {
            return io;
        }
    }
    if (!dbc->needs_setup) {
        return CORM_IO_DONE;
    }
    /* Text forms are read as ISO dates and written with plain strings. */
    enum corm_io io = pg_control(
        base, "SET datestyle = 'ISO'; SET standard_conforming_strings = on", err);
    dbc->needs_setup = io == CORM_IO_WAIT;
    return io;
}

/* ---- close() ---- */

/* In a fork's child: the server must not hear that we leave, the parent is still there. */
static void silence_socket(PGconn *conn)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        dup2(fd, PQsocket(conn));
        close(fd);
    }
}

void pg_close(struct corm_dbc *base)
{
    if (base == NULL) {
        return;
    }
    struct pg_dbc *dbc = pg_dbc_of(base);
    pg_job_end(dbc);
    pg_cancel_release(dbc);
    if (dbc->conn != NULL && base->pid != (int)getpid() && PQsocket(dbc->conn) >= 0) {
        silence_socket(dbc->conn);
    }
    PQfinish(dbc->conn);
    corm_prepared_cache_release(&dbc->cache);
    corm_vec_release(&dbc->dropped);
    pg_encoder_release(&dbc->encoder);
    corm_strbuf_release(&dbc->copied);
    corm_strbuf_release(&dbc->notices);
    forget_secrets(dbc);
    corm_free(dbc);
}
