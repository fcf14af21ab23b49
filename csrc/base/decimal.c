/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic reads both operands' digits as natural numbers of a common scale, calculates
 * with those (natural.c) and writes the digits back with a point.
 */
#include "base/decimal.h"

#include "base/natural_int.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    /* An exponent that is out of range in any case, and far from overflow. */
    EXPONENT_CEILING = 1000000000,
    /* Of a quotient, as PostgreSQL has it. */
    QUOTIENT_DIGITS_MIN = 16,
    QUOTIENT_SCALE_MAX = 1000,
    PG_LIMB_DIGITS = 4 /* PostgreSQL counts in base 10^4 */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* True if there is no digit but 0; a sign, a point and an empty text do not count. */
static bool is_zero_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= '1' && text[i] <= '9') {
            return false;
        }
    }
    return true;
}

static enum corm_rc fail_range(struct corm_error *err)
{
    return corm_fail(
        err, CORM_E_DATA,
        "decimal is out of range: at most %d digits before the point and %d "
        "after it",
        CORM_DECIMAL_WHOLE_MAX, CORM_DECIMAL_SCALE_MAX);
}

/*
 * Make the cell of digits (without leading zeros) * 10^-scale. A negative scale stands
 * for zeros in front of the point.
 */
static enum corm_rc write_cell(struct corm_arena *arena, bool is_negative,
                               const char *digits, size_t ndigits, int64_t scale,
                               struct corm_value *out, struct corm_error *err)
{
    size_t zeros = scale < 0 && ndigits > 0 ? (size_t)-scale : 0;
    size_t decimals = scale < 0 ? 0 : (size_t)scale;
    size_t total = ndigits + zeros;
    size_t lead = total <= decimals ? decimals + 1 - total : 0;
    if (decimals > CORM_DECIMAL_SCALE_MAX ||
        total + lead - decimals > CORM_DECIMAL_WHOLE_MAX) {
        return fail_range(err);
    }
    char *text = corm_arena_alloc(arena, lead + total + 3);
    if (text == NULL) {
        return corm_fail_memory(err);
    }
    char *to = text;
    if (is_negative && ndigits > 0) {
        *to++ = '-';
    }
    memset(to, '0', lead);
    memcpy(to + lead, digits, ndigits);
    memset(to + lead + ndigits, '0', zeros);
    to += lead + total;
    if (decimals > 0) {
        memmove(to - decimals + 1, to - decimals, decimals);
        to[-(ptrdiff_t)decimals] = '.';
        to++;
    }
    *to = '\0';
    *out = corm_value_bytes(CORM_TAG_DECIMAL, text, (size_t)(to - text));
    return CORM_OK;
}

static enum corm_rc write_natural(struct corm_arena *arena, bool is_negative,
                                  const struct corm_natural *n, int64_t scale,
                                  struct corm_value *out, struct corm_error *err)
{
    const char *digits;
    size_t ndigits;
    if (!corm_natural_write(arena, n, &digits, &ndigits)) {
        return corm_fail_memory(err);
    }
    return write_cell(arena, is_negative, digits, ndigits, scale, out, err);
}

/* ---- parsing ---- */

/* The three that are no numbers; NULL if the text is none of them. */
static const char *special_name(const char *text, size_t len)
{
    bool has_sign = len > 0 && (text[0] == '-' || text[0] == '+');
    const char *name = text + has_sign;
    size_t name_len = len - has_sign;
    if (!has_sign && name_len == 3 && strncasecmp(name, "nan", 3) == 0) {
        return "NaN";
    }
    if ((name_len == 3 && strncasecmp(name, "inf", 3) == 0) ||
        (name_len == 8 && strncasecmp(name, "infinity", 8) == 0)) {
        return text[0] == '-' ? "-Infinity" : "Infinity";
    }
    return NULL;
}

/* A number's text taken apart; the parts point into it. */
struct scanned {
    bool is_negative;
    const char *whole; /* digits before the point */
    size_t nwhole;
    const char *fraction; /* digits after it */
    size_t nfraction;
    int64_t exponent;
};

static size_t count_digits(const char *text, size_t len)
{
    size_t count = 0;
    while (count < len && is_digit(text[count])) {
        count++;
    }
    return count;
}

/* The exponent's integer, up to the end of the text. */
static bool scan_exponent(const char *text, size_t len, int64_t *out)
{
    size_t pos = len > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    int64_t exponent = 0;
    if (pos == len || count_digits(text + pos, len - pos) != len - pos) {
        return false;
    }
    for (; pos < len && exponent < EXPONENT_CEILING; pos++) {
        exponent = exponent * 10 + (text[pos] - '0');
    }
    *out = text[0] == '-' ? -exponent : exponent;
    return true;
}

static bool scan(const char *text, size_t len, struct scanned *s)
{
    const char *end = text + len;
    const char *at = text;
    s->is_negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    s->whole = at;
    s->nwhole = count_digits(at, (size_t)(end - at));
    at += s->nwhole;
    at += at < end && *at == '.';
    s->fraction = at;
    s->nfraction = count_digits(at, (size_t)(end - at));
    at += s->nfraction;
    s->exponent = 0;
    if (s->nwhole + s->nfraction == 0) {
        return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        return scan_exponent(at + 1, (size_t)(end - at - 1), &s->exponent);
    }
    return at == end;
}

/* Leave zeros in front out; they may go on behind the point. */
static void scanned_skip_zeros(struct scanned *s, size_t *nleading_out)
{
    size_t nleading = 0;
    while (s->nwhole > 0 && *s->whole == '0') {
        s->whole++;
        s->nwhole--;
    }
    if (s->nwhole == 0) {
        while (nleading < s->nfraction && s->fraction[nleading] == '0') {
            nleading++;
        }
    }
    *nleading_out = nleading;
}

static enum corm_rc scanned_write(struct scanned *s, struct corm_arena *arena,
                                  struct corm_value *out, struct corm_error *err)
{
    size_t nleading;
    scanned_skip_zeros(s, &nleading);
    size_t nfraction = s->nfraction - nleading;
    int64_t scale = (int64_t)s->nfraction - s->exponent;
    size_t ndigits = s->nwhole + nfraction;
    if (ndigits > CORM_DECIMAL_WHOLE_MAX + CORM_DECIMAL_SCALE_MAX) {
        return fail_range(err);
    }
    char *digits = corm_arena_alloc(arena, ndigits);
    if (digits == NULL) {
        return corm_fail_memory(err);
    }
    memcpy(digits, s->whole, s->nwhole);
    memcpy(digits + s->nwhole, s->fraction + nleading, nfraction);
    return write_cell(arena, s->is_negative, digits, ndigits, scale, out, err);
}

/* True if the text, which was scanned, is what scanned_write() would make of it. */
static bool is_canonical(const char *text, size_t len, const struct scanned *s)
{
    size_t expected = s->is_negative + s->nwhole + (s->nfraction > 0) + s->nfraction;
    if (len != expected || s->nwhole == 0 || (s->nwhole > 1 && s->whole[0] == '0') ||
        s->nwhole > CORM_DECIMAL_WHOLE_MAX || s->nfraction > CORM_DECIMAL_SCALE_MAX) {
        return false;
    }
    /* "-0.00" has a sign that zero must not have. */
    return !s->is_negative || !is_zero_text(text, len);
}

enum corm_rc corm_decimal_parse(const char *text, size_t len, struct corm_arena *arena,
                                struct corm_value *out, struct corm_error *err)
{
    struct scanned s;
    const char *special = special_name(text, len);
    if (special != NULL) {
        *out = corm_value_bytes(CORM_TAG_DECIMAL, special, strlen(special));
        return CORM_OK;
    }
    if (!scan(text, len, &s)) {
        return corm_fail(err, CORM_E_DATA, "invalid decimal '%.*s'",
                         len < 64 ? (int)len : 64, text);
    }
    if (is_canonical(text, len, &s)) {
        *out = corm_value_bytes(CORM_TAG_DECIMAL, text, len);
        return CORM_OK;
    }
    return scanned_write(&s, arena, out, err);
}

/* ---- operands ---- */

/* A canonical text or integer taken apart. */
struct operand {
    const char *text;
    size_t len;
    bool is_negative;
    const char *whole;
    size_t nwhole;
    const char *fraction;
    size_t scale;
    char buf[CORM_INT_TEXT_MAX]; /* text of an integer */
};

/* NaN or infinite: every canonical number ends with a digit. */
static bool text_is_special(const char *text, size_t len)
{
    return !is_digit(text[len - 1]);
}

static void operand_init(struct operand *op, const struct corm_value *value)
{
    PRE(value->tag == CORM_TAG_DECIMAL || value->tag == CORM_TAG_INT);
    if (value->tag == CORM_TAG_INT) {
        op->len = corm_number_format_int(op->buf, value->as.i);
        op->text = op->buf;
    } else {
        op->text = value->as.s;
        op->len = value->len;
    }
    const char *end = op->text + op->len;
    op->is_negative = op->text[0] == '-';
    op->whole = op->text + op->is_negative;
    op->nwhole = count_digits(op->whole, (size_t)(end - op->whole));
    op->fraction = op->whole + op->nwhole + (op->whole + op->nwhole < end);
    op->scale = (size_t)(end - op->fraction);
}

static enum corm_rc operand_init_finite(struct operand *op,
                                        const struct corm_value *value,
                                        struct corm_error *err)
{
    if (!corm_decimal_is_finite(value)) {
        return corm_fail(err, CORM_E_DATA, "cannot calculate with %.*s",
                         (int)value->len, value->as.s);
    }
    operand_init(op, value);
    return CORM_OK;
}

/* The operand's digits as if its scale were `scale`, which is not less than its own. */
static bool operand_digits(const struct operand *op, size_t scale,
                           struct corm_arena *arena, struct corm_natural *out)
{
    size_t zeros = scale - op->scale;
    size_t ndigits = op->nwhole + op->scale + zeros;
    char *digits = corm_arena_alloc(arena, ndigits);
    if (digits == NULL) {
        return false;
    }
    memcpy(digits, op->whole, op->nwhole);
    memcpy(digits + op->nwhole, op->fraction, op->scale);
    memset(digits + op->nwhole + op->scale, '0', zeros);
    return corm_natural_read(arena, digits, ndigits, out);
}

bool corm_decimal_is_finite(const struct corm_value *a)
{
    return a->tag == CORM_TAG_INT || !text_is_special(a->as.s, a->len);
}

/* ---- comparing ---- */

/* Place among the kinds of numbers: -Infinity, finite, Infinity, NaN. */
static int operand_rank(const struct operand *op)
{
    if (!text_is_special(op->text, op->len)) {
        return 0;
    }
    if (op->text[0] == 'N') {
        return 2;
    }
    return op->is_negative ? -1 : 1;
}

/* Compare fractions, the shorter one continued with zeros. */
static int compare_fractions(const struct operand *a, const struct operand *b)
{
    size_t shared = a->scale < b->scale ? a->scale : b->scale;
    const struct operand *longer = a->scale > b->scale ? a : b;
    int order = memcmp(a->fraction, b->fraction, shared);
    if (order != 0) {
        return order;
    }
    for (size_t i = shared; i < longer->scale; i++) {
        if (longer->fraction[i] != '0') {
            return longer == a ? 1 : -1;
        }
    }
    return 0;
}

static int compare_magnitudes(const struct operand *a, const struct operand *b)
{
    if (a->nwhole != b->nwhole) {
        return a->nwhole < b->nwhole ? -1 : 1;
    }
    int order = memcmp(a->whole, b->whole, a->nwhole);
    return order != 0 ? order : compare_fractions(a, b);
}

int corm_decimal_compare(const struct corm_value *a, const struct corm_value *b)
{
    struct operand x;
    struct operand y;
    operand_init(&x, a);
    operand_init(&y, b);
    int rank_x = operand_rank(&x);
    int rank_y = operand_rank(&y);
    if (rank_x != rank_y || rank_x != 0) {
        return rank_x - rank_y;
    }
    if (x.is_negative != y.is_negative) {
        return x.is_negative ? -1 : 1;
    }
    return x.is_negative ? compare_magnitudes(&y, &x) : compare_magnitudes(&x, &y);
}

/* ---- arithmetic ---- */

/* Both operands as natural numbers. */
struct pair {
    struct operand a;
    struct operand b;
    struct corm_natural x;
    struct corm_natural y;
};

static enum corm_rc pair_init(struct pair *p, const struct corm_value *a,
                              const struct corm_value *b, struct corm_error *err)
{
    enum corm_rc rc = operand_init_finite(&p->a, a, err);
    return rc == CORM_OK ? operand_init_finite(&p->b, b, err) : rc;
}

static enum corm_rc pair_read(struct pair *p, size_t scale_a, size_t scale_b,
                              struct corm_arena *arena, struct corm_error *err)
{
    if (!operand_digits(&p->a, scale_a, arena, &p->x) ||
        !operand_digits(&p->b, scale_b, arena, &p->y)) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

static size_t pair_max_scale(const struct pair *p)
{
    return p->a.scale > p->b.scale ? p->a.scale : p->b.scale;
}

/* Add the numbers with their signs. */
static enum corm_rc pair_sum(struct pair *p, struct corm_arena *arena,
                             struct corm_value *out, struct corm_error *err)
{
    size_t scale = pair_max_scale(p);
    struct corm_natural sum;
    enum corm_rc rc = pair_read(p, scale, scale, arena, err);
    if (rc != CORM_OK) {
        return rc;
    }
    bool is_negative = p->a.is_negative;
    bool is_done;
    if (p->a.is_negative == p->b.is_negative) {
        is_done = corm_natural_add(arena, &p->x, &p->y, &sum);
    } else if (corm_natural_compare(&p->x, &p->y) >= 0) {
        is_done = corm_natural_sub(arena, &p->x, &p->y, &sum);
    } else {
        is_done = corm_natural_sub(arena, &p->y, &p->x, &sum);
        is_negative = p->b.is_negative;
    }
    if (!is_done) {
        return corm_fail_memory(err);
    }
    return write_natural(arena, is_negative, &sum, (int64_t)scale, out, err);
}

enum corm_rc corm_decimal_add(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err)
{
    struct pair p;
    enum corm_rc rc = pair_init(&p, a, b, err);
    return rc == CORM_OK ? pair_sum(&p, arena, out, err) : rc;
}

enum corm_rc corm_decimal_sub(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err)
{
    struct pair p;
    enum corm_rc rc = pair_init(&p, a, b, err);
    if (rc != CORM_OK) {
        return rc;
    }
    p.b.is_negative = !p.b.is_negative;
    return pair_sum(&p, arena, out, err);
}

enum corm_rc corm_decimal_mul(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err)
{
    struct pair p;
    struct corm_natural product;
    enum corm_rc rc = pair_init(&p, a, b, err);
    if (rc == CORM_OK) {
        rc = pair_read(&p, p.a.scale, p.b.scale, arena, err);
    }
    if (rc != CORM_OK) {
        return rc;
    }
    if (!corm_natural_mul(arena, &p.x, &p.y, &product)) {
        return corm_fail_memory(err);
    }
    return write_natural(arena, p.a.is_negative != p.b.is_negative, &product,
                         (int64_t)(p.a.scale + p.b.scale), out, err);
}

/* The digit at pos, counted from the first; zeros go on behind the last. */
static int operand_digit(const struct operand *op, size_t pos)
{
    if (pos < op->nwhole) {
        return op->whole[pos] - '0';
    }
    pos -= op->nwhole;
    return pos < op->scale ? op->fraction[pos] - '0' : 0;
}

/* The first digit in base 10^4 that is not zero, as *limb_out, and its place. */
static int64_t leading_limb(const struct operand *op, int *limb_out)
{
    size_t pos = 0;
    *limb_out = 0;
    while (operand_digit(op, pos) == 0) {
        if (++pos >= op->nwhole + op->scale) {
            return 0;
        }
    }
    /* Power of ten of that digit; its limb ends at the next multiple of four below. */
    int64_t power = (int64_t)op->nwhole - 1 - (int64_t)pos;
    int64_t place = power >= 0 ? power / PG_LIMB_DIGITS
                               : -((PG_LIMB_DIGITS - 1 - power) / PG_LIMB_DIGITS);
    for (; power >= place * PG_LIMB_DIGITS; power--, pos++) {
        *limb_out = *limb_out * 10 + operand_digit(op, pos);
    }
    return place;
}

static size_t quotient_scale(const struct pair *p)
{
    int limb_a;
    int limb_b;
    int64_t place = leading_limb(&p->a, &limb_a) - leading_limb(&p->b, &limb_b);
    if (limb_a <= limb_b) {
        place--;
    }
    int64_t scale = QUOTIENT_DIGITS_MIN - place * PG_LIMB_DIGITS;
    int64_t least = (int64_t)pair_max_scale(p);
    if (scale > QUOTIENT_SCALE_MAX) {
        scale = QUOTIENT_SCALE_MAX;
    }
    return (size_t)(scale < least ? least : scale);
}

enum corm_rc corm_decimal_div(const struct corm_value *a, const struct corm_value *b,
                              struct corm_arena *arena, struct corm_value *out,
                              struct corm_error *err)
{
    struct pair p;
    struct corm_natural quotient;
    enum corm_rc rc = pair_init(&p, a, b, err);
    if (rc != CORM_OK) {
        return rc;
    }
    /* x / y has the scale wanted if x has as much more than y. */
    size_t scale = quotient_scale(&p);
    rc = pair_read(&p, scale + p.b.scale, p.b.scale, arena, err);
    if (rc != CORM_OK) {
        return rc;
    }
    if (p.y.count == 0) {
        return corm_fail(err, CORM_E_DATA, "division by zero");
    }
    if (!corm_natural_div_round(arena, &p.x, &p.y, &quotient)) {
        return corm_fail_memory(err);
    }
    return write_natural(arena, p.a.is_negative != p.b.is_negative, &quotient,
                         (int64_t)scale, out, err);
}

enum corm_rc corm_decimal_neg(const struct corm_value *a, struct corm_arena *arena,
                              struct corm_value *out, struct corm_error *err)
{
    struct operand op;
    operand_init(&op, a);
    bool has_sign = text_is_special(op.text, op.len) ? op.text[0] != 'N'
                                                     : !is_zero_text(op.text, op.len);
    char *text = corm_arena_alloc(arena, op.len + 2);
    if (text == NULL) {
        return corm_fail_memory(err);
    }
    char *to = text;
    if (has_sign && !op.is_negative) {
        *to++ = '-';
    }
    size_t len = op.len - op.is_negative;
    memcpy(to, op.whole, len);
    to[len] = '\0';
    *out = corm_value_bytes(CORM_TAG_DECIMAL, text, (size_t)(to - text) + len);
    return CORM_OK;
}

/* The first `keep` digits of the operand, rounded by the next one. */
static bool operand_rounded(const struct operand *op, size_t keep,
                            struct corm_arena *arena, struct corm_natural *out)
{
    uint32_t one_limb = 1;
    const struct corm_natural one = { .limbs = &one_limb, .count = 1 };
    struct corm_natural kept;
    size_t ndigits = op->nwhole + op->scale;
    char *digits = corm_arena_alloc(arena, ndigits);
    if (digits == NULL) {
        return false;
    }
    memcpy(digits, op->whole, op->nwhole);
    memcpy(digits + op->nwhole, op->fraction, op->scale);
    if (!corm_natural_read(arena, digits, keep, &kept)) {
        return false;
    }
    if (digits[keep] >= '5') {
        return corm_natural_add(arena, &kept, &one, out);
    }
    *out = kept;
    return true;
}

enum corm_rc corm_decimal_round(const struct corm_value *a, int scale,
                                struct corm_arena *arena, struct corm_value *out,
                                struct corm_error *err)
{
    struct operand op;
    struct corm_natural rounded = { 0 };
    enum corm_rc rc = operand_init_finite(&op, a, err);
    if (rc != CORM_OK) {
        return rc;
    }
    if (scale > CORM_DECIMAL_SCALE_MAX || scale < -CORM_DECIMAL_WHOLE_MAX) {
        return corm_fail(err, CORM_E_DATA, "scale %d is out of range %d to %d", scale,
                         -CORM_DECIMAL_WHOLE_MAX, CORM_DECIMAL_SCALE_MAX);
    }
    int64_t keep = (int64_t)op.nwhole + scale;
    bool is_done = true;
    if (scale >= (int64_t)op.scale) {
        is_done = operand_digits(&op, (size_t)scale, arena, &rounded);
    } else if (keep >= 0) {
        is_done = operand_rounded(&op, (size_t)keep, arena, &rounded);
    }
    if (!is_done) {
        return corm_fail_memory(err);
    }
    return write_natural(arena, op.is_negative, &rounded, scale, out, err);
}
