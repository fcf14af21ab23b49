/* SPDX-License-Identifier: MIT */
/* Processes, for specs: Lua has no fork(). */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* process.fork() -> id of the child's process, 0 in the child */
static int process_fork(lua_State *L)
{
    fflush(NULL); /* or both would write what is buffered */
    pid_t pid = fork();
    if (pid < 0) {
        return luaL_error(L, "fork failed");
    }
    lua_pushinteger(L, pid);
    return 1;
}

/* process.exit(status): leave at once, with nothing closed or collected */
static int process_exit(lua_State *L)
{
    fflush(NULL);
    _exit((int)luaL_checkinteger(L, 1));
}

/* process.wait(pid) -> the child's exit status; 128 + the signal that ended it */
static int process_wait(lua_State *L)
{
    int status;
    pid_t pid = (pid_t)luaL_checkinteger(L, 1);
    if (waitpid(pid, &status, 0) != pid) {
        return luaL_error(L, "no such child");
    }
    lua_pushinteger(L,
                    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 1;
}

__attribute__((visibility("default"))) int luaopen_spec_process(lua_State *L);

int luaopen_spec_process(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "exit", process_exit },
        { "fork", process_fork },
        { "wait", process_wait },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
