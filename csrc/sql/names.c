/* SPDX-License-Identifier: MIT */
#include "sql/names.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

enum {
    CUT_SUFFIX_MAX = 6 /* bytes left for _ and the number of a cut name */
};

/* One made-up name, and what it was made for. */
struct made {
    uint64_t identity;
    const char *hint; /* in the arena */
    size_t hint_len;
    struct corm_text name;
};

void corm_names_release(struct corm_names *names)
{
    corm_smap_release(&names->counters);
    corm_smap_release(&names->cut);
    corm_hmap_release(&names->made);
}

static bool is_same(const void *item, const void *key)
{
    const struct made *a = item;
    const struct made *b = key;
    return a->identity == b->identity && a->hint_len == b->hint_len &&
           memcmp(a->hint, b->hint, a->hint_len) == 0;
}

static bool next_number(struct corm_names *names, const char *hint, size_t len,
                        uintptr_t *number_out)
{
    uintptr_t number = (uintptr_t)corm_smap_get(&names->counters, hint, len) + 1;
    *number_out = number;
    return corm_smap_put(&names->counters, hint, len, (void *)number);
}

/* The beginning of the name and the next number, NULL when memory is short. */
static char *cut_new(struct corm_names *names, const char *name)
{
    char suffix[CUT_SUFFIX_MAX + 10];
    int suffix_len = snprintf(suffix, sizeof(suffix), "_%x", ++names->ncut);
    size_t kept = names->max_len - CUT_SUFFIX_MAX;
    while (kept > 0 && ((unsigned char)name[kept] & 0xC0) == 0x80) {
        kept--; /* never within a character */
    }
    char *cut = corm_arena_alloc(names->arena, kept + (size_t)suffix_len + 1);
    if (cut != NULL) {
        memcpy(cut, name, kept);
        memcpy(cut + kept, suffix, (size_t)suffix_len + 1);
    }
    return cut;
}

struct corm_text corm_names_fit(struct corm_names *names, const char *name, size_t len)
{
    if (len + CUT_SUFFIX_MAX <= names->max_len || names->max_len < CUT_SUFFIX_MAX * 2) {
        return (struct corm_text){ corm_arena_strndup(names->arena, name, len), len };
    }
    char *cut = corm_smap_get(&names->cut, name, len);
    if (cut == NULL) {
        cut = cut_new(names, name);
        if (cut == NULL || !corm_smap_put(&names->cut, name, len, cut)) {
            return (struct corm_text){ NULL, 0 };
        }
    }
    return (struct corm_text){ cut, strlen(cut) };
}

/* hint_1, hint_2, …; NULL when memory is short. */
static struct made *made_new(struct corm_names *names, const struct made *key)
{
    uintptr_t number;
    struct made *made = corm_arena_alloc(names->arena, sizeof(*made));
    char *text = corm_arena_alloc(names->arena, key->hint_len + 24);
    if (made == NULL || text == NULL ||
        !next_number(names, key->hint, key->hint_len, &number)) {
        return NULL;
    }
    memcpy(text, key->hint, key->hint_len);
    int digits = snprintf(text + key->hint_len, 24, "_%lu", (unsigned long)number);
    *made = *key;
    made->hint = text; /* begins with the hint */
    made->name = corm_names_fit(names, text, key->hint_len + (size_t)digits);
    return made->name.s == NULL ? NULL : made;
}

/* Characters that no made-up name has: an underscore stands for a run of them. */
static bool is_odd(char c)
{
    return c == ' ' || c == '%' || c == '(' || c == ')' || c == '$';
}

/* The hint without odd characters; NULL when memory is short. */
static const char *hint_tidy(struct corm_names *names, const char *hint, size_t *len)
{
    size_t odd = 0;
    while (odd < *len && !is_odd(hint[odd])) {
        odd++;
    }
    if (odd == *len) {
        return hint;
    }
    char *tidy = corm_arena_strndup(names->arena, hint, *len);
    size_t kept = 0;
    for (size_t i = 0; tidy != NULL && i < *len; i++) {
        if (!is_odd(hint[i])) {
            tidy[kept++] = hint[i];
        } else if (i == 0 || !is_odd(hint[i - 1])) {
            tidy[kept++] = '_';
        }
    }
    *len = kept;
    return tidy;
}

struct corm_text corm_names_get(struct corm_names *names, uint64_t identity,
                                const char *hint, size_t hint_len)
{
    hint = hint_tidy(names, hint, &hint_len);
    if (hint == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    struct made key = { .identity = identity, .hint = hint, .hint_len = hint_len };
    uint64_t hash = corm_hash_mix(identity, corm_hash_bytes(hint, hint_len));
    struct made *made = corm_hmap_find(&names->made, hash, is_same, &key);
    if (made == NULL) {
        made = made_new(names, &key);
        if (made == NULL || !corm_hmap_add(&names->made, hash, made)) {
            return (struct corm_text){ NULL, 0 };
        }
    }
    return made->name;
}
