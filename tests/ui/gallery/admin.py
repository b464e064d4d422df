"""The administrators' pages as they look in a district of forty desks; the answers are made up, the pages are real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from baiyun_desktop.replica.admin_line import Administration, Answer
from baiyun_desktop.replica.admin_messages import (
    DEEDS_PATH,
    DESKS_PATH,
    HEALTH_PATH,
    OFFICERS_PATH,
    ORGANISATIONS_PATH,
    POSTS_PATH,
    DeedRow,
    FleetRow,
    Health,
    OfficerRow,
    OrganisationRow,
    PostRow,
)
from baiyun_desktop.ui.admin.asking import AskedPage
from baiyun_desktop.ui.admin.deeds_page import DeedsPage
from baiyun_desktop.ui.admin.enrol_sheet import EnrolSheet
from baiyun_desktop.ui.admin.fleet_page import FleetPage
from baiyun_desktop.ui.admin.health_page import HealthPage
from baiyun_desktop.ui.admin.officer_sheet import OfficerSheet
from baiyun_desktop.ui.admin.officers_page import OfficersPage
from baiyun_desktop.ui.admin.organisation_sheet import OrganisationSheet
from baiyun_desktop.ui.admin.organisations_page import OrganisationsPage
from baiyun_desktop.ui.admin.post_sheet import PostSheet
from baiyun_desktop.ui.admin.posts_page import PostsPage
from baiyun_desktop.ui.admin.revoke_sheet import RevokeSheet
from baiyun_desktop.ui.admin.rights_sheet import RightsSheet
from baiyun_desktop.ui.admin.token_sheet import TokenSheet
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import make_desk

HOUR_MS = 3_600_000
PLACES = ("宝山社区居委会", "祥云社区居委会", "星光社区居委会", "百灵社区居委会", "矿山路街道办事处")
NEEDS: tuple[list[str], ...] = (["faults", "unsent"], ["silent"], ["clock"], [], [], [], [], [])
PAGES: tuple[type[AskedPage], ...] = (FleetPage, HealthPage, OfficersPage, PostsPage, OrganisationsPage, DeedsPage)


def _fleet() -> list[FleetRow]:
    return [_desk(n) for n in range(40)]


def _desk(n: int) -> FleetRow:
    place, since = PLACES[n % 5], n * HOUR_MS
    return FleetRow(
        f"{n:032x}", f"{place[:4]}·窗口{n // 5 + 1}", place, "乌云其其格" if n % 3 else "王芳", 3, since, n % 4, since,
        n % 7, since, n % 2, since, n % 2, 1, 0, n == 7, NEEDS[n % 8], f"1.4.{n}",
    )  # fmt: skip


def _answers() -> dict[str, Any]:
    posts = [PostRow(f"{p[:4]}·窗口", "15020600100" + str(n), p, "COMMUNITY_WORKER" if n else "", [str(n)] if n else [],
                     [p] if n else [], n, ["王芳", "张敏"]) for n, p in enumerate(PLACES)]  # fmt: skip
    places = [OrganisationRow(f"15020600100{n}", p, "4", "矿山路街道办事处", "赵永强", "0472-8510000", 2, {})
              for n, p in enumerate(PLACES)]  # fmt: skip
    staff = [OfficerRow(name, login, ["宝山社区·窗口"], "active", login == "wangfang")
             for name, login in (("王芳", "wangfang"), ("张敏", "zhangmin"), ("特木尔·巴图孟克额尔德尼朝克图", "temur"))]  # fmt: skip
    deeds = [
        DeedRow(n, 1_795_000_000_000 + n * HOUR_MS, "王芳", "enrol", "宝山社区·窗口", "换新电脑") for n in range(12)
    ]
    health = Health("白云鄂博矿区", "PostgreSQL 16", 12, ["backup", "disk"], 320, 8.4, 31.5, 1200, 12.0, 40, 1, 3, 1,
                    HOUR_MS, 5 * HOUR_MS, True, 2, ["worker-1", "worker-2"], ["1.4.2"], 20)  # fmt: skip
    return {DESKS_PATH: _fleet(), POSTS_PATH: posts, ORGANISATIONS_PATH: places, OFFICERS_PATH: staff,
            DEEDS_PATH: deeds, HEALTH_PATH: health}  # fmt: skip


class MadeUp(Administration):
    """Answers at once."""

    def read(self, path: str, kind: Any) -> Answer[Any]:
        found = next((what for known, what in _answers().items() if path.startswith(known)), [])
        return Answer(msgspec.convert(msgspec.to_builtins(found), kind), self._replica.clock.now_ms(), "")


def pages(folder: Path, window_on: Any, stack: ExitStack) -> Iterator[tuple[str, QWidget, MainWindow]]:
    """Each page in a window, then what its buttons open."""
    desk = make_desk(folder)
    stack.callback(desk.replica.close)
    window: MainWindow = window_on(desk.context())
    for kind in PAGES:
        page = kind(window.shell)
        page.line = MadeUp(desk.replica)
        window._add(page)
        page.asking = False
        page.refresh()
        yield f"admin {kind.place}", window, window
    line, said = MadeUp(desk.replica), _answers()
    places, posts, staff = said[ORGANISATIONS_PATH], said[POSTS_PATH], said[OFFICERS_PATH]
    sheets = (
        TokenSheet(window.shell, line, window),
        PostSheet(window.shell, line, places, window),
        EnrolSheet(window.shell, line, posts[1].name, window),
        RightsSheet(window.shell, line, posts[0], posts, places, staff, window),
        RevokeSheet(window.shell, line, said[DESKS_PATH][0], window),
        OrganisationSheet(window.shell, line, None, places[0], window),
        OfficerSheet(window.shell, line, posts, window),
    )
    for sheet in sheets:
        sheet.show()
        yield f"admin {type(sheet).__name__}", sheet, window
        sheet.hide()
