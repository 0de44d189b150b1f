"""A sampled piece of text as a table: the kinds of text in each column, and the texts themselves.

The core looks at it where it accepts such text (`core_table`). Where nothing odd stands in it the text is cut here. pandas is
asked only about columns whose texts are of no plain form: what pandas does once a column takes as long as its reading of the
whole of a wide file. Of other text only pandas says what its records are, and reads it: once as it infers the
columns, and once more for the texts of those that this leaves open.

See docs/decisions/0075-many-columns-at-once.md and docs/decisions/0087-the-core-looks-at-samples.md.
"""

from __future__ import annotations

import csv
import functools
import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.sniff.core_table import CoreTable
from lazyframe.csv.text import records
from lazyframe.csv.text.rewrite import MARK, without_marks
from lazyframe.csv.types.infer import LARGE, OTHER, TextKinds, first_of, is_settled_text, kinds_of_values, may_be_doubled
from lazyframe.csv.types.mismatches import CODED
from lazyframe.csv.types.plain import plain_kinds
from lazyframe.schema import DType

_FEW_RECORDS = 100
"""Of so few it cannot be told whether nearly every text of a column is another."""

_SEPARATORS = (b",", b";", b"\t", b"|", b":")
"""No blank: at the start of a line such are passed over."""
_BLANKS = (b" ", b"\t")

_Texts = Sequence[str | None]

_WHOLE = TextKinds.INT | TextKinds.NEGATIVE
_FITTING = {"int64": _WHOLE, "f": _WHOLE | TextKinds.FLOAT | TextKinds.NO_INT | TextKinds.MISSING}
"""The kinds of text that dtypes of numbers certainly take."""


class SampleTable:
    """Some whole records of a file, to be looked at for a sample.

    Parameters
    ----------
    text : bytes
        The records.
    layout : Layout
        The columns of the file, and those whose kinds are wanted.
    """

    def __init__(self, text: bytes, layout: Layout) -> None:
        self._text, self._layout = text, layout

    @functools.cached_property
    def _core(self) -> CoreTable | None:
        """The table of the core; None where it refuses the text."""
        return CoreTable.of(self._text, self._layout)

    @functools.cached_property
    def _fields(self) -> list[Sequence[str]] | None:
        """The texts of each column of the file; None where they are for pandas to tell."""
        dialect = self._layout.dialect
        return None if dialect.has_marks else cut(self._text, dialect.separator, self._layout.width, dialect.check_fields)

    @property
    def count(self) -> int | None:
        """How many records there are; None where only pandas could tell."""
        if self._core is not None:
            return self._core.count
        if self._fields is not None:
            return len(self._fields[0])
        quoted = records.QUOTE in self._text
        return None if quoted else self._text.count(b"\n") + (not self._text.endswith(b"\n"))

    def kinds(self, known: Mapping[str, TextKinds], first: bool) -> dict[str, TextKinds]:
        """The kinds of text in each wanted column, united with those that are known of it; nothing where this is no table.

        It was cut wrongly then, or it holds an error that reading will report.

        Parameters
        ----------
        known : mapping
            The kinds that are known, by the column's name.
        first : bool
            Whether this is the beginning of the whole input.
        """
        wanted = [
            (name, place) for name, place, _ in self._layout.wanted if name not in known or not is_settled_text(known[name])
        ]
        try:
            is_cut = self._core is not None or self._fields is not None
            found = self._plain_kinds(wanted) if is_cut else self._inferred(wanted, known)
            others = [place for _, place in wanted if place not in found]
            texts = dict(zip(others, self._distinct(others), strict=True))
        except (pd.errors.ParserError, UnicodeDecodeError):
            return {}
        found.update(zip(others, self._layout.kinds_of_each([(texts[place], place) for place in others]), strict=True))
        kinds = {}
        for name, place in wanted:
            kind = found[place]
            if kind is None:
                continue
            if first and kind & LARGE and kind & OTHER:
                kind |= first_of(texts[place], forms=self._layout.dialect.forms)
            kinds[name] = _united(known.get(name, TextKinds.NOTHING), kind, first)
        return kinds

    def holds(self, given: Mapping[int, DType]) -> bool:
        """Whether the texts of columns, by their place, are of these dtypes for certain; where not, only reading tells."""
        is_cut = self._core is not None or self._fields is not None
        return is_cut and all(self._is_of(place, dtype) for place, dtype in given.items())

    def _is_of(self, place: int, dtype: DType) -> bool:
        if dtype.kind == "T":
            return True
        fitting = _FITTING.get(dtype.kind if dtype.kind == "f" else dtype.name)
        if fitting is None:
            return False
        kind = self._plain_kinds([("", place)]).get(place)
        return kind is not None and not kind & ~fitting

    def _plain_kinds(self, wanted: Sequence[tuple[str, int]]) -> dict[int, TextKinds | None]:
        """The kinds in the columns, by their place, whose texts are of plain forms."""
        if self._core is not None:
            by_place = {place: self._core.kinds[place] for _, place in wanted}
            return {place: kind for place, kind in by_place.items() if kind is not None}
        assert self._fields is not None
        layout, fields, forms = self._layout, self._fields, self._layout.dialect.forms
        missing = None if layout.dialect.missing.texts is None else layout.dialect.missing  # the same in all columns
        found: dict[int, TextKinds | None] = {}
        for _, place in wanted:
            kind = plain_kinds(fields[place], missing or layout.missing_in(place), forms)
            if kind is not None:
                found[place] = kind
        return found

    def _inferred(self, wanted: Sequence[tuple[str, int]], known: Mapping[str, TextKinds]) -> dict[int, TextKinds | None]:
        """The kinds that the values tell which pandas makes of the text; None where they are nothing new."""
        layout, forms = self._layout, self._layout.dialect.forms
        arrays = _arrays(_read(self._text, layout, {}))
        doubled = may_be_doubled(self._text, forms)
        found: dict[int, TextKinds | None] = {}
        for name, place in wanted:
            values, seen = arrays[place], known.get(name, TextKinds.NOTHING)
            kind = None
            if not doubled or values.dtype.kind not in "iuf":
                kind = kinds_of_values(values, layout.missing_in(place), seen, forms)
            if kind is not None:
                found[place] = kind
            elif not doubled and seen & TextKinds.FLOAT and values.dtype.kind == "f":
                found[place] = None
        return found

    def _distinct(self, places: Sequence[int]) -> list[_Texts]:
        """The different texts, or all, of columns of the file, in order of first appearance; None is a missing one."""
        if self._core is None:
            return self._texts(places)
        coded = self._core.texts(places)
        return [texts.dictionary.to_pylist() + [None] * bool(texts.null_count) for texts in coded]

    def _texts(self, places: Sequence[int]) -> list[_Texts]:
        """The texts of columns of the file, None being a missing value."""
        if not places:
            return []
        if self._fields is None:
            frame = _read(self._text, self._layout, dict.fromkeys(places, object))
            read: dict[Any, Any] = dict(zip(frame.columns, _arrays(frame), strict=True))  # in the order of the file
            return [[None if missing else text for text, missing in zip(read[p], pd.isna(read[p]), strict=True)] for p in places]
        missing = (self._layout.missing_in(place).all_texts() for place in places)
        columns = (self._fields[place] for place in places)
        return [
            column if named.isdisjoint(column) else [None if text in named else text for text in column]
            for named, column in zip(missing, columns, strict=True)
        ]

    def arrays(self, names: Sequence[str]) -> list[pa.DictionaryArray] | None:
        """Columns as text, those that the file lacks as missing; None where this is no table."""
        positions = self._layout.positions
        there = [name for name in dict.fromkeys(names) if name in positions]
        if self._core is not None:
            core = dict(zip(there, self._core.texts([positions[name] for name in there]), strict=True))
            return [core[name] if name in core else pa.nulls(self._core.count, CODED) for name in names]
        try:
            listed = self._texts([positions[name] for name in there] or [0])
        except (pd.errors.ParserError, UnicodeDecodeError):
            return None
        bare = without_marks if self._layout.dialect.has_marks else lambda array: array
        coded = [bare(pa.array(texts, CODED.value_type)).dictionary_encode() for texts in listed]
        made = dict(zip(there, coded, strict=False))
        nothing = pa.nulls(len(listed[0]), CODED)
        return [made.get(name, nothing) for name in names]

    def various(self, names: Sequence[str]) -> set[str]:
        """The columns in which nearly every text is another."""
        if self._text.count(b"\n") < _FEW_RECORDS:
            return set()
        places = [self._layout.positions[name] for name in names]
        if self._core is not None:
            coded = zip(names, self._core.texts(places), strict=True)
            return {name for name, array in coded if len(array.dictionary) > max(len(array) // 2, _FEW_RECORDS)}
        try:
            listed = self._texts(places) if self._fields is None else [self._fields[place] for place in places]
        except (pd.errors.ParserError, UnicodeDecodeError):
            return set()
        missing = [{None, *self._layout.missing_in(place).all_texts()} for place in places]
        found = zip(names, listed, missing, strict=True)
        return {name for name, texts, named in found if len({*texts} - named) > max(len(texts) // 2, _FEW_RECORDS)}

    def bare(self, name: str) -> list[str] | None:
        """The texts of a column, those that mean "missing" too; None where the file has none, or this is no table."""
        place = self._layout.positions.get(name)
        if place is None:
            return None
        if self._fields is not None:
            return list(self._fields[place])
        try:
            texts = list(_read(self._text, self._layout, {place: object}, na_filter=False)[place])
        except (pd.errors.ParserError, UnicodeDecodeError):
            return None
        return [text.replace(MARK, "") for text in texts] if self._layout.dialect.has_marks else texts


@functools.lru_cache(maxsize=4096)  # joining two kinds is slow
def _united(known: TextKinds, kind: TextKinds, first: bool) -> TextKinds:
    """What is known of a column with what was found in it; among the first of the input the order is known, too."""
    others_first = first and kind & OTHER and not kind & LARGE
    return known | kind | (TextKinds.OTHER_FIRST if others_first else TextKinds.NOTHING)


def cut(text: bytes, separator: bytes, width: int, check_fields: bool = True) -> list[Sequence[str]] | None:
    r"""The texts of each column of some whole records; None where it takes pandas to say what they are.

    A record that is too short is filled up, as by pandas; one that is too long is for pandas to judge, unless `check_fields` is
    false.

    Examples
    --------
    >>> cut(b'1,a\n2,"b,c"\n\n3\n', b",", 2)
    [('1', '2', '3'), ('a', 'b,c', '')]
    """
    if separator not in _SEPARATORS or b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return None
    if any(blank in text and blank != separator and (text.startswith(blank) or b"\n" + blank in text) for blank in _BLANKS):
        return None
    try:
        decoded, mark = text.decode(), separator.decode()
        if records.QUOTE not in text:
            decoded = decoded.replace("\r\n", "\n").removesuffix("\n")
            if (columns := _all_at_once(decoded, mark, width)) is not None:
                return columns
            rows = [line.split(mark) for line in decoded.split("\n") if line]
        else:
            rows = [row for row in csv.reader(io.StringIO(decoded, newline=""), delimiter=mark, strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    widths = set(map(len, rows))
    if widths - {width}:
        if check_fields and max(widths) > width:
            return None
        rows = [row[:width] + [""] * (width - len(row)) for row in rows]
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _all_at_once(text: str, mark: str, width: int) -> list[Sequence[str]] | None:
    r"""The texts of each column where each line has `width` of them; None where one has not.

    Cut by the separator alone, each line's first text begins with a line feed, and no other has one.

    Examples
    --------
    >>> _all_at_once("1,a\n2,b", ",", 2)
    [['1', '2'], ['a', 'b']]
    >>> _all_at_once("1,a\n2", ",", 2)
    """
    fields = text.replace("\n", f"{mark}\n").split(mark)
    firsts = "".join(fields[::width])
    first = firsts.split("\n")
    if len(fields) % width or len(first) * width != len(fields) or firsts.count("\n") != text.count("\n"):
        return None
    if width == 1 and "" in first:  # a blank line is no record
        return None
    return [first, *(fields[place::width] for place in range(1, width))]


def _read(text: bytes, layout: Layout, dtypes: dict[int, Any], **options: Any) -> pd.DataFrame:
    """The table as pandas reads it, its columns called by their positions: those to which dtypes are given, or all."""
    everything = None if layout.dialect.check_fields else list(range(layout.width))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame: pd.DataFrame = pd.read_csv(
            io.BytesIO(layout.dialect.separator.join(place.encode() for place in layout.places) + b"\n" + text),
            sep=layout.dialect.separator.decode(),
            index_col=False,
            usecols=list(dtypes) or everything,
            dtype={str(place): dtype for place, dtype in dtypes.items()} or None,  # an empty one is slow, column after column
            low_memory=False,
            **layout.dialect.missing.for_pandas(layout.names),
            **layout.dialect.forms.for_pandas(),
            **options,
        )
    frame.columns = pd.Index([int(name) for name in frame.columns], dtype=np.int64)
    return frame


def _arrays(frame: pd.DataFrame) -> list[np.ndarray]:
    """The values of each column; those of one dtype are taken out together, for a Series each takes most of the time."""
    dtypes = frame.dtypes.to_numpy()
    found: list[np.ndarray] = [np.empty(0)] * len(dtypes)
    for dtype in set(dtypes):
        places = np.flatnonzero(dtypes == dtype)
        for place, array in zip(places, frame.iloc[:, places].to_numpy().T, strict=True):
            found[place] = array
    return found
