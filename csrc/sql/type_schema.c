/* SPDX-License-Identifier: MIT */
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/dialect.h"

/* True for what the database knows by a name of its own, in a schema. */
static bool is_named(const struct corm_type *type)
{
    return (type->flags & CORM_TYPE_DOMAIN) != 0 ||
           (type->kind == CORM_TYPE_ENUM && (type->flags & CORM_TYPE_NATIVE) != 0);
}

const struct corm_type *corm_type_in_schema(const struct corm_type *type,
                                            const struct corm_dialect *dialect,
                                            const struct corm_schema_map *map,
                                            struct corm_type_room *room)
{
    const struct corm_compile_options options = { .schema_map = map };
    type = corm_dialect_type(dialect, type);
    bool is_array = type->kind == CORM_TYPE_ARRAY && type->item != NULL;
    const struct corm_type *named =
        is_array ? corm_dialect_type(dialect, type->item) : type;
    const char *schema = corm_compiler_schema(&options, named->schema);
    if (!is_named(named) || schema == named->schema) {
        return type;
    }
    room->named = *named;
    room->named.schema = schema;
    if (!is_array) {
        return &room->named;
    }
    room->array = *type;
    room->array.item = &room->named;
    return &room->array;
}

void corm_compiler_put_type(struct corm_compiler *c, const struct corm_type *type)
{
    struct corm_type_room room;
    struct corm_error err;
    type = corm_type_in_schema(type, c->dialect, c->options->schema_map, &room);
    if (corm_ddl_type(type, c->dialect, &c->sink.text, &err) != CORM_OK) {
        corm_compiler_fail(c, err.rc, "%s", err.message);
    }
}
