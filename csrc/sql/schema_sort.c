/* SPDX-License-Identifier: MIT */
/*
 * Tables in the order in which they can be created. Where foreign keys go round in a
 * circle, those within the circle are left to ALTER TABLE and the rest is sorted again.
 */
#include "base/alloc.h"
#include "base/hmap.h"
#include "base/toposort.h"
#include "sql/schema.h"

#include <string.h>

struct sorter {
    struct corm_table **tables;
    uint32_t ntables;
    struct corm_hmap index; /* table's id → 1 + its place in tables */
    struct corm_vec(struct corm_edge) edges;
    uint32_t *order;
};

static enum corm_rc index_tables(struct sorter *s, struct corm_error *err)
{
    for (uint32_t i = 0; i < s->ntables; i++) {
        if (!corm_hmap_put(&s->index, s->tables[i]->node.id,
                           (void *)(uintptr_t)(i + 1))) {
            return corm_fail_memory(err);
        }
    }
    return CORM_OK;
}

/* Place of a table, or ntables if it is not among them. */
static uint32_t index_of(const struct sorter *s, const struct corm_table *table)
{
    void *found = corm_hmap_get(&s->index, table->node.id);
    return found == NULL ? s->ntables : (uint32_t)(uintptr_t)found - 1;
}

/* Place of the table that the constraint refers to, or ntables if it is not among them. */
static uint32_t referred_index(const struct sorter *s,
                               const struct corm_constraint *constraint)
{
    if (constraint->kind != CORM_CONSTRAINT_FOREIGN_KEY ||
        constraint->referred == NULL) {
        return s->ntables;
    }
    return index_of(s, constraint->referred);
}

static enum corm_rc add_edge(struct sorter *s, uint32_t before, uint32_t after,
                             struct corm_error *err)
{
    bool is_edge = before != s->ntables && before != after;
    if (is_edge && !corm_vec_push(&s->edges, ((struct corm_edge){ before, after }))) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

static enum corm_rc collect_edges(struct sorter *s, struct corm_error *err)
{
    s->edges.count = 0;
    for (uint32_t i = 0; i < s->ntables; i++) {
        corm_vec_foreach (&s->tables[i]->constraints, it) {
            uint32_t before = (*it)->use_alter ? s->ntables : referred_index(s, *it);
            enum corm_rc rc = add_edge(s, before, i, err);
            if (rc != CORM_OK) {
                return rc;
            }
        }
        corm_vec_foreach (&s->tables[i]->needed, it) {
            enum corm_rc rc = add_edge(s, index_of(s, *it), i, err);
            if (rc != CORM_OK) {
                return rc;
            }
        }
    }
    return CORM_OK;
}

/* Mark the foreign keys between tables of one circle. */
static enum corm_rc break_cycles(struct sorter *s, struct corm_error *err)
{
    uint32_t ngroups;
    enum corm_rc rc = corm_toposort_cycles(s->ntables, s->edges.items, s->edges.count,
                                           s->order, &ngroups, err);
    if (rc != CORM_OK) {
        return rc;
    }
    for (uint32_t i = 0; i < s->ntables; i++) {
        corm_vec_foreach (&s->tables[i]->constraints, it) {
            uint32_t to = referred_index(s, *it);
            if (to != s->ntables && to != i && s->order[i] != 0 &&
                s->order[i] == s->order[to]) {
                (*it)->use_alter = true;
            }
        }
    }
    return CORM_OK;
}

static enum corm_rc sort_indexes(struct sorter *s, struct corm_error *err)
{
    enum corm_rc rc = collect_edges(s, err);
    if (rc == CORM_OK) {
        rc = corm_toposort(s->ntables, s->edges.items, s->edges.count, s->order, err);
    }
    if (rc != CORM_E_CIRCULAR) {
        return rc;
    }
    rc = break_cycles(s, err);
    if (rc == CORM_OK) {
        rc = collect_edges(s, err);
    }
    if (rc == CORM_OK) {
        rc = corm_toposort(s->ntables, s->edges.items, s->edges.count, s->order, err);
    }
    return rc;
}

static enum corm_rc apply_order(struct sorter *s, struct corm_error *err)
{
    struct corm_table **sorted =
        corm_alloc_zero(s->ntables, sizeof(struct corm_table *));
    if (sorted == NULL) {
        return corm_fail_memory(err);
    }
    for (uint32_t i = 0; i < s->ntables; i++) {
        sorted[i] = s->tables[s->order[i]];
    }
    memcpy(s->tables, sorted, s->ntables * sizeof(struct corm_table *));
    corm_free(sorted);
    return CORM_OK;
}

enum corm_rc corm_tables_sort(struct corm_table **tables, size_t ntables,
                              struct corm_error *err)
{
    struct sorter s = { .tables = tables, .ntables = (uint32_t)ntables };
    enum corm_rc rc = CORM_E_NO_MEMORY;
    s.order = corm_alloc_zero(ntables, sizeof(*s.order));
    if (s.order == NULL) {
        corm_fail_memory(err);
        goto out;
    }
    rc = index_tables(&s, err);
    if (rc == CORM_OK) {
        rc = sort_indexes(&s, err);
    }
    if (rc == CORM_OK && ntables > 0) {
        rc = apply_order(&s, err);
    }
out:
    corm_hmap_release(&s.index);
    corm_vec_release(&s.edges);
    corm_free(s.order);
    return rc;
}
