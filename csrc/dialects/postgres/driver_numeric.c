/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL's numeric on the wire: four 16-bit numbers (count of digits, weight of the
 * first one, sign, digits after the point to show), then the digits to base 10000.
 */
#include "dialects/postgres/driver_bytes.h"
#include "dialects/postgres/driver_int.h"

#include <string.h>

enum {
    HEADER_BYTES = 8,
    DIGITS_PER_WORD = 4,
    SLACK_BYTES = 8, /* sign, zero, point, and a last word written whole */
    SIGN_NEGATIVE = 0x4000,
    SIGN_NAN = 0xC000,
    SIGN_INFINITY = 0xD000,
    SIGN_MINUS_INFINITY = 0xF000
};

struct numeric {
    int nwords;
    int weight; /* of the first word, in words; -1 is the first after the point */
    int sign;
    int scale; /* digits after the point */
    const char *words;
};

static bool numeric_read(const char *bytes, size_t len, struct numeric *out)
{
    if (len < HEADER_BYTES) {
        return false;
    }
    out->nwords = pg_read_int16(bytes);
    out->weight = pg_read_int16(bytes + 2);
    out->sign = (uint16_t)pg_read_int16(bytes + 4);
    out->scale = pg_read_int16(bytes + 6);
    out->words = bytes + HEADER_BYTES;
    return out->nwords >= 0 && out->scale >= 0 &&
           len == HEADER_BYTES + 2 * (size_t)out->nwords;
}

size_t pg_numeric_room(const char *bytes, size_t len)
{
    struct numeric number;
    if (!numeric_read(bytes, len, &number)) {
        return 0;
    }
    size_t nwords = number.weight < 0 ? 0 : (size_t)number.weight + 1;
    return nwords * DIGITS_PER_WORD + (size_t)number.scale + SLACK_BYTES;
}

static int numeric_word(const struct numeric *number, int idx)
{
    if (idx < 0 || idx >= number->nwords) {
        return 0;
    }
    return pg_read_int16(number->words + (size_t)idx * sizeof(int16_t));
}

static char *put_word(char *to, int word)
{
    for (int unit = 1000; unit > 0; unit /= 10) {
        *to++ = (char)('0' + word / unit % 10);
    }
    return to;
}

/* The digits before the point, without leading zeros. */
static char *put_whole(char *to, const struct numeric *number)
{
    char *start = to;
    for (int idx = 0; idx <= number->weight; idx++) {
        to = put_word(to, numeric_word(number, idx));
    }
    size_t nzeros = 0;
    while (start + nzeros + 1 < to && start[nzeros] == '0') {
        nzeros++;
    }
    memmove(start, start + nzeros, (size_t)(to - start) - nzeros);
    to -= nzeros;
    if (to == start) {
        *to++ = '0';
    }
    return to;
}

static char *put_fraction(char *to, const struct numeric *number)
{
    char *end = to + 1 + number->scale;
    *to++ = '.';
    for (int idx = number->weight + 1; to < end; idx++) {
        to = put_word(to, numeric_word(number, idx));
    }
    return end;
}

static const char *special_text(int sign)
{
    switch (sign) {
    case SIGN_NAN:
        return "NaN";
    case SIGN_INFINITY:
        return "Infinity";
    case SIGN_MINUS_INFINITY:
        return "-Infinity";
    default:
        return NULL;
    }
}

enum corm_rc pg_decode_numeric(const char *bytes, size_t len, char **scratch,
                               struct corm_value *cell, struct corm_error *err)
{
    struct numeric number;
    if (!numeric_read(bytes, len, &number)) {
        return corm_fail(err, CORM_E_DATA, "a numeric of the server is malformed");
    }
    const char *special = special_text(number.sign);
    if (special != NULL) {
        *cell = corm_value_bytes(CORM_TAG_DECIMAL, special, strlen(special));
        return CORM_OK;
    }
    char *start = *scratch;
    char *to = start;
    if (number.sign == SIGN_NEGATIVE && number.nwords > 0) {
        *to++ = '-';
    }
    to = put_whole(to, &number);
    if (number.scale > 0) {
        to = put_fraction(to, &number);
    }
    *scratch = to;
    *cell = corm_value_bytes(CORM_TAG_DECIMAL, start, (size_t)(to - start));
    return CORM_OK;
}
