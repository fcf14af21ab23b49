/* SPDX-License-Identifier: MIT */
/*
 * What a known instance sends to a table: what changed, found by the key as it was
 * committed. A new instance that takes over a row sends everything it has.
 */
#include "orm/unit_persist.h"

void unit_add_keys(const struct corm_instance *instance,
                   struct unit_signature *signature)
{
    const struct corm_mapper *mapper = instance->mapper;

    corm_vec_foreach (&signature->table->primary_key, mapped) {
        signature->keys[signature->nkeys++] = mapped->attribute;
    }
    if (mapper->version_attribute >= 0 &&
        signature->table == &mapper->tables.items[0]) {
        signature->keys[signature->nkeys++] = (uint16_t)mapper->version_attribute;
    }
}

/* True if the column goes into SET; for a row that is taken over, all but the key. */
static bool is_sent(const struct corm_instance *instance,
                    const struct corm_attribute *attribute, bool takes_over)
{
    if ((attribute->flags & CORM_ATTRIBUTE_READ_ONLY) ||
        attribute->index >= instance->ncells) {
        return false;
    }
    if (takes_over) {
        return instance->cell[attribute->index].tag != CORM_TAG_UNSET &&
               !(attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY);
    }
    return corm_history_has_change(instance, attribute->index);
}

static bool table_is_sent(const struct corm_instance *instance,
                          const struct corm_mapped_table *table, bool takes_over)
{
    corm_vec_foreach (&table->columns, mapped) {
        if (is_sent(instance, &instance->mapper->attributes.items[mapped->attribute],
                    takes_over)) {
            return true;
        }
    }
    return false;
}

/* The version is in the first table, and counts changes of all. */
static bool any_table_is_sent(const struct corm_instance *instance, bool takes_over)
{
    corm_vec_foreach (&instance->mapper->tables, it) {
        if (table_is_sent(instance, it, takes_over)) {
            return true;
        }
    }
    return false;
}

/* The next version, unless the program has set one. */
static enum corm_rc version_advance(struct corm_unit *unit,
                                    struct corm_instance *instance,
                                    const struct corm_instance *key_of,
                                    struct corm_error *err)
{
    const struct corm_mapper *mapper = instance->mapper;
    int16_t at = mapper->version_attribute;
    const struct corm_value *before;
    struct corm_value next;

    if (at < 0 || corm_history_has_change(instance, (uint16_t)at) ||
        (mapper->flags & (CORM_MAPPER_VERSION_LUA | CORM_MAPPER_VERSION_NONE))) {
        return CORM_OK;
    }
    before = corm_instance_committed(key_of, (uint16_t)at);
    if (before->tag != CORM_TAG_INT) {
        return CORM_OK;
    }
    next = corm_value_int(before->as.i + 1);
    return unit_write_cell(unit, instance, (uint16_t)at, &next, err);
}

/* Columns with an onupdate go along with any other change; Lua makes their values. */
static bool is_made_by_lua(const struct corm_instance *instance,
                           const struct corm_attribute *attribute)
{
    const struct corm_mapper *mapper = instance->mapper;

    return attribute->index < instance->ncells &&
           ((attribute->flags & CORM_ATTRIBUTE_ONUPDATE) ||
            (attribute->index == mapper->version_attribute &&
             (mapper->flags & CORM_MAPPER_VERSION_LUA)));
}

static void update_signature(const struct corm_instance *instance, bool takes_over,
                             struct unit_signature *signature)
{
    corm_vec_foreach (&signature->table->columns, mapped) {
        const struct corm_attribute *attribute =
            &instance->mapper->attributes.items[mapped->attribute];

        if (is_sent(instance, attribute, takes_over)) {
            signature->columns[signature->ncolumns++] = attribute->index;
            unit_signature_note(signature, &instance->cell[attribute->index]);
        } else if (is_made_by_lua(instance, attribute)) {
            signature->columns[signature->ncolumns++] = attribute->index;
            signature->needs_defaults = true;
        }
    }
    unit_add_keys(instance, signature);
}

static bool is_made_by_database(const struct corm_instance *instance,
                                const struct corm_attribute *attribute)
{
    return (attribute->flags & CORM_ATTRIBUTE_SERVER_ONUPDATE) &&
           attribute->index < instance->ncells &&
           !corm_history_has_change(instance, attribute->index);
}

/* What the database computes on UPDATE is loaded when read, or comes back at once. */
static bool note_computed(struct corm_unit *unit, struct corm_instance *instance,
                          struct unit_signature *signature)
{
    bool is_eager = instance->mapper->flags & CORM_MAPPER_EAGER_UPDATES;

    corm_vec_foreach (&signature->table->columns, mapped) {
        struct corm_unit_loan expire = { .instance = instance,
                                         .attribute = mapped->attribute };

        if (!is_made_by_database(
                instance, &instance->mapper->attributes.items[mapped->attribute])) {
            continue;
        }
        if (is_eager) {
            signature->fetch[signature->nfetch++] = mapped->attribute;
        } else if (!corm_vec_push(&unit->expires, expire)) {
            return false;
        }
    }
    return true;
}

enum corm_rc unit_update_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature, struct corm_error *err)
{
    struct corm_instance *switched = unit_state_of(unit, instance)->switched;
    struct corm_instance *key_of = switched != NULL ? switched : instance;
    bool takes_over = switched != NULL;
    bool has_version = instance->mapper->version_attribute >= 0 &&
                       table == instance->mapper->tables.items;
    enum corm_rc rc;

    if (!(has_version ? any_table_is_sent(instance, takes_over)
                      : table_is_sent(instance, table, takes_over))) {
        return CORM_OK;
    }
    rc = has_version ? version_advance(unit, instance, key_of, err) : CORM_OK;
    if (rc != CORM_OK) {
        return rc;
    }
    unit_signature_clear(signature, table);
    update_signature(instance, takes_over, signature);
    if (!note_computed(unit, instance, signature)) {
        return corm_fail_memory(err);
    }
    return unit_add_row(unit, CORM_BATCH_UPDATE, instance, key_of, signature, err);
}

/* ---- keys with post_update ---- */

enum corm_rc unit_post_row(struct corm_unit *unit, struct corm_instance *instance,
                           const struct corm_mapped_table *table,
                           struct unit_signature *signature, struct corm_error *err)
{
    unit_signature_clear(signature, table);
    corm_vec_foreach (&table->columns, mapped) {
        if (corm_ptrset_has(&unit->posted, &instance->cell[mapped->attribute])) {
            signature->columns[signature->ncolumns++] = mapped->attribute;
        }
    }
    if (signature->ncolumns == 0) {
        return CORM_OK;
    }
    corm_vec_foreach (&table->primary_key, mapped) {
        signature->keys[signature->nkeys++] = mapped->attribute;
    }
    return unit_add_row(unit, CORM_BATCH_UPDATE, instance, instance, signature, err);
}

/* ---- DELETE ---- */

enum corm_rc unit_delete_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature, struct corm_error *err)
{
    unit_signature_clear(signature, table);
    unit_add_keys(instance, signature);
    return unit_add_row(unit, CORM_BATCH_DELETE, instance, instance, signature, err);
}
