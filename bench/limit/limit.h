/* SPDX-License-Identifier: MIT */
/*
 * What the limit programs share: the list of cases, the clock and the rows' texts.
 *
 * A program is called as `PROGRAM DATABASE CASE REPEAT`. It runs that case REPEAT times
 * and prints a line for each: the case's name, the number of items, the seconds taken.
 * The database already holds what the case needs.
 */
#ifndef CORM_BENCH_LIMIT_H
#define CORM_BENCH_LIMIT_H

#include <stddef.h>

/* The select of the streaming cases: each customer five times. */
#define LIMIT_SELECT_STREAM                                    \
    "SELECT customer.id, customer.name, customer.description " \
    "FROM parent JOIN customer ON parent.id <= 5"

struct limit_case {
    const char *name;
    long n; /* items that one run handles */
    void (*prepare)(void *db); /* before each run, not timed; or NULL */
    void (*run)(void *db, long n); /* the timed part */
    void (*finish)(void); /* after each run, not timed; or NULL */
};

/**
 * Run the case that the command line names and print its lines.
 * lists: NULL-terminated; each list ends with an entry without a name.
 * Returns the exit code of the program. Errors: ends the program when no case matches.
 */
int limit_run(const struct limit_case *const *lists, void *db, char **argv);

/**
 * Print what failed and why to stderr and end the program.
 */
_Noreturn void limit_fail(const char *what, const char *why);

/**
 * Count a value as used, so that the compiler cannot drop the reading of it.
 */
void limit_use(unsigned long long value);

/**
 * Write the name of customer i to text (64 bytes); returns its length.
 */
int limit_name(char *text, long i);

/**
 * Write the description of customer i to text (64 bytes); returns its length.
 */
int limit_description(char *text, long i);

/* The texts of one customer. */
struct limit_row {
    char name[64];
    char description[64];
    int name_len;
    int description_len;
};

/**
 * Write the texts of customer i.
 */
void limit_row_make(struct limit_row *row, long i);

/**
 * Make the texts of customers 0 to n - 1, for cases that do not time it.
 * Ownership: kept until limit_rows_free().
 */
const struct limit_row *limit_rows_make(long n);

/**
 * Free what limit_rows_make() made.
 */
void limit_rows_free(void);

/**
 * The i-th key (from 0) of a fixed walk over 1..11000 that meets no key twice.
 */
static inline int limit_key(long i)
{
    return (int)(i * 7919 % 11000) + 1;
}

#endif
