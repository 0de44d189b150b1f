"""Texts with a dictionary, and what is told of those that are not what the layout says."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest

from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import CODED, TypeMismatch, TypeMismatches, encoded


def test_texts_are_encoded_once() -> None:
    plain = pa.array(["x", None, "y", "x"])
    found = encoded(plain)
    assert found.type == CODED
    assert found.dictionary.to_pylist() == ["x", "y"]
    assert found.to_pylist() == plain.to_pylist()
    assert encoded(found) is found, "an engine may have read them so"


def test_a_mismatch_says_what_stands_where() -> None:
    found = TypeMismatch("a", 3, None)
    assert (found.column, found.record, found.text, found.seen) == ("a", 3, None, TextKinds.NOTHING)
    with pytest.raises(AttributeError):
        found.record = 4  # type: ignore[misc]


def test_mismatches_carry_all_columns_and_cross_processes() -> None:
    found = [TypeMismatch("a", 0, "x", TextKinds.TEXT), TypeMismatch("b", 7, None, TextKinds.MISSING)]
    there = pickle.loads(pickle.dumps(TypeMismatches(found)))
    assert isinstance(there, TypeMismatches)
    assert there.found == found
