"""Texts on their way to a dtype: with a dictionary, and those that do not fit."""

from __future__ import annotations

import pyarrow as pa

from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen

CODED = pa.dictionary(pa.int32(), pa.string())
"""Text with each distinct value stored once."""


def encoded(texts: pa.Array) -> pa.DictionaryArray:
    """The texts with a dictionary, as an engine may have read them already."""
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


@frozen
class TypeMismatch:
    """A column of a chunk that holds something else than its dtype.

    Parameters
    ----------
    column : str
        Its name.
    record : int
        The first record of the chunk that does not fit.
    text : str or None
        What stands there; None for a missing value.
    seen : TextKinds
        The kinds of text in the chunk, where the dtype was inferred.
    """

    column: str
    record: int
    text: str | None
    seen: TextKinds = TextKinds.NOTHING


class TypeMismatches(Exception):
    """Every column of a chunk that does not fit."""

    def __init__(self, found: list[TypeMismatch]) -> None:
        super().__init__(found)
        self.found = found
