#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev fuzz [TARGET] [SECONDS]: fuzz spec/fuzz/TARGET_fuzz.c, or each, for 20 seconds unless
# told otherwise. It starts from the inputs in spec/fuzz/corpus/TARGET and from what earlier
# runs found, which is kept in build-fuzz/corpus/TARGET. An input that fails stays in
# build-fuzz/; it belongs into spec/fuzz/corpus once it is mended.
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
    found=$tree/corpus/$name seeds=spec/fuzz/corpus/$name
    mkdir -p "$found"
    [[ -d $seeds ]] || seeds=
    # shellcheck disable=SC2086 # no seeds, no argument
    if ! output=$("$tree/spec/fuzz/${name}_fuzz" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$tree/$name-" "$found" $seeds 2>&1); then
        die "$output"
    fi
    printf '%s: %s\n' "$name" "$(grep -o 'Done .*' <<<"$output")"
done
