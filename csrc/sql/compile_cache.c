/* SPDX-License-Identifier: MIT */
/*
 * The cache of compiled statements. An entry is found by one 64-bit hash and confirmed by
 * comparing options and shape, so that statements whose hashes happen to be equal live
 * side by side. The statement that matched last is known by its serial, as programs often
 * keep a statement and execute it again and again.
 */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/lru.h"
#include "sql/compile.h"
#include "sql/options.h"
#include "sql/shape.h"

#include <string.h>

struct corm_compile_cache {
    struct corm_lru lru; /* of struct entry */
};

enum { MET_BINDS_MAX = 8 };

struct entry {
    struct corm_lru_node node;
    struct corm_compiled *compiled; /* one reference */
    struct corm_compile_options *options;
    struct corm_arena arena; /* of options */
    uint64_t met; /* serial of the statement that matched last; 0: none to remember */
    uint32_t nmet_binds;
    const struct corm_node *met_binds[MET_BINDS_MAX]; /* its own: alive if it is */
};

/* What is looked for; confirming it collects the binds. */
struct wanted {
    const struct corm_node *statement;
    const struct corm_compile_options *options;
    struct corm_binds *binds;
};

/* True if the entry's statement has come again, which has the binds that it had before. */
static bool recall(const struct entry *entry, const struct wanted *wanted)
{
    struct corm_binds *binds = wanted->binds;
    bool is_same = entry->met != 0 && entry->met == wanted->statement->serial &&
                   entry->nmet_binds <= binds->cap;
    if (!is_same) {
        return false;
    }
    for (uint32_t i = 0; i < entry->nmet_binds; i++) {
        binds->items[i] = entry->met_binds[i];
    }
    binds->count = entry->nmet_binds;
    return true;
}

/* The statement has matched: it need not be walked through when it comes again. */
static void remember(struct entry *entry, const struct wanted *wanted)
{
    const struct corm_binds *binds = wanted->binds;
    if (binds->count > MET_BINDS_MAX || binds->count > binds->cap) {
        return;
    }
    for (uint32_t i = 0; i < binds->count; i++) {
        entry->met_binds[i] = binds->items[i];
    }
    entry->nmet_binds = binds->count;
    entry->met = wanted->statement->serial;
}

static bool entry_is(const void *item, const void *key)
{
    struct entry *entry =
        CORM_CONTAINER((struct corm_lru_node *)(uintptr_t)item, struct entry, node);
    const struct wanted *wanted = key;
    if (!corm_compile_options_equal(entry->options, wanted->options)) {
        return false;
    }
    if (recall(entry, wanted)) {
        return true;
    }
    if (!corm_node_match(entry->compiled->shape, wanted->statement, wanted->binds)) {
        return false;
    }
    remember(entry, wanted);
    return true;
}

static void entry_drop(void *ctx, struct corm_lru_node *node)
{
    struct entry *entry = CORM_CONTAINER(node, struct entry, node);
    (void)ctx;
    corm_compiled_unref(entry->compiled);
    corm_arena_release(&entry->arena);
    corm_free(entry);
}

struct corm_compile_cache *corm_compile_cache_new(size_t capacity)
{
    struct corm_compile_cache *cache = corm_alloc_zero(1, sizeof(*cache));
    if (cache != NULL) {
        corm_lru_init(&cache->lru, capacity, entry_is, entry_drop, NULL);
    }
    return cache;
}

void corm_compile_cache_free(struct corm_compile_cache *cache)
{
    if (cache != NULL) {
        corm_lru_release(&cache->lru);
        corm_free(cache);
    }
}

size_t corm_compile_cache_count(const struct corm_compile_cache *cache)
{
    return cache->lru.nodes.count;
}

static uint64_t cache_key(const struct corm_node *statement,
                          const struct corm_compile_options *options)
{
    return corm_hash_mix(statement->fp, corm_compile_options_hash(options));
}

static bool is_cacheable(const struct corm_node *statement,
                         const struct corm_compile_options *options)
{
    return !options->literal_binds && !options->render_postcompile &&
           !(statement->flags & CORM_NODE_UNCACHEABLE);
}

/* The compiled statement, lent, or NULL; its binds are in wanted->binds. */
static struct corm_compiled *cache_look(struct corm_compile_cache *cache,
                                        const struct wanted *wanted)
{
    if (cache == NULL || !is_cacheable(wanted->statement, wanted->options)) {
        return NULL;
    }
    uint64_t key = cache_key(wanted->statement, wanted->options);
    struct corm_lru_node *node = corm_lru_find(&cache->lru, key, wanted);
    return node == NULL ? NULL : CORM_CONTAINER(node, struct entry, node)->compiled;
}

void corm_compile_cache_find(struct corm_compile_cache *cache,
                             const struct corm_node *statement,
                             const struct corm_compile_options *options,
                             struct corm_binds *binds, struct corm_compiled **out)
{
    struct wanted wanted = { statement, options, binds };
    struct corm_compiled *found = cache_look(cache, &wanted);
    bool is_usable = found != NULL && binds->count <= binds->cap;
    if (found == NULL) {
        binds->count = 0;
    }
    *out = is_usable ? corm_compiled_ref(found) : NULL;
}

void corm_compile_cache_put(struct corm_compile_cache *cache,
                            const struct corm_compile_options *options,
                            struct corm_compiled *compiled)
{
    bool is_kept = cache != NULL && compiled->shape != NULL;
    struct entry *entry = is_kept ? corm_alloc_zero(1, sizeof(*entry)) : NULL;
    if (entry == NULL) {
        return;
    }
    entry->options = corm_compile_options_dup(options, &entry->arena);
    if (entry->options == NULL ||
        !corm_lru_add(&cache->lru, &entry->node, compiled->key)) {
        corm_arena_release(&entry->arena);
        corm_free(entry);
        return;
    }
    entry->compiled = corm_compiled_ref(compiled);
}

/* List the binds of a statement that was just compiled. */
static enum corm_rc collect_binds(const struct corm_node *statement,
                                  struct corm_binds *binds, struct corm_error *err)
{
    struct corm_bind_order order = { 0 };
    enum corm_rc rc = corm_bind_order_make(&order, statement, err);
    if (rc == CORM_OK) {
        binds->count = (uint32_t)order.items.count;
        if (binds->count > 0 && binds->count <= binds->cap) {
            memcpy(binds->items, order.items.items,
                   binds->count * sizeof(*binds->items));
        }
    }
    corm_bind_order_release(&order);
    return rc;
}

enum corm_rc corm_compile_cache_get(struct corm_compile_cache *cache,
                                    const struct corm_node *statement,
                                    const struct corm_compile_options *options,
                                    struct corm_binds *binds,
                                    struct corm_compiled **out, bool *hit,
                                    struct corm_error *err)
{
    struct wanted wanted = { statement, options, binds };
    struct corm_compiled *compiled = cache_look(cache, &wanted);
    *out = NULL;
    *hit = compiled != NULL;
    if (compiled != NULL) {
        if (binds->count <= binds->cap) {
            *out = corm_compiled_ref(compiled);
        }
        return CORM_OK;
    }
    enum corm_rc rc = collect_binds(statement, binds, err);
    if (rc != CORM_OK || binds->count > binds->cap) {
        return rc; /* nothing is compiled twice for want of room */
    }
    rc = corm_compile(statement, options, &compiled, err);
    if (rc == CORM_OK) {
        corm_compile_cache_put(cache, options, compiled);
        *out = compiled;
    }
    return rc;
}
