/* SPDX-License-Identifier: MIT */
/*
 * What a session knows without Lua: which instances are new, changed or to be deleted, in
 * order, each in one intrusive list. The binding keeps listed instances alive (the
 * identity map is weak, and lives there too).
 */
#ifndef CORM_ORM_SESSION_H
#define CORM_ORM_SESSION_H

#include "orm/instance.h"

enum corm_session_list {
    CORM_LISTED_NOWHERE = 0,
    CORM_LISTED_NEW,
    CORM_LISTED_DIRTY,
    CORM_LISTED_DELETED,
};

struct corm_session {
    uint64_t id;
    struct corm_list_link new_instances;
    struct corm_list_link dirty;
    struct corm_list_link deleted;
    uint64_t insert_order; /* counter for instance->insert_order */
    uint32_t load_run; /* counter for instance->load_run */
    uint32_t nheld; /* instances that the binding holds, by held_slot */
    uint32_t transaction; /* number of the (nested) transaction begun last */
    bool is_flushing;
};

/** Make an empty session in `session`. */
void corm_session_init(struct corm_session *session);

/** Take the instance out of whatever list it is in. */
void corm_session_unlist(struct corm_session *session, struct corm_instance *instance);

/** Append the instance to a list, out of any other first. */
void corm_session_list(struct corm_session *session, struct corm_instance *instance,
                       enum corm_session_list list);

/** True if a change of the instance puts it into the dirty list of its session. */
bool corm_session_will_list(const struct corm_instance *instance);

/** Note a change: a persistent instance of the session joins the dirty list. */
void corm_session_note_modified(struct corm_instance *instance);

#endif
