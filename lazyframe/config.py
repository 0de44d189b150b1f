"""Settings: `config.get`, `config.set`, and the ``LAZYFRAME_*`` environment variables.

All the settings there are stand in one table, `SETTINGS`. A value is looked for in three places: what `set` was
given, the environment variable ``LAZYFRAME_<NAME>``, the table's default. The variable is read when the setting is
used, not when the package is imported. ``None`` always means "as if it had not been set".

A value is checked on the line that sets it, and the same parsers check the arguments of the same names that the
rest of the package takes (`blocksize=`, `scheduler=`, `num_workers=`).
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from lazyframe import allowed

__all__ = ["SETTINGS", "get", "set"]


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__name__"]


SCHEDULERS = {
    **dict.fromkeys(("sync", "synchronous", "single-threaded"), "sync"),
    **dict.fromkeys(("threads", "threading", "thread"), "threads"),
    **dict.fromkeys(("processes", "multiprocessing", "process"), "processes"),
    "distributed": "distributed",
}
"""Every name that `scheduler=` takes, and the executor that it stands for."""

_UNITS = {"": 1, **{f"{letter}": 1000**power for power, letter in enumerate("kmgt", 1)}}
_UNITS.update({f"{letter}i": 1024**power for power, letter in enumerate("kmgt", 1)})


def parse_bytes(value: int | float | str, where: str | None = None) -> int:
    """A number of bytes from an int, or from text such as ``"32MiB"``, ``"64 MB"``, ``"1.5G"``.

    ``kB MB GB TB`` are powers of 1000, ``KiB MiB GiB TiB`` powers of 1024. Case does not matter, and the ``B`` may
    be left out.

    Parameters
    ----------
    value : int, float or str
        What the user gave.
    where : str, optional
        How the error names it; ``blocksize='abc'`` for example.

    Returns
    -------
    int
        Bytes, 1 or more.

    Raises
    ------
    ValueError
        Not a size, or less than one byte.

    Examples
    --------
    >>> parse_bytes("32MiB")
    33554432
    >>> parse_bytes("64 MB")
    64000000
    """
    size = 0
    if isinstance(value, str):
        found = re.fullmatch(r"([0-9_]*\.?[0-9_]*(?:e\+?[0-9]+)?)\s*([kmgt]i?)?b?", value.strip().lower())
        if found:
            number, unit = found[1].replace("_", ""), found[2] or ""
            try:
                size = int(number) * _UNITS[unit] if number.isdigit() else int(float(number) * _UNITS[unit])
            except (ValueError, OverflowError):
                size = 0
    elif _is_whole(value):
        size = int(value)
    if size < 1:
        shown = where or repr(value)
        raise ValueError(f"{shown} is not a size in bytes: give a whole number, 1 or more, or text like '32MiB' or '64MB'.")
    return size


def parse_num_workers(value: int | str, where: str | None = None) -> int:
    """A number of workers, 1 or more; `where` is how the error names it.

    Examples
    --------
    >>> parse_num_workers("4")
    4
    """
    number = 0
    if isinstance(value, str):
        number = int(value) if value.strip().isdecimal() else 0
    elif _is_whole(value):
        number = int(value)
    if number < 1:
        shown = where or f"num_workers={value!r}"
        raise ValueError(f"{shown} is not a number of workers: give a whole number, 1 or more, or None for one a core.")
    return number


_OF_DASK = {"dask.local": "sync", "dask.threaded": "threads", "dask.multiprocessing": "processes"}
"""Where Dask has the functions that its users give as schedulers: ``dask.threaded.get``."""


def parse_scheduler(value: Any, where: str | None = None) -> Any:
    """The executor that a scheduler's name, or a function of Dask's, stands for; an object with a `submit` method is itself one.

    Examples
    --------
    >>> parse_scheduler("single-threaded")
    'sync'
    """
    if isinstance(value, str):
        if value.lower() in SCHEDULERS:
            return SCHEDULERS[value.lower()]
    elif callable(getattr(value, "submit", None)):
        return value
    elif callable(value) and getattr(value, "__module__", None) in _OF_DASK:
        return _OF_DASK[value.__module__]
    shown = where or f"scheduler={value!r}"
    raise ValueError(
        f"{shown} is not a scheduler.{_meant(value, SCHEDULERS)} The schedulers are: {', '.join(SCHEDULERS)}, "
        f"and any concurrent.futures.Executor or Client."
    )


def parse_progress(value: Any, where: str | None = None) -> bool | str:
    """Whether bars are shown: True, False, or ``"auto"`` for where somebody looks.

    Examples
    --------
    >>> parse_progress("off")
    False
    """
    if isinstance(value, bool):
        return value
    meanings: dict[str, bool | str] = {**_SWITCHES, "auto": "auto"}
    if str(value).strip().lower() in meanings:
        return meanings[str(value).strip().lower()]
    raise ValueError(f"{where or f'progress={value!r}'} is not True, False or 'auto', a bar on terminals and in notebooks.")


def parse_cache(value: Any, where: str | None = None) -> bool | str:
    """Whether parsed columns are kept: False, True (in the user's own folder for caches), or the folder for them.

    Examples
    --------
    >>> parse_cache("off")
    False
    """
    if isinstance(value, bool):
        return value
    try:
        text = os.fspath(value).strip()
    except TypeError:
        text = b""
    if not isinstance(text, str) or not text:
        raise ValueError(
            f"{where or f'cache={value!r}'} is not True, False or the folder in which parsed columns are to be kept."
        )
    if text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    return os.path.abspath(os.path.expanduser(text))


def parse_seconds(value: Any, where: str | None = None) -> float:
    """A number of seconds, more than 0; ``"inf"`` is without end.

    Examples
    --------
    >>> parse_seconds("90")
    90.0
    """
    seconds = 0.0
    if not isinstance(value, bool):
        with contextlib.suppress(TypeError, ValueError):
            seconds = float(value)
    if not seconds > 0:
        raise ValueError(f"{where or repr(value)} is not a number of seconds: give one above 0, or 'inf' to wait without end.")
    return seconds


_SWITCHES = {**dict.fromkeys(("true", "on", "yes", "1"), True), **dict.fromkeys(("false", "off", "no", "0"), False)}


def parse_memory_limit(value: Any, where: str | None = None) -> int | float:
    """A number of bytes; or a share of what the machine has, as a float of at most 1.

    Examples
    --------
    >>> parse_memory_limit("4GB"), parse_memory_limit("50%"), parse_memory_limit(0.25)
    (4000000000, 0.5, 0.25)
    """
    shown = where or f"memory_limit={value!r}"
    share = None
    text = value.strip() if isinstance(value, str) else ""
    with contextlib.suppress(ValueError):
        if text.endswith("%"):
            share = float(text[:-1]) / 100
        elif isinstance(value, float) or re.fullmatch(r"0?\.[0-9]+", text):
            share = float(value)
    if share is not None and 0 < share <= 1:
        return share
    if share is not None and not float(share).is_integer():
        raise ValueError(f"{shown} is neither a size nor a share of the machine's memory: give '4GB', '50%' or 0.5.")
    return parse_bytes(value, where or shown)


def parse_directory(value: Any, where: str | None = None) -> str:
    """The path of a folder that exists.

    Examples
    --------
    >>> parse_directory(".") == os.getcwd()
    True
    """
    path: str = os.path.abspath(os.path.expanduser(os.fspath(value)))
    if not os.path.isdir(path):
        raise ValueError(f"{where or f'{value!r}'} is not a folder that exists: make it first, or name another one.")
    return path


def _is_whole(value: Any) -> bool:
    """Whether `value` is a whole number of any sort (numpy's too), and not True or False."""
    try:
        return not isinstance(value, bool) and int(value) == value
    except (TypeError, ValueError, OverflowError):
        return False


def _meant(name: object, names: Iterable[str]) -> str:
    import difflib  # here and not above: an error may take its time, every start of a program must not

    close = difflib.get_close_matches(str(name).lower(), list(names), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


class Setting(NamedTuple):
    """One row of the table: what the setting is called, its default, who checks a value, what it is for."""

    name: str
    default: Any
    parse: Callable[[Any, str], Any]
    description: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"LAZYFRAME_{self.name.upper()}"


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting(
            "scheduler",
            None,
            parse_scheduler,
            "what runs a query: sync, threads, processes, distributed; None: a Client or threads",
        ),
        Setting("num_workers", None, parse_num_workers, "how many tasks run at one time; None is one a core"),
        Setting("progress", "auto", parse_progress, "whether a query of more than two seconds shows a bar"),
        Setting("blocksize", 32 * 2**20, parse_bytes, "the bytes of a file that one task reads"),
        Setting("cache", False, parse_cache, "whether parsed columns are kept for later queries: False, True, or a folder"),
        Setting("cache_size", 16 * 10**9, parse_bytes, "the most bytes that kept columns take up on disk"),
        Setting(
            "memory_limit",
            0.6,
            parse_memory_limit,
            "beyond which rows that have to meet go on disk: bytes, or a share of the machine's memory",
        ),
        Setting("remote_timeout", 60.0, parse_seconds, "the seconds for which a server may send nothing before it is given up"),
        Setting("temporary_directory", None, parse_directory, "where they go then; None is the system's folder for such files"),
    )
}

_values: dict[str, Any] = {}
_lock = threading.Lock()
_TABLE_DEFAULT = object()


def _setting(name: str) -> Setting:
    if name not in SETTINGS:
        raise ValueError(f"no setting {name!r}.{_meant(name, SETTINGS)} The settings are: {', '.join(SETTINGS)}.")
    return SETTINGS[name]


def get(name: str, default: Any = _TABLE_DEFAULT) -> Any:
    """The value of a setting.

    Parameters
    ----------
    name : str
        One of `SETTINGS`: ``"scheduler"``, ``"num_workers"``, ``"blocksize"``, ``"memory_limit"``, ...
    default : object, optional
        Returned when the setting was given neither by `set` nor by its environment variable, in place of the
        table's own default.

    Returns
    -------
    object
        The value, checked.

    Raises
    ------
    ValueError
        There is no such setting, or its environment variable holds a bad value.

    Examples
    --------
    >>> with set(num_workers=2):
    ...     get("num_workers")
    2
    """
    setting = _setting(name)
    value = _values.get(name)
    if value is not None:
        return value
    text = os.environ.get(setting.variable, "")
    if text.strip():
        return setting.parse(text, f"{setting.variable}={text!r}, an environment variable,")
    return setting.default if default is _TABLE_DEFAULT else default


def memory_limit() -> int:
    """The bytes that the setting ``memory_limit`` stands for on this machine.

    Examples
    --------
    >>> with set(memory_limit="1GB"):
    ...     memory_limit()
    1000000000
    """
    limit = get("memory_limit")
    return max(1, int(limit * available_memory())) if isinstance(limit, float) else int(limit)


def available_memory() -> int:
    """The bytes of memory that this process may use: the machine's, or what its control group or ``ulimit -v`` allows it."""
    return allowed.memory()


class RestoreSettings:
    """What `set` returns: leave a `with` block of it, and the settings are as they were before the call."""

    def __init__(self, before: dict[str, Any]) -> None:
        self._before = before

    def __enter__(self) -> None:
        return None

    def __repr__(self) -> str:
        return f"lf.config: {', '.join(f'{name}={get(name)!r}' for name in self._before)}"

    def __exit__(self, *_: object) -> None:
        with _lock:
            _values.update(self._before)


def set(given: Mapping[str, Any] | None = None, /, **settings: Any) -> RestoreSettings:
    """Give settings a value: for good as a plain call, or inside a `with` block only.

    The values hold for every thread of the program.

    Parameters
    ----------
    given : mapping, optional
        Settings and their values.
    **settings
        The same by name: ``scheduler``, ``num_workers``, ``blocksize``, ``cache``, ``memory_limit``, ... None takes a setting
        back.

    Returns
    -------
    RestoreSettings
        A context manager that restores these settings on exit.

    Raises
    ------
    ValueError
        An unknown setting or a bad value; then none of the settings has changed.

    Examples
    --------
    >>> with set(scheduler="sync", blocksize="1MiB"):
    ...     get("scheduler"), get("blocksize")
    ('sync', 1048576)
    """
    parsed = {}
    for name, value in {**(given or {}), **settings}.items():
        setting = _setting(name)
        parsed[name] = None if value is None else setting.parse(value, f"{name}={value!r}")
    with _lock:
        before = {name: _values.get(name) for name in parsed}
        _values.update(parsed)
    return RestoreSettings(before)
