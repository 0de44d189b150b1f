"""A sampled piece of text as the core sees it: kinds of text, in one pass over all columns, and texts, coded in another pass.

The core takes only text that it reads as pandas does, so what it refuses is for `sniff.table` to cut, or for pandas to read.

See docs/decisions/0087-the-core-looks-at-samples.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from lazyframe.csv.engines import _kinds, _native
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.csv.options.dialect import PLAIN_FORMS
from lazyframe.csv.types.infer import TextKinds
from lazyframe.native import abi
from lazyframe.native.library import engine
from lazyframe.schema import dtype_named

_MANY = 32
"""Of more columns Arrow makes the dictionaries: the memory that the core wants for one is meant for a whole batch."""

_KINDS = {
    abi.KIND_MISSING: TextKinds.MISSING,
    abi.KIND_INT: TextKinds.INT,
    abi.KIND_NEGATIVE: TextKinds.NEGATIVE,
    abi.KIND_FLOAT: TextKinds.FLOAT | TextKinds.NO_INT,
    abi.KIND_BOOL: TextKinds.BOOL | TextKinds.NO_INT,
    abi.KIND_TEXT: TextKinds.TEXT | TextKinds.NO_INT,
}


class CoreTable:
    """Some whole records of a file that the core accepts. Made by `of`.

    Parameters
    ----------
    text : bytes
        The records.
    layout : Layout
        The columns of the file.
    count : int
        How many records there are.
    kinds : list of (TextKinds or None)
        The kinds of text in each column of the file; None where one of its texts is of no plain form.
    """

    def __init__(self, text: bytes, layout: Layout, count: int, kinds: list[TextKinds | None]) -> None:
        self._text, self._layout = text, layout
        self.count, self.kinds = count, kinds
        self._texts: dict[int, pa.DictionaryArray] = {}

    @classmethod
    def of(cls, text: bytes, layout: Layout) -> CoreTable | None:
        """The table; None where it is not for the core to say what the records are."""
        dialect = layout.dialect
        if engine() != "native" or dialect.has_marks or dialect.forms != PLAIN_FORMS or dialect.missing.numbers:
            return None
        try:
            count, kinds = _kinds.kinds(text, layout, range(layout.width))
        except Rejected:
            return None
        found = {bits: _united(bits) for bits in set(kinds)}
        return cls(text, layout, count, [found[bits] for bits in kinds])

    def texts(self, places: Sequence[int]) -> list[pa.DictionaryArray]:
        """The texts of columns of the file; a dictionary has them in order of first appearance, without what is missing."""
        new = [place for place in dict.fromkeys(places) if place not in self._texts]
        if new:
            names, text = self._layout.names, dtype_named("str")
            wanted, plain = tuple((names[p], p, text) for p in new), frozenset(new if len(new) > _MANY else ())
            arrays = _native.parse(self._text, Layout(self._layout.dialect, names, wanted, (None,) * len(new), plain))
            coded = (array if pa.types.is_dictionary(array.type) else array.dictionary_encode() for array in arrays)
            self._texts.update(zip(new, coded, strict=True))
        return [self._texts[place] for place in places]


def _united(bits: int) -> TextKinds | None:
    kinds = TextKinds.NOTHING
    for bit, kind in _KINDS.items():
        kinds |= kind if bits & bit else TextKinds.NOTHING
    return None if bits & abi.KIND_OTHER else kinds
