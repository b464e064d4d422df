"""The command: plays seeds, prints what is wrong with each and how to see it again, and counts."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from .plan import make
from .runs import Outcome, run, shrink

CLOCKS_EVERY = 10
PROGRESS_EVERY = 50


def one(seed: int, long: bool) -> tuple[int, Outcome, float]:
    """One seed in this process; every tenth also under other clocks."""
    logging.disable(logging.CRITICAL)
    start = time.process_time()
    outcome = run(make(seed, long=long), clocks=seed % CLOCKS_EVERY == 0)
    return seed, outcome, time.process_time() - start


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--long", action="store_true", help="ten times as much happens in each")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--trace", action="store_true", help="print each seed's hash, and of a single one all that happens"
    )
    parser.add_argument("--keep", action="store_true", help="do not minimise a seed that fails")
    args = parser.parse_args(argv)
    seeds = range(args.first, args.first + args.seeds)
    bad, acts, cpu = 0, 0, 0.0
    work = partial(one, long=args.long)
    pool = ProcessPoolExecutor(args.jobs) if args.jobs > 1 else None
    for seed, outcome, seconds in pool.map(work, seeds, chunksize=4) if pool else map(work, seeds):
        acts, cpu = acts + outcome.acts, cpu + seconds
        if args.trace:
            if args.seeds == 1:
                print("\n".join(outcome.log))
            print(f"seed {seed}: trace {outcome.trace}, {outcome.acts} acts, {seconds:.2f} s")
        if seed % PROGRESS_EVERY == 0:
            print(f"... up to seed {seed}: {bad} violations", flush=True)
        if outcome.wrongs:
            bad += 1
            _tell(seed, outcome, args.long, args.keep)
    if pool:
        pool.shutdown()
    print(f"acts a seed: {acts / max(1, args.seeds):.0f}, CPU a seed: {cpu / max(1, args.seeds):.2f} s")
    print(f"seeds: {args.seeds}, violations: {bad}")
    return 1 if bad else 0


def _tell(seed: int, outcome: Outcome, long: bool, keep: bool) -> None:
    """A failing seed: what is wrong, how to play it again, and the fewest events that still show it."""
    print(
        f"seed {seed} fails; again: python -m tests.simulate --seeds 1 --first {seed}{' --long' if long else ''} --trace"
    )
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
    sys.exit(main())
