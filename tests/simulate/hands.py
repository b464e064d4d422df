"""What officers type: drawn from real use, on whatever their screen shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sync.act import Base, Change, Op
from sync.district.questions import day_of

if TYPE_CHECKING:
    from .office import Office

NAMES = ("王公平", "李四", "𠮷田", "e\u0301", "", "张三", "赵六", "白云")
PHONES = ("1", "2", "3", "4", "5", "6", "9")
NUMBERS = ("U", "V", "W", "X", "Y", "Z")
AREAS = ("A", "B", "C")

Row = tuple[str, dict[str, Any]]


class Hands:
    """One officer at one desk for one act; `rng` is the act's own."""

    def __init__(self, office: Office, rng: Random) -> None:
        self.office = office
        self.rng = rng
        few = 3 if office.town.crowded else None
        self.names, self.phones, self.numbers = NAMES[:few], PHONES[:few], NUMBERS[:few]

    def act(self) -> list[Change]:
        """The changes of one act; empty where there was nothing to do it on."""
        kinds: list[tuple[int, Callable[[], list[Change]]]] = [
            (5, self.person), (4, self.registration), (12, self.edit_person), (4, self.edit_registration),
            (4, self.line), (5, self.step), (2, self.void), (5, self.decide), (3, self.answer), (4, self.undo),
            (2, self.part), (1, self.stranger), (1, self.newer), (2, self.several), (3, self.move), (1, self.early),
        ]  # fmt: skip
        return self.rng.choices([k for _, k in kinds], [w for w, _ in kinds])[0]()

    def person(self) -> list[Change]:
        record, rng = self.office.ids.new(), self.rng
        fields: dict[str, Any] = {"name": rng.choice(self.names), "phone": rng.choice(self.phones), "area": self.area()}
        if rng.random() < 0.4:
            fields["idno"] = rng.choice(self.numbers)
        if rng.random() < 0.3:
            fields |= {"visits": rng.choice((1, 2)), "tags": ["z", "a"]}
        return [Change("person", record, Op.CREATE, {**fields, "mark": self.mark()})]

    def registration(self) -> list[Change]:
        person = self.any("person")
        if person is None or self.rng.random() < 0.4:
            made = self.person()
            reg = self._reg(made[0].id)
            return [*made, reg, *self._lines(reg.id)]
        reg = self._reg(person)
        return [reg, *self._lines(reg.id)]

    def _reg(self, person: str) -> Change:
        fields = {"person": person, "area": self.area(), "mark": self.mark()}
        return Change("reg", self.office.ids.new(), Op.CREATE, fields)

    def _lines(self, reg: str) -> list[Change]:
        return [
            Change("line", self.office.ids.new(), Op.CREATE, {"reg": reg, "text": self.mark()})
            for _ in range(self.rng.choice((0, 0, 1, 2)))
        ]

    def edit_person(self) -> list[Change]:
        person = self.any("person")
        return [] if person is None else [Change("person", person, Op.FIELDS, self.fields())]

    def fields(self) -> dict[str, Any]:
        rng = self.rng
        possible: dict[str, Any] = {
            "name": rng.choice(self.names), "phone": rng.choice((*PHONES, None)),
            "idno": rng.choice((*self.numbers, None)),
            "birth": rng.choice(("1990", "1991")), "note": rng.choice((self.mark(), None)), "visits": rng.choice((1, 2, -1)),
            "tags": {"+": rng.sample("abc", 1), "-": rng.sample("abc", 1)}, "blood": rng.choice(("A", None)),
        }  # fmt: skip
        return {n: possible[n] for n in rng.sample(sorted(possible), rng.choice((1, 1, 2, 3)))}

    def move(self) -> list[Change]:
        kind = self.rng.choice(("person", "reg"))
        record = self.any(kind)
        return [] if record is None else [Change(kind, record, Op.FIELDS, {"area": self.rng.choice(AREAS)})]

    def edit_registration(self) -> list[Change]:
        reg = self.any("reg")
        if reg is None:
            return []
        fields: dict[str, Any] = {"reason": self.rng.choice(("务工", "探亲"))}
        match self.rng.randrange(3):
            case 0:
                fields = {"until": self.rng.choice(("2026-11-23", "2026-11-24", None))}
            case 1 if (person := self.any("person")) is not None:
                fields = {"person": person}
        return [Change("reg", reg, Op.FIELDS, fields)]

    def line(self) -> list[Change]:
        line, reg = self.any("line"), self.any("reg")
        if line is not None and self.rng.random() < 0.5:
            return [Change("line", line, Op.FIELDS, {"text": self.mark()})]
        fields = {"reg": reg, "text": self.mark()}
        return [] if reg is None else [Change("line", self.office.ids.new(), Op.CREATE, fields)]

    def step(self) -> list[Change]:
        kind = self.rng.choice(("person", "reg"))
        record = self.any(kind)
        if record is None:
            return []
        of_person, of_reg = ("登记", "注销", "迁出", "核验", "照相", "发证"), ("登记", "注销", "延期", "发证")
        verb = self.rng.choice(of_person if kind == "person" else of_reg)
        fields = {"subject_kind": kind, "subject": record, "verb": verb}
        if self.rng.random() < 0.3:
            fields["day"] = str(day_of(self.office.town.clock.ms) + timedelta(days=self.rng.choice((0, 0, -1, -30, 3))))
        if verb == "发证":
            fields["paper"] = f"{self.rng.choice(self.names)} {self.rng.choice(self.phones)}"
        others = self.rng.choice((self.edit_person, self.person, list))()
        return [*others, Change("step", self.office.ids.new(), Op.CREATE, fields)]

    def void(self) -> list[Change]:
        kind = self.rng.choice(("person", "reg", "line"))
        record = self.any(kind)
        return [] if record is None else [Change(kind, record, Op.VOID)]

    def decide(self) -> list[Change]:
        contest = self.any("contest", state="open")
        return [] if contest is None else [decision(contest, self.office.row("contest", contest), self.rng)]

    def answer(self) -> list[Change]:
        kind = self.rng.choice(("doubt", "doubt", "rescue"))
        record = self.any(kind, state="open")
        if record is None:
            return []
        of_one = kind == "doubt" and self.office.row(kind, record)["grade"] in ("date", "step", "paper")
        said = ("stands", "wrong") if of_one else ("same", "different") if kind == "doubt" else ("taken", "dismissed")
        return [Change(kind, record, Op.DECIDE, {"answer": self.rng.choice(said)})]

    def undo(self) -> list[Change]:
        link = self.any("link", state="live")
        return [] if link is None else [Change("link", link, Op.DECIDE, {"answer": "undone"})]

    def part(self) -> list[Change]:
        """Two edits of one record in one act, or an edit and a void."""
        person = self.any("person")
        if person is None:
            return []
        first = Change("person", person, Op.FIELDS, self.fields())
        second = Change("person", person, Op.FIELDS, self.fields())
        return [first, self.rng.choice((second, second, Change("person", person, Op.VOID)))]

    def stranger(self) -> list[Change]:
        """A record where this post may not write, together with one where it may."""
        fields = {"name": "外", "area": self.rng.choice(AREAS), "mark": self.mark()}
        return [*self.person(), Change("person", self.office.ids.new(), Op.CREATE, fields)]

    def newer(self) -> list[Change]:
        """A collection that only a newer desk knows."""
        return [Change("newer", self.office.ids.new(), Op.CREATE, {"title": "新", "list": [1, None, "二"]})]

    def early(self) -> list[Change]:
        """An edit of what another desk has typed and may not have sent yet."""
        other = self.rng.choice([o for o in self.office.town.alive() if o is not self.office])
        record = Hands(other, self.rng).any("person")
        return [] if record is None else [Change("person", record, Op.FIELDS, {"note": self.mark()})]

    def several(self) -> list[Change]:
        return [*self.edit_person(), *self.edit_registration(), *self.line()]

    # --- what the officer sees ----------------------------------------------------------------------------------

    def any(self, kind: str, **having: str) -> str | None:
        """A record on the screen, mostly one of the newest, where several officers meet."""
        where = "".join(f" AND {n}='{v}'" for n, v in having.items())
        sql = f'SELECT id FROM "{kind}" WHERE voided=0{where} ORDER BY id'
        with self.office.store.reading() as conn:
            found: list[str] = [i for (i,) in conn.exec_driver_sql(sql)]
        if not found:
            return None
        return self.rng.choice(found[-3:] if self.rng.random() < 0.6 else found)

    def area(self) -> str:
        return self.rng.choice(self.office.lives)

    def mark(self) -> str:
        """A text that stands nowhere else in this world."""
        return f"~{self.office.ids.new()[-6:]}~"


def decision(contest: str, row: dict[str, Any], rng: Random, turn: int = 0) -> Change:
    """An answer to a contest as its window makes it: one of the sides, or now and then another value.

    At each `turn`, for the answer before was refused, it is the side after that.
    """
    sides = row["sides"]
    drawn = rng.randrange(len(sides))
    value = dict(sides[(drawn + turn) % len(sides)]["value"])
    if "phone" in value and rng.random() < 0.2:
        value["phone"] = rng.choice(PHONES)
    saw = [[s["desk"], s["number"]] for s in sides]
    named = {"subject_kind": row["subject_kind"], "subject": row["subject"]}
    return Change("contest", contest, Op.DECIDE, {"value": value, "saw": saw, **named})


def words(number: int, base: Base, changes: Sequence[Change]) -> str:
    """An act in one line of a trace."""
    said = (f"{c.op.value} {c.collection} {c.id[-3:]} {json.dumps(c.fields, ensure_ascii=False)}" for c in changes)
    return f"act {number} on {base.pos}/{base.own}: " + "; ".join(said)
