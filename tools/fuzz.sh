#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev fuzz [TARGET] [SECONDS]: fuzz spec/fuzz/TARGET_fuzz.c, or each, for 20 seconds unless
# told otherwise. What is found to be interesting joins spec/fuzz/corpus/TARGET, what fails is
# kept in build-fuzz/.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need build fuzz
cd "$root"
tree=$root/build-fuzz
[[ ${1:-} =~ ^[0-9]+$ ]] && set -- '' "$1"
seconds=${2:-20}
# shellcheck disable=SC2206 # the star is a pattern
targets=(spec/fuzz/${1:-*}_fuzz.c)
[[ -e ${targets[0]} ]] || die "no such target: ${targets[0]}"

export UBSAN_OPTIONS=print_stacktrace=1
build_tree "$tree" fuzzers -DCMAKE_C_COMPILER=clang -DCORM_FUZZ=ON -DCORM_TESTS=OFF -DCORM_HOST=OFF
for source in "${targets[@]}"; do
    name=$(basename "$source" _fuzz.c)
    mkdir -p "spec/fuzz/corpus/$name"
    if ! output=$("$tree/spec/fuzz/${name}_fuzz" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$tree/$name-" "spec/fuzz/corpus/$name" 2>&1); then
        die "$output"
    fi
    printf '%s: %s\n' "$name" "$(grep -o 'Done .*' <<<"$output")"
done
