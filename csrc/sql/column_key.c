/* SPDX-License-Identifier: MIT */
#include "sql/column_key.h"

#include "sql/columns.h"
#include "sql/schema.h"

#include <string.h>

static bool is_same(struct corm_text a, struct corm_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

static bool ends_with(struct corm_text text, struct corm_text end)
{
    return text.len >= end.len &&
           memcmp(text.s + text.len - end.len, end.s, end.len) == 0;
}

/* The column that a COLREF refers to, if that has a name of its own; else NULL. */
static const struct corm_node *named_behind(const struct corm_node *column)
{
    if (column->kind != CORM_NODE_COLREF || column->nkids < 2 ||
        column->kid[1] == NULL || (column->flags & CORM_NODE_ANONYMOUS)) {
        return NULL;
    }
    const struct corm_node *behind = corm_node_unmarked(column->kid[1]);
    return behind->kind == CORM_NODE_COLUMN || behind->kind == CORM_NODE_COLREF ? behind
                                                                                : NULL;
}

struct corm_text corm_column_key(const struct corm_node *column,
                                 struct corm_arena *arena)
{
    struct corm_text name = { column->name, column->name_len };
    if (column->kind == CORM_NODE_COLUMN) {
        const char *key = corm_node_column(column)->key;
        return (struct corm_text){ key, key == NULL ? 0 : strlen(key) };
    }
    const struct corm_node *behind = named_behind(column);
    return behind == NULL ? name : corm_column_label_key(name, behind, arena);
}

struct corm_text corm_column_label_key(struct corm_text label,
                                       const struct corm_node *column,
                                       struct corm_arena *arena)
{
    struct corm_text name = { column->name, column->name_len };
    struct corm_text key = corm_column_key(column, arena);
    if (key.s == NULL || is_same(key, name) || !ends_with(label, name)) {
        return label;
    }
    size_t front = label.len - name.len;
    char *text = corm_arena_alloc(arena, front + key.len + 1);
    if (text == NULL) {
        return (struct corm_text){ NULL, 0 };
    }
    memcpy(text, label.s, front);
    memcpy(text + front, key.s, key.len);
    text[front + key.len] = '\0';
    return (struct corm_text){ text, front + key.len };
}
