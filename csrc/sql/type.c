/* SPDX-License-Identifier: MIT */
#include "sql/type.h"

#include "base/hash.h"

#include <string.h>

/*
 * Ready-made types are constants, so their fingerprints cannot depend on the process's
 * seed: each is its kind, which corm_type_seal() gives to a plain type as well.
 */
#define READY_MADE(variable, type_kind)      \
    const struct corm_type variable = {      \
        .kind = (type_kind),                 \
        .length = -1,                        \
        .precision = -1,                     \
        .scale = -1,                         \
        .fp = 0x636F726D00ull + (type_kind), \
    }

READY_MADE(corm_type_null, CORM_TYPE_NULL);
READY_MADE(corm_type_integer, CORM_TYPE_INTEGER);
READY_MADE(corm_type_bigint, CORM_TYPE_BIGINT);
READY_MADE(corm_type_float, CORM_TYPE_FLOAT);
READY_MADE(corm_type_numeric, CORM_TYPE_NUMERIC);
READY_MADE(corm_type_string, CORM_TYPE_STRING);
READY_MADE(corm_type_text, CORM_TYPE_TEXT);
READY_MADE(corm_type_boolean, CORM_TYPE_BOOLEAN);
READY_MADE(corm_type_date, CORM_TYPE_DATE);
READY_MADE(corm_type_time, CORM_TYPE_TIME);
READY_MADE(corm_type_datetime, CORM_TYPE_DATETIME);
READY_MADE(corm_type_interval, CORM_TYPE_INTERVAL);
READY_MADE(corm_type_binary, CORM_TYPE_BINARY);

struct corm_type corm_type_make(enum corm_type_kind kind)
{
    struct corm_type type = corm_type_null;
    type.kind = (uint8_t)kind;
    type.fp = 0x636F726D00ull + kind;
    return type;
}

static bool is_plain(const struct corm_type *type)
{
    return type->flags == 0 && type->length == -1 && type->precision == -1 &&
           type->scale == -1 && type->item == NULL && type->name == NULL &&
           type->schema == NULL && type->collation == NULL &&
           type->collation_schema == NULL && type->labels == NULL &&
           type->variants == NULL && type->lua_id == 0;
}

static uint64_t mix_text(uint64_t fp, const char *text)
{
    return text == NULL ? corm_hash_mix(fp, 0)
                        : corm_hash_mix(fp, corm_hash_bytes(text, strlen(text)));
}

static uint64_t mix_labels(uint64_t fp, const struct corm_type_labels *labels)
{
    fp = corm_hash_mix(fp, labels->count);
    for (uint32_t i = 0; i < labels->count; i++) {
        fp = mix_text(fp, labels->items[i]);
    }
    return fp;
}

void corm_type_seal(struct corm_type *type)
{
    uint64_t fp = 0x636F726D00ull + type->kind;
    if (is_plain(type)) {
        type->fp = fp;
        return;
    }
    fp = corm_hash_mix(fp, type->flags);
    fp = corm_hash_mix(fp, (uint64_t)(uint32_t)type->length << 32 |
                               (uint32_t)type->precision);
    fp = corm_hash_mix(fp, (uint32_t)type->scale);
    fp = corm_hash_mix(fp, type->item == NULL ? 0 : type->item->fp);
    fp = mix_text(fp, type->name);
    fp = mix_text(fp, type->schema);
    fp = mix_text(fp, type->collation);
    fp = mix_text(fp, type->collation_schema);
    if (type->labels != NULL) {
        fp = mix_labels(fp, type->labels);
    }
    for (const struct corm_type_variant *v = type->variants; v != NULL; v = v->next) {
        fp = corm_hash_mix(mix_text(fp, v->dialect), v->type->fp);
    }
    type->fp = corm_hash_mix(fp, type->lua_id);
}

const struct corm_type *corm_type_for_dialect(const struct corm_type *type,
                                              const char *dialect)
{
    for (const struct corm_type_variant *v = type->variants; v != NULL; v = v->next) {
        if (strcmp(v->dialect, dialect) == 0) {
            return v->type;
        }
    }
    return type;
}

/* Copy *text in place; false when memory is short. */
static bool dup_text(struct corm_arena *arena, const char **text)
{
    if (*text == NULL) {
        return true;
    }
    *text = corm_arena_strndup(arena, *text, strlen(*text));
    return *text != NULL;
}

static bool dup_labels(struct corm_arena *arena, const struct corm_type_labels **labels)
{
    const struct corm_type_labels *from = *labels;
    struct corm_type_labels *copy = corm_arena_alloc(arena, sizeof(*copy));
    const char **items = corm_arena_zero(arena, from->count, sizeof(*items));
    if (copy == NULL || items == NULL) {
        return false;
    }
    *copy = *from;
    copy->items = items;
    for (uint32_t i = 0; i < from->count; i++) {
        items[i] = from->items[i];
        if (!dup_text(arena, &items[i])) {
            return false;
        }
    }
    *labels = copy;
    return true;
}

static bool dup_variants(struct corm_arena *arena,
                         const struct corm_type_variant **variants)
{
    const struct corm_type_variant **link = variants;
    for (const struct corm_type_variant *from = *variants; from != NULL;
         from = from->next) {
        struct corm_type_variant *copy = corm_arena_alloc(arena, sizeof(*copy));
        if (copy == NULL) {
            return false;
        }
        *copy = *from;
        copy->type = corm_type_dup(from->type, arena);
        if (copy->type == NULL || !dup_text(arena, &copy->dialect)) {
            return false;
        }
        *link = copy;
        link = &copy->next;
    }
    return true;
}

struct corm_type *corm_type_dup(const struct corm_type *type, struct corm_arena *arena)
{
    struct corm_type *copy = corm_arena_alloc(arena, sizeof(*copy));
    if (copy == NULL) {
        return NULL;
    }
    *copy = *type;
    copy->around_bind = (struct corm_type_template){ 0 };
    copy->around_column = (struct corm_type_template){ 0 };
    if (type->item != NULL) {
        copy->item = corm_type_dup(type->item, arena);
        if (copy->item == NULL) {
            return NULL;
        }
    }
    bool is_fine = dup_text(arena, &copy->name) && dup_text(arena, &copy->schema) &&
                   dup_text(arena, &copy->collation) &&
                   dup_text(arena, &copy->collation_schema) &&
                   (type->labels == NULL || dup_labels(arena, &copy->labels)) &&
                   dup_variants(arena, &copy->variants);
    return is_fine ? copy : NULL;
}

bool corm_type_is_text(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_STRING || type->kind == CORM_TYPE_TEXT ||
           type->kind == CORM_TYPE_ENUM;
}

static bool is_called_jsonb(const struct corm_type *type)
{
    return type->kind == CORM_TYPE_JSON && type->name != NULL &&
           strcmp(type->name, "JSONB") == 0;
}

bool corm_type_is_jsonb(const struct corm_type *type)
{
    bool is_jsonb = is_called_jsonb(type);
    for (const struct corm_type_variant *v = type->variants; v != NULL; v = v->next) {
        is_jsonb = is_jsonb || is_called_jsonb(v->type);
    }
    return is_jsonb;
}

const struct corm_type *corm_type_of_value(const struct corm_value *value)
{
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_BOOL:
        return &corm_type_boolean;
    case CORM_TAG_INT:
        return value->as.i >= INT32_MIN && value->as.i <= INT32_MAX ? &corm_type_integer
                                                                    : &corm_type_bigint;
    case CORM_TAG_FLOAT:
        return &corm_type_float;
    case CORM_TAG_TEXT:
        return &corm_type_string;
    case CORM_TAG_BLOB:
        return &corm_type_binary;
    case CORM_TAG_DECIMAL:
        return &corm_type_numeric;
    case CORM_TAG_DATE:
        return &corm_type_date;
    case CORM_TAG_TIME:
        return &corm_type_time;
    case CORM_TAG_DATETIME:
        return &corm_type_datetime;
    case CORM_TAG_INTERVAL:
        return &corm_type_interval;
    default:
        return &corm_type_null;
    }
}

const char *corm_type_class_name(const struct corm_type *type)
{
    static const char *const names[CORM_TYPE_COUNT] = {
        [CORM_TYPE_NULL] = "NullType",
        [CORM_TYPE_SMALLINT] = "SmallInteger",
        [CORM_TYPE_INTEGER] = "Integer",
        [CORM_TYPE_BIGINT] = "BigInteger",
        [CORM_TYPE_FLOAT] = "Float",
        [CORM_TYPE_DOUBLE] = "Double",
        [CORM_TYPE_NUMERIC] = "Numeric",
        [CORM_TYPE_STRING] = "String",
        [CORM_TYPE_TEXT] = "Text",
        [CORM_TYPE_BOOLEAN] = "Boolean",
        [CORM_TYPE_DATE] = "Date",
        [CORM_TYPE_TIME] = "Time",
        [CORM_TYPE_DATETIME] = "DateTime",
        [CORM_TYPE_INTERVAL] = "Interval",
        [CORM_TYPE_BINARY] = "LargeBinary",
        [CORM_TYPE_UUID] = "Uuid",
        [CORM_TYPE_JSON] = "JSON",
        [CORM_TYPE_ENUM] = "Enum",
        [CORM_TYPE_ARRAY] = "ARRAY",
        [CORM_TYPE_TUPLE] = "TupleType",
        [CORM_TYPE_USER] = "UserDefinedType",
        [CORM_TYPE_JSON_PATH] = "JSONPath",
    };
    bool is_user = type->kind == CORM_TYPE_USER;
    if (((type->flags & CORM_TYPE_EXACT) || is_user) && type->name != NULL) {
        return type->name;
    }
    if ((type->flags & CORM_TYPE_UNICODE) && !is_user) {
        return type->kind == CORM_TYPE_TEXT ? "UnicodeText" : "Unicode";
    }
    return type->kind < CORM_TYPE_COUNT ? names[type->kind] : "unknown type";
}
