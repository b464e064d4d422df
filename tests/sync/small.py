"""The small schema that the engine's tests play with: people, registrations, lines and steps, their areas and their judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import JSON

from sync.schema import CollectionSpec, FieldSpec, Kind, Policy, Schema, Unique, envelope_columns
from sync.system import SYSTEM

AREAS = {"D": None, "S1": "D", "S2": "D", "A": "S1", "B": "S1", "C": "S2"}
"""A district, two streets, three communities: A and B under S1, C under S2."""

METADATA = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, METADATA, *envelope_columns(), *columns)


def _same_person(a: Any, b: Any) -> str:
    if a.get("idno") and a.get("idno") == b.get("idno"):
        return "certain" if a.get("name") == b.get("name") else "ask"
    return "ask" if a.get("name") == b.get("name") and a.get("phone") == b.get("phone") else ""


def _person_keys(row: Any) -> list[str]:
    keys = [f"id:{row['idno']}"] if row.get("idno") else []
    return keys + ([f"np:{row['name']}/{row['phone']}"] if row.get("name") and row.get("phone") else [])


PERSON = CollectionSpec(
    "person",
    _table(
        "person",
        *(Column(n, Text) for n in ("name", "phone", "idno", "birth", "sex", "note", "photo", "area")),
        Column("tags", JSON),
        Column("visits", Integer),
    ),
    (
        FieldSpec("name"),
        FieldSpec("phone"),
        FieldSpec("idno", group="identity"),
        FieldSpec("birth", group="identity", since=1),
        FieldSpec("sex", group="identity"),
        FieldSpec("note", policy=Policy.LATEST),
        FieldSpec("photo", Kind.BLOB),
        FieldSpec("area"),
        FieldSpec("tags", Kind.CODES, Policy.UNION),
        FieldSpec("visits", Kind.INT, Policy.ADD),
    ),
    area="area",
    uniques=(Unique("person", _person_keys, _same_person, facts=("phone",)),),
)

REG = CollectionSpec(
    "reg",
    _table("reg", *(Column(n, Text) for n in ("person", "area", "reason", "until"))),
    (FieldSpec("person", Kind.REF), FieldSpec("area"), FieldSpec("reason"), FieldSpec("until", Kind.DATE)),
    area="area",
    carries=(("person", "person"),),
    live=lambda row: not row.get("until"),
    uniques=(
        Unique(
            "one active registration",
            lambda row: [row["person"]] if row.get("person") and not row.get("until") else [],
            lambda a, b: "certain",
            links=False,
            through=("person",),
            summary=lambda row: {"area": row.get("area")},
        ),
    ),
)

LINE = CollectionSpec(
    "line",
    _table("line", *(Column(n, Text) for n in ("reg", "text"))),
    (FieldSpec("reg", Kind.REF), FieldSpec("text")),
    parent=("reg", "reg"),
)

STEP = CollectionSpec(
    "step",
    _table(
        "step", *(Column(n, Text) for n in ("subject_kind", "subject", "verb", "day", "paper", "judgement", "note"))
    ),
    (
        FieldSpec("subject_kind"),
        FieldSpec("subject", Kind.REF),
        FieldSpec("verb"),
        FieldSpec("day", Kind.DATE, stated=True),
        FieldSpec("paper"),
        FieldSpec("judgement", policy=Policy.MACHINE),
        FieldSpec("note", policy=Policy.MACHINE),
    ),
    parent=("subject", ""),
    judged=True,
    paper="paper",
)

for _spec in (REG, LINE, STEP):
    Index(f"ix_{_spec.name}", _spec.table.c[_spec.names[0]])

SCHEMA = Schema([PERSON, REG, LINE, STEP, *SYSTEM])


@dataclass
class Judged:
    accepted: bool
    reason: str = ""
    missing: tuple[str, ...] = ()


class OneOfEach:
    """A judge under which each verb may be taken once a record that stands.

    迁出 may not be taken of one with a telephone number 9, 核验 not of one without a birth date, 照相 not of one without a
    photograph; 发证 writes a paper with the name and the telephone number.
    """

    def judge(self, movement: dict[str, Any], reader: Any) -> Judged:
        subject = reader.get(movement["subject_kind"], movement["subject"])
        if subject is None:
            return Judged(False, "记录已作废")
        if movement["verb"] == "迁出" and subject.get("phone") == "9":
            return Judged(False, "电话是9")
        if movement["verb"] == "核验" and not subject.get("birth"):
            return Judged(False, "没有出生日期", ("birth",))
        if movement["verb"] == "照相" and not subject.get("photo"):
            return Judged(False, "没有照片")
        before = reader.children("step", movement["subject"])
        done = [m for m in before if m["verb"] == movement["verb"] and m.get("judgement") == "accepted"]
        return Judged(not done, "已经办过" if done else "")

    def paper(self, movement: dict[str, Any], reader: Any) -> str | None:
        subject = reader.get(movement["subject_kind"], movement["subject"]) or {}
        return f"{subject.get('name')} {subject.get('phone')}" if movement["verb"] == "发证" else None
