"""One file of kept columns: arrays as they lie in memory, and what is known of them.

    8 bytes       MAGIC
    8 bytes       the length of the header
    16 bytes      its checksum
    header        JSON: what the caller says of the columns; of each column where its buffers are, and their checksums
    buffers       as Arrow has them, each at a multiple of 64 bytes

A file is written once, under another name, and moved to its place when it is complete; so whoever opens one sees all of it,
and it is mapped. Nothing in it is code, and nothing is believed before its checksum was compared: a file that was
cut short, or whose bytes were changed, is `Damaged`, and a buffer cannot point anywhere but into its own file.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import mmap
import os
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

MAGIC = b"lfkept01"
_PREFIX = 32
_ALIGNED = 64
_WORDS = 8192  # whose sum is one word of what a checksum is made of


class Damaged(Exception):
    """A file that cannot be used; the message says why."""


class Section(NamedTuple):
    """An array as the file has it: what the header says of it, and its buffers."""

    told: dict[str, Any]
    buffers: list[np.ndarray]


def checksum(data: np.ndarray) -> str:
    """Of some bytes: it sees any one change of them at the speed of memory, and was not made against forgery.

    Examples
    --------
    >>> a = np.arange(100_000, dtype=np.uint8)
    >>> b = a.copy()
    >>> b[70_000] ^= 1
    >>> checksum(a) == checksum(a.copy()), checksum(a) == checksum(b)
    (True, False)
    """
    words = data[: len(data) // 8 * 8].view(np.uint64)
    whole = len(words) // _WORDS * _WORDS
    sums = np.add.reduce(words[:whole].reshape(-1, _WORDS), axis=1)
    digest = hashlib.blake2b(sums.tobytes(), digest_size=8)
    digest.update(words[whole:].tobytes() + data[len(words) * 8 :].tobytes())
    return digest.hexdigest()


def sections(array: pa.Array) -> list[Section] | None:
    """What a file holds of an array, its dictionary last; None for a type that is not kept."""
    if pa.types.is_dictionary(array.type):
        distinct = sections(array.dictionary)
        return None if distinct is None else [_section(array.indices), *distinct]
    return [_section(array)] if _is_flat(array.type) else None


def _is_flat(type_: pa.DataType) -> bool:
    """Whether an array of the type is its values alone, or texts."""
    if isinstance(type_, pa.BaseExtensionType) or type_.num_fields:
        return False
    return bool(_is_text(type_) or _bits(type_))


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _bits(type_: pa.DataType) -> int:
    """How many bits a value has; 0 where values differ in that."""
    try:
        return int(type_.bit_width)
    except ValueError:
        return 0


def _section(array: pa.Array) -> Section:
    if array.offset:
        array = pa.concat_arrays([array, array[:0]])
    count, buffers = len(array), array.buffers()
    found: list[np.ndarray | None] = [None if not array.null_count else _bytes(buffers[0], (count + 7) // 8)]
    if _is_text(array.type):
        kind = np.dtype(np.int64 if pa.types.is_large_string(array.type) else np.int32)
        offsets = _bytes(buffers[1], kind.itemsize * (count + 1)) if count else np.zeros(kind.itemsize, np.uint8)
        found += [offsets, _bytes(buffers[2], int(offsets.view(kind)[-1]))]
    else:
        found.append(_bytes(buffers[1], (count * _bits(array.type) + 7) // 8))
    told = {"type": _name(array.type), "count": count, "nulls": array.null_count, "has": [data is not None for data in found]}
    return Section(told, [data for data in found if data is not None])


def _bytes(buffer: pa.Buffer | None, length: int) -> np.ndarray:
    return np.frombuffer(buffer, np.uint8, length) if buffer is not None and length else np.zeros(0, np.uint8)


def _name(type_: pa.DataType) -> str:
    return base64.b64encode(pa.schema([("", type_)]).serialize()).decode()


@functools.lru_cache(maxsize=256)
def _type(name: str) -> pa.DataType:
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(name))).field(0).type


def write(path: str, told: Mapping[str, Any], columns: Mapping[str, list[Section]]) -> int:
    """Write a file, which must not be there; returns its length.

    Parameters
    ----------
    path : str
        Its name.
    told : mapping
        What is said of all the columns: anything that JSON has.
    columns : mapping of str to list of Section
        What `sections` made of each.

    Raises
    ------
    OSError
        There is no room, or the folder cannot be written to. What was written is to be removed by whoever called.
    """
    buffers: list[np.ndarray] = []
    described: dict[str, Any] = {}
    at = 0
    for key, parts in columns.items():
        described[key] = []
        for part in parts:
            places = []
            for data in part.buffers:
                places.append([at, len(data), checksum(data)])
                buffers.append(data)
                at += len(data) + -len(data) % _ALIGNED
            described[key].append({**part.told, "buffers": places})
    header = json.dumps({**told, "columns": described, "length": at}).encode()
    header += b" " * (-(len(header) + _PREFIX) % _ALIGNED)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o600)
    with open(handle, "wb", buffering=0) as file:
        _all(file, MAGIC + len(header).to_bytes(8, "little") + _digest(header) + header)
        for data in buffers:
            _all(file, data)
            if len(data) % _ALIGNED:
                _all(file, bytes(-len(data) % _ALIGNED))
    return _PREFIX + len(header) + at


def _all(file: Any, data: Any) -> None:
    """Write all of it: a system takes no more than some 2 GB at a time, and less where the disk is full."""
    view = memoryview(data)
    while len(view):
        view = view[file.write(view) :]


def _digest(header: bytes) -> bytes:
    return hashlib.blake2b(header, digest_size=16).digest()


class Bundle:
    """A file of kept columns, mapped.

    Attributes
    ----------
    told : dict
        What was said of the columns, and nothing that was not checked.
    """

    def __init__(self, path: str) -> None:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
        try:
            status = os.fstat(handle)
            check_is_ours(status)
            if status.st_size < _PREFIX:
                raise Damaged("it was cut short")
            self._map = pa.py_buffer(mmap.mmap(handle, 0, access=mmap.ACCESS_READ))
        finally:
            os.close(handle)
        self.path, self.size, self.used = path, status.st_size, status.st_mtime
        self._name = (path, status.st_ino, status.st_size, status.st_ctime_ns)
        prefix = self._map.slice(0, _PREFIX).to_pybytes()
        length = int.from_bytes(prefix[8:16], "little")
        header = self._map.slice(_PREFIX, min(length, self.size - _PREFIX)).to_pybytes()
        if not prefix.startswith(MAGIC) or _digest(header) != prefix[16:]:
            raise Damaged("its bytes are not those that were written")
        self.told = json.loads(header)
        self._begin = _PREFIX + len(header)
        if self.size != self._begin + self.told["length"]:
            raise Damaged("it was cut short")

    def __contains__(self, key: str) -> bool:
        return key in self.told["columns"]

    def type(self, key: str) -> pa.DataType:
        """The type of a column, or that of what its codes stand for."""
        return _type(self.told["columns"][key][-1]["type"])

    def column(self, key: str) -> pa.Array:
        """A column, whose bytes were compared with their checksums by this process.

        Raises
        ------
        Damaged
            They are not those that were written.
        """
        if (self._name, key) not in _compared:
            for part in self.told["columns"][key]:
                for at, length, written in part["buffers"]:
                    if checksum(np.frombuffer(self._map, np.uint8, length, self._begin + at)) != written:
                        raise Damaged("its bytes are not those that were written")
            if len(_compared) > _REMEMBERED:
                _compared.clear()
            _compared.add((self._name, key))
        parts = [self._array(part) for part in self.told["columns"][key]]
        return parts[0] if len(parts) == 1 else pa.DictionaryArray.from_arrays(parts[0], parts[1], safe=False)

    def _array(self, part: Mapping[str, Any]) -> pa.Array:
        places = iter(part["buffers"])
        buffers = [self._slice(*next(places)) if has else None for has in part["has"]]
        return pa.Array.from_buffers(_type(part["type"]), part["count"], buffers, part["nulls"])

    def _slice(self, at: int, length: int, _: str) -> pa.Buffer:
        return self._map.slice(self._begin + at, length)


_REMEMBERED = 100_000
_compared: set[tuple[Any, str]] = set()
"""The columns of files whose checksums were compared: a process does so once, for it costs as much as reading them."""


def check_is_ours(status: os.stat_result) -> None:
    """Look whether nobody but this user may have written a file.

    Raises
    ------
    Damaged
        Somebody may have.
    """
    if hasattr(os, "geteuid"):
        if status.st_uid != os.geteuid():
            raise Damaged("it belongs to another user")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise Damaged(f"others may use it (its mode is {stat.S_IMODE(status.st_mode):o})")
