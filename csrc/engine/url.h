/* SPDX-License-Identifier: MIT */
/* Database URLs: dialect[+driver]://user:password@host:port/database?key=value */
#ifndef CORM_ENGINE_URL_H
#define CORM_ENGINE_URL_H

#include "base/arena.h"
#include "base/error.h"

struct corm_url_option {
    const char *key;
    const char *value;
};

/* A parsed URL; absent parts are NULL, an absent port 0. All text is decoded. */
struct corm_url {
    struct corm_arena arena; /* owns the text */
    const char *dialect;     /* "sqlite" */
    const char *driver;      /* after the plus, or NULL */
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

#endif
