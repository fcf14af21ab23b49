/* SPDX-License-Identifier: MIT */
/*
 * From signatures to batches: consecutive instances that send the same to a table are one
 * batch, of whatever class of the tree they are. The rows of all batches of one table
 * share one array.
 */
#include "base/hash.h"
#include "orm/unit_int.h"

static size_t max_attributes(const struct corm_unit *unit)
{
    size_t max = 0;

    for (uint32_t i = 0; i < unit->rows.count; i++) {
        size_t count = unit->rows.items[i]->mapper->attributes.count;
        max = count > max ? count : max;
    }
    return max;
}

static bool signature_alloc(struct corm_unit *unit, struct unit_signature *signature,
                            size_t room)
{
    uint16_t *items = corm_arena_alloc(&unit->arena, 3 * room * sizeof *items);

    signature->columns = items;
    signature->keys = items + room;
    signature->fetch = items + 2 * room;
    return items != NULL;
}

bool unit_signature_init(struct corm_unit *unit, struct unit_signature *signature)
{
    size_t bytes = (unit->rows.count + 1) * sizeof *unit->room;

    unit->room = corm_arena_alloc(&unit->arena, bytes);
    unit->room_keys = corm_arena_alloc(&unit->arena, bytes);
    unit->room_at = 0;
    *signature = (struct unit_signature){ .room = max_attributes(unit) + 1 };
    return unit->room != NULL && unit->room_keys != NULL &&
           signature_alloc(unit, signature, signature->room);
}

void unit_signature_clear(struct unit_signature *signature,
                          const struct corm_mapped_table *table)
{
    signature->table = table;
    signature->ncolumns = signature->nfetch = signature->nkeys = 0;
    signature->has_sql = signature->has_foreign = signature->needs_defaults = false;
}

static bool same_list(const uint16_t *a, uint32_t na, const uint16_t *b, uint32_t nb)
{
    return na == nb && (na == 0 || __builtin_memcmp(a, b, na * sizeof *a) == 0);
}

/* Classes of one tree have the columns of a shared table as the same attributes. */
static bool same_columns(const struct corm_mapped_table *a,
                         const struct corm_mapped_table *b)
{
    if (a == b) {
        return true;
    }
    if (a->table != b->table || a->columns.count != b->columns.count) {
        return false;
    }
    for (size_t i = 0; i < a->columns.count; i++) {
        if (a->columns.items[i].attribute != b->columns.items[i].attribute) {
            return false;
        }
    }
    return true;
}

static bool batch_accepts(const struct corm_batch *batch, enum corm_batch_kind kind,
                          const struct unit_signature *signature)
{
    return batch->kind == kind && same_columns(batch->table, signature->table) &&
           !batch->has_sql && !signature->has_sql &&
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

static bool batch_begin(struct corm_unit *unit, enum corm_batch_kind kind,
                        const struct corm_instance *instance,
                        struct unit_signature *signature)
{
    struct corm_batch batch = {
        .kind = kind,
        .mapper = instance->mapper,
        .table = signature->table,
        .columns = signature->columns,
        .ncolumns = signature->ncolumns,
        .keys = signature->keys,
        .nkeys = signature->nkeys,
        .fetch = signature->fetch,
        .nfetch = signature->nfetch,
        .rows = unit->room + unit->room_at,
        .others = unit->room_keys + unit->room_at,
        .has_sql = signature->has_sql,
    };

    batch.shape = batch_shape(&batch);
    return corm_vec_push(&unit->batches, batch) &&
           signature_alloc(unit, signature, signature->room);
}

enum corm_rc unit_add_row(struct corm_unit *unit, enum corm_batch_kind kind,
                          struct corm_instance *instance, struct corm_instance *key_of,
                          struct unit_signature *signature, struct corm_error *err)
{
    struct corm_batch *last =
        unit->batches.count ? &unit->batches.items[unit->batches.count - 1] : NULL;

    if (last == NULL || !batch_accepts(last, kind, signature)) {
        if (!batch_begin(unit, kind, instance, signature)) {
            return corm_fail_memory(err);
        }
        last = &unit->batches.items[unit->batches.count - 1];
    }
    unit->room[unit->room_at] = instance;
    unit->room_keys[unit->room_at] = key_of;
    unit->room_at++;
    last->nrows++;
    last->has_foreign |= signature->has_foreign;
    last->needs_defaults |= signature->needs_defaults;
    return CORM_OK;
}
