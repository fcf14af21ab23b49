# SPDX-License-Identifier: MIT
"""The table: medians over the rounds, and ratios of results of the same round."""
from statistics import median

from .cases import title

HEAD = ("case / limit", "limit", "corm", "SQLAlchemy", "corm / limit", "bound", "met",
        "SQLAlchemy / limit")
UNSTEADY = 1.3  # calibrations of one round that differ by more mark a ratio


def results(samples, row, program):
    """{round: sample} of a row's column."""
    name = row.limit if program == "limit" else row.result or row.case
    return {
        s.round: s
        for s in samples
        if (s.database, s.case, s.program, s.name) == (row.database, row.case, program, name)
    }


def per_item(row, sample):
    scale = {"us": 1e6, "B": 1}.get(row.unit)
    return sample.value / sample.items * scale if scale else sample.value


def number(value):
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def show(row, samples):
    if not samples:
        return "–"
    unit = {"us": "µs each", "B": "B each"}.get(row.unit, row.unit)
    return f"{number(median(per_item(row, s) for s in samples.values()))} {unit}"


def ratios(over, under):
    return [over[r].value / under[r].value for r in over if r in under]


def show_ratios(values):
    if not values:
        return "–"
    text = number(median(values))
    if len(values) > 1:
        text += f" ({number(min(values))}–{number(max(values))})"
    return text


def is_unsteady(over, under):
    for r in over:
        if r in under:
            pair = over[r].calibration, under[r].calibration
            if max(pair) > UNSTEADY * min(pair):
                return True
    return False


def bound_cells(row, measured):
    """The bound and whether it is met; measured are ratios, or values per item."""
    if row.bound is None:
        return "–", "–"
    unit = {"s": "", "us": " µs"}.get(row.unit, f" {row.unit}")
    if not measured:
        return f"{row.bound:g}{unit}", "–"
    return f"{row.bound:g}{unit}", "yes" if median(measured) <= row.bound else "NO"


def line(samples, row):
    limit, corm, peer = (results(samples, row, p) for p in ("limit", "corm", "sqlalchemy"))
    found = ratios(corm, limit)
    measured = found if row.limit else [per_item(row, s) for s in corm.values()]
    ratio = show_ratios(found) + (" *" if found and is_unsteady(corm, limit) else "")
    return (f"{row.database}: {title(row)}", show(row, limit), show(row, corm),
            show(row, peer), ratio, *bound_cells(row, measured),
            show_ratios(ratios(peer, limit)))


def table(samples, rows):
    """The whole report as text."""
    lines = [HEAD, *(line(samples, row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = ["| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths)) + " |"
            for cells in lines]
    text.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join([*text, "", footnote(samples)])


def footnote(samples):
    loops = [s.calibration * 1000 for s in samples] or [0]
    count = max((s.round for s in samples), default=0)
    return (f"Rounds: {count}. Cells are medians; a ratio is the median of the ratios within"
            " each round, the least and the greatest in brackets.\nCalibration loop:"
            f" {min(loops):.1f} to {max(loops):.1f} ms, median {median(loops):.1f} ms."
            " *: the machine's speed changed between the two programs of a round.")
