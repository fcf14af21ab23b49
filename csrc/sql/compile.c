/* SPDX-License-Identifier: MIT */
/* The way through a compilation, and compiled statements themselves. */
#include "sql/compile.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/options.h"
#include "sql/placeholder.h"
#include "sql/schema.h"

#include <string.h>

void corm_compiler_init(struct corm_compiler *c,
                        const struct corm_compile_options *options,
                        struct corm_compiled *compiled, struct corm_bind_order *order,
                        struct corm_error *err)
{
    *c = (struct corm_compiler){
        .dialect = options->dialect,
        .options = options,
        .err = err,
        .compiled = compiled,
        .order = order,
        .names = { .arena = &compiled->arena,
                   .max_len = options->dialect->max_identifier_len },
        .types = { .arena = &compiled->arena },
        .column_lists = { .arena = &c->scratch },
    };
    corm_strbuf_init(&c->sink.text);
}

void corm_compiler_release(struct corm_compiler *c)
{
    corm_strbuf_release(&c->sink.text);
    corm_vec_release(&c->sink.marks);
    corm_column_lists_release(&c->column_lists);
    corm_arena_release(&c->scratch);
    corm_names_release(&c->names);
    corm_type_pool_release(&c->types);
    corm_vec_release(&c->slots);
    corm_vec_release(&c->columns);
    corm_hmap_release(&c->slot_of_bind);
    corm_smap_release(&c->slot_of_name);
    corm_compiler_ctes_release(c);
}

static enum corm_statement_kind statement_kind(const struct corm_node *statement)
{
    switch ((enum corm_node_kind)corm_statement_inside(statement)->kind) {
    case CORM_NODE_SELECT:
    case CORM_NODE_COMPOUND:
        return CORM_STATEMENT_SELECT;
    case CORM_NODE_INSERT:
        return CORM_STATEMENT_INSERT;
    case CORM_NODE_UPDATE:
        return CORM_STATEMENT_UPDATE;
    case CORM_NODE_DELETE:
        return CORM_STATEMENT_DELETE;
    default:
        return CORM_STATEMENT_OTHER;
    }
}

/* Slot 0 of each of them is the table that it changes. */
static uint64_t changed_table(const struct corm_node *statement)
{
    statement = corm_statement_inside(statement);
    if (statement->kind < CORM_NODE_INSERT || statement->kind > CORM_NODE_DELETE) {
        return 0;
    }
    const struct corm_node *table = corm_node_unmarked(statement->kid[0]);
    while (table->kind == CORM_NODE_ALIAS) {
        table = corm_node_unmarked(table->kid[0]);
    }
    return table->id;
}

/*
 * Put the slots in the order in which the compiler met the parameters, whatever CTEs and lists
 * make of their order in the text. places: 1 + slot of each draft, or 0.
 */
static void order_slots_as_made(struct corm_compiler *c, const uint32_t *places)
{
    struct corm_compiled *compiled = c->compiled;
    uint32_t n = compiled->nslots;
    uint32_t *moved = corm_arena_zero(&c->scratch, n, sizeof(*moved));
    uint32_t next = 0;
    if (moved == NULL) {
        corm_compiler_fail_memory(c);
        return;
    }
    compiled->has_lists_last = true;
    for (size_t draft = 0; draft < c->slots.count; draft++) {
        if (places[draft] > 0) {
            compiled->slots[next] = c->slots.items[draft];
            moved[places[draft] - 1] = next++;
        }
    }
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        compiled->marks[i].slot = moved[compiled->marks[i].slot];
    }
}

/* Parameters in the order of sending: of the marks, each slot once where it can be. */
static void order_slots(struct corm_compiler *c)
{
    struct corm_compiled *compiled = c->compiled;
    bool is_shared = c->dialect->paramstyle != CORM_PARAM_QMARK;
    bool is_numbered_as_made =
        c->options->is_for_reading && c->dialect->paramstyle == CORM_PARAM_DOLLAR;
    size_t nmarks = c->sink.marks.count;
    compiled->slots =
        corm_arena_zero(&compiled->arena, nmarks, sizeof(*compiled->slots));
    compiled->marks =
        corm_arena_zero(&compiled->arena, nmarks, sizeof(*compiled->marks));
    uint32_t *places = corm_arena_zero(&c->scratch, c->slots.count, sizeof(*places));
    if (compiled->slots == NULL || compiled->marks == NULL || places == NULL) {
        corm_compiler_fail_memory(c);
        return;
    }
    for (size_t i = 0; i < nmarks; i++) {
        uint32_t draft = c->sink.marks.items[i].slot;
        if (places[draft] == 0 || !is_shared) {
            compiled->slots[compiled->nslots] = c->slots.items[draft];
            places[draft] = ++compiled->nslots;
        }
        compiled->marks[i].slot = places[draft] - 1;
    }
    compiled->nmarks = (uint32_t)nmarks;
    if (is_numbered_as_made) {
        order_slots_as_made(c, places);
    }
}

/*
 * The numbers of the slots, from 1; what is rendered per execution has none, and moves the
 * others when it is. NULL when memory is short.
 */
static uint32_t *number_slots(struct corm_compiler *c)
{
    const struct corm_compiled *compiled = c->compiled;
    uint32_t *numbers =
        corm_arena_zero(&c->scratch, compiled->nslots, sizeof(*numbers));
    uint32_t count = 0;
    for (uint32_t i = 0; numbers != NULL && i < compiled->nslots; i++) {
        const struct corm_bind_slot *slot = &compiled->slots[i];
        numbers[i] = slot->is_expanding || slot->is_literal_execute ? 0 : ++count;
    }
    return numbers;
}

/* Put the placeholders into the text. */
static void write_text(struct corm_compiler *c)
{
    struct corm_compiled *compiled = c->compiled;
    const uint32_t *numbers = number_slots(c);
    const struct corm_strbuf *raw = &c->sink.text;
    struct corm_strbuf text;
    size_t from = 0;
    size_t values_end = c->values_pos + c->values_len;
    bool is_rows_only = true;
    compiled->values_pos = c->values_pos;
    compiled->values_len = c->values_len;
    corm_strbuf_init(&text);
    for (uint32_t i = 0; numbers != NULL && i < compiled->nmarks; i++) {
        size_t pos = c->sink.marks.items[i].pos;
        struct corm_bind_mark *mark = &compiled->marks[i];
        corm_strbuf_add(&text, raw->data + from, pos - from);
        mark->pos = text.len;
        corm_placeholder_put(&text, c->dialect, &compiled->slots[mark->slot],
                             numbers[mark->slot]);
        mark->len = (uint32_t)(text.len - mark->pos);
        bool is_value = pos >= c->values_pos && pos < values_end;
        compiled->values_len += is_value ? mark->len : 0;
        is_rows_only &= is_value;
        from = pos;
    }
    if (!is_rows_only) {
        compiled->values_len = 0; /* other parameters would be repeated with the rows */
    }
    corm_strbuf_add(&text, raw->data + from, raw->len - from);
    compiled->sql = corm_arena_strndup(&compiled->arena, text.data, text.len);
    compiled->sql_len = text.len;
    if (text.is_broken || raw->is_broken || compiled->sql == NULL || numbers == NULL) {
        corm_compiler_fail_memory(c);
    }
    corm_strbuf_release(&text);
}

/* True if the row of values is `(?, ?)`: nothing but the slots, each once. */
static bool is_row_of_slots(const struct corm_compiled *compiled)
{
    size_t len = 2 * (size_t)compiled->nmarks;
    if (compiled->nmarks == 0 || compiled->nmarks != compiled->nslots) {
        return false;
    }
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        if (compiled->marks[i].slot != i) {
            return false;
        }
        len += compiled->marks[i].len;
    }
    return len == compiled->values_len;
}

static void keep_target(struct corm_compiler *c)
{
    struct corm_compiled *compiled = c->compiled;
    if (c->target_len > 0 && is_row_of_slots(compiled)) {
        compiled->target_pos = c->target_pos;
        compiled->target_len = c->target_len;
    }
}

static void keep_columns(struct corm_compiler *c)
{
    struct corm_compiled *compiled = c->compiled;
    size_t count = c->columns.count;
    compiled->columns =
        corm_arena_zero(&compiled->arena, count, sizeof(*compiled->columns));
    if (compiled->columns == NULL) {
        corm_compiler_fail_memory(c);
        return;
    }
    if (count > 0) {
        memcpy(compiled->columns, c->columns.items, count * sizeof(*compiled->columns));
    }
    compiled->ncolumns = (uint32_t)count;
}

/* Everything but the text: what the statement is and where its parts go. */
static void keep_results(struct corm_compiler *c, const struct corm_node *statement)
{
    const struct corm_compile_options *options = c->options;
    const struct corm_node *origin =
        options->origin == NULL ? statement : options->origin;
    struct corm_compiled *compiled = c->compiled;
    compiled->dialect = c->dialect;
    compiled->kind = statement_kind(statement);
    compiled->table_id = changed_table(statement);
    compiled->is_positional = c->dialect->paramstyle != CORM_PARAM_NAMED;
    compiled->key = corm_hash_mix(origin->fp, corm_compile_options_hash(options));
    if (c->rc == CORM_OK) {
        order_slots(c);
    }
    if (c->rc == CORM_OK) {
        write_text(c);
    }
    if (c->rc == CORM_OK) {
        keep_target(c);
        keep_columns(c);
        corm_compiler_settle_sentinel(c);
    }
    bool is_kept = !options->literal_binds && !options->render_postcompile &&
                   !(origin->flags & CORM_NODE_UNCACHEABLE);
    if (c->rc == CORM_OK && is_kept) {
        compiled->shape = corm_node_shape(origin, c->order, &c->types);
        if (compiled->shape == NULL) {
            corm_compiler_fail_memory(c);
        }
    }
}

static void write_statement(struct corm_compiler *c, const struct corm_node *statement)
{
    c->collects_columns = true;
    c->returns_rows = true;
    if (corm_node_is_statement(statement)) {
        corm_compiler_query(c, statement, CORM_PLACE_TOP);
    } else if (!corm_compiler_from_alone(c, statement)) {
        corm_compiler_expr(c, statement);
    }
    corm_compiler_with(c);
    if (c->sink.text.is_broken) {
        corm_compiler_fail_memory(c);
    }
}

/* Number the binds that sources count by; both trees must be shallow enough. */
static enum corm_rc order_binds(const struct corm_node *statement,
                                const struct corm_node *origin,
                                struct corm_bind_order *order, struct corm_error *err)
{
    if (origin == NULL) {
        return corm_bind_order_make(order, statement, err);
    }
    struct corm_bind_order own = { 0 };
    enum corm_rc rc = corm_bind_order_make(&own, statement, err);
    corm_bind_order_release(&own);
    return rc == CORM_OK ? corm_bind_order_make(order, origin, err) : rc;
}

enum corm_rc corm_compile(const struct corm_node *statement,
                          const struct corm_compile_options *options,
                          struct corm_compiled **out, struct corm_error *err)
{
    struct corm_bind_order order = { 0 };
    struct corm_compiler c;
    int64_t begun_us = corm_clock_mono_us();
    enum corm_rc rc = order_binds(statement, options->origin, &order, err);
    struct corm_compiled *compiled =
        rc == CORM_OK ? corm_alloc_zero(1, sizeof(*compiled)) : NULL;
    if (compiled == NULL) {
        corm_bind_order_release(&order);
        return rc == CORM_OK ? corm_fail_memory(err) : rc;
    }
    compiled->refs = 1;
    corm_compiler_init(&c, options, compiled, &order, err);
    write_statement(&c, statement);
    keep_results(&c, statement);
    rc = c.rc;
    corm_compiler_release(&c);
    corm_bind_order_release(&order);
    compiled->compiled_at_us = corm_clock_mono_us();
    compiled->compile_us = compiled->compiled_at_us - begun_us;
    if (rc == CORM_OK) {
        *out = compiled;
    } else {
        corm_compiled_unref(compiled);
    }
    return rc;
}

struct corm_compiled *corm_compiled_ref(struct corm_compiled *compiled)
{
    compiled->refs++;
    return compiled;
}

void corm_compiled_unref(struct corm_compiled *compiled)
{
    if (compiled == NULL || --compiled->refs > 0) {
        return;
    }
    if (compiled->plan_free != NULL) {
        compiled->plan_free(compiled->plan);
    }
    corm_arena_release(&compiled->arena);
    corm_free(compiled);
}
