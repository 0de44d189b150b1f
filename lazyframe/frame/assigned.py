"""Columns set in the rows of a plan: ``df["z"] = ...``, ``df.assign(...)``.

A column of the same rows is written over the plan that both are projections of. What else pandas takes is matched by the labels
of the rows, for which these are gathered: answers, ``df["mean"] = df.x.rolling(7).mean()``, and columns of other rows. The frame
is then in one place, and in one partition. What an answer is like only the data tell, and a frame states the dtypes of its
columns. So the same calls of pandas' are made on the rows of the sample, and the column is held to what comes out of them.

See docs/decisions/0091-other-rows-are-matched-by-labels.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.calls import Delayed
from lazyframe.documented import Documented
from lazyframe.expr import Column, Expr
from lazyframe.frame import levels, wrap
from lazyframe.frame.align import over, rows_of, same_rows
from lazyframe.frame.base import ColumnFace, FrameFace, ValueFace, literal, resolved
from lazyframe.frame.convert import to_frame
from lazyframe.frame.made import MadeSource, made_plan, with_levels
from lazyframe.frame.mapping import WithIndex, beside
from lazyframe.frame.samples import sample_of, without_filters
from lazyframe.frozen import frozen
from lazyframe.functions import found_of
from lazyframe.plan import Plan, Scan, SetIndex, project
from lazyframe.run import Called, Computable, Planned, replaced
from lazyframe.schema import (
    MIXED,
    OPEN,
    DType,
    Field,
    Schema,
    asking,
    category,
    dtype_named,
    dtype_of,
    labels_over,
    probe,
    unsettled,
)

LISTS = (list, tuple, range, np.ndarray, pd.Index, pd.api.extensions.ExtensionArray)
"""What is a column by where its values stand; it has as many as there are rows."""


class UnknownColumnError(Documented, TypeError):
    """What a column that is set will be like is not known, or no column of a lazy frame is like it."""


def assigned(plan: Plan, columns: Mapping[Any, Any]) -> Plan:
    """The rows of `plan` with these columns set, one after the other; a function is given the frame so far.

    Raises
    ------
    UnknownColumnError
        The sample does not tell what a column is like, or no column of a lazy frame is like it.
    """
    made = _Columns(plan)
    for name, value in columns.items():
        made.set(name, resolved(value, wrap.frame(made.plan())) if callable(value) else value)
    return made.plan()


class _Columns:
    """The columns of a frame while some are set: expressions over a plan, of which one is made when it is asked for.

    So to set a column takes no longer the more there are.
    """

    def __init__(self, plan: Plan) -> None:
        self._start(plan)

    def _start(self, plan: Plan) -> None:
        self._frame = self._base = plan
        self._made: dict[Hashable, Expr] | None = None  # None: those of the plan

    def plan(self) -> Plan:
        """The plan of the columns so far."""
        if self._made is not None:
            labels = labels_over(self._frame.schema, list(self._made))
            self._start(project(self._base, tuple(self._made.items()), labels))
        return self._frame

    def set(self, name: Hashable, value: Any) -> None:
        """Set one of them."""
        if isinstance(value, (FrameFace, pd.DataFrame)):
            value = _only_column(name, value)
        expr = None
        if isinstance(value, ColumnFace):
            expr = self._expr(value)
        elif isinstance(value, ValueFace):
            expr = value._expr
        elif not isinstance(value, (Called, pd.Series, *LISTS)):
            expr = literal(value)
        if expr is None:
            plan = self.plan()
            self._start(with_answer(plan, levels.settable(plan.schema, name), value))
            return
        made = self._columns()
        made[name if name in made else levels.settable(self._frame.schema, name)] = expr

    def _columns(self) -> dict[Hashable, Expr]:
        if self._made is None:
            self._made = {name: Column(name) for name in self._frame.schema.names}
        return self._made

    def _expr(self, value: ColumnFace) -> Expr | None:
        """A column written over the rows of these; None where it has other rows."""
        common = same_rows([self._base, value._plan])
        if common is None:
            found = beside(self.plan(), value)
            if found is None:
                return None
            (self._base, expr), self._made = found, self._columns()
            return expr
        if common != self._base:
            self._made = {name: over(common, self._base, expr) for name, expr in self._columns().items()}
            self._base = common
        return over(common, value._plan, value._expr)


def _only_column(name: Hashable, value: Any) -> Any:
    """The one column of a frame that a column is set to."""
    names = value._plan.schema.names if isinstance(value, FrameFace) else list(value.columns)
    if len(names) != 1:
        raise ValueError(f"Cannot set a DataFrame with {'multiple' if names else 'no'} columns to the single column {name}")
    return wrap.only_column(value._plan) if isinstance(value, FrameFace) else value.iloc[:, 0]


@frozen
class SetIn:
    """What a source says whose rows are those of a plan, one for one: a column was set in them."""

    plan: Plan


def with_answer(plan: Plan, name: Hashable, answer: Any) -> Plan:
    """The rows of `plan`, gathered, with a column that an answer gives, one of other rows, or the values of a list.

    Raises
    ------
    UnknownColumnError
        The sample does not tell what the column is like, or no column of a lazy frame is like it.
    """
    sample, found = _tried(plan, name, answer)
    if found.kind == "C":  # those of all rows
        found = category(OPEN, ordered=found.pandas.ordered)
    old = {field.name: field.dtype for field in plan.schema}
    return _changed(plan, {**old, name: found}, sample, _set, name, answer)


def with_labels(plan: Plan, labels: Any) -> Plan:
    """The rows of `plan` under other labels: ``df.index = labels``, by where these stand.

    A column of the same rows streams; for what else there is the rows are gathered.

    Raises
    ------
    UnknownColumnError
        The sample does not tell what the labels are like, or no index of a lazy frame is like them.
    """
    frame = wrap.frame(plan)
    if isinstance(labels, ColumnFace) and same_rows([plan, labels._plan]) is not None:
        return frame.set_index(labels)._plan  # type: ignore[no-any-return]
    if isinstance(labels, (Called, ColumnFace)):
        title = _name_of(labels)
        made = with_answer(plan, _LABELS, Delayed(_as_they_stand, (labels,), label="index"))
    else:
        labels = labels if isinstance(labels, pd.Index) else pd.Index(labels)
        if labels.nlevels > 1:
            raise TypeError(
                "df.index = ... with several levels is not offered: set them as columns, and write df.set_index([...])."
            )
        title, made = labels.name, with_answer(plan, _LABELS, labels)
    return SetIndex(made, (_LABELS,), True, (title,))


_LABELS = "\1labels"


def _as_they_stand(labels: Any) -> Any:
    return pd.Index(labels)


def _name_of(labels: Any) -> Hashable:
    """What an index is called that is still to be computed, as the sample has it."""
    try:
        name: Hashable = getattr(_on_sample(labels, _as_it_is), "name", None)
    except TypeError as error:
        raise UnknownColumnError(
            f"the index cannot be set to {labels!r}: it {error}. Write df = df.set_axis(labels, axis=0), which is an answer."
        ) from None
    return name


def with_rows(plan: Plan, rows: Any, names: Any, value: Any) -> Plan:
    """The rows of `plan`, gathered, of which some are set: ``df.loc[rows, names] = value`` with labels, or a mask of other rows.

    Raises
    ------
    ColumnNotFoundError
        One of them is no column.
    """
    dtypes = {field.name: field.dtype for field in plan.schema}
    for name in names if isinstance(names, list) else [names]:
        _ = plan.schema[name]
    sample = to_frame(sample_of(plan), plan)
    return _changed(plan, dtypes, sample, _set_rows, rows, names, value)


def _changed(plan: Plan, dtypes: Mapping[Any, DType], sample: pd.DataFrame, function: Any, *given: Any) -> Plan:
    """The rows of `plan`, gathered, as a function changes them; their columns have then these dtypes."""
    schema = Schema(tuple(Field(*one) for one in dtypes.items()), (), plan.schema.labels)
    index = () if plan.is_counted else plan.schema.index or (Field(None, dtype_named("int64")),)
    kept = WithIndex(function, "set", schema.names, tuple(field.name for field in index), False)
    made = Delayed(kept, (wrap.frame(plan), *given), label="set")
    first = with_levels(sample, sample.index.names, "set") if index else sample.reset_index(drop=True)
    return made_plan([made], schema, index, "set", SetIn(plan), first=first)


def _origins(plan: Plan) -> Iterator[Plan]:
    """The plan, and those whose rows are the same, one for one, since columns were set in them."""
    while True:
        yield plan
        rows = rows_of(plan)
        scan = rows.child if isinstance(rows, SetIndex) else rows
        if not (isinstance(scan, Scan) and isinstance(scan.source, MadeSource) and isinstance(scan.source.origin, SetIn)):
            return
        plan = scan.source.origin.plan


def _matched(plan: Plan, value: Any) -> DType:
    """The dtype of a column of other rows when it is matched by the labels of these, some of which it may lack."""
    if isinstance(value, pd.Series):
        found = dtype_of(value)
    else:
        found = value._dtype
        if any(same_rows([one, other]) is not None for one in _origins(plan) for other in _origins(value._plan)):
            return found  # type: ignore[no-any-return]
    if found.kind == "C":
        return found
    plain, *_ = found.possible
    lacking = (dtype_of(asking(found).reindex([0, -1])), dtype_of(probe(plain).reindex([-1])))
    others = [one for one in dict.fromkeys((*found.possible, *lacking)) if one != plain]
    if len(others) > 1:
        raise TypeError(f"may be of several dtypes: {', '.join(map(str, (plain, *others)))}")
    return unsettled(plain, others[0]) if others else plain


def _tried(plan: Plan, name: Hashable, answer: Any) -> tuple[pd.DataFrame, DType]:
    """What the rows of the sample become, and the dtype of the column; where no row is left, filters leave out none."""
    problem = "the sample does not tell its dtype"
    for change in (_as_it_is, without_filters):
        try:
            sample = _on_sample(wrap.frame(plan), change)
            if isinstance(answer, LISTS):
                return _listed(sample, name, answer)
            matched = _matched(plan, answer) if isinstance(answer, (ColumnFace, pd.Series)) else None
            sample = _set(sample, name, answer if isinstance(answer, pd.Series) else _on_sample(answer, change), True)
            found = matched or found_of(sample[name])
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
    return _set(sample, name, column.iloc[: len(sample)].array, True), found


def _as_it_is(plan: Plan) -> Plan:
    return plan


def _set(frame: pd.DataFrame, name: Hashable, value: Any, is_sample: bool = False) -> pd.DataFrame:
    frame = frame.copy()
    if not len(frame) and isinstance(value, (pd.Series, *LISTS)) and len(value):
        if not is_sample:
            raise ValueError(
                f"{name!r} cannot be set: the frame has no rows, and there are {len(value)} values. pandas would make of it a "
                "frame of as many rows, all else missing. Look at len(df) first."
            )
        value = pd.Series(value).iloc[:0]
    frame[name] = value
    return frame


def _set_rows(frame: pd.DataFrame, rows: Any, names: Any, value: Any) -> pd.DataFrame:
    frame, count = frame.copy(), len(frame)
    frame.loc[rows, names] = value
    if len(frame) != count:
        raise KeyError(f"{rows!r}: no row has this label; a lazy frame gets no new rows in place. Write pd.concat([df, new]).")
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
