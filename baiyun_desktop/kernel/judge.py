"""The district's side of the rules: the same guards on the same brief, once for each movement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from baiyun_desktop.kernel.before import before_step
from baiyun_desktop.kernel.calendar_year import calendar_of
from baiyun_desktop.kernel.limits import years_of
from baiyun_desktop.kernel.movement import COLLECTION
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step, as_day
from sync.schema import Row

BY_TIME = "“{verb}”由区里到期自动办理"


class Reader(Protocol):
    """The merged rows as the district holds them; a row has its fields beside "id" and "pos"."""

    def get(self, collection: str, record: str, /) -> dict[str, Any] | None: ...

    def children(self, collection: str, parent: str, /) -> list[dict[str, Any]]: ...


@dataclass(slots=True)
class Judgement:
    """Whether a movement counts; `reason` says in plain words why not."""

    accepted: bool
    reason: str = ""


class Judge:
    """Judges movements by the program's procedures."""

    def __init__(self, procedures: Mapping[str, Procedure]) -> None:
        self._procedures = procedures
        self.role_of: Callable[[str, Reader], Role | None] | None = None
        """The role of a desk's post by the post's name, where the district knows posts. Without it nobody is asked; with it
        a step that is declared for roles is refused to a post of which none is known."""

    def judge(self, movement: Row, reader: Reader) -> Judgement:
        """The word on a movement that has not been judged; `reader` sees the rows with the act's changes in them."""
        kind, subject = str(movement.get("subject_kind") or ""), str(movement.get("subject") or "")
        procedure = self._procedures.get(kind)
        if procedure is None:
            return Judgement(False, f"本级平台尚不认识“{kind}”的办理流程")
        values = reader.get(kind, subject)
        if values is None or values.get("voided"):
            return Judgement(False, "所办理的记录不存在或已作废")
        verb = str(movement.get("verb") or "")
        before = [m for m in reader.children(COLLECTION, subject) if settled(m, movement)]
        state, taken = procedure.taken(before)
        step = procedure.step(verb, state)
        if step is None:
            return Judgement(False, f"记录已是“{state.value}”，不能再办理“{verb}”")
        if step.by_time and movement.get("post"):
            return Judgement(False, BY_TIME.format(verb=verb))
        late = str(movement.get("late_reason") or "")
        stated = movement.get("stated_date")
        stood = before_step(procedure.record.info, step, values, movement, taken)
        brief = load_brief(procedure, step, subject, stood, before, reader, stated, late)
        reason = self._barred(procedure, step, movement, reader) or procedure.hindrance(step, brief)
        return Judgement(reason is None, "" if reason is None else reason.text)

    def _barred(self, procedure: Procedure, step: Step, movement: Row, reader: Reader) -> Reason | None:
        """Why the desk's post does not take the step, by its role of today; the district itself has no post."""
        post = str(movement.get("post") or "")
        if self.role_of is None or not post or not step.roles:
            return None
        return procedure.barred(step, self.role_of(post, reader))


def settled(row: Row, judged: Row) -> bool:
    """Whether a movement came before the one that is being judged."""
    return bool(row.get("judgement")) and row.get("id") != judged.get("id")


def load_brief(
    procedure: Procedure,
    step: Step,
    record_id: str,
    values: Row,
    movements: Sequence[Row],
    reader: Reader,
    stated_date: Any = None,
    late_reason: str = "",
) -> Brief:
    """The brief of a step: the record, what its `loads` name, its time limits. Desk and district build it alike."""
    links: dict[str, Row] = {}
    children: dict[str, Sequence[Row]] = {}
    fields = procedure.record.info.by_name
    for name in step.loads:
        info = fields.get(name)
        link, dot, below = name.partition(".")
        if dot:
            children[name] = reader.children(below, str(values[link])) if values.get(link) else ()
        elif info is None:
            children[name] = reader.children(name, record_id)
        elif info.ref is not None and values.get(name):
            linked = reader.get(info.ref, str(values[name]))
            if linked is not None:
                links[name] = linked
    stated = as_day(stated_date)
    calendar = calendar_of(years_of(procedure.deadlines, values, stated), reader.get)
    state, taken = procedure.taken(movements)
    return Brief(
        kind=procedure.kind, id=record_id, values=values, state=state, children=children, links=links,
        stated_date=stated, limits=procedure.limits(values, movements, calendar), late_reason=late_reason,
        follows=str(taken[-1][1].get("id") or "") if taken else "",
    )  # fmt: skip
