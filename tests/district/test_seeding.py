"""A district founded before its program knew the catalogue has it after an upgrade, once, and what offices changed stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from baiyun_desktop.district import Assembly, assembly, seeding
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants.ticket.catalogue import item_id
from sync.act import Change, Op
from sync.district.scope import decode_payload
from sync.district.tables import HEAD

from .conftest import Run, Town

ITEM, MATERIAL = "service_item", "service_material"


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Town:
    """A district as the edition before the catalogue founded it."""
    (tmp_path / "store").mkdir()
    with monkeypatch.context() as older:
        older.setattr(assembly, "MODULES", tuple(replace(module, seeds=None) for module in MODULES))
        run("init", tmp_path / "district", "--key-file", tmp_path / "key.txt")
    return Town(run, tmp_path / "district", tmp_path / "key.txt", tmp_path / "store", "sqlite")


def test_an_upgrade_brings_what_mandates_start_with_once_and_leaves_what_offices_changed(before: Town) -> None:
    assert "to add: 服务事项" in before.run("upgrade", before.folder, "--check", code=1)
    said = before.run("upgrade", before.folder, "--to", before.store)
    assert said.splitlines()[-1] == "reference data: added"
    assert list(before.store.glob("*.baiyun-backup")), "a backup comes first"
    with Assembly(before.folder) as found:
        with found.snapshot() as conn:
            items = conn.execute(select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == ITEM)).all()
        (first, second, *_) = items
        code = decode_payload(first.payload)["code"]
        assert first.record == item_id(code)
        found.district.write([Change(ITEM, first.record, Op.FIELDS, {"fee": "不收费，本区规定"})], "改")
        found.district.write([Change(ITEM, second.record, Op.VOID)], "停办")
    assert "nothing to do" in before.run("upgrade", before.folder, "--check")
    with Assembly(before.folder) as found:
        assert seeding.seed(found) == 0
    with before.desk_here() as (desk, _):
        held = {row.id: row for row in desk.read.list(ITEM, limit=500).rows}
        assert len(held) == len(items) - 1
        assert held[first.record].fee == "不收费，本区规定"
        assert desk.read.children(MATERIAL, item_id("101"))
