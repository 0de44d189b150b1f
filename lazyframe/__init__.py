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

from typing import TYPE_CHECKING, Any

from lazyframe import config

if TYPE_CHECKING:
    from lazyframe.calls import Delayed, delayed
    from lazyframe.csv.errors import (
        CSVError,
        DialectWarning,
        DtypePromotionWarning,
        EmptyDataError,
        FileChangedError,
        NoFilesError,
        SchemaDriftWarning,
        SlowEngineWarning,
    )
    from lazyframe.diagnostics.profile import profile
    from lazyframe.diagnostics.progress import ProgressBar
    from lazyframe.executors import WorkerDiedError
    from lazyframe.explain import visualize
    from lazyframe.frame.array import Array
    from lazyframe.frame.dataframe import DataFrame
    from lazyframe.frame.groupby import DataFrameGroupBy, SeriesGroupBy
    from lazyframe.frame.io import read_csv
    from lazyframe.frame.partitions import from_delayed, from_map, from_pandas
    from lazyframe.frame.scalar import Scalar
    from lazyframe.frame.series import Series
    from lazyframe.frame.stream import StreamContradictedError
    from lazyframe.frame.versions import show_versions
    from lazyframe.run import compute
    from lazyframe.schema import ColumnNotFoundError

__all__ = [
    "Array",
    "CSVError",
    "ColumnNotFoundError",
    "DataFrame",
    "DataFrameGroupBy",
    "Delayed",
    "DialectWarning",
    "DtypePromotionWarning",
    "EmptyDataError",
    "FileChangedError",
    "NoFilesError",
    "ProgressBar",
    "Scalar",
    "SchemaDriftWarning",
    "Series",
    "SeriesGroupBy",
    "SlowEngineWarning",
    "StreamContradictedError",
    "WorkerDiedError",
    "compute",
    "config",
    "delayed",
    "from_delayed",
    "from_map",
    "from_pandas",
    "profile",
    "read_csv",
    "show_versions",
    "visualize",
]


def __getattr__(name: str) -> Any:
    """The public names, all of them when the first is asked for: to import the package costs next to nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("lazyframe-csv")
    if name not in __all__:
        raise AttributeError(f"module 'lazyframe' has no attribute {name!r}")
    from lazyframe import public

    globals().update({known: getattr(public, known) for known in __all__ if known != "config"})
    return globals()[name]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
