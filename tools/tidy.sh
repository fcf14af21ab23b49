# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# clang-tidy on every file of the core that changed since it was last found clean. Sourced after common.sh, with build/ configured and the project's root as working directory.

# tidy_all CHECKS: run .clang-tidy's checks as changed by CHECKS; fails if one of them has
# something to say, and prints it.
tidy_all() {
    mkdir -p build/tidy
    export -f tidy_one
    tidy_keys "$1" | xargs -r -P "$(nproc)" -n 2 bash -c 'tidy_one "$@"' _ "$1"
}

# tidy_one CHECKS KEY FILE: a clean file leaves its key behind.
tidy_one() {
    [[ -e build/tidy/$2 ]] && return
    clang-tidy -p build --quiet "--checks=$1" "$3" 2>/dev/null && touch "build/tidy/$2"
}

# tidy_keys CHECKS: lines of "key file" for each C file. The key covers all that the answer
# depends on: the file, the headers of ours that it includes, and the settings.
tidy_keys() {
    local settings flags file headers key
    settings="$1 $(clang-tidy --version | sha1sum - .clang-tidy)"
    flags=$(pkg-config --cflags lua5.4 sqlite3 libpq)
    # shellcheck disable=SC2046,SC2086 # lists of words
    gcc -MM -Icsrc -Icsrc/include $flags $(find csrc -name '*.c' | sort) |
        sed -e ':more' -e '/\\$/{N;s/\\\n//;b more' -e '}' |
        while read -r _ file headers; do
            # shellcheck disable=SC2086 # a list of words
            key=$({ echo "$settings" && cat "$file" $headers; } | sha1sum)
            echo "${key%% *} $file"
        done
}
