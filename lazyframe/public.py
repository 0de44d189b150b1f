"""The public names, gathered: `lazyframe` imports this module when the first of them is used."""

import sys

import lazyframe.cache as cache
from lazyframe import config
from lazyframe.cache import CacheWarning
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
from lazyframe.diagnostics.dashboard import dashboard
from lazyframe.diagnostics.profile import profile
from lazyframe.diagnostics.progress import ProgressBar
from lazyframe.exchange.room import SpillError
from lazyframe.executors import OutOfMemoryError, VersionMismatchError, WorkerDiedError
from lazyframe.explain import visualize
from lazyframe.frame.answer import Answer
from lazyframe.frame.array import Array
from lazyframe.frame.assigned import UnknownColumnError
from lazyframe.frame.base import NoArrayError
from lazyframe.frame.dataframe import DataFrame
from lazyframe.frame.groupby import DataFrameGroupBy, SeriesGroupBy
from lazyframe.frame.grouped import StepwiseAggregation as Aggregation
from lazyframe.frame.io import read_csv, read_fwf, read_table
from lazyframe.frame.partitions import from_array, from_delayed, from_dict, from_map, from_pandas
from lazyframe.frame.regroup import map_overlap, map_partitions, repartition
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.series import Series
from lazyframe.frame.signature import NotOfferedError
from lazyframe.frame.stream import StreamContradictedError
from lazyframe.frame.toplevel import to_datetime, to_numeric, to_timedelta
from lazyframe.frame.versions import show_versions
from lazyframe.native.library import OutdatedCoreError
from lazyframe.run import compute
from lazyframe.schema import ColumnNotFoundError, NoDatesError, TextError
from lazyframe.shown import with_plain_signature

__all__ = [
    "Aggregation",
    "Answer",
    "Array",
    "CSVError",
    "CacheWarning",
    "ColumnNotFoundError",
    "DataFrame",
    "DataFrameGroupBy",
    "Delayed",
    "DialectWarning",
    "DtypePromotionWarning",
    "EmptyDataError",
    "FileChangedError",
    "NoArrayError",
    "NoDatesError",
    "NoFilesError",
    "NotOfferedError",
    "OutOfMemoryError",
    "OutdatedCoreError",
    "ProgressBar",
    "Scalar",
    "SchemaDriftWarning",
    "Series",
    "SeriesGroupBy",
    "SlowEngineWarning",
    "SpillError",
    "StreamContradictedError",
    "TextError",
    "UnknownColumnError",
    "VersionMismatchError",
    "WorkerDiedError",
    "cache",
    "compute",
    "config",
    "dashboard",
    "delayed",
    "from_array",
    "from_delayed",
    "from_dict",
    "from_map",
    "from_pandas",
    "map_overlap",
    "map_partitions",
    "profile",
    "read_csv",
    "read_fwf",
    "read_table",
    "repartition",
    "show_versions",
    "to_datetime",
    "to_numeric",
    "to_timedelta",
    "visualize",
]

if "IPython" in sys.modules:  # only there somebody asks for proposals
    from lazyframe.frame.completion import add_to_ipython

    add_to_ipython()
for _name in __all__:
    with_plain_signature(globals()[_name])
for _function in (config.get, config.set):
    with_plain_signature(_function)
