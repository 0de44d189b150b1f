"""Columns whose names have several levels: names are tuples, and what a user writes may be the beginning of one.

As in pandas: ``df["g"]`` is all columns under ``g``, without that level; a list keeps it; a new column called ``z`` is
``("z", "")``; `rename` sees each part of a name by itself.

See docs/decisions/0008-names-of-several-levels.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.expr import Column
from lazyframe.frame.signature import NotOfferedError
from lazyframe.plan import Plan, project
from lazyframe.schema import Labels, Schema, column_not_found, level_count, padded


def settable(schema: Schema, name: Hashable) -> Hashable:
    """The name of the column that is set: one that there is, or a new one.

    Raises
    ------
    TypeError
        It is the beginning of the names of others.
    """
    found = under(schema, name)
    if len(found) == 1 and (found[0] == name or are_empty(name, found[0])):
        return found[0]
    if found:
        raise TypeError(f"{name!r} is {len(found)} columns, and one is set at a time: df[{found[0]!r}] = ...")
    return padded(schema, name)


def under(schema: Schema, key: Hashable) -> tuple[Hashable, ...]:
    """The columns that a name, or the beginning of one, stands for; none where there are none."""
    if key in schema:
        return (key,)
    levels = level_count(schema)
    parts = key if isinstance(key, tuple) else (key,)
    if levels == 1 or len(parts) >= levels:
        return ()
    return tuple(name for name in schema.names if isinstance(name, tuple) and name[: len(parts)] == parts)


def expanded(schema: Schema, keys: Iterable[Hashable]) -> list[Hashable]:
    """The columns that these stand for.

    Raises
    ------
    ColumnNotFoundError
        One of them stands for none.
    """
    found: list[Hashable] = []
    for key in keys:
        names = under(schema, key)
        if not names:
            raise column_not_found(key, schema.names)
        found.extend(names)
    return found


def below(plan: Plan, key: Hashable, names: tuple[Hashable, ...]) -> Plan:
    """The columns under the beginning of a name, called by what follows it."""
    gone = len(key) if isinstance(key, tuple) else 1
    rests = [name[gone:] for name in names if isinstance(name, tuple)]
    new = [rest[0] if len(rest) == 1 else rest for rest in rests]
    kept = plan.schema.labels.names[gone:]
    labels = Labels(() if len(kept) == 1 and kept[0] is None else kept)
    return project(plan, tuple((name, Column(old)) for name, old in zip(new, names, strict=True)), labels)


def are_empty(key: Hashable, name: Hashable) -> bool:
    """Whether what follows the beginning of a name is empty: then the column itself is meant."""
    gone = len(key) if isinstance(key, tuple) else 1
    return isinstance(name, tuple) and not any(name[gone:])


def renamed(schema: Schema, rename: Callable[[Hashable], Hashable]) -> list[Hashable]:
    """The names that a function gives, which sees each level by itself."""
    if level_count(schema) == 1:
        return [rename(name) for name in schema.names]
    return [tuple(map(rename, name)) if isinstance(name, tuple) else rename(name) for name in schema.names]


def for_columns(method: str, given: Any, axis: Any, names: Sequence[Hashable]) -> Any:
    """What stands where pandas takes labels of the index first, when it is meant for columns."""
    if given is None:
        raise TypeError(f"DataFrame.{method} takes columns=")
    if axis in (1, "columns"):
        return given
    labels = list(given) if isinstance(given, (list, Mapping, pd.Index)) else [given]
    mistaken = bool(labels) and all(isinstance(label, Hashable) and label in names for label in labels)
    error = TypeError if mistaken else NotOfferedError  # such labels pandas looks for among those of the rows
    raise error(f"DataFrame.{method} takes labels of the index there; for columns write df.{method}(columns=...)")
