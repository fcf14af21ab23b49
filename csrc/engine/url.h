/* SPDX-License-Identifier: MIT */
/*
 * Database URLs: dialect[+driver]://user:password@host:port/database?key=value
 *
 *     sqlite://                            in memory
 *     sqlite:///relative.db                relative to the working directory
 *     sqlite:////absolute/path.db
 *     postgresql://u:p%40ss@[::1]:5433/db  reserved characters are percent-encoded
 *     postgresql://u@/db?host=/run/postgresql
 */
#ifndef CORM_ENGINE_URL_H
#define CORM_ENGINE_URL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

struct corm_url_option {
    const char *key;
    const char *value;
};

/* A parsed URL; absent parts are NULL, an absent port 0. All text is decoded. */
struct corm_url {
    struct corm_arena arena; /* owns the text */
    const char *dialect; /* "sqlite" */
    const char *driver; /* after the plus, or NULL */
    const char *user;
    const char *password; /* never printed: corm_url_format() masks it */
    const char *host;
    const char *database;
    int port;
    const struct corm_url_option *options;
    size_t noptions;
};

/**
 * Parse text[len]. Errors never contain the password.
 * Ownership: release with corm_url_release().
 * Errors: CORM_E_ARGUMENT naming the part that is wrong and what was expected.
 */
enum corm_rc corm_url_parse(const char *text, size_t len, struct corm_url *url,
                            struct corm_error *err) CORM_NODISCARD;
/** Free the text; the URL is empty then. */
void corm_url_release(struct corm_url *url);

/** Value of the first option with this key, or NULL. Lifetime: the URL's. */
const char *corm_url_option(const struct corm_url *url, const char *key);

/**
 * Append the URL as text that corm_url_parse() reads back to the same parts. With
 * is_masked a password is written as ***; only such text may be shown to anybody.
 */
void corm_url_format(const struct corm_url *url, bool is_masked,
                     struct corm_strbuf *buf);

#endif
