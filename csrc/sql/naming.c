/* SPDX-License-Identifier: MIT */
/*
 * The rules are SQLAlchemy's: a column takes its name, whoever comes later with that name
 * gets a number, and whoever comes again gets one that nothing refers to.
 */
#include "sql/naming.h"

#include "base/hash.h"
#include "sql/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_EXTRA = 64, /* bytes of a key beside the text: three numbers and signs */
    LONG_NAME = 48 /* bytes; shorter names fit everywhere */
};

void corm_namer_release(struct corm_namer *namer)
{
    corm_smap_release(&namer->taken);
}

/* Names that will be spelled alike have one key; made-up ones are told apart by a NUL. */
static char *name_key(struct corm_arena *arena, const struct corm_label_name *name,
                      size_t *len_out)
{
    char *key = corm_arena_alloc(arena, name->len + KEY_EXTRA);
    if (key == NULL) {
        return NULL;
    }
    memcpy(key, name->text, name->len);
    *len_out = name->len;
    if (name->qualifier != NULL || name->maker != 0 || name->apart != 0) {
        uint64_t source = name->qualifier == NULL ? 0 : name->qualifier->id;
        *len_out += (size_t)snprintf(key + name->len, KEY_EXTRA,
                                     "%c%" PRIx64 " %" PRIx64 " %" PRIx64, '\0', source,
                                     name->maker, name->apart);
    }
    return key;
}

/* The identity of the column that has the name, 0 if it is free. */
static bool name_owner(struct corm_namer *n, const struct corm_label_name *name,
                       uint64_t *owner_out)
{
    size_t len;
    char *key = name_key(n->arena, name, &len);
    if (key != NULL) {
        *owner_out = (uint64_t)(uintptr_t)corm_smap_get(&n->taken, key, len);
    }
    return key != NULL;
}

static bool name_take(struct corm_namer *n, const struct corm_label_name *name,
                      uint64_t identity)
{
    size_t len;
    char *key = name_key(n->arena, name, &len);
    return key != NULL &&
           corm_smap_put(&n->taken, key, len, (void *)(uintptr_t)identity);
}

/* name__1 */
static void name_repeat(struct corm_namer *n, struct corm_label_name *name,
                        uint64_t identity)
{
    name->repeat = corm_hash_mix(identity, ++n->nrepeats);
    name->flags = 0;
}

static bool is_called_as(const struct corm_node *a, const struct corm_node *b)
{
    return a->name_len == b->name_len &&
           (a->name_len == 0 || memcmp(a->name, b->name, a->name_len) == 0);
}

/* True if a query around the column gave it a name with that of its table. */
static bool is_joined(const struct corm_node *column)
{
    const struct corm_node *at = column;
    while (at->kind == CORM_NODE_COLREF && corm_node_slot(at, 1) != NULL &&
           is_called_as(at, column)) {
        at = corm_node_unmarked(at->kid[1]);
    }
    return (at->kind == CORM_NODE_COLUMN || at->kind == CORM_NODE_COLREF) &&
           !is_called_as(at, column);
}

struct corm_label_name corm_label_name_own(const struct corm_node *column)
{
    struct corm_natural_name natural = corm_node_natural_name(column);
    struct corm_label_name name = { .text = natural.name,
                                    .len = natural.len,
                                    .is_joined = column->kind == CORM_NODE_COLREF &&
                                                 column->name_len >= LONG_NAME &&
                                                 is_joined(column) };
    if (!natural.is_anonymous) {
        name.flags = natural.flags;
    } else if (natural.qualifier == NULL) {
        name.maker = corm_column_identity(natural.named);
    } else {
        name.apart = corm_column_identity(natural.named);
    }
    name.qualifier = natural.qualifier;
    return name;
}

static bool is_cast(const struct corm_node *node)
{
    return node->kind == CORM_NODE_CAST ||
           (node->kind == CORM_NODE_COERCE && !corm_node_is_from(node->kid[0]));
}

/* The column whose table a name begins with: that of a CAST is the one inside. */
static const struct corm_node *qualified_column(const struct corm_node *column)
{
    column = corm_node_unmarked(column);
    while (is_cast(column)) {
        column = corm_node_unmarked(column->kid[0]);
    }
    return column;
}

/* What a column is of, as far as its name is told: a table, an alias; or NULL. */
static const struct corm_node *column_source(const struct corm_node *column)
{
    if (column->kind == CORM_NODE_COLUMN && corm_node_column(column)->table != NULL) {
        return &corm_node_column(column)->table->node;
    }
    bool is_ref = column->kind == CORM_NODE_COLREF && !corm_column_is_literal(column);
    return is_ref ? corm_node_unmarked(column->kid[0]) : NULL;
}

/* True if a column of the table has this key. */
static bool has_key(const struct corm_table *table, const char *key)
{
    for (size_t i = 0; i < table->columns.count; i++) {
        if (strcmp(table->columns.items[i]->key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* owner.name is called owner_name_1 if there is an owner.owner_name. */
static void avoid_keys(const struct corm_table *table, char *text, size_t *len,
                       size_t size)
{
    size_t base = *len;
    for (unsigned i = 1; has_key(table, text); i++) {
        *len = base + (size_t)snprintf(text + base, size - base, "_%u", i);
    }
}

/* [schema_]table_column in the arena; false: no memory. */
static bool name_join(struct corm_arena *arena, const struct corm_node *from,
                      struct corm_label_name *name)
{
    const struct corm_table *table =
        from->kind == CORM_NODE_TABLE ? corm_node_table(from) : NULL;
    const char *schema = table == NULL ? NULL : table->schema;
    size_t schema_len = schema == NULL ? 0 : strlen(schema);
    size_t size = schema_len + from->name_len + name->len + KEY_EXTRA;
    char *text = corm_arena_alloc(arena, size);
    if (text == NULL) {
        return false;
    }
    size_t len =
        (size_t)snprintf(text, size, "%s%s%.*s_%.*s", schema == NULL ? "" : schema,
                         schema == NULL ? "" : "_", (int)from->name_len, from->name,
                         (int)name->len, name->text);
    for (size_t i = 0; i < schema_len; i++) {
        if (text[i] == '.') {
            text[i] = '_';
        }
    }
    if (table != NULL) {
        avoid_keys(table, text, &len, size);
    }
    name->text = text;
    name->len = len;
    name->is_joined = true;
    return true;
}

/* table_column or alias_column; *is_there false if the column has no table. */
static bool qualified_name(struct corm_namer *n, const struct corm_node *column,
                           struct corm_label_name *name, bool *is_there)
{
    column = qualified_column(column);
    const struct corm_node *from = column_source(column);
    *is_there = from != NULL;
    if (from == NULL) {
        return true;
    }
    *name = corm_label_name_own(column);
    if (name->flags == 0) {
        name->flags = from->flags & CORM_NODE_QUOTING;
    }
    bool is_fixed = from->name_len > 0 && !(from->flags & CORM_NODE_ANONYMOUS) &&
                    name->maker == 0 && name->qualifier == NULL;
    if (is_fixed) {
        return name_join(n->arena, from, name);
    }
    name->qualifier = from;
    return true;
}

/* A column that has a name: its own, or one with a number if that is taken. */
static bool name_column(struct corm_namer *n, struct corm_label *label)
{
    uint64_t identity = corm_column_identity(label->column);
    uint64_t owner = 0;
    struct corm_label_name *name = &label->name;
    if (!name_owner(n, name, &owner)) {
        return false;
    }
    if (owner == 0) {
        return name_take(n, name, identity);
    }
    label->is_forced = true;
    if (owner == identity) {
        name_repeat(n, name, identity);
        return true;
    }
    name->apart = identity;
    name->flags = 0;
    if (!name_owner(n, name, &owner)) {
        return false;
    }
    if (owner != 0) {
        name_repeat(n, name, identity);
        return true;
    }
    return name_take(n, name, identity);
}

/* A CAST of a column again; a CAST of a CAST is called with the table's name then. */
static bool name_inside(struct corm_namer *n, struct corm_label *label)
{
    const struct corm_node *inside = corm_node_unmarked(label->column)->kid[0];
    bool has_table;
    if (is_cast(corm_node_unmarked(inside)) &&
        !qualified_name(n, label->column, &label->name, &has_table)) {
        return false;
    }
    n->nrepeats++;
    label->name.repeat = corm_column_identity(label->column);
    label->name.flags = 0;
    return true;
}

/* An expression: what it is called after, repeated if that is taken. */
static bool name_expression(struct corm_namer *n, struct corm_label *label,
                            const struct corm_natural_name *natural)
{
    uint64_t identity = corm_column_identity(label->column);
    uint64_t owner = 0;
    struct corm_label_name *name = &label->name;
    if (!name_owner(n, name, &owner) || !name_take(n, name, identity)) {
        return false;
    }
    if (owner == 0) {
        return true;
    }
    bool is_inside = natural->is_wrapped && !natural->is_anonymous;
    if (is_inside && n->style != CORM_LABEL_TABLENAME) {
        return name_inside(n, label);
    }
    bool has_name = natural->named == label->column && !natural->is_wrapped &&
                    n->style != CORM_LABEL_TABLENAME;
    *name = (struct corm_label_name){ .text = has_name ? natural->name : "anon",
                                      .len = has_name ? natural->len : 4 };
    name_repeat(n, name, identity);
    return true;
}

bool corm_namer_next(struct corm_namer *n, struct corm_label *label)
{
    const struct corm_node *column = label->column;
    struct corm_natural_name natural = corm_node_natural_name(column);
    struct corm_label_name own = corm_label_name_own(column);
    label->name = own;
    if (natural.name == NULL || n->style == CORM_LABEL_NONE ||
        corm_column_is_raw(column)) {
        return true;
    }
    bool is_column =
        column->kind == CORM_NODE_COLREF || column->kind == CORM_NODE_LABEL;
    bool is_named = is_column || (!natural.is_anonymous && !natural.is_wrapped);
    if (n->style == CORM_LABEL_TABLENAME && column->kind != CORM_NODE_LABEL) {
        bool has_table;
        if (!qualified_name(n, column, &label->name, &has_table)) {
            return false;
        }
        is_named = has_table || (is_named && !is_column);
        label->is_forced = is_named;
    }
    bool is_fine =
        is_named ? name_column(n, label) : name_expression(n, label, &natural);
    if (column->kind == CORM_NODE_LABEL) {
        label->name = own; /* as the user wrote it, even twice */
    }
    return is_fine;
}
