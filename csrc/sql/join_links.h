/* SPDX-License-Identifier: MIT */
/*
 * What foreign keys say about joining two things to select from: a pair of columns for each
 * column of the one key between them, whichever side it is on.
 */
#ifndef CORM_SQL_JOIN_LINKS_H
#define CORM_SQL_JOIN_LINKS_H

#include "base/vec.h"
#include "sql/columns.h"

/* One column pair of a foreign key that connects the two sides. */
struct corm_join_link {
    const void *constraint; /* which foreign key it is of */
    const struct corm_node *referred;
    const struct corm_node *referring;
    uint32_t left_idx; /* of the pair's columns among those of their sides */
    uint32_t right_idx;
    bool refers_right; /* the left column refers to the right one */
};

/* Zero-initialised is a valid empty list. */
struct corm_join_links {
    struct corm_vec(struct corm_join_link) items;
    const struct corm_node
        *left; /* where they were found: left or the preferred part */
};

/** Free the list. */
void corm_join_links_release(struct corm_join_links *links);

/**
 * Find the pairs of all foreign keys between left and right.
 * prefer: the part of left to try first, or NULL.
 * Lifetime: the nodes are those of the lists.
 * Errors: CORM_E_NO_MEMORY.
 */
enum corm_rc corm_join_links_find(struct corm_join_links *links,
                                  const struct corm_node *left,
                                  const struct corm_node *right,
                                  const struct corm_node *prefer,
                                  struct corm_column_lists *lists,
                                  struct corm_error *err) CORM_NODISCARD;

/**
 * Find the pairs of the one foreign key between left and right, as above.
 * Errors: CORM_E_NO_FOREIGN_KEYS, CORM_E_AMBIGUOUS_KEYS, CORM_E_NO_MEMORY.
 */
enum corm_rc corm_join_links_settle(struct corm_join_links *links,
                                    const struct corm_node *left,
                                    const struct corm_node *right,
                                    const struct corm_node *prefer,
                                    struct corm_column_lists *lists,
                                    struct corm_error *err) CORM_NODISCARD;

#endif
