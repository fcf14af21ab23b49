#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev test [PART…]: the C tests, then each spec file in a process of its own, as many at
# a time as there are processors. A crash, a time-out and a file that does not load count
# as one failure. The last line is the sum.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$root/tools/postgres.sh"

# ./dev asan and ./dev valgrind set these to a build and an interpreter of their own.
export tree=${CORM_TREE:-$root/build}
export CORM_LUA=${CORM_LUA:-lua5.4}
export CORM_BUSTED_OPTIONS=${CORM_BUSTED_OPTIONS:-}
export CORM_TEST_TIMEOUT=${CORM_TEST_TIMEOUT:-300} # seconds for each file

passed=0 failed=0 skipped=0

main() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/corm-test.XXXXXX")
    trap finish EXIT
    trap 'exit 130' INT TERM HUP
    need build test
    # shellcheck disable=SC2086 # a list of words
    build_tree "$tree" all ${CORM_TREE_OPTIONS:-}
    use_tree "$tree"
    pg_start
    cd "$root"
    export work TMPDIR=$work
    run_c_tests "$@"
    run_specs "$@"
    ((failed == 0))
}

# Clean up and print the sum; what stopped the run early is a failure too.
finish() {
    local status=$?
    # shellcheck disable=SC2046 # a list of numbers
    kill $(jobs -p) 2>/dev/null || true
    pg_stop
    rm -rf "$work"
    ((status == 0 || failed)) || failed=1
    printf '%d passed, %d failed' "$passed" "$failed"
    ((skipped == 0)) || printf ', %d skipped' "$skipped"
    printf '\n'
}

# A PART is a piece of a path; a path that exists is taken from the project's root on.
parts() {
    local part
    for part in "$@"; do
        [[ ! -e $part ]] || part=$(realpath --relative-to "$root" "$part")
        printf '%s\n' "$part"
    done
}

run_c_tests() {
    local names
    names=$(find spec/c -name '*_test.c' | sort | select_parts "$@" |
        xargs -r -n 1 basename -s .c | paste -sd '|')
    [[ $names ]] || return 0
    ctest --test-dir "$tree" -R "^($names)\$" -j "$(nproc)" --timeout "$CORM_TEST_TIMEOUT" \
        --output-on-failure --no-tests=error --output-log "$work/ctest" >"$work/ctest.out" 2>&1 ||
        cat "$work/ctest.out"
    add "$(awk -f tools/count_ctest.awk "$tree/Testing/Temporary/LastTest.log")"
}

run_specs() {
    find spec -name '*_spec.lua' -not -path 'spec/lint/*' | sort | select_parts "$@" |
        xargs -r -P "$(nproc)" -I {} tools/spec.sh {} &
    wait $!
    add "$(cat "$work"/*.count 2>/dev/null)"
}

# Keep the lines that contain one of the arguments; all of them when there are none.
select_parts() {
    if (($#)); then
        grep -F -f <(printf '%s\n' "$@") || true
    else
        cat
    fi
}

# Add lines of "passed failed skipped" to the sum.
add() {
    local p f s
    while read -r p f s; do
        ((passed += p, failed += f, skipped += s)) || true
    done <<<"$1"
}

mapfile -t wanted < <(parts "$@")
main "${wanted[@]}"
