#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev fuzz [TARGET] [SECONDS]: fuzz spec/fuzz/TARGET_fuzz.c, or each, for 20 seconds unless
# told otherwise, as many at a time as there are processors. It starts from the inputs in
# spec/fuzz/corpus/TARGET and from what earlier runs found, which is kept in
# build-fuzz/corpus/TARGET. An input that fails stays in build-fuzz/; it belongs into
# spec/fuzz/corpus once it is mended. CORM_FUZZ_SEED=N has the same inputs made each time.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tree=$root/build-fuzz

# fuzz_one SOURCE: a line when the target passes, the end of what it said when it does not.
fuzz_one() {
    local name found seeds output
    name=$(basename "$1" _fuzz.c)
    found=$tree/corpus/$name seeds=spec/fuzz/corpus/$name
    mkdir -p "$found"
    [[ -d $seeds ]] || seeds=
    # shellcheck disable=SC2086 # no seeds, no argument
    if ! output=$("$tree/spec/fuzz/${name}_fuzz" -max_total_time="$seconds" -timeout=10 \
        -seed="${CORM_FUZZ_SEED:-0}" -rss_limit_mb=2048 -artifact_prefix="$tree/$name-" "$found" $seeds 2>&1); then
        printf 'FAILED %s\n%s\n' "$name" "$(tail -n 60 <<<"$output")"
        return 1
    fi
    printf '%s: %s\n' "$name" "$(grep -o 'Done .*' <<<"$output")"
}

need build fuzz
cd "$root"
[[ ${1:-} =~ ^[0-9]+$ ]] && set -- '' "$1"
seconds=${2:-20}
# shellcheck disable=SC2206 # the star is a pattern
targets=(spec/fuzz/${1:-*}_fuzz.c)
[[ -e ${targets[0]} ]] || die "no such target: ${targets[0]}"

export tree seconds UBSAN_OPTIONS=print_stacktrace=1
export -f fuzz_one
build_tree "$tree" fuzzers -DCMAKE_C_COMPILER=clang -DCORM_FUZZ=ON -DCORM_TESTS=OFF -DCORM_HOST=OFF
printf '%s\n' "${targets[@]}" |
    xargs -P "$(nproc)" -n 1 bash -c 'fuzz_one "$@"' _
