/* SPDX-License-Identifier: MIT */
/*
 * Levels: everything whose dependencies lie in earlier levels. Within one, deletes come
 * first and saves last, by name of the class, so that the order of statements depends on
 * nothing but the objects, and pieces of one kind stand together.
 */
#include <stdlib.h>
#include <string.h>

#include "orm/unit_int.h"

/* Edges sorted by their first node: those of node n are [starts[n], starts[n + 1]). */
struct adjacency {
    uint32_t *starts;
    uint32_t *after;
    uint32_t *waiting; /* number of nodes that a node still waits for */
};

static bool adjacency_alloc(struct corm_unit *unit, struct adjacency *adjacency)
{
    size_t n = unit->nodes.count;

    adjacency->starts = corm_arena_zero(&unit->arena, n + 2, sizeof(uint32_t));
    adjacency->after =
        corm_arena_zero(&unit->arena, unit->edges.count + 1, sizeof(uint32_t));
    adjacency->waiting = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    return adjacency->starts != NULL && adjacency->after != NULL &&
           adjacency->waiting != NULL;
}

/* Counting sort: while it fills, starts[n + 1] is where the next edge of node n goes. */
static void adjacency_fill(const struct corm_unit *unit, struct adjacency *adjacency)
{
    size_t n = unit->nodes.count;

    corm_vec_foreach (&unit->edges, edge) {
        adjacency->starts[edge->before + 2]++;
        adjacency->waiting[edge->after]++;
    }
    for (size_t i = 2; i <= n; i++) {
        adjacency->starts[i] += adjacency->starts[i - 1];
    }
    corm_vec_foreach (&unit->edges, edge) {
        adjacency->after[adjacency->starts[edge->before + 1]++] = edge->after;
    }
}

/* ---- order within a level ---- */

struct ranked {
    const char *name;
    const char *key; /* of a tie; "" of a group */
    uint32_t at;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    int order = strcmp(x->name, y->name);

    if (order == 0) {
        order = strcmp(x->key, y->key);
    }
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Places of groups and ties in the order of their names. */
struct ranks {
    uint32_t *groups;
    uint32_t *ties;
};

static void ranks_sort(struct ranked *ranked, size_t count, uint32_t *ranks)
{
    if (count > 1) {
        qsort(ranked, count, sizeof *ranked, compare_ranked);
    }
    for (uint32_t i = 0; i < count; i++) {
        ranks[ranked[i].at] = i;
    }
}

static bool ranks_make(struct corm_unit *unit, struct ranks *ranks)
{
    size_t max = unit->groups.count + unit->ties.count + 1;
    struct ranked *ranked = corm_arena_zero(&unit->arena, max, sizeof *ranked);

    ranks->groups = corm_arena_zero(&unit->arena, max, sizeof(uint32_t));
    ranks->ties = corm_arena_zero(&unit->arena, max, sizeof(uint32_t));
    if (ranked == NULL || ranks->groups == NULL || ranks->ties == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < unit->groups.count; i++) {
        ranked[i] = (struct ranked){ unit->groups.items[i].base->name, "", i };
    }
    ranks_sort(ranked, unit->groups.count, ranks->groups);
    for (uint32_t i = 0; i < unit->ties.count; i++) {
        const struct corm_relationship *it = unit->ties.items[i].relationship;
        ranked[i] =
            (struct ranked){ it->parent->name,
                             it->parent->attributes.items[it->attribute].key, i };
    }
    ranks_sort(ranked, unit->ties.count, ranks->ties);
    return true;
}

struct placed {
    uint64_t place;
    uint32_t node;
};

static struct placed place_of(const struct corm_unit *unit, const struct ranks *ranks,
                              uint32_t at)
{
    const struct unit_node *node = &unit->nodes.items[at];
    bool is_tie = node->type == UNIT_SYNC || node->type == UNIT_UNSYNC;
    uint32_t rank = 0;

    if (node->type != UNIT_GATE) {
        rank = is_tie ? ranks->ties[node->of] : ranks->groups[node->of];
    }
    return (struct placed){ (uint64_t)node->type << 32 | rank, at };
}

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a;
    const struct placed *y = b;

    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    return (x->node > y->node) - (x->node < y->node);
}

static void level_sort(struct corm_unit *unit, const struct ranks *ranks, uint32_t from,
                       uint32_t to, struct placed *placed)
{
    for (uint32_t i = from; i < to; i++) {
        placed[i - from] = place_of(unit, ranks, unit->order[i]);
    }
    if (to - from > 1) {
        qsort(placed, to - from, sizeof *placed, compare_placed);
    }
    for (uint32_t i = from; i < to; i++) {
        unit->order[i] = placed[i - from].node;
    }
}

/* ---- levels ---- */

static uint32_t level_first(struct corm_unit *unit, const struct adjacency *adjacency)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        if (adjacency->waiting[i] == 0) {
            unit->order[count++] = i;
        }
    }
    return count;
}

/* Append to the order what waits for the nodes [from, to) of it only. */
static uint32_t level_next(struct corm_unit *unit, const struct adjacency *adjacency,
                           uint32_t from, uint32_t to)
{
    uint32_t count = to;

    for (uint32_t i = from; i < to; i++) {
        uint32_t node = unit->order[i];
        for (uint32_t e = adjacency->starts[node]; e < adjacency->starts[node + 1];
             e++) {
            if (--adjacency->waiting[adjacency->after[e]] == 0) {
                unit->order[count++] = adjacency->after[e];
            }
        }
    }
    return count;
}

static enum corm_rc level_fail_circular(const struct corm_unit *unit,
                                        const struct adjacency *adjacency,
                                        struct corm_error *err)
{
    char name[80];

    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        const struct unit_node *node = &unit->nodes.items[i];
        if (adjacency->waiting[i] == 0 || node->state == UNIT_NONE) {
            continue;
        }
        corm_instance_describe(unit->states.items[node->state].instance, name,
                               sizeof name);
        return corm_fail(err, CORM_E_CIRCULAR,
                         "circular dependency: %s depends on itself; a relationship "
                         "with post_update breaks the circle",
                         name);
    }
    return corm_fail(err, CORM_E_CIRCULAR,
                     "circular dependency between mapped classes");
}

enum corm_rc unit_level(struct corm_unit *unit, struct corm_error *err)
{
    size_t n = unit->nodes.count;
    struct adjacency adjacency;
    struct ranks ranks;
    struct placed *placed = corm_arena_alloc(&unit->arena, (n + 1) * sizeof *placed);
    uint32_t nlevels = 0;
    uint32_t from = 0;
    uint32_t to;

    unit->order = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    unit->level_ends = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    if (placed == NULL || unit->order == NULL || unit->level_ends == NULL ||
        !ranks_make(unit, &ranks) || !adjacency_alloc(unit, &adjacency)) {
        return corm_fail_memory(err);
    }
    adjacency_fill(unit, &adjacency);
    for (to = level_first(unit, &adjacency); to > from; nlevels++) {
        uint32_t next;
        level_sort(unit, &ranks, from, to, placed);
        next = level_next(unit, &adjacency, from, to);
        unit->level_ends[nlevels] = to;
        from = to;
        to = next;
    }
    unit->nlevels = nlevels;
    return from == n ? CORM_OK : level_fail_circular(unit, &adjacency, err);
}
