/* SPDX-License-Identifier: MIT */
/* The unit of work's own data, shared by its files. */
#ifndef CORM_ORM_UNIT_INT_H
#define CORM_ORM_UNIT_INT_H

#include "base/hmap.h"
#include "base/ptrset.h"
#include "base/toposort.h"
#include "base/vec.h"
#include "orm/history.h"
#include "orm/unitofwork.h"

#define UNIT_NONE UINT32_MAX /* no group, no tie, no node, no state */

/* One registered instance. */
struct unit_state {
    struct corm_instance *instance;
    struct corm_instance
        *switched; /* the deleted one whose row it takes over, or NULL */
    uint32_t class_idx; /* in unit->classes */
    uint32_t node; /* its own SAVE or DELETE if its group is expanded; else UNIT_NONE */
    bool is_delete;
    bool was_new; /* no identity when the flush began */
    bool is_idle; /* another took over its row: nothing is executed for it */
};

/* A mapper of registered instances. */
struct unit_class {
    const struct corm_mapper *mapper;
    uint32_t group;
    uint32_t *ties; /* of mapper->relationships, by position; UNIT_NONE: viewonly */
};

/* All classes of one inheritance tree. */
struct unit_group {
    const struct corm_mapper *base;
    uint32_t ndeletes;
    bool is_expanded; /* its rows depend on each other: one piece per object */
};

/* A relationship of registered instances. */
struct unit_tie {
    const struct corm_relationship *relationship;
    bool is_used; /* some registered instance has or had something in it */
    bool is_expanded; /* one piece per object */
    uint32_t sync; /* its nodes, see unit_graph.c */
    uint32_t unsync;
};

enum unit_node_type {
    UNIT_UNSYNC = 0, /* clear keys along a relationship before deletes */
    UNIT_DELETE, /* rows of a group */
    UNIT_CLEAR, /* UPDATE of keys with post_update, before deletes */
    UNIT_LATER, /* UPDATE of keys with post_update, after saves */
    UNIT_SYNC, /* move keys along a relationship after saves */
    UNIT_SAVE, /* rows of a group */
    UNIT_GATE, /* no work: the begin or the end of many pieces */
};

/* A piece of work in the dependency graph. */
struct unit_node {
    enum unit_node_type type;
    uint32_t of; /* group; of SYNC and UNSYNC the tie */
    uint32_t state; /* one state, or UNIT_NONE: all of them */
    uint32_t leave; /* the node that later work waits for: itself, or a gate */
};

/* A cell that the flush wrote; taken back if the flush fails. */
struct unit_write {
    struct corm_instance *instance;
    uint16_t attribute;
    struct corm_value before;
};

/* An instance with a foreign key that a post_update relationship wrote. */
struct unit_post {
    struct corm_instance *instance;
    bool is_delete;
};

/* A row of a secondary table to insert or to delete. */
struct unit_link {
    const struct corm_relationship *relationship;
    struct corm_instance *near;
    struct corm_instance *far;
    bool is_delete;
};

enum unit_phase {
    UNIT_REGISTERING = 0,
    UNIT_RUNNING,
    UNIT_OVER,
};

enum unit_stage {
    UNIT_STAGE_NODE = 0, /* between two nodes */
    UNIT_STAGE_SYNC, /* keys move, state by state */
    UNIT_STAGE_PART, /* the next part of a node's rows */
    UNIT_STAGE_BEFORE_INSERT, /* events of the new ones … */
    UNIT_STAGE_BEFORE_OTHERS, /* … and of the known ones */
    UNIT_STAGE_TABLES, /* which tables */
    UNIT_STAGE_TABLE, /* batches of the next one */
    UNIT_STAGE_BATCH,
    UNIT_STAGE_AFTER_INSERT,
    UNIT_STAGE_AFTER_OTHERS,
};

/* Instances whose rows are written together. */
struct unit_rows {
    struct corm_instance **items;
    uint32_t count;
    uint32_t ninserts; /* the first ones are inserted */
};

struct corm_unit {
    struct corm_session *session;
    struct corm_arena arena;
    enum unit_phase phase;
    bool is_finished; /* corm_unit_finish() was called */
    struct corm_vec(struct unit_state) states;
    struct corm_vec(struct unit_class) classes;
    struct corm_vec(struct unit_group) groups;
    struct corm_vec(struct unit_tie) ties;
    struct corm_history history; /* scratch */

    /* registering */
    struct corm_vec(uint32_t) queue; /* states whose relationships must be looked at */
    size_t queue_at;
    uint32_t relationship_at; /* progress within queue[queue_at] */
    struct corm_unit_step asked; /* the last LOAD */

    /* graph */
    struct corm_vec(struct unit_node) nodes;
    struct corm_vec(struct corm_edge) edges;
    struct corm_vec(struct corm_edge) table_edges; /* that follow from tables alone */
    uint32_t *order; /* nodes by level */
    uint32_t *level_ends; /* position behind each level */
    uint32_t nlevels;
    uint32_t level;
    uint32_t node_at; /* position in order */

    /* running */
    enum unit_stage stage;
    enum unit_node_type running; /* SAVE, DELETE, CLEAR or LATER */
    uint32_t running_of; /* group or tie of these nodes */
    uint32_t run_from; /* nodes of the run, positions in order … */
    uint32_t run_end;
    uint32_t sync_at; /* SYNC: progress among the states */
    struct corm_vec(struct corm_instance *) current; /* of the node that runs */
    uint32_t part_at; /* first of current that is not done */
    struct unit_rows rows; /* the part of current at hand */
    struct corm_vec(const struct corm_table *) tables; /* of the rows, in order */
    size_t table_at;
    struct corm_vec(struct corm_batch) batches;
    size_t batch_at;
    struct corm_instance **room; /* for batch.rows of one table … */
    struct corm_instance **room_keys; /* … and for batch.others */
    uint32_t room_at;
    struct corm_hmap deleted_keys; /* struct unit_state by hash of its key */
    bool has_deleted_keys;
    struct corm_vec(struct unit_link) links;
    struct corm_hmap linked; /* struct unit_link that the other side must not repeat */
    struct corm_vec(struct unit_post) posts; /* keys with post_update … */
    struct corm_ptrset posted; /* … and the addresses of their cells */
    struct corm_vec(
        struct corm_unit_loan) expires; /* cells that the database computes */
    struct corm_vec(struct unit_write) writes;
    struct corm_vec(struct corm_unit_loan) loans;
    struct corm_vec(struct corm_unit_stray) strays;
    struct corm_vec(struct corm_instance *) lent_committed; /* committed in our arena */
};

/** What is registered of the instance, or NULL. */
static inline struct unit_state *unit_state_of(struct corm_unit *unit,
                                               const struct corm_instance *instance)
{
    return instance->unit_slot == 0 ? NULL
                                    : &unit->states.items[instance->unit_slot - 1];
}

static inline uint32_t unit_group_of_state(const struct corm_unit *unit,
                                           const struct unit_state *state)
{
    return unit->classes.items[state->class_idx].group;
}

/** True if the instance is registered for deletion. */
static inline bool unit_is_to_delete(struct corm_unit *unit,
                                     const struct corm_instance *instance)
{
    const struct unit_state *state = unit_state_of(unit, instance);
    return state != NULL && state->is_delete;
}

/* ---- unit_class.c: classes, groups and ties ---- */

/** Find or add the mapper's class. */
bool unit_class_get(struct corm_unit *unit, const struct corm_mapper *mapper,
                    uint32_t *class_out);

/** Position of the group of a tree, or UNIT_NONE if nothing of it takes part. */
uint32_t unit_group_find(const struct corm_unit *unit, const struct corm_mapper *base);

/* ---- unit_register.c: who takes part ---- */

/** Register the session's new, changed and deleted instances; `only` limits them. */
enum corm_rc unit_register_session(struct corm_unit *unit,
                                   struct corm_instance *const *only, uint32_t nonly,
                                   struct corm_error *err) CORM_NODISCARD;

/** Go on with relationships: LOAD, ERROR, or DONE when all were looked at. */
enum corm_unit_step_kind unit_register_next(struct corm_unit *unit,
                                            struct corm_unit_step *step,
                                            struct corm_error *err);

/** Ask for a LOAD; false if it was the last thing asked for, so it is of no use. */
bool unit_ask(struct corm_unit *unit, struct corm_instance *instance,
              uint16_t attribute, struct corm_unit_step *step);

/* ---- the graph: unit_graph.c, unit_tables.c, unit_expand.c, unit_level.c ---- */

/** Build the graph and sort it into levels. Errors: CORM_E_CIRCULAR, NO_MEMORY. */
enum corm_rc unit_sort(struct corm_unit *unit, struct corm_error *err) CORM_NODISCARD;

/** Append a node; *out is its position. */
bool unit_add_node(struct corm_unit *unit, enum unit_node_type type, uint32_t of,
                   uint32_t state, uint32_t *out);

/** Let `after` wait for `before`, gates included; UNIT_NONE on a side: nothing. */
bool unit_add_edge(struct corm_unit *unit, uint32_t before, uint32_t after);

/** Nodes of a group: its SAVE, DELETE, CLEAR and LATER; UNIT_NONE of UNIT_NONE. */
uint32_t unit_group_node(uint32_t group, enum unit_node_type type);

/** Add the edges of all groups, and of the ties that are not expanded. */
bool unit_add_edges(struct corm_unit *unit);

/** Find the edges between groups whose tables refer to each other. */
bool unit_find_table_edges(struct corm_unit *unit);

/** Build the graph anew with one piece per object for what is_expanded. */
enum corm_rc unit_expand(struct corm_unit *unit, struct corm_error *err) CORM_NODISCARD;

/** Sort the graph into levels. */
enum corm_rc unit_level(struct corm_unit *unit, struct corm_error *err) CORM_NODISCARD;

/* ---- new rows: unit_insert.c ---- */

/** False if a cell is unset, or NULL in a key or where there is a default: nobody said so. */
bool unit_is_given(const struct corm_attribute *attribute,
                   const struct corm_value *cell);

/* ---- keys along relationships: unit_write.c, unit_sync.c, unit_link.c ---- */

/**
 * Write a cell, remembering what was there. source lends a text (NULL: whoever made
 * value, see corm_unit_loan).
 */
enum corm_rc unit_write_cell(struct corm_unit *unit, struct corm_instance *instance,
                             uint16_t attribute, const struct corm_value *value,
                             struct corm_error *err) CORM_NODISCARD;

/** Copy a cell of one instance into one of another (or of the same). */
enum corm_rc unit_copy_cell(struct corm_unit *unit, const struct corm_instance *source,
                            uint16_t source_attribute, struct corm_instance *dest,
                            uint16_t attribute, struct corm_error *err) CORM_NODISCARD;

/** Take back what was written. */
void unit_undo(struct corm_unit *unit);

/**
 * LOAD if a key that the relationship copies for the state is not there; DONE, ERROR. See
 * unit_keys.c.
 */
enum corm_unit_step_kind unit_lacks_key(struct corm_unit *unit,
                                        const struct unit_state *state,
                                        const struct corm_relationship *relationship,
                                        struct corm_unit_step *step,
                                        struct corm_error *err);

/** Move keys for one state (SYNC), or clear them (UNSYNC). */
enum corm_rc unit_sync_state(struct corm_unit *unit, const struct unit_tie *tie,
                             const struct unit_state *state,
                             struct corm_error *err) CORM_NODISCARD;

/** Note rows of a secondary table, from unit->history of one state. */
enum corm_rc unit_link_state(struct corm_unit *unit,
                             const struct corm_relationship *relationship,
                             const struct unit_state *state,
                             struct corm_error *err) CORM_NODISCARD;

/** Make batches of the noted rows and forget them. */
enum corm_rc unit_build_links(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              struct corm_error *err) CORM_NODISCARD;

/** Note a related object that is not in the session. */
enum corm_rc unit_note_stray(struct corm_unit *unit,
                             const struct corm_relationship *relationship,
                             const struct corm_instance *instance,
                             struct corm_error *err) CORM_NODISCARD;

/* ---- unit_run.c ---- */

/** Go on running: BEFORE, BATCH, AFTER, ERROR, or DONE when nothing is left. */
enum corm_unit_step_kind unit_run(struct corm_unit *unit, struct corm_unit_step *step,
                                  struct corm_error *err);

/* ---- rows of the part at hand: unit_switch.c, unit_persist.c, unit_batch.c ---- */

/** Find new instances that take over the row of a deleted one. */
enum corm_rc unit_find_switches(struct corm_unit *unit,
                                struct corm_error *err) CORM_NODISCARD;

/** Find the tables of the rows, base tables first. */
bool unit_find_tables(struct corm_unit *unit);

/** Make the batches of one table. */
enum corm_rc unit_build_saves(struct corm_unit *unit, const struct corm_table *table,
                              struct corm_error *err) CORM_NODISCARD;
enum corm_rc unit_build_deletes(struct corm_unit *unit, const struct corm_table *table,
                                struct corm_error *err) CORM_NODISCARD;
enum corm_rc unit_build_posts(struct corm_unit *unit, const struct corm_table *table,
                              struct corm_error *err) CORM_NODISCARD;

/* What one instance sends to one table; arrays are the unit's arena's. */
struct unit_signature {
    const struct corm_mapped_table *table;
    size_t room; /* of each array */
    uint16_t *columns;
    uint16_t *keys;
    uint16_t *fetch;
    uint32_t ncolumns, nkeys, nfetch;
    bool has_sql;
    bool has_foreign;
    bool needs_defaults;
};

/** Make room for what any instance of the rows may send. */
bool unit_signature_init(struct corm_unit *unit, struct unit_signature *signature);

/** Forget what was put into the signature, for the next instance. */
void unit_signature_clear(struct unit_signature *signature,
                          const struct corm_mapped_table *table);

/**
 * Append the instance to the last batch if it has the same signature, else begin another
 * one. key_of: whose primary key finds the row.
 */
enum corm_rc unit_add_row(struct corm_unit *unit, enum corm_batch_kind kind,
                          struct corm_instance *instance, struct corm_instance *key_of,
                          struct unit_signature *signature,
                          struct corm_error *err) CORM_NODISCARD;

#endif
