"""What others take is said once beside their steps, and whole on each of them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.role import Role
from baiyun_desktop.modules.migrants.permit.procedure import PERMIT
from baiyun_desktop.modules.migrants.permit.states import S
from baiyun_desktop.ui.steps_bar import StepsBar


def test_steps_of_another_role_are_off_and_say_whose_they_are(qtbot: QtBot) -> None:
    bar = StepsBar()
    qtbot.addWidget(bar)
    steps = [step for step in PERMIT.steps if S.AT_POLICE in step.starts]
    bar.show_steps("已报公安", [(step, PERMIT.barred(step, Role.COMMUNITY_WORKER)) for step in steps])
    assert [label.text() for label in bar.findChildren(QLabel)] == ["已报公安", "由派出所联络员办理"]
    buttons = bar.findChildren(QPushButton)
    assert [b.text() for b in buttons] == ["制证", "不予制发"] and not any(b.isEnabled() for b in buttons)
    for b in buttons:
        assert b.toolTip() == b.accessibleDescription()
        assert b.toolTip().startswith(f"按《居住证暂行条例》第8条，“{b.text()}”由派出所联络员办理，本岗位是社区工作者")
    bar.show_steps("已报公安", [(step, PERMIT.barred(step, Role.POLICE_LIAISON)) for step in steps])
    assert all(b.isEnabled() for b in bar.findChildren(QPushButton) if b.parent() is bar and b.isVisibleTo(bar))
