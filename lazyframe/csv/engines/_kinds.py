"""The core asked of which kinds the texts of columns are, and for no values: to guess dtypes from.

See docs/decisions/0087-the-core-looks-at-samples.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazyframe.csv.engines import _native
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.native import abi, library
from lazyframe.native.scan import Scanner, Wanted


def kinds(text: bytes, layout: Layout, places: Sequence[int]) -> tuple[int, list[int]]:
    """How many records there are, and of which kinds (`abi.KIND_INT` and so on) the texts of columns are, by their places.

    Raises
    ------
    Rejected
        Another engine has to look at this text.
    """
    dialect = layout.dialect
    if not library.is_available() or dialect.missing.texts is None or len(dialect.separator) != 1 or len(text) > abi.LONGEST:
        raise Rejected
    wanted = [Wanted(place, abi.KINDS) for place in places]
    missing = _native.missing_texts(dialect.missing)
    scanner = Scanner(wanted, layout.width, dialect.separator[0], _native.QUOTE, missing, library.level(), _native.WINDOW)
    result = scanner.scan(text, None, True, len(text) + 1)
    if result.reason != abi.DONE:
        raise Rejected
    return result.records, [column.kinds for column in scanner.columns]
