/* SPDX-License-Identifier: MIT */
/*
 * Walking the object graph along cascades: depth first, each object once, iterative (a
 * ring of a million objects needs no C stack). The delete cascade needs what is not
 * loaded: then the walk stops and says so, and goes on when called again.
 */
#ifndef CORM_ORM_CASCADE_H
#define CORM_ORM_CASCADE_H

#include "base/ptrset.h"
#include "orm/history.h"

enum corm_cascade_step {
    CORM_CASCADE_DONE = 0,
    CORM_CASCADE_OBJECT, /* walk->object is the next one */
    CORM_CASCADE_LOAD, /* load attribute walk->attribute of walk->object first */
    CORM_CASCADE_ERROR,
};

struct corm_cascade_frame {
    struct corm_instance *instance;
    uint32_t relationship; /* next one to look at */
    uint32_t member; /* next of `members` */
    struct corm_vec(struct corm_instance *) members; /* of the current relationship */
};

struct corm_cascade_walk {
    enum corm_cascade type;
    const struct corm_session
        *halt_in; /* do not enter what is in this session, or NULL */
    struct corm_instance *object;
    uint16_t attribute;
    enum corm_cascade_step last; /* what the last call answered */
    struct corm_vec(struct corm_cascade_frame) stack;
    struct corm_ptrset visited;
    struct corm_history history;
};

/** Begin a walk at root, which is not reported itself. Release it in any case. */
enum corm_rc corm_cascade_begin(struct corm_cascade_walk *walk,
                                struct corm_instance *root, enum corm_cascade type,
                                const struct corm_session *halt_in,
                                struct corm_error *err) CORM_NODISCARD;

/** The next step of the walk. After LOAD call again once the attribute is loaded. */
enum corm_cascade_step corm_cascade_next(struct corm_cascade_walk *walk,
                                         struct corm_error *err);

/** Free the walk. */
void corm_cascade_release(struct corm_cascade_walk *walk);

#endif
