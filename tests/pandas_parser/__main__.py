"""``make pandas-tests``: run pandas' own tests of its parsers with `read_csv`, `read_table` and `read_fwf` of lazyframe.

    PYTHONPATH=tests python -m pandas_parser [-k EXPRESSION] [--show] [--all]

The tests are those of the installed pandas. What a test reads, lazyframe reads and computes; frames are compared as the test
compares them, of errors and warnings the class and not the text. A test that never reads is not counted: it is about the
inside of pandas. `expected.toml` has every test that is known to fail, with the reason; a failure that is not in it, and an
entry of it that passes, fail the run.
"""

from __future__ import annotations

import argparse
import collections
import tempfile
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from pandas_parser import expected
from pandas_parser.plugin import Outcome, Plugin

HERE = Path(__file__).parent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pandas_parser", description="pandas' tests of its parsers, on lazyframe.")
    parser.add_argument("-k", metavar="EXPRESSION", default="", help="only the tests that match, as for pytest")
    parser.add_argument("--show", action="store_true", help="the traceback of each failure that is not expected")
    parser.add_argument("--all", action="store_true", help="with --show, of those that are expected too")
    return parser.parse_args()


def main() -> int:
    given = parse()
    plugin = Plugin()
    tests = Path(pd.__file__).parent / "tests" / "io" / "parser"
    with tempfile.TemporaryDirectory() as folder:
        options = ["-c", str(HERE / "pytest.ini"), "--rootdir", str(tests), "--basetemp", str(Path(folder, "pytest"))]
        code = pytest.main(
            [*options, "--no-strict-data-files", "-q", "--no-summary", "-k", given.k, str(tests)], plugins=[plugin]
        )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(code)
    entries = expected.read(HERE / "expected.toml")
    judged = expected.judge(entries, plugin.outcomes)
    print(report(plugin.outcomes, judged))
    if given.show:
        for outcome in plugin.outcomes:
            if outcome.result == "failed" and (given.all or outcome in judged.new):
                print(f"\n{'=' * 20} {outcome.name}\n{outcome.text}")
    stale = [] if given.k else judged.stale
    for outcome in judged.new:
        print(f"NEW FAILURE  {outcome.name}: {outcome.kind}: {outcome.line}")
    for name in judged.passing:
        print(f"PASSES NOW   {name}: take it out of expected.toml")
    for pattern in stale:
        print(f"MATCHES NONE {pattern}: take it out of expected.toml")
    return 1 if judged.new or judged.passing or stale else 0


def report(outcomes: list[Outcome], judged: expected.Judged) -> str:
    """The table: how many tests passed, failed, were skipped, and why."""
    lines = ["", f"pandas {pd.__version__}: pandas/tests/io/parser, read by lazyframe", ""]
    lines.append(f"{'tests that read with':<24}{'all':>7}{'passed':>8}{'failed':>8}{'skipped':>9}{'passed of those run':>22}")
    for engine in ("c", "python", "fixed width"):
        of = [outcome for outcome in outcomes if outcome.engine == engine and outcome.reads]
        count = collections.Counter(outcome.result for outcome in of)
        run = count["passed"] + count["failed"]
        share = f"{100 * count['passed'] / run:.1f} %" if run else ""
        lines.append(f"{engine:<24}{len(of):>7}{count['passed']:>8}{count['failed']:>8}{count['skipped']:>9}{share:>22}")
    rest = collections.Counter(outcome.why_not_counted for outcome in outcomes if not outcome.reads)
    lines += ["", *(f"not counted: {number:>5}  {why}" for why, number in rest.most_common())]
    skipped = collections.Counter(outcome.line for outcome in outcomes if outcome.reads and outcome.result == "skipped")
    lines += ["", *(f"skipped: {number:>5}  {why}" for why, number in skipped.most_common())]
    kinds = collections.Counter(outcome.kind for outcome in outcomes if outcome.result == "failed" and outcome.reads)
    lines += ["", *(f"failed: {number:>5}  {kind}" for kind, number in kinds.most_common())]
    lines.append("")
    for entry in judged.entries:
        found = len(judged.found[entry.reason])
        lines += textwrap.wrap(f"expected: {found:>5}  {entry.reason}", 130, subsequent_indent=" " * 17)
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
