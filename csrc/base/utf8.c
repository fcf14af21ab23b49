/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

/* True if the `count` bytes at `at` all continue a character. */
static bool is_continued(const unsigned char *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return false;
        }
    }
    return true;
}

/*
 * Bytes of the valid character at `at`, 0 if there is none. The second byte's range is
 * what excludes overlong forms (E0, F0), surrogates (ED) and beyond U+10FFFF (F4).
 */
static size_t char_len(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < need || !is_continued(at + 1, need - 1)) {
        return 0;
    }
    bool is_bad = (lead == 0xE0 && at[1] < 0xA0) || (lead == 0xED && at[1] > 0x9F) ||
                  (lead == 0xF0 && at[1] < 0x90) || (lead == 0xF4 && at[1] > 0x8F);
    return is_bad ? 0 : need;
}

/* Length of the run of ASCII at the start, in whole steps of eight bytes. */
static size_t ascii_run(const unsigned char *at, size_t left)
{
    size_t run = 0;
    while (left - run >= 8) {
        uint64_t word;
        memcpy(&word, at + run, sizeof(word));
        if (word & 0x8080808080808080ull) {
            break;
        }
        run += 8;
    }
    return run;
}

bool corm_utf8_is_valid(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t pos = 0;
    while (pos < len) {
        pos += ascii_run(at + pos, len - pos);
        if (pos == len) {
            break;
        }
        size_t step = char_len(at + pos, len - pos);
        if (step == 0) {
            return false;
        }
        pos += step;
    }
    return true;
}

size_t corm_utf8_count(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t count = 0;
    size_t pos = 0;
    while (pos < len) {
        size_t run = ascii_run(at + pos, len - pos);
        count += run;
        pos += run;
        if (pos == len) {
            break;
        }
        size_t step = char_len(at + pos, len - pos);
        pos += step == 0 ? 1 : step;
        count++;
    }
    return count;
}

size_t corm_utf8_truncate(const char *text, size_t len, size_t max_len)
{
    if (len <= max_len) {
        return len;
    }
    const unsigned char *at = (const unsigned char *)text;
    /* The lead byte is at most three before the cut; a longer tail is no character. */
    for (size_t back = 0; back < 4 && back <= max_len; back++) {
        size_t start = max_len - back;
        size_t step = char_len(at + start, len - start);
        if (step > back) {
            return start;
        }
    }
    return max_len;
}

static size_t show_escaped(unsigned char byte, char *shown)
{
    static const char hex[] = "0123456789abcdef";
    const char *named = strchr("\nn\rr\tt", byte);
    if (byte != '\0' && named != NULL && byte < 0x20) {
        shown[0] = '\\';
        shown[1] = named[1];
        return 2;
    }
    shown[0] = '\\';
    shown[1] = 'x';
    shown[2] = hex[byte >> 4];
    shown[3] = hex[byte & 15];
    return 4;
}

size_t corm_utf8_show(const char *text, size_t len, char shown[CORM_UTF8_SHOWN_MAX],
                      size_t *nshown_out)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t step = char_len(at, len);
    if (step == 0 || at[0] < 0x20 || at[0] == 0x7F) {
        *nshown_out = show_escaped(at[0], shown);
        return 1;
    }
    memcpy(shown, at, step);
    *nshown_out = step;
    return step;
}

size_t corm_utf8_escape_fixed(char *to, size_t cap, const char *text, size_t len)
{
    char shown[CORM_UTF8_SHOWN_MAX];
    size_t nshown;
    size_t used = 0;
    for (size_t pos = 0; pos < len;) {
        pos += corm_utf8_show(text + pos, len - pos, shown, &nshown);
        if (nshown >= cap - used) {
            break;
        }
        memcpy(to + used, shown, nshown);
        used += nshown;
    }
    to[used] = '\0';
    return used;
}

void corm_utf8_escape(struct corm_strbuf *buf, const char *text, size_t len)
{
    char shown[CORM_UTF8_SHOWN_MAX];
    size_t nshown;
    for (size_t pos = 0; pos < len;) {
        pos += corm_utf8_show(text + pos, len - pos, shown, &nshown);
        corm_strbuf_add(buf, shown, nshown);
    }
}
