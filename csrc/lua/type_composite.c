/* SPDX-License-Identifier: MIT */
/*
 * Arrays, ranges and hstores between Lua and PostgreSQL's text: each item goes through its
 * own type, in C, and through Lua only where that type has a processor there.
 */
#include "base/datetime.h"
#include "base/number.h"
#include "dialects/postgres/composite_text.h"
#include "lua/decode.h"
#include "lua/open.h"
#include "lua/params.h"
#include "lua/statement.h"
#include "lua/type.h"

#include <stdio.h>
#include <string.h>

/* The arguments of all functions here. */
enum { ARG_TYPE = 1, ARG_VALUE, ARG_DIALECT };

/* ---- writing ---- */

/* The array that is written: where to, and as what each item goes. */
struct writer {
    struct corm_strbuf *out;
    const struct corm_type *item;
    const char *dialect;
    int position[CORM_ARRAY_DEPTH_MAX]; /* of the item in work, for messages */
    int depth;
};

/* "item 2: …" or, of a nested one, "item 2.1: …" before the message. */
static int fail_item(lua_State *L, const struct writer *w, struct corm_error *err)
{
    luaL_Buffer where;
    if (w->depth == 0) {
        return lcorm_throw(L, err);
    }
    luaL_buffinit(L, &where);
    for (int i = 0; i < w->depth; i++) {
        char number[16];
        size_t len = (size_t)snprintf(number, sizeof(number), i == 0 ? "%d" : ".%d",
                                      w->position[i]);
        luaL_addlstring(&where, number, len);
    }
    luaL_pushresult(&where);
    corm_error_prefix(err, "item %s", lua_tostring(L, -1));
    return lcorm_throw(L, err);
}

/* Pop the value on top and write it as the item's type has it. */
static void put_item(lua_State *L, struct writer *w)
{
    struct corm_error err;
    struct corm_value bound;
    if ((w->item->flags & CORM_TYPE_LUA_BIND) != 0 &&
        !lcorm_process_bind(L, w->item, w->dialect, NULL)) {
        lua_error(L);
    }
    struct corm_value value = lcorm_to_value(L, -1);
    struct corm_arena *scratch = lcorm_scratch_arena(L);
    if (corm_type_bind(w->item, &value, scratch, &bound, &err) != CORM_OK) {
        fail_item(L, w, &err);
    }
    corm_text_item_put(w->out, &bound);
    corm_arena_release(scratch);
    lua_pop(L, 1);
}

/* A sequence, not a date or any other object. */
static bool is_sequence(lua_State *L, int idx)
{
    if (!lua_istable(L, idx)) {
        return false;
    }
    bool has_meta = lua_getmetatable(L, idx);
    lua_pop(L, has_meta ? 1 : 0);
    return !has_meta;
}

/* The length of a sequence: its field n, which tells of nil at its end, or #. */
static lua_Integer sequence_length(lua_State *L, int idx)
{
    lua_pushliteral(L, "n");
    lua_rawget(L, idx);
    lua_Integer n =
        lua_isinteger(L, -1) ? lua_tointeger(L, -1) : (lua_Integer)lua_rawlen(L, idx);
    lua_pop(L, 1);
    return n;
}

/* True if the type's own values are tables, so that a table is an item. */
static bool takes_tables(const struct corm_type *item)
{
    return item->kind == CORM_TYPE_JSON || item->kind == CORM_TYPE_USER;
}

/* {1,{2,3},NULL} of the sequence at idx; `left` is how deep arrays may still be. */
static void put_sequence(lua_State *L, struct writer *w, int idx, int left)
{
    if (left == 0) {
        lcorm_fail(L, CORM_E_DATA, "an array has at most %d dimensions",
                   CORM_ARRAY_DEPTH_MAX);
    }
    luaL_checkstack(L, 10, "array");
    lua_Integer n = sequence_length(L, idx);
    int level = w->depth++;
    corm_strbuf_putc(w->out, '{');
    for (lua_Integer i = 1; i <= n; i++) {
        w->position[level] = (int)i;
        corm_strbuf_puts(w->out, i > 1 ? "," : "");
        lua_rawgeti(L, idx, i);
        bool is_nested = is_sequence(L, -1) && (left > 1 || !takes_tables(w->item));
        if (is_nested) {
            put_sequence(L, w, lua_gettop(L), left - 1);
            lua_pop(L, 1);
        } else {
            put_item(L, w);
        }
    }
    corm_strbuf_putc(w->out, '}');
    w->depth = level;
}

/* How deep sequences are arrays: where items are tables themselves, as the type says. */
static int depth_of(const struct corm_type *type)
{
    if (type->length > 0 && type->length < CORM_ARRAY_DEPTH_MAX) {
        return type->length;
    }
    return takes_tables(type->item) ? 1 : CORM_ARRAY_DEPTH_MAX;
}

static const struct corm_type *check_composite(lua_State *L)
{
    const struct corm_type *type = lcorm_check_type(L, ARG_TYPE);
    if (type->item == NULL) {
        lcorm_fail(L, CORM_E_ARGUMENT, "type %s has no items",
                   corm_type_class_name(type));
    }
    return type;
}

static const struct corm_type *check_item_type(lua_State *L)
{
    const struct corm_type *item = check_composite(L)->item;
    PRE(item != NULL);
    return item;
}

/* core.array_encode(type, sequence, dialect) -> text */
static int core_array_encode(lua_State *L)
{
    lua_settop(L, ARG_DIALECT);
    const struct corm_type *type = check_composite(L);
    lcorm_check_lua_type(L, ARG_VALUE, LUA_TTABLE);
    struct writer w = { .item = check_item_type(L),
                        .dialect = lcorm_opt_string(L, ARG_DIALECT, "default") };
    w.out = lcorm_push_strbuf(L);
    put_sequence(L, &w, ARG_VALUE, depth_of(type));
    lcorm_strbuf_to_string(L, ARG_DIALECT + 1);
    return 1;
}

/* core.item_encode(type, value, dialect) -> the text of one item of a range or array */
static int core_item_encode(lua_State *L)
{
    lua_settop(L, ARG_DIALECT);
    struct writer w = { .item = check_item_type(L),
                        .dialect = lcorm_opt_string(L, ARG_DIALECT, "default") };
    w.out = lcorm_push_strbuf(L);
    lua_pushvalue(L, ARG_VALUE);
    put_item(L, &w);
    lcorm_strbuf_to_string(L, ARG_DIALECT + 1);
    return 1;
}

/* core.text_quote(text) -> it in double quotes, as items are */
static int core_text_quote(lua_State *L)
{
    size_t len;
    const char *text = lcorm_check_string(L, 1, &len);
    if (memchr(text, '\0', len) != NULL) {
        return lcorm_fail(L, CORM_E_DATA, "a text contains a NUL byte");
    }
    corm_text_item_quote(lcorm_push_strbuf(L), text, len);
    lcorm_strbuf_to_string(L, -1);
    return 1;
}

/* ---- reading ---- */

/* Push the item's text. */
static void push_text(lua_State *L, const struct corm_text_item *item)
{
    luaL_Buffer buffer;
    if (!item->has_escapes) {
        lua_pushlstring(L, item->text, item->len);
        return;
    }
    char *bytes = luaL_buffinitsize(L, &buffer, item->len);
    luaL_pushresultsize(&buffer, corm_text_item_unescape(item, bytes));
}

/* Moments with a zone are told in UTC, as when they stand alone. */
static bool is_moment_with_zone(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_DATETIME && (type->flags & CORM_TYPE_TIMEZONE);
}

static void push_utc(lua_State *L, const struct corm_type *type,
                     const struct corm_value *cell)
{
    struct corm_value local;
    struct corm_value utc;
    if (corm_datetime_parse(cell->as.s, cell->len, &local, NULL) == CORM_OK &&
        corm_datetime_move_zone(&local, 0, &utc, NULL) == CORM_OK) {
        lcorm_push_value(L, &utc);
        return;
    }
    lcorm_push_decoded(L, type, cell);
}

/* True if the item is an integer and pushed: most arrays are of these. */
static bool push_integer(lua_State *L, const struct corm_type *type,
                         const struct corm_text_item *item)
{
    int64_t i;
    if (lcorm_plain_tag(type) != CORM_TAG_INT || item->has_escapes ||
        !corm_number_parse_int(item->text, item->len, &i)) {
        return false;
    }
    lua_pushinteger(L, i);
    return true;
}

/* Push the item as its type has it; corm.NULL for NULL. */
static void push_item(lua_State *L, const struct corm_type *type,
                      const struct corm_dialect *dialect,
                      const struct corm_text_item *item)
{
    if (item->is_null) {
        lcorm_push_null(L);
        return;
    }
    if (push_integer(L, type, item)) {
        return;
    }
    /* The text that is read, or the one on the stack, pins the bytes of the cell. */
    struct corm_value cell = corm_value_bytes(CORM_TAG_TEXT, item->text, item->len);
    if (item->has_escapes) {
        push_text(L, item);
        cell = lcorm_to_value(L, -1);
    }
    if (is_moment_with_zone(type)) {
        push_utc(L, type, &cell);
    } else {
        lcorm_push_decoded_for(L, type, &cell, dialect);
    }
    if (item->has_escapes) {
        lua_remove(L, -2);
    }
}

static int fail_text(lua_State *L, const char *text, size_t len, const char *what)
{
    lua_pushlstring(L, text, len);
    return lcorm_fail(L, CORM_E_DATA, "cannot read '%s' as %s", lua_tostring(L, -1),
                      what);
}

/*
 * The item on top is the last of the sequence below it. What a type reads as nil (JSON's
 * null, whatever a decorator makes so) is corm.NULL there, and keeps its place.
 */
static void append_item(lua_State *L)
{
    lcorm_nil_to_null(L);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* About how many items the sequence has that was just opened. */
static int items_ahead(const struct corm_array_scan *scan)
{
    int n = 1;
    for (const char *at = scan->at; at < scan->end && *at != '}'; at++) {
        n += *at == ',';
    }
    return n;
}

void lcorm_push_array(lua_State *L, const struct corm_type *type,
                      const struct corm_value *cell, const struct corm_dialect *dialect)
{
    struct corm_array_scan scan;
    struct corm_text_item item;
    luaL_checkstack(L, CORM_ARRAY_DEPTH_MAX + 10, "array");
    corm_array_scan_init(&scan, cell->as.s, cell->len);
    int base = lua_gettop(L);
    for (;;) {
        switch (corm_array_scan_next(&scan, &item)) {
        case CORM_ARRAY_OPEN:
            lua_createtable(L, items_ahead(&scan), 0);
            break;
        case CORM_ARRAY_CLOSE:
            if (lua_gettop(L) > base + 1) {
                append_item(L);
            }
            break;
        case CORM_ARRAY_ITEM:
            push_item(L, type->item, dialect, &item);
            append_item(L);
            break;
        case CORM_ARRAY_END:
            return;
        default:
            fail_text(L, cell->as.s, cell->len, "an array");
        }
    }
}

/* core.array_decode(type, text, dialect) -> sequence */
static int core_array_decode(lua_State *L)
{
    size_t len;
    lua_settop(L, ARG_DIALECT);
    const struct corm_type *type = check_composite(L);
    const char *text = lcorm_check_string(L, ARG_VALUE, &len);
    struct corm_value cell = corm_value_bytes(CORM_TAG_TEXT, text, len);
    lcorm_push_array(L, type, &cell, lcorm_check_dialect(L, ARG_DIALECT));
    return 1;
}

/* Push {is_empty, bounds, lower, upper} of a range. */
static void push_range(lua_State *L, const struct corm_type *type,
                       const struct corm_dialect *dialect,
                       const struct corm_range_text *range)
{
    luaL_checkstack(L, 10, "range");
    lua_createtable(L, 0, 4);
    lua_pushboolean(L, range->is_empty);
    lua_setfield(L, -2, "empty");
    lua_pushstring(L, range->bounds);
    lua_setfield(L, -2, "bounds");
    if (!range->is_empty && !range->lower.is_null) {
        push_item(L, type->item, dialect, &range->lower);
        lua_setfield(L, -2, "lower");
    }
    if (!range->is_empty && !range->upper.is_null) {
        push_item(L, type->item, dialect, &range->upper);
        lua_setfield(L, -2, "upper");
    }
}

/* core.range_decode(type, text, dialect) -> {empty, bounds, lower, upper} */
static int core_range_decode(lua_State *L)
{
    size_t len;
    struct corm_range_text range;
    lua_settop(L, ARG_DIALECT);
    const struct corm_type *type = check_composite(L);
    const char *at = lcorm_check_string(L, ARG_VALUE, &len);
    const char *end = at + len;
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    if (!corm_range_scan(&at, end, &range) || at != end) {
        return fail_text(L, end - len, len, "a range");
    }
    push_range(L, type, dialect, &range);
    return 1;
}

/* core.multirange_decode(type, text, dialect) -> sequence of what range_decode() gives */
static int core_multirange_decode(lua_State *L)
{
    size_t len;
    struct corm_range_text range;
    lua_settop(L, ARG_DIALECT);
    const struct corm_type *type = check_composite(L);
    const char *at = lcorm_check_string(L, ARG_VALUE, &len);
    const char *text = at;
    const char *end = at + len;
    const struct corm_dialect *dialect = lcorm_check_dialect(L, ARG_DIALECT);
    if (len < 2 || *at++ != '{' || end[-1] != '}') {
        return fail_text(L, text, len, "a multirange");
    }
    end--;
    lua_newtable(L);
    for (bool is_first = true; at < end; is_first = false) {
        if (!is_first && *at++ != ',') {
            return fail_text(L, text, len, "a multirange");
        }
        if (!corm_range_scan(&at, end, &range)) {
            return fail_text(L, text, len, "a multirange");
        }
        push_range(L, type, dialect, &range);
        append_item(L);
    }
    return 1;
}

/* core.hstore_decode(type, text) -> table of texts and corm.NULL by key */
static int core_hstore_decode(lua_State *L)
{
    size_t len;
    struct corm_text_item key;
    struct corm_text_item value;
    lua_settop(L, ARG_DIALECT);
    const char *at = lcorm_check_string(L, ARG_VALUE, &len);
    const char *end = at + len;
    lua_newtable(L);
    while (corm_hstore_scan(&at, end, &key, &value)) {
        push_text(L, &key);
        if (value.is_null) {
            lcorm_push_null(L);
        } else {
            push_text(L, &value);
        }
        lua_rawset(L, -3);
    }
    return at == end ? 1 : fail_text(L, end - len, len, "an hstore");
}

static const luaL_Reg functions[] = {
    { "array_decode", core_array_decode },
    { "array_encode", core_array_encode },
    { "hstore_decode", core_hstore_decode },
    { "item_encode", core_item_encode },
    { "multirange_decode", core_multirange_decode },
    { "range_decode", core_range_decode },
    { "text_quote", core_text_quote },
    { NULL, NULL },
};

void lcorm_open_type_composite(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
