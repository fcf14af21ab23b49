/* SPDX-License-Identifier: MIT */
#include "sql/blank.h"

#include <string.h>

const char *corm_sql_skip_blank(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\r\n\f");
        if (strncmp(sql, "--", 2) == 0) {
            sql += strcspn(sql, "\n");
        } else if (strncmp(sql, "/*", 2) == 0) {
            const char *end = strstr(sql + 2, "*/");
            sql = end == NULL ? sql + strlen(sql) : end + 2;
        } else {
            return sql;
        }
    }
}
