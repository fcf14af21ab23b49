/* SPDX-License-Identifier: MIT */
/*
 * Topological order of nodes 0 … n-1, linear and without recursion. The order is made of
 * rounds: a round takes every node whose predecessors were all taken in earlier rounds,
 * in input order. So the result depends on nothing but the input, and nodes that do not
 * depend on each other keep their order.
 */
#ifndef CORM_BASE_TOPOSORT_H
#define CORM_BASE_TOPOSORT_H

#include "base/error.h"

/* Node `before` has to come before node `after`. Repeated edges are fine. */
struct corm_edge {
    uint32_t before;
    uint32_t after;
};

/**
 * Write the nodes to order_out[nnodes], each after all its predecessors.
 * Errors: CORM_E_CIRCULAR (a node on a cycle or an edge to itself; ask
 * corm_toposort_cycles() which), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_toposort(uint32_t nnodes, const struct corm_edge *edges,
                           size_t nedges, uint32_t *order_out,
                           struct corm_error *err) CORM_NODISCARD;

/**
 * Find the nodes on cycles. cycle_out[nnodes] gets 0 for a node on none, else the number
 * of its cycle group: nodes that reach each other share one; groups count from 1 in the
 * order of their first nodes. *ngroups_out is their number.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_toposort_cycles(uint32_t nnodes, const struct corm_edge *edges,
                                  size_t nedges, uint32_t *cycle_out,
                                  uint32_t *ngroups_out,
                                  struct corm_error *err) CORM_NODISCARD;

#endif
