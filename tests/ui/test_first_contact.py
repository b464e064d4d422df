"""The first minute of a new desk: a passphrase is typed twice, and what went wrong is said until it goes well."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui.first_contact import FirstContact
from sync.errors import LineDown


@pytest.mark.parametrize(
    ("secret", "again", "words"), [("kurz", "kurz", "8"), ("一把很长的口令", "一把很长的口今", "不一致"), ("", "", "8")]
)
def test_a_weak_or_mistyped_passphrase_uses_no_code_up(qtbot: QtBot, secret: str, again: str, words: str) -> None:
    tried: list[str] = []
    dialog = FirstContact(lambda *given: tried.append(given[1]), (LineDown,), passphrase=True)
    qtbot.addWidget(dialog)
    dialog.code.setText("CODE")
    dialog.secret.setText(secret)
    dialog.again.setText(again)
    dialog._try()
    assert words in dialog.message.text()
    assert tried == []
    dialog.secret.setText("一把很长的口令")
    dialog.again.setText("一把很长的口令")
    dialog._try()
    assert tried == ["CODE"]
    assert dialog.result()


def test_with_a_key_store_nobody_is_asked_for_one(qtbot: QtBot) -> None:
    given: list[tuple[str, ...]] = []
    dialog = FirstContact(lambda *words: given.append(words), (LineDown,), passphrase=False)
    qtbot.addWidget(dialog)
    dialog.address.setText("10.0.0.1:8443")
    dialog._try()
    assert given == [("10.0.0.1:8443", "", "")]


def test_a_line_that_is_down_is_said_and_tried_again(qtbot: QtBot) -> None:
    down = [True]

    def enrol(*_: str) -> None:
        if down.pop():
            down.append(False)
            raise LineDown("连不上区服务器")

    dialog = FirstContact(enrol, (LineDown,), passphrase=False)
    qtbot.addWidget(dialog)
    dialog._try()
    assert "连不上" in dialog.message.text()
    assert not dialog.result()
    dialog._try()
    assert dialog.result()
