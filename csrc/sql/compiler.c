/* SPDX-License-Identifier: MIT */
#include "sql/compiler.h"

#include "sql/quote.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void corm_compiler_fail(struct corm_compiler *c, enum corm_rc rc, const char *fmt, ...)
{
    char message[CORM_ERROR_MESSAGE_MAX];
    va_list args;
    if (c->rc != CORM_OK) {
        return;
    }
    va_start(args, fmt);
    if (vsnprintf(message, sizeof(message), fmt, args) < 0) {
        message[0] = '\0';
    }
    va_end(args);
    c->rc = corm_fail(c->err, rc, "%s", message);
}

void corm_compiler_fail_memory(struct corm_compiler *c)
{
    if (c->rc == CORM_OK) {
        c->rc = corm_fail_memory(c->err);
    }
}

void corm_compiler_puts(struct corm_compiler *c, const char *text)
{
    corm_strbuf_puts(&c->sink.text, text);
}

void corm_compiler_quoted_name(struct corm_compiler *c, struct corm_text name,
                               unsigned flags, const char *what)
{
    struct corm_error err;
    if (corm_name_check(c->dialect, name.s, name.len, what, &err) != CORM_OK) {
        corm_compiler_fail(c, err.rc, "%s", err.message);
        return;
    }
    corm_name_put(&c->sink.text, c->dialect, name.s, name.len, flags);
}

void corm_compiler_name(struct corm_compiler *c, const char *name, size_t len,
                        const char *what)
{
    corm_compiler_quoted_name(c, (struct corm_text){ name, len }, 0, what);
}

void corm_compiler_node_name(struct corm_compiler *c, const struct corm_node *node,
                             const char *what)
{
    corm_compiler_quoted_name(c, (struct corm_text){ node->name, node->name_len },
                              node->flags, what);
}

static bool is_same_schema(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const char *corm_compiler_schema(const struct corm_compile_options *options,
                                 const char *schema)
{
    const struct corm_schema_map *map = options->schema_map;
    for (size_t i = 0; map != NULL && i < map->npairs; i++) {
        if (is_same_schema(map->pairs[i].from, schema)) {
            return map->pairs[i].to;
        }
    }
    return schema;
}

/* A schema's name; that of the schema map is quoted as any other. */
static void put_schema_name(struct corm_compiler *c, const struct corm_table *table,
                            const char *schema)
{
    struct corm_node name = {
        .name = schema,
        .name_len = strlen(schema),
        .flags = schema == table->schema ? table->schema_flags : 0,
    };
    corm_compiler_node_name(c, &name, "schema");
}

void corm_compiler_table_name(struct corm_compiler *c, const struct corm_table *table)
{
    const char *schema = corm_compiler_schema(c->options, table->schema);
    if (schema != NULL) {
        put_schema_name(c, table, schema);
        corm_strbuf_putc(&c->sink.text, '.');
    }
    corm_compiler_node_name(c, &table->node, "table");
}

/* What an anonymous alias is named after: its hint, the table in it (no CTE), or nothing. */
static struct corm_text alias_hint(const struct corm_node *alias)
{
    const struct corm_node *inner = alias;
    while (inner != NULL) {
        if (inner->name_len > 0 && (inner == alias || inner->kind != CORM_NODE_CTE)) {
            return (struct corm_text){ inner->name, inner->name_len };
        }
        bool is_transparent = inner->kind == CORM_NODE_ALIAS ||
                              inner->kind == CORM_NODE_ENTITY ||
                              inner->kind == CORM_NODE_ATTRIBUTE;
        inner = is_transparent ? inner->kid[0] : NULL;
    }
    return (struct corm_text){ "anon", 4 };
}

struct corm_text corm_compiler_alias_name(struct corm_compiler *c,
                                          const struct corm_node *alias)
{
    bool is_anonymous = (alias->flags & CORM_NODE_ANONYMOUS) || alias->name_len == 0;
    if (!is_anonymous) {
        return (struct corm_text){ alias->name, alias->name_len };
    }
    struct corm_text hint = alias_hint(alias);
    uint64_t identity = alias->id != 0 ? alias->id : (uint64_t)(uintptr_t)alias;
    struct corm_text name = corm_names_get(&c->names, identity, hint.s, hint.len);
    if (name.s == NULL) {
        corm_compiler_fail_memory(c);
        return (struct corm_text){ "", 0 };
    }
    return name;
}

void corm_compiler_alias(struct corm_compiler *c, const struct corm_node *alias)
{
    struct corm_text name = corm_compiler_alias_name(c, alias);
    struct corm_node named = { .name = name.s,
                               .name_len = name.len,
                               .flags = alias->flags };
    corm_compiler_node_name(c, &named, "alias");
}

const struct corm_node *corm_compiler_node(struct corm_compiler *c,
                                           const struct corm_node_spec *spec)
{
    const struct corm_node *node = corm_node_new(&c->scratch, spec);
    if (node == NULL) {
        corm_compiler_fail_memory(c);
    }
    return node;
}

void corm_scope_open(struct corm_compiler *c, struct corm_scope *scope,
                     const struct corm_node *statement,
                     const struct corm_from_list *froms)
{
    *scope = (struct corm_scope){
        .outer = c->scope,
        .statement = statement,
        .start = c->sink.text.len,
        .first_mark = c->sink.marks.count,
    };
    for (size_t i = 0; i < froms->count; i++) {
        corm_froms_flatten(c, froms->items[i], &scope->own);
    }
    corm_scope_find_clash(c, scope);
    c->scope = scope;
}

void corm_scope_close(struct corm_compiler *c, struct corm_scope *scope)
{
    corm_compiler_nested_with(c, scope);
    corm_vec_release(&scope->own);
    c->scope = scope->outer;
}
