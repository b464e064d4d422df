"""Which numbers would tell who they are about: those behind which few people stand, and what gives such a one away.

For the posts that see numbers alone (see `kernel.role.only_figures`).
"""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.kernel.figure import AnyFigure, Combined, Figure, Rate
from baiyun_desktop.replica.figures import Raw, Tallied

FEW = 5
"""Fewer than so many are not told (k = 5)."""
Hidden = set[tuple[int, str]]
"""By the group's place and the figure's name."""


def hidden(tallied: Tallied, groups: Sequence[Sequence[Raw] | None]) -> Hidden:
    """What must not be shown of these groups, of which None is all together."""
    found: Hidden = set()
    for figure in tallied.sheet.counted:
        rows = {at: tallied.rows(figure, raws) for at, raws in enumerate(groups)}
        few = {at for at, number in rows.items() if 0 < number < FEW}
        found |= {(at, figure.name) for at in few | _with_one(few, rows, groups)}
    others = [figure for figure in tallied.sheet.figures if not isinstance(figure, Figure)]
    return found | {(at, f.name) for at in range(len(groups)) for f in others if _told_by(tallied, f, at, found)}


def _with_one(few: set[int], rows: dict[int, int], groups: Sequence[Sequence[Raw] | None]) -> set[int]:
    """One group that is hidden alone follows from the whole and the others: the next smallest is hidden with it."""
    parts = {at for at in rows if groups[at] is not None}
    left = sorted((at for at in parts - few if rows[at]), key=lambda at: rows[at])
    return {left[0]} if len(few & parts) == 1 and left else set()


def _told_by(tallied: Tallied, figure: AnyFigure, at: int, found: Hidden) -> bool:
    """Whether a figure that follows from others follows from one that is hidden."""
    match figure:
        case Combined(plus=plus, minus=minus):
            names = (*plus, *minus)
        case Rate(part=part, whole=whole):
            names = (*part, *whole)
        case Figure():
            return (at, figure.name) in found
    return any(_told_by(tallied, tallied.sheet.by_name[name], at, found) for name in names)
