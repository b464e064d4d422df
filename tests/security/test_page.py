"""The security page names files and tests that exist, by chapters that ASVS has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "resources" / "guide" / "it" / "security.md").read_text("utf-8")
NAMES = set(re.findall(r"`([^`\n]+)`", PAGE))
ROWS = [line.split("|")[1:5] for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def test_each_file_that_it_names_is_there() -> None:
    paths = {n for n in NAMES if re.fullmatch(r"[\w.@/-]+/[\w.@-]+\.\w+", n) and not n.startswith("/")}
    assert len(paths) > 40
    assert [path for path in sorted(paths) if not (ROOT / path).is_file()] == []


def test_each_test_that_it_names_is_there() -> None:
    named = {n for n in NAMES if re.fullmatch(r"test_\w+", n)}
    there = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert len(named) > 10 and sorted(named - there) == []


def test_every_chapter_is_answered_and_every_row_is_judged() -> None:
    heads = "\n".join(re.findall(r"^## (.*)", PAGE, re.M))
    assert {int(n) for n in re.findall(r"V(\d+)", heads)} == set(range(1, 18))
    assert {row[2].strip() for row in ROWS} == {"met", "part", "no", "n/a"}
    assert all(row[1].strip() and row[3].strip() for row in ROWS)
