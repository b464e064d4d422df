"""What two pasts of a district share, said once for both halves: for desks that were away, and for acts that come late."""

from __future__ import annotations

from collections.abc import Sequence

Restore = tuple[int, int]
"""(timeline that it began, last position kept)"""


def common_past(mine: Sequence[Restore], theirs: Sequence[Restore]) -> int:
    """The last position that two pasts share, told by the restores that led to each.

    Neither need be the other's continuation: the backup restored last may be of a past that an earlier restore had left.
    """
    shared = next(
        (n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
    )
    return min(pos for _, pos in (*mine[shared:], *theirs[shared:]))
