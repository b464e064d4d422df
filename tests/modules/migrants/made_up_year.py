"""A year at the centre made up with every trap for whoever counts it: edges of periods, voids, joins, comings back, gaps."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

from baiyun_desktop.replica import Replica
from sync.system import LINK

FIRST, LAST, TODAY = date(2026, 4, 1), date(2026, 6, 30), date(2026, 6, 20)
DAYS = (
    "2025-12-30", "2026-02-11", "2026-03-31", "2026-04-01", "2026-04-15", "2026-05-20", "2026-06-10", "2026-06-19",
    "2026-06-20", "2026-06-21", "2026-06-30", "2026-07-01", "2026-09-09", None,
)  # fmt: skip
AREAS = ("150206001006001", "150206001006002", "150206001006", "150206002007003")
REASONS, DWELLINGS, HOMES = ("01", "03", "14", None), ("01", "02", "99", None), ("150202", "340104", "", None, "6101")
_BEIJING = timezone(timedelta(hours=8))

STAYS = {
    "DRAFT": (), "ACTIVE": ("登记",), "TO_CHECK": ("登记", "转待核实"), "ENDED": ("登记", "注销"), "REPLACED": ("登记", "转为变更历史"),
}  # fmt: skip
_MADE = ("材料齐", "受理", "报公安", "制证", "制成")
PERMITS = {
    "ACCEPTED": _MADE[:2], "TO_FETCH": _MADE, "VALID": (*_MADE, "发放"), "TO_ENDORSE": (*_MADE, "发放", "转待签注"),
    "SUSPENDED": (*_MADE, "发放", "功能中止"), "CANCELLED": (*_MADE, "发放", "注销"), "AT_POLICE": (*_MADE, "发放", "申请换补领"),
}  # fmt: skip
TICKETS = {
    "TAKEN": (), "ACCEPTED": ("受理",), "DONE": ("受理", "当场办结"), "FILED": ("受理", "办理", "办结", "送达", "评价", "归档"),
    "TO_COMPLETE": ("一次性告知",), "DELIVERED": ("一次性告知", "补齐", "当场办结", "送达"), "RETURNED": ("受理", "退件"),
}  # fmt: skip
VISITS = {"PLANNED": (), "IN_ORDER": ("走访",), "TO_MEND": ("要求整改",)}


class Year:
    """Fills a desk as what comes from the district would."""

    def __init__(self, desk: Replica, seed: int = 7) -> None:
        self.desk, self.chance, self._serial = desk, Random(seed), 0
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def id(self, ms: int = 1_770_000_000_000) -> str:
        self._serial += 1
        return f"{ms:012x}7{self._serial:019x}"

    def add(self, kind: str, made: str = "", /, **values: Any) -> str:
        """A row, one in nine void."""
        record = made or self.id()
        self.rows.setdefault(kind, []).append(
            {"id": record, "pos": self._serial, "voided": self.chance.random() < 0.11, **values}
        )
        return record

    def one(self, *of: Any) -> Any:
        return self.chance.choice(of)

    def move(self, kind: str, record: str, verbs: tuple[str, ...], ms: int = 0, day: str | None = None) -> None:
        """The steps, some minutes apart; among them one that came second and one that was declared void."""
        at = ms or 1_770_000_000_000
        for verb in verbs:
            at += self.one(2, 7, 31) * 60_000 + 500
            stated = day or datetime.fromtimestamp(at / 1000, _BEIJING).date().isoformat()
            self._movement(kind, record, verb, at, stated, "accepted", void=False)
        if verbs and ms:
            self._movement(kind, record, verbs[-1], ms + 1_000, day or "2026-05-20", "overtaken", void=False)
            self._movement(kind, record, verbs[0], ms + 2_000, day or "2026-05-20", "accepted", void=True)

    def _movement(self, kind: str, record: str, verb: str, at: int, day: str, judged: str, *, void: bool) -> None:
        row = {"subject_kind": kind, "subject": record, "verb": verb, "stated_date": day, "judgement": judged}
        self.add("movement", self.id(at), **row)
        self.rows["movement"][-1]["voided"] = void

    def fill(self) -> Replica:
        people = [self.add("person", hukou_code=self.one(*HOMES), area=AREAS[0], name=f"人{n}") for n in range(60)]
        for n in range(0, 12, 2):  # six people known twice; of one pair it was undone
            state = "undone" if n == 4 else "live"
            self.add(LINK, subject_kind="person", subject=people[n + 1], head=people[n], how="decided", state=state)
            self.rows[LINK][-1]["voided"] = n == 6
        for person in people:
            self._stays(person)
            self._permit(person)
        items = [
            self.add("service_item", area="*", code=f"S{n}", family=f) for n, f in enumerate(("1", "2", "7", None))
        ]
        for person in people * 3:
            self._ticket(person, items)
        for house in [self.add("rental_house", area=self.one(*AREAS)) for _ in range(25)]:
            self._visits(house)
        with self.desk.store.writing() as conn:
            for kind, rows in self.rows.items():
                names = sorted({name for row in rows for name in row})
                table = self.desk.layout.schema[kind].table
                conn.execute(table.insert(), [{name: row.get(name) for name in names} for row in rows])
        return self.desk

    def _stays(self, person: str) -> None:
        for _ in range(self.one(1, 1, 2, 3)):
            state = self.one(*STAYS)
            record = self.add(
                "residence_reg", person=self.one(person, person, person, None), area=self.one(*AREAS),
                from_code=self.one(*HOMES), inflow_reason=self.one(*REASONS), dwelling=self.one(*DWELLINGS),
                reg_date=self.one(*DAYS), leave_date=self.one(*DAYS) if state == "ENDED" else None,
                replaced_on=self.one(*DAYS) if state == "REPLACED" else None,
            )  # fmt: skip
            self.move("residence_reg", record, STAYS[state])

    def _permit(self, person: str) -> None:
        state = self.one(*PERMITS)
        issued = self.one("2024-06-05", "2025-04-01", "2025-05-20", "2025-06-20", "2025-06-19", "2025-07-01", None)
        held = state not in ("ACCEPTED", "TO_FETCH")
        record = self.add(
            "residence_permit", person=person, area=self.one(*AREAS), issue_date=issued if held else None,
            receive_date=self.one("2026-03-31", "2026-06-30", "2026-07-01", None) if held else None,
            suspended_on=self.one("2026-06-30", "2026-07-01") if state == "SUSPENDED" else None,
            cancel_date=self.one("2026-05-19", "2026-06-30", "2026-07-01") if state == "CANCELLED" else None,
            endorsed_on=self.one(None, "2025-06-01") if issued == "2024-06-05" else None,
        )  # fmt: skip
        self.move("residence_permit", record, PERMITS[state])
        for _ in range(self.one(0, 1, 2)):
            self.add(
                "permit_endorse",
                permit=record,
                due=self.one(*DAYS),
                done_on="2026-05-01",
                kind=self.one("1", "1", "2", None),
            )

    def _ticket(self, person: str, items: list[str]) -> None:
        state, day = self.one(*TICKETS), self.one(*DAYS)
        ms = int(
            datetime.fromisoformat(f"{day or '2026-05-20'}T{self.one('09:10', '16:20', '23:50')}+08:00").timestamp()
            * 1000
        )
        verbs = TICKETS[state]
        done, late = state in ("DONE", "FILED", "DELIVERED"), self.one(None, None, "2026-05-02")
        record = self.add(
            "service_ticket", self.id(ms), person=person, item=self.one(*items, None), area=self.one(*AREAS),
            accepted_on=day if {"受理", "补齐"} & set(verbs) else None, done_on=self.one(day, *DAYS) if done else None,
            told_on=day if "一次性告知" in verbs else None, result=self.one("1", "1", "2", "5", None) if done else None,
            satisfaction=self.one("5", "4", "3", "2", "1", None) if state == "FILED" else None,
            returned_on=day if state == "RETURNED" else None,
            return_reason=self.one("1", "3", None) if state == "RETURNED" else None,
        )  # fmt: skip
        self.move("service_ticket", record, verbs, ms, late)

    def _visits(self, house: str) -> None:
        for _ in range(self.one(1, 2, 3)):
            state = self.one(*VISITS)
            record = self.add(
                "inspect", rental=self.one(house, house, None), area=self.one(*AREAS), visited_on=self.one(*DAYS),
                people_found=self.one(0, 1, 3, 5, None), unregistered=self.one(0, 1, None), results=[self.one("1", "3", "5")],
            )  # fmt: skip
            self.move("inspect", record, VISITS[state])
