/* SPDX-License-Identifier: MIT */
#include "base/smap.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

struct text_key {
    const char *text;
    size_t len;
};

static bool entry_has_key(const void *item, const void *key)
{
    const struct corm_smap_entry *entry = item;
    const struct text_key *wanted = key;
    return entry->len == wanted->len &&
           memcmp(entry->key, wanted->text, entry->len) == 0;
}

static struct corm_smap_entry *smap_find(const struct corm_smap *map, uint64_t hash,
                                         const char *key, size_t len)
{
    const struct text_key wanted = { .text = len == 0 ? "" : key, .len = len };
    return corm_hmap_find(&map->entries, hash, entry_has_key, &wanted);
}

static struct corm_smap_entry *entry_new(const char *key, size_t len, void *value)
{
    if (len > SIZE_MAX - sizeof(struct corm_smap_entry) - 1) {
        return NULL;
    }
    struct corm_smap_entry *entry = corm_alloc(sizeof(*entry) + len + 1);
    if (entry == NULL) {
        return NULL;
    }
    entry->value = value;
    entry->len = len;
    if (len > 0) {
        memcpy(entry->key, key, len);
    }
    entry->key[len] = '\0';
    return entry;
}

void corm_smap_release(struct corm_smap *map)
{
    corm_hmap_foreach (it, &map->entries) {
        corm_free(it->item);
    }
    corm_hmap_release(&map->entries);
}

void *corm_smap_get(const struct corm_smap *map, const char *key, size_t len)
{
    const struct corm_smap_entry *entry =
        smap_find(map, corm_hash_bytes(key, len), key, len);
    return entry == NULL ? NULL : entry->value;
}

bool corm_smap_put(struct corm_smap *map, const char *key, size_t len, void *value)
{
    PRE(value != NULL);
    uint64_t hash = corm_hash_bytes(key, len);
    struct corm_smap_entry *entry = smap_find(map, hash, key, len);
    if (entry != NULL) {
        entry->value = value;
        return true;
    }
    entry = entry_new(key, len, value);
    if (entry == NULL || !corm_hmap_add(&map->entries, hash, entry)) {
        corm_free(entry);
        return false;
    }
    return true;
}

void *corm_smap_remove(struct corm_smap *map, const char *key, size_t len)
{
    uint64_t hash = corm_hash_bytes(key, len);
    struct corm_smap_entry *entry = smap_find(map, hash, key, len);
    if (entry == NULL) {
        return NULL;
    }
    void *value = entry->value;
    (void)corm_hmap_drop(&map->entries, hash, entry);
    corm_free(entry);
    return value;
}
