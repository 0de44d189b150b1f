"""`merge`: the arguments of pandas, checked by pandas itself on frames without rows, where they are written."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any, Self

import pandas as pd

from lazyframe.expr import Call, Column, Literal
from lazyframe.frame import wrap
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.partitions import from_pandas
from lazyframe.frame.signature import NotOfferedError
from lazyframe.joins import How, JoinCall
from lazyframe.plan import Filter, Join, Output, Plan, Project, ResetIndex
from lazyframe.run import Called
from lazyframe.schema import Schema, column_index, column_not_found, kind_of, probe

_ANTI: dict[str, How] = {"left_anti": "left", "right_anti": "right"}
_SEMI = ("leftsemi", "left_semi")
_HOWS = ("left", "right", "inner", "outer", "cross", *_ANTI)


def merged(
    left: Plan,
    right: Plan,
    how: str,
    on: Any,
    left_on: Any,
    right_on: Any,
    sort: bool,
    suffixes: Sequence[str | None],
    indicator: str | bool,
    validate: str | None,
) -> Plan:
    """The plan of a join.

    Raises
    ------
    KeyError
        A key is no column; the message says which there are.
    ValueError, TypeError, pandas.errors.MergeError
        As in pandas, or what is not offered.
    """
    if how not in _HOWS:
        offered = ", ".join(_HOWS)
        raise ValueError(f"merge: how={how!r} is not offered. It can be {offered}.")
    for keys, plan in ((on, left), (on, right), (left_on, left), (right_on, right)):
        for key in _listed(keys):
            if isinstance(key, Hashable) and key not in plan.schema:
                raise column_not_found(key, plan.schema.names)
    named = _empty(left.schema).merge(
        _empty(right.schema),
        how=how,  # type: ignore[arg-type]
        on=on,
        left_on=left_on,
        right_on=right_on,
        sort=sort,
        suffixes=suffixes,  # type: ignore[arg-type]
        indicator=indicator,
        validate=validate,  # type: ignore[arg-type]
    )
    ours, theirs = _keys(left.schema, right.schema, how, on, left_on, right_on)
    together = {one for one, other in zip(ours, theirs, strict=True) if one == other}
    sources: list[tuple[str, Any]] = []
    for name in left.schema.names:
        sources.append(("key", ours.index(name)) if name in together else ("left", name))
    sources += [("right", name) for name in right.schema.names if name not in together]
    if indicator:
        sources.append(("indicator", None))
    outputs = tuple(Output(name, *source) for name, source in zip(named.columns, sources, strict=True))
    objects = [one for one, dtype in zip(outputs, named.dtypes, strict=True) if str(dtype) == "object"]
    left, right = (
        _as_objects(plan, {one.origin for one in objects if one.side == side}, {*ours, *theirs})
        for plan, side in ((left, "left"), (right, "right"))
    )
    if how in _ANTI:
        return _without_partner(left, right, ours, theirs, JoinCall(_ANTI[how], sort, True, validate), outputs)
    join = Join(left, right, ours, theirs, JoinCall(how, sort, bool(indicator), validate), outputs)  # type: ignore[arg-type]
    _ = join.schema
    return join


def _as_objects(plan: Plan, objects: Collection[Hashable], keys: Collection[Hashable]) -> Plan:
    """The plan with those columns as objects of which pandas makes objects since the keys are of two dtypes: keys, and what is
    called like a key on either side.
    """
    changed = [name for name in objects if name in keys and plan.schema[name].name != "object"]
    for name in changed:
        if plan.schema[name].kind != "T":
            raise TypeError(
                f"merge: of the key {name!r} ({plan.schema[name]}) pandas makes objects, since the keys are of two dtypes. "
                "Cast one of them with .astype first."
            )
    if not changed:
        return plan
    made = {name: Call("astype", (Column(name), Literal("object"))) for name in changed}
    return Project(plan, tuple((name, made.get(name, Column(name))) for name in plan.schema.names))


def _without_partner(
    left: Plan,
    right: Plan,
    left_on: tuple[Hashable, ...],
    right_on: tuple[Hashable, ...],
    call: JoinCall,
    outputs: tuple[Output, ...],
) -> Plan:
    """The rows of one side that have no partner; pandas leaves them their numbers in the join of all of that side."""
    whence = "\1whence"
    join = Join(left, right, left_on, right_on, call, (*outputs, Output(whence, "indicator", None)))
    alone = Filter(join, Call("eq", (Column(whence), Literal(f"{call.how}_only"))))
    _ = alone.schema
    return Project(alone, tuple((one.name, Column(one.name)) for one in outputs))


def _has_level(plan: Plan, keys: Sequence[Any]) -> bool:
    """Whether some key is no column, but a level of the index."""
    levels = {field.name for field in plan.schema.index}
    return any(isinstance(key, Hashable) and key not in plan.schema and key in levels for key in keys)


def _empty(schema: Schema) -> pd.DataFrame:
    """No rows, and the columns by their names: what pandas says of names and keys it says of these."""
    columns = {position: probe(field.dtype).iloc[:0] for position, field in enumerate(schema)}
    return pd.DataFrame(columns).set_axis(column_index(schema.names, schema.labels), axis=1)


def _listed(keys: Any) -> list[Any]:
    if keys is None:
        return []
    return list(keys) if isinstance(keys, list) else [keys]


def _keys(
    left: Schema, right: Schema, how: str, on: Any, left_on: Any, right_on: Any
) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...]]:
    """The names of the keys on each side."""
    if how == "cross":
        return (), ()
    if on is None and left_on is None and right_on is None:
        on = [name for name in left.names if name in right]
    ours, theirs = (_listed(on), _listed(on)) if on is not None else (_listed(left_on), _listed(right_on))
    return tuple(ours), tuple(theirs)


class FrameJoins(FrameFace):
    """What frames have of joins."""

    def merge(
        self,
        right: Any,
        how: str = "inner",
        on: Any = None,
        left_on: Any = None,
        right_on: Any = None,
        sort: bool = False,
        suffixes: Sequence[str | None] = ("_x", "_y"),
        indicator: str | bool = False,
        validate: str | None = None,
    ) -> Self:
        """The pairs of rows of two frames whose keys are equal, in pandas' order.

        Where pandas' order is that of the left side and the right one is small, that side is sent whole to all who read this
        frame, whose rows stream through. Else the rows of both sides are split by the hashes of their keys, on disk where
        memory is not enough, and put together bucket by bucket: see ``config.memory_limit``. What is held in one place, as far
        as there is memory: a cross join, and keys that are objects of several kinds, complex numbers or categories of no text.

        Parameters
        ----------
        right : DataFrame or named Series
            Lazy, or of pandas.
        how : str
            Which rows without a partner are kept: none (``"inner"``), those of the ``"left"``, the ``"right"``, or both
            (``"outer"``) sides; ``"left_anti"`` and ``"right_anti"`` keep these alone; ``"leftsemi"``, of Dask, the rows of the
            left side that have a partner, each once; ``"cross"`` puts every row together with
            every other.
        on, left_on, right_on : name or list of names, optional
            The keys: columns of both sides, or of each, or levels of the index. All columns that both have, if none is given.
        sort : bool
            Whether the rows are in the order of the keys.
        suffixes : pair of str or None
            What is added to names that both sides have and that are no keys.
        indicator : bool or str
            Add a column that says whether a row comes from ``left_only``, ``right_only`` or ``both``; it is called ``_merge``, or
            as is said here.
        validate : str, optional
            ``"1:1"``, ``"1:m"`` or ``"m:1"``: an error where keys are there twice.

        Returns
        -------
        DataFrame

        Raises
        ------
        KeyError
            A key that is no column.
        ValueError, TypeError, pandas.errors.MergeError
            As in pandas.

        Examples
        --------
        >>> import pandas as pd
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> names = pd.DataFrame({"Origin": ["JFK", "LGA"], "city": ["Queens", "Queens"]})
        >>> df.merge(names, on="Origin").groupby("city").size().compute(scheduler="sync")
        city
        Queens    44
        dtype: int64
        """
        if isinstance(right, (pd.Series, ColumnFace)):
            if right.name is None:
                raise ValueError("Cannot merge a Series without a name")
            right = right.to_frame()  # type: ignore[union-attr]
        if isinstance(right, pd.DataFrame):
            right = from_pandas(right if any(name is not None for name in right.index.names) else right.reset_index(drop=True))
        if isinstance(right, Called):
            given = {"how": how, "on": on, "left_on": left_on, "right_on": right_on, "sort": sort, "suffixes": suffixes}
            options = {**given, "indicator": indicator, "validate": validate}
            return Answer(pd.DataFrame.merge, (self, right), options, label="merge")  # type: ignore[return-value]
        if not isinstance(right, FrameJoins):
            raise TypeError(f"merge takes a frame, lazy or of pandas; got {kind_of(right)}")
        ours, theirs = (_listed(left_on), _listed(right_on)) if on is None else (_listed(on), _listed(on))
        if how in _SEMI:
            keys = theirs or [name for name in right._plan.schema.names if name in self._plan.schema]
            distinct: Any = wrap.frame(Project(right._plan, tuple((key, Column(key)) for key in keys)))
            found: Any = self.merge(
                distinct.drop_duplicates(), on=on, left_on=left_on, right_on=right_on, sort=sort, suffixes=suffixes
            )
            return found[list(self._plan.schema.names)]  # type: ignore[no-any-return]
        if _has_level(self._plan, ours) or (_has_level(right._plan, theirs) and ours != theirs):
            raise NotOfferedError("merge: a key is a level of the index, whose labels the rows of the result may have or not")
        if _has_level(right._plan, theirs):  # its labels become a column, and its further levels are left out
            columns = list(right._plan.schema.names)
            right = wrap.frame(ResetIndex(right._plan))[[*[key for key in theirs if key not in columns], *columns]]
        return self._over(merged(self._plan, right._plan, how, on, left_on, right_on, sort, suffixes, indicator, validate))
