/* SPDX-License-Identifier: MIT */
#include "sql/ddl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "alloc_sweep.h"
#include "sql_kit.h"

static struct corm_strbuf out;
static struct corm_error err;
static struct corm_ddl_options options;

static int open_ddl(void **state)
{
    corm_strbuf_init(&out);
    options = (struct corm_ddl_options){ .dialect = &corm_dialect_default };
    return sql_open(state);
}

static int close_ddl(void **state)
{
    corm_strbuf_release(&out);
    return sql_close(state);
}

static void check(enum corm_rc rc, const char *expected)
{
    if (rc != CORM_OK) {
        fail_msg("%s", err.message);
    }
    assert_string_equal(out.data, expected);
    corm_strbuf_truncate(&out, 0);
}

static void check_fails(enum corm_rc rc, enum corm_rc expected, const char *part)
{
    assert_int_equal(rc, expected);
    assert_int_equal(out.len, 0);
    if (strstr(err.message, part) == NULL) {
        fail_msg("message '%s' lacks '%s'", err.message, part);
    }
}

/* tree(id key, parent_id → tree.id, name not null) */
static struct corm_table *tree(void)
{
    struct corm_table *t = table("tree", NULL);
    struct corm_column *id =
        column(t, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    foreign_key(column(t, "parent_id", &corm_type_integer, 0), id);
    column(t, "name", &corm_type_string, CORM_COLUMN_NOT_NULL);
    settle(t);
    return t;
}

static void creates_tables(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TABLE tree (\n\tid INTEGER NOT NULL, \n\tparent_id INTEGER, \n\tname "
        "VARCHAR NOT NULL, \n\tPRIMARY KEY (id), \n\tFOREIGN KEY(parent_id) REFERENCES "
        "tree (id)\n)\n\n");
    t->ddl_prefix = "TEMPORARY";
    t->ddl_suffix = "WITHOUT ROWID";
    t->constraints.count = 0;
    t->columns.count = 1;
    options.check_exists = true;
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TEMPORARY TABLE IF NOT EXISTS tree (\n\tid INTEGER NOT NULL, \n\tPRIMARY "
        "KEY (id)\n)\n WITHOUT ROWID\n\n");
    t->constraints.count = 1;
    check(corm_ddl_drop_table(t, &options, &out, &err), "\nDROP TABLE IF EXISTS tree");
    options.check_exists = false;
    options.cascade = true;
    check(corm_ddl_drop_table(t, &options, &out, &err), "\nDROP TABLE tree CASCADE");
}

static void translates_schemas(void **state)
{
    (void)state;
    struct corm_schema_pair pair = { "per_tenant", "tenant_1" };
    struct corm_schema_map map = { &pair, 1 };
    struct corm_table *t = table("t", "per_tenant");
    column(t, "id", &corm_type_integer, CORM_COLUMN_PRIMARY_KEY);
    settle(t);
    options.schema_map = &map;
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TABLE tenant_1.t (\n\tid INTEGER NOT NULL, \n\tPRIMARY KEY (id)\n)\n\n");
    check(corm_ddl_drop_table(t, &options, &out, &err), "\nDROP TABLE tenant_1.t");
}

static void writes_constraints(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    struct corm_constraint *key = t->constraints.items[0];
    key->name = "fk_parent";
    key->ondelete = "cascade";
    key->onupdate = "SET NULL";
    key->is_deferrable = true;
    key->initially = "DEFERRED";
    struct corm_constraint *unique = constraint(t, CORM_CONSTRAINT_UNIQUE, "uq");
    assert_true(corm_vec_push(&unique->columns, t->columns.items[1]));
    assert_true(corm_vec_push(&unique->columns, t->columns.items[2]));
    struct corm_constraint *check_ = constraint(t, CORM_CONSTRAINT_CHECK, NULL);
    check_->check = op(CORM_OP_GT, &t->columns.items[0]->node, bind_int(NULL, 5));
    constraint(t, CORM_CONSTRAINT_PRIMARY_KEY, "pk_tree");
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TABLE tree (\n\tid INTEGER NOT NULL, \n\tparent_id INTEGER, \n\tname "
        "VARCHAR NOT NULL, \n\tCONSTRAINT pk_tree PRIMARY KEY (id), \n\tCONSTRAINT "
        "fk_parent FOREIGN KEY(parent_id) REFERENCES tree (id) ON DELETE cascade ON UPDATE "
        "SET NULL DEFERRABLE INITIALLY DEFERRED, \n\tCONSTRAINT uq UNIQUE (parent_id, "
        "name), \n\tCHECK (id > 5)\n)\n\n");
    check(corm_ddl_add_constraint(unique, &options, &out, &err),
          "ALTER TABLE tree ADD CONSTRAINT uq UNIQUE (parent_id, name)");
    check(corm_ddl_drop_constraint(key, &options, &out, &err),
          "ALTER TABLE tree DROP CONSTRAINT fk_parent");
    check_fails(corm_ddl_drop_constraint(check_, &options, &out, &err), CORM_E_COMPILE,
                "no name");
    key->ondelete = "CASCADE; DROP TABLE x";
    check_fails(corm_ddl_create_table(t, &options, &out, &err), CORM_E_COMPILE,
                "unexpected SQL phrase");
}

static void leaves_circular_keys_to_alter(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    t->constraints.items[0]->use_alter = true;
    assert_true(corm_ddl_is_altered(t->constraints.items[0], &corm_dialect_default));
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TABLE tree (\n\tid INTEGER NOT NULL, \n\tparent_id INTEGER, \n\tname "
        "VARCHAR NOT NULL, \n\tPRIMARY KEY (id)\n)\n\n");
    check(corm_ddl_add_constraint(t->constraints.items[0], &options, &out, &err),
          "ALTER TABLE tree ADD FOREIGN KEY(parent_id) REFERENCES tree (id)");
    struct corm_dialect poor = corm_dialect_default;
    poor.features &= ~(uint32_t)CORM_DIALECT_ALTER;
    assert_false(corm_ddl_is_altered(t->constraints.items[0], &poor));
    options.dialect = &poor;
    check_fails(corm_ddl_add_constraint(t->constraints.items[0], &options, &out, &err),
                CORM_E_UNSUPPORTED, "ALTER TABLE");
}

static void writes_defaults(void **state)
{
    (void)state;
    struct corm_table *t = table("t", NULL);
    struct corm_column *c = column(t, "c", &corm_type_string, CORM_COLUMN_NOT_NULL);
    c->server_default = bind_text(NULL, "it's");
    check(corm_ddl_column(c, &options, &out, &err),
          "c VARCHAR DEFAULT 'it''s' NOT NULL");
    c->server_default = text("lower('X')");
    check(corm_ddl_column(c, &options, &out, &err),
          "c VARCHAR DEFAULT lower('X') NOT NULL");
    c->server_default = NULL;
    c->flags = CORM_COLUMN_COMPUTED | CORM_COLUMN_PERSISTED;
    c->computed = op(CORM_OP_ADD, &c->node, bind_text(NULL, "x"));
    check(corm_ddl_column(c, &options, &out, &err),
          "c VARCHAR GENERATED ALWAYS AS (c || 'x') STORED");
    c->node.type = &corm_type_null;
    check(corm_ddl_column(c, &options, &out, &err),
          "c NULL GENERATED ALWAYS AS (c || 'x') STORED");
}

static void check_type(struct corm_type type, const char *expected)
{
    corm_type_seal(&type);
    check(corm_ddl_type(&type, &corm_dialect_default, &out, &err), expected);
}

static void spells_types(void **state)
{
    (void)state;
    struct corm_type type = corm_type_make(CORM_TYPE_STRING);
    check_type(type, "VARCHAR");
    type.length = 30;
    check_type(type, "VARCHAR(30)");
    type.collation = "de_DE";
    check_type(type, "VARCHAR(30) COLLATE \"de_DE\"");
    type.flags = CORM_TYPE_EXACT;
    type.name = "CHAR";
    type.collation = NULL;
    check_type(type, "CHAR(30)");
    type = corm_type_make(CORM_TYPE_NUMERIC);
    check_type(type, "NUMERIC");
    type.precision = 10;
    check_type(type, "NUMERIC(10)");
    type.scale = 2;
    check_type(type, "NUMERIC(10, 2)");
    check_type(corm_type_make(CORM_TYPE_BIGINT), "BIGINT");
    check_type(corm_type_make(CORM_TYPE_BOOLEAN), "BOOLEAN");
    check_type(corm_type_make(CORM_TYPE_DATETIME), "DATETIME");
    check_type(corm_type_make(CORM_TYPE_INTERVAL), "DATETIME");
    check_type(corm_type_make(CORM_TYPE_BINARY), "BLOB");
    check_type(corm_type_make(CORM_TYPE_UUID), "CHAR(32)");
    const char *const labels[] = { "a", "größer" };
    struct corm_type_labels set = { 2, labels };
    type = corm_type_make(CORM_TYPE_ENUM);
    type.labels = &set;
    type.length = 6;
    check_type(type, "VARCHAR(6)");
    struct corm_type jsonb = corm_type_make(CORM_TYPE_JSON);
    struct corm_type_variant variant = { "default", &jsonb, NULL };
    type = corm_type_make(CORM_TYPE_TEXT);
    type.variants = &variant;
    check_type(type, "JSON");
    check_type(corm_type_null, "NULL");
    type = corm_type_make(CORM_TYPE_ARRAY);
    check_fails(corm_ddl_type(&type, &corm_dialect_default, &out, &err),
                CORM_E_UNSUPPORTED, "ARRAY");
}

static void checks_enumerations(void **state)
{
    (void)state;
    const char *const labels[] = { "a", "b'c" };
    struct corm_type_labels set = { 2, labels };
    struct corm_type type = corm_type_make(CORM_TYPE_ENUM);
    type.labels = &set;
    type.length = 3;
    struct corm_table *t = table("t", NULL);
    struct corm_column *c = column(t, "kind", &type, 0);
    struct corm_constraint *check_ = constraint(t, CORM_CONSTRAINT_CHECK, "ck");
    check_->check_type = &type;
    assert_true(corm_vec_push(&check_->columns, c));
    check(
        corm_ddl_create_table(t, &options, &out, &err),
        "\nCREATE TABLE t (\n\tkind VARCHAR(3), \n\tCONSTRAINT ck CHECK (kind IN ('a', "
        "'b''c'))\n)\n\n");
    /* A flag needs no check where the database has booleans. */
    check_->check_type = &corm_type_boolean;
    c->node.type = &corm_type_boolean;
    check(corm_ddl_create_table(t, &options, &out, &err),
          "\nCREATE TABLE t (\n\tkind BOOLEAN\n)\n\n");
    struct corm_dialect poor = corm_dialect_default;
    poor.features &= ~(uint32_t)CORM_DIALECT_BOOLEAN;
    options.dialect = &poor;
    check(corm_ddl_create_table(t, &options, &out, &err),
          "\nCREATE TABLE t (\n\tkind BOOLEAN, \n\tCONSTRAINT ck CHECK (kind IN (0, "
          "1))\n)\n\n");
    check_fails(corm_ddl_create_type(&type, &options, &out, &err), CORM_E_UNSUPPORTED,
                "no type of its own");
}

static void creates_indexes(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    struct corm_index index = { .name = "ix", .table = t };
    assert_true(corm_vec_push(&index.expressions, &t->columns.items[2]->node));
    check(corm_ddl_create_index(&index, &options, &out, &err),
          "CREATE INDEX ix ON tree (name)");
    assert_true(corm_vec_push(&index.expressions,
                              CALL("lower", NULL, &t->columns.items[2]->node)));
    assert_true(
        corm_vec_push(&index.expressions,
                      op(CORM_OP_ADD, &t->columns.items[0]->node, bind_int(NULL, 1))));
    index.is_unique = true;
    index.where = op(CORM_OP_IS, &t->columns.items[1]->node, leaf(CORM_NODE_NULL));
    options.check_exists = true;
    check(
        corm_ddl_create_index(&index, &options, &out, &err),
        "CREATE UNIQUE INDEX IF NOT EXISTS ix ON tree (name, lower(name), id + 1) WHERE "
        "parent_id IS NULL");
    check(corm_ddl_drop_index(&index, &options, &out, &err),
          "\nDROP INDEX IF EXISTS ix");
    index.name = NULL;
    check_fails(corm_ddl_create_index(&index, &options, &out, &err), CORM_E_COMPILE,
                "no name");
    corm_vec_release(&index.expressions);
}

static void comments(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    t->comment = "it's";
    check(corm_ddl_comment_table(t, &options, &out, &err),
          "COMMENT ON TABLE tree IS 'it''s'");
    check(corm_ddl_comment_column(t->columns.items[2], &options, &out, &err),
          "COMMENT ON COLUMN tree.name IS NULL");
    check(corm_ddl_create_schema("s", &options, &out, &err), "CREATE SCHEMA s");
    options.cascade = true;
    check(corm_ddl_drop_schema("s", &options, &out, &err), "DROP SCHEMA s CASCADE");
    struct corm_sequence sequence = {
        .name = "seq", .is_no_min = true, .has_max = true, .max = 9, .is_no_cycle = true
    };
    check(corm_ddl_create_sequence(&sequence, &options, &out, &err),
          "CREATE SEQUENCE seq MAXVALUE 9 NO MINVALUE NO CYCLE");
}

static void refuses_to_alter_what_has_no_table(void **state)
{
    (void)state;
    struct corm_constraint check = { .kind = CORM_CONSTRAINT_CHECK };
    check_fails(corm_ddl_add_constraint(&check, &options, &out, &err), CORM_E_COMPILE,
                "does not belong to a table");
}

static void refuses_bad_names(void **state)
{
    (void)state;
    struct corm_table *t = table("", NULL);
    check_fails(corm_ddl_create_table(t, &options, &out, &err), CORM_E_ARGUMENT,
                "empty");
    t = table("a\xff", NULL);
    check_fails(corm_ddl_drop_table(t, &options, &out, &err), CORM_E_ARGUMENT, "UTF-8");
}

static bool create_swept(void *state)
{
    struct corm_strbuf own;
    corm_strbuf_init(&own);
    enum corm_rc rc = corm_ddl_create_table(state, &options, &own, &err);
    corm_strbuf_release(&own);
    assert_true(rc == CORM_OK || rc == CORM_E_NO_MEMORY);
    return rc == CORM_OK;
}

static void survives_any_failing_allocation(void **state)
{
    (void)state;
    struct corm_table *t = tree();
    struct corm_constraint *check_ = constraint(t, CORM_CONSTRAINT_CHECK, NULL);
    check_->check = op(CORM_OP_GT, &t->columns.items[0]->node, bind_int(NULL, 5));
    alloc_sweep(create_swept, t);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ddl, close_ddl)
    const struct CMUnitTest tests[] = {
        TEST(creates_tables),
        TEST(translates_schemas),
        TEST(writes_constraints),
        TEST(leaves_circular_keys_to_alter),
        TEST(writes_defaults),
        TEST(spells_types),
        TEST(checks_enumerations),
        TEST(creates_indexes),
        TEST(comments),
        TEST(refuses_to_alter_what_has_no_table),
        TEST(refuses_bad_names),
        TEST(survives_any_failing_allocation),
    };
    return cmocka_run_group_tests_name("sql/ddl", tests, NULL, NULL);
}
