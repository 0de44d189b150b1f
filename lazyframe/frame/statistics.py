"""Statistics that need all the values at once; the rest of them are reductions."""

from __future__ import annotations

from typing import Any

from lazyframe.plan import Whole


def whole(lazy: Any, method: str, **options: Any) -> Whole:
    """The plan of what a method of pandas makes of all the rows of a frame or column.

    Raises
    ------
    TypeError, ValueError
        pandas refuses the method for these dtypes, or these arguments.
    """
    plan = Whole(lazy._result(), method, tuple(options.items()), alone=lazy.ndim == 1)
    try:
        _ = plan.schema
    except TypeError as error:
        raise TypeError(f"{plan.title()}: {error}") from None
    return plan
