"""The fleet: what has to be done first, then who has been silent longest, and whom to call about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import DESKS_PATH, ORGANISATIONS_PATH, FleetRow, OrganisationRow
from baiyun_desktop.ui.admin.ages import age_words
from baiyun_desktop.ui.admin.enrol_sheet import EnrolSheet
from baiyun_desktop.ui.admin.revoke_sheet import RevokeSheet
from baiyun_desktop.ui.admin.table_page import TablePage, divide, facts
from baiyun_desktop.ui.parts import button, text
from baiyun_desktop.ui.words import say

NUMBER_CHARS = 8
"""Of a desk's id, as its own screen shows it."""
BEHIND_MS = 10 * 60_000
NEEDS = ("faults", "unsent", "silent", "clock", "held", "never")
"""What may have to be done, the most pressing first."""


def rank(one: FleetRow) -> tuple[bool, int, int, str]:
    """Revoked desks last; before them what needs something, by what it is, then by how long it has been silent."""
    pressing = min((NEEDS.index(need) for need in one.needs if need in NEEDS), default=len(NEEDS))
    return one.revoked, pressing, -(one.silent_ms if one.silent_ms is not None else 10**15), one.post


def _is_behind(one: FleetRow) -> bool:
    """Whether a desk lacks something that it could have had for long: the rest is on its way."""
    return bool(one.behind) and one.cursor_age_ms > BEHIND_MS


class FleetPage(TablePage):
    """Each desk a row."""

    place = "fleet"
    spare = ("program", "where", "officer", "held", "behind")
    columns = (
        ("need", 12), ("post", 18), ("officer", 10), ("contact", 8), ("unsent", 6), ("behind", 6), ("held", 6),
        ("where", 14), ("program", 8),
    )  # fmt: skip

    def extras(self) -> list[QWidget]:
        new = button(
            say("admin.enrol"),
            lambda: self.shell.go("posts"),
            look="primary",
            picture="plus",
            tip=say("admin.enrol_tip"),
        )
        return [self.filter, new]

    def question(self) -> Answer[Any]:
        fleet = self.line.read(DESKS_PATH, list[FleetRow])
        places = self.line.read(ORGANISATIONS_PATH, list[OrganisationRow])
        return Answer((fleet.what, {row.name: row for row in places.what}), fleet.at, fleet.why)

    def show_answer(self, what: Any) -> None:
        fleet, self._places = what
        super().show_answer(sorted(fleet, key=rank))

    def summary(self) -> str:
        standing = [one for one in self.rows if not one.revoked]
        needing = sum(bool(one.needs) for one in standing)
        return say("admin.fleet_count", n=f"{len(standing):,}") + (
            say("admin.fleet_needs", n=needing) if needing else say("admin.fleet_fine") if standing else ""
        )

    def nothing(self) -> str:
        return say("admin.fleet_none")

    def key(self, one: FleetRow) -> str:
        return one.replica

    def lit(self, one: FleetRow) -> bool:
        return bool(one.needs)

    def void(self, one: FleetRow) -> bool:
        return one.revoked

    def cells(self, one: FleetRow) -> tuple[str, ...]:
        need = say(f"admin.need_{one.needs[0]}") if one.needs else say("admin.revoked") if one.revoked else ""
        more = say("admin.need_more", n=len(one.needs) - 1) if len(one.needs) > 1 else ""
        behind = age_words(one.cursor_age_ms) if _is_behind(one) else ""
        held = str(one.held) if one.held else ""
        unsent = str(one.waiting) if one.waiting else ""
        contact = age_words(one.silent_ms)
        program = one.program or say("admin.unknown")
        return need + more, one.post, one.officer, contact, unsent, behind, held, one.place, program

    def beside(self, one: FleetRow) -> list[QWidget | int]:
        things: list[QWidget | int] = [text(one.post or one.replica[-NUMBER_CHARS:], "heading", wrap=True)]
        things += [text(say(f"admin.do_{need}"), "", tone="warn", wrap=True) for need in one.needs if need in NEEDS]
        if one.needs:
            things += [divide(), *facts(("call", self._whom(one)))]
        if one.revoked:
            things.append(text(say("admin.is_revoked"), "muted", wrap=True))
        things.append(divide())
        unsent = (
            say("admin.unsent_since", n=one.waiting, age=age_words(one.oldest_ms)) if one.waiting else say("admin.zero")
        )
        # What is as it should be is left out, so that the buttons stand in sight on a small screen too.
        held = say("admin.held_since", n=one.held, age=age_words(one.oldest_held_ms)) if one.held else ""
        behind = age_words(one.cursor_age_ms) if _is_behind(one) else ""
        ahead = say("admin.ahead", age=age_words(one.ahead_ms)) if "clock" in one.needs else ""
        things += facts(
            ("where", one.place), ("officer", one.officer), ("number", one.replica[-NUMBER_CHARS:]),
            ("contact", age_words(one.silent_ms)), ("behind", behind), ("unsent", unsent), ("held", held), ("clock", ahead),
            ("copies", say("admin.copied") if one.epochs > 1 else ""),
            ("program", one.program or say("admin.unknown")),
        )  # fmt: skip
        if not one.revoked:
            things += [8, self.deed(button(say("admin.revoke"), lambda: self.revoke(one)))]
            things += [self.deed(button(say("admin.enrol_again"), lambda: self.enrol(one)))]
        return things

    def _whom(self, one: FleetRow) -> str:
        place = self._places.get(one.place)
        said = [one.officer, one.place]
        if place is not None:
            said += [place.leader, place.phone or say("admin.no_phone")]
        return " · ".join(part for part in said if part)

    def revoke(self, one: FleetRow) -> None:
        """Ask why, say what becomes of it, and end its right."""
        self.do(lambda: RevokeSheet(self.shell, self.line, one, self.window()))

    def enrol(self, one: FleetRow) -> None:
        """A code for another PC of the same post."""
        self.do(lambda: EnrolSheet(self.shell, self.line, one.post, self.window()))
