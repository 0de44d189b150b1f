"""``make faults``: try on lazyframe what goes wrong in the world, and say what was seen.

    PYTHONPATH=tests python -m faults --only signals,disks --times 3 --seed 1

Each trial is a process of its own (`subject.py`) to which something happens. The table has a line a kind and a way to end; what
was promised and was not so is printed at once, and makes the exit code 1. Linux alone.
"""

from __future__ import annotations

import argparse
import collections
import tempfile
import time
from pathlib import Path

from faults.cases import KINDS
from faults.trial import Finding, Place
from lazyframe.diagnostics.words import seconds, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults", description="Signals, dying workers, full disks, and so on.")
    parser.add_argument("--only", default=",".join(KINDS), metavar="KINDS", help=f"some of {', '.join(KINDS)}")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="how often each case is tried (1)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="of the random delays (the time)")
    given = parser.parse_args()
    seed = time.time_ns() if given.seed is None else given.seed
    began = time.monotonic()
    seen: dict[str, collections.Counter[str]] = {}
    took: collections.Counter[str] = collections.Counter()
    findings: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), seed)
        for kind in given.only.split(","):
            ends = seen[kind] = collections.Counter()
            start = time.monotonic()
            for _ in range(given.times):
                for name, trial in KINDS[kind](place):
                    try:
                        ends[trial()] += 1
                    except Finding as finding:
                        ends["FINDING"] += 1
                        findings.append(f"{kind}, {name}: {finding}")
                        print(findings[-1], flush=True)
            took[kind] = time.monotonic() - start
    rows = [("kind", "trials", "time", "ended as")]
    for kind, ends in seen.items():
        told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        rows.append((kind, str(ends.total()), seconds(took[kind]), told))
    print("\n".join(line for line in table([(f"{kind}  {told}", trials, time) for kind, trials, time, told in rows])))
    print(f"{len(findings)} findings in {seconds(time.monotonic() - began)}, seed {seed}")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
