r"""Line numbers of a file, as an editor shows them: ``\n``, ``\r\n`` and a lone ``\r`` end a line, inside quotes too.

A record knows at which byte of the text it starts; the line is worked out when somebody has to be told. Whole blocks of
a file are counted once in a process, however many places are asked for. Where the text was rewritten, the number of the record
says where it stands in the file.

See docs/decisions/0054-line-numbers-from-offsets.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lazyframe.csv.text import records, storage

if TYPE_CHECKING:
    from lazyframe.csv.text.storage import File
    from lazyframe.csv.text.tokenizer import Record, Walk

_BLOCK = 8 * 2**20
_MOST = 2**16  # blocks remembered: half a terabyte

_known: dict[tuple[str, int, int | str, int], int] = {}


class Readable(Protocol):
    """The text of a file, at chosen places: `files.OpenFile`."""

    @property
    def file(self) -> File: ...

    def read(self, at: int, length: int) -> bytes: ...


def count(text: bytes) -> int:
    r"""How many line ends there are in this text, which does not cut one in two.

    Examples
    --------
    >>> count(b"a\r\nb\rc\n")
    3
    """
    found = text.count(b"\n")
    return found + text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else found


def number(opened: Readable, offset: int) -> int:
    """The number (from 1) of the line that starts at an offset, where a record does if the text was rewritten."""
    if opened.file.is_tokenised:
        with Originals(opened.file) as originals:
            found = originals.find(_records_before(opened, offset))
        return 1 if found is None else found.line
    blocks, rest = divmod(offset, _BLOCK)
    return sum(_in_block(opened, block) for block in range(blocks)) + count(opened.read(offset - rest, rest)) + 1


def _in_block(opened: Readable, block: int) -> int:
    file = opened.file
    key = (file.path, file.size, file.version, block)
    if key not in _known:
        text = opened.read(block * _BLOCK, _BLOCK + 1)
        lines = count(text[:_BLOCK])
        if text[_BLOCK - 1 :] == b"\r\n":  # the next block counts this line end
            lines -= 1
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = lines
    return _known[key]


def _records_before(opened: Readable, offset: int) -> int:
    """How many records of a rewritten text start before an offset, its header not counted."""
    found, at, length = 0, opened.file.first_record, _BLOCK
    while at < offset:
        text = opened.read(at, min(length, offset - at))
        cut = len(text) if at + len(text) >= offset else records.last(text, b",")
        found += records.count(text[:cut], b",")
        at += cut
        length = _BLOCK if cut else 2 * length
    return found


class Originals:
    """The records of a file as they stand in it, where its text is rewritten; found fastest in their order.

    Parameters
    ----------
    file : File
        The file.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._stored: storage.Bytes | None = None
        self._walk: Walk | None = None

    def find(self, number: int) -> Record | None:
        """The record with this number, the first being 0."""
        return self._walked().find(number)

    def header(self) -> list[str]:
        """The fields of the header."""
        return self._walked().header()

    def _walked(self) -> Walk:
        if self._walk is None:
            self._stored, self._walk = storage.walk(self._file)
        return self._walk

    def __enter__(self) -> Originals:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stored is not None:
            self._stored.close()
            self._stored = self._walk = None
