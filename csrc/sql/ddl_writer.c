/* SPDX-License-Identifier: MIT */
#include "sql/ddl_writer.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "sql/compiler.h"
#include "sql/quote.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct corm_ddl_writer corm_ddl_begin(const struct corm_ddl_options *options,
                                      struct corm_strbuf *out, struct corm_error *err)
{
    return (struct corm_ddl_writer){
        .dialect = options->dialect,
        .options = options,
        .out = out,
        .start = out->len,
        .err = err,
    };
}

enum corm_rc corm_ddl_end(struct corm_ddl_writer *w)
{
    if (w->rc == CORM_OK) {
        w->rc = corm_strbuf_check(w->out, w->err);
    }
    if (w->rc != CORM_OK && !w->out->is_broken) {
        corm_strbuf_truncate(w->out, w->start);
    }
    return w->rc;
}

void corm_ddl_fail(struct corm_ddl_writer *w, enum corm_rc rc, const char *fmt, ...)
{
    char message[CORM_ERROR_MESSAGE_MAX];
    va_list args;
    if (w->rc != CORM_OK) {
        return;
    }
    va_start(args, fmt);
    if (vsnprintf(message, sizeof(message), fmt, args) < 0) {
        message[0] = '\0';
    }
    va_end(args);
    w->rc = corm_fail(w->err, rc, "%s", message);
}

void corm_ddl_name(struct corm_ddl_writer *w, const char *name, const char *what)
{
    struct corm_error err;
    size_t len = strlen(name);
    if (corm_name_check(w->dialect, name, len, what, &err) != CORM_OK) {
        corm_ddl_fail(w, err.rc, "%s", err.message);
        return;
    }
    corm_name_put(w->out, w->dialect, name, len, 0);
}

/* The same in every process: names are looked for again later. */
static uint32_t name_number(const char *name)
{
    enum { OFFSET = 2166136261U, PRIME = 16777619U };
    uint32_t number = OFFSET;
    for (; *name != '\0'; name++) {
        number = (number ^ (unsigned char)*name) * PRIME;
    }
    return (number ^ number >> 16) & UINT16_MAX;
}

void corm_ddl_made_name(struct corm_ddl_writer *w, const char *name, bool is_made,
                        const char *what)
{
    enum { TAIL_LEN = 8 };
    size_t len = strlen(name);
    if (!is_made || len <= w->dialect->max_identifier_len) {
        corm_ddl_name(w, name, what);
        return;
    }
    struct corm_error err;
    struct corm_strbuf cut;
    corm_strbuf_init(&cut);
    len = corm_utf8_truncate(name, len, w->dialect->max_identifier_len - TAIL_LEN);
    corm_strbuf_add(&cut, name, len);
    corm_strbuf_printf(&cut, "_%04x", (unsigned)name_number(name));
    if (corm_strbuf_check(&cut, &err) != CORM_OK) {
        corm_ddl_fail(w, err.rc, "%s", err.message);
    } else {
        corm_ddl_name(w, cut.data, what);
    }
    corm_strbuf_release(&cut);
}

void corm_ddl_node_name(struct corm_ddl_writer *w, const struct corm_node *node,
                        const char *what)
{
    struct corm_error err;
    if (corm_name_check(w->dialect, node->name, node->name_len, what, &err) !=
        CORM_OK) {
        corm_ddl_fail(w, err.rc, "%s", err.message);
        return;
    }
    corm_name_put(w->out, w->dialect, node->name, node->name_len, node->flags);
}

void corm_ddl_columns(struct corm_ddl_writer *w, struct corm_column *const *columns,
                      size_t count)
{
    corm_strbuf_putc(w->out, '(');
    for (size_t i = 0; i < count; i++) {
        corm_strbuf_puts(w->out, i > 0 ? ", " : "");
        corm_ddl_node_name(w, &columns[i]->node, "column");
    }
    corm_strbuf_putc(w->out, ')');
}

void corm_ddl_word(struct corm_ddl_writer *w, const char *word, const char *what)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    if (word[0] == '\0' || word[strspn(word, letters)] != '\0') {
        corm_ddl_fail(w, CORM_E_COMPILE, "'%s' is no %s", word, what);
        return;
    }
    corm_strbuf_puts(w->out, word);
}

void corm_ddl_schema_prefix(struct corm_ddl_writer *w, const char *schema)
{
    struct corm_compile_options options = { .schema_map = w->options->schema_map };
    schema = corm_compiler_schema(&options, schema);
    if (schema != NULL) {
        corm_ddl_name(w, schema, "schema");
        corm_strbuf_putc(w->out, '.');
    }
}

void corm_ddl_table_name(struct corm_ddl_writer *w, const struct corm_table *table)
{
    struct corm_compile_options options = { .schema_map = w->options->schema_map };
    const char *schema = corm_compiler_schema(&options, table->schema);
    if (schema != NULL) {
        struct corm_node name = {
            .name = schema,
            .name_len = strlen(schema),
            .flags = schema == table->schema ? table->schema_flags : 0,
        };
        corm_ddl_node_name(w, &name, "schema");
        corm_strbuf_putc(w->out, '.');
    }
    corm_ddl_node_name(w, &table->node, "table");
}

void corm_ddl_put_type(struct corm_ddl_writer *w, const struct corm_type *type)
{
    struct corm_type_room room;
    struct corm_error err;
    type = corm_type_in_schema(type, w->dialect, w->options->schema_map, &room);
    if (corm_ddl_type(type, w->dialect, w->out, &err) != CORM_OK) {
        corm_ddl_fail(w, err.rc, "%s", err.message);
    }
}

void corm_ddl_expr(struct corm_ddl_writer *w, const struct corm_node *node)
{
    struct corm_compile_options options = { .dialect = w->dialect,
                                            .schema_map = w->options->schema_map };
    struct corm_compiled holder = { 0 };
    struct corm_bind_order order = { 0 };
    struct corm_compiler c;
    struct corm_error err;
    enum corm_rc rc = corm_bind_order_make(&order, node, &err); /* checks the depth */
    if (rc == CORM_OK) {
        corm_compiler_init(&c, &options, &holder, &order, &err);
        c.is_ddl = true;
        c.hides_tables = true;
        corm_compiler_expr(&c, node);
        if (c.sink.text.is_broken) {
            corm_compiler_fail_memory(&c);
        }
        rc = c.rc;
        corm_strbuf_add(w->out, c.sink.text.data, rc == CORM_OK ? c.sink.text.len : 0);
        corm_compiler_release(&c);
        corm_arena_release(&holder.arena);
    }
    corm_bind_order_release(&order);
    if (rc != CORM_OK) {
        corm_ddl_fail(w, rc, "%s", err.message);
    }
}

void corm_ddl_identity(struct corm_ddl_writer *w, const struct corm_sequence *sequence)
{
    corm_strbuf_puts(w->out, sequence->is_always ? " GENERATED ALWAYS AS IDENTITY"
                                                 : " GENERATED BY DEFAULT AS IDENTITY");
    if (corm_ddl_sequence_options(w, sequence, " (")) {
        corm_strbuf_putc(w->out, ')');
    }
}

bool corm_ddl_sequence_options(struct corm_ddl_writer *w,
                               const struct corm_sequence *sequence, const char *before)
{
    const struct {
        bool is_said;
        const char *keyword;
        int64_t number;
    } options[] = {
        { sequence->has_increment, "INCREMENT BY ", sequence->increment },
        { sequence->has_start, "START WITH ", sequence->start },
        { sequence->has_min, "MINVALUE ", sequence->min },
        { sequence->has_max, "MAXVALUE ", sequence->max },
        { sequence->is_no_min, "NO MINVALUE", 0 },
        { sequence->is_no_max, "NO MAXVALUE", 0 },
        { sequence->has_cache, "CACHE ", sequence->cache },
        { sequence->is_cycle, "CYCLE", 0 },
        { sequence->is_no_cycle, "NO CYCLE", 0 },
    };
    const char *separator = before;
    for (size_t i = 0; i < CORM_LENGTH(options); i++) {
        if (options[i].is_said) {
            const char *keyword = options[i].keyword;
            corm_strbuf_puts(w->out, separator);
            corm_strbuf_puts(w->out, keyword);
            if (keyword[strlen(keyword) - 1] == ' ') {
                corm_strbuf_put_int(w->out, options[i].number);
            }
            separator = " ";
        }
    }
    return separator != before;
}
