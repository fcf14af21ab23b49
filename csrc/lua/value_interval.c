/* SPDX-License-Identifier: MIT */
#include "lua/value.h"

const struct lcorm_class lcorm_interval_class = { .name = "corm.interval",
                                                  .size = sizeof(struct corm_value) };
