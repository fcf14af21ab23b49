/* SPDX-License-Identifier: MIT */
#include "base/hmap.h"

#include "base/alloc.h"

#include <string.h>

enum { HMAP_CAP_MIN = 8 };

/*
 * Home slot: the top bits of the key times the golden ratio. Keys are often consecutive
 * numbers or multiples of a power of two, and those it spreads most evenly.
 */
static size_t hmap_home(const struct corm_hmap *map, uint64_t hash)
{
    int shift = __builtin_clzll(map->cap) + 1; /* 64 - log2(cap) */
    return (size_t)((hash * 0x9E3779B97F4A7C15ull) >> shift);
}

static size_t hmap_after(const struct corm_hmap *map, size_t idx)
{
    return (idx + 1) & (map->cap - 1);
}

/* Put the item into the first free slot; there is one. */
static void hmap_place(struct corm_hmap *map, uint64_t hash, void *item)
{
    size_t idx = hmap_home(map, hash);
    while (map->slots[idx].item != NULL) {
        idx = hmap_after(map, idx);
    }
    map->slots[idx] = (struct corm_hmap_slot){ .hash = hash, .item = item };
    map->count++;
}

static bool hmap_resize(struct corm_hmap *map, size_t cap)
{
    struct corm_hmap grown = { .cap = cap };
    grown.slots = corm_alloc_zero(cap, sizeof(*grown.slots));
    if (grown.slots == NULL) {
        return false;
    }
    corm_hmap_foreach (it, map) {
        hmap_place(&grown, it->hash, it->item);
    }
    corm_free(map->slots);
    *map = grown;
    return true;
}

bool corm_hmap_reserve(struct corm_hmap *map, size_t count)
{
    if (CORM_LIKELY(count <= map->cap / 4 * 3)) {
        return true;
    }
    if (count > SIZE_MAX / 2 / sizeof(*map->slots)) {
        return false;
    }
    size_t cap = map->cap < HMAP_CAP_MIN ? HMAP_CAP_MIN : map->cap;
    while (cap / 4 * 3 < count) {
        cap *= 2;
    }
    return hmap_resize(map, cap);
}

void corm_hmap_release(struct corm_hmap *map)
{
    corm_free(map->slots);
    *map = (struct corm_hmap){ 0 };
}

static struct corm_hmap_slot *hmap_slot_of_key(const struct corm_hmap *map,
                                               uint64_t key)
{
    if (map->count == 0) {
        return NULL;
    }
    for (size_t idx = hmap_home(map, key);; idx = hmap_after(map, idx)) {
        struct corm_hmap_slot *slot = &map->slots[idx];
        if (slot->item == NULL) {
            return NULL;
        }
        if (slot->hash == key) {
            return slot;
        }
    }
}

void *corm_hmap_get(const struct corm_hmap *map, uint64_t key)
{
    const struct corm_hmap_slot *slot = hmap_slot_of_key(map, key);
    return slot == NULL ? NULL : slot->item;
}

bool corm_hmap_put(struct corm_hmap *map, uint64_t key, void *item)
{
    struct corm_hmap_slot *slot = hmap_slot_of_key(map, key);
    if (slot != NULL) {
        slot->item = item;
        return true;
    }
    return corm_hmap_add(map, key, item);
}

/*
 * Empty the slot and pull later items of the same run back, as long as that brings them
 * closer to their home: whoever probes must never meet a hole before the item.
 */
static void hmap_vacate(struct corm_hmap *map, struct corm_hmap_slot *slot)
{
    size_t mask = map->cap - 1;
    size_t hole = (size_t)(slot - map->slots);
    for (size_t idx = hmap_after(map, hole); map->slots[idx].item != NULL;
         idx = hmap_after(map, idx)) {
        size_t home = hmap_home(map, map->slots[idx].hash);
        if (((idx - home) & mask) >= ((idx - hole) & mask)) {
            map->slots[hole] = map->slots[idx];
            hole = idx;
        }
    }
    map->slots[hole].item = NULL;
    map->count--;
}

void *corm_hmap_remove(struct corm_hmap *map, uint64_t key)
{
    struct corm_hmap_slot *slot = hmap_slot_of_key(map, key);
    if (slot == NULL) {
        return NULL;
    }
    void *item = slot->item;
    hmap_vacate(map, slot);
    return item;
}

void *corm_hmap_find(const struct corm_hmap *map, uint64_t hash, corm_hmap_eq_fn eq,
                     const void *key)
{
    if (map->count == 0) {
        return NULL;
    }
    for (size_t idx = hmap_home(map, hash);; idx = hmap_after(map, idx)) {
        const struct corm_hmap_slot *slot = &map->slots[idx];
        if (slot->item == NULL) {
            return NULL;
        }
        if (slot->hash == hash && eq(slot->item, key)) {
            return slot->item;
        }
    }
}

bool corm_hmap_add(struct corm_hmap *map, uint64_t hash, void *item)
{
    PRE(item != NULL);
    if (!corm_hmap_reserve(map, map->count + 1)) {
        return false;
    }
    hmap_place(map, hash, item);
    return true;
}

bool corm_hmap_drop(struct corm_hmap *map, uint64_t hash, const void *item)
{
    if (map->count == 0) {
        return false;
    }
    size_t idx = hmap_home(map, hash);
    while (map->slots[idx].item != NULL && map->slots[idx].item != item) {
        idx = hmap_after(map, idx);
    }
    if (map->slots[idx].item == NULL) {
        return false;
    }
    hmap_vacate(map, &map->slots[idx]);
    return true;
}

struct corm_hmap_slot *corm_hmap_next(const struct corm_hmap *map,
                                      struct corm_hmap_slot *slot)
{
    if (map->slots == NULL) {
        return NULL;
    }
    for (struct corm_hmap_slot *end = map->slots + map->cap; slot < end; slot++) {
        if (slot->item != NULL) {
            return slot;
        }
    }
    return NULL;
}
