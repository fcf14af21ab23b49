/* SPDX-License-Identifier: MIT */
/*
 * A growing string with a sticky error: after the first failure every append is a no-op,
 * so the compiler asks once, at the end. `data` is always NUL-terminated (even empty).
 */
#ifndef CORM_BASE_STRBUF_H
#define CORM_BASE_STRBUF_H

#include "base/error.h"

struct corm_strbuf {
    char *data;
    size_t len;
    size_t cap;
    bool is_broken; /* memory was short or the ceiling was passed */
};

/** Begin an empty string; allocates nothing. */
void corm_strbuf_init(struct corm_strbuf *buf);
/** Free the bytes. */
void corm_strbuf_release(struct corm_strbuf *buf);
/** Cut the string to len bytes (len <= buf->len). */
void corm_strbuf_truncate(struct corm_strbuf *buf, size_t len);
/** Append len bytes. */
void corm_strbuf_add(struct corm_strbuf *buf, const char *text, size_t len);
/** Append a NUL-terminated string. */
void corm_strbuf_puts(struct corm_strbuf *buf, const char *text);
/** Append one byte. */
void corm_strbuf_putc(struct corm_strbuf *buf, char c);
/** Append formatted text. */
void corm_strbuf_printf(struct corm_strbuf *buf, const char *fmt, ...)
    CORM_PRINTF(2, 3);
/** Append an integer in decimal; much cheaper than printf. */
void corm_strbuf_put_int(struct corm_strbuf *buf, int64_t i);
/** Append each byte as two hexadecimal digits, 0aff. */
void corm_strbuf_put_hex(struct corm_strbuf *buf, const char *bytes, size_t len);
/** Insert len bytes at offset at. */
void corm_strbuf_insert(struct corm_strbuf *buf, size_t at, const char *text,
                        size_t len);
/** CORM_OK, or CORM_E_NO_MEMORY if any append failed. */
enum corm_rc corm_strbuf_check(const struct corm_strbuf *buf,
                               struct corm_error *err) CORM_NODISCARD;

#endif
