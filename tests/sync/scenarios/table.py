"""The table of scenarios in the engine's README, read from the tests that play them, so that it cannot say anything else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[3] / "sync" / "README.md"
BESIDE = tuple(Path(__file__).parents[2] / "replica" / name for name in ("test_backup.py", "test_numbers.py"))
"""Where the program plays what is its own: papers with numbers on them, and a folder on a stick."""
BEGIN, END = "<!-- scenarios -->", "<!-- /scenarios -->"

GROUPS = {
    "H": "Field incidents",
    "O": "Offline entities",
    "Z": "Clerks' conflicts",
    "A": "Rounds",
    "J": "Records of two sides",
    "X": "Faults",
    "N": "Interleavings",
    "L": "Lifeboats",
}
"""The groups in the order in which the table has them."""

_NAME = re.compile(r"test_([a-z])(\d+)_(\w+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario as a test plays it."""

    scenario: str
    words: str
    test: str
    end: str


def order(scenario: str) -> tuple[int, int]:
    """Where a scenario's id stands in the table."""
    return list(GROUPS).index(scenario[0]), int(scenario[1:])


def rows(folder: Path = Path(__file__).parent) -> list[Row]:
    """Every scenario that a test in this folder plays, in the table's order."""
    beside = BESIDE if folder == Path(__file__).parent else ()
    found = [row for path in (*sorted(folder.glob("test_*.py")), *beside) for row in _rows_of(path)]
    return sorted(found, key=lambda row: order(row.scenario))


def _rows_of(path: Path) -> Iterable[Row]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match = _NAME.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if match is None:
            continue
        assert isinstance(node, ast.FunctionDef)
        letter, number, words = match.groups()
        end = (ast.get_docstring(node) or "").partition("\n")[0].replace("|", "\\|")
        yield Row(f"{letter.upper()}{number}", words.replace("_", " "), f"{path.name}::{node.name}", end)


def render(table: Iterable[Row]) -> str:
    """The rows as Markdown, a table a group."""
    parts: list[str] = []
    group = ""
    for row in table:
        if row.scenario[0] != group:
            group = row.scenario[0]
            parts += ["", f"**{GROUPS[group]}**", "", "| | scenario | how it ends | test |", "|---|---|---|---|"]
        parts.append(f"| {row.scenario} | {row.words} | {row.end} | `{row.test.partition('::')[0]}` |")
    return "\n".join(parts).strip()


def written(text: str) -> str | None:
    """What stands between the markers of a page, or None where it has none."""
    _, begin, rest = text.partition(BEGIN)
    inside, end, _ = rest.partition(END)
    return inside.strip() if begin and end else None


def write(path: Path = README) -> bool:
    """Writes the table between the markers of the page; returns whether it has any."""
    text = path.read_text(encoding="utf-8")
    if written(text) is None:
        return False
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n\n{render(rows())}\n\n{END}{tail}", encoding="utf-8")
    return True
