#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev bench [ARG…]: corm against the physical limit and against peers; see bench/run --help.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need build bench
build_tree "$root/build" module
exec "$root/bench/run" --build "$root/build" "$@"
