/* SPDX-License-Identifier: MIT */
/* SQLite never has a descriptor to wait for: a lock is tried again after a while. */
#include "dialects/sqlite/driver_int.h"

static enum corm_io connect_step(struct corm_dbc *dbc, struct corm_error *err)
{
    (void)dbc;
    (void)err;
    return CORM_IO_DONE;
}

static int pollfd(const struct corm_dbc *dbc)
{
    (void)dbc;
    return -1;
}

static int events(const struct corm_dbc *dbc)
{
    (void)dbc;
    return 0;
}

/* SQLite's own schedule of delays. */
static int64_t timeout_ms(const struct corm_dbc *base)
{
    static const uint8_t DELAYS[] = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100 };
    const struct sqlite_dbc *dbc = (const struct sqlite_dbc *)(const void *)base;
    uint32_t ntries = dbc->wait.ntries;
    if (ntries == 0) {
        return -1;
    }
    return DELAYS[ntries < CORM_LENGTH(DELAYS) ? ntries - 1 : CORM_LENGTH(DELAYS) - 1];
}

const struct corm_driver_ops corm_sqlite_driver = {
    .name = "sqlite",
    .connect = sqlite_connect,
    .connect_step = connect_step,
    .close = sqlite_close,
    .pollfd = pollfd,
    .events = events,
    .timeout_ms = timeout_ms,
    .execute = sqlite_execute,
    .fetch = sqlite_fetch,
    .cursor_close = sqlite_cursor_close,
    .control = sqlite_control,
    .ping = sqlite_ping,
    .cancel = sqlite_cancel,
    .interrupt = sqlite_interrupt,
};
