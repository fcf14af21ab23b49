/* SPDX-License-Identifier: MIT */
/*
 * Intrusive doubly linked ring. The same struct is the head and the link in an item:
 *     struct corm_list_link ready;            the head; corm_list_init(&ready)
 *     struct task { struct corm_list_link link; … };
 *     corm_list_push_back(&ready, &task->link);
 *     corm_list_foreach (it, &ready) {
 *         struct task *task = CORM_CONTAINER(it, struct task, link);
 *     }
 */
#ifndef CORM_BASE_LIST_H
#define CORM_BASE_LIST_H

#include "base/compat.h"

struct corm_list_link {
    struct corm_list_link *prev;
    struct corm_list_link *next;
};

/** Make an empty list, or a link that is in no list (removing it is fine then). */
static inline void corm_list_init(struct corm_list_link *link)
{
    link->prev = link->next = link;
}

/** True if the list has no items. */
static inline bool corm_list_is_empty(const struct corm_list_link *head)
{
    return head->next == head;
}

/** Insert link, which must be in no list, in front of `before`. */
static inline void corm_list_insert(struct corm_list_link *before,
                                    struct corm_list_link *link)
{
    link->prev = before->prev;
    link->next = before;
    before->prev->next = link;
    before->prev = link;
}

/** Add link as the first item. */
static inline void corm_list_push_front(struct corm_list_link *head,
                                        struct corm_list_link *link)
{
    corm_list_insert(head->next, link);
}

/** Add link as the last item. */
static inline void corm_list_push_back(struct corm_list_link *head,
                                       struct corm_list_link *link)
{
    corm_list_insert(head, link);
}

/** Take link out of its list; it may be removed again or inserted elsewhere. */
static inline void corm_list_remove(struct corm_list_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    corm_list_init(link);
}

/* Walk the links from first to last; the body may remove the current one. */
#define corm_list_foreach(it, head)                                       \
    for (struct corm_list_link *it = (head)->next, *it##_next = it->next; \
         it != (head); it = it##_next, it##_next = it->next)

#endif
