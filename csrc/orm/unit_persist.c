/* SPDX-License-Identifier: MIT */
/*
 * From instances to batches. For each table of the mapper: which columns an instance
 * sends is its signature; consecutive instances of one signature are one batch.
 */
#include "base/hash.h"
#include "orm/unit_int.h"

/* What one instance sends to one table. */
struct signature {
    uint16_t *columns;
    uint16_t *keys;
    uint16_t *fetch;
    uint32_t ncolumns, nkeys, nfetch;
    bool has_foreign;
    bool needs_defaults;
};

static bool signature_alloc(struct corm_unit *unit, const struct corm_mapper *mapper,
                            struct signature *signature)
{
    size_t bytes = (mapper->attributes.count + 1) * sizeof(uint16_t);

    *signature = (struct signature){
        .columns = corm_arena_alloc(&unit->arena, bytes),
        .keys = corm_arena_alloc(&unit->arena, bytes),
        .fetch = corm_arena_alloc(&unit->arena, bytes),
    };
    return signature->columns != NULL && signature->keys != NULL &&
           signature->fetch != NULL;
}

static bool same_list(const uint16_t *a, uint32_t na, const uint16_t *b, uint32_t nb)
{
    return na == nb && (na == 0 || __builtin_memcmp(a, b, na * sizeof *a) == 0);
}

static bool batch_accepts(const struct corm_batch *batch, enum corm_batch_kind kind,
                          const struct corm_mapper *mapper,
                          const struct corm_mapped_table *table,
                          const struct signature *signature)
{
    return batch->kind == kind && batch->mapper == mapper && batch->table == table &&
           !batch->has_foreign && !signature->has_foreign &&
           !(mapper->flags & CORM_MAPPER_NO_BATCH) &&
           same_list(batch->columns, batch->ncolumns, signature->columns,
                     signature->ncolumns) &&
           same_list(batch->keys, batch->nkeys, signature->keys, signature->nkeys) &&
           same_list(batch->fetch, batch->nfetch, signature->fetch, signature->nfetch);
}

static uint64_t batch_shape(const struct corm_batch *batch)
{
    uint64_t hash = corm_hash_mix(batch->kind, batch->table->table->node.id);

    for (uint32_t i = 0; i < batch->ncolumns; i++) {
        hash = corm_hash_mix(hash, batch->columns[i]);
    }
    hash = corm_hash_mix(hash, batch->nkeys);
    for (uint32_t i = 0; i < batch->nfetch; i++) {
        hash = corm_hash_mix(hash, batch->fetch[i]);
    }
    return corm_hash_mix(hash, batch->mapper->id);
}

/* Append the instance to the last batch if it fits, else begin a new one. */
static enum corm_rc unit_add_row(struct corm_unit *unit, enum corm_batch_kind kind,
                                 struct corm_instance *instance,
                                 const struct corm_mapped_table *table,
                                 struct signature *signature, uint32_t room,
                                 struct corm_error *err)
{
    struct corm_batch *last =
        unit->batches.count ? &unit->batches.items[unit->batches.count - 1] : NULL;
    struct corm_instance **rows;

    if (last == NULL ||
        !batch_accepts(last, kind, instance->mapper, table, signature)) {
        struct corm_batch batch = {
            .kind = kind,
            .mapper = instance->mapper,
            .table = table,
            .columns = signature->columns,
            .ncolumns = signature->ncolumns,
            .keys = signature->keys,
            .nkeys = signature->nkeys,
            .fetch = signature->fetch,
            .nfetch = signature->nfetch,
            .has_foreign = signature->has_foreign,
            .needs_defaults = signature->needs_defaults,
        };
        batch.rows = corm_arena_alloc(&unit->arena, room * sizeof *batch.rows);
        batch.shape = batch_shape(&batch);
        if (batch.rows == NULL || !corm_vec_push(&unit->batches, batch) ||
            !signature_alloc(unit, instance->mapper, signature)) {
            return corm_fail_memory(err);
        }
        last = &unit->batches.items[unit->batches.count - 1];
    }
    rows = (struct corm_instance **)(uintptr_t)last->rows;
    rows[last->nrows++] = instance;
    return CORM_OK;
}

/* ---- INSERT ---- */

/* An unset column of a new row: a default, the database's business, or NULL. */
static enum corm_rc insert_unset(struct corm_unit *unit, struct corm_instance *instance,
                                 const struct corm_attribute *attribute,
                                 const struct corm_mapped_column *mapped,
                                 struct signature *signature, struct corm_error *err)
{
    const struct corm_column *column = mapped->column;
    struct corm_value null = corm_value_null();

    if (attribute->flags & CORM_ATTRIBUTE_DEFAULT) {
        signature->columns[signature->ncolumns++] = attribute->index;
        if (column->default_value.tag != CORM_TAG_UNSET) {
            return unit_write_cell(unit, instance, attribute->index,
                                   &column->default_value, err);
        }
        signature->needs_defaults = true;
        return CORM_OK;
    }
    if (attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) {
        signature->fetch[signature->nfetch++] = attribute->index;
        return CORM_OK;
    }
    if (attribute->flags & CORM_ATTRIBUTE_SERVER_DEFAULT) {
        if (unit->session->fetches_defaults) {
            signature->fetch[signature->nfetch++] = attribute->index;
        }
        return CORM_OK;
    }
    signature->columns[signature->ncolumns++] = attribute->index;
    return unit_write_cell(unit, instance, attribute->index, &null, err);
}

static enum corm_rc insert_signature(struct corm_unit *unit,
                                     struct corm_instance *instance,
                                     const struct corm_mapped_table *table,
                                     struct signature *signature,
                                     struct corm_error *err)
{
    const struct corm_mapper *mapper = instance->mapper;

    signature->ncolumns = signature->nfetch = signature->nkeys = 0;
    signature->has_foreign = signature->needs_defaults = false;
    corm_vec_foreach (&table->columns, mapped) {
        const struct corm_attribute *attribute =
            &mapper->attributes.items[mapped->attribute];
        const struct corm_value *cell = &instance->cell[attribute->index];
        bool is_blank_key = (attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) &&
                            cell->tag == CORM_TAG_NULL;
        enum corm_rc rc;

        if ((attribute->flags & CORM_ATTRIBUTE_READ_ONLY) ||
            attribute->index >= instance->ncells) {
            continue;
        }
        if (cell->tag != CORM_TAG_UNSET && !is_blank_key) {
            signature->columns[signature->ncolumns++] = attribute->index;
            signature->has_foreign |= cell->tag == CORM_TAG_FOREIGN;
            continue;
        }
        rc = insert_unset(unit, instance, attribute, mapped, signature, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

static enum corm_rc version_begin(struct corm_unit *unit,
                                  struct corm_instance *instance,
                                  struct corm_error *err)
{
    int16_t at = instance->mapper->version_attribute;
    struct corm_value first = corm_value_int(1);

    if (at < 0 || instance->cell[at].tag > CORM_TAG_NULL) {
        return CORM_OK;
    }
    return unit_write_cell(unit, instance, (uint16_t)at, &first, err);
}

/* ---- UPDATE ---- */

static bool cell_is_changed(const struct corm_instance *instance, uint16_t at)
{
    const struct corm_value *cell = &instance->cell[at];

    if (!(cell->flags & CORM_CELL_CHANGED) || cell->tag == CORM_TAG_UNSET) {
        return false;
    }
    return cell->tag == CORM_TAG_FOREIGN || cell->tag != instance->committed[at].tag ||
           !corm_value_equal(cell, &instance->committed[at]);
}

static void add_keys(const struct corm_instance *instance,
                     const struct corm_mapped_table *table, struct signature *signature)
{
    const struct corm_mapper *mapper = instance->mapper;

    corm_vec_foreach (&table->primary_key, mapped) {
        signature->keys[signature->nkeys++] = mapped->attribute;
    }
    if (mapper->version_attribute >= 0 && table == &mapper->tables.items[0]) {
        signature->keys[signature->nkeys++] = (uint16_t)mapper->version_attribute;
    }
}

static void update_signature(struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct signature *signature)
{
    const struct corm_mapper *mapper = instance->mapper;

    signature->ncolumns = signature->nfetch = signature->nkeys = 0;
    signature->has_foreign = signature->needs_defaults = false;
    corm_vec_foreach (&table->columns, mapped) {
        const struct corm_attribute *attribute =
            &mapper->attributes.items[mapped->attribute];
        if ((attribute->flags & CORM_ATTRIBUTE_READ_ONLY) ||
            attribute->index >= instance->ncells ||
            !cell_is_changed(instance, attribute->index)) {
            continue;
        }
        signature->columns[signature->ncolumns++] = attribute->index;
        signature->has_foreign |=
            instance->cell[attribute->index].tag == CORM_TAG_FOREIGN;
    }
    if (signature->ncolumns > 0) {
        add_keys(instance, table, signature);
    }
}

/* Columns with an onupdate go along with any other change. */
static void update_add_onupdate(struct corm_instance *instance,
                                const struct corm_mapped_table *table,
                                struct signature *signature)
{
    const struct corm_mapper *mapper = instance->mapper;
    uint32_t n = 0;

    corm_vec_foreach (&table->columns, mapped) {
        const struct corm_attribute *attribute =
            &mapper->attributes.items[mapped->attribute];
        bool is_changed = cell_is_changed(instance, attribute->index);
        if (is_changed || (attribute->flags & CORM_ATTRIBUTE_ONUPDATE)) {
            signature->columns[n++] = attribute->index;
            signature->needs_defaults |= !is_changed;
        }
    }
    signature->ncolumns = n;
}

static enum corm_rc version_advance(struct corm_unit *unit,
                                    struct corm_instance *instance,
                                    struct corm_error *err)
{
    int16_t at = instance->mapper->version_attribute;
    struct corm_value next;

    if (at < 0 || cell_is_changed(instance, (uint16_t)at) ||
        instance->cell[at].tag != CORM_TAG_INT) {
        return CORM_OK;
    }
    next = corm_value_int(instance->cell[at].as.i + 1);
    return unit_write_cell(unit, instance, (uint16_t)at, &next, err);
}

static enum corm_rc update_row(struct corm_unit *unit, struct corm_instance *instance,
                               const struct corm_mapped_table *table,
                               struct signature *signature, struct corm_error *err)
{
    enum corm_rc rc;

    update_signature(instance, table, signature);
    if (signature->ncolumns == 0) {
        return CORM_OK;
    }
    rc = version_advance(unit, instance, err);
    if (rc != CORM_OK) {
        return rc;
    }
    update_signature(instance, table, signature);
    update_add_onupdate(instance, table, signature);
    return unit_add_row(unit, CORM_BATCH_UPDATE, instance, table, signature,
                        (uint32_t)unit->current.count, err);
}

static enum corm_rc insert_row(struct corm_unit *unit, struct corm_instance *instance,
                               const struct corm_mapped_table *table,
                               struct signature *signature, struct corm_error *err)
{
    enum corm_rc rc = version_begin(unit, instance, err);

    if (rc == CORM_OK) {
        rc = insert_signature(unit, instance, table, signature, err);
    }
    if (rc == CORM_OK) {
        rc = unit_add_row(unit, CORM_BATCH_INSERT, instance, table, signature,
                          (uint32_t)unit->current.count, err);
    }
    return rc;
}

/* ---- one node's batches ---- */

static const struct corm_mapped_table *table_at(const struct corm_instance *instance,
                                                size_t at)
{
    const struct corm_mapper *mapper = instance->mapper;
    return at < mapper->tables.count ? &mapper->tables.items[at] : NULL;
}

static size_t max_tables(const struct corm_unit *unit)
{
    size_t max = 0;

    corm_vec_foreach (&unit->current, it) {
        if ((*it)->mapper->tables.count > max) {
            max = (*it)->mapper->tables.count;
        }
    }
    return max;
}

static size_t max_attributes(const struct corm_unit *unit,
                             const struct corm_mapper **widest)
{
    size_t max = 0;

    corm_vec_foreach (&unit->current, it) {
        if ((*it)->mapper->attributes.count >= max) {
            max = (*it)->mapper->attributes.count;
            *widest = (*it)->mapper;
        }
    }
    return max;
}

typedef enum corm_rc (*row_fn)(struct corm_unit *unit, struct corm_instance *instance,
                               const struct corm_mapped_table *table,
                               struct signature *signature, struct corm_error *err);

static enum corm_rc unit_each_row(struct corm_unit *unit, size_t table_idx,
                                  bool new_ones, row_fn add, struct corm_error *err)
{
    const struct corm_mapper *widest = NULL;
    struct signature signature;

    if (max_attributes(unit, &widest) == 0) {
        return CORM_OK;
    }
    if (!signature_alloc(unit, widest, &signature)) {
        return corm_fail_memory(err);
    }
    corm_vec_foreach (&unit->current, it) {
        const struct corm_mapped_table *table = table_at(*it, table_idx);
        bool is_new = !((*it)->flags & CORM_INSTANCE_HAS_KEY);
        enum corm_rc rc;
        if (table == NULL || is_new != new_ones) {
            continue;
        }
        rc = add(unit, *it, table, &signature, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

enum corm_rc unit_build_saves(struct corm_unit *unit, struct corm_error *err)
{
    size_t ntables = max_tables(unit);
    enum corm_rc rc = CORM_OK;

    for (size_t t = 0; t < ntables && rc == CORM_OK; t++) {
        rc = unit_each_row(unit, t, false, update_row, err);
        if (rc == CORM_OK) {
            rc = unit_each_row(unit, t, true, insert_row, err);
        }
    }
    return rc;
}

static enum corm_rc delete_row(struct corm_unit *unit, struct corm_instance *instance,
                               const struct corm_mapped_table *table,
                               struct signature *signature, struct corm_error *err)
{
    signature->ncolumns = signature->nfetch = signature->nkeys = 0;
    add_keys(instance, table, signature);
    return unit_add_row(unit, CORM_BATCH_DELETE, instance, table, signature,
                        (uint32_t)unit->current.count, err);
}

enum corm_rc unit_build_deletes(struct corm_unit *unit, struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    for (size_t t = max_tables(unit); t-- > 0 && rc == CORM_OK;) {
        rc = unit_each_row(unit, t, false, delete_row, err);
    }
    return rc;
}

/* ---- secondary tables ---- */

static enum corm_rc link_batch(struct corm_unit *unit, enum corm_batch_kind kind,
                               const struct corm_relationship *relationship,
                               struct corm_instance **near, struct corm_instance **far,
                               size_t count, struct corm_error *err)
{
    struct corm_batch batch = {
        .kind = kind,
        .mapper = relationship->parent,
        .relationship = relationship,
        .ncolumns = kind == CORM_BATCH_LINK
                        ? (uint32_t)(relationship->pairs.count +
                                     relationship->target_pairs.count)
                        : 0,
        .nkeys = kind == CORM_BATCH_UNLINK
                     ? (uint32_t)(relationship->pairs.count +
                                  relationship->target_pairs.count)
                     : 0,
        .nrows = (uint32_t)count,
        .shape = corm_hash_mix(corm_hash_mix(kind, relationship->parent->id),
                               relationship->attribute),
    };
    struct corm_instance **rows;

    if (count == 0) {
        return CORM_OK;
    }
    rows = corm_arena_alloc(&unit->arena, 2 * count * sizeof(struct corm_instance *));
    if (rows == NULL) {
        return corm_fail_memory(err);
    }
    __builtin_memcpy(rows, near, count * sizeof *rows);
    __builtin_memcpy(rows + count, far, count * sizeof *rows);
    batch.rows = rows;
    batch.others = rows + count;
    return corm_vec_push(&unit->batches, batch) ? CORM_OK : corm_fail_memory(err);
}

enum corm_rc unit_build_links(struct corm_unit *unit,
                              const struct corm_relationship *relationship,
                              struct corm_error *err)
{
    enum corm_rc rc =
        link_batch(unit, CORM_BATCH_UNLINK, relationship, unit->unlinked[0].items,
                   unit->unlinked[1].items, unit->unlinked[0].count, err);

    if (rc == CORM_OK) {
        rc = link_batch(unit, CORM_BATCH_LINK, relationship, unit->linked[0].items,
                        unit->linked[1].items, unit->linked[0].count, err);
    }
    unit->linked[0].count = unit->linked[1].count = 0;
    unit->unlinked[0].count = unit->unlinked[1].count = 0;
    return rc;
}
