"""The three administrators at work on a real district, by their keyboards: each sees and does his own and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from baiyun_desktop.kernel.role import Role
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.admin_line import Administration, NotDone
from baiyun_desktop.ui.admin.deeds_page import DeedsPage
from baiyun_desktop.ui.admin.enrol_sheet import EnrolSheet
from baiyun_desktop.ui.admin.fleet_page import FleetPage
from baiyun_desktop.ui.admin.health_page import HealthPage
from baiyun_desktop.ui.admin.officer_sheet import OfficerSheet
from baiyun_desktop.ui.admin.officers_page import OfficersPage
from baiyun_desktop.ui.admin.organisations_page import OrganisationsPage
from baiyun_desktop.ui.admin.post_sheet import PostSheet
from baiyun_desktop.ui.admin.posts_page import PostsPage
from baiyun_desktop.ui.admin.revoke_sheet import RevokeSheet
from baiyun_desktop.ui.admin.rights_sheet import RightsSheet
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import focused, press, type_into

from .conftest import Offices

COUNTER = "宝山社区·窗口"
RETURN, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Down


def test_the_three_at_work_from_the_first_post_to_a_server_that_is_gone(offices: Offices) -> None:
    system = token_entered(offices)
    assert [*system._places] == ["fleet", "health", "posts", "organisations"]
    assert not system.toolbar.search.isVisible()
    assert offices.page(system, "health", HealthPage).told == []
    places = offices.page(system, "organisations", OrganisationsPage)
    assert any(one.name == "宝山社区居委会" for one in places.rows)
    posts = post_set_up(offices, system)
    first = rights_given(offices)
    clerk, code = desk_enrolled(offices, posts)
    desk_revoked(offices, system, clerk)
    auditor_reads(offices, clerk, first, code)
    server_gone(offices, system)


def token_entered(offices: Offices) -> MainWindow:
    """Another administrator's token is refused, his own is kept."""
    system = offices.window(Role.SYSTEM_ADMIN, token=False)
    page = system.page
    assert isinstance(page, FleetPage)
    page.enter_token()
    sheet = page.sheet
    assert sheet is not None
    sheet.token.setText(offices.tokens[Role.AUDIT_ADMIN])
    sheet.try_it()
    offices.wait(lambda: "各用各的" in sheet.message.text())
    sheet.token.setText(offices.tokens[Role.SYSTEM_ADMIN])
    with pytest.raises(NotDone, match="请用您本人的"):
        Administration(offices.desk(Role.SYSTEM_ADMIN), lambda: "qian").enter(offices.tokens[Role.SYSTEM_ADMIN])
    press(sheet.token, RETURN)
    offices.wait(lambda: page.rows)
    assert page.rows[0].post == Role.SYSTEM_ADMIN.value
    offices.front(system)
    return system


def post_set_up(offices: Offices, system: MainWindow) -> PostsPage:
    """By the system administrator, without any right."""
    posts = offices.page(system, "posts", PostsPage)
    posts.new()
    sheet = offices.sheet(posts, PostSheet)
    type_into(sheet.post, COUNTER)
    press(sheet.post, RETURN)
    type_into(focused(), "宝山")
    press(focused(), RETURN)
    assert sheet.place.chosen == ["150206001006"]
    sheet.try_it()
    offices.wait(lambda: not sheet.isVisible())
    offices.settle(system)
    row = next(row for row in posts.rows if row.name == COUNTER)
    assert (row.place, row.role, row.grants) == ("宝山社区居委会", "", [])
    posts.filter.setText("宝山")
    offices.wait(lambda: posts.model.rowCount() == 1)
    offices.settle(system)
    posts.table.start()
    assert not posts.deeds[0].isEnabled(), "no desk is enrolled for a post that may hold nothing"

    return posts


def rights_given(offices: Offices) -> str:
    """By the security administrator, who also enters the officer; the first password."""
    security = offices.window(Role.SECURITY_ADMIN)
    assert [*security._places] == ["officers", "posts"]
    rights = offices.page(security, "posts", PostsPage)
    assert rights.rows[0].name == COUNTER and rights.lit(rights.rows[0]), "what is to be done stands on top"
    press(rights.table, RETURN)
    assert focused() is rights.deeds[0]
    press(focused(), RETURN)
    given = offices.sheet(rights, RightsSheet)
    given.try_it()
    assert "请选职责" in given.message.text()
    given.role.setCurrentIndex(given.role.findData("COMMUNITY_WORKER"))
    given.areas.tick("150206001006")
    given.try_it()
    offices.wait(lambda: not given.isVisible())

    people = offices.page(security, "officers", OfficersPage)
    people.new()
    officer = offices.sheet(people, OfficerSheet)
    type_into(officer.called, "王芳")
    type_into(officer.login, "wangfang")
    officer.posts.tick(Role.SYSTEM_ADMIN.value)
    officer.posts.tick(Role.SECURITY_ADMIN.value)
    assert "三员分立" in officer.message.text(), "refused at the desk, before anybody asks the district"
    for item in officer.posts._items():
        item.setCheckState(Qt.CheckState.Unchecked)
    officer.posts.tick(COUNTER)
    assert "三员分立" not in officer.message.text()
    officer.try_it()
    offices.wait(lambda: hasattr(officer, "secret"))
    assert "wangfang" in offices.town.run("officers", "list", offices.town.folder)
    officer.accept()
    return officer.secret.text()


def desk_enrolled(offices: Offices, posts: PostsPage) -> tuple[Replica, str]:
    """By the code that the system administrator reads out."""
    posts.refresh()
    offices.wait(lambda: not posts.asking and posts.marked is not None and posts.deeds[0].isEnabled())
    posts.deeds[0].setFocus()
    press(posts.deeds[0], RETURN)
    enrol = offices.sheet(posts, EnrolSheet)
    press(enrol.officer, RETURN)
    offices.wait(lambda: hasattr(enrol, "secret"))
    clerk = offices.enrolled(enrol.secret.text(), "clerk")
    assert clerk.identity.post == COUNTER and clerk.role is Role.COMMUNITY_WORKER
    enrol.accept()
    return clerk, enrol.secret.text()


def desk_revoked(offices: Offices, system: MainWindow, clerk: Replica) -> None:
    """With a reason, after it was said what that means."""
    fleet = offices.page(system, "fleet", FleetPage)
    at = [one.post for one in fleet.rows].index(COUNTER)
    fleet.table.setCurrentIndex(fleet.model.index(at, 0))
    fleet.deeds[0].setFocus()
    press(fleet.deeds[0], RETURN)
    end = offices.sheet(fleet, RevokeSheet)
    press(end.lost, Qt.Key.Key_Space)
    assert not end.go.isEnabled(), "without a reason nothing is revoked"
    assert "不自动生效" in end.fate.text()
    type_into(end.reason, "窗口电脑被盗")
    press(end.reason, RETURN)
    press(focused(), RETURN)
    offices.wait(lambda: not end.isVisible())
    offices.settle(system)
    assert [one.revoked for one in fleet.rows if one.post == COUNTER] == [True]


def auditor_reads(offices: Offices, clerk: Replica, first: str, code: str) -> None:
    """All of it, and no secret."""
    auditor = offices.window(Role.AUDIT_ADMIN)
    assert [*auditor._places] == ["deeds", "audit"]
    done = auditor.page
    assert isinstance(done, DeedsPage)
    said = {(one.what, one.about, one.reason) for one in done.rows}
    assert ("撤销电脑", f"{COUNTER} {clerk.identity.replica[-8:]}", "窗口电脑被盗") in said
    assert {"设岗位", "改岗位", "登记经办人", "发登记代码"} <= {what for what, _, _ in said}
    assert first not in str(done.rows) and code not in str(done.rows)


def server_gone(offices: Offices, system: MainWindow) -> None:
    """The last answer stands there with its age."""
    process = offices.running.process
    process.terminate()
    process.wait(20)
    back = offices.page(system, "fleet", FleetPage)
    back.refresh()
    offices.settle(system)
    offices.wait(lambda: back._strip.isVisible())
    assert "连不上区服务器" in back._why.text() and back.rows
