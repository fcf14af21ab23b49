#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The interpreter of ./dev valgrind.
exec "$(dirname "${BASH_SOURCE[0]}")/memcheck.sh" lua5.4 "$@"
