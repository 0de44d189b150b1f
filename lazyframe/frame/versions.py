"""What runs here: for bug reports."""

from __future__ import annotations

import platform
import sys
from typing import TextIO

from lazyframe.executors import available_cores
from lazyframe.native import library


def show_versions(file: TextIO | None = None) -> None:
    """Print the versions of lazyframe and of what it stands on, and the engine that reads CSV here.

    Parameters
    ----------
    file : text file, optional
        Where to print to; standard output if not given.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.show_versions()
    lazyframe-csv ...
    """
    target = file or sys.stdout
    for name in ("lazyframe-csv", "pandas", "numpy", "pyarrow", "fsspec", "distributed"):
        print(f"{name:<14} {_version(name)}", file=target)
    engine = library.engine()
    how = f", {library.instruction_set()}" if engine == "native" else ""
    why = f" (no native engine: {reason})" if (reason := library.why_missing()) else ""
    print(f"{'python':<14} {platform.python_version()}, {platform.system()} {platform.machine()}", file=target)
    print(f"{'engine':<14} {engine}{how}{why}", file=target)
    print(f"{'cores':<14} {available_cores()}", file=target)


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # only here: they cost more than this whole module

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
