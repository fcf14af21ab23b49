/* SPDX-License-Identifier: MIT */
/*
 * The dependency graph and its levels. Work is planned per inheritance tree first (SAVE
 * all of them, SYNC a relationship, DELETE all); pieces that depend on themselves in a
 * circle are then replaced by one piece per object, with edges between the objects that
 * really are related. A level is everything whose dependencies lie in earlier levels.
 */
#include "orm/unit_int.h"

/* ---- the graph per mapper ---- */

static bool graph_add_node(struct corm_unit *unit, const struct unit_node *node)
{
    return corm_vec_push(&unit->nodes, *node);
}

static bool graph_add_edge(struct corm_unit *unit, uint32_t before, uint32_t after)
{
    return before == after ||
           corm_vec_push(&unit->edges, ((struct unit_edge){ before, after }));
}

static bool relationship_is_known(const struct corm_unit *unit,
                                  const struct corm_relationship *relationship)
{
    corm_vec_foreach (&unit->relationships, it) {
        if (*it == relationship) {
            return true;
        }
    }
    return false;
}

/* States of one mapper mostly follow each other: only a change of mapper is looked at. */
static bool graph_find_relationships(struct corm_unit *unit)
{
    const struct corm_mapper *last = NULL;

    corm_vec_foreach (&unit->states, state) {
        const struct corm_mapper *mapper = state->instance->mapper;
        if (mapper == last) {
            continue;
        }
        last = mapper;
        corm_vec_foreach (&mapper->relationships, it) {
            if (!(*it)->viewonly && !relationship_is_known(unit, *it) &&
                !corm_vec_push(&unit->relationships, *it)) {
                return false;
            }
        }
    }
    return true;
}

static void graph_count_states(struct corm_unit *unit)
{
    corm_vec_foreach (&unit->states, state) {
        struct unit_group *group = &unit->groups.items[state->group];
        if (state->is_delete) {
            group->ndeletes++;
        } else {
            group->nsaves++;
        }
    }
}

/* Nodes 2g and 2g + 1 are SAVE and DELETE of group g; then come SYNC and UNSYNC. */
static bool graph_add_group_nodes(struct corm_unit *unit)
{
    for (uint32_t g = 0; g < unit->groups.count; g++) {
        struct unit_node save = { .type = UNIT_SAVE, .group = g, .state = UNIT_ALL };
        struct unit_node delete = { .type = UNIT_DELETE,
                                    .group = g,
                                    .state = UNIT_ALL };
        if (!graph_add_node(unit, &save) || !graph_add_node(unit, &delete) ||
            !graph_add_edge(unit, 2 * g, 2 * g + 1)) {
            return false;
        }
    }
    return true;
}

static uint32_t group_of(const struct corm_unit *unit, const struct corm_mapper *mapper)
{
    for (uint32_t i = 0; i < unit->groups.count; i++) {
        if (unit->groups.items[i].base == mapper->base) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* The pieces of work around one relationship, by their place in the graph. */
struct around {
    uint32_t save_parent, delete_parent, save_target, delete_target, sync, unsync;
};

static bool edges_one_to_many(struct corm_unit *unit, const struct around *at)
{
    return graph_add_edge(unit, at->save_parent, at->sync) &&
           graph_add_edge(unit, at->sync, at->save_target) &&
           graph_add_edge(unit, at->sync, at->delete_target) &&
           graph_add_edge(unit, at->save_target, at->delete_parent) &&
           graph_add_edge(unit, at->delete_target, at->delete_parent) &&
           graph_add_edge(unit, at->unsync, at->save_target) &&
           graph_add_edge(unit, at->unsync, at->delete_target);
}

static bool edges_many_to_one(struct corm_unit *unit, const struct around *at)
{
    return graph_add_edge(unit, at->save_target, at->sync) &&
           graph_add_edge(unit, at->sync, at->save_parent) &&
           graph_add_edge(unit, at->save_parent, at->delete_target) &&
           graph_add_edge(unit, at->delete_parent, at->delete_target);
}

static bool edges_many_to_many(struct corm_unit *unit, const struct around *at)
{
    return graph_add_edge(unit, at->save_parent, at->sync) &&
           graph_add_edge(unit, at->save_target, at->sync) &&
           graph_add_edge(unit, at->sync, at->delete_parent) &&
           graph_add_edge(unit, at->sync, at->delete_target) &&
           graph_add_edge(unit, at->unsync, at->delete_parent) &&
           graph_add_edge(unit, at->unsync, at->delete_target);
}

static bool edges_of(struct corm_unit *unit, enum corm_direction direction,
                     const struct around *at)
{
    switch (direction) {
    case CORM_ONE_TO_MANY:
        return edges_one_to_many(unit, at);
    case CORM_MANY_TO_ONE:
        return edges_many_to_one(unit, at);
    default:
        return edges_many_to_many(unit, at);
    }
}

static bool graph_add_relationship(struct corm_unit *unit,
                                   const struct corm_relationship *relationship)
{
    uint32_t parent = group_of(unit, relationship->parent);
    uint32_t target = group_of(unit, relationship->target);
    uint32_t sync = (uint32_t)unit->nodes.count;
    struct unit_node node = { .type = UNIT_SYNC, .state = UNIT_ALL };
    struct around at;

    if (target == UINT32_MAX) {
        target = parent; /* nothing of that class takes part: no edge is lost */
    }
    at = (struct around){ 2 * parent,     2 * parent + 1, 2 * target,
                          2 * target + 1, sync,           sync + 1 };
    node.relationship = relationship;
    if (!graph_add_node(unit, &node)) {
        return false;
    }
    node.type = UNIT_UNSYNC;
    if (!graph_add_node(unit, &node)) {
        return false;
    }
    if (target == parent && relationship->target->base != relationship->parent->base) {
        return graph_add_edge(unit, at.save_parent, at.sync) &&
               graph_add_edge(unit, at.unsync, at.delete_parent);
    }
    return edges_of(unit, relationship->direction, &at);
}

static bool graph_build(struct corm_unit *unit)
{
    graph_count_states(unit);
    if (!graph_find_relationships(unit) || !graph_add_group_nodes(unit)) {
        return false;
    }
    corm_vec_foreach (&unit->relationships, it) {
        if (!graph_add_relationship(unit, *it)) {
            return false;
        }
    }
    return true;
}

/* ---- cycles ---- */

/* True if `goal` can be reached from itself; the graph is small (per mapper). */
static bool node_is_in_cycle(const struct corm_unit *unit, uint32_t goal, bool *seen)
{
    bool grew = true;

    for (size_t i = 0; i < unit->nodes.count; i++) {
        seen[i] = false;
    }
    while (grew) {
        grew = false;
        corm_vec_foreach (&unit->edges, edge) {
            if ((edge->before == goal || seen[edge->before]) && !seen[edge->after]) {
                seen[edge->after] = grew = true;
            }
        }
    }
    return seen[goal];
}

static bool graph_mark_cycles(struct corm_unit *unit, bool *any)
{
    bool *seen = corm_arena_zero(&unit->arena, unit->nodes.count + 1, sizeof *seen);

    if (seen == NULL) {
        return false;
    }
    *any = false;
    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        unit->nodes.items[i].in_cycle = node_is_in_cycle(unit, i, seen);
        *any = *any || unit->nodes.items[i].in_cycle;
    }
    return true;
}

/* ---- one piece per object for what is in a cycle ---- */

static bool node_covers(const struct unit_node *node, const struct unit_state *state)
{
    switch (node->type) {
    case UNIT_SAVE:
    case UNIT_DELETE:
        return state->group == node->group &&
               state->is_delete == (node->type == UNIT_DELETE);
    default:
        return state->is_delete == (node->type == UNIT_UNSYNC) &&
               corm_mapper_isa(state->instance->mapper, node->relationship->parent);
    }
}

static bool graph_expand_node(struct corm_unit *unit, uint32_t at)
{
    uint32_t first = (uint32_t)unit->nodes.count;

    for (uint32_t s = 0; s < unit->states.count; s++) {
        struct unit_node one = unit->nodes.items[at];
        if (!node_covers(&one, &unit->states.items[s])) {
            continue;
        }
        one.state = s;
        one.in_cycle = false;
        if (!graph_add_node(unit, &one)) {
            return false;
        }
    }
    unit->nodes.items[at].expanded_from = first;
    unit->nodes.items[at].expanded_count = (uint32_t)unit->nodes.count - first;
    return true;
}

/* Edges between a circle and the rest go to every piece of the circle. */
static bool graph_expand_edge(struct corm_unit *unit, struct unit_edge edge)
{
    const struct unit_node *before = &unit->nodes.items[edge.before];
    const struct unit_node *after = &unit->nodes.items[edge.after];

    if (before->in_cycle && after->in_cycle) {
        return true; /* replaced by edges between objects */
    }
    if (before->in_cycle) {
        for (uint32_t i = 0; i < before->expanded_count; i++) {
            if (!graph_add_edge(unit, before->expanded_from + i, edge.after)) {
                return false;
            }
        }
        return true;
    }
    if (after->in_cycle) {
        for (uint32_t i = 0; i < after->expanded_count; i++) {
            if (!graph_add_edge(unit, edge.before, after->expanded_from + i)) {
                return false;
            }
        }
        return true;
    }
    return graph_add_edge(unit, edge.before, edge.after);
}

/* Where each state's own SAVE or DELETE piece is, or UNIT_ALL. */
static uint32_t *graph_state_nodes(struct corm_unit *unit)
{
    uint32_t *of =
        corm_arena_alloc(&unit->arena, (unit->states.count + 1) * sizeof *of);

    if (of == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < unit->states.count; i++) {
        of[i] = UNIT_ALL;
    }
    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        const struct unit_node *node = &unit->nodes.items[i];
        if (node->state != UNIT_ALL && node->relationship == NULL) {
            of[node->state] = i;
        }
    }
    return of;
}

static bool graph_relate(struct corm_unit *unit, const uint32_t *state_nodes,
                         uint32_t sync, const struct corm_instance *related)
{
    const struct unit_node *node = &unit->nodes.items[sync];
    const struct unit_state *target = unit_state_of(unit, related);
    uint32_t own = state_nodes[node->state];
    uint32_t other;

    if (target == NULL) {
        return true;
    }
    other = state_nodes[target - unit->states.items];
    if (other == UNIT_ALL) {
        return true;
    }
    if (node->relationship->direction == CORM_MANY_TO_ONE) {
        if (node->type == UNIT_UNSYNC) {
            return own == UNIT_ALL || graph_add_edge(unit, own, other);
        }
        return target->is_delete ? own == UNIT_ALL || graph_add_edge(unit, own, other)
                                 : graph_add_edge(unit, other, sync);
    }
    if (node->type == UNIT_UNSYNC) {
        return graph_add_edge(unit, sync, other) &&
               (own == UNIT_ALL || graph_add_edge(unit, other, own));
    }
    if (node->relationship->direction == CORM_MANY_TO_MANY) {
        return target->is_delete ? graph_add_edge(unit, sync, other)
                                 : graph_add_edge(unit, other, sync);
    }
    return graph_add_edge(unit, sync, other);
}

/* SYNC of one object stands between its own row and those of its related objects. */
static bool graph_relate_all(struct corm_unit *unit, const uint32_t *state_nodes,
                             uint32_t sync, struct corm_error *err)
{
    const struct unit_node node = unit->nodes.items[sync];
    uint32_t own = state_nodes[node.state];
    bool syncs_before =
        node.relationship->direction == CORM_MANY_TO_ONE || node.type == UNIT_UNSYNC;
    const struct corm_history *history = &unit->history;

    if (own != UNIT_ALL && !(syncs_before ? graph_add_edge(unit, sync, own)
                                          : graph_add_edge(unit, own, sync))) {
        return false;
    }
    if (corm_history_of(unit->states.items[node.state].instance,
                        node.relationship->attribute, &unit->history, err) != CORM_OK) {
        return false;
    }
    for (size_t i = 0; i < history->added.count; i++) {
        if (!graph_relate(unit, state_nodes, sync, history->added.items[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < history->unchanged.count; i++) {
        if (!graph_relate(unit, state_nodes, sync, history->unchanged.items[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < history->deleted.count; i++) {
        if (!graph_relate(unit, state_nodes, sync, history->deleted.items[i])) {
            return false;
        }
    }
    return true;
}

static bool graph_expand(struct corm_unit *unit, struct corm_error *err)
{
    uint32_t nnodes = (uint32_t)unit->nodes.count;
    size_t nedges = unit->edges.count;
    uint32_t *state_nodes;

    for (uint32_t i = 0; i < nnodes; i++) {
        if (unit->nodes.items[i].in_cycle && !graph_expand_node(unit, i)) {
            return false;
        }
    }
    for (size_t i = 0; i < nedges; i++) {
        if (!graph_expand_edge(unit, unit->edges.items[i])) {
            return false;
        }
    }
    unit->edges.count -= nedges; /* the first ones are replaced */
    for (size_t i = 0; i < unit->edges.count; i++) {
        unit->edges.items[i] = unit->edges.items[i + nedges];
    }
    state_nodes = graph_state_nodes(unit);
    if (state_nodes == NULL) {
        return false;
    }
    for (uint32_t i = nnodes; i < unit->nodes.count; i++) {
        if (unit->nodes.items[i].relationship != NULL &&
            !graph_relate_all(unit, state_nodes, i, err)) {
            return false;
        }
    }
    return true;
}

/* ---- levels ---- */

/* Edges sorted by their first node: those of node n are [starts[n], starts[n + 1]). */
struct adjacency {
    uint32_t *starts;
    uint32_t *after;
    uint32_t *indegree;
};

static bool adjacency_build(struct corm_unit *unit, struct adjacency *adjacency)
{
    size_t n = unit->nodes.count;
    size_t m = unit->edges.count;
    uint32_t *fill;

    adjacency->starts = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    adjacency->after = corm_arena_zero(&unit->arena, m + 1, sizeof(uint32_t));
    adjacency->indegree = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    fill = corm_arena_zero(&unit->arena, n + 1, sizeof(uint32_t));
    if (adjacency->starts == NULL || adjacency->after == NULL ||
        adjacency->indegree == NULL || fill == NULL) {
        return false;
    }
    corm_vec_foreach (&unit->edges, edge) {
        adjacency->starts[edge->before + 1]++;
        adjacency->indegree[edge->after]++;
    }
    for (size_t i = 0; i < n; i++) {
        adjacency->starts[i + 1] += adjacency->starts[i];
        fill[i] = adjacency->starts[i];
    }
    corm_vec_foreach (&unit->edges, edge) {
        adjacency->after[fill[edge->before]++] = edge->after;
    }
    return true;
}

static uint32_t level_first(struct corm_unit *unit, const struct adjacency *adjacency)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        if (adjacency->indegree[i] == 0 && !unit->nodes.items[i].in_cycle) {
            unit->order[count++] = i;
        }
    }
    return count;
}

static uint32_t level_next(struct corm_unit *unit, const struct adjacency *adjacency,
                           uint32_t from, uint32_t to)
{
    uint32_t count = to;

    for (uint32_t i = from; i < to; i++) {
        uint32_t node = unit->order[i];
        for (uint32_t e = adjacency->starts[node]; e < adjacency->starts[node + 1];
             e++) {
            uint32_t after = adjacency->after[e];
            if (--adjacency->indegree[after] == 0 &&
                !unit->nodes.items[after].in_cycle) {
                unit->order[count++] = after;
            }
        }
    }
    return count;
}

static enum corm_rc graph_fail_circular(const struct corm_unit *unit,
                                        const struct adjacency *adjacency,
                                        struct corm_error *err)
{
    char name[80];

    for (uint32_t i = 0; i < unit->nodes.count; i++) {
        const struct unit_node *node = &unit->nodes.items[i];
        if (adjacency->indegree[i] > 0 && node->state != UNIT_ALL) {
            corm_instance_describe(unit->states.items[node->state].instance, name,
                                   sizeof name);
            return corm_fail(
                err, CORM_E_CIRCULAR,
                "circular dependency: %s depends on itself; a relationship "
                "with post_update breaks the circle",
                name);
        }
    }
    return corm_fail(err, CORM_E_CIRCULAR,
                     "circular dependency between mapped classes");
}

static enum corm_rc graph_level(struct corm_unit *unit, struct corm_error *err)
{
    struct adjacency adjacency;
    uint32_t total = 0;
    uint32_t from = 0;
    uint32_t to;

    unit->order =
        corm_arena_zero(&unit->arena, unit->nodes.count + 1, sizeof(uint32_t));
    unit->level_starts =
        corm_arena_zero(&unit->arena, unit->nodes.count + 2, sizeof(uint32_t));
    if (unit->order == NULL || unit->level_starts == NULL ||
        !adjacency_build(unit, &adjacency)) {
        return corm_fail_memory(err);
    }
    for (size_t i = 0; i < unit->nodes.count; i++) {
        total += !unit->nodes.items[i].in_cycle;
    }
    for (to = level_first(unit, &adjacency); to > from; unit->nlevels++) {
        uint32_t next = level_next(unit, &adjacency, from, to);
        unit->level_starts[unit->nlevels + 1] = to;
        from = to;
        to = next;
    }
    return from == total ? CORM_OK : graph_fail_circular(unit, &adjacency, err);
}

enum corm_rc unit_sort(struct corm_unit *unit, struct corm_error *err)
{
    bool any_cycle = false;

    err->rc = CORM_OK;
    if (!graph_build(unit) || !graph_mark_cycles(unit, &any_cycle) ||
        (any_cycle && !graph_expand(unit, err))) {
        return err->rc != CORM_OK ? err->rc : corm_fail_memory(err);
    }
    return graph_level(unit, err);
}
