"""What was played is held against the books by SQL that can fail: one record, step, person or decision off, and it says so."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import insert

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.stories.migrants import figures, played
from baiyun_desktop.stories.migrants.acts import Acts
from baiyun_desktop.stories.migrants.mishaps import Mishaps
from baiyun_desktop.stories.migrants.office import Office
from sync.district.engine import open_engine
from sync.district.tables import HEAD

PROGRAM = Program((REGISTRY, *MODULES))
DAY = "2026-03-05"
PEOPLE = ("150203199001012216", "150203199001012232")


class Told(Mishaps):
    """As the month leaves them: two of one name, and one employer decided about."""

    def __init__(self) -> None:
        super().__init__(cast("Office", Acts()), random.Random(0), ())
        self.namesakes, self.chosen = 1, {"p1": "白云铁矿运输队"}


def played_acts() -> Acts:
    acts = Acts()
    acts.noted([Draft.create("person", "p1", id_no=PEOPLE[0]), Draft.create("residence_reg", "r1", person="p1")],
               "residence_reg", "r1", "登记", DAY)  # fmt: skip
    acts.noted([], "residence_reg", "r1", "注销", DAY)
    acts.noted([Draft.create("person", "p2", id_no=PEOPLE[1])])
    for family in "1234567":
        acts.noted([Draft.create("service_ticket", f"t{family}", item=f"i{family}")])
    return acts


def moved(verb: str, officer: str = "乌云", **more: Any) -> dict[str, Any]:
    said = {"subject_kind": "residence_reg", "subject": "r1", "verb": verb, "judgement": "accepted", "stated_date": DAY}
    return {**said, "officer": officer, **more}


def rows() -> dict[tuple[str, str], dict[str, Any]]:
    """The district's books after the same acts, and what only time has done."""
    found: dict[tuple[str, str], dict[str, Any]] = {
        ("person", "p1"): {"id_no": PEOPLE[0], "work_unit": "白云铁矿运输队"},
        ("person", "p2"): {"id_no": PEOPLE[1]},
        ("residence_reg", "r1"): {"person": "p1"},
        ("movement", "m1"): moved("登记"),
        ("movement", "m2"): moved("注销"),
        ("movement", "m3"): moved("转待核实", "system"),
        ("movement", "m4"): moved("核实", judgement="overtaken"),
        ("doubt", "d1"): {"grade": "ask", "state": "different"},
    }
    for family in "1234567":
        found["service_item", f"i{family}"] = {"family": family}
        found["service_ticket", f"t{family}"] = {"item": f"i{family}"}
    return found


def failing(folder: Path, spoilt: Callable[[dict[tuple[str, str], dict[str, Any]]], object]) -> list[str]:
    """The checks that do not hold where the books have been spoilt."""
    found = rows()
    spoilt(found)
    engine = open_engine(f"sqlite:///{folder / 'district.db'}")
    HEAD.create(engine)
    plain = {"pos": 1, "voided": False, "stamps": b"", "areas": "", "home": "", "rowhash": 0}
    with engine.begin() as conn:
        for n, ((kind, record), payload) in enumerate(found.items()):
            body = msgspec.msgpack.encode(payload)
            conn.execute(insert(HEAD).values(collection=kind, record=record, created=n, payload=body, **plain))
    engine.dispose()
    books = figures.Books(folder, PROGRAM)
    assert played.of_month(books)["residence_reg 登记"] == sum(row.get("verb") == "登记" for row in found.values())
    return [w for w, holds in played.checks(played_acts(), Told(), books, ["person"]).items() if not holds]


SPOILT: dict[str, tuple[Callable[[dict[tuple[str, str], dict[str, Any]]], object], str]] = {
    "a registration is gone": (lambda b: b.pop(("residence_reg", "r1")), "each record"),
    "somebody stands there whom nobody entered": (lambda b: b.update({("person", "p3"): {}}), "each record"),
    "the last step is missing": (lambda b: b.pop(("movement", "m2")), "each record"),
    "a step was counted twice": (lambda b: b.update({("movement", "m0"): moved("登记")}), "each step"),
    "a step stands on another day": (lambda b: b["movement", "m1"].update(stated_date="2026-03-06"), "each step"),
    "a number is another's": (lambda b: b["person", "p2"].update(id_no=PEOPLE[0]), "nobody"),
    "the other employer stands": (lambda b: b["person", "p1"].update(work_unit="别处"), "each employer"),
    "two of one name became one": (lambda b: b["doubt", "d1"].update(state="same"), "people of one name"),
    "a clock put a day in doubt": (lambda b: b.update({("doubt", "d2"): {"grade": "date"}}), "no clock"),
    "nobody came about a school": (lambda b: b["service_item", "i6"].update(family="8"), "tickets"),
}


def test_all_holds_where_the_books_are_what_was_played(tmp_path: Path) -> None:
    assert failing(tmp_path, lambda books: books) == []


@pytest.mark.parametrize("what", SPOILT)
def test_each_check_can_fail(tmp_path: Path, what: str) -> None:
    spoil, check = SPOILT[what]
    assert any(said.startswith(check) for said in failing(tmp_path, spoil))
