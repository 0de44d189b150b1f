"""``python -m benchmarks``: make the data, run the queries, write RESULTS.md and results.svg.

A whole run at full scale writes them to the folder of the benchmarks. Any other run, at a smaller scale or of some
queries or libraries only, writes them beside the data, so that it cannot replace the results that README.md shows.
The runs themselves are kept beside the data as JSON; ``--report`` makes the report from such files, and so joins
benchmarks that were made in parts; it is written beside the last of them, or where ``--out`` says.
"""

from __future__ import annotations

import argparse
import datetime
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import ROOT, contenders, data, machine, picture, queries, report
from benchmarks.runs import Results, RunError, ask, gil_shares


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run lazyframe and its peers side by side.")
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="runs of each contender (5; Dask and pandas have at most 2)"
    )
    parser.add_argument("--only", nargs="+", metavar="QUERY", help="these queries, or all those on these datasets")
    parser.add_argument("--engines", nargs="+", metavar="NAME", help="these libraries, or these forms of one")
    parser.add_argument("--scale", choices=data.SCALES, default="full", help="how large the data is (full: 2 GB)")
    parser.add_argument("--quick", action="store_true", help="the same as --scale quick --rounds 1")
    parser.add_argument(
        "--data", type=Path, default=ROOT / "data" / "bench", metavar="DIR", help="where the data is made (data/bench)"
    )
    parser.add_argument("--timeout", type=float, default=600, metavar="S", help="seconds after which a run is ended (600)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where RESULTS.md and results.svg are written")
    parser.add_argument("--report", type=Path, nargs="+", metavar="FILE", help="run nothing, report what these files hold")
    given = parser.parse_args(arguments)
    if given.quick:
        given.scale, given.rounds = "quick", 1
    if given.rounds < 1:
        parser.error("--rounds is 1 or more")
    whole = given.scale == "full" and not given.only and not given.engines
    given.out = given.out or (given.report[-1].parent if given.report else ROOT / "benchmarks" if whole else given.data)
    try:
        given.queries = queries.find(given.only) if given.only else list(queries.QUERIES)
        given.contenders = contenders.find(given.engines) if given.engines else list(contenders.CONTENDERS)
    except ValueError as error:
        parser.error(str(error))
    return given


def benchmark(given: argparse.Namespace, command: str) -> Results:
    """Make the data, and make all the runs; what is there when Ctrl-C is pressed is returned."""
    present = [contender for contender in given.contenders if contenders.installed(contender)]
    for engine in dict.fromkeys(contender.engine for contender in given.contenders if contender not in present):
        print(f"{engine} is not installed, and is left out")
    scale = data.SCALES[given.scale]
    paths = {name: data.prepare(name, scale, given.data.resolve()) for name in dict.fromkeys(q.dataset for q in given.queries)}
    results = Results(facts(given.scale, paths, command))
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    record = given.data / f"runs-{given.scale}-{stamp}.json"
    try:
        for query in given.queries:
            print(f"\n{query.name}: {query.title}", flush=True)
            asked = contenders.asked(query, present)
            for run in ask(query, asked, paths[query.dataset], given.rounds, given.timeout):
                results.runs.append(run)
                print(run, flush=True)
            results.save(record)  # only now is it known which answers were wrong
            for run in results.runs:
                if run.query == query.name and run.error.startswith("WRONG"):
                    print(run, flush=True)
        if queries.MAIN in given.queries and any(contender.engine == "lazyframe" for contender in present):
            results.facts["gil"] = gil_shares(paths[queries.MAIN.dataset], given.timeout)
    except KeyboardInterrupt:
        print("\ninterrupted; what has been measured is reported")
    except RunError as error:
        print(f"the GIL could not be measured: {error}")
    results.save(record)
    print(f"\nthe runs are kept in {record}")
    return results


def facts(scale: str, paths: dict[str, str], command: str) -> dict[str, Any]:
    """What the runs belong to."""
    sizes = {name: data.size(path) for name, path in paths.items()}
    return {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "scale": scale,
        "data": {name: [files, f"{size / 1e6:,.0f}"] for name, (files, size) in sizes.items()},
        "machine": machine.describe(),
        "versions": machine.versions(),
        "gil": None,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the options say; 1 if an answer was wrong or a run failed."""
    given = parse(arguments)
    command = shlex.join(["python", "-m", "benchmarks", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        results = Results.load(given.report) if given.report else benchmark(given, command)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    written = report.text(results)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "RESULTS.md").write_text(written, encoding="utf-8")
    (given.out / "results.svg").write_text(picture.svg(results), encoding="utf-8")
    print("\nSeconds, medians; in brackets how many times lazyframe's:\n")
    print(report.markdown(report.by_engine(report.Summaries(results), "seconds")) + "\n")
    print(f"written: {given.out / 'RESULTS.md'} and results.svg")
    return int(any(run.error for run in results.runs))


if __name__ == "__main__":
    sys.exit(main())
