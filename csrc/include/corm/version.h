/* SPDX-License-Identifier: MIT */
/* The version of these headers; the project's CMakeLists.txt names the same. */
#ifndef CORM_VERSION_H
#define CORM_VERSION_H

#define CORM_VERSION_MAJOR 0
#define CORM_VERSION_MINOR 1
#define CORM_VERSION_PATCH 0
#define CORM_VERSION       "0.1.0"

#endif
