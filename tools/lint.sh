#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./dev lint: everything that a tool can say quickly about the sources. Prints only complaints.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$root/tools/tidy.sh"

failures=()

# check NAME COMMAND…: run it, and remember if it complained.
check() {
    local name=$1 output
    shift
    if ! output=$("$@" 2>&1); then
        failures+=("$name")
        printf '== %s\n%s\n' "$name" "$output"
    fi
}

# The files of these kinds in the folders that hold sources.
sources() {
    find csrc lua spec examples bench tools .ci \( "$@" \) -type f 2>/dev/null | sort
}

# Name the files that `clang-format -i` would change.
format_check() {
    clang-format --dry-run -Werror "$@" 2>&1 | sed -n 's/^\([^: ]*\):.* error: .*/\1/p' | uniq |
        (! grep .)
}

main() {
    need build lint
    cd "$root"
    build_tree "$root/build" build.ninja
    mapfile -t c_files < <(sources -name '*.c' -o -name '*.h')
    mapfile -t lua_files < <(sources -name '*.lua')
    mapfile -t shell_files < <(echo dev; sources -name '*.sh' -o -path '.ci/run')

    check shellcheck shellcheck "${shell_files[@]}"
    check luacheck luacheck --quiet --no-color "${lua_files[@]}"
    check clang-format format_check "${c_files[@]}"
    # The specs' usual helper needs what is built; these read sources only.
    check rules lua5.4 /usr/bin/busted --ignore-lua --output=plainTerminal \
        --helper=spec.lint.source spec/lint
    check clang-tidy tidy_all ""
    ((${#failures[@]} == 0)) || die "lint: ${failures[*]}"
}

main
