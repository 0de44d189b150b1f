"""Numbers of the native core against Python's float() and int()."""

from __future__ import annotations

import ctypes
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.native import library

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")


def number(text: str, kind: str) -> int | float | None:
    data = text.encode()
    value = ctypes.c_int64() if kind == "i" else ctypes.c_double()
    accepted = library.loaded().lf_number(data, len(data), "if".index(kind), ctypes.byref(value))
    return value.value if accepted else None


def check_float(text: str) -> bool:
    found = number(text, "f")
    if found is not None:
        assert struct.pack("d", found) == struct.pack("d", float(text)), text
    return found is not None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float(value: float) -> None:
    whole = abs(value) >= 2**63 and "e" not in repr(value)
    assert check_float(repr(value)) or whole or not has_from_chars()


def has_from_chars() -> bool:
    """Whether the C++ library of the core parses doubles: of some the core does without, and refuses more."""
    return number("1.2345678901234567890123456789", "f") is not None


@given(st.from_regex(r"[-+ ]?[0-9]{0,25}\.?[0-9]{0,25}([eE][-+]?[0-9]{1,4})?[ ]?", fullmatch=True))
def test_any_decimal(text: str) -> None:
    check_float(text)
    found = number(text, "i")
    assert found is None or found == int(text)


@given(st.integers(-(2**64), 2**64))
def test_any_integer(value: int) -> None:
    assert number(str(value), "i") == (value if -(2**63) <= value < 2**63 else None)


def test_hard_floats() -> None:
    rng = random.Random(0)
    hard = ["9007199254740993", "9007199254740992.5", "0.500000000000000166533453693773481063544750213623046875", "1e23"]
    hard += ["2.2250738585072011e-308", "1.7976931348623157e308", "5e-324", "123456789012345678e-19", "00000000.00000001"]
    hard += [f"{m}e{e}" for m in (1, 3, 7, 9007199254740991, 9007199254740993, 18446744073709551615) for e in range(-25, 26)]
    for _ in range(20_000):
        middle = 2 * rng.getrandbits(52) + 2**53 + 1  # halfway between two doubles
        scale = rng.randrange(0, 8)
        hard.append(f"{middle * 5**scale}e-{scale}")
        hard.append(f"{rng.randrange(10 ** rng.randrange(1, 20))}.{rng.randrange(10 ** rng.randrange(1, 20))}")
        hard.append(f"{rng.uniform(-180, 180):.{rng.randrange(16)}f}")
    accepted = sum([check_float(text) for text in hard])
    assert accepted > (0.9 if has_from_chars() else 0.5) * len(hard)


NO_NUMBERS = ["", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1.5.2", "1 2", "- 1", "0x10", "1_0", "nan", "inf", "\u0661"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_numbers(text: str) -> None:
    assert number(text, "i") is None
    assert number(text, "f") is None
