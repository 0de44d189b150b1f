"""The same reduction of many columns, done at once: to numpy a column is a group like others.

    columns of one dtype, without keys -> one array, and the number of each value's column as its group -> one state

A frame of thousands of columns has few rows in a batch, so what Python does for each column is nearly all of the time
of its sum. Here that is a look at its dtype.

See docs/decisions/0075-many-columns-at-once.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lazyframe.expr import Reduction
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Values
from lazyframe.kernels.reduce import KERNELS, State

MANY = 64
"""As many columns are reduced together; of fewer, to put them together costs more than it saves."""

_FUNCTIONS = frozenset(("count", "sum", "mean", "var", "std", "min", "max", "prod", "any", "all"))
"""Those whose state has one entry a group in each of its arrays."""


@frozen
class Together:
    """The state of a reduction of several columns: in each of its arrays an entry for each.

    Parameters
    ----------
    positions : tuple of int
        Which of the reductions of an aggregate they are.
    function : str
        Of all of them.
    state : tuple of array
        As of so many groups.
    """

    positions: tuple[int, ...]
    function: str
    state: State

    def each(self) -> dict[int, State]:
        """The state of each reduction, by its position."""
        return {at: tuple(array[n : n + 1] for array in self.state) for n, at in enumerate(self.positions)}


def reduced(reductions: Sequence[Reduction], values: Mapping[int, Values]) -> list[Together]:
    """What can be reduced together, of the values of these reductions; the positions that are in none are to be done one by one.

    Examples
    --------
    >>> from lazyframe.expr import Column
    >>> columns = {number: np.array([number, 2]) for number in range(MANY)}
    >>> (found,) = reduced([Reduction("sum", Column(str(number))) for number in columns], columns)
    >>> found.each()[3]
    (array([5]),)
    """
    alike: dict[Any, list[int]] = {}
    for at, array in values.items():
        one = reductions[at]
        if isinstance(array, np.ndarray) and array.dtype.kind in "iufb" and one.function in _FUNCTIONS:
            alike.setdefault((one.function, one.options, array.dtype), []).append(at)
    found = []
    for (function, options, _), positions in alike.items():
        if len(positions) >= MANY:
            arrays = [values[at] for at in positions]
            columns = np.repeat(np.arange(len(arrays)), len(arrays[0]))
            state = KERNELS[function].partial(np.concatenate(arrays), columns, len(arrays), dict(options))
            found.append(Together(tuple(positions), function, state))
    return found


def merged(pieces: Sequence[Together]) -> Together:
    """The states of neighbouring pieces of the same columns as one."""
    first = pieces[0]
    state = tuple(np.concatenate(arrays) for arrays in zip(*(piece.state for piece in pieces), strict=True))
    columns = np.tile(np.arange(len(first.positions)), len(pieces))
    return Together(first.positions, first.function, KERNELS[first.function].merge(state, columns, len(first.positions)))


def are_alike(several: Sequence[Sequence[Together]]) -> bool:
    """Whether pieces have put the same columns together: not where a dtype is another one in some batch."""
    return all([one.positions for one in piece] == [one.positions for one in several[0]] for piece in several)
