"""All modules together: the one place that knows every kind, and the schema that both halves of sync are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy import Table

from baiyun_desktop.kernel.calendar_year import CalendarYear
from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.kernel.covering import covered
from baiyun_desktop.kernel.issued import DocInstance
from baiyun_desktop.kernel.judge import Judge
from baiyun_desktop.kernel.ledger import LedgerSpec, with_fields
from baiyun_desktop.kernel.listing import ListSpec, SheetSpec
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.kernel.movement import LATE_REASONS, Movement
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.onward import ITSELF, Onward
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import RecordInfo, kind_of
from baiyun_desktop.kernel.template import PaperTemplate
from baiyun_desktop.kernel.visit import VisitSpec, check
from sync.schema import Row, Schema


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


_Named = TypeVar("_Named", bound=_HasName)


class Program:
    """What the modules declare, by name. Raises TypeError where two declare one name or a reference leads nowhere."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules: tuple[Module, ...] = tuple(modules)
        infos = [kind_of(cls) for module in self.modules for cls in module.records]
        own = [kind_of(cls) for cls in (Movement, DocInstance, PaperTemplate, CalendarYear)]
        self.kinds: dict[str, RecordInfo] = _named([*_parents_first(infos), *own])
        self.procedures: dict[str, Procedure] = {p.kind: p for m in self.modules for p in m.procedures}
        self.papers: dict[str, PaperSpec] = _named(p for m in self.modules for p in m.papers)
        self.ledgers: dict[str, LedgerSpec] = _named(
            with_fields(x, self.kinds) for m in self.modules for x in m.ledgers
        )
        self.lists: dict[str, ListSpec] = _named(x for m in self.modules for x in m.lists)
        self.sheets: dict[str, SheetSpec] = _named(s for m in self.modules for s in m.sheets)
        self.code_lists: dict[str, CodeList] = _named([LATE_REASONS, *(c for m in self.modules for c in m.codes)])
        self.numbers: dict[str, NumberPattern] = _named(n for m in self.modules for n in m.numbers)
        self.visits: dict[str, VisitSpec] = _named(v for m in self.modules for v in m.visits)
        self.onward: tuple[Onward, ...] = tuple(o for m in self.modules for o in m.onward)
        self.module_of: dict[str, str] = {
            kind_of(cls).name: m.name for m in self.modules for cls in m.records if kind_of(cls).parent is None
        }
        """Whose mandate a kind is; children follow their parents."""
        views = [view for module in self.modules for view in module.views]
        self.schema = Schema([info.spec for info in self.kinds.values()], views)
        self.judge = Judge(self.procedures)
        self._check()

    @property
    def tables(self) -> list[Table]:
        """The typed tables of a replica, parents before children."""
        return [info.table for info in self.kinds.values()]

    def kind(self, name: str) -> RecordInfo:
        """The kind of that name; KeyError where only a newer version knows it."""
        return self.kinds[name]

    def children(self, name: str) -> list[RecordInfo]:
        """The kinds whose records are children of that kind; movements are told by `procedure`."""
        return [k for k in self.kinds.values() if k.parent is not None and k.parent[1] == name]

    def procedure(self, kind: str) -> Procedure | None:
        """The procedure of a kind, or None where its records have no states."""
        return self.procedures.get(kind)

    def codes(self, name: str) -> CodeList:
        """The code list of that name; an empty one where there is none, so that codes are shown as themselves."""
        return self.code_lists.get(name) or CodeList(name, name, ())

    def label(self, kind: str, field: str, value: object, language: str = "zh") -> str:
        """A plain value in words: a code by its list, a state by its procedure, yes and no, else as it is."""
        if value is None or value == "":
            return ""
        info = self.kinds[kind].field(field)
        if info.codes is not None:
            codes = self.codes(info.codes)
            many = value if isinstance(value, list) else [value]
            return "、".join(codes.label(str(code), language) for code in many)
        procedure = self.procedures.get(kind)
        if info.derived == "movements" and procedure is not None:
            return procedure.label(str(value))
        if isinstance(value, bool):
            return ("Yes" if value else "No") if language.startswith("en") else ("是" if value else "否")
        return str(value)

    def told(
        self, kind: str, values: Row, today: date, shown: Shown = Shown.LIST, language: str = "zh"
    ) -> dict[str, Any]:
        """A record's values as they may be read where nobody asked to see them: masked, and codes in words."""
        info = self.kinds[kind]
        safe = covered(info, values, today, shown)
        for name, value in safe.items():
            field = info.by_name.get(name)
            if field is not None and field.mask is None and (field.codes or isinstance(value, bool)):
                safe[name] = self.label(kind, name, value, language)
        return safe

    def title(self, kind: str, values: Row, today: date, shown: Shown = Shown.LIST, language: str = "zh") -> str:
        """The line that tells a person which record it is, as it may be read there."""
        return self.kinds[kind].title_of(self.told(kind, values, today, shown, language))

    def _check(self) -> None:
        for info in self.kinds.values():
            for field in info.fields:
                if field.ref is not None and field.ref not in self.kinds:
                    raise TypeError(f"{info.name}.{field.name} refers to unknown kind {field.ref!r}")
                if field.codes is not None and field.codes not in self.code_lists:
                    raise TypeError(f"{info.name}.{field.name} uses unknown code list {field.codes!r}")
            for name, (target, _) in info.spec.carried.items():
                if target not in self.kinds:
                    raise TypeError(f"{info.name}.{name} carries unknown kind {target!r}")
        for visit in self.visits.values():
            check(visit, self.kinds, self.procedures)
        for onward in self.onward:
            for kind, names in ((onward.to, onward.takes), (onward.frm, set(onward.takes.values()) - {ITSELF})):
                lost = [name for name in names if kind not in self.kinds or name not in self.kinds[kind].by_name]
                if lost:
                    raise TypeError(f"{onward.title}: {kind} has no {lost}")


def _parents_first(infos: list[RecordInfo]) -> list[RecordInfo]:
    ordered: dict[str, RecordInfo] = {}
    waiting = list(infos)
    known = {info.name for info in infos}
    while waiting:
        ready = [i for i in waiting if i.parent is None or i.parent[1] in ordered or i.parent[1] not in known]
        if not ready:
            raise TypeError(f"parents in a ring: {[i.name for i in waiting]}")
        ordered.update({i.name: i for i in ready})
        waiting = [i for i in waiting if i.name not in ordered]
    return list(ordered.values()) if len(ordered) == len(infos) else infos


def _named(items: Iterable[_Named]) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    for item in items:
        if item.name in found:
            raise TypeError(f"two things are called {item.name!r}")
        found[item.name] = item
    return found
