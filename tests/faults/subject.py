"""The program that faults are tried on: it does one thing with lazyframe, says how that ended, and that it still works.

    python -m faults.subject '{"action": "groups", "files": "a.csv", "scheduler": "threads", ...}'

It prints lines of JSON: ``{"began": true, "workers": [...]}`` when all is imported and warm, ``{"ended": ...}``, and
``{"alive": ...}``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import lazyframe as lf
from lazyframe.executors import execute
from lazyframe.graph import Task


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


ACTIONS = {
    "open": lambda df, asked: len([lf.read_csv(asked["files"]) for _ in range(200)]),
    "count": lambda df, asked: len(df),
    "sum": lambda df, asked: int(df.v.sum().compute()),
    "groups": lambda df, asked: len(df.groupby("k").v.sum().compute()),
    "sort": lambda df, asked: len(df.sort_values("v").compute()),
    "nunique": lambda df, asked: int(df.nunique().compute().v),
    "distinct": lambda df, asked: len(df.drop_duplicates().compute()),
    "describe": lambda df, asked: int(df.describe().compute().v["count"]),
    "rows": lambda df, asked: len(df.compute()),
    "stream": lambda df, asked: sum(batch.num_rows for batch in df.iter_batches()),
    "to_csv": lambda df, asked: df.to_csv(asked["target"], index=False) and None,
    "to_parquet": lambda df, asked: df.to_parquet(asked["target"]) and None,
}
"""What the program can do; numbers are the same for any way to get them."""


def pid(*_: Any) -> int:
    time.sleep(0.02)
    return os.getpid()


def main() -> None:
    asked = json.loads(sys.argv[1])
    client = None
    if asked["scheduler"] == "distributed":
        from lazyframe.distributed import Client

        client = Client(n_workers=2, dashboard_address=None)
    else:
        lf.config.set(scheduler=asked["scheduler"], num_workers=2)
    warm = {str(number): Task(pid) for number in range(8)}
    len(lf.read_csv(asked["small"]).compute())  # an interrupt in the middle of an import leaves pandas in pieces, not us
    workers = sorted(set(execute(warm, list(warm))) - {os.getpid()})
    if "more_memory" in asked:
        import pyarrow.csv  # noqa: F401  a library that cannot be loaded any more is another fault

        ACTIONS[asked["action"]](lf.read_csv(asked["small"]), asked)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + asked["more_memory"],) * 2)
    if "file_size" in asked:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_size"],) * 2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        say(began=True, workers=workers)
        try:
            df = lf.read_csv(asked["files"], blocksize=asked.get("blocksize", 2**20))
            say(ended="done", value=ACTIONS[asked["action"]](df, asked))
        except BaseException as error:
            notes = getattr(error, "__notes__", [])
            families = [one.__name__ for one in type(error).__mro__]
            say(ended=type(error).__name__, families=families, text=str(error)[:2000], notes=[note[:300] for note in notes])
            del error
    if asked.get("goes_on", True):
        say(alive=len(lf.read_csv(asked["small"])), warned=[str(one.message)[:300] for one in caught])
    if client is not None:
        client.close()


if __name__ == "__main__":
    main()
