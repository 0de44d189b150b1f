"""What has to hold of every case, on every instruction set: what the core accepts is what the judge makes of it.

The judge is pandas (`lazyframe.csv.engines._pandas`). What pyarrow's engine accepts has to be the same, too. A case may be
refused: the answer tells, so that a run shows how much was accepted.
"""

from __future__ import annotations

import math
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
from fuzz import memory, twin
from fuzz.cases import Case

from lazyframe.csv.engines import _native, _pandas, _pyarrow
from lazyframe.csv.engines.late import Late
from lazyframe.csv.engines.layout import BadText, Rejected
from lazyframe.csv.text import records
from lazyframe.csv.types import dates
from lazyframe.csv.types.mismatches import TypeMismatches
from lazyframe.native import abi, library

Columns = list[list[Any]]


class Finding(AssertionError):
    """Something is not as it must be."""


def check(case: Case) -> str:
    """Try the case; what became of it, in a word.

    Raises
    ------
    Finding
        Two that have to agree do not.
    """
    answers = {level: _by_core(case, level) for level in library.instruction_sets()}
    first = next(iter(answers.values()))
    for level, answer in answers.items():
        _same(first, answer, f"what {level} makes of it")
    _check_counts(case)
    _check_twin(case)
    judged = None
    arrow = _by_arrow(case)
    if first is not None or arrow is not None:
        judged = _by_pandas(case)
    if first is not None:
        _same(judged, first, "what the core makes of it")
        _check_cuts(case, first)
        _check_pieces(case, first)
        _check_late(case, first)
    if arrow is not None:
        _same(judged, arrow, "what pyarrow makes of it")
    if first is None:
        return "refused" if arrow is None else "refused by the core alone"
    return "empty" if not first[0] else "accepted"


def _same(expected: Any, found: Any, what: str) -> None:
    if repr(expected) != repr(found):  # repr tells -0.0 from 0.0
        raise Finding(f"{what}: {str(found)[:500]}, and not {str(expected)[:500]}")


def _parser(case: Case, level: str, checked: frozenset[int] = frozenset()) -> _native.Parser:
    sizes = {"WINDOW": case.window, "_DISTINCT": case.distinct, "_DISTINCT_BYTES": 64 * case.distinct}
    with mock.patch.multiple(_native, **sizes):
        return _native.Parser(case.layout, case.formats, level, checked)


def _parse(case: Case, parser: _native.Parser, text: bytes, **options: Any) -> _native.Parsed | None:
    small = {"_DISTINCT": case.distinct, "_DISTINCT_BYTES": 64 * case.distinct, "_TABLE_BYTES": 24 * max(1024, 8 * case.distinct)}
    with memory.exact(), mock.patch.multiple(_native, **small):
        try:
            parsed = parser.parse(memory.placed(text), **options)
        except Rejected:
            return None
    for array in parsed.arrays:
        if array is not None:
            array.validate(full=True)
    return parsed


def _by_core(case: Case, level: str) -> Columns | None:
    parsed = _parse(case, _parser(case, level), case.data)
    if parsed is None:
        return None
    if parsed.consumed != len(case.data) or not parsed.complete:
        raise Finding(f"{level} consumed {parsed.consumed} of {len(case.data)} bytes")
    return _lists(parsed.arrays)


def _by_pandas(case: Case) -> Columns | None:
    try:
        arrays = _pandas.parse(case.data, case.layout)
        return _lists(_with_dates(case, arrays))
    except (BadText, TypeMismatches, dates.NotDates):
        return None


def _by_arrow(case: Case) -> Columns | None:
    try:
        return _lists(_with_dates(case, _pyarrow.parse(case.data, case.layout)))
    except (Rejected, TypeMismatches, dates.NotDates):
        return None


def _with_dates(case: Case, arrays: list[pa.Array]) -> list[pa.Array]:
    found = []
    for place, array in zip(case.wanted, arrays, strict=True):
        if place in case.formats:
            texts = dates.without_nat(array if pa.types.is_dictionary(array.type) else array.dictionary_encode())
            if texts.null_count == len(texts):
                array = pa.nulls(len(texts), pa.timestamp("us"))
            else:
                array = dates.convert(texts, case.formats[place])
        found.append(array)
    return found


def _lists(arrays: list[pa.Array]) -> Columns:
    """The values; missing is None, dates are microseconds, and whatever float is not finite is text."""
    found = []
    for array in arrays:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if pa.types.is_timestamp(array.type):
            array = array.cast(pa.timestamp("us")).cast(pa.int64())
        values = array.to_pylist()
        found.append([None if isinstance(value, float) and math.isnan(value) else value for value in values])
    return found


def _check_counts(case: Case) -> None:
    separator = case.separator.encode("latin-1")
    expected: int | None = None
    for level in library.instruction_sets():
        with mock.patch.object(library, "level", lambda level=level: abi.LEVELS[level]):
            try:
                count, consumed = _native.count(memory.placed(case.data), separator, case.layout.width)
            except Rejected:
                continue
        expected = records.count(case.data, separator) if expected is None else expected
        _same((expected, len(case.data)), (count, consumed), f"what {level} counts")


def _check_twin(case: Case) -> None:
    """The core accepts, refuses and makes what its slow twin does, of the whole and of the begin; where there is a compiler."""
    if twin.compiler() is None or not _native.supports(case.layout, case.formats):
        return
    asked = twin.Asked(
        tuple(_native._wanted(case.layout, case.formats, frozenset())),
        case.layout.width,
        _native.missing_texts(case.layout.dialect.missing),
        ord(case.separator),
        window=case.window,
        distinct=case.distinct,
        room=64 * case.distinct,
    )
    try:
        for stop, at_end in ((None, True), (len(case.data) // 2, True), (None, False)):
            twin.compare(asked, case.data, stop, at_end)
    except twin.Differ as differ:
        raise Finding(str(differ)) from None


def _check_cuts(case: Case, whole: Columns) -> None:
    """Two pieces are the whole, wherever the first one ends."""
    data = case.data
    level = library.instruction_sets()[-1]
    for at in sorted({len(data) // 3, data.find(b"\n") + 1, max(len(data) - 1, 0), data.find(b'"') + 1}):
        for options in ({"stop": at}, {"at_end": False}):
            parser = _parser(case, level)
            first = _parse(case, parser, data if "stop" in options else data[:at], **options)
            if first is None:  # a number that na_values names, or more distinct texts than there is room for
                continue
            rest = _parse(case, parser, data[first.consumed :])
            if rest is None:
                raise Finding(f"cut at {at} with {options} the rest from {first.consumed} on is refused")
            both = [a + b for a, b in zip(_lists(first.arrays), _lists(rest.arrays), strict=True)]
            _same(whole, both, f"cut at {at} with {options}")


def _check_pieces(case: Case, whole: Columns) -> None:
    """Piece after piece into the same columns gives the whole."""
    data, begin, size = case.data, 0, len(case.data) // 3 + 1
    parser, found = _parser(case, library.instruction_sets()[-1]), [[] for _ in whole]

    def piece(at: int) -> _native.Following:
        return _native.Following(memory.placed(data[at : at + size]), len(data) - at, at + size >= len(data))

    def following(consumed: int) -> _native.Following:
        nonlocal begin
        begin += consumed
        return piece(begin)

    complete = False
    while not complete:
        first = piece(begin)
        parsed = _parse(case, parser, data[begin : begin + size], stop=first.stop, at_end=first.at_end, following=following)
        if parsed is None:
            if begin == 0:  # a number that na_values names, or more distinct texts than there is room for
                return
            raise Finding(f"in pieces of {size} the rest from {begin} on is refused")
        found = [a + b for a, b in zip(found, _lists(parsed.arrays), strict=True)]
        begin, complete = begin + parsed.consumed, parsed.complete and begin + parsed.consumed == len(data)
        if not parsed.records and not parsed.consumed:
            size *= 2
    _same(whole, found, f"in pieces of {size}")


def _check_late(case: Case, whole: Columns) -> None:
    """Text made late, of every third row, is the text of these rows."""
    places = [place for place in case.wanted if case.kinds[place] == "s"]
    if not places:
        return
    late = Late(case.layout, case.formats, places)
    late.first = _parser(case, library.instruction_sets()[-1], frozenset(places))
    text = memory.placed(case.data)
    with memory.exact():
        try:
            parsed = late.first.parse(text)
        except Rejected:
            raise Finding("the core refuses what it only has to check") from None
        mask = np.arange(parsed.records) % 3 == 0
        made = late.make(text, parsed, mask)
    for number, place in enumerate(case.wanted):
        if place in places:
            _same(whole[number][::3], _lists([made[f"c{place}"]])[0], f"column {place} made late")
        else:
            _same(whole[number], _lists([parsed.arrays[number]])[0], f"column {place} beside late ones")
