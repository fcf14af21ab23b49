/* SPDX-License-Identifier: MIT */
#include "lua/value.h"

const struct lcorm_class lcorm_time_class = { .name = "corm.time",
                                              .size = sizeof(struct corm_value) };
