"""Groups one after another: of more rows than memory holds, of rows sorted by their keys, so that one group is held at a time.

rows -> sorted by the keys, on disk if need be -> partitions, in order -> those groups that are complete, as pandas gives them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from lazyframe import config
from lazyframe.frame import wrap
from lazyframe.frame.answer import Answer
from lazyframe.frame.grouped import Grouped
from lazyframe.optimize import optimize
from lazyframe.physical import exceeds
from lazyframe.plan import Sort
from lazyframe.run import current


def each_group(groups: Answer) -> Iterator[tuple[Any, Any]]:
    """The name and the rows of each group, in pandas' order.

    Parameters
    ----------
    groups : Answer
        As `grouped.groups_of` makes it.
    """
    made, frame = groups._function, groups._arguments[0]
    assert isinstance(made, Grouped)
    plan = frame._result()
    if not dict(made.options)["sort"] or not exceeds(optimize(current(plan)), config.memory_limit()):
        return iter(groups._now())
    by = made.key_columns(plan.schema.names)
    return _complete(made, wrap.frame(Sort(plan, by, (True,) * len(by), "stable")).iter_partitions())


def _complete(made: Grouped, parts: Iterable[pd.DataFrame]) -> Iterator[tuple[Any, Any]]:
    """The groups of rows that are sorted by their keys; the last one of a part may go on in the next."""
    held: list[pd.DataFrame] = []
    for part in parts:
        if not len(part):
            continue
        keys = made.keys_of(pd.concat([held[-1].iloc[-1:], part]) if held else part)
        numbers = keys.groupby(list(keys), sort=False, dropna=False, observed=True).ngroup().to_numpy()
        begins = int(np.argmax(numbers == numbers[-1]))
        if begins or not held:
            before = begins - 1 if held else begins  # the first of the numbers is that of the group that is held
            yield from made(pd.concat([*held, part.iloc[:before]]))
            held, part = [], part.iloc[before:]
        held.append(part)
    if held:
        yield from made(pd.concat(held))
