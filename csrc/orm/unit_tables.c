/* SPDX-License-Identifier: MIT */
/*
 * Foreign keys between tables whose classes have no relationship. What relationships say
 * counts more: an edge is added only if it closes no circle.
 */
#include "orm/unit_int.h"

static bool class_has_table(const struct unit_class *of, const struct corm_table *table)
{
    corm_vec_foreach (&of->mapper->tables, it) {
        if (it->table == table) {
            return true;
        }
    }
    return false;
}

/* The group that a table belongs to, or UNIT_NONE. */
static uint32_t group_of_table(const struct corm_unit *unit,
                               const struct corm_table *table)
{
    corm_vec_foreach (&unit->classes, it) {
        if (class_has_table(it, table)) {
            return it->group;
        }
    }
    return UNIT_NONE;
}

/* True if `to` is reached from `from`; few nodes, so edges are simply gone through. */
static bool graph_reaches(const struct corm_unit *unit, uint32_t from, uint32_t to,
                          bool *seen)
{
    bool grew = true;

    for (size_t i = 0; i < unit->nodes.count; i++) {
        seen[i] = i == from;
    }
    while (grew && !seen[to]) {
        grew = false;
        corm_vec_foreach (&unit->edges, edge) {
            if (seen[edge->before] && !seen[edge->after]) {
                seen[edge->after] = grew = true;
            }
        }
    }
    return seen[to];
}

static bool table_edge(struct corm_unit *unit, uint32_t before, uint32_t after,
                       bool *seen)
{
    struct corm_edge edge = { before, after };

    if (graph_reaches(unit, before, after, seen) ||
        graph_reaches(unit, after, before, seen)) {
        return true; /* settled already, one way or the other */
    }
    return unit_add_edge(unit, before, after) &&
           corm_vec_push(&unit->table_edges, edge);
}

/* Rows of the referring group are saved later and deleted earlier. */
static bool table_edges(struct corm_unit *unit, uint32_t referring,
                        const struct corm_table *referred, bool *seen)
{
    uint32_t group = referred == NULL ? UNIT_NONE : group_of_table(unit, referred);

    if (group == UNIT_NONE || group == referring) {
        return true;
    }
    return table_edge(unit, unit_group_node(group, UNIT_SAVE),
                      unit_group_node(referring, UNIT_SAVE), seen) &&
           table_edge(unit, unit_group_node(referring, UNIT_DELETE),
                      unit_group_node(group, UNIT_DELETE), seen);
}

static bool class_table_edges(struct corm_unit *unit, const struct unit_class *of,
                              bool *seen)
{
    corm_vec_foreach (&of->mapper->tables, mapped) {
        corm_vec_foreach (&mapped->table->constraints, it) {
            if ((*it)->kind == CORM_CONSTRAINT_FOREIGN_KEY &&
                !table_edges(unit, of->group, (*it)->referred, seen)) {
                return false;
            }
        }
    }
    return true;
}

bool unit_find_table_edges(struct corm_unit *unit)
{
    bool *seen;

    if (unit->groups.count < 2) {
        return true;
    }
    seen = corm_arena_zero(&unit->arena, unit->nodes.count, sizeof *seen);
    if (seen == NULL) {
        return false;
    }
    corm_vec_foreach (&unit->classes, it) {
        if (!class_table_edges(unit, it, seen)) {
            return false;
        }
    }
    return true;
}
