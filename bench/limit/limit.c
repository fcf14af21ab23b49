/* SPDX-License-Identifier: MIT */
#include "limit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_once(const struct limit_case *c, void *db)
{
    double start, seconds;

    if (c->prepare) {
        c->prepare(db);
    }
    start = now();
    c->run(db, c->n);
    seconds = now() - start;
    if (c->finish) {
        c->finish();
    }
    printf("%s %ld %.7f\n", c->name, c->n, seconds);
}

static const struct limit_case *find(const struct limit_case *const *lists,
                                     const char *name)
{
    for (; *lists; lists++) {
        for (const struct limit_case *c = *lists; c->name; c++) {
            if (strcmp(c->name, name) == 0) {
                return c;
            }
        }
    }
    limit_fail(name, "no such case");
}

int limit_run(const struct limit_case *const *lists, void *db, char **argv)
{
    const struct limit_case *c = find(lists, argv[2]);
    long repeat = strtol(argv[3], NULL, 10);

    while (repeat-- > 0) {
        run_once(c, db);
    }
    return 0;
}

_Noreturn void limit_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void limit_use(unsigned long long value)
{
    static volatile unsigned long long sink;

    sink += value;
}

static struct limit_row *rows;

int limit_name(char *text, long i)
{
    return snprintf(text, 64, "customer name %ld", i);
}

int limit_description(char *text, long i)
{
    return snprintf(text, 64, "customer description %ld", i);
}

void limit_row_make(struct limit_row *row, long i)
{
    row->name_len = limit_name(row->name, i);
    row->description_len = limit_description(row->description, i);
}

const struct limit_row *limit_rows_make(long n)
{
    rows = malloc((size_t)n * sizeof *rows);
    if (!rows) {
        limit_fail("rows", "not enough memory");
    }
    for (long i = 0; i < n; i++) {
        limit_row_make(&rows[i], i);
    }
    return rows;
}

void limit_rows_free(void)
{
    free(rows);
    rows = NULL;
}
