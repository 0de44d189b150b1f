"""What a lazy object shows of itself: its columns, and the first rows of the sample taken when it was opened.

Nothing is read for it: filters and projections are applied to the sample in memory, and a grouped result shows its
columns only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lazyframe.expr import Expr, Subquery
from lazyframe.frame.convert import to_frame
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.task import Select, Where
from lazyframe.plan import Filter, Head, Plan, Project, Scan, scans
from lazyframe.schema import ROW

if TYPE_CHECKING:
    from lazyframe.frame.dataframe import DataFrame
    from lazyframe.frame.series import Series

_ROWS_SHOWN = 5


def sampled(plan: Plan) -> Columns | None:
    """The rows of the sample that are rows of the plan; None where only running it can tell."""
    match plan:
        case Scan(source, names, None):
            columns = Columns.from_batch(source.sample, source.schema)
            shown = {name: columns[name] for name in (names or source.schema.names)}
            return Columns.of(len(columns), {**shown, ROW: np.arange(len(columns))})
        case Filter(child) | Project(child):
            below = sampled(child)
            if below is None or any(isinstance(node, Subquery) for expr in _exprs(plan) for node in expr.walk()):
                return None
            step = Where(plan.predicate) if isinstance(plan, Filter) else Select(plan.columns)
            return step(below)
        case Head(child, count):
            below = sampled(child)
            return None if below is None else below.first(count)
    return None


def _exprs(plan: Filter | Project) -> list[Expr]:
    return [plan.predicate] if isinstance(plan, Filter) else [expr for _, expr in plan.columns]


def _first_rows(plan: Plan) -> pd.DataFrame | None:
    try:
        columns = sampled(plan)
        return None if columns is None else to_frame(columns.first(_ROWS_SHOWN), plan)
    except (ValueError, TypeError, ArithmeticError):  # an error of the data is for the run to raise, not for a repr
        return None


def frame_text(frame: DataFrame) -> str:
    """The text form of a frame."""
    return _text("DataFrame", frame._plan, frame.npartitions)


def series_text(series: Series) -> str:
    """The text form of a column."""
    return f"lf.Series<{series._result().title()}, dtype={series.dtype}>"


def _text(kind: str, plan: Plan, npartitions: int) -> str:
    head = _headline(kind, plan, npartitions)
    rows = _first_rows(plan)
    width = max((len(str(field.name)) for field in plan.schema), default=0)
    lines = [f"  {field.name!s:<{width}}  {field.dtype}" for field in plan.schema]
    shown = "" if rows is None or rows.empty else f"\nfirst rows of the sample:\n{rows.to_string(max_cols=12)}"
    return head + "\n" + "\n".join(lines) + shown


def _headline(kind: str, plan: Plan, npartitions: int) -> str:
    sources = dict.fromkeys(scan.source.describe() for scan in scans(plan))
    parts = f"{npartitions} partition{'s' if npartitions != 1 else ''}"
    return f"lf.{kind}: {len(plan.schema)} columns, {parts}, not computed ({'; '.join(sources)})"


def html(lazy: Any) -> str:
    """The HTML form of a frame or column, for notebooks."""
    from html import escape  # only notebooks need it

    plan = lazy._result()
    rows = _first_rows(plan)
    table = pd.DataFrame({"dtype": [str(field.dtype) for field in plan.schema]}, index=[str(n) for n in plan.schema.names])
    body = table.T.to_html(max_cols=24)
    if rows is not None and not rows.empty:
        body += f"<p>first rows of the sample:</p>{rows.to_html(max_cols=24)}"
    return f"<p>{escape(_headline(type(lazy).__name__, plan, lazy.npartitions))}</p>{body}"


def row_count(n: Any) -> int:
    """The argument of ``head``, checked."""
    if not isinstance(n, (int, np.integer)) or n < 0:
        raise ValueError(f"head takes a number of rows, 0 or more; got {n!r}")
    return int(n)


def check_has_index(plan: Plan) -> None:
    """Refuse to reset an index that is the row number."""
    if not plan.schema.index:
        raise TypeError(
            "reset_index is offered for grouped results; the index of these rows is the row number. "
            "After .compute() pandas has it."
        )
