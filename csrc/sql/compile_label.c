/* SPDX-License-Identifier: MIT */
/*
 * Names of result columns: naming.h says what they are made of, here they are spelled.
 * Inside FROM every column is written with its name, (SELECT tree.id AS id FROM …).
 */
#include "sql/column_key.h"
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

#include <string.h>

/* a followed by b */
static struct corm_text text_join(struct corm_compiler *c, struct corm_text a,
                                  struct corm_text b)
{
    char *text = corm_arena_alloc(&c->scratch, a.len + b.len + 1);
    if (text == NULL || a.s == NULL || b.s == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    memcpy(text, a.s, a.len);
    memcpy(text + a.len, b.s, b.len);
    text[a.len + b.len] = '\0';
    return (struct corm_text){ text, a.len + b.len };
}

static const struct corm_text underscore = { "_", 1 };

/* The name without the number that tells it from others. */
static struct corm_text base_name(struct corm_compiler *c,
                                  const struct corm_label_name *name)
{
    struct corm_text text = { name->text, name->len };
    if (name->qualifier != NULL) {
        struct corm_text alias = corm_compiler_alias_name(c, name->qualifier);
        alias = text_join(c, alias, underscore);
        text = name->maker == 0
                   ? text
                   : corm_names_get(&c->names, name->maker, text.s, text.len);
        text = text_join(c, alias, text);
        return text.s == NULL ? text : corm_names_fit(&c->names, text.s, text.len);
    }
    if (name->maker != 0) {
        return corm_names_get(&c->names, name->maker, text.s, text.len);
    }
    return name->is_joined && name->apart == 0 && name->repeat == 0
               ? corm_names_fit(&c->names, text.s, text.len)
               : text;
}

struct corm_text corm_compiler_label_text(struct corm_compiler *c,
                                          const struct corm_label_name *name)
{
    if (name->text == NULL) {
        return (struct corm_text){ "", 0 };
    }
    struct corm_text text = base_name(c, name);
    uint64_t counted = name->repeat != 0 ? name->repeat : name->apart;
    if (counted != 0 && text.s != NULL) {
        bool is_made = name->qualifier != NULL || name->maker != 0;
        text = name->repeat != 0 ? text_join(c, text, underscore) : text;
        text = is_made ? text_join(c, text, corm_names_get(&c->names, counted, "", 0))
                       : corm_names_get(&c->names, counted, text.s, text.len);
    }
    if (text.s == NULL) {
        corm_compiler_fail_memory(c);
        return (struct corm_text){ "", 0 };
    }
    return text;
}

static bool labels_add(struct corm_compiler *c, struct corm_label_list *out,
                       const struct corm_node *column, uint32_t element)
{
    struct corm_label label = { .column = corm_node_unmarked(column),
                                .element = element };
    bool is_fine = corm_vec_push(out, label);
    if (!is_fine) {
        corm_compiler_fail_memory(c);
    }
    return is_fine;
}

/* A table in the columns clause stands for its columns. */
static void labels_expand(struct corm_compiler *c, const struct corm_node *list,
                          struct corm_label_list *out)
{
    for (uint32_t i = 0; list != NULL && i < list->nkids && c->rc == CORM_OK; i++) {
        const struct corm_node *kid = corm_node_unmarked(list->kid[i]);
        if (!corm_node_is_from(kid)) {
            (void)labels_add(c, out, kid, i);
            continue;
        }
        struct corm_error err;
        const struct corm_node **columns;
        uint32_t ncolumns;
        if (corm_from_columns(kid, &c->column_lists, &columns, &ncolumns, &err) !=
            CORM_OK) {
            corm_compiler_fail(c, err.rc, "%s", err.message);
            return;
        }
        for (uint32_t k = 0; k < ncolumns; k++) {
            (void)labels_add(c, out, columns[k], i);
        }
    }
}

void corm_labels_make(struct corm_compiler *c, const struct corm_node *list,
                      enum corm_label_style style, struct corm_label_list *out)
{
    struct corm_namer namer = { .style = style, .arena = &c->scratch };
    labels_expand(c, list, out);
    for (size_t i = 0; i < out->count && c->rc == CORM_OK; i++) {
        if (!corm_namer_next(&namer, &out->items[i])) {
            corm_compiler_fail_memory(c);
        }
    }
    corm_namer_release(&namer);
}

static bool is_named_column(const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    return node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_COLREF ||
           node->kind == CORM_NODE_LITERAL;
}

static bool unary_wants_label(struct corm_compiler *c, const struct corm_node *node)
{
    const struct corm_node *operand = node->kid[0];
    bool is_boolean = node->op == CORM_OP_NOT || node->op == CORM_OP_AS_BOOLEAN;
    bool is_rewritten = is_boolean && corm_node_is_flag(operand) &&
                        !corm_dialect_has(c->dialect, CORM_DIALECT_BOOLEAN);
    return is_rewritten || !is_named_column(operand);
}

/* True if the element is written with AS and its name. */
static bool label_is_written(struct corm_compiler *c, const struct corm_label *label,
                             bool is_inner)
{
    const struct corm_node *column = label->column;
    if (label->name.text == NULL) {
        return false;
    }
    if (label->is_forced) {
        return true;
    }
    switch ((enum corm_node_kind)column->kind) {
    case CORM_NODE_COLUMN:
        return is_inner && corm_node_column(column)->table != NULL;
    case CORM_NODE_COLREF:
        return is_inner && !corm_column_is_literal(column);
    case CORM_NODE_COERCE:
        return !corm_node_is_from(column->kid[0]); /* a function's only column */
    case CORM_NODE_LITERAL:
    case CORM_NODE_TEXT:
        return false;
    case CORM_NODE_SPLICE: /* called as it is, unless the name is to be made up */
        return column->name == NULL || (column->flags & CORM_NODE_ANONYMOUS) != 0;
    case CORM_NODE_UNARY:
        return is_inner || unary_wants_label(c, column);
    default:
        return true;
    }
}

/* How a column is called that was written without AS. */
static struct corm_text bare_name(struct corm_compiler *c,
                                  const struct corm_label *label)
{
    const struct corm_node *column = label->column;
    if (column->kind == CORM_NODE_UNARY) {
        column = corm_node_unmarked(column->kid[0]);
        if (column->name == NULL) {
            return (struct corm_text){ "", 0 };
        }
    }
    struct corm_label_name name = corm_label_name_own(column);
    return corm_compiler_label_text(c, &name);
}

/* DISTINCT and the like: the column whose values they are, if there is nothing else to it. */
static const struct corm_node *result_source(const struct corm_node *column)
{
    bool is_modifier = column->kind == CORM_NODE_UNARY &&
                       (column->op == CORM_OP_DISTINCT || column->op == CORM_OP_ASC ||
                        column->op == CORM_OP_DESC);
    return is_modifier ? corm_node_unmarked(column->kid[0]) : column;
}

/* The name with the column's key in place of the column's name. */
static struct corm_text result_key(struct corm_compiler *c,
                                   const struct corm_node *source,
                                   struct corm_text name)
{
    bool has_key = source->kind == CORM_NODE_COLUMN || source->kind == CORM_NODE_COLREF;
    if (!has_key || name.len == 0) {
        return (struct corm_text){ NULL, 0 };
    }
    struct corm_text key = corm_column_label_key(name, source, &c->compiled->arena);
    if (key.s == NULL) {
        corm_compiler_fail_memory(c);
    }
    return key.s == name.s ? (struct corm_text){ NULL, 0 } : key;
}

static void result_add(struct corm_compiler *c, const struct corm_label *label,
                       struct corm_text name)
{
    const struct corm_node *column = label->column;
    const struct corm_node *source = result_source(column);
    const struct corm_column *behind = corm_column_behind(source);
    struct corm_text key = result_key(c, source, name);
    struct corm_result_column result = {
        .name = name.s == NULL
                    ? ""
                    : corm_arena_strndup(&c->compiled->arena, name.s, name.len),
        .name_len = name.len,
        .key = key.s,
        .key_len = key.len,
        .type =
            corm_type_pool_add(&c->types, corm_dialect_type(c->dialect, column->type)),
        .column_id = behind == NULL ? 0 : behind->node.id,
        .fp = column->fp,
        .element = label->element,
    };
    bool is_star = column->kind == CORM_NODE_STAR || column->kind == CORM_NODE_TEXT ||
                   corm_column_is_star(column);
    c->compiled->is_by_name |= is_star;
    if (result.name == NULL || result.type == NULL ||
        !corm_vec_push(&c->columns, result)) {
        corm_compiler_fail_memory(c);
    }
}

void corm_compiler_result_column(struct corm_compiler *c,
                                 const struct corm_node *column, uint32_t element)
{
    struct corm_label label = { .column = corm_node_unmarked(column),
                                .element = element };
    struct corm_natural_name natural = corm_node_natural_name(label.column);
    result_add(c, &label, (struct corm_text){ natural.name, natural.len });
}

/* expr [AS name] */
static void label_write(struct corm_compiler *c, const struct corm_label *label,
                        bool is_inner, bool is_collected)
{
    const struct corm_type *type =
        corm_type_for_dialect(label->column->type, c->dialect->name);
    bool is_renamed = c->returns_rows && type->around_column.expression != NULL;
    bool is_written = label_is_written(c, label, is_inner);
    /* Before the expression: numbers count in the order of the labels. */
    struct corm_text name =
        is_written ? corm_compiler_label_text(c, &label->name) : bare_name(c, label);
    const struct corm_node *column = label->column;
    if (is_collected) {
        result_add(c, label, name);
    }
    if (column->kind == CORM_NODE_TUPLE && is_collected) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "a tuple cannot be selected; select its members");
        return;
    }
    bool is_labelled = column->kind == CORM_NODE_LABEL && column->kid[0] != NULL;
    const struct corm_node *value = is_labelled ? column->kid[0] : column;
    bool has_parens = is_labelled && corm_node_needs_parens(value, CORM_OP_AS);
    corm_compiler_puts(c, has_parens ? "(" : "");
    if (c->returns_rows) {
        corm_compiler_selected(c, value);
    } else {
        corm_compiler_value(c, value);
    }
    corm_compiler_puts(c, has_parens ? ")" : "");
    if (is_written || (is_renamed && name.len > 0)) {
        corm_compiler_puts(c, " AS ");
        corm_compiler_quoted_name(c, name, is_written ? label->name.flags : 0, "label");
    }
}

void corm_compiler_labels(struct corm_compiler *c, const struct corm_label_list *labels,
                          bool is_inner)
{
    bool is_collected = c->collects_columns;
    c->collects_columns = false; /* subqueries among the columns are not the result */
    for (size_t i = 0; i < labels->count && c->rc == CORM_OK; i++) {
        if (i > 0) {
            corm_compiler_puts(c, ", ");
        }
        label_write(c, &labels->items[i], is_inner, is_collected);
    }
    c->collects_columns = is_collected;
}
