/* SPDX-License-Identifier: MIT */
#include "dialects/postgres/composite_text.h"

#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"

#include <math.h>
#include <string.h>

/* ---- pieces ---- */

/*
 * Read the rest of a quoted piece, *at behind the opening quote, and move *at behind the
 * closing one. In ranges a doubled quote stands for one, as well as an escaped one.
 */
static bool scan_quoted(const char **at, const char *end, bool doubles,
                        struct corm_text_item *item)
{
    const char *p = *at;
    *item = (struct corm_text_item){ .text = p };
    while (p < end) {
        bool has_next = p + 1 < end;
        bool is_doubled = *p == '"' && doubles && has_next && p[1] == '"';
        if ((*p == '\\' && has_next) || is_doubled) {
            item->has_escapes = true;
            p += 2;
        } else if (*p == '"') {
            item->len = (size_t)(p - item->text);
            *at = p + 1;
            return true;
        } else {
            p++;
        }
    }
    return false;
}

/* Letters and digits, which are most of what there is, end no item. */
static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Read up to one of the stop characters. */
static void scan_plain(const char **at, const char *end, const char *stops,
                       struct corm_text_item *item)
{
    const char *p = *at;
    *item = (struct corm_text_item){ .text = p };
    while (p < end && (is_alnum(*p) || (*p != '\0' && strchr(stops, *p) == NULL))) {
        if (*p == '\\' && p + 1 < end) {
            item->has_escapes = true;
            p++;
        }
        p++;
    }
    item->len = (size_t)(p - item->text);
    *at = p;
}

static bool is_null_word(const struct corm_text_item *item)
{
    static const char word[] = "null";
    if (item->len != 4 || item->has_escapes) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        if ((item->text[i] | 0x20) != word[i]) {
            return false;
        }
    }
    return true;
}

size_t corm_text_item_unescape(const struct corm_text_item *item, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < item->len; i++) {
        bool is_escape = item->text[i] == '\\' || item->text[i] == '"';
        if (is_escape && item->has_escapes && i + 1 < item->len) {
            i++;
        }
        out[n++] = item->text[i];
    }
    return n;
}

/* ---- arrays ---- */

enum {
    EXPECT_START = 0, /* the first bracket */
    EXPECT_FIRST, /* behind an opening bracket: a value, or the end of it */
    EXPECT_VALUE, /* behind a comma */
    EXPECT_COMMA /* behind a value */
};

void corm_array_scan_init(struct corm_array_scan *scan, const char *text, size_t len)
{
    *scan = (struct corm_array_scan){ .at = text, .end = text + len };
    if (len > 0 && text[0] == '[') {
        const char *equals = memchr(text, '=', len);
        scan->at = equals == NULL ? text : equals + 1;
    }
}

static enum corm_array_token scan_open(struct corm_array_scan *scan)
{
    if (scan->expects == EXPECT_COMMA || scan->depth == CORM_ARRAY_DEPTH_MAX) {
        return CORM_ARRAY_BAD;
    }
    scan->at++;
    scan->depth++;
    scan->expects = EXPECT_FIRST;
    return CORM_ARRAY_OPEN;
}

static enum corm_array_token scan_close(struct corm_array_scan *scan)
{
    if (scan->depth == 0 || scan->expects == EXPECT_VALUE) {
        return CORM_ARRAY_BAD;
    }
    scan->at++;
    scan->depth--;
    scan->expects = EXPECT_COMMA;
    return CORM_ARRAY_CLOSE;
}

static enum corm_array_token scan_item(struct corm_array_scan *scan,
                                       struct corm_text_item *item)
{
    bool expects_value = scan->expects == EXPECT_FIRST || scan->expects == EXPECT_VALUE;
    if (!expects_value) {
        return CORM_ARRAY_BAD;
    }
    scan->expects = EXPECT_COMMA;
    if (*scan->at == '"') {
        scan->at++;
        return scan_quoted(&scan->at, scan->end, false, item) ? CORM_ARRAY_ITEM
                                                              : CORM_ARRAY_BAD;
    }
    scan_plain(&scan->at, scan->end, ",{}\"", item);
    item->is_null = is_null_word(item);
    return item->len > 0 ? CORM_ARRAY_ITEM : CORM_ARRAY_BAD;
}

enum corm_array_token corm_array_scan_next(struct corm_array_scan *scan,
                                           struct corm_text_item *item)
{
    bool is_closed = scan->depth == 0 && scan->expects == EXPECT_COMMA;
    if (scan->at == scan->end) {
        return is_closed ? CORM_ARRAY_END : CORM_ARRAY_BAD;
    }
    if (*scan->at == ',') {
        if (scan->expects != EXPECT_COMMA || scan->depth == 0 ||
            ++scan->at == scan->end) {
            return CORM_ARRAY_BAD;
        }
        scan->expects = EXPECT_VALUE;
    }
    switch (*scan->at) {
    case '{':
        return scan_open(scan);
    case '}':
        return scan_close(scan);
    default:
        return scan_item(scan, item);
    }
}

/* ---- ranges ---- */

/* A bound that is not there goes on for ever. */
static bool scan_bound(const char **at, const char *end, struct corm_text_item *item)
{
    if (*at < end && **at == '"') {
        ++*at;
        return scan_quoted(at, end, true, item);
    }
    scan_plain(at, end, ",)]", item);
    item->is_null = item->len == 0;
    return true;
}

bool corm_range_scan(const char **at, const char *end, struct corm_range_text *out)
{
    static const char empty[] = "empty";
    *out = (struct corm_range_text){ .bounds = "()" };
    if ((size_t)(end - *at) >= sizeof(empty) - 1 &&
        memcmp(*at, empty, sizeof(empty) - 1) == 0) {
        out->is_empty = true;
        *at += sizeof(empty) - 1;
        return true;
    }
    if (*at == end || (**at != '[' && **at != '(')) {
        return false;
    }
    out->bounds[0] = *(*at)++;
    if (!scan_bound(at, end, &out->lower) || *at == end || **at != ',') {
        return false;
    }
    ++*at;
    if (!scan_bound(at, end, &out->upper) || *at == end ||
        (**at != ']' && **at != ')')) {
        return false;
    }
    out->bounds[1] = *(*at)++;
    return true;
}

/* ---- hstore ---- */

static void skip_blanks(const char **at, const char *end)
{
    while (*at < end && (**at == ' ' || **at == '\t' || **at == '\n')) {
        ++*at;
    }
}

static bool scan_hstore_part(const char **at, const char *end,
                             struct corm_text_item *item)
{
    if (*at < end && **at == '"') {
        ++*at;
        return scan_quoted(at, end, false, item);
    }
    scan_plain(at, end, ",= \t\n\"", item);
    item->is_null = is_null_word(item);
    return item->len > 0;
}

bool corm_hstore_scan(const char **at, const char *end, struct corm_text_item *key,
                      struct corm_text_item *value)
{
    skip_blanks(at, end);
    const char *start = *at;
    const char *p = start;
    if (p == end || !scan_hstore_part(&p, end, key)) {
        return false;
    }
    skip_blanks(&p, end);
    if (end - p < 2 || p[0] != '=' || p[1] != '>') {
        return false;
    }
    p += 2;
    skip_blanks(&p, end);
    if (!scan_hstore_part(&p, end, value)) {
        return false;
    }
    skip_blanks(&p, end);
    if (p < end && (*p != ',' || p + 1 == end)) {
        return false;
    }
    *at = p < end ? p + 1 : p;
    return true;
}

/* ---- writing ---- */

void corm_text_item_quote(struct corm_strbuf *out, const char *text, size_t len)
{
    corm_strbuf_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\') {
            corm_strbuf_putc(out, '\\');
        }
        corm_strbuf_putc(out, text[i]);
    }
    corm_strbuf_putc(out, '"');
}

/* "\\x0aff": the backslash of bytea's text is escaped */
static void put_bytes(struct corm_strbuf *out, const struct corm_value *value)
{
    corm_strbuf_puts(out, "\"\\\\x");
    corm_strbuf_put_hex(out, value->as.s, value->len);
    corm_strbuf_putc(out, '"');
}

static void put_float(struct corm_strbuf *out, double f)
{
    char text[CORM_FLOAT_TEXT_MAX];
    if (isinf(f)) {
        corm_strbuf_puts(out, f < 0 ? "-Infinity" : "Infinity");
    } else {
        corm_strbuf_add(out, text, corm_number_format_float(text, f));
    }
}

void corm_text_item_put(struct corm_strbuf *out, const struct corm_value *value)
{
    char text[(int)CORM_DATETIME_TEXT_MAX > (int)CORM_INTERVAL_TEXT_MAX
                  ? (int)CORM_DATETIME_TEXT_MAX
                  : (int)CORM_INTERVAL_TEXT_MAX];
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_BOOL:
        corm_strbuf_putc(out, value->as.i ? 't' : 'f');
        break;
    case CORM_TAG_INT:
        corm_strbuf_put_int(out, value->as.i);
        break;
    case CORM_TAG_FLOAT:
        put_float(out, value->as.f);
        break;
    case CORM_TAG_DECIMAL:
        corm_strbuf_add(out, value->as.s, value->len);
        break;
    case CORM_TAG_TEXT:
        corm_text_item_quote(out, value->as.s, value->len);
        break;
    case CORM_TAG_BLOB:
        put_bytes(out, value);
        break;
    case CORM_TAG_DATE:
    case CORM_TAG_TIME:
    case CORM_TAG_DATETIME:
        corm_text_item_quote(out, text, corm_datetime_format(value, ' ', text));
        break;
    case CORM_TAG_INTERVAL:
        corm_text_item_quote(out, text, corm_interval_format_pg(value->as.i, text));
        break;
    default:
        corm_strbuf_puts(out, "NULL");
        break;
    }
}
