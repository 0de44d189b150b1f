"""What questions cost that bring many rows together, with and without a limit of memory, beside DuckDB and Polars.

    PYTHONPATH=tests python -m faults.peaks --megabytes 1000 --limits none,600MB --engines lazyframe,duckdb,polars

Each question is asked by a process of its own. Its peak is the most memory that it and its children had resident at one time,
what they share counted once (PSS). A row says how it ended where that was no answer. Where ``--mapped`` is given, the address
space may grow by no more than that once the libraries are loaded, as ``ulimit -v`` has it: a killed process or a crash is then a
finding, as it is without.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOTS = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parents[1])])
KEYS = 10_000_019  # a prime, so that keys repeat in no order
TARGET = "/out"
_GLANCE = 0.1  # seconds: to add up what is resident takes the system some milliseconds

QUESTIONS: dict[str, tuple[str, str, str]] = {
    "groups of 10^7 keys": (
        "len(df.groupby('k').v.sum().compute())",
        "SELECT count(*) FROM (SELECT k, sum(v) FROM rows GROUP BY k)",
        "df.group_by('k').agg(pl.col('v').sum()).select(pl.len()).collect().item()",
    ),
    "sort to Parquet": (
        "df.sort_values('k').to_parquet(out)",
        "COPY (SELECT * FROM rows ORDER BY k) TO '{out}' (FORMAT parquet)",
        "df.sort('k').sink_parquet(out)",
    ),
    "sort to CSV": (
        "df.sort_values('k').to_csv(out, index=False)",
        "COPY (SELECT * FROM rows ORDER BY k) TO '{out}' (FORMAT csv)",
        "df.sort('k').sink_csv(out)",
    ),
    "len(drop_duplicates)": (
        "len(df.drop_duplicates())",
        "SELECT count(*) FROM (SELECT DISTINCT * FROM rows)",
        "df.unique().select(pl.len()).collect().item()",
    ),
    "nunique of all columns": (
        "int(df.nunique().compute().k)",
        "SELECT count(DISTINCT k), count(DISTINCT v), count(DISTINCT t) FROM rows",
        "df.select(pl.all().n_unique()).collect().item(0, 0)",
    ),
    "describe": ("int(df.describe().compute().k['count'])", "SUMMARIZE rows", "df.describe().height"),
    "median": (
        "float(df.v.median().compute())",
        "SELECT median(v) FROM rows",
        "df.select(pl.col('v').median()).collect().item()",
    ),
    "quantiles": (
        "len(df[['k', 'v']].quantile([0.1, 0.9]).compute())",
        "SELECT quantile_cont(k, [0.1, 0.9]), quantile_cont(v, [0.1, 0.9]) FROM rows",
        "df.select(pl.col('k', 'v').quantile(0.1)).collect().height",
    ),
    "join on k": (
        "len(df.merge(df[df.v < 3000][['k', 'v']], on='k'))",
        "SELECT count(*) FROM rows JOIN (SELECT k, v FROM rows WHERE v < 3000) USING (k)",
        "df.join(df.filter(pl.col('v') < 3000).select('k', 'v'), on='k').select(pl.len()).collect().item()",
    ),
    "a function of groups": ("len(df.groupby('t').v.apply(lambda v: v.mode().iloc[0]).compute())", "", ""),
    "a window of groups to Parquet": (
        "df.assign(z=df.v - df.groupby('t').v.transform('mean')).to_parquet(out)",
        "COPY (SELECT *, v - avg(v) OVER (PARTITION BY t) AS z FROM rows) TO '{out}' (FORMAT parquet)",
        "df.with_columns(z=pl.col('v') - pl.col('v').mean().over('t')).sink_parquet(out)",
    ),
}
"""What is asked, in the words of each engine; nothing where it has none."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults.peaks", description="Peaks and times under limits of memory.")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--limits", default="none,600MB", help="of the engine's own setting")
    parser.add_argument("--engines", default="lazyframe,duckdb,polars")
    parser.add_argument("--schedulers", default="threads", help="of lazyframe")
    parser.add_argument("--questions", default=",".join(QUESTIONS))
    parser.add_argument("--mapped", default="", metavar="SIZE", help="how much the address space may grow: 1200MB")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--data", default="", help="a folder in which the data stay")
    parser.add_argument("--python", default="", metavar="PATH", help="for the other engines, where this one has none of them")
    parser.add_argument("--ask", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        return ask(json.loads(given.ask))
    findings = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(given.data or folder, "data")
        write(data, given.megabytes)
        print(
            f"| {given.megabytes} MB of CSV | limit | engine | seconds | peak | ended as |\n|---|---|---|---:|---:|---|",
            flush=True,
        )
        for question in given.questions.split(","):
            for limit in given.limits.split(","):
                for engine in given.engines.split(","):
                    for scheduler in given.schedulers.split(",") if engine == "lazyframe" else ("",):
                        text = QUESTIONS[question][("lazyframe", "duckdb", "polars").index(engine)]
                        if not text or (limit != "none" and engine == "polars"):  # which has no limit
                            continue
                        asked = {"engine": engine, "text": text, "limit": limit, "files": f"{data}/*.csv", "mapped": given.mapped}
                        asked |= {"out": f"{folder}{TARGET}", "scheduler": scheduler}
                        seen = watched(
                            asked, given.seconds, given.python if given.python and engine != "lazyframe" else sys.executable
                        )
                        is_finding = engine == "lazyframe" and seen.crashed
                        findings += is_finding
                        name = f"{engine} {scheduler}".rstrip()
                        print(
                            f"| {question} | {limit} | {name} | {seen.seconds:.1f} | {seen.peak / 1e9:.2f} GB | {seen.ended} |",
                            flush=True,
                        )
    print(f"\n{findings} findings")
    return 1 if findings else 0


def write(folder: Path, megabytes: int) -> None:
    """Rows of a whole number with `KEYS` values, a float and a text, in files of 100 MB."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    row, part = 0, 0
    while megabytes > 0:
        with (folder / f"{part}.csv").open("w") as file:
            file.write("k,v,t\n")
            size, wanted = 0, min(megabytes, 100) * 10**6
            while size < wanted:
                lines = "".join(f"{n * 7919 % KEYS},{n % 99_991 / 8},text {n % 1013}\n" for n in range(row, row + 50_000))
                row, size = row + 50_000, size + len(lines)
                file.write(lines)
        megabytes, part = megabytes - 100, part + 1


class Seen(NamedTuple):
    """What came of a question."""

    seconds: float
    peak: int
    ended: str
    crashed: bool


def watched(asked: dict[str, Any], seconds: float, python: str) -> Seen:
    """Have a process of its own ask, and watch its memory."""
    out = Path(asked["out"])
    process = subprocess.Popen(
        [python, str(Path(__file__)), "--ask", json.dumps(asked)],
        env=os.environ | {"PYTHONPATH": ROOTS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    start, peak = time.monotonic(), 0
    while process.poll() is None and time.monotonic() - start < seconds:
        peak = max(peak, sum(map(_resident, _group(process.pid))))
        time.sleep(_GLANCE)
    late = process.poll() is None
    if late:
        os.killpg(process.pid, signal.SIGKILL)
    text, errors = process.communicate()
    for file in [out] if out.is_file() else out.glob("*"):
        file.unlink()
    said = json.loads(text.splitlines()[-1]) if text.strip() else {}
    if late:
        ended = f"not ended after {seconds:.0f} s"
    elif process.returncode < 0:
        ended = f"killed by signal {-process.returncode}"
    else:
        ended = said.get("ended", errors.strip().splitlines()[-1][:90] if errors.strip() else "?")
    return Seen(said.get("seconds", time.monotonic() - start), peak, ended, process.returncode < 0 or late or not said)


def _group(leader: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if os.getpgid(int(entry)) == leader:
                    found.append(int(entry))
            except OSError:  # it has ended
                pass
    return found


def _resident(pid: int) -> int:
    try:
        text = Path("/proc", str(pid), "smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def ask(asked: dict[str, Any]) -> int:
    """Ask one question in this process, and say how that went."""
    engines = {"lazyframe": _lazyframe, "duckdb": _duckdb, "polars": _polars}
    answer = engines[asked["engine"]](asked)
    if asked["mapped"]:
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + int(asked["mapped"].removesuffix("MB")) * 10**6,) * 2)
    start = time.monotonic()
    try:
        ended = f"answer {answer()}"
    except Exception as error:
        if asked["engine"] == "lazyframe" and not isinstance(error, MemoryError):
            raise
        ended = f"{type(error).__name__}: {str(error).splitlines()[0][:90] if str(error) else ''}".replace("|", "/")
    print(json.dumps({"seconds": time.monotonic() - start, "ended": ended}))
    return 0


def _lazyframe(asked: dict[str, Any]) -> Any:
    import pandas as pd

    import lazyframe as lf

    lf.config.set(scheduler=asked["scheduler"], progress=False, memory_limit=None if asked["limit"] == "none" else asked["limit"])
    small = Path(asked["out"]).with_name("small.csv")
    pd.DataFrame({"k": [1], "v": [0.5], "t": ["x"]}).to_csv(small, index=False)
    len(lf.read_csv(small).compute())
    return lambda: eval(asked["text"], {"df": lf.read_csv(asked["files"]), "out": asked["out"]})


def _duckdb(asked: dict[str, Any]) -> Any:
    import duckdb

    if asked["limit"] != "none":
        duckdb.sql(f"SET memory_limit = '{asked['limit']}'")
    duckdb.sql(f"CREATE VIEW rows AS SELECT * FROM read_csv('{asked['files']}')")

    def answer() -> Any:
        found = duckdb.sql(asked["text"].format(out=asked["out"]))
        return None if found is None else found.fetchall()[0][0]

    return answer


def _polars(asked: dict[str, Any]) -> Any:
    import polars as pl

    return lambda: eval(asked["text"], {"df": pl.scan_csv(asked["files"]), "pl": pl, "out": asked["out"]})


if __name__ == "__main__":
    raise SystemExit(main())
