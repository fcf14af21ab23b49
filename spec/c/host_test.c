/* SPDX-License-Identifier: MIT */
#include <corm/corm.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

static int host_setup(void **state)
{
    *state = corm_host_open(NULL);
    return *state == NULL ? -1 : 0;
}

static int host_teardown(void **state)
{
    corm_host_close(*state);
    return 0;
}

static void run(corm_host *host, const char *code)
{
    if (corm_host_run_string(host, code, "test") != CORM_OK) {
        fail_msg("%s", corm_host_error_text(host));
    }
}

static void assert_text(const struct corm_host_value *value, const char *expected)
{
    assert_int_equal(CORM_HOST_TEXT, value->kind);
    assert_int_equal(strlen(expected), value->as.text.len);
    assert_string_equal(expected, value->as.text.data);
}

static corm_object find(corm_host *host, const char *path)
{
    struct corm_host_value value;
    assert_int_equal(CORM_OK, corm_host_find(host, path, &value));
    assert_int_equal(CORM_HOST_OBJECT, value.kind);
    return value.as.object;
}

static void test_code_runs(void **state)
{
    run(*state, "assert(require('corm.core').NULL)");
}

static void test_no_error_yet(void **state)
{
    assert_int_equal(CORM_OK, corm_host_error(*state)->rc);
    assert_string_equal("", corm_host_error_text(*state));
}

static void test_error_of_lua(void **state)
{
    assert_int_equal(CORM_E_OTHER,
                     corm_host_run_string(*state, "error('boom')", "code"));
    assert_string_equal("code:1: boom", corm_host_error(*state)->message);
    assert_non_null(strstr(corm_host_error_text(*state), "stack traceback:"));
}

static void test_error_of_syntax(void **state)
{
    assert_int_equal(CORM_E_OTHER, corm_host_run_string(*state, "x = = 1", "code"));
    assert_non_null(strstr(corm_host_error(*state)->message, "code:1:"));
}

static void test_error_object(void **state)
{
    static const char code[] = "require('corm.exc').IntegrityError:raise('twice')";
    assert_int_equal(CORM_E_INTEGRITY, corm_host_run_string(*state, code, "code"));
    assert_string_equal("twice", corm_host_error(*state)->message);
    assert_non_null(
        strstr(corm_host_error_text(*state), "code:1: IntegrityError: twice\n"));
}

static void test_error_fields(void **state)
{
    static const char code[] =
        "error(require('corm.exc').OperationalError('gone', {sqlstate = '57P01',"
        " native_code = 7, connection_invalidated = true, is_retryable = true}))";
    assert_int_equal(CORM_E_OPERATIONAL, corm_host_run_string(*state, code, "code"));
    const struct corm_error *error = corm_host_error(*state);
    assert_string_equal("57P01", error->sqlstate);
    assert_int_equal(7, error->native_code);
    assert_true(error->is_disconnect);
    assert_true(error->is_retryable);
}

static void test_error_of_subclass(void **state)
{
    static const char code[] = "require('corm.exc').CommitUnknown:raise('lost')";
    assert_int_equal(CORM_E_OPERATIONAL, corm_host_run_string(*state, code, "code"));
}

static void test_error_that_cannot_be_described(void **state)
{
    static const char code[] =
        "error(setmetatable({}, {__tostring = function() error('worse') end}))";
    assert_int_equal(CORM_E_OTHER, corm_host_run_string(*state, code, "code"));
    assert_non_null(strstr(corm_host_error_text(*state), "error in an error"));
}

static void test_find(void **state)
{
    struct corm_host_value value;
    run(*state, "bank = {branch = {name = 'Main'}}; require('corm.core')");
    assert_int_equal(CORM_OK, corm_host_find(*state, "bank.branch.name", &value));
    assert_text(&value, "Main");
    assert_int_equal(CORM_E_ARGUMENT,
                     corm_host_find(*state, "bank.bramch.name", &value));
    assert_string_equal("there is no 'bank.bramch'", corm_host_error(*state)->message);
    assert_int_equal(CORM_E_ARGUMENT, corm_host_find(*state, "nowhere", &value));
}

static void test_call_with_all_kinds(void **state)
{
    struct corm_host_value args[] = {
        corm_host_nil(),
        corm_host_null(),
        corm_host_boolean(1),
        corm_host_integer(-5),
        corm_host_number(2.5),
        corm_host_text("a\0b", 3),
        corm_host_object(find(*state, "string")),
    };
    enum { NARGS = sizeof(args) / sizeof(args[0]) };
    struct corm_host_value results[NARGS + 1];
    run(*state, "function same(...) n = select('#', ...) return ... end");
    assert_int_equal(CORM_OK,
                     corm_host_call(*state, "same", args, NARGS, results, NARGS + 1));
    assert_int_equal(CORM_HOST_NIL, results[0].kind);
    assert_int_equal(CORM_HOST_NULL, results[1].kind);
    assert_int_equal(CORM_HOST_BOOLEAN, results[2].kind);
    assert_true(results[2].as.boolean);
    assert_int_equal(CORM_HOST_INTEGER, results[3].kind);
    assert_int_equal(-5, results[3].as.integer);
    assert_int_equal(CORM_HOST_NUMBER, results[4].kind);
    assert_true(results[4].as.number == 2.5);
    assert_int_equal(3, results[5].as.text.len);
    assert_memory_equal("a\0b", results[5].as.text.data, 4);
    assert_int_equal(CORM_HOST_OBJECT, results[6].kind);
    assert_int_equal(CORM_HOST_NIL, results[7].kind);
    corm_host_release(*state, args[6].as.object);
    corm_host_release(*state, results[6].as.object);
}

static void test_call_that_fails(void **state)
{
    struct corm_host_value message = corm_host_text("no", 2);
    assert_int_equal(CORM_E_OTHER,
                     corm_host_call(*state, "error", &message, 1, NULL, 0));
    assert_string_equal("no", corm_host_error(*state)->message);
}

static void test_table_get_and_set(void **state)
{
    corm_object table;
    struct corm_host_value value = corm_host_text("ed", 2);
    assert_int_equal(CORM_OK, corm_host_table(*state, &table));
    assert_int_equal(CORM_OK, corm_host_set(*state, table, "name", &value));
    assert_int_equal(CORM_OK, corm_host_get(*state, table, "name", &value));
    assert_text(&value, "ed");
    assert_int_equal(CORM_OK, corm_host_get(*state, table, "age", &value));
    assert_int_equal(CORM_HOST_NIL, value.kind);
    corm_host_release(*state, table);
}

static void test_sequence(void **state)
{
    long long length;
    struct corm_host_value value;
    run(*state, "list = {'a', 'b'}");
    corm_object list = find(*state, "list");
    assert_int_equal(CORM_OK, corm_host_length(*state, list, &length));
    assert_int_equal(2, length);
    assert_int_equal(CORM_OK, corm_host_at(*state, list, 2, &value));
    assert_text(&value, "b");
    corm_host_release(*state, list);
}

static void test_method(void **state)
{
    struct corm_host_value arg = corm_host_integer(2);
    struct corm_host_value result;
    run(*state, "account = {balance = 5} "
                "function account:add(n) self.balance = self.balance + n "
                "return self.balance end");
    corm_object account = find(*state, "account");
    assert_int_equal(
        CORM_OK, corm_host_call_method(*state, account, "add", &arg, 1, &result, 1));
    assert_int_equal(7, result.as.integer);
    corm_host_release(*state, account);
}

static void test_tostring(void **state)
{
    struct corm_host_value text;
    run(*state, "day = require('corm.core').date(2024, 1, 31)");
    corm_object day = find(*state, "day");
    assert_int_equal(CORM_OK, corm_host_tostring(*state, day, &text));
    assert_text(&text, "2024-01-31");
    corm_host_release(*state, day);
}

static void test_released_object_is_refused(void **state)
{
    struct corm_host_value value;
    corm_object table = find(*state, "table");
    corm_host_release(*state, table);
    assert_int_equal(CORM_E_ARGUMENT, corm_host_get(*state, table, "insert", &value));
    assert_int_equal(CORM_E_ARGUMENT, corm_host_get(*state, 0, "insert", &value));
    assert_int_equal(CORM_E_ARGUMENT, corm_host_get(*state, 12345, "insert", &value));
    corm_host_release(*state, 0);
}

static void test_released_object_is_collected(void **state)
{
    run(*state,
        "gone = false; t = setmetatable({}, {__gc = function() gone = true end})");
    corm_object table = find(*state, "t");
    run(*state, "t = nil; collectgarbage(); assert(not gone)");
    corm_host_release(*state, table);
    /* The last results are kept until the next ones. */
    corm_host_release(*state, find(*state, "string"));
    run(*state, "collectgarbage() collectgarbage() assert(gone)");
}

struct heard {
    int count;
    enum corm_rc rc;
    char text[32];
    corm_object object;
};

static enum corm_rc hear(corm_host *host, const struct corm_host_value *args, int nargs,
                         void *data, struct corm_error *err)
{
    struct heard *heard = data;
    struct corm_host_value name;
    heard->count++;
    assert_int_equal(2, nargs);
    assert_int_equal(CORM_HOST_OBJECT, args[0].kind);
    heard->object = args[0].as.object;
    assert_int_equal(CORM_OK, corm_host_get(host, args[0].as.object, "name", &name));
    (void)snprintf(heard->text, sizeof(heard->text), "%s %s", name.as.text.data,
                   args[1].as.text.data);
    (void)snprintf(err->message, sizeof(err->message), "not now");
    return heard->rc;
}

static const char target_code[] =
    "target = {name = 'session', dispatch = require('corm.event').dispatcher('session')} "
    "function fire() target.dispatch:fire('after_flush', target, 'context') end";

static void test_listen(void **state)
{
    struct heard heard = { .rc = CORM_OK };
    struct corm_host_value value;
    run(*state, target_code);
    corm_object target = find(*state, "target");
    assert_int_equal(CORM_OK,
                     corm_host_listen(*state, target, "after_flush", hear, &heard));
    run(*state, "fire()");
    run(*state, "coroutine.wrap(fire)()");
    assert_int_equal(2, heard.count);
    assert_string_equal("session context", heard.text);
    assert_int_equal(CORM_E_ARGUMENT,
                     corm_host_get(*state, heard.object, "name", &value));
    corm_host_release(*state, target);
}

static void test_listener_that_fails(void **state)
{
    struct heard heard = { .rc = CORM_E_DATA };
    run(*state, target_code);
    corm_object target = find(*state, "target");
    assert_int_equal(CORM_OK,
                     corm_host_listen(*state, target, "after_flush", hear, &heard));
    assert_int_equal(CORM_E_DATA, corm_host_run_string(*state, "fire()", "code"));
    assert_string_equal("not now", corm_host_error(*state)->message);
    corm_host_release(*state, target);
}

static void test_listen_to_unknown_event(void **state)
{
    run(*state, target_code);
    corm_object target = find(*state, "target");
    assert_int_equal(CORM_E_INVALID_REQUEST,
                     corm_host_listen(*state, target, "after_flsh", hear, NULL));
    corm_host_release(*state, target);
}

static void test_wrapped_state_stays_open(void **state)
{
    (void)state;
    struct heard heard = { .rc = CORM_OK };
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    corm_host *host = corm_host_wrap(L);
    assert_ptr_equal(L, corm_host_state(host));
    run(host, target_code);
    assert_int_equal(CORM_OK, corm_host_listen(host, find(host, "target"),
                                               "after_flush", hear, &heard));
    corm_host_close(host);
    assert_int_equal(0, lua_gettop(L));
    assert_int_equal(LUA_OK, luaL_dostring(L, "fire()"));
    assert_int_equal(0, heard.count);
    lua_close(L);
}

static void test_options_path(void **state)
{
    (void)state;
    struct corm_host_options options = { .path = "/nowhere/?.lua" };
    corm_host *host = corm_host_open(&options);
    run(host, "assert(package.path:find('^/nowhere/%?%.lua;'))");
    corm_host_close(host);
}

static void test_close_accepts_null(void **state)
{
    (void)state;
    corm_host_close(NULL);
}

#define HOST_TEST(test) cmocka_unit_test_setup_teardown(test, host_setup, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        HOST_TEST(test_code_runs),
        HOST_TEST(test_no_error_yet),
        HOST_TEST(test_error_of_lua),
        HOST_TEST(test_error_of_syntax),
        HOST_TEST(test_error_object),
        HOST_TEST(test_error_fields),
        HOST_TEST(test_error_of_subclass),
        HOST_TEST(test_error_that_cannot_be_described),
        HOST_TEST(test_find),
        HOST_TEST(test_call_with_all_kinds),
        HOST_TEST(test_call_that_fails),
        HOST_TEST(test_table_get_and_set),
        HOST_TEST(test_sequence),
        HOST_TEST(test_method),
        HOST_TEST(test_tostring),
        HOST_TEST(test_released_object_is_refused),
        HOST_TEST(test_released_object_is_collected),
        HOST_TEST(test_listen),
        HOST_TEST(test_listener_that_fails),
        HOST_TEST(test_listen_to_unknown_event),
        cmocka_unit_test(test_wrapped_state_stays_open),
        cmocka_unit_test(test_options_path),
        cmocka_unit_test(test_close_accepts_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
