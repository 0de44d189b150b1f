"""What a lazy object shows of itself: its columns, and the first rows of the sample taken when it was opened.

Nothing is read for it: filters and projections are applied to the sample in memory, and a grouped result shows its
columns only. Where no row of the sample passes the filters, rows as they are before these say at least what is in the columns.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.diagnostics.words import markup
from lazyframe.expr import Subquery
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.convert import to_frame
from lazyframe.frame.counted import rows_of
from lazyframe.kernels.columns import Columns, to_series
from lazyframe.kernels.steps import apply
from lazyframe.plan import Filter, Head, Known, Plan, ResetIndex, Rowwise, Scan, scans
from lazyframe.run import shown
from lazyframe.schema import ROW, DType, dtype_of
from lazyframe.shown import shown as printable

_ROWS_SHOWN = 5
_LONGEST = 200  # characters of an expression


def sampled(plan: Plan, filtered: bool = True) -> Columns | None:
    """The rows of the sample that are rows of the plan, or would be without its filters; None where only running it can tell."""
    match plan:
        case Scan(source, names, None):
            columns = Columns.from_batch(source.sample, source.schema.labelled())
            shown = {name: columns[name] for name in (names or source.schema.names)}
            return Columns.of(len(columns), {**shown, ROW: np.arange(len(columns))})
        case Known(answer):
            return answer.columns  # type: ignore[no-any-return]
        case Filter(child) if not filtered:
            return sampled(child, filtered)
        case Rowwise(child):
            below, step = sampled(child, filtered), plan.as_step()
            if below is None or any(isinstance(node, Subquery) for node in step.walk()):
                return None
            return apply(step, below)
        case Head(child, count):
            below = sampled(child, filtered)
            return None if below is None else below.first(count)
        case ResetIndex(child, True):
            below = sampled(child, filtered)
            return None if below is None else Columns.of(len(below), {name: below[name] for name in plan.schema.names})
    return None


def dtypes(plan: Plan) -> list[DType]:
    """The dtypes of the columns of a plan; those that depend on the data as the rows of the sample have them, if these tell."""
    fields = plan.schema.fields
    found: dict[Any, DType] = {}
    if any(field.dtype.otherwise is not None for field in fields):
        try:
            rows = sampled(plan)
            names = [field.name for field in fields if field.dtype.otherwise is not None]
            found = {} if rows is None or not len(rows) else {name: dtype_of(to_series(rows[name])) for name in names}
        except (TypeError, ValueError, ArithmeticError):  # an error of the data, which is for a run to raise
            found = {}
    return [one if (one := field.dtype.otherwise) and found.get(field.name) == one else field.dtype for field in fields]


def _first_rows(plan: Plan) -> tuple[str, pd.DataFrame]:
    """The rows that can be shown without a run, and what is said of them; no words where only a run can tell."""
    try:
        columns = sampled(plan)
        if columns is None:
            return "", pd.DataFrame()
        count, most = len(columns), pd.get_option("display.max_rows") or len(columns)
        if _is_known(plan):
            said = f"all {count} rows:" if 1 < count <= most else "its row:" if count == 1 else f"first of {count:,} rows:"
            return said if count else "it has no row", to_frame(columns.first(count if count <= most else _ROWS_SHOWN), plan)
        if count:
            return "first rows of the sample:", to_frame(columns.first(_ROWS_SHOWN), plan)
        return _rows_before_filters(plan)
    except (ValueError, TypeError, ArithmeticError):  # an error of the data is for the run to raise, not for a repr
        return "", pd.DataFrame()


def _rows_before_filters(plan: Plan) -> tuple[str, pd.DataFrame]:
    said = "no row of the sample is one of these"
    try:
        columns = sampled(plan, filtered=False)
        if columns is None or not len(columns):
            return said, pd.DataFrame()
        return f"{said}; its first rows, without the filter:", to_frame(columns.first(_ROWS_SHOWN), plan)
    except (ValueError, TypeError, ArithmeticError):  # what is made of columns may be of those rows alone
        return said, pd.DataFrame()


def _is_known(plan: Plan) -> bool:
    """Whether the rows come from an answer that is there."""
    while len(plan.inputs) == 1:
        plan = plan.inputs[0]
    return isinstance(plan, Known)


def frame_text(frame: FrameFace) -> str:
    """The text form of a frame: its columns, and the first rows of the sample, both cut as pandas cuts them."""
    plan = shown(frame._plan)
    head = _headline("DataFrame", plan, frame)
    said, rows = _first_rows(plan)
    fields = list(plan.schema)
    names = [_cut(field.name) for field in fields]
    width = max(map(len, names), default=0)
    lines = [f"  {name:<{width}}  {field.dtype}" for name, field in zip(names, fields, strict=True)]
    most = pd.get_option("display.max_rows") or len(lines)
    if len(lines) > most:
        lines = [*lines[: most // 2], f"  ... ({len(lines) - most} more)", *lines[-(most - most // 2) :]]
    table = "" if rows.empty else f"\n{_trimmed(rows).to_string(max_cols=12)}"
    said = f"\n{said}" if said and fields else ""
    return head + "\n" + "\n".join(lines) + said + table


def _trimmed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with long texts cut; a frame that `to_html` would otherwise show in full."""
    short = rows.map(_short)
    named = short.rename(columns=_short).rename_axis(index=_short, columns=_short)
    return (
        named.rename(index=_short)
        if any(named.index.get_level_values(n).dtype == "str" for n in range(named.index.nlevels))
        else named
    )


def _short(name: Any) -> Any:
    return _cut(name) if isinstance(name, str) else name


def _cut(value: object) -> str:
    text = printable(value)
    most = pd.get_option("display.max_colwidth") or len(text)
    return text if len(text) <= most else text[: most - 3] + "..."


def series_text(series: ColumnFace) -> str:
    """The text form of a column."""
    plan = series._result()
    rows = [made for made in _rows_of(plan) if made.startswith(("where", "first"))]
    title = "without a name" if plan.title() == "None" else _cut_long(plan.title())
    there = shown(plan)
    text = f"lf.Series<{', '.join([title, *rows])}, dtype={there.schema.fields[0].dtype.pandas}>"
    said, values = _first_rows(there) if _is_known(there) else ("", pd.DataFrame())
    return f"{text}\n{said}\n{_trimmed(values).iloc[:, 0].to_string()}" if len(values) else text


def _cut_long(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _headline(kind: str, plan: Plan, lazy: Any) -> str:
    sources = dict.fromkeys(scan.source.describe() for scan in scans(plan))
    parts = f"{lazy.npartitions} partition{'s' if lazy.npartitions != 1 else ''}"
    made = "".join(f", {one}" for one in _rows_of(plan))
    count, rows = len(plan.schema), rows_of(lazy._plan)
    columns = f"{count} column{'s' if count != 1 else ''}"
    columns = columns if rows is None else f"{rows:,} row{'s' if rows != 1 else ''} x {columns}"
    return f"lf.{kind}: {columns}, {parts}, not computed ({'; '.join(sources) or 'in memory'}{made})"


def _rows_of(plan: Plan) -> list[str]:
    """What makes the rows of a plan others than those of its source, from the source up."""
    below = _rows_of(plan.inputs[0]) if len(plan.inputs) == 1 else []
    title = plan.rows_title()
    return [*below, _cut_long(title)] if title else below


# Half transparent grey and the text's own colour are readable on light and on dark ground, whatever draws the page around it.
_STYLE = (
    ".lf-frame{overflow-x:auto}.lf-frame p{margin:.3em 0}"
    ".lf-frame table{border-collapse:collapse;border:0;margin:.3em 0;font-variant-numeric:tabular-nums}"
    ".lf-frame table th,.lf-frame table td{border:0;padding:.25em .7em;text-align:right;white-space:nowrap;color:inherit}"
    ".lf-frame table tr{background:transparent;color:inherit}.lf-frame tbody tr:nth-child(odd){background:#8080801f}"
    ".lf-frame thead tr:last-child th{border-bottom:1px solid #80808080}"
    ".lf-frame thead tr:nth-child(2) th{font-weight:normal;font-size:85%;opacity:.75;padding-top:0}"
    ".lf-frame summary{cursor:pointer}.lf-frame pre{margin:.3em 0;background:transparent;color:inherit;font-size:90%}"
)
_LONGEST_PLAN = 2000  # characters


def html(lazy: Any) -> str:
    """The HTML form of a frame or column, for notebooks: dtypes under the names, the rows, and the plan folded away."""
    plan = shown(lazy._result())
    said, rows = _first_rows(plan)
    fields = list(plan.schema)
    names = ["" if field.name is None else _cut(field.name) for field in fields]
    dtypes = [str(field.dtype) for field in fields]
    table = pd.DataFrame(columns=range(len(fields)), dtype=object)
    if not rows.empty:
        table = _trimmed(rows).astype(object).set_axis(table.columns, axis=1)
        table.index = pd.Index([", ".join(map(str, label)) if isinstance(label, tuple) else label for label in table.index])
    if fields:
        table.columns = pd.MultiIndex.from_arrays([pd.Index(names, dtype=object), pd.Index(dtypes, dtype=object)])
    most = pd.get_option("display.max_columns") or None
    drawn = table.to_html(max_cols=most, max_rows=len(table) or None, sparsify=False, border=0) if fields else ""
    text = plan.to_text()
    text = text if len(text) <= _LONGEST_PLAN else f"{text[:_LONGEST_PLAN]} ..."
    said = f"<p>{said}</p>" if said else ""
    folded = f"<details><summary>plan</summary><pre>{markup(text)}</pre></details>"
    headline = markup(_headline(type(lazy).__name__, plan, lazy))
    return f'<div class="lf-frame"><style>{_STYLE}</style><p>{headline}</p>{said}{drawn}{folded}</div>'


def info_text(frame: FrameFace) -> str:
    """The columns of a frame as pandas' `info` shows them, without what only a run can tell."""
    fields = list(shown(frame._plan).schema)
    names = [_cut(field.name) for field in fields]
    place, width = max(3, len(str(len(fields)))), max([6, *map(len, names)])
    lines = [
        "<class 'lazyframe.DataFrame'>",
        f"not computed, {frame.npartitions} partition{'s' if frame.npartitions != 1 else ''}",
        f"Data columns (total {len(fields)} column{'s' if len(fields) != 1 else ''}):",
        f"{' #':<{place}}  {'Column':<{width}}  Dtype",
        f"{'-' * place}  {'------':<{width}}  -----",
        *(f"{f' {n}':<{place}}  {name:<{width}}  {f.dtype.name}" for n, (name, f) in enumerate(zip(names, fields, strict=True))),
    ]
    counts = Counter(field.dtype.name for field in fields)
    return "\n".join([*lines, "dtypes: " + ", ".join(f"{name}({count})" for name, count in sorted(counts.items()))])
