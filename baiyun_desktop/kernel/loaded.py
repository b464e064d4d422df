"""What a paper or a ledger row is made from, loaded by the names that its declaration gives, alike for every caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from baiyun_desktop.kernel.path import field_at
from baiyun_desktop.kernel.program import Program
from sync.schema import Row


class Source(Protocol):
    """Where rows come from; each has its fields beside "id". What is not held or is void is not given."""

    def get(self, kind: str, record: str, /) -> Row | None: ...

    def children(self, kind: str, parent: str, /) -> Sequence[Row]: ...

    def sharing(self, kind: str, name: str, value: str, /) -> Sequence[Row]: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all papers of an office: the program's words, the names of areas, today."""

    program: Program
    area_name: Callable[[str | None], str]
    today: date


@dataclass(frozen=True, slots=True)
class Loaded:
    """A record with what its paper or ledger needs beside it."""

    kind: str
    id: str
    values: Row
    setting: Setting
    links: Mapping[str, Row] = field(default_factory=dict)
    """By reference field, or by a path of them ("seeker.person"); empty where the record is not held."""
    others: Mapping[str, Sequence[Loaded]] = field(default_factory=dict)
    """By need: children, those who point here, or the family that shares a reference."""

    def get(self, path: str) -> Any:
        """A value by "field" or "reference.field", over several references too; None where it is missing."""
        link, _, own = path.rpartition(".")
        return self.links.get(link, {}).get(own) if link else self.values.get(path)

    def label(self, path: str) -> str:
        """The same in words: codes by their list."""
        program = self.setting.program
        found = field_at(program.kinds, self.kind, path)
        return program.label(found[0].name, found[1].name, self.get(path)) if found is not None else ""

    def knows(self, key: str) -> bool:
        """Whether a key names a field: of this record, or of what its references lead to."""
        return field_at(self.setting.program.kinds, self.kind, key) is not None

    def said(self, path: str) -> Any:
        """What a paper or a ledger says of a field: codes in words, each of several by itself, an area by its name."""
        program, value = self.setting.program, self.get(path)
        found = field_at(program.kinds, self.kind, path)
        if found is None or value is None or value == "" or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        kind, field_info = found
        if isinstance(value, list):
            return [program.label(kind.name, field_info.name, one) for one in value]
        if kind.area == field_info.name:
            return self.setting.area_name(str(value))
        return program.label(kind.name, field_info.name, value)


def load(setting: Setting, source: Source, kind: str, row: Row, needs: Iterable[str]) -> Loaded:
    """Loads what `needs` names beside a row. A need is

    - a reference field, or a path of them: "person", "seeker.person";
    - a kind of children, of the record or of one that a reference leads to: "household_member", "item.service_material";
    - "<" before a kind and its field: those that point at this record ("<residence_permit.reg"), or with a reference
      field before it, at what that one points at; what each of them needs in turn stands behind ">":
      "house<residence_reg.house>person";
    - "*" before a reference field of the record's own kind ("*with_reg"): those who point at the same record as this
      one, or at it, and that one itself.
    """
    program, wanted = setting.program, list(needs)
    links: dict[str, Row] = {}
    others: dict[str, list[Loaded]] = {}
    plain = [name for name in wanted if field_at(program.kinds, kind, name) is not None]
    for name in plain:
        _follow(program, source, kind, row, name, links)
    for name in wanted:
        if name.startswith("*"):
            rows = _family(source, kind, row, name[1:])
            others[name] = [load(setting, source, kind, other, plain) for other in rows]
        elif "<" in name:
            others[name] = _pointing(setting, source, row, name)
        elif name not in plain:
            others[name] = _children(setting, source, kind, row, name)
    return Loaded(kind=kind, id=str(row["id"]), values=row, setting=setting, links=links, others=others)


def _follow(program: Program, source: Source, kind: str, row: Row, path: str, links: dict[str, Row]) -> Row | None:
    """The record at the end of a path of references, each one on the way noted; None where one is not held."""
    at, found = "", row
    for name in path.split("."):
        ref, value = program.kind(kind).field(name).ref, found.get(name)
        at = f"{at}.{name}" if at else name
        linked = links.get(at) or (source.get(ref, str(value)) if ref is not None and value else None)
        if linked is None or ref is None:
            return None
        links[at] = found = linked
        kind = ref
    return found


def _children(setting: Setting, source: Source, kind: str, row: Row, need: str) -> list[Loaded]:
    """The children of one kind, of the row or of the record that a path leads to."""
    path, _, child_kind = need.rpartition(".")
    parent = _follow(setting.program, source, kind, row, path, {}) if path else row
    rows = source.children(child_kind, str(parent["id"])) if parent is not None else []
    refs = [f.name for f in setting.program.kind(child_kind).refs]
    return [load(setting, source, child_kind, child, refs) for child in rows]


def _pointing(setting: Setting, source: Source, row: Row, need: str) -> list[Loaded]:
    """Records of another kind that point at this one, or at what one of its references points at."""
    own, _, target = need.partition("<")
    pointer, _, then = target.partition(">")
    kind, _, name = pointer.partition(".")
    value = row.get(own) if own else row["id"]
    rows = source.sharing(kind, name, str(value)) if value else []
    return [load(setting, source, kind, other, [then] if then else []) for other in rows]


def _family(source: Source, kind: str, row: Row, name: str) -> list[Row]:
    """All rows around one head but this one, the head first."""
    head = str(row.get(name) or row["id"])
    first = source.get(kind, head)
    rows = [*([first] if first is not None else []), *source.sharing(kind, name, head)]
    return [other for other in rows if other["id"] != row["id"]]
