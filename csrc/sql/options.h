/* SPDX-License-Identifier: MIT */
/* Compile options as part of a cache key. */
#ifndef CORM_SQL_OPTIONS_H
#define CORM_SQL_OPTIONS_H

#include "sql/compile.h"

/** Hash of everything that changes the text. */
uint64_t corm_compile_options_hash(const struct corm_compile_options *options);

/** True if both give the same text for the same statement. */
bool corm_compile_options_equal(const struct corm_compile_options *a,
                                const struct corm_compile_options *b);

/** Copy into an arena, without origin. NULL when memory is short. */
struct corm_compile_options *
corm_compile_options_dup(const struct corm_compile_options *options,
                         struct corm_arena *arena) CORM_NODISCARD;

#endif
