/* SPDX-License-Identifier: MIT */
/*
 * Hosts and ports of a URL. Its query may name several, which are tried in turn, in
 * either of two forms:
 *
 *     ?host=a:5432&host=b&host=c:5433
 *     ?host=a,b,c&port=5432,,5433
 */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_HOSTS_H
#define CORM_DIALECTS_POSTGRES_DRIVER_HOSTS_H

#include "base/strbuf.h"
#include "engine/url.h"

/*
 * Lists as libpq takes them, with commas between. Empty is what the URL does not say; there is
 * one port for each host, or one for all.
 */
struct pg_hosts {
    struct corm_strbuf hosts;
    struct corm_strbuf ports;
};

/**
 * Read the hosts of a URL.
 * Ownership: release with pg_hosts_release(), also after an error.
 * Errors: CORM_E_ARGUMENT (two hosts or ports where one belongs, a port that is no number, as
 * many ports as there are no hosts), CORM_E_NO_MEMORY.
 */
enum corm_rc pg_hosts_read(const struct corm_url *url, struct pg_hosts *out,
                           struct corm_error *err) CORM_NODISCARD;

/** Free the lists. */
void pg_hosts_release(struct pg_hosts *hosts);

#endif
