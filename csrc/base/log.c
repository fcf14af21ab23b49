/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
    corm_log_fn fn;
    void *ctx;
    enum corm_log_level level;
} hook;

void corm_log_set_hook(corm_log_fn fn, void *ctx, enum corm_log_level level)
{
    hook.fn = fn;
    hook.ctx = ctx;
    hook.level = level;
}

bool corm_log_is_on(enum corm_log_level level)
{
    return hook.fn != NULL && level >= hook.level;
}

void corm_log(enum corm_log_level level, const char *logger, const char *fmt, ...)
{
    char raw[CORM_LOG_LINE_MAX];
    char line[CORM_LOG_LINE_MAX];
    va_list args;
    if (!corm_log_is_on(level)) {
        return;
    }
    va_start(args, fmt);
    int len = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    if (len >= 0) {
        size_t shown = corm_utf8_escape_fixed(line, sizeof(line), raw, strlen(raw));
        hook.fn(hook.ctx, level, logger, line, shown);
    }
}
