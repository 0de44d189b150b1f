"""Answers of which only the data tell what they are like: `pivot_table`, `groupby(...).apply`, `df.T`.

A frame states its columns and their dtypes when it is built. What pandas makes of some methods has columns that are values of
the rows, or whatever a function of the user's returns; such an answer is an `Answer`: the call of pandas' own method, to be made
on rows that are gathered for it. What is done with it is a further call of pandas', made in the same run.

One rule says what reads files when it is used, of answers and of all other lazy objects: what gives an object of pandas is
lazy; what gives a value of Python's or numpy's, a file or a picture is asked for its content, and so computes (`ENDS`).

Decision: docs/decisions/0072-answers-that-only-data-tell.md
"""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.asgiven import as_given
from lazyframe.calls import Delayed
from lazyframe.frame import wrap
from lazyframe.frame.elsewhere import without_hints
from lazyframe.frame.methods import METHODS, Way, is_gathered
from lazyframe.frame.mistakes import raise_mistakes
from lazyframe.frozen import frozen
from lazyframe.plan import Project, ResetIndex
from lazyframe.run import Planned, compute
from lazyframe.schema import probe

ENDS = frozenset(method.name for rows in METHODS.values() for method in rows.values() if method.way is Way.VALUES) | {
    *("columns", "dtype", "dtypes", "get_loc", "index", "keys", "left", "levels", "name", "names", "ndim", "nlevels", "right"),
    *("size", "to_csv", "to_parquet"),
}
"""What is asked for the content: these compute where they are written.

Those of the table, and what a frame or a column knows without its content and an answer does not.
"""

_SETTABLE = ("columns", "index", "name", "names")
_STATE = tuple(name for name in Delayed.__slots__ if name != "__weakref__")
_LABELS = ("columns", "index")
_PLACES = ("loc", "iloc", "at", "iat")


class Answer(Delayed):
    """An object of pandas' that is not computed yet, and whose columns only the data tell.

    Made by methods such as `DataFrame.pivot_table`. Methods, operators and indexing give further answers; `compute` makes the
    calls. What gives values and no object of pandas (`tolist`, `to_dict`, `len`, iteration, `plot`, `columns`, ...) computes.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> table = df.pivot_table(index="Origin", values="Distance", aggfunc="max")
    >>> table
    lf.Answer<pivot_table(DataFrame, values='Distance', index='Origin', aggfunc='max')>
    >>> table.Distance.to_dict()
    {'EWR': 2565, 'JFK': 2586, 'LGA': 1416}
    """

    __slots__ = ("_value",)

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        # What is made of an answer is made of what is given now, whatever is set in it later.
        super().__init__(function, *as_given((arguments, keywords or {})), **settings)

    def _as_it_is(self) -> Answer:
        made = Answer.__new__(Answer)
        for name in _STATE:
            object.__setattr__(made, name, getattr(self, name))
        if made._function is _held:
            object.__setattr__(made, "_arguments", (_held(*made._arguments),))
        return made

    def _further(self, *call: Any, **settings: Any) -> Answer:
        return Answer(*call, **settings)

    def _now(self) -> Any:
        """The value; once computed it is kept, for answers are looked at in several ways."""
        try:
            return self._value
        except AttributeError:
            object.__setattr__(self, "_value", compute(self)[0])
            return self._value

    def __getattr__(self, name: str) -> Any:
        if name in ENDS:
            if name in _LABELS:
                self._hold()
            return _end(self._now(), name)
        if name == "_value":
            raise AttributeError(name)
        return super().__getattr__(name)

    def _hold(self) -> None:
        """Stand for the value, so that what is set in its labels, ``x.columns.name = None``, is set in the answer."""
        value = self._now()
        if isinstance(value, (pd.DataFrame, pd.Series)) and self._function is not _held:
            self._become(_held, label=self._label)
            object.__setattr__(self, "_arguments", (value,))
            object.__setattr__(self, "_lazies", ())
            object.__setattr__(self, "_value", value)

    def __call__(self, *arguments: Any, dask_key_name: str | None = None, **keywords: Any) -> Any:
        if keywords.get("inplace"):
            raise TypeError(
                f"{self._label}(inplace=True): an answer is not changed in place. Keep the result: x = x.{self._label}(...)."
            )
        keywords = without_hints(arguments, keywords) if keywords else keywords
        if self._function is getattr and isinstance(self._arguments[0], Planned):
            owner, name = self._arguments
            raise_mistakes(owner, name, arguments, keywords)
            if name == "sample" and keywords.get("random_state") is None and len(arguments) < 5:
                return Answer(Drawn.now(), (owner, *arguments), keywords, label=name, key=dask_key_name)
        return super().__call__(*arguments, dask_key_name=dask_key_name, **keywords)

    def to_pandas(self) -> Any:
        """The same as `compute`."""
        return self.compute()

    # ---- an answer is in one partition

    npartitions = 1
    divisions = (None, None)

    @property
    def partitions(self) -> list[Answer]:
        """The one partition, which is all of it."""
        return [self]

    def get_partition(self, n: int) -> Answer:
        """The one partition: 0."""
        return self.partitions[n]

    def to_delayed(self) -> list[Answer]:
        """The one partition as a delayed value, which an answer is."""
        return self.partitions

    def repartition(self, *_: Any, **__: Any) -> Answer:
        """The same: an answer is in one place."""
        return self

    def map_partitions(self, func: Callable[..., Any], *args: Any, meta: Any = None, **kwargs: Any) -> Answer:
        """What a function makes of the whole; Dask's `meta` is taken, and not needed."""
        return Answer(func, (self, *args), without_hints((func,), kwargs), label=getattr(func, "__name__", "map_partitions"))

    def persist(self, **settings: Any) -> Answer:
        """The same, computed; `settings` are those of `compute`."""
        made = self._as_it_is()
        object.__setattr__(made, "_value", compute(self, **settings)[0])
        made._hold()
        return made

    def _become(self, function: Callable[..., Any], *arguments: Any, **settings: Any) -> None:
        """Stand for what a function makes of the value so far."""
        after = Answer(function, (self, *arguments), **settings)
        for name in _STATE:
            object.__setattr__(self, name, getattr(after, name))
        if hasattr(self, "_value"):
            object.__delattr__(self, "_value")

    def __setitem__(self, key: Any, value: Any) -> Any:
        owner, name = self._arguments if self._function is getattr and len(self._arguments) == 2 else (None, None)
        if name in _PLACES and isinstance(owner, Answer):
            owner._become(_set_place, name, key, value)
        elif name in _PLACES:  # of a lazy frame, which would not see it
            raise TypeError(
                f".{name}[...] = ... of single rows is not offered: rows are set by a mask, df.loc[df.y == 3, 'x'] = value, "
                "or in pandas, after .compute()."
            )
        else:
            self._become(_set_item, key, value)

    def __delitem__(self, key: Any) -> None:
        self._become(_del_item, key)

    def __setattr__(self, name: str, value: Any) -> Any:
        if name not in _SETTABLE:
            raise AttributeError(
                f"a lazy answer has no attribute {name!r} that can be set; a new column is made with x[{name!r}] = ..."
            )
        self._become(_set_attribute, name, value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __bool__(self) -> bool:
        return bool(self._now())

    def __contains__(self, item: Any) -> bool:
        return item in self._now()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self._now(), dtype=dtype)

    def __format__(self, spec: str) -> str:
        return format(self._now(), spec)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:  # type: ignore[override]
        """numpy's functions of single values, ``np.log(df.x / df.x.rolling(7).mean())``: further answers."""
        if method != "__call__":
            return NotImplemented
        return Answer(ufunc, inputs, options, label=ufunc.__name__)

    __hash__ = Delayed.__hash__

    def __repr__(self) -> str:
        return f"lf.Answer<{self._text()}>"


@frozen
class Drawn:
    """Calls `sample` with numpy's random numbers as they stood when it was written: each run draws the same rows, as pandas does.

    Parameters
    ----------
    state : tuple
        Of numpy's generator.
    """

    state: Any

    @classmethod
    def now(cls) -> Drawn:
        """With the numbers that come next, which are then used up."""
        state = np.random.get_state()
        np.random.random_sample()
        return cls(state)

    def __call__(self, owner: Any, *arguments: Any, **keywords: Any) -> Any:
        numbers = np.random.RandomState()
        numbers.set_state(self.state)
        return owner.sample(*arguments, **{**keywords, "random_state": numbers})


def _valued(function: Callable[[Any], Any]) -> Callable[[Answer], Any]:
    return lambda self: function(self._now())


_KINDS: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "complex": complex, "index": operator.index}
for _name, _function in _KINDS.items():
    setattr(Answer, f"__{_name}__", _valued(_function))


def _held(value: Any) -> Any:
    return value.copy(deep=False)


def _set_item(owner: Any, key: Any, value: Any) -> Any:
    owner = owner.copy()
    owner[key] = value
    return owner


def _del_item(owner: Any, key: Any) -> Any:
    owner = owner.copy()
    del owner[key]
    return owner


def _set_place(owner: Any, place: str, key: Any, value: Any) -> Any:
    owner = owner.copy()
    getattr(owner, place)[key] = value
    return owner


def _set_attribute(owner: Any, name: str, value: Any) -> Any:
    owner = owner.copy()
    setattr(owner, name, value)
    return owner


def _end(value: Any, name: str) -> Any:
    """What a computed value has under a name; a method of it computes its arguments first."""
    found = getattr(value, name)
    if not inspect.ismethod(found):
        return found
    return functools.wraps(found)(lambda *given, **named: _with_values(found, given, named))


def _with_values(function: Callable[..., Any], given: Any, named: Any) -> Any:
    given, named = compute(given, named)
    return function(*given, **named)


def gathered(lazy: Any, pandas_class: type, name: str) -> Any:
    """What pandas' class has under a name, of a lazy frame or column: the rows are gathered for it; None where it has nothing.

    A method of `ENDS` computes, and any other is an `Answer`.
    """
    if name.startswith("_") or not hasattr(pandas_class, name) or not is_gathered(pandas_class.__name__, name):
        return None
    if name in ENDS:
        return _end(compute(lazy)[0], name)
    return Answer(getattr, (lazy, name), label=name, pure=True)


def accessor(lazy: Any, name: str) -> Answer:
    """The answer that is ``.str`` or ``.dt`` of a column that is gathered."""
    return Answer(getattr, (lazy, name), label=name, pure=True)


def of_answers(column: Any, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """A method of a column some of whose arguments are answers: the column is gathered for it."""
    kind, _, name = operation.rpartition(".")
    owner = accessor(column, kind) if kind else None
    return (column._gathered(name) if owner is None else getattr(owner, name))(*arguments, **keywords)


class Index(Answer):
    """The index of a lazy frame or column."""

    __slots__ = ("_owner",)

    def __setattr__(self, name: str, value: Any) -> Any:
        raise AttributeError(
            f"the index of a lazy frame is not changed in place: write df = df.rename_axis(...), or .reset_index(); .{name} = ..."
        )

    def __len__(self) -> int:
        return len(self._owner)

    def __dir__(self) -> list[str]:
        levels = self._owner._result().schema.index
        kind: Any = pd.MultiIndex if len(levels) > 1 else type(pd.Index(probe(levels[0].dtype))) if levels else pd.RangeIndex
        return [*super().__dir__(), *(name for name in dir(kind) if not name.startswith("_"))]

    def __getattr__(self, name: str) -> Any:
        if name == "dt":  # Dask's name: an index of dates has their fields itself
            if [field.dtype.values_kind for field in self._owner._result().schema.index] not in (["M"], ["m"]):
                raise AttributeError("Can only use .dt accessor with datetimelike values", obj=None)
            return self
        return super().__getattr__(name)

    def head(self, n: int = 5, **_: Any) -> Any:
        """The first labels; Dask's name, and its hints are taken."""
        return self._owner.head(n).index

    def tail(self, n: int = 5, **_: Any) -> Any:
        """The last labels."""
        return self._owner.tail(n).index

    def to_column(self) -> Any:
        """The first level as a lazy column, under a new index."""
        plan = ResetIndex(Project(self._owner._result(), ()))
        return wrap.only_column(plan)


def index_of(lazy: Any) -> Index:
    """The index of a frame or column."""
    made = Index(getattr, (wrap.frame(Project(lazy._result(), ())), "index"), label="index", pure=True)
    object.__setattr__(made, "_owner", lazy)
    return made
