# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A private PostgreSQL for one test run: a unix socket in a temporary folder, no port, no
# durability. Sourced after common.sh.

pg_folder=

# pg_start: start it and export CORM_TEST_PG, its URL.
pg_start() {
    local settings
    pg_folder=$(mktemp -d "${TMPDIR:-/tmp}/corm-pg.XXXXXX")
    pg_bin=$(pg_config --bindir)
    ((EUID)) || chown postgres "$pg_folder"
    settings="-c listen_addresses='' -c unix_socket_directories='$pg_folder'
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off
        -c max_prepared_transactions=20 -c max_connections=100 -c autovacuum=off"
    pg_as_owner "$pg_bin/initdb" -D "$pg_folder/data" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 --no-sync >"$pg_folder/log" 2>&1 &&
        pg_as_owner "$pg_bin/pg_ctl" -D "$pg_folder/data" -l "$pg_folder/server.log" \
            -o "$settings" -w start >>"$pg_folder/log" 2>&1 ||
        die "$(cat "$pg_folder"/*log)"
    export CORM_TEST_PG="postgresql://postgres@/postgres?host=$pg_folder"
}

# pg_stop: stop it and remove every trace; harmless when it never started.
pg_stop() {
    [[ $pg_folder ]] || return 0
    pg_as_owner "$pg_bin/pg_ctl" -D "$pg_folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$pg_folder"
    pg_folder=
}

# The server refuses to run as root.
pg_as_owner() {
    if ((EUID)); then
        "$@"
    else
        (cd / && exec runuser -u postgres -- "$@")
    fi
}
