/* SPDX-License-Identifier: MIT */
/*
 * A server that says what a script tells it to, over a unix socket: what a hostile or
 * broken PostgreSQL could send. Each connection gets the script from its beginning, in a
 * process of its own. Lines of the script:
 *
 *     startup      read the startup packet; "no" to encryption; a cancel request ends here
 *     read T       read messages up to one of type T
 *     send HEX     send these bytes
 *     flood N HEX  send them N times
 *     drain        wait until the client has read all that was sent
 *     hold         read until the client is gone
 *
 * Usage: scripted_server SOCKET SCRIPT. Prints its process id when it listens.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CANCEL_REQUEST = 80877102, SSL_REQUEST = 80877103, GSS_REQUEST = 80877104 };

static bool read_all(int fd, void *bytes, size_t len)
{
    char *to = bytes;
    while (len > 0) {
        ssize_t n = read(fd, to, len);
        if (n <= 0) {
            return false;
        }
        to += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    const char *from = bytes;
    while (len > 0) {
        ssize_t n = send(fd, from, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        from += n;
        len -= (size_t)n;
    }
    return true;
}

static uint32_t big_endian(const unsigned char bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Read a length, which counts itself, and drop what follows but its first four bytes. */
static bool read_packet(int fd, uint32_t *first)
{
    unsigned char word[4];
    if (!read_all(fd, word, sizeof word)) {
        return false;
    }
    uint32_t left = big_endian(word) - 4;
    *first = 0;
    if (left >= sizeof word) {
        if (!read_all(fd, word, sizeof word)) {
            return false;
        }
        *first = big_endian(word);
        left -= 4;
    }
    for (; left > 0; left--) {
        if (!read_all(fd, word, 1)) {
            return false;
        }
    }
    return true;
}

static bool do_startup(int fd)
{
    uint32_t code;
    while (read_packet(fd, &code)) {
        if (code != SSL_REQUEST && code != GSS_REQUEST) {
            return code != CANCEL_REQUEST;
        }
        if (!write_all(fd, "N", 1)) {
            return false;
        }
    }
    return false;
}

static bool do_read(int fd, char type)
{
    char got;
    uint32_t first;
    while (read_all(fd, &got, 1) && read_packet(fd, &first)) {
        if (got == type) {
            return true;
        }
    }
    return false;
}

static bool do_send(int fd, const char *hex, long ntimes)
{
    size_t len = strlen(hex) / 2;
    unsigned char *bytes = malloc(len + 1);
    bool is_sent = bytes != NULL;
    for (size_t i = 0; is_sent && i < len; i++) {
        char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
        bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    for (; is_sent && ntimes > 0; ntimes--) {
        is_sent = write_all(fd, bytes, len);
    }
    free(bytes);
    return is_sent;
}

/* Until the client has taken all that was sent, so that what follows comes apart. */
static bool do_drain(int fd)
{
    int nunread = 1;
    struct pollfd hangup = { .fd = fd, .events = POLLRDHUP };
    while (ioctl(fd, SIOCOUTQ, &nunread) == 0 && nunread > 0) {
        if (poll(&hangup, 1, 0) > 0) {
            return false;
        }
        sched_yield();
    }
    return true;
}

static void do_hold(int fd)
{
    char drop[4096];
    while (read(fd, drop, sizeof drop) > 0) {
    }
}

/* False: the connection is over. */
static bool play_line(int fd, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "startup") == 0) {
        return do_startup(fd);
    }
    if (strncmp(line, "read ", 5) == 0) {
        return do_read(fd, line[5]);
    }
    if (strncmp(line, "send ", 5) == 0) {
        return do_send(fd, line + 5, 1);
    }
    if (strcmp(line, "drain") == 0) {
        return do_drain(fd);
    }
    if (strncmp(line, "flood ", 6) == 0) {
        char *hex = NULL;
        long ntimes = strtol(line + 6, &hex, 10);
        return do_send(fd, hex + 1, ntimes);
    }
    do_hold(fd);
    return false;
}

static void play(int fd, const char *path)
{
    char *line = NULL;
    size_t size = 0;
    FILE *script = fopen(path, "r");
    while (script != NULL && getline(&line, &size, script) > 0 && play_line(fd, line)) {
    }
    free(line);
    if (script != NULL) {
        (void)fclose(script);
    }
    close(fd);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    (void)unlink(path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    return bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(fd, 10) == 0
               ? fd
               : -1;
}

int main(int argc, char **argv)
{
    int fd = argc == 3 ? listen_at(argv[1]) : -1;
    if (fd < 0) {
        return EXIT_FAILURE;
    }
    (void)signal(SIGCHLD, SIG_IGN);
    (void)prctl(PR_SET_PDEATHSIG,
                SIGTERM); /* a spec that crashed leaves nobody behind */
    printf("%ld\n", (long)getpid());
    (void)fflush(stdout);
    (void)freopen("/dev/null", "w", stdout); /* who reads it waits for its end */
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            close(fd);
            play(client, argv[2]);
            _exit(EXIT_SUCCESS);
        }
        close(client);
    }
}
