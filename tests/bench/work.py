"""What an officer does between two rounds: edits of three fields and new records, at the pace of an office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sync.act import Change, Op

from .chance import LOCAL, Chance, day_of
from .register import EMPLOYERS, Register

EDITS = 1_000
CREATIONS = 200
FIRST_DAY = date(2026, 11, 2)
FIRST_DAY_MS = int((datetime(2026, 11, 2, 8, 30, tzinfo=UTC) - LOCAL).timestamp() * 1000)
WORK_MS = 9 * 3_600_000


@dataclass(frozen=True, slots=True)
class Deed:
    """One save: when the form was opened, when it was saved, and what was typed."""

    opened_ms: int
    saved_ms: int
    change: Change


class Work:
    """1,200 saves on a register, drawn from one seed."""

    def __init__(self, register: Register, records: Sequence[Change], seed: int = 7) -> None:
        self._chance = Chance(seed)
        self._rows = {c.id: dict(c.fields) for c in records}
        self._editable = [c for c in records if c.collection in ("person", "residence_reg", "house")]
        self._houses = [c for c in records if c.collection == "house"]
        self._makes = register
        self._now = FIRST_DAY_MS

    def deeds(self) -> list[Deed]:
        """Edits with creations strewn among them, in the order of their saving."""
        kinds = ["edit"] * EDITS + ["create"] * (CREATIONS // 2)
        self._chance.random.shuffle(kinds)
        targets = iter(self._targets())
        found: list[Deed] = []
        for kind in kinds:
            if kind == "edit":
                found.append(self._deed(lambda _at: self._edit(next(targets))))
            else:
                found += self._newcomer()
        return found

    def visits(self, count: int) -> list[Deed]:
        """So many more edits, of houses, after the deeds."""
        houses = self._chance.random.sample(self._houses, count)
        return [self._deed(lambda _at, house=house: self._edit(house)) for house in houses]

    def _targets(self) -> list[Change]:
        """Records to edit, no one twice while there are enough."""
        random = self._chance.random
        if len(self._editable) >= EDITS:
            return random.sample(self._editable, EDITS)
        return random.choices(self._editable, k=EDITS)

    def _deed(self, make: Any) -> Deed:
        random = self._chance.random
        opened = self._now + random.randrange(3_000, 60_000)
        self._now = opened + random.randrange(8_000, 90_000)
        day = (self._now - FIRST_DAY_MS) % 86_400_000
        if day > WORK_MS:
            self._now += 86_400_000 - day
            opened = self._now - 5_000
        return Deed(opened, self._now, make(self._now))

    # --- edits --------------------------------------------------------------------------------------------------

    def _edit(self, record: Change) -> Change:
        row = self._rows[record.id]
        draw = {"person": self._of_person, "residence_reg": self._of_registration, "house": self._of_house}
        wanted = draw[record.collection]()
        fields = {name: self._other(row.get(name), make) for name, make in wanted.items()}
        row.update(fields)
        return Change(record.collection, record.id, Op.FIELDS, fields)

    def _other(self, now: Any, make: Any) -> Any:
        while (value := make()) == now:
            pass
        return value

    def _of_person(self) -> dict[str, Any]:
        chance, pick = self._chance, self._chance.random.choice
        moved = {
            "phone": chance.mobile,
            "work_unit": lambda: pick(EMPLOYERS),
            "occupation": lambda: pick(("1", "2", "3", "5", "6", "7")),
        }
        grown = {
            "marital": lambda: pick(("10", "20", "30", "40")),
            "edu": lambda: pick(("20", "30", "60", "70", "90")),
            "phone2": chance.mobile,
        }
        return moved if chance.often(0.6) else grown

    def _of_registration(self) -> dict[str, Any]:
        chance = self._chance
        renewed = {"plan_until": self._day, "lease_to": self._day, "emergency_phone": chance.mobile}
        permitted = {
            "permit_no": lambda: f"1502{chance.random.randrange(10**8):08d}",
            "permit_due": self._day,
            "job": lambda: chance.random.choice(("司机", "选矿工", "厨师", "保洁", "电工", "店员", "瓦工", "护工")),
        }
        return renewed if chance.often(0.5) else permitted

    def _of_house(self) -> dict[str, Any]:
        chance = self._chance
        return {
            "last_visit_on": lambda: day_of(self._now - chance.random.randrange(30) * 86_400_000).isoformat(),
            "owner_phone": chance.mobile,
            "rental_mode": lambda: chance.random.choice(("1", "2", "3")),
        }

    def _day(self) -> str:
        return (FIRST_DAY + timedelta(days=self._chance.random.randrange(20, 700))).isoformat()

    # --- creations ----------------------------------------------------------------------------------------------

    def _newcomer(self) -> Iterator[Deed]:
        """Somebody arrives: a person, then the registration that stands on it."""
        chance = self._chance
        house = chance.random.choice(self._houses)
        home = chance.random.choice(chance.homes)
        made: dict[str, Any] = {}

        def person(at_ms: int) -> Change:
            where = (house.fields["area"], house.id, house.fields["full_text"])
            made["id"], made["facts"] = self._makes.person(chance, at_ms, *where, home, chance.random.choice(EMPLOYERS))
            return Change("person", made["id"], Op.CREATE, made["facts"])

        yield self._deed(person)
        yield self._deed(lambda at_ms: self._makes.registration(chance, at_ms, made["id"], made["facts"]))
