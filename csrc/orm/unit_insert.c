/* SPDX-License-Identifier: MIT */
/* What a new instance sends to a table. */
#include "orm/unit_persist.h"

/* What the database makes comes back with the INSERT: a key always. */
static void insert_fetch(const struct corm_instance *instance, uint16_t attribute,
                         struct unit_signature *signature)
{
    const struct corm_mapper *mapper = instance->mapper;

    if ((mapper->attributes.items[attribute].flags & CORM_ATTRIBUTE_PRIMARY_KEY) ||
        !(mapper->flags & CORM_MAPPER_LAZY_DEFAULTS)) {
        signature->fetch[signature->nfetch++] = attribute;
    }
}

/* The value goes along as it is; what an expression amounts to is asked for. */
static void insert_given(const struct corm_instance *instance, uint16_t attribute,
                         struct unit_signature *signature)
{
    const struct corm_value *cell = &instance->cell[attribute];

    signature->columns[signature->ncolumns++] = attribute;
    unit_signature_note(signature, cell);
    if (cell->flags & CORM_CELL_SQL) {
        insert_fetch(instance, attribute, signature);
    }
}

static enum corm_rc insert_default(struct corm_unit *unit,
                                   struct corm_instance *instance,
                                   const struct corm_mapped_column *mapped,
                                   struct unit_signature *signature,
                                   struct corm_error *err)
{
    const struct corm_value *value = &mapped->column->default_value;

    signature->columns[signature->ncolumns++] = mapped->attribute;
    bool is_of_lua = value->tag == CORM_TAG_FOREIGN || value->tag == CORM_TAG_OBJECT;
    if (value->tag != CORM_TAG_UNSET && !is_of_lua) {
        return unit_write_cell(unit, instance, mapped->attribute, value, err);
    }
    signature->needs_defaults = true;
    return CORM_OK;
}

static enum corm_rc insert_null(struct corm_unit *unit, struct corm_instance *instance,
                                uint16_t attribute, struct unit_signature *signature,
                                struct corm_error *err)
{
    struct corm_value null = corm_value_null();
    null.flags = CORM_CELL_RAW; /* nobody said so: it is the database's */

    signature->columns[signature->ncolumns++] = attribute;
    return unit_write_cell(unit, instance, attribute, &null, err);
}

/* An unset column of a new row: a default, the database's business, or NULL. */
static enum corm_rc insert_unset(struct corm_unit *unit, struct corm_instance *instance,
                                 const struct corm_mapped_column *mapped,
                                 struct unit_signature *signature,
                                 struct corm_error *err)
{
    const struct corm_mapper *mapper = instance->mapper;
    const struct corm_attribute *attribute =
        &mapper->attributes.items[mapped->attribute];

    if (attribute->index == mapper->version_attribute &&
        (mapper->flags & CORM_MAPPER_VERSION_LUA)) {
        signature->columns[signature->ncolumns++] = attribute->index;
        signature->needs_defaults = true;
        return CORM_OK;
    }
    if (mapped->column->flags & CORM_COLUMN_ROW_NUMBER) {
        return CORM_OK; /* numbered where it is of use */
    }
    if (attribute->flags & CORM_ATTRIBUTE_DEFAULT) {
        return insert_default(unit, instance, mapped, signature, err);
    }
    if ((attribute->flags & CORM_ATTRIBUTE_SERVER_DEFAULT) ||
        mapped->column == signature->table->table->autoincrement) {
        insert_fetch(instance, attribute->index, signature);
        return CORM_OK;
    }
    return insert_null(unit, instance, attribute->index, signature, err);
}

bool unit_is_given(const struct corm_attribute *attribute,
                   const struct corm_value *cell)
{
    const unsigned made = CORM_ATTRIBUTE_DEFAULT | CORM_ATTRIBUTE_SERVER_DEFAULT;
    bool is_made = (attribute->flags & CORM_ATTRIBUTE_PRIMARY_KEY) ||
                   ((attribute->flags & made) &&
                    !(attribute->flags & CORM_ATTRIBUTE_EVALUATES_NULL));
    return cell->tag > CORM_TAG_NULL || (cell->tag == CORM_TAG_NULL && !is_made);
}

static enum corm_rc insert_signature(struct corm_unit *unit,
                                     struct corm_instance *instance,
                                     const struct corm_mapped_table *table,
                                     struct unit_signature *signature,
                                     struct corm_error *err)
{
    unit_signature_clear(signature, table);
    corm_vec_foreach (&table->columns, mapped) {
        const struct corm_attribute *attribute =
            &instance->mapper->attributes.items[mapped->attribute];
        const struct corm_value *cell;
        enum corm_rc rc;

        if ((attribute->flags & CORM_ATTRIBUTE_READ_ONLY) ||
            attribute->index >= instance->ncells) {
            continue;
        }
        cell = &instance->cell[attribute->index];
        if (unit_is_given(attribute, cell)) {
            insert_given(instance, attribute->index, signature);
            continue;
        }
        rc = insert_unset(unit, instance, mapped, signature, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

/* The first version, and the identity by which the class is known in its table. */
static enum corm_rc insert_begin(struct corm_unit *unit, struct corm_instance *instance,
                                 struct corm_error *err)
{
    const struct corm_mapper *mapper = instance->mapper;
    struct corm_value first = corm_value_int(1);
    int16_t version = mapper->version_attribute;
    int16_t identity = mapper->polymorphic_attribute;
    enum corm_rc rc = CORM_OK;

    if (version >= 0 && instance->cell[version].tag <= CORM_TAG_NULL &&
        !(mapper->flags & (CORM_MAPPER_VERSION_LUA | CORM_MAPPER_VERSION_NONE))) {
        rc = unit_write_cell(unit, instance, (uint16_t)version, &first, err);
    }
    if (rc == CORM_OK && identity >= 0 &&
        mapper->polymorphic_identity.tag != CORM_TAG_UNSET &&
        instance->cell[identity].tag == CORM_TAG_UNSET) {
        rc = unit_write_cell(unit, instance, (uint16_t)identity,
                             &mapper->polymorphic_identity, err);
    }
    return rc;
}

/* The key of the parent class's table is the key of the subclass's, by another name. */
static enum corm_rc insert_inherited(struct corm_unit *unit,
                                     struct corm_instance *instance,
                                     struct corm_error *err)
{
    enum corm_rc rc = CORM_OK;

    for (const struct corm_mapper *of = instance->mapper; of != NULL;
         of = of->inherits) {
        corm_vec_foreach (&of->inherit_pairs, pair) {
            if (rc == CORM_OK && instance->cell[pair->source].tag > CORM_TAG_NULL &&
                instance->cell[pair->dest].tag <= CORM_TAG_NULL) {
                rc = unit_copy_cell(unit, instance, pair->source, instance, pair->dest,
                                    err);
            }
        }
    }
    return rc;
}

enum corm_rc unit_insert_row(struct corm_unit *unit, struct corm_instance *instance,
                             const struct corm_mapped_table *table,
                             struct unit_signature *signature, struct corm_error *err)
{
    bool is_first = table == instance->mapper->tables.items;
    enum corm_rc rc = is_first ? insert_begin(unit, instance, err)
                               : insert_inherited(unit, instance, err);

    if (rc == CORM_OK) {
        rc = insert_signature(unit, instance, table, signature, err);
    }
    if (rc == CORM_OK) {
        rc = unit_add_row(unit, CORM_BATCH_INSERT, instance, instance, signature, err);
    }
    return rc;
}
