"""An answer of gathered rows set as a column: ``df["mean"] = df.x.rolling(7).mean()``.

What an answer is like only the data tell, and a frame states the dtypes of its columns. So the same calls of pandas' are made on
the rows of the sample, and what comes out of them is what the column is held to. The frame is then in one place, and in one
partition.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from lazyframe.calls import Delayed
from lazyframe.frame import wrap
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.convert import to_frame
from lazyframe.frame.display import sampled
from lazyframe.frame.made import with_levels
from lazyframe.frame.mapping import WithIndex, made_plan
from lazyframe.functions import found_of
from lazyframe.plan import Plan
from lazyframe.run import Called, Computable, replaced
from lazyframe.schema import Field, Schema, dtype_named


def with_answer(plan: Plan, name: Hashable, answer: Any) -> Plan:
    """The rows of `plan`, gathered, with the column that an answer gives.

    Raises
    ------
    TypeError
        The sample does not tell what the column is like, or no column of a lazy frame is like it.
    """
    try:
        sample = _set(_on_sample(wrap.frame(plan)), name, _on_sample(answer))
        found = found_of(sample[name])
    except TypeError as error:
        raise TypeError(f"{name!r} cannot be set to {answer!r}: it {error}. Go on in pandas, after .compute().") from None
    if found is None:
        raise TypeError(
            f"{name!r} cannot be set to {answer!r}: the sample does not tell its dtype. Go on in pandas, after .compute()."
        )
    old = {field.name: field.dtype for field in plan.schema}
    schema = Schema(tuple(Field(one, dtype) for one, dtype in {**old, name: found}.items()), (), plan.schema.labels)
    index = () if plan.is_counted else plan.schema.index or (Field(None, dtype_named("int64")),)
    kept = WithIndex(_set, str(name), schema.names, tuple(field.name for field in index), False)
    made = Delayed(kept, (wrap.frame(plan), name, answer), label="set")
    first = with_levels(sample, sample.index.names, "set") if index else sample.reset_index(drop=True)
    return made_plan([made], schema, index, "set", first=first)


def _set(frame: pd.DataFrame, name: Hashable, value: Any) -> pd.DataFrame:
    frame = frame.copy()
    frame[name] = value
    return frame


def _on_sample(one: Computable) -> Any:
    """What a lazy value is for the rows of the sample."""
    if isinstance(one, Delayed):
        arguments, keywords = replaced((one._arguments, one._keywords), _on_sample)
        return one._function(*arguments, **keywords)
    if isinstance(one, Called):
        raise TypeError("is not tried on the sample")
    assert isinstance(one, (FrameFace, ColumnFace)) or hasattr(one, "_result")
    plan = one._result()
    rows = sampled(plan)
    if rows is None or not len(rows) or not isinstance(one, (FrameFace, ColumnFace)):
        raise TypeError("is made of rows of which the sample does not tell")
    frame = to_frame(rows, plan)
    return frame.iloc[:, 0] if isinstance(one, ColumnFace) else frame
