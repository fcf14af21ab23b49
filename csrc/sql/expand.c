/* SPDX-License-Identifier: MIT */
/*
 * Texts for one execution: the compiled text is copied from mark to mark, and what stands
 * in place of a mark is written anew.
 */
#include "sql/expand.h"

#include "sql/literal.h"
#include "sql/placeholder.h"

#include <stdio.h>
#include <string.h>

/* A name that no expression among the values refers to. */
#define ARRAY_ROWS "corm_rows"

char corm_placeholder_char(char c)
{
    switch (c) {
    case '%':
        return 'P';
    case '(':
        return 'A';
    case ')':
        return 'Z';
    case ':':
        return 'C';
    case '.':
    case '[':
    case ']':
    case ' ':
        return '_';
    default:
        return c;
    }
}

void corm_placeholder_name(struct corm_strbuf *out, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        corm_strbuf_putc(out, corm_placeholder_char(name[i]));
    }
}

void corm_placeholder_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                          const struct corm_bind_slot *slot, size_t number)
{
    if (slot->is_expanding || slot->is_literal_execute) {
        corm_strbuf_puts(out, "__[POSTCOMPILE_");
        corm_placeholder_name(out, slot->name, slot->name_len);
        if (slot->item_before != NULL) {
            corm_strbuf_puts(out, "~~");
            corm_strbuf_puts(out, slot->item_before);
            corm_strbuf_puts(out, "~~REPL~~");
            corm_strbuf_puts(out, slot->item_after);
            corm_strbuf_puts(out, "~~");
        }
        corm_strbuf_putc(out, ']');
        return;
    }
    switch (dialect->paramstyle) {
    case CORM_PARAM_NAMED:
        corm_strbuf_putc(out, ':');
        corm_placeholder_name(out, slot->name, slot->name_len);
        break;
    case CORM_PARAM_QMARK:
        corm_strbuf_putc(out, '?');
        break;
    case CORM_PARAM_DOLLAR:
        corm_strbuf_putc(out, '$');
        corm_strbuf_put_int(out, (int64_t)number);
        break;
    }
}

void corm_empty_list_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                         enum corm_op op, uint32_t width)
{
    corm_strbuf_putc(out, '(');
    if (dialect->empty_set != NULL) {
        dialect->empty_set(out, width);
        corm_strbuf_putc(out, ')');
        return;
    }
    corm_strbuf_puts(out, width > 1 ? "(" : "");
    for (uint32_t i = 0; i < width; i++) {
        corm_strbuf_puts(out, i > 0 ? ", NULL" : "NULL");
    }
    corm_strbuf_puts(out, width > 1 ? ")" : "");
    corm_strbuf_puts(out, op == CORM_OP_NOT_IN ? ") OR (1 = 1)" : ") AND (1 != 1)");
}

struct renderer {
    const struct corm_compiled *compiled;
    const struct corm_value *values;
    const size_t *first; /* number of the first parameter of each slot, from 1 */
    struct corm_strbuf *out;
};

static const struct corm_bind_list *slot_list(const struct corm_bind_slot *slot,
                                              const struct corm_value *value)
{
    return slot->is_expanding && value->tag == CORM_TAG_OBJECT ? value->as.p : NULL;
}

static size_t slot_param_count(const struct corm_bind_slot *slot,
                               const struct corm_value *value)
{
    const struct corm_bind_list *list = slot_list(slot, value);
    if (slot->is_literal_execute) {
        return 0;
    }
    if (slot->is_expanding) {
        return list == NULL ? 0 : (size_t)list->count * list->width;
    }
    return 1;
}

size_t corm_compiled_param_count(const struct corm_compiled *compiled,
                                 const struct corm_value *values)
{
    size_t count = 0;
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        count += slot_param_count(&compiled->slots[i], &values[i]);
    }
    return count;
}

/* One placeholder of a list: ?, $number or :name_2, :name_2_1 */
static void put_item(const struct renderer *r, const struct corm_bind_slot *slot,
                     size_t index, uint32_t width, size_t number)
{
    if (r->compiled->dialect->paramstyle != CORM_PARAM_NAMED) {
        struct corm_bind_slot plain = { 0 };
        corm_placeholder_put(r->out, r->compiled->dialect, &plain, number);
        return;
    }
    corm_strbuf_putc(r->out, ':');
    corm_placeholder_name(r->out, slot->name, slot->name_len);
    corm_strbuf_putc(r->out, '_');
    corm_strbuf_put_int(r->out, (int64_t)(index / width + 1));
    if (width > 1) {
        corm_strbuf_putc(r->out, '_');
        corm_strbuf_put_int(r->out, (int64_t)(index % width + 1));
    }
}

static enum corm_rc put_list_item(const struct renderer *r, uint32_t slot_idx,
                                  const struct corm_bind_list *list, size_t index,
                                  struct corm_error *err)
{
    const struct corm_bind_slot *slot = &r->compiled->slots[slot_idx];
    enum corm_rc rc = CORM_OK;
    corm_strbuf_puts(r->out, slot->item_before == NULL ? "" : slot->item_before);
    if (slot->is_literal_execute) {
        rc = corm_literal_put(r->compiled->dialect, slot->type, &list->items[index],
                              r->out, err);
    } else {
        put_item(r, slot, index, list->width, r->first[slot_idx] + index);
    }
    corm_strbuf_puts(r->out, slot->item_after == NULL ? "" : slot->item_after);
    return rc;
}

/* a, b, c or (a, b), (c, d): what stands between the parentheses of IN */
static enum corm_rc put_list(const struct renderer *r, uint32_t slot_idx,
                             const struct corm_bind_list *list, struct corm_error *err)
{
    bool is_tuple = list->width > 1;
    bool has_values =
        is_tuple && corm_dialect_has(r->compiled->dialect, CORM_DIALECT_TUPLE_VALUES);
    corm_strbuf_puts(r->out, has_values ? "VALUES " : "");
    for (uint32_t i = 0; i < list->count; i++) {
        corm_strbuf_puts(r->out, i > 0 ? ", " : "");
        corm_strbuf_puts(r->out, is_tuple ? "(" : "");
        for (uint32_t k = 0; k < list->width; k++) {
            corm_strbuf_puts(r->out, k > 0 ? ", " : "");
            size_t index = (size_t)i * list->width + k;
            enum corm_rc rc = put_list_item(r, slot_idx, list, index, err);
            if (rc != CORM_OK) {
                return rc;
            }
        }
        corm_strbuf_puts(r->out, is_tuple ? ")" : "");
    }
    return CORM_OK;
}

static enum corm_rc put_slot(const struct renderer *r, uint32_t slot_idx,
                             bool *is_empty, struct corm_error *err)
{
    const struct corm_bind_slot *slot = &r->compiled->slots[slot_idx];
    const struct corm_value *value = &r->values[slot_idx];
    *is_empty = false;
    if (slot->is_expanding) {
        const struct corm_bind_list *list = slot_list(slot, value);
        if (list == NULL) {
            return corm_fail(err, CORM_E_COMPILE,
                             "list parameter '%s' has no list of values", slot->name);
        }
        *is_empty = list->count == 0;
        return *is_empty ? CORM_OK : put_list(r, slot_idx, list, err);
    }
    if (slot->is_literal_execute) {
        return corm_literal_put(r->compiled->dialect, slot->type, value, r->out, err);
    }
    corm_placeholder_put(r->out, r->compiled->dialect, slot, r->first[slot_idx]);
    return CORM_OK;
}

static enum corm_rc render(const struct renderer *r, struct corm_error *err)
{
    const struct corm_compiled *compiled = r->compiled;
    size_t from = 0;
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        const struct corm_bind_mark *mark = &compiled->marks[i];
        bool is_empty;
        corm_strbuf_add(r->out, compiled->sql + from, mark->pos - from);
        size_t paren = r->out->len;
        enum corm_rc rc = put_slot(r, mark->slot, &is_empty, err);
        if (rc != CORM_OK) {
            return rc;
        }
        from = mark->pos + mark->len;
        if (is_empty && paren > 0) {
            /* The parentheses around the mark belong to what replaces the list. */
            const struct corm_bind_slot *slot = &compiled->slots[mark->slot];
            corm_strbuf_truncate(r->out, paren - 1);
            corm_empty_list_put(r->out, compiled->dialect, (enum corm_op)slot->in_op,
                                slot->width);
            from++;
        }
    }
    corm_strbuf_add(r->out, compiled->sql + from, compiled->sql_len - from);
    return corm_strbuf_check(r->out, err);
}

/* The number of the first parameter of each slot. */
static void number_params(const struct corm_compiled *compiled,
                          const struct corm_value *values, size_t *first)
{
    size_t next = 1;
    for (int round = 0; round < (compiled->has_lists_last ? 2 : 1); round++) {
        for (uint32_t i = 0; i < compiled->nslots; i++) {
            bool is_list = compiled->slots[i].is_expanding;
            if (!compiled->has_lists_last || is_list == (round == 1)) {
                first[i] = next;
                next += slot_param_count(&compiled->slots[i], &values[i]);
            }
        }
    }
}

enum corm_rc corm_compiled_render(const struct corm_compiled *compiled,
                                  const struct corm_value *values,
                                  struct corm_strbuf *out, struct corm_error *err)
{
    struct corm_arena scratch = { 0 };
    size_t *first = corm_arena_zero(&scratch, compiled->nslots, sizeof(*first));
    enum corm_rc rc = CORM_OK;
    if (first == NULL) {
        rc = corm_fail_memory(err);
    } else {
        number_params(compiled, values, first);
        struct renderer r = {
            .compiled = compiled, .values = values, .first = first, .out = out
        };
        rc = render(&r, err);
    }
    corm_arena_release(&scratch);
    return rc;
}

/* ---- the VALUES group, which has all marks there are ---- */

typedef void (*put_mark_fn)(const struct corm_compiled *compiled, uint32_t slot,
                            size_t row, struct corm_strbuf *out);

/* The group without its parentheses, with what put() writes in place of its marks. */
static void put_group(const struct corm_compiled *compiled, size_t row, put_mark_fn put,
                      struct corm_strbuf *out)
{
    size_t from = compiled->values_pos + 1;
    size_t end = compiled->values_pos + compiled->values_len - 1;
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        const struct corm_bind_mark *mark = &compiled->marks[i];
        corm_strbuf_add(out, compiled->sql + from, mark->pos - from);
        put(compiled, mark->slot, row, out);
        from = mark->pos + mark->len;
    }
    corm_strbuf_add(out, compiled->sql + from, end - from);
}

/* The placeholder of a row; numbers and names go on from row to row. */
static void put_row_mark(const struct corm_compiled *compiled, uint32_t slot,
                         size_t row, struct corm_strbuf *out)
{
    corm_placeholder_put(out, compiled->dialect, &compiled->slots[slot],
                         row * compiled->nslots + slot + 1);
    if (compiled->dialect->paramstyle == CORM_PARAM_NAMED) {
        corm_strbuf_puts(out, "__");
        corm_strbuf_put_int(out, (int64_t)row);
    }
}

enum corm_rc corm_compiled_render_rows(const struct corm_compiled *compiled,
                                       size_t nrows, struct corm_strbuf *out,
                                       struct corm_error *err)
{
    PRE(compiled->values_len > 0);
    size_t end = compiled->values_pos + compiled->values_len;
    corm_strbuf_add(out, compiled->sql, compiled->values_pos);
    for (size_t row = 0; row < nrows; row++) {
        corm_strbuf_puts(out, row > 0 ? ", (" : "(");
        put_group(compiled, row, put_row_mark, out);
        corm_strbuf_putc(out, ')');
    }
    corm_strbuf_add(out, compiled->sql + end, compiled->sql_len - end);
    return corm_strbuf_check(out, err);
}

/* ---- rows as arrays ---- */

/*
 * The arrays' rows. As columns of a SELECT rather than in its FROM, where the server would
 * store what they give before it reads it.
 */
static void put_array_rows(const struct corm_compiled *compiled,
                           struct corm_strbuf *out)
{
    corm_strbuf_puts(out, "(SELECT ");
    for (uint32_t i = 0; i < compiled->nslots; i++) {
        corm_strbuf_puts(out, i > 0 ? ", unnest($" : "unnest($");
        corm_strbuf_put_int(out, (int64_t)i + 1);
        corm_strbuf_puts(out, ") AS p");
        corm_strbuf_put_int(out, (int64_t)i + 1);
    }
    corm_strbuf_puts(out, ") AS " ARRAY_ROWS);
}

/* A parameter as the column of the arrays' rows. */
static void put_array_mark(const struct corm_compiled *compiled, uint32_t slot,
                           size_t row, struct corm_strbuf *out)
{
    (void)compiled;
    (void)row;
    corm_strbuf_puts(out, ARRAY_ROWS ".p");
    corm_strbuf_put_int(out, (int64_t)slot + 1);
}

static bool has_default_keyword(const struct corm_compiled *compiled)
{
    const char *values = compiled->sql + compiled->values_pos;
    const char *found = strstr(values, "DEFAULT");
    return found != NULL && found < values + compiled->values_len;
}

enum corm_rc corm_compiled_render_arrays(const struct corm_compiled *compiled,
                                         struct corm_strbuf *out,
                                         struct corm_error *err)
{
    static const char VALUES[] = "VALUES ";
    PRE(compiled->values_len > 0 && compiled->nslots > 0);
    size_t before = compiled->values_pos - strlen(VALUES);
    size_t end = compiled->values_pos + compiled->values_len;
    if (has_default_keyword(compiled)) {
        return CORM_OK;
    }
    corm_strbuf_add(out, compiled->sql, before);
    corm_strbuf_puts(out, "SELECT ");
    put_group(compiled, 0, put_array_mark, out);
    corm_strbuf_puts(out, " FROM ");
    put_array_rows(compiled, out);
    corm_strbuf_add(out, compiled->sql + end, compiled->sql_len - end);
    return corm_strbuf_check(out, err);
}
