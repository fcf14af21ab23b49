/* SPDX-License-Identifier: MIT */
/*
 * A C program whose data model is written in Lua: it calls Lua functions, reads attributes
 * of instances, and listens to an event.
 *
 *     embed bank.lua [URL]
 */
#include <corm/corm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bank {
    corm_host *host;
    corm_object session;
    int ncommits;
};

static struct corm_host_value text(const char *s)
{
    return corm_host_text(s, strlen(s));
}

/* Called by corm before each commit of any session. */
static enum corm_rc count_commit(corm_host *host, const struct corm_host_value *args,
                                 int nargs, void *data, struct corm_error *err)
{
    struct bank *bank = data;
    (void)host;
    (void)args;
    (void)nargs;
    (void)err;
    bank->ncommits++;
    return CORM_OK;
}

static enum corm_rc bank_listen(struct bank *bank)
{
    struct corm_host_value session_class;
    enum corm_rc rc = corm_host_find(bank->host, "corm.Session", &session_class);
    if (rc == CORM_OK) {
        rc = corm_host_listen(bank->host, session_class.as.object, "before_commit",
                              count_commit, bank);
        corm_host_release(bank->host, session_class.as.object);
    }
    return rc;
}

static enum corm_rc bank_open(struct bank *bank, const char *url)
{
    struct corm_host_value args[] = { text(url) };
    struct corm_host_value session;
    enum corm_rc rc = corm_host_call(bank->host, "bank.open", args, 1, &session, 1);
    if (rc == CORM_OK) {
        bank->session = session.as.object;
    }
    return rc;
}

static enum corm_rc bank_open_account(struct bank *bank, const char *owner,
                                      const char *balance)
{
    struct corm_host_value args[] = { corm_host_object(bank->session), text(owner),
                                      text(balance) };
    return corm_host_call(bank->host, "bank.open_account", args, 3, NULL, 0);
}

static enum corm_rc bank_transfer(struct bank *bank, const char *from, const char *to,
                                  const char *amount)
{
    struct corm_host_value args[] = { corm_host_object(bank->session), text(from),
                                      text(to), text(amount) };
    return corm_host_call(bank->host, "bank.transfer", args, 4, NULL, 0);
}

/* Print "owner: balance" of one instance. */
static enum corm_rc print_account(struct bank *bank, corm_object account)
{
    struct corm_host_value value;
    struct corm_host_value digits;
    enum corm_rc rc = corm_host_get(bank->host, account, "owner", &value);
    if (rc != CORM_OK) {
        return rc;
    }
    printf("%s: ", value.as.text.data);
    rc = corm_host_get(bank->host, account, "balance", &value);
    if (rc != CORM_OK) {
        return rc;
    }
    rc = corm_host_tostring(bank->host, value.as.object, &digits);
    if (rc == CORM_OK) {
        printf("%s\n", digits.as.text.data);
    }
    corm_host_release(bank->host, value.as.object);
    return rc;
}

static enum corm_rc bank_print(struct bank *bank)
{
    struct corm_host_value session = corm_host_object(bank->session);
    struct corm_host_value list;
    struct corm_host_value account;
    long long count = 0;
    enum corm_rc rc =
        corm_host_call(bank->host, "bank.accounts", &session, 1, &list, 1);
    if (rc != CORM_OK) {
        return rc;
    }
    rc = corm_host_length(bank->host, list.as.object, &count);
    for (long long i = 1; rc == CORM_OK && i <= count; i++) {
        rc = corm_host_at(bank->host, list.as.object, i, &account);
        if (rc == CORM_OK) {
            rc = print_account(bank, account.as.object);
            corm_host_release(bank->host, account.as.object);
        }
    }
    corm_host_release(bank->host, list.as.object);
    return rc;
}

static enum corm_rc bank_run(struct bank *bank, const char *models, const char *url)
{
    enum corm_rc rc = corm_host_run_file(bank->host, models, 0, NULL);
    if (rc != CORM_OK || (rc = bank_listen(bank)) != CORM_OK ||
        (rc = bank_open(bank, url)) != CORM_OK ||
        (rc = bank_open_account(bank, "ann", "100.00")) != CORM_OK ||
        (rc = bank_open_account(bank, "bob", "5.50")) != CORM_OK ||
        (rc = bank_transfer(bank, "ann", "bob", "30.25")) != CORM_OK ||
        (rc = bank_print(bank)) != CORM_OK) {
        return rc;
    }
    if (bank_transfer(bank, "bob", "ann", "1000") == CORM_E_INVALID_REQUEST) {
        printf("refused: %s\n", corm_host_error(bank->host)->message);
    }
    printf("%d commits\n", bank->ncommits);
    return corm_host_call_method(bank->host, bank->session, "close", NULL, 0, NULL, 0);
}

int main(int argc, char **argv)
{
    struct bank bank = { .host = corm_host_open(NULL) };
    int status = EXIT_SUCCESS;
    if (argc < 2 || bank.host == NULL) {
        fprintf(stderr, "usage: %s bank.lua [URL]\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (bank_run(&bank, argv[1], argc > 2 ? argv[2] : "sqlite://") != CORM_OK) {
        fprintf(stderr, "%s\n", corm_host_error_text(bank.host));
        status = EXIT_FAILURE;
    }
    corm_host_close(bank.host);
    return status;
}
