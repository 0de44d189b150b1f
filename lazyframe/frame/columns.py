"""The columns of a frame by their names: taken, set, called otherwise, left out."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Self, overload

import numpy as np
import pandas as pd

from lazyframe.expr import Column, Expr
from lazyframe.frame import levels
from lazyframe.frame.accessors import is_mask, sliced
from lazyframe.frame.align import filtered
from lazyframe.frame.answer import Answer
from lazyframe.frame.assigned import UnknownColumnError, assigned, with_labels
from lazyframe.frame.base import ColumnFace, FrameFace, Lazy, resolved
from lazyframe.frame.elsewhere import not_offered
from lazyframe.frame.series import Series
from lazyframe.frame.setting import insert, set_rows, set_several, warn_of_a_chain
from lazyframe.frame.signature import NotOfferedError
from lazyframe.plan import Plan, Project, project
from lazyframe.run import Called
from lazyframe.schema import PLAIN_LABELS, Labels, column_index, column_not_found, counted, kind_of, labels_of


class FrameColumns(FrameFace):
    """The columns of a frame, each under its name."""

    @property
    def columns(self) -> pd.Index:
        """The names of the columns."""
        schema = self._plan.schema
        names: pd.Index = column_index(schema.names, schema.labels)
        return names

    def keys(self) -> pd.Index:
        """The names of the columns."""
        return self.columns

    def items(self) -> Iterator[tuple[Hashable, Series]]:
        """Each column's name and the column."""
        return ((name, self._column(name)) for name in self._plan.schema.names)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._plan.schema.names)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, Hashable) and bool(levels.under(self._plan.schema, name))

    def _ipython_key_completions_(self) -> list[Hashable]:
        """What a notebook proposes after ``df["``."""
        return list(self._plan.schema.names)

    def __dir__(self) -> Iterable[str]:
        names = [name for name in self._plan.schema.names if isinstance(name, str) and name.isidentifier()]
        return [*super().__dir__(), *names]

    # ---- columns by their names

    def _column(self, name: Hashable) -> Series:
        _ = self._plan.schema[name]
        return Series(self._plan, Column(name), name)

    def _under(self, key: Hashable) -> Any:
        """A column by its name; by the beginning of one the columns under it, without that level."""
        names = levels.under(self._plan.schema, key)
        if not names or names == (key,):
            return self._column(key)
        if len(names) == 1 and levels.are_empty(key, names[0]):
            return Series(self._plan, Column(names[0]), key)
        return self._over(levels.below(self._plan, key, names))

    def _columns(self) -> tuple[tuple[Hashable, Expr], ...]:
        return tuple((name, Column(name)) for name in self._plan.schema.names)

    @overload  # a frame has no hash, which its operators say and not this class
    def __getitem__(self, key: Series | Self | list[Any] | pd.Index) -> Self: ...  # type: ignore[overload-overlap]

    @overload
    def __getitem__(self, key: Callable[[Self], Any]) -> Any: ...

    @overload
    def __getitem__(self, key: Hashable) -> Series: ...

    def __getitem__(self, key: Any) -> Any:
        """A column by name, a frame of a list of columns, or the rows where a boolean column is true.

        A function is given the frame, and returns one of these.
        """
        key = resolved(key, self)
        if isinstance(key, Series):
            plan = filtered(self._plan, self._columns(), key._plan, key._expr)
            if plan is not None:
                return self._over(plan)
        if isinstance(key, (Called, FrameFace, Series)) or is_mask(key):  # only the data tell which rows these are
            return Answer(operator.getitem, (self, key), label="getitem")
        if isinstance(key, slice):
            return sliced(self, key)
        if isinstance(key, (list, pd.Index, pd.Series, np.ndarray)) and getattr(key, "ndim", 1) == 1:
            names = levels.expanded(self._plan.schema, list(key))
            if len(set(names)) < len(names):  # which no lazy frame is
                return Answer(operator.getitem, (self, list(key)), label="getitem")
            return self._over(Project(self._plan, tuple((name, Column(name)) for name in names)))
        if isinstance(key, tuple) and any(part is ... or isinstance(part, (slice, np.ndarray)) for part in key):
            raise TypeError(
                "a lazy frame has no rows by position, which numpy's index and scikit-learn's functions such as train_test_split "
                "ask for: compute what fits in memory first, train_test_split(df[['x', 'y']].compute())."
            )
        if not isinstance(key, Hashable):
            raise TypeError(f"a lazy frame is indexed with names of columns and masks of its columns, not {kind_of(key)}")
        return self._under(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """A column, or a frame of a list of columns; `default` where there is none of that name."""
        names = key if isinstance(key, list) else [key]
        return self[key] if all(name in self for name in names) else default

    def __getattr__(self, name: str) -> Series:
        if name.startswith("__") or name == "_plan":
            raise AttributeError(name)
        if (found := self._gathered(name)) is not None:
            return found  # type: ignore[no-any-return]
        if name in self:
            return self._under(name)  # type: ignore[no-any-return]
        if name.startswith("_"):  # notebooks ask for many of these, and to look for near names among 10,000 takes a while
            raise AttributeError(f"no column {name!r}", obj=None)
        methods = [one for one in dir(type(self)) if not one.startswith("_")]
        raise not_offered(pd.DataFrame, name) or column_not_found(name, self._plan.schema.names, methods)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "columns":
            labels = labels_of(value) if isinstance(value, pd.Index) else PLAIN_LABELS
            object.__setattr__(self, "_plan", self._renamed(list(value), labels)._plan)
            return
        if name == "index":
            object.__setattr__(self, "_plan", with_labels(self._plan, value))
            return
        if name not in self:
            raise AttributeError(f"no column {name!r}; a new column is made with df[{name!r}] = ...")
        if sys.getrefcount(self) <= _REFERENCES and not _is_local(self):
            warn_of_a_chain(name)
        self[name] = value

    # ---- columns set

    def __setitem__(self, name: Hashable, value: Any) -> None:
        if sys.getrefcount(self) <= _REFERENCES and not _is_local(self):
            warn_of_a_chain(name)
        if isinstance(name, (list, pd.Index)):
            set_several(self, list(name), value)
            return
        if isinstance(name, ColumnFace):
            set_rows(self, name, list(self._plan.schema.names), value)
            return
        if isinstance(name, FrameFace):
            frame: Any = self
            self._put("mask", frame.mask(name, value))
            return
        if isinstance(name, Lazy):
            raise TypeError("an answer is no name of a column: some rows are set with df.loc[mask, 'x'] = value.")
        object.__setattr__(self, "_plan", self._assigned({name: value}))

    def __delitem__(self, name: Hashable) -> None:
        object.__setattr__(self, "_plan", self._without([name])._plan)

    def _put(self, method: str, made: Any) -> Self | None:
        """Stand for what a method gives, ``inplace=True``; returns what pandas returns then."""
        if not isinstance(made, FrameFace):
            raise NotOfferedError(
                f"DataFrame.{method}(inplace=True) is not offered for what only gathered rows tell, which is an answer and no "
                f"frame. Keep the result instead: df = df.{method}(...)."
            )
        object.__setattr__(self, "_plan", made._plan)
        return self if method in _RETURN_IT else None

    def insert(self, loc: int, column: Hashable, value: Any) -> None:
        """Set a new column, at a place among the others."""
        insert(self, loc, column, value)

    def pop(self, item: Hashable) -> Series:
        """A column, which the frame then no longer has."""
        column: Series = self[item]
        del self[item]
        return column

    def assign(self, **columns: Any) -> Self:
        """The frame with these columns added or replaced; an `Answer` where one of them is no column of a lazy frame (lists).

        Parameters
        ----------
        **columns
            Columns of this frame's rows, lazy scalars, plain values, or functions of the frame so far that give one.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.assign(Km=df.Distance * 1.609)[["Distance", "Km"]].head(1).compute(scheduler="sync")
           Distance      Km
        0      1400  2252.6
        """
        try:
            return self._over(self._assigned(columns))
        except UnknownColumnError:
            return Answer(pd.DataFrame.assign, (self,), columns, label="assign")  # type: ignore[return-value]

    def _assigned(self, columns: Mapping[Any, Any]) -> Plan:
        return assigned(self._plan, columns)

    # ---- other names, and fewer columns

    def rename(self, mapper: Any = None, *, columns: Any = None, axis: Any = None) -> Self:
        """The frame with columns renamed, by a mapping or a function of the old name.

        Given as `columns`, or as `mapper` with ``axis="columns"``.
        """
        if columns is None:
            columns = levels.for_columns("rename", mapper, axis, self._plan.schema.names)
        rename = columns if callable(columns) else lambda name: columns.get(name, name)
        return self._renamed(levels.renamed(self._plan.schema, rename))

    def _renamed(self, names: list[Hashable], labels: Labels | None = None) -> Self:
        old = self._plan.schema.names
        if len(names) != len(old):
            raise ValueError(f"Length mismatch: {counted(len(old), 'column')} in the frame, {counted(len(names), 'name')} given")
        columns = tuple((new, Column(name)) for new, name in zip(names, old, strict=True))
        return self._over(Project(self._plan, columns) if labels is None else project(self._plan, columns, labels))

    def add_prefix(self, prefix: str) -> Self:
        """The frame with `prefix` before the name of each column."""
        return self.rename(columns=lambda name: f"{prefix}{name}")

    def add_suffix(self, suffix: str) -> Self:
        """The frame with `suffix` after the name of each column."""
        return self.rename(columns=lambda name: f"{name}{suffix}")

    def drop(self, labels: Any = None, *, axis: Any = 0, columns: Any = None, errors: str = "raise") -> Self:
        """The frame without these columns, given as `columns`, or as `labels` with ``axis="columns"``.

        With ``errors="ignore"`` those that do not exist are passed over.
        """
        if columns is None:
            columns = levels.for_columns("drop", labels, axis, self._plan.schema.names)
        alone = isinstance(columns, (str, tuple)) or not hasattr(columns, "__iter__")
        gone = [columns] if alone else list(columns)
        if errors == "ignore":
            gone = [name for name in gone if name in self]
        return self._without(gone)

    def _without(self, gone: list[Hashable]) -> Self:
        names = set(levels.expanded(self._plan.schema, gone))
        return self[[name for name in self._plan.schema.names if name not in names]]


_RETURN_IT = frozenset({"fillna", "replace", "where", "mask", "clip", "ffill", "bfill", "interpolate"})
"""The methods that return the frame itself, and not None, where they change it in place."""

_REFERENCES = 2 if sys.version_info >= (3, 14) else 3
"""So many has a frame in its own ``__setitem__`` that nothing else refers to; as pandas counts them."""


def _is_local(frame: FrameFace) -> bool:
    """Whether a variable of the user's function is the frame: then it is none that is lost."""
    return any(value is frame for value in sys._getframe(2).f_locals.values())
