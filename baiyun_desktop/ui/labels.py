"""What kinds, fields and desks are called on the screen, also those that only a newer version knows."""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.ui.words import language, say, told


def kind_title(program: Program, name: str) -> str:
    """A kind in the language in use; a name that only a newer version knows is shown as itself."""
    kind = program.kinds.get(name)
    return name if kind is None else told(kind.title, kind.en)


def fields_label(program: Program, kind: str, names: Sequence[str]) -> str:
    """Field labels in one line."""
    return "、".join(field_label(program, kind, name) for name in names)


def field_label(program: Program, kind: str, name: str) -> str:
    """One field's label; its name where only a newer version knows it."""
    info = program.kinds[kind].by_name.get(name) if kind in program.kinds else None
    return info.label_in(language()) if info is not None else name


def desk_name(desk: str, own: str, post: str, other: str = "") -> str:
    """Where something was typed: a desk by its post, one whose post is not known by the end of its number.

    After a file was restored its line of edits is called like the replica with a number behind a #.
    """
    replica = desk.partition("#")[0]
    if replica == own:
        return f"{post} ({say('contest.here')})" if post else say("contest.here")
    return other or (
        say("contest.desk", end=replica[-4:]) if len(replica) == 32 else replica or say("contest.district")
    )
