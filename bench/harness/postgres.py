# SPDX-License-Identifier: MIT
"""A PostgreSQL server of our own: default settings, a Unix socket in a temporary folder."""
import os
import shutil
import subprocess
from contextlib import contextmanager


def tool(name):
    """The path of a server program, or None."""
    if not shutil.which("pg_config"):
        return None
    folder = subprocess.run(["pg_config", "--bindir"], stdout=subprocess.PIPE, text=True,
                            check=True).stdout.strip()
    return shutil.which(name, path=folder) or shutil.which(name)


def is_installed():
    return bool(tool("initdb") and tool("pg_ctl") and shutil.which("psql"))


def run_as_owner(*command):
    """The server refuses to run as root."""
    if os.geteuid() == 0:
        command = ("runuser", "-u", "postgres", "--", *command)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def server(folder):
    """Run a server whose files are in the folder; gives the folder of its socket.

    Autovacuum is off: it would start in the middle of a run.
    """
    os.makedirs(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = os.path.join(folder, "data")
    run_as_owner(tool("initdb"), "-D", data, "--auth=trust", "-U", "postgres",
                 "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses= -c autovacuum=off -k {folder}"
    run_as_owner(tool("pg_ctl"), "-D", data, "-l", os.path.join(folder, "log"),
                 "-o", options, "-w", "start")
    try:
        yield folder
    finally:
        run_as_owner(tool("pg_ctl"), "-D", data, "-w", "stop", "-m", "fast")
