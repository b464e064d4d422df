"""The diagnostic that a clerk hands over: useful, and without a single value from the replica or the log."""

from __future__ import annotations

import json
import logging
import zipfile
from pathlib import Path

import pytest

from baiyun_desktop import app
from baiyun_desktop.replica.inventory import inventory_of
from baiyun_desktop.replica.unsaved import KeptForm
from baiyun_desktop.support import logs
from baiyun_desktop.support.diagnose import write_diagnostic
from tests.ui.desk import Desk, id_number, make_desk

NAMES = ("王公平", "欧阳晓燕")
PHONES = ("13812345678", "13900006789")
IDS = (id_number("15020619880315002"), id_number("15020619991231001"))
PLACE = "宝山社区15号楼5单元102室"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = make_desk(tmp_path)
    for name, number, phone in zip(NAMES, IDS, PHONES, strict=True):
        made.add(name, number[:17], phone, PLACE)
    made.replica.unsaved.write([KeptForm("f", 1, {"page": "record", "fields": {"name": {"text": NAMES[0]}}})], ())
    return made


def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name).decode("utf-8") for name in zipped.namelist()}


def test_nothing_of_anybody_is_in_it(desk: Desk, tmp_path: Path) -> None:
    handler = logs.start_log(tmp_path / "logs")
    for secret in (*NAMES, *PHONES, *IDS, PLACE):
        logging.getLogger("baiyun_desktop.x").error("trouble with %s", secret)
    logs.end_log(handler)
    with open(tmp_path / "logs" / logs.FILE_NAME, "a", encoding="utf-8") as file:
        file.write("".join(f"an old version's line with {secret}\n" for secret in (*NAMES, *PHONES, *IDS, PLACE)))
    write_diagnostic(tmp_path / "out.zip", tmp_path / "logs", inventory_of(desk.replica), ["Noto Sans SC"])
    desk.replica.close()
    found = contents(tmp_path / "out.zip")
    whole = "\n".join(found.values())
    parts = [*NAMES, *PHONES, *IDS, PLACE, *(p[-8:] for p in PHONES), *(i[6:14] for i in IDS), "张敏", "宝山"]
    assert not [secret for secret in parts if secret in whole]
    assert "trouble with" in found["log.txt"] and "old version" in found["log.txt"]


def test_it_says_what_an_administrator_asks_first(desk: Desk, tmp_path: Path) -> None:
    write_diagnostic(tmp_path / "out.zip", tmp_path / "logs", inventory_of(desk.replica), ["Noto Sans SC"])
    desk.replica.close()
    found = contents(tmp_path / "out.zip")
    inside = json.loads(found["desk.json"])
    assert inside["rows"]["person"] == 2 and inside["rows"]["unsaved"] == 1
    assert inside["sync"]["unsent"] == 2 and inside["sync"]["acts"] == {"unsent": 2}
    assert inside["settings"]["areas"] == 1 and inside["settings"]["enrolled"] is False
    assert "CREATE TABLE" in found["schema.sql"] and "sync_journal" in found["schema.sql"]
    assert json.loads(found["versions.json"])["sqlalchemy"].startswith("2.")
    assert json.loads(found["platform.json"])["system"]
    assert json.loads(found["fonts.json"]) == ["Noto Sans SC"]
    assert not list(tmp_path.glob("*.making"))


def test_the_command_works_where_the_desk_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BAIYUN_HOME", str(tmp_path / "home"))
    assert app.main(["diagnose", str(tmp_path / "out.zip")]) == 0
    assert json.loads(contents(tmp_path / "out.zip")["desk.json"]) == {"not_opened": "ReplicaMissing"}
    assert "out.zip" in capsys.readouterr().out
