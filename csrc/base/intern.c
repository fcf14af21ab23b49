/* SPDX-License-Identifier: MIT */
#include "base/intern.h"

#include "base/hash.h"

#include <string.h>

struct text_key {
    const char *text;
    size_t len;
};

static bool name_has_text(const void *item, const void *key)
{
    const struct corm_name *name = item;
    const struct text_key *wanted = key;
    return name->len == wanted->len && memcmp(name->text, wanted->text, name->len) == 0;
}

static struct corm_name *intern_find(const struct corm_intern *table, uint64_t hash,
                                     const char *text, size_t len)
{
    const struct text_key wanted = { .text = len == 0 ? "" : text, .len = len };
    return corm_hmap_find(&table->names, hash, name_has_text, &wanted);
}

static struct corm_name *name_new(struct corm_arena *arena, uint64_t hash,
                                  const char *text, size_t len)
{
    if (len > SIZE_MAX - sizeof(struct corm_name) - 1) {
        return NULL;
    }
    struct corm_name *name = corm_arena_alloc(arena, sizeof(*name) + len + 1);
    if (name == NULL) {
        return NULL;
    }
    name->hash = hash;
    name->len = len;
    if (len > 0) {
        memcpy(name->text, text, len);
    }
    name->text[len] = '\0';
    return name;
}

const struct corm_name *corm_intern_add(struct corm_intern *table, const char *text,
                                        size_t len)
{
    uint64_t hash = corm_hash_bytes(text, len);
    struct corm_name *name = intern_find(table, hash, text, len);
    if (name != NULL) {
        return name;
    }
    /* Room first: a name that the map cannot take would stay in the arena unused. */
    if (!corm_hmap_reserve(&table->names, table->names.count + 1)) {
        return NULL;
    }
    name = name_new(&table->arena, hash, text, len);
    if (name == NULL || !corm_hmap_add(&table->names, hash, name)) {
        return NULL;
    }
    return name;
}

const struct corm_name *corm_intern_find(const struct corm_intern *table,
                                         const char *text, size_t len)
{
    return intern_find(table, corm_hash_bytes(text, len), text, len);
}

void corm_intern_release(struct corm_intern *table)
{
    corm_hmap_release(&table->names);
    corm_arena_release(&table->arena);
}
