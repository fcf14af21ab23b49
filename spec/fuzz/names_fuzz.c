/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as names of a schema, a table, a column and a label, and as a text among the
 * SQL. Whatever they are, the statement has the same tokens, and each name and the text
 * read back as they were; or it is refused. An input is five pieces, separated by newlines.
 */
#include "dialects/postgres/dialect.h"
#include "dialects/sqlite/dialect.h"
#include "sql/compile.h"
#include "sql/schema.h"
#include "sql/statement.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SCHEMA, TABLE, COLUMN, LABEL, TEXT, NPIECES };

struct piece {
    char *s; /* with a NUL after it */
    size_t len;
};

struct reader {
    const char *at;
    const char *end;
};

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

static bool is_sound(const struct piece *piece)
{
    return memchr(piece->s, '\0', piece->len) == NULL &&
           corm_utf8_is_valid(piece->s, piece->len);
}

static void split(const uint8_t *data, size_t size, struct piece *pieces)
{
    const char *at = (const char *)data;
    const char *end = at + size;
    for (size_t i = 0; i < NPIECES; i++) {
        const char *newline = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL || i == NPIECES - 1 ? end : newline;
        pieces[i].len = (size_t)(stop - at);
        pieces[i].s = calloc(1, pieces[i].len + 1);
        check(pieces[i].s != NULL);
        if (pieces[i].len > 0) {
            memcpy(pieces[i].s, at, pieces[i].len);
        }
        at = stop == end ? end : stop + 1;
    }
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n')) {
        r->at++;
    }
}

static void expect(struct reader *r, const char *word)
{
    size_t len = strlen(word);
    skip_blanks(r);
    check((size_t)(r->end - r->at) >= len && memcmp(r->at, word, len) == 0);
    r->at += len;
}

/* What stands between quotes, doubled ones inside, is the piece. */
static void expect_quoted(struct reader *r, char quote, const struct piece *piece)
{
    check(r->at < r->end && *r->at++ == quote);
    for (size_t i = 0; i < piece->len; i++) {
        check(r->at < r->end && *r->at++ == piece->s[i]);
        check(piece->s[i] != quote || (r->at < r->end && *r->at++ == quote));
    }
    check(r->at < r->end && *r->at++ == quote);
}

/* A name in quotes, or as it is: then it must be a word that ends where the name ends. */
static void expect_name(struct reader *r, const struct piece *piece)
{
    skip_blanks(r);
    if (r->at < r->end && *r->at == '"') {
        expect_quoted(r, '"', piece);
        return;
    }
    check((size_t)(r->end - r->at) >= piece->len &&
          memcmp(r->at, piece->s, piece->len) == 0);
    check(strspn(piece->s, "abcdefghijklmnopqrstuvwxyz0123456789_$") == piece->len);
    r->at += piece->len;
    check(r->at == r->end || strchr(" \n.,", *r->at) != NULL);
}

static void expect_table(struct reader *r, const struct piece *pieces)
{
    if (pieces[SCHEMA].len > 0) {
        expect_name(r, &pieces[SCHEMA]);
        expect(r, ".");
    }
    expect_name(r, &pieces[TABLE]);
}

/* SELECT schema.table.column AS label, 'text' AS label FROM schema.table */
static void expect_select(const struct corm_compiled *compiled,
                          const struct piece *pieces)
{
    struct reader r = { compiled->sql, compiled->sql + compiled->sql_len };
    expect(&r, "SELECT ");
    expect_table(&r, pieces);
    expect(&r, ".");
    expect_name(&r, &pieces[COLUMN]);
    expect(&r, "AS ");
    expect_name(&r, &pieces[LABEL]);
    expect(&r, ",");
    skip_blanks(&r);
    expect_quoted(&r, '\'', &pieces[TEXT]);
    expect(&r, "AS x");
    expect(&r, "FROM ");
    expect_table(&r, pieces);
    check(r.at == r.end);
}

static const struct corm_node *make(struct corm_arena *arena, enum corm_node_kind kind,
                                    const struct piece *name, uint32_t nkids,
                                    const struct corm_node **kids)
{
    struct corm_node_spec spec = { .kind = (uint8_t)kind,
                                   .op = CORM_OP_COMMA,
                                   .name = name == NULL ? NULL : name->s,
                                   .name_len = name == NULL ? 0 : name->len,
                                   .nkids = nkids,
                                   .kid = kids };
    const struct corm_node *node = corm_node_new(arena, &spec);
    check(node != NULL);
    return node;
}

static const struct corm_node *make_select(struct corm_arena *arena,
                                           const struct corm_column *column,
                                           const struct piece *pieces)
{
    const struct corm_node *kids[CORM_SELECT_SLOTS] = { NULL };
    const struct corm_node *columns[2] = { &column->node };
    static char word[] = "x"; /* nodes borrow their names */
    const struct piece plain = { word, 1 };
    struct corm_node_spec bind = {
        .kind = CORM_NODE_BIND,
        .flags = CORM_NODE_ANONYMOUS,
        .type = &corm_type_string,
        .value = corm_value_bytes(CORM_TAG_TEXT, pieces[TEXT].s, pieces[TEXT].len)
    };
    const struct corm_node *text = corm_node_new(arena, &bind);
    columns[0] = make(arena, CORM_NODE_LABEL, &pieces[LABEL], 1, &columns[0]);
    columns[1] = make(arena, CORM_NODE_LABEL, &plain, 1, &text);
    kids[CORM_SELECT_COLUMNS] = make(arena, CORM_NODE_LIST, NULL, 2, columns);
    return make(arena, CORM_NODE_SELECT, NULL, CORM_SELECT_SLOTS, kids);
}

static void compile_on(const struct corm_dialect *dialect,
                       const struct corm_node *select, const struct piece *pieces)
{
    struct corm_compile_options options = { .dialect = dialect, .literal_binds = true };
    struct corm_compiled *compiled;
    struct corm_error err;
    bool is_sound_here = true;
    for (size_t i = 0; i < NPIECES; i++) {
        is_sound_here = is_sound_here && is_sound(&pieces[i]);
    }
    if (corm_compile(select, &options, &compiled, &err) != CORM_OK) {
        check(err.message[0] != '\0');
        check(!is_sound_here || err.rc == CORM_E_IDENTIFIER || pieces[TABLE].len == 0 ||
              pieces[COLUMN].len == 0 || pieces[LABEL].len == 0);
        return;
    }
    check(is_sound_here);
    expect_select(compiled, pieces);
    corm_compiled_unref(compiled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct piece pieces[NPIECES];
    struct corm_arena arena = { 0 };
    struct corm_table table;
    struct corm_column column;
    struct corm_error err;
    split(data, size, pieces);
    pieces[SCHEMA].len =
        strlen(pieces[SCHEMA].s); /* the core takes it without a length */
    const char *schema = pieces[SCHEMA].len == 0 ? NULL : pieces[SCHEMA].s;
    corm_table_init(&table, pieces[TABLE].s, pieces[TABLE].len, schema);
    corm_column_init(&column, pieces[COLUMN].s, pieces[COLUMN].len, &corm_type_string,
                     0);
    if (corm_table_append_column(&table, &column, &err) == CORM_OK) {
        const struct corm_node *select = make_select(&arena, &column, pieces);
        compile_on(&corm_sqlite_dialect, select, pieces);
        compile_on(&corm_postgres_dialect, select, pieces);
    }
    corm_column_release(&column);
    corm_table_release(&table);
    corm_arena_release(&arena);
    for (size_t i = 0; i < NPIECES; i++) {
        free(pieces[i].s);
    }
    return 0;
}
