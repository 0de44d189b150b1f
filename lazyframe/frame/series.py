"""The lazy column."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, overload

import pandas as pd
import pyarrow as pa

from lazyframe.calls import from_dask
from lazyframe.expr import (
    LOGICAL,
    Call,
    Column,
    Expr,
    Keywords,
    Literal,
    Reduction,
    Table,
    checked,
    counts_as,
    gathers,
    parentheses,
    texts_among,
)
from lazyframe.frame import display, wrap
from lazyframe.frame.accessors import DatetimeAccessor, StringAccessor, is_mask, sliced
from lazyframe.frame.across import IN_MEMORY, matched
from lazyframe.frame.align import filtered, over, same_rows
from lazyframe.frame.answer import Answer, Index, gathered, of_answers
from lazyframe.frame.applied import ColumnFunctions
from lazyframe.frame.array import Array
from lazyframe.frame.base import Operators, Reductions, call, literal, plain, resolved
from lazyframe.frame.choosing import distinct, extremes
from lazyframe.frame.convert import to_pandas_series
from lazyframe.frame.elsewhere import no_such_attribute, not_offered
from lazyframe.frame.groupby import SeriesGroupBy, grouped_series
from lazyframe.frame.mistakes import is_answered
from lazyframe.frame.output import OutputMethods
from lazyframe.frame.regroup import Regrouping
from lazyframe.frame.replacing import ColumnReplacing
from lazyframe.frame.rows import RowMethods
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.selecting import ColumnAggregates
from lazyframe.frame.setting import choose
from lazyframe.frame.signature import NotOfferedError, like_pandas
from lazyframe.frame.sorting import sorted_plan
from lazyframe.frame.statistics import paired, whole
from lazyframe.frame.window import Windows, windowed
from lazyframe.kernels.columns import Columns
from lazyframe.notices import warn
from lazyframe.plan import Aggregate, PandasCall, Plan, Project, ResetIndex, explained
from lazyframe.run import Called, Computable, leaves, shown
from lazyframe.schema import DType, NoDatesError, as_dtype, kind_of, with_article

NO_DEFAULT: Any = pd.api.extensions.no_default


@wrap.face
@like_pandas(pd.Series)
class Series(
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

    # ---- row by row

    def _choose(self, function: Any, args: Any, kwargs: Any) -> Any:
        return choose(function, args, kwargs)

    def _with(self, expr: Expr) -> Series:
        return Series(self._plan, expr, self.name)

    def _apply(self, operation: str, *arguments: Any) -> Series:  # type: ignore[valid-type]
        return self._with(call(operation, self._expr, *map(plain, arguments)))

    def _method(self, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Series:  # type: ignore[valid-type]
        """A method of pandas whose arguments may be columns of the same rows or lazy scalars."""
        base = same_rows([self._plan, *(one._plan for one in arguments if isinstance(one, Series))])
        beside = [one for one in (*arguments, *keywords.values()) if isinstance(one, (Called, *IN_MEMORY))]
        made: Series
        if base is None or any(isinstance(one, Called) or one.ndim for one in beside):  # matched by the labels
            made = of_answers(self, operation, arguments, keywords)
            return made
        operands = [over(base, self._plan, self._expr)]
        for argument in arguments:
            if isinstance(argument, Series):
                operands.append(over(base, argument._plan, argument._expr))
            else:
                operands.append(argument._expr if isinstance(argument, Scalar) else plain(argument))
        if keywords:
            operands.append(Literal(Keywords(tuple(keywords.items()))))
        try:
            return Series(base, call(operation, *operands), self.name)
        except TypeError:  # of a dtype that depends on all the rows, or of what pandas refuses, too
            if not is_answered(self, operation, arguments, keywords):
                raise
        made = of_answers(self, operation, arguments, keywords)
        return made

    def _operate(self, operation: str, other: Any, reflected: bool) -> Any:  # type: ignore[valid-type]
        if isinstance(other, Computable) and not isinstance(other, (Series, Scalar)):
            return NotImplemented
        if isinstance(other, IN_MEMORY) and other.ndim:  # matched by the labels, or by where they stand
            return matched(operation, self, other, reflected)
        base, name = self._plan, self.name
        if isinstance(other, Series):
            common = same_rows([self._plan, other._plan])
            if common is None:
                return matched(operation, self, other, reflected)  # by the labels that both have, as pandas does
            base = common
            name = self.name if self.name == other.name else None
            right = over(base, other._plan, other._expr)
        else:
            right = other._expr if isinstance(other, Scalar) else literal(other)
        left = over(base, self._plan, self._expr)
        made = Series(base, call(operation, right, left) if reflected else call(operation, left, right), name)
        made._warn_of_parentheses()
        return made

    def _warn_of_parentheses(self) -> None:
        """What pandas takes, and nobody means: ``a > 3 & mask``, which is ``a > (3 & mask)``."""
        if not isinstance(self._expr, Call) or self._expr.operation not in LOGICAL:
            return
        kinds = [operand.dtype(self._plan.schema).values_kind for operand in self._expr.operands]
        if "b" in kinds and {*kinds} & set("iufT"):
            warn(f"{self._expr.label()}: one side of it is no mask. {parentheses(self._expr)}", UserWarning)

    _truth = (
        "masks are combined with &, | and ~ in the place of and, or and not, each comparison in parentheses, "
        "df[(df.x > 3) & (df.k == 'a')]; 1 < x < 3 is written x.between(1, 3, inclusive='neither'); and `if` asks for one value, "
        "mask.any().compute()"
    )

    def fillna(self, value: Any) -> Series:
        """The column with `value` (a plain value, a lazy scalar, or a column) where it is missing."""
        if isinstance(value, Mapping):  # matched by the labels
            made: Series = self._gathered("fillna")(value)
            return made
        return self._method("fillna", [value], {})

    def isin(self, values: Any) -> Series:
        """Where the value is one of `values`, which is any iterable but a string, or a lazy column."""
        if isinstance(values, Series):
            return self._with(call("isin", self._expr, Table(values._result())))
        if isinstance(values, Array):
            return self.isin(values.to_series())
        if isinstance(values, Index):
            return self.isin(values.to_column())
        if isinstance(values, (bytes, Computable)) or type(values).__name__ == "str" or not hasattr(values, "__iter__"):
            kind = with_article(repr(type(values).__name__))
            raise TypeError(f"only list-like objects are allowed to be passed to isin(), you passed {kind}")
        values = tuple(map(from_dask, values))
        if any(True for _ in leaves(values)):
            made: Series = of_answers(self, "isin", [list(values)], {})
            return made
        return self._apply("isin", values)

    def astype(self, dtype: Any) -> Series:
        """The column as another dtype; as categories, which are the values of all rows, it is made of the gathered column."""
        if (as_dtype(dtype, "astype: dtype").is_open) and self._dtype.kind != "C":
            made: Series = self._gathered("astype")(dtype)
            return made
        return self._apply("astype", as_dtype(dtype, "astype: dtype").spelling)

    def between(self, left: Any, right: Any, inclusive: Any = "both") -> Series:
        """Where ``left <= value <= right``; `inclusive` is ``both``, ``neither``, ``left`` or ``right``."""
        names = [bound.name for bound in (left, right) if isinstance(bound, Series)]
        found = self._method("between", [left, right], {"inclusive": inclusive})
        return found if all(name == self.name for name in names) else found.rename(None)

    def clip(self, lower: Any = None, upper: Any = None) -> Series:
        """The column with values below `lower` or above `upper` replaced by these."""
        return self._method("clip", [lower, upper], {})

    def round(self, decimals: int = 0) -> Series:
        """The column rounded to a number of decimals."""
        return self._apply("round", decimals)

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
