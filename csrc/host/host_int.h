/* SPDX-License-Identifier: MIT */
/*
 * What the files of the host share. Everything that touches Lua runs in a protected call:
 * a public function puts its arguments into a request on the C stack and hands that, with
 * the function that performs it, to host_protect().
 */
#ifndef CORM_HOST_HOST_INT_H
#define CORM_HOST_HOST_INT_H

#include "corm/corm.h"
#include "lua/kit.h"

#include <lauxlib.h>
#include <lua.h>

struct corm_host {
    lua_State
        *L; /* where to work: the main state, or a listener's coroutine meanwhile */
    bool is_owner; /* close() closes the state as well */
    struct corm_error error;
    const char *error_text; /* static, or pinned in the host's table */
};

/* Slots of the host's own table, which is in the registry under the host's address. */
enum host_slot {
    HOST_REFS = 1, /* objects by handle */
    HOST_KEPT, /* strings of the last results, by position */
    HOST_TRACEBACK, /* stack of calls at the last error */
    HOST_ERROR_TEXT, /* what error_text points to */
};

/**
 * Call perform(L) with request as a light userdata at index 1, protected. The stack is
 * afterwards as it was. Errors: what perform raises, then in host->error.
 */
enum corm_rc host_protect(corm_host *host, lua_CFunction perform, void *request);

/** Fill host->error from the error object on top of the stack and pop it. */
enum corm_rc host_take_error(corm_host *host, int status);

/** The request that host_protect() passed on. */
void *host_request(lua_State *L);

/**
 * Raise CORM_E_ARGUMENT with a formatted message (%s %d as Lua has them), for mistakes of
 * the C program: corm.exc need not be loaded. Only directly below host_protect().
 */
int host_fail(lua_State *L, corm_host *host, const char *fmt, ...);

/** Push a slot of the host's table. */
void host_push_slot(lua_State *L, const corm_host *host, enum host_slot slot);

/** Push an argument as Lua value. */
void host_push_value(lua_State *L, corm_host *host,
                     const struct corm_host_value *value);

/** Push the object; raises ArgumentError if the handle is not in use. */
void host_push_object(lua_State *L, corm_host *host, corm_object object);

/** Let the object go; its handle is in use. */
void host_let_go(lua_State *L, const corm_host *host, corm_object object);

/**
 * Fill out[i] from the n values on top of the stack, and pop them. Strings are kept until
 * the next call of this function, objects get handles.
 */
void host_take_results(lua_State *L, const corm_host *host, struct corm_host_value *out,
                       int n);

/** Fill *out from the value at idx, whose string stays where it is. */
void host_to_value(lua_State *L, const corm_host *host, int idx,
                   struct corm_host_value *out);

/** luaopen_corm_core, see module.c. */
int luaopen_corm_core(lua_State *L);

#endif
