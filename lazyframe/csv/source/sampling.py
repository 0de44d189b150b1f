"""The sampler: which kinds of text the columns have, by pieces of the files.

    spec -> pieces (`sniff.sample`) -> kinds of text in each, united -> spec whose columns know them

All of it is a guess but what the first records of a file have, which is kept apart as certain: a file that turns out to be cut
wrongly takes the rest with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lazyframe.csv.engines.layout import Layout, places_of
from lazyframe.csv.errors import DtypePromotionWarning
from lazyframe.csv.options.dialect import PLAIN_FORMS
from lazyframe.csv.options.fields import IndexSpec
from lazyframe.csv.scan import assemble, reader
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff import sample
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.sniff.sample import SamplePiece
from lazyframe.csv.sniff.table import SampleTable
from lazyframe.csv.source import probes
from lazyframe.csv.text.storage import File
from lazyframe.csv.types import dates, infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.notices import warn

_SMALL = 2**22
"""Of so much text it makes no difference which columns travel as a dictionary."""

_WIDE = 512
"""Of more columns a batch has so few records that a dictionary of each takes longer, and more memory, than the texts."""


@frozen
class SampleRequest:
    """What the sampler is told beside the spec.

    Parameters
    ----------
    starts : sequence of (int, int)
        Where partitions begin: the number of the file, and the offset.
    index : IndexSpec or None
        Which columns are the index: a level that turns out to hold no dates is a column like any other.
    assume_missing : bool
        Whether whole numbers are taken to be missing somewhere.
    """

    starts: Sequence[tuple[int, int]]
    index: IndexSpec | None
    assume_missing: bool


class Sampled(NamedTuple):
    """What a sample tells.

    Parameters
    ----------
    spec : ScanSpec
        Whose columns know the kinds of text in the sample.
    certain : mapping of str to TextKinds
        Those that are there for certain.
    is_first_shown : bool
        Whether the first rows can hold nothing else.
    """

    spec: ScanSpec
    certain: Mapping[str, TextKinds]
    is_first_shown: bool


def sampled(spec: ScanSpec, asked: SampleRequest) -> Sampled:
    """What the sample of the files tells of the columns; again without the dates that are none, until it holds."""
    said: dict[str, str] = {}  # of columns that are no dates, where that is seen
    while True:
        found = _once(spec, asked, said)
        undated = {column.label for column in found.spec.columns if is_undated(column, asked.index)}
        if not undated:
            break
        spec = without_dates(found.spec, undated)
    for label, message in said.items():
        if found.spec.column(label).dtype.kind == "T":
            warn(message, DtypePromotionWarning)
    return found


def is_undated(column: ColumnSpec, index: IndexSpec | None) -> bool:
    """Whether a level of the index turned out to be no dates: then pandas infers its dtype anew (`types.undated`)."""
    is_asked = index is not None and column.name in index.inferred
    return is_asked and column.dates is not None and column.given is None and bool(column.seen & TextKinds.TEXT)


def without_dates(spec: ScanSpec, labels: set[str]) -> ScanSpec:
    """The spec for which these are no dates, and nothing is known of them."""
    return spec.with_columns({n: replace(spec.column(n), dates=None, undated=True, seen=TextKinds.NOTHING) for n in labels})


def _once(spec: ScanSpec, asked: SampleRequest, said: dict[str, str]) -> Sampled:
    lacking = [file for file in spec.files if not file.empty]
    lacking = lacking if spec.nrows is None else lacking[:1]
    # Where it reads all at once, pandas' C parser takes the columns of no records for integers, and dates for those of seconds.
    if spec.nrows == 0 and lacking and not spec.dialect.by_python:
        kinds = {
            c.label: TextKinds.MISSING if c.dates else TextKinds.NOTHING if c.converter else TextKinds.INT for c in spec.columns
        }
        return Sampled(spec.knowing(kinds), {}, True)
    sampler = _Sampler(spec, lacking, said)
    for number, piece in enumerate(sample.pieces(spec.files, asked.starts, spec.nrows is None)):
        sampler.take(piece, number == 0)
    return sampler.told(asked.assume_missing)


class _Sampler:
    """What the pieces that were taken so far tell.

    Parameters
    ----------
    spec : ScanSpec
        What is known before.
    lacking : list of File
        The files that have records: what one of them lacks is missing there.
    said : dict of str to str
        Takes what is to be said of columns that are no dates.
    """

    def __init__(self, spec: ScanSpec, lacking: list[File], said: dict[str, str]) -> None:
        self._spec = spec
        self._said = said
        self._certain: dict[str, TextKinds] = {}
        self._dates: dict[str, dates.Dates] = {c.label: c.dates for c in spec.columns if c.dates is not None}
        self._various: set[str] = set()
        self._is_first_shown = False
        self._is_large = sum(file.size for file in spec.files if file.size) > _SMALL
        self._expected: dict[tuple[str, ...], tuple[Layout, list[ColumnSpec]] | None] = {}  # by the columns of a file
        everywhere = set.intersection(*map(set, dict.fromkeys(file.names for file in lacking))) if lacking else set()
        for column in spec.columns if lacking else ():
            parts = (column.label,) if column.dates is None else map(str, column.dates.parts)
            if not everywhere.issuperset(parts):
                self._certain[column.label] = TextKinds.MISSING
        self._guessed = dict(self._certain)

    def take(self, piece: SamplePiece, is_first: bool) -> None:
        """Look at a piece; `is_first` says that it is the beginning of the whole input."""
        spec = self._spec
        text = sample.text_of(piece, spec.files, spec.dialect, spec.sample_bytes, spec.nrows)
        if not text:
            return
        file = spec.files[piece.file]
        if not spec.on_bad_lines.are_errors:
            text = spec.sifted(text, piece.file, piece.start if piece.at_head else None)
        if not is_first and self._foretold(text, file):
            return
        places = places_of(file.names)
        wanted = [c for c in spec.columns if c.is_inferred and c.label in places]
        layout = Layout(
            spec.dialect,
            file.names,
            tuple((c.label, places[c.label], c.state.dtype) for c in wanted),
            tuple(c.seen for c in wanted),
        )
        table = SampleTable(text, layout)
        learnt = table.kinds(self._guessed, is_first)
        for column in spec.columns:
            if column.converter is not None and (bare := table.bare(column.label)) is not None:
                learnt[column.label] = column.converter.kinds(bare, self._guessed.get(column.label, TextKinds.NOTHING))
        dated = [
            (column, sample.SampledDates(texts, self._guessed.get(column.label, TextKinds.NOTHING), self._dates[column.label]))
            for column, texts in sample.dates_in(table, spec.columns)
        ]
        told = sample.dates_of([found for _, found in dated], is_first)
        for (column, (texts, known, _)), (seen, found) in zip(dated, told, strict=True):
            learnt[column.label], self._dates[column.label] = seen, found
            if column.given is None and seen & ~known & TextKinds.TEXT:
                self._said.setdefault(
                    column.label, sample.no_date(column.label, self._dates[column.label], texts, piece, text, file, spec.dialect)
                )
        for column in spec.columns:
            if column.undated and (found_texts := table.arrays([column.label])) is not None:
                known = self._guessed.get(column.label, TextKinds.NOTHING)
                learnt[column.label] = known | assemble.level_kinds(column, found_texts[0], layout)
        self._guessed.update(learnt)
        self._expected.clear()
        if piece.at_head:
            certain = self._certain
            certain.update({name: certain[name] | seen if name in certain else seen for name, seen in learnt.items()})
        if is_first:
            if self._foretells(table, learnt, places):
                self._is_first_shown = sample.covers_first(text, table.count, piece, spec.files, spec.nrows)
            if len(spec.columns) <= _WIDE and self._is_large:
                may_be_texts = (c for c in spec.columns if self._guessed.get(c.label, TextKinds.TEXT) & TextKinds.TEXT)
                self._various = table.various([c.label for c in may_be_texts if c.label in places])

    def told(self, assume_missing: bool) -> Sampled:
        """What all of it comes to."""
        certain, guessed = self._certain, self._guessed
        if assume_missing:
            certain, guessed = ({n: _with_missing(s) for n, s in kinds.items()} for kinds in (certain, guessed))
        coded = len(self._spec.columns) <= _WIDE
        columns = tuple(
            c.knowing(guessed.get(c.label, TextKinds.NOTHING), coded and c.label not in self._various, self._dates.get(c.label))
            for c in self._spec.columns
        )
        spec = replace(self._spec, columns=columns)
        undecided = {seen for seen in {c.seen for c in columns} if infer.state_or_none(seen) is None}
        if undecided:
            spec = spec.knowing({c.label: probes.decided(spec, c) for c in columns if c.seen in undecided})
        return Sampled(spec, certain, self._is_first_shown)

    def _foretells(self, table: SampleTable, learnt: Mapping[str, TextKinds], places: Mapping[str, int]) -> bool:
        """Whether the first text tells of all columns what an engine makes of it; not of odd forms, nor of dates."""
        inferred = [column.label in learnt for column in self._spec.columns if column.is_inferred]
        given = [column for column in self._spec.columns if not column.is_inferred and not column.is_path]
        if self._spec.dialect.forms != PLAIN_FORMS or not all(inferred):
            return False
        dtypes = {places[c.label]: c.given for c in given if c.given and c.label in places and c.dates is None}
        return len(dtypes) == len(given) and table.holds(dtypes)

    def _foretold(self, text: bytes, file: File) -> bool:
        """Whether a piece of text holds nothing but what is guessed already."""
        if file.names not in self._expected:
            self._expected[file.names] = self._expectation(file)
        expected = self._expected[file.names]
        return expected is not None and reader.fits(text, *expected)

    def _expectation(self, file: File) -> tuple[Layout, list[ColumnSpec]] | None:
        """What pieces of such a file are looked at for; None where they may tell something new whatever they hold."""
        guessed, columns = self._guessed, self._spec.columns
        if any(infer.state_or_none(seen) is None for seen in guessed.values()) or any(c.converter for c in columns):
            return None
        unsettled = [
            replace(c, seen=guessed.get(c.label, TextKinds.NOTHING), dates=self._dates.get(c.label))
            for c in columns
            if c.given is None and not infer.is_settled_text(guessed.get(c.label, TextKinds.NOTHING))
        ]
        return reader.layout_of(self._spec.dialect, file, unsettled), unsettled


def _with_missing(seen: TextKinds) -> TextKinds:
    return seen | TextKinds.MISSING if seen & TextKinds.INT and not seen & TextKinds.UNSIGNED else seen
