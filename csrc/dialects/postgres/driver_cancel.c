/* SPDX-License-Identifier: MIT */
/*
 * Cancelling. libpq's PQcancel() opens a connection of its own and waits for it, so it
 * runs in a thread, which shares nothing with us but the struct below: whoever lets go of
 * it last frees it.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "dialects/postgres/driver_int.h"

#include <stdatomic.h>

enum pg_cancel_state { RUNNING, DONE, ABANDONED };

struct pg_cancel {
    PGcancel *request; /* the thread's */
    atomic_int state; /* enum pg_cancel_state */
};

static void *cancel_run(void *arg)
{
    struct pg_cancel *cancel = arg;
    char message[256];
    PQcancel(cancel->request, message, sizeof(message));
    PQfreeCancel(cancel->request);
    if (atomic_exchange(&cancel->state, DONE) == ABANDONED) {
        corm_free(cancel);
    }
    return NULL;
}

void pg_cancel_begin(struct pg_dbc *dbc)
{
    dbc->cancel_again_us = corm_clock_mono_us() + PG_CANCEL_AGAIN_MS * INT64_C(1000);
    if (pg_cancel_is_running(dbc)) {
        return;
    }
    pg_cancel_release(dbc);
    struct pg_cancel *cancel = corm_alloc(sizeof(*cancel));
    if (cancel == NULL) {
        return;
    }
    cancel->request = PQgetCancel(dbc->conn);
    atomic_init(&cancel->state, RUNNING);
    if (cancel->request == NULL || !pg_thread_start(cancel_run, cancel)) {
        PQfreeCancel(cancel->request);
        corm_free(cancel);
        return;
    }
    dbc->cancel = cancel;
}

bool pg_cancel_is_running(struct pg_dbc *dbc)
{
    return dbc->cancel != NULL && atomic_load(&dbc->cancel->state) == RUNNING;
}

void pg_cancel_release(struct pg_dbc *dbc)
{
    struct pg_cancel *cancel = dbc->cancel;
    dbc->cancel = NULL;
    if (cancel != NULL && atomic_exchange(&cancel->state, ABANDONED) == DONE) {
        corm_free(cancel);
    }
}
