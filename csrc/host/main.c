/* SPDX-License-Identifier: MIT */
/* The corm program: run a Lua file, or code from the command line, with corm at hand. */
#include <corm/corm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: corm FILE [ARGUMENT...]      run a Lua file; - is the standard input\n"
    "       corm -e CODE                 run Lua code; `corm` is a global in it\n"
    "       corm -h | --help             this text\n"
    "       corm -v | --version          the version\n";

static int report(const corm_host *host, enum corm_rc rc)
{
    if (rc == CORM_OK) {
        return EXIT_SUCCESS;
    }
    fprintf(stderr, "corm: %s\n", corm_host_error_text(host));
    return EXIT_FAILURE;
}

static int run_code(corm_host *host, const char *code)
{
    enum corm_rc rc = corm_host_run_string(host, "corm = require('corm')", "corm");
    if (rc == CORM_OK) {
        rc = corm_host_run_string(host, code, "-e");
    }
    return report(host, rc);
}

static int fail_usage(const char *problem)
{
    fprintf(stderr, "corm: %s\n%s", problem, usage);
    return EXIT_USAGE;
}

static int run(corm_host *host, int argc, char **argv)
{
    if (strcmp(argv[1], "-e") != 0) {
        return report(host, corm_host_run_file(host, argv[1], argc - 1, argv + 1));
    }
    return run_code(host, argv[2]);
}

static int say(const char *text)
{
    return fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0) {
        return say(usage);
    }
    if (strcmp(first, "-v") == 0 || strcmp(first, "--version") == 0) {
        return say("corm " CORM_VERSION "\n");
    }
    if (argc < 2) {
        return fail_usage("a file is missing");
    }
    if (strcmp(first, "-e") == 0 && argc != 3) {
        return fail_usage("-e takes code and nothing else");
    }
    if (first[0] == '-' && first[1] != '\0' && strcmp(first, "-e") != 0) {
        return fail_usage("unknown option");
    }
    corm_host *host = corm_host_open(NULL);
    if (host == NULL) {
        fprintf(stderr, "corm: out of memory\n");
        return EXIT_FAILURE;
    }
    int status = run(host, argc, argv);
    corm_host_close(host);
    return status;
}
