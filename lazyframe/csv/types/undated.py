"""A level of the index that ``parse_dates`` names, and that is no date: what pandas makes of it.

pandas reads such a level as text, finds no dates in it, and then infers a dtype by another rule than that of its parser
(``ParserBase._infer_types``: `pandas.to_numeric` of all of it, else words for true and false, else text):

    any text, or a word for true beside a number         text
    words alone                                          bool; objects where some are missing
    numbers beyond int64 beside a negative or a missing  text
    a float or a missing value                           float64
    whole numbers beyond 64 bits, beyond int64, others   Python's integers, uint64, int64

``thousands`` and ``decimal`` have no say in it, ``-0`` is not negative, and the order of the texts does not count.
The kinds of texts are those of `infer`, found by pandas' own function, and joined as there.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.options.dialect import Forms
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import State, TextKinds
from lazyframe.csv.types.mismatches import TypeMismatch, TypeMismatches, encoded
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL, DType, dtype_named

_NEGATIVE = TextKinds.INT | TextKinds.NEGATIVE
_TEXT = TextKinds.TEXT | TextKinds.NO_INT
_TRUTH = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}
_TELLING = TextKinds.UNSIGNED | TextKinds.NEGATIVE | TextKinds.MISSING | TextKinds.ALIAS | TextKinds.WORD | TextKinds.NO_WORD
"""Kinds that change no dtype by themselves, but with others that are yet to be seen."""
_WHOLE = r"^[ \t\n\v\f\r]*[+-]?[0-9]+[ \t\n\v\f\r]*$"


@functools.lru_cache(maxsize=1024)
def state(seen: TextKinds) -> State:
    """What to make of a level in which these kinds of text stand.

    Examples
    --------
    >>> state(TextKinds.BOOL | TextKinds.INT).dtype.name, state(TextKinds.UNSIGNED | TextKinds.NEGATIVE).dtype.name
    ('str', 'str')
    >>> state(TextKinds.HUGE | TextKinds.MISSING).dtype.name
    'float64'
    """
    missing = seen & (TextKinds.MISSING | TextKinds.ALIAS)
    if seen == TextKinds.NOTHING:
        return State(dtype_named("object"))
    if seen & TextKinds.BOOL and infer.is_of_words(seen):
        return State(OBJECT_BOOL if seen & TextKinds.MISSING else dtype_named("bool"))
    if seen & (TextKinds.TEXT | TextKinds.BOOL) or (seen & TextKinds.UNSIGNED and (missing or seen & TextKinds.NEGATIVE)):
        return State(dtype_named("str"))
    if missing or seen & TextKinds.FLOAT:
        return State(dtype_named("float64"))
    if seen & (TextKinds.HUGE | TextKinds.LOW):
        return State(BIG_INTEGERS)
    return State(dtype_named("uint64" if seen & TextKinds.UNSIGNED else "int64"))


def kinds(texts: Sequence[str], numbers: frozenset[float], forms: Forms) -> TextKinds:
    """The kinds of texts of which none is missing; no more than that there is text, where there is some.

    Parameters
    ----------
    texts : sequence of str
        Each once.
    numbers : frozenset of float
        Those that ``na_values`` names.
    forms : Forms
        How words for true and false are written.

    Examples
    --------
    >>> kinds(["-0", "18446744073709551615"], frozenset(), Forms())
    <TextKinds.INT|UNSIGNED: 10>
    """
    if not texts:
        return TextKinds.NOTHING
    found = TextKinds.NOTHING
    values = None if numbers or forms.number_words else _numbers(texts)
    if values is not None and values.dtype.kind == "i":
        return _NEGATIVE if values.min() < 0 else TextKinds.INT
    if values is not None and values.dtype.kind == "f":
        found = TextKinds.FLOAT  # only whole numbers below zero, and those beyond int64, are more than that
        odd = pa.array(np.asarray(texts, object)[~((values >= 0) & (values < 2.0**63))], pa.string())
        texts = odd.filter(pc.match_substring_regex(odd, _WHOLE)).to_pylist()
    for text in texts:
        found |= _kind(text, numbers, forms)
        if found & TextKinds.TEXT:
            return _TEXT
    return found


def _kind(text: str, numbers: frozenset[float], forms: Forms) -> TextKinds:
    values = _numbers([text])
    if values is None:
        is_word = text in _TRUTH or text in forms.true or text in forms.false
        return TextKinds.BOOL | TextKinds.NO_INT if is_word else _TEXT
    (value,) = values.tolist()
    if isinstance(value, float):
        found = TextKinds.FLOAT
    elif -(2**63) <= value < 2**63:
        found = _NEGATIVE if value < 0 else TextKinds.INT
    else:
        found = TextKinds.LOW if value < 0 else TextKinds.UNSIGNED if value < 2**64 else TextKinds.HUGE
    if float(value) in numbers:
        found = TextKinds.FLOAT | TextKinds.ALIAS
    if forms.number_words:
        found |= TextKinds.WORD if text in forms.number_words else TextKinds.NO_WORD
    return found


def _numbers(texts: Sequence[str]) -> np.ndarray | None:
    """What pandas makes of texts that are numbers; None where one is none."""
    try:
        return np.asarray(pd.to_numeric(np.asarray(texts, dtype=object)))
    except ValueError:
        return None


def made(
    texts: pa.Array, label: str, seen: TextKinds, dtype: DType, numbers: frozenset[float], forms: Forms, coded: bool
) -> pa.Array:
    """The values of a level, of the texts that an engine has read.

    Raises
    ------
    TypeMismatches
        Kinds of texts that were not known: the dtype may be another.
    """
    if not seen & TextKinds.TEXT:
        texts = encoded(texts)
        _check(texts, label, seen, numbers, forms)
    if state(seen).dtype == dtype_named("str"):
        if dtype.extension is not None or not coded:
            return texts.cast(dtype.arrow)
        return encoded(texts)
    within, distinct = texts, texts.dictionary.to_pylist()
    if dtype == BIG_INTEGERS:
        return pa.array([str(int(text)) for text in distinct], pa.string()).take(within.indices).cast(dtype.arrow)
    if pa.types.is_boolean(dtype.arrow):
        words = {**_TRUTH, **dict.fromkeys(forms.true, True), **dict.fromkeys(forms.false, False)}
        return pa.array([words[text] for text in distinct], pa.bool_()).take(within.indices)
    values: Any = _floats(distinct, numbers) if pa.types.is_floating(dtype.arrow) else _numbers(distinct)
    if dtype.extension is not None:
        return pa.array(values, dtype.arrow, from_pandas=True).take(within.indices)
    values = np.append(values.astype(dtype.name), np.zeros(1, dtype.name) if dtype.kind in "iu" else np.nan)
    return pa.array(values[pc.fill_null(within.indices, len(distinct)).to_numpy()])


def _check(texts: pa.DictionaryArray, label: str, seen: TextKinds, numbers: frozenset[float], forms: Forms) -> None:
    distinct = texts.dictionary.to_pylist()

    def fits(found: TextKinds) -> bool:
        return state(seen | found) == state(seen) and not found & ~seen & _TELLING

    found = kinds(distinct, numbers, forms)
    missing = TextKinds.MISSING if texts.null_count else TextKinds.NOTHING
    if fits(found | missing):
        return
    if not fits(missing):
        record, text = pc.index(texts.is_null(), True).as_py(), None
    else:
        code = next(code for code, text in enumerate(distinct) if not fits(kinds([text], numbers, forms)))
        record, text = pc.index(texts.indices, code).as_py(), distinct[code]
    raise TypeMismatches([TypeMismatch(label, record, text, found | missing)])


def _floats(texts: Sequence[str], numbers: frozenset[float]) -> np.ndarray:
    """The numbers as pandas has them where there is a float among them."""
    values = np.asarray(pd.to_numeric(np.asarray([*texts, 0.5], dtype=object)), dtype=np.float64)[:-1]
    if numbers:
        values[np.isin(values, list(numbers))] = np.nan
    return values
