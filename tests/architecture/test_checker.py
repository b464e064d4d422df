"""The checker itself finds each kind of breach in a small tree made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .directions import cycles, may_import, qt_outside_the_window, unit_of, wrong_directions
from .door import ways_past_the_door
from .source import Source


def tree(root: Path, files: dict[str, str]) -> Source:
    """A source tree with these files; folders get an empty `__init__.py`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        for folder in path.relative_to(root).parents:
            if str(folder) != "." and not (root / folder / "__init__.py").exists():
                (root / folder / "__init__.py").touch()
    return Source(root)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sync/desk/courier.py", "from sync.district import store"),
        ("sync/district/store.py", "from ..desk import courier"),
        ("sync/merge.py", "from . import desk"),
        ("sync/merge.py", "import baiyun_desktop.kernel"),
        ("baiyun_desktop/kernel/field.py", "from sync.merge import merge"),
        ("baiyun_desktop/kernel/field.py", "from baiyun_desktop.registry import person"),
        ("baiyun_desktop/replica/door.py", "from sync.district import store"),
        ("baiyun_desktop/documents/paper.py", "from baiyun_desktop.replica import door"),
        ("baiyun_desktop/intake/plan.py", "from baiyun_desktop.ui import shell"),
        ("baiyun_desktop/ui/shell.py", "from baiyun_desktop.modules import migrants"),
        ("baiyun_desktop/ui/shell.py", "from sync.desk import courier"),
        ("baiyun_desktop/modules/hall/records.py", "from baiyun_desktop.modules.talent import records"),
        ("baiyun_desktop/modules/hall/records.py", "from baiyun_desktop.replica import door"),
        ("baiyun_desktop/modules/hall/rules.py", "from baiyun_desktop.modules.hall import screens"),
        ("baiyun_desktop/stories/week.py", "from baiyun_desktop import app"),
        ("baiyun_desktop/ui/shell.py", "import baiyun_desktop.app"),
        ("baiyun_desktop/elsewhere.py", "import os"),
    ],
)
def test_a_wrong_direction_is_found(tmp_path: Path, file: str, line: str) -> None:
    targets = {
        "sync/desk/courier.py": "",
        "sync/district/store.py": "",
        "baiyun_desktop/modules/talent/records.py": "",
        "baiyun_desktop/modules/hall/screens.py": "",
        "baiyun_desktop/app.py": "",
        "baiyun_desktop/ui/shell.py": "",
    }
    assert wrong_directions(tree(tmp_path, targets)) == []
    assert len(wrong_directions(tree(tmp_path, {**targets, file: f"def f():\n    {line}\n"}))) == 1


def test_what_the_design_allows_is_not_found(tmp_path: Path) -> None:
    files = {
        "sync/schema.py": "",
        "sync/desk/courier.py": "from .. import schema\nfrom . import journal",
        "sync/desk/journal.py": "import sync.schema",
        "baiyun_desktop/kernel/field.py": "from sync.schema import Kind",
        "baiyun_desktop/replica/door.py": "from sync.desk import journal\nfrom baiyun_desktop.registry import person",
        "baiyun_desktop/registry/person.py": "from baiyun_desktop.kernel.field import field",
        "baiyun_desktop/modules/__init__.py": "from .hall import MODULE",
        "baiyun_desktop/modules/hall/__init__.py": "from .records import Meeting",
        "baiyun_desktop/modules/hall/records.py": "from baiyun_desktop.registry import person",
        "baiyun_desktop/modules/hall/screens.py": "from baiyun_desktop.ui import shell\nfrom .records import Meeting",
        "baiyun_desktop/ui/shell.py": "from baiyun_desktop.replica.door import Door",
        "baiyun_desktop/stories/demo.py": "from baiyun_desktop.modules import hall",
        "baiyun_desktop/app.py": "from baiyun_desktop.stories import demo",
    }
    source = tree(tmp_path, files)
    assert wrong_directions(source) == []
    assert cycles(source) == []


def test_a_ring_is_found_also_through_functions_and_type_checks(tmp_path: Path) -> None:
    files = {
        "sync/a.py": "import sync.b",
        "sync/b.py": "def f():\n    from .c import g",
        "sync/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sync import a",
        "sync/d.py": "import sync.a",
    }
    assert cycles(tree(tmp_path, files)) == [["sync.a", "sync.b", "sync.c"]]


def test_two_rings_that_touch_are_one(tmp_path: Path) -> None:
    files = {"sync/a.py": "from . import b, c", "sync/b.py": "from . import a", "sync/c.py": "from . import a"}
    assert cycles(tree(tmp_path, files)) == [["sync.a", "sync.b", "sync.c"]]


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("baiyun_desktop/kernel/field.py", 1),
        ("baiyun_desktop/modules/hall/rules.py", 1),
        ("baiyun_desktop/documents/paper.py", 1),
        ("baiyun_desktop/ui/deep/shell.py", 0),
        ("baiyun_desktop/app.py", 0),
        ("baiyun_desktop/modules/hall/screens.py", 0),
        ("baiyun_desktop/stories/week.py", 0),
    ],
)
def test_qt_is_found_outside_the_window(tmp_path: Path, file: str, found: int) -> None:
    source = tree(tmp_path, {file: "def f():\n    from PySide6.QtCore import QObject\n"})
    assert len(qt_outside_the_window(source)) == found


@pytest.mark.parametrize(
    "text",
    [
        "import sqlite3",
        "from sqlcipher3 import dbapi2",
        "from sqlalchemy.orm import Session",
        "from sqlalchemy import create_engine",
        "import sqlalchemy as sa\nsa.orm.Session(engine)",
        "import sqlalchemy\nsqlalchemy.insert(table)",
        "def f(conn):\n    conn.execute('DELETE FROM person')",
    ],
)
def test_a_way_past_the_door_is_found(tmp_path: Path, text: str) -> None:
    assert len(ways_past_the_door(tree(tmp_path / "a", {"baiyun_desktop/ui/shell.py": text}))) == 1
    assert ways_past_the_door(tree(tmp_path / "b", {"baiyun_desktop/replica/door.py": text})) == []


def test_a_story_may_read_both_sides_but_not_write(tmp_path: Path) -> None:
    reads = "from sqlalchemy import Connection, select\n\ndef f(conn: Connection):\n    conn.execute(select(1))\n"
    files = {"baiyun_desktop/stories/audit.py": reads, "baiyun_desktop/stories/bad.py": "from sqlalchemy import insert"}
    assert ways_past_the_door(tree(tmp_path, files)) == ["baiyun_desktop.stories.bad:1 uses sqlalchemy.insert"]


def test_declaring_a_table_is_no_way_past_the_door(tmp_path: Path) -> None:
    text = "import sqlalchemy as sa\nfrom sqlalchemy.orm import Mapped, mapped_column\nkind = sa.Text\nseen.update()"
    assert ways_past_the_door(tree(tmp_path, {"baiyun_desktop/kernel/field.py": text})) == []


def test_units_are_the_folders_of_the_design() -> None:
    assert unit_of("sync.desk.journal") == "sync.desk"
    assert unit_of("baiyun_desktop.modules.hall.screens") == "baiyun_desktop.modules.hall.screens"
    assert unit_of("baiyun_desktop.modules.hall.records") == "baiyun_desktop.modules.hall"
    assert unit_of("baiyun_desktop.elsewhere") == ""
    assert may_import("baiyun_desktop.app", "baiyun_desktop.stories.demo")
    assert not may_import("baiyun_desktop.stories", "baiyun_desktop.district")
