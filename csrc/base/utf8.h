/* SPDX-License-Identifier: MIT */
/* UTF-8 as the databases demand it: no surrogates, nothing overlong, at most U+10FFFF. */
#ifndef CORM_BASE_UTF8_H
#define CORM_BASE_UTF8_H

#include "base/strbuf.h"

enum {
    CORM_UTF8_SHOWN_MAX = 4 /* bytes that corm_utf8_show() writes at most */
};

/** True if the text is valid UTF-8. NUL bytes are valid here. */
bool corm_utf8_is_valid(const char *text, size_t len);

/** Number of characters; a byte that belongs to no valid character counts as one. */
size_t corm_utf8_count(const char *text, size_t len);

/** Largest length <= max_len that does not cut a character of the text. */
size_t corm_utf8_truncate(const char *text, size_t len, size_t max_len);

/**
 * Write the first character of the text (len > 0) as a message may show it: printable ones
 * as they are, `\n`, `\r`, `\t` and otherwise `\xHH` for control bytes, DEL, and the
 * bytes of an invalid sequence, one by one.
 * Return the bytes consumed; *nshown_out is the number of bytes written.
 */
size_t corm_utf8_show(const char *text, size_t len, char shown[CORM_UTF8_SHOWN_MAX],
                      size_t *nshown_out);

/**
 * Write the text escaped as above into to[cap] (cap > 0) with a NUL, cut at a character's
 * border if it does not fit. Return the bytes written without the NUL.
 */
size_t corm_utf8_escape_fixed(char *to, size_t cap, const char *text, size_t len);

/** Append the text with control bytes and invalid sequences escaped as above. */
void corm_utf8_escape(struct corm_strbuf *buf, const char *text, size_t len);

#endif
