/* SPDX-License-Identifier: MIT */
/*
 * A server that lies: any bytes as any type, in binary and in text form, read from blocks
 * of exactly their size and into scratch of exactly the size that was asked for.
 */
#include "decode_kit.h"
#include "dialects/postgres/driver_int.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_binary(Oid type, unsigned as, const char *bytes, size_t len)
{
    struct corm_value cell = corm_value_unset();
    size_t room = pg_decode_room(type, bytes, len);
    char *scratch = malloc(room == 0 ? 1 : room);
    char *end = scratch;
    if (pg_decode_binary(type, bytes, len, &end, &cell, NULL) == CORM_OK) {
        decode_touch(&cell);
        decode_as(as, &cell);
    }
    decode_check(end >= scratch && (size_t)(end - scratch) <= room);
    free(scratch);
}

/* libpq puts a NUL after every value. */
static void decode_text(Oid type, unsigned as, const char *bytes, size_t len)
{
    struct corm_value cell = corm_value_unset();
    char *text = malloc(len + 1);
    memcpy(text, bytes, len);
    text[len] = '\0';
    pg_decode_text(type, text, len, &cell);
    decode_touch(&cell);
    decode_as(as, &cell);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3) {
        return 0;
    }
    Oid type = (Oid)(data[0] << 8 | data[1]);
    unsigned as = data[2];
    size_t len = size - 3;
    char *bytes = malloc(len == 0 ? 1 : len);
    memcpy(bytes, data + 3, len);
    if (pg_has_binary(type)) {
        decode_binary(type, as, bytes, len);
    }
    decode_text(type, as, bytes, len);
    free(bytes);
    return 0;
}
