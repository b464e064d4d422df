"""How the district's server is: what needs doing in sentences, then each figure with what it means."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import HEALTH_PATH, Health
from baiyun_desktop.ui.admin.ages import age_words
from baiyun_desktop.ui.admin.asking import AskedPage, show_in
from baiyun_desktop.ui.parts import PAGE_PX, column, frame, row, scrolled, text
from baiyun_desktop.ui.words import say

NEEDS = (
    "disk", "backup_disk", "certificate", "backup", "unsent", "held", "faults", "confirm", "rights", "offer", "signed",
)  # fmt: skip
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WIDTH_PX = 760


class HealthPage(AskedPage):
    """No lamps where all is well: a sentence says so."""

    place = "health"

    def build(self) -> QWidget:
        self._shown = scrolled(QWidget())
        return self._shown

    def question(self) -> Answer[Any]:
        return self.line.read(HEALTH_PATH, Health)

    def show_answer(self, what: Health) -> None:
        self.told = [say(f"admin.health_{need}") for need in what.needs if need in NEEDS]
        self.count.setText(say("admin.health_needs", n=len(what.needs)) if what.needs else say("admin.health_fine"))
        strips = [
            frame(row(text(words, tone="warn", wrap=True), margins=(12, 7, 12, 7)), strip="warn") for words in self.told
        ]
        card = frame(row(_grid(what), margins=(18, 16, 18, 16)), card=True)
        made = QWidget()
        made.setLayout(column(*strips, card, None, gap=8))
        made.setMaximumWidth(WIDTH_PX)
        layout = row(made, None, margins=(PAGE_PX, 16, PAGE_PX, 16))
        layout.setStretch(0, 100)  # as wide as it may be, and at the left
        show_in(self._shown, layout)


def _grid(what: Health) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(9)
    grid.setColumnStretch(1, 1)
    for at, (name, value, need) in enumerate(_figures(what)):
        label = text(say(f"admin.{name}"), "muted")
        shown = text(value, wrap=True, select=True, tone="warn" if need in what.needs else "")
        shown.setAccessibleName(f"{label.text()} {value}")
        grid.addWidget(label, at, 0)
        grid.addWidget(shown, at, 1)
    return grid


def _figures(what: Health) -> list[tuple[str, str, str]]:
    """(name, value in words, the need that would light it)."""
    backup = age_words(int(what.backup_hours * HOUR_MS)) if what.backup_hours is not None else say("admin.never")
    if what.backup_behind:
        backup += say("admin.backup_behind", n=f"{what.backup_behind:,}")
    drill = age_words(int(what.drill_days * DAY_MS)) if what.drill_days is not None else say("admin.never")
    held = say("admin.held_since", n=what.held, age=age_words(what.oldest_held_ms)) if what.held else say("admin.zero")
    unsent = age_words(what.oldest_unsent_ms) if what.oldest_unsent_ms else say("admin.zero")
    signed = say("admin.days_left", n=what.signed_days) if what.signed_days is not None else say("admin.no_repository")
    return [
        ("disk", say("admin.gib", n=what.disk_free_gib), "disk"),
        ("backup", backup, "backup"),
        ("drill", drill, ""),
        ("certificate", say("admin.days_left", n=what.certificate_days), "certificate"),
        ("workers", "\n".join(what.workers) or say("admin.zero"), ""),
        ("offers", "\n".join(what.offers) or say("admin.no_offers"), "offer"),
        ("signed", signed, "signed"),
        ("fleet", say("admin.fleet_figures", n=what.desks, revoked=what.revoked), ""),
        ("oldest_unsent", unsent, "unsent"),
        ("held", held, "held"),
        ("faults", str(what.held_faults), "faults"),
        ("database", what.database, ""),
    ]
