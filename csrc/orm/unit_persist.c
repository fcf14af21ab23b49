/* SPDX-License-Identifier: MIT */
/* The rows at hand, table by table: base tables first, for deletes last. */
#include <string.h>

#include "orm/unit_persist.h"

/* ---- tables ---- */

static bool has_table(const struct corm_unit *unit, const struct corm_table *table)
{
    corm_vec_foreach (&unit->tables, it) {
        if (*it == table) {
            return true;
        }
    }
    return false;
}

static size_t mapper_depth(const struct corm_unit *unit,
                           const struct corm_table *table);

/* Tables of siblings stand in the order of their names, behind those of their parents. */
static bool add_table(struct corm_unit *unit, const struct corm_table *table,
                      size_t depth)
{
    size_t at;

    if (has_table(unit, table)) {
        return true;
    }
    if (!corm_vec_push(&unit->tables, table)) {
        return false;
    }
    for (at = unit->tables.count - 1; at > 0; at--) {
        const struct corm_table *before = unit->tables.items[at - 1];
        size_t other = mapper_depth(unit, before);
        if (other < depth ||
            (other == depth && strcmp(before->node.name, table->node.name) <= 0)) {
            break;
        }
        unit->tables.items[at] = before;
    }
    unit->tables.items[at] = table;
    return true;
}

/* How many tables stand before this one in a class that has it. */
static size_t mapper_depth(const struct corm_unit *unit, const struct corm_table *table)
{
    corm_vec_foreach (&unit->classes, of) {
        for (size_t i = 0; i < of->mapper->tables.count; i++) {
            if (of->mapper->tables.items[i].table == table) {
                return i;
            }
        }
    }
    return 0;
}

bool unit_find_tables(struct corm_unit *unit)
{
    const struct corm_mapper *last = NULL;

    unit->tables.count = 0;
    for (uint32_t i = 0; i < unit->rows.count; i++) {
        const struct corm_mapper *mapper = unit->rows.items[i]->mapper;
        if (mapper == last) {
            continue;
        }
        last = mapper;
        for (size_t t = 0; t < mapper->tables.count; t++) {
            if (!add_table(unit, mapper->tables.items[t].table, t)) {
                return false;
            }
        }
    }
    return true;
}

/* The mapper's own view of the table, or NULL if its rows are not in it. */
static const struct corm_mapped_table *mapped_table(const struct corm_mapper *mapper,
                                                    const struct corm_table *table)
{
    corm_vec_foreach (&mapper->tables, it) {
        if (it->table == table) {
            return it;
        }
    }
    return NULL;
}

/* ---- rows ---- */

static enum corm_rc each_row(struct corm_unit *unit, const struct corm_table *table,
                             uint32_t from, uint32_t to, unit_row_fn add,
                             struct unit_signature *signature, struct corm_error *err)
{
    for (uint32_t i = from; i < to; i++) {
        struct corm_instance *instance = unit->rows.items[i];
        const struct corm_mapped_table *mapped = mapped_table(instance->mapper, table);
        enum corm_rc rc =
            mapped == NULL ? CORM_OK : add(unit, instance, mapped, signature, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    return CORM_OK;
}

enum corm_rc unit_build_saves(struct corm_unit *unit, const struct corm_table *table,
                              struct corm_error *err)
{
    const struct unit_rows *rows = &unit->rows;
    struct unit_signature signature;
    enum corm_rc rc;

    if (!unit_signature_init(unit, &signature)) {
        return corm_fail_memory(err);
    }
    rc = each_row(unit, table, rows->ninserts, rows->count, unit_update_row, &signature,
                  err);
    if (rc == CORM_OK) {
        rc = each_row(unit, table, 0, rows->ninserts, unit_insert_row, &signature, err);
    }
    return rc;
}

static enum corm_rc build_all(struct corm_unit *unit, const struct corm_table *table,
                              unit_row_fn add, struct corm_error *err)
{
    struct unit_signature signature;

    if (!unit_signature_init(unit, &signature)) {
        return corm_fail_memory(err);
    }
    return each_row(unit, table, 0, unit->rows.count, add, &signature, err);
}

enum corm_rc unit_build_deletes(struct corm_unit *unit, const struct corm_table *table,
                                struct corm_error *err)
{
    return build_all(unit, table, unit_delete_row, err);
}

enum corm_rc unit_build_posts(struct corm_unit *unit, const struct corm_table *table,
                              struct corm_error *err)
{
    return build_all(unit, table, unit_post_row, err);
}
