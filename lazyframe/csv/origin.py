"""Where the text in a column came from: asked when something is to be done with it that only numbers have.

A column became one of text by what the sample had, or by what a query came upon. Only the sample is read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lazyframe.csv import advice, sample
from lazyframe.csv.errors import shown
from lazyframe.csv.layout import Layout, places_of
from lazyframe.schema import dtype_named

if TYPE_CHECKING:
    from lazyframe.csv.source import CSVSource


class _Texts(NamedTuple):
    """The texts of a column that are no numbers: where the first stands, it, the commonest, and whether there are numbers."""

    place: str
    first: str | None
    commonest: tuple[tuple[str, int], ...]
    has_numbers: bool


def why_text(source: CSVSource, label: str) -> str:
    """Where the first text of a column stands, which are the commonest, and what to pass so that there are numbers.

    Parameters
    ----------
    source : CSVSource
        What is known by now.
    label : str
        The column.

    Returns
    -------
    str
        Empty where there is nothing to say: the user gave the dtype, say.
    """
    column = next((column for column in source.columns if column.label == label), None)
    if column is None or not column.is_inferred or column.is_path:
        return ""
    change = source.learnt.get(label)
    found = _sampled(source, label) if change is None else _Texts(change.place, change.text, change.others, True)
    if found.first is None:
        return ""
    said = f"{found.place} has {shown(found.first)} in column {label}, so the column is text"
    if len(found.commonest) > 1:
        said += f"; of the texts there that are no numbers the commonest are {advice.listed(found.commonest)}"
    return f"{said}. {advice.remedy(label, found.commonest) if found.has_numbers else ''}".rstrip()


def _sampled(source: CSVSource, label: str) -> _Texts:
    forms, inner = source.dialect.forms, [(part.file, part.start) for p in source.partitions for part in p.ranges]
    place, first = "", None
    everything: list[str | None] = []
    for piece in sample.pieces(source.files, inner, source.nrows is None):
        file = source.files[piece.file]
        position = places_of(file.names).get(label)
        if position is None:
            continue
        text = sample.text_of(piece, source.files, source.dialect, source.sample_bytes, source.nrows)
        layout = Layout(source.dialect, file.names, ((label, position, dtype_named("str")),), (None,))
        arrays = sample.texts_of(source.sifted(text, piece), layout, [label]) if text else None
        if arrays is None:
            continue
        texts = arrays[0].to_pylist()
        worst = advice.no_numbers(texts, forms)
        if first is None and worst:
            others = {value for value, _ in advice.no_numbers(dict.fromkeys(texts), forms, None)}
            record = next(number for number, value in enumerate(texts) if value in others)
            place, first = sample.place(piece, text, record, file, source.dialect), texts[record]
        everything += texts
    commonest = advice.no_numbers(everything, forms, None)
    present = sum(value is not None for value in everything)
    return _Texts(place, first, commonest[: advice.FEW + 1], sum(count for _, count in commonest) < present)
