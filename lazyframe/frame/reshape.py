"""Tables of another shape: pandas' own methods, on all the rows, or on groups of them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

from lazyframe.frame.base import FrameFace
from lazyframe.frame.pivoting import pivoted
from lazyframe.frame.statistics import whole


class FrameReshape(FrameFace):
    """The other shapes of a frame."""

    def melt(
        self,
        id_vars: Any = None,
        value_vars: Any = None,
        var_name: Hashable = None,
        value_name: Hashable = "value",
    ) -> Self:
        """A row for each value of some columns: its column's name and the value, beside the columns that stay.

        The rows are numbered anew; those of the columns that are asked for are held in memory.

        Parameters
        ----------
        id_vars : name or list of names, optional
            The columns that stay.
        value_vars : name or list of names, optional
            The columns whose values become rows; all others if not given.
        var_name, value_name : name
            What the columns of the names and of the values are called; ``variable`` and ``value`` if not given.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.melt("Origin", ["DepDelay", "ArrDelay"]).groupby("variable").value.max().compute(scheduler="sync").to_dict()
        {'ArrDelay': 243.0, 'DepDelay': 287.0}
        """
        options = {"id_vars": id_vars, "value_vars": value_vars, "var_name": var_name, "value_name": value_name}
        return self._over(whole(self, "melt", **options))

    def pivot_table(
        self,
        values: Any = None,
        index: Any = None,
        columns: Any = None,
        aggfunc: Any = "mean",
        fill_value: Any = None,
        dropna: bool = True,
        sort: bool = True,
    ) -> Any:
        """A table of groups, those of `index` below one another and those of `columns` side by side.

        The groups stream; of functions, keys that are no names, and `margins`, the rows are gathered.

        Parameters
        ----------
        values : name or list of names, optional
            The columns that are aggregated; all others if not given.
        index, columns : name or list of names
            The columns whose values become the labels of rows, and of columns.
        aggfunc : str, list of str, or dict from column to str
            The names of the reductions.
        fill_value : scalar, optional
            What stands where there is no value.
        dropna : bool
            Whether rows with a missing key, and columns without a value, are left out.
        sort : bool
            Whether the labels are sorted.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> table = df.pivot_table("Distance", "Month", "Origin", aggfunc="max").compute(scheduler="sync")
        >>> table.loc[7].to_dict()
        {'EWR': 2565, 'JFK': 2586, 'LGA': 1416}
        """
        given = {"fill_value": fill_value, "dropna": dropna, "sort": sort}
        made = pivoted(self, values, index, columns, aggfunc, **given)
        return self._gathered("pivot_table")(values, index, columns, aggfunc, **given) if made is None else made
