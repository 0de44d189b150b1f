"""What a sample told of files, remembered by this process for the next time that they are opened, while the cache is on.

A sample tells the same of the same files: they are known as `lazyframe.cache` knows them. Where it had something to say to the
user it is taken anew, so that it says so again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import lazyframe.cache as cache
from lazyframe.cache.identity import is_settled
from lazyframe.csv.scan.kept import identities, is_keepable
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.sniff.findings import Change
from lazyframe.csv.source.opening import Opening
from lazyframe.csv.types.infer import TextKinds
from lazyframe.native.library import engine
from lazyframe.notices import warnings_told


class Told(NamedTuple):
    """What a sample tells: the columns, what is certain of them, and what made a column one of text."""

    columns: tuple[ColumnSpec, ...]
    certain: Mapping[str, TextKinds]
    changes: Mapping[str, Change]


_REMEMBERED = 64
_told: dict[Any, Told] = {}


def remembered(opening: Opening, sampled: Callable[[], Told]) -> Told:
    """What the sample of these files tells; it is taken where that is not known."""
    key = _key(opening)
    if key is None:
        return sampled()
    if key not in _told:
        before = warnings_told()
        told = sampled()
        if warnings_told() != before:
            return told
        if len(_told) >= _REMEMBERED:
            _told.clear()
        _told[key] = told
    return _told[key]


def _key(opening: Opening) -> Any:
    """All that a sample depends on; None where nothing is to be remembered."""
    spec = opening.spec
    if cache.place() is None or not is_keepable(spec, spec.files) or any(column.converter for column in spec.columns):
        return None
    known = identities(spec.files)
    if known is None or not all(map(is_settled, known)):
        return None
    asked = (spec.sample_bytes, opening.assume_missing, opening.promotes, repr(opening.index), engine())
    return (opening.token, tuple(known), *asked)
