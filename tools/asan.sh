#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev asan [PART…]: the tests, compiled with the address, leak and undefined-behaviour
# sanitizers and run by an interpreter that has them too. Specs tagged #slow are left out.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
export CORM_TREE=$root/build-asan CORM_TREE_OPTIONS=-DCORM_SANITIZE=ON
export CORM_LUA=$CORM_TREE/lua CORM_BUSTED_OPTIONS=--exclude-tags=slow
# Like the plain allocator, return NULL for what is too big. intercept_tls_get_addr: where a
# module's thread-local block happens to start 16 bytes into a page, the runtime takes it for
# one of an old glibc, reads a size that is none, and the leak checker crashes on the range.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:intercept_tls_get_addr=0
export UBSAN_OPTIONS=print_stacktrace=1
exec "$root/tools/test.sh" "$@"
