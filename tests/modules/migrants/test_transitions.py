"""Every step of the centre is taken once out of each of its states, and refused once by each of its guards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import pytest

from baiyun_desktop.kernel.judge import Judge
from baiyun_desktop.kernel.movement import COLLECTION
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Step
from baiyun_desktop.modules.migrants import MODULE
from tests.modules.migrants import lines_of_counter as counter
from tests.modules.migrants import lines_of_stay as stay
from tests.modules.migrants.lines import Line, No

LINES: Mapping[str, Mapping[str, Line]] = {
    "residence_reg": stay.REGISTRATION,
    "residence_permit": stay.PERMIT,
    "rental_house": stay.LETTING,
    "inspect": stay.VISIT,
    "service_ticket": counter.TICKET,
    "job_seeker": counter.SEEKER,
    "job_post": counter.POST,
    "job_match": counter.MATCH,
    "school_need": counter.SCHOOL,
    "legal_aid_app": counter.LEGAL,
    "relief_case": counter.CASE,
}
STEPS = [(procedure, step) for procedure in MODULE.procedures for step in procedure.steps]


def _words(part: Any) -> str:
    return str(getattr(part, "verb", getattr(part, "kind", part)))


def guard_cases() -> Iterator[tuple[Procedure, Step, str]]:
    for procedure, step in STEPS:
        yield from ((procedure, step, _name(guard)) for guard in step.guards)


def hint_cases() -> Iterator[tuple[Procedure, Step, str]]:
    for procedure, step in STEPS:
        yield from ((procedure, step, _name(hint)) for hint in step.advises)


def _name(guard: object) -> str:
    return str(getattr(guard, "__name__", guard))


def _line(procedure: Procedure, step: Step) -> Line:
    return LINES[procedure.kind][step.verb]


def test_the_table_has_a_line_for_each_step_and_none_too_many() -> None:
    declared = {p.kind: {s.verb for s in p.steps} for p in MODULE.procedures}
    assert declared == {kind: set(lines) for kind, lines in LINES.items()}


def test_each_line_refuses_by_each_guard_and_hints_by_each_hint() -> None:
    for procedure, step in STEPS:
        line = _line(procedure, step)
        assert set(line.refused) == {_name(g) for g in step.guards}, (procedure.kind, step.verb)
        assert set(line.hints) == {_name(g) for g in step.advises}, (procedure.kind, step.verb)


@pytest.mark.parametrize(("procedure", "step"), STEPS, ids=_words)
def test_a_step_is_taken_out_of_each_of_its_states(procedure: Procedure, step: Step) -> None:
    line = _line(procedure, step)
    for state in step.starts:
        assert procedure.hindrance(step, line.brief(procedure.kind, state)) is None
        assert procedure.step(step.verb, state) is step
        assert all(hint.text for hint in step.advice(line.brief(procedure.kind, state)))


@pytest.mark.parametrize(("procedure", "step", "guard"), list(guard_cases()), ids=_words)
def test_a_guard_refuses_with_its_words(procedure: Procedure, step: Step, guard: str) -> None:
    no = _line(procedure, step).refused[guard]
    reason = _asked(procedure, step, guard, no, step.guards)
    assert reason is not None
    assert no.words in reason.text
    for name in reason.fields:
        assert procedure.record.info.field(name)
    assert procedure.hindrance(step, _line(procedure, step).brief(procedure.kind, step.starts[0], no)) is not None


@pytest.mark.parametrize(("procedure", "step", "hint"), list(hint_cases()), ids=_words)
def test_a_hint_is_told_and_stands_in_nobodys_way(procedure: Procedure, step: Step, hint: str) -> None:
    no = _line(procedure, step).hints[hint]
    reason = _asked(procedure, step, hint, no, step.advises)
    assert reason is not None
    assert no.words in reason.text


def _asked(procedure: Procedure, step: Step, name: str, no: No, among: tuple[Any, ...]) -> Any:
    guard = next(g for g in among if _name(g) == name)
    return guard(_line(procedure, step).brief(procedure.kind, step.starts[0], no))


@pytest.mark.parametrize(("procedure", "step"), STEPS, ids=_words)
def test_what_a_step_demands_is_missed_when_it_is_empty(procedure: Procedure, step: Step) -> None:
    line = _line(procedure, step)
    bare = Line({}, line.links, stated=line.stated)
    demanded = [f.name for f in procedure.record.info.fields if step.verb in f.needed]
    if demanded or step.needs:
        reason = procedure.hindrance(step, bare.brief(procedure.kind, step.starts[0]))
        assert reason is not None
        assert reason.fields or not procedure.missing(step, bare.brief(procedure.kind, step.starts[0]))


class Rows:
    """Rows in memory, read as the district's are."""

    def __init__(self, record: dict[str, Any], line: Line, procedure: Procedure, moves: list[dict[str, Any]]) -> None:
        self._record, self._line, self._moves = record, line, moves
        self._refs = {f.ref: f.name for f in procedure.record.info.refs if f.name in line.links}

    def get(self, collection: str, record: str, /) -> dict[str, Any] | None:
        if record == "r1":
            return self._record
        linked = self._line.links.get(self._refs.get(collection, ""))
        return None if linked is None else dict(linked)

    def children(self, collection: str, parent: str, /) -> list[dict[str, Any]]:
        return self._moves if collection == COLLECTION else []


@pytest.mark.parametrize(("procedure", "step"), STEPS, ids=_words)
def test_the_district_accepts_it_there_and_overtakes_it_elsewhere(procedure: Procedure, step: Step) -> None:
    judge, line = Judge({procedure.kind: procedure}), _line(procedure, step)
    values = {"id": "r1", **{n: v for n, v in line.values.items() if v is not None}}
    move = {"id": "m", "subject_kind": procedure.kind, "subject": "r1", "verb": step.verb,
            "stated_date": line.stated.isoformat()}  # fmt: skip
    paths = _paths(procedure)
    assert set(paths) == set(procedure.states), "a state that no step leads to"
    for state, verbs in paths.items():
        moves = [{"id": str(n), "verb": verb, "pos": n, "judgement": "accepted"} for n, verb in enumerate(verbs, 1)]
        judged = judge.judge(move, Rows(values, line, procedure, moves))
        if state in step.starts:
            assert judged.accepted, (state, judged.reason)
        elif not any(s.verb == step.verb and state in s.starts for s in procedure.steps):
            assert not judged.accepted
            assert f"“{state.value}”" in judged.reason


def _paths(procedure: Procedure) -> dict[Enum, tuple[str, ...]]:
    """The shortest way of steps to each state."""
    found: dict[Enum, tuple[str, ...]] = {procedure.initial: ()}
    waiting = [procedure.initial]
    while waiting:
        state = waiting.pop(0)
        for step in procedure.steps:
            if state in step.starts and step.to not in found:
                found[step.to] = (*found[state], step.verb)
                waiting.append(step.to)
    return found


def test_only_the_police_make_suspend_and_cancel_a_permit_and_only_counters_take_it_in() -> None:
    by = {s.verb: s.roles for s in MODULE.procedures[1].steps}
    for verb in ("制证", "不予制发", "制成", "功能中止", "注销"):
        assert by[verb] == (Role.POLICE_LIAISON,), verb
    for verb in ("材料齐", "一次性告知", "受理", "不予受理", "报公安", "发放"):
        assert Role.POLICE_LIAISON not in by[verb], verb
        assert Role.MIGRANT_COUNTER in by[verb], verb
