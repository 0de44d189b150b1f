"""The core compiled with AddressSanitizer and UndefinedBehaviorSanitizer, and a Python that can load it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from lazyframe.native import library as native

CORE = Path(native.__file__).parent / "core"
_SOURCES = ("groups.cpp", "levels.cpp", "scan.cpp", "write.cpp")
FLAGS = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def sources() -> list[Path]:
    """The files of the core that are compiled."""
    return [CORE / name for name in _SOURCES]


def build(path: Path, *flags: str) -> None:
    """Compile the core into a library.

    Raises
    ------
    RuntimeError
        There is no g++, or this is not Linux.
    """
    compiler = shutil.which("g++")
    if compiler is None or sys.platform != "linux":
        raise RuntimeError("needs g++ on Linux")
    subprocess.run([compiler, "-std=c++17", "-shared", "-fPIC", *flags, *map(str, sources()), "-o", str(path)], check=True)


def environment() -> dict[str, str]:
    """What a Python needs to load a library with the sanitizers in it."""
    runtime = subprocess.run(["g++", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True).stdout.strip()
    return {
        **os.environ,
        "LD_PRELOAD": runtime,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def use(library: Path) -> None:
    """Let the native engine of this process be this library."""
    loaded = native.load(library)
    found = native._Found(loaded, "")
    native._find = functools.update_wrapper(lambda: found, native._find.__wrapped__)
