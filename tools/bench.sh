#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev bench [ARG…]: see bench/README.md.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$root/tools/postgres.sh"
need build test
build_tree "$root/build" all
use_tree "$root/build"
trap pg_stop EXIT
pg_start
"$root/bench/run.sh" "$@"
