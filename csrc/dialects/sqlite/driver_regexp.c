/* SPDX-License-Identifier: MIT */
/*
 * `a REGEXP b` calls regexp(b, a), which SQLite leaves to programs. This one knows POSIX
 * extended expressions and what people add to them: \d, \D, (?:…) and a leading (?i).
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "dialects/sqlite/driver_int.h"

#include <regex.h>
#include <string.h>

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Write the pattern as POSIX has it. */
static void translate(struct corm_strbuf *out, const char *pattern)
{
    bool is_inside = false; /* [ … ] */
    for (const char *at = pattern; *at != '\0'; at++) {
        if (at[0] == '\\' && (at[1] == 'd' || at[1] == 'D')) {
            const char *outside = at[1] == 'd' ? "[0-9]" : "[^0-9]";
            corm_strbuf_puts(out, is_inside ? "0-9" : outside);
            at++;
        } else if (at[0] == '\\' && at[1] != '\0' && !is_inside) {
            corm_strbuf_add(out, at, 2);
            at++;
        } else if (!is_inside && starts_with(at, "(?:")) {
            corm_strbuf_putc(out, '(');
            at += 2;
        } else {
            is_inside = *at == '[' || (is_inside && *at != ']');
            corm_strbuf_putc(out, *at);
        }
    }
}

static void free_pattern(void *regex)
{
    regfree(regex);
    corm_free(regex);
}

/* The compiled pattern, or NULL with the function's error set. */
static regex_t *compile(sqlite3_context *context, const char *pattern)
{
    struct corm_strbuf text;
    int flags = REG_EXTENDED | REG_NOSUB;
    if (starts_with(pattern, "(?i)")) {
        flags |= REG_ICASE;
        pattern += strlen("(?i)");
    }
    corm_strbuf_init(&text);
    translate(&text, pattern);
    regex_t *regex = corm_alloc(sizeof *regex);
    if (regex == NULL || corm_strbuf_check(&text, NULL) != CORM_OK) {
        sqlite3_result_error_nomem(context);
        corm_free(regex);
        regex = NULL;
    } else if (regcomp(regex, text.data == NULL ? "" : text.data, flags) != 0) {
        sqlite3_result_error(context, "invalid regular expression", -1);
        corm_free(regex);
        regex = NULL;
    }
    corm_strbuf_release(&text);
    return regex;
}

/* regexp(pattern, text) */
static void regexp(sqlite3_context *context, int nargs, sqlite3_value **args)
{
    (void)nargs;
    const char *pattern = (const char *)sqlite3_value_text(args[0]);
    const char *text = (const char *)sqlite3_value_text(args[1]);
    if (pattern == NULL || text == NULL) {
        return;
    }
    regex_t *known = sqlite3_get_auxdata(context, 0);
    regex_t *regex = known != NULL ? known : compile(context, pattern);
    if (regex == NULL) {
        return;
    }
    sqlite3_result_int(context, regexec(regex, text, 0, NULL, 0) == 0);
    if (known == NULL) {
        sqlite3_set_auxdata(context, 0, regex, free_pattern);
    }
}

int sqlite_add_regexp(sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function_v2(db, "regexp", 2, flags, NULL, regexp, NULL, NULL,
                                      NULL);
}
