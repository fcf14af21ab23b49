/* SPDX-License-Identifier: MIT */
/* The databases that corm knows, by name: what to say (dialect) and how to talk (driver). */
#ifndef CORM_DIALECTS_REGISTRY_H
#define CORM_DIALECTS_REGISTRY_H

#include "engine/driver.h"
#include "sql/dialect.h"

struct corm_database {
    const char *name; /* "sqlite", "postgresql"; "default" has no driver */
    const struct corm_dialect *dialect;
    const struct corm_driver_ops *driver; /* or NULL */
};

/** The database called name[:len], or NULL. "postgres" is "postgresql". */
const struct corm_database *corm_database_find(const char *name, size_t len);

/** The databases one by one, from 0; NULL after the last. */
const struct corm_database *corm_database_at(size_t i);

#endif
