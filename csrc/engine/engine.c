/* SPDX-License-Identifier: MIT */
#include "engine/engine.h"

#include <string.h>

#include "base/alloc.h"
#include "base/counter.h"

enum corm_rc corm_engine_new(struct corm_url *url, const struct corm_driver_ops *driver,
                             const struct corm_dialect *dialect, size_t cache_size,
                             struct corm_engine **out, struct corm_error *err)
{
    struct corm_engine *engine = corm_alloc_zero(1, sizeof *engine);

    if (engine == NULL) {
        return corm_fail_memory(err);
    }
    if (cache_size > 0) {
        engine->cache = corm_compile_cache_new(cache_size);
        if (engine->cache == NULL) {
            corm_free(engine);
            return corm_fail_memory(err);
        }
    }
    engine->refs = 1;
    engine->cache_size = cache_size;
    engine->rows_max = CORM_ENGINE_ROWS_MAX;
    engine->url = *url;
    memset(url, 0, sizeof *url);
    engine->driver = driver;
    engine->dialect = dialect;
    corm_counter_inc(CORM_COUNTER_ENGINE);
    *out = engine;
    return CORM_OK;
}

enum corm_rc corm_engine_clear_cache(struct corm_engine *engine, struct corm_error *err)
{
    if (engine->cache == NULL) {
        return CORM_OK;
    }
    struct corm_compile_cache *cache = corm_compile_cache_new(engine->cache_size);
    if (cache == NULL) {
        return corm_fail_memory(err);
    }
    corm_compile_cache_free(engine->cache);
    engine->cache = cache;
    return CORM_OK;
}

struct corm_engine *corm_engine_ref(struct corm_engine *engine)
{
    engine->refs++;
    return engine;
}

void corm_engine_unref(struct corm_engine *engine)
{
    if (engine == NULL || --engine->refs > 0) {
        return;
    }
    corm_compile_cache_free(engine->cache);
    corm_url_release(&engine->url);
    corm_free(engine);
    corm_counter_dec(CORM_COUNTER_ENGINE);
}
