/* SPDX-License-Identifier: MIT */
/*
 * What depends on what. Work is planned per inheritance tree and per relationship:
 *
 *     one to many     SAVE parent → SYNC → SAVE target, DELETE target → DELETE parent
 *     many to one     SAVE target → SYNC → SAVE parent, DELETE parent → DELETE target
 *     many to many    SAVE both → SYNC → DELETE both;  UNSYNC → everything
 *     post_update     SAVE both → SYNC → LATER;  UNSYNC → CLEAR → DELETE both
 *
 * Trees that depend on themselves in a circle are expanded into one piece per object, see
 * unit_expand.c.
 */
#include "orm/unit_int.h"

/* ---- nodes and edges ---- */

bool unit_add_node(struct corm_unit *unit, enum unit_node_type type, uint32_t of,
                   uint32_t state, uint32_t *out)
{
    *out = (uint32_t)unit->nodes.count;
    return corm_vec_push(
        &unit->nodes,
        ((struct unit_node){ .type = type, .of = of, .state = state, .leave = *out }));
}

bool unit_add_edge(struct corm_unit *unit, uint32_t before, uint32_t after)
{
    if (before == UNIT_NONE || after == UNIT_NONE) {
        return true;
    }
    return corm_vec_push(
        &unit->edges, ((struct corm_edge){ unit->nodes.items[before].leave, after }));
}

static const enum unit_node_type group_nodes[] = { UNIT_SAVE, UNIT_DELETE, UNIT_CLEAR,
                                                   UNIT_LATER };

uint32_t unit_group_node(uint32_t group, enum unit_node_type type)
{
    uint32_t at = 0;

    while (group_nodes[at] != type) {
        at++;
    }
    return group == UNIT_NONE ? UNIT_NONE
                              : group * (uint32_t)CORM_LENGTH(group_nodes) + at;
}

static bool graph_add_nodes(struct corm_unit *unit)
{
    uint32_t unused;

    for (uint32_t g = 0; g < unit->groups.count; g++) {
        for (size_t i = 0; i < CORM_LENGTH(group_nodes); i++) {
            if (!unit_add_node(unit, group_nodes[i], g, UNIT_NONE, &unused)) {
                return false;
            }
        }
    }
    for (uint32_t t = 0; t < unit->ties.count; t++) {
        struct unit_tie *tie = &unit->ties.items[t];
        if (!unit_add_node(unit, UNIT_SYNC, t, UNIT_NONE, &tie->sync) ||
            !unit_add_node(unit, UNIT_UNSYNC, t, UNIT_NONE, &tie->unsync)) {
            return false;
        }
    }
    return true;
}

/* ---- edges of one relationship ---- */

/* The pieces of work around a relationship, by their place in the graph. */
struct around {
    uint32_t save_parent, delete_parent;
    uint32_t save_target, delete_target;
    uint32_t sync, unsync;
    uint32_t later, clear; /* of the side that has the foreign key */
};

static bool edges_one_to_many(struct corm_unit *unit, const struct around *at)
{
    return unit_add_edge(unit, at->save_parent, at->sync) &&
           unit_add_edge(unit, at->sync, at->save_target) &&
           unit_add_edge(unit, at->sync, at->delete_target) &&
           unit_add_edge(unit, at->save_target, at->delete_parent) &&
           unit_add_edge(unit, at->delete_target, at->delete_parent) &&
           unit_add_edge(unit, at->unsync, at->save_target) &&
           unit_add_edge(unit, at->unsync, at->delete_target);
}

static bool edges_many_to_one(struct corm_unit *unit, const struct around *at)
{
    return unit_add_edge(unit, at->save_target, at->sync) &&
           unit_add_edge(unit, at->sync, at->save_parent) &&
           unit_add_edge(unit, at->save_parent, at->delete_target) &&
           unit_add_edge(unit, at->delete_parent, at->delete_target);
}

/* UNSYNC before saves too: a new row may take over a deleted one's key. */
static bool edges_many_to_many(struct corm_unit *unit, const struct around *at)
{
    return unit_add_edge(unit, at->save_parent, at->sync) &&
           unit_add_edge(unit, at->save_target, at->sync) &&
           unit_add_edge(unit, at->sync, at->delete_parent) &&
           unit_add_edge(unit, at->sync, at->delete_target) &&
           unit_add_edge(unit, at->unsync, at->save_parent) &&
           unit_add_edge(unit, at->unsync, at->save_target) &&
           unit_add_edge(unit, at->unsync, at->delete_parent) &&
           unit_add_edge(unit, at->unsync, at->delete_target);
}

/* Rows are written without the key, which follows when both are there. */
static bool edges_post_update(struct corm_unit *unit, const struct around *at)
{
    return unit_add_edge(unit, at->save_parent, at->sync) &&
           unit_add_edge(unit, at->save_target, at->sync) &&
           unit_add_edge(unit, at->sync, at->later) &&
           unit_add_edge(unit, at->sync, at->clear) &&
           unit_add_edge(unit, at->unsync, at->clear) &&
           unit_add_edge(unit, at->later, at->delete_parent) &&
           unit_add_edge(unit, at->later, at->delete_target) &&
           unit_add_edge(unit, at->clear, at->delete_parent) &&
           unit_add_edge(unit, at->clear, at->delete_target);
}

static bool graph_add_tie(struct corm_unit *unit, const struct unit_tie *tie)
{
    const struct corm_relationship *relationship = tie->relationship;
    uint32_t parent = unit_group_find(unit, relationship->parent->base);
    uint32_t target = unit_group_find(unit, relationship->target->base);
    uint32_t keyed = relationship->direction == CORM_ONE_TO_MANY ? target : parent;
    struct around at = {
        .save_parent = unit_group_node(parent, UNIT_SAVE),
        .delete_parent = unit_group_node(parent, UNIT_DELETE),
        .save_target = unit_group_node(target, UNIT_SAVE),
        .delete_target = unit_group_node(target, UNIT_DELETE),
        .sync = tie->sync,
        .unsync = tie->unsync,
        .later = unit_group_node(keyed, UNIT_LATER),
        .clear = unit_group_node(keyed, UNIT_CLEAR),
    };

    if (relationship->post_update) {
        return edges_post_update(unit, &at);
    }
    switch ((enum corm_direction)relationship->direction) {
    case CORM_ONE_TO_MANY:
        return edges_one_to_many(unit, &at);
    case CORM_MANY_TO_ONE:
        return edges_many_to_one(unit, &at);
    default:
        return edges_many_to_many(unit, &at);
    }
}

/* A class that refers to itself is in order anyway unless some object is related. */
static bool tie_matters(const struct unit_tie *tie)
{
    return tie->is_used ||
           tie->relationship->parent->base != tie->relationship->target->base;
}

bool unit_add_edges(struct corm_unit *unit)
{
    for (uint32_t g = 0; g < unit->groups.count; g++) {
        if (!unit_add_edge(unit, unit_group_node(g, UNIT_SAVE),
                           unit_group_node(g, UNIT_DELETE))) {
            return false;
        }
    }
    corm_vec_foreach (&unit->ties, tie) {
        if (!tie->is_expanded && tie_matters(tie) && !graph_add_tie(unit, tie)) {
            return false;
        }
    }
    corm_vec_foreach (&unit->table_edges, edge) {
        if (!unit_add_edge(unit, edge->before, edge->after)) {
            return false;
        }
    }
    return true;
}

/* ---- circles ---- */

/* SAVE and DELETE of a tree are expanded together, and with them its relationships. */
static bool graph_mark_expanded(struct corm_unit *unit, const uint32_t *cycles)
{
    bool any = false;

    for (uint32_t g = 0; g < unit->groups.count; g++) {
        unit->groups.items[g].is_expanded =
            cycles[unit_group_node(g, UNIT_SAVE)] != 0 ||
            cycles[unit_group_node(g, UNIT_DELETE)] != 0;
        any = any || unit->groups.items[g].is_expanded;
    }
    corm_vec_foreach (&unit->ties, tie) {
        uint32_t parent = unit_group_find(unit, tie->relationship->parent->base);
        tie->is_expanded =
            unit->groups.items[parent].is_expanded && !tie->relationship->post_update;
    }
    return any;
}

static enum corm_rc graph_break_circles(struct corm_unit *unit, struct corm_error *err)
{
    uint32_t nnodes = (uint32_t)unit->nodes.count;
    uint32_t *cycles = corm_arena_alloc(&unit->arena, (nnodes + 1) * sizeof *cycles);
    uint32_t ncycles;
    enum corm_rc rc;

    if (cycles == NULL) {
        return corm_fail_memory(err);
    }
    rc = corm_toposort_cycles(nnodes, unit->edges.items, unit->edges.count, cycles,
                              &ncycles, err);
    if (rc != CORM_OK || ncycles == 0 || !graph_mark_expanded(unit, cycles)) {
        return rc;
    }
    return unit_expand(unit, err);
}

enum corm_rc unit_sort(struct corm_unit *unit, struct corm_error *err)
{
    enum corm_rc rc;

    if (!graph_add_nodes(unit) || !unit_add_edges(unit) ||
        !unit_find_table_edges(unit)) {
        return corm_fail_memory(err);
    }
    rc = graph_break_circles(unit, err);
    return rc == CORM_OK ? unit_level(unit, err) : rc;
}
