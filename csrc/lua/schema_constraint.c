/* SPDX-License-Identifier: MIT */
/* Constraints, the foreign keys of single columns, and sequences. */
#include "lua/open.h"
#include "lua/schema.h"
#include "lua/type.h"

#include <string.h>

struct corm_constraint *lcorm_check_constraint(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_constraint_family.cls);
}

struct corm_foreign_key *lcorm_check_foreign_key(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_foreign_key_family.cls);
}

const struct corm_sequence *lcorm_check_sequence(lua_State *L, int idx)
{
    return lcorm_check(L, idx, &lcorm_sequence_family.cls);
}

static bool detail_bool(lua_State *L, int idx, const char *name)
{
    lua_getfield(L, idx, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

static uint8_t detail_kind(lua_State *L, int idx)
{
    static const char *const names[] = { "primary_key", "foreign_key", "unique",
                                         "check",       "exclude",     NULL };
    lua_getfield(L, idx, "kind");
    int kind = lcorm_check_word(L, -1, NULL, names);
    lua_pop(L, 1);
    return (uint8_t)(CORM_CONSTRAINT_PRIMARY_KEY + kind);
}

/* detail[name]: -1 absent, 0 false, 1 true */
static int detail_state(lua_State *L, int idx, const char *name)
{
    int state = lua_getfield(L, idx, name) == LUA_TNIL ? -1 : lua_toboolean(L, -1);
    lua_pop(L, 1);
    return state;
}

static void update_flags(lua_State *L, struct corm_constraint *constraint, int detail)
{
    int deferrable = detail_state(L, detail, "deferrable");
    constraint->is_deferrable = deferrable == 1;
    constraint->is_not_deferrable = deferrable == 0;
    constraint->use_alter = detail_bool(L, detail, "use_alter");
    constraint->is_left_out = detail_bool(L, detail, "left_out");
    constraint->is_written = detail_bool(L, detail, "is_written");
    constraint->is_not_valid = detail_bool(L, detail, "not_valid");
    constraint->has_nulls_not_distinct = detail_bool(L, detail, "nulls_not_distinct");
}

static void update_texts(lua_State *L, struct corm_constraint *constraint, int detail)
{
    constraint->name = lcorm_detail_string(L, detail, "name");
    constraint->is_name_made = lcorm_option_bool(L, detail, "is_name_made", false);
    constraint->ondelete = lcorm_detail_string(L, detail, "ondelete");
    constraint->onupdate = lcorm_detail_string(L, detail, "onupdate");
    constraint->initially = lcorm_detail_string(L, detail, "initially");
    constraint->match = lcorm_detail_string(L, detail, "match");
    constraint->on_conflict = lcorm_detail_string(L, detail, "on_conflict");
    constraint->comment = lcorm_detail_string(L, detail, "comment");
    constraint->method = lcorm_detail_string(L, detail, "method");
    constraint->check = lcorm_detail_node(L, detail, "check");
    constraint->where = lcorm_detail_node(L, detail, "where_node");
    if (lua_getfield(L, detail, "check_type") != LUA_TNIL) {
        constraint->check_type = lcorm_check_type(L, -1);
    }
    lua_pop(L, 1);
    if (lua_getfield(L, detail, "own_column") != LUA_TNIL) {
        constraint->own_column = lcorm_check_column(L, -1);
    }
    lua_pop(L, 1);
}

/* Fill columns and included columns anew from the sequences of these names. */
static bool update_columns(lua_State *L, struct corm_constraint *constraint, int detail)
{
    bool has_room = true;
    constraint->columns.count = constraint->include.count = 0;
    for (int which = 0; which < 2; which++) {
        lua_getfield(L, detail, which == 0 ? "columns" : "include");
        size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
        for (size_t i = 1; i <= n && has_room; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i);
            struct corm_column *column = lcorm_check_column(L, -1);
            has_room = which == 0 ? corm_vec_push(&constraint->columns, column)
                                  : corm_vec_push(&constraint->include, column);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return has_room;
}

/* Fill what an EXCLUDE compares anew: detail.exclusions has {expression, op, class}. */
static bool update_exclusions(lua_State *L, struct corm_constraint *constraint,
                              int detail)
{
    bool has_room = true;
    constraint->exclusions.count = 0;
    lua_getfield(L, detail, "exclusions");
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n && has_room; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        int item = lua_gettop(L);
        struct corm_exclusion one = {
            .expression = lcorm_detail_node(L, item, "expression"),
            .op = lcorm_detail_string(L, item, "op"),
            .operator_class = lcorm_detail_string(L, item, "class"),
        };
        has_room = corm_vec_push(&constraint->exclusions, one);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return has_room;
}

/* Fill the single foreign keys anew from the sequence detail.elements. */
static bool update_elements(lua_State *L, struct corm_constraint *constraint,
                            int detail)
{
    bool has_room = true;
    constraint->elements.count = 0;
    lua_getfield(L, detail, "elements");
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n && has_room; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        struct corm_foreign_key *element = lcorm_check_foreign_key(L, -1);
        has_room = corm_vec_push(&constraint->elements, element);
        element->constraint = constraint;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return has_room;
}

static void constraint_update(lua_State *L, int idx)
{
    struct corm_constraint *constraint = lcorm_check_constraint(L, idx);
    lua_getiuservalue(L, idx, 1);
    int detail = lua_gettop(L);
    update_flags(L, constraint, detail);
    update_texts(L, constraint, detail);
    bool has_room = update_columns(L, constraint, detail) &&
                    update_elements(L, constraint, detail) &&
                    update_exclusions(L, constraint, detail);
    lua_pop(L, 1);
    if (!has_room) {
        lcorm_fail(L, CORM_E_NO_MEMORY, "out of memory");
    }
}

/* core.constraint(detail) -> Constraint; detail.kind says which */
static int core_constraint(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    uint8_t kind = detail_kind(L, 1);
    struct corm_constraint *constraint =
        lcorm_push_detailed(L, &lcorm_constraint_family, sizeof(*constraint), 1);
    constraint->kind = kind;
    constraint_update(L, 2);
    return 1;
}

/* core.constraint_update(constraint): its detail table has changed */
static int core_constraint_update(lua_State *L)
{
    lcorm_check_constraint(L, 1);
    lua_settop(L, 1);
    constraint_update(L, 1);
    return 0;
}

/* core.foreign_key(detail) -> ForeignKey */
static int core_foreign_key(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct corm_foreign_key *foreign_key =
        lcorm_push_detailed(L, &lcorm_foreign_key_family, sizeof(*foreign_key), 1);
    foreign_key->target = lcorm_detail_string(L, 1, "target");
    return 1;
}

/* core.foreign_key_resolve(foreign_key, column): the column it refers to is known */
static int core_foreign_key_resolve(lua_State *L)
{
    struct corm_foreign_key *foreign_key = lcorm_check_foreign_key(L, 1);
    struct corm_column *referred = lcorm_check_column(L, 2);
    foreign_key->referred = referred;
    if (foreign_key->constraint != NULL) {
        foreign_key->constraint->referred = referred->table;
    }
    return 0;
}

static int constraint_gc(lua_State *L)
{
    struct corm_constraint *constraint = lcorm_test(L, 1, &lcorm_constraint_family.cls);
    if (constraint != NULL) {
        corm_vec_release(&constraint->columns);
        corm_vec_release(&constraint->elements);
        corm_vec_release(&constraint->include);
        corm_vec_release(&constraint->exclusions);
    }
    return 0;
}

/* detail[name] as an integer; false if it is absent */
static bool detail_int(lua_State *L, const char *name, int64_t *out)
{
    bool is_there = lua_getfield(L, 1, name) != LUA_TNIL;
    lua_pop(L, 1);
    *out = is_there ? lcorm_option_int(L, 1, name, 0) : 0;
    return is_there;
}

/* core.sequence(detail) -> Sequence, or the numbers of an IDENTITY column */
static int core_sequence(lua_State *L)
{
    lcorm_check_lua_type(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct corm_sequence *sequence =
        lcorm_push_detailed(L, &lcorm_sequence_family, sizeof(*sequence), 1);
    sequence->name = lcorm_detail_string(L, 1, "name");
    sequence->schema = lcorm_detail_string(L, 1, "schema");
    sequence->is_always = detail_bool(L, 1, "always");
    sequence->is_cycle = detail_state(L, 1, "cycle") == 1;
    sequence->is_no_cycle = detail_state(L, 1, "cycle") == 0;
    sequence->is_no_min = detail_bool(L, 1, "nominvalue");
    sequence->is_no_max = detail_bool(L, 1, "nomaxvalue");
    if (lua_getfield(L, 1, "data_type") != LUA_TNIL) {
        sequence->type = lcorm_check_type(L, -1);
    }
    lua_pop(L, 1);
    sequence->has_start = detail_int(L, "start", &sequence->start);
    sequence->has_increment = detail_int(L, "increment", &sequence->increment);
    sequence->has_min = detail_int(L, "minvalue", &sequence->min);
    sequence->has_max = detail_int(L, "maxvalue", &sequence->max);
    sequence->has_cache = detail_int(L, "cache", &sequence->cache);
    return 1;
}

static const luaL_Reg constraint_meta[] = {
    { "__gc", constraint_gc },
    { NULL, NULL },
};

const struct lcorm_family lcorm_constraint_family = {
    .cls = { .name = "corm.Constraint",
             .meta = constraint_meta,
             .size = sizeof(struct corm_constraint) },
    .has_detail = true,
};

const struct lcorm_family lcorm_foreign_key_family = {
    .cls = { .name = "corm.ForeignKey", .size = sizeof(struct corm_foreign_key) },
    .has_detail = true,
};

const struct lcorm_family lcorm_sequence_family = {
    .cls = { .name = "corm.Sequence", .size = sizeof(struct corm_sequence) },
    .has_detail = true,
};

static const luaL_Reg functions[] = {
    { "constraint", core_constraint },
    { "constraint_update", core_constraint_update },
    { "foreign_key", core_foreign_key },
    { "foreign_key_resolve", core_foreign_key_resolve },
    { "sequence", core_sequence },
    { NULL, NULL },
};

void lcorm_open_constraint(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    lcorm_family_open(L, &lcorm_constraint_family);
    lcorm_family_open(L, &lcorm_foreign_key_family);
    lcorm_family_open(L, &lcorm_sequence_family);
}
