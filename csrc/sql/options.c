/* SPDX-License-Identifier: MIT */
#include "sql/options.h"

#include "base/hash.h"

#include <string.h>

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return corm_hash_mix(hash, text == NULL ? 0 : corm_hash_bytes(text, strlen(text)));
}

static unsigned options_bits(const struct corm_compile_options *options)
{
    return (unsigned)options->literal_binds | (unsigned)options->for_executemany << 1 |
           (unsigned)options->returning_keys << 2 |
           (unsigned)options->label_style_tablename << 3 |
           (unsigned)options->has_column_keys << 4 |
           (unsigned)options->is_for_reading << 5 | (unsigned)options->keeps_order << 6;
}

uint64_t corm_compile_options_hash(const struct corm_compile_options *options)
{
    uint64_t hash =
        corm_hash_mix((uint64_t)(uintptr_t)options->dialect, options_bits(options));
    for (uint32_t i = 0; options->has_column_keys && i < options->ncolumn_keys; i++) {
        hash = mix_text(hash, options->column_keys[i]);
    }
    const struct corm_schema_map *map = options->schema_map;
    for (size_t i = 0; map != NULL && i < map->npairs; i++) {
        hash = mix_text(mix_text(hash, map->pairs[i].from), map->pairs[i].to);
    }
    return hash;
}

static bool texts_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool keys_equal(const struct corm_compile_options *a,
                       const struct corm_compile_options *b)
{
    if (!a->has_column_keys) {
        return true;
    }
    if (a->ncolumn_keys != b->ncolumn_keys) {
        return false;
    }
    for (uint32_t i = 0; i < a->ncolumn_keys; i++) {
        if (!texts_equal(a->column_keys[i], b->column_keys[i])) {
            return false;
        }
    }
    return true;
}

static size_t map_size(const struct corm_schema_map *map)
{
    return map == NULL ? 0 : map->npairs;
}

bool corm_compile_options_equal(const struct corm_compile_options *a,
                                const struct corm_compile_options *b)
{
    if (a->dialect != b->dialect || options_bits(a) != options_bits(b) ||
        map_size(a->schema_map) != map_size(b->schema_map) || !keys_equal(a, b)) {
        return false;
    }
    for (size_t i = 0; i < map_size(a->schema_map); i++) {
        if (!texts_equal(a->schema_map->pairs[i].from, b->schema_map->pairs[i].from) ||
            !texts_equal(a->schema_map->pairs[i].to, b->schema_map->pairs[i].to)) {
            return false;
        }
    }
    return true;
}

/* Copy *text in place; false when memory is short. */
static bool dup_text(struct corm_arena *arena, const char **text)
{
    if (*text != NULL) {
        *text = corm_arena_strndup(arena, *text, strlen(*text));
        return *text != NULL;
    }
    return true;
}

static bool dup_keys(struct corm_arena *arena, struct corm_compile_options *copy)
{
    const char **keys = corm_arena_zero(arena, copy->ncolumn_keys, sizeof(*keys));
    if (keys == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < copy->ncolumn_keys; i++) {
        keys[i] = copy->column_keys[i];
        if (!dup_text(arena, &keys[i])) {
            return false;
        }
    }
    copy->column_keys = keys;
    return true;
}

static bool dup_map(struct corm_arena *arena, struct corm_compile_options *copy)
{
    const struct corm_schema_map *from = copy->schema_map;
    struct corm_schema_map *map = corm_arena_alloc(arena, sizeof(*map));
    struct corm_schema_pair *pairs =
        corm_arena_zero(arena, from->npairs, sizeof(*pairs));
    if (map == NULL || pairs == NULL) {
        return false;
    }
    for (size_t i = 0; i < from->npairs; i++) {
        pairs[i] = from->pairs[i];
        if (!dup_text(arena, &pairs[i].from) || !dup_text(arena, &pairs[i].to)) {
            return false;
        }
    }
    *map = (struct corm_schema_map){ .pairs = pairs, .npairs = from->npairs };
    copy->schema_map = map;
    return true;
}

struct corm_compile_options *
corm_compile_options_dup(const struct corm_compile_options *options,
                         struct corm_arena *arena)
{
    struct corm_compile_options *copy = corm_arena_alloc(arena, sizeof(*copy));
    if (copy == NULL) {
        return NULL;
    }
    *copy = *options;
    copy->origin = NULL;
    bool is_fine = (!copy->has_column_keys || dup_keys(arena, copy)) &&
                   (copy->schema_map == NULL || dup_map(arena, copy));
    return is_fine ? copy : NULL;
}
