/* SPDX-License-Identifier: MIT */
/*
 * Any text as text(): what is compiled is the text itself, but for the parameters. Put
 * their names back, and nothing else may have changed.
 */
#include "dialects/postgres/dialect.h"
#include "dialects/sqlite/dialect.h"
#include "sql/compile.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

/* The text with :name where it has a placeholder. */
static void restore(const struct corm_compiled *compiled, struct corm_strbuf *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < compiled->nmarks; i++) {
        const struct corm_bind_mark *mark = &compiled->marks[i];
        check(mark->pos >= at && mark->pos + mark->len <= compiled->sql_len);
        check(mark->slot < compiled->nslots);
        const struct corm_bind_slot *slot = &compiled->slots[mark->slot];
        corm_strbuf_add(out, compiled->sql + at, mark->pos - at);
        corm_strbuf_putc(out, ':');
        corm_strbuf_add(out, slot->name, slot->name_len);
        at = mark->pos + mark->len;
    }
    corm_strbuf_add(out, compiled->sql + at, compiled->sql_len - at);
}

/* The text without the backslashes that keep a colon from being a parameter's. */
static void unescape(const char *text, size_t len, struct corm_strbuf *out)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\\' || i + 1 == len || text[i + 1] != ':') {
            corm_strbuf_putc(out, text[i]);
        } else {
            corm_strbuf_putc(out, text[++i]);
        }
    }
}

static void compile_on(const struct corm_dialect *dialect, const char *text, size_t len)
{
    struct corm_node_spec spec = { .kind = CORM_NODE_TEXT,
                                   .name = text,
                                   .name_len = len };
    struct corm_compile_options options = { .dialect = dialect };
    struct corm_arena arena = { 0 };
    struct corm_compiled *compiled;
    struct corm_strbuf found;
    struct corm_strbuf wanted;
    struct corm_error err;
    corm_strbuf_init(&found);
    corm_strbuf_init(&wanted);
    const struct corm_node *node = corm_node_new(&arena, &spec);
    bool is_text = memchr(text, '\0', len) == NULL && corm_utf8_is_valid(text, len);
    if (corm_compile(node, &options, &compiled, &err) == CORM_OK) {
        check(is_text);
        restore(compiled, &found);
        unescape(text, len, &wanted);
        check(found.len == wanted.len);
        check(found.len == 0 || memcmp(found.data, wanted.data, found.len) == 0);
        corm_compiled_unref(compiled);
    } else {
        check(err.message[0] != '\0' && !is_text);
    }
    corm_strbuf_release(&found);
    corm_strbuf_release(&wanted);
    corm_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    check(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    compile_on(&corm_dialect_default, text, size);
    compile_on(&corm_sqlite_dialect, text, size);
    compile_on(&corm_postgres_dialect, text, size);
    free(text);
    return 0;
}
