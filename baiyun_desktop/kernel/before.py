"""The record as a step found it, so that the district judges by the same facts as the desk that took the step.

A desk judges a step before it fills in the stated dates, the number and what else follows from taking it; the district
sees the merged row with all of that in it. So a movement says what its step filled in and what had stood there, and
which movement it came after: what others filled in since then, unseen, is what the step really found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.step import Step
from sync.schema import Row

FOUND, FOLLOWS = "found", "follows"
"""Fields of the movement."""


def found(stood: Row, filled: Mapping[str, Any]) -> list[str]:
    """What a movement says of the fields that its step fills in: "name", and after it the value that had stood there."""
    return [
        name if _empty(stood.get(name)) else f"{name} {json.dumps(stood[name], ensure_ascii=False)}" for name in filled
    ]


def before_step(info: RecordInfo, step: Step, values: Row, movement: Row, taken: Sequence[tuple[Step, Row]]) -> Row:
    """The values as the step found them; `taken` are the movements that count before it, each with its step.

    A movement of a version that did not say what it filled in is judged by the values as they are.
    """
    lines = movement.get(FOUND)
    if lines is None:
        return values
    stood, filled = dict(values), []
    for line in lines:
        name, _, text = str(line).partition(" ")
        if not _fills(info, step, name):
            continue
        filled.append(name)
        stood.pop(name, None)
        if text:
            stood[name] = json.loads(text)
    for other, row in _unseen(taken, str(movement.get(FOLLOWS) or "")):
        for name in filled:
            if name in other.renews or (name in other.sets and _empty(stood.get(name))):
                stood[name] = row.get("stated_date")
    return stood


def _fills(info: RecordInfo, step: Step, name: str) -> bool:
    """Whether a step may fill a field in: what it asks its officer for is typed, and judged as it was typed."""
    if name in step.sets or name in step.renews:
        return True
    asked = {n for need in step.needs for n in ((need,) if isinstance(need, str) else need)} | set(step.ask)
    return name in info.by_name and name not in asked and step.verb not in info.by_name[name].needed


def _unseen(taken: Sequence[tuple[Step, Row]], last: str) -> Sequence[tuple[Step, Row]]:
    """Those that its author had not heard of."""
    if not last:
        return taken
    places = [place for place, (_, row) in enumerate(taken) if row.get("id") == last]
    return taken[places[0] + 1 :] if places else ()


def _empty(value: Any) -> bool:
    return value in (None, "", [])
