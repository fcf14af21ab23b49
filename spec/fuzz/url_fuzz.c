/* SPDX-License-Identifier: MIT */
/* Whatever corm_url_parse() accepts, it reads back unchanged from what is formatted. */
#include "engine/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_same_url(const struct corm_url *a, const struct corm_url *b)
{
    bool is_equal = is_same(a->dialect, b->dialect) && is_same(a->driver, b->driver) &&
                    is_same(a->user, b->user) && is_same(a->password, b->password) &&
                    is_same(a->host, b->host) && is_same(a->database, b->database) &&
                    a->port == b->port && a->noptions == b->noptions;
    for (size_t i = 0; is_equal && i < a->noptions; i++) {
        is_equal = is_same(a->options[i].key, b->options[i].key) &&
                   is_same(a->options[i].value, b->options[i].value);
    }
    return is_equal;
}

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct corm_url url;
    struct corm_url again;
    struct corm_strbuf buf;
    if (corm_url_parse((const char *)data, size, &url, NULL) != CORM_OK) {
        return 0;
    }
    corm_strbuf_init(&buf);
    corm_url_format(&url, false, &buf);
    check(corm_url_parse(buf.data, buf.len, &again, NULL) == CORM_OK);
    check(is_same_url(&url, &again));
    corm_url_release(&again);
    corm_url_release(&url);
    corm_strbuf_release(&buf);
    return 0;
}
