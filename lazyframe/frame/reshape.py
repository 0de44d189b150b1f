"""Tables of another shape whose columns are known when they are asked for: pandas' own methods, on all the rows."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

from lazyframe.frame.base import FrameFace
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
