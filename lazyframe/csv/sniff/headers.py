"""The columns of an input: the headers of all its files, matched by name.

Every header is read, since a column that only one file has is a column of the table. Most files of a folder begin with
the same header, byte for byte: then its length says all, and nothing has to be cut or named again.

See docs/decisions/0052-ten-thousand-headers.md.
"""

from __future__ import annotations

import string
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lazyframe.csv.errors import CSVError, EmptyDataError, SchemaDriftWarning
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.options.fields import NOTHING_ASKED, FieldArguments, IndexSpec
from lazyframe.csv.sniff import sample
from lazyframe.csv.sniff.sample import Header
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.storage import File
from lazyframe.csv.text.storage.patience import pool
from lazyframe.notices import warn
from lazyframe.schema import PLAIN_LABELS, Labels, shown_name

SCHEMAS = ("union", "first", "strict")
"""What ``schema=`` takes."""

_FEW = 3
_SEPARATORS = ";\t|,"
_RECORD = frozenset(b'"' + (string.digits + string.ascii_letters).encode())  # what no blank line begins with
_Names = tuple[Hashable, ...]


@dataclass
class Headers:
    """The files with their columns, and what the columns of the table are.

    Parameters
    ----------
    files : list of File
        All files, with the names and the start of their records.
    shown : list of tuple
        The names of each file as they are to be shown; none where a file has no header.
    names : tuple
        The columns of the table.
    levels : tuple of str
        The labels of the fields that are an index without names.
    unnamed : tuple
        The names that pandas makes up.
    repeated : dict
        What a header has for names that were changed since a column before has them.
    index : IndexSpec, optional
        The index that is asked for, where headers are of several lines.
    labels : Labels
        What the names of the columns have beside themselves, there.
    is_narrow : bool
        Whether a first record, at which nobody is to look, has more fields than there are names.
    """

    files: list[File] = field(default_factory=list)
    shown: list[_Names] = field(default_factory=list)
    names: _Names = ()
    levels: tuple[str, ...] = ()
    unnamed: _Names = ()
    repeated: dict[Hashable, Hashable] = field(default_factory=dict)
    index: IndexSpec | None = None
    labels: Labels = PLAIN_LABELS
    is_narrow: bool = False

    def warn_of_drift(self, wanted: _Names) -> None:
        """One notice where not all files have the columns that are wanted."""
        parts = _differences(self.files, self.shown, wanted)
        if parts:
            warn(
                f"the files do not all have the same columns: {_listed(parts, '; ')}. Columns are matched by name; where a file "
                f"lacks one, its values are missing. {self._separated()}{_alike(wanted)}"
                "Pass usecols= to read only columns that all files have, "
                'or schema="strict" for an error.',
                SchemaDriftWarning,
            )

    def _separated(self) -> str:
        """A sentence on files whose one name is the names of others, with another separator in between."""
        known = {str(name) for names in self.shown if len(names) > 1 for name in names}
        found: dict[str, list[str]] = {}
        for file, names in zip(self.files, self.shown, strict=True):
            parts = (
                {mark: {*str(names[0]).split(mark)} for mark in _SEPARATORS if mark in str(names[0])} if len(names) == 1 else {}
            )
            mark = next((mark for mark, listed in parts.items() if known & listed), None)
            if mark is not None:
                found.setdefault(mark, []).append(file.label)
        return "".join(
            f"Between the columns of {_listed(labels)} stands {mark!r}, unlike those of the others: one read_csv takes one sep=, "
            f"so read what has sep={mark!r} by a call of its own. "
            for mark, labels in found.items()
        )


def read(files: Sequence[File], dialect: Dialect, schema: Any = "union", asked: FieldArguments = NOTHING_ASKED) -> Headers:
    """Read the header of every file.

    Parameters
    ----------
    files : sequence of File
        As they were found.
    dialect : Dialect
        How they are written.
    schema : str
        Which columns the table has: ``"union"``, all that any file has, in the order in which they are met; ``"first"``, those
        of the first file; ``"strict"``, those that every file has to have.
    asked : FieldArguments
        What the arguments say of the fields.

    Raises
    ------
    EmptyDataError
        No file has a header.
    CSVError
        A header that cannot be read; or files that differ, where they must not.
    """
    if isinstance(schema, Mapping):
        raise TypeError("schema= says how headers that differ are matched. Pass dtypes of columns as dtype={...}.")
    if schema not in SCHEMAS:
        raise ValueError(f"schema={schema!r} is none of {', '.join(map(repr, SCHEMAS))}.")
    found = Headers()
    for header in _each(files, dialect, asked):
        found.files.append(header.file)
        found.shown.append(header.names)
        found.is_narrow = found.is_narrow or header.is_narrow
        found.levels = found.levels or header.fields.levels
        found.unnamed = found.unnamed or header.unnamed
        found.repeated = {**header.repeated, **found.repeated}
        if header.levels is not None and found.labels == PLAIN_LABELS:  # the first file tells
            found.index, found.labels = header.levels.index, header.levels.labels
            found.repeated.update(header.levels.titles())
    present = [names for names in found.shown if names]
    if not present:
        others = ", and so are the others." if files[1:] else "."
        nothing = "has no line to read: all are blank, comments, or passed over by skiprows="
        what = nothing if files[0].size else "is empty"
        raise EmptyDataError(f"No columns to parse from file: {files[0].path} {what}{others}")
    different = [present[0]] if schema == "first" else dict.fromkeys(present)
    found.names = tuple(dict.fromkeys(name for names in different for name in names))
    if schema == "strict" and (parts := _differences(found.files, found.shown, found.names)):
        raise CSVError(
            f'the files do not all have the same columns, which schema="strict" asks for: {_listed(parts, "; ")}. '
            f"{found._separated()}{_alike(found.names)}Mend them, or "
            'pass schema="union" to have the columns of all, missing where a file lacks one.'
        )
    return found


def _each(files: Sequence[File], dialect: Dialect, asked: FieldArguments) -> Iterator[Header]:
    """Each file with its header; those of remote files are fetched by several threads."""
    todo = iter(files)
    for file in todo:  # until one has a record: to pandas, the first record of all is not like the others
        found = sample.with_header(file, dialect, asked)
        yield found
        if not found.file.empty:
            break
    else:
        return
    model = _Model(dialect, found, replace(asked, levels=len(found.fields.levels), cut=found.fields.cut))
    if files[0].system is None:
        yield from map(model, todo)
    else:
        yield from pool("open").map(model, todo)


class _Model:
    """What a file is like that begins with the same header as one that is known."""

    def __init__(self, dialect: Dialect, known: Header, asked: FieldArguments) -> None:
        self._dialect, self._known, self._asked = dialect, known, asked
        self._header: bytes | None = None
        # Else the first record of each file has to be looked at.
        if dialect.header is not None and not known.fields.levels and not dialect.levels:
            with OpenFile(known.file) as opened:
                self._header = opened.read(0, known.file.start)

    def __call__(self, file: File) -> Header:
        header = self._header
        if header is not None and file.size > len(header) and file.compression is None and file.rewriting is None:
            with OpenFile(file) as opened:
                head = opened.read(0, len(header) + 1)
            if len(head) > len(header) and head[-1] in _RECORD and head.startswith(header):
                like = self._known
                return Header(file.with_header(like.file.start, like.file.names), like.names)
        return sample.with_header(file, self._dialect, self._asked)  # reading finds a first record that is too long


def _alike(names: _Names) -> str:
    """A sentence on names that differ in case and blanks alone, which may be meant for the same."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(" ".join(str(name).split()).casefold(), []).append(repr(str(name)))
    alike = [" and ".join(same) for same in found.values() if len(same) > 1]
    if not alike:
        return ""
    return f"Only case or blanks tell {_listed(alike, '; ')} apart: rename them in the files if they mean the same. "


def _differences(files: Sequence[File], shown: Sequence[_Names], wanted: _Names) -> list[str]:
    """Which files lack a wanted column, or alone have it: whichever are fewer; columns of the same files together."""
    having = [(file, frozenset(names)) for file, names in zip(files, shown, strict=True) if names]
    if len({names for _, names in having}) == 1 and having[0][1].issuperset(wanted):
        return []
    parts: dict[tuple[str, ...], tuple[str, list[str]]] = {}
    for name in wanted:
        lacking = [file.label for file, names in having if name not in names]
        if not lacking:
            continue
        if 2 * len(lacking) > len(having):
            only = [file.label for file, names in having if name in names]
            parts.setdefault(("only", *only), (f"only {_listed(only)} has", []))[1].append(shown_name(name))
        else:
            parts.setdefault(("no", *lacking), (f"{_listed(lacking)} has no", []))[1].append(shown_name(name))
    return [f"{start} {', '.join(names[:10])}{', ...' if len(names) > 10 else ''}" for start, names in parts.values()]


def _listed(items: Sequence[str], separator: str = ", ") -> str:
    more = len(items) - _FEW
    return separator.join(items[:_FEW]) + (f"{separator}and {more} more" if more > 0 else "")
