"""Plain CSV in utf-8, made of a file that is written otherwise: see `lazyframe.csv.text.rewrite`."""

from __future__ import annotations

from typing import BinaryIO

from lazyframe.csv.errors import CSVError, like
from lazyframe.csv.text.storage.translated import Translated, buffered


class Rewritten(Translated):
    """The text of a file, rewritten; see `Bytes`."""

    purpose = "rewrite"

    def _open(self) -> BinaryIO:
        assert self._file.rewriting is not None
        return self._file.rewriting(lambda: buffered(self._stored), self._file.path)

    def _failed(self, error: Exception) -> CSVError:
        return like(error, f"{self._file.path} cannot be rewritten as plain CSV: {type(error).__name__}: {error}")
