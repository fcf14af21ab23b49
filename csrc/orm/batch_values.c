/* SPDX-License-Identifier: MIT */
/* Parameters of a batch, as they are in the instances. */
#include "orm/history.h"
#include "orm/unit_int.h"

bool corm_batch_lacks(const struct corm_batch *batch, uint32_t row, uint16_t attribute)
{
    const struct corm_instance *instance = batch->rows[row];

    if (batch->kind == CORM_BATCH_INSERT) {
        const struct corm_attribute *of = &batch->mapper->attributes.items[attribute];
        const struct corm_value *cell = &instance->cell[attribute];
        return cell->tag == CORM_TAG_UNSET ||
               ((of->flags & CORM_ATTRIBUTE_DEFAULT) && !unit_is_given(of, cell));
    }
    return batch->rows[row] == batch->others[row] &&
           !corm_history_has_change(instance, attribute);
}

static void row_values(const struct corm_batch *batch, uint32_t row,
                       struct corm_value *cells)
{
    const struct corm_instance *instance = batch->rows[row];
    const struct corm_instance *key_of = batch->others[row];

    for (uint32_t i = 0; i < batch->ncolumns; i++) {
        *cells++ = instance->cell[batch->columns[i]];
    }
    for (uint32_t i = 0; i < batch->nkeys; i++) {
        *cells++ = *corm_instance_committed(key_of, batch->keys[i]);
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
        row_values(batch, row, cells);
    }
}
