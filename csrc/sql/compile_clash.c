/* SPDX-License-Identifier: MIT */
/*
 * Tables of one name in different schemas. `some_table.id` could be a column of some_table
 * as well as of foo.some_table where a SELECT has both, so the one without a schema gets an
 * alias there: FROM some_table AS some_table_1, foo.some_table.
 */
#include "base/hash.h"
#include "sql/compiler.h"
#include "sql/schema.h"

#include <string.h>

static bool has_schema(const struct corm_compiler *c, const struct corm_table *table)
{
    return corm_compiler_schema(c->options, table->schema) != NULL;
}

/* Whether what a statement selects from includes a table of this name in a schema. */
static bool is_shared_name(const struct corm_compiler *c,
                           const struct corm_from_list *froms,
                           const struct corm_node *table)
{
    for (size_t i = 0; i < froms->count; i++) {
        const struct corm_node *other = froms->items[i];
        if (other->kind == CORM_NODE_TABLE && other->name_len == table->name_len &&
            memcmp(other->name, table->name, table->name_len) == 0 &&
            has_schema(c, corm_node_table(other))) {
            return true;
        }
    }
    return false;
}

/* Whether the table is called by an alias in this SELECT. */
static bool is_aliased(const struct corm_compiler *c, const struct corm_scope *scope,
                       const struct corm_table *table)
{
    return scope->has_clash && !has_schema(c, table) &&
           is_shared_name(c, &scope->own, &table->node);
}

void corm_scope_find_clash(struct corm_compiler *c, struct corm_scope *scope)
{
    bool is_select = scope->statement->kind == CORM_NODE_SELECT;
    for (size_t i = 0; is_select && !scope->has_clash && i < scope->own.count; i++) {
        const struct corm_node *from = scope->own.items[i];
        scope->has_clash = from->kind == CORM_NODE_TABLE &&
                           !has_schema(c, corm_node_table(from)) &&
                           is_shared_name(c, &scope->own, from);
    }
    c->has_clash |= scope->has_clash;
}

static void put_alias(struct corm_compiler *c, const struct corm_table *table)
{
    static const char purpose[] = "alias of a table";
    uint64_t identity =
        corm_hash_mix(table->node.id, corm_hash_bytes(purpose, sizeof(purpose)));
    struct corm_node alias = {
        .id = identity,
        .name = table->node.name,
        .name_len = table->node.name_len,
        .flags = CORM_NODE_ANONYMOUS,
    };
    corm_compiler_alias(c, &alias);
}

bool corm_compiler_table_alias(struct corm_compiler *c, const struct corm_table *table)
{
    const struct corm_scope *scope = c->has_clash ? c->scope : NULL;
    while (scope != NULL && !corm_from_list_has(&scope->own, &table->node)) {
        scope = scope->outer;
    }
    bool has_alias = scope != NULL && is_aliased(c, scope, table);
    if (has_alias) {
        put_alias(c, table);
    }
    return has_alias;
}

void corm_compiler_table_prefix(struct corm_compiler *c, const struct corm_table *table)
{
    if (!corm_compiler_table_alias(c, table)) {
        corm_compiler_table_name(c, table);
    }
}

void corm_compiler_table_from(struct corm_compiler *c, const struct corm_table *table)
{
    corm_compiler_table_name(c, table);
    if (c->scope != NULL && is_aliased(c, c->scope, table)) {
        corm_compiler_puts(c, " AS ");
        put_alias(c, table);
    }
}
