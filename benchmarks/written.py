"""What a query writes, in a folder that goes when the answer does; its rows are counted after the time is taken."""

from __future__ import annotations

import glob
import os
import tempfile


class Written:
    """A place for one file, or for one folder of files; `suffix` is ``.csv`` or ``.parquet``."""

    def __init__(self, suffix: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="benchmarks-written-")
        self._suffix = suffix
        self.path = os.path.join(self._folder.name, f"out{suffix}")

    def __len__(self) -> int:
        """How many rows were written."""
        files = glob.glob(os.path.join(self.path, "*")) if os.path.isdir(self.path) else [self.path]
        return sum(map(self._rows, files))

    def _rows(self, path: str) -> int:
        if self._suffix == ".parquet":
            from pyarrow import parquet  # no library that is timed should find it imported

            return int(parquet.read_metadata(path).num_rows)
        with open(path, "rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 22), b"")) - 1  # and its header
