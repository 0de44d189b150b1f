"""``make fuzz``: try case after case on a sanitized core until the time is over, and keep what is found.

    PYTHONPATH=tests python -m fuzz --minutes 10 --seed 1

A finding is made small and written to the corpus, which `tests/csv/test_corpus.py` runs with the other tests; a crash
leaves the case that was being tried in `crash.json`, beside this file. ``--keep`` also writes there what behaves in a way
that nothing in the corpus does.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from fuzz import sanitized
from fuzz.cases import CORPUS, Case, Maker, kept
from fuzz.judge import check

_KEPT = 150  # so the tests stay quick
_CRASH = Path(__file__).with_name("crash.json")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Compare the native core with pandas and pyarrow.")
    parser.add_argument("--minutes", type=float, default=10, metavar="M", help="how long (10)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="of the random numbers (the time)")
    parser.add_argument("--keep", action="store_true", help="write cases of a new behaviour to the corpus")
    parser.add_argument("--plainly", action="store_true", help="use the core as installed, without sanitizers")
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    given = parse()
    if given.library is None and not given.plainly:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder, "core.so")
            print("compiling the core with the sanitizers", flush=True)
            sanitized.build(library, *sanitized.FLAGS)
            command = [sys.executable, "-m", "fuzz", *sys.argv[1:], "--library", str(library)]
            return subprocess.run(command, env=sanitized.environment(), check=False).returncode
    if given.library is not None:
        sanitized.use(given.library)
    return run(given)


def run(given: argparse.Namespace) -> int:
    seed = time.time_ns() if given.seed is None else given.seed
    corpus = kept()
    maker = Maker(seed, corpus)
    known = {signature(case, check(case)) for case in corpus}
    became: collections.Counter[str] = collections.Counter()
    findings = 0
    start = told = time.monotonic()
    print(f"seed {seed}, {len(corpus)} kept cases pass; {given.minutes:g} minutes begin", flush=True)
    while (now := time.monotonic()) < start + 60 * given.minutes and findings < 10:
        case = maker.case()
        _CRASH.write_text(case.dump(), "ascii")
        try:
            outcome = check(case)
        except Exception as error:
            findings += 1
            small = smaller(case, type(error))
            print(f"\nFOUND {type(error).__name__}: {error}\n{save(small, 'found')}: {small}", flush=True)
            continue
        became[outcome] += 1
        new = signature(case, outcome)
        if given.keep and new not in known and len(known) < _KEPT and len(case.data) < 400:
            known.add(new)
            save(case, "kept")
        if now > told + 30:
            told = now
            print(f"{now - start:6.0f} s, {sum(became.values())} cases: {dict(became.most_common())}", flush=True)
    _CRASH.unlink(missing_ok=True)
    print(f"{sum(became.values())} cases in {time.monotonic() - start:.0f} s: {dict(became.most_common())}; {findings} findings")
    return int(findings > 0)


def signature(case: Case, outcome: str) -> tuple[object, ...]:
    """What tells behaviours apart, roughly."""
    data = case.data
    return outcome, case.kinds[case.wanted[0]], b'"' in data, b"\r" in data, data.isascii(), len(data) > 64


def smaller(case: Case, error: type[Exception]) -> Case:
    """A part of the case that shows the same, found by leaving out ever smaller pieces."""

    def shows(text: str) -> bool:
        try:
            check(replace(case, text=text))
        except error:
            return True
        except Exception:
            return False
        return False

    text, size, deadline = case.text, max(len(case.text) // 2, 1), time.monotonic() + 20
    while size and time.monotonic() < deadline:
        at = 0
        while at < len(text):
            without = text[:at] + text[at + size :]
            if shows(without):
                text = without
            else:
                at += size
        size //= 2
    return replace(case, text=text)


def save(case: Case, how: str) -> Path:
    text = case.dump()
    CORPUS.mkdir(exist_ok=True)
    path = CORPUS / f"{how}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.json"
    path.write_text(text + "\n", "ascii")
    return path


if __name__ == "__main__":
    sys.exit(main())
