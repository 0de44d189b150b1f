"""The process of one run: import one library, run one query, report, end.

``python -m benchmarks.child REQUEST REPORT`` reads the request, a JSON file, and writes the report, another; the answer
is pickled beside it. Nothing is imported before the library that is to be timed but what Python itself needs.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.usage import cpu_seconds, peak_bytes


def timed(library: str) -> float:
    """The seconds that the import of `library` takes."""
    start = time.perf_counter()
    importlib.import_module(library)
    return time.perf_counter() - start


def measured(function: Any) -> tuple[Any, float, float]:
    """The result of `function`, its seconds, and the CPU seconds of all processes of this run."""
    used = cpu_seconds()
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    return result, seconds, cpu_seconds() - used


def run(request: dict[str, Any], report: Path) -> dict[str, Any]:
    """Run the query once, and once more if the request says so; the report."""
    import_seconds = timed(request["library"])
    engine = importlib.import_module(f"benchmarks.engines.{request['engine']}").Engine(request["path"], **request["options"])
    ask = getattr(engine, request["query"])
    answer, seconds, cpu = measured(ask)
    found = {"import_seconds": import_seconds, "seconds": seconds, "cpu_seconds": cpu, "peak_bytes": peak_bytes()}

    from benchmarks.answers import canonical  # after the run: it imports pandas
    from benchmarks.queries import find

    canonical(find([request["query"]])[0], answer).to_pickle(report.with_suffix(".pickle"))
    if request["warm"]:
        del answer
        gc.collect()
        _, found["warm_seconds"], found["warm_cpu_seconds"] = measured(ask)
    return found


def main() -> None:
    """Do what the request says, and write the report."""
    request, report = Path(sys.argv[1]), Path(sys.argv[2])
    wanted = json.loads(request.read_text())
    if wanted["engine"] == "gil":
        from benchmarks.gil import measure

        found = measure(wanted["path"])
    else:
        found = run(wanted, report)
    report.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
