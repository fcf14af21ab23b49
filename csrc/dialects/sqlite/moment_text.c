/* SPDX-License-Identifier: MIT */
#include "dialects/sqlite/moment_text.h"

#include <string.h>

/* What is written for the value; false if there is no such moment. */
static bool to_moment(const struct corm_value *value, struct corm_value *out)
{
    static const struct corm_value EPOCH = { .tag = CORM_TAG_DATETIME,
                                             .aux = CORM_ZONE_NONE };
    *out = *value;
    switch ((enum corm_tag)value->tag) {
    case CORM_TAG_INTERVAL:
        return corm_datetime_add(&EPOCH, value->as.i, out, NULL) == CORM_OK;
    case CORM_TAG_DATETIME:
        return value->aux == CORM_ZONE_NONE ||
               corm_datetime_move_zone(value, 0, out, NULL) == CORM_OK;
    default:
        return value->tag == CORM_TAG_DATE || value->tag == CORM_TAG_TIME;
    }
}

size_t corm_sqlite_moment_text(const struct corm_value *value,
                               char text[CORM_DATETIME_TEXT_MAX])
{
    static const char FRACTION[] = ".000000";
    enum { CLOCK = sizeof("hh:mm:ss") - 1, CALENDAR = sizeof("yyyy-mm-dd ") - 1 };
    struct corm_value moment;
    if (!to_moment(value, &moment)) {
        return 0;
    }
    size_t len = corm_datetime_format(&moment, ' ', text);
    size_t at = moment.tag == CORM_TAG_TIME ? CLOCK : CALENDAR + CLOCK;
    if (moment.tag != CORM_TAG_DATE && text[at] != '.') {
        memmove(text + at + sizeof(FRACTION) - 1, text + at, len - at + 1);
        memcpy(text + at, FRACTION, sizeof(FRACTION) - 1);
        len += sizeof(FRACTION) - 1;
    }
    return len;
}
