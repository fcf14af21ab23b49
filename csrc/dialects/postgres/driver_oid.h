/* SPDX-License-Identifier: MIT */
/* The built-in types that the driver knows (pg_type.dat; these numbers never change). */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_OID_H
#define CORM_DIALECTS_POSTGRES_DRIVER_OID_H

enum pg_oid {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_CHAR = 18,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_OID = 26,
    PG_JSON = 114,
    PG_XML = 142,
    PG_FLOAT4 = 700,
    PG_FLOAT8 = 701,
    PG_UNKNOWN = 705,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_DATE = 1082,
    PG_TIME = 1083,
    PG_TIMESTAMP = 1114,
    PG_TIMESTAMPTZ = 1184,
    PG_INTERVAL = 1186,
    PG_TIMETZ = 1266,
    PG_NUMERIC = 1700,
    PG_VOID = 2278,
    PG_UUID = 2950,
    PG_JSONB = 3802
};

#endif
