/* SPDX-License-Identifier: MIT */
#include "lua/value.h"

const struct lcorm_class lcorm_decimal_class = { .name = "corm.decimal",
                                                 .size = sizeof(struct corm_value) };
