/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include "base/alloc.h"
#include "base/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    STRBUF_CAP_MIN = 64,
    STRBUF_CEILING = 0x3FFFFFFF /* 1 GiB - 1: no backend takes more in one piece */
};

/* What data points to before the first append; nobody writes to it. */
static char empty_text[1];

void corm_strbuf_init(struct corm_strbuf *buf)
{
    *buf = (struct corm_strbuf){ .data = empty_text };
}

void corm_strbuf_release(struct corm_strbuf *buf)
{
    if (buf->cap > 0) {
        corm_free(buf->data);
    }
    corm_strbuf_init(buf);
}

/* Make room for `more` bytes and the NUL; false (and broken) if that cannot be. */
static bool strbuf_reserve(struct corm_strbuf *buf, size_t more)
{
    if (buf->is_broken) {
        return false;
    }
    if (CORM_LIKELY(more < buf->cap - buf->len)) {
        return true;
    }
    if (more > STRBUF_CEILING - buf->len) {
        buf->is_broken = true;
        return false;
    }
    size_t cap = buf->cap < STRBUF_CAP_MIN ? STRBUF_CAP_MIN : buf->cap * 2;
    if (cap < buf->len + more + 1) {
        cap = buf->len + more + 1;
    }
    char *data = corm_realloc(buf->cap > 0 ? buf->data : NULL, cap);
    if (data == NULL) {
        buf->is_broken = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

static void strbuf_set_len(struct corm_strbuf *buf, size_t len)
{
    buf->len = len;
    buf->data[len] = '\0';
}

void corm_strbuf_truncate(struct corm_strbuf *buf, size_t len)
{
    PRE(len <= buf->len);
    if (buf->cap > 0) {
        strbuf_set_len(buf, len);
    }
}

void corm_strbuf_add(struct corm_strbuf *buf, const char *text, size_t len)
{
    if (len == 0 || !strbuf_reserve(buf, len)) {
        return;
    }
    memcpy(buf->data + buf->len, text, len);
    strbuf_set_len(buf, buf->len + len);
}

void corm_strbuf_puts(struct corm_strbuf *buf, const char *text)
{
    corm_strbuf_add(buf, text, strlen(text));
}

void corm_strbuf_putc(struct corm_strbuf *buf, char c)
{
    if (strbuf_reserve(buf, 1)) {
        buf->data[buf->len] = c;
        strbuf_set_len(buf, buf->len + 1);
    }
}

CORM_PRINTF(2, 0)
static void strbuf_vprintf(struct corm_strbuf *buf, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, fmt, args);
    if (need < 0) {
        buf->is_broken = true;
    } else if (need > 0 && strbuf_reserve(buf, (size_t)need)) {
        (void)vsnprintf(buf->data + buf->len, (size_t)need + 1, fmt, again);
        buf->len += (size_t)need;
    }
    va_end(again);
}

void corm_strbuf_printf(struct corm_strbuf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    strbuf_vprintf(buf, fmt, args);
    va_end(args);
}

void corm_strbuf_put_int(struct corm_strbuf *buf, int64_t i)
{
    char digits[CORM_INT_TEXT_MAX];
    size_t len = corm_number_format_int(digits, i);
    corm_strbuf_add(buf, digits, len);
}

void corm_strbuf_put_hex(struct corm_strbuf *buf, const char *bytes, size_t len)
{
    static const char DIGITS[] = "0123456789abcdef";
    if (len > STRBUF_CEILING / 2 || !strbuf_reserve(buf, 2 * len)) {
        buf->is_broken = true;
        return;
    }
    char *to = buf->data + buf->len;
    for (size_t i = 0; i < len; i++) {
        *to++ = DIGITS[(unsigned char)bytes[i] >> 4];
        *to++ = DIGITS[(unsigned char)bytes[i] & 15];
    }
    strbuf_set_len(buf, buf->len + 2 * len);
}

void corm_strbuf_insert(struct corm_strbuf *buf, size_t at, const char *text,
                        size_t len)
{
    PRE(at <= buf->len);
    if (len == 0 || !strbuf_reserve(buf, len)) {
        return;
    }
    memmove(buf->data + at + len, buf->data + at, buf->len - at);
    memcpy(buf->data + at, text, len);
    strbuf_set_len(buf, buf->len + len);
}

enum corm_rc corm_strbuf_check(const struct corm_strbuf *buf, struct corm_error *err)
{
    return buf->is_broken ? corm_fail_memory(err) : CORM_OK;
}
