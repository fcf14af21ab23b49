/* SPDX-License-Identifier: MIT */
/* A cell that a database gave, read as any type: a value comes of it, or an error. */
#ifndef CORM_SPEC_FUZZ_DECODE_KIT_H
#define CORM_SPEC_FUZZ_DECODE_KIT_H

#include "sql/type.h"

#include <stdlib.h>

static inline void decode_check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

/* Every byte of the cell can be read. */
static inline void decode_touch(const struct corm_value *cell)
{
    unsigned sum = 0;
    for (uint32_t i = 0; corm_value_has_bytes(cell) && i < cell->len; i++) {
        sum += (unsigned char)cell->as.s[i];
    }
    decode_check(cell->tag != CORM_TAG_UNSET && sum <= UINT32_MAX);
}

/* Read the cell as the type of that number, and as the variants that it has. */
static inline void decode_as(unsigned number, const struct corm_value *cell)
{
    static const uint16_t flags[] = { 0, CORM_TYPE_AS_FLOAT, CORM_TYPE_TIMEZONE };
    static const char *const words[] = { "a", "b" };
    static const struct corm_type_labels labels = { .count = 2, .items = words };
    struct corm_type type =
        corm_type_make((enum corm_type_kind)(number % CORM_TYPE_COUNT));
    struct corm_arena scratch = { 0 };
    struct corm_value out = corm_value_unset();
    struct corm_error err;
    type.flags = flags[number / CORM_TYPE_COUNT % CORM_LENGTH(flags)];
    type.labels = &labels;
    type.item = &corm_type_integer;
    corm_type_seal(&type);
    if (corm_type_decode(&type, cell, &scratch, &out, &err) == CORM_OK) {
        decode_touch(&out);
    } else {
        decode_check(err.rc == CORM_E_DATA && err.message[0] != '\0');
    }
    corm_arena_release(&scratch);
}

#endif
