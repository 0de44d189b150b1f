"""The arguments of pandas' methods, for all methods of the face through one mechanism.

A method of ours names the arguments that it honours, a few of its own among them (`scheduler=`). What the user wrote is
bound to the signature of pandas' method of the same name, so an argument by position is the one that it is in pandas. An
argument that pandas has and ours has not is accepted when it asks for what happens anyway: pandas' default, or another
name of it; else it is refused by name. A method that hands all others on to pandas has ``**options``.
``inplace=True`` is done here for all methods: a frame stands for what they give from then on.

See docs/decisions/0011-pandas-signatures.md and docs/decisions/0084-what-is-not-offered-is-gathered.md.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

from lazyframe.documented import Documented
from lazyframe.frame.elsewhere import ARGUMENTS, without_hints
from lazyframe.frame.methods import said_of
from lazyframe.schema import nearest

C = TypeVar("C", bound=type)

_OPEN = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_AXES = {"index": 0, "rows": 0, "columns": 1}


class NotOfferedError(Documented, TypeError):
    """An argument that pandas has and ours has not, or a value of one: the rows are gathered for it, where that can be.

    A method raises it as well, for what only pandas can do with what it was given.
    """


def like_pandas(pandas_class: type) -> Callable[[C], C]:
    """Give each public method of a class the arguments of its namesake in pandas; one that pandas has not, its own.

    So all of them have one way to say that an argument is not known.
    """

    def decorate(cls: C) -> C:
        for name in dir(cls):
            method = inspect.getattr_static(cls, name)
            if name.startswith("_") or not isinstance(method, FunctionType):
                continue
            namesake = getattr(pandas_class, name, None)
            if callable(namesake):
                setattr(cls, name, _bound(method, namesake, f"{pandas_class.__name__}.{name}"))
            elif not inspect.unwrap(method).__code__.co_flags & _OPEN:
                setattr(cls, name, _bound(method, getattr(method, "__wrapped__", method), f"{cls.__name__}.{name}"))
        return cls

    return decorate


def _bound(method: FunctionType, namesake: Callable[..., Any], title: str) -> FunctionType:
    method = _titled(getattr(method, "__wrapped__", method), title)  # a base class may have bound it to another namesake
    by_name = functools.partial(translate, method, namesake, title)
    essential = functools.partial(_essential, method, namesake)
    not_offered, name = NotOfferedError, title.split(".")[-1]  # of this module: see below
    in_place = functools.partial(_in_place, namesake)

    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if keywords:
            keywords = essential(arguments, keywords)
            if "inplace" in keywords and in_place(self, keywords):
                return self._put(name, call(self, *arguments, **{one: keywords[one] for one in keywords if one != "inplace"}))
        try:
            return method(self, **by_name(arguments, keywords)) if arguments or keywords else method(self)
        except not_offered:
            found = None if keywords.get("inplace") or not hasattr(self, "_gathered") else self._gathered(name)
            if found is None:
                raise
        return found(*arguments, **keywords)

    # With the globals of the method's own module, or doctest would take it for one of this module's and pass it over.
    wrapper = FunctionType(call.__code__, method.__globals__, method.__name__, None, call.__closure__)
    functools.update_wrapper(wrapper, method)
    return wrapper


def _in_place(namesake: Callable[..., Any], owner: Any, keywords: dict[str, Any]) -> bool:
    """Whether the object is to stand for what the method gives."""
    return keywords["inplace"] is True and hasattr(owner, "_put") and "inplace" in _parameters(namesake)


def _titled(method: FunctionType, title: str) -> FunctionType:
    """The same method, whose errors name the user's class and not the one that it is inherited from."""
    titled = FunctionType(method.__code__, method.__globals__, method.__name__, method.__defaults__, method.__closure__)
    functools.update_wrapper(titled, method)
    titled.__kwdefaults__ = method.__kwdefaults__
    titled.__qualname__ = title
    del titled.__wrapped__  # type: ignore[attr-defined]
    return titled


@functools.cache
def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return dict(list(inspect.signature(function).parameters.items())[1:])


def _essential(
    method: FunctionType, namesake: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> dict[str, Any]:
    """The keywords of a call but Dask's hints."""
    known = {*_parameters(method), *_parameters(namesake), *(["compute"] if method.__name__.startswith("to_") else [])}
    return without_hints(arguments, keywords, known)


def translate(
    method: Callable[..., Any], namesake: Callable[..., Any], title: str, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of a call, by the names that `method` has for them.

    Raises
    ------
    TypeError
        An argument that pandas does not have, or that is not offered.
    """
    ours, theirs = _parameters(method), _parameters(namesake)
    signature = inspect.Signature(list(theirs.values()))
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in ours.values())
    hands_on = takes_any and not any(parameter.kind is parameter.VAR_KEYWORD for parameter in theirs.values())
    our_own = {name: keywords[name] for name in keywords if name in ours and name not in theirs}
    try:
        bound = signature.bind_partial(*arguments, **{n: v for n, v in keywords.items() if n not in our_own}).arguments
    except TypeError as error:
        unknown = [name for name in keywords if name not in theirs]
        raise TypeError(f"{title}: {_unknown(unknown[0], {**theirs, **ours}) if unknown else error}") from None
    given: dict[str, Any] = our_own
    for name, value in bound.items():
        kind = theirs[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            if not takes_any:
                value = {n: v for n, v in value.items() if n in ours or not _is_empty(n, v, title, ours, theirs)}
            given.update(value)
        elif kind is inspect.Parameter.VAR_POSITIONAL:
            raise NotOfferedError(f"{title}: further arguments for the function are not offered")
        elif name in ours or hands_on:
            given[name] = value
        elif name == "axis" and _is_no_axis(value, title):
            raise ValueError(f"No axis named {value} for object type {title.partition('.')[0]}")
        elif not _says_nothing(name, value, theirs[name].default, title):
            raise NotOfferedError(_refusal(title, name, value, ours))
    return given


def _is_empty(name: str, value: Any, title: str, ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether a keyword is one of those that numpy hands on, with nothing in it; another is an error."""
    if name in ("out", "dtype", "keepdims") and value is None:
        return True
    raise TypeError(f"{title}: {_unknown(name, {**theirs, **ours})}")


def _says_nothing(name: str, value: Any, default: Any, title: str) -> bool:
    """Whether an argument asks for what happens without it."""
    if name == "copy" or value is default or (name == "inplace" and value is False):
        return True
    if name == "axis":
        series = title.startswith("Series")
        return _axis(value, series) is not None and _axis(value, series) == _axis(default, series)
    return type(value) is type(default) and isinstance(value, (bool, int, float, str)) and bool(value == default)


def _axis(value: Any, series: bool) -> int | None:
    if value is None:
        return 0 if series else None
    found = _AXES.get(value, value) if isinstance(value, str) else value
    return found if type(found) is int and found in ((0,) if series else (0, 1)) else None


def _is_no_axis(value: Any, title: str) -> bool:
    """Whether an axis is one that the object has not: pandas says so of some methods only when there are rows."""
    kind = title.partition(".")[0]
    return kind in ("DataFrame", "Series") and type(value) in (int, str) and _axis(value, kind == "Series") is None


def _unknown(name: str, known: dict[str, Any]) -> str:
    if name in ARGUMENTS:
        return f"no argument {name!r}: {ARGUMENTS[name]}."
    close = nearest(name, [known_name for known_name in known if known_name not in ("args", "kwargs")])
    return f"no argument {name!r}." + (f" Did you mean {close[0]!r}?" if close else "")


def _refusal(title: str, name: str, value: Any, ours: dict[str, inspect.Parameter]) -> str:
    shown = repr(value) if isinstance(value, (bool, int, float, str)) else "..."
    offered = [n for n, parameter in ours.items() if parameter.kind is not parameter.VAR_KEYWORD]
    has = f" It takes: {', '.join(offered)}." if offered else ""
    said = said_of(title, name)
    return f"{title}({name}={shown}) is not offered.{f' {said}' if said else ''}{has}"
