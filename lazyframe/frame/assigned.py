"""An answer of gathered rows set as a column: ``df["mean"] = df.x.rolling(7).mean()``.

What an answer is like only the data tell, and a frame states the dtypes of its columns. So the same calls of pandas' are made on
the rows of the sample, and what comes out of them is what the column is held to. The frame is then in one place, and in one
partition.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.calls import Delayed
from lazyframe.documented import Documented
from lazyframe.frame import wrap
from lazyframe.frame.made import made_plan, with_levels
from lazyframe.frame.mapping import WithIndex
from lazyframe.frame.samples import sample_of, without_filters
from lazyframe.functions import found_of
from lazyframe.plan import Plan
from lazyframe.run import Computable, Planned, replaced
from lazyframe.schema import MIXED, OPEN, DType, Field, Schema, category, dtype_named, dtype_of

LISTS = (list, tuple, range, np.ndarray, pd.Index, pd.api.extensions.ExtensionArray)
"""What is a column by where its values stand; it has as many as there are rows."""


class UnknownColumnError(Documented, TypeError):
    """What a column that is set will be like is not known, or no column of a lazy frame is like it."""


def with_answer(plan: Plan, name: Hashable, answer: Any) -> Plan:
    """The rows of `plan`, gathered, with the column that an answer gives, or the values of a list.

    Raises
    ------
    UnknownColumnError
        The sample does not tell what the column is like, or no column of a lazy frame is like it.
    """
    sample, found = _tried(plan, name, answer)
    if found.kind == "C":  # those of all rows
        found = category(OPEN, ordered=found.pandas.ordered)
    old = {field.name: field.dtype for field in plan.schema}
    schema = Schema(tuple(Field(one, dtype) for one, dtype in {**old, name: found}.items()), (), plan.schema.labels)
    index = () if plan.is_counted else plan.schema.index or (Field(None, dtype_named("int64")),)
    kept = WithIndex(_set, str(name), schema.names, tuple(field.name for field in index), False)
    made = Delayed(kept, (wrap.frame(plan), name, answer), label="set")
    first = with_levels(sample, sample.index.names, "set") if index else sample.reset_index(drop=True)
    return made_plan([made], schema, index, "set", first=first)


def _tried(plan: Plan, name: Hashable, answer: Any) -> tuple[pd.DataFrame, DType]:
    """What the rows of the sample become, and the dtype of the column; where no row is left, filters leave out none."""
    problem = "the sample does not tell its dtype"
    for change in (_as_it_is, without_filters):
        try:
            sample = _on_sample(wrap.frame(plan), change)
            if isinstance(answer, LISTS):
                return _listed(sample, name, answer)
            sample = _set(sample, name, _on_sample(answer, change))
            found = found_of(sample[name])
            if found is not None:
                return sample, found
        except TypeError as error:
            problem = f"it {error}"
            break
    raise UnknownColumnError(
        f"{name!r} cannot be set to {answer!r}: {problem}. Write df = df.assign(**{{{name!r}: ...}}), which is an answer, "
        "for which all rows are gathered; or go on in pandas, after .compute()."
    )


def _listed(sample: pd.DataFrame, name: Hashable, values: Any) -> tuple[pd.DataFrame, DType]:
    """The rows of the sample with the first of the values, and their dtype."""
    column = pd.Series(values)
    found = dtype_of(column)
    if found == MIXED:
        raise TypeError("holds values of several kinds, or lists")
    if len(column) < len(sample):
        raise ValueError(
            f"Length of values ({len(column)}) does not match length of index: there are {len(sample)} rows, or more."
        )
    return _set(sample, name, column.iloc[: len(sample)].array), found


def _as_it_is(plan: Plan) -> Plan:
    return plan


def _set(frame: pd.DataFrame, name: Hashable, value: Any) -> pd.DataFrame:
    frame = frame.copy()
    frame[name] = value
    return frame


def _on_sample(one: Computable, change: Callable[[Plan], Plan]) -> Any:
    """What a lazy value is for the rows of the sample."""
    if isinstance(one, Delayed):
        arguments, keywords = replaced((one._arguments, one._keywords), lambda given: _on_sample(given, change))
        return one._function(*arguments, **keywords)
    if not isinstance(one, Planned):
        raise TypeError("is not tried on the sample")
    plan = change(one._result())
    return one._finish(sample_of(plan), plan)
