"""The lazy table."""

from __future__ import annotations

from typing import Any, Literal, overload

import pandas as pd

from lazyframe.expr import Column, Reduction, gathers
from lazyframe.frame import display
from lazyframe.frame.across import ACROSS, across
from lazyframe.frame.answer import gathered
from lazyframe.frame.applied import FrameFunctions
from lazyframe.frame.base import Operators, Reductions
from lazyframe.frame.choosing import FrameChoices
from lazyframe.frame.columns import FrameColumns
from lazyframe.frame.convert import to_frame
from lazyframe.frame.groupby import DataFrameGroupBy, grouped_frame
from lazyframe.frame.merging import FrameJoins
from lazyframe.frame.names import FrameNames
from lazyframe.frame.output import ArrowOutput
from lazyframe.frame.partitions import from_dict, from_pandas
from lazyframe.frame.regroup import Regrouping
from lazyframe.frame.reshape import FrameReshape
from lazyframe.frame.rows import RowMethods
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.selecting import FrameSelection
from lazyframe.frame.series import Series
from lazyframe.frame.signature import NotOfferedError, like_pandas
from lazyframe.frame.sorting import FrameOrder
from lazyframe.frame.statistics import FrameStatistics
from lazyframe.frame.values import FrameValues
from lazyframe.frame.window import Windows, windowed
from lazyframe.frame.wrap import face
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Aggregate, Plan, Project, Scan, Transpose, scans
from lazyframe.run import shown
from lazyframe.schema import kind_of


@face
@like_pandas(pd.DataFrame)
class DataFrame(
    FrameColumns,
    FrameValues,
    Operators["DataFrame"],
    Reductions[Series],
    Windows["DataFrame"],
    FrameStatistics,
    FrameChoices,
    FrameOrder,
    FrameReshape,
    FrameJoins,
    FrameFunctions,
    FrameSelection,
    Regrouping,
    ArrowOutput,
    RowMethods[pd.DataFrame],
    FrameNames,
):
    """A table that is not computed yet: a plan.

    Made by `lazyframe.read_csv`. Methods build a larger plan and return at once; `compute` runs it.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df[df.DepDelay > 60].groupby("Origin").DepDelay.max().compute(scheduler="sync")
    Origin
    JFK    287.0
    LGA    193.0
    Name: DepDelay, dtype: float64
    """

    def __init__(self, plan: Plan) -> None:
        if not isinstance(plan, Plan):
            kind = kind_of(plan)
            raise TypeError(
                f"a lazy frame is opened with lazyframe.read_csv(...), not made of {kind}. For rows that are in memory write "
                "lazyframe.from_pandas(pandas.DataFrame(...))."
            )
        object.__setattr__(self, "_plan", plan)
        names = plan.schema.names  # a type error is raised here, where it was made
        if len(set(names)) < len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"there would be two columns {double!r}, and neither could be taken by name; rename one of them")

    @staticmethod
    def from_dict(data: Any, orient: str = "columns", dtype: Any = None, columns: Any = None, npartitions: int = 1) -> DataFrame:
        """A lazy frame of a dict of columns; see `lazyframe.from_dict`."""
        made: DataFrame = from_dict(data, npartitions, orient, dtype, columns)
        return made

    @staticmethod
    def from_records(data: Any, *args: Any, npartitions: int = 1, **kwargs: Any) -> DataFrame:
        """A lazy frame of records: ``pandas.DataFrame.from_records``, in partitions."""
        made: DataFrame = from_pandas(pd.DataFrame.from_records(data, *args, **kwargs), npartitions)
        return made

    # ---- what it is

    @property
    def dtypes(self) -> pd.Series:
        """The dtype of each column, as pandas has it."""
        dtypes = [dtype.pandas for dtype in display.dtypes(shown(self._plan))]
        return pd.Series(dtypes, index=self.columns, dtype=object)

    @property
    def bad_lines(self) -> DataFrame:
        r"""The lines of the input that are no records: a lazy frame of file, line (from 1), text, and reason.

        Raises
        ------
        ValueError
            The frame was not read with ``on_bad_lines="collect"``.

        Examples
        --------
        >>> import os, tempfile
        >>> import lazyframe as lf
        >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
        >>> with open(path, "w") as file:
        ...     _ = file.write("x,y\n1,2\n3,4,5\n6,7\n")
        >>> df = lf.read_csv(path, on_bad_lines="collect")
        >>> len(df), df.bad_lines[["line", "text", "reason"]].compute().values.tolist()
        (2, [[3, '3,4,5', '3 fields, expected 2']])
        """
        sources = {scan.source.token: scan.source for scan in scans(self._plan)}
        if len(sources) != 1:
            raise ValueError("bad_lines belong to one read_csv: ask the frame that it returned.")
        (source,) = sources.values()
        bad_lines = source.bad_lines
        if bad_lines is None:
            raise ValueError("bad_lines are those of files: the rows of this frame do not come from read_csv.")
        return DataFrame(Scan(bad_lines))

    def _result(self) -> Plan:
        return self._plan

    def _over(self, plan: Plan) -> DataFrame:
        return DataFrame(plan)

    def _finish(self, columns: Columns, plan: Plan) -> pd.DataFrame:
        return to_frame(columns, plan)

    @property
    def shape(self) -> tuple[Scalar, int]:
        """The number of rows, lazily, and of columns."""
        return self._length(), len(self._plan.schema)

    ndim = 2
    _truth = "for whether it has rows write len(df) > 0; masks are combined with &, | and ~ in the place of and, or and not"

    def info(self, buf: Any = None) -> None:
        """Print the columns and their dtypes, from the schema: nothing is read, and so no value is counted.

        Parameters
        ----------
        buf : text file, optional
            Where to print to; standard output if not given.

        Examples
        --------
        >>> import lazyframe as lf
        >>> lf.read_csv("data/sample/*.csv")[["Origin", "DepDelay"]].info()
        <class 'lazyframe.DataFrame'>
        not computed, 1 partition
        Data columns (total 2 columns):
         #   Column    Dtype
        ---  ------    -----
         0   Origin    str
         1   DepDelay  float64
        dtypes: float64(1), str(1)
        """
        print(display.info_text(self), file=buf)

    @property
    def size(self) -> Scalar:
        """The number of values: rows times columns."""
        return Scalar((self._length() * len(self._plan.schema))._expr, int)

    # ---- what its rows become

    def _gathered(self, name: Any) -> Any:
        if name in ACROSS:
            return lambda *given, **named: across(self, name, given, named)
        return gathered(self, pd.DataFrame, name)

    def _window(self, method: str, /, **options: Any) -> DataFrame:
        names = self._plan.schema.names
        plan, columns = windowed(self._plan, [[Column(name)] for name in names], method, options, False)
        return DataFrame(Project(plan, tuple(zip(names, columns, strict=True))))

    # ---- reductions and groups

    def _reduce(self, function: str, options: dict[str, Any], numeric_only: bool) -> Series:
        names = [name for name in self._plan.schema.names if not numeric_only or self._plan.schema[name].is_number]
        if not names:
            raise NotOfferedError(f"{function}: there is no {'number ' if numeric_only else ''}column to reduce")
        reductions = tuple((name, Reduction(function, Column(name), tuple(options.items()))) for name in names)
        if gathers(function, [self._plan.schema[name] for name in names]):
            raise NotOfferedError(f"{function} of dates is made of gathered columns")
        plan = Transpose(Aggregate(self._plan, (), reductions))
        return Series(plan, Column(None), None)

    @overload
    def groupby(
        self,
        by: Any,
        sort: bool = ...,
        dropna: bool = ...,
        *,
        as_index: Literal[False],
        observed: bool = ...,
        group_keys: bool = ...,
    ) -> DataFrameGroupBy[DataFrame, Any]: ...

    @overload
    def groupby(
        self, by: Any, sort: bool = ..., dropna: bool = ..., as_index: bool = ..., observed: bool = ..., group_keys: bool = ...
    ) -> DataFrameGroupBy[DataFrame, Series]: ...

    def groupby(
        self,
        by: Any,
        sort: bool = True,
        dropna: bool = True,
        as_index: bool = True,
        observed: bool = True,
        group_keys: bool = True,
    ) -> Any:
        """Groups of rows with equal keys.

        Parameters
        ----------
        by : str, Series, or list of these
            The keys: names of columns, or columns of this frame's rows.
        sort : bool
            Whether groups are sorted by their keys, or stand in the order of their first rows.
        dropna : bool
            Whether rows with a missing key are left out.
        as_index : bool
            Whether the keys become the index, or the first columns.
        observed : bool
            False, for groups of categories that do not occur, is not offered.
        group_keys : bool
            Whether what `apply` makes of several rows a group has the keys in its index.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.groupby("Origin").agg(flights=("Distance", "size"), longest=("Distance", "max")).compute(scheduler="sync")
                flights  longest
        Origin
        EWR          16     2565
        JFK          24     2586
        LGA          20     1416
        """
        return grouped_frame(self, by, sort, dropna, as_index, observed, group_keys)

    def __repr__(self) -> str:
        return display.frame_text(self)
