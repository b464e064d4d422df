"""Officers who do anything at any time over lines that fail anywhere: one seed, one run, the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from sync.act import Base, Change, Op
from sync.desk.journal import ClosedForWriting
from sync.errors import LineDown
from tests.sync.world import DeskInTest, World

NAMES = ("王公平", "李四", "𠮷田", "")
PHONES = ("1", "2", "3")
NUMBERS = ("X", "Y")
PLACES = {"a": ("A",), "b": ("B",), "s1": ("S1",), "d": ("D",)}
FORMS_MAX = 4


class Crash(Exception):
    """The desk's process ends here."""


class Chance:
    """A world, and what may happen in it next."""

    def __init__(self, engine: Engine, folder: Path, seed: int, *, regrants: bool = True) -> None:
        self.rng = Random(seed)
        self.world = World(engine, folder)
        self.log: list[str] = []
        self.forms: dict[str, list[Base]] = {}
        self.desks = [self.world.desk(name, *grants) for name, grants in PLACES.items()]
        self.regrants = regrants
        for desk in self.desks:
            self._watch(desk)

    def _watch(self, desk: DeskInTest) -> None:
        """Lets the desk's process end between two slices of a round, and its officer type there."""
        desk.courier._at = lambda point: self._happens(desk, point)
        original = desk.store.writing

        @contextmanager
        def writing(priority: str = "clerk") -> Any:
            if priority == "courier" and self.rng.random() < self.crashes:
                raise Crash
            with original(priority) as conn:
                yield conn

        desk.store.writing = writing  # type: ignore[method-assign]

    crashes = 0.0
    cuts = 0.0

    # --- what happens -------------------------------------------------------------------------------------------

    def play(self, steps: int) -> None:
        """Lets so many things happen, then stops all faults and lets everyone run rounds until it is quiet."""
        for _ in range(steps):
            self.once()
        self.heal()

    def once(self) -> None:
        desk = self.rng.choice(self.desks)
        if self.rng.random() < 0.3:
            self.round(desk)
        elif self.regrants and self.rng.random() < 0.02:
            self.regrant(desk)
        else:
            self.type(desk)

    def heal(self, rounds: int = 4) -> None:
        self.crashes = self.cuts = 0.0
        self._rest(rounds)
        boss = self.desks[-1]
        self.world.district.grant(boss.wire.replica, ["D"])
        for _ in range(rounds):  # a step may wait for a decision, and what it lets go on may need the next
            self._rest(2)
            found = {i: row for i, row in boss.rows("contest").items() if row["state"] == "open"}
            for contest, row in found.items():
                boss.decide(contest, row["sides"][0]["value"])
            if not found:
                break
        self._rest(2)

    def _rest(self, rounds: int) -> None:
        for _ in range(rounds):
            for desk in self.desks:
                self._round(desk)

    def round(self, desk: DeskInTest) -> None:
        """One round, over a line and in a process that may end anywhere."""
        self.cuts = self.crashes = 0.0
        kind = self.rng.random()
        if kind < 0.35:
            desk.wire.cut = self.rng.choice(("before", "reply"))
        elif kind < 0.55:
            self.crashes = 0.25
        elif kind < 0.7:
            self.cuts = 0.3
        self.note(desk, f"round cut={desk.wire.cut!r} crashes={self.crashes} cuts={self.cuts}")
        try:
            self._round(desk)
        except (LineDown, Crash) as end:
            self.note(desk, f"  ended by {type(end).__name__}")
        finally:
            desk.wire.cut = ""
            self.cuts = self.crashes = 0.0

    def _round(self, desk: DeskInTest) -> None:
        report = desk.round()
        assert not report.repaired, f"{desk.name} did not add up and had to be mended"

    def _happens(self, desk: DeskInTest, point: str) -> None:
        if self.rng.random() < self.cuts / 2:
            raise Crash
        if self.rng.random() < self.cuts:
            self.type(desk)

    def regrant(self, desk: DeskInTest) -> None:
        """The administrator gives a post other areas."""
        grants = self.rng.choice((["A"], ["B"], ["A", "B"], ["S1"], ["S1", "C"], ["D"]))
        self.note(desk, f"grants {grants}")
        self.world.district.grant(desk.wire.replica, grants)

    # --- what officers type -------------------------------------------------------------------------------------

    def type(self, desk: DeskInTest) -> None:
        """One act of one officer, on a form opened now or a while ago."""
        forms = self.forms.setdefault(desk.name, [])
        if not forms or self.rng.random() < 0.7:
            forms.append(desk.base())
            del forms[:-FORMS_MAX]
        base = self.rng.choice(forms) if self.rng.random() < 0.2 else forms[-1]
        kinds: list[tuple[int, Callable[[DeskInTest], list[Change]]]] = [
            (4, self.new_person), (3, self.registration), (9, self.edit_person), (3, self.edit_registration),
            (2, self.line), (3, self.step), (2, self.void), (4, self.decide), (2, self.answer), (1, self.part),
            (1, self.stranger), (1, self.newer), (2, self.several),
        ]  # fmt: skip
        weights = [w for w, _ in kinds]
        changes = self.rng.choices([k for _, k in kinds], weights)[0](desk)
        if not changes:
            return
        try:
            number = desk.act(*changes, base=base)
        except ClosedForWriting:
            self.note(desk, "closed for writing")
            return
        self.note(desk, f"act {number} on {base.pos}/{base.own}: " + "; ".join(map(_words, changes)))

    def new_person(self, desk: DeskInTest) -> list[Change]:
        fields = {"name": self.rng.choice(NAMES), "phone": self.rng.choice(PHONES), "area": self._area(desk)}
        if self.rng.random() < 0.5:
            fields["idno"] = self.rng.choice(NUMBERS)
        if self.rng.random() < 0.15:
            del fields["area"]  # it lives where it was typed
        more: dict[str, Any] = {"visits": 1} if self.rng.random() < 0.3 else {}
        if self.rng.random() < 0.3:
            more["tags"] = ["z", "a"]
        return [Change("person", self.world.ids.new(), Op.CREATE, {**fields, **more})]

    def registration(self, desk: DeskInTest) -> list[Change]:
        person = self._any(desk, "person")
        if person is None or self.rng.random() < 0.3:
            made = self.new_person(desk)
            return [*made, self._reg(desk, made[0].id)]
        return [self._reg(desk, person)]

    def _reg(self, desk: DeskInTest, person: str) -> Change:
        return Change("reg", self.world.ids.new(), Op.CREATE, {"person": person, "area": self._area(desk)})

    def edit_person(self, desk: DeskInTest) -> list[Change]:
        person = self._any(desk, "person")
        return [] if person is None else [Change("person", person, Op.FIELDS, self._fields(desk))]

    def _fields(self, desk: DeskInTest) -> dict[str, Any]:
        rng = self.rng
        possible: dict[str, Any] = {
            "name": rng.choice(NAMES), "phone": rng.choice((*PHONES, None)), "idno": rng.choice(NUMBERS),
            "birth": rng.choice(("1990", "1991")), "note": rng.choice(("甲", "乙", None)), "visits": rng.choice((1, 2, -1)),
            "tags": {"+": rng.sample("abc", 1), "-": rng.sample("abc", 1)}, "blood": rng.choice(("A", None)),
        }  # fmt: skip
        if rng.random() < 0.15:
            possible = {"area": self._area(desk, anywhere=0.3)}
        return {n: possible[n] for n in rng.sample(sorted(possible), min(len(possible), rng.choice((1, 1, 2, 3))))}

    def edit_registration(self, desk: DeskInTest) -> list[Change]:
        reg = self._any(desk, "reg")
        if reg is None:
            return []
        fields: dict[str, Any] = {"reason": self.rng.choice(("务工", "探亲"))}
        match self.rng.randrange(4):
            case 0:
                fields = {"until": self.rng.choice(("2026-11-23", None))}
            case 1:
                fields = {"area": self._area(desk, anywhere=0.2)}
            case 2 if (person := self._any(desk, "person")) is not None:
                fields = {"person": person}
        return [Change("reg", reg, Op.FIELDS, fields)]

    def line(self, desk: DeskInTest) -> list[Change]:
        reg = self._any(desk, "reg")
        line = self._any(desk, "line")
        if line is not None and self.rng.random() < 0.5:
            return [Change("line", line, Op.FIELDS, {"text": self.rng.choice("甲乙丙")})]
        return [] if reg is None else [Change("line", self.world.ids.new(), Op.CREATE, {"reg": reg, "text": "子"})]

    def step(self, desk: DeskInTest) -> list[Change]:
        kind = self.rng.choice(("person", "reg"))
        record = self._any(desk, kind)
        if record is None:
            return []
        fields = {"subject_kind": kind, "subject": record, "verb": self.rng.choice(("登记", "注销"))}
        others = self.rng.choice((self.edit_person, self.new_person, lambda _: []))(desk)
        return [*others, Change("step", self.world.ids.new(), Op.CREATE, fields)]

    def void(self, desk: DeskInTest) -> list[Change]:
        kind = self.rng.choice(("person", "reg", "line"))
        record = self._any(desk, kind, voided=self.rng.random() < 0.2)
        return [] if record is None else [Change(kind, record, Op.VOID)]

    def decide(self, desk: DeskInTest) -> list[Change]:
        contest = self._any(desk, "contest", state="open") or self._any(desk, "contest")
        if contest is None:
            return []
        row = desk.rows("contest")[contest]
        value = dict(self.rng.choice(row["sides"])["value"])
        if "phone" in value and self.rng.random() < 0.2:
            value["phone"] = "9"
        saw = [[s["desk"], s["number"]] for s in row["sides"]]
        named = {"subject_kind": row["subject_kind"], "subject": row["subject"]}
        return [Change("contest", contest, Op.DECIDE, {"value": value, "saw": saw, **named})]

    def answer(self, desk: DeskInTest) -> list[Change]:
        if self.rng.random() < 0.3 and (link := self._any(desk, "link", state="live")) is not None:
            return [Change("link", link, Op.DECIDE, {"answer": "undone"})]
        doubt = self._any(desk, "doubt", state="open")
        answer = self.rng.choice(("same", "different"))
        return [] if doubt is None else [Change("doubt", doubt, Op.DECIDE, {"answer": answer})]

    def part(self, desk: DeskInTest) -> list[Change]:
        """A record and a void of it, or two edits of it, in one act."""
        person = self._any(desk, "person")
        if person is None:
            return []
        second = Change("person", person, Op.FIELDS, self._fields(desk))
        return [self.edit_person(desk)[0], self.rng.choice((second, Change("person", person, Op.VOID)))]

    def stranger(self, desk: DeskInTest) -> list[Change]:
        """A record where this post may not write."""
        return [Change("person", self.world.ids.new(), Op.CREATE, {"name": "外", "area": "C"})]

    def newer(self, desk: DeskInTest) -> list[Change]:
        """A collection that only a newer desk knows."""
        return [Change("newer", self.world.ids.new(), Op.CREATE, {"title": "新", "list": [1, None, "二"]})]

    def several(self, desk: DeskInTest) -> list[Change]:
        return [*self.edit_person(desk), *self.edit_registration(desk), *self.line(desk)]

    # --- what officers see --------------------------------------------------------------------------------------

    def _area(self, desk: DeskInTest, anywhere: float = 0.0) -> str:
        if self.rng.random() < anywhere:
            return self.rng.choice(("A", "B", "C"))
        return {"a": "A", "b": "B"}.get(desk.name) or self.rng.choice(("A", "B"))

    def _any(self, desk: DeskInTest, kind: str, *, voided: bool = False, **having: str) -> str | None:
        with desk.store.reading() as conn:
            where = "".join(f" AND {n}='{v}'" for n, v in having.items())
            sql = f'SELECT id FROM "{kind}" WHERE voided={int(voided)}{where} ORDER BY id'
            ids = [i for (i,) in conn.exec_driver_sql(sql)]
        if not ids:
            return None
        return self.rng.choice(ids[-3:] if self.rng.random() < 0.6 else ids)

    def note(self, desk: DeskInTest, words: str) -> None:
        self.log.append(f"{desk.name}: {words}")


def _words(change: Change) -> str:
    return f"{change.op.value} {change.collection} {change.id[-4:]} {json.dumps(change.fields, ensure_ascii=False)}"
