"""The command: plays seeds, prints what is wrong with each and how to see it again, and counts."""

from __future__ import annotations

import argparse
import gc
import logging
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from .plan import make
from .proof import prove
from .results import Range, Results, ranges
from .runs import Outcome, run, shrink

CLOCKS_EVERY = 10
LIVENESS = re.compile(r"^(\S+: )?I6\b")
"""What says that something never came to rest, and not that anything is wrong where it stands."""


def _settled() -> None:
    """What this process has loaded stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def one(seed: int, long: bool) -> tuple[int, Outcome, float]:
    """One seed in this process; every tenth also under other clocks."""
    logging.disable(logging.CRITICAL)
    start = time.process_time()
    outcome = run(make(seed, long=long), clocks=seed % CLOCKS_EVERY == 0)
    return seed, outcome, time.process_time() - start


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    if args.broken:
        logging.disable(logging.CRITICAL)
        return 1 if prove() else 0
    results = Results(args.results) if args.results else None
    done: list[Range] = []
    with ProcessPoolExecutor(args.jobs, initializer=_settled) if args.jobs > 1 else nullcontext() as pool:
        for part in ranges(args.first, args.seeds, long=args.long):
            before = results.known(part) if results else None
            done.append(before or _play(part, pool, args))
            if results and not before:
                results.add(part)
            if args.seeds > part.count:
                print(f"... up to seed {part.first + part.count - 1}: {_failing(done)} violations", flush=True)
    acts, cpu = sum(d.acts for d in done), sum(d.cpu_s for d in done)
    stuck = sum(len(d.stuck) for d in done)
    print(f"acts a seed: {acts / max(1, args.seeds):.0f}, CPU a seed: {cpu / max(1, args.seeds):.2f} s")
    print(f"safety: {_failing(done) - stuck}, liveness: {stuck}")
    print(f"seeds: {args.seeds}, violations: {_failing(done)}")
    return 1 if _failing(done) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--long", action="store_true", help="ten times as much happens in each")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--trace", action="store_true", help="print each seed's hash, and of one all that happens")
    parser.add_argument("--keep", action="store_true", help="do not minimise a seed that fails")
    parser.add_argument("--results", type=Path, help="a folder that keeps what ranges came to; a cut run goes on there")
    parser.add_argument("--broken", action="store_true", help="break the engine on purpose and say which seed notices")
    return parser


def _failing(done: list[Range]) -> int:
    return sum(len(d.failing) for d in done)


def _play(part: Range, pool: ProcessPoolExecutor | None, args: argparse.Namespace) -> Range:
    """One range, seed by seed."""
    for seed, outcome, seconds in _outcomes(part, pool):
        part.acts, part.cpu_s = part.acts + outcome.acts, round(part.cpu_s + seconds, 3)
        if args.trace:
            if args.seeds == 1:
                print("\n".join(outcome.log))
            print(f"seed {seed}: trace {outcome.trace}, {outcome.acts} acts, {seconds:.2f} s")
        if outcome.wrongs:
            part.failing.append(seed)
            if all(LIVENESS.match(words) for words in outcome.wrongs):
                part.stuck.append(seed)
            _tell(seed, outcome, args.long, args.keep)
    return part


def _outcomes(part: Range, pool: ProcessPoolExecutor | None) -> Iterator[tuple[int, Outcome, float]]:
    seeds, work = range(part.first, part.first + part.count), partial(one, long=part.long)
    return pool.map(work, seeds, chunksize=4) if pool else map(work, seeds)


def _tell(seed: int, outcome: Outcome, long: bool, keep: bool) -> None:
    """A failing seed: what is wrong, how to play it again, and the fewest events that still show it."""
    again = f"python -m tests.simulate --seeds 1 --first {seed}{' --long' if long else ''} --trace"
    print(f"seed {seed} fails; again: {again}")
    for words in outcome.wrongs[:8]:
        print(f"  {words}")
    if not keep:
        fewer = shrink(make(seed, long=long))
        print(f"  minimised to {len(fewer.events)} events: " + " ".join(f"{e.kind}@{e.desk}" for e in fewer.events))
        last = run(fewer)
        for words in (*last.log, *last.wrongs[:4]):
            print(f"    {words}")
    sys.stdout.flush()


if __name__ == "__main__":
    _settled()
    sys.exit(main())
