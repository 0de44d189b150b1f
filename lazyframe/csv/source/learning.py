"""What is made of a spec when a scan finds otherwise: the finding of a `Replan`, and a spec in which it is known.

WrongKind -> learnt          a column holds something that the sample did not foretell
WrongSplit -> begun_exactly  a partition was cut inside a quoted field
OpenCategories -> probes.with_categories
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.findings import Change, WrongKind
from lazyframe.csv.source import probes, sampling
from lazyframe.csv.source.sampling import SampleRequest
from lazyframe.csv.text.files import OpenFile, record_starts
from lazyframe.csv.text.partitions import FilePartition, Range
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds


class Knowledge(NamedTuple):
    """What is known of the columns, and since when.

    Parameters
    ----------
    spec : ScanSpec
        Whose columns have all the kinds of text that are taken to be there.
    certain : mapping of str to TextKinds
        Those that are there for certain.
    changes : mapping of str to Change
        What came upon the first value that is no number, or no date, for columns that had numbers, or dates.
    """

    spec: ScanSpec
    certain: Mapping[str, TextKinds]
    changes: Mapping[str, Change]


def learnt(known: Knowledge, finding: WrongKind, asked: SampleRequest) -> Knowledge:
    """What is known once a finding is."""
    spec, certain, changes = known.spec, dict(known.certain), dict(known.changes)
    columns = {}  # put in once: of a wide file thousands may change
    for change in finding.changes:
        column = spec.column(change.column)
        seen = probes.decided(spec, replace(column, seen=column.seen | change.seen))
        if column.dates is not None and column.dates.zone is None and change.text is not None:
            column = replace(column, dates=probes.first_date(spec, column))
        else:
            column = replace(column, seen=seen)
        kinds = change.seen | (seen & infer.ORDER)
        if sampling.is_undated(column, asked.index):  # what was known of its dates does not count
            plain = sampling.sampled(sampling.without_dates(spec, {column.label}), asked)
            column, kinds = plain.spec.column(column.label), plain.certain.get(column.label, TextKinds.NOTHING)
            certain.pop(column.label, None)
        columns[column.label] = column
        certain[column.label] = certain.get(column.label, TextKinds.NOTHING) | kinds
        if change.others or (column.dates is not None and column.dtype.kind == "T"):
            changes.setdefault(column.label, change)
    return Knowledge(spec.with_columns(columns), certain, changes)


def begun_exactly(spec: ScanSpec, partitions: tuple[FilePartition, ...], number: int) -> tuple[FilePartition, ...]:
    """The partitions, those of this file with the exact places at which records begin."""
    inside = [r for p in partitions for r in p.ranges if r.file == number]
    file = spec.files[number]
    with OpenFile(file) as opened:
        starts = record_starts(opened, [max(r.start, file.start) for r in inside], spec.dialect.separator)
    exact = {r: Range(number, 0 if r.start == 0 else start, r.stop, True) for r, start in zip(inside, starts, strict=True)}
    return tuple(replace(p, ranges=tuple(exact.get(r, r) for r in p.ranges)) for p in partitions)
