/* SPDX-License-Identifier: MIT */
/*
 * What all connections of one engine share: where to connect, by which driver, in which
 * dialect, and the compiled statements. Counted references, because connections, results
 * and the engine itself are collected in any order.
 */
#ifndef CORM_ENGINE_ENGINE_H
#define CORM_ENGINE_ENGINE_H

#include "engine/driver.h"
#include "sql/compile.h"

enum {
    CORM_ENGINE_ROWS_MAX = 1000 /* parameter sets that one INSERT takes, unless told */
};

struct corm_engine {
    uint32_t refs;
    struct corm_url url; /* owned */
    const struct corm_driver_ops *driver;
    const struct corm_dialect *dialect;
    struct corm_compile_cache *cache; /* NULL: compile each time */
    size_t cache_size;
    uint32_t rows_max; /* parameter sets that one INSERT takes as rows of its VALUES */
};

/**
 * Make an engine. cache_size: compiled statements to keep, 0 for none.
 * Ownership: *out has one reference; url's content moves into it on success, and url is
 * empty then.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_engine_new(struct corm_url *url, const struct corm_driver_ops *driver,
                             const struct corm_dialect *dialect, size_t cache_size,
                             struct corm_engine **out,
                             struct corm_error *err) CORM_NODISCARD;

/** Take and give back a reference; unref accepts NULL. */
struct corm_engine *corm_engine_ref(struct corm_engine *engine);
void corm_engine_unref(struct corm_engine *engine);

/** Forget the compiled statements. Errors: CORM_E_NO_MEMORY. */
enum corm_rc corm_engine_clear_cache(struct corm_engine *engine,
                                     struct corm_error *err) CORM_NODISCARD;

#endif
