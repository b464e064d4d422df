"""What an administrator's window shows follows from the duties of his role, and from nothing that the window knows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.role import POWERS, Duty, Role
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.ui.admin.fleet_page import FleetPage, rank
from baiyun_desktop.ui.admin.health_page import HealthPage
from baiyun_desktop.ui.admin.screens import SCREENS
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.places import places_of
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import PROGRAM, Courier, idle, make_desk, press

BOOKS = ListSpec(
    name="books", title="审计簿", kind="organisation", columns=("code", "name"), duties=frozenset({Duty.AUDIT})
)


def places(role: Role | None) -> list[str]:
    """The keys of what a post of that role is shown."""
    toy = Module(name="toy", title="试", lists=(BOOKS,))
    duties = POWERS[role].duties if role is not None else frozenset()
    desk = SimpleNamespace(
        replica=SimpleNamespace(duties=duties), program=Program((REGISTRY, *MODULES, toy)), screens=(SCREENS,),
        safety=None, look_up=None,
    )  # fmt: skip
    return [place.key for place in places_of(cast(DeskContext, desk))]


def test_each_role_is_shown_what_its_duties_are_for() -> None:
    assert places(Role.SYSTEM_ADMIN) == ["fleet", "health", "posts", "organisations"]
    assert places(Role.SECURITY_ADMIN) == ["officers", "posts"]
    assert places(Role.AUDIT_ADMIN) == ["books", "deeds", "audit"], (
        "what a module declares for the auditor is in his window"
    )
    for role in (Role.COMMUNITY_WORKER, None):
        shown = places(role)
        assert shown[0] == "worklist" and "people" in shown
        assert not {"fleet", "health", "posts", "officers", "deeds", "books", "audit"} & {*shown}


def test_the_three_share_no_duty_and_every_duty_is_somebodys() -> None:
    held = [duty for powers in POWERS.values() for duty in powers.duties]
    assert sorted(duty.name for duty in held) == sorted(duty.name for duty in Duty)
    assert all(not powers.has_business for powers in POWERS.values() if powers.duties)


def test_a_desk_that_becomes_an_administrators_shows_his_places(tmp_path: Path, qtbot: QtBot) -> None:
    made = make_desk(tmp_path)
    context = DeskContext(made.replica, PROGRAM, Courier(), made.replica.identity, screens=(SCREENS,))
    window = MainWindow(context)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert "people" in window._places
    post = {"name": made.replica.identity.post, "role": "SYSTEM_ADMIN", "grants": ["system|administration"]}
    made.replica.door.save([Draft.create("post", made.replica.ids.new(), **post)])
    qtbot.waitUntil(lambda: "fleet" in window._places)
    page = window.page
    assert isinstance(page, FleetPage)
    qtbot.waitUntil(lambda: idle(window) and not page.asking)
    labels: list[Any] = page._nothing.findChildren(object)
    assert any("管理令牌" in label.text() for label in labels if hasattr(label, "text"))
    with qtbot.waitActive(window):
        window.activateWindow()
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert isinstance(window.page, HealthPage), "the numbers go to the places that there are now"
    window.discard()
    window.close()
    made.replica.close()


def test_what_needs_doing_stands_on_top() -> None:
    def one(post: str, silent: int | None, *needs: str, revoked: bool = False) -> Any:
        return SimpleNamespace(post=post, silent_ms=silent, needs=list(needs), revoked=revoked)

    rows = [
        one("ended", 9, revoked=True), one("fine", 1), one("long", 5), one("silent", 9, "silent"),
        one("unsent", 2, "unsent", "silent"), one("never", None, "never"),
    ]  # fmt: skip
    assert [row.post for row in sorted(rows, key=rank)] == ["unsent", "silent", "never", "long", "fine", "ended"]
