/* SPDX-License-Identifier: MIT */
/* Whatever text is a date, time or interval comes back from its formatted text. */
#include "base/datetime.h"
#include "base/interval.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum corm_rc (*parse_fn)(const char *text, size_t len, struct corm_value *out,
                                 struct corm_error *err);

static void check(bool is_true)
{
    if (!is_true) {
        abort();
    }
}

static void check_moment(parse_fn parse, const char *text, size_t len)
{
    struct corm_error err;
    struct corm_value value;
    struct corm_value again;
    char buf[CORM_DATETIME_TEXT_MAX];
    if (parse(text, len, &value, &err) != CORM_OK) {
        check(err.rc == CORM_E_DATA && err.message[0] != '\0');
        return;
    }
    size_t formatted = corm_datetime_format(&value, ' ', buf);
    check(parse(buf, formatted, &again, &err) == CORM_OK);
    check(corm_value_equal(&value, &again) && value.aux == again.aux);
}

static void check_interval(const char *text, size_t len)
{
    struct corm_error err;
    struct corm_value value;
    struct corm_value again;
    char buf[CORM_INTERVAL_TEXT_MAX];
    if (corm_interval_parse(text, len, &value, &err) != CORM_OK) {
        check(err.rc == CORM_E_DATA && err.message[0] != '\0');
        return;
    }
    size_t formatted = corm_interval_format_iso(value.as.i, buf);
    check(corm_interval_parse(buf, formatted, &again, &err) == CORM_OK);
    check(corm_value_equal(&value, &again));
    formatted = corm_interval_format_pg(value.as.i, buf);
    check(corm_interval_parse(buf, formatted, &again, &err) == CORM_OK);
    check(corm_value_equal(&value, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    check_moment(corm_date_parse, text, size);
    check_moment(corm_time_parse, text, size);
    check_moment(corm_datetime_parse, text, size);
    check_interval(text, size);
    return 0;
}
