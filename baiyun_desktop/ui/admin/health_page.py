"""How the district's server is: what needs doing in sentences, then each figure with what it means."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import HEALTH_PATH, Health
from baiyun_desktop.ui.admin.ages import age_words
from baiyun_desktop.ui.admin.asking import AskedPage
from baiyun_desktop.ui.parts import PAGE_PX, clear, column, frame, row, scrolled, text
from baiyun_desktop.ui.words import say

NEEDS = (
    "disk", "certificate", "backup", "unsent", "held", "faults", "confirm", "rights", "offer", "signed",
)  # fmt: skip
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WIDTH_PX = 760


class HealthPage(AskedPage):
    """No lamps where all is well: a sentence says so."""

    place = "health"

    def build(self) -> QWidget:
        self._needs = column(gap=6)
        self._figures = QGridLayout()
        self._figures.setHorizontalSpacing(24)
        self._figures.setVerticalSpacing(9)
        self._figures.setColumnStretch(1, 1)
        card = frame(row(self._figures, margins=(18, 16, 18, 16)), card=True)
        inside = QWidget()
        inside.setLayout(column(self._needs, card, None, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16)))
        inside.setMaximumWidth(WIDTH_PX)
        return scrolled(inside)

    def question(self) -> Answer[Any]:
        return self.line.read(HEALTH_PATH, Health)

    def show_answer(self, what: Health) -> None:
        self.told = [say(f"admin.health_{need}") for need in what.needs if need in NEEDS]
        self.count.setText(say("admin.health_needs", n=len(what.needs)) if what.needs else say("admin.health_fine"))
        clear(self._needs)
        for words in self.told:
            self._needs.addWidget(frame(row(text(words, tone="warn", wrap=True), margins=(12, 7, 12, 7)), strip="warn"))
        clear(self._figures)
        for at, (name, value, need) in enumerate(_figures(what)):
            label = text(say(f"admin.{name}"), "muted")
            shown = text(value, wrap=True, select=True, tone="warn" if need in what.needs else "")
            shown.setAccessibleName(f"{label.text()} {value}")
            _both(self._figures, at, label, shown)


def _both(grid: QGridLayout, at: int, label: QLabel, value: QLabel) -> None:
    grid.addWidget(label, at, 0)
    grid.addWidget(value, at, 1)


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
