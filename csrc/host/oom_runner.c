/* SPDX-License-Identifier: MIT */
/*
 * Runs a scenario again and again, each time with another allocation failing, and checks
 * that nothing crashes, nothing leaks and every error says that memory was short.
 *
 *     oom_runner MODE SCENARIO.lua [RUNS]
 *
 * MODE is what fails: "lua", an allocation of the Lua state (twice, since Lua collects
 * garbage and tries again); "lua-forever", this and all after it; "core", one allocation of
 * the core; "core-forever"; "load", an allocation of a new Lua state while it loads the
 * scenario with all that it requires. RUNS bounds the number of runs, spread evenly over all
 * allocations that the scenario makes; 0, or nothing, tries them all.
 *
 * A scenario is a Lua file that returns a function, and possibly a second one that is
 * called after each run, with memory again, to check what the first has left behind. After
 * each failure the scenario runs once more without one.
 */
#include "base/alloc.h"
#include "base/counter.h"
#include "host/host_int.h"

#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The allocator of the Lua state. */
struct lua_memory {
    lua_Alloc inner; /* Lua's own, which does the work */
    void *inner_ud;
    size_t live_bytes;
    unsigned long nrequests; /* since it was last set to 0 */
    unsigned long fail_at; /* number of the request that fails; 0: none */
    unsigned long fail_count; /* how many fail from there on */
};

struct runner {
    struct lua_memory memory;
    bool is_core; /* the core's allocations fail, not Lua's */
    bool is_forever; /* not one fails but all from there on */
    const char *scenario;
    lua_State *L;
    unsigned long nrequests; /* of the Lua state, in the last run */
    unsigned long nerrors; /* runs that ended with an error */
    int64_t counters[CORM_COUNTER_COUNT]; /* as they have to be after each run */
    size_t blocks;
    size_t first_blocks; /* of the core when the program began */
};

static bool is_doomed(struct lua_memory *memory)
{
    memory->nrequests++;
    return memory->fail_at != 0 && memory->nrequests >= memory->fail_at &&
           memory->nrequests - memory->fail_at < memory->fail_count;
}

static void *lua_memory_alloc(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct lua_memory *memory = ud;
    size_t old_bytes = ptr == NULL ? 0 : osize;
    if (nsize > old_bytes && is_doomed(memory)) {
        return NULL;
    }
    void *moved = memory->inner(memory->inner_ud, ptr, osize, nsize);
    if (moved != NULL || nsize == 0) {
        memory->live_bytes += nsize - old_bytes;
    }
    return moved;
}

/* Borrow the allocator of a state that Lua opens by itself. */
static bool lua_memory_init(struct lua_memory *memory)
{
    lua_State *L = luaL_newstate();
    if (L != NULL) {
        memory->inner = lua_getallocf(L, &memory->inner_ud);
        lua_close(L);
    }
    return L != NULL;
}

static void arm(struct runner *runner, unsigned long n)
{
    runner->memory.nrequests = 0;
    if (runner->is_core) {
        corm_alloc_fail_after(n, runner->is_forever);
        return;
    }
    runner->memory.fail_at = n;
    runner->memory.fail_count = runner->is_forever ? (unsigned long)-1 : 2;
}

static void disarm(struct runner *runner)
{
    corm_alloc_fail_after(0, false);
    runner->memory.fail_at = 0;
}

/* The standard libraries, and the core where require finds it. */
static int open_libraries(lua_State *L)
{
    luaL_openlibs(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_corm_core);
    lua_setfield(L, -2, "corm.core");
    return 0;
}

/* (scenario path): leave its functions in the globals `run` and `check` */
static int load_scenario(lua_State *L)
{
    if (luaL_dofile(L, lua_touserdata(L, 1)) != LUA_OK) {
        return lua_error(L);
    }
    lua_remove(L, 1);
    lua_settop(L, 2);
    lua_setglobal(L, "check");
    lua_setglobal(L, "run");
    return 0;
}

static int fail(const struct runner *runner, unsigned long n, const char *problem)
{
    fprintf(stderr, "%s, allocation %lu: %s\n", runner->scenario, n, problem);
    return EXIT_FAILURE;
}

/* The scenario or its check; pushes the error if it fails. */
static int call_global(lua_State *L, const char *name)
{
    if (lua_getglobal(L, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return LUA_OK;
    }
    return lua_pcall(L, 0, 0, 0);
}

static int check_perform(lua_State *L)
{
    lua_gc(L, LUA_GCCOLLECT);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

static void take_counters(struct runner *runner)
{
    lua_pushcfunction(runner->L, check_perform);
    (void)lua_pcall(runner->L, 0, 0, 0);
    for (int i = 0; i < CORM_COUNTER_COUNT; i++) {
        runner->counters[i] = corm_counter_get((enum corm_counter)i);
    }
    runner->blocks = corm_alloc_live_blocks();
}

/* EXIT_FAILURE if anything of the core is left over. */
static int check_counters(struct runner *runner, unsigned long n)
{
    struct runner before = *runner;
    char problem[128];
    take_counters(runner);
    for (int i = 0; i < CORM_COUNTER_COUNT; i++) {
        if (runner->counters[i] != before.counters[i]) {
            (void)snprintf(problem, sizeof(problem), "%s: %lld, was %lld",
                           corm_counter_name((enum corm_counter)i),
                           (long long)runner->counters[i],
                           (long long)before.counters[i]);
            return fail(runner, n, problem);
        }
    }
    if (runner->blocks > before.blocks) {
        (void)snprintf(problem, sizeof(problem), "%zu blocks, were %zu", runner->blocks,
                       before.blocks);
        return fail(runner, n, problem);
    }
    return EXIT_SUCCESS;
}

/* The error on top of the stack has to say that memory was short. Pops it. */
static int check_error(struct runner *runner, unsigned long n)
{
    const char *text = luaL_tolstring(runner->L, -1, NULL);
    int status = EXIT_SUCCESS;
    runner->nerrors++;
    if (strstr(text, "memory") == NULL) {
        status = fail(runner, n, text);
    }
    lua_pop(runner->L, 2);
    return status;
}

/* One run with allocation n failing; n 0 lets all succeed. */
static int run_once(struct runner *runner, unsigned long n)
{
    arm(runner, n);
    int status = call_global(runner->L, "run");
    runner->nrequests = runner->memory.nrequests;
    disarm(runner);
    if (status != LUA_OK && n == 0) {
        return fail(runner, n, luaL_tolstring(runner->L, -1, NULL));
    }
    if (status != LUA_OK && check_error(runner, n) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (call_global(runner->L, "check") != LUA_OK) {
        return fail(runner, n, luaL_tolstring(runner->L, -1, NULL));
    }
    return EXIT_SUCCESS;
}

/* How many allocations a run makes. */
static unsigned long count_allocations(struct runner *runner)
{
    if (!runner->is_core) {
        return runner->nrequests;
    }
    enum { PLENTY = 1000000000 };
    corm_alloc_fail_after(PLENTY, false);
    (void)call_global(runner->L, "run");
    unsigned long count = PLENTY - corm_alloc_fail_left();
    corm_alloc_fail_after(0, false);
    return count;
}

/* How far apart the allocations are that fail, for at most nruns of total. */
static unsigned long step_of(unsigned long total, unsigned long nruns)
{
    return nruns == 0 || total <= nruns ? 1 : total / nruns;
}

static int report(const struct runner *runner, unsigned long done, unsigned long total)
{
    printf("%lu of %lu allocations failed, %lu errors\n", done, total, runner->nerrors);
    return EXIT_SUCCESS;
}

/* One failing run, one good one: then everything has to work, and takes over what scratch
 * memory the other left. */
static int try_allocation(struct runner *runner, unsigned long n)
{
    if (run_once(runner, n) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (run_once(runner, 0) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return check_counters(runner, n);
}

static int sweep(struct runner *runner, unsigned long nruns)
{
    /* The first run fills caches that stay. */
    for (int i = 0; i < 2; i++) {
        if (run_once(runner, 0) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
    }
    unsigned long total = count_allocations(runner);
    unsigned long done = 0;
    take_counters(runner);
    for (unsigned long n = 1; n <= total; n += step_of(total, nruns)) {
        if (try_allocation(runner, n) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
        done++;
    }
    return total == 0 ? fail(runner, 0, "the scenario allocates nothing")
                      : report(runner, done, total);
}

/* A new state with the libraries; false if there is none. */
static bool open_state(struct runner *runner)
{
    runner->L = lua_newstate(lua_memory_alloc, &runner->memory);
    if (runner->L == NULL) {
        return false;
    }
    lua_pushcfunction(runner->L, open_libraries);
    return lua_pcall(runner->L, 0, 0, 0) == LUA_OK;
}

/* Load the scenario; pushes the error if that fails. */
static int load(struct runner *runner)
{
    lua_pushcfunction(runner->L, load_scenario);
    lua_pushlightuserdata(runner->L, (void *)(uintptr_t)runner->scenario);
    return lua_pcall(runner->L, 1, 0, 0);
}

/* Close the state; everything has to be given back then. */
static int close_state(struct runner *runner, unsigned long n)
{
    lua_close(runner->L);
    if (runner->memory.live_bytes != 0) {
        return fail(runner, n, "the closed Lua state has not given all memory back");
    }
    if (corm_alloc_live_blocks() != runner->first_blocks) {
        return fail(runner, n, "the core has not given all memory back");
    }
    return EXIT_SUCCESS;
}

/* Load the scenario in a new state with allocation n failing; n 0 lets all succeed. */
static int load_once(struct runner *runner, unsigned long n)
{
    if (!open_state(runner)) {
        return fail(runner, n, "no Lua state");
    }
    arm(runner, n);
    int status = load(runner);
    runner->nrequests = runner->memory.nrequests;
    disarm(runner);
    if (status != LUA_OK && n == 0) {
        return fail(runner, n, luaL_tolstring(runner->L, -1, NULL));
    }
    if (status != LUA_OK && check_error(runner, n) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return close_state(runner, n);
}

static int sweep_load(struct runner *runner, unsigned long nruns)
{
    unsigned long done = 0;
    if (load_once(runner, 0) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    unsigned long total = runner->nrequests;
    for (unsigned long n = 1; n <= total; n += step_of(total, nruns)) {
        if (load_once(runner, n) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
        done++;
    }
    return report(runner, done, total);
}

static int run(struct runner *runner, unsigned long nruns)
{
    if (!open_state(runner)) {
        return fail(runner, 0, "no Lua state");
    }
    if (load(runner) != LUA_OK) {
        return fail(runner, 0, luaL_tolstring(runner->L, -1, NULL));
    }
    if (sweep(runner, nruns) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return close_state(runner, 0);
}

int main(int argc, char **argv)
{
    struct runner runner = { .scenario = argc > 2 ? argv[2] : NULL,
                             .first_blocks = corm_alloc_live_blocks() };
    if (argc < 3 || argc > 4) {
        fprintf(
            stderr,
            "usage: %s lua|lua-forever|core|core-forever|load SCENARIO.lua [RUNS]\n",
            argv[0]);
        return 2;
    }
    if (!lua_memory_init(&runner.memory)) {
        return fail(&runner, 0, "no Lua state");
    }
    unsigned long nruns = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    runner.is_core = strncmp(argv[1], "core", 4) == 0;
    runner.is_forever = strstr(argv[1], "-forever") != NULL;
    return strcmp(argv[1], "load") == 0 ? sweep_load(&runner, nruns)
                                        : run(&runner, nruns);
}
