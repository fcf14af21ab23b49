/* SPDX-License-Identifier: MIT */
/* What a connection waits for. */
#include "base/clock.h"
#include "dialects/postgres/driver_int.h"
#include "dialects/postgres/driver_lookup.h"

enum {
    CANCEL_POLL_MS = 5 /* a cancel request has no descriptor that we could wait for */
};

static const struct pg_dbc *dbc_of(const struct corm_dbc *base)
{
    return (const struct pg_dbc *)(const void *)base;
}

/* The wire is at rest and only the cancel request's end is missing. */
static bool waits_for_cancel(const struct pg_dbc *dbc)
{
    return dbc->step == PG_STEP_SETTLE && !dbc->needs_drain && dbc->stream == NULL;
}

static int pollfd(const struct corm_dbc *base)
{
    const struct pg_dbc *dbc = dbc_of(base);
    if (dbc->step == PG_STEP_LOOKUP) {
        return dbc->lookup == NULL ? -1 : pg_lookup_fd(dbc->lookup);
    }
    return waits_for_cancel(dbc) ? -1 : PQsocket(dbc->conn);
}

static int events(const struct corm_dbc *base)
{
    const struct pg_dbc *dbc = dbc_of(base);
    if (waits_for_cancel(dbc)) {
        return 0;
    }
    if (dbc->step == PG_STEP_CONNECT) {
        return dbc->polling == PGRES_POLLING_WRITING ? CORM_POLL_WRITE : CORM_POLL_READ;
    }
    return CORM_POLL_READ | (dbc->wants_write ? CORM_POLL_WRITE : 0);
}

static int64_t timeout_ms(const struct corm_dbc *base)
{
    const struct pg_dbc *dbc = dbc_of(base);
    if (waits_for_cancel(dbc)) {
        return CANCEL_POLL_MS;
    }
    if (dbc->deadline_us == 0) {
        return -1;
    }
    int64_t next_us = dbc->deadline_us;
    if (dbc->cancel_again_us != 0 && dbc->cancel_again_us < next_us) {
        next_us = dbc->cancel_again_us;
    }
    int64_t left_us = next_us - corm_clock_mono_us();
    return left_us <= 0 ? 0 : (left_us + 999) / 1000;
}

const struct corm_driver_ops corm_postgres_driver = {
    .name = "postgresql",
    .connect = pg_connect,
    .connect_step = pg_connect_step,
    .close = pg_close,
    .pollfd = pollfd,
    .events = events,
    .timeout_ms = timeout_ms,
    .execute = pg_execute,
    .fetch = pg_fetch,
    .cursor_close = pg_cursor_close,
    .control = pg_control,
    .ping = pg_ping,
    .cancel = pg_cancel,
    .interrupt = pg_interrupt,
    .next_notice = pg_next_notice,
};
