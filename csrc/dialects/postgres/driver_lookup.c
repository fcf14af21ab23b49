/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): for pipe2() */

#include "dialects/postgres/driver_lookup.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "dialects/postgres/driver_int.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum lookup_state { RUNNING, DONE, ABANDONED };

struct host {
    const char *name; /* in the lookup's texts */
    bool is_name; /* neither an address nor the folder of a socket */
    int code; /* of getaddrinfo() */
    struct addrinfo *found;
};

struct pg_lookup {
    atomic_int state; /* enum lookup_state */
    int ends[2]; /* of a pipe: the thread writes to [1] when it is done, [0] is ours */
    struct corm_strbuf host_list;
    struct corm_strbuf address_list;
    struct corm_strbuf port_list;
    char *ports; /* NULL: none */
    size_t nports;
    size_t nhosts;
    struct host hosts[]; /* nhosts, then the texts */
};

static atomic_uint nrunning;

unsigned pg_lookup_count_running(void)
{
    return atomic_load(&nrunning);
}

/* ---- hosts ---- */

static bool is_address(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 ||
           inet_pton(AF_INET6, host, address) == 1 || strchr(host, '%') != NULL;
}

static bool is_name(const char *host)
{
    return host[0] != '\0' && host[0] != '/' && host[0] != '@' && !is_address(host);
}

static size_t count_items(const char *list)
{
    size_t n = 1;
    for (const char *c = list; *c != '\0'; c++) {
        n += *c == ',';
    }
    return n;
}

/* Cut the first item off a list. */
static char *next_item(char **list)
{
    return strsep(list, ",");
}

bool pg_lookup_is_needed(const char *hosts)
{
    char name[NI_MAXHOST];
    bool is_needed = false;
    while (!is_needed && hosts != NULL) {
        size_t len = strcspn(hosts, ",");
        if (len < sizeof(name)) {
            memcpy(name, hosts, len);
            name[len] = '\0';
            is_needed = is_name(name);
        }
        hosts = hosts[len] == ',' ? hosts + len + 1 : NULL;
    }
    return is_needed;
}

/* ---- the thread ---- */

static void lookup_free(struct pg_lookup *lookup)
{
    for (size_t i = 0; i < lookup->nhosts; i++) {
        if (lookup->hosts[i].found != NULL) {
            freeaddrinfo(lookup->hosts[i].found);
        }
    }
    corm_strbuf_release(&lookup->host_list);
    corm_strbuf_release(&lookup->address_list);
    corm_strbuf_release(&lookup->port_list);
    corm_free(lookup);
}

static void *lookup_run(void *arg)
{
    struct pg_lookup *lookup = arg;
    const struct addrinfo hints = { .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM };
    int end = lookup->ends[1];
    for (size_t i = 0; i < lookup->nhosts; i++) {
        struct host *host = &lookup->hosts[i];
        if (host->is_name) {
            host->code = getaddrinfo(host->name, NULL, &hints, &host->found);
        }
    }
    atomic_fetch_sub(&nrunning, 1);
    if (atomic_exchange(&lookup->state, DONE) == ABANDONED) {
        lookup_free(lookup);
    }
    /* Not every loop takes the end of a pipe for something to read. */
    ssize_t nwritten = write(end, "", 1);
    (void)nwritten; /* nobody may be reading any more; SIGPIPE is blocked here */
    close(end);
    return NULL;
}

static struct pg_lookup *lookup_new(const char *hosts, const char *ports)
{
    size_t nhosts = count_items(hosts);
    size_t head = sizeof(struct pg_lookup) + nhosts * sizeof(struct host);
    size_t hosts_size = strlen(hosts) + 1;
    size_t ports_size = ports == NULL ? 0 : strlen(ports) + 1;
    struct pg_lookup *lookup = corm_alloc_zero(1, head + hosts_size + ports_size);
    if (lookup == NULL) {
        return NULL;
    }
    char *texts = (char *)lookup + head;
    memcpy(texts, hosts, hosts_size);
    atomic_init(&lookup->state, RUNNING);
    corm_strbuf_init(&lookup->host_list);
    corm_strbuf_init(&lookup->address_list);
    corm_strbuf_init(&lookup->port_list);
    lookup->nhosts = nhosts;
    if (ports != NULL) {
        lookup->ports = memcpy(texts + hosts_size, ports, ports_size);
        lookup->nports = count_items(ports);
    }
    for (size_t i = 0; i < nhosts; i++) {
        lookup->hosts[i].name = next_item(&texts);
        lookup->hosts[i].is_name = is_name(lookup->hosts[i].name);
    }
    return lookup;
}

enum corm_rc pg_lookup_begin(const char *hosts, const char *ports,
                             struct pg_lookup **out, struct corm_error *err)
{
    struct pg_lookup *lookup = lookup_new(hosts, ports);
    *out = NULL;
    if (lookup == NULL) {
        return corm_fail_memory(err);
    }
    if (pipe2(lookup->ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        lookup_free(lookup);
        return CORM_OK;
    }
    atomic_fetch_add(&nrunning, 1);
    if (!pg_thread_start(lookup_run, lookup)) {
        atomic_fetch_sub(&nrunning, 1);
        close(lookup->ends[0]);
        close(lookup->ends[1]);
        lookup_free(lookup);
        return CORM_OK;
    }
    *out = lookup;
    return CORM_OK;
}

bool pg_lookup_is_running(const struct pg_lookup *lookup)
{
    return atomic_load(&lookup->state) == RUNNING;
}

int pg_lookup_fd(const struct pg_lookup *lookup)
{
    return lookup->ends[0];
}

void pg_lookup_release(struct pg_lookup *lookup)
{
    if (lookup == NULL) {
        return;
    }
    close(lookup->ends[0]);
    if (atomic_exchange(&lookup->state, ABANDONED) == DONE) {
        lookup_free(lookup);
    }
}

/* ---- what was found ---- */

static void put_item(struct corm_strbuf *list, bool is_first, const char *text)
{
    if (!is_first) {
        corm_strbuf_putc(list, ',');
    }
    corm_strbuf_puts(list, text);
}

static void put_entry(struct pg_lookup *lookup, const char *host, const char *address,
                      const char *port, size_t *n)
{
    bool is_first = (*n)++ == 0;
    put_item(&lookup->host_list, is_first, host);
    put_item(&lookup->address_list, is_first, address);
    if (port != NULL) {
        put_item(&lookup->port_list, is_first, port);
    }
}

static void put_host(struct pg_lookup *lookup, const struct host *host,
                     const char *port, size_t *n)
{
    char text[NI_MAXHOST];
    if (!host->is_name) {
        put_entry(lookup, host->name, is_address(host->name) ? host->name : "", port,
                  n);
    }
    for (const struct addrinfo *it = host->found; it != NULL; it = it->ai_next) {
        if (getnameinfo(it->ai_addr, it->ai_addrlen, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) == 0) {
            put_entry(lookup, host->name, text, port, n);
        }
    }
}

static enum corm_rc fail_names(const struct pg_lookup *lookup, struct corm_error *err)
{
    const struct host *host = lookup->hosts;
    while (!host->is_name) {
        host++;
    }
    return corm_fail(err, CORM_E_OPERATIONAL, "host name '%s' has no address: %s",
                     host->name,
                     host->code == 0 ? "none was found" : gai_strerror(host->code));
}

enum corm_rc pg_lookup_addresses(struct pg_lookup *lookup, struct pg_addresses *out,
                                 struct corm_error *err)
{
    bool has_each_port = lookup->nports > 1 && lookup->nports == lookup->nhosts;
    char *ports = lookup->ports;
    size_t n = 0;
    for (size_t i = 0; i < lookup->nhosts; i++) {
        put_host(lookup, &lookup->hosts[i], has_each_port ? next_item(&ports) : NULL,
                 &n);
    }
    if (n == 0) {
        return fail_names(lookup, err);
    }
    enum corm_rc rc = corm_strbuf_check(&lookup->host_list, err);
    if (rc == CORM_OK) {
        rc = corm_strbuf_check(&lookup->address_list, err);
    }
    if (rc == CORM_OK) {
        rc = corm_strbuf_check(&lookup->port_list, err);
    }
    *out = (struct pg_addresses){
        .hosts = lookup->host_list.data,
        .addresses = lookup->address_list.data,
        .ports = has_each_port ? lookup->port_list.data : lookup->ports,
    };
    return rc;
}
