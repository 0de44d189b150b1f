"""Pivot tables: groups that stream, and pandas' own table of the few rows that they give.

A table has a cell for each group. What pandas does after it has the groups (unstacking, filling, sorting) is done by pandas: its
``pivot_table`` is given one row a group, of which it takes the first.

See docs/decisions/0072-answers-that-only-data-tell.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from lazyframe.expr import REDUCTIONS
from lazyframe.frame import wrap
from lazyframe.frame.align import over, same_rows
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.groupby import grouped_frame
from lazyframe.plan import Project
from lazyframe.schema import PLAIN_LABELS, column_not_found


def pivoted(frame: FrameFace, values: Any, index: Any, columns: Any, aggfunc: Any, **options: Any) -> Answer | None:
    """The pivot table of a frame; None where the rows have to be gathered for it.

    Raises
    ------
    ColumnNotFoundError, TypeError, ValueError
        A column that the frame does not have, or whose values pandas does not aggregate so.
    """
    schema = frame._plan.schema
    rows, across = _listed(index), _listed(columns)
    if schema.labels != PLAIN_LABELS or not _are_names([*rows, *across]) or not _is_reduction(aggfunc):
        return None
    wanted = None if values is None else _listed(values)
    if wanted is not None and not _are_names(wanted):
        return None
    keys = [*rows, *across]
    for name in [*keys, *(wanted or ()), *(aggfunc if isinstance(aggfunc, Mapping) else ())]:
        if name not in schema:
            raise column_not_found(name, schema.names)
    chosen = [name for name in schema.names if name not in keys] if wanted is None else wanted
    if isinstance(aggfunc, Mapping):
        if not set(aggfunc) <= set(chosen):
            return None
        chosen = list(aggfunc)
    if not keys or not chosen or len({*keys, *chosen}) < len(keys) + len(chosen):
        return None
    if "size" in (aggfunc if isinstance(aggfunc, list) else [aggfunc]) and not _is_plain(rows, across, values):
        return None
    groups = grouped_frame(frame, keys, options["sort"], options["dropna"], True, True)[chosen]
    given = {"values": values, "index": index, "columns": columns, "aggfunc": aggfunc, **options}
    said = {name: value for name, value in given.items() if not (value is None or (name in ("dropna", "sort") and value is True))}
    return Answer(tabled, (groups.agg(aggfunc),), said, label="pivot_table")


def tabled(
    groups: Any, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean", **options: Any
) -> pd.DataFrame:
    """The pivot table of groups that are aggregated."""
    rows, across = _listed(index), _listed(columns)
    if not isinstance(aggfunc, list):
        if isinstance(aggfunc, Mapping) and pd.api.types.is_list_like(values):
            values = list(aggfunc)
        return _table(groups, values, rows, across, **options)
    names = list(dict.fromkeys(name for name, _ in groups.columns))
    pieces = []
    for function in aggfunc:
        one = groups[[(name, function) for name in names]].set_axis(names, axis=1)
        pieces.append(_table(one.iloc[:, 0].rename(None) if function == "size" else one, values, rows, across, **options))
    return pd.concat(pieces, keys=aggfunc, axis=1)


def _table(
    groups: Any, values: Any, rows: list[Any], across: list[Any], fill_value: Any = None, dropna: bool = True, sort: bool = True
) -> pd.DataFrame:
    if not isinstance(groups, pd.DataFrame):
        values = "\1size"  # of one column pandas makes a table without a level for its name
        groups = groups.rename(values)
    made: pd.DataFrame = groups.reset_index().pivot_table(
        values, rows, across, "first", fill_value=fill_value, dropna=dropna, sort=sort
    )
    return made


def crossed(index: Any, columns: Any, rownames: Any = None, colnames: Any = None, **options: Any) -> Answer | None:
    """How often the values of columns occur together, as pandas' ``crosstab`` has it; None where these are to be gathered."""
    if options.keys() - {"margins", "margins_name", "dropna", "normalize"}:
        return None
    rows, across = ([given] if isinstance(given, ColumnFace) else given for given in (index, columns))
    if not all(isinstance(one, (list, tuple)) and one and all(isinstance(s, ColumnFace) for s in one) for one in (rows, across)):
        return None
    if not options.get("dropna", True) and max(len(rows), len(across)) > 1:
        return None  # a row for each combination of labels, whether it occurs or not
    keys = [*rows, *across]
    base = same_rows([key._plan for key in keys])
    if base is None or any(dtype.kind in "CS" for key in keys for dtype in key._dtype.possible):
        return None
    names = [f"\1{number}" for number in range(len(keys))]
    exprs = tuple((name, over(base, key._plan, key._expr)) for name, key in zip(names, keys, strict=True))
    counts = grouped_frame(wrap.frame(Project(base, exprs)), names, True, options.get("dropna", True), True, True).size()
    titles = [_titles(given, said, kind) for given, said, kind in ((rows, rownames, "row"), (across, colnames, "col"))]
    return Answer(counted, (counts, *titles), options, label="crosstab")


def counted(counts: pd.Series, rownames: list[Any], colnames: list[Any], **options: Any) -> pd.DataFrame:
    """pandas' table of combinations of values that are counted."""
    count = len(rownames)
    rows = counts.rename("\1count").reset_index()
    below, beside = rows.columns[:count], rows.columns[count:-1]
    # A cell without a row is 0, and the table is one of whole numbers: so there is a row for each.
    each = rows[below].drop_duplicates().merge(rows[beside].drop_duplicates(), how="cross").assign(**{"\1count": 0})
    rows = pd.concat([rows, each], ignore_index=True)
    keys = [[rows[name] for name in names] for names in (below, beside)]
    crosstab: Any = pd.crosstab
    table: pd.DataFrame = crosstab(*keys, rows["\1count"], rownames, colnames, "sum", **options)
    return table


def _titles(keys: list[Any], given: Any, kind: str) -> list[Any]:
    if given is None:
        return [f"{kind}_{number}" if key.name is None else key.name for number, key in enumerate(keys)]
    if len(given) != len(keys):
        raise AssertionError("arrays and names must have the same length")
    return list(given)


def _is_plain(rows: list[Any], across: list[Any], values: Any) -> bool:
    """Whether the sizes of groups, a column under no name, become a table as other aggregates do."""
    return bool(rows and across and values is not None) and (len(across) == 1 or pd.api.types.is_list_like(values))


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if pd.api.types.is_list_like(given) and not isinstance(given, (ColumnFace, pd.Series)) else [given]


def _are_names(given: list[Any]) -> bool:
    plain = all(isinstance(one, Hashable) and not callable(one) for one in given)
    return plain and not any(isinstance(one, (pd.Grouper, ColumnFace)) for one in given)


def _is_reduction(function: Any) -> bool:
    names = list(function.values()) if isinstance(function, Mapping) else function if isinstance(function, list) else [function]
    if isinstance(function, Mapping) and "size" in names:
        return False
    if isinstance(function, list) and len(set(map(str, names))) < len(names):
        return False
    return bool(names) and all(isinstance(one, str) and one in REDUCTIONS for one in names)
