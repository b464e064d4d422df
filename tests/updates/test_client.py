"""A desk installs what its district signed and nothing else: not changed, not older, not run out, not another's."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Timestamp

from baiyun_desktop.updates import repository as repositories
from baiyun_desktop.updates.client import Client
from baiyun_desktop.updates.errors import Outdated, Untrusted, UpdateTrouble
from baiyun_desktop.updates.lines import PIECE_BYTES, DistrictPlace, FolderPlace
from baiyun_desktop.updates.taking import take
from sync.errors import LineDown, Refused

from .conftest import Offered, Pc, repository


def test_a_good_update_is_found_fetched_unpacked_and_staged(offered: Offered, pc: Pc) -> None:
    offered.add("0.1.0")
    offered.add("0.2.0")
    client = pc.client(offered)
    client.trust()
    found = take(client, pc.slots)
    assert found is not None and (found.version, found.notes) == ("0.2.0", "更快")
    assert pc.slots.pointer().next == "0.2.0"
    assert (pc.slots.folder("0.2.0") / "_internal" / "lib.bin").read_bytes().endswith(b"0.2.0")
    assert not list((pc.state / "downloads").iterdir())


def test_nothing_is_taken_that_is_not_newer_or_that_failed_here(offered: Offered, pc: Pc) -> None:
    offered.add("0.2.0")
    client = pc.client(offered)
    client.trust()
    assert client.find("0.2.0") is None
    assert client.find("0.10.0") is None, "0.10 is newer than 0.2"
    assert client.find("0.1.0", ["0.2.0"]) is None
    offered.repository.withdraw("0.2.0")
    assert pc.client(offered).find("0.1.0") is None


def test_a_package_that_was_changed_is_not_taken(offered: Offered, pc: Pc) -> None:
    file = offered.add("0.2.0")
    whole = file.read_bytes()
    client = pc.client(offered)
    client.trust()
    for spoilt in (whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"more", whole[:-9]):
        file.write_bytes(spoilt)
        with pytest.raises(Untrusted, match="与区里签发的不一致"):
            take(pc.client(offered), pc.slots)
        assert not pc.slots.folder("0.2.0").exists()
    file.write_bytes(whole)
    assert take(pc.client(offered), pc.slots) is not None, "what was spoilt is not gone on from"


def test_a_list_that_was_changed_is_not_believed(offered: Offered, pc: Pc) -> None:
    offered.add("0.2.0")
    client = pc.client(offered)
    client.trust()
    newest = max(offered.repository.metadata.glob("*.targets.json"), key=lambda p: int(p.name.split(".")[0]))
    newest.write_text(newest.read_text("utf-8").replace('"length": ', '"length": 1'), "utf-8")
    with pytest.raises(Untrusted, match="不是本区签发的"):
        client.find("0.1.0")


def test_a_timestamp_that_has_run_out_is_refused(offered: Offered, pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    client = pc.client(offered)
    client.trust()
    monkeypatch.setitem(repositories.LIVES, "timestamp", timedelta(seconds=-5))
    offered.add("0.2.0")
    with pytest.raises(Outdated, match="请核对本机日期"):
        client.find("0.1.0")
    monkeypatch.undo()
    assert offered.repository.refresh(), "the server signs it anew by itself"
    assert not offered.repository.refresh()
    assert pc.client(offered).find("0.1.0") is not None


def test_an_older_timestamp_played_again_brings_nothing_back(offered: Offered, pc: Pc, tmp_path: Path) -> None:
    offered.add("0.2.0")
    old = tmp_path / "old"
    shutil.copytree(offered.stick, old)
    offered.repository.withdraw("0.2.0")
    client = pc.client(offered)
    client.trust()
    assert client.find("0.1.0") is None
    with pytest.raises(Untrusted, match="比本机见过的旧"):
        pc.client(old).find("0.1.0")


def test_another_districts_repository_is_refused(offered: Offered, pc: Pc, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    other.add("9.0.0")
    pc.client(offered).trust()
    with pytest.raises(Untrusted, match="不是本区签发的"):
        pc.client(other).find("0.1.0")
    other.repository.rotate()  # its second root is no successor of ours either
    with pytest.raises(Untrusted):
        pc.client(other).find("0.1.0")


def test_keys_change_and_desks_follow(offered: Offered, pc: Pc) -> None:
    pc.client(offered).trust()
    offered.add("0.2.0")
    before = offered.repository.fingerprint()
    for _ in range(2):
        offered.repository.rotate()
    assert offered.repository.fingerprint() != before
    found = pc.client(offered).find("0.1.0")
    assert found is not None and found.version == "0.2.0"
    offered.add("0.3.0")
    assert take(pc.client(offered), pc.slots) is not None


def test_offline_keys_are_asked_for_and_the_server_alone_offers_nothing(tmp_path: Path) -> None:
    stick = tmp_path / "keys"
    stick.mkdir()
    made = Offered(tmp_path, repositories.Repository(tmp_path / "updates", tmp_path / "packages"))
    made.repository.init(stick)
    assert sorted(p.name for p in stick.iterdir()) == ["root.pem", "targets.pem"]
    assert sorted(p.name for p in made.repository.keys.iterdir()) == ["snapshot.pem", "timestamp.pem"]
    with pytest.raises(UpdateTrouble, match="connect the stick"):
        made.add("0.2.0")
    made.add("0.2.0", keys=stick)
    assert [o.version for o in made.repository.offers()] == ["0.2.0"]


def test_a_stick_without_a_line_is_known_by_its_fingerprint(offered: Offered, pc: Pc) -> None:
    offered.add("0.2.0")
    client = pc.client(offered)
    with pytest.raises(Untrusted, match="还没有本区的更新公钥"):
        client.find("0.1.0")
    with pytest.raises(Untrusted, match="指纹不对"):
        client.trust("00" * 32)
    assert not client.trusts
    client.trust(offered.repository.fingerprint())
    assert take(client, pc.slots) is not None


def test_a_stick_that_is_drawn_leaves_everything_as_it_was(offered: Offered, pc: Pc) -> None:
    offered.add("0.2.0")
    pc.client(offered).trust()
    with pytest.raises(UpdateTrouble):
        Client(pc.state, FolderPlace(offered.folder / "gone")).find("0.1.0")
    assert pc.slots.pointer().next == ""


def test_a_restored_district_goes_on_above_what_desks_have_seen(offered: Offered, pc: Pc, tmp_path: Path) -> None:
    saved = tmp_path / "backup"
    shutil.copytree(offered.repository.metadata.parent, saved)
    offered.add("0.2.0")
    client = pc.client(offered)
    client.trust()
    assert client.find("0.1.0") is not None
    seen = Metadata[Timestamp].from_file(str(pc.state / "trusted" / "timestamp.json")).signed.version
    shutil.rmtree(offered.repository.metadata.parent)
    shutil.copytree(saved, offered.repository.metadata.parent)
    offered.add("0.3.0")
    now = Metadata[Timestamp].from_file(str(offered.repository.metadata / "timestamp.json")).signed
    assert now.version >= seen
    assert now.expires > datetime.now(UTC)


class CutLine:
    """A district's line that fails every third time, and for good after so many bytes of a package."""

    def __init__(self, offered: Offered, bytes_max: int) -> None:
        self._place = offered.stick
        self._left, self._asked = bytes_max, 0

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        self._asked += 1
        if self._asked % 3 == 0 or self._left <= 0:
            raise LineDown("cut")
        file = self._place / re.sub("^/v1/updates/", "", path)
        if not file.exists():
            raise Refused("missing")
        assert span is not None
        found = file.read_bytes()[span[0] : span[1]]
        self._left -= len(found) if path.endswith(".zip") else 0
        return found


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("baiyun_desktop.updates.lines.PIECE_BYTES", 64)
    return 64


def test_a_fetch_that_was_cut_goes_on_where_it_was(offered: Offered, pc: Pc, small_pieces: int) -> None:
    assert small_pieces < PIECE_BYTES
    size = offered.add("0.2.0").stat().st_size
    Client(pc.state, DistrictPlace(CutLine(offered, 10**9))).trust()
    short = CutLine(offered, 5_000)
    with pytest.raises(UpdateTrouble, match="下次接着下载"):
        take(Client(pc.state, DistrictPlace(short)), pc.slots)
    (part,) = (pc.state / "downloads").iterdir()
    had = part.stat().st_size
    assert 0 < had < size
    rest = CutLine(offered, size - had)
    assert take(Client(pc.state, DistrictPlace(rest)), pc.slots) is not None, "no byte is fetched twice"
    assert pc.slots.has("0.2.0")
