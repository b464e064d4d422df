"""Updates from the command line to the desk: offered over the district's own TLS, and from a stick."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from baiyun_desktop.district.files import open_to_others
from baiyun_desktop.district.offering import file_of, repository_of
from baiyun_desktop.updates.client import Client
from baiyun_desktop.updates.command import run as update
from baiyun_desktop.updates.errors import NotInstalled, Untrusted
from baiyun_desktop.updates.slots import Slots
from baiyun_desktop.updates.taking import FOLDER, Source
from baiyun_desktop.updates.versions import this_system
from sync.desk.transport import Transport
from sync.errors import Refused
from sync.outside import SystemClock
from tests.updates.conftest import built

from .conftest import Town, serving


class Pc:
    """What the desk's command is given."""

    def __init__(self, folder: Path, *, busy: bool = False) -> None:
        self.folder, self.clock, self.busy = folder, SystemClock(), busy
        self.said: list[str] = []
        self.slots = Slots(folder / "program")
        built(self.slots.folder("0.1.0"))
        self.slots.settle()

    def know_district(self) -> None: ...

    def typing(self) -> bool:
        return self.busy

    def say(self, line: str) -> None:
        self.said.append(line)


@pytest.fixture
def offering(lite: Town, tmp_path: Path) -> Town:
    lite.run("updates", "init", lite.folder)
    package = built(tmp_path / "built")
    words = ["--version", "0.2.0", "--system", this_system(), "--notes", "打印更快"]
    assert "offered: 0.2.0" in lite.run("updates", "add", lite.folder, package, *words)
    return lite


def test_an_update_comes_over_the_districts_tls_and_waits_for_the_window_to_close(
    offering: Town, tmp_path: Path
) -> None:
    pc = Pc(tmp_path / "pc", busy=True)
    with serving(offering.folder) as running:
        ca = (offering.folder / "tls" / "ca.pem").read_text("utf-8")
        Source(running.url, ca).save(pc.folder / FOLDER)
        update(pc, pc.slots)
        assert pc.slots.pointer().current == "0.1.0", "somebody may be typing"
        assert "窗口关闭后，下次打开时启用。打印更快" in pc.said[0]
        pc.busy = False
        update(pc, pc.slots)
        now = pc.slots.pointer()
        assert (now.current, now.before, now.trial) == ("0.2.0", "0.1.0", True)
        update(pc, pc.slots)
        assert pc.said[-1] == "已是最新：0.2.0 版"
        line = Transport(running.url, "", ca, pc.clock.now_ms)
        for name in ("keys/root.pem", "metadata/../keys/root.pem", "metadata/%2e%2e/keys/root.pem", "targets/none.zip"):
            with pytest.raises(Refused):
                line.get("/v1/updates/" + name, (0, 10))
        assert line.get("/v1/updates/metadata/root.json", (10**6, 10**6 + 1)) == b""
        line.close()


def test_an_update_comes_on_a_stick_with_the_fingerprint(offering: Town, tmp_path: Path) -> None:
    stick, pc = tmp_path / "stick", Pc(tmp_path / "pc")
    offering.run("updates", "copy", offering.folder, stick)
    assert not [p for p in stick.rglob("*") if p.suffix == ".pem"]
    with pytest.raises(Untrusted, match="指纹"):
        update(pc, pc.slots, str(stick))
    fingerprint = offering.run("updates", "list", offering.folder).split("fingerprint ")[1].strip()
    update(pc, pc.slots, str(stick), fingerprint)
    assert pc.slots.pointer().current == "0.2.0"
    with pytest.raises(NotInstalled):
        update(pc, None, str(stick))


def test_what_is_offered_is_shown_withdrawn_and_signed_with_other_keys(offering: Town, tmp_path: Path) -> None:
    assert "打印更快" in offering.run("updates", "list", offering.folder)
    assert "other content" in offering.run(
        "updates", "add", offering.folder, built(tmp_path / "other", "exit 9"), "--version", "0.2.0",
        "--system", this_system(), code=1,
    )  # fmt: skip
    before = repository_of(offering.folder).fingerprint()
    assert before not in offering.run("updates", "rotate", offering.folder)
    assert "withdrawn: 0.2.0" in offering.run("updates", "withdraw", offering.folder, "0.2.0")
    assert "not offered" in offering.run("updates", "withdraw", offering.folder, "0.2.0", code=1)
    assert open_to_others(offering.folder) == []
    assert stat.S_IMODE((offering.folder / "updates" / "keys" / "root.pem").stat().st_mode) == 0o600


def test_keys_and_signatures_are_in_the_backup_and_packages_are_not(offering: Town, tmp_path: Path) -> None:
    offering.backup()
    offering.restore(tmp_path / "again")
    there = repository_of(tmp_path / "again")
    assert (there.keys / "targets.pem").exists()
    assert not there.packages.exists() or not list(there.packages.iterdir())
    assert "add the packages again" in offering.run("updates", "list", tmp_path / "again", code=1)
    package = built(tmp_path / "newer")
    offering.run("updates", "add", tmp_path / "again", package, "--version", "0.3.0", "--system", this_system())
    assert [o.version for o in there.offers()] == ["0.3.0"]


def test_a_district_without_updates_says_so(lite: Town) -> None:
    assert "updates init" in lite.run("updates", "list", lite.folder, code=1)
    assert not repository_of(lite.folder).refresh()
    assert file_of(repository_of(lite.folder), "metadata/root.json") is None
    assert Client(lite.folder / "desk", None).trusts is False  # type: ignore[arg-type]
