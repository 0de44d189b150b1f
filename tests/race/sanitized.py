"""The core under ThreadSanitizer: driven by threads of C++, and by threads of Python.

    PYTHONPATH=tests python -m race.sanitized

Nothing but the core is compiled with it, so what it can see is a data race between two calls of the core; what Python does
wrong between the calls is for `race` itself to see.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from fuzz import sanitized

FLAGS = ("-O1", "-g", "-fsanitize=thread")


DRIVER = Path(__file__).with_name("threads.cpp")


def compile_driver(path: Path, *flags: str | Path) -> None:
    """Compile the program of ``threads.cpp``, with these flags and sources besides."""
    command = ["g++", "-std=c++17", "-pthread", "-I", sanitized.CORE, DRIVER, *flags, "-o", path]
    subprocess.run(list(map(str, command)), check=True)


def build_driver(path: Path) -> None:
    """Compile it with the core in it, under ThreadSanitizer."""
    compile_driver(path, *FLAGS, *sanitized.sources())


def functions(path: Path, *which: str) -> set[str]:
    """The functions of the core among the symbols of a compiled file that nm lists."""
    run = subprocess.run(["nm", *which, str(path)], check=True, capture_output=True, text=True)
    return {name for name in run.stdout.split() if name.startswith("lf_")}


def environment(library: Path, folder: Path) -> dict[str, str]:
    """What a Python needs to run with such a core."""
    (folder / "sitecustomize.py").write_text(
        f"from pathlib import Path\nfrom fuzz import sanitized\nsanitized.use(Path({str(library)!r}))\n"
    )
    tests = str(Path(__file__).parents[1])
    runtime = subprocess.run(["g++", "-print-file-name=libtsan.so"], check=True, capture_output=True, text=True).stdout.strip()
    return {
        **os.environ,
        "LD_PRELOAD": runtime,
        "PYTHONPATH": os.pathsep.join([str(folder), tests]),
        "TSAN_OPTIONS": "halt_on_error=1 exitcode=66 ignore_noninstrumented_modules=1",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m race.sanitized", description="Run the core under ThreadSanitizer.")
    parser.add_argument("--rounds", type=int, default=40, help="how often each thread of C++ does all that the core does (40)")
    parser.add_argument("--seconds", type=float, default=120, help="how long threads of Python go on (120)")
    given = parser.parse_args()
    # ThreadSanitizer wants its memory where address space randomisation may have put something.
    fixed = ["setarch", "--addr-no-randomize"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("compiling the core with ThreadSanitizer", flush=True)
        build_driver(folder / "threads")
        sanitized.build(folder / "core.so", *FLAGS)
        code = subprocess.run([*fixed, str(folder / "threads"), str(given.rounds)], check=False).returncode
        if code:
            return code
        if not given.seconds:
            return 0
        race = [sys.executable, "-m", "race", "--seconds", str(given.seconds), "--megabytes", "20", "--ways", "threads"]
        return subprocess.run([*fixed, *race], env=environment(folder / "core.so", folder), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
