/* SPDX-License-Identifier: MIT */
/*
 * What libpq or the C library can only do by waiting goes into a thread of its own. Such a
 * thread shares nothing with us but what it is given.
 *
 * A thread must not outlive the code it runs. Before the first one the library or program
 * that this function is part of is pinned, so that dlclose() leaves it mapped.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for dladdr(), RTLD_NOLOAD */

#include "dialects/postgres/driver_int.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static void pin_this_library(void)
{
    static atomic_bool is_pinned;
    Dl_info info;
    if (!atomic_exchange(&is_pinned, true) &&
        dladdr(&corm_postgres_driver, &info) != 0) {
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

bool pg_thread_start(void *(*run)(void *), void *arg)
{
    sigset_t all;
    sigset_t old;
    pthread_t thread;
    pin_this_library();
    sigfillset(&all); /* signals are for the host's threads */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool is_started = pthread_create(&thread, NULL, run, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (is_started) {
        pthread_detach(thread);
    }
    return is_started;
}
