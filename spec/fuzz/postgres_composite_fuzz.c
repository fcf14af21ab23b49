/* SPDX-License-Identifier: MIT */
/*
 * Any text as an array, as ranges and as an hstore, read from a block of exactly its size:
 * every piece lies in it, and brackets close as often as they open.
 */
#include "dialects/postgres/composite_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

/* Without its escapes an item is no longer than with them. */
static void touch_item(const struct corm_text_item *item, const char *text, size_t len)
{
    if (item->len == 0) {
        return;
    }
    check(item->text >= text && item->text + item->len <= text + len);
    char *plain = malloc(item->len);
    check(corm_text_item_unescape(item, plain) <= item->len);
    free(plain);
}

static void read_array(const char *text, size_t len)
{
    struct corm_array_scan scan;
    struct corm_text_item item = { 0 };
    enum corm_array_token token;
    int depth = 0;
    corm_array_scan_init(&scan, text, len);
    do {
        token = corm_array_scan_next(&scan, &item);
        if (token == CORM_ARRAY_ITEM) {
            check(depth > 0);
            touch_item(&item, text, len);
        }
        depth += token == CORM_ARRAY_OPEN ? 1 : token == CORM_ARRAY_CLOSE ? -1 : 0;
        check(depth >= 0 && depth <= CORM_ARRAY_DEPTH_MAX);
    } while (token != CORM_ARRAY_END && token != CORM_ARRAY_BAD);
    check(token == CORM_ARRAY_BAD || depth == 0);
}

static void read_ranges(const char *text, size_t len)
{
    struct corm_range_text range;
    const char *at = text;
    while (at < text + len && corm_range_scan(&at, text + len, &range)) {
        touch_item(&range.lower, text, len);
        touch_item(&range.upper, text, len);
    }
    check(at >= text && at <= text + len);
}

static void read_hstore(const char *text, size_t len)
{
    struct corm_text_item key;
    struct corm_text_item value;
    const char *at = text;
    while (corm_hstore_scan(&at, text + len, &key, &value)) {
        touch_item(&key, text, len);
        touch_item(&value, text, len);
    }
    check(at >= text && at <= text + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size == 0 ? 1 : size);
    if (size > 0) {
        memcpy(text, data, size);
    }
    read_array(text, size);
    read_ranges(text, size);
    read_hstore(text, size);
    free(text);
    return 0;
}
