/* SPDX-License-Identifier: MIT */
/*
 * The text forms of PostgreSQL's composed values: arrays {1,"a b",{NULL}}, ranges [1,5),
 * multiranges {[1,5),[7,9)} and hstore "a"=>"b". Reading takes a text apart into pieces that
 * lie in it and allocates nothing, so any text may be given: what is no such value is
 * reported, never read past its end.
 */
#ifndef CORM_DIALECTS_POSTGRES_COMPOSITE_TEXT_H
#define CORM_DIALECTS_POSTGRES_COMPOSITE_TEXT_H

#include "base/strbuf.h"
#include "base/value.h"

enum { CORM_ARRAY_DEPTH_MAX = 6 /* as PostgreSQL's MAXDIM */ };

/* A piece of such a text, without the quotes around it. */
struct corm_text_item {
    const char *text; /* lent by the text that is read */
    size_t len;
    bool has_escapes; /* corm_text_item_unescape() is needed */
    bool is_null; /* NULL without quotes, or a bound that is not there */
};

enum corm_array_token {
    CORM_ARRAY_END = 0, /* the text is over, all brackets closed */
    CORM_ARRAY_OPEN,
    CORM_ARRAY_CLOSE,
    CORM_ARRAY_ITEM,
    CORM_ARRAY_BAD /* it is no array */
};

struct corm_array_scan {
    const char *at;
    const char *end;
    int depth; /* of open brackets */
    uint8_t expects; /* private */
};

struct corm_range_text {
    bool is_empty;
    char bounds[3]; /* "[)" with a NUL */
    struct corm_text_item lower, upper;
};

/** Begin to read an array; bounds in front ([2:3]=) are passed over. */
void corm_array_scan_init(struct corm_array_scan *scan, const char *text, size_t len);

/** The next token; *item is filled for CORM_ARRAY_ITEM. After BAD or END call no more. */
enum corm_array_token corm_array_scan_next(struct corm_array_scan *scan,
                                           struct corm_text_item *item);

/**
 * Read a range that begins at *at and move *at behind it. False, and *at somewhere in the
 * text, if there is none.
 */
bool corm_range_scan(const char **at, const char *end, struct corm_range_text *out);

/**
 * Read a pair of an hstore and the comma behind it. *at moves. False at the end, with *at
 * == end, and for a text that is no hstore, with *at before it.
 */
bool corm_hstore_scan(const char **at, const char *end, struct corm_text_item *key,
                      struct corm_text_item *value);

/** Write the item without its escapes; out has room for item->len. Returns the length. */
size_t corm_text_item_unescape(const struct corm_text_item *item, char *out);

/** Write a bound value as an item: in quotes unless it is a number. */
void corm_text_item_put(struct corm_strbuf *out, const struct corm_value *value);

/** Write text in double quotes, with backslashes before quotes and backslashes. */
void corm_text_item_quote(struct corm_strbuf *out, const char *text, size_t len);

#endif
