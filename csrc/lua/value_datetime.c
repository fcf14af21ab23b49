/* SPDX-License-Identifier: MIT */
#include "lua/value.h"

const struct lcorm_class lcorm_datetime_class = { .name = "corm.datetime",
                                                  .size = sizeof(struct corm_value) };
