#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev build: compile everything into build/.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need build
build_tree "$root/build" all
