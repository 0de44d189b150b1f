"""The slow twin of the core (twin.cpp), compiled when it is first asked for, and what has to hold of the two."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fuzz import sanitized

from lazyframe.native import abi, library
from lazyframe.native.scan import MissingTexts, Scanner, Wanted

_STOPPED = (abi.MISFIT, abi.FULL)


@functools.cache
def compiler() -> str | None:
    """A C++ compiler, where there is one."""
    return next(filter(None, map(shutil.which, (os.environ.get("CXX", "c++"), "g++", "clang++"))), None)


@functools.cache
def twin() -> ctypes.CDLL:
    """The twin as a library.

    Raises
    ------
    RuntimeError
        There is no compiler.
    """
    command = compiler()
    if command is None:
        raise RuntimeError("needs a C++ compiler")
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # of a sanitized core's Python
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "twin.so")
        flags = ("-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden")
        source = Path(__file__).with_suffix(".cpp")
        subprocess.run([command, *flags, f"-I{sanitized.CORE}", str(source), "-o", str(path)], check=True, env=environment)
        loaded = ctypes.CDLL(str(path))
    for function in (loaded.lf_scan, loaded.lf_count):
        function.restype, function.argtypes = None, [ctypes.c_void_p, ctypes.c_void_p]
    return loaded


class Asked(NamedTuple):
    """A request to both.

    Parameters
    ----------
    wanted : tuple of Wanted
        Columns.
    width : int
        Fields of a record.
    missing : MissingTexts
    delimiter, quote : int
        Bytes.
    window : int
        How many separators the core looks for at a time.
    distinct, room : int
        For how many distinct texts, and for how many bytes of them, there is room.
    """

    wanted: tuple[Wanted, ...]
    width: int
    missing: MissingTexts
    delimiter: int = ord(",")
    quote: int = ord('"')
    window: int = 4096
    distinct: int = 4096
    room: int = 2**16


class Answer(NamedTuple):
    """What one of the two says."""

    reason: int
    records: int = 0
    consumed: int = 0
    blank_lines: int = 0
    starts: tuple[int, ...] = ()
    columns: tuple[Any, ...] = ()

    @property
    def is_refusal(self) -> bool:
        return self.reason in _STOPPED


class Differ(AssertionError):
    """The core does not do what its twin does."""


def compare(asked: Asked, text: bytes, stop: int | None = None, at_end: bool = True, capacity: int | None = None) -> Answer:
    """What both say, on every instruction set.

    Raises
    ------
    Differ
        They do not say the same.
    """
    most = len(text) + 1
    expected = scanned(asked, text, stop, at_end, most if capacity is None else capacity)
    refuses_all = functools.cache(lambda: scanned(asked, text, None, at_end, most).is_refusal)
    for level in library.instruction_sets():
        found = scanned(asked, text, stop, at_end, most if capacity is None else capacity, level)
        _judge(level, expected, found, refuses_all)
        for width in (0, asked.width):
            of_twin, of_core = (counted(asked, text, stop, at_end, width, which) for which in (None, level))
            _judge(
                f"{level} counting",
                of_twin,
                of_core,
                lambda width=width: counted(asked, text, None, at_end, width, None).is_refusal,
            )
    return expected


def _judge(what: str, expected: Answer, found: Answer, refuses_all: Any) -> None:
    if expected.is_refusal or found.is_refusal:
        if found.is_refusal and (expected.is_refusal or refuses_all()):
            return
    elif expected == found:
        return
    raise Differ(f"{what}: {found}, and its twin: {expected}")


def scanned(asked: Asked, text: bytes, stop: int | None, at_end: bool, capacity: int, level: str | None = None) -> Answer:
    """What the twin makes of the text, or the core with an instruction set."""
    scanner = Scanner(
        asked.wanted, asked.width, asked.delimiter, asked.quote, asked.missing, abi.LEVELS[level or "auto"], asked.window
    )
    if level is None:
        scanner._core = twin()
    memories = [_memory(asked, column, capacity, len(text)) for column in asked.wanted]
    for number, memory in enumerate(memories):
        if asked.wanted[number].type == abi.CODED:
            scanner.columns[number].distinct_capacity = asked.distinct
        scanner.give(number, **memory)
    starts = np.zeros(capacity, np.uint32)
    result = scanner.scan(text, stop, at_end, capacity, 0, starts)
    if result.reason in _STOPPED:
        return Answer(result.reason)
    blank = result.blank_lines if stop is None and result.reason == abi.DONE else 0  # else what the core has looked at besides
    columns = tuple(
        _values(kind, scanner.columns[number], memories[number], result.records)
        for number, (_, kind, *_) in enumerate(asked.wanted)
    )
    return Answer(result.reason, result.records, result.consumed, blank, tuple(starts[: result.records].tolist()), columns)


def _memory(asked: Asked, column: Wanted, capacity: int, length: int) -> dict[str, np.ndarray]:
    if column.type in (abi.CHECKED, abi.KINDS):
        return {}
    memory = {"validity": np.zeros(capacity // 8 + 1, np.uint8)}
    if column.type != abi.TEXT:
        memory["values"] = np.zeros(8 * capacity + 8, np.uint8)
    if column.type in (abi.CODED, abi.TEXT):
        texts = asked.distinct if column.type == abi.CODED else capacity
        memory["offsets"] = np.zeros(4 * texts + 4, np.uint8)
        memory["bytes"] = np.zeros(asked.room if column.type == abi.CODED else length + 1, np.uint8)
    if column.type == abi.CODED:
        memory["table"] = np.zeros(abi.ENTRY_BYTES * 8 * max(asked.distinct, 1024) // 8, np.uint64).view(np.uint8)
    return memory


def _values(kind: int, column: Any, memory: dict[str, np.ndarray], records: int) -> Any:
    """The values of a column, so that equal ones compare equal: floats by their bits."""
    if kind == abi.CHECKED:
        return None
    if kind == abi.KINDS:
        return column.kinds
    valid = np.unpackbits(memory["validity"], bitorder="little")[:records].tolist()
    if kind == abi.TEXT:
        return column.missing, valid, _texts(memory, records)
    if kind == abi.BOOL:
        bits = np.unpackbits(memory["values"], bitorder="little")[:records].tolist()
        return column.missing, valid, bits
    values = memory["values"].view(np.int32 if kind == abi.CODED else np.int64)[:records]
    if kind == abi.FLOAT64:  # a missing one is NaN, of whatever bits
        values = np.where(np.isnan(values.view(np.float64)), 0, values)
        return column.missing, values.tolist()
    if kind == abi.CODED:
        return column.missing, valid, values.tolist(), _texts(memory, column.distinct)
    return column.missing, valid, values.tolist()


def _texts(memory: dict[str, np.ndarray], count: int) -> list[bytes]:
    offsets = memory["offsets"].view(np.int32)
    return [memory["bytes"][offsets[i] : offsets[i + 1]].tobytes() for i in range(count)]


def counted(asked: Asked, text: bytes, stop: int | None, at_end: bool, width: int, level: str | None) -> Answer:
    """What the twin counts, or the core with an instruction set."""
    request = abi.request(
        delimiter=asked.delimiter, quote=asked.quote, at_end=at_end, level=abi.LEVELS[level or "auto"], width=width
    )
    held = ctypes.create_string_buffer(text, len(text) + 1)
    request.data, request.length = ctypes.addressof(held), len(text)
    request.stop = len(text) + 1 if stop is None else stop
    result = abi.Result()
    (twin() if level is None else library.loaded()).lf_count(ctypes.byref(request), ctypes.byref(result))
    if result.reason in _STOPPED:
        return Answer(result.reason)
    blank = result.blank_lines if stop is None else 0
    return Answer(result.reason, result.records, result.consumed, blank)
