/* SPDX-License-Identifier: MIT */
/* Rows of single instances: what unit_persist.c asks of unit_insert.c and unit_update.c. */
#ifndef CORM_ORM_UNIT_PERSIST_H
#define CORM_ORM_UNIT_PERSIST_H

#include "orm/unit_int.h"

/** Note what kind of value goes along. */
static inline void unit_signature_note(struct unit_signature *signature,
                                       const struct corm_value *cell)
{
    if (cell->tag == CORM_TAG_FOREIGN) {
        signature->has_sql |= (cell->flags & CORM_CELL_SQL) != 0;
        signature->has_foreign = true;
    }
}

/** Add the WHERE of the signature's table: primary key, and version if it is there. */
void unit_add_keys(const struct corm_instance *instance,
                   struct unit_signature *signature);

/* Each adds the instance's row of one table to the unit's batches. */
typedef enum corm_rc (*unit_row_fn)(struct corm_unit *unit,
                                    struct corm_instance *instance,
                                    const struct corm_mapped_table *table,
                                    struct unit_signature *signature,
                                    struct corm_error *err);

/** The row of a new instance. */
enum corm_rc unit_insert_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature,
                             struct corm_error *err) CORM_NODISCARD;

/** What changed in a known one, or all of one that takes over a row. */
enum corm_rc unit_update_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature,
                             struct corm_error *err) CORM_NODISCARD;

/** Its keys with post_update. */
enum corm_rc unit_post_row(struct corm_unit *unit, struct corm_instance *instance,
                           const struct corm_mapped_table *table,
                           struct unit_signature *signature,
                           struct corm_error *err) CORM_NODISCARD;

/** The row of one that is deleted. */
enum corm_rc unit_delete_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature,
                             struct corm_error *err) CORM_NODISCARD;

#endif
