#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Run a program for tools/valgrind.sh: the first error ends it. Leaks are ./dev asan's.
exec valgrind --quiet --leak-check=no --error-exitcode=99 --exit-on-first-error=yes "$@"
