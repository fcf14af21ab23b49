/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

enum {
    NAME_MAX_LEN = 63, /* longer names get no suggestion */
    TOO_FAR = NAME_MAX_LEN + 1
};

static unsigned min2(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* One row of the table of distances between the prefixes of two names. */
struct row {
    unsigned cells[NAME_MAX_LEN + 1];
};

/* Fill the row of a's first i bytes from the two rows above it. */
static void row_fill(struct row *now, const struct row *last, const struct row *before,
                     const char *a, size_t i, const char *b, size_t b_len)
{
    now->cells[0] = (unsigned)i;
    for (size_t j = 1; j <= b_len; j++) {
        unsigned replaced = last->cells[j - 1] + (a[i - 1] != b[j - 1]);
        unsigned moved = min2(last->cells[j], now->cells[j - 1]) + 1;
        now->cells[j] = min2(replaced, moved);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
            now->cells[j] = min2(now->cells[j], before->cells[j - 2] + 1);
        }
    }
}

static unsigned edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    struct row rows[3];
    if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN) {
        return TOO_FAR;
    }
    for (size_t j = 0; j <= b_len; j++) {
        rows[0].cells[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        row_fill(&rows[i % 3], &rows[(i + 2) % 3], &rows[(i + 1) % 3], a, i, b, b_len);
    }
    return rows[a_len % 3].cells[b_len];
}

const char *corm_nearest(const char *name, size_t len, const char *const *known,
                         size_t nknown)
{
    const char *nearest = NULL;
    /* A slip of the fingers; in longer names there may be more of them. */
    unsigned limit = len < 3 ? 2 : 2 + (unsigned)(len < TOO_FAR ? len : TOO_FAR) / 4;
    for (size_t i = 0; i < nknown; i++) {
        unsigned distance = edit_distance(name, len, known[i], strlen(known[i]));
        if (distance < limit) {
            limit = distance;
            nearest = known[i];
        }
    }
    return nearest;
}
