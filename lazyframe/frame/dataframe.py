"""The lazy table."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Literal, overload

import numpy as np
import pandas as pd

from lazyframe.expr import Column, Expr, Reduction
from lazyframe.frame import display, levels
from lazyframe.frame.accessors import is_mask, sliced
from lazyframe.frame.across import ACROSS, across
from lazyframe.frame.align import filtered
from lazyframe.frame.answer import Answer, gathered
from lazyframe.frame.applied import FrameFunctions
from lazyframe.frame.assigned import UnknownColumnError, assigned
from lazyframe.frame.base import ColumnFace, Lazy, Operators, Reductions, resolved
from lazyframe.frame.choosing import FrameChoices
from lazyframe.frame.convert import to_frame
from lazyframe.frame.elsewhere import not_offered
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
from lazyframe.frame.setting import insert, set_rows, set_several, warn_of_a_chain
from lazyframe.frame.signature import NotOfferedError, like_pandas
from lazyframe.frame.sorting import FrameOrder
from lazyframe.frame.statistics import FrameStatistics
from lazyframe.frame.values import FrameValues
from lazyframe.frame.window import Windows, windowed
from lazyframe.frame.wrap import face
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Aggregate, Plan, Project, Scan, Transpose, project, scans
from lazyframe.run import Called, shown
from lazyframe.schema import PLAIN_LABELS, Labels, column_index, column_not_found, counted, kind_of, labels_of


@face
@like_pandas(pd.DataFrame)
class DataFrame(
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
    def columns(self) -> pd.Index:
        """The names of the columns."""
        schema = self._plan.schema
        names: pd.Index = column_index(schema.names, schema.labels)
        return names

    def keys(self) -> pd.Index:
        """The names of the columns."""
        return self.columns

    def items(self) -> Iterator[tuple[Hashable, Series]]:
        """Each column's name and the column."""
        return ((name, self._column(name)) for name in self._plan.schema.names)

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

    def get(self, key: Any, default: Any = None) -> Any:
        """A column, or a frame of a list of columns; `default` where there is none of that name."""
        names = key if isinstance(key, list) else [key]
        return self[key] if all(name in self for name in names) else default

    def add_prefix(self, prefix: str) -> DataFrame:
        """The frame with `prefix` before the name of each column."""
        return self.rename(columns=lambda name: f"{prefix}{name}")

    def add_suffix(self, suffix: str) -> DataFrame:
        """The frame with `suffix` after the name of each column."""
        return self.rename(columns=lambda name: f"{name}{suffix}")

    @property
    def size(self) -> Scalar:
        """The number of values: rows times columns."""
        return Scalar((self._length() * len(self._plan.schema))._expr, int)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._plan.schema.names)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, Hashable) and bool(levels.under(self._plan.schema, name))

    def __dir__(self) -> Iterable[str]:
        names = [name for name in self._plan.schema.names if isinstance(name, str) and name.isidentifier()]
        return [*super().__dir__(), *names]

    # ---- columns

    def _column(self, name: Hashable) -> Series:
        _ = self._plan.schema[name]
        return Series(self._plan, Column(name), name)

    def _under(self, key: Hashable) -> Any:
        """A column by its name; by the beginning of one the columns under it, without that level."""
        names = levels.under(self._plan.schema, key)
        if not names or names == (key,):
            return self._column(key)
        if len(names) == 1 and levels.are_empty(key, names[0]):
            return Series(self._plan, Column(names[0]), key)
        return DataFrame(levels.below(self._plan, key, names))

    def _columns(self) -> tuple[tuple[Hashable, Expr], ...]:
        return tuple((name, Column(name)) for name in self._plan.schema.names)

    def _gathered(self, name: Any) -> Any:
        if name in ACROSS:
            return lambda *given, **named: across(self, name, given, named)
        return gathered(self, pd.DataFrame, name)

    def _ipython_key_completions_(self) -> list[Hashable]:
        """What a notebook proposes after ``df["``."""
        return list(self._plan.schema.names)

    def __getattr__(self, name: str) -> Series:
        if name.startswith("__") or name == "_plan":
            raise AttributeError(name)
        if (found := self._gathered(name)) is not None:
            return found  # type: ignore[no-any-return]
        if name in self:
            return self._under(name)  # type: ignore[no-any-return]
        if name.startswith("_"):  # notebooks ask for many of these, and to look for near names among 10,000 takes a while
            raise AttributeError(f"no column {name!r}", obj=None)
        methods = [one for one in dir(DataFrame) if not one.startswith("_")]
        raise not_offered(pd.DataFrame, name) or column_not_found(name, self._plan.schema.names, methods)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "columns":
            labels = labels_of(value) if isinstance(value, pd.Index) else PLAIN_LABELS
            object.__setattr__(self, "_plan", self._renamed(list(value), labels)._plan)
            return
        if name == "index" and name not in self._plan.schema:
            raise AttributeError("the index of a lazy frame is the row number and cannot be set; after .compute() pandas can.")
        if name not in self:
            raise AttributeError(f"no column {name!r}; a new column is made with df[{name!r}] = ...")
        if sys.getrefcount(self) <= _REFERENCES and not _is_local(self):
            warn_of_a_chain(name)
        self[name] = value

    @overload
    def __getitem__(self, key: Series | DataFrame | list[Any] | pd.Index) -> DataFrame: ...

    @overload
    def __getitem__(self, key: Callable[[DataFrame], Any]) -> Any: ...

    @overload
    def __getitem__(self, key: Hashable) -> Series: ...

    def __getitem__(self, key: Any) -> Any:
        """A column by name, a frame of a list of columns, or the rows where a boolean column is true.

        A function is given the frame, and returns one of these.
        """
        key = resolved(key, self)
        if isinstance(key, Series):
            plan = filtered(self._plan, self._columns(), key._plan, key._expr)
            if plan is not None:
                return DataFrame(plan)
        if isinstance(key, (Called, DataFrame, Series)) or is_mask(key):  # only the data tell which rows these are
            return Answer(operator.getitem, (self, key), label="getitem")
        if isinstance(key, slice):
            return sliced(self, key)
        if isinstance(key, (list, pd.Index, pd.Series, np.ndarray)) and getattr(key, "ndim", 1) == 1:
            names = levels.expanded(self._plan.schema, list(key))
            return DataFrame(Project(self._plan, tuple((name, Column(name)) for name in names)))
        if isinstance(key, tuple) and any(part is ... or isinstance(part, (slice, np.ndarray)) for part in key):
            raise TypeError(
                "a lazy frame has no rows by position, which numpy's index and scikit-learn's functions such as train_test_split "
                "ask for: compute what fits in memory first, train_test_split(df[['x', 'y']].compute())."
            )
        if not isinstance(key, Hashable):
            raise TypeError(f"a lazy frame is indexed with names of columns and masks of its columns, not {kind_of(key)}")
        return self._under(key)

    def __setitem__(self, name: Hashable, value: Any) -> None:
        if sys.getrefcount(self) <= _REFERENCES and not _is_local(self):
            warn_of_a_chain(name)
        if isinstance(name, (list, pd.Index)):
            set_several(self, list(name), value)
            return
        if isinstance(name, ColumnFace):
            set_rows(self, name, list(self._plan.schema.names), value)
            return
        if isinstance(name, DataFrame):
            self._put("mask", self.mask(name, value))
            return
        if isinstance(name, Lazy):
            raise TypeError("an answer is no name of a column: some rows are set with df.loc[mask, 'x'] = value.")
        object.__setattr__(self, "_plan", self._assigned({name: value}))

    def __delitem__(self, name: Hashable) -> None:
        object.__setattr__(self, "_plan", self._without([name])._plan)

    def _put(self, method: str, made: Any) -> DataFrame | None:
        """Stand for what a method gives, ``inplace=True``; returns what pandas returns then."""
        if not isinstance(made, DataFrame):
            raise NotOfferedError(
                f"DataFrame.{method}(inplace=True) is not offered for what only gathered rows tell, which is an answer and no "
                f"frame. Keep the result instead: df = df.{method}(...)."
            )
        object.__setattr__(self, "_plan", made._plan)
        return self if method in _RETURN_IT else None

    def insert(self, loc: int, column: Hashable, value: Any) -> None:
        """Set a new column, at a place among the others."""
        insert(self, loc, column, value)

    def pop(self, item: Hashable) -> Series:
        """A column, which the frame then no longer has."""
        column: Series = self[item]
        del self[item]
        return column

    def assign(self, **columns: Any) -> DataFrame:
        """The frame with these columns added or replaced; an `Answer` where one of them is no column of a lazy frame (lists).

        Parameters
        ----------
        **columns
            Columns of this frame's rows, lazy scalars, plain values, or functions of the frame so far that give one.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.assign(Km=df.Distance * 1.609)[["Distance", "Km"]].head(1).compute(scheduler="sync")
           Distance      Km
        0      1400  2252.6
        """
        try:
            return DataFrame(self._assigned(columns))
        except UnknownColumnError:
            return Answer(pd.DataFrame.assign, (self,), columns, label="assign")  # type: ignore[return-value]

    def _assigned(self, columns: Mapping[Any, Any]) -> Plan:
        return assigned(self._plan, columns)

    def rename(self, mapper: Any = None, *, columns: Any = None, axis: Any = None) -> DataFrame:
        """The frame with columns renamed, by a mapping or a function of the old name.

        Given as `columns`, or as `mapper` with ``axis="columns"``.
        """
        if columns is None:
            columns = levels.for_columns("rename", mapper, axis, self._plan.schema.names)
        rename = columns if callable(columns) else lambda name: columns.get(name, name)
        return self._renamed(levels.renamed(self._plan.schema, rename))

    def _renamed(self, names: list[Hashable], labels: Labels | None = None) -> DataFrame:
        old = self._plan.schema.names
        if len(names) != len(old):
            raise ValueError(f"Length mismatch: {counted(len(old), 'column')} in the frame, {counted(len(names), 'name')} given")
        columns = tuple((new, Column(name)) for new, name in zip(names, old, strict=True))
        return DataFrame(Project(self._plan, columns) if labels is None else project(self._plan, columns, labels))

    def drop(self, labels: Any = None, *, axis: Any = 0, columns: Any = None, errors: str = "raise") -> DataFrame:
        """The frame without these columns, given as `columns`, or as `labels` with ``axis="columns"``.

        With ``errors="ignore"`` those that do not exist are passed over.
        """
        if columns is None:
            columns = levels.for_columns("drop", labels, axis, self._plan.schema.names)
        alone = isinstance(columns, (str, tuple)) or not hasattr(columns, "__iter__")
        gone = [columns] if alone else list(columns)
        if errors == "ignore":
            gone = [name for name in gone if name in self]
        return self._without(gone)

    def _without(self, gone: list[Hashable]) -> DataFrame:
        names = set(levels.expanded(self._plan.schema, gone))
        return self[[name for name in self._plan.schema.names if name not in names]]

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


_RETURN_IT = frozenset({"fillna", "replace", "where", "mask", "clip", "ffill", "bfill", "interpolate"})
"""The methods that return the frame itself, and not None, where they change it in place."""

_REFERENCES = 2 if sys.version_info >= (3, 14) else 3
"""So many has a frame in its own ``__setitem__`` that nothing else refers to; as pandas counts them."""


def _is_local(frame: DataFrame) -> bool:
    """Whether a variable of the user's function is the frame: then it is none that is lost."""
    return any(value is frame for value in sys._getframe(2).f_locals.values())
