"""Frozen dataclasses that are not compiled are what the compiled ones are."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest

from lazyframe.frozen import frozen


@frozen
class Ours:
    x: int
    y: tuple[int, ...] = ()
    names: list[str] = field(default_factory=list, repr=False, compare=False)


@dataclass(frozen=True)
class Theirs:
    x: int
    y: tuple[int, ...] = ()
    names: list[str] = field(default_factory=list, repr=False, compare=False)


@frozen
class Longer(Ours):
    z: float = 0.0

    def __post_init__(self) -> None:
        if self.z < 0:
            raise ValueError("negative")


@frozen
class Nothing:
    """Without a field."""


CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}),
    ((1, (2,)), {}),
    ((1, (2,), ["a"]), {}),
    ((), {"x": 1}),
    ((1,), {"names": ["b"]}),
    ((), {"y": (3,), "x": 2}),
    ((), {}),
    ((1, (), [], 4), {}),
    ((1,), {"x": 2}),
    ((1,), {"w": 2}),
]


@pytest.mark.parametrize(("values", "named"), CALLS)
def test_they_are_made_and_shown_alike(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        expected: Any = Theirs(*values, **named)
    except TypeError:
        with pytest.raises(TypeError, match="Ours"):
            Ours(*values, **named)
        return
    found = Ours(*values, **named)
    assert vars(found) == vars(expected)
    assert repr(found) == repr(expected).replace("Theirs", "Ours")
    assert hash(found) == hash(expected)
    assert dataclasses.asdict(found) == dataclasses.asdict(expected)


def test_they_are_equal_by_what_is_compared() -> None:
    assert Ours(1, (), ["a"]) == Ours(1, (), ["b"])
    assert Ours(1) != Ours(2)
    assert Ours(1) != Theirs(1)
    assert Ours(1) != Longer(1)
    assert Longer(1, z=2.0) == Longer(1, (), [], 2.0)
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing(), Ours(1), Ours(1)}) == 2


def test_they_do_not_change() -> None:
    one = Ours(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        one.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        del one.x
    assert dataclasses.replace(one, x=3) == Ours(3)
    assert one.names is not Ours(1).names


def test_they_are_dataclasses_all_the_same() -> None:
    assert [field.name for field in dataclasses.fields(Longer)] == ["x", "y", "names", "z"]
    assert pickle.loads(pickle.dumps(Longer(1, z=2.0))) == Longer(1, z=2.0)
    match Ours(1, (5,)):
        case Ours(x, (y,)):
            assert (x, y) == (1, 5)
    with pytest.raises(ValueError, match="negative"):
        Longer(1, z=-1.0)
    assert inspect.isclass(Ours)
