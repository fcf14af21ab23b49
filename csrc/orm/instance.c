/* SPDX-License-Identifier: MIT */
/* Cells, their committed values, and what is known about parents. */
#include "orm/instance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "orm/collection.h"

bool corm_instance_has_primary_key(const struct corm_instance *instance)
{
    corm_vec_foreach (&instance->mapper->primary_key, it) {
        if (instance->cell[*it].tag <= CORM_TAG_NULL) {
            return false;
        }
    }
    return true;
}

static bool value_is_same(const struct corm_value *a, const struct corm_value *b)
{
    if (a->tag != b->tag) {
        return false;
    }
    if (a->tag == CORM_TAG_OBJECT) {
        return a->as.p == b->as.p;
    }
    return a->tag != CORM_TAG_FOREIGN && corm_value_equal(a, b);
}

static void cell_put(struct corm_value *cell, const struct corm_value *value,
                     uint8_t flags)
{
    *cell = *value;
    cell->flags =
        flags | (value->flags & (CORM_CELL_RAW | CORM_CELL_PINNED | CORM_CELL_SQL));
}

bool corm_instance_set(struct corm_instance *instance, uint16_t at,
                       const struct corm_value *value)
{
    struct corm_value *cell = &instance->cell[at];
    uint8_t kept = cell->flags & CORM_CELL_CHANGED;

    if (cell->tag != CORM_TAG_UNSET && value_is_same(cell, value)) {
        return false;
    }
    if (!kept && instance->committed != NULL &&
        (instance->flags & CORM_INSTANCE_HAS_KEY)) {
        instance->committed[at] = *cell;
        instance->nchanged++;
        kept = CORM_CELL_CHANGED;
    }
    cell_put(cell, value, kept);
    return true;
}

void corm_instance_flag(struct corm_instance *instance, uint16_t at)
{
    struct corm_value *cell = &instance->cell[at];

    if (!(cell->flags & CORM_CELL_CHANGED)) {
        instance->committed[at] = (struct corm_value){ .tag = CORM_TAG_UNSET };
        instance->nchanged++;
        cell->flags |= CORM_CELL_CHANGED;
    }
}

static void cell_forget_change(struct corm_instance *instance, struct corm_value *cell)
{
    if (cell->flags & CORM_CELL_CHANGED) {
        cell->flags &= (uint8_t)~CORM_CELL_CHANGED;
        instance->nchanged--;
    }
}

void corm_instance_load(struct corm_instance *instance, uint16_t at,
                        const struct corm_value *value)
{
    cell_forget_change(instance, &instance->cell[at]);
    cell_put(&instance->cell[at], value, 0);
}

void corm_instance_commit(struct corm_instance *instance)
{
    corm_instance_foreach(instance, it)
    {
        struct corm_value *cell = &instance->cell[it->index];
        cell_forget_change(instance, cell);
        if (it->kind == CORM_ATTRIBUTE_COLLECTION && cell->tag == CORM_TAG_OBJECT) {
            corm_collection_commit(cell->as.p);
        }
    }
    instance->flags &= (uint8_t)~CORM_INSTANCE_MODIFIED;
}

/* The row is found by its key, so that one is kept as it was committed. */
static void cell_make_stale(struct corm_instance *instance, uint16_t at)
{
    struct corm_value *cell = &instance->cell[at];

    if (cell->flags & CORM_CELL_CHANGED) {
        *cell = instance->committed[at];
        instance->nchanged--;
    }
    if (cell->tag != CORM_TAG_UNSET) {
        cell->flags |= CORM_CELL_STALE;
    }
}

void corm_instance_expire_attribute(struct corm_instance *instance, uint16_t at)
{
    const struct corm_attribute *attribute = &instance->mapper->attributes.items[at];
    struct corm_value *cell = &instance->cell[at];
    struct corm_collection *collection = corm_cell_collection(cell);

    if ((attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) &&
        (instance->flags & CORM_INSTANCE_HAS_KEY)) {
        cell_make_stale(instance, at);
        return;
    }
    if (attribute->kind == CORM_ATTRIBUTE_COLLECTION && collection != NULL) {
        collection->owner = NULL;
    }
    cell_forget_change(instance, cell);
    cell_put(cell, &(struct corm_value){ .tag = CORM_TAG_UNSET }, 0);
}

void corm_instance_expire(struct corm_instance *instance)
{
    for (size_t i = 0; i < instance->ncells; i++) {
        corm_instance_expire_attribute(instance, (uint16_t)i);
    }
    instance->flags &= (uint8_t)~CORM_INSTANCE_MODIFIED;
    instance->flags |= CORM_INSTANCE_EXPIRED;
}

static bool attribute_is_modified(const struct corm_instance *instance,
                                  const struct corm_attribute *attribute)
{
    const struct corm_value *cell = &instance->cell[attribute->index];

    if (cell->flags & CORM_CELL_CHANGED) {
        return !value_is_same(cell, &instance->committed[attribute->index]);
    }
    if (attribute->kind == CORM_ATTRIBUTE_COLLECTION && cell->tag == CORM_TAG_OBJECT) {
        const struct corm_collection *collection = cell->as.p;
        return collection->is_changed || !collection->is_loaded;
    }
    return false;
}

bool corm_instance_is_modified(const struct corm_instance *instance)
{
    if (!(instance->flags & CORM_INSTANCE_MODIFIED)) {
        return false;
    }
    corm_instance_foreach(instance, it)
    {
        if (attribute_is_modified(instance, it)) {
            return true;
        }
    }
    return false;
}

void corm_instance_set_parent(struct corm_instance *instance,
                              const struct corm_relationship *relationship, bool has)
{
    uint16_t bit;

    if (relationship->orphan_bit < 0) {
        return;
    }
    bit = (uint16_t)(1u << relationship->orphan_bit);
    instance->parent_known |= bit;
    instance->parent_has =
        has ? instance->parent_has | bit : instance->parent_has & (uint16_t)~bit;
}

bool corm_instance_is_orphan_of(const struct corm_instance *instance,
                                const struct corm_relationship *relationship)
{
    uint16_t bit = (uint16_t)(1u << relationship->orphan_bit);

    if (instance->parent_known & bit) {
        return !(instance->parent_has & bit);
    }
    return !(instance->flags & CORM_INSTANCE_HAS_KEY);
}

bool corm_instance_is_orphan(const struct corm_instance *instance)
{
    uint16_t held = instance->parent_has;
    uint16_t all = 0;

    for (const struct corm_mapper *of = instance->mapper; of != NULL;
         of = of->inherits) {
        all |= of->orphan_mask;
    }
    if (instance->flags & CORM_INSTANCE_HAS_KEY) {
        held |= all & (uint16_t)~instance->parent_known;
    }
    return (held & all) != all;
}

static int compare_values(const struct corm_value *a, const struct corm_value *b)
{
    size_t len = a->len < b->len ? a->len : b->len;
    int order;

    if (a->tag != b->tag) {
        return a->tag < b->tag ? -1 : 1;
    }
    if (!corm_value_has_bytes(a)) {
        return a->as.i < b->as.i ? -1 : a->as.i > b->as.i;
    }
    order = memcmp(a->as.s, b->as.s, len);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

int corm_instance_compare_keys(const struct corm_instance *a,
                               const struct corm_instance *b)
{
    corm_vec_foreach (&a->mapper->primary_key, it) {
        int order = compare_values(corm_instance_committed(a, *it),
                                   corm_instance_committed(b, *it));
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int describe_key(const struct corm_instance *instance, char *buf, size_t len)
{
    const struct corm_mapper *mapper = instance->mapper;
    const struct corm_attribute *attribute =
        &mapper->attributes.items[mapper->primary_key.items[0]];
    const struct corm_value *cell = &instance->cell[attribute->index];

    if (cell->tag == CORM_TAG_INT) {
        return snprintf(buf, len, "%s(%s=%" PRId64 ")", mapper->name, attribute->key,
                        cell->as.i);
    }
    if (cell->tag == CORM_TAG_TEXT) {
        return snprintf(buf, len, "%s(%s='%.*s')", mapper->name, attribute->key,
                        (int)cell->len, cell->as.s);
    }
    return snprintf(buf, len, "%s at %p", mapper->name, (const void *)instance);
}

const char *corm_instance_describe(const struct corm_instance *instance, char *buf,
                                   size_t len)
{
    if (instance->mapper->primary_key.count == 0) {
        snprintf(buf, len, "%s at %p", instance->mapper->name, (const void *)instance);
    } else {
        describe_key(instance, buf, len);
    }
    return buf;
}
