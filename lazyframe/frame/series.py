"""The lazy column."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, overload

import pandas as pd
import pyarrow as pa

from lazyframe.expr import (
    Column,
    Expr,
    Reduction,
    checked,
    counts_as,
    gathers,
    texts_among,
)
from lazyframe.frame import display, wrap
from lazyframe.frame.accessors import DatetimeAccessor, StringAccessor, is_mask, sliced
from lazyframe.frame.align import filtered
from lazyframe.frame.answer import Answer, gathered
from lazyframe.frame.applied import ColumnFunctions
from lazyframe.frame.array import Array
from lazyframe.frame.base import Operators, Reductions, resolved
from lazyframe.frame.choosing import distinct, extremes
from lazyframe.frame.columnvalues import ColumnValues
from lazyframe.frame.convert import to_pandas_series
from lazyframe.frame.elsewhere import no_such_attribute, not_offered
from lazyframe.frame.groupby import SeriesGroupBy, grouped_series
from lazyframe.frame.output import OutputMethods
from lazyframe.frame.regroup import Regrouping
from lazyframe.frame.replacing import ColumnReplacing
from lazyframe.frame.rows import RowMethods
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.selecting import ColumnAggregates
from lazyframe.frame.signature import NotOfferedError, like_pandas
from lazyframe.frame.sorting import sorted_plan
from lazyframe.frame.statistics import paired, whole
from lazyframe.frame.window import Windows, windowed
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Aggregate, PandasCall, Plan, Project, ResetIndex, explained
from lazyframe.run import shown
from lazyframe.schema import DType, NoDatesError, kind_of

NO_DEFAULT: Any = pd.api.extensions.no_default


@wrap.face
@like_pandas(pd.Series)
class Series(
    ColumnValues,  # first: what it defines the others ask for
    Operators["Series"],
    Reductions[Scalar],
    Windows["Series"],
    ColumnFunctions,
    ColumnReplacing,
    ColumnAggregates,
    Regrouping,
    OutputMethods,
    RowMethods[pd.Series],
):
    """A column that is not computed yet: an expression over the rows of a plan.

    Made by selecting from a `DataFrame`, never by hand.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> (df.DepDelay > 60).sum().compute(scheduler="sync")
    np.int64(12)
    """

    def __init__(self, plan: Plan, expr: Expr, name: Hashable) -> None:
        self._plan = plan
        self.name = name
        self._dtype: DType = plan.dtype_of(expr)  # a type error is raised here, where it was made
        self._expr = checked(expr, self._dtype)

    @classmethod
    def _of(cls, plan: Plan) -> Series:
        """The one column of a plan."""
        name = plan.schema.names[0]
        return cls(plan, Column(name), name)

    # ---- what it is

    def _gathered(self, name: Any) -> Any:
        return gathered(self, pd.Series, name)

    def __getattr__(self, name: Any) -> Any:
        own = getattr(type(self), name, None)
        if isinstance(own, property) and own.fget is not None:
            own.fget(self)  # raises again what brought us here: .str of a number
        if name == "cat" and self._dtype.kind != "C":
            raise AttributeError("Can only use .cat accessor with a 'category' dtype", obj=None)
        found = self._gathered(name)
        if found is not None:
            return found
        raise not_offered(pd.Series, name) or no_such_attribute(Series, name)

    @property
    def dtype(self) -> Any:
        """The dtype of the column, as pandas has it."""
        return display.dtypes(shown(self._result()))[0].pandas

    dtypes = dtype
    ndim = 1

    def __dir__(self) -> Iterable[Any]:
        """The names, and of the accessors those that such values have."""
        there = {"dt": self._dtype.values_kind in "Mm", "str": self._dtype.values_kind in "TC", "cat": self._dtype.kind == "C"}
        return [*(name for name in super().__dir__() if name not in there), *(name for name in there if there[name])]

    def _result(self) -> Plan:
        return Project(self._plan, ((self.name, self._expr),))

    def _over(self, plan: Plan) -> Series:
        return Series(plan, Column(self.name), self.name)

    def _finish(self, columns: Columns, plan: Plan) -> pd.Series:
        return to_pandas_series(columns, plan)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_pandas())

    def __arrow_array__(self, type: Any = None) -> pa.ChunkedArray:
        """The values as Arrow's, computed: ``pa.array(s)``."""
        values = self.to_frame("values").to_arrow().column(-1)  # before it are the levels of the index
        return values if type is None else values.cast(type)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The values as a stream of Arrow's C interface, computed first; of the column's type, as that of pandas is."""
        return self.__arrow_array__().__arrow_c_stream__(requested_schema)

    def __contains__(self, value: object) -> bool:
        raise TypeError(
            "`in` looks among the labels of the index, as in pandas, and those are not known before it is computed. "
            "For the values write (s == value).any()."
        )

    @property
    def shape(self) -> tuple[Scalar]:
        """The number of rows, lazily."""
        return (self.size,)

    @property
    def size(self) -> Scalar:
        """The number of rows, missing values counted."""
        length: Scalar = self._length()
        return length

    @property
    def dt(self) -> DatetimeAccessor[Series]:
        """Fields and methods of dates."""
        if self._dtype.values_kind not in "Mm":
            message = f"Can only use .dt accessor with datetimelike values; {self._expr.label()} is {self._dtype}."
            raise explained(self._plan, NoDatesError(message, texts_among([self._expr], [self._dtype])))
        return DatetimeAccessor(self)

    @property
    def str(self) -> StringAccessor[Series]:
        """Methods of text."""
        if self._dtype.values_kind not in "TC":
            message = f"Can only use .str accessor with string values; {self._expr.label()} is {self._dtype}."
            raise AttributeError(message, obj=None)
        return StringAccessor(self)

    def rename(self, index: Hashable = None) -> Series:
        """The column under another name."""
        if callable(index) or isinstance(index, Mapping):
            raise NotOfferedError(
                "Series.rename with a function or a mapping changes the labels of the index, which is not offered. "
                "A column is renamed with a name, s.rename('x'); its values are changed with operators and .where."
            )
        if not isinstance(index, Hashable):
            raise TypeError(f"Series.name must be a hashable type; got {kind_of(index)}")
        return Series(self._plan, self._expr, index)

    # ---- rows

    @overload
    def __getitem__(self, mask: Series) -> Series: ...

    @overload
    def __getitem__(self, mask: Any) -> Any: ...

    def __getitem__(self, mask: Any) -> Any:
        mask = resolved(mask, self)
        if isinstance(mask, slice):
            return sliced(self, mask)
        if is_mask(mask):
            return Answer(operator.getitem, (self, mask), label="getitem")
        if not isinstance(mask, Series) and isinstance(mask, (Hashable, list)):
            return self.loc[mask]
        if not isinstance(mask, Series):
            raise TypeError("a lazy Series is filtered with a boolean column of the same frame: s[s > 0].")
        plan = filtered(self._plan, ((self.name, self._expr),), mask._plan, mask._expr)
        if plan is None:  # matched by the labels
            return Answer(operator.getitem, (self, mask), label="getitem")
        return Series(plan, Column(self.name), self.name)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("a lazy column is not set in places; write df['x'] = df.x.mask(mask, value).")

    def dropna(self) -> Series:
        """The rows where a value is present."""
        return self[self.notna()]

    def sort_values(
        self, *, ascending: bool = True, kind: Any = "quicksort", na_position: Any = "last", ignore_index: bool = False
    ) -> Series:
        """The column in the order of its values; the whole of it is held in memory.

        Parameters
        ----------
        ascending : bool
            Whether the smallest value stands first.
        kind : str
            The sorting of pandas; ``"stable"`` keeps rows of one value in their order.
        na_position : str
            ``"last"`` or ``"first"``: where missing values stand.
        ignore_index : bool
            Whether the rows are numbered anew.
        """
        plan = sorted_plan(self._result(), [self.name], ascending, kind, na_position, ignore_index)
        return Series(plan, Column(self.name), self.name)

    def nlargest(self, n: int = 5, keep: Any = "first") -> Series:
        """The `n` largest values, the largest first; of `keep` see `DataFrame.nlargest`."""
        return Series._of(extremes(self._result(), "nlargest", n, [self.name], keep))

    def nsmallest(self, n: int = 5, keep: Any = "first") -> Series:
        """The `n` smallest values, the smallest first; of `keep` see `DataFrame.nlargest`."""
        return Series._of(extremes(self._result(), "nsmallest", n, [self.name], keep))

    def idxmax(self) -> Scalar:
        """The label of the first largest value."""
        return self._label_of("idxmax", "nlargest")

    def idxmin(self) -> Scalar:
        """The label of the first smallest value."""
        return self._label_of("idxmin", "nsmallest")

    def _label_of(self, method: Any, chosen: Any) -> Scalar:
        plan = self._result()
        if len(plan.schema.index) > 1:
            raise NotOfferedError(f"{method} is not offered for an index of several levels; .compute() it first")
        if self._dtype.kind not in "iufbMm":
            raise NotOfferedError(f"{method} is not offered for {self._dtype}; .compute() the column first")
        one = Series._of(extremes(plan, chosen, 1, [self.name], "first")).rename("value")
        return Scalar._of(PandasCall(one.reset_index()._plan, method), int if plan.is_counted else None)

    def drop_duplicates(self, *, keep: Any = "first", ignore_index: bool = False) -> Series:
        """Each value once; of `keep` and `ignore_index` see `DataFrame.drop_duplicates`."""
        return Series._of(distinct(self._result(), None, keep, ignore_index))

    def _window(self, method: Any, /, **options: Any) -> Series:
        plan, (column,) = windowed(self._plan, [[self._expr]], method, options, True)
        return Series(plan, column, self.name)

    def duplicated(self, keep: Any = "first") -> Series:
        """Where the value is that of another row; of `keep` see `DataFrame.duplicated`."""
        return self._window("duplicated", keep=keep)

    def unique(self) -> Array:
        """The distinct values, a missing one among them, in the order in which they first occur."""
        return Array(self._counted(dropna=False))

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False, dropna: bool = True) -> Series:
        """How often each value occurs, the most frequent first.

        Parameters
        ----------
        normalize : bool
            Shares of the whole in the place of numbers.
        sort : bool
            Whether they are sorted by number; else they stand in the order in which they first occur.
        ascending : bool
            Whether the least frequent stands first.
        dropna : bool
            Whether missing values are left out.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Origin.value_counts().compute(scheduler="sync")
        Origin
        JFK    24
        LGA    20
        EWR    16
        Name: count, dtype: int64
        """
        if self._dtype.kind == "S":
            raise TypeError("value_counts: pandas has no index of bytes. Use df.groupby(...).size(), or read the column as text.")
        objects = any(dtype.name == "object" for dtype in self._dtype.possible)
        if self._dtype.kind == "C" or objects or (not dropna and self._dtype.is_masked):
            # Of categories those are counted, too, that do not occur; objects get a dtype by their values.
            counted: Series = self._gathered("value_counts")(normalize, sort, ascending, dropna=dropna)
            return counted
        plan: Plan = self._counted(dropna)
        if sort:
            plan = sorted_plan(plan, ["count"], ascending, "stable", "last", False)
        counts = Series(plan, Column("count"), "count")
        return (counts / counts.sum()).rename("proportion") if normalize else counts

    def _counted(self, dropna: bool) -> Aggregate:
        """The distinct values as an index, and how often each occurs."""
        if any(dtype.name == "object" for dtype in self._dtype.possible):
            raise NotOfferedError(
                f"the distinct values of {self._expr.label()} ({self._dtype}) are not offered, "
                "for pandas would take their dtype from the values. Cast with .astype first."
            )
        counted = Reduction("size", None, counts_as(self._dtype, pd.Series.value_counts))
        return Aggregate(self._plan, ((self.name, self._expr),), (("count", counted),), False, dropna)

    def to_frame(self, name: Hashable = NO_DEFAULT) -> Any:
        """A frame of this one column, under its own name (0 where it has none) or another."""
        column = name if name is not NO_DEFAULT else (0 if self.name is None else self.name)
        return wrap.frame(Project(self._plan, ((column, self._expr),)))

    def reset_index(self, *, drop: bool = False, name: Hashable = NO_DEFAULT) -> Any:
        """The levels of the index, or the row number, as columns beside this one, which may get another `name`; or dropped."""
        if drop:
            return Series(ResetIndex(self._result(), True), Column(self.name), self.name)
        return wrap.frame(ResetIndex(self.to_frame(name)._plan))

    # ---- reductions and groups

    def _reduce(self, function: Any, options: dict[Any, Any], numeric_only: bool) -> Scalar:
        reduction = Reduction(function, self._expr, tuple(options.items()))
        if gathers(function, [self._dtype]):
            raise NotOfferedError(f"{function} of {self._dtype} is made of the gathered column")
        return Scalar._of(Aggregate(self._plan, (), ((self.name, reduction),)), int if function == "nunique" else None)

    def quantile(self, q: Any = 0.5, interpolation: Any = "linear") -> Any:
        """A quantile, or a column of those in a list, exact; all the values are held in memory.

        Parameters
        ----------
        q : float or list of float
            Shares of the values, from 0 to 1.
        interpolation : str
            What stands for a quantile between two values: ``linear``, ``lower``, ``higher``, ``midpoint``, ``nearest``.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.DepDelay.quantile(0.9).compute(scheduler="sync")
        np.float64(192.0)
        """
        if pd.api.types.is_list_like(q):
            return Series._of(whole(self, "quantile", q=list(q), interpolation=interpolation))
        return self._reduce("quantile", {"q": q, "interpolation": interpolation}, False)

    def mode(self, dropna: bool = True) -> Series:
        """The most frequent values, sorted; the values that differ are held in memory."""
        return Series._of(whole(self, "mode", dropna=dropna))

    def corr(self, other: Any, method: Any = "pearson", min_periods: Any = None) -> Any:
        """The correlation with another column of the same rows, of those in which neither is missing.

        Of other rows, and by another method than ``"pearson"``, the columns are gathered.
        """
        return paired(self, "corr", other, {"min_periods": min_periods}, {"method": method})

    def cov(self, other: Any, min_periods: Any = None, ddof: Any = 1) -> Any:
        """The covariance with another column of the same rows, of those in which neither is missing."""
        return paired(self, "cov", other, {"min_periods": min_periods, "ddof": ddof}, {})

    def groupby(self, by: Any, sort: bool = True, dropna: bool = True, group_keys: bool = True) -> SeriesGroupBy[Any, Series]:
        """Groups of this column's rows, by another column of the same frame, or a list of these.

        Parameters
        ----------
        by : Series or list of Series
            The keys.
        sort : bool
            Whether groups are sorted by their keys, or stand in the order of their first rows.
        dropna : bool
            Whether rows with a missing key are left out.
        group_keys : bool
            Whether what `apply` makes of several rows a group has the keys in its index.
        """
        groups: SeriesGroupBy[Any, Series] = grouped_series(self, by, sort, dropna, group_keys)
        return groups

    def __repr__(self) -> Any:
        return display.series_text(self)
