"""What a paper or a ledger row is made from, loaded by the names that its declaration gives, alike for every caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

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
    """By reference field; empty where the record is not held."""
    others: Mapping[str, Sequence[Loaded]] = field(default_factory=dict)
    """By need: children, or the family that shares a reference."""

    def get(self, name: str) -> Any:
        """A value by "field" or "reference.field"; None where it is missing."""
        link, dot, own = name.partition(".")
        return self.links.get(link, {}).get(own) if dot else self.values.get(name)

    def label(self, name: str) -> str:
        """The same in words: codes by their list."""
        link, dot, own = name.partition(".")
        program = self.setting.program
        if not dot:
            return program.label(self.kind, name, self.values.get(name))
        target = program.kind(self.kind).field(link).ref
        return program.label(target, own, self.get(name)) if target else ""


def load(setting: Setting, source: Source, kind: str, row: Row, needs: Iterable[str]) -> Loaded:
    """Loads what `needs` names beside a row.

    A need is a reference field ("person"), a kind of children ("household_member"), or "*" before a reference field of
    the record's own kind ("*with_reg"): those who point at the same record as this one, or at it, and that one itself.
    """
    info = setting.program.kind(kind)
    wanted = list(needs)
    links = {}
    for name in wanted:
        ref = info.by_name[name].ref if name in info.by_name else None
        linked = source.get(ref, str(row[name])) if ref is not None and row.get(name) else None
        if linked is not None:
            links[name] = linked
    plain = [name for name in wanted if name in info.by_name]
    others: dict[str, list[Loaded]] = {}
    for name in wanted:
        if name.startswith("*"):
            rows = _family(source, kind, row, name[1:])
            others[name] = [load(setting, source, kind, other, plain) for other in rows]
        elif name not in info.by_name:
            refs = [f.name for f in setting.program.kind(name).refs]
            children = source.children(name, str(row["id"]))
            others[name] = [load(setting, source, name, child, refs) for child in children]
    return Loaded(kind=kind, id=str(row["id"]), values=row, setting=setting, links=links, others=others)


def _family(source: Source, kind: str, row: Row, name: str) -> list[Row]:
    """All rows around one head but this one, the head first."""
    head = str(row.get(name) or row["id"])
    first = source.get(kind, head)
    rows = [*([first] if first is not None else []), *source.sharing(kind, name, head)]
    return [other for other in rows if other["id"] != row["id"]]
