#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Run one spec file for tools/test.sh: a line when it passes, all it said when it does not,
# and "passed failed skipped" in a file in $work.
set -u
: "${work:?}" "${tree:?}" "${CORM_LUA:?}"
file=$1
name=$work/${file//\//.}

# shellcheck disable=SC2086 # options are words
timeout "${CORM_TEST_TIMEOUT:?}" "$CORM_LUA" /usr/bin/busted --ignore-lua \
    --output=plainTerminal --cpath="$tree/lib/?.so" $CORM_BUSTED_OPTIONS "$file" \
    >"$name.out" 2>&1
status=$?
counts=$(sed -nE 's|^([0-9]+) success[a-z]* / ([0-9]+) failure[a-z]* / ([0-9]+) error[a-z]* / ([0-9]+) pending : .*|\1 \2 \3 \4|p' \
    "$name.out" | tail -n 1)
read -r passed failures errors skipped <<<"${counts:-0 0 0 0}"
failed=$((failures + errors))
# Nothing counted, or no test run though no option left any out: not a success.
if ((failed == 0)) && [[ $status != 0 || ! $counts ||
    ($counts == "0 0 0 0" && ! $CORM_BUSTED_OPTIONS) ]]; then
    failed=1
fi

printf '%d %d %d\n' "$passed" "$failed" "$skipped" >"$name.count"
if ((failed)); then
    printf 'FAILED %s (exit status %d)\n%s\n' "$file" "$status" "$(<"$name.out")"
else
    printf 'ok %s: %d\n' "$file" "$passed"
fi
