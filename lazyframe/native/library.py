"""The library that holds the core: where it is, whether it is of these sources, and if there is none, why.

See docs/decisions/0034-engines-may-refuse.md.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shlex
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, NamedTuple

from lazyframe.documented import Documented
from lazyframe.native import abi
from lazyframe.native.memory import ArrayArgument, BufferArgument

_HERE = Path(__file__).parent
_DISTRIBUTION = "lazyframe-csv"
_SOURCES = "core/api.h"  # is in a source tree, and in no installed package
_AGAIN = (
    f"Install {_DISTRIBUTION} again (in a source tree: pip install --editable .), or set LAZYFRAME_ENGINE=arrow to do without."
)


def _functions() -> dict[str, tuple[Any, ...]]:
    """What each function of ``core/api.h`` gives, and what it takes: arrays are looked at when they are handed over."""
    u32, u64, i64, pointer = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int64, ctypes.c_void_p

    def given(dtype: str) -> ArrayArgument:
        return ArrayArgument(dtype)

    def filled(dtype: str) -> ArrayArgument:
        return ArrayArgument(dtype, written=True)

    buffer, firsts = BufferArgument(), (filled("int64"), u64)
    texts = (buffer, buffer, u64, buffer, u64, u64, u64)
    functions: dict[str, tuple[Any, ...]] = {
        "lf_scan": (None, pointer, pointer),
        "lf_count": (None, pointer, pointer),
        "lf_write": (i64, pointer),
        "lf_number": (u32, ctypes.c_char_p, u64, u32, pointer),
        "lf_gather": (i64, pointer, u64, given("uint32"), u64, u64, given("bool"), filled("uint8"), u64),
        "lf_join": (i64, pointer, given("uint32"), u32, u64, filled("uint32"), u64, filled("int32"), *firsts),
        "lf_find_texts": (i64, buffer, buffer, u64, u64, given("int64"), u64, given("uint8"), u64, *texts, filled("int32")),
        "lf_renumber_wide": (i64, given("int64"), u64, filled("uint64"), u64, u32, filled("int64"), *firsts),
    }
    for width in ("int32", "int64"):
        functions |= {
            f"lf_renumber_{width}": (i64, given(width), u64, filled("int32"), u64, filled("int64"), *firsts),
            f"lf_combine_{width}": (None, filled("int64"), given(width), u64, i64, i64),
            f"lf_number_texts_{width}": (i64, *texts, filled("uint8"), u64, filled("int32"), filled("int64")),
            f"lf_hash_texts_{width}": (i64, *texts, u32, filled("uint32")),
        }
    for kind in ("float64", "int64"):
        groups, valid = (u64, u64), ArrayArgument("bool", optional=True)
        functions |= {
            f"lf_sums_{kind}": (i64, given("int64"), given(kind), *groups, u64, filled("int64"), filled(kind)),
            f"lf_extremes_{kind}": (i64, given("int64"), given(kind), valid, *groups, filled(kind), filled("uint8"), u32),
        }
    return functions


_SUFFIXES = tuple(dict.fromkeys((".abi3.so", *EXTENSION_SUFFIXES)))
"""How the file's name may end; a free-threaded Python does not list the first, and can load it as well."""


class OutdatedCoreError(Documented, ImportError):
    """The compiled core was built from other sources than the package that loads it."""


class _Found(NamedTuple):
    """The library, or the reason why there is none."""

    library: ctypes.CDLL | None
    why: str
    remedy: str = f"{_AGAIN.partition(', or set')[0]}."


def load(path: Path) -> ctypes.CDLL:
    """The core at this path, with the types of its functions.

    Raises
    ------
    OSError
        It cannot be loaded, or is no such library.
    OutdatedCoreError
        It was built from other sources.
    """
    library = ctypes.CDLL(str(path))
    try:
        library.lf_abi.restype = ctypes.c_uint32
        number = library.lf_abi()
        if number != abi.ABI:
            raise OutdatedCoreError(f"{path} was built from other sources: its border is {number}, ours {abi.ABI}. {_AGAIN}")
        expected = abi.layout()
        found = (ctypes.c_uint32 * (len(expected) + 1))()
        count = library.lf_layout(found, len(found))
        if count != len(expected) or list(found[:count]) != expected:
            raise OutdatedCoreError(f"{path} was built from other sources: its structs are not laid out as ours. {_AGAIN}")
        for name, (restype, *arguments) in _functions().items():
            function = getattr(library, name)
            function.restype, function.argtypes = restype, arguments
    except AttributeError as error:
        raise OSError(f"{path} is no core of lazyframe: {error}") from error
    return library


@functools.cache
def _find() -> _Found:
    """The core beside this file; where this is a source tree without one, that of the package that is installed."""
    for folder in (_HERE, *_installed()):
        for path in (folder / f"_core{suffix}" for suffix in _SUFFIXES):
            if not path.exists():
                continue
            try:
                return _Found(load(path), "")
            except OSError as error:
                return _Found(None, f"it could not be loaded: {error}")
    if (_HERE / _SOURCES).exists():
        tree = _HERE.parents[1]
        return _Found(
            None,
            f"the package was imported from a source tree, {tree}, in which it was not built",
            f"Build it there, which needs a C++ compiler (g++ or clang): pip install --editable {shlex.quote(str(tree))}.",
        )
    return _Found(
        None,
        "it was not built when the package was installed, for want of a working C++ compiler",
        f"Install a compiler (g++ or clang), and then {_DISTRIBUTION} once more.",
    )


def _installed() -> list[Path]:
    """Where the installed package has this folder, if this one is a source tree's."""
    if not (_HERE / _SOURCES).exists():
        return []
    from importlib.metadata import distributions  # only here: it costs more than this whole module

    # All of that name: an install leaves in the source tree a description of it without the core, and that is found first.
    described = distributions(name=_DISTRIBUTION)
    cores = [Path(str(one.locate_file(file))) for one in described for file in one.files or () if file.name.startswith("_core")]
    return [core.parent for core in cores if core.parent.name == "native"]


ENGINES = ("native", "arrow", "pandas")
"""What ``LAZYFRAME_ENGINE`` may say, beside ``auto``: the core, or the twins of which the first is pyarrow, or pandas."""


@functools.cache
def engine() -> str:
    """The engine in use: what ``LAZYFRAME_ENGINE`` says; ``auto``, the default, is the core where there is one, else pyarrow.

    Raises
    ------
    ValueError
        It says something else, or there is no core.
    OutdatedCoreError
        There is one that was built from other sources.

    Examples
    --------
    >>> engine() in ENGINES
    True
    """
    name = os.environ.get("LAZYFRAME_ENGINE", "auto")
    name = "arrow" if name == "pyarrow" else name
    if name == "auto":
        return "arrow" if _find().library is None else "native"
    if name not in ENGINES:
        raise ValueError(f"LAZYFRAME_ENGINE={name!r} is no engine: it is one of {', '.join(ENGINES)}, auto.")
    if name == "native" and _find().library is None:
        raise ValueError(f"LAZYFRAME_ENGINE='native': there is no native engine, since {why_missing()}. Leave it out.")
    return name


def library() -> ctypes.CDLL | None:
    """The core, or None where there is none, or ``LAZYFRAME_ENGINE`` leaves it out."""
    return _find().library if engine() == "native" else None


def loaded() -> ctypes.CDLL:
    """The core, where there has to be one."""
    found = library()
    assert found is not None
    return found


def is_available() -> bool:
    """Whether there is a core, and it is in use.

    Examples
    --------
    >>> is_available() in (True, False)
    True
    """
    return library() is not None


def why_missing() -> str:
    """Why there is no core; empty where there is one, whether wanted or not.

    Examples
    --------
    >>> isinstance(why_missing(), str)
    True
    """
    return _find().why


def remedy() -> str:
    """What gives a core where there is none: a sentence with the line to run.

    Examples
    --------
    >>> isinstance(remedy(), str)
    True
    """
    return _find().remedy


@functools.cache
def level() -> int:
    """The number of the instruction set to use, as ``LAZYFRAME_SIMD`` says.

    Raises
    ------
    ValueError
        There is no such instruction set, or this machine does not have it.
    """
    name = os.environ.get("LAZYFRAME_SIMD", "auto")
    if name not in abi.LEVELS:
        raise ValueError(f"LAZYFRAME_SIMD={name!r} is no instruction set: it is one of {', '.join(abi.LEVELS)}.")
    core = _find().library
    if core is not None and not _has_level(core, abi.LEVELS[name]):
        raise ValueError(f"LAZYFRAME_SIMD={name!r}: this machine does not have it. Leave it out to use the best that there is.")
    return abi.LEVELS[name]


def _has_level(core: ctypes.CDLL, number: int) -> bool:
    request, result = abi.request(level=number, delimiter=ord(",")), abi.Result()
    core.lf_count(ctypes.byref(request), ctypes.byref(result))
    return result.reason in (abi.DONE, abi.NEED_MORE)


def instruction_sets() -> tuple[str, ...]:
    """The instruction sets that the core can use on this machine, the best last; empty where there is no core.

    Examples
    --------
    >>> "scalar" in instruction_sets() or not is_available()
    True
    """
    core = library()
    if core is None:
        return ()
    return tuple(name for name, number in abi.LEVELS.items() if number and _has_level(core, number))


def instruction_set() -> str:
    """The instruction set in use; empty where there is no core.

    Examples
    --------
    >>> instruction_set() in ("", "scalar", "neon", "avx2", "avx512")
    True
    """
    found = instruction_sets()
    if not found:
        return ""
    return found[-1] if level() == 0 else next(name for name, number in abi.LEVELS.items() if number == level())
