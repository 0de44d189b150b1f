"""The lazy array: values with no index.

See docs/decisions/0013-lazy-is-no-array.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from lazyframe.expr import Column
from lazyframe.frame import wrap
from lazyframe.frame.base import Computed
from lazyframe.frame.convert import to_frame
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Aggregate, Plan, Project, ResetIndex
from lazyframe.run import compute, shown


@wrap.face
class Array(Computed[Any]):
    """The distinct values of a column, in the order in which they first occur, not computed yet.

    Made by `Series.unique`. Iterating over it, and asking for its length, computes it.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df.Origin.unique()
    lf.Array<unique of Origin, dtype=str>
    >>> list(df.Origin.unique())
    ['EWR', 'LGA', 'JFK']
    """

    def __init__(self, plan: Aggregate) -> None:
        self._plan = plan
        _ = plan.schema

    @property
    def dtype(self) -> Any:
        """The dtype of the values, as pandas has it."""
        return shown(self._plan).schema.index[0].dtype.pandas

    def _result(self) -> Plan:
        return self._plan

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        found = pd.Series(to_frame(columns, plan).index).unique()
        dtype = plan.schema.index[0].dtype
        return found.astype(dtype.name) if dtype.kind == "S" else found

    def to_series(self) -> Any:
        """The values as a lazy column."""
        name = self._plan.keys[0][0]
        values = ResetIndex(Project(self._plan, ()))
        return wrap.column(values, Column(values.schema.names[0]), name)

    def __getattr__(self, name: Any) -> Any:
        """What pandas' arrays have: `tolist`, `size`, indexing; the values are computed."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(compute(self)[0], name)

    def __getitem__(self, key: Any) -> Any:
        return compute(self)[0][key]

    def __contains__(self, value: Any) -> bool:
        return value in compute(self)[0]

    def __len__(self) -> int:
        return len(compute(self)[0])

    def __iter__(self) -> Iterator[Any]:
        return iter(compute(self)[0])

    def __repr__(self) -> str:
        return f"lf.Array<unique of {self._plan.keys[0][1].label()}, dtype={self.dtype}>"
