/* SPDX-License-Identifier: MIT */
#include "dialects/postgres/driver_hosts.h"

#include <string.h>

static const char DIGITS[] = "0123456789";

static size_t count_options(const struct corm_url *url, const char *key)
{
    size_t n = 0;
    for (size_t i = 0; i < url->noptions; i++) {
        n += strcmp(url->options[i].key, key) == 0;
    }
    return n;
}

static size_t count_items(const char *list)
{
    size_t n = 1;
    for (const char *c = list; *c != '\0'; c++) {
        n += *c == ',';
    }
    return n;
}

/* Where the port of "host:port" begins, or NULL: the folder of a socket and an address of
 * IPv6 have none, and with is_strict false neither has "host:name". */
static const char *find_port(const char *text, bool is_strict)
{
    const char *colon = strchr(text, ':');
    if (text[0] == '/' || colon == NULL || strchr(colon + 1, ':') != NULL) {
        return NULL;
    }
    bool is_number = strspn(colon + 1, DIGITS) == strlen(colon + 1);
    return is_number || is_strict ? colon + 1 : NULL;
}

static enum corm_rc check_ports(const char *ports, struct corm_error *err)
{
    if (strspn(ports, "0123456789,") != strlen(ports)) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "a port of the database URL must be a number, got '%s'",
                         ports);
    }
    return CORM_OK;
}

/* Add what one of n options says. */
static enum corm_rc add_host(struct pg_hosts *out, const char *text, size_t n,
                             struct corm_error *err)
{
    const char *port = find_port(text, n > 1);
    size_t len = port == NULL ? strlen(text) : (size_t)(port - text) - 1;
    if (n > 1 && (len == 0 || memchr(text, ',', len) != NULL)) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "each host of the database URL must be one name, got '%s'",
                         text);
    }
    corm_strbuf_add(&out->hosts, text, len);
    if (port != NULL) {
        corm_strbuf_puts(&out->ports, port);
        return check_ports(port, err);
    }
    return CORM_OK;
}

/* ?host=a:5432&host=b */
static enum corm_rc add_hosts(const struct corm_url *url, struct pg_hosts *out,
                              struct corm_error *err)
{
    size_t n = count_options(url, "host");
    for (size_t i = 0, nth = 0; i < url->noptions; i++) {
        if (strcmp(url->options[i].key, "host") != 0) {
            continue;
        }
        if (nth++ > 0) {
            corm_strbuf_putc(&out->hosts, ',');
            corm_strbuf_putc(&out->ports, ',');
        }
        enum corm_rc rc = add_host(out, url->options[i].value, n, err);
        if (rc != CORM_OK) {
            return rc;
        }
    }
    /* Commas alone: nobody has said a port. */
    if (out->ports.len == n - 1) {
        corm_strbuf_truncate(&out->ports, 0);
    }
    return CORM_OK;
}

/* ?port=5432,5433 */
static enum corm_rc add_ports(const char *ports, struct pg_hosts *out,
                              struct corm_error *err)
{
    size_t nports = count_items(ports);
    if (out->ports.len > 0) {
        return corm_fail(err, CORM_E_ARGUMENT, "the database URL has two ports");
    }
    if (nports > 1 && nports != count_items(out->hosts.data)) {
        return corm_fail(err, CORM_E_ARGUMENT,
                         "the database URL has %zu hosts and %zu ports",
                         count_items(out->hosts.data), nports);
    }
    corm_strbuf_puts(&out->ports, ports);
    return check_ports(ports, err);
}

static enum corm_rc read_query(const struct corm_url *url, struct pg_hosts *out,
                               struct corm_error *err)
{
    size_t nhosts = count_options(url, "host");
    const char *ports = corm_url_option(url, "port");
    enum corm_rc rc = nhosts > 0 ? add_hosts(url, out, err) : CORM_OK;
    if (rc != CORM_OK || ports == NULL) {
        return rc;
    }
    if (count_options(url, "port") > 1 || (nhosts > 1 && strchr(ports, ',') != NULL)) {
        return corm_fail(
            err, CORM_E_ARGUMENT,
            "several hosts of a database URL have their ports behind a colon, "
            "?host=a:5432&host=b:5433, or are lists with commas, "
            "?host=a,b&port=5432,5433");
    }
    return add_ports(ports, out, err);
}

enum corm_rc pg_hosts_read(const struct corm_url *url, struct pg_hosts *out,
                           struct corm_error *err)
{
    corm_strbuf_init(&out->hosts);
    corm_strbuf_init(&out->ports);
    if (url->host != NULL) {
        if (corm_url_option(url, "host") != NULL) {
            return corm_fail(err, CORM_E_ARGUMENT, "the database URL has two hosts");
        }
        corm_strbuf_puts(&out->hosts, url->host);
    }
    if (url->port != 0) {
        corm_strbuf_put_int(&out->ports, url->port);
    }
    enum corm_rc rc = read_query(url, out, err);
    if (rc == CORM_OK) {
        rc = corm_strbuf_check(&out->hosts, err);
    }
    return rc == CORM_OK ? corm_strbuf_check(&out->ports, err) : rc;
}

void pg_hosts_release(struct pg_hosts *hosts)
{
    corm_strbuf_release(&hosts->hosts);
    corm_strbuf_release(&hosts->ports);
}
