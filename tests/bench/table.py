"""The figures of a run as a table for people, with their ratios to the floor."""

from __future__ import annotations

from collections.abc import Iterator

from .cost import Cost
from .sync import Figures

_HEAD = (
    "task",
    "seconds",
    "CPU s",
    "up",
    "down",
    "trips",
    "peak MB",
    "of floor",
    "CPU district",
    "MB district",
    "TLS adds",
)


def lines(figures: Figures) -> Iterator[str]:
    """The table, line by line."""
    yield f"{figures.records:,} records"
    yield _line(_HEAD)
    for name, cost in figures.tasks.items():
        yield _line((name, *_cells(cost), ratio(figures, name), *_more(cost)))
    yield "floor: " + ", ".join(f"{name} {value:,}" for name, value in figures.floor.items())
    yield f"bootstrap takes {figures.tasks['bootstrap'].seconds / figures.floor['insert_s']:.2f} times the insert"
    for task, found in figures.round_trips.items():
        for name, times in found.items():
            yield f"{task}, {name}: {times:.3f} round-trip times"
    yield from rows_lines(figures)
    yield "beside: " + ", ".join(f"{name} {value:.1f}" for name, value in figures.beside.items())


def rows_lines(figures: Figures) -> Iterator[str]:
    """The rows of each task, on either side."""
    yield _line(("rows", "desk read", "written", "steps", "their read", "written", "steps"))
    for name, cost in figures.tasks.items():
        sides = (cost.rows, cost.district_rows)
        yield _line((name, *(f"{n:,}" for side in sides for n in (side.read, side.written, side.steps))))


def _cells(cost: Cost) -> tuple[str, ...]:
    times = f"{cost.seconds:.3f}", f"{cost.cpu_s:.2f}"
    return *times, f"{cost.bytes_up:,}", f"{cost.bytes_down:,}", str(cost.round_trips), f"{cost.peak_mb:.0f}"


def _more(cost: Cost) -> tuple[str, ...]:
    tls = f"{cost.wire_up - cost.bytes_up:+,} {cost.wire_down - cost.bytes_down:+,}"
    return f"{cost.district_cpu_s:.2f}", f"{cost.district_mb:.0f}", tls


def ratio(figures: Figures, task: str) -> str:
    """A task's bytes, both ways together, over the floor's."""
    name = {"bootstrap": "bootstrap_bytes", "push": "changes_bytes", "pull": "changes_bytes", "grid": "grid_bytes"}
    if task not in name:
        return ""
    cost = figures.tasks[task]
    return f"{(cost.bytes_up + cost.bytes_down) / figures.floor[name[task]]:.3f}"


def _line(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:<10}" + "".join(f"{cell:>13}" for cell in cells[1:])
