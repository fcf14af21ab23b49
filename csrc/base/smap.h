/* SPDX-License-Identifier: MIT */
/*
 * Hash map from a byte string to a pointer. The map copies its keys; values are lent.
 * Zero-initialised is a valid empty map. Where the item itself contains its name, a
 * struct corm_hmap used intrusively saves the copy.
 */
#ifndef CORM_BASE_SMAP_H
#define CORM_BASE_SMAP_H

#include "base/hmap.h"

struct corm_smap {
    struct corm_hmap entries; /* of struct corm_smap_entry, by hash of the key */
};

struct corm_smap_entry {
    void *value;
    size_t len;
    char key[]; /* len bytes and a NUL */
};

/** Free keys and table; the map is empty and usable again. Values are not touched. */
void corm_smap_release(struct corm_smap *map);

/** Value of the key, or NULL. */
void *corm_smap_get(const struct corm_smap *map, const char *key, size_t len);

/**
 * Set the value of the key, replacing one that is there. value must not be NULL.
 * False when memory is short, and the map stays as it was.
 */
bool corm_smap_put(struct corm_smap *map, const char *key, size_t len,
                   void *value) CORM_NODISCARD;

/** Remove the key; returns its value, or NULL. */
void *corm_smap_remove(struct corm_smap *map, const char *key, size_t len);

#endif
