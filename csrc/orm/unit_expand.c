/* SPDX-License-Identifier: MIT */
/*
 * Trees that depend on themselves: one piece of work per object, with edges between the
 * objects that really are related. The node of the whole stays as the gate before its
 * pieces, and a second gate stands behind them, so that other work waits for all of them
 * by one edge:
 *
 *                  ┌─ piece ─┐
 *     … → whole ───┼─ piece ─┼──→ leave → …
 *                  └─ piece ─┘
 */
#include "orm/unit_int.h"

/* ---- pieces ---- */

static bool expand_add_leave(struct corm_unit *unit, uint32_t whole)
{
    uint32_t leave;

    if (!unit_add_node(unit, UNIT_GATE, 0, UNIT_NONE, &leave)) {
        return false;
    }
    unit->nodes.items[whole].type = UNIT_GATE;
    unit->nodes.items[whole].leave = leave;
    return true;
}

static bool expand_add_piece(struct corm_unit *unit, enum unit_node_type type,
                             uint32_t of, uint32_t state, uint32_t whole, uint32_t *out)
{
    return unit_add_node(unit, type, of, state, out) &&
           corm_vec_push(&unit->edges, ((struct corm_edge){ whole, *out })) &&
           unit_add_edge(unit, *out, unit->nodes.items[whole].leave);
}

static bool expand_gates(struct corm_unit *unit)
{
    for (uint32_t g = 0; g < unit->groups.count; g++) {
        if (unit->groups.items[g].is_expanded &&
            (!expand_add_leave(unit, unit_group_node(g, UNIT_SAVE)) ||
             !expand_add_leave(unit, unit_group_node(g, UNIT_DELETE)))) {
            return false;
        }
    }
    return true;
}

static bool expand_states(struct corm_unit *unit)
{
    for (uint32_t s = 0; s < unit->states.count; s++) {
        struct unit_state *state = &unit->states.items[s];
        uint32_t group = unit_group_of_state(unit, state);
        enum unit_node_type type = state->is_delete ? UNIT_DELETE : UNIT_SAVE;
        if (unit->groups.items[group].is_expanded && !state->is_idle &&
            !expand_add_piece(unit, type, group, s, unit_group_node(group, type),
                              &state->node)) {
            return false;
        }
    }
    return true;
}

/* ---- edges between objects ---- */

/* One object's piece of a relationship, and what it stands between. */
struct piece {
    const struct unit_tie *tie;
    uint32_t own; /* the object's row */
    uint32_t sync; /* the piece */
    bool is_delete; /* the object is deleted */
};

static bool relate_one_to_many(struct corm_unit *unit, const struct piece *piece,
                               uint32_t other)
{
    return unit_add_edge(unit, piece->sync, other) &&
           (piece->is_delete ? unit_add_edge(unit, other, piece->own)
                             : unit_add_edge(unit, piece->own, other));
}

static bool relate_many_to_one(struct corm_unit *unit, const struct piece *piece,
                               uint32_t other, bool other_is_delete)
{
    if (other_is_delete) {
        return unit_add_edge(unit, piece->own, other);
    }
    return piece->is_delete || unit_add_edge(unit, other, piece->sync);
}

static bool relate_many_to_many(struct corm_unit *unit, const struct piece *piece,
                                uint32_t other, bool other_is_delete)
{
    return piece->is_delete || other_is_delete
               ? unit_add_edge(unit, piece->sync, other)
               : unit_add_edge(unit, other, piece->sync);
}

static bool relate(struct corm_unit *unit, const struct piece *piece, uint32_t other,
                   bool other_is_delete)
{
    switch ((enum corm_direction)piece->tie->relationship->direction) {
    case CORM_ONE_TO_MANY:
        return relate_one_to_many(unit, piece, other);
    case CORM_MANY_TO_ONE:
        return relate_many_to_one(unit, piece, other, other_is_delete);
    default:
        return relate_many_to_many(unit, piece, other, other_is_delete);
    }
}

/* The far side is expanded as well: only its objects that are related. */
static bool relate_objects(struct corm_unit *unit, const struct piece *piece,
                           struct corm_instance *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct unit_state *other = unit_state_of(unit, items[i]);
        if (other != NULL && other->node != UNIT_NONE &&
            !relate(unit, piece, other->node, other->is_delete)) {
            return false;
        }
    }
    return true;
}

static bool relate_history(struct corm_unit *unit, const struct piece *piece)
{
    const struct corm_history *history = &unit->history;
    const struct corm_mapper *target = piece->tie->relationship->target->base;
    uint32_t group = unit_group_find(unit, target);

    if (!unit->groups.items[group].is_expanded) {
        return relate(unit, piece, unit_group_node(group, UNIT_SAVE), false) &&
               relate(unit, piece, unit_group_node(group, UNIT_DELETE), true);
    }
    return relate_objects(unit, piece, history->added.items, history->added.count) &&
           relate_objects(unit, piece, history->unchanged.items,
                          history->unchanged.count) &&
           relate_objects(unit, piece, history->deleted.items, history->deleted.count);
}

/* A many-to-one key is moved before the row is written, other ones after it. */
static bool expand_own(struct corm_unit *unit, const struct piece *piece)
{
    bool is_first =
        piece->is_delete || piece->tie->relationship->direction == CORM_MANY_TO_ONE;

    return is_first ? unit_add_edge(unit, piece->sync, piece->own)
                    : unit_add_edge(unit, piece->own, piece->sync);
}

static enum corm_rc expand_relationship(struct corm_unit *unit, uint32_t state_idx,
                                        uint32_t tie_idx, struct corm_error *err)
{
    const struct unit_state *state = &unit->states.items[state_idx];
    const struct unit_tie *tie = &unit->ties.items[tie_idx];
    struct piece piece = { .tie = tie,
                           .own = state->node,
                           .is_delete = state->is_delete };
    enum corm_rc rc = corm_history_of(state->instance, tie->relationship->attribute,
                                      &unit->history, err);

    if (rc != CORM_OK || corm_history_is_empty(&unit->history)) {
        return rc;
    }
    if (!unit_add_node(unit, state->is_delete ? UNIT_UNSYNC : UNIT_SYNC, tie_idx,
                       state_idx, &piece.sync) ||
        !expand_own(unit, &piece) || !relate_history(unit, &piece)) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

static enum corm_rc expand_relationships(struct corm_unit *unit, uint32_t state_idx,
                                         struct corm_error *err)
{
    const struct unit_state *state = &unit->states.items[state_idx];
    const struct unit_class *of = &unit->classes.items[state->class_idx];
    enum corm_rc rc = CORM_OK;

    for (size_t i = 0; i < of->mapper->relationships.count && rc == CORM_OK; i++) {
        uint32_t tie = of->ties[i];
        if (tie != UNIT_NONE && unit->ties.items[tie].is_expanded &&
            unit->ties.items[tie].is_used) {
            rc = expand_relationship(unit, state_idx, tie, err);
        }
    }
    return rc;
}

/* The whole of an expanded relationship has no work left. */
static void expand_ties(struct corm_unit *unit)
{
    corm_vec_foreach (&unit->ties, tie) {
        if (tie->is_expanded) {
            unit->nodes.items[tie->sync].type = UNIT_GATE;
            unit->nodes.items[tie->unsync].type = UNIT_GATE;
        }
    }
}

enum corm_rc unit_expand(struct corm_unit *unit, struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    unit->edges.count = 0;
    expand_ties(unit);
    if (!expand_gates(unit) || !unit_add_edges(unit) || !expand_states(unit)) {
        return corm_fail_memory(err);
    }
    for (uint32_t s = 0; s < unit->states.count && rc == CORM_OK; s++) {
        if (unit->states.items[s].node != UNIT_NONE) {
            rc = expand_relationships(unit, s, err);
        }
    }
    return rc;
}
