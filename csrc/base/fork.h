/* SPDX-License-Identifier: MIT */
/*
 * Whether this process was forked. What a parent has open is its child's too, as memory
 * goes, and must not be touched there. getpid() says so as well and is a system call;
 * this is a number in memory, for what is asked at each statement.
 */
#ifndef CORM_BASE_FORK_H
#define CORM_BASE_FORK_H

#include <stdint.h>

/** Begin to count; call it before the first corm_fork_count(). Idempotent. */
void corm_fork_watch(void);

/** How many forks lead from the process that began to count to this one. */
uint32_t corm_fork_count(void);

#endif
