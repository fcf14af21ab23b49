/* SPDX-License-Identifier: MIT */
/*
 * The packed row: the one representation of data that came from the database. One block:
 * header, one cell per column, then the bytes of its texts. Cells point into the block,
 * so a row never moves after it was packed. Nothing is decoded before somebody reads it.
 */
#ifndef CORM_BASE_ROW_H
#define CORM_BASE_ROW_H

#include "base/value.h"

/** Bytes that the texts of ncells cells need. */
static inline size_t corm_cells_bytes(const struct corm_value *cells, size_t ncells)
{
    size_t total = 0;
    for (size_t i = 0; i < ncells; i++) {
        if (corm_value_has_bytes(&cells[i])) {
            total += cells[i].len;
        }
    }
    return total;
}

/**
 * Copy ncells cells to `to` and their bytes to `bytes` (corm_cells_bytes() of room);
 * the copies point there.
 */
static inline void corm_cells_pack(struct corm_value *to, char *bytes,
                                   const struct corm_value *cells, size_t ncells)
{
    for (size_t i = 0; i < ncells; i++) {
        to[i] = cells[i];
        if (corm_value_has_bytes(&cells[i])) {
            __builtin_memcpy(bytes, cells[i].as.s, cells[i].len);
            to[i].as.s = bytes;
            bytes += cells[i].len;
        }
    }
}

#endif
