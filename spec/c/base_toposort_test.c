/* SPDX-License-Identifier: MIT */
#include "base/toposort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_sweep.h"

enum { MANY = 100000 };

#define ORDER(nnodes, edges, ...)                                                    \
    do {                                                                             \
        const uint32_t expected[] = { __VA_ARGS__ };                                 \
        uint32_t order[nnodes];                                                      \
        struct corm_error err;                                                       \
        assert_int_equal(CORM_LENGTH(expected), nnodes);                             \
        assert_int_equal(                                                            \
            corm_toposort(nnodes, edges, CORM_LENGTH(edges), order, &err), CORM_OK); \
        assert_memory_equal(order, expected, sizeof(expected));                      \
    } while (0)

static void keeps_the_order_of_independent_nodes(void **state)
{
    (void)state;
    uint32_t order[4];
    const uint32_t expected[] = { 0, 1, 2, 3 };
    assert_int_equal(corm_toposort(4, NULL, 0, order, NULL), CORM_OK);
    assert_memory_equal(order, expected, sizeof(expected));
    assert_int_equal(corm_toposort(0, NULL, 0, order, NULL), CORM_OK);
}

static void puts_predecessors_first_round_by_round(void **state)
{
    (void)state;
    const struct corm_edge one[] = { { 3, 0 } };
    const struct corm_edge chain[] = { { 2, 1 }, { 1, 0 } };
    const struct corm_edge repeated[] = { { 1, 0 }, { 1, 0 }, { 1, 0 } };
    /* 0 waits for the longest of its ways: 2 → 1 → 0, not 2 → 0. */
    const struct corm_edge two_ways[] = { { 2, 0 }, { 2, 1 }, { 1, 0 } };
    ORDER(4, one, 1, 2, 3, 0);
    ORDER(4, chain, 2, 3, 1, 0);
    ORDER(2, repeated, 1, 0);
    ORDER(4, two_ways, 2, 3, 1, 0);
}

static void refuses_cycles_and_loops(void **state)
{
    (void)state;
    const struct corm_edge cycle[] = { { 0, 1 }, { 1, 2 }, { 2, 1 } };
    const struct corm_edge loop[] = { { 1, 1 } };
    uint32_t order[3] = { 7, 7, 7 };
    struct corm_error err;
    assert_int_equal(corm_toposort(3, cycle, 3, order, &err), CORM_E_CIRCULAR);
    assert_string_equal(err.message,
                        "circular dependency: 2 of 3 nodes depend on themselves");
    assert_int_equal(corm_toposort(3, loop, 1, order, &err), CORM_E_CIRCULAR);
    assert_int_equal(order[0], 7);
}

static void names_the_nodes_on_cycles(void **state)
{
    (void)state;
    /* 0 → 5 → 2 → 5, 3 ⇄ 1, 4 → 4, and 6 behind them all. */
    const struct corm_edge edges[] = { { 0, 5 }, { 5, 2 }, { 2, 5 }, { 3, 1 }, { 1, 3 },
                                       { 4, 4 }, { 2, 6 }, { 4, 6 }, { 5, 4 } };
    const uint32_t expected[] = { 0, 1, 2, 1, 3, 2, 0 };
    uint32_t cycle[7];
    uint32_t ngroups;
    assert_int_equal(
        corm_toposort_cycles(7, edges, CORM_LENGTH(edges), cycle, &ngroups, NULL),
        CORM_OK);
    assert_memory_equal(cycle, expected, sizeof(expected));
    assert_int_equal(ngroups, 3);
}

static void finds_no_cycle_where_there_is_none(void **state)
{
    (void)state;
    const struct corm_edge edges[] = { { 0, 1 }, { 0, 2 }, { 1, 3 }, { 2, 3 } };
    uint32_t cycle[4] = { 9, 9, 9, 9 };
    uint32_t ngroups = 9;
    assert_int_equal(corm_toposort_cycles(4, edges, 4, cycle, &ngroups, NULL), CORM_OK);
    assert_int_equal(ngroups, 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(cycle[i], 0);
    }
}

/* Random edges from a smaller to a larger rank: an order exists, and rounds are known. */
static void sorts_random_graphs_into_minimal_rounds(void **state)
{
    (void)state;
    enum { NODES = 60, EDGES = 150 };
    srand(7);
    for (int round = 0; round < 200; round++) {
        struct corm_edge edges[EDGES];
        uint32_t order[NODES];
        int depth[NODES] = { 0 };
        for (int i = 0; i < EDGES; i++) {
            uint32_t a = (uint32_t)rand() % NODES;
            uint32_t b = (uint32_t)rand() % NODES;
            b = a == b ? (b + 1) % NODES : b;
            /* Ranks run against the input order, so that most edges move something. */
            edges[i] = a > b ? (struct corm_edge){ a, b } : (struct corm_edge){ b, a };
        }
        for (int node = NODES - 1; node >= 0; node--) {
            for (int i = 0; i < EDGES; i++) {
                if (edges[i].before == (uint32_t)node &&
                    depth[edges[i].after] < depth[node] + 1) {
                    depth[edges[i].after] = depth[node] + 1;
                }
            }
        }
        assert_int_equal(corm_toposort(NODES, edges, EDGES, order, NULL), CORM_OK);
        for (int i = 1; i < NODES; i++) {
            int last = depth[order[i - 1]];
            assert_true(last < depth[order[i]] ||
                        (last == depth[order[i]] && order[i - 1] < order[i]));
        }
    }
}

static void sorts_a_long_chain_and_finds_a_long_ring(void **state)
{
    (void)state;
    struct corm_edge *edges = calloc(MANY, sizeof(*edges));
    uint32_t *out = calloc(MANY, sizeof(*out));
    uint32_t ngroups;
    for (uint32_t i = 0; i < MANY; i++) {
        edges[i] = (struct corm_edge){ (i + 1) % MANY, i };
    }
    assert_int_equal(corm_toposort(MANY, edges, MANY - 1, out, NULL), CORM_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(out[i], MANY - 1 - i);
    }
    assert_int_equal(corm_toposort(MANY, edges, MANY, out, NULL), CORM_E_CIRCULAR);
    assert_int_equal(corm_toposort_cycles(MANY, edges, MANY, out, &ngroups, NULL),
                     CORM_OK);
    assert_int_equal(ngroups, 1);
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(out[i], 1);
    }
    free(edges);
    free(out);
}

static bool sort_many(void *state)
{
    const struct corm_edge *edges = state;
    uint32_t out[500];
    uint32_t ngroups;
    struct corm_error err;
    enum corm_rc sorted = corm_toposort(500, edges, 499, out, &err);
    enum corm_rc found = corm_toposort_cycles(500, edges, 499, out, &ngroups, &err);
    assert_true(sorted == CORM_OK || sorted == CORM_E_NO_MEMORY);
    assert_true(found == CORM_OK || found == CORM_E_NO_MEMORY);
    return sorted == CORM_OK && found == CORM_OK;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    struct corm_edge edges[499];
    for (uint32_t i = 0; i < CORM_LENGTH(edges); i++) {
        edges[i] = (struct corm_edge){ i + 1, i };
    }
    alloc_sweep(sort_many, edges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_order_of_independent_nodes),
        cmocka_unit_test(puts_predecessors_first_round_by_round),
        cmocka_unit_test(refuses_cycles_and_loops),
        cmocka_unit_test(names_the_nodes_on_cycles),
        cmocka_unit_test(finds_no_cycle_where_there_is_none),
        cmocka_unit_test(sorts_random_graphs_into_minimal_rounds),
        cmocka_unit_test(sorts_a_long_chain_and_finds_a_long_ring),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests_name("base/toposort", tests, NULL, NULL);
}
