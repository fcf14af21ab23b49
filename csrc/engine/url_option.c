/* SPDX-License-Identifier: MIT */
#include "engine/url_option.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_one_of(const char *key, const char *const *known, size_t nknown)
{
    for (size_t i = 0; i < nknown; i++) {
        if (strcmp(key, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

enum {
    LISTED_MAX =
        400, /* bytes of a list of names, so that a message is not cut in one */
    SHOWN_MAX = 48 /* bytes of an unknown name */
};

/* The last first: a driver's own are last, and there may be no room for all. */
static void list_names(char list[LISTED_MAX], const char *const *known, size_t nknown)
{
    static const char MORE[] = ", ...";
    size_t len = 0;
    list[0] = '\0';
    for (size_t i = nknown; i-- > 0;) {
        const char *before = len > 0 ? ", " : "";
        size_t added = strlen(before) + strlen(known[i]);
        if (len + added + sizeof(MORE) > LISTED_MAX) {
            memcpy(list + len, MORE, sizeof(MORE));
            return;
        }
        (void)snprintf(list + len, LISTED_MAX - len, "%s%s", before, known[i]);
        len += added;
    }
}

static enum corm_rc unknown_fail(const char *key, const char *const *known,
                                 size_t nknown, struct corm_error *err)
{
    char list[LISTED_MAX];
    list_names(list, known, nknown);
    return corm_fail(err, CORM_E_ARGUMENT,
                     "unknown option '%.*s' in the database URL; known are %s",
                     SHOWN_MAX, key, list);
}

enum corm_rc corm_url_check_options(const struct corm_url *url,
                                    const char *const *known, size_t nknown,
                                    struct corm_error *err)
{
    for (size_t i = 0; i < url->noptions; i++) {
        if (!is_one_of(url->options[i].key, known, nknown)) {
            return unknown_fail(url->options[i].key, known, nknown, err);
        }
    }
    return CORM_OK;
}

static enum corm_rc option_fail(const char *key, const char *expected,
                                struct corm_error *err)
{
    return corm_fail(err, CORM_E_ARGUMENT, "option '%s' of the database URL must be %s",
                     key, expected);
}

enum corm_rc corm_url_get_bool(const struct corm_url *url, const char *key, bool *out,
                               struct corm_error *err)
{
    static const char *const WORDS[] = { "false", "true", "no", "yes",
                                         "off",   "on",   "0",  "1" };
    const char *value = corm_url_option(url, key);
    if (value == NULL) {
        return CORM_OK;
    }
    for (size_t i = 0; i < CORM_LENGTH(WORDS); i++) {
        if (strcasecmp(value, WORDS[i]) == 0) {
            *out = i % 2 == 1;
            return CORM_OK;
        }
    }
    return option_fail(key, "true or false", err);
}

/* Read digits up to max; *end is the byte after them. False if there are none. */
static bool read_digits(const char *text, int64_t max, int64_t *out, const char **end)
{
    int64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (value > (max - (*at - '0')) / 10) {
            return false;
        }
        value = value * 10 + (*at - '0');
    }
    *out = value;
    *end = at;
    return at > text;
}

enum corm_rc corm_url_get_int(const struct corm_url *url, const char *key, int64_t max,
                              int64_t *out, struct corm_error *err)
{
    const char *value = corm_url_option(url, key);
    const char *end;
    int64_t number;
    if (value == NULL) {
        return CORM_OK;
    }
    if (!read_digits(value, max, &number, &end) || *end != '\0') {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "option '%s' of the database URL must be a number from 0 to "
                         "%lld",
                         key, (long long)max);
    }
    *out = number;
    return CORM_OK;
}

enum corm_rc corm_url_get_seconds(const struct corm_url *url, const char *key,
                                  int64_t *out_ms, struct corm_error *err)
{
    const char *value = corm_url_option(url, key);
    const char *at;
    int64_t number;
    if (value == NULL) {
        return CORM_OK;
    }
    if (!read_digits(value, INT32_MAX, &number, &at)) {
        return option_fail(key, "a number of seconds", err);
    }
    number *= 1000;
    if (*at == '.') {
        at++;
        for (int unit = 100; *at >= '0' && *at <= '9'; at++, unit /= 10) {
            number += (int64_t)unit * (*at - '0');
        }
    }
    if (*at != '\0') {
        return option_fail(key, "a number of seconds", err);
    }
    *out_ms = number;
    return CORM_OK;
}
