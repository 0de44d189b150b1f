"""Text or bytes that are in memory: a file that was opened before, a buffer, anything with ``read``.

It is read once, from where it stands, when the source is opened, as pandas does; what came is kept, since queries may run
again, and crosses to the workers with the source. Equal contents have equal tokens.

See docs/decisions/0050-open-files.md.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
from typing import Any

from lazyframe.csv.text.storage.contract import File


def file_of(handle: Any, encoding: Any = None, compression: str | None = None, encoding_errors: Any = None) -> File:
    r"""What an object with ``read`` gives from where it stands, as a file.

    Parameters
    ----------
    handle : object
        Its ``read()`` gives text or bytes.
    encoding : str, optional
        What the user says of its bytes; text has none.
    compression : str, optional
        How its bytes are compressed.
    encoding_errors : str, optional
        What becomes of characters that have no encoding, such as lone surrogates.

    Raises
    ------
    ValueError
        A file that was opened with another encoding.
    TypeError
        It gives something else.

    Examples
    --------
    >>> import io
    >>> file = file_of(io.StringIO("a\n1\n"))
    >>> file.path, file.content
    ('<StringIO>', b'a\n1\n')
    """
    own = getattr(handle, "encoding", None)
    if isinstance(own, str) and encoding is not None and _codec(own) != _codec(encoding):
        raise ValueError(
            f"encoding={encoding!r}: the file that read_csv was given is open, and decoded as {own}. Leave encoding= out, or "
            "open the file with it, or in binary mode."
        )
    name = name_of(handle, at_start=_is_at_start(handle))
    content = handle.read()
    is_text = isinstance(content, str)
    if isinstance(content, str):
        content = content.encode("utf-8", "strict" if encoding_errors is None else encoding_errors)
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"read_csv: {name}.read() gives {type(content).__name__}, which is neither text nor bytes.")
    content = bytes(content)
    version = hashlib.blake2b(content, digest_size=16).hexdigest()
    compression = None if compression == "infer" else compression
    return File(name, len(content), version, compression=compression, content=content, is_text=is_text)


def name_of(handle: Any, at_start: bool = True) -> str:
    """What such an object is called in errors."""
    name = getattr(handle, "name", None)
    if not isinstance(name, str):
        return f"<{type(handle).__name__}>"
    return name if at_start else f"{name}, read on"


def _is_at_start(handle: Any) -> bool:
    with contextlib.suppress(Exception):  # a pipe says that it cannot tell
        return bool(handle.tell() == 0)
    return True


def _codec(name: Any) -> str:
    with contextlib.suppress(LookupError, TypeError):
        return codecs.lookup(name).name
    return str(name)


class Memory:
    """Bytes in memory being read; see `Bytes`."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self.length = len(content)

    def read_into(self, at: int, target: memoryview) -> int:
        piece = self._content[at : at + len(target)]
        target[: len(piece)] = piece
        return len(piece)

    def expect(self, stop: int) -> None:
        """It is there."""

    def check(self) -> None:
        """Nobody else can change it."""

    def close(self) -> None:
        self._content.release()
