/* SPDX-License-Identifier: MIT */
/*
 * Words are looked for without reading SQL's grammar, also in literals and comments: who
 * finds one too many takes the way that always works.
 */
#include "dialects/postgres/driver_text.h"

#include "sql/blank.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

static size_t word_len(const char *text)
{
    size_t len = 0;
    while (is_word_char(text[len])) {
        len++;
    }
    return len;
}

/* True if the len bytes of text are one of the words, whose list ends with NULL. */
static bool is_one_of(const char *text, size_t len, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strlen(*words) == len && strncasecmp(text, *words, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_one_of(const char *text, const char *const *words)
{
    while (*text != '\0') {
        size_t len = word_len(text);
        if (len > 0 && is_one_of(text, len, words)) {
            return true;
        }
        text += len > 0 ? len : 1;
    }
    return false;
}

/* The first word behind blanks, comments and parentheses. */
static const char *first_word(const char *sql)
{
    sql = corm_sql_skip_blank(sql);
    while (*sql == '(') {
        sql = corm_sql_skip_blank(sql + 1);
    }
    return sql;
}

bool pg_text_is_query(const char *sql)
{
    static const char *const QUERIES[] = { "SELECT", "VALUES", "WITH", "TABLE", NULL };
    static const char *const CHANGES[] = { "INTO",   "INSERT", "UPDATE",
                                           "DELETE", "MERGE",  NULL };
    const char *first = first_word(sql);
    return is_one_of(first, word_len(first), QUERIES) && !has_one_of(first, CHANGES);
}

bool pg_text_ends_portals(const char *sql)
{
    static const char *const HARMLESS[] = {
        "",        "SELECT", "VALUES", "WITH",   "TABLE",     "INSERT",
        "UPDATE",  "DELETE", "MERGE",  "COPY",   "SAVEPOINT", "RELEASE",
        "EXPLAIN", "SET",    "SHOW",   "RESET",  "LOCK",      "DECLARE",
        "FETCH",   "MOVE",   "NOTIFY", "LISTEN", NULL
    };
    static const char *const ROLLBACK[] = { "ROLLBACK", "ABORT", NULL };
    static const char *const TO[] = { "TO", NULL };
    const char *first = first_word(sql);
    size_t len = word_len(first);
    if (is_one_of(first, len, ROLLBACK)) {
        return has_one_of(first, TO); /* else it was wanted that they go */
    }
    return !is_one_of(first, len, HARMLESS);
}
