/* SPDX-License-Identifier: MIT */
/*
 * corm.decimal. Operands are decimals and integers; a float is compared as its shortest text
 * and refused in arithmetic, which is exact. Division and remainder round down, as Lua's do.
 */
#include "base/decimal.h"
#include "base/number.h"
#include "lua/open.h"
#include "lua/value.h"

/* Push the result of an operation and let its arena go. */
static int return_decimal(lua_State *L, struct corm_arena *arena, enum corm_rc rc,
                          const struct corm_value *value, struct corm_error *err)
{
    if (rc == CORM_OK) {
        lcorm_push_value(L, value);
    }
    corm_arena_release(arena);
    return rc == CORM_OK ? 1 : lcorm_value_return(L, rc, value, err);
}

/* The shortest text of a float as a decimal; raises if that cannot be. */
static struct corm_value float_to_decimal(lua_State *L, double f,
                                          struct corm_arena *arena)
{
    char text[CORM_FLOAT_TEXT_MAX];
    struct corm_value decimal = corm_value_null();
    struct corm_error err;
    size_t len = corm_number_format_float(text, f);
    const char *copy = corm_arena_strndup(arena, text, len);
    enum corm_rc rc = copy == NULL
                          ? corm_fail_memory(&err)
                          : corm_decimal_parse(copy, len, arena, &decimal, &err);
    if (rc != CORM_OK) {
        corm_arena_release(arena);
        lcorm_throw(L, &err);
    }
    return decimal;
}

/* corm.decimal(text | integer | float | decimal) -> decimal */
static int decimal_new(lua_State *L)
{
    struct corm_value value = lcorm_to_value(L, 1);
    struct corm_value decimal = value;
    struct corm_error err;
    enum corm_rc rc = CORM_OK;
    char text[CORM_INT_TEXT_MAX];
    struct corm_arena *arena = lcorm_scratch_arena(L);
    switch ((enum corm_tag)value.tag) {
    case CORM_TAG_DECIMAL:
        break;
    case CORM_TAG_TEXT:
        rc = corm_decimal_parse(value.as.s, value.len, arena, &decimal, &err);
        break;
    case CORM_TAG_INT:
        decimal = corm_value_bytes(CORM_TAG_DECIMAL, text,
                                   corm_number_format_int(text, value.as.i));
        break;
    case CORM_TAG_FLOAT:
        decimal = float_to_decimal(L, value.as.f, arena);
        break;
    default:
        return lcorm_arg_error(L, 1, "text, number or decimal");
    }
    return return_decimal(L, arena, rc, &decimal, &err);
}

static const struct corm_value *check_decimal(lua_State *L)
{
    return lcorm_check(L, 1, &lcorm_decimal_class);
}

/* tostring(decimal): canonical text */
static int decimal_tostring(lua_State *L)
{
    const struct corm_value *decimal = check_decimal(L);
    lua_pushlstring(L, decimal->as.s, decimal->len);
    return 1;
}

/* decimal:tonumber() -> float, the nearest */
static int decimal_tonumber(lua_State *L)
{
    const struct corm_value *decimal = check_decimal(L);
    double f = 0;
    if (!corm_number_parse_float(decimal->as.s, decimal->len, &f)) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "the decimal is too large for a float");
    }
    lua_pushnumber(L, f);
    return 1;
}

/* decimal:is_finite() -> boolean */
static int decimal_is_finite(lua_State *L)
{
    lua_pushboolean(L, corm_decimal_is_finite(check_decimal(L)));
    return 1;
}

/* decimal:round([scale]) -> decimal with so many digits after the point */
static int decimal_round(lua_State *L)
{
    const struct corm_value *decimal = check_decimal(L);
    lua_Integer scale = lcorm_opt_integer(L, 2, 0);
    struct corm_value rounded;
    struct corm_error err;
    if (scale < -CORM_DECIMAL_WHOLE_MAX || scale > CORM_DECIMAL_SCALE_MAX) {
        return lcorm_fail(L, CORM_E_ARGUMENT, "scale %I is out of range", scale);
    }
    struct corm_arena *arena = lcorm_scratch_arena(L);
    enum corm_rc rc = corm_decimal_round(decimal, (int)scale, arena, &rounded, &err);
    return return_decimal(L, arena, rc, &rounded, &err);
}

/* -decimal */
static int decimal_unm(lua_State *L)
{
    struct corm_value negated;
    struct corm_error err;
    const struct corm_value *decimal = check_decimal(L);
    struct corm_arena *arena = lcorm_scratch_arena(L);
    enum corm_rc rc = corm_decimal_neg(decimal, arena, &negated, &err);
    return return_decimal(L, arena, rc, &negated, &err);
}

/* decimal:abs() -> decimal */
static int decimal_abs(lua_State *L)
{
    const struct corm_value *decimal = check_decimal(L);
    if (decimal->as.s[0] == '-') {
        return decimal_unm(L);
    }
    lua_settop(L, 1);
    return 1;
}

static bool is_operand(const struct corm_value *value)
{
    return value->tag == CORM_TAG_DECIMAL || value->tag == CORM_TAG_INT;
}

typedef enum corm_rc (*operation_fn)(const struct corm_value *a,
                                     const struct corm_value *b,
                                     struct corm_arena *arena, struct corm_value *out,
                                     struct corm_error *err);

static int operate(lua_State *L, const char *event, operation_fn operation)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    struct corm_value result;
    struct corm_error err;
    if (!is_operand(&a) || !is_operand(&b)) {
        return lcorm_value_reflect(L, event);
    }
    struct corm_arena *arena = lcorm_scratch_arena(L);
    enum corm_rc rc = operation(&a, &b, arena, &result, &err);
    return return_decimal(L, arena, rc, &result, &err);
}

/* The largest integer that is not above a / b. */
static enum corm_rc floor_quotient(const struct corm_value *a,
                                   const struct corm_value *b, struct corm_arena *arena,
                                   struct corm_value *out, struct corm_error *err)
{
    static const struct corm_value one = { .tag = CORM_TAG_INT, .as.i = 1 };
    static const struct corm_value zero = { .tag = CORM_TAG_INT, .as.i = 0 };
    struct corm_value quotient;
    struct corm_value product;
    struct corm_value rest;
    enum corm_rc rc = corm_decimal_div(a, b, arena, &quotient, err);
    if (rc == CORM_OK) {
        rc = corm_decimal_round(&quotient, 0, arena, out, err);
    }
    if (rc == CORM_OK) {
        rc = corm_decimal_mul(out, b, arena, &product, err);
    }
    if (rc == CORM_OK) {
        rc = corm_decimal_sub(a, &product, arena, &rest, err);
    }
    if (rc != CORM_OK) {
        return rc;
    }
    /* Rounding went up by at most one: then the rest has not the divisor's sign. */
    int sign = corm_decimal_compare(&rest, &zero);
    int divisor_sign = corm_decimal_compare(b, &zero);
    if (sign != 0 && (sign < 0) != (divisor_sign < 0)) {
        quotient = *out;
        rc = corm_decimal_sub(&quotient, &one, arena, out, err);
    }
    return rc;
}

/* a - floor(a / b) * b: the rest, with the divisor's sign */
static enum corm_rc floor_rest(const struct corm_value *a, const struct corm_value *b,
                               struct corm_arena *arena, struct corm_value *out,
                               struct corm_error *err)
{
    struct corm_value quotient;
    struct corm_value product;
    enum corm_rc rc = floor_quotient(a, b, arena, &quotient, err);
    if (rc == CORM_OK) {
        rc = corm_decimal_mul(&quotient, b, arena, &product, err);
    }
    return rc == CORM_OK ? corm_decimal_sub(a, &product, arena, out, err) : rc;
}

/* a + b */
static int decimal_add(lua_State *L)
{
    return operate(L, "__add", corm_decimal_add);
}

/* a - b */
static int decimal_sub(lua_State *L)
{
    return operate(L, "__sub", corm_decimal_sub);
}

/* a * b */
static int decimal_mul(lua_State *L)
{
    return operate(L, "__mul", corm_decimal_mul);
}

/* a / b */
static int decimal_div(lua_State *L)
{
    return operate(L, "__div", corm_decimal_div);
}

/* a // b */
static int decimal_idiv(lua_State *L)
{
    return operate(L, "__idiv", floor_quotient);
}

/* a % b */
static int decimal_mod(lua_State *L)
{
    return operate(L, "__mod", floor_rest);
}

/* Negative, 0, positive as the numbers at 1 and 2 are ordered. */
static int order(lua_State *L)
{
    struct corm_value a = lcorm_to_value(L, 1);
    struct corm_value b = lcorm_to_value(L, 2);
    struct corm_arena *arena = lcorm_scratch_arena(L);
    if (a.tag == CORM_TAG_FLOAT) {
        a = float_to_decimal(L, a.as.f, arena);
    } else if (b.tag == CORM_TAG_FLOAT) {
        b = float_to_decimal(L, b.as.f, arena);
    }
    if (!is_operand(&a) || !is_operand(&b)) {
        corm_arena_release(arena);
        const char *name = lcorm_type_name(L, 1);
        return lcorm_fail(L, CORM_E_ARGUMENT, "%s and %s cannot be compared", name,
                          lcorm_type_name(L, 2));
    }
    int result = corm_decimal_compare(&a, &b);
    corm_arena_release(arena);
    return result;
}

/* a < b */
static int decimal_lt(lua_State *L)
{
    lua_pushboolean(L, order(L) < 0);
    return 1;
}

/* a <= b */
static int decimal_le(lua_State *L)
{
    lua_pushboolean(L, order(L) <= 0);
    return 1;
}

static const luaL_Reg decimal_methods[] = {
    { "abs", decimal_abs },
    { "is_finite", decimal_is_finite },
    { "round", decimal_round },
    { "tonumber", decimal_tonumber },
    { NULL, NULL },
};

static const luaL_Reg decimal_meta[] = {
    { "__add", decimal_add },   { "__div", decimal_div },
    { "__eq", lcorm_value_eq }, { "__idiv", decimal_idiv },
    { "__le", decimal_le },     { "__lt", decimal_lt },
    { "__mod", decimal_mod },   { "__mul", decimal_mul },
    { "__sub", decimal_sub },   { "__tostring", decimal_tostring },
    { "__unm", decimal_unm },   { NULL, NULL },
};

const struct lcorm_class lcorm_decimal_class = { .name = "corm.decimal",
                                                 .methods = decimal_methods,
                                                 .meta = decimal_meta,
                                                 .size = sizeof(struct corm_value) };

void lcorm_open_decimal(lua_State *L)
{
    static const luaL_Reg statics[] = { { NULL, NULL } };
    lcorm_value_publish(L, &lcorm_decimal_class, decimal_new, statics);
}
