/* SPDX-License-Identifier: MIT */
/*
 * A server that lies: any bytes as any type, in binary and in text form, read from blocks
 * of exactly their size and into scratch of exactly the size that was asked for.
 */
#include "dialects/postgres/driver_int.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

/* Every byte of the cell can be read. */
static void touch(const struct corm_value *cell)
{
    unsigned sum = 0;
    for (uint32_t i = 0; corm_value_has_bytes(cell) && i < cell->len; i++) {
        sum += (unsigned char)cell->as.s[i];
    }
    check(cell->tag != CORM_TAG_UNSET && sum <= UINT32_MAX);
}

static void decode_binary(Oid type, const char *bytes, size_t len)
{
    struct corm_value cell = corm_value_unset();
    size_t room = pg_decode_room(type, bytes, len);
    char *scratch = malloc(room == 0 ? 1 : room);
    char *end = scratch;
    if (pg_decode_binary(type, bytes, len, &end, &cell, NULL) == CORM_OK) {
        touch(&cell);
    }
    check(end >= scratch && (size_t)(end - scratch) <= room);
    free(scratch);
}

/* libpq puts a NUL after every value. */
static void decode_text(Oid type, const char *bytes, size_t len)
{
    struct corm_value cell = corm_value_unset();
    char *text = malloc(len + 1);
    memcpy(text, bytes, len);
    text[len] = '\0';
    pg_decode_text(type, text, len, &cell);
    touch(&cell);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    Oid type = (Oid)(data[0] << 8 | data[1]);
    size_t len = size - 2;
    char *bytes = malloc(len == 0 ? 1 : len);
    memcpy(bytes, data + 2, len);
    if (pg_has_binary(type)) {
        decode_binary(type, bytes, len);
    }
    decode_text(type, bytes, len);
    free(bytes);
    return 0;
}
