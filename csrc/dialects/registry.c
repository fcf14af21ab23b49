/* SPDX-License-Identifier: MIT */
#include "dialects/registry.h"

#include "dialects/postgres/dialect.h"
#include "dialects/postgres/driver.h"
#include "dialects/sqlite/dialect.h"
#include "dialects/sqlite/driver.h"

#include <string.h>

static const struct corm_database databases[] = {
    { "default", &corm_dialect_default, NULL },
    { "sqlite", &corm_sqlite_dialect, &corm_sqlite_driver },
    { "postgresql", &corm_postgres_dialect, &corm_postgres_driver },
    { "postgres", &corm_postgres_dialect, &corm_postgres_driver },
};

const struct corm_database *corm_database_find(const char *name, size_t len)
{
    for (size_t i = 0; i < CORM_LENGTH(databases); i++) {
        if (strlen(databases[i].name) == len &&
            memcmp(databases[i].name, name, len) == 0) {
            return &databases[i];
        }
    }
    return NULL;
}

const struct corm_database *corm_database_at(size_t i)
{
    return i < CORM_LENGTH(databases) ? &databases[i] : NULL;
}
