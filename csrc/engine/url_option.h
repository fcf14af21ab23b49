/* SPDX-License-Identifier: MIT */
/* Reading a URL's options by type, for drivers. Every message names the option. */
#ifndef CORM_ENGINE_URL_OPTION_H
#define CORM_ENGINE_URL_OPTION_H

#include "engine/url.h"

/**
 * Check that the URL has no option but those in known[nknown].
 * Errors: CORM_E_ARGUMENT naming the other one and those known, the last first.
 */
enum corm_rc corm_url_check_options(const struct corm_url *url,
                                    const char *const *known, size_t nknown,
                                    struct corm_error *err) CORM_NODISCARD;

/**
 * Read true/false, yes/no, on/off or 1/0, in any case; *out stays if the option is absent.
 * Errors: CORM_E_ARGUMENT.
 */
enum corm_rc corm_url_get_bool(const struct corm_url *url, const char *key, bool *out,
                               struct corm_error *err) CORM_NODISCARD;

/**
 * Read a whole number from 0 to max; *out stays if the option is absent.
 * Errors: CORM_E_ARGUMENT.
 */
enum corm_rc corm_url_get_int(const struct corm_url *url, const char *key, int64_t max,
                              int64_t *out, struct corm_error *err) CORM_NODISCARD;

/**
 * Read seconds such as 5 or 0.25 as milliseconds; *out_ms stays if the option is absent.
 * Errors: CORM_E_ARGUMENT.
 */
enum corm_rc corm_url_get_seconds(const struct corm_url *url, const char *key,
                                  int64_t *out_ms,
                                  struct corm_error *err) CORM_NODISCARD;

#endif
