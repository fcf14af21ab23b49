/* SPDX-License-Identifier: MIT */
#include "event/names.h"

#include "base/nearest.h"

#include <string.h>

const struct corm_event_info *corm_event_info(enum corm_event event)
{
    static const struct corm_event_info infos[] = {
#define EVENT_INFO(family, constant, name, args, flags) \
    { CORM_EVENT_FAMILY_##family, name, args, flags },
        CORM_EVENTS(EVENT_INFO)
#undef EVENT_INFO
    };
    return &infos[event];
}

const char *corm_event_family_name(enum corm_event_family family)
{
    static const char *const names[] = {
#define FAMILY_NAME(constant, name) name,
        CORM_EVENT_FAMILIES(FAMILY_NAME)
#undef FAMILY_NAME
    };
    return names[family];
}

/* Say that there is no such event, and which one may be meant. */
static enum corm_rc fail_unknown(unsigned families, const char *name, size_t len,
                                 struct corm_error *err)
{
    const char *known[CORM_EVENT_COUNT];
    size_t nknown = 0;
    for (int event = 0; event < CORM_EVENT_COUNT; event++) {
        const struct corm_event_info *info = corm_event_info((enum corm_event)event);
        if (families & (1u << info->family)) {
            known[nknown++] = info->name;
        }
    }
    const char *nearest = corm_nearest(name, len, known, nknown);
    return corm_fail(err, CORM_E_INVALID_REQUEST, "no such event '%.*s'%s%s%s",
                     len < 64 ? (int)len : 64, name, nearest ? "; did you mean '" : "",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

enum corm_rc corm_event_find(unsigned families, const char *name, size_t len,
                             enum corm_event *out, struct corm_error *err)
{
    for (int event = 0; event < CORM_EVENT_COUNT; event++) {
        const struct corm_event_info *info = corm_event_info((enum corm_event)event);
        if ((families & (1u << info->family)) && strlen(info->name) == len &&
            memcmp(info->name, name, len) == 0) {
            *out = (enum corm_event)event;
            return CORM_OK;
        }
    }
    return fail_unknown(families, name, len, err);
}
