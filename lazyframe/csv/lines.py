r"""Line numbers of a file, as an editor shows them: ``\n``, ``\r\n`` and a lone ``\r`` end a line, inside quotes too.

A record knows at which byte of the file it starts; the line is worked out when somebody has to be told. Whole blocks of
a file are counted once in a process, however many places are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lazyframe.csv.files import OpenFile

_BLOCK = 8 * 2**20
_MOST = 2**16  # blocks remembered: half a terabyte

_known: dict[tuple[str, int, int | str, int], int] = {}


def count(text: bytes) -> int:
    r"""How many line ends there are in this text, which does not cut one in two.

    Examples
    --------
    >>> count(b"a\r\nb\rc\n")
    3
    """
    found = text.count(b"\n")
    return found + text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else found


def number(opened: OpenFile, offset: int) -> int:
    """The number (from 1) of the line that starts at an offset."""
    blocks, rest = divmod(offset, _BLOCK)
    return sum(_in_block(opened, block) for block in range(blocks)) + count(opened.read(offset - rest, rest)) + 1


def _in_block(opened: OpenFile, block: int) -> int:
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
