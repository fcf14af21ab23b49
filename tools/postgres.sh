# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A private PostgreSQL for one test run: a unix socket in a temporary folder, no port, no
# durability. Sourced after common.sh.

pg_folder=

# pg_start: start it and export CORM_TEST_PG, its URL.
pg_start() {
    pg_folder=$(mktemp -d "${TMPDIR:-/tmp}/corm-pg.XXXXXX")
    ((EUID)) || chown postgres "$pg_folder"
    PATH=$(pg_config --bindir):$PATH
    if ! pg_initialize >"$pg_folder/log" 2>&1; then
        die "$(cat "$pg_folder"/*log)"
    fi
    export CORM_TEST_PG="postgresql://postgres@/postgres?host=$pg_folder"
}

pg_initialize() {
    pg_as_owner initdb -D "$pg_folder/data" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 --no-sync || return
    cat >>"$pg_folder/data/postgresql.conf" <<TEXT || return
listen_addresses = ''
unix_socket_directories = '$pg_folder'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 100
max_prepared_transactions = 20
TEXT
    pg_as_owner pg_ctl -D "$pg_folder/data" -l "$pg_folder/server.log" -w start
}

# pg_stop: stop it and remove every trace; harmless when it never started.
pg_stop() {
    [[ $pg_folder ]] || return 0
    pg_as_owner pg_ctl -D "$pg_folder/data" -m immediate -w stop >/dev/null 2>&1 || true
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
