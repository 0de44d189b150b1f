"""What a frame and a column have alike: each is the rows of a plan, under columns of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from lazyframe.expr import Reduction
from lazyframe.frame import counted, display, wrap
from lazyframe.frame.accessors import ILoc, Loc
from lazyframe.frame.answer import Answer, index_of
from lazyframe.frame.base import Computed, P
from lazyframe.frame.choosing import head, tail
from lazyframe.frame.resampling import resampled
from lazyframe.frame.sorting import sorted_by_index
from lazyframe.frame.statistics import whole
from lazyframe.plan import Aggregate, Plan
from lazyframe.run import compute


class RowMethods(Computed[P]):
    """The methods whose meaning is one for a frame and for a column."""

    _plan: Plan

    def _apply(self, operation: str, *arguments: Any) -> Self:
        """An operation on each value."""
        raise NotImplementedError

    # ---- what it is

    def copy(self, *, deep: bool = True) -> Self:
        """The same object once more: what is set in one of them is not set in the other, and no rows are copied."""
        made = object.__new__(type(self))
        vars(made).update(vars(self))
        return made

    def _as_it_is(self) -> Self:
        return self.copy()

    def pipe(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """``func(self, *args, **kwargs)``."""
        return func(self, *args, **kwargs)

    def to_pandas(self) -> P:
        """The same as `compute`."""
        return self.compute()

    def __len__(self) -> int:
        """The number of rows, counted now.

        Of whole files it is the number of their records: line breaks, quotes and the number of fields are looked at, values are
        not. A record with too many fields is an error, or let go of, as in every other query.

        Examples
        --------
        >>> import lazyframe as lf
        >>> len(lf.read_csv("data/sample/*.csv"))
        60
        """
        rows = int(compute(self._length())[0])
        counted.tell(self._plan, rows)
        return rows

    def _answered(self, answer: Any) -> None:
        counted.tell(self._plan, len(answer))

    def _length(self) -> Any:
        return wrap.scalar(Aggregate(self._plan, (), (("size", Reduction("size", None)),)), int)

    def _repr_html_(self) -> str:
        return display.html(self)

    def _of_values(self, function: Any, args: Any, kwargs: Any) -> Answer:
        return Answer(function, args, kwargs, label=function.__name__)

    # ---- value by value

    def isna(self) -> Self:
        """Where values are missing."""
        return self._apply("isna")

    def notna(self) -> Self:
        """Where values are present."""
        return self._apply("notna")

    isnull = isna
    notnull = notna

    def abs(self) -> Self:
        """Absolute values."""
        return self._apply("abs")

    def round(self, decimals: int = 0) -> Self:
        """The numbers rounded to so many decimals; a frame's other columns stay as they are."""
        raise NotImplementedError

    def __round__(self, ndigits: int = 0) -> Self:
        return self.round(ndigits)

    # ---- rows among all of them

    def head(self, n: int = 5) -> Self:
        """The first `n` rows, lazily; all but the last ones for a negative `n`.

        Of an input of up to 64 MiB they have the dtypes of the whole, as in pandas. Of a larger one reading stops when they
        are found, unless an operation's dtype depends on the rows further on (the year of a date is float64 as soon as
        one date is missing): a dtype that was guessed is then that of the sample and of the rows read so far, and is
        corrected when a query meets a row that contradicts it. A dtype that was given is always exact.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[df.DepDelay > 60].head(2)[["Origin", "DepDelay"]].compute(scheduler="sync").to_dict("list")
        {'Origin': ['JFK', 'JFK'], 'DepDelay': [212.0, 104.0]}
        """
        return self._over(head(self._result(), n))

    def tail(self, n: int = 5) -> Self:
        """The last `n` rows, or all but the first ones for a negative `n`; all are read, and these are held in memory.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["Origin", "Distance"]].tail(2).compute(scheduler="sync")
           Origin  Distance
        58    EWR       533
        59    JFK      2153
        """
        return self._over(tail(self._result(), n))

    @property
    def loc(self) -> Loc[Self]:
        """Rows by a mask, and columns of a frame by name: ``df.loc[mask]``, ``df.loc[mask, "x"]``, ``df.loc[:, ["x", "y"]]``."""
        return Loc(self)

    @property
    def iloc(self) -> ILoc:
        """Rows by where they stand, and columns too: ``df.iloc[:10]``, ``df.iloc[-1]``, ``df.iloc[:, [0, 2]]``."""
        return ILoc(self)

    @property
    def index(self) -> Any:
        """The labels of the rows: an answer, for which nothing but these is gathered."""
        return index_of(self)

    def sort_index(
        self, *, ascending: Any = True, kind: Any = "quicksort", na_position: Any = "last", ignore_index: bool = False
    ) -> Self:
        """The rows in the order of their index; all of them are held in memory. The arguments are those of `sort_values`."""
        return self._over(sorted_by_index(self._result(), ascending, kind, na_position, ignore_index))

    def resample(
        self,
        rule: Any,
        closed: Any = None,
        label: Any = None,
        on: Any = None,
        level: Any = None,
        origin: Any = "start_day",
        offset: Any = None,
    ) -> Any:
        """The rows in bins of time, by dates that are the index, one of its levels, or a column.

        Reductions of them stream, and give an `Answer`; for whatever else resamplers have the rows are gathered.

        Parameters
        ----------
        rule : str or offset
            The length of a bin: ``"D"``, ``"15min"``, ``"ME"``.
        closed, label : str, optional
            ``"left"`` or ``"right"``: which end of a bin belongs to it, and which one it is named after.
        on : hashable, optional
            The column with the dates.
        level : hashable or int, optional
            The level of the index with the dates.
        origin, offset
            From where bins of one length are counted, as in pandas. Where that depends on the first or the last date of all,
            this is found before, by reading the dates alone.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv", parse_dates={"Date": [0, 1, 2]})
        >>> df.resample("YS", on="Date").DepDelay.mean().round(3).compute(scheduler="sync")
        Date
        2013-01-01    40.365
        Freq: YS-JAN, Name: DepDelay, dtype: float64
        """
        return resampled(self, rule, on, level, closed=closed, label=label, origin=origin, offset=offset)

    # ---- statistics

    def kurtosis(self, *, numeric_only: bool = False) -> Any:
        """The same as `kurt`."""
        lazy: Any = self
        return lazy.kurt(numeric_only=numeric_only)

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> Self:
        """Count, mean, deviation, extremes and quantiles, exact; of each column the values that differ are held in memory.

        Of text the number of distinct values, the most frequent and how often it occurs.

        Parameters
        ----------
        percentiles : list of float, optional
            The quantiles; 0.25, 0.5 and 0.75 if not given.
        include, exclude : list of dtypes or "all", optional
            Which columns of a frame are described; those of numbers and dates if not given, or all where there are none.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["DepDelay", "Distance"]].describe().compute(scheduler="sync").loc[["count", "mean", "max"]]
                 DepDelay     Distance
        count   52.000000    60.000000
        mean    40.365385  1179.833333
        max    287.000000  2586.000000
        """
        plan = whole(self, "describe", percentiles=percentiles, include=include, exclude=exclude)
        return self._over(plan)
