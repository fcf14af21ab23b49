/* SPDX-License-Identifier: MIT */
/* NULL: a connection for each checkout, closed when it is given back. Nobody waits. */
#include "pool/pool_int.h"

static enum corm_pool_step
null_take(struct corm_pool *pool, struct corm_pool_entry **out, struct corm_error *err)
{
    return pool_entry_new(pool, out, err) == CORM_OK ? CORM_POOL_GOT : CORM_POOL_ERROR;
}

static void null_drop(struct corm_pool *pool, struct corm_pool_entry *entry)
{
    (void)pool;
    pool_entry_drop(entry);
}

const struct pool_kind pool_kind_null = {
    .name = "NullPool",
    .take = null_take,
    .opened = pool_queue_opened,
    .give = null_drop,
    .lose = null_drop,
};
