/* SPDX-License-Identifier: MIT */
#include "sql/quote.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    RESERVED_MAX = 32 /* longer words are not reserved anywhere */
};

enum corm_rc corm_name_check(const struct corm_dialect *dialect, const char *name,
                             size_t len, const char *what, struct corm_error *err)
{
    if (name == NULL || len == 0) {
        return corm_fail(err, CORM_E_ARGUMENT, "name of a %s is empty", what);
    }
    if (memchr(name, '\0', len) != NULL) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "name of a %s contains a NUL byte: '%s…'", what, name);
    }
    if (!corm_utf8_is_valid(name, len)) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "name of a %s is not valid UTF-8: '%.*s'", what, (int)len,
                         name);
    }
    if (len > dialect->max_identifier_len) {
        return corm_fail(err, CORM_E_IDENTIFIER,
                         "name of a %s is longer than %u bytes: '%.*s…'", what,
                         (unsigned)dialect->max_identifier_len, 40, name);
    }
    return CORM_OK;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static bool is_reserved(const struct corm_dialect *dialect, const char *name,
                        size_t len)
{
    char word[RESERVED_MAX];
    if (len >= sizeof(word)) {
        return false;
    }
    memcpy(word, name, len);
    word[len] = '\0';
    return bsearch(word, dialect->reserved, dialect->nreserved, sizeof(char *),
                   compare_words) != NULL;
}

static bool is_plain_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* Upper case is quoted as well: databases would fold it otherwise. */
bool corm_name_needs_quotes(const struct corm_dialect *dialect, const char *name,
                            size_t len)
{
    if (len == 0 || (name[0] >= '0' && name[0] <= '9') || name[0] == '$') {
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_plain_byte(name[i])) {
            return true;
        }
    }
    return is_reserved(dialect, name, len);
}

void corm_name_put(struct corm_strbuf *out, const struct corm_dialect *dialect,
                   const char *name, size_t len, unsigned flags)
{
    bool is_plain =
        (flags & CORM_NODE_UNQUOTED) ||
        (!(flags & CORM_NODE_QUOTED) && !corm_name_needs_quotes(dialect, name, len));
    if (is_plain) {
        corm_strbuf_add(out, name, len);
        return;
    }
    corm_strbuf_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '"') {
            corm_strbuf_putc(out, '"');
        }
        corm_strbuf_putc(out, name[i]);
    }
    corm_strbuf_putc(out, '"');
}

void corm_qualified_name_put(struct corm_strbuf *out,
                             const struct corm_dialect *dialect, const char *schema,
                             const char *name)
{
    if (schema != NULL) {
        corm_name_put(out, dialect, schema, strlen(schema), 0);
        corm_strbuf_putc(out, '.');
    }
    corm_name_put(out, dialect, name, strlen(name), 0);
}
