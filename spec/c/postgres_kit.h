/* SPDX-License-Identifier: MIT */
/*
 * Connections for the tests of PostgreSQL. CORM_TEST_PG is the server's URL; without it a
 * test that asks for one is skipped. Include after driver_kit.h.
 */
#ifndef CORM_SPEC_POSTGRES_KIT_H
#define CORM_SPEC_POSTGRES_KIT_H

#include "dialects/postgres/driver.h"

#include <stdio.h>
#include <stdlib.h>

static inline const char *server(void)
{
    const char *url = getenv("CORM_TEST_PG");
    if (url == NULL) {
        skip();
    }
    return url;
}

static inline struct corm_dbc *connection(void)
{
    return kit_connect(&corm_postgres_driver, server());
}

/* A connection with one more option in its URL. */
static inline struct corm_dbc *connection_with(const char *option)
{
    char url[500];
    snprintf(url, sizeof(url), "%s&%s", server(), option);
    return kit_connect(&corm_postgres_driver, url);
}

#endif
