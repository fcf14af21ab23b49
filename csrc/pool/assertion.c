/* SPDX-License-Identifier: MIT */
/* ASSERTION: one connection and one lease at a time; a second is a fault of the program. */
#include "pool/pool_int.h"

static enum corm_pool_step assertion_take(struct corm_pool *pool,
                                          struct corm_pool_entry **out,
                                          struct corm_error *err)
{
    *out = pool_queue_take_idle(pool);
    if (*out != NULL) {
        return CORM_POOL_GOT;
    }
    if (pool_total(pool) > 0) {
        corm_fail(err, CORM_E_INVALID_REQUEST, "the connection is already checked out");
        return CORM_POOL_ERROR;
    }
    return pool_entry_new(pool, out, err) == CORM_OK ? CORM_POOL_GOT : CORM_POOL_ERROR;
}

const struct pool_kind pool_kind_assertion = {
    .name = "AssertionPool",
    .take = assertion_take,
    .opened = pool_queue_opened,
    .give = pool_queue_give,
    .lose = pool_queue_lose,
};
