"""Methods of pandas' groups on some groups at a time, and what comes of it put together: `apply`, `agg` of a function, `filter`.

    rows of some groups -> pandas' own call -> a piece: what came of it; of each of its rows, which group or which row it is of
                            a piece, another, ... -> put together, in pandas' order -> the object that pandas makes of all rows

What a function returns decides what pandas makes of it. So each piece is looked at: only where all of them are of one shape, with
the same columns and dtypes, and it is known of each row where pandas has it, are they put together. Else the run begins anew,
and the rows are gathered: there is no guess.

See docs/decisions/0089-methods-of-groups-bucket-by-bucket.md.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import field
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from lazyframe.asgiven import as_given
from lazyframe.calls import MethodCall
from lazyframe.exchange.scatter import ORDER
from lazyframe.expr import REDUCTIONS
from lazyframe.frame.convert import to_frame
from lazyframe.frame.window import Windows
from lazyframe.frozen import frozen
from lazyframe.invocation import CallSite, Invocation, Slot
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.sinks import one_object
from lazyframe.plan import OBJECT, GroupCall, Known, Numbering, Plan
from lazyframe.run import Computable, Planned, leaves
from lazyframe.schema import Replan

_A_ROW = {"transform", *(name for name in vars(Windows) if not name.startswith("_"))}
"""Methods that give each row a value."""

_SOME_ROWS = {"filter", "head", "nth", "tail"}
"""Methods that choose rows, and leave them in their order."""

_BY_GROUP = {"agg", "aggregate", "apply", "corr", "corrwith", "cov", "describe", "idxmax", "idxmin", "ohlc", *REDUCTIONS}
"""Methods that give something for each group, one group after another."""

APART = _A_ROW | _SOME_ROWS | _BY_GROUP
"""Methods of which what a group gives depends on nothing but its rows."""


class Order(enum.Enum):
    """Where pandas has what a method gives."""

    GROUPS = "one row a group"
    RUNS = "rows, group by group"
    ROWS = "rows, as those of the frame"


@frozen
class GroupPiece:
    """What a method has made of some groups.

    Parameters
    ----------
    made : Series or DataFrame
        It.
    order : Order or None
        In which order its rows are; None where that is not known.
    groups : array of int
        Of each row of it, which of the groups it is of.
    rows : array of int or None
        Of each row of it, the order number of the row of the frame that it stands for.
    keys : DataFrame
        The keys of each group.
    firsts : array of int
        The order number of the first row of each group.
    """

    made: Any
    order: Order | None
    groups: np.ndarray
    rows: np.ndarray | None
    keys: pd.DataFrame
    firsts: np.ndarray


class _Returned:
    """The function of an ``apply``, which remembers what it has returned: how many rows, and whether those that it was given."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.lengths: list[int | None] = []
        self.kinds: set[type] = set()
        self.levels: set[int] = set()
        self.alike = True

    def __call__(self, group: Any, *arguments: Any, **keywords: Any) -> Any:
        labels = group.index
        found = self._function(group, *arguments, **keywords)
        table = isinstance(found, (pd.DataFrame, pd.Series))
        if found is not None:
            self.kinds.add(type(found) if table else object)
        self.lengths.append(len(found) if table else None)
        of_rows = isinstance(found, pd.DataFrame) or (isinstance(found, pd.Series) and isinstance(group, pd.Series))
        self.alike = self.alike and of_rows and found.index.equals(labels)
        if table:
            self.levels.add(found.index.nlevels)
        return found


@frozen
class GroupMethod:
    """A call of a method of pandas' groups: what `plan.GroupCall` has to know.

    Parameters
    ----------
    groups : callable
        Makes groups of a frame: a `grouped.Grouped`.
    word : str
        The method.
    arguments, keywords
        Of the call.
    below : Plan
        With the schema and the numbering of the rows.
    site : CallSite
        Where it was written.
    token : str
        Of this one call.
    """

    groups: Any
    word: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    below: Plan
    site: CallSite
    token: str = field(default_factory=lambda: uuid4().hex)

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        return ()

    def label(self) -> str:
        """For people."""
        return f"{self.word} by {', '.join(str(name) for name, _ in self.groups.keys)}"

    def whole(self, columns: Columns) -> Any:
        """What pandas makes of all the rows."""
        return self._called(to_frame(columns, self.below), self.arguments)

    def finished(self, columns: Columns) -> Columns:
        """What pandas makes of some groups: a piece, and none where there are no rows."""
        if not len(columns):
            return Columns.of(0, {OBJECT: np.zeros(0, object)})
        return one_object(self._piece(to_frame(columns, self.below), np.asarray(columns[ORDER])))

    def together(self, pieces: Sequence[GroupPiece]) -> Any:
        """What the pieces are together.

        Raises
        ------
        Replan
            Only pandas can tell.
        """
        pieces = [piece for piece in pieces if len(piece.firsts) or piece.order is Order.ROWS]
        made = None if not pieces or any(piece.order is None for piece in pieces) else self._together(pieces)
        if made is None:
            raise Replan(self.token, f"{self.word} gives some groups what it does not give others: all rows are needed")
        return made

    def _called(self, frame: pd.DataFrame, arguments: tuple[Any, ...]) -> Any:
        call = Invocation(MethodCall(self.word), self.word, self.site, ((Slot(0), *arguments), self.keywords))
        return call(self.groups(frame))

    def _piece(self, frame: pd.DataFrame, order: np.ndarray) -> GroupPiece:
        keys, numbers = self._numbered(frame)
        there = np.flatnonzero(numbers >= 0)
        firsts = there[np.unique(numbers[there], return_index=True)[1]]
        if self.word == "transform" and not len(there):  # pandas has nothing to put together then, and of all rows it has
            return GroupPiece(frame.iloc[:, :0], Order.ROWS, numbers, order, keys.iloc[:0], order[:0])
        function = _Returned(self.arguments[0]) if self.word == "apply" and callable(self.arguments[0]) else None
        made = self._called(frame, self.arguments if function is None else (function, *self.arguments[1:]))
        known = self._placed(made, frame, keys, numbers, len(firsts), function)
        if known is None:
            return GroupPiece(None, None, firsts, None, keys.iloc[:0], order[firsts])
        kind, groups, rows = known
        return GroupPiece(made, kind, groups, None if rows is None else order[rows], keys.iloc[firsts], order[firsts])

    def _numbered(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
        """The keys of the rows, and the number of the group that each is of: -1 where it is of none."""
        keys = self.groups.keys_of(frame)
        return keys, self._grouped(keys).ngroup().fillna(-1).to_numpy(np.int64)

    def _grouped(self, keys: pd.DataFrame) -> Any:
        return keys.groupby(list(keys), sort=self._option("sort"), dropna=self._option("dropna"), observed=True)

    def _option(self, name: str) -> bool:
        return bool(dict(self.groups.options).get(name, True))

    def _placed(
        self,
        made: Any,
        frame: pd.DataFrame,
        keys: pd.DataFrame,
        numbers: np.ndarray,
        count: int,
        function: _Returned | None,
    ) -> tuple[Order, np.ndarray, np.ndarray | None] | None:
        """In which order its rows are, of which group each is, and of which row of the frame; None where that is not known."""
        if not isinstance(made, (pd.DataFrame, pd.Series)):
            return None
        if function is not None:
            return self._returned(made, frame, numbers, count, function)
        if self.word in _A_ROW:
            return (Order.ROWS, numbers, np.arange(len(frame))) if made.index.equals(frame.index) else None
        if self.word in _SOME_ROWS:
            rows = frame.index.get_indexer(made.index) if frame.index.is_unique else np.array([-1])
            ascending = len(rows) == len(made) and (rows >= 0).all() and (np.diff(rows) > 0).all()
            return (Order.ROWS, numbers[rows], rows) if ascending else None
        return self._by_keys(made, keys, count)

    def _returned(
        self, made: Any, frame: pd.DataFrame, numbers: np.ndarray, count: int, function: _Returned
    ) -> tuple[Order, np.ndarray, np.ndarray | None] | None:
        """As `_placed`, of an ``apply`` whose function has returned what it has."""
        lengths = np.array([length or 0 for length in function.lengths], np.int64)
        if len(lengths) != count or len(function.kinds) != 1:
            return None
        (kind,) = function.kinds
        if kind is object or (kind is pd.Series and isinstance(made, pd.DataFrame)):  # one value a group, or one row
            whole = len(made) == count and None not in (function.lengths if kind is pd.Series else ())
            return (Order.GROUPS, np.arange(count), None) if whole else None
        if len(made) != lengths.sum():
            return None
        if not self._option("group_keys") and function.alike:
            rows = np.flatnonzero(numbers >= 0)
            return (Order.ROWS, numbers[rows], rows) if made.index.equals(frame.index[rows]) and frame.index.is_unique else None
        if not self._option("as_index") and self._option("group_keys") and function.levels != {made.index.nlevels}:
            return None  # its index has the numbers of the groups
        return Order.RUNS, np.repeat(np.arange(count), lengths), None

    def _by_keys(self, made: Any, keys: pd.DataFrame, count: int) -> tuple[Order, np.ndarray, np.ndarray | None] | None:
        """As `_placed`, of what has the keys in its index, or a row a group."""
        if not self._option("as_index"):
            plain = isinstance(made.index, pd.RangeIndex) and len(made) == count
            return (Order.GROUPS, np.arange(count), None) if plain else None
        expected, levels = self._grouped(keys).size().index, list(range(len(keys.columns)))
        names = [name for name, _ in self.groups.keys]
        if made.index.nlevels < len(levels) or list(made.index.names[: len(levels)]) != names:
            return None
        if made.index.nlevels == len(levels):
            same = made.index.set_names(levels).equals(expected.set_names(levels))
            return (Order.GROUPS, np.arange(count), None) if same else None
        found = made.index.droplevel(list(range(len(levels), made.index.nlevels)))
        groups = expected.set_names(levels).get_indexer(found.set_names(levels))
        return (Order.RUNS, groups, None) if (groups >= 0).all() and (np.diff(groups) >= 0).all() else None

    def _together(self, pieces: Sequence[GroupPiece]) -> Any:
        made = _with_missing(pieces)
        if not made or not are_alike(made):
            return None
        orders = {piece.order for piece in pieces}
        if orders == {Order.ROWS}:
            sorting = np.argsort(np.concatenate([piece.rows for piece in pieces]))
        elif Order.GROUPS in orders and len(orders) > 1:
            return None
        else:
            ends = np.cumsum([len(piece.firsts) for piece in pieces])
            numbers = np.concatenate([piece.groups + end - len(piece.firsts) for piece, end in zip(pieces, ends, strict=True)])
            sorting = np.argsort(self._ranks(pieces)[numbers], kind="stable")
        whole = pd.concat(made).iloc[sorting]
        is_counted = np.array_equal(whole.index, np.arange(len(whole))) and orders == {Order.ROWS} and not self.below.schema.index
        if is_counted or (orders == {Order.GROUPS} and not self._option("as_index")):
            whole.index = pd.RangeIndex(len(whole))
        return whole

    def _ranks(self, pieces: Sequence[GroupPiece]) -> np.ndarray:
        """Where each group of each piece is among all of them."""
        if not self._option("sort"):
            firsts = np.concatenate([piece.firsts for piece in pieces])
            return np.argsort(np.argsort(firsts))
        keys = pd.concat([piece.keys for piece in pieces], ignore_index=True)
        return np.asarray(self._grouped(keys).ngroup().to_numpy(np.int64))  # sorted, as was asked above


def _with_missing(pieces: Sequence[GroupPiece]) -> list[Any]:
    """What was made, and missing values for rows that are of no group; nothing where all are such."""
    like = next((piece.made.iloc[:0] for piece in pieces if len(piece.firsts)), None)
    if like is None:
        return []
    return [
        piece.made if len(piece.firsts) or piece.made.shape[1:] != (0,) else like.reindex(piece.made.index) for piece in pieces
    ]


_MIXED = {np.dtype("int64"), np.dtype("float64")}
"""Of these pandas makes floats, whether it meets them together or one after another."""


def are_alike(made: Sequence[Any]) -> bool:
    """Whether objects of pandas' one after another are what pandas would have made of all at once: shape, names and dtypes agree.

    Examples
    --------
    >>> are_alike([pd.Series([1]), pd.Series([0.5])]), are_alike([pd.Series([1]), pd.Series(["a"])])
    (True, False)
    """
    first = made[0]
    for one in made[1:]:
        if type(one) is not type(first) or list(one.index.names) != list(first.index.names):
            return False
        if isinstance(first, pd.Series):
            if one.name != first.name:
                return False
        elif not _same_labels(one.columns, first.columns):
            return False
    return all(_of_one_kind(dtypes) for dtypes in zip(*map(_dtypes, made), strict=True))


def _same_labels(one: pd.Index, other: pd.Index) -> bool:
    return type(one) is type(other) and one.dtype == other.dtype and one.equals(other) and list(one.names) == list(other.names)


def _dtypes(made: Any) -> list[Any]:
    columns = [made.dtype] if isinstance(made, pd.Series) else list(made.dtypes)
    return columns + [made.index.get_level_values(level).dtype for level in range(made.index.nlevels)]


def _of_one_kind(dtypes: Sequence[Any]) -> bool:
    return all(dtype == dtypes[0] for dtype in dtypes) or all(dtype in _MIXED for dtype in dtypes)


class GroupValue(Planned):
    """What a method of pandas makes of groups."""

    def __init__(self, plan: GroupCall) -> None:
        self._plan = plan

    def _result(self) -> Plan:
        return self._plan

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        return np.asarray(columns[OBJECT])[0]


def call_of(groups: Any, frame: Any, name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> GroupValue | None:
    """The call of a method of the groups that `groups` makes of a lazy frame; None where all rows have to be there for it."""
    if name not in APART or any(True for _ in leaves((arguments, dict(keywords)), Computable)):
        return None
    keywords = dict(keywords)
    if name in _OF_FUNCTIONS and "func" in keywords and not arguments:
        arguments = (keywords.pop("func"),)
    if name in _OF_FUNCTIONS and not all(map(_sees_a_group, [*arguments[:1], *keywords.values()])):
        return None
    plan = frame._result()
    numbering = Numbering.KEYS if plan.schema.index else Numbering.RECORDS  # those of some groups are not counted from 0
    below = Known(None, plan.schema, numbering, "rows")
    made = GroupMethod(groups, name, as_given(arguments), as_given(keywords), below, CallSite.current())
    return GroupValue(GroupCall(plan, groups.key_columns(plan.schema.names), made))


_OF_FUNCTIONS = ("agg", "aggregate", "apply", "filter", "transform")


def _sees_a_group(function: Any) -> bool:
    """Whether what it makes of a group depends on nothing else: it is a function, or the name of such a method."""
    if isinstance(function, str):
        return function in APART
    if isinstance(function, Mapping):
        return all(map(_sees_a_group, function.values()))
    if isinstance(function, pd.NamedAgg):
        return _sees_a_group(function.aggfunc)
    if isinstance(function, tuple):  # a name, and a function
        return bool(function) and _sees_a_group(function[-1])
    return all(map(_sees_a_group, function)) if isinstance(function, list) else True
