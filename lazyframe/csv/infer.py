"""What dtype a column has: the kinds of text seen in it, and what pandas makes of such a mixture.

A column's state is the *set* of the kinds of text that have been seen in it (`Seen`). Joining two states is the
union of the sets, and `resolve` gives the dtype that pandas infers for a column with just these kinds of text. So
what is known only grows, whatever the order in which pieces of the files are read, and a wrong guess is mended by
adding the kind that contradicted it.

The kinds of a chunk are found by pandas itself: its dtype of the chunk nearly always tells them. Where it does not
(floats that may be integers with missing values; text that may be a mixture), `kinds_of` halves the distinct texts
until it does. That happens only for samples, and after something did not fit.

One habit of pandas is not followed: in a column of text whose first texts are numbers, one of them beyond 64 bits, it
keeps missing values as text (``NA`` stays ``'NA'``). Here a missing value is missing in every column of text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from enum import IntFlag
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv.dialect import Missing
from lazyframe.schema import OBJECT_BOOL, DType, dtype_named


class Seen(IntFlag):
    """The kinds of text in a column.

    Examples
    --------
    >>> resolve(Seen.INT | Seen.MISSING).name
    'float64'
    """

    NOTHING = 0
    MISSING = 1
    INT = 2  # fits int64
    NEGATIVE = 4  # comes with INT
    UNSIGNED = 8  # beyond int64, fits uint64
    HUGE = 16  # a whole number beyond 64 bits
    FLOAT = 32
    BOOL = 64
    TEXT = 128
    FLOAT_FIRST = 256  # a FLOAT among the first records of all, which made floats of the column whatever follows


_NUMBER = Seen.INT | Seen.NEGATIVE | Seen.UNSIGNED | Seen.HUGE | Seen.FLOAT


class Unrepresentable(Exception):
    """Whole numbers beyond 64 bits (or beyond int64, among others that do not fit uint64).

    pandas makes Python objects of them, or text in which missing values are text as well, or floats: which of these
    depends on the order of the values.
    """


def resolve(seen: Seen) -> DType:
    """The dtype that pandas infers for a column in which these kinds of text stand.

    Raises
    ------
    Unrepresentable
        Whole numbers too large for the others in the column.
    """
    if seen == Seen.NOTHING:
        return dtype_named("object")
    if seen & Seen.TEXT or (seen & Seen.BOOL and seen & _NUMBER):
        return dtype_named("str")
    if seen & Seen.BOOL:
        return OBJECT_BOOL if seen & Seen.MISSING else dtype_named("bool")
    if seen & Seen.FLOAT_FIRST:
        return dtype_named("float64")
    if seen & Seen.HUGE or (seen & Seen.UNSIGNED and seen & (Seen.NEGATIVE | Seen.MISSING | Seen.FLOAT)):
        raise Unrepresentable
    if seen & Seen.FLOAT:
        return dtype_named("float64")
    if seen & Seen.UNSIGNED:
        return dtype_named("uint64")
    return dtype_named("float64" if seen & Seen.MISSING else "int64")


def is_settled_text(seen: Seen) -> bool:
    """Whether nothing more that is seen can change the dtype."""
    return bool(seen & Seen.TEXT or (seen & Seen.BOOL and seen & _NUMBER))


_TRUE = re.compile("True|TRUE|true|[+]?0*1")
_FALSE = re.compile("False|FALSE|false|[+-]?0+")


def boolean(text: str) -> bool | None:
    """What a text means in a column that the user has called bool; None for any but the two.

    pandas takes words or 0 and 1, each for a whole column. Here they may be mixed: a rule for a whole column would make the
    answer depend on how it is cut.

    Examples
    --------
    >>> boolean("TRUE"), boolean("0"), boolean("yes")
    (True, False, None)
    """
    if _TRUE.fullmatch(text):
        return True
    return False if _FALSE.fullmatch(text) else None


def kinds_of_values(values: pd.Series) -> Seen | None:
    """The kinds of text behind values that pandas has inferred; None where the values alone do not tell."""
    if len(values) == 0:
        return Seen.NOTHING
    match values.dtype.kind:
        case "i":
            return Seen.INT | Seen.NEGATIVE if values.min() < 0 else Seen.INT
        case "u":
            small = Seen.INT if values.min() <= np.iinfo(np.int64).max else Seen.NOTHING
            return Seen.UNSIGNED | small
        case "b":
            return Seen.BOOL
        case "f" if values.isna().all():
            return Seen.MISSING
        case "O" if all(isinstance(value, bool) for value in values.dropna()):
            return Seen.BOOL | Seen.MISSING
    return None


def kinds_of(texts: Sequence[str | None], missing: Missing) -> Seen:
    """The kinds of these texts, None being a missing value.

    Examples
    --------
    >>> kinds_of(["1", None, "2.5"], Missing())
    <Seen.MISSING|INT|FLOAT: 35>
    """
    distinct = list(dict.fromkeys(texts))
    present = [text for text in distinct if text is not None]
    return (Seen.MISSING if len(present) < len(distinct) else Seen.NOTHING) | _kinds(present, missing, Seen.NOTHING)


def _kinds(texts: list[str], missing: Missing, known: Seen) -> Seen:
    if not texts or is_settled_text(known):
        return known
    values = infer_texts(texts, missing)
    absent = values.isna()
    if absent.any():  # a number that na_values names
        return _kinds([t for t, gone in zip(texts, absent, strict=True) if not gone], missing, known | Seen.MISSING)
    found = kinds_of_values(values)
    if found is not None:
        return known | found
    if len(texts) == 1:
        if values.dtype.kind == "f":
            return known | Seen.FLOAT
        return known | (Seen.HUGE if isinstance(values.iloc[0], int) else Seen.TEXT)
    small = values.dtype.kind == "f" and (values.abs() < 2.0**63).all()  # a large one may be a whole number
    if small and any(character in text for text in texts[:16] for character in ".eE"):
        return known | Seen.FLOAT | (Seen.INT if (values % 1 == 0).any() else Seen.NOTHING)
    if values.dtype.kind not in "iuf" and (known := _kinds(texts[:1], missing, known)) & Seen.TEXT:
        return known
    middle = len(texts) // 2
    return _kinds(texts[middle:], missing, _kinds(texts[:middle], missing, known))


def infer_texts(texts: list[str], missing: Missing) -> pd.Series:
    body = "\n".join('"' + text.replace('"', '""') + '"' for text in texts).encode("utf-8", "surrogateescape")
    numbers = {"na_values": sorted(missing.numbers)} if missing.numbers else {}
    frame = pd.read_csv(
        io.BytesIO(body),
        header=None,
        names=[0],
        sep=",",
        keep_default_na=False,
        low_memory=False,
        encoding_errors="surrogateescape",
        **numbers,  # type: ignore[call-overload]
    )
    values: pd.Series = frame[0]
    return values


def filler(dtype: DType, missing: Missing) -> str:
    """A text that changes no inference of a column of this dtype, and is not missing."""
    if dtype.arrow == pa.bool_():
        return "True"
    if dtype.kind in "iuf":
        return next(str(n) for n in range(1, 10_000) if float(n) not in missing.numbers)
    return "x"


def arrow_array(values: Any, dtype: DType) -> pa.Array:
    """Values of pandas as the Arrow array in which this dtype travels."""
    if dtype.arrow == pa.string() or dtype.arrow == pa.bool_():
        return pa.array(np.asarray(values, dtype=object), type=dtype.arrow, from_pandas=True)
    return pa.array(np.asarray(values), type=dtype.arrow, from_pandas=dtype.kind in "Mm")
