/* SPDX-License-Identifier: MIT */
/*
 * Rows as SQLite can hold them: any value in any column, texts of any bytes, numbers at the
 * ends of their ranges. Each byte of the input decides on one column or on what is in it.
 */
#include "decode_kit.h"
#include "dialects/sqlite/driver.h"

#include "base/strbuf.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t left;
};

/* The next bytes as a number; as many as there are. */
static uint64_t take(struct input *in, size_t nbytes)
{
    uint64_t number = 0;
    for (; nbytes > 0 && in->left > 0; nbytes--, in->left--) {
        number = number << 8 | *in->at++;
    }
    return number;
}

static void put_hex(struct corm_strbuf *sql, struct input *in)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = take(in, 1);
    corm_strbuf_puts(sql, "x'");
    for (; len > 0 && in->left > 0; len--) {
        uint64_t byte = take(in, 1);
        corm_strbuf_putc(sql, digits[byte >> 4]);
        corm_strbuf_putc(sql, digits[byte & 15]);
    }
    corm_strbuf_putc(sql, '\'');
}

static void put_float(struct corm_strbuf *sql, struct input *in)
{
    uint64_t bits = take(in, 8);
    double number;
    memcpy(&number, &bits, sizeof(number));
    corm_strbuf_printf(sql, number - number == 0.0 ? "%.17e" : "9e999", number);
}

/* Returns the number of the type to read it as. */
static unsigned put_column(struct corm_strbuf *sql, struct input *in)
{
    unsigned as = (unsigned)take(in, 1);
    switch (take(in, 1) % 6) {
    case 0:
        corm_strbuf_puts(sql, "NULL");
        break;
    case 1: /* the least integer is none if it has a sign of its own */
        corm_strbuf_printf(sql, "(%" PRId64 " - 1)", (int64_t)take(in, 8) / 2);
        break;
    case 2:
        put_float(sql, in);
        break;
    case 3:
        put_hex(sql, in);
        break;
    case 4:
        corm_strbuf_printf(sql, "zeroblob(%d)", (int)take(in, 1));
        break;
    default:
        corm_strbuf_puts(sql, "CAST(");
        put_hex(sql, in);
        corm_strbuf_puts(sql, " AS TEXT)");
        break;
    }
    return as;
}

static struct corm_dbc *connect_once(void)
{
    static struct corm_dbc *dbc;
    struct corm_url url;
    struct corm_error err;
    if (dbc == NULL) {
        decode_check(corm_url_parse("sqlite://", 9, &url, &err) == CORM_OK);
        decode_check(corm_sqlite_driver.connect(&url, &dbc, &err) == CORM_OK);
        decode_check(corm_sqlite_driver.connect_step(dbc, &err) == CORM_IO_DONE);
        corm_url_release(&url);
    }
    return dbc;
}

static void read_row(struct corm_dbc *dbc, const struct corm_strbuf *sql,
                     const unsigned *as)
{
    struct corm_request request = { .sql = sql->data, .sql_len = sql->len, .nsets = 1 };
    struct corm_value cells[COLUMNS_MAX];
    struct corm_cursor *cursor;
    struct corm_error err;
    decode_check(dbc->ops->execute(dbc, &request, &cursor, &err) == CORM_IO_DONE);
    decode_check(cursor->ncols <= COLUMNS_MAX);
    decode_check(dbc->ops->fetch(cursor, cells, &err) == CORM_IO_ROW);
    for (uint32_t i = 0; i < cursor->ncols; i++) {
        decode_touch(&cells[i]);
        decode_as(as[i], &cells[i]);
    }
    decode_check(dbc->ops->fetch(cursor, cells, &err) == CORM_IO_DONE);
    dbc->ops->cursor_close(cursor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = { data, size };
    unsigned as[COLUMNS_MAX];
    struct corm_strbuf sql;
    corm_strbuf_init(&sql);
    corm_strbuf_puts(&sql, "SELECT ");
    for (int i = 0; i < COLUMNS_MAX && (i == 0 || in.left > 0); i++) {
        corm_strbuf_puts(&sql, i == 0 ? "" : ", ");
        as[i] = put_column(&sql, &in);
    }
    read_row(connect_once(), &sql, as);
    corm_strbuf_release(&sql);
    return 0;
}
