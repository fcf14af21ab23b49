/* SPDX-License-Identifier: MIT */
/*
 * Looking names of hosts up without waiting. libpq would call getaddrinfo() and stand still
 * until the name service answers, so it is done before, in a thread, and libpq gets
 * addresses. The thread shares nothing with us but the lookup: whoever lets go of it last
 * frees it.
 */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_LOOKUP_H
#define CORM_DIALECTS_POSTGRES_DRIVER_LOOKUP_H

#include "base/error.h"

struct pg_lookup;

/* Lists as libpq takes them, with commas between. Lifetime: of the lookup. */
struct pg_addresses {
    const char *hosts; /* each as often as it has addresses */
    const char *addresses; /* one for each; empty for the folder of a socket */
    const char *ports; /* one for each, or one for all; NULL: libpq's own */
};

/** True if there is a name to look up among hosts, a list with commas between. */
bool pg_lookup_is_needed(const char *hosts);

/**
 * Look names up, and return at once. hosts and ports (or NULL) are copied.
 * Ownership: *out is the caller's, see pg_lookup_release(). It is NULL if there is no thread
 * or pipe to be had: then libpq has to look by itself.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc pg_lookup_begin(const char *hosts, const char *ports,
                             struct pg_lookup **out,
                             struct corm_error *err) CORM_NODISCARD;

/** True until every name was looked up. */
bool pg_lookup_is_running(const struct pg_lookup *lookup);

/** Descriptor that is readable when the lookup is over. */
int pg_lookup_fd(const struct pg_lookup *lookup);

/**
 * The addresses, when the lookup is over. Names without any are left out.
 * Errors: CORM_E_OPERATIONAL (no host has an address), CORM_E_NO_MEMORY.
 */
enum corm_rc pg_lookup_addresses(struct pg_lookup *lookup, struct pg_addresses *out,
                                 struct corm_error *err) CORM_NODISCARD;

/** Let go of a lookup, over or not; NULL is fine. */
void pg_lookup_release(struct pg_lookup *lookup);

/** Lookups whose threads run, of everybody: they may be reading the environment. */
unsigned pg_lookup_count_running(void);

#endif
