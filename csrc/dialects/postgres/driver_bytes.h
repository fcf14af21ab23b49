/* SPDX-License-Identifier: MIT */
/* Numbers as PostgreSQL sends them: big-endian, at any address. */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_BYTES_H
#define CORM_DIALECTS_POSTGRES_DRIVER_BYTES_H

#include "base/compat.h"

#include <endian.h>

enum {
    PG_DAYS_TO_2000 = 10957 /* from 1970-01-01 to PostgreSQL's 2000-01-01 */
};

#define PG_US_TO_2000 INT64_C(946684800000000)

/** Read a 16-bit number. */
static inline int16_t pg_read_int16(const char *bytes)
{
    uint16_t u;
    __builtin_memcpy(&u, bytes, sizeof(u));
    return (int16_t)be16toh(u);
}

/** Read a 32-bit number. */
static inline int32_t pg_read_int32(const char *bytes)
{
    uint32_t u;
    __builtin_memcpy(&u, bytes, sizeof(u));
    return (int32_t)be32toh(u);
}

/** Read a 64-bit number. */
static inline int64_t pg_read_int64(const char *bytes)
{
    uint64_t u;
    __builtin_memcpy(&u, bytes, sizeof(u));
    return (int64_t)be64toh(u);
}

/** Write a 16-bit number; returns the byte after it. */
static inline char *pg_write_int16(char *to, int16_t i)
{
    uint16_t u = htobe16((uint16_t)i);
    __builtin_memcpy(to, &u, sizeof(u));
    return to + sizeof(u);
}

/** Write a 32-bit number; returns the byte after it. */
static inline char *pg_write_int32(char *to, int32_t i)
{
    uint32_t u = htobe32((uint32_t)i);
    __builtin_memcpy(to, &u, sizeof(u));
    return to + sizeof(u);
}

/** Write a 64-bit number; returns the byte after it. */
static inline char *pg_write_int64(char *to, int64_t i)
{
    uint64_t u = htobe64((uint64_t)i);
    __builtin_memcpy(to, &u, sizeof(u));
    return to + sizeof(u);
}

#endif
