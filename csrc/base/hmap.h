/* SPDX-License-Identifier: MIT */
/*
 * Open-addressing hash map from 64 bits to a pointer. Two ways to use it:
 *
 * - the 64 bits are the key (an id, a slot number): get, put, remove;
 * - the 64 bits are the hash of a key that the item contains: find, add, drop, with a
 *   callback that compares the rest (intrusive).
 *
 * Zero-initialised is a valid empty map. Items are lent, never NULL. Linear probing with
 * backward shift, so there are no tombstones and a map that shrinks stays fast.
 */
#ifndef CORM_BASE_HMAP_H
#define CORM_BASE_HMAP_H

#include "base/compat.h"

struct corm_hmap_slot {
    uint64_t hash; /* key or hash of the item's key */
    void *item; /* NULL: free slot */
};

struct corm_hmap {
    struct corm_hmap_slot *slots;
    size_t cap; /* power of two, or 0 */
    size_t count; /* items */
};

/** True if `item` has the key that is looked for; the 64 bits are equal already. */
typedef bool (*corm_hmap_eq_fn)(const void *item, const void *key);

/** Free the table; the map is empty and usable again. Items are not touched. */
void corm_hmap_release(struct corm_hmap *map);

/** Make room for count items in all. False when memory is short. */
bool corm_hmap_reserve(struct corm_hmap *map, size_t count) CORM_NODISCARD;

/** The item with this key, or NULL. */
void *corm_hmap_get(const struct corm_hmap *map, uint64_t key);

/**
 * Set the item of this key, replacing one that is there.
 * False when memory is short, and the map stays as it was.
 */
bool corm_hmap_put(struct corm_hmap *map, uint64_t key, void *item) CORM_NODISCARD;

/** Remove and return the item with this key, or NULL. */
void *corm_hmap_remove(struct corm_hmap *map, uint64_t key);

/** The first item with this hash for which eq(item, key), or NULL. */
void *corm_hmap_find(const struct corm_hmap *map, uint64_t hash, corm_hmap_eq_fn eq,
                     const void *key);

/**
 * Add an item without looking for an equal one: find() first.
 * False when memory is short, and the map stays as it was.
 */
bool corm_hmap_add(struct corm_hmap *map, uint64_t hash, void *item) CORM_NODISCARD;

/** Remove this very item, added with this hash; false if it is not there. */
bool corm_hmap_drop(struct corm_hmap *map, uint64_t hash, const void *item);

/** First used slot at or after `slot`, or NULL; for corm_hmap_foreach. */
struct corm_hmap_slot *corm_hmap_next(const struct corm_hmap *map,
                                      struct corm_hmap_slot *slot);

/* Walk the used slots, in no order. The body must not add or remove. */
#define corm_hmap_foreach(it, map)                                                    \
    for (struct corm_hmap_slot *it = corm_hmap_next((map), (map)->slots); it != NULL; \
         it = corm_hmap_next((map), it + 1))

#endif
