"""``make dask-tests``: run Dask's own tests of its dataframe with lazyframe in the place of `dask.dataframe`.

    PYTHONPATH=tests python -m dask_tests [-k EXPRESSION] [-n WORKERS] [--variants N] [--show] [--folder PATH]

The tests are those of the installed Dask. A test counts if it is about what both have: not about divisions, graphs or formats
that are none of ours, which `rules.py` tells from the text of the test. Answers are compared strictly, and of those that
are equal after sorting alone the names are told (many tests sort what they expect); of errors the class counts, and not the text.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
from pathlib import Path

import dask
import pytest
from dask_tests import plugin, rules
from dask_tests.plugin import FAILED, NOT_OURS, ORDER, PASSED, SKIPPED, Outcome

HERE = Path(__file__).parent
ROOMS = ("dataframe", "tests/test_delayed.py")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dask_tests", description="Dask's tests of its dataframe, on lazyframe.")
    parser.add_argument("-k", metavar="EXPRESSION", default="", help="only the tests that match, as for pytest")
    parser.add_argument("-n", metavar="WORKERS", default="2", help="so many processes run them")
    parser.add_argument("--variants", default="0", help="run at most so many of the parameters of each test; 0 is all")
    parser.add_argument("--show", metavar="KIND", default="", help="the traceback of failures of this kind or cause")
    parser.add_argument("--causes", type=int, default=40, help="how many of the most frequent causes are listed")
    parser.add_argument("--folder", type=Path, default=Path(dask.__file__).parent, help="where Dask is")
    parser.add_argument("--json", type=Path, help="where to write what became of each test")
    return parser.parse_args()


def main() -> int:
    given = parse()
    options = ["-c", str(HERE / "pytest.ini"), "--rootdir", str(given.folder.parent), "-q", "--no-summary", "--timeout", "120"]
    rooms = [str(given.folder / room) for room in ROOMS]
    options += [
        "-p",
        "dask_tests.plugin",
        "--continue-on-collection-errors",
        "-n",
        given.n,
        "-k",
        given.k,
        "--variants",
        given.variants,
    ]
    strangers = rules.without_ours([file for room in rooms for file in Path(room).glob("**/test_*.py")])
    options += [f"--ignore={file}" for file in strangers]
    code = pytest.main([*options, *rooms])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(code)
    if not given.k:
        plugin.outcomes += [Outcome(name, "", False, NOT_OURS, line=why) for file in strangers.values() for name, why in file]
    print(report(plugin.outcomes, given.causes))
    if given.show:
        for outcome in plugin.outcomes:
            if outcome.result == FAILED and given.show in f"{outcome.kind} {outcome.line} {outcome.name}":
                print(f"\n{'=' * 20} {outcome.name}\n{outcome.text}")
    if given.json:
        given.json.write_text(json.dumps([vars(outcome) for outcome in plugin.outcomes]), "utf-8")
    return 0


def report(outcomes: list[Outcome], causes: int = 40) -> str:
    """The table: how many tests passed and failed in each area, why others are not counted, and what fails most often."""
    lines = ["", f"Dask {dask.__version__}: its tests of dataframes, with lazyframe in their place", ""]
    lines.append(f"{'':<34}{'passed':>8}{'failed':>8}{'passed of those run':>22}")
    for part in (True, False):
        names = dict.fromkeys(area.name for area in rules.AREAS if area.is_core is part)
        lines += [_row(name, [one for one in outcomes if one.area == name]) for name in names]
        lines += [_row("CORE" if part else "THE REST", [one for one in outcomes if one.is_core is part]), ""]
    for result in (SKIPPED, NOT_OURS):
        reasons = collections.Counter(one.line for one in outcomes if one.result == result)
        lines += [*(f"{result}: {number:>5}  {why}" for why, number in reasons.most_common()), ""]
    sorted_rows = [one.name for one in outcomes if one.result == PASSED and one.kind == ORDER]
    lines += [f"passed, the rows in another order than the test has them: {len(sorted_rows)}", *sorted_rows, ""]
    failed = [one for one in outcomes if one.result == FAILED]
    lines += [f"failed: {number:>5}  {kind}" for kind, number in collections.Counter(one.kind for one in failed).most_common()]
    lines.append("")
    found = collections.Counter((one.kind, cause(one.line)) for one in failed)
    lines += [f"{number:>5}  [{kind}] {why}" for (kind, why), number in found.most_common(causes)]
    return "\n".join(lines)


def cause(line: str) -> str:
    """The first line of an error without what is of one test alone."""
    return re.sub(r"\d+(\.\d+)?", "N", re.sub(r"'[^']*'|\"[^\"]*\"", "'...'", line))[:160]


def _row(name: str, outcomes: list[Outcome]) -> str:
    count = collections.Counter(one.result for one in outcomes)
    run = count[PASSED] + count[FAILED]
    share = f"{100 * count[PASSED] / run:.1f} %" if run else ""
    return f"{name:<34}{count[PASSED]:>8}{count[FAILED]:>8}{share:>22}"


if __name__ == "__main__":
    raise SystemExit(main())
