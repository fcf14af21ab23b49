/* SPDX-License-Identifier: MIT */
/* What the server says besides results: NOTICE, WARNING and their like, until somebody asks. */
#include "dialects/postgres/driver_int.h"

#include <string.h>

enum { NOTICES_MAX = 65536 /* bytes; beyond them those from before are forgotten */ };

static void add_field(struct corm_strbuf *text, const PGresult *result, int field)
{
    const char *value = PQresultErrorField(result, field);
    corm_strbuf_puts(text, value == NULL ? "" : value);
}

void pg_note_notice(void *ctx, const PGresult *result)
{
    struct pg_dbc *dbc = ctx;
    if (dbc->notices.len >= NOTICES_MAX || dbc->notices_read == dbc->notices.len) {
        corm_strbuf_truncate(&dbc->notices, 0);
        dbc->notices_read = 0;
    }
    add_field(&dbc->notices, result, PG_DIAG_SEVERITY_NONLOCALIZED);
    corm_strbuf_puts(&dbc->notices, ": ");
    add_field(&dbc->notices, result, PG_DIAG_MESSAGE_PRIMARY);
    corm_strbuf_putc(&dbc->notices, '\0');
}

const char *pg_next_notice(struct corm_dbc *base)
{
    struct pg_dbc *dbc = pg_dbc_of(base);
    if (dbc->notices.is_broken || dbc->notices_read == dbc->notices.len) {
        return NULL;
    }
    const char *text = dbc->notices.data + dbc->notices_read;
    dbc->notices_read += strlen(text) + 1;
    return text;
}
