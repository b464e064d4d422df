"""A desk's lost key comes back through the district's command: for its own desks, with a yes, and written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from baiyun_desktop.district import Assembly
from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.keyfile import KeyFile
from baiyun_desktop.keys.wraps import new_key
from sync.district.tables import DESK, META
from sync.seal import public_of

from .conftest import Town

NEW = "新的很长的口令"


def asking(town: Town, replica: str, folder: Path, key: bytes) -> tuple[KeyFile, Path]:
    """A desk that has lost its passphrase, and the file with its request."""
    with Assembly(town.folder) as assembly, assembly.engine.connect() as conn:
        public = public_of(bytes(conn.execute(select(META.c.seal)).scalar_one()))
    keys = KeyFile.new(replica, key, "nobody knows").sealed_to(public, key)
    (folder / "request.txt").write_text(recovery.ask(keys, folder / "asking", NEW), "utf-8")
    return keys, folder / "request.txt"


@pytest.fixture
def replica(town: Town) -> str:
    with town.desk_here("窗口甲"), Assembly(town.folder) as assembly, assembly.engine.connect() as conn:
        return str(conn.execute(select(DESK.c.replica)).scalar_one())


def test_the_answer_opens_the_file_and_is_written_down(town: Town, replica: str, tmp_path: Path) -> None:
    key = new_key()
    keys, request = asking(town, replica, tmp_path, key)
    said = town.run("recover", town.folder, "--request", request, "--by", "王主任", "--yes")
    assert "窗口甲" in said
    (answer,) = (line for line in said.splitlines() if line.startswith("BY"))
    assert recovery.take(keys, tmp_path / "asking", answer, NEW) == [key]
    noted = json.loads((town.folder / "recoveries.log").read_text("utf-8"))
    assert (noted["replica"], noted["post"], noted["by"]) == (replica, "窗口甲", "王主任")
    assert key.hex() not in said.lower()


def test_nobody_is_answered_without_a_yes_or_who_is_no_desk_of_this_district(
    town: Town, replica: str, tmp_path: Path
) -> None:
    _, request = asking(town, replica, tmp_path, new_key())
    town.run("recover", town.folder, "--request", request, code=1)
    town.run("revoke", town.folder, replica, "--yes")
    assert "已被停用" in town.run("recover", town.folder, "--request", request, "--yes", code=1)
    _, strange = asking(town, "f" * 32, tmp_path, new_key())
    assert "不在本区登记" in town.run("recover", town.folder, "--request", strange, "--yes", code=1)
    request.write_text("what a clerk mistyped", "utf-8")
    town.run("recover", town.folder, "--request", request, "--yes", code=1)
    assert not (town.folder / "recoveries.log").exists()


def test_the_backup_of_a_stolen_laptop_is_opened_where_that_is_said(town: Town, replica: str, tmp_path: Path) -> None:
    key = new_key()
    keys, request = asking(town, replica, tmp_path, key)
    town.run("revoke", town.folder, replica, "--cause", "被盗", "--yes")
    said = town.run("recover", town.folder, "--request", request, "--revoked", "--yes")
    (answer,) = (line for line in said.splitlines() if line.startswith("BY"))
    assert recovery.take(keys, tmp_path / "asking", answer, NEW) == [key]
