#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev run FILE [ARG…]: run a Lua program against the sources as they are now.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
(($#)) || die "usage: ./dev run FILE [ARG…]"
need build
build_tree "$root/build" module
use_tree "$root/build"
exec lua5.4 -- "$@"
