"""What is done to a batch row by row: one case for each kind of `plan.Rowwise` node."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from lazyframe.expr import Expr
from lazyframe.kernels.columns import Columns, index_name, is_hidden, to_series
from lazyframe.kernels.evaluate import bind, evaluate, mask
from lazyframe.plan import Filter, Project, Rowwise, SetIndex


def apply(step: Rowwise, columns: Columns) -> Columns:
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
    raise AssertionError(f"no kernel for {type(step).__name__}")


def bound(step: Rowwise, values: Mapping[str, Any]) -> Rowwise:
    """A step with the values of subqueries in their places."""
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
