"""Lazy frames as narwhals wants them: its names and meanings, on our methods."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Self

import pandas as pd
from narwhals._compliant import CompliantLazyFrame
from narwhals._utils import (
    Implementation,
    _remap_full_join_keys,
    check_column_names_are_unique,
    check_columns_exist,
    not_implemented,
    parse_columns_to_drop,
)
from narwhals.exceptions import DuplicateError

import lazyframe as lf
from lazyframe.frame.base import ColumnFace
from lazyframe.narwhals.dtypes import as_narwhals, as_pandas
from lazyframe.narwhals.values import namespace
from lazyframe.plan import Project, Unit

_TEMPORARY = "__narwhals_{}__"


def _duplicates_by_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """A join whose error about names that stand twice is that of narwhals."""

    @functools.wraps(function)
    def join(*given: Any, **named: Any) -> Any:
        try:
            return function(*given, **named)
        except pd.errors.MergeError as error:
            raise DuplicateError(str(error)) from error

    return join


class Frame(CompliantLazyFrame):
    """A lazy frame, with the version of narwhals' names that is asked for."""

    _implementation = Implementation.UNKNOWN

    def __init__(self, native: lf.DataFrame, *, version: Any) -> None:
        self._native_frame = native
        self._version = version

    @staticmethod
    def _is_native(obj: Any) -> bool:
        return isinstance(obj, lf.DataFrame)

    @classmethod
    def from_native(cls, data: lf.DataFrame, /, *, context: Any) -> Self:
        """The frame, in the version of `context`."""
        _check_names(data)
        return cls(data, version=context._version)

    def to_narwhals(self) -> Any:
        """What users of narwhals hold."""
        return self._version.lazyframe(self, level="lazy")

    def __native_namespace__(self) -> ModuleType:
        return lf

    def __narwhals_namespace__(self) -> Any:
        return namespace(self._version)

    def __narwhals_lazyframe__(self) -> Self:
        return self

    def _with_version(self, version: Any) -> Self:
        return type(self)(self.native, version=version)

    def _with_native(self, native: Any) -> Self:
        return type(self)(native, version=self._version)

    def _check_columns_exist(self, subset: Sequence[str]) -> Any:
        return check_columns_exist(subset, available=self.columns)

    def _iter_columns(self) -> Iterator[Any]:
        for name in self.columns:
            yield self.native[name]

    def evaluated(self, exprs: Iterable[Any]) -> dict[str, Any]:
        """The columns and single values that expressions make of the frame, by their names."""
        pairs = [pair for expr in exprs for pair in zip(expr._evaluate_aliases(self), expr(self), strict=True)]
        check_column_names_are_unique([name for name, _ in pairs])
        return dict(pairs)

    def _beside(self, exprs: Iterable[Any]) -> tuple[Any, dict[str, str]]:
        """The frame with what expressions make of it beside its columns, under other names; and the names that it is to have."""
        made = self.evaluated(exprs)
        temporary = {_TEMPORARY.format(place): value for place, value in enumerate(made.values())}
        return self.native.assign(**temporary), dict(zip(temporary, made, strict=True))

    def _ordered(self, order_by: Sequence[str] | None) -> Any:
        """The rows in an order, missing keys first; as they are where none is given."""
        return self.native.sort_values(list(order_by), na_position="first", kind="stable") if order_by else self.native

    def _evaluate_single_output_expr(self, expr: Any) -> Any:
        (one,) = expr(self)
        return one

    # ---- what it is

    @property
    def columns(self) -> list[str]:
        """The names."""
        return list(self.native.columns)

    @property
    def schema(self) -> dict[str, Any]:
        """narwhals' dtypes by name, as they are before any file but the sample is read."""
        return {name: as_narwhals(dtype, self._version) for name, dtype in self.native.dtypes.items()}

    def collect_schema(self) -> dict[str, Any]:
        """The same."""
        return self.schema

    def collect(self, backend: Any, **kwargs: Any) -> Any:
        """The rows, read: a frame of pandas, or of the `backend`; `kwargs` are those of ``compute``."""
        rows = self.native.compute(**kwargs)
        if backend is None or backend is Implementation.PANDAS:
            from narwhals._pandas_like.dataframe import PandasLikeDataFrame

            return PandasLikeDataFrame(
                rows,
                implementation=Implementation.PANDAS,
                validate_backend_version=True,
                version=self._version,
                validate_column_names=True,
            )
        import pyarrow as pa

        table = pa.Table.from_pandas(rows, preserve_index=False)
        if backend is Implementation.PYARROW:
            from narwhals._arrow.dataframe import ArrowDataFrame

            return ArrowDataFrame(table, validate_backend_version=True, version=self._version, validate_column_names=True)
        if backend is Implementation.POLARS:
            import polars as pl
            from narwhals._polars.dataframe import PolarsDataFrame

            return PolarsDataFrame(pl.from_arrow(table), validate_backend_version=True, version=self._version)
        raise ValueError(f"collect: backend={backend!r} is not offered for lazyframe. It can be 'pandas', 'pyarrow', 'polars'.")

    def sink_parquet(self, file: Any) -> None:
        """Write the rows, in bounded memory."""
        self.native.to_parquet(file)

    # ---- columns

    def simple_select(self, *column_names: str) -> Self:
        """Some columns by name."""
        return self._with_native(self.native[list(column_names)])

    def select(self, *exprs: Any) -> Self:
        """What expressions make, of which one at least is a column."""
        wide, made = self._beside(exprs)
        return self._with_native(wide[list(made)].rename(columns=made))

    def aggregate(self, *exprs: Any) -> Self:
        """One row of single values."""
        made = self.evaluated(exprs)
        return self._with_native(lf.DataFrame(Project(Unit(), tuple((name, value._expr) for name, value in made.items()))))

    def with_columns(self, *exprs: Any) -> Self:
        """Columns added or replaced, all of them made of the frame as it is."""
        wide, made = self._beside(exprs)
        places = {name: temporary for temporary, name in made.items()}
        names = dict.fromkeys([*self.columns, *places])
        return self._with_native(wide[[places.get(name, name) for name in names]].rename(columns=made))

    def drop(self, columns: Sequence[str], *, strict: bool) -> Self:
        """The frame without some columns."""
        return self._with_native(self.native.drop(columns=parse_columns_to_drop(self, columns, strict=strict)))

    def rename(self, mapping: Mapping[str, str]) -> Self:
        """Columns under other names."""
        check_column_names_are_unique([mapping.get(name, name) for name in self.columns])
        return self._with_native(self.native.rename(columns=dict(mapping)))

    def cast(self, dtypes: Mapping[str, Any]) -> Self:
        """Columns as other dtypes."""
        return self._with_native(self.native.astype({name: as_pandas(dtype, self._version) for name, dtype in dtypes.items()}))

    def with_row_index(self, name: str, order_by: Sequence[str] | None) -> Self:
        """The numbers of the rows, first; of the rows in an order, which they then have, where one is given."""
        numbered = self._ordered(order_by).reset_index(drop=True).reset_index()
        return self._with_native(numbered.rename(columns={numbered.columns[0]: name}))

    def unpivot(self, on: Any, index: Any, variable_name: str, value_name: str) -> Self:
        """Columns below one another."""
        return self._with_native(self.native.melt(id_vars=index, value_vars=on, var_name=variable_name, value_name=value_name))

    # ---- rows

    def filter(self, predicate: Any) -> Self:
        """The rows where a mask is true."""
        (mask,) = predicate(self)
        if not isinstance(mask, ColumnFace):
            name = _TEMPORARY.format("mask")
            wide = self.native.assign(**{name: mask})
            return self._with_native(wide[wide[name]].drop(columns=name))
        return self._with_native(self.native[mask])

    def head(self, n: int) -> Self:
        """The first rows."""
        return self._with_native(self.native.head(n))

    def tail(self, n: int) -> Self:
        """The last rows."""
        return self._with_native(self.native.tail(n))

    def drop_nulls(self, subset: Sequence[str] | None) -> Self:
        """The rows without missing values."""
        return self._with_native(self.native.dropna(subset=None if subset is None else list(subset)))

    def sort(self, *by: str, descending: bool | Sequence[bool], nulls_last: bool) -> Self:
        """The rows in order; those of one value stay as they were."""
        ascending: Any = not descending if isinstance(descending, bool) else [not one for one in descending]
        position = "last" if nulls_last else "first"
        rows = self.native.sort_values(list(by), ascending=ascending, na_position=position, kind="stable")
        return self._with_native(rows)

    def top_k(self, k: int, *, by: Iterable[str], reverse: bool | Sequence[bool]) -> Self:
        """The largest rows; the smallest where `reverse`."""
        keys = list(by)
        ascending = [reverse] * len(keys) if isinstance(reverse, bool) else list(reverse)
        return self._with_native(self.native.sort_values(keys, ascending=ascending, na_position="last", kind="stable").head(k))

    def unique(self, subset: Sequence[str] | None, *, keep: str, order_by: Sequence[str] | None) -> Self:
        """Each row once, or each of some columns."""
        if subset and (error := self._check_columns_exist(subset)):
            raise error
        which: Any = {"any": "first", "none": False}.get(keep, keep)
        return self._with_native(self._ordered(order_by).drop_duplicates(None if subset is None else list(subset), keep=which))

    def gather_every(self, n: int, offset: int) -> Self:
        """Each n-th row."""
        number = _TEMPORARY.format("row")
        rows = self.with_row_index(number, None).native
        chosen = rows[(rows[number] >= offset) & ((rows[number] - offset) % n == 0)]
        return self._with_native(chosen.drop(columns=number))

    # ---- several frames

    def group_by(self, keys: Any, *, drop_null_keys: bool) -> Any:
        """Groups, to be aggregated."""
        from lazyframe.narwhals.groups import GroupBy

        return GroupBy(self, keys, drop_null_keys=drop_null_keys)

    @_duplicates_by_name
    def join(self, other: Self, *, how: str, left_on: Any, right_on: Any, suffix: str) -> Self:
        """A join; missing keys meet nothing, which in pandas they do."""
        left, right = self.native, other.native
        if how == "cross":
            return self._with_native(left.merge(right, how="cross", suffixes=("", suffix)))
        ours, theirs = list(left_on), list(right_on)
        if how in ("semi", "anti"):
            keys = right[theirs].dropna().drop_duplicates().rename(columns=dict(zip(theirs, ours, strict=True)))
            which = _TEMPORARY.format("merge")
            met = left.merge(keys, how="left", on=ours, indicator=which)
            wanted = "both" if how == "semi" else "left_only"
            return self._with_native(met[met[which].astype("str") == wanted].drop(columns=which))
        if how == "inner":
            joined = left.dropna(subset=ours).merge(right, left_on=ours, right_on=theirs, suffixes=("", suffix))
        elif how == "left":
            joined = left.merge(right.dropna(subset=theirs), how="left", left_on=ours, right_on=theirs, suffixes=("", suffix))
        else:
            return self._with_native(_joined_fully(left, right, ours, theirs, suffix))
        gone = [f"{key}{suffix}" if key in left.columns else key for one, key in zip(ours, theirs, strict=True) if one != key]
        return self._with_native(joined.drop(columns=gone) if how == "left" else joined)

    explode = not_implemented()
    join_asof = not_implemented()


def _check_names(native: lf.DataFrame) -> None:
    names = list(native.columns)
    if not all(isinstance(name, str) for name in names):
        odd = next(name for name in names if not isinstance(name, str))
        raise TypeError(
            f"narwhals takes frames whose columns have texts for names, and one is called {odd!r}. "
            "Write df.rename(columns=str) first."
        )
    check_column_names_are_unique(names)


def _joined_fully(left: Any, right: Any, ours: list[str], theirs: list[str], suffix: str) -> Any:
    """All rows of both, with the keys of both; a mark beside the keys keeps rows with missing ones from meeting."""
    names = _remap_full_join_keys(ours, theirs, suffix)
    check_column_names_are_unique([names.get(name, name) for name in right.columns])
    right, theirs = right.rename(columns=names), list(names.values())
    mark = _TEMPORARY.format("mark")
    marked = [
        side.assign(**{mark: functools.reduce(operator.or_, (side[key].isna() for key in keys)).astype("int64") * number})
        for number, (side, keys) in enumerate(((left, ours), (right, theirs)), 1)
    ]
    keys = {"left_on": [*ours, mark], "right_on": [*theirs, mark]}
    return marked[0].merge(marked[1], how="outer", **keys, suffixes=("", suffix)).drop(columns=mark)
