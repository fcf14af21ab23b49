/* SPDX-License-Identifier: MIT */
/* The session's lists; an instance is in one of them at most. */
#include "orm/session.h"

void corm_session_init(struct corm_session *session)
{
    *session = (struct corm_session){ .id = corm_node_next_id() };
    corm_list_init(&session->new_instances);
    corm_list_init(&session->dirty);
    corm_list_init(&session->deleted);
}

void corm_session_unlist(struct corm_session *session, struct corm_instance *instance)
{
    (void)session;
    if (instance->listed != CORM_LISTED_NOWHERE) {
        corm_list_remove(&instance->link);
        instance->listed = CORM_LISTED_NOWHERE;
    }
}

static struct corm_list_link *session_list(struct corm_session *session,
                                           enum corm_session_list list)
{
    switch (list) {
    case CORM_LISTED_NEW:
        return &session->new_instances;
    case CORM_LISTED_DIRTY:
        return &session->dirty;
    default:
        PRE(list == CORM_LISTED_DELETED);
        return &session->deleted;
    }
}

void corm_session_list(struct corm_session *session, struct corm_instance *instance,
                       enum corm_session_list list)
{
    corm_session_unlist(session, instance);
    corm_list_push_back(session_list(session, list), &instance->link);
    instance->listed = (uint8_t)list;
}

bool corm_session_will_list(const struct corm_instance *instance)
{
    return instance->session != NULL && instance->state == CORM_INSTANCE_PERSISTENT &&
           instance->listed == CORM_LISTED_NOWHERE;
}

void corm_session_note_modified(struct corm_instance *instance)
{
    instance->flags |= CORM_INSTANCE_MODIFIED;
    if (corm_session_will_list(instance)) {
        corm_session_list(instance->session, instance, CORM_LISTED_DIRTY);
    }
}
