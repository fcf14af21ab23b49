# SPDX-License-Identifier: MIT
"""Run every program of every case once a round, the programs of one case in a row."""
from dataclasses import asdict, dataclass

from .cases import CASES, READ, limits
from .programs import ProgramFailed, calibrate, note


@dataclass(frozen=True)
class Sample:
    """One result of one process."""

    round: int
    database: str
    case: str
    program: str  # "limit", "corm" or "sqlalchemy"
    name: str  # the name in the program's output
    items: int
    value: float  # seconds, or bytes
    calibration: float  # seconds of the calibration loop just before

    def as_dict(self):
        return asdict(self)


class Runner:
    """data: {database: its data}; peers: the programs to run besides the limit."""

    def __init__(self, programs, data, peers):
        self.programs = programs
        self.data = data
        self.peers = peers
        self.failed = {}  # (database, program, case): why; not run again

    def rounds(self, rows, count):
        """All samples of that many rounds."""
        for database in {row.database for row in rows}:
            note(f"making the data of {database}")
            self.data[database].make(READ)
        samples = []
        for number in range(1, count + 1):
            for database in dict.fromkeys(row.database for row in rows):
                samples += self._round(number, database,
                                       [row for row in rows if row.database == database])
        return samples

    def _round(self, number, database, rows):
        samples = []
        for case in dict.fromkeys(row.case for row in rows):
            note(f"round {number}: {database} {case}")
            for limit in limits(rows, case):
                samples += self._run(number, database, case, "limit", limit)
            for peer in self.peers:
                samples += self._run(number, database, case, peer, case)
        return samples

    def _run(self, number, database, case, program, name):
        data, kind = self.data[database], CASES[case].data
        key = (database, program, name)
        if key in self.failed:
            return []
        if kind != READ:
            data.make(kind)
        calibration = calibrate()
        try:
            results = self.programs.run(program, database, data.address(program, kind),
                                        name, CASES[case].repeat)
        except ProgramFailed as failure:
            self.failed[key] = str(failure)
            note(f"{program} {database} {name} failed: {failure}")
            return []
        return [
            Sample(number, database, case, program, found, items, value, calibration)
            for found, (items, value) in results.items()
        ]
