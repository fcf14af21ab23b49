# SPDX-License-Identifier: MIT
"""The programs that are measured: building them, running them, reading their output."""
import os
import shlex
import statistics
import subprocess
import sys
import time
from glob import glob

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(BENCH)
PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
TIMEOUT_SECONDS = 600


class ProgramFailed(Exception):
    """A program ended with an error; the text is its last line on stderr."""


def compile_c(target, sources, packages, *flags):
    """Compile C files with what pkg-config says about the packages."""
    libraries = subprocess.run(["pkg-config", "--cflags", "--libs", *packages],
                               stdout=subprocess.PIPE, text=True, check=True).stdout
    subprocess.run(["cc", "-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", *flags, *sources,
                    *shlex.split(libraries), "-o", target], check=True)


class Programs:
    """corm is the folder that holds lib/corm/core.so; the rest is compiled into it."""

    def __init__(self, build):
        self.build = os.path.join(build, "bench")
        self.environment = dict(os.environ)
        self.environment.update(
            LUA_PATH_5_4=f"{ROOT}/lua/?.lua;{ROOT}/lua/?/init.lua;{BENCH}/corm/?.lua;;",
            LUA_CPATH_5_4=f"{build}/lib/?.so;{self.build}/?.so;;",
        )

    def compile(self):
        os.makedirs(self.build, exist_ok=True)
        limit = os.path.join(BENCH, "limit")
        for database, library in (("sqlite", "sqlite3"), ("postgresql", "libpq")):
            sources = glob(f"{limit}/*.c") + glob(f"{limit}/{database}/*.c")
            compile_c(f"{self.build}/limit_{database}", sources, ["lua5.4", library])
        compile_c(f"{self.build}/bench_clock.so", [f"{BENCH}/corm/clock.c"], ["lua5.4"],
                  "-shared", "-fPIC")

    def missing(self):
        """The programs besides the limit that cannot run here, and why."""
        checks = {
            "corm": ["lua5.4", "-e", "require('corm')"],
            "sqlalchemy": [PYTHON, "-c", "import sqlalchemy, psycopg2"],
        }
        reasons = {}
        for program, command in checks.items():
            try:
                self._output(command)
            except ProgramFailed as failure:
                reasons[program] = str(failure)
        return reasons

    def run(self, program, database, address, case, repeat):
        """Run one case; gives {name in the output: (items, median value)}."""
        command = {
            "limit": [f"{self.build}/limit_{database}"],
            "corm": ["lua5.4", f"{BENCH}/corm/main.lua"],
            "sqlalchemy": [PYTHON, f"{BENCH}/peers/sqlalchemy_cases.py"],
        }[program]
        return parse(self._output([*command, address, case, str(repeat)]))

    def _output(self, command):
        try:
            done = subprocess.run(command, env=self.environment, text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=TIMEOUT_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise ProgramFailed(str(problem)) from problem
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            # Lua puts the message first and a traceback after it, Python the reverse.
            raise ProgramFailed(lines[0] if command[0] == "lua5.4" else lines[-1])
        return done.stdout


def parse(output):
    """{name: (items, median value)} of lines `name items value`."""
    values = {}
    for line in output.splitlines():
        name, items, value = line.split()
        values.setdefault((name, int(items)), []).append(float(value))
    return {name: (items, statistics.median(v)) for (name, items), v in values.items()}


def calibrate():
    """Seconds of a fixed piece of work: tells how fast the machine is right now."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        texts = {}
        for i in range(60000):
            texts[i & 1023] = str(i)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def note(text):
    """Tell the user on stderr what happens."""
    print(text, file=sys.stderr, flush=True)
