/* SPDX-License-Identifier: MIT */
/* Columns of CREATE TABLE as PostgreSQL has them. */
#include "dialects/postgres/dialect.h"
#include "sql/ddl_writer.h"

/* True for a key that the database numbers by a sequence of its own making. */
static bool is_serial(const struct corm_column *column)
{
    return column->table != NULL && column->table->autoincrement == column &&
           column->server_default == NULL && column->sequence == NULL;
}

static const char *serial_word(const struct corm_dialect *dialect,
                               const struct corm_column *column)
{
    const struct corm_type *type = corm_dialect_type(dialect, column->node.type);
    switch ((enum corm_type_kind)type->kind) {
    case CORM_TYPE_BIGINT:
        return "BIGSERIAL";
    case CORM_TYPE_SMALLINT:
        return "SMALLSERIAL";
    default:
        return "SERIAL";
    }
}

/* SERIAL, or TYPE [DEFAULT …]; [GENERATED …] [NOT NULL] */
bool corm_postgres_column_type(struct corm_ddl_writer *w,
                               const struct corm_column *column)
{
    bool is_identity =
        (column->flags & CORM_COLUMN_IDENTITY) != 0 && column->sequence != NULL;
    if (is_serial(column)) {
        corm_strbuf_puts(w->out, serial_word(w->dialect, column));
    } else {
        corm_ddl_put_type(w, column->node.type);
        if (column->server_default != NULL) {
            corm_strbuf_puts(w->out, " DEFAULT ");
            corm_ddl_default(w, column->server_default);
        }
    }
    if (column->flags & CORM_COLUMN_COMPUTED) {
        bool is_said =
            column->flags & (CORM_COLUMN_PERSISTED | CORM_COLUMN_NOT_PERSISTED);
        corm_ddl_computed(w, column);
        corm_strbuf_puts(w->out,
                         is_said ? "" : " STORED"); /* the only kind before 18 */
    }
    if (is_identity) {
        corm_ddl_identity(w, column->sequence);
    }
    if ((column->flags & CORM_COLUMN_NOT_NULL) && !is_identity) {
        corm_strbuf_puts(w->out, " NOT NULL");
    } else if ((column->flags & CORM_COLUMN_NULL_SAID) && is_identity) {
        corm_strbuf_puts(w->out, " NULL");
    }
    return true;
}
