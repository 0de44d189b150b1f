"""What is done to a batch row by row: one case for each kind of `plan.Rowwise` node."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lazyframe.expr import Expr
from lazyframe.frozen import frozen
from lazyframe.joins import JoinCall, Lookup, Places, places, taken
from lazyframe.kernels.columns import Columns, Values, from_series, index_name, is_hidden, to_series
from lazyframe.kernels.evaluate import bind, evaluate, mask
from lazyframe.plan import Filter, LevelColumns, Output, Project, Rowwise, SetIndex


@frozen
class Right:
    """The right side of a join, which is sent whole to all who read the left one."""

    columns: Columns
    lookup: Lookup

    @classmethod
    def of(cls, columns: Columns, on: Sequence[Hashable], call: JoinCall) -> Right:
        return cls(columns, Lookup([to_series(columns[name]) for name in on], len(columns), call))


@frozen
class JoinStep:
    """Each row with those of the right side whose keys are equal.

    Parameters
    ----------
    name : str
        Under which the right side is bound.
    left_on, outputs
        As in `plan.Join`.
    right : Right, optional
        What was bound.
    """

    name: str
    left_on: tuple[Hashable, ...]
    outputs: tuple[Output, ...]
    right: Right | None = None

    def label(self) -> str:
        return f"Join on {', '.join(map(str, self.left_on))}"

    def work(self) -> tuple[str, ...]:
        return ("join",)


Step = Rowwise | JoinStep


def apply(step: Step, columns: Columns) -> Columns:
    """A batch after a step.

    Raises
    ------
    TypeError
        A value is missing where the index that is to be made must be complete.
    """
    match step:
        case Filter(predicate=predicate):
            return columns.rows(mask(predicate, columns))
        case Project(columns=made):
            return _projected(made, columns)
        case SetIndex(names=names, drop=drop, complete=complete):
            return _indexed(names, drop, complete, columns)
        case LevelColumns(names=levels):
            kept = {name: columns[index_name(number)] for number, name in enumerate(levels) if name is not None}
            return columns.with_columns(kept)
        case JoinStep(_, left_on, outputs, Right(others, lookup)):
            found = lookup.places([to_series(columns[name]) for name in left_on], len(columns))
            return put_together(columns, others, found, outputs)
    raise AssertionError(f"no kernel for {type(step).__name__}")


def joined(
    left: Columns,
    right: Columns,
    left_on: Sequence[Hashable],
    right_on: Sequence[Hashable],
    call: JoinCall,
    outputs: Sequence[Output],
) -> Columns:
    """The join of two answers that are in one place."""
    return put_together(left, right, met(left, right, left_on, right_on, call), outputs)


def met(left: Columns, right: Columns, left_on: Sequence[Hashable], right_on: Sequence[Hashable], call: JoinCall) -> Places:
    """Which rows of two answers that are in one place belong together."""
    ours, theirs = ([to_series(side[name]) for name in on] for side, on in ((left, left_on), (right, right_on)))
    if call.follows_left:  # faster, where it can be made
        return Lookup(theirs, len(right), call).places(ours, len(left))
    return places(ours, theirs, (len(left), len(right)), call)


def put_together(left: Columns, right: Columns, found: Places, outputs: Sequence[Output]) -> Columns:
    """The columns of a join, each made when it is first asked for."""

    def maker(side: str, origin: Any) -> Callable[[], Values]:
        if side == "key":
            return lambda: from_series(found.keys[origin])
        if side == "indicator":
            return lambda: from_series(found.indicator)  # type: ignore[arg-type]
        columns, at = (left, found.left) if side == "left" else (right, found.right)
        return lambda: from_series(taken(to_series(columns[origin]), at))

    return Columns(len(found.left), {name: maker(side, origin) for name, side, origin in outputs})


def bound(step: Step, values: Mapping[str, Any]) -> Step:
    """A step with the values of subqueries, and the right sides of joins, in their places."""
    if isinstance(step, JoinStep):
        return replace(step, right=values[step.name])
    return step.with_children(lambda child: bind(child, values) if isinstance(child, Expr) else child)


def _projected(made: tuple[tuple[Hashable, Expr], ...], columns: Columns) -> Columns:
    """These columns, each made when it is first asked for; those that carry the index stay."""

    def maker(expr: Expr) -> Callable[[], Any]:
        return lambda: evaluate(expr, columns)

    return Columns(len(columns), {name: maker(expr) for name, expr in made}).with_columns(columns.hidden())


def _indexed(names: tuple[Hashable, ...], drop: bool, complete: tuple[Hashable, ...], columns: Columns) -> Columns:
    def maker(name: Hashable) -> Callable[[], Any]:
        return lambda: columns[name]

    for name in complete:
        if to_series(columns[name]).isna().any():
            raise TypeError(
                f"index_col names {name!r}, which has missing values: pandas rounds the whole numbers of such an index to "
                f"floats. Leave out index_col, and call .set_index({name!r}), which keeps them."
            )
    gone = set(names) if drop else ()
    kept: dict[Hashable, Callable[[], Any]] = {
        name: maker(name) for name in columns.names if not is_hidden(name) and name not in gone
    }
    kept.update((index_name(level), maker(name)) for level, name in enumerate(names))
    return Columns(len(columns), kept)
