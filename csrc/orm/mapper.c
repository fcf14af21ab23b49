/* SPDX-License-Identifier: MIT */
/* Building a mapper: attributes and tables are appended, then the key table is sealed. */
#include "orm/mapper.h"

#include <string.h>

#include "base/alloc.h"

struct corm_mapper *corm_mapper_new(const char *name)
{
    struct corm_mapper *mapper = corm_alloc_zero(1, sizeof *mapper);
    if (mapper == NULL) {
        return NULL;
    }
    mapper->id = corm_node_next_id();
    mapper->name = name;
    mapper->base = mapper;
    mapper->version_attribute = -1;
    mapper->polymorphic_attribute = -1;
    return mapper;
}

static void relationship_free(struct corm_relationship *relationship)
{
    corm_vec_release(&relationship->pairs);
    corm_vec_release(&relationship->target_pairs);
    corm_vec_release(&relationship->reverse);
    corm_free(relationship);
}

static void mapped_table_release(struct corm_mapped_table *mapped)
{
    corm_vec_release(&mapped->columns);
    corm_vec_release(&mapped->primary_key);
}

void corm_mapper_free(struct corm_mapper *mapper)
{
    if (mapper == NULL) {
        return;
    }
    corm_vec_foreach (&mapper->relationships, it) {
        relationship_free(*it);
    }
    corm_vec_foreach (&mapper->tables, it) {
        mapped_table_release(it);
    }
    corm_vec_release(&mapper->relationships);
    corm_vec_release(&mapper->inherit_pairs);
    corm_vec_release(&mapper->tables);
    corm_vec_release(&mapper->attributes);
    corm_vec_release(&mapper->primary_key);
    corm_free(mapper->slots);
    corm_free(mapper);
}

int corm_mapper_find(const struct corm_mapper *mapper, const char *key, size_t len)
{
    corm_vec_foreach (&mapper->attributes, it) {
        if (it->key_len == len && memcmp(it->key, key, len) == 0) {
            return it->index;
        }
    }
    return -1;
}

enum corm_rc corm_mapper_add_attribute(struct corm_mapper *mapper,
                                       const struct corm_attribute *attribute,
                                       uint16_t *index_out, struct corm_error *err)
{
    size_t index = mapper->attributes.count;

    if (index >= INT16_MAX) {
        return corm_fail(err, CORM_E_ARGUMENT, "class '%s' has too many attributes",
                         mapper->name);
    }
    if (corm_mapper_find(mapper, attribute->key, attribute->key_len) >= 0) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "class '%s' already has an attribute '%s'", mapper->name,
                         attribute->key);
    }
    if (!corm_vec_push(&mapper->attributes, *attribute)) {
        return corm_fail_memory(err);
    }
    mapper->attributes.items[index].index = (uint16_t)index;
    if (attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) {
        if (!corm_vec_push(&mapper->primary_key, (uint16_t)index)) {
            mapper->attributes.count--;
            return corm_fail_memory(err);
        }
    }
    *index_out = (uint16_t)index;
    return CORM_OK;
}

static bool mapped_table_fill(struct corm_mapped_table *mapped,
                              const int32_t *attribute_of_column)
{
    const struct corm_table *table = mapped->table;

    for (size_t i = 0; i < table->columns.count; i++) {
        struct corm_mapped_column pair = { table->columns.items[i],
                                           (uint16_t)attribute_of_column[i] };
        if (attribute_of_column[i] < 0) {
            continue;
        }
        if (!corm_vec_push(&mapped->columns, pair)) {
            return false;
        }
        if ((pair.column->flags & CORM_COLUMN_PRIMARY_KEY) &&
            !corm_vec_push(&mapped->primary_key, pair)) {
            return false;
        }
    }
    return true;
}

static struct corm_mapped_table *mapper_find_table(struct corm_mapper *mapper,
                                                   const struct corm_table *table)
{
    corm_vec_foreach (&mapper->tables, it) {
        if (it->table == table) {
            return it;
        }
    }
    return NULL;
}

enum corm_rc corm_mapper_add_table(struct corm_mapper *mapper,
                                   const struct corm_table *table,
                                   const int32_t *attribute_of_column,
                                   struct corm_error *err)
{
    struct corm_mapped_table mapped = { .table = table };
    struct corm_mapped_table *known = mapper_find_table(mapper, table);

    if (!mapped_table_fill(&mapped, attribute_of_column) ||
        (known == NULL && !corm_vec_push(&mapper->tables, mapped))) {
        mapped_table_release(&mapped);
        return corm_fail_memory(err);
    }
    if (known != NULL) {
        mapped_table_release(known);
        *known = mapped;
    }
    return CORM_OK;
}

struct corm_relationship *corm_mapper_add_relationship(struct corm_mapper *mapper)
{
    struct corm_relationship *relationship = corm_alloc_zero(1, sizeof *relationship);

    if (relationship == NULL) {
        return NULL;
    }
    relationship->parent = mapper;
    relationship->orphan_bit = -1;
    if (!corm_vec_push(&mapper->relationships, relationship)) {
        corm_free(relationship);
        return NULL;
    }
    return relationship;
}

static void mapper_insert_key(struct corm_mapper *mapper, const char *key,
                              uint16_t position)
{
    uint32_t at = corm_key_hash(key);

    while (mapper->slots[at & mapper->slot_mask].key != NULL) {
        at++;
    }
    mapper->slots[at & mapper->slot_mask] = (struct corm_key_slot){ key, position };
}

enum corm_rc corm_mapper_seal(struct corm_mapper *mapper, struct corm_error *err)
{
    size_t size = 8;
    struct corm_key_slot *slots;

    while (size < mapper->attributes.count * 3) {
        size *= 2;
    }
    slots = corm_alloc_zero(size, sizeof *slots);
    if (slots == NULL) {
        return corm_fail_memory(err);
    }
    corm_free(mapper->slots);
    mapper->slots = slots;
    mapper->slot_mask = (uint32_t)size - 1;
    corm_vec_foreach (&mapper->attributes, it) {
        mapper_insert_key(mapper, it->key, it->index);
    }
    return CORM_OK;
}

bool corm_mapper_isa(const struct corm_mapper *mapper, const struct corm_mapper *other)
{
    for (; mapper != NULL; mapper = mapper->inherits) {
        if (mapper == other) {
            return true;
        }
    }
    return false;
}
