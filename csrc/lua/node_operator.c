/* SPDX-License-Identifier: MIT */
/* The list of operators as corm.sql.operators needs it, and their application. */
#include "lua/node.h"
#include "lua/node_operate.h"
#include "lua/open.h"

static void set_flag(lua_State *L, enum corm_op op, enum corm_op_flag flag,
                     const char *name)
{
    lua_pushboolean(L, corm_op_has(op, flag));
    lua_setfield(L, -2, name);
}

/* Push what is known of an operator; the precedence of what is put in parentheses anyway
   is no number that means something to others. */
static void push_info(lua_State *L, enum corm_op op)
{
    const struct corm_op_info *info = &corm_op_table[op];
    luaL_checkstack(L, 4, "operator");
    lua_createtable(L, 0, 10);
    lua_pushinteger(L, op);
    lua_setfield(L, -2, "code");
    lua_pushlstring(L, info->text, info->text_len);
    lua_setfield(L, -2, "text");
    if (info->precedence != CORM_OP_LOOSE) {
        lua_pushinteger(L, info->precedence);
        lua_setfield(L, -2, "precedence");
    }
    if (info->negation != CORM_OP_NONE) {
        lua_pushstring(L, corm_op_table[info->negation].name);
        lua_setfield(L, -2, "negation");
    }
    set_flag(L, op, CORM_OP_ASSOCIATIVE, "is_associative");
    set_flag(L, op, CORM_OP_BOOLEAN, "is_boolean");
    set_flag(L, op, CORM_OP_COMMUTATIVE, "is_commutative");
    set_flag(L, op, CORM_OP_COMPARISON, "is_comparison");
    set_flag(L, op, CORM_OP_NATURAL, "is_natural_self_precedent");
    set_flag(L, op, CORM_OP_ORDERING, "is_ordering_modifier");
}

/* core.operators() -> {NAME = {code, text, precedence, negation, is_…}, …} */
static int core_operators(lua_State *L)
{
    lua_createtable(L, 0, CORM_OP_COUNT);
    for (unsigned op = CORM_OP_NONE + 1; op < CORM_OP_COUNT; op++) {
        push_info(L, (enum corm_op)op);
        lua_setfield(L, -2, corm_op_table[op].name);
    }
    return 1;
}

/*
 * core.operate(code, operand[, operand]) -> what the operator is of any expressions: operators
 * that their types bring along are not asked. One of two operands may be a plain value.
 */
static int core_operate(lua_State *L)
{
    lua_Integer code = lcorm_check_integer(L, 1);
    lcorm_arg_check(L, code > CORM_OP_NONE && code < CORM_OP_COUNT, 1,
                    "no such operator");
    enum corm_op op = (enum corm_op)code;
    lua_settop(L, 3);
    switch (op) {
    case CORM_OP_AND:
    case CORM_OP_OR:
        lcorm_push_junction(L, op, 2, 3);
        break;
    case CORM_OP_NOT:
        lcorm_coerce_clause(L, 2, "not_");
        lcorm_push_negation(L, 2);
        break;
    case CORM_OP_NEG:
        lcorm_coerce_expression(L, 2, 0);
        lcorm_push_unary(L, op, 2);
        break;
    default:
        lcorm_push_arithmetic(L, op, 2, 3);
        break;
    }
    return 1;
}

static const luaL_Reg functions[] = {
    { "operate", core_operate },
    { "operators", core_operators },
    { NULL, NULL },
};

void lcorm_open_operator(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
