/* SPDX-License-Identifier: MIT */
/*
 * Names that the compiler makes up: tree_1, param_1, anon_1. Each hint counts by itself,
 * from 1, in the order in which the text is written; one thing keeps its name.
 */
#ifndef CORM_SQL_NAMES_H
#define CORM_SQL_NAMES_H

#include "base/arena.h"
#include "base/hmap.h"
#include "base/smap.h"

struct corm_text {
    const char *s; /* NUL-terminated; NULL when memory was short */
    size_t len;
};

/* Zero-initialised but for arena and max_len. */
struct corm_names {
    struct corm_arena *arena; /* where the names live */
    uint32_t max_len; /* bytes of an identifier */
    struct corm_smap counters; /* hint → number used last */
    struct corm_hmap made; /* identity and hint → name */
    struct corm_smap cut; /* name that was too long → what it was cut to */
    uint32_t ncut; /* names that were cut so far */
};

/** Free the tables; the names themselves are the arena's. */
void corm_names_release(struct corm_names *names);

/**
 * The made-up name of the thing with this identity (an address, an id), beginning with
 * the hint; the same each time it is asked for.
 */
struct corm_text corm_names_get(struct corm_names *names, uint64_t identity,
                                const char *hint, size_t hint_len);

/** The name, cut and numbered if it is longer than the database takes; once for each. */
struct corm_text corm_names_fit(struct corm_names *names, const char *name, size_t len);

#endif
