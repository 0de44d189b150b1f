"""Parsed columns, kept from one query for the next: off until ``lf.config.set(cache=True)``.

A query of CSV files parses some of their columns. With the cache on these are written as they lie in memory, so that the next
query that needs them reads them without parsing, and parses only what is not there. Nothing else changes: answers, dtypes,
warnings and errors are those of a query that parses (law 2).

Handed in: a `CacheFolder`, what a text was (`identity`), arrays. Handed on: `Bundle`s of arrays that are mapped. What the arrays
are of, and when they may be used, is for `lazyframe.csv.scan.kept` to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from lazyframe import config
from lazyframe.cache.store import CacheFolder
from lazyframe.documented import Documented
from lazyframe.notices import SaidOnce, say_again

__all__ = ["CacheFolder", "CacheWarning", "Info", "clear", "info", "parsed_again", "place"]


class CacheWarning(Documented, SaidOnce):
    """Something about kept columns that is good to know; the answer of the query is right. Of a sort one is said in a process."""


@dataclass(frozen=True)
class Info:
    """What there is of kept columns.

    Attributes
    ----------
    on : bool
        Whether queries keep columns, and read what was kept.
    folder : str
        Where.
    files : int
        How many files these are.
    nbytes : int
        How large these are together.
    limit : int
        How large they may be: the setting ``cache_size``.
    """

    on: bool
    folder: str
    files: int
    nbytes: int
    limit: int


def place() -> CacheFolder | None:
    """Where columns are kept; None where they are not."""
    folder = config.get("cache")
    return CacheFolder(folder, config.get("cache_size")) if folder else None


def info() -> Info:
    """What is kept, and where.

    Returns
    -------
    Info

    Examples
    --------
    >>> import tempfile
    >>> import lazyframe as lf
    >>> with lf.config.set(cache=tempfile.mkdtemp()):
    ...     _ = lf.read_csv("data/sample/*.csv").Distance.max().compute()
    ...     lf.cache.info().on, lf.cache.info().files
    (True, 1)
    """
    where = place() or CacheFolder(True, config.get("cache_size"))
    found = where.store.files()
    return Info(place() is not None, where.root, len(found), sum(status.st_size for _, status in found), where.limit)


def clear() -> int:
    """Remove all that is kept, in the folder of the setting ``cache``, or else in the user's own.

    Returns
    -------
    int
        How many bytes there were.

    Examples
    --------
    >>> import tempfile
    >>> import lazyframe as lf
    >>> with lf.config.set(cache=tempfile.mkdtemp()):
    ...     lf.cache.clear()
    0
    """
    say_again(CacheWarning)
    where = place() or CacheFolder(True, config.get("cache_size"))
    return where.store.clear()


_parsed: dict[str, bool] = {}
_LONG = 2.0  # seconds
_LARGE = 50 * 10**6  # bytes
_REMEMBERED = 10_000


def parsed_again(token: str, nbytes: int, seconds: float) -> tuple[CacheWarning, ...]:
    """What to say when the files of a source were parsed for so long: something the second time.

    Parameters
    ----------
    token : str
        Of the source.
    nbytes : int
        How large its files are: where they are small it was not parsing that took long.
    seconds : float
        How long the query took.
    """
    if nbytes < _LARGE:
        return ()
    again = token in _parsed
    if len(_parsed) > _REMEMBERED:
        _parsed.clear()
    _parsed[token] = True
    if not again or seconds < _LONG or place() is not None:
        return ()
    text = (
        f"these files were parsed before, and parsing them once more took {seconds:.1f} s. lf.config.set(cache=True) keeps the "
        "columns that a query has parsed, for the next one."
    )
    return (CacheWarning(text),)
