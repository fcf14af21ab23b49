/* SPDX-License-Identifier: MIT */
/* Cells of a row into cells of an instance. */
#include "orm/loader.h"

#include <string.h>

size_t corm_load_bytes(const struct corm_load_entity *entity,
                       const struct corm_value *cells)
{
    size_t total = 0;

    for (uint16_t i = 0; i < entity->ncolumns; i++) {
        const struct corm_value *cell = &cells[entity->columns[i].column];
        if (corm_value_has_bytes(cell)) {
            total += cell->len;
        }
    }
    return total;
}

/* Copy one cell with its bytes; returns where the next bytes go: NULL when no cell has any. */
static char *load_cell(struct corm_value *to, const struct corm_value *cell,
                       char *bytes)
{
    *to = *cell;
    to->flags = CORM_CELL_RAW;
    if (!corm_value_has_bytes(cell)) {
        return bytes;
    }
    if (cell->len == 0) {
        to->as.s = "";
        return bytes;
    }
    to->as.s = memcpy(bytes, cell->as.s, cell->len);
    return bytes + cell->len;
}

void corm_load_fill(const struct corm_load_entity *entity,
                    struct corm_instance *instance, char *bytes,
                    const struct corm_value *cells)
{
    for (uint16_t i = 0; i < entity->ncolumns; i++) {
        const struct corm_load_column *column = &entity->columns[i];
        bytes = load_cell(&instance->cell[column->attribute], &cells[column->column],
                          bytes);
    }
}

bool corm_load_is_wanted(const struct corm_load_entity *entity,
                         const struct corm_instance *instance)
{
    for (uint16_t i = 0; i < entity->ncolumns; i++) {
        if (!corm_cell_is_there(&instance->cell[entity->columns[i].attribute])) {
            return true;
        }
    }
    return false;
}

void corm_load_refresh(const struct corm_load_entity *entity,
                       struct corm_instance *instance, char *bytes,
                       const struct corm_value *cells, bool all)
{
    for (uint16_t i = 0; i < entity->ncolumns; i++) {
        const struct corm_load_column *column = &entity->columns[i];
        struct corm_value loaded;
        if (!all && corm_cell_is_there(&instance->cell[column->attribute])) {
            continue;
        }
        bytes = load_cell(&loaded, &cells[column->column], bytes);
        corm_instance_load(instance, column->attribute, &loaded);
    }
    instance->flags &= (uint8_t)~CORM_INSTANCE_EXPIRED;
}
