"""Each field that somebody fills in has a sentence of help in both languages, beside it or, in a narrow form, below it."""

from __future__ import annotations

import tomllib

from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.field import Asked, FieldInfo
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.ui import words
from baiyun_desktop.ui.form_body import BESIDE_MIN_PX, FormBody
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import PROGRAM

LETTERS_MAX = 26
"""Longer ones take three lines beside their editor on an office's screen."""


def asked(kind: RecordInfo) -> list[FieldInfo]:
    parent = kind.parent[0] if kind.parent is not None else ""
    return [f for f in kind.fields if f.asked is not Asked.AUTO and not f.derived and f.name != parent]


def test_no_field_is_without_help() -> None:
    lacking = [
        f"{kind.name}.{field.name}"
        for kind in PROGRAM.kinds.values()
        for field in asked(kind)
        if not words.help_for(kind.name, field.name, field.help)
    ]
    assert lacking == []


def test_the_table_says_only_what_declarations_do_not_and_both_languages() -> None:
    with resource("translations", "help.toml").open("rb") as file:
        table = tomllib.load(file)
    for kind, said in table.items():
        fields = {field.name: field for field in asked(PROGRAM.kind(kind))}
        assert said.keys() <= fields.keys(), kind
        for name, (zh, en) in said.items():
            assert en and bool(zh) is not bool(fields[name].help), f"{kind}.{name}"
            assert len(zh) <= LETTERS_MAX, f"{kind}.{name}"


def test_it_stands_beside_the_editor_and_below_it_where_the_form_is_narrow(window: MainWindow, qtbot: QtBot) -> None:
    body = FormBody(window.shell, PROGRAM.kind("person"))
    qtbot.addWidget(body)
    body.show_values({})
    body.show()
    rows = [body.rows[name] for name in ("phone", "work_unit", "edu")]
    body.resize(BESIDE_MIN_PX + 200, 900)
    qtbot.waitUntil(lambda: all(row.help.isVisible() and row.help.x() > row.field.geometry().right() for row in rows))
    assert rows[0].help.text() == "本人常用、能打通的"
    body.resize(BESIDE_MIN_PX - 100, 900)
    qtbot.waitUntil(lambda: all(row.help.y() >= row.field.geometry().bottom() for row in rows))
    assert all(row.help.x() == row.field.x() for row in rows)
    words.set_language("en")
    english = FormBody(window.shell, PROGRAM.kind("person"))
    qtbot.addWidget(english)
    english.show_values({})
    assert english.rows["phone"].help.text() == "One that they answer"


def test_headings_and_states_have_their_english() -> None:
    sections = {section for kind in PROGRAM.kinds.values() for section in kind.sections}
    states = {str(state.value) for procedure in PROGRAM.procedures.values() for state in procedure.states}
    words.set_language("en")
    assert [one for one in sections if words.declared("section", one) == one] == []
    assert [one for one in states if words.declared("state", one) == one] == []
