/* SPDX-License-Identifier: MIT */
#include "engine/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "engine/url_option.h"

/* Equal texts, where NULL equals only NULL. */
static void assert_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        assert_null(a);
        assert_null(b);
    } else {
        assert_string_equal(a, b);
    }
}

static void assert_same_url(const struct corm_url *a, const struct corm_url *b)
{
    assert_same(a->dialect, b->dialect);
    assert_same(a->driver, b->driver);
    assert_same(a->user, b->user);
    assert_same(a->password, b->password);
    assert_same(a->host, b->host);
    assert_same(a->database, b->database);
    assert_int_equal(a->port, b->port);
    assert_int_equal(a->noptions, b->noptions);
    for (size_t i = 0; i < a->noptions; i++) {
        assert_string_equal(a->options[i].key, b->options[i].key);
        assert_string_equal(a->options[i].value, b->options[i].value);
    }
}

static struct corm_url parsed(const char *text)
{
    struct corm_url url;
    struct corm_error err;
    if (corm_url_parse(text, strlen(text), &url, &err) != CORM_OK) {
        fail_msg("%s: %s", text, err.message);
    }
    return url;
}

static void assert_formats(const struct corm_url *url, bool is_masked, const char *want)
{
    struct corm_strbuf buf;
    corm_strbuf_init(&buf);
    corm_url_format(url, is_masked, &buf);
    assert_int_equal(corm_strbuf_check(&buf, NULL), CORM_OK);
    assert_string_equal(buf.data, want);
    corm_strbuf_release(&buf);
}

struct accepted {
    const char *text;
    struct corm_url url;
};

static const struct accepted ACCEPTED[] = {
    { "sqlite://", { .dialect = "sqlite" } },
    { "sqlite:///", { .dialect = "sqlite" } },
    { "sqlite:///:memory:", { .dialect = "sqlite", .database = ":memory:" } },
    { "sqlite:///a/b.db", { .dialect = "sqlite", .database = "a/b.db" } },
    { "sqlite:////abs/b.db", { .dialect = "sqlite", .database = "/abs/b.db" } },
    { "sqlite:///E:/x.db", { .dialect = "sqlite", .database = "E:/x.db" } },
    { "sqlite:////x@y.com/m.db", { .dialect = "sqlite", .database = "/x@y.com/m.db" } },
    { "sqlite+sqlite3:///a.db",
      { .dialect = "sqlite", .driver = "sqlite3", .database = "a.db" } },
    { "db://u:p@h:110//usr/f.db",
      { .dialect = "db",
        .user = "u",
        .password = "p",
        .host = "h",
        .port = 110,
        .database = "/usr/f.db" } },
    { "db://u@h", { .dialect = "db", .user = "u", .host = "h" } },
    { "db://:p@h", { .dialect = "db", .password = "p", .host = "h" } },
    { "db://u:@h", { .dialect = "db", .user = "u", .password = "", .host = "h" } },
    { "db://@h", { .dialect = "db", .host = "h" } },
    { "db://h:/d", { .dialect = "db", .host = "h", .database = "d" } },
    { "db://u:p@/d",
      { .dialect = "db", .user = "u", .password = "p", .database = "d" } },
    { "db://u:p:q@h",
      { .dialect = "db", .user = "u", .password = "p:q", .host = "h" } },
    { "db://u%40x:p%40%2f%3A%25@h",
      { .dialect = "db", .user = "u@x", .password = "p@/:%", .host = "h" } },
    { "db://u:pass word + other%3Awords@h/d",
      { .dialect = "db",
        .user = "u",
        .password = "pass word + other:words",
        .host = "h",
        .database = "d" } },
    { "db://u:p@[::1]:5433/d",
      { .dialect = "db",
        .user = "u",
        .password = "p",
        .host = "::1",
        .port = 5433,
        .database = "d" } },
    { "db://[fe80::1%25eth0]", { .dialect = "db", .host = "fe80::1%eth0" } },
    { "db://[::ffff:10.0.0.1]/d",
      { .dialect = "db", .host = "::ffff:10.0.0.1", .database = "d" } },
    { "db://%2Frun%2Fpg/d", { .dialect = "db", .host = "/run/pg", .database = "d" } },
    { "db://h/100%25%3f", { .dialect = "db", .host = "h", .database = "100%?" } },
    { "db://h:65535", { .dialect = "db", .host = "h", .port = 65535 } },
    { "db://h/j\xc3\xb6rg",
      { .dialect = "db", .host = "h", .database = "j\xc3\xb6rg" } },
};

static void splits_into_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < CORM_LENGTH(ACCEPTED); i++) {
        struct corm_url url = parsed(ACCEPTED[i].text);
        assert_same_url(&url, &ACCEPTED[i].url);
        corm_url_release(&url);
    }
}

static void reads_back_what_it_formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < CORM_LENGTH(ACCEPTED); i++) {
        struct corm_strbuf buf;
        corm_strbuf_init(&buf);
        corm_url_format(&ACCEPTED[i].url, false, &buf);
        struct corm_url again = parsed(buf.data);
        assert_same_url(&again, &ACCEPTED[i].url);
        corm_url_release(&again);
        corm_strbuf_release(&buf);
    }
}

static void keeps_options_in_order(void **state)
{
    (void)state;
    struct corm_url url = parsed(
        "postgresql://postgres@/db?host=/run/pg&port=5433&a%20b=c+d%2B&e=&host=x");
    assert_int_equal(url.noptions, 5);
    assert_string_equal(url.options[2].key, "a b");
    assert_string_equal(url.options[2].value, "c d+");
    assert_string_equal(corm_url_option(&url, "host"), "/run/pg");
    assert_string_equal(corm_url_option(&url, "e"), "");
    assert_null(corm_url_option(&url, "hos"));
    assert_formats(&url, true,
                   "postgresql://postgres@/db?host=%2Frun%2Fpg&port=5433&a+b=c+d%2B&e="
                   "&host=x");
    corm_url_release(&url);
    assert_null(url.dialect);
}

static void masks_the_password(void **state)
{
    (void)state;
    struct corm_url url = parsed("postgresql://scott:tiger%2F@localhost:5432/test");
    assert_formats(&url, true, "postgresql://scott:***@localhost:5432/test");
    assert_formats(&url, false, "postgresql://scott:tiger%2F@localhost:5432/test");
    corm_url_release(&url);
}

struct refused {
    const char *text;
    const char *message; /* a part of it */
};

static const struct refused REFUSED[] = {
    { "", "must begin with" },
    { "sqlite", "must begin with" },
    { "sqlite:", "must begin with" },
    { "sqlite:/x", "must begin with" },
    { "hunter2@h/db", "must begin with" },
    { "://h", "dialect of the database URL" },
    { "1db://h", "dialect of the database URL" },
    { "d b://h", "dialect of the database URL" },
    { "db+://h", "driver of the database URL" },
    { "db+x-y://h", "driver of the database URL" },
    { "db://u:hunter2@h:x", "port" },
    { "db://u:hunter2@h:0", "port of the database URL: must be between" },
    { "db://u:hunter2@h:65536", "port of the database URL: must be between" },
    { "db://u:hunter2@h:99999999999999999999", "port of the database URL" },
    { "db://u:hunter2@h:-1", "port" },
    { "db://u:hunter2/x@h", "port" },
    { "db://u:hunter2@@h", "write '@' in them as %40" },
    { "db://u:hunter2%zz@h", "password of the database URL: '%' must" },
    { "db://u:hunter2%4@h", "password of the database URL: '%' must" },
    { "db://u:hunter2%@h", "password of the database URL: '%' must" },
    { "db://u:hunter2%00@h", "password of the database URL: control" },
    { "db://u:hunter2\x01@h", "password of the database URL: control" },
    { "db://u:hunter2%ff@h", "password of the database URL: not valid UTF-8" },
    { "db://u%zz:hunter2@h", "user" },
    { "db://u:hunter2@h1,h2/d", "host" },
    { "db://u:hunter2@[::1/d", "host" },
    { "db://u:hunter2@[::1]x/d", "host" },
    { "db://u:hunter2@[]/d", "host" },
    { "db://u:hunter2@[abc]/d", "host" },
    { "db://u:hunter2@[%25::]/d", "host" },
    { "db://u:hunter2@[:2%48]/d", "host" },
    { "db://u:hunter2@::1/d", "port" },
    { "db://u:hunter2@x%3Ay/d", "host" },
    { "db://u:hunter2@h/d%", "database" },
    { "db://u:hunter2@h/d\x7f", "database" },
    { "db://u:hunter2@h/d?a", "query" },
    { "db://u:hunter2@h/d?=a", "query" },
    { "db://u:hunter2@h/d?a=b&", "query" },
    { "db://u:hunter2@h/d?a=%0a", "query" },
};

static void refuses_and_names_the_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < CORM_LENGTH(REFUSED); i++) {
        struct corm_url url;
        struct corm_error err;
        const char *text = REFUSED[i].text;
        if (corm_url_parse(text, strlen(text), &url, &err) != CORM_E_ARGUMENT) {
            fail_msg("%s was accepted", text);
        }
        if (strstr(err.message, REFUSED[i].message) == NULL) {
            fail_msg("%s: %s", text, err.message);
        }
        assert_null(strstr(err.message, "hunter2"));
    }
}

static void refuses_a_nul_byte(void **state)
{
    (void)state;
    static const char TEXT[] = "db://h\0x/d";
    struct corm_url url;
    struct corm_error err;
    assert_int_equal(corm_url_parse(TEXT, sizeof(TEXT) - 1, &url, &err),
                     CORM_E_ARGUMENT);
}

static double parse_seconds(const char *text, size_t len)
{
    struct corm_url url;
    struct timespec from;
    struct timespec to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_int_equal(corm_url_parse(text, len, &url, NULL), CORM_OK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    corm_url_release(&url);
    return (double)(to.tv_sec - from.tv_sec) +
           (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Put a piece at text[len]; returns the new length. */
static size_t append(char *text, size_t len, const char *piece)
{
    size_t n = strlen(piece);
    memcpy(text + len, piece, n + 1);
    return len + n;
}

/* Ten megabytes of the worst repeated pieces; squared, they would take hours. */
static void takes_linear_time(void **state)
{
    (void)state;
    enum { LEN = 10 * 1000 * 1000 };
    static const char *const PIECES[] = { "a=b&", "%41=+&", "a=&b=" };
    char *text = malloc(LEN + 16);
    assert_non_null(text);
    for (size_t p = 0; p < CORM_LENGTH(PIECES); p++) {
        size_t len = append(text, 0, "db://h/?");
        while (len < LEN) {
            len = append(text, len, PIECES[p]);
        }
        len = append(text, len, "z=z");
        assert_true(parse_seconds(text, len) < 30);
    }
    free(text);
}

static void reads_options_by_type(void **state)
{
    (void)state;
    static const char *const KNOWN[] = { "a", "b", "c", "d", "e", "f", "g" };
    struct corm_url url = parsed("db://?a=Yes&b=off&c=12&d=0.25&e=3&f=-1&g=1.5x");
    struct corm_error err;
    bool is_set = false;
    int64_t n = 7;
    assert_int_equal(corm_url_check_options(&url, KNOWN, 7, &err), CORM_OK);
    assert_int_equal(corm_url_check_options(&url, KNOWN, 6, &err), CORM_E_ARGUMENT);
    assert_string_equal(err.message,
                        "unknown option 'g' in the database URL; known are "
                        "f, e, d, c, b, a");
    assert_int_equal(corm_url_get_bool(&url, "a", &is_set, &err), CORM_OK);
    assert_true(is_set);
    assert_int_equal(corm_url_get_bool(&url, "z", &is_set, &err), CORM_OK);
    assert_true(is_set);
    assert_int_equal(corm_url_get_bool(&url, "b", &is_set, &err), CORM_OK);
    assert_false(is_set);
    assert_int_equal(corm_url_get_bool(&url, "c", &is_set, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_url_get_int(&url, "z", 100, &n, &err), CORM_OK);
    assert_int_equal(n, 7);
    assert_int_equal(corm_url_get_int(&url, "c", 12, &n, &err), CORM_OK);
    assert_int_equal(n, 12);
    assert_int_equal(corm_url_get_int(&url, "c", 11, &n, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_url_get_int(&url, "d", 11, &n, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_url_get_int(&url, "f", 11, &n, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_url_get_seconds(&url, "d", &n, &err), CORM_OK);
    assert_int_equal(n, 250);
    assert_int_equal(corm_url_get_seconds(&url, "e", &n, &err), CORM_OK);
    assert_int_equal(n, 3000);
    assert_int_equal(corm_url_get_seconds(&url, "f", &n, &err), CORM_E_ARGUMENT);
    assert_int_equal(corm_url_get_seconds(&url, "g", &n, &err), CORM_E_ARGUMENT);
    assert_string_equal(err.message,
                        "option 'g' of the database URL must be a number of seconds");
    corm_url_release(&url);
}

static bool parse_and_format(void *state)
{
    (void)state;
    static const char TEXT[] = "db+x://u:p@h:1/d?a=b&c=d";
    struct corm_url url;
    struct corm_error err;
    struct corm_strbuf buf;
    if (corm_url_parse(TEXT, sizeof(TEXT) - 1, &url, &err) != CORM_OK) {
        assert_int_equal(err.rc, CORM_E_NO_MEMORY);
        return false;
    }
    corm_strbuf_init(&buf);
    corm_url_format(&url, true, &buf);
    bool is_done = corm_strbuf_check(&buf, &err) == CORM_OK;
    corm_strbuf_release(&buf);
    corm_url_release(&url);
    return is_done;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(parse_and_format, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_into_parts),
        cmocka_unit_test(reads_back_what_it_formats),
        cmocka_unit_test(keeps_options_in_order),
        cmocka_unit_test(masks_the_password),
        cmocka_unit_test(refuses_and_names_the_part),
        cmocka_unit_test(refuses_a_nul_byte),
        cmocka_unit_test(takes_linear_time),
        cmocka_unit_test(reads_options_by_type),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("engine/url", tests, NULL, NULL);
}
