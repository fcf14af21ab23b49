/* SPDX-License-Identifier: MIT */
/* Compiler attributes and the assertion for errors of corm's own code. */
#ifndef CORM_BASE_COMPAT_H
#define CORM_BASE_COMPAT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORM_NODISCARD       __attribute__((warn_unused_result))
#define CORM_PRINTF(fmt, va) __attribute__((format(printf, fmt, va)))
#define CORM_LIKELY(cond)    __builtin_expect(!!(cond), 1)
#define CORM_UNLIKELY(cond)  __builtin_expect(!!(cond), 0)
#define CORM_LENGTH(array)   (sizeof(array) / sizeof((array)[0]))

/* A condition that only corm's own code can break; user input never reaches it. */
#define PRE(cond) assert(cond)

/* The struct of which `ptr` is the member `member`. */
#define CORM_CONTAINER(ptr, type, member) \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
