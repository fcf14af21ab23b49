# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the commands share: where things are, packages, building. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# The Debian packages of each kind of work.
declare -A packages=(
    [build]="gcc libc6-dev cmake ninja-build pkg-config lua5.4 liblua5.4-dev
             libsqlite3-dev libpq-dev libcmocka-dev libpg-query-dev"
    [test]="lua-busted postgresql openssl luarocks make"
    [lint]="clang-format clang-tidy lua-check lua-busted shellcheck"
    [fuzz]="clang llvm libclang-rt-14-dev"
    [valgrind]="valgrind"
    [bench]="python3 python3-sqlalchemy python3-psycopg2 postgresql"
)

# need KIND…: install the packages of these kinds that are missing. Silent, and without
# starting a process, while nothing was installed or removed since the last look.
need() {
    local kind stamp
    for kind in "$@"; do
        stamp=$root/build/.packages-$kind
        if [[ $stamp -nt /var/lib/dpkg/status && $stamp -nt ${BASH_SOURCE[0]} ]]; then
            continue
        fi
        # shellcheck disable=SC2086 # a list of words
        install_missing ${packages[$kind]}
        mkdir -p "$root/build"
        touch "$stamp"
    done
}

install_missing() {
    local package missing=() sudo=()
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>&1) != installed ]]; then
            missing+=("$package")
        fi
    done
    ((${#missing[@]})) || return 0
    if ((EUID)); then
        sudo -n true 2>/dev/null || die "please install these packages: ${missing[*]}"
        sudo=(sudo)
    fi
    printf 'installing %s\n' "${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    set -- "${sudo[@]}" apt-get -qq -o Dpkg::Use-Pty=0
    if ! "$@" install -y --no-install-recommends "${missing[@]}"; then
        "$@" update
        "$@" install -y --no-install-recommends "${missing[@]}"
    fi >&2
}

# build_tree FOLDER TARGET [-DOPTION=…]…: configure FOLDER once and build TARGET in it.
# Prints only what went wrong, to stderr.
build_tree() {
    local folder=$1 target=$2 output
    shift 2
    mkdir -p "$folder"
    exec {lock}>"$folder/.lock"
    flock "$lock"
    if [[ ! -f $folder/build.ninja ]]; then
        output=$(cmake -S "$root" -B "$folder" -G Ninja "$@" 2>&1) || die "$output"
    fi
    output=$(ninja --quiet -C "$folder" "$target" 2>&1) || die "$output"
    exec {lock}>&-
}

# use_tree FOLDER: let Lua find corm's Lua files here and its C module in FOLDER, before
# whatever the caller's own paths name.
use_tree() {
    LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;${LUA_PATH_5_4-${LUA_PATH-;}}"
    LUA_CPATH="$1/lib/?.so;${LUA_CPATH_5_4-${LUA_CPATH-;}}"
    export LUA_PATH LUA_CPATH
    unset LUA_PATH_5_4 LUA_CPATH_5_4
}
