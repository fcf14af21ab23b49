/* SPDX-License-Identifier: MIT */
#include "lua/value.h"

const struct lcorm_class lcorm_date_class = { .name = "corm.date",
                                              .size = sizeof(struct corm_value) };
