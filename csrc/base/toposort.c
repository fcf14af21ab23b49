/* SPDX-License-Identifier: MIT */
/*
 * Both algorithms walk successor lists in compressed form: the successors of node i are
 * targets[first[i]] … targets[first[i + 1] - 1]. Sorting is Kahn's algorithm with the
 * round of each node, then a counting sort by round; cycles are Tarjan's strongly
 * connected components with an explicit stack.
 */
#include "base/toposort.h"

#include "base/arena.h"

#include <string.h>

struct graph {
    uint32_t nnodes;
    size_t *first; /* nnodes + 1 */
    uint32_t *targets; /* one for each edge */
};

static bool graph_init(struct graph *graph, struct corm_arena *arena, uint32_t nnodes,
                       const struct corm_edge *edges, size_t nedges)
{
    graph->nnodes = nnodes;
    graph->first = corm_arena_zero(arena, (size_t)nnodes + 2, sizeof(*graph->first));
    graph->targets = corm_arena_zero(arena, nedges, sizeof(*graph->targets));
    if (graph->first == NULL || graph->targets == NULL) {
        return false;
    }
    /* Count one slot further on: filling moves every start up to its own place. */
    size_t *fill = graph->first + 1;
    for (size_t i = 0; i < nedges; i++) {
        PRE(edges[i].before < nnodes && edges[i].after < nnodes);
        fill[edges[i].before + 1]++;
    }
    for (uint32_t node = 0; node < nnodes; node++) {
        fill[node + 1] += fill[node];
    }
    for (size_t i = 0; i < nedges; i++) {
        graph->targets[fill[edges[i].before]++] = edges[i].after;
    }
    return true;
}

/* State of one sort. */
struct sorter {
    struct graph graph;
    uint32_t *nopen; /* predecessors not taken yet, by node */
    uint32_t *round; /* by node */
    uint32_t *queue; /* taken nodes */
    uint32_t ntaken;
};

static bool sorter_init(struct sorter *s, struct corm_arena *arena)
{
    uint32_t nnodes = s->graph.nnodes;
    s->nopen = corm_arena_zero(arena, nnodes, sizeof(*s->nopen));
    s->round = corm_arena_zero(arena, nnodes, sizeof(*s->round));
    s->queue = corm_arena_zero(arena, nnodes, sizeof(*s->queue));
    s->ntaken = 0;
    return s->nopen != NULL && s->round != NULL && s->queue != NULL;
}

/* Take every node that becomes free; ntaken stays below nnodes if there is a cycle. */
static void sorter_run(struct sorter *s)
{
    const struct graph *graph = &s->graph;
    for (size_t i = 0; i < graph->first[graph->nnodes]; i++) {
        s->nopen[graph->targets[i]]++;
    }
    for (uint32_t node = 0; node < graph->nnodes; node++) {
        if (s->nopen[node] == 0) {
            s->queue[s->ntaken++] = node;
        }
    }
    for (uint32_t done = 0; done < s->ntaken; done++) {
        uint32_t node = s->queue[done];
        for (size_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
            uint32_t next = graph->targets[i];
            /* The predecessor taken last decides, and rounds never fall on the way. */
            s->round[next] = s->round[node] + 1;
            if (--s->nopen[next] == 0) {
                s->queue[s->ntaken++] = next;
            }
        }
    }
}

/* Counting sort of the nodes by round; stable, so input order holds within a round. */
static bool sorter_write(const struct sorter *s, struct corm_arena *arena,
                         uint32_t *order_out)
{
    uint32_t nnodes = s->graph.nnodes;
    uint32_t *start = corm_arena_zero(arena, (size_t)nnodes + 1, sizeof(*start));
    if (start == NULL) {
        return false;
    }
    for (uint32_t node = 0; node < nnodes; node++) {
        start[s->round[node] + 1]++;
    }
    for (uint32_t round = 0; round < nnodes; round++) {
        start[round + 1] += start[round];
    }
    for (uint32_t node = 0; node < nnodes; node++) {
        order_out[start[s->round[node]]++] = node;
    }
    return true;
}

enum corm_rc corm_toposort(uint32_t nnodes, const struct corm_edge *edges,
                           size_t nedges, uint32_t *order_out, struct corm_error *err)
{
    struct corm_arena arena = { 0 };
    struct sorter s;
    enum corm_rc rc = CORM_OK;

    if (!graph_init(&s.graph, &arena, nnodes, edges, nedges) ||
        !sorter_init(&s, &arena)) {
        rc = corm_fail_memory(err);
        goto out;
    }
    sorter_run(&s);
    if (s.ntaken < nnodes) {
        rc = corm_fail(err, CORM_E_CIRCULAR,
                       "circular dependency: %lu of %lu nodes depend on themselves",
                       (unsigned long)(nnodes - s.ntaken), (unsigned long)nnodes);
        goto out;
    }
    if (!sorter_write(&s, &arena, order_out)) {
        rc = corm_fail_memory(err);
    }
out:
    corm_arena_release(&arena);
    return rc;
}

/* State of Tarjan's walk. Numbers of visits count from 1; 0 means not visited. */
struct walker {
    struct graph graph;
    uint32_t *visit; /* number of the first visit, by node */
    uint32_t *low; /* smallest visit reachable, by node */
    size_t *edge; /* next edge to follow, by node */
    uint32_t *path; /* nodes that are being visited */
    uint32_t *open; /* visited nodes whose component is not complete */
    bool *is_open; /* by node */
    uint32_t *root; /* node that stands for the component, by node; nnodes: no cycle */
    uint32_t npath;
    uint32_t nopen;
    uint32_t nvisits;
};

static bool walker_init(struct walker *w, struct corm_arena *arena)
{
    uint32_t nnodes = w->graph.nnodes;
    w->visit = corm_arena_zero(arena, nnodes, sizeof(*w->visit));
    w->low = corm_arena_zero(arena, nnodes, sizeof(*w->low));
    w->edge = corm_arena_zero(arena, nnodes, sizeof(*w->edge));
    w->path = corm_arena_zero(arena, nnodes, sizeof(*w->path));
    w->open = corm_arena_zero(arena, nnodes, sizeof(*w->open));
    w->is_open = corm_arena_zero(arena, nnodes, sizeof(*w->is_open));
    w->root = corm_arena_zero(arena, nnodes, sizeof(*w->root));
    w->npath = w->nopen = w->nvisits = 0;
    return w->visit != NULL && w->low != NULL && w->edge != NULL && w->path != NULL &&
           w->open != NULL && w->is_open != NULL && w->root != NULL;
}

static void walker_enter(struct walker *w, uint32_t node)
{
    w->visit[node] = w->low[node] = ++w->nvisits;
    w->edge[node] = w->graph.first[node];
    w->path[w->npath++] = node;
    w->open[w->nopen++] = node;
    w->is_open[node] = true;
}

static bool graph_has_loop(const struct graph *graph, uint32_t node)
{
    for (size_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
        if (graph->targets[i] == node) {
            return true;
        }
    }
    return false;
}

/* Leave the node; if it is the first of its component, the component is complete. */
static void walker_leave(struct walker *w, uint32_t node)
{
    w->npath--;
    if (w->npath > 0) {
        uint32_t parent = w->path[w->npath - 1];
        if (w->low[node] < w->low[parent]) {
            w->low[parent] = w->low[node];
        }
    }
    if (w->low[node] != w->visit[node]) {
        return;
    }
    bool is_cycle = w->open[w->nopen - 1] != node || graph_has_loop(&w->graph, node);
    uint32_t member;
    do {
        member = w->open[--w->nopen];
        w->is_open[member] = false;
        w->root[member] = is_cycle ? node : w->graph.nnodes;
    } while (member != node);
}

static void walker_run_from(struct walker *w, uint32_t start)
{
    walker_enter(w, start);
    while (w->npath > 0) {
        uint32_t node = w->path[w->npath - 1];
        if (w->edge[node] == w->graph.first[node + 1]) {
            walker_leave(w, node);
            continue;
        }
        uint32_t next = w->graph.targets[w->edge[node]++];
        if (w->visit[next] == 0) {
            walker_enter(w, next);
        } else if (w->is_open[next] && w->visit[next] < w->low[node]) {
            w->low[node] = w->visit[next];
        }
    }
}

/* Number the components that are cycles by their first nodes; `visit` is free by now. */
static uint32_t walker_number(struct walker *w, uint32_t *cycle_out)
{
    uint32_t *number = w->visit;
    uint32_t ngroups = 0;
    memset(number, 0, w->graph.nnodes * sizeof(*number));
    for (uint32_t node = 0; node < w->graph.nnodes; node++) {
        uint32_t root = w->root[node];
        if (root == w->graph.nnodes) {
            cycle_out[node] = 0;
            continue;
        }
        if (number[root] == 0) {
            number[root] = ++ngroups;
        }
        cycle_out[node] = number[root];
    }
    return ngroups;
}

enum corm_rc corm_toposort_cycles(uint32_t nnodes, const struct corm_edge *edges,
                                  size_t nedges, uint32_t *cycle_out,
                                  uint32_t *ngroups_out, struct corm_error *err)
{
    struct corm_arena arena = { 0 };
    struct walker w;
    enum corm_rc rc = CORM_OK;

    if (!graph_init(&w.graph, &arena, nnodes, edges, nedges) ||
        !walker_init(&w, &arena)) {
        rc = corm_fail_memory(err);
        goto out;
    }
    for (uint32_t node = 0; node < nnodes; node++) {
        if (w.visit[node] == 0) {
            walker_run_from(&w, node);
        }
    }
    *ngroups_out = walker_number(&w, cycle_out);
out:
    corm_arena_release(&arena);
    return rc;
}
