"""Functions as tasks of the same graph: `delayed`.

A `Delayed` is one call that has not been made: a function, and arguments among which are other lazy values. Calling,
operators, attributes and indexing make a further `Delayed`; what it is made of is only put together when something
is computed (`run.Request`). So building takes constant time a call, and a chain may be as long as memory allows.

See docs/decisions/0027-frames-and-functions.md.
"""

from __future__ import annotations

import functools
import importlib
import operator
import types
import uuid
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, NoReturn

from lazyframe.diagnostics.words import MAX_TASKS
from lazyframe.executors.distributed import Passed
from lazyframe.explain import visualize
from lazyframe.graph import Ref, Task
from lazyframe.invocation import CallSite, Invocation, Slot, brief, call_text
from lazyframe.protocol import DaskCollection
from lazyframe.run import Called, Computable, Planned, compute, leaves, replaced
from lazyframe.tree import token

if TYPE_CHECKING:
    from lazyframe.diagnostics.picture import Picture


class Delayed(DaskCollection, Called):
    """A value that a function will make.

    Made by `delayed`. Operators, indexing, attributes and calls of methods give further delayed values; `compute`
    makes the calls. Attributes named ``compute``, ``key`` and ``visualize`` are the delayed value's own.

    Examples
    --------
    >>> import lazyframe as lf
    >>> words = lf.delayed(str.split)("one two three")
    >>> words
    lf.Delayed<split('one two three')>
    >>> (words[0].upper() + "!").compute(scheduler="sync")
    'ONE!'
    """

    __slots__ = ("__weakref__", "_arguments", "_function", "_keywords", "_label", "_lazies", "_length", "_named", "_site", "key")
    __array_ufunc__ = None  # else numpy's numbers would take it for a value

    key: str
    _function: Callable[..., Any]
    _arguments: tuple[Any, ...]
    _keywords: dict[str, Any]
    _label: str
    _lazies: tuple[Computable, ...]
    _length: int | None
    _named: bool
    _site: CallSite

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
        *,
        label: str = "",
        pure: bool = False,
        length: int | None = None,
        key: str | None = None,
    ) -> None:
        put = functools.partial(object.__setattr__, self)
        # A call is made of what is given now, whatever is set in a frame or an answer later.
        arguments = tuple(list(one) if type(one) in _ITERATORS else one for one in arguments)  # which end when they are looked at
        arguments, keywords = replaced((arguments, keywords or {}), lambda lazy: lazy._as_it_is())
        label = label or _name_of(function)
        put("_function", function)
        put("_arguments", arguments)
        put("_keywords", keywords)
        put("_label", label)
        put("_length", length)
        put("_named", key is not None)
        put("_site", CallSite.current())
        put("_lazies", tuple(leaves((arguments, keywords))))
        if key is None:
            content = _content(function, arguments, keywords) if pure else uuid.uuid4().hex
            key = f"{label}-{content}"
        put("key", key)

    # ---- what a request asks

    @property
    def _name(self) -> str:
        return self.key

    @property
    def _is_named(self) -> bool:
        return self._named

    def _inputs(self) -> tuple[Computable, ...]:
        return self._lazies

    def _task(self, inputs: Sequence[Ref]) -> Task:
        plain = not self._keywords and all(
            isinstance(argument, Computable) or type(argument) in _ATOMS for argument in self._arguments
        )
        if plain:
            left = iter(inputs)
            arguments = [next(left) if isinstance(argument, Computable) else argument for argument in self._arguments]
            return Task(Invocation(self._function, self._label, self._site), tuple(arguments), self._label)
        numbers = iter(range(len(inputs)))
        template = replaced((self._arguments, self._keywords), lambda _: Slot(next(numbers)))
        return Task(Invocation(self._function, self._label, self._site, template), tuple(inputs), self._label)

    # ---- what Dask asks

    def __dask_tokenize__(self) -> Any:
        return ["lazyframe", self.key]

    def __dask_postcompute__(self) -> tuple[Any, tuple[Any, ...]]:
        return _answered, (self,)

    def __dask_postpersist__(self) -> tuple[Any, tuple[Any, ...]]:
        return _kept, (self,)

    # ---- what users do

    def compute(self, scheduler: Any = None, num_workers: int | None = None, pool: Any = None) -> Any:
        """Make the calls, and return the value.

        Parameters
        ----------
        scheduler : str or concurrent.futures.Executor, optional
            As in `DataFrame.compute`.
        num_workers : int, optional
            How many calls are made at one time; the number of cores if not given.
        pool : concurrent.futures.Executor, optional
            The same as `scheduler`, by Dask's name.
        """
        return compute(self, scheduler=scheduler, num_workers=num_workers, pool=pool)[0]

    def visualize(self, filename: str | PathLike[str] | None = None, *, max_tasks: int = MAX_TASKS) -> Picture:
        """Draw the calls that give the value, as `lazyframe.visualize` does.

        Examples
        --------
        >>> delayed(sum)([delayed(abs)(-1), delayed(abs)(-2)]).visualize()
        <Picture of 3 tasks: a notebook shows it, .save('picture.svg') writes it>
        """
        return visualize(self, filename=filename, max_tasks=max_tasks)

    def __call__(self, *arguments: Any, dask_key_name: str | None = None, **keywords: Any) -> Delayed:
        """The call of what this will be: a method, or a function that a function makes."""
        if self._function is getattr and len(self._arguments) == 2:  # a method: one task and not two
            owner, name = self._arguments
            return self._further(MethodCall(name), (owner, *arguments), keywords, label=name, key=dask_key_name)
        return self._further(_called, (self, *arguments), keywords, label=f"{self._label}()", key=dask_key_name)

    def _further(self, *call: Any, **settings: Any) -> Delayed:
        """A value that is made of this one: of its class."""
        return Delayed(*call, **settings)

    def __getattr__(self, name: str) -> Delayed:
        if name.startswith("_") or name == "dask":  # by which Dask knows collections of its own
            raise AttributeError(f"a delayed value has no attribute {name!r} before it is computed")
        return self._further(getattr, (self, name), label=name, pure=True)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError(f"a delayed value cannot be changed; .{name} can be set in a function that gets the value")

    def __getitem__(self, item: Any) -> Delayed:
        return self._further(operator.getitem, (self, item), label="getitem", pure=True)

    def __setitem__(self, item: Any, value: Any) -> NoReturn:
        raise TypeError("a delayed value cannot be changed; items can be set in a function that gets the value")

    def __iter__(self) -> Iterator[Delayed]:
        if self._length is None:
            raise TypeError(
                f"how many items {self!r} will have is not known before it is computed. For a function that returns a "
                f"tuple, write delayed(function, nout=2); else .compute() it first."
            )
        return iter([self[position] for position in range(self._length)])

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError(f"the length of {self!r} is not known before it is computed; use .compute() or delayed(len)(...)")
        return self._length

    def __bool__(self) -> bool:
        raise TypeError(
            f"whether {self!r} is true is not known before it is computed. Call .compute() first, "
            f"or put the if into a function of its own and delay that."
        )

    def __contains__(self, item: Any) -> bool:
        raise TypeError(f"what {self!r} holds is not known before it is computed; use delayed(operator.contains)(...)")

    def _value(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(f"the value of {self!r} is not known before it is computed; call .compute() first")

    __int__ = __float__ = __complex__ = __index__ = __array__ = _value

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"lf.Delayed<{self._text()}>"

    def _text(self) -> str:
        return call_text(self._label, self._arguments, self._keywords, _outline)

    def __reduce__(self) -> Any:
        return _rebuilt, (type(self), {name: getattr(self, name) for name in Delayed.__slots__ if name != "__weakref__"})


def _answered(results: Any, asked: Delayed) -> Any:
    """The value that Dask has computed; or, where the data of a frame contradicted its source, computes it anew."""
    (answer,) = results
    return compute(asked)[0] if isinstance(answer, Passed) else answer


def _kept(results: Any, asked: Delayed, *, rename: Any = None) -> Delayed:
    """A delayed value over one that Dask has kept."""
    (answer,) = results.values()
    answer = answer.result() if hasattr(answer, "result") else answer
    return Delayed(_same, (_answered([answer], asked),), label=asked._label)


class DelayedFunction(Delayed):
    """A function whose calls are delayed; made by `delayed`. Computed, it is the function."""

    _settings: dict[str, Any]

    def __init__(self, function: Callable[..., Any], name: str | None, pure: bool, nout: int | None) -> None:
        super().__init__(_same, (function,), label=name or _name_of(function), pure=pure)
        settings = {"label": name or _name_of(function), "pure": pure, "length": nout}
        object.__setattr__(self, "_settings", settings)
        for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
            if hasattr(function, attribute):
                object.__setattr__(self, attribute, getattr(function, attribute))
        object.__setattr__(self, "__wrapped__", function)

    def __call__(self, *arguments: Any, dask_key_name: str | None = None, **keywords: Any) -> Delayed:
        return Delayed(self._arguments[0], arguments, keywords, key=dask_key_name, **self._settings)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"lf.delayed({self._label})"

    def __reduce__(self) -> Any:
        return DelayedFunction, (self._arguments[0], *(self._settings[name] for name in ("label", "pure", "length")))


_NOTHING: Any = object()


def delayed(
    function: Any = _NOTHING,
    /,
    *,
    pure: bool = False,
    nout: int | None = None,
    name: str | None = None,
    traverse: bool = True,
) -> Any:
    """Let calls of a function be made later, and together.

    ``delayed(function)(x, y)`` is written where ``function(x, y)`` would stand, and returns at once. Arguments may be
    other delayed values and lazy frames, columns and scalars, alone or inside lists, tuples, dicts, sets and
    dataclasses; the function gets their values, a pandas object for a frame. `compute` makes the calls, each one
    once, several at one time.

    A function must not change its arguments in place, since others may get the same ones, and may be called again
    when a worker has died or the data of a frame turned out to be other than assumed.

    Parameters
    ----------
    function : callable, or any value
        What to delay. A value that is no function becomes a delayed value, also a list or dict of delayed values.
        Left out, a decorator with these settings is returned.
    pure : bool
        Whether equal arguments give equal results: then equal calls are one call.
    nout : int, optional
        How many results the function returns, for ``a, b = delayed(function, nout=2)(x)``.
    name : str, optional
        What the tasks are called; the name of the function if not given. The key of one call is set with
        ``dask_key_name=`` when it is called.
    traverse : bool
        Whether a value that is no function is looked through for delayed values, which are then computed; else it is handed on
        as it is.

    Returns
    -------
    Delayed
        With a call, it makes further delayed values.

    Raises
    ------
    ValueError
        `nout` is not a whole number, 0 or more.

    Examples
    --------
    >>> import lazyframe as lf
    >>> def inc(x):
    ...     return x + 1
    >>> x = lf.delayed(inc)(1)
    >>> y = lf.delayed(inc)(x)
    >>> total = lf.delayed(sum)([x, y])
    >>> total
    lf.Delayed<sum([inc(...), inc(...)])>
    >>> total.compute(scheduler="sync")
    5

    As a decorator:

    >>> @lf.delayed(nout=2)
    ... def both(x):
    ...     return x, -x
    >>> plus, minus = both(7)
    >>> lf.compute(plus, minus, scheduler="sync")
    (7, -7)

    With a lazy frame:

    >>> df = lf.read_csv("data/sample/*.csv")
    >>> @lf.delayed
    ... def report(means, longest):
    ...     return f"{len(means)} airports, at most {longest} miles"
    >>> report(df.groupby("Origin").DepDelay.mean(), df.Distance.max()).compute(scheduler="sync")
    '3 airports, at most 2586 miles'
    """
    if nout is not None and (isinstance(nout, bool) or not isinstance(nout, int) or nout < 0):
        raise ValueError(
            f"nout={nout!r} is not a number of results: give a whole number, 0 or more, or None where it is not known"
        )
    if function is _NOTHING:
        return functools.partial(delayed, pure=pure, nout=nout, name=name, traverse=traverse)
    if isinstance(function, Delayed):
        return function
    if callable(function) and not isinstance(function, Computable):
        return DelayedFunction(function, name, pure, nout)
    label = name or type(function).__name__
    if not traverse:
        return Delayed(_AsItIs(function), (), label=label, pure=pure, length=nout)
    return Delayed(_same, (function,), label=label, pure=pure, length=nout)


def from_dask(value: Any) -> Any:
    """A collection or a delayed value of Dask's as a delayed value, made in a task of its own; any other value as it is."""
    if isinstance(value, (Computable, type)) or not hasattr(value, "__dask_graph__"):
        return value
    return Delayed(_of_dask, (value,), label="dask")


def _of_dask(value: Any) -> Any:
    return value.compute(scheduler="sync")


# ---- operators


def _binary(function: Callable[[Any, Any], Any], reflected: bool = False) -> Callable[[Any, Any], Any]:
    def method(self: Delayed, other: Any) -> Delayed:
        operands = (other, self) if reflected else (self, other)
        return self._further(function, operands, pure=True)

    return method


def _unary(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda self: self._further(function, (self,), pure=True)


_REFLECTED = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "lshift", "rshift")
for _operation in (*_REFLECTED, "eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Delayed, f"__{_operation.strip('_')}__", _binary(getattr(operator, _operation)))
    if _operation in _REFLECTED:
        setattr(Delayed, f"__r{_operation.strip('_')}__", _binary(getattr(operator, _operation), reflected=True))
for _operation, _function in {
    **{name: getattr(operator, name) for name in ("neg", "pos", "abs", "invert")},
    "round": round,
}.items():
    setattr(Delayed, f"__{_operation}__", _unary(_function))
setattr(Delayed, "__divmod__", _binary(divmod))  # noqa: B010 - these are Python's names, set as those above
setattr(Delayed, "__rdivmod__", _binary(divmod, reflected=True))  # noqa: B010
setattr(Delayed, "__round__", lambda self, *digits: self._further(round, (self, *digits), pure=True))  # noqa: B010


# ---- what calls are made of

_ITERATORS: set[type] = {type(iter([])), type(iter(())), type(iter(set()))}

_ATOMS = {int, float, complex, bool, str, bytes, type(None)}
"""Arguments that a task holds as they are; others are kept away from the walk over a task's arguments."""


class MethodCall:
    """Calls a method of its first argument."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, owner: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return getattr(owner, self.name)(*arguments, **keywords)


class _AsItIs:
    """Gives a value, whatever is in it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self) -> Any:
        return self.value


def _called(function: Any, /, *arguments: Any, **keywords: Any) -> Any:
    return function(*arguments, **keywords)


def _same(value: Any) -> Any:
    return value


def _rebuilt(kind: type[Delayed], state: dict[str, Any]) -> Delayed:
    made = kind.__new__(kind)
    for name, value in state.items():
        object.__setattr__(made, name, value)
    return made


def _name_of(function: Any) -> str:
    if isinstance(function, functools.partial):
        return _name_of(function.func)
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def _outline(value: Any) -> str:
    """An argument in a repr: of a delayed one only its name, for what it is made of may be long."""
    if isinstance(value, DelayedFunction):
        return repr(value)
    if isinstance(value, Delayed):
        return f"{value._label}(...)"
    if isinstance(value, Planned):
        return type(value).__name__
    if isinstance(value, (list, tuple)) and len(value) <= 4 and any(True for _ in leaves(value)):
        inner = ", ".join(map(_outline, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if any(True for _ in leaves(value)):
        return f"<{type(value).__name__} of {len(list(leaves(value)))} lazy values>"
    return brief(value)


def _content(function: Any, arguments: Any, keywords: Any) -> str:
    """What a pure call is known by: equal for equal functions and arguments, in every process where that can be."""
    if isinstance(function, MethodCall):
        function = ("method", function.name)
    try:
        return token(_hashable([function, *replaced(arguments, _Named), replaced(keywords, _Named)]))
    except Exception:  # some value that cannot be pickled: then no other call is equal to this one
        return uuid.uuid4().hex


class _Named:
    """A lazy argument, by its key or its plan."""

    def __init__(self, one: Computable) -> None:
        self.token = one._name if isinstance(one, Called) else one._result().token if isinstance(one, Planned) else str(id(one))


def _hashable(value: Any) -> Any:
    """`value` with functions as what they do: a name alone would not do for one that is written again in a notebook."""
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(_hashable, value)]
    if isinstance(value, dict):
        return {key: _hashable(item) for key, item in value.items()}
    if isinstance(value, types.FunctionType) and (value.__module__ == "__main__" or "<" in value.__qualname__):
        return importlib.import_module("cloudpickle").dumps(value)
    if callable(value) and not isinstance(value, type) and hasattr(value, "__qualname__"):
        return ["function", value.__module__, value.__qualname__, getattr(value, "__self__", None)]
    return value
