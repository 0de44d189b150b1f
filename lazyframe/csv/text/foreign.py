"""Files that are no CSV, known by their first bytes: what they are, and the line that reads them.

Bytes of the binary formats are an error. A page and JSON are text, of which pandas too makes a frame, and so does lazyframe; a
warning says what it looks like.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from lazyframe.csv.errors import CSVError, DialectWarning
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.storage import File, compression_of
from lazyframe.notices import warn

BEGINNING = 8192
"""So many bytes tell what a file is."""


class _Format(NamedTuple):
    """A format, how its files begin, and the function of pandas that reads them; where there is none, what to do."""

    name: str
    begins: re.Pattern[bytes]
    reader: str = ""
    instead: str = ""
    options: str = ""


def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


_ZIP = b"PK\x03\x04"
_BINARY = (
    # After PAR1 the first page begins, with a control character; a header may begin with "PAR1,".
    _Format("a Parquet file", _begins(rb"PAR1[\x00-\x08\x0e-\x1f]"), "read_parquet"),
    _Format("an Arrow (Feather) file", _begins(rb"ARROW1\0\0"), "read_feather"),
    _Format("an ORC file", _begins(rb"ORC[^,]{0,12}?[\x00-\x08\x0e-\x1f]"), "read_orc"),
    _Format("an Excel workbook", _begins(_ZIP + rb".{0,4096}?(\[Content_Types\]\.xml|xl/|_rels/)"), "read_excel"),
    _Format("a spreadsheet", _begins(_ZIP + rb".{0,64}?mimetypeapplication/vnd\.oasis"), "read_excel"),
    _Format("an Excel workbook of the old kind", _begins(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "read_excel"),
    _Format("an HDF5 file", _begins(rb"\x89HDF\r\n\x1a\n"), "read_hdf"),
    _Format("a pickle", _begins(rb"\x80[\x02-\x05][\x8a-\x95c\x00}]"), "read_pickle"),
    _Format("a SQLite database", _begins(rb"SQLite format 3\0"), "", "Write lf.from_pandas(pd.read_sql(query, connection))."),
    _Format("a PDF document", _begins(rb"%PDF-\d"), "", "It has to be made a table first."),
)
_TEXT = (
    _Format("a web page", _begins(rb"\s*<(!doctype\s+html|html[\s>])"), "", "Is it the address of a page about the data?"),
    _Format("XML", _begins(rb"\s*<\?xml\s"), "read_xml"),
    _Format("JSON", _begins(rb"\s*\[\s*\{\s*(\"[^\"\n]*\"\s*:|\})"), "read_json"),
    _Format("JSON of a record a line", _begins(rb"\{\s*\"[^\"\n]*\"\s*:[^\n]*\}\s*\r?\n"), "read_json", "", ", lines=True"),
)


def check_is_csv(file: File, head: bytes, is_text_asked: bool = False) -> bool:
    r"""Look whether the first bytes are those of another kind of file.

    Parameters
    ----------
    file : File
        Where they stand.
    head : bytes
        The first bytes, unpacked.
    is_text_asked : bool, default False
        The lines are wanted as they are, JSON as well.

    Returns
    -------
    bool
        Whether there was a warning: they are text of another kind.

    Raises
    ------
    CSVError
        They are those of a binary format, or compressed.
    """
    head = head[:BEGINNING]
    for form in _BINARY:
        if form.begins.match(head):
            packed = f", in {file.compression}" if file.compression else ""
            raise CSVError(f"{file.path} is no CSV file: it begins as {form.name} does{packed}. {_line(form, file)}")
    if (method := compression_of(head)) is not None:
        if file.compression is None:
            raise CSVError(f"{file.path} is compressed: it begins as a {method} file does. Pass compression={method!r}.")
        raise CSVError(f"{file.path} is compressed twice: what is in it begins as a {method} file does. Unpack it once.")
    for form in _TEXT:
        if not is_text_asked and form.begins.match(head):
            warn(f"{file.path} begins as {form.name} does, and is read as CSV. {_line(form, file)}", DialectWarning)
            return True
    return False


def check_stored(file: File) -> None:
    """Look whether a file whose text is rewritten is of another kind as it is stored: in latin-1 any bytes are text.

    Raises
    ------
    CSVError
        As `check_is_csv`.
    """
    if file.rewriting is not None:
        with OpenFile(replace(file, rewriting=None)) as stored:
            check_is_csv(file, stored.read(0, BEGINNING), is_text_asked=True)


def _line(form: _Format, file: File) -> str:
    """What to write in the place of `read_csv`."""
    if form.instead:
        return form.instead
    if file.path.startswith("<"):  # open, or in memory
        return f"Write lf.from_pandas(pd.{form.reader}(...{form.options}))."
    unpack = "Unpack it, then write" if file.compression and form.reader not in ("read_json", "read_xml") else "Write"
    return f"{unpack} lf.from_map(pd.{form.reader}, [{file.path!r}]{form.options})."
