#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev analyze: clang's static analyzer, which follows every path through the C sources. It
# takes forty times as long as all that ./dev lint asks of clang-tidy, so it is on its own.
# Prints only complaints.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$root/tools/tidy.sh"

need build lint
cd "$root"
build_tree "$root/build" build.ninja
tidy_all "-*,clang-analyzer-*,-clang-analyzer-optin.performance.Padding,\
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling" || die "analyze"
