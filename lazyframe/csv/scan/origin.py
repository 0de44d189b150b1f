"""Where the text in a column came from: asked when something is to be done with it that only numbers have, or dates.

A column became one of text by what the sample had, or by what a query came upon. Only the sample is read again.

See docs/decisions/0044-text-knows-its-origin.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lazyframe.csv.engines.layout import Layout, places_of
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff import advice, sample
from lazyframe.csv.sniff.findings import Change
from lazyframe.csv.sniff.table import SampleTable
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import dtype_named
from lazyframe.shown import in_quotes, shown


class _Texts(NamedTuple):
    """The texts of a column that are no numbers: where the first stands, it, the commonest, and whether there are numbers."""

    place: str
    first: str | None
    commonest: tuple[tuple[str, int], ...]
    has_numbers: bool


def why_text(spec: ScanSpec, label: str, change: Change | None, starts: Sequence[tuple[int, int]]) -> str:
    """Where the first text of a column stands, which are the commonest, and what to pass so that there are numbers.

    Parameters
    ----------
    spec : ScanSpec
        What is known by now.
    label : str
        The column.
    change : Change or None
        What a query came upon that made it text.
    starts : sequence of (int, int)
        Where partitions begin: the number of the file, and the offset.

    Returns
    -------
    str
        Empty where there is nothing to say: the user gave the dtype, say.
    """
    column = next((column for column in spec.columns if column.label == label), None)
    if column is None or not column.is_inferred or column.is_path:
        return ""
    found = _sampled(spec, label, starts) if change is None else _Texts(change.place, change.text, change.others, True)
    if found.first is None:
        return ""
    said = f"{found.place} has {in_quotes(found.first)} in column {label}, so the column is text"
    if len(found.commonest) > 1:
        said += f"; of the texts there that are no numbers the commonest are {advice.listed(found.commonest)}"
    return shown(f"{said}. {advice.remedy(label, found.commonest, found.has_numbers)}".rstrip())


def why_no_dates(spec: ScanSpec, label: str, change: Change | None, starts: Sequence[tuple[int, int]]) -> str:
    """Where the first text of a column stands that is no date, or that none were asked for.

    Parameters
    ----------
    spec, label, change, starts
        As in `why_text`.

    Returns
    -------
    str
        Empty where there is nothing to say: the user gave the dtype, say.
    """
    column = next((column for column in spec.columns if column.label == label), None)
    if column is None or column.given is not None or column.is_path or column.converter is not None:
        return ""
    if column.dates is None:
        return f"Pass parse_dates=[{column.name!r}] to read_csv." if not column.undated else ""
    if change is not None and change.text is not None:
        return shown(advice.no_date(change.place, change.text, label, column.dates))
    for piece in sample.pieces(spec.files, starts, spec.nrows is None):
        file = spec.files[piece.file]
        text = sample.text_of(piece, spec.files, spec.dialect, spec.sample_bytes, spec.nrows)
        sifted = spec.sifted(text, piece.file, piece.start if piece.at_head else None)
        table = SampleTable(sifted, Layout(spec.dialect, file.names, (), ()))
        for _, texts in sample.dates_in(table, [column]) if text else ():
            ((seen, _),) = sample.dates_of([sample.SampledDates(texts, TextKinds.NOTHING, column.dates)], False)
            if seen & TextKinds.TEXT:
                return shown(sample.no_date(label, column.dates, texts, piece, sifted, file, spec.dialect))
    return ""


def _sampled(spec: ScanSpec, label: str, starts: Sequence[tuple[int, int]]) -> _Texts:
    forms = spec.dialect.forms
    place, first = "", None
    everything: list[str | None] = []
    for piece in sample.pieces(spec.files, starts, spec.nrows is None):
        file = spec.files[piece.file]
        position = places_of(file.names).get(label)
        if position is None:
            continue
        text = sample.text_of(piece, spec.files, spec.dialect, spec.sample_bytes, spec.nrows)
        layout = Layout(spec.dialect, file.names, ((label, position, dtype_named("str")),), (None,))
        sifted = spec.sifted(text, piece.file, piece.start if piece.at_head else None)
        arrays = SampleTable(sifted, layout).arrays([label]) if text else None
        if arrays is None:
            continue
        texts = arrays[0].to_pylist()
        worst = advice.no_numbers(texts, forms)
        if first is None and worst:
            others = {value for value, _ in advice.no_numbers(dict.fromkeys(texts), forms, None)}
            record = next(number for number, value in enumerate(texts) if value in others)
            place, first = sample.place(piece, text, record, file, spec.dialect), texts[record]
        everything += texts
    commonest = advice.no_numbers(everything, forms, None)
    present = sum(value is not None for value in everything)
    return _Texts(place, first, commonest[: advice.FEW + 1], sum(count for _, count in commonest) < present)
