/* SPDX-License-Identifier: MIT */
/* Parameters of a batch, as they are in the instances. */
#include "orm/unitofwork.h"

static void row_values(const struct corm_batch *batch,
                       const struct corm_instance *instance, struct corm_value *cells)
{
    for (uint32_t i = 0; i < batch->ncolumns; i++) {
        *cells++ = instance->cell[batch->columns[i]];
    }
    for (uint32_t i = 0; i < batch->nkeys; i++) {
        *cells++ = *corm_instance_committed(instance, batch->keys[i]);
    }
}

/* The value of one column of a secondary table, if the relationship says which. */
static const struct corm_value *link_value(const struct corm_batch *batch, uint32_t row,
                                           const struct corm_column *column)
{
    corm_vec_foreach (&batch->relationship->pairs, pair) {
        if (pair->secondary == column) {
            return &batch->rows[row]->cell[pair->source];
        }
    }
    corm_vec_foreach (&batch->relationship->target_pairs, pair) {
        if (pair->secondary == column) {
            return &batch->others[row]->cell[pair->source];
        }
    }
    return NULL;
}

static void link_values(const struct corm_batch *batch, uint32_t row,
                        struct corm_value *cells)
{
    corm_vec_foreach (&batch->relationship->secondary->columns, it) {
        const struct corm_value *value = link_value(batch, row, *it);
        if (value != NULL) {
            *cells++ = *value;
        }
    }
}

void corm_batch_values(const struct corm_batch *batch, uint32_t row,
                       struct corm_value *cells)
{
    if (batch->relationship != NULL) {
        link_values(batch, row, cells);
    } else {
        row_values(batch, batch->rows[row], cells);
    }
}
