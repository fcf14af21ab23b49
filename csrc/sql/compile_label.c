/* SPDX-License-Identifier: MIT */
/*
 * Names of result columns.
 *
 *     SELECT tree.id, other.id AS id_1        a name that is taken gets a number
 *     SELECT tree.id, tree.id AS id__1        the same column again
 *     SELECT tree.id AS tree_id               with table names (Query)
 *     SELECT count(x) AS count_1, a + b AS anon_1
 *     (SELECT tree.id AS id FROM …)           inside FROM every column is named
 *
 * Names with a number are made up when they are first written, so that numbers count in
 * the order of the text, for columns, aliases and parameters together.
 */
#include "sql/columns.h"
#include "sql/compiler.h"
#include "sql/schema.h"

#include <stdio.h>
#include <string.h>

/* Names given in one columns clause. */
struct namer {
    struct corm_compiler *c;
    enum corm_label_style style;
    struct corm_smap taken; /* name → identity of its column */
    struct corm_hmap seen; /* identities of columns with made-up names */
    unsigned nrepeated;
};

/* Something for maps to hold where only presence counts. */
static char present[1];

static bool namer_take(struct namer *n, const char *name, size_t len, uint64_t identity)
{
    return corm_smap_put(&n->taken, name, len, (void *)(uintptr_t)identity);
}

/* name__1: told apart in this columns clause alone, nothing refers to it. */
static bool label_repeat(struct namer *n, struct corm_label *label, const char *name,
                         size_t len)
{
    char *text = corm_arena_alloc(&n->c->scratch, len + 24);
    if (text == NULL) {
        return false;
    }
    int total = snprintf(text, len + 24, "%.*s__%u", (int)len, name, ++n->nrepeated);
    label->name = text;
    label->name_len = (size_t)total;
    label->is_forced = label->is_repeated = true;
    return true;
}

/* The name is another column's: make one up, or repeat if that was done before. */
static bool label_rename(struct namer *n, struct corm_label *label, const char *name,
                         size_t len)
{
    uint64_t identity = corm_column_identity(label->column);
    if (corm_hmap_get(&n->seen, identity) != NULL) {
        return label_repeat(n, label, name, len);
    }
    label->name = NULL;
    label->hint = name;
    label->hint_len = len;
    label->identity = identity;
    label->is_forced = true;
    return corm_hmap_put(&n->seen, identity, present);
}

static bool label_known(struct namer *n, struct corm_label *label, const char *name,
                        size_t len)
{
    uint64_t identity = corm_column_identity(label->column);
    uint64_t owner = (uint64_t)(uintptr_t)corm_smap_get(&n->taken, name, len);
    label->name = name;
    label->name_len = len;
    if (label->column->kind == CORM_NODE_LITERAL) {
        return true; /* no name, but text that is written as it is */
    }
    if (owner == 0) {
        return namer_take(n, name, len, identity);
    }
    if (label->column->kind == CORM_NODE_LABEL) {
        return true; /* as the user wrote it, even twice */
    }
    return owner == identity ? label_repeat(n, label, name, len)
                             : label_rename(n, label, name, len);
}

static bool label_unnamed(struct namer *n, struct corm_label *label,
                          const struct corm_natural_name *natural)
{
    if (!natural->is_anonymous) {
        /* CAST(tree.id AS …): the name of what is inside, if that is free */
        label->name = natural->name;
        label->name_len = natural->len;
        label->is_forced = label->column->kind != CORM_NODE_UNARY; /* NOT flag */
        bool is_taken = corm_smap_get(&n->taken, natural->name, natural->len) != NULL;
        if (!is_taken && !label->is_forced) {
            return true; /* NOT flag leaves the name to the flag */
        }
        return is_taken ? label_repeat(n, label, natural->name, natural->len)
                        : namer_take(n, natural->name, natural->len,
                                     corm_column_identity(label->column));
    }
    label->hint = natural->name;
    label->hint_len = natural->len;
    label->identity = corm_column_identity(natural->named);
    if (corm_hmap_get(&n->seen, label->identity) != NULL) {
        return label_repeat(n, label, natural->name, natural->len);
    }
    return corm_hmap_put(&n->seen, label->identity, present);
}

static struct corm_text text_join(struct corm_compiler *c, const char *const parts[],
                                  const size_t lens[], size_t nparts)
{
    size_t total = nparts;
    for (size_t i = 0; i < nparts; i++) {
        total += lens[i];
    }
    char *text = corm_arena_alloc(&c->scratch, total);
    if (text == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    char *at = text;
    for (size_t i = 0; i < nparts; i++) {
        memcpy(at, parts[i], lens[i]);
        at += lens[i];
        *at++ = '_';
    }
    at[-1] = '\0';
    return corm_names_fit(&c->names, text, total - 1);
}

/* The name of a COLUMN or COLREF in SQL, made up if it has to be. */
static struct corm_text column_name(struct corm_compiler *c,
                                    const struct corm_node *column)
{
    if (column->kind == CORM_NODE_COLREF && (column->flags & CORM_NODE_ANONYMOUS)) {
        struct corm_text name =
            corm_names_get(&c->names, corm_column_identity(column->kid[1]),
                           column->name, column->name_len);
        return name.s == NULL ? (struct corm_text){ "", 0 } : name;
    }
    return (struct corm_text){ column->name, column->name_len };
}

/* schema_table_column or alias_column; an empty text if the column has no table. */
static struct corm_text tablename_label(struct corm_compiler *c,
                                        const struct corm_node *column)
{
    const char *parts[3];
    size_t lens[3];
    size_t nparts = 0;
    if (column->kind == CORM_NODE_COLUMN && corm_node_column(column)->table != NULL) {
        const struct corm_table *table = corm_node_column(column)->table;
        if (table->schema != NULL) {
            parts[nparts] = table->schema;
            lens[nparts++] = strlen(table->schema);
        }
        parts[nparts] = table->node.name;
        lens[nparts++] = table->node.name_len;
    } else if (column->kind == CORM_NODE_COLREF) {
        const struct corm_node *from = corm_node_unmarked(column->kid[0]);
        struct corm_text alias = from->kind == CORM_NODE_TABLE
                                     ? (struct corm_text){ from->name, from->name_len }
                                     : corm_compiler_alias_name(c, from);
        parts[nparts] = alias.s;
        lens[nparts++] = alias.len;
    } else {
        return (struct corm_text){ "", 0 };
    }
    struct corm_text name = column_name(c, column);
    parts[nparts] = name.s;
    lens[nparts++] = name.len;
    return text_join(c, parts, lens, nparts);
}

static bool label_make(struct namer *n, struct corm_label *label)
{
    const struct corm_node *column = label->column;
    struct corm_natural_name natural = corm_node_natural_name(column);
    bool is_named =
        natural.name != NULL && !natural.is_anonymous && !natural.is_wrapped;
    if (natural.name == NULL) {
        return true;
    }
    if (n->style == CORM_LABEL_NONE && !natural.is_anonymous) {
        label->name = natural.name;
        label->name_len = natural.len;
        label->is_forced = !is_named && column->kind != CORM_NODE_UNARY;
        return true;
    }
    if (n->style == CORM_LABEL_TABLENAME && column->kind != CORM_NODE_LABEL) {
        struct corm_text text = tablename_label(n->c, column);
        if (text.s == NULL) {
            return false;
        }
        if (text.len > 0) {
            label->is_forced = true;
            return label_known(n, label, text.s, text.len);
        }
    }
    return is_named ? label_known(n, label, natural.name, natural.len)
                    : label_unnamed(n, label, &natural);
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
        const struct corm_node **columns;
        uint32_t ncolumns;
        if (corm_from_columns(kid, &c->scratch, &columns, &ncolumns, NULL) != CORM_OK) {
            corm_compiler_fail_memory(c);
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
    struct namer n = { .c = c, .style = style };
    labels_expand(c, list, out);
    for (size_t i = 0; i < out->count && c->rc == CORM_OK; i++) {
        if (!label_make(&n, &out->items[i])) {
            corm_compiler_fail_memory(c);
        }
    }
    corm_smap_release(&n.taken);
    corm_hmap_release(&n.seen);
}

static bool is_named_column(const struct corm_node *node)
{
    node = corm_node_unmarked(node);
    return node->kind == CORM_NODE_COLUMN || node->kind == CORM_NODE_COLREF ||
           node->kind == CORM_NODE_LITERAL || node->kind == CORM_NODE_LABEL;
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
    if (label->name == NULL && label->hint == NULL) {
        return false;
    }
    if (label->is_forced) {
        return true;
    }
    switch ((enum corm_node_kind)column->kind) {
    case CORM_NODE_COLUMN:
        return is_inner && corm_node_column(column)->table != NULL;
    case CORM_NODE_COLREF:
        return is_inner;
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

static struct corm_text label_name(struct corm_compiler *c,
                                   const struct corm_label *label)
{
    if (label->name != NULL || label->hint == NULL) {
        return (struct corm_text){ label->name, label->name_len };
    }
    struct corm_text name =
        corm_names_get(&c->names, label->identity, label->hint, label->hint_len);
    if (name.s == NULL) {
        corm_compiler_fail_memory(c);
        return (struct corm_text){ "", 0 };
    }
    return name;
}

/* How a column is called that was written without AS. */
static struct corm_text bare_name(struct corm_compiler *c,
                                  const struct corm_label *label)
{
    const struct corm_node *column = label->column;
    if (column->kind == CORM_NODE_UNARY) {
        column = corm_node_unmarked(column->kid[0]);
        if (column->kind == CORM_NODE_LABEL || column->name == NULL) {
            return (struct corm_text){ "", 0 };
        }
    }
    return column_name(c, column);
}

static uint64_t column_source(const struct corm_node *column)
{
    return column->kind == CORM_NODE_COLREF ? corm_node_unmarked(column->kid[0])->id
                                            : 0;
}

static void result_add(struct corm_compiler *c, const struct corm_label *label,
                       struct corm_text name)
{
    const struct corm_node *column = label->column;
    const struct corm_column *behind = corm_column_behind(column);
    struct corm_result_column result = {
        .name = name.s == NULL
                    ? ""
                    : corm_arena_strndup(&c->compiled->arena, name.s, name.len),
        .name_len = name.len,
        .type =
            corm_type_pool_add(&c->types, corm_dialect_type(c->dialect, column->type)),
        .column_id = behind == NULL ? 0 : behind->node.id,
        .node_id = column_source(column),
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
    struct corm_text name = is_written ? label_name(c, label) : bare_name(c, label);
    const struct corm_node *column = label->column;
    if (is_collected) {
        result_add(c, label, name);
    }
    if (column->kind == CORM_NODE_TUPLE) {
        corm_compiler_fail(c, CORM_E_COMPILE,
                           "a tuple cannot be selected; select its members");
        return;
    }
    const struct corm_node *value =
        column->kind == CORM_NODE_LABEL && column->kid[0] != NULL ? column->kid[0]
                                                                  : column;
    if (c->returns_rows) {
        corm_compiler_selected(c, value);
    } else {
        corm_compiler_value(c, value);
    }
    if (is_written || (is_renamed && name.len > 0)) {
        corm_compiler_puts(c, " AS ");
        corm_compiler_name(c, name.s, name.len, "label");
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
