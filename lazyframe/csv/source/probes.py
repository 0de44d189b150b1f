"""Probes: what is read of the files to plan their scan, each by a spec of its own.

    spec -> first_rows | texts -> what depends on rows: kinds of first texts, first dates, categories

A probe has no token: that its rows contradict the spec is for whoever asked, not for the query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from lazyframe.csv.scan.reader import CSVReader
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.columns import ColumnSpec, travels_as
from lazyframe.csv.sniff.sample import FIRST
from lazyframe.csv.text.partitions import FilePartition, Range, partitions_of
from lazyframe.csv.types import dates, extensions, infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import dtype_named


def first_rows(spec: ScanSpec) -> pa.RecordBatch:
    """The first rows, at most `FIRST`, of all columns.

    Raises
    ------
    Replan
        They contradict the spec.
    """
    few = FIRST if spec.nrows is None else min(spec.nrows, FIRST)
    # What are categories is known of all the rows only: these few have their own.
    columns = tuple(replace(c, given=dtype_named("str"), coded=False) if c.dtype.is_open else c for c in spec.columns)
    reader = CSVReader(
        replace(spec, columns=columns, nrows=few), partitions_of(spec.files, 1, few)[0], tuple(c.label for c in columns)
    )
    schema = pa.schema([(c.label, travels_as(c)) for c in columns])
    of_dates = {c.label for c in columns if c.dtype.kind == "M"}
    batches = [_with_plain_dates(batch, of_dates) for batch in reader]
    if not batches:
        return pa.RecordBatch.from_pylist([], schema)
    batch = pa.Table.from_batches(batches, schema).combine_chunks().to_batches()[0]
    forms = spec.dialect.forms
    for place, column in enumerate(spec.columns):
        if column.dtype.is_open:
            texts = batch.column(place)
            dtype, codes = extensions.categories_of(texts.drop_null().unique().to_pylist(), column.dtype, forms)
            batch = batch.set_column(place, column.label, extensions.categorized(texts, dtype, forms, codes))
    return batch


def decided(spec: ScanSpec, column: ColumnSpec) -> TextKinds:
    """The kinds of text in a column, with that of its first texts where the dtype depends on it."""
    seen = column.seen
    if infer.state_or_none(seen) is not None or not column.is_inferred:
        return seen
    return seen | infer.first_of(_texts(spec, column), to_the_end=True, forms=spec.dialect.forms)


def first_date(spec: ScanSpec, column: ColumnSpec) -> dates.Dates:
    """The column of dates, with what the first one of the whole input tells."""
    assert column.dates is not None
    texts = (text for text in _texts(spec, column) if text is not None and text not in dates.NAT)
    return column.dates.knowing(next(texts))


def with_categories(spec: ScanSpec, labels: tuple[str, ...]) -> ScanSpec:
    """The spec that knows the categories of these columns: all the input is looked at for them."""
    wanted = tuple(column for column in spec.columns if column.label in labels and column.dtype.is_open)
    found: list[dict[str, None]] = [{} for _ in wanted]
    for batch in _text_batches(spec, wanted):
        for texts, array in zip(found, batch.columns, strict=True):
            texts.update(dict.fromkeys(array.unique().to_pylist()))
    known = {}
    for column, texts in zip(wanted, found, strict=True):
        dtype, codes = extensions.categories_of([t for t in texts if t is not None], column.dtype, spec.dialect.forms)
        known[column.label] = replace(column, given=dtype, codes=codes)
    return spec.with_columns(known)


def _texts(spec: ScanSpec, column: ColumnSpec) -> Iterator[str | None]:
    """The texts of a column from the first record of the input on."""
    for batch in _text_batches(spec, (column,)):
        yield from batch.column(0).to_pylist()


def _text_batches(spec: ScanSpec, columns: tuple[ColumnSpec, ...]) -> Iterator[pa.RecordBatch]:
    """The texts of columns, each file in one piece: so no begin is on trust."""
    given = dtype_named("str")
    texts = tuple(replace(c, given=given if c.dates is None else None, seen=c.seen | TextKinds.TEXT, coded=True) for c in columns)
    left = spec.nrows
    for number, file in enumerate(spec.files):
        if file.empty:
            continue
        whole = FilePartition(number, (Range(number, 0, file.end),))
        reader = CSVReader(replace(spec, columns=texts, nrows=left), whole, tuple(column.label for column in texts))
        yield from reader
        left = None if left is None else left - reader.records


def _with_plain_dates(batch: pa.RecordBatch, labels: set[str]) -> pa.RecordBatch:
    columns = [
        column.dictionary_decode() if label in labels and pa.types.is_dictionary(column.type) else column
        for label, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)
