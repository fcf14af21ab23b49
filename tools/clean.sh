#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev clean: remove everything that was built.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
rm -rf "$root"/build "$root"/build-* "$root"/build.luarocks
