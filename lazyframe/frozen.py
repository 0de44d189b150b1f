"""Frozen dataclasses whose methods are not compiled.

`dataclasses.dataclass(frozen=True)` writes six methods for each class and compiles them, which takes two thirds of a
millisecond; the package has a hundred such classes, and a third of the time of importing it was that. Here the methods are the
same for all classes, and look at the fields. The classes are dataclasses all the same: `dataclasses.fields`, `replace` and
`match` work.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, dataclass_transform

C = TypeVar("C")


class _Fields(NamedTuple):
    """What the methods have to know: the fields in order, what makes their defaults, and which are compared and shown."""

    defaults: dict[str, Any]
    factories: dict[str, Callable[[], Any]]
    compared: Callable[[Any], tuple[Any, ...]]
    shown: tuple[str, ...]


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[C]) -> type[C]:
    """Make a class a frozen dataclass.

    Examples
    --------
    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1) == Point(1, y=0), hash(Point(1)) == hash(Point(1, 0))
    (True, True)
    >>> Point(1).x = 2
    Traceback (most recent call last):
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
    """
    own = frozenset(cls.__dict__)
    methods = [(name, method) for name, method in _METHODS.items() if name not in own]
    if "__eq__" in own and "__hash__" not in own:
        raise TypeError(f"{cls.__name__} has an __eq__ of its own, and needs a __hash__")
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass writes one, for which it takes the signature apart
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    fields = dataclasses.fields(made)
    compared = [field.name for field in fields if field.compare]
    made._fields_of_frozen = _Fields(
        {field.name: field.default for field in fields},
        {field.name: field.default_factory for field in fields if field.default_factory is not dataclasses.MISSING},
        operator.attrgetter(*compared) if len(compared) > 1 else lambda value: tuple(getattr(value, name) for name in compared),
        tuple(field.name for field in fields if field.repr),
    )
    for name, method in methods:
        is_more = name == "__init__" and hasattr(made, "__post_init__")
        setattr(made, name, _init_and_more if is_more else method)
    return cls


def filled(cls: type, defaults: Mapping[str, Any], values: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The value of each field, `dataclasses.MISSING` for those with neither a value nor a default.

    Raises
    ------
    TypeError
        There are too many values, or some that are no field's.
    """
    given = dict(zip(defaults, values, strict=False)) | named
    new = {**defaults, **given}
    if len(given) != len(values) + len(named) or len(new) != len(defaults):
        raise TypeError(f"{cls.__name__} takes {', '.join(defaults)}; got {len(values)} values and {list(named)}")
    return new


def lacking(cls: type, new: Mapping[str, Any]) -> None:
    """Raise if a field has no value.

    Raises
    ------
    TypeError
        It has none.
    """
    if names := [name for name, value in new.items() if value is dataclasses.MISSING]:
        raise TypeError(f"{cls.__name__} needs {', '.join(names)}")


def _init(self: Any, /, *values: Any, **named: Any) -> None:
    fields = self._fields_of_frozen
    if not named and len(values) == len(fields.defaults):
        self.__dict__.update(zip(fields.defaults, values, strict=True))
        return
    new = filled(type(self), fields.defaults, values, named)
    for name, factory in fields.factories.items():
        if new[name] is dataclasses.MISSING:
            new[name] = factory()
    lacking(type(self), new)
    self.__dict__.update(new)


def _init_and_more(self: Any, /, *values: Any, **named: Any) -> None:
    _init(self, *values, **named)
    self.__post_init__()


def _set(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared = self._fields_of_frozen.compared
    return bool(compared(self) == compared(other))


def _hash(self: Any) -> int:
    return hash(self._fields_of_frozen.compared(self))


def _repr(self: Any) -> str:
    shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in self._fields_of_frozen.shown])
    return f"{self.__class__.__qualname__}({shown})"


_METHODS: dict[str, Any] = {
    "__init__": _init,
    "__setattr__": _set,
    "__delattr__": _delete,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _repr,
}
