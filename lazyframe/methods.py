"""pandas' own methods for what only all the rows together can tell, such as `describe`.

A plan knows the dtypes of such a result by running the method on tiny columns; a task runs it on the rows. Both do it
here, and so give results of one shape.

See docs/decisions/0022-what-needs-the-whole-frame.md.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.schema import (
    MIXED,
    PLAIN_LABELS,
    DType,
    Field,
    Labels,
    Schema,
    asking,
    column_index,
    dtype_of,
    labels_of,
    levels_of,
    probe,
    unsettled,
)


def applied(
    columns: Sequence[pd.Series],
    names: Sequence[Hashable],
    method: str,
    options: Mapping[str, Any],
    alone: bool,
    labels: Labels = PLAIN_LABELS,
) -> tuple[pd.Index, list[tuple[Hashable, pd.Series]], Labels]:
    """The index, the columns, and their labels, of what a method of pandas gives.

    Parameters
    ----------
    columns, names
        The rows that it is given.
    method, options
        Its name and its arguments. ``idxmax`` and ``idxmin`` take two columns, the labels and the values.
    alone : bool
        Whether the method is that of a Series, and not of a frame.
    labels : Labels
        Those of the names.
    """
    if method in ("idxmax", "idxmin"):
        keys, values = columns
        key = getattr(pd.Series(values.to_numpy(), index=keys), method)(**options)
        found = pd.Series([key], name=names[1], dtype=keys.dtype)
    elif alone:
        found = getattr(pd.Series(columns[0], name=names[0]), method)(**options)
    else:
        frame = pd.DataFrame(dict(enumerate(columns)), index=None if columns else range(0))
        frame.columns = column_index(names, labels)
        found = getattr(frame, method)(**options)
    if isinstance(found, pd.Series):
        return found.index, [(found.name, found)], PLAIN_LABELS
    made = [(name, found.iloc[:, position]) for position, name in enumerate(found.columns)]
    return found.index, made, labels_of(found.columns)


def by_column(
    columns: Iterable[Any], names: Sequence[Hashable], method: str, options: Mapping[str, Any], alone: bool
) -> tuple[pd.Index, list[tuple[Hashable, pd.Series]]]:
    """The index and the columns of what `applied` gives, made of one column after another.

    Parameters
    ----------
    columns, names
        Those that the answer has, in whatever order their values stand: Series, or what has the method that is called.
    method, options, alone
        As of `applied`.
    """
    if alone:
        (found,) = (getattr(column, method)(**options) for column in columns)
        return found.index, [(names[0], found)]
    if method == "quantile":
        q, interpolation = options["q"], options.get("interpolation", "linear")
        is_list = pd.api.types.is_list_like(q)
        each = [column.quantile(q if is_list else [q], interpolation) for column in columns]
        if is_list:
            return each[0].index, list(zip(names, each, strict=True))
        row = pd.concat([one.set_axis(column_index([name])) for one, name in zip(each, names, strict=True)])
        return row.index, [(q, row)]
    described = [column.describe(options.get("percentiles")) for column in columns]
    # In the order that pandas puts them in: those that all columns have, and then the deviation, which dates have not.
    rows = list(dict.fromkeys(row for one in sorted(described, key=len) for row in one.index))
    return pd.Index(rows), [(name, one.reindex(rows)) for name, one in zip(names, described, strict=True)]


def window(
    columns: Sequence[pd.Series], method: str, options: Mapping[str, Any], alone: bool, keys: int, grouping: Mapping[str, Any]
) -> pd.Series:
    """What a method of pandas that gives a value a row makes of all the rows.

    The last `keys` columns group them; of the rest `method` is that of the Series where `alone`, or of a frame.
    """
    values, by = columns[: len(columns) - keys], list(columns[len(columns) - keys :])
    of: Any = values[0] if alone else pd.DataFrame(dict(enumerate(values)))
    found: Any = getattr(of.groupby(by, observed=True, **grouping) if by else of, method)(**options)
    column: pd.Series = found if isinstance(found, pd.Series) else found.iloc[:, 0]
    return column


def window_dtype(
    dtypes: Sequence[DType], method: str, options: Mapping[str, Any], alone: bool, keys: int, grouping: Mapping[str, Any]
) -> DType:
    """The dtype of what `window` gives.

    Raises
    ------
    TypeError, ValueError
        pandas refuses the method for these dtypes, or these arguments.
    """
    if method != "duplicated" and any(one.name == "object" for dtype in dtypes for one in dtype.possible):
        raise TypeError("not offered for objects: what pandas makes of them depends on each value. Cast with .astype(str) first.")
    found: list[DType] = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for rows in (_usual, _unusual, _none):
            found.append(dtype_of(window([rows(dtype) for dtype in dtypes], method, options, alone, keys, grouping)))
    dtype = functools.reduce(either, found)
    if MIXED in (dtype, dtype.otherwise):
        raise TypeError("a column would hold values of several kinds")
    return dtype


def result_schema(schema: Schema, method: str, options: Mapping[str, Any], alone: bool) -> Schema:
    """The schema of what a method of pandas gives for rows of `schema`.

    Raises
    ------
    TypeError, ValueError
        pandas refuses the method for these dtypes, or these arguments.
    """
    if method == "describe" and not alone:
        return _described(schema, options)
    return _found_schema(schema, method, options, alone)


def _described(schema: Schema, options: Mapping[str, Any]) -> Schema:
    """The schema of `describe`, for which pandas needs milliseconds a column: it is asked about each dtype once.

    What it makes of a column depends on its dtype, and on which dtypes there are beside it.
    """
    first: dict[DType, Hashable] = {}
    for field in schema:
        first.setdefault(field.dtype, field.name)
    kinds = Schema(tuple(Field(name, dtype) for dtype, name in first.items()), (), schema.labels)
    found = _found_schema(kinds, "describe", options, alone=False)
    made = {dtype: found[name] for dtype, name in first.items() if name in found}
    fields = tuple(Field(field.name, made[field.dtype]) for field in schema if field.dtype in made)
    labels = labels_of(column_index([field.name for field in fields], schema.labels)) if fields else found.labels
    return Schema(fields, found.index, labels)


def _found_schema(schema: Schema, method: str, options: Mapping[str, Any], alone: bool) -> Schema:
    shapes = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for rows in (_usual, _unusual, _none):
            try:
                columns = [rows(field.dtype) for field in schema]
                shapes.append(applied(columns, schema.names, method, options, alone, schema.labels))
            except ValueError:
                if rows is not _none:
                    raise
    index, usual, labels = shapes[0]
    fields = []
    for position, (name, series) in enumerate(usual):
        dtype = dtype_of(series)
        for _, other, _ in shapes[1:]:
            dtype = either(dtype, dtype_of(other[position][1]))
        fields.append(Field(name, dtype))
    return Schema(tuple(fields), () if isinstance(index, pd.RangeIndex) else levels_of(index), labels)


# Made once for each dtype: pandas makes its columns in half a millisecond, and its methods leave them as they are.
@functools.lru_cache(maxsize=256)
def _usual(dtype: DType) -> pd.Series:
    tiny = probe(dtype)
    return pd.concat([tiny, tiny], ignore_index=True)


@functools.lru_cache(maxsize=256)
def _unusual(dtype: DType) -> pd.Series:
    """Values that ask for other dtypes: three rows, for columns of one frame have one length."""
    tiny = asking(dtype)
    return pd.concat([tiny] * 3, ignore_index=True).iloc[:3]


@functools.lru_cache(maxsize=256)
def _none(dtype: DType) -> pd.Series:
    return probe(dtype).iloc[:0]


def either(dtype: DType, other: DType) -> DType:
    """The dtype of a column that has one of two dtypes, as the data say."""
    plain = dtype.possible[0]
    if MIXED in (dtype, other):
        return MIXED
    if other == dtype or other in dtype.possible:
        return dtype
    return unsettled(plain, other) if dtype.otherwise is None else MIXED
