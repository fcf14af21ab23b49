#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev valgrind [PART…]: the tests under valgrind's memory checker. It sees what ./dev asan
# cannot: values that were never set, in libraries too. Twenty times slower than ./dev test.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need valgrind
export CORM_TREE=$root/build-valgrind
export CORM_TREE_OPTIONS="-DCORM_TEST_LAUNCHER=$root/tools/memcheck.sh"
export CORM_LUA=$root/tools/memcheck_lua.sh CORM_BUSTED_OPTIONS=--exclude-tags=slow
export CORM_TEST_TIMEOUT=3600
exec "$root/tools/test.sh" "$@"
