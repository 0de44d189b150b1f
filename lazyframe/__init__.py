"""pandas for a folder of CSV files that is bigger than memory.

The names and the answers are those of pandas; nothing is read before `compute`, and then by all cores, in memory that depends
on the answer.

>>> import lazyframe as lf
>>> df = lf.read_csv("data/sample/*.csv")             # a lazy frame of all files; also read_table, read_fwf
>>> late = df[df.DepDelay > 60]                        # as in pandas: filters, columns, groupby, merge, sort_values, ...
>>> late.groupby("Origin").DepDelay.max().compute()    # runs it: a pandas Series
Origin
JFK    287.0
LGA    193.0
Name: DepDelay, dtype: float64

What to try next:

- ``df`` and ``df.head()`` show columns, dtypes and first rows; ``df.<Tab>`` has the columns and the methods
- ``q.explain()`` what a query will do, ``q.explain(analyze=True)`` what it did; ``q.visualize()`` a picture of it
- ``lf.compute(a, b)`` several queries in one pass over the files
- ``lf.config.set(scheduler="sync")`` settings: `scheduler`, `num_workers`, `progress`, `blocksize`; see ``help(lf.config)``
- ``lf.from_pandas``, ``lf.from_map``, ``lf.delayed`` frames and functions of your own; ``df.map_partitions``
- ``df.to_parquet``, ``df.to_csv``, ``df.iter_batches`` rows out
- ``with lf.profile() as p:`` where the time goes; ``p.report("report.html")`` as a page
- ``lf.dashboard()`` what runs now, as a page for the browser
- ``lf.show_versions()`` for a report of a bug
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
        found = import_module("lazyframe.frame.toplevel").of_pandas(name)
        if found is not None:
            return found
        raise import_module("lazyframe.frame.elsewhere").no_such_name(name, public.__all__)
    globals().update({known: getattr(public, known) for known in public.__all__ if hasattr(public, known)})
    globals()["__all__"] = public.__all__
    return globals()[name]


def __dir__() -> list[str]:
    return [*__getattr__("__all__"), "__version__"]
