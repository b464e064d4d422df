"""Several posts on one PC: one window at first, couriers for all, and each post behind its own log-in."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.keys.errors import WrongPassphrase
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts_homes import further_home
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.ui.lock_posts import Posts
from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.scope import FixedScope
from sync.enrolment import Enrolment
from sync.outside import SystemClock, SystemIds
from tests.replica.offices import AREAS, BAOSHAN, Wire
from tests.ui.desk import PROGRAM, idle

SECRET = "一把很长的口令"


class Line(Wire):
    """A line whose long poll says that there is no news."""

    def wait(self, pos: int, seconds: float = 25.0) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


def test_couriers_push_for_every_post_and_a_window_comes_on_demand(tmp_path: Path, qtbot: QtBot) -> None:
    clock = SystemClock()
    ids = SystemIds(clock)
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    district = District(engine, PROGRAM.schema, FixedScope(AREAS), PROGRAM.judge, clock, ids, tmp_path / "p")
    district.found("150206")

    def enrol(address: str, code: str, nonce: str) -> Enrolment:
        replica = ids.new()
        district.add_desk(replica, [BAOSHAN], post=code)
        return Enrolment(replica, 1, "t" * 22, code, "王芳", [BAOSHAN], [], address, "ca")

    first = DeskHome(tmp_path / "home")
    homes = [first]
    first.enrol("a", "窗口", SECRET, PROGRAM, enrol, clock, ids)
    for code in ("网格", "另设口令"):
        homes.append(further_home(first, clock.now_ms()))
        homes[-1].enrol("a", code, SECRET, PROGRAM, enrol, clock, ids)

    def quiet(home: DeskHome) -> Replica:
        if home == homes[2]:
            raise WrongPassphrase("口令不对")
        return home.open(SECRET, PROGRAM, clock, ids)

    def carrier(replica: Replica) -> Carrier:
        lines = [Line(district, replica.identity.replica) for _ in "12"]
        return Carrier(replica, lines[0], lines[1], lambda: 0.5)

    with quiet(homes[1]) as grid:
        grid.door.save([Draft.create("person", ids.new(), name="赵一", area=BAOSHAN)])
    asked: list[DeskHome] = []
    posts = Posts(PROGRAM, lambda home: asked.append(home), quiet, carrier, ())
    posts.add(first, quiet(first))
    for home in homes[1:]:
        posts.expect(home)
    window = posts.show(first)
    assert window is not None
    posts.settle()
    qtbot.waitUntil(lambda: homes[1] in posts._open and posts._open[homes[1]].replica.status().unsent == 0)
    names = [name for name, _ in window.shell.desk.other_posts()]
    assert names[0] == "网格" and len(names) == 2
    assert window.toolbar.officer.isVisible()
    other = posts.show(homes[1])
    assert other is not None and other is not window and other.isVisible()
    assert posts.show(homes[2]) is None and asked == [homes[2]]
    qtbot.waitUntil(lambda: idle(window) and idle(other))
    for each in (window, other):
        each.discard()
        each.close()
    again = posts.show(homes[1])
    assert again is not None and again is not other and again.isVisible()
    again.close()
    posts.stop()
    engine.dispose()
