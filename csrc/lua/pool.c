/* SPDX-License-Identifier: MIT */
/*
 * The pool's mechanism in Lua. A Pool box says what to do (see pool/pool.h); a Lease is one
 * entry that was given out. Both the pool and the box of a native connection hold a
 * reference to the connection, so either may go first.
 */
#include "pool/pool.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lua/native.h"
#include "lua/open.h"

struct lease {
    struct corm_pool_entry *entry; /* NULL: given back */
    bool is_kept; /* somebody looks after it: the collector must not discard it */
};

static void pool_destroy(void *obj)
{
    corm_pool_free(obj);
}

static void close_connection(void *context, void *connection)
{
    (void)context;
    corm_connection_close(connection);
    corm_connection_unref(connection);
}

/* Dead, closed, or opened by the process that forked this one. */
static bool is_stale(void *context, void *pointer)
{
    const struct corm_connection *connection = pointer;
    (void)context;
    return connection->dbc == NULL || connection->state != CORM_CONNECTION_IDLE ||
           connection->dbc->pid != (int)getpid();
}

static int lease_gc(lua_State *L);

static const struct lcorm_class pool_class;
static const struct lcorm_class lease_class;

static struct corm_pool *check_pool(lua_State *L)
{
    return lcorm_check_box(L, 1, &pool_class);
}

/* ---- making one ---- */

static enum corm_pool_kind check_kind(lua_State *L, int idx)
{
    static const char *const names[] = { "queue", "null", "static", "assertion", NULL };
    static const enum corm_pool_kind kinds[] = { CORM_POOL_QUEUE, CORM_POOL_NULL,
                                                 CORM_POOL_STATIC,
                                                 CORM_POOL_ASSERTION };
    return kinds[lcorm_check_word(L, idx, NULL, names)];
}

/* Seconds to milliseconds; negative: never, without limit. */
static int64_t option_ms(lua_State *L, const char *name, double fallback)
{
    double seconds = fallback;
    if (lua_getfield(L, 2, name) != LUA_TNIL) {
        lcorm_arg_check(L, lua_isnumber(L, -1), 2, name);
        seconds = lua_tonumber(L, -1);
    }
    lua_pop(L, 1);
    return seconds < 0 ? -1 : (int64_t)(seconds * 1000.0);
}

/*
 * core.pool(kind, {size, max_overflow, timeout, recycle, pre_ping, use_lifo}) -> Pool;
 * times in seconds
 */
static int core_pool(lua_State *L)
{
    struct corm_error err;
    struct corm_pool *pool;
    struct corm_pool_options options = { .kind = check_kind(L, 1) };
    const struct corm_pool_owner owner = { .close = close_connection,
                                           .is_stale = is_stale };
    lcorm_check_lua_type(L, 2, LUA_TTABLE);
    options.size = (int32_t)lcorm_option_int(L, 2, "size", 5);
    options.max_overflow = (int32_t)lcorm_option_int(L, 2, "max_overflow", 10);
    options.timeout_ms = option_ms(L, "timeout", 30);
    options.recycle_ms = option_ms(L, "recycle", -1);
    options.has_pre_ping = lcorm_option_bool(L, 2, "pre_ping", false);
    options.is_lifo = lcorm_option_bool(L, 2, "use_lifo", false);
    struct lcorm_box *box = lcorm_box_new(L, &pool_class, 0);
    if (corm_pool_new(&options, &owner, &pool, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    box->obj = pool;
    return 1;
}

/* ---- checking out ---- */

/* pool:checkout(ticket) -> "got" | "check" | "open", Lease; or "wait", ticket */
static int pool_checkout(lua_State *L)
{
    static const char *const names[] = { [CORM_POOL_GOT] = "got",
                                         [CORM_POOL_CHECK] = "check",
                                         [CORM_POOL_OPEN] = "open",
                                         [CORM_POOL_WAIT] = "wait" };
    struct corm_error err;
    struct corm_pool *pool = check_pool(L);
    uint64_t ticket = (uint64_t)lcorm_opt_integer(L, 2, 0);
    lua_settop(L, 2);
    struct lease *lease = lcorm_object_new(L, &lease_class, sizeof *lease, 1);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, 1);
    enum corm_pool_step step =
        corm_pool_checkout(pool, corm_clock_mono_ms(), &ticket, &lease->entry, &err);
    if (step == CORM_POOL_ERROR) {
        return lcorm_throw(L, &err);
    }
    lua_pushstring(L, names[step]);
    if (step == CORM_POOL_WAIT) {
        lease->entry = NULL;
        lua_pushinteger(L, (lua_Integer)ticket);
    } else {
        lua_pushvalue(L, 3);
    }
    return 2;
}

/* pool:deadline(ticket) -> seconds until its checkout fails; nil: never */
static int pool_deadline(lua_State *L)
{
    int64_t at =
        corm_pool_deadline_ms(check_pool(L), (uint64_t)lcorm_check_integer(L, 2));
    if (at < 0) {
        return 0;
    }
    int64_t left = at - corm_clock_mono_ms();
    lua_pushnumber(L, left < 0 ? 0 : (lua_Number)left / 1000);
    return 1;
}

/* pool:ready_ticket() -> ticket that need not wait any more; 0 if none */
static int pool_ready_ticket(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)corm_pool_ready_ticket(check_pool(L)));
    return 1;
}

/* pool:forget(ticket): it waits no more */
static int pool_forget(lua_State *L)
{
    corm_pool_forget(check_pool(L), (uint64_t)lcorm_check_integer(L, 2));
    return 0;
}

/* ---- the whole pool ---- */

/* pool:invalidate_all(): replace every connection opened until now */
static int pool_invalidate_all(lua_State *L)
{
    corm_pool_invalidate_all(check_pool(L));
    return 0;
}

/* pool:dispose(): close what is idle now, the rest when it comes back */
static int pool_dispose(lua_State *L)
{
    corm_pool_dispose(check_pool(L));
    return 0;
}

/* pool:counts() -> {size, idle, leased, opening, waiting, overflow, opened, closed} */
static int pool_counts(lua_State *L)
{
    struct corm_pool_counts counts = corm_pool_counts(check_pool(L));
    const struct {
        const char *name;
        int64_t value;
    } fields[] = {
        { "size", counts.size },
        { "idle", counts.idle },
        { "leased", counts.leased },
        { "opening", counts.opening },
        { "waiting", counts.waiting },
        { "overflow", counts.overflow },
        { "opened", (int64_t)counts.opened_total },
        { "closed", (int64_t)counts.closed_total },
    };
    lua_createtable(L, 0, CORM_LENGTH(fields));
    for (size_t i = 0; i < CORM_LENGTH(fields); i++) {
        lua_pushinteger(L, fields[i].value);
        lua_setfield(L, -2, fields[i].name);
    }
    return 1;
}

static const luaL_Reg pool_methods[] = {
    { "checkout", pool_checkout },
    { "counts", pool_counts },
    { "deadline", pool_deadline },
    { "dispose", pool_dispose },
    { "forget", pool_forget },
    { "invalidate_all", pool_invalidate_all },
    { "ready_ticket", pool_ready_ticket },
    { NULL, NULL },
};

static const struct lcorm_class pool_class = { .name = "corm.NativePool",
                                               .methods = pool_methods,
                                               .destroy = pool_destroy };

/* ---- leases ---- */

/* The entry of the lease at 1; raises if it was given back. */
static struct corm_pool_entry *check_entry(lua_State *L)
{
    const struct lease *lease = lcorm_check(L, 1, &lease_class);
    if (lease->entry == NULL) {
        lcorm_fail(L, CORM_E_RESOURCE_CLOSED,
                   "this connection was given back to the pool");
    }
    return lease->entry;
}

/* The same; the lease is over then. */
static struct corm_pool_entry *take_entry(lua_State *L)
{
    struct corm_pool_entry *entry = check_entry(L);
    struct lease *lease = lua_touserdata(L, 1);
    lease->entry = NULL;
    return entry;
}

/* A lease that nobody gave back: its connection is in an unknown state. */
static int lease_gc(lua_State *L)
{
    struct lease *lease = lcorm_test(L, 1, &lease_class);
    if (lease != NULL && lease->entry != NULL && !lease->is_kept) {
        struct corm_pool_entry *entry = lease->entry;
        lease->entry = NULL;
        if (entry->connection == NULL) {
            corm_pool_open_failed(entry);
        } else {
            corm_pool_discard(entry);
        }
    }
    return 0;
}

/* lease:keep(): the caller promises to give it back, even when it is collected */
static int lease_keep(lua_State *L)
{
    check_entry(L);
    ((struct lease *)lua_touserdata(L, 1))->is_kept = true;
    return 0;
}

/* lease:opened(native): after "open" */
static int lease_opened(lua_State *L)
{
    struct corm_pool_entry *entry = check_entry(L);
    struct corm_connection *connection = lcorm_check_connection(L, 2);
    corm_pool_opened(entry, corm_connection_ref(connection), corm_clock_mono_ms());
    return 0;
}

/* lease:open_failed(): after "open" */
static int lease_open_failed(lua_State *L)
{
    corm_pool_open_failed(take_entry(L));
    return 0;
}

/* lease:reopen(): close the connection, then as after "open" */
static int lease_reopen(lua_State *L)
{
    corm_pool_reopen(check_entry(L));
    return 0;
}

/* lease:checkin(): give it back */
static int lease_checkin(lua_State *L)
{
    corm_pool_checkin(take_entry(L));
    return 0;
}

/* lease:discard(): give it back and close its connection */
static int lease_discard(lua_State *L)
{
    corm_pool_discard(take_entry(L));
    return 0;
}

/* lease:detach(): the connection is no longer the pool's */
static int lease_detach(lua_State *L)
{
    corm_connection_unref(corm_pool_detach(take_entry(L)));
    return 0;
}

/* lease:key() -> light userdata that names its connection */
static int lease_key(lua_State *L)
{
    lua_pushlightuserdata(L, check_entry(L)->connection);
    return 1;
}

/* lease:is_open() -> boolean: not given back yet */
static int lease_is_open(lua_State *L)
{
    const struct lease *lease = lcorm_check(L, 1, &lease_class);
    lua_pushboolean(L, lease->entry != NULL);
    return 1;
}

/* lease:sharers() -> how many leases of the same connection there are */
static int lease_sharers(lua_State *L)
{
    lua_pushinteger(L, check_entry(L)->nleases);
    return 1;
}

static const luaL_Reg lease_methods[] = {
    { "checkin", lease_checkin },
    { "detach", lease_detach },
    { "discard", lease_discard },
    { "is_open", lease_is_open },
    { "keep", lease_keep },
    { "key", lease_key },
    { "open_failed", lease_open_failed },
    { "opened", lease_opened },
    { "reopen", lease_reopen },
    { "sharers", lease_sharers },
    { NULL, NULL },
};

static const luaL_Reg lease_meta[] = { { "__gc", lease_gc }, { NULL, NULL } };

static const struct lcorm_class lease_class = { .name = "corm.PoolLease",
                                                .methods = lease_methods,
                                                .meta = lease_meta,
                                                .size = sizeof(struct lease) };

void lcorm_open_pool(lua_State *L)
{
    lua_pushcfunction(L, core_pool);
    lua_setfield(L, -2, "pool");
}
