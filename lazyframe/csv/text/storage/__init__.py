"""Where the text of a file comes from: one contract, `Bytes`, and those who keep it.

==============  ==================================================================================
`contract`      `File`, what is known of a file; `Bytes`, a file being read
`local`         a file of this machine
`memory`        text or bytes in memory, from a buffer or an open file
`remote`        a file of an fsspec file system, in ranges, or from its start where it has none
`compressed`    the text in a compressed file, from its start
`rewritten`     plain CSV in utf-8, made of text that is written otherwise, from its start
`translated`    what the last two have in common
`held`          a text that is held open, and read on some records at a time
`ahead`         reading ahead, for all but local files
`patience`      how long servers are waited for, and the threads that wait
==============  ==================================================================================
"""

from __future__ import annotations

from dataclasses import replace

from lazyframe.csv.text.storage.compressed import METHODS, Unpacked, compression_of, method_of, methods_for
from lazyframe.csv.text.storage.contract import ENDLESS, Bytes, File, changed
from lazyframe.csv.text.storage.held import HeldText
from lazyframe.csv.text.storage.local import Local
from lazyframe.csv.text.storage.memory import Memory, file_of, name_of
from lazyframe.csv.text.storage.rewritten import Rewritten
from lazyframe.csv.text.storage.translated import buffered
from lazyframe.csv.text.tokenizer import Walk

__all__ = [
    "ENDLESS",
    "METHODS",
    "Bytes",
    "File",
    "HeldText",
    "changed",
    "compression_of",
    "file_of",
    "measured",
    "method_of",
    "methods_for",
    "name_of",
    "opened",
    "walk",
]


def opened(file: File) -> Bytes:
    """The text of a file, ready to be read.

    Raises
    ------
    FileChangedError
        The file is not as it was when it was found.
    """
    stored: Bytes
    if file.held is not None:
        return file.held
    if file.content is not None:
        stored = Memory(file.content)
    elif file.system is None:
        stored = Local(file)
    else:
        from lazyframe.csv.text.storage.remote import Forward, Ranged  # only here: local files need no fsspec

        stored = Ranged(file) if file.ranged else Forward(file)
    text = stored if file.compression is None else Unpacked(file, stored)
    return text if file.rewriting is None else Rewritten(file, text)


def walk(file: File) -> tuple[Bytes, Walk]:
    """A file whose text is rewritten, to be closed, and its records as they stand in it."""
    assert file.rewriting is not None
    stored = opened(replace(file, rewriting=None, held=None))
    return stored, file.rewriting.walk(lambda: buffered(stored))


def measured(file: File) -> File:
    """A file of fields at fixed places, with the places that are found out from its first lines."""
    assert file.rewriting is not None
    stored = opened(replace(file, rewriting=None))
    try:
        return replace(file, rewriting=file.rewriting.measured(lambda: buffered(stored)))
    finally:
        stored.close()
