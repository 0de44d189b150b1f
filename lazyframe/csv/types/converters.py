"""Columns that a function of the user's makes: ``converters`` of ``read_csv``.

    text of a field, quotes removed, whatever it means -> function -> value -> the dtype that pandas infers from all values

A column of this sort is read as its bare text by pandas (as a column of text that has no missing values is, see
`infer.State.literal`), and its values are made of it where dates are made of theirs. What kinds of values the function
gives is a state like that of any column: it is guessed from the sample, and a kind that was not foreseen is a contradiction.

pandas makes objects of values of several kinds, of which we have no column: that is an error that names the place.

See docs/decisions/0043-converters-are-states.md.
"""

from __future__ import annotations

import datetime
import math
import numbers
import uuid
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv.errors import CSVError
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.types.infer import WHOLE, State, TextKinds
from lazyframe.csv.types.mismatches import TypeMismatch, TypeMismatches, encoded
from lazyframe.frozen import frozen
from lazyframe.schema import OBJECT_BOOL, DType, dtype_named
from lazyframe.shown import in_quotes


@frozen
class Converter:
    """What makes the values of a column.

    Parameters
    ----------
    function : callable
        Gets the text of a field.
    missing : Missing
        Values that mean a missing one, as for texts.
    token : str
        Says it apart from others: two functions are never taken for the same.
    """

    function: Callable[[str], Any] = field(repr=False)
    missing: Missing
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def kinds(self, texts: Sequence[str], known: TextKinds) -> TextKinds:
        """What is known of the kinds of values after these texts; up to where it fails, for reading says so, and where."""
        for text in texts:
            try:
                found = known | _kind(self.function(text), self.missing)
            except Exception:
                return known
            if state_or_none(found) is None:
                return known
            known = found
        return known

    def __call__(self, texts: pa.Array, name: str, known: TextKinds) -> pa.Array:
        """The values for some texts, as Arrow has them; the function is called once for each different text.

        Parameters
        ----------
        texts : pyarrow.Array
            Of which none is missing.
        name : str
            The column.
        known : TextKinds
            The kinds of values that it is taken to hold.

        Raises
        ------
        ConversionError
            The function fails, or gives values of which there is no column.
        TypeMismatches
            It gives a kind of value that was not foreseen.
        """
        coded = encoded(texts)
        codes = coded.indices.to_numpy()
        values, kinds = [], []
        for number, text in enumerate(coded.dictionary.to_pylist()):
            try:
                values.append(self.function(text))
                kinds.append(_kind(values[-1], self.missing))
            except Exception as error:
                raise ConversionError(_first(codes, number), name, text, error) from None
        self._check(kinds, codes, coded.dictionary, name, known)
        return _array(values, kinds, state(known).dtype).take(coded.indices)

    def _check(self, kinds: Sequence[TextKinds], codes: Any, texts: pa.Array, name: str, known: TextKinds) -> None:
        seen = known
        for number in dict.fromkeys(codes.tolist()):
            before, seen = seen, seen | kinds[number]
            if state_or_none(seen) is None:
                raise ConversionError(_first(codes, number), name, texts[number].as_py(), _several(before, kinds[number]))
        if state(seen) != state(known):
            fits = (state_or_none(known | kind) == state(known) for kind in kinds)
            wrong = {number for number, fitting in enumerate(fits) if not fitting}
            number = next((number for number in codes.tolist() if number in wrong), int(codes[0]))
            raise TypeMismatches([TypeMismatch(name, _first(codes, number), texts[number].as_py(), seen & ~known)])


class ConversionError(Exception):
    """The user's function did not give a value that a column can have.

    Parameters
    ----------
    record : int
        Which record of the text it was called for.
    column : str
        The column.
    text : str
        What it was called with.
    cause : Exception
        What the user is to be told.
    """

    def __init__(self, record: int, column: str, text: str, cause: Exception) -> None:
        super().__init__(record, column, text, cause)
        self.record, self.column, self.text, self.cause = record, column, text, cause

    def placed(self, where: str) -> Exception:
        """The user's own error with a note of the place; ours with the place in front."""
        if isinstance(self.cause, NotAColumn):
            return CSVError(
                f"{where}, column {self.column}: the function in converters= gives for {in_quotes(self.text)} {self.cause}"
            )
        self.cause.add_note(
            f"the function in converters= was called for {where}, column {self.column}, with {in_quotes(self.text)}"
        )
        return self.cause


class NotAColumn(ValueError):
    """A value of which there is no column."""


def asked(
    converters: Any, names: Sequence[Hashable], missing: Missing, dated: Container[Hashable] = ()
) -> dict[Hashable, Converter]:
    """The functions that ``converters`` has for these columns.

    Parameters
    ----------
    converters : mapping or None
        From a name or a position in the file.
    names : sequence
        Every column of the files.
    missing : Missing
        As ``na_values`` and ``keep_default_na`` have it.
    dated : container
        The columns of dates.

    Raises
    ------
    TypeError
        It is no mapping of functions, or has a column that is read as dates.

    Examples
    --------
    >>> list(asked({0: len}, ["a", "b"], Missing.of(None, True)))
    ['a']
    """
    if converters is None:
        return {}
    if not isinstance(converters, Mapping):
        raise TypeError(f"converters={converters!r}: pass a dict from the name of a column to a function of its text.")
    found: dict[Hashable, Converter] = {}
    places = {name: place for place, name in enumerate(names)}
    for key, function in converters.items():
        if not callable(function):
            raise TypeError(
                f"converters[{key!r}] is {function!r}, which is no function. For a dtype pass dtype={{{key!r}: ...}}."
            )
        is_place = isinstance(key, numbers.Integral) and key not in places
        if is_place and not 0 <= int(key) < len(names):
            continue
        name = names[int(key)] if is_place else key
        if name in dated:
            raise TypeError(
                f"converters and parse_dates both name column {name!r}. Let the function return a datetime, or leave it out."
            )
        if name in places and not (is_place and name in found):  # what is said of the name counts
            found[name] = Converter(function, missing.of_column(name, places[name]))
    return found


def state(seen: TextKinds) -> State:
    """What pandas makes of values of these kinds.

    Raises
    ------
    NotAColumn
        Objects.
    """
    found = state_or_none(seen)
    if found is None:
        raise NotAColumn
    return found


def state_or_none(seen: TextKinds) -> State | None:
    """The state; None where pandas makes objects of such values."""
    present = seen & ~TextKinds.MISSING
    if not present:
        return State(dtype_named("float64" if seen else "object"))
    if present in (TextKinds.TEXT, TextKinds.DATE):
        return State(dtype_named("str" if present == TextKinds.TEXT else "datetime64[us]"))
    if present == TextKinds.BOOL:
        return State(OBJECT_BOOL if seen & TextKinds.MISSING else dtype_named("bool"))
    if present & ~(WHOLE | TextKinds.FLOAT) or present & (TextKinds.HUGE | TextKinds.LOW):
        return None
    if seen & (TextKinds.MISSING | TextKinds.FLOAT):
        return State(dtype_named("float64"))
    if seen & TextKinds.UNSIGNED:
        return None if seen & TextKinds.NEGATIVE else State(dtype_named("uint64"))
    return State(dtype_named("int64"))


def _kind(value: Any, missing: Missing) -> TextKinds:
    if value is None or value is pd.NaT:
        return TextKinds.MISSING
    if isinstance(value, str):
        return TextKinds.MISSING if value in (missing.texts or ()) else TextKinds.TEXT
    if isinstance(value, (bool, np.bool_)):
        return TextKinds.MISSING if value in missing.numbers else TextKinds.BOOL  # to pandas True is 1
    if type(value) in (int, np.int64, float, np.float64):
        if math.isnan(value) or value in missing.numbers:
            return TextKinds.MISSING
        return TextKinds.FLOAT if isinstance(value, float) else _whole(int(value))
    if isinstance(value, datetime.datetime) and value.tzinfo is None and getattr(value, "unit", "us") == "us":
        return TextKinds.DATE
    raise NotAColumn(
        f"{in_quotes(value)}, which is of type {type(value).__name__}: of such values there is no column. It may return int, "
        "float, bool, str, datetime without a time zone, or None."
    )


def _whole(value: int) -> TextKinds:
    if value < 0:
        return TextKinds.NEGATIVE | (TextKinds.INT if value >= -(2**63) else TextKinds.LOW)
    return TextKinds.INT if value < 2**63 else TextKinds.UNSIGNED if value < 2**64 else TextKinds.HUGE


_WORDS = {
    TextKinds.TEXT: "text",
    TextKinds.BOOL: "a truth value",
    TextKinds.DATE: "a date",
    TextKinds.FLOAT: "a number",
    WHOLE: "a number",
    TextKinds.MISSING: "a missing value",
}


def _words(seen: TextKinds) -> str:
    return " and ".join(dict.fromkeys(word for kind, word in _WORDS.items() if seen & kind))


def _several(before: TextKinds, found: TextKinds) -> NotAColumn:
    if (before | found) & (WHOLE | TextKinds.FLOAT) == before | found:
        return NotAColumn(
            "a whole number that does not fit 64 bits with the others: of such there is no column. Return floats, or text."
        )
    return NotAColumn(
        f"{_words(found)}, and for others {_words(before)}: pandas keeps the Python objects then, of which there is no column. "
        "Return values of one kind, or None."
    )


def _first(codes: Any, number: int) -> int:
    return int(np.flatnonzero(codes == number)[0])


def _array(values: Sequence[Any], kinds: Sequence[TextKinds], dtype: DType) -> pa.Array:
    present: list[Any] = [None if kind == TextKinds.MISSING else value for value, kind in zip(values, kinds, strict=True)]
    if dtype.kind == "f":
        return pa.array(np.array([math.nan if value is None else float(value) for value in present], np.float64))
    if dtype.kind in "iu":
        return pa.array([int(value) for value in present], dtype.arrow)
    if dtype.arrow == pa.bool_():
        return pa.array([None if value is None else bool(value) for value in present], dtype.arrow)
    if dtype.kind == "T":
        return pa.array([None if value is None else str(value) for value in present], dtype.arrow)
    return pa.array([None if value is None else np.datetime64(value, "us") for value in present], dtype.arrow)
