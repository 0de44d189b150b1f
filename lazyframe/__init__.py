"""lazyframe: pandas for a folder of CSVs that is bigger than memory.

The map of the package, in the order in which a query meets it:

``frame/``
    the pandas-shaped face: read_csv, DataFrame, Series, Scalar, GroupBy; a method builds one node and returns
``calls``
    functions as tasks of the same graph: delayed
``run``
    the whole request: optimize, lower, run
``plan``, ``expr``
    the nodes: frame-valued and column-valued; each states its schema or dtype
``tree``, ``schema``
    what nodes are made of, and what they promise
``optimize``
    plan to plan: RULES
``lower``
    plan to task graph
``graph``, ``executors/``
    the graph, and what runs it: sync, threads, processes
``diagnostics/``
    something to look at: progress, pictures, profiles
``csv/``
    files, byte ranges, dtypes, and the engines that parse them
``kernels/``
    what a task does to a batch
``config``
    settings
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lazyframe import config as config

if TYPE_CHECKING:
    from lazyframe.public import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """The public names, all of them when the first is asked for: to import the package costs next to nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("lazyframe-csv")
    if name.startswith("_") and name != "__all__":
        raise AttributeError(f"module 'lazyframe' has no attribute {name!r}")
    # Not `from lazyframe import public`, for which the import system would ask this function first.
    public = import_module("lazyframe.public")
    if name != "__all__" and name not in public.__all__:
        raise import_module("lazyframe.frame.elsewhere").no_such_name(name, public.__all__)
    globals().update({known: getattr(public, known) for known in public.__all__ if hasattr(public, known)})
    globals()["__all__"] = public.__all__
    return globals()[name]


def __dir__() -> list[str]:
    return [*__getattr__("__all__"), "__version__"]
