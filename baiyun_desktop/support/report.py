"""What an error was and where, without a single value: its types and our own lines of code, and how often it is told."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType

OURS = ("baiyun_desktop", "sync", "tests")
CHAIN_MAX = 8
"""Errors behind an error that are told; a ring of causes must come to an end."""
AGAIN_S = 600.0
"""The same error is not told again for so long."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what stood behind it: its causes, and the driver's own error where SQLAlchemy wrapped one."""
    at: BaseException | None = error
    seen: set[int] = set()
    while at is not None and id(at) not in seen and len(seen) < CHAIN_MAX:
        seen.add(id(at))
        yield at
        inner = getattr(at, "orig", None)
        if isinstance(inner, BaseException) and id(inner) not in seen:
            seen.add(id(inner))
            yield inner
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def lines_of(error: BaseException) -> list[str]:
    """Types and our own frames, the newest last, of the error and its causes. No message and no value is among them."""
    lines: list[str] = []
    for number, part in enumerate(chain(error)):
        lines.append(("because of " if number else "") + name_of(part))
        lines += [f"    {where}" for where in _frames(part.__traceback__)]
    return lines


def name_of(error: BaseException) -> str:
    """The type with the package it comes from."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Our frames as module:line function; what others do between them is one entry with their package's name."""
    others: list[str] = []
    for frame, line in traceback.walk_tb(trace):
        module = str(frame.f_globals.get("__name__", "?"))
        package = module.partition(".")[0]
        if package in OURS:
            yield from others
            others = []
            yield f"{module}:{line} {frame.f_code.co_name}"
        elif others[-1:] != [f"({package})"]:
            others.append(f"({package})")
    yield from others


def fingerprint(error: BaseException) -> str:
    """The same for the same error at the same place, whoever called it."""
    return "|".join(_place(part) for part in chain(error))


def _place(error: BaseException) -> str:
    ours = [where for where in _frames(error.__traceback__) if not where.startswith("(")]
    return f"{name_of(error)} {ours[-1] if ours else ''}"


@dataclass
class Told:
    """Which errors were told lately, so that one that comes at each repaint does not open ten dialogs."""

    again_s: float = AGAIN_S
    _at: dict[str, float] = field(default_factory=dict)
    _times: dict[str, int] = field(default_factory=dict)

    def worth_telling(self, error: BaseException, now_s: float) -> bool:
        """Whether this one is to be told; it counts in any case."""
        mark = fingerprint(error)
        self._times[mark] = self._times.get(mark, 0) + 1
        before = self._at.get(mark)
        if before is not None and now_s - before < self.again_s:
            return False
        self._at[mark] = now_s
        return True

    def times(self, error: BaseException) -> int:
        """How often it has come so far."""
        return self._times.get(fingerprint(error), 0)


EXPECTED = frozenset("ReplicaError DoorRefusal SyncError KeyTrouble IntakeError".split())
"""The families whose words tell an officer what stands in the way; any other error is a bug."""


def is_expected(error: BaseException) -> bool:
    """Whether the error belongs to one of them."""
    return any(kind.__name__ in EXPECTED and kind.__module__.split(".")[0] in OURS for kind in type(error).__mro__)
