/* SPDX-License-Identifier: MIT */
/*
 * Parameters. A placeholder has no text while the statement is being written, only a mark
 * in the sink: what it looks like depends on its number, and that on what is put in front
 * later (CTEs). One BIND is one slot, however often it occurs; so is one name.
 */
#include "sql/compiler.h"
#include "sql/ddl.h"
#include "sql/expand.h"
#include "sql/literal.h"
#include "sql/placeholder.h"
#include "sql/schema.h"

#include <stdio.h>
#include <string.h>

static void put_mark(struct corm_compiler *c, uint32_t slot)
{
    struct corm_mark mark = { .pos = c->sink.text.len, .slot = slot };
    if (!corm_vec_push(&c->sink.marks, mark)) {
        corm_compiler_fail_memory(c);
    }
}

/* Write a type's template with what its mark stands for. */
static void put_template(struct corm_compiler *c,
                         const struct corm_type_template *template,
                         const struct corm_hole *hole)
{
    struct corm_hole outer = c->hole;
    c->hole = *hole;
    c->hole.mark = template->mark;
    corm_compiler_expr(c, template->expression);
    c->hole = outer;
}

/* "::JSON", "::UUID" …: such parameters say their type in text that is read. */
static void put_shown_type(struct corm_compiler *c, const struct corm_type *type)
{
    bool is_shown = c->options->is_for_reading && c->dialect->shows_type != NULL &&
                    c->dialect->shows_type(type);
    if (!is_shown) {
        return;
    }
    corm_compiler_type_suffix(c, type);
}

/* The placeholder of a slot, inside the template of its type if that has one. is_shown: the
   type may be said in text that is read. */
static void put_slot(struct corm_compiler *c, uint32_t slot,
                     const struct corm_type *type, bool is_shown)
{
    type = corm_type_for_dialect(type, c->dialect->name);
    if (type->around_bind.expression == NULL) {
        put_mark(c, slot);
        if (is_shown) {
            put_shown_type(c, type);
        }
        return;
    }
    put_template(c, &type->around_bind, &(struct corm_hole){ .slot = slot });
}

static void put_literal(struct corm_compiler *c, const struct corm_type *type,
                        const struct corm_value *value)
{
    const struct corm_type *own = corm_type_for_dialect(type, c->dialect->name);
    if (own->around_bind.expression == NULL) {
        corm_compiler_literal(c, type, value);
        return;
    }
    put_template(c, &own->around_bind,
                 &(struct corm_hole){ .type = type, .value = value });
}

void corm_compiler_selected(struct corm_compiler *c, const struct corm_node *column)
{
    const struct corm_type *type =
        corm_type_for_dialect(column->type, c->dialect->name);
    if (type->around_column.expression == NULL) {
        corm_compiler_value(c, column);
        return;
    }
    put_template(c, &type->around_column, &(struct corm_hole){ .column = column });
}

/* What stands where the mark of a template is. */
static void put_hole(struct corm_compiler *c)
{
    struct corm_hole hole = c->hole;
    c->hole.mark = NULL;
    if (hole.column != NULL) {
        corm_compiler_expr(c, hole.column);
    } else if (hole.value != NULL) {
        corm_compiler_literal(c, hole.type, hole.value);
    } else {
        put_mark(c, hole.slot);
    }
    c->hole = hole;
}

/* A value that outlives the statement; false when memory is short. */
static bool keep_value(struct corm_compiler *c, struct corm_value *value)
{
    if (corm_value_has_bytes(value)) {
        value->as.s = corm_arena_strndup(&c->compiled->arena, value->as.s, value->len);
        return value->as.s != NULL;
    }
    return true;
}

/* Where the value comes from when the statement is executed. */
static bool slot_set_source(struct corm_compiler *c, struct corm_bind_slot *slot,
                            const struct corm_node *bind)
{
    slot->source = corm_bind_order_index(c->order, bind);
    if (slot->source >= 0) {
        return true;
    }
    if (bind->value.tag == CORM_TAG_UNSET || bind->value.tag >= CORM_TAG_OBJECT) {
        slot->source = CORM_SOURCE_PARAM;
        return true;
    }
    slot->source = CORM_SOURCE_CONSTANT;
    slot->constant = bind->value;
    return keep_value(c, &slot->constant);
}

/* Add a slot; returns its index, or 0 after a failure. */
static uint32_t slot_add(struct corm_compiler *c, struct corm_bind_slot *slot,
                         const struct corm_type *type)
{
    type = corm_dialect_type(c->dialect, type);
    slot->type = corm_type_pool_add(&c->types, type);
    uintptr_t index = c->slots.count;
    if (slot->name == NULL || slot->type == NULL || !corm_vec_push(&c->slots, *slot) ||
        !corm_smap_put(&c->slot_of_name, slot->name, slot->name_len,
                       (void *)(index + 1))) {
        corm_compiler_fail_memory(c);
        return 0;
    }
    return (uint32_t)index;
}

/* The slot with this name, or NULL. */
static struct corm_bind_slot *slot_named(struct corm_compiler *c, const char *name,
                                         size_t len)
{
    uintptr_t found = (uintptr_t)corm_smap_get(&c->slot_of_name, name, len);
    return found == 0 ? NULL : &c->slots.items[found - 1];
}

static struct corm_text bind_name(struct corm_compiler *c, const struct corm_node *bind)
{
    bool is_anonymous = (bind->flags & CORM_NODE_ANONYMOUS) || bind->name_len == 0;
    if (!is_anonymous) {
        return (struct corm_text){ corm_arena_strndup(&c->compiled->arena, bind->name,
                                                      bind->name_len),
                                   bind->name_len };
    }
    bool has_hint = bind->name_len > 0 && !c->forgets_names;
    return corm_names_get(&c->names, (uint64_t)(uintptr_t)bind,
                          has_hint ? bind->name : "param",
                          has_hint ? bind->name_len : 5);
}

static bool is_anonymous(const struct corm_node *bind)
{
    return (bind->flags & CORM_NODE_ANONYMOUS) || bind->name_len == 0;
}

/*
 * The same name again: fine for two parameters that the user named alike, wrong where a
 * name was made up or is a column's.
 */
static bool check_same_name(struct corm_compiler *c, const struct corm_bind_slot *other,
                            const struct corm_node *bind, bool is_expanding)
{
    if (other->column_id != 0) {
        corm_compiler_fail(
            c, CORM_E_COMPILE,
            "bindparam() name '%s' is reserved for automatic usage in the "
            "VALUES or SET clause of this statement; use a name other than "
            "the column's (for example, 'b_%s')",
            other->name, other->name);
        return false;
    }
    if (other->is_expanding != is_expanding) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "can't reuse bound parameter name '%s' in both 'expanding' "
                           "(e.g. within an IN expression) and non-expanding contexts",
                           other->name);
        return false;
    }
    if (is_anonymous(bind) || other->is_name_made) {
        corm_compiler_fail(
            c, CORM_E_COMPILE,
            "bind parameter '%s' conflicts with unique bind parameter of "
            "the same name",
            other->name);
        return false;
    }
    return true;
}

static uint32_t bind_slot(struct corm_compiler *c, const struct corm_node *bind,
                          const struct corm_type *type, enum corm_op in_op,
                          uint32_t width)
{
    uint64_t key = (uint64_t)(uintptr_t)bind;
    uintptr_t found = (uintptr_t)corm_hmap_get(&c->slot_of_bind, key);
    if (found != 0) {
        return (uint32_t)found - 1;
    }
    struct corm_text name = bind_name(c, bind);
    struct corm_bind_slot *other =
        name.s == NULL ? NULL : slot_named(c, name.s, name.len);
    uint32_t index;
    if (other != NULL) {
        if (!check_same_name(c, other, bind, in_op != CORM_OP_NONE)) {
            return 0;
        }
        index = (uint32_t)(other - c->slots.items);
    } else {
        struct corm_bind_slot slot = {
            .name = name.s,
            .name_len = name.len,
            .width = width,
            .is_name_made = is_anonymous(bind),
            .in_op = (uint8_t)in_op,
            .is_expanding = in_op != CORM_OP_NONE,
            .is_literal_execute =
                c->executes_literals || (bind->flags & CORM_NODE_LITERAL_EXECUTE) != 0,
        };
        c->compiled->has_expanding |= slot.is_expanding || slot.is_literal_execute;
        if (!slot_set_source(c, &slot, bind)) {
            corm_compiler_fail_memory(c);
        }
        index = slot_add(c, &slot, type);
    }
    if (!corm_hmap_put(&c->slot_of_bind, key, (void *)(uintptr_t)(index + 1))) {
        corm_compiler_fail_memory(c);
    }
    return index;
}

void corm_compiler_literal(struct corm_compiler *c, const struct corm_type *type,
                           const struct corm_value *value)
{
    struct corm_error err;
    if (corm_literal_put(c->dialect, type, value, &c->sink.text, &err) != CORM_OK) {
        corm_compiler_fail(c, err.rc == CORM_E_DATA ? CORM_E_COMPILE : err.rc, "%s",
                           err.message);
    }
}

static bool wants_literals(const struct corm_compiler *c)
{
    return c->options->literal_binds || c->is_ddl;
}

void corm_compiler_bind(struct corm_compiler *c, const struct corm_node *bind)
{
    if (bind == c->hole.mark) {
        put_hole(c);
        return;
    }
    corm_compiler_typed_bind(c, bind, bind->type);
}

void corm_compiler_typed_bind(struct corm_compiler *c, const struct corm_node *bind,
                              const struct corm_type *type)
{
    if (!wants_literals(c)) {
        put_slot(c, bind_slot(c, bind, type, CORM_OP_NONE, 1), type,
                 (bind->flags & CORM_NODE_VARIANT) == 0);
        return;
    }
    if (bind->value.tag == CORM_TAG_UNSET) {
        corm_compiler_fail(
            c, CORM_E_COMPILE,
            "bind parameter '%.*s' without a renderable value not allowed "
            "here",
            (int)bind->name_len, bind->name == NULL ? "" : bind->name);
        return;
    }
    put_literal(c, type, &bind->value);
}

/* name_1, name_2, or name_1_1, name_1_2, … of tuples: a parameter of its own for each */
static void put_list_item(struct corm_compiler *c, const struct corm_node *bind,
                          const struct corm_bind_list *list, uint32_t index)
{
    struct corm_text base = bind_name(c, bind);
    char *name = corm_arena_alloc(&c->compiled->arena, base.len + 32);
    if (name == NULL || base.s == NULL) {
        corm_compiler_fail_memory(c);
        return;
    }
    for (size_t i = 0; i < base.len; i++) {
        name[i] = corm_placeholder_char(base.s[i]);
    }
    size_t len = base.len + (size_t)snprintf(name + base.len, 16, "_%u",
                                             (unsigned)(index / list->width + 1));
    if (list->width > 1) {
        len += (size_t)snprintf(name + len, 16, "_%u",
                                (unsigned)(index % list->width + 1));
    }
    struct corm_bind_slot slot = {
        .name = name,
        .name_len = len,
        .width = 1,
        .source = CORM_SOURCE_CONSTANT,
        .constant = list->items[index],
    };
    if (!keep_value(c, &slot.constant)) {
        corm_compiler_fail_memory(c);
    }
    put_slot(c, slot_add(c, &slot, bind->type), bind->type, true);
}

static void put_list_part(struct corm_compiler *c, const struct corm_node *bind,
                          const struct corm_bind_list *list, uint32_t index)
{
    if (wants_literals(c)) {
        put_literal(c, bind->type, &list->items[index]);
    } else {
        put_list_item(c, bind, list, index);
    }
}

/* 1, 2 or (1, 2), (3, 4): the list itself */
static void put_list(struct corm_compiler *c, const struct corm_node *bind,
                     const struct corm_bind_list *list)
{
    for (uint32_t i = 0; i < list->count && c->rc == CORM_OK; i++) {
        corm_compiler_puts(c, i > 0 ? ", " : "");
        corm_compiler_puts(c, list->width > 1 ? "(" : "");
        for (uint32_t k = 0; k < list->width; k++) {
            corm_compiler_puts(c, k > 0 ? ", " : "");
            put_list_part(c, bind, list, i * list->width + k);
        }
        corm_compiler_puts(c, list->width > 1 ? ")" : "");
    }
}

static const char *keep_text(struct corm_compiler *c, size_t from, size_t to)
{
    const char *text =
        corm_arena_strndup(&c->compiled->arena, c->sink.text.data + from, to - from);
    if (text == NULL) {
        corm_compiler_fail_memory(c);
    }
    return text;
}

/*
 * The template of a list's items is written once, here, to see what stands before and
 * after the placeholder; then it is taken back.
 */
static void split_template(struct corm_compiler *c,
                           const struct corm_type_template *template, uint32_t slot)
{
    size_t from = c->sink.text.len;
    size_t nmarks = c->sink.marks.count;
    put_template(c, template, &(struct corm_hole){ .slot = slot });
    if (c->rc != CORM_OK || c->sink.text.is_broken) {
        return;
    }
    if (c->sink.marks.count != nmarks + 1) {
        corm_compiler_fail(c, CORM_E_UNSUPPORTED,
                           "IN with a list parameter of type %s, whose bind_expression "
                           "has parameters of its own: compare with each value instead",
                           corm_type_class_name(c->slots.items[slot].type));
        return;
    }
    size_t hole = c->sink.marks.items[nmarks].pos;
    c->slots.items[slot].item_before = keep_text(c, from, hole);
    c->slots.items[slot].item_after = keep_text(c, hole, c->sink.text.len);
    c->sink.marks.count = nmarks;
    corm_strbuf_truncate(&c->sink.text, from);
}

/* Each item says its type, which what it is compared with does not tell: $1::FLOAT */
static void suffix_items(struct corm_compiler *c, const struct corm_type *type,
                         uint32_t slot)
{
    size_t from = c->sink.text.len;
    corm_compiler_type_suffix(c, type);
    if (c->rc == CORM_OK && !c->sink.text.is_broken) {
        c->slots.items[slot].item_before = "";
        c->slots.items[slot].item_after = keep_text(c, from, c->sink.text.len);
        corm_strbuf_truncate(&c->sink.text, from);
    }
}

/* (mark): what stands there is written when the values are known */
static void put_list_mark(struct corm_compiler *c, const struct corm_node *bind,
                          enum corm_op op, uint32_t width,
                          const struct corm_node *beside)
{
    const struct corm_type *type = corm_type_for_dialect(bind->type, c->dialect->name);
    uint32_t slot = bind_slot(c, bind, bind->type, op, width);
    bool is_apart = beside != NULL && width == 1 &&
                    corm_compiler_is_misled(bind->type, beside->type);
    if (c->rc == CORM_OK && type->around_bind.expression != NULL) {
        split_template(c, &type->around_bind, slot);
    } else if (c->rc == CORM_OK && is_apart && corm_compiler_casts_binds(c)) {
        suffix_items(c, type, slot);
    }
    corm_compiler_puts(c, "(");
    put_mark(c, slot);
    corm_compiler_puts(c, ")");
}

void corm_compiler_expanding(struct corm_compiler *c, const struct corm_node *bind,
                             enum corm_op op, uint32_t width,
                             const struct corm_node *beside)
{
    const struct corm_bind_list *list =
        bind->value.tag == CORM_TAG_OBJECT ? bind->value.as.p : NULL;
    bool is_written =
        wants_literals(c) || (c->options->render_postcompile && list != NULL);
    if (!is_written) {
        put_list_mark(c, bind, op, width, beside);
        return;
    }
    if (list == NULL) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "list parameter '%.*s' without values not allowed here",
                           (int)bind->name_len, bind->name == NULL ? "" : bind->name);
        return;
    }
    if (list->count == 0) {
        corm_empty_list_put(&c->sink.text, c->dialect, op, width);
        return;
    }
    bool has_values =
        list->width > 1 && corm_dialect_has(c->dialect, CORM_DIALECT_TUPLE_VALUES);
    corm_compiler_puts(c, has_values ? "(VALUES " : "(");
    put_list(c, bind, list);
    corm_compiler_puts(c, ")");
}

/*
 * name, or name_m0, name_m1, … in an INSERT of several rows, where the first row's default
 * is still called name. In a CTE the name of a value is made up, for the statement around it
 * may change the same column.
 */
static struct corm_text column_bind_name(struct corm_compiler *c,
                                         const struct corm_column *column, uint32_t row,
                                         bool is_numbered, bool is_value)
{
    if (is_value && !c->collects_columns) {
        return corm_names_get(&c->names, corm_node_next_id(), "param", 5);
    }
    size_t len = strlen(column->key);
    char *name = corm_arena_alloc(&c->compiled->arena, len + 16);
    if (name == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    memcpy(name, column->key, len + 1);
    if (is_numbered) {
        len += (size_t)snprintf(name + len, 16, "_m%u", row);
    }
    return (struct corm_text){ name, len };
}

static void put_column_slot(struct corm_compiler *c, const struct corm_column *column,
                            struct corm_bind_slot *slot, const struct corm_type *type)
{
    const struct corm_bind_slot *other =
        slot->name == NULL ? NULL : slot_named(c, slot->name, slot->name_len);
    if (other != NULL) {
        corm_compiler_fail(
            c, CORM_E_COMPILE,
            "bindparam() name '%s' is reserved for automatic usage in the "
            "VALUES or SET clause of this statement; use a name other than "
            "the column's (for example, 'b_%s')",
            other->name, other->name);
        return;
    }
    slot->column_id = column->node.id;
    slot->width = 1;
    put_slot(c, slot_add(c, slot, type), type, true);
}

void corm_compiler_column_bind(struct corm_compiler *c,
                               const struct corm_column *column, int32_t source,
                               uint32_t row, bool is_numbered)
{
    is_numbered &= row > 0 || source != CORM_SOURCE_DEFAULT;
    bool is_value = source != CORM_SOURCE_PARAM;
    struct corm_text name = column_bind_name(c, column, row, is_numbered, is_value);
    struct corm_bind_slot slot = { .name = name.s,
                                   .name_len = name.len,
                                   .source = source };
    put_column_slot(c, column, &slot, column->node.type);
}

void corm_compiler_column_value(struct corm_compiler *c,
                                const struct corm_column *column,
                                const struct corm_node *bind, uint32_t row,
                                bool is_numbered)
{
    bool is_named = !is_anonymous(bind);
    uint64_t key = (uint64_t)(uintptr_t)bind;
    if (is_named || wants_literals(c) || corm_hmap_get(&c->slot_of_bind, key) != NULL) {
        corm_compiler_bind(c, bind);
        return;
    }
    struct corm_text name = column_bind_name(c, column, row, is_numbered, true);
    struct corm_bind_slot slot = { .name = name.s, .name_len = name.len };
    const struct corm_type *type =
        bind->type->kind == CORM_TYPE_NULL ? column->node.type : bind->type;
    if (!slot_set_source(c, &slot, bind)) {
        corm_compiler_fail_memory(c);
        return;
    }
    put_column_slot(c, column, &slot, type);
    if (c->rc == CORM_OK &&
        !corm_hmap_put(&c->slot_of_bind, key, (void *)(uintptr_t)c->slots.count)) {
        corm_compiler_fail_memory(c);
    }
}

void corm_compiler_int(struct corm_compiler *c, int64_t value)
{
    struct corm_node_spec spec = {
        .kind = CORM_NODE_BIND,
        .flags = CORM_NODE_ANONYMOUS,
        .type = &corm_type_integer,
        .value = corm_value_int(value),
    };
    const struct corm_node *bind = corm_compiler_node(c, &spec);
    if (bind != NULL) {
        corm_compiler_bind(c, bind);
    }
}
