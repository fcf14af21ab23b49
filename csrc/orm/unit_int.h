/* SPDX-License-Identifier: MIT */
/* The unit of work's own data, shared by its files. */
#ifndef CORM_ORM_UNIT_INT_H
#define CORM_ORM_UNIT_INT_H

#include "base/vec.h"
#include "orm/history.h"
#include "orm/unitofwork.h"

/* One registered instance. */
struct unit_state {
    struct corm_instance *instance;
    uint32_t group; /* its base mapper's position in unit->groups */
    bool is_delete;
    bool was_new; /* no identity when the flush began */
    bool is_done; /* its row was written */
};

/* All registered instances of one inheritance tree. */
struct unit_group {
    const struct corm_mapper *base;
    uint32_t nsaves;
    uint32_t ndeletes;
};

enum unit_node_type {
    UNIT_SAVE = 1, /* all saves of a group, or of one state */
    UNIT_DELETE, /* the same for deletes */
    UNIT_SYNC, /* move keys along a relationship after saves */
    UNIT_UNSYNC, /* clear keys along a relationship before deletes */
};

enum {
    UNIT_ALL = UINT32_MAX /* unit_node.state: not one state but all */
};

/* A piece of work in the dependency graph. */
struct unit_node {
    enum unit_node_type type;
    uint32_t group; /* of SAVE and DELETE */
    const struct corm_relationship *relationship; /* of SYNC and UNSYNC */
    uint32_t state; /* position of one state, or UNIT_ALL */
    bool in_cycle;
    uint32_t expanded_from; /* while expanding: first replacement … */
    uint32_t expanded_count; /* … and their number */
};

struct unit_edge {
    uint32_t before;
    uint32_t after;
};

/* A key cell that the flush wrote; taken back if the flush fails. */
struct unit_write {
    struct corm_instance *instance;
    uint16_t attribute;
    struct corm_value before;
};

enum unit_phase {
    UNIT_REGISTERING = 0,
    UNIT_RUNNING,
    UNIT_FINISHED,
};

struct corm_unit {
    struct corm_session *session;
    struct corm_arena arena;
    enum unit_phase phase;
    bool is_finished; /* corm_unit_finish() was called */
    struct corm_vec(struct unit_state) states;
    struct corm_vec(struct unit_group) groups;
    struct corm_history history; /* scratch */

    /* registering */
    struct corm_vec(uint32_t) queue; /* states whose relationships must be looked at */
    size_t queue_at;
    uint32_t relationship_at; /* progress within queue[queue_at] */
    bool is_loaded; /* the LOAD just asked for was done */

    /* graph */
    struct corm_vec(struct unit_node) nodes;
    struct corm_vec(struct unit_edge) edges;
    struct corm_vec(const struct corm_relationship *) relationships;
    uint32_t *order; /* nodes by level */
    uint32_t *level_starts; /* nlevels + 1 positions in order */
    uint32_t nlevels;
    uint32_t level;
    uint32_t node_at; /* position in order */

    /* running */
    struct corm_vec(struct corm_instance *) current; /* of the node that runs */
    bool current_is_delete;
    struct corm_vec(struct corm_batch) batches;
    size_t batch_at;
    enum {
        UNIT_STEP_NODE = 0,
        UNIT_STEP_BUILD,
        UNIT_STEP_BATCH,
        UNIT_STEP_AFTER
    } stage;
    struct corm_vec(
        struct corm_instance *) linked[2]; /* pairs of a secondary table … */
    struct corm_vec(struct corm_instance *) unlinked[2]; /* … to insert, to delete */
    struct corm_vec(struct unit_write) writes;
    struct corm_vec(struct corm_unit_loan) loans;
    struct corm_vec(struct corm_instance *)
        lent_committed; /* committed is in our arena */
};

static inline struct unit_state *unit_state_of(struct corm_unit *unit,
                                               const struct corm_instance *instance)
{
    return instance->unit_slot == 0 ? NULL
                                    : &unit->states.items[instance->unit_slot - 1];
}

/* register: see unit_register.c */
enum corm_rc unit_register_session(struct corm_unit *unit,
                                   struct corm_instance *const *only, uint32_t nonly,
                                   struct corm_error *err) CORM_NODISCARD;
enum corm_unit_step_kind unit_register_next(struct corm_unit *unit,
                                            struct corm_unit_step *step,
                                            struct corm_error *err);

/* sort: see unit_graph.c */
enum corm_rc unit_sort(struct corm_unit *unit, struct corm_error *err) CORM_NODISCARD;

/* keys along relationships: see unit_sync.c */
enum corm_rc unit_sync_node(struct corm_unit *unit, const struct unit_node *node,
                            struct corm_error *err) CORM_NODISCARD;
enum corm_rc unit_write_cell(struct corm_unit *unit, struct corm_instance *instance,
                             uint16_t attribute, const struct corm_value *value,
                             struct corm_error *err) CORM_NODISCARD;

/* batches of unit->current: see unit_persist.c */
enum corm_rc unit_build_saves(struct corm_unit *unit,
                              struct corm_error *err) CORM_NODISCARD;
enum corm_rc unit_build_deletes(struct corm_unit *unit,
                                struct corm_error *err) CORM_NODISCARD;
enum corm_rc unit_build_links(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              struct corm_error *err) CORM_NODISCARD;

#endif
