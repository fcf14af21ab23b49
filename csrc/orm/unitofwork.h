/* SPDX-License-Identifier: MIT */
/*
 * One flush, as a stepper: it registers what must be saved and deleted, sorts the work,
 * and hands out batches. Between two steps the caller loads, fires events or executes
 * (that may run SQL, raise and yield); the unit only plans and keeps the books.
 *
 *   register ──LOAD──> register … ──> sort ──> for each level: BEFORE, BATCH…, AFTER ──> DONE
 *
 * Mappers are ordered by their relationships; those in a cycle (a tree, two tables that
 * refer to each other) are ordered object by object. What is free to run at the same
 * time forms one level, and rows of one shape within a level form one batch.
 */
#ifndef CORM_ORM_UNITOFWORK_H
#define CORM_ORM_UNITOFWORK_H

#include "base/arena.h"
#include "orm/session.h"

struct corm_unit;

enum corm_batch_kind {
    CORM_BATCH_INSERT = 1,
    CORM_BATCH_UPDATE,
    CORM_BATCH_DELETE,
    CORM_BATCH_LINK, /* INSERT into a secondary table */
    CORM_BATCH_UNLINK, /* DELETE from a secondary table */
};

/* Rows for one statement. Lent by the unit until its next step. */
struct corm_batch {
    enum corm_batch_kind kind;
    const struct corm_mapper *mapper; /* of the first row; attributes are its */
    const struct corm_mapped_table *table; /* NULL for LINK and UNLINK */
    const struct corm_relationship *relationship; /* of LINK and UNLINK */
    const uint16_t
        *columns; /* attributes that are parameters (VALUES or SET), table order */
    uint32_t ncolumns;
    const uint16_t
        *keys; /* attributes of WHERE: the table's primary key (committed values) */
    uint32_t nkeys;
    const uint16_t *fetch; /* attributes that must come back from the database */
    uint32_t nfetch;
    struct corm_instance *const *rows;
    struct corm_instance *const
        *others; /* LINK, UNLINK: the far side of rows[i]; else whose keys are meant */
    uint32_t nrows;
    bool has_sql; /* a parameter is an SQL expression; then it is the only row */
    bool has_foreign; /* a parameter is a Lua value that its type has to convert */
    bool needs_defaults; /* an unset attribute has a default that Lua computes */
    uint64_t shape; /* equal for batches that have the same statement */
};

enum corm_unit_step_kind {
    CORM_UNIT_DONE = 0,
    CORM_UNIT_LOAD, /* load step.attribute of step.instance */
    CORM_UNIT_BEFORE, /* fire before_insert (…) for step.instances */
    CORM_UNIT_BATCH, /* execute step.batch, then corm_unit_executed() */
    CORM_UNIT_AFTER, /* fire after_insert (…) for step.instances */
    CORM_UNIT_ERROR,
};

struct corm_unit_step {
    enum corm_unit_step_kind kind;
    struct corm_instance *instance;
    uint16_t attribute;
    const struct corm_batch *batch;
    struct corm_instance *const *instances; /* of BEFORE and AFTER */
    uint32_t ninstances;
    enum corm_batch_kind event; /* of BEFORE and AFTER: INSERT, UPDATE or DELETE */
};

/**
 * Begin a flush of the session; `only` restricts it to some instances (NULL: all).
 * Ownership: corm_unit_free(). NULL when memory is short.
 */
struct corm_unit *corm_unit_new(struct corm_session *session,
                                struct corm_instance *const *only,
                                uint32_t nonly) CORM_NODISCARD;

/** The next step; ERROR fills err. */
struct corm_unit_step corm_unit_next(struct corm_unit *unit, struct corm_error *err);

/**
 * The batch of the last step was executed. `fetched` has nfetch cells per row in the order of
 * the rows (NULL if nothing is fetched): generated keys and server defaults. Texts are lent
 * to the cells: see corm_unit_loan. rowcount is the database's count, -1 if unknown.
 * Errors: CORM_E_STALE_DATA when an UPDATE or DELETE did not match its rows.
 */
enum corm_rc corm_unit_executed(struct corm_unit *unit,
                                const struct corm_value *fetched, int64_t rowcount,
                                struct corm_error *err) CORM_NODISCARD;

/**
 * Write a cell of a row of the batch at hand: a default, an onupdate or a version that Lua
 * made. It is taken back if the flush fails.
 */
enum corm_rc corm_unit_write(struct corm_unit *unit, uint32_t row, uint16_t attribute,
                             const struct corm_value *value,
                             struct corm_error *err) CORM_NODISCARD;

/** True if Lua has to make the value of a batch's column (needs_defaults) for a row. */
bool corm_batch_lacks(const struct corm_batch *batch, uint32_t row, uint16_t attribute);

/**
 * Put the parameters of one row into cells[ncolumns + nkeys], columns then keys, as they
 * are in the instances: lent, not converted yet.
 */
void corm_batch_values(const struct corm_batch *batch, uint32_t row,
                       struct corm_value *cells);

/* What became of an instance; lent. */
struct corm_unit_outcome {
    struct corm_instance *instance;
    bool is_delete;
    bool is_new; /* it had no identity before */
};

/** Number of cells that the flush has filled so far, and each: defaults, fetched, keys. */
uint32_t corm_unit_nwritten(const struct corm_unit *unit);
const struct corm_instance *corm_unit_written(const struct corm_unit *unit, uint32_t at,
                                              uint16_t *attribute);

/** Number of instances the unit worked on, and each of them. */
uint32_t corm_unit_count(const struct corm_unit *unit);
struct corm_unit_outcome corm_unit_outcome_at(const struct corm_unit *unit,
                                              uint32_t at);

/**
 * Everything was executed: saved instances become persistent and clean, deleted ones
 * DELETED; all leave the session's lists.
 */
void corm_unit_finish(struct corm_unit *unit);

/**
 * Free the unit. Without finish() before it, generated keys and copied foreign keys are
 * taken back, so that instances are as before the flush.
 */
void corm_unit_free(struct corm_unit *unit);

/*
 * A cell that borrows a text, or a value of Lua's, from elsewhere: a key that was copied
 * along a relationship, a fetched value. Loans are appended as the unit goes on; the
 * binding keeps what is lent alive as soon as it sees a new one.
 */
struct corm_unit_loan {
    struct corm_instance *instance;
    const struct corm_instance *source; /* NULL: fetched, or a default of the column */
    uint16_t attribute;
    uint16_t source_attribute;
};

/** Number of loans so far, and each of them. */
uint32_t corm_unit_loans(const struct corm_unit *unit);
struct corm_unit_loan corm_unit_loan_at(const struct corm_unit *unit, uint32_t at);

/* A related object that is not in the session, so that its key was not written. */
struct corm_unit_stray {
    const struct corm_instance *instance;
    const struct corm_relationship *relationship;
};

/** Number of strays so far, and each of them. */
uint32_t corm_unit_strays(const struct corm_unit *unit);
struct corm_unit_stray corm_unit_stray_at(const struct corm_unit *unit, uint32_t at);

#endif
