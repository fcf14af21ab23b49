/* SPDX-License-Identifier: MIT */
/*
 * Rows that came back from one INSERT of many, in the order of its parameter sets. That is
 * how they come as a rule, so they are looked at first and moved only if they have to be.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "base/hmap.h"
#include "engine/execution.h"

struct order {
    struct corm_execution *execution;
    const struct corm_sentinel *sentinel;
    struct corm_arena *arena;
    struct corm_error *err;
    uint32_t nsets;
    uint32_t nrows;
    struct corm_ahead **rows; /* in the order in which they will be handed out */
};

static const struct corm_value *row_cell(const struct order *o,
                                         const struct corm_ahead *row, uint32_t column)
{
    uint32_t first = o->sentinel->nhidden > 0 ? o->execution->ncols : 0;
    return &row->cells[first + o->sentinel->columns[column].cell];
}

/* Hand the rows out as o->rows has them. */
static void relink(struct order *o)
{
    struct corm_ahead **end = &o->execution->ahead;
    for (uint32_t i = 0; i < o->nrows; i++) {
        *end = o->rows[i];
        end = &o->rows[i]->next;
    }
    *end = NULL;
}

static enum corm_rc make_rows(struct order *o, uint32_t count)
{
    o->rows = corm_arena_zero(o->arena, count, sizeof *o->rows);
    return o->rows == NULL ? corm_fail_memory(o->err) : CORM_OK;
}

/* ---- numbered by the database ---- */

struct numbered {
    int64_t number;
    struct corm_ahead *row;
};

static enum corm_rc row_number(const struct order *o, const struct corm_ahead *row,
                               int64_t *number)
{
    const struct corm_value *cell = row_cell(o, row, 0);
    struct corm_value decoded;
    if (CORM_LIKELY(cell->tag == CORM_TAG_INT)) {
        *number = cell->as.i;
        return CORM_OK;
    }
    enum corm_rc rc =
        corm_type_decode(&corm_type_bigint, cell, o->arena, &decoded, o->err);
    *number = rc == CORM_OK ? decoded.as.i : 0;
    return rc;
}

/* Count the rows; *is_sorted: each has a greater number than the one before. */
static enum corm_rc look_at_numbers(struct order *o, bool *is_sorted)
{
    int64_t last = INT64_MIN;
    *is_sorted = true;
    for (struct corm_ahead *row = o->execution->ahead; row != NULL; row = row->next) {
        int64_t number;
        enum corm_rc rc = row_number(o, row, &number);
        if (rc != CORM_OK) {
            return rc;
        }
        *is_sorted &= number > last;
        last = number;
        o->nrows++;
    }
    return CORM_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    const struct numbered *x = a;
    const struct numbered *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static enum corm_rc sort_by_number(struct order *o)
{
    struct numbered *list = corm_arena_zero(o->arena, o->nrows, sizeof *list);
    uint32_t n = 0;
    enum corm_rc rc = list == NULL ? corm_fail_memory(o->err) : make_rows(o, o->nrows);
    for (struct corm_ahead *row = o->execution->ahead; rc == CORM_OK && row != NULL;
         row = row->next) {
        list[n].row = row;
        rc = row_number(o, row, &list[n++].number);
    }
    if (rc != CORM_OK) {
        return rc;
    }
    qsort(list, n, sizeof *list, compare_numbers);
    for (uint32_t i = 0; i < n; i++) {
        o->rows[i] = list[i].row;
    }
    relink(o);
    return CORM_OK;
}

static enum corm_rc order_numbered(struct order *o)
{
    bool is_sorted;
    enum corm_rc rc = look_at_numbers(o, &is_sorted);
    return rc == CORM_OK && !is_sorted ? sort_by_number(o) : rc;
}

/* ---- matched with what was sent ---- */

/* A value in the form in which sent and returned ones are equal. */
static enum corm_rc settle(const struct order *o, uint32_t column,
                           const struct corm_value *value, struct corm_value *out)
{
    const struct corm_sentinel_column *of = &o->sentinel->columns[column];
    enum corm_rc rc = corm_type_decode(of->type, value, o->arena, out, o->err);
    while (rc == CORM_OK && of->is_padded && out->tag == CORM_TAG_TEXT &&
           out->len > 0 && out->as.s[out->len - 1] == ' ') {
        out->len--;
    }
    return rc;
}

static const struct corm_value *sent_value(const struct order *o, uint32_t set,
                                           uint32_t column)
{
    uint32_t set_idx = o->execution->first_set + set;
    const struct corm_value *values = corm_execution_values(o->execution, set_idx);
    return &values[o->sentinel->columns[column].slot];
}

static enum corm_rc is_of_set(const struct order *o, const struct corm_ahead *row,
                              uint32_t set, bool *is_same)
{
    *is_same = true;
    for (uint32_t i = 0; i < o->sentinel->ncolumns && *is_same; i++) {
        const struct corm_value *cell = row_cell(o, row, i);
        const struct corm_value *sent = sent_value(o, set, i);
        struct corm_value a;
        struct corm_value b;
        if (CORM_LIKELY(corm_value_equal(cell, sent))) {
            continue;
        }
        enum corm_rc rc = settle(o, i, cell, &a);
        if (rc == CORM_OK) {
            rc = settle(o, i, sent, &b);
        }
        if (rc != CORM_OK) {
            return rc;
        }
        *is_same = corm_value_equal(&a, &b);
    }
    return CORM_OK;
}

/* Count the rows; *is_sorted: each is of the set at its place. */
static enum corm_rc look_at_values(struct order *o, bool *is_sorted)
{
    *is_sorted = true;
    for (struct corm_ahead *row = o->execution->ahead; row != NULL; row = row->next) {
        if (*is_sorted && o->nrows < o->nsets) {
            enum corm_rc rc = is_of_set(o, row, o->nrows, is_sorted);
            if (rc != CORM_OK) {
                return rc;
            }
        }
        o->nrows++;
    }
    *is_sorted &= o->nrows == o->nsets;
    return CORM_OK;
}

/* Hash of a row's columns, or of the values that a set sent for them (row NULL). */
static enum corm_rc hash_values(const struct order *o, const struct corm_ahead *row,
                                uint32_t set, uint64_t *hash)
{
    *hash = corm_hash_seed();
    for (uint32_t i = 0; i < o->sentinel->ncolumns; i++) {
        struct corm_value value;
        enum corm_rc rc = settle(
            o, i, row == NULL ? sent_value(o, set, i) : row_cell(o, row, i), &value);
        if (rc != CORM_OK) {
            return rc;
        }
        *hash = corm_hash_mix(*hash, corm_value_hash(&value));
    }
    return CORM_OK;
}

/* What is looked for in the map of rows; taken rows are not found again. */
struct wanted {
    const struct order *o;
    uint32_t set;
};

static bool row_is_wanted(const void *item, const void *key)
{
    const struct wanted *wanted = key;
    bool is_same = false;
    return is_of_set(wanted->o, item, wanted->set, &is_same) == CORM_OK && is_same;
}

static enum corm_rc map_rows(const struct order *o, struct corm_hmap *map)
{
    for (struct corm_ahead *row = o->execution->ahead; row != NULL; row = row->next) {
        uint64_t hash;
        enum corm_rc rc = hash_values(o, row, 0, &hash);
        if (rc == CORM_OK && !corm_hmap_add(map, hash, row)) {
            rc = corm_fail_memory(o->err);
        }
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

/* Each set takes its row out of the map. */
static enum corm_rc take_rows(struct order *o, struct corm_hmap *map)
{
    for (uint32_t set = 0; set < o->nsets; set++) {
        struct wanted wanted = { .o = o, .set = set };
        uint64_t hash;
        enum corm_rc rc = hash_values(o, NULL, set, &hash);
        if (rc != CORM_OK) {
            return rc;
        }
        o->rows[set] = corm_hmap_find(map, hash, row_is_wanted, &wanted);
        if (o->rows[set] == NULL) {
            return corm_fail(
                o->err, CORM_E_INVALID_REQUEST,
                "no row came back with the values by which that of parameter set %u "
                "would be known: the column by which rows are told apart has to be "
                "unique and must not be changed on its way",
                (unsigned)(o->execution->first_set + set) + 1);
        }
        corm_hmap_drop(map, hash, o->rows[set]);
    }
    return CORM_OK;
}

static enum corm_rc match_rows(struct order *o)
{
    struct corm_hmap map = { 0 };
    if (o->nrows != o->nsets) {
        return corm_fail(o->err, CORM_E_INVALID_REQUEST,
                         "%u rows came back from an INSERT of %u, which could be told "
                         "apart only by the values sent",
                         (unsigned)o->nrows, (unsigned)o->nsets);
    }
    enum corm_rc rc = make_rows(o, o->nsets);
    if (rc == CORM_OK) {
        rc = map_rows(o, &map);
    }
    if (rc == CORM_OK) {
        rc = take_rows(o, &map);
    }
    corm_hmap_release(&map);
    if (rc == CORM_OK) {
        relink(o);
    }
    return rc;
}

static enum corm_rc order_matched(struct order *o)
{
    bool is_sorted;
    enum corm_rc rc = look_at_values(o, &is_sorted);
    return rc == CORM_OK && !is_sorted ? match_rows(o) : rc;
}

enum corm_rc corm_execution_order(struct corm_execution *execution,
                                  struct corm_error *err)
{
    struct order o = {
        .execution = execution,
        .sentinel = &execution->compiled->sentinel,
        .arena = &execution->work->arena,
        .err = err,
        .nsets = execution->next_set - execution->first_set,
    };
    return o.sentinel->kind == CORM_SENTINEL_NUMBERED ? order_numbered(&o)
                                                      : order_matched(&o);
}
