"""A wiped desk opens nowhere any more, backups included; and nobody wipes what only that desk has without saying so."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.replica.backup import backups_in, make_backup
from baiyun_desktop.replica.errors import NotYet, ReplicaInUse
from baiyun_desktop.replica.leftovers import Unsent, unsent
from baiyun_desktop.replica.nightly import Plan, save_plan
from baiyun_desktop.replica.restoring import restore
from baiyun_desktop.replica.wiping import LossConfirmed, finish_wipe, wipe
from sync.desk.blobs import attach
from tests.keys.ring import use_ring
from tests.replica.enrolled import SECRET, Desk, enrol_desk
from tests.replica.kill import killed

LOSS = LossConfirmed(by="李主任", reason="电脑被盗，公安已立案", acts=1, files=0)


def settled(folder: Path, passphrase: str = "") -> tuple[Desk, bytes]:
    """A desk that has told its district everything, and its key."""
    desk = enrol_desk(folder, passphrase)
    with desk.open(passphrase) as replica:
        desk.round(replica)
        return desk, replica.store.key


def test_what_is_all_acknowledged_may_go_and_its_key_goes_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = use_ring(monkeypatch)
    desk, key = settled(tmp_path)
    (tmp_path / "stick").mkdir()
    save_plan(desk.home, Plan(folder=str(tmp_path / "stick")))
    with desk.open("") as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
        desk.round(replica)  # the district hears of the backup too
    replica_id, wrapped = desk.home.replica_id, desk.home.keys.read_bytes()
    elsewhere = tmp_path / "a copy of the wrapped keys that somebody made"
    elsewhere.write_bytes(wrapped)
    record = wipe(desk.home, key, desk.clock.now_ms())
    assert record.loss is None
    assert ring.kept == {}
    assert not made.keys.exists()
    assert made.file.exists()  # noise
    assert not desk.home.enrolled
    assert sorted(p.name for p in desk.home.folder.iterdir()) == sorted(
        ["backups.json", f"wiped-{replica_id}.json", f"{replica_id}.lifeboat"]
    )
    with pytest.raises(KeyTrouble):
        load_keyfile(elsewhere).unlock("")


def test_an_unsent_act_or_file_is_not_wiped_away(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path, "一把很长的口令")
    with desk.open() as replica:
        key = replica.store.key
        with replica.writing() as conn:
            name = attach(conn, b"a photograph", desk.clock.now_ms())
            conn.exec_driver_sql("INSERT INTO sync_blob_named VALUES ('person', 'x', ?)", (name,))
        with replica.reading() as conn:
            assert unsent(conn) == Unsent(1, 1)
        with pytest.raises(ReplicaInUse):
            wipe(desk.home, key, 0)
    with pytest.raises(NotYet, match=r"1 项操作、1 个附件.*书面确认"):
        wipe(desk.home, key, 0)
    with pytest.raises(NotYet, match="不符"):
        wipe(desk.home, key, 0, LOSS)
    with pytest.raises(NotYet, match="理由"):
        wipe(desk.home, key, 0, LossConfirmed(by="李主任", reason=" ", acts=1, files=1))
    with desk.open() as replica:
        assert desk.holds_all(replica)
    confirmed = LossConfirmed(by="李主任", reason="电脑被盗", acts=1, files=1)
    assert wipe(desk.home, key, 0, confirmed).loss == confirmed
    assert "李主任" in (desk.home.folder / f"wiped-{wipe_id(desk)}.json").read_text("utf-8")


def wipe_id(desk: Desk) -> str:
    (left,) = desk.home.folder.glob("wiped-*.json")
    return left.stem.removeprefix("wiped-")


@pytest.mark.parametrize("point", ["written down", "key gone"])
def test_a_wipe_once_begun_is_finished_at_the_next_start(tmp_path: Path, point: str) -> None:
    desk = enrol_desk(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    save_plan(desk.home, Plan(folder=str(stick)))
    with desk.open() as replica:
        make_backup(replica, desk.home.keys, stick)
    killed("wipe", point, desk.home.folder, stick)
    assert finish_wipe(desk.home) is not None
    assert finish_wipe(desk.home) is None
    assert not desk.home.enrolled
    assert list(desk.home.folder.glob("*.keys*")) == list(desk.home.folder.glob("*.baiyun")) == []
    assert [b.keys.exists() for b in backups_in(stick)] == [False]


def test_a_key_store_that_does_not_answer_stops_no_wipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = use_ring(monkeypatch)
    desk, key = settled(tmp_path)

    def locked(*_: str) -> str:
        raise KeyringLocked("locked")

    monkeypatch.setattr(ring, "delete_password", locked)
    monkeypatch.setattr(ring, "get_password", locked)
    wipe(desk.home, key, desk.clock.now_ms())
    assert not desk.home.enrolled
    assert list(desk.home.folder.glob("*.keys*")) == []


def test_what_a_restore_set_aside_is_waited_for_too(tmp_path: Path) -> None:
    desk, key = settled(tmp_path, SECRET)
    (tmp_path / "stick").mkdir()
    with desk.open() as replica:
        made = make_backup(replica, desk.home.keys, tmp_path / "stick")
        desk.save(replica, "王五")
    assert restore(desk.home, made, SECRET) is not None
    with pytest.raises(NotYet, match="3 项操作"):  # the one that was typed, and in either file that a backup was made
        wipe(desk.home, key, 0)


def test_nothing_is_finished_that_was_not_begun(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    assert finish_wipe(desk.home) is None
    with desk.open() as replica:
        assert desk.holds_all(replica)
