"""The line's state in plain words: how much waits, when the last round was, and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass

from baiyun_desktop.replica import Status
from baiyun_desktop.ui.days import clock_text
from baiyun_desktop.ui.words import say

AMBER_MIN = 30
"""Minutes after which the oldest unsent item is worth a look."""
RED_MIN = 8 * 60
"""A working day without a line: somebody should do something."""


@dataclass(frozen=True, slots=True)
class SyncWords:
    """What the status bar says; `tone` is good, warn or bad."""

    text: str
    tone: str
    more: str


def sync_words(status: Status, problem: str, now_ms: int) -> SyncWords:
    """A pure function of what is waiting and how the last round ended."""
    waiting = say("sync.unsent", n=status.unsent) if status.unsent else say("sync.none_unsent")
    last = say("sync.never")
    if status.last_round_at is not None:
        last = say("sync.last", when=clock_text(status.last_round_at, now_ms))
    age_min = (now_ms - status.oldest_unsent_at) // 60_000 if status.oldest_unsent_at is not None else 0
    tone = "bad" if age_min >= RED_MIN else "warn" if age_min >= AMBER_MIN or problem else "good"
    state = problem or (say("sync.fine") if tone == "good" else say("sync.waiting_since", age=_age(age_min)))
    parts = [waiting, last, state]
    if status.held:
        parts.insert(1, say("sync.held", n=status.held))
    more = say("sync.oldest", age=_age(age_min)) if status.oldest_unsent_at is not None else say("sync.all_sent")
    return SyncWords(" · ".join(parts), tone, more)


def _age(minutes: int) -> str:
    if minutes < 60:
        return say("sync.minutes", n=max(minutes, 1))
    if minutes < 48 * 60:
        return say("sync.hours", n=minutes // 60)
    return say("sync.days", n=minutes // (24 * 60))
