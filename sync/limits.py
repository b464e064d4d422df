"""Every number of the engine in one place, each with the words that the README's table has for it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import Any

KIB, MIB = 2**10, 2**20
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
DAY_MS = 86_400_000
MONTH_MS = 30 * DAY_MS + DAY_MS // 2
"""A month as retention counts it: 24 of them are two years and two days."""


def _bound(value: Any, words: str) -> Any:
    return field(default=value, metadata={"words": words})


@dataclass(frozen=True, slots=True)
class Limits:
    """The engine's bounds. A district and its services are given one; what both halves must agree on is `LIMITS`."""

    # --- what travels
    changes_per_act: int = _bound(500, "changes of an act")
    act_bytes: int = _bound(MIB, "an act")
    acts_per_batch: int = _bound(5_000, "acts of a batch")
    changes_per_batch: int = _bound(100_000, "changes of a batch")
    contest_sides: int = _bound(32, "sides of a contest, which fit into a batch together")
    batch_bytes: int = _bound(4 * MIB, "a batch, before compression")
    body_bytes: int = _bound(8 * MIB, "a request's body")
    message_bytes_desk: int = _bound(64 * MIB, "a message that a desk unpacks")
    message_bytes_district: int = _bound(16 * MIB, "a message that the district unpacks")
    repair_bytes: int = _bound(16 * MIB, "rows sent again in one answer, unless one range has more")
    requests_per_round: int = _bound(10_000, "requests of a round")

    lifeboat_frames: int = _bound(200, "acts in one part of a lifeboat")
    lifeboat_bytes: int = _bound(2 * MIB, "a part of a lifeboat, unless one act has more")

    lifeboat_files_bytes: int = _bound(4_096 * MIB, "files beside a lifeboat, unsent ones before answered ones")

    compared_rows: int = _bound(8, "earliest rows of one unique key, with which each other of it is compared")

    # --- transactions
    acts_per_transaction: int = _bound(32, "acts judged in one transaction")
    import_acts_per_transaction: int = _bound(8, "acts of an import judged in one transaction")
    changes_per_transaction: int = _bound(500, "changes judged in one transaction, unless one act has more")
    entries_per_batch: int = _bound(20_000, "feed entries of an answer")
    entries_per_slice: int = _bound(40, "feed entries that a desk writes in one transaction")
    positions_per_sweep: int = _bound(2_000, "positions removed in one transaction behind the horizon")

    # --- packs
    pack_reuse_positions: int = _bound(2_000, "positions after which a pack is made anew")
    pack_piece_bytes: int = _bound(8 * MIB, "a piece of a pack in one answer")
    frame_rows_bytes: int = _bound(8 * MIB, "rows that the district puts into a frame of a pack, unless one has more")
    pack_frame_bytes: int = _bound(64 * MIB, "a frame of a pack")
    pack_kept_ms: int = _bound(DAY_MS, "a pack that no desk is told of any more is kept for")

    # --- ages
    horizon_age_ms: int = _bound(24 * MONTH_MS, "age at which the feed is compacted")
    desk_age_ms: int = _bound(24 * MONTH_MS, "age of a desk's program that is still served")
    idle_desk_ms: int = _bound(24 * MONTH_MS, "a desk without contact is retired after")
    hold_ms: int = _bound(45 * DAY_MS, "an act is held for at most")
    backed_up_act_ms: int = _bound(35 * DAY_MS, "a desk keeps an act that a backup covers for")
    fault_tries: int = _bound(3, "times that an act is judged whose judging fails")
    tend_every_s: float = _bound(60.0, "time between two looks at what time alone brings")

    # --- many at once
    rounds_at_once: int = _bound(
        max(4, (os.cpu_count() or 1) * 2), "rounds at once in a process, at least 4 or two a core"
    )
    rounds_queued_max: int = _bound(200, "rounds that wait for their turn")
    waiting_max: int = _bound(5_000, "desks that wait for news")
    wrong_codes_max: int = _bound(10, "wrong enrolment codes of an address")
    wrong_codes_s: float = _bound(600.0, "time in which wrong codes are counted")
    retry_after_s_min: int = _bound(2, "Retry-After at least")
    retry_after_s_max: int = _bound(9, "Retry-After at most, but for a quota")
    acts_per_hour: int = _bound(60_000, "acts of a desk in an hour")
    bytes_per_day: int = _bound(512 * MIB, "bytes that a desk pushes in a day")
    files_per_day: int = _bound(4096 * MIB, "bytes of files that a desk pushes in a day")
    blocks_per_day: int = _bound(40, "blocks of numbers of one series that a desk gets in a day")
    quota_retry_s_max: int = _bound(900, "Retry-After at most where a quota is spent")
    import_pause_ms: int = _bound(200, "pause asked of an import while others wait")
    pause_ms_max: int = _bound(5_000, "pause that a desk grants at most")


LIMITS = Limits()


def _said(name: str, value: float) -> str:
    """A bound in a reader's units."""
    if name.endswith("bytes") or "_bytes_" in name or name.startswith(("bytes_", "files_")):
        return f"{value // MIB:,} MiB"
    if name == "rounds_at_once":
        return "4"
    if not name.endswith(("_ms", "_ms_max", "_s", "_s_min", "_s_max")):
        return f"{value:,}"
    ms = value if "_ms" in name else value * 1000
    for unit, size in (("months", MONTH_MS), ("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS), ("s", 1000)):
        if ms > size and ms % size == 0:
            return f"{ms / size:g} {unit}"
    return f"{ms:g} ms"


def table() -> str:
    """The bounds as a table in Markdown."""
    rows = [f"| {f.metadata['words']} | {_said(f.name, f.default)} |" for f in fields(Limits)]  # type: ignore[arg-type]
    return "\n".join(["| bound | value |", "|---|---|", *rows])
