/* SPDX-License-Identifier: MIT */
#include "sql/type_path.h"

#include "base/strbuf.h"
#include "sql/node.h"

#include <string.h>

const struct corm_type corm_type_path_dollar = {
    .kind = CORM_TYPE_JSON_PATH,
    .length = -1,
    .precision = -1,
    .scale = -1,
    .name = "$",
    .fp = 0x636F726DF1ull,
};

const struct corm_type corm_type_path_braces = {
    .kind = CORM_TYPE_JSON_PATH,
    .length = -1,
    .precision = -1,
    .scale = -1,
    .name = "{",
    .fp = 0x636F726DF2ull,
};

/* The byte as it stands in a string of JSON. */
static void put_json_byte(struct corm_strbuf *text, unsigned char byte)
{
    static const char letters[] = "btn?fr"; /* of the bytes from 8 on */
    static const char hex[] = "0123456789abcdef";
    if (byte == '"' || byte == '\\') {
        corm_strbuf_putc(text, '\\');
        corm_strbuf_putc(text, (char)byte);
    } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
        corm_strbuf_putc(text, '\\');
        corm_strbuf_putc(text, letters[byte - '\b']);
    } else if (byte < ' ' || byte == 0x7F) {
        corm_strbuf_puts(text, "\\u00");
        corm_strbuf_putc(text, hex[byte >> 4]);
        corm_strbuf_putc(text, hex[byte & 15]);
    } else {
        corm_strbuf_putc(text, (char)byte);
    }
}

/* SQLite before 3.45 ends "key" at the first quote; without quotes a key ends at . or [ */
static bool goes_without_quotes(const struct corm_value *key)
{
    return memchr(key->as.s, '"', key->len) != NULL &&
           memchr(key->as.s, '.', key->len) == NULL &&
           memchr(key->as.s, '[', key->len) == NULL;
}

/* ."key" or [index]; SQLite compares the key with what stands in the JSON, escapes and all */
static void put_step(struct corm_strbuf *text, const struct corm_value *step)
{
    if (step->tag == CORM_TAG_INT) {
        corm_strbuf_putc(text, '[');
        corm_strbuf_put_int(text, step->as.i);
        corm_strbuf_putc(text, ']');
        return;
    }
    const char *quote = goes_without_quotes(step) ? "" : "\"";
    corm_strbuf_putc(text, '.');
    corm_strbuf_puts(text, quote);
    for (uint32_t i = 0; i < step->len; i++) {
        put_json_byte(text, (unsigned char)step->as.s[i]);
    }
    corm_strbuf_puts(text, quote);
}

/* "key" or index, as an element of an array's text */
static void put_element(struct corm_strbuf *text, const struct corm_value *step)
{
    if (step->tag == CORM_TAG_INT) {
        corm_strbuf_put_int(text, step->as.i);
        return;
    }
    corm_strbuf_putc(text, '"');
    for (uint32_t i = 0; i < step->len; i++) {
        if (step->as.s[i] == '"' || step->as.s[i] == '\\') {
            corm_strbuf_putc(text, '\\');
        }
        corm_strbuf_putc(text, step->as.s[i]);
    }
    corm_strbuf_putc(text, '"');
}

static void put_path(struct corm_strbuf *text, const struct corm_type *type,
                     const struct corm_value *steps, size_t nsteps)
{
    bool is_array = type->name[0] == '{';
    corm_strbuf_putc(text, type->name[0]);
    for (size_t i = 0; i < nsteps; i++) {
        if (is_array) {
            corm_strbuf_puts(text, i > 0 ? "," : "");
            put_element(text, &steps[i]);
        } else {
            put_step(text, &steps[i]);
        }
    }
    corm_strbuf_puts(text, is_array ? "}" : "");
}

/* A key that is text without NUL, or an index, checked by the types of such. */
static enum corm_rc check_step(const struct corm_value *step,
                               struct corm_arena *scratch, struct corm_error *err)
{
    struct corm_value checked;
    if (step->tag == CORM_TAG_INT) {
        return CORM_OK;
    }
    return corm_type_bind(&corm_type_string, step, scratch, &checked, err);
}

enum corm_rc corm_type_bind_path(const struct corm_type *type,
                                 const struct corm_value *value,
                                 struct corm_arena *scratch, struct corm_value *out,
                                 struct corm_error *err)
{
    const struct corm_value *steps = value;
    size_t nsteps = 1;
    struct corm_strbuf text;
    if (value->tag == CORM_TAG_OBJECT) {
        const struct corm_bind_list *list = value->as.p;
        steps = list->items;
        nsteps = (size_t)list->count * list->width;
    }
    for (size_t i = 0; i < nsteps; i++) {
        enum corm_rc rc = check_step(&steps[i], scratch, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    corm_strbuf_init(&text);
    put_path(&text, type, steps, nsteps);
    enum corm_rc rc = corm_strbuf_check(&text, err);
    const char *copy =
        rc == CORM_OK ? corm_arena_strndup(scratch, text.data, text.len) : NULL;
    if (rc == CORM_OK && copy == NULL) {
        rc = corm_fail_memory(err);
    }
    if (rc == CORM_OK) {
        *out = corm_value_bytes(CORM_TAG_TEXT, copy, text.len);
    }
    corm_strbuf_release(&text);
    return rc;
}
