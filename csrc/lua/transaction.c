/* SPDX-License-Identifier: MIT */
/* The state of a transaction in Lua; its methods are in lua/corm/engine/transaction.lua. */
#include "engine/transaction.h"

#include "lua/kit.h"
#include "lua/open.h"

static const struct lcorm_class transaction_class;

static struct corm_transaction *check_transaction(lua_State *L)
{
    return lcorm_check(L, 1, &transaction_class);
}

static enum corm_transaction_event check_event(lua_State *L)
{
    int event = corm_transaction_event_find(lcorm_check_string(L, 2, NULL));
    lcorm_arg_check(L, event >= 0, 2, "no such event");
    return (enum corm_transaction_event)event;
}

/* core.transaction(kind) -> TransactionState; kind: "root", "savepoint", "twophase" */
static int core_transaction(lua_State *L)
{
    static const char *const names[] = { "root", "savepoint", "twophase", NULL };
    static const enum corm_transaction_kind kinds[] = { CORM_TRANSACTION_ROOT,
                                                        CORM_TRANSACTION_SAVEPOINT,
                                                        CORM_TRANSACTION_TWOPHASE };
    uint8_t kind = (uint8_t)kinds[lcorm_check_word(L, 1, NULL, names)];
    struct corm_transaction *transaction =
        lcorm_object_new(L, &transaction_class, sizeof *transaction, 0);
    transaction->kind = kind;
    return 1;
}

/* state:move(event): raises IllegalStateChangeError where it is not allowed */
static int transaction_move(lua_State *L)
{
    struct corm_error err;
    struct corm_transaction *transaction = check_transaction(L);
    if (corm_transaction_move(transaction, check_event(L), &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* state:can(event) -> boolean */
static int transaction_can(lua_State *L)
{
    lua_pushboolean(L, corm_transaction_can(check_transaction(L), check_event(L)));
    return 1;
}

/* state:name() -> "active", "prepared", "inactive", "committed" or "rolled back" */
static int transaction_name(lua_State *L)
{
    lua_pushstring(L, corm_transaction_state_name(check_transaction(L)));
    return 1;
}

static const luaL_Reg methods[] = {
    { "can", transaction_can },
    { "move", transaction_move },
    { "name", transaction_name },
    { NULL, NULL },
};

static const struct lcorm_class transaction_class = { .name = "corm.TransactionState",
                                                      .methods = methods,
                                                      .size = sizeof(
                                                          struct corm_transaction) };

void lcorm_open_transaction(lua_State *L)
{
    lua_pushcfunction(L, core_transaction);
    lua_setfield(L, -2, "transaction");
}
