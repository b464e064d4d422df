"""What a migrant centre has done after some years beside its register: tickets at the counter, permits, visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sync.act import Change, Op

from .chance import Chance, day_of
from .register import DAYS, FIRST_DAY

ITEMS = 40
HOUSES = 4_000
_DAY_MS = 86_400_000
_MADE = ("材料齐", "受理", "报公安", "制证", "制成", "发放")


class Centre:
    """Draws its records, from one seed, for a register that is there already."""

    def __init__(self, register: Sequence[Change], seed: int = 20_261_102) -> None:
        self._chance = Chance(seed)
        self._regs = [change for change in register if change.collection == "residence_reg"]

    def records(self, tickets: int) -> Iterator[Change]:
        """Each record as its creation, with the movements that its state follows from."""
        items = [self._made("service_item", self._moment(), area="*", code=f"S{n:02d}", name=f"事项{n}",
                            family=str(n % 8 + 1)) for n in range(ITEMS)]  # fmt: skip
        yield from items
        for _ in range(tickets):
            yield from self._ticket(self._chance.random.choice(self._regs), self._chance.random.choice(items).id)
        for reg in self._regs:
            if self._chance.often(0.45):
                yield from self._permit(reg)
        for _ in range(HOUSES):
            yield from self._visits(self._chance.random.choice(self._regs))

    def _moment(self) -> int:
        return self._chance.office_moment(FIRST_DAY, DAYS)

    def _made(self, of: str, at_ms: int, /, **fields: Any) -> Change:
        given = {name: value for name, value in fields.items() if value is not None}
        return Change(of, self._chance.record_id(at_ms), Op.CREATE, given)

    def _moved(self, record: Change, at_ms: int, verb: str) -> Change:
        return self._made(
            "movement", at_ms, subject_kind=record.collection, subject=record.id, verb=verb,
            stated_date=day_of(at_ms).isoformat(), officer="乌兰", judgement="accepted", found=[],
        )  # fmt: skip

    def _ticket(self, reg: Change, item: str) -> Iterator[Change]:
        chance, at = self._chance, self._moment()
        taken, told = chance.random.randrange(1, 40) * 60_000, chance.often(0.12)
        accepted = at + taken + (_DAY_MS if told else 0)
        done = accepted + (chance.random.randrange(2, 90) * 60_000 if chance.often(0.8) else 2 * _DAY_MS)
        back = chance.often(0.05)
        days = {"accepted_on": accepted, "told_on": at + taken if told else None, "returned_on": done if back else None,
                "done_on": None if back else done}  # fmt: skip
        stated = {name: day_of(ms).isoformat() for name, ms in days.items() if ms is not None}
        ticket = self._made(
            "service_ticket", at, person=reg.fields["person"], item=item, area=reg.fields["area"], channel="1",
            queue_no=f"A{chance.random.randrange(400):03d}", wish="来窗口办理事项，材料随身", **stated,
            return_reason=chance.pick(("1", 3), ("3", 1)) if back else None,
            result=None if back else chance.pick(("1", 9), ("2", 1), ("5", 1)),
            satisfaction=None if back else chance.pick(("5", 6), ("4", 3), ("3", 1), ("2", 1), (None, 6)),
        )  # fmt: skip
        yield ticket
        if told:
            yield self._moved(ticket, at + taken, "一次性告知")
        yield self._moved(ticket, accepted, "补齐" if told else "受理")
        yield self._moved(ticket, done, "退件" if back else "当场办结")
        if not back and chance.often(0.8):
            yield self._moved(ticket, done + 60_000, "送达")

    def _permit(self, reg: Change) -> Iterator[Change]:
        chance, since = self._chance, date.fromisoformat(reg.fields["reg_date"])
        issued = since + timedelta(days=200)
        years = chance.random.randrange(0, 3)
        ended, halted = chance.often(0.1), chance.often(0.05)
        at = self._moment()
        permit = self._made(
            "residence_permit", at, person=reg.fields["person"], reg=reg.id, area=reg.fields["area"],
            permit_no=f"1502{chance.random.randrange(10**8):08d}", issue_date=issued.isoformat(),
            receive_date=(issued + timedelta(days=5)).isoformat(), years_from=issued.isoformat(),
            endorsed_on=(issued + timedelta(days=365 * years - 5)).isoformat() if years else None,
            cancel_date=(issued + timedelta(days=700)).isoformat() if ended else None,
            suspended_on=(issued + timedelta(days=400)).isoformat() if halted else None,
        )  # fmt: skip
        yield permit
        verbs = (*_MADE, *(("功能中止",) if halted else ()), *(("注销",) if ended else ()))
        for n, verb in enumerate(verbs):
            yield self._moved(permit, at + n * _DAY_MS, verb)
        for year in range(1, years + 1):
            due = issued + timedelta(days=365 * year)
            yield self._made("permit_endorse", at + year, permit=permit.id, due=due.isoformat(),
                             done_on=(due - timedelta(days=5)).isoformat(), kind=chance.pick(("1", 9), ("2", 1)))  # fmt: skip

    def _visits(self, reg: Change) -> Iterator[Change]:
        chance, at = self._chance, self._moment()
        house = self._made("rental_house", at, area=reg.fields["area"])
        yield house
        for _ in range(chance.random.randrange(1, 5)):
            at = max(at, self._moment())
            found = chance.random.randrange(6)
            visit = self._made(
                "inspect", at, rental=house.id, area=reg.fields["area"], visited_on=day_of(at).isoformat(), kind="1",
                people_found=found, unregistered=min(found, chance.random.choice((0, 0, 0, 1))), results=["1"],
            )  # fmt: skip
            yield visit
            yield self._moved(visit, at + 1, "走访")
