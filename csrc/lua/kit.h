/* SPDX-License-Identifier: MIT */
/*
 * The binding kit: classes, boxes, checks and errors that every file of csrc/lua uses.
 *
 * A class is one constant descriptor. Its metatable is marked in raw slot
 * [lightuserdata descriptor], so metatables made at run time (one per mapped class, one per
 * result shape) belong to the class too, and a check cannot be fooled by a light userdata
 * or a foreign metatable.
 *
 * Two kinds of userdata: a box holds a pointer to a heap object of the core (push the
 * closed box first, then acquire, then store; NULL means closed), an inline object is a
 * plain C struct inside the userdata, needs no finaliser and cannot leak.
 */
#ifndef CORM_LUA_KIT_H
#define CORM_LUA_KIT_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

struct lcorm_class {
    const char *name; /* "corm.Engine": __name and __metatable */
    const luaL_Reg *methods; /* become __index; may be NULL */
    const luaL_Reg *meta; /* metamethods; may be NULL; win over the kit's own */
    void (*destroy)(void *obj); /* of a box: __gc, __close and close(); else NULL */
    size_t size; /* bytes of an inline object at least; 0 for a box */
};

struct lcorm_box {
    const struct lcorm_class *cls; /* quicker to see than the metatable's mark */
    void *obj; /* NULL: closed */
};

/* ---- classes and their objects ---- */

/**
 * Create the class's metatable (idempotent) and leave it on the stack. Every method and
 * metamethod has the table of methods as upvalue 1, so that an __index of the class's own
 * can fall back on it; reading a name that is not in that table is an ArgumentError, save
 * for names that begin with "__", which give nil.
 */
void lcorm_class_push(lua_State *L, const struct lcorm_class *cls);

/** Push the table of the class's methods. */
void lcorm_class_push_methods(lua_State *L, const struct lcorm_class *cls);

/**
 * Mark the table at idx as a metatable of the class, with __name and __metatable unless it
 * has them. A table may belong to several classes: a base and its refinement.
 */
void lcorm_class_mark(lua_State *L, int idx, const struct lcorm_class *cls);

/** Push a closed box with the class's metatable and nuv user values. */
struct lcorm_box *lcorm_box_new(lua_State *L, const struct lcorm_class *cls, int nuv);

/** Push an inline object of `size` bytes, zeroed, with the class's metatable. */
void *lcorm_object_new(lua_State *L, const struct lcorm_class *cls, size_t size,
                       int nuv);

/**
 * As lcorm_object_new(), for many small objects: the memory is as it comes, and the caller
 * has seen to room for two values on the stack.
 */
void *lcorm_object_push(lua_State *L, const struct lcorm_class *cls, size_t size,
                        int nuv);

/**
 * The userdata's memory (of a box the struct lcorm_box) if the value at idx is of the class
 * or has a metatable marked as such, else NULL. Never raises.
 */
void *lcorm_test(lua_State *L, int idx, const struct lcorm_class *cls);

/** As lcorm_test, but raises an ArgumentError that names argument and function. */
void *lcorm_check(lua_State *L, int idx, const struct lcorm_class *cls);

/** The open object in the box at idx; raises ArgumentError, or ResourceClosedError. */
void *lcorm_check_box(lua_State *L, int idx, const struct lcorm_class *cls);

/**
 * box:close(), __gc and __close: destroy once, clear first. Never raises. Installed by
 * lcorm_class_push(), which gives it the class as upvalue 2.
 */
int lcorm_box_close(lua_State *L);

/**
 * Scratch memory for one call: a userdata of size bytes, left on the stack. Use it
 * instead of the heap; it goes with the collector.
 */
void *lcorm_scratch(lua_State *L, size_t size);

/** Push a new table that keeps no keys ("k"), values ("v") or neither ("kv") alive. */
void lcorm_push_weak_table(lua_State *L, const char *mode);

/**
 * The Lua state's scratch arena, emptied by this call. What is put into it lives until
 * somebody calls this again: use it within one function that calls no Lua code meanwhile,
 * and release it when done. What a raised error leaves behind goes with the next call.
 */
struct corm_arena *lcorm_scratch_arena(lua_State *L);

/* ---- errors ---- */

/**
 * Raise err as an object of its corm.exc class, with the position of the first caller
 * outside corm. Never returns; the int is for `return lcorm_throw(L, &err);`.
 */
int lcorm_throw(lua_State *L, const struct corm_error *err);

/** Push the error object without raising it. */
void lcorm_push_error(lua_State *L, const struct corm_error *err);

/** Raise rc's class of error with a formatted message (%s %d %f %I %p as Lua has them). */
int lcorm_fail(lua_State *L, enum corm_rc rc, const char *fmt, ...);

/** Raise ArgumentError "bad argument #arg to 'function' (X expected, got Y)". */
int lcorm_arg_error(lua_State *L, int arg, const char *expected);

/* ---- arguments: as Lua's own checks, but what they raise is an ArgumentError ---- */

/** A number without fraction, or a text of one. */
lua_Integer lcorm_check_integer(lua_State *L, int arg);
/** As that; the fallback for nil and nothing. */
lua_Integer lcorm_opt_integer(lua_State *L, int arg, lua_Integer fallback);
/** A number, or a text of one. */
lua_Number lcorm_check_number(lua_State *L, int arg);
/** len: bytes of the string; may be NULL. */
const char *lcorm_check_string(lua_State *L, int arg, size_t *len);
/** fallback may be NULL. */
const char *lcorm_opt_string(lua_State *L, int arg, const char *fallback);
void lcorm_check_lua_type(lua_State *L, int arg, int type);

/**
 * Keep the function that the running C function was given in the registry, at `key`. Returns 0,
 * the number of its results.
 */
int lcorm_keep_function(lua_State *L, const void *key);
/** Raise if the argument was not even nil. */
void lcorm_check_any(lua_State *L, int arg);
/** Position from 0 among the words, which end with NULL; without a fallback one is a must. */
int lcorm_check_word(lua_State *L, int arg, const char *fallback,
                     const char *const words[]);
/** Raise ArgumentError "bad argument #arg to 'function' (what is wrong)". */
int lcorm_fail_arg(lua_State *L, int arg, const char *wrong);

/** Room for n more values on the stack, for `what`: luaL_checkstack(), done in place. */
static inline void lcorm_reserve(lua_State *L, int n, const char *what)
{
    if (CORM_UNLIKELY(!lua_checkstack(L, n))) {
        luaL_checkstack(L, n, what);
    }
}

/** Raise the same unless it is right. */
static inline void lcorm_arg_check(lua_State *L, bool is_right, int arg,
                                   const char *wrong)
{
    if (CORM_UNLIKELY(!is_right)) {
        lcorm_fail_arg(L, arg, wrong);
    }
}

/**
 * Raise ArgumentError "caller: X expected, got Y", in the words of lua/corm/sql/args.lua.
 * Never returns.
 */
int lcorm_refuse(lua_State *L, const char *caller, const char *expected, int idx);

/**
 * Name of the value's class or Lua type, for messages; pushes the string it returns.
 * "no value" beyond the arguments.
 */
const char *lcorm_type_name(lua_State *L, int idx);

/* ---- options ---- */

/**
 * The name of the NULL-terminated list that `name` was probably meant to be, or NULL if
 * none is near.
 */
const char *lcorm_nearest(const char *name, const char *const *known);

/**
 * Raise the ArgumentError for a name that an object has not. The string keys of the tables
 * at `names` and `more` (0: none), and of those they inherit from, are what it has: the one
 * that was probably meant is named. Never returns.
 */
int lcorm_fail_missing(lua_State *L, const char *owner, const char *name, int names,
                       int more);

/**
 * Require the option table at idx (or nothing) to hold only string keys of the
 * NULL-terminated list `known`; raises ArgumentError naming the unknown one and the nearest
 * known.
 */
void lcorm_check_options(lua_State *L, int idx, const char *const *known);

/**
 * Optional arguments, from index first on, that are given by position or by name, in a table
 * without metatable that comes last: put them in the order of the list `known`, nil for what
 * is not given, and nothing behind. Raises ArgumentError, which begins with the caller's name,
 * for one that is unknown or given twice.
 */
void lcorm_order_options(lua_State *L, int first, const char *const *known,
                         const char *caller);

/**
 * The same for a single argument, at idx: {name = value} becomes the value.
 */
void lcorm_named_argument(lua_State *L, int idx, const char *name, const char *caller);

/**
 * The option `name` of the table at idx (or nothing); fallback if it is absent. Raise
 * ArgumentError "option 'name': X expected, got Y".
 */
bool lcorm_option_bool(lua_State *L, int idx, const char *name, bool fallback);
lua_Integer lcorm_option_int(lua_State *L, int idx, const char *name,
                             lua_Integer fallback);

/**
 * As above; leaves the string on the stack (nil for NULL), which keeps the result alive.
 * Without len_out a string with a NUL byte in it is an error as well.
 */
const char *lcorm_option_string(lua_State *L, int idx, const char *name,
                                size_t *len_out);

/* ---- values ---- */

/**
 * The Lua value at idx as a cell; text points into the Lua string (pin it as long as the
 * cell lives). corm.NULL and nil give NULL; dates, decimals … their tags; tables, functions
 * and unknown userdata FOREIGN. Never raises, allocates nothing.
 */
struct corm_value lcorm_to_value(lua_State *L, int idx);

/**
 * Push the cell as a Lua value: NULL gives nil. DATE … become their immutable objects.
 * OBJECT and FOREIGN live elsewhere and their owner pushes them: here they give nil.
 */
void lcorm_push_value(lua_State *L, const struct corm_value *value);

/** Push corm.NULL. */
void lcorm_push_null(lua_State *L);

/** Put corm.NULL in the place of a nil on top, which would leave a hole or end a loop. */
static inline void lcorm_nil_to_null(lua_State *L)
{
    if (CORM_UNLIKELY(lua_isnil(L, -1))) {
        lua_pop(L, 1);
        lcorm_push_null(L);
    }
}

/** True if the value at idx is corm.NULL (nil is not). */
bool lcorm_is_null(lua_State *L, int idx);

#endif
