"""What the district did not take, with its reason and what was typed, so that nothing vanishes without a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from baiyun_desktop.kernel.mask import Shown, masked
from baiyun_desktop.replica.attention import TrayItem
from baiyun_desktop.ui.attention_words import field_label, kind_title, tray_title
from baiyun_desktop.ui.parts import PAGE_PX, badge, button, clear, column, empty, frame, page_band, row, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import language, say
from baiyun_desktop.ui.work import Job, Latest

_TONES = {"refused": "bad", "overtaken": "warn", "held": "accent"}


class TrayPage(Page):
    """One card an act."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.tray")
        self._latest = Latest(shell.work, self)
        band = page_band(self.title, text(say("tray.explain"), "muted"), None)
        self._inside = QWidget()
        self._cards = QVBoxLayout(self._inside)
        self._cards.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        self._cards.setSpacing(12)
        layout = column(band, scrolled(self._inside), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def refresh(self) -> None:
        read = self.shell.desk.replica.read

        def question(job: Job) -> list[TrayItem]:
            return list(read.tray())

        self._latest.ask(question, self._show)

    def _show(self, items: list[TrayItem]) -> None:
        clear(self._cards)
        for item in items:
            self._cards.addWidget(self._card(item))
        if not items:
            self._cards.addWidget(empty(say("tray.none")))
        self._cards.addStretch(1)

    def _card(self, item: TrayItem) -> QWidget:
        head = row(
            text(tray_title(self.shell.desk.program, item), "heading"),
            badge(say(f"tray.{item.outcome}"), _TONES[item.outcome]),
            None,
        )
        box = column(head, text(item.reason or say("tray.no_reason"), wrap=True), gap=6, margins=(18, 12, 18, 12))
        for kind, record, fields in item.changes:
            box.addLayout(self._change(kind, record, fields))
        if item.outcome != "held":
            name = f"{say('tray.aside')} {tray_title(self.shell.desk.program, item)}"
            aside = button(
                say("tray.aside"), lambda: self._put_aside(item.number), tip=say("tray.aside_help"), name=name
            )
            box.addLayout(row(None, aside))
        return frame(box, card=True)

    def _put_aside(self, number: int) -> None:
        door = self.shell.desk.replica.door
        self.shell.work.ask(self, lambda job: door.put_aside(number), lambda _: self.refresh())

    def _shown(self, kind: str, name: str, value: Any) -> str:
        """In words; numbers of papers and phones masked, as wherever nobody has asked to see them."""
        program = self.shell.desk.program
        info = program.kinds[kind].by_name.get(name) if kind in program.kinds else None
        if info is None:
            return str(value)
        words = program.label(kind, name, value, language())
        return masked(info.mask, words, shown=Shown.DETAIL) if info.mask is not None else words

    def _change(self, kind: str, record: str, fields: Mapping[str, Any]) -> Any:
        program = self.shell.desk.program
        known = program.kinds[kind].by_name if kind in program.kinds else {}
        words = [
            f"{field_label(program, kind, name)}: {self._shown(kind, name, value)}"
            for name, value in fields.items()
            if value is not None and (name not in known or known[name].ref is None)
        ]
        title = kind_title(program, kind)
        things: list[Any] = [text(title, "help"), text(" · ".join(words), "help", wrap=True)]
        if kind in program.kinds and self.shell.desk.replica.read.get(kind, record) is not None:
            things.append(
                button(
                    say("worklist.open"),
                    lambda: self.shell.open(kind, record),
                    look="flat",
                    name=f"{say('worklist.open')} {title}",
                )
            )
        line = row(*things, gap=10)
        line.setStretch(1, 1)
        return line
