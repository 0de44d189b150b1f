"""Functions of the user's on values and rows: how pandas calls them, and the dtype that they are held to.

What dtype comes out of a function only real rows tell. So it is tried on those of the sample (`found_of`), and each batch must
give that dtype, or one that pandas would put together with it to what was announced (`held`).

Decision: docs/decisions/0073-functions-are-held-to-a-dtype.md
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import field
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from lazyframe.frozen import frozen
from lazyframe.schema import MIXED, OBJECT_BOOL, DType, column_index, dtype_named, dtype_of, unsettled


@frozen
class UserFunction:
    """A function, and how it is called.

    Parameters
    ----------
    func : callable
        The user's.
    how : str
        ``"map"``: with each value of a column; ``"apply"``: so too, with further arguments; ``"rows"``: with each row of a frame.
    names : tuple
        The names of the columns, where it gets rows.
    args, options
        Further arguments of the function, and those of pandas' method.
    token : str
        Of this one function, whatever it is like.
    """

    func: Callable[..., Any]
    how: str
    names: tuple[Hashable, ...] = ()
    args: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    token: str = field(default_factory=lambda: uuid4().hex)

    @property
    def title(self) -> str:
        """What it is called, for people."""
        return str(getattr(self.func, "__name__", type(self.func).__name__))

    def __call__(self, columns: Sequence[Any]) -> Any:
        """What it makes of rows."""
        options = dict(self.options)
        if self.how == "map":
            return columns[0].map(self.func, **options)
        if self.how == "apply":
            return columns[0].apply(self.func, args=self.args, **options)
        frame = pd.DataFrame(dict(enumerate(columns)))
        frame.columns = column_index(self.names)
        frame.index = pd.Index([NO_LABEL] * len(frame), dtype=object)
        made: Any = frame.apply(self.func, axis=1, args=self.args, **options)
        return made.reset_index(drop=True)


class NoLabel:
    """In the place of the label of a row, which is not known while rows stream."""

    def _refuse(self, *_: Any) -> Any:
        raise TypeError("the label of a row, row.name, is not known while rows stream: write df.reset_index().apply(...)")

    __str__ = __repr__ = __format__ = __int__ = __float__ = __index__ = __bool__ = __len__ = __iter__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __floordiv__ = __truediv__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse


NO_LABEL = NoLabel()


def found_of(made: pd.Series) -> DType | None:
    """The dtype of all the values, of which these are some; None where these do not tell.

    Raises
    ------
    TypeError
        No column of a lazy frame has such values.
    """
    if not made.notna().any():
        return None
    listed = made.dtype == object and any(map(pd.api.types.is_list_like, made))
    dtype = MIXED if listed else dtype_of(made)
    if dtype == MIXED:
        kinds = dict.fromkeys(type(value).__name__ for value in made.dropna())
        raise TypeError(f"makes objects ({', '.join(kinds)}), or values of several kinds")
    if dtype.kind in "iu":
        return unsettled(dtype, dtype_named("float64"))
    return unsettled(dtype, OBJECT_BOOL) if dtype.kind == "b" else dtype


def held(made: Any, found: DType, title: str) -> Any:
    """What a function made of a batch, in the dtype that it was found to have.

    Raises
    ------
    TypeError
        It is of another kind.
    """
    if not len(made):
        return pd.Series([], dtype=found.pandas)
    dtype = dtype_of(made)
    if dtype in found.possible:
        return made
    if not made.notna().any():
        target = found.otherwise or found
        return pd.Series([np.nan] * len(made), dtype=target.pandas)
    if {found.kind, dtype.kind} <= set("iuf"):
        return made.astype("float64")
    wanted = next((value for value in made.dropna() if found.kind != dtype_of(value).kind), None)
    raise TypeError(
        f"{title} makes {found} of the first rows, and {type(wanted).__name__} ({wanted!r}) of a later one: pandas would make a "
        "column of objects, which a lazy frame does not have. Let the function return values of one kind."
    )
