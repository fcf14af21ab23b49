/* SPDX-License-Identifier: MIT */
/* What Lua needs of the system in order to wait: poll(2), a clock, the terminal. */
#include "lua/wait.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lua/open.h"

static const char wait_key = 0; /* registry: the function corm.engine.wait */

enum {
    LOOPING = 1000, /* status of a continuation that lcorm_wait() itself has called */
    AGAIN = -1 /* instead of a number of results: wait and call me again */
};

/* What the continuation that has just answered AGAIN waits for. */
struct request {
    lua_KFunction k;
    lua_KContext ctx;
};

static _Thread_local struct request again;

/* Make what is on top a call that waits; returns the number of its arguments. */
static int push_waiter(lua_State *L)
{
    if (lua_isfunction(L, -1)) {
        return 0;
    }
    luaL_checkstack(L, 3, "wait");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &wait_key);
    lua_insert(L, -2);
    return 1;
}

int lcorm_wait(lua_State *L, int status, lua_KContext ctx, lua_KFunction k)
{
    struct request request = { .k = k, .ctx = ctx };
    int nresults;
    if (status == LOOPING) {
        again = request;
        return AGAIN;
    }
    do {
        int nargs = push_waiter(L);
        lua_callk(L, nargs, 0, request.ctx, request.k);
        nresults = request.k(L, LOOPING, request.ctx);
        request = again;
    } while (nresults == AGAIN);
    return nresults;
}

static bool is_main(lua_State *L)
{
    luaL_checkstack(L, 1, "wait");
    bool is_main = lua_pushthread(L) == 1;
    lua_pop(L, 1);
    return is_main;
}

bool lcorm_block(lua_State *L, const struct corm_connection *connection)
{
    struct corm_dbc *dbc = connection == NULL ? NULL : connection->dbc;
    if (dbc == NULL || !is_main(L)) {
        return false;
    }
    int events = dbc->ops->events(dbc);
    int64_t ms = dbc->ops->timeout_ms(dbc);
    struct pollfd fd = {
        .fd = dbc->ops->pollfd(dbc),
        .events = (short)(((events & CORM_POLL_READ) != 0 ? POLLIN : 0) |
                          ((events & CORM_POLL_WRITE) != 0 ? POLLOUT : 0)),
    };
    return (fd.fd >= 0 || ms >= 0) &&
           poll(&fd, fd.fd >= 0, ms > INT_MAX ? INT_MAX : (int)ms) >= 0;
}

/* core.set_wait(fn): what waits for a waitable */
static int core_set_wait(lua_State *L)
{
    return lcorm_keep_function(L, &wait_key);
}

/* Seconds (nil: no limit) to poll's milliseconds, rounded up so that it never spins. */
static int timeout_ms(lua_State *L, int idx)
{
    if (lua_isnoneornil(L, idx)) {
        return -1;
    }
    double ms = ceil(lcorm_check_number(L, idx) * 1000.0);
    if (!(ms > 0)) {
        return 0;
    }
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

static short events_of(lua_State *L, int idx)
{
    const char *text = lcorm_opt_string(L, idx, "");
    return (short)((strchr(text, 'r') != NULL ? POLLIN : 0) |
                   (strchr(text, 'w') != NULL ? POLLOUT : 0));
}

static void push_events(lua_State *L, short revents)
{
    bool is_broken = (revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    bool can_read = is_broken || (revents & POLLIN) != 0;
    bool can_write = is_broken || (revents & POLLOUT) != 0;
    lua_pushstring(L, can_read ? (can_write ? "rw" : "r") : "w");
}

/* A signal ends the wait early; Lua goes on, so that its hooks see the signal. */
static int do_poll(lua_State *L, struct pollfd *fds, size_t nfds, int ms)
{
    int n = poll(fds, (nfds_t)nfds, ms);
    if (n < 0 && errno != EINTR && errno != EAGAIN) {
        return lcorm_fail(L, CORM_E_OPERATIONAL, "poll: %s", strerror(errno));
    }
    return n;
}

/* core.poll(fd, events, timeout) -> "r", "w" or "rw"; nil when the time was over */
static int core_poll(lua_State *L)
{
    struct pollfd fd = { .fd = (int)lcorm_check_integer(L, 1),
                         .events = events_of(L, 2) };
    if (do_poll(L, &fd, fd.fd >= 0 ? 1 : 0, timeout_ms(L, 3)) <= 0) {
        return 0;
    }
    push_events(L, fd.revents);
    return 1;
}

/* list of {fd, events} at idx -> fds */
static void read_fds(lua_State *L, int idx, struct pollfd *fds, size_t nfds)
{
    for (size_t i = 0; i < nfds; i++) {
        lua_geti(L, idx, (lua_Integer)i + 1);
        lcorm_arg_check(L, lua_istable(L, -1), idx, "list of {fd, events} expected");
        lua_geti(L, -1, 1);
        lua_geti(L, -2, 2);
        fds[i].fd = (int)lcorm_check_integer(L, -2);
        fds[i].events = events_of(L, -1);
        fds[i].revents = 0;
        lua_pop(L, 3);
    }
}

/* core.poll_many({{fd, events}, …}, timeout) -> list: events of each, false for none */
static int core_poll_many(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    size_t nfds = (size_t)luaL_len(L, 1);
    int ms = timeout_ms(L, 2);
    struct pollfd *fds = lcorm_scratch(L, (nfds + 1) * sizeof *fds);
    read_fds(L, 1, fds, nfds);
    do_poll(L, fds, nfds, ms);
    lua_createtable(L, (int)nfds, 0);
    for (size_t i = 0; i < nfds; i++) {
        if (fds[i].revents != 0) {
            push_events(L, fds[i].revents);
        } else {
            lua_pushboolean(L, 0);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.now() -> seconds of a clock that only goes forward */
static int core_now(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)corm_clock_mono_us() / 1e6);
    return 1;
}

/* core.wall_time() -> seconds since 1970, with microseconds */
static int core_wall_time(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)corm_clock_wall_us() / 1e6);
    return 1;
}

/* core.is_terminal() -> boolean: whether somebody looks at the standard output */
static int core_is_terminal(lua_State *L)
{
    lua_pushboolean(L, isatty(STDOUT_FILENO));
    return 1;
}

static const luaL_Reg functions[] = {
    { "is_terminal", core_is_terminal },
    { "now", core_now },
    { "poll", core_poll },
    { "poll_many", core_poll_many },
    { "set_wait", core_set_wait },
    { "wall_time", core_wall_time },
    { NULL, NULL },
};

void lcorm_open_wait(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
