/* SPDX-License-Identifier: MIT */
/*
 * The text is cut from left to right, each part is decoded into the arena, and nothing is
 * looked at twice. Messages name the part that is wrong and never quote from between
 * "//" and the database, where a misplaced password can be anywhere.
 */
#include "engine/url.h"

#include "base/utf8.h"

#include <string.h>

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

/* A piece of the URL's text; text NULL is "absent". */
struct span {
    const char *text;
    size_t len;
};

static struct span span_make(const char *begin, const char *end)
{
    return (struct span){ begin, (size_t)(end - begin) };
}

/*
 * Cut off at the first c and return what came before; *rest is what follows it. Without
 * any c the whole is returned and *rest is absent.
 */
static struct span span_cut(struct span whole, char c, struct span *rest)
{
    const char *end = whole.text + whole.len;
    const char *at = whole.len > 0 ? memchr(whole.text, c, whole.len) : NULL;
    *rest = at == NULL ? (struct span){ NULL, 0 } : span_make(at + 1, end);
    return span_make(whole.text, at == NULL ? end : at);
}

static enum corm_rc url_fail(struct corm_error *err, const char *part, const char *why)
{
    return corm_fail(err, CORM_E_ARGUMENT, "%s of the database URL: %s", part, why);
}

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode the two digits after a percent sign at `at`; -1 if they are not there. */
static int percent_decode(const char *at, const char *end)
{
    if (end - at < 3) {
        return -1;
    }
    int high = hex_digit(at[1]);
    int low = hex_digit(at[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/*
 * Decode raw into the arena. In the query a plus is a space, as web forms and SQLAlchemy
 * write it.
 */
static enum corm_rc url_decode(struct corm_url *url, struct span raw, const char *part,
                               const char **out, struct corm_error *err)
{
    bool is_query = strcmp(part, "query") == 0;
    const char *end = raw.text + raw.len;
    char *text = corm_arena_alloc(&url->arena, raw.len + 1);
    if (text == NULL) {
        return corm_fail_memory(err);
    }
    size_t len = 0;
    for (const char *at = raw.text; at < end; at++) {
        int c = (unsigned char)*at;
        if (c == '%') {
            c = percent_decode(at, end);
            if (c < 0) {
                return url_fail(err, part, "'%' must be followed by two hex digits");
            }
            at += 2;
        } else if (c == '+' && is_query) {
            c = ' ';
        }
        if (is_control((unsigned char)c)) {
            return url_fail(err, part, "control bytes are not allowed");
        }
        text[len++] = (char)c;
    }
    text[len] = '\0';
    if (!corm_utf8_is_valid(text, len)) {
        return url_fail(err, part, "not valid UTF-8");
    }
    *out = text;
    return CORM_OK;
}

/* As url_decode(), but an empty part is as good as an absent one. */
static enum corm_rc url_decode_some(struct corm_url *url, struct span raw,
                                    const char *part, const char **out,
                                    struct corm_error *err)
{
    return raw.len == 0 ? CORM_OK : url_decode(url, raw, part, out, err);
}

static bool is_name(struct span span)
{
    for (size_t i = 0; i < span.len; i++) {
        char c = span.text[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && c != '_' && !(i > 0 && c >= '0' && c <= '9')) {
            return false;
        }
    }
    return span.len > 0;
}

/* dialect[+driver] */
static enum corm_rc parse_scheme(struct corm_url *url, struct span scheme,
                                 struct corm_error *err)
{
    struct span driver;
    struct span dialect = span_cut(scheme, '+', &driver);
    if (!is_name(dialect)) {
        return url_fail(err, "dialect", "expected a name such as \"sqlite\"");
    }
    if (driver.text != NULL && !is_name(driver)) {
        return url_fail(err, "driver", "expected a name after \"+\"");
    }
    enum corm_rc rc = url_decode(url, dialect, "dialect", &url->dialect, err);
    if (rc == CORM_OK && driver.text != NULL) {
        rc = url_decode(url, driver, "driver", &url->driver, err);
    }
    return rc;
}

/* user[:password] */
static enum corm_rc parse_user(struct corm_url *url, struct span info,
                               struct corm_error *err)
{
    struct span password;
    struct span user = span_cut(info, ':', &password);
    enum corm_rc rc = url_decode_some(url, user, "user", &url->user, err);
    if (rc == CORM_OK && password.text != NULL) {
        rc = url_decode(url, password, "password", &url->password, err);
    }
    return rc;
}

static enum corm_rc parse_port(struct corm_url *url, struct span port,
                               struct corm_error *err)
{
    int value = 0;
    if (port.len == 0) {
        return CORM_OK;
    }
    for (size_t i = 0; i < port.len && i <= PORT_DIGITS_MAX; i++) {
        if (port.text[i] < '0' || port.text[i] > '9') {
            return url_fail(err, "port",
                            "expected a number (write '/', ':' and '@' of a "
                            "password as %2F, %3A and %40)");
        }
        value = value * 10 + (port.text[i] - '0');
    }
    if (port.len > PORT_DIGITS_MAX || value < 1 || value > PORT_MAX) {
        return url_fail(err, "port", "must be between 1 and 65535");
    }
    url->port = value;
    return CORM_OK;
}

static bool is_ipv6(struct span host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.text[i];
        if (c == '%') {
            /* A zone, %25eth0; nothing else that is encoded can be in an address. */
            return i > 0 && host.len - i > 3 && memcmp(&host.text[i], "%25", 3) == 0;
        }
        if (hex_digit(c) < 0 && c != ':' && c != '.') {
            return false;
        }
    }
    return host.len > 0 && memchr(host.text, ':', host.len) != NULL;
}

/* [address] and then nothing or :port; *rest is what follows the bracket. */
static enum corm_rc parse_ipv6(struct corm_url *url, struct span place,
                               struct span *port, struct corm_error *err)
{
    struct span rest;
    struct span host =
        span_cut(span_make(place.text + 1, place.text + place.len), ']', &rest);
    if (rest.text == NULL || !is_ipv6(host)) {
        return url_fail(err, "host", "expected an IPv6 address in brackets");
    }
    if (rest.len > 0 && rest.text[0] != ':') {
        return url_fail(err, "host", "expected \":port\" after \"]\"");
    }
    *port = rest.len > 0 ? span_make(rest.text + 1, rest.text + rest.len) : rest;
    return url_decode(url, host, "host", &url->host, err);
}

static bool is_plain_host(struct span host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (strchr("[]@,", host.text[i]) != NULL) {
            return false;
        }
    }
    return true;
}

/* [host][:port] */
static enum corm_rc parse_place(struct corm_url *url, struct span place,
                                struct corm_error *err)
{
    struct span port = { NULL, 0 };
    enum corm_rc rc;
    if (place.len > 0 && place.text[0] == '[') {
        rc = parse_ipv6(url, place, &port, err);
    } else {
        struct span host = span_cut(place, ':', &port);
        if (!is_plain_host(host)) {
            return url_fail(err, "host",
                            "expected one name or address, IPv6 in brackets");
        }
        rc = url_decode_some(url, host, "host", &url->host, err);
        if (rc == CORM_OK && url->host != NULL && strchr(url->host, ':') != NULL) {
            return url_fail(err, "host", "must not contain %3A");
        }
    }
    return rc == CORM_OK ? parse_port(url, port, err) : rc;
}

/* [user[:password]@][host][:port] */
static enum corm_rc parse_authority(struct corm_url *url, struct span authority,
                                    struct corm_error *err)
{
    struct span place;
    struct span info = span_cut(authority, '@', &place);
    if (place.text == NULL) {
        return parse_place(url, authority, err);
    }
    if (place.len > 0 && memchr(place.text, '@', place.len) != NULL) {
        return url_fail(err, "user and password", "write '@' in them as %40");
    }
    enum corm_rc rc = parse_user(url, info, err);
    return rc == CORM_OK ? parse_place(url, place, err) : rc;
}

static enum corm_rc parse_option(struct corm_url *url, struct span pair,
                                 struct corm_url_option *option, struct corm_error *err)
{
    struct span value;
    struct span key = span_cut(pair, '=', &value);
    if (key.len == 0 || value.text == NULL) {
        return url_fail(err, "query", "expected key=value pairs joined by \"&\"");
    }
    enum corm_rc rc = url_decode(url, key, "query", &option->key, err);
    return rc == CORM_OK ? url_decode(url, value, "query", &option->value, err) : rc;
}

static size_t count_pairs(struct span query)
{
    size_t n = 1;
    for (size_t i = 0; i < query.len; i++) {
        n += query.text[i] == '&';
    }
    return n;
}

/* key=value[&key=value…] */
static enum corm_rc parse_query(struct corm_url *url, struct span query,
                                struct corm_error *err)
{
    if (query.len == 0) {
        return CORM_OK;
    }
    struct corm_url_option *options =
        corm_arena_zero(&url->arena, count_pairs(query), sizeof(*options));
    if (options == NULL) {
        return corm_fail_memory(err);
    }
    url->options = options;
    while (query.text != NULL) {
        struct span pair = span_cut(query, '&', &query);
        enum corm_rc rc = parse_option(url, pair, &options[url->noptions], err);
        if (rc != CORM_OK) {
            return rc;
        }
        url->noptions++;
    }
    return CORM_OK;
}

/* The parts after "://": authority[/database][?query] */
static enum corm_rc parse_parts(struct corm_url *url, struct span parts,
                                struct corm_error *err)
{
    struct span query;
    struct span database;
    struct span path = span_cut(parts, '?', &query);
    struct span authority = span_cut(path, '/', &database);
    enum corm_rc rc = parse_authority(url, authority, err);
    if (rc == CORM_OK) {
        rc = url_decode_some(url, database, "database", &url->database, err);
    }
    return rc == CORM_OK ? parse_query(url, query, err) : rc;
}

enum corm_rc corm_url_parse(const char *text, size_t len, struct corm_url *url,
                            struct corm_error *err)
{
    static const char SEPARATOR[] = "://";
    struct corm_url parsed = { .port = 0 };
    const char *colon = len > 0 ? memchr(text, ':', len) : NULL;
    const char *end = text + len;
    if (colon == NULL || end - colon < 3 || memcmp(colon, SEPARATOR, 3) != 0) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "the database URL must begin with dialect:// or "
                         "dialect+driver://");
    }
    enum corm_rc rc = parse_scheme(&parsed, span_make(text, colon), err);
    if (rc == CORM_OK) {
        rc = parse_parts(&parsed, span_make(colon + 3, end), err);
    }
    if (rc != CORM_OK) {
        corm_arena_release(&parsed.arena);
        return rc;
    }
    *url = parsed;
    return CORM_OK;
}

void corm_url_release(struct corm_url *url)
{
    corm_arena_release(&url->arena);
    *url = (struct corm_url){ .port = 0 };
}

const char *corm_url_option(const struct corm_url *url, const char *key)
{
    for (size_t i = 0; i < url->noptions; i++) {
        if (strcmp(url->options[i].key, key) == 0) {
            return url->options[i].value;
        }
    }
    return NULL;
}

/* Append text with all bytes encoded but letters, digits and those in `safe`. */
static void url_encode(struct corm_strbuf *buf, const char *text, const char *safe)
{
    static const char DIGITS[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_alnum =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_alnum || strchr(safe, c) != NULL) {
            corm_strbuf_putc(buf, (char)c);
        } else {
            corm_strbuf_putc(buf, '%');
            corm_strbuf_putc(buf, DIGITS[c >> 4]);
            corm_strbuf_putc(buf, DIGITS[c & 15]);
        }
    }
}

/* [user][:password]@ */
static void format_user(const struct corm_url *url, bool is_masked,
                        struct corm_strbuf *buf)
{
    if (url->user == NULL && url->password == NULL) {
        return;
    }
    url_encode(buf, url->user == NULL ? "" : url->user, "-._~ +");
    if (url->password != NULL) {
        corm_strbuf_putc(buf, ':');
        url_encode(buf, is_masked ? "***" : url->password, is_masked ? "*" : "-._~ +");
    }
    corm_strbuf_putc(buf, '@');
}

/* [host][:port] */
static void format_place(const struct corm_url *url, struct corm_strbuf *buf)
{
    if (url->host != NULL && strchr(url->host, ':') != NULL) {
        corm_strbuf_putc(buf, '[');
        url_encode(buf, url->host, "-._~:");
        corm_strbuf_putc(buf, ']');
    } else if (url->host != NULL) {
        url_encode(buf, url->host, "-._~ +*");
    }
    if (url->port != 0) {
        corm_strbuf_putc(buf, ':');
        corm_strbuf_put_int(buf, url->port);
    }
}

/* The query is encoded as web forms and SQLAlchemy do: host=%2Frun, a+b for "a b". */
static void format_form(struct corm_strbuf *buf, const char *text)
{
    size_t start = buf->len;
    url_encode(buf, text, "-._~ ");
    for (size_t i = start; !buf->is_broken && i < buf->len; i++) {
        if (buf->data[i] == ' ') {
            buf->data[i] = '+';
        }
    }
}

void corm_url_format(const struct corm_url *url, bool is_masked,
                     struct corm_strbuf *buf)
{
    corm_strbuf_puts(buf, url->dialect);
    if (url->driver != NULL) {
        corm_strbuf_putc(buf, '+');
        corm_strbuf_puts(buf, url->driver);
    }
    corm_strbuf_puts(buf, "://");
    format_user(url, is_masked, buf);
    format_place(url, buf);
    if (url->database != NULL) {
        corm_strbuf_putc(buf, '/');
        url_encode(buf, url->database, "/:@!$&'()*+,;=-._~ ");
    }
    for (size_t i = 0; i < url->noptions; i++) {
        corm_strbuf_putc(buf, i == 0 ? '?' : '&');
        format_form(buf, url->options[i].key);
        corm_strbuf_putc(buf, '=');
        format_form(buf, url->options[i].value);
    }
}
