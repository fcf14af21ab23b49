/* SPDX-License-Identifier: MIT */
/* Parameters of a batch: cells of instances, converted by their columns' types. */
#include "orm/unitofwork.h"

static enum corm_rc fill_attribute(const struct corm_instance *instance, uint16_t at,
                                   const struct corm_value *value,
                                   struct corm_arena *scratch, struct corm_value *out,
                                   struct corm_error *err)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];
    enum corm_rc rc = corm_type_bind(attribute->type, value, scratch, out, err);

    if (CORM_UNLIKELY(rc != CORM_OK)) {
        corm_error_prefix(err, "attribute '%s' of class '%s'", attribute->key,
                          instance->mapper->name);
    }
    return rc;
}

static enum corm_rc fill_row(const struct corm_batch *batch,
                             const struct corm_instance *instance,
                             struct corm_value *cells, struct corm_arena *scratch,
                             struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    for (uint32_t i = 0; i < batch->ncolumns && rc == CORM_OK; i++) {
        uint16_t at = batch->columns[i];
        rc = fill_attribute(instance, at, &instance->cell[at], scratch, cells++, err);
    }
    for (uint32_t i = 0; i < batch->nkeys && rc == CORM_OK; i++) {
        uint16_t at = batch->keys[i];
        rc = fill_attribute(instance, at, corm_instance_committed(instance, at),
                            scratch, cells++, err);
    }
    return rc;
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

static enum corm_rc fill_link(const struct corm_batch *batch, uint32_t row,
                              struct corm_value *cells, struct corm_arena *scratch,
                              struct corm_error *err)
{
    corm_vec_foreach (&batch->relationship->secondary->columns, it) {
        const struct corm_value *value = link_value(batch, row, *it);
        enum corm_rc rc;
        if (value == NULL) {
            continue;
        }
        rc = corm_type_bind((*it)->node.type, value, scratch, cells++, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

enum corm_rc corm_batch_fill(const struct corm_batch *batch, uint32_t first,
                             uint32_t count, struct corm_value *cells,
                             struct corm_arena *scratch, struct corm_error *err)
{
    size_t width = batch->ncolumns + batch->nkeys;

    for (uint32_t r = first; r < first + count; r++, cells += width) {
        enum corm_rc rc = batch->relationship != NULL
                              ? fill_link(batch, r, cells, scratch, err)
                              : fill_row(batch, batch->rows[r], cells, scratch, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}
