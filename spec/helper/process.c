/* SPDX-License-Identifier: MIT */
/* What specs need of the system and Lua does not have: fork(), a port. */
#include <lauxlib.h>
#include <lua.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
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

/* process.free_port() -> a TCP port of 127.0.0.1 at which nobody listens */
static int process_free_port(lua_State *L)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool is_found = fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
                    getsockname(fd, (struct sockaddr *)&address, &len) == 0;
    if (fd >= 0) {
        close(fd);
    }
    if (!is_found) {
        return luaL_error(L, "no free port");
    }
    lua_pushinteger(L, ntohs(address.sin_port));
    return 1;
}

__attribute__((visibility("default"))) int luaopen_spec_process(lua_State *L);

int luaopen_spec_process(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "exit", process_exit },
        { "fork", process_fork },
        { "free_port", process_free_port },
        { "wait", process_wait },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
