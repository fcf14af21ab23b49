/* SPDX-License-Identifier: MIT */
/*
 * What libpq is shown for the environment: that of the process without PG…, which it would
 * take settings from. Any thread may use this.
 */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_ENVIRON_H
#define CORM_DIALECTS_POSTGRES_DRIVER_ENVIRON_H

struct pg_environ;

/** The process's environment without PG…; NULL when memory is short. */
struct pg_environ *pg_environ_new(void);

/**
 * Show libpq this environment until pg_environ_leave(), which is given what is returned
 * here. Between the two no other thread gets further than here: call libpq once, and do not
 * wait.
 */
char **pg_environ_enter(struct pg_environ *clean);
/** Let libpq see the process's own environment again. */
void pg_environ_leave(char **saved);
/** Give it back; NULL is fine. It is freed when no thread can be reading it any more. */
void pg_environ_release(struct pg_environ *clean);

#endif
