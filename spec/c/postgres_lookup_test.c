/* SPDX-License-Identifier: MIT */
/* Names of hosts, looked up by a getaddrinfo() of this program that answers when told to. */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for RTLD_NEXT */

#include "dialects/postgres/driver_lookup.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "dialects/postgres/driver.h"
#include "driver_kit.h"

typedef int (*resolve_fn)(const char *, const char *, const struct addrinfo *,
                          struct addrinfo **);

static sem_t gate; /* slow.example is answered when it is posted */
static pthread_t main_thread;
static bool has_stood_still; /* the main thread itself looked a name up */

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    resolve_fn resolve = (resolve_fn)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    bool is_numeric = hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0;
    if (node != NULL && strcmp(node, "none.example") == 0) {
        return EAI_NONAME;
    }
    if (node != NULL && strcmp(node, "slow.example") == 0) {
        sem_wait(&gate);
        node = "127.0.0.1";
    }
    if (!is_numeric && pthread_equal(pthread_self(), main_thread)) {
        has_stood_still = true;
    }
    return resolve(node, service, hints, found);
}

static int prepare(void **state)
{
    (void)state;
    main_thread = pthread_self();
    has_stood_still = false;
    return sem_init(&gate, 0, 0);
}

/* Threads that were given up go on until they are answered. */
static int answer_all(void **state)
{
    (void)state;
    sem_post(&gate);
    while (pg_lookup_count_running() > 0) {
        sched_yield();
    }
    return has_stood_still ? 1 : sem_destroy(&gate);
}

static struct corm_dbc *begin(const char *text)
{
    struct corm_error err;
    struct corm_url url;
    struct corm_dbc *dbc = NULL;
    assert_int_equal(corm_url_parse(text, strlen(text), &url, &err), CORM_OK);
    assert_int_equal(corm_postgres_driver.connect(&url, &dbc, &err), CORM_OK);
    corm_url_release(&url);
    return dbc;
}

static void answers_wait_while_a_name_is_looked_up(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_dbc *dbc = begin("postgresql://u:hunter2@slow.example:1/d");
    enum corm_io io = dbc->ops->connect_step(dbc, &err);
    assert_int_equal(io, CORM_IO_WAIT);
    assert_int_equal(dbc->ops->events(dbc), CORM_POLL_READ);
    struct pollfd fd = { .fd = dbc->ops->pollfd(dbc), .events = POLLIN };
    assert_int_equal(poll(&fd, 1, 0), 0);
    sem_post(&gate);
    while ((io = dbc->ops->connect_step(dbc, &err)) == CORM_IO_WAIT) {
        kit_wait(dbc);
    }
    assert_int_equal(io, CORM_IO_ERROR);
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_non_null(strstr(err.message, "\"127.0.0.1\", port 1"));
    assert_non_null(strstr(err.message, "(looked up: slow.example)"));
    assert_null(strstr(err.message, "hunter2"));
    kit_close(dbc);
}

static void gives_a_lookup_up_at_its_deadline(void **state)
{
    (void)state;
    struct corm_error err;
    assert_null(kit_try_connect(&corm_postgres_driver,
                                "postgresql://u@slow.example/d?connect_timeout=0.02",
                                &err));
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_false(err.is_disconnect);
    assert_string_equal(err.message,
                        "connecting to slow.example took longer than connect_timeout");
}

static void is_closed_while_a_name_is_looked_up(void **state)
{
    (void)state;
    struct corm_error err;
    struct corm_dbc *dbc = begin("postgresql://u@slow.example/d");
    assert_int_equal(dbc->ops->connect_step(dbc, &err), CORM_IO_WAIT);
    kit_close(dbc);
}

static void says_which_name_has_no_address(void **state)
{
    (void)state;
    struct corm_error err;
    assert_null(
        kit_try_connect(&corm_postgres_driver, "postgresql://u@none.example/d", &err));
    assert_int_equal(err.rc, CORM_E_OPERATIONAL);
    assert_non_null(strstr(err.message, "'none.example' has no address"));
}

static void keeps_each_host_s_port(void **state)
{
    (void)state;
    struct corm_error err;
    sem_post(&gate);
    assert_null(kit_try_connect(&corm_postgres_driver,
                                "postgresql://u@/d?host=none.example,slow.example,"
                                "127.0.0.1,/nowhere&port=1,2,3,4",
                                &err));
    assert_null(strstr(err.message, "port 1"));
    assert_non_null(strstr(err.message, "\"127.0.0.1\", port 2"));
    assert_non_null(strstr(err.message, "\"127.0.0.1\", port 3"));
    assert_non_null(strstr(err.message, "/nowhere/.s.PGSQL.4"));
}

static void looks_nothing_up_that_is_no_name(void **state)
{
    (void)state;
    assert_true(pg_lookup_is_needed("localhost"));
    assert_true(pg_lookup_is_needed("127.0.0.1,db.example"));
    assert_false(pg_lookup_is_needed("127.0.0.1"));
    assert_false(pg_lookup_is_needed("::1,/run/postgresql,@abstract,,fe80::1%eth0"));
    struct corm_dbc *dbc = begin("postgresql://u@slow.example:1/d?hostaddr=127.0.0.1");
    assert_int_equal(pg_lookup_count_running(), 0);
    kit_close(dbc);
}

static bool fail_to_connect(void *state)
{
    struct corm_error err;
    (void)state;
    assert_null(
        kit_try_connect(&corm_postgres_driver, "postgresql://u@localhost:1/d", &err));
    return err.rc == CORM_E_OPERATIONAL;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    alloc_sweep(fail_to_connect, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_wait_while_a_name_is_looked_up, prepare,
                                        answer_all),
        cmocka_unit_test_setup_teardown(gives_a_lookup_up_at_its_deadline, prepare,
                                        answer_all),
        cmocka_unit_test_setup_teardown(is_closed_while_a_name_is_looked_up, prepare,
                                        answer_all),
        cmocka_unit_test_setup_teardown(says_which_name_has_no_address, prepare,
                                        answer_all),
        cmocka_unit_test_setup_teardown(keeps_each_host_s_port, prepare, answer_all),
        cmocka_unit_test_setup_teardown(looks_nothing_up_that_is_no_name, prepare,
                                        answer_all),
        cmocka_unit_test_setup_teardown(survives_every_failing_allocation, prepare,
                                        answer_all),
    };
    return cmocka_run_group_tests_name("postgres/lookup", tests, NULL, NULL);
}
