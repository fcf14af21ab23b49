/* SPDX-License-Identifier: MIT */
#include "sql/function.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_LEN = 24 /* no name in the table is longer */
};

#define AGGREGATE CORM_FUNCTION_AGGREGATE
#define BARE      CORM_FUNCTION_BARE
#define OF_ARG    CORM_FUNCTION_OF_ARG
#define OF_ARGS   CORM_FUNCTION_OF_ARGS

/* Sorted by name. */
static const struct corm_function_info functions[] = {
    { "aggregate_strings", "aggregate_strings", &corm_type_string, AGGREGATE },
    { "array_agg", "array_agg", &corm_type_null, AGGREGATE },
    { "avg", "avg", &corm_type_null, AGGREGATE },
    { "char_length", "char_length", &corm_type_integer, 0 },
    { "coalesce", "coalesce", &corm_type_null, OF_ARGS },
    { "concat", "concat", &corm_type_string, 0 },
    { "count", "count", &corm_type_integer, AGGREGATE },
    { "cube", "CUBE", &corm_type_null, 0 },
    { "cume_dist", "cume_dist", &corm_type_numeric, 0 },
    { "current_date", "CURRENT_DATE", &corm_type_date, BARE },
    { "current_time", "CURRENT_TIME", &corm_type_time, BARE },
    { "current_timestamp", "CURRENT_TIMESTAMP", &corm_type_datetime, BARE },
    { "current_user", "CURRENT_USER", &corm_type_string, BARE },
    { "dense_rank", "dense_rank", &corm_type_integer, 0 },
    { "group_concat", "group_concat", &corm_type_string, AGGREGATE },
    { "grouping_sets", "GROUPING SETS", &corm_type_null, 0 },
    { "localtime", "LOCALTIME", &corm_type_datetime, BARE },
    { "localtimestamp", "LOCALTIMESTAMP", &corm_type_datetime, BARE },
    { "max", "max", &corm_type_null, AGGREGATE | OF_ARGS },
    { "min", "min", &corm_type_null, AGGREGATE | OF_ARGS },
    { "mode", "mode", &corm_type_null, AGGREGATE },
    { "now", "now", &corm_type_datetime, 0 },
    { "percent_rank", "percent_rank", &corm_type_numeric, 0 },
    { "percentile_cont", "percentile_cont", &corm_type_null, AGGREGATE },
    { "percentile_disc", "percentile_disc", &corm_type_null, AGGREGATE },
    { "pow", "pow", &corm_type_null, OF_ARGS },
    { "random", "random", &corm_type_null, 0 },
    { "rank", "rank", &corm_type_integer, 0 },
    { "rollup", "ROLLUP", &corm_type_null, 0 },
    { "session_user", "SESSION_USER", &corm_type_string, BARE },
    { "string_agg", "string_agg", &corm_type_string, AGGREGATE },
    { "sum", "sum", &corm_type_null, AGGREGATE | OF_ARGS },
    { "sysdate", "sysdate", &corm_type_datetime, BARE },
    { "user", "USER", &corm_type_string, BARE },
};

static int compare_names(const void *key, const void *item)
{
    return strcmp(key, ((const struct corm_function_info *)item)->name);
}

const struct corm_function_info *corm_function_find(const char *name, size_t len)
{
    char lower[NAME_MAX_LEN];
    if (len >= sizeof(lower)) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        lower[i] = name[i];
        if (name[i] >= 'A' && name[i] <= 'Z') {
            lower[i] = (char)(name[i] - 'A' + 'a');
        }
    }
    lower[len] = '\0';
    return bsearch(lower, functions, sizeof(functions) / sizeof(functions[0]),
                   sizeof(functions[0]), compare_names);
}
