"""What dtype a column has: the kinds of text seen in it, and what pandas makes of such a mixture.

A column's state is the *set* of the kinds of text that have been seen in it (`TextKinds`). Joining two states is the
union of the sets, and `resolve` gives the dtype that pandas infers for a column with just these kinds of text. So
what is known only grows, whatever the order in which pieces of the files are read, and a wrong guess is mended by
adding the kind that contradicted it.

The kinds of a chunk are found by pandas itself: its dtype of the chunk nearly always tells them. Where it does not
(floats that may be integers with missing values; text that may be a mixture), `kinds_of` halves the distinct texts
until it does. That happens only for samples, and after something did not fit.

What pandas makes of whole numbers beyond int64 depends on an order: of the first of them, and the first text that is no
whole number. When a column has both, that order is looked up once, from the start of the input (`first_of`), and is
a kind like the others from then on.
"""

from __future__ import annotations

import functools
import io
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntFlag
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv.options.dialect import PLAIN_FORMS, Forms, Missing
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL, DType, dtype_named


class TextKinds(IntFlag):
    """The kinds of text in a column.

    Examples
    --------
    >>> resolve(TextKinds.INT | TextKinds.MISSING).name
    'float64'
    """

    NOTHING = 0
    MISSING = 1
    INT = 2  # fits int64
    NEGATIVE = 4  # a whole number with a minus, be it -0; comes with INT or LOW
    UNSIGNED = 8  # beyond int64, fits uint64
    HUGE = 16  # a whole number of 2**64 or more
    FLOAT = 32
    BOOL = 64
    TEXT = 128
    OTHER_FIRST = 256  # a FLOAT, BOOL or TEXT comes before a whole number beyond int64, should there be one: see `first_of`
    LARGE_FIRST = 512  # or after it
    LOW = 1024  # a whole number below -2**63
    DATE = 2**20  # a datetime, which only a function of the user's gives: see `converters`
    ALIAS = 2048  # a number that na_values names, written in another way: missing if the column holds a FLOAT
    WORD = 8192  # a number that is, as it is written, among the words of ``true_values`` or ``false_values`` ...
    NO_WORD = 16384  # ... and one that is not; both only where a number is among these words
    FINE = 32768  # a date that is finer than microseconds
    NO_FLOAT = 65536  # a whole number that is none beside a FLOAT: with thousands set apart twice in a row
    NO_INT = 131072  # a FLOAT, BOOL or TEXT that Python's int() does not read, as it reads 1_000
    UNREADABLE = 4096  # a whole number that Python's int() does not read: with thousands set apart, or of very many digits


WHOLE = TextKinds.INT | TextKinds.NEGATIVE | TextKinds.UNSIGNED | TextKinds.HUGE | TextKinds.LOW
LARGE = TextKinds.UNSIGNED | TextKinds.HUGE | TextKinds.LOW
OTHER = TextKinds.FLOAT | TextKinds.BOOL | TextKinds.TEXT
ORDER = TextKinds.OTHER_FIRST | TextKinds.LARGE_FIRST


BARE = TextKinds.UNSIGNED | TextKinds.TEXT | TextKinds.LARGE_FIRST
"""What is said of a column to an engine that is to give its bare texts, those that mean "missing" too."""


class Undecided(Exception):
    """The dtype depends on whether `TextKinds.OTHER_FIRST` or `TextKinds.LARGE_FIRST`."""


class State(NamedTuple):
    """What the kinds of text in a column mean for the reading of it.

    Parameters
    ----------
    dtype : DType
        What pandas infers.
    literal : bool
        Whether texts that mean "missing" stay as they are: a column of text that pandas took for numbers at first.
    watched : bool
        Whether it has yet to be seen if the column holds a `TextKinds.FLOAT`, so that texts have to be looked at.
    """

    dtype: DType
    literal: bool = False
    watched: bool = False


@functools.lru_cache(maxsize=4096)
def state(seen: TextKinds) -> State:
    """What to make of a column in which these kinds of text stand.

    Raises
    ------
    Undecided
        More has to be known.
    """
    text = dtype_named("str")
    if seen & TextKinds.NO_FLOAT and seen & TextKinds.FLOAT:
        seen |= TextKinds.TEXT
    if seen == TextKinds.NOTHING:
        return State(dtype_named("object"))
    if seen & TextKinds.BOOL and is_of_words(seen):
        return State(OBJECT_BOOL if seen & TextKinds.MISSING else dtype_named("bool"))
    if seen & OTHER:
        if seen & LARGE and not seen & TextKinds.OTHER_FIRST:
            if not seen & TextKinds.LARGE_FIRST:
                raise Undecided
            overflows = seen & TextKinds.HUGE or not seen & TextKinds.UNSIGNED
            if overflows and not seen & (TextKinds.NO_INT | TextKinds.UNREADABLE):
                return State(BIG_INTEGERS)
            return State(text, literal=True)
        return State(text if seen & (TextKinds.TEXT | TextKinds.BOOL) else dtype_named("float64"))
    if seen & TextKinds.HUGE or (seen & TextKinds.LOW and not seen & TextKinds.UNSIGNED):
        return State(text, literal=True, watched=True) if seen & TextKinds.UNREADABLE else State(BIG_INTEGERS)
    if seen & TextKinds.UNSIGNED:
        if seen & (TextKinds.NEGATIVE | TextKinds.MISSING):
            return State(text, literal=True, watched=True)
        return State(dtype_named("uint64"))
    if seen & TextKinds.INT and not seen & TextKinds.MISSING:
        return State(dtype_named("int64"))
    return State(dtype_named("float64"), watched=bool(seen & TextKinds.ALIAS))


def resolve(seen: TextKinds) -> DType:
    """The dtype that pandas infers for a column in which these kinds of text stand.

    Raises
    ------
    Undecided
        More has to be known.
    """
    return state(seen).dtype


def state_or_none(seen: TextKinds) -> State | None:
    """The state; None where the order of the texts has to be known."""
    try:
        return state(seen)
    except Undecided:
        return None


def is_settled_text(seen: TextKinds) -> bool:
    """Whether nothing more that is seen can change the dtype."""
    if seen & TextKinds.TEXT:
        return bool(seen & (TextKinds.NO_INT | TextKinds.OTHER_FIRST))
    return bool(seen & TextKinds.BOOL and not is_of_words(seen))


def is_of_words(seen: TextKinds) -> bool:
    """Whether all that is not missing may be words for true and false."""
    if seen & (TextKinds.TEXT | TextKinds.NO_WORD):
        return False
    return bool(seen & TextKinds.WORD) or not seen & (WHOLE | TextKinds.FLOAT)


def may_become_literal(seen: TextKinds) -> bool:
    """Whether this column of text still hangs on a whole number beyond int64 that would come first."""
    return bool(seen & TextKinds.INT) and not seen & (LARGE | ORDER)


TRUE_WORDS = ("True", "TRUE", "true")
_WORDS = ("True", "False", "TRUE", "FALSE", "true", "false")
_TRUTH = {1.0: True, 0.0: False}
_WHOLE = re.compile(r"[ \t\n\v\f\r]*([+-]?)0*([0-9]+)([ \t\n\v\f\r]*)")
_PYTHON = re.compile(r"[ \t\n\v\f\r]*[+-]?[0-9]+(?:_[0-9]+)*[ \t\n\v\f\r]*")
"""What Python's int() reads."""
_DIGITS = 4300
"""Python's int() reads no more digits than these; nor does pandas, which asks it."""
LARGE_TEXT = r"^[ \t\n\v\f\r]*[+-]?0*[1-9][0-9]{18,}$"
"""What a whole number beyond int64 looks like, and some that are not, as a pattern for Arrow."""


def boolean(text: str, forms: Forms = PLAIN_FORMS) -> bool | None:
    """What a text means in a column that the user has called bool; None for any but the two.

    pandas takes words or 0 and 1, be they floats, each for a whole column. Here they may be mixed: a rule for a whole column
    would make the answer depend on how it is cut.

    Examples
    --------
    >>> boolean("tRUE"), boolean("0"), boolean("yes")
    (True, False, None)
    """
    if text in forms.true or text.lower() == "true":
        return True
    if text in forms.false or text.lower() == "false":
        return False
    try:
        return None if "_" in text else _TRUTH.get(float(forms.plain(text)))
    except ValueError:
        return None


def kinds_of_values(
    values: np.ndarray, missing: Missing, known: TextKinds = TextKinds.NOTHING, forms: Forms = PLAIN_FORMS
) -> TextKinds | None:
    """The kinds of text behind values that pandas has inferred; None where the values alone do not tell.

    `known` is what the column is known to hold besides: beside a number of 2**63 and more it matters how a zero is written.
    """
    if len(values) == 0:
        return TextKinds.NOTHING
    if forms.number_words and values.dtype.kind in "iuf":
        return None
    match values.dtype.kind:
        case "i":
            low = values.min()
            if low == 0 and known & TextKinds.UNSIGNED:
                return None
            return TextKinds.INT | TextKinds.NEGATIVE if low < 0 else TextKinds.INT
        case "u":
            low = values.min()
            small = TextKinds.INT if low <= np.iinfo(np.int64).max else TextKinds.NOTHING
            return None if low == 0 else TextKinds.UNSIGNED | small
        case "b":
            return TextKinds.BOOL | TextKinds.NO_INT
        case "f" if not missing.numbers and np.isnan(values).all():
            return TextKinds.MISSING
        case "O" if all(isinstance(value, bool) for value in values[~pd.isna(values)]):
            return TextKinds.BOOL | TextKinds.MISSING | TextKinds.NO_INT
    return None


def kinds_of(texts: Sequence[str | None], missing: Missing, forms: Forms = PLAIN_FORMS) -> TextKinds:
    """The kinds of these texts, None being a missing value.

    Examples
    --------
    >>> kinds_of(["1", None, "2.5"], Missing())
    <TextKinds.MISSING|INT|FLOAT|NO_INT: 131107>
    """
    return kinds_of_each([(texts, missing)], forms)[0]


def kinds_of_each(columns: Sequence[tuple[Sequence[str | None], Missing]], forms: Forms = PLAIN_FORMS) -> list[TextKinds]:
    """The kinds of the texts of each column, what means "missing" beside them; pandas is asked about many columns at once."""
    known, others = [], []
    for texts, missing in columns:
        kind, rest = _whole_ones(texts, missing, forms)
        known.append(kind)
        others.append(rest)
    found = _kinds([(rest, kind & ~TextKinds.FLOAT) for rest, kind in zip(others, known, strict=True)], forms)
    return [kind | more | _beside(rest, more, forms) for kind, rest, more in zip(known, others, found, strict=True)]


def _whole_ones(texts: Sequence[str | None], missing: Missing, forms: Forms) -> tuple[TextKinds, list[str]]:
    """The kinds of what Python's own rules tell, and the different texts that are no whole numbers."""
    kinds = set()  # joined at the end: joining two costs more than finding one out
    others: list[str] = []
    plain = forms.integers and not forms.number_words and not missing.numbers
    for text in dict.fromkeys(texts):
        if plain and text and len(text) < 19 and text.isascii() and text.isdecimal():  # most texts of most columns
            kinds.add(TextKinds.INT)
        elif text in forms.number_words:
            kinds.add(TextKinds.WORD | (_whole(text, forms) or TextKinds.FLOAT))
        elif text is None:
            kinds.add(TextKinds.MISSING)
        elif (kind := _whole(text, forms)) is None:
            others.append(text)
        else:
            kinds.add(kind)
            if forms.number_words:
                kinds.add(TextKinds.NO_WORD)
            if missing.numbers and float(forms.plain(text)) in missing.numbers:
                kinds.add(TextKinds.ALIAS)
    return functools.reduce(operator.or_, kinds, TextKinds.NOTHING), others


def _beside(others: Sequence[str], found: TextKinds, forms: Forms) -> TextKinds:
    """What follows of the texts that are no whole numbers, and of their kinds."""
    more = TextKinds.NO_WORD if forms.number_words and found & TextKinds.FLOAT else TextKinds.NOTHING
    if any(not _PYTHON.fullmatch(text) or len(text.strip()) > _DIGITS for text in others):
        more |= TextKinds.NO_INT
    return more


def is_whole(text: str, forms: Forms = PLAIN_FORMS) -> bool:
    """Whether pandas takes a text for a whole number, of whatever size.

    Examples
    --------
    >>> is_whole(" +007"), is_whole("1.0")
    (True, False)
    """
    return _whole(text, forms) is not None


_NEGATIVE = TextKinds.INT | TextKinds.NEGATIVE


@functools.lru_cache(maxsize=16)
def _grouped(thousands: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a whole number looks like whose thousands are set apart, and one of which pandas' reader of floats makes none."""
    apart = re.escape(thousands)
    blanks = r"[ \t\n\v\f\r]*"
    whole = rf"{blanks}[+-]?[0-9](?:[0-9]|{apart})*{blanks}"
    return re.compile(whole), re.compile(rf"{apart}{apart}")


def may_be_doubled(text: bytes, forms: Forms) -> bool:
    """Whether there may be a `TextKinds.NO_FLOAT` in this text, which the numbers that pandas makes of it do not tell."""
    return forms.thousands is not None and forms.thousands.encode() * 2 in text


def is_no_float(text: str, forms: Forms) -> bool:
    """Whether pandas' reader of floats makes nothing of this whole number."""
    return bool((_whole(text, forms) or TextKinds.NOTHING) & TextKinds.NO_FLOAT)


def _whole(text: str, forms: Forms) -> TextKinds | None:
    """The kind of a whole number; None for any other text."""
    written, more = text, TextKinds.NOTHING
    if forms.thousands and forms.thousands in text:
        whole, doubled = _grouped(forms.thousands)
        if not whole.fullmatch(text):
            return None
        if doubled.search(text.rstrip(" \t\n\v\f\r")):
            more = TextKinds.NO_FLOAT
        text = text.replace(forms.thousands, "")
    match = _WHOLE.fullmatch(text)
    if match is None or not forms.integers:
        return None
    negative, value = match[1] == "-", int(match[2][:21])
    if value < 2**63 + negative:
        kind = _NEGATIVE if negative else TextKinds.INT
    elif match[3]:
        # A float to pandas, which looks for the end of a large number right behind it; unless a larger one without a blank
        # stands before it, which is not looked at here.
        return None
    elif negative:
        kind = TextKinds.LOW | TextKinds.NEGATIVE
    else:
        kind = TextKinds.UNSIGNED if value < 2**64 else TextKinds.HUGE
    readable = len(text.strip()) <= _DIGITS and (text == written or _PYTHON.fullmatch(written))
    return kind | more if readable else kind | more | TextKinds.UNREADABLE


def first_of(texts: Iterable[str | None], to_the_end: bool = False, forms: Forms = PLAIN_FORMS) -> TextKinds:
    """Whether pandas meets a text that is no whole number before it has taken the column for whole numbers beyond int64.

    It tries int64, which ends at the first text that is none. If that is a whole number too large, it tries uint64, which
    passes over all that begins with a minus; and then Python's integers, or leaves the texts as they are.

    Parameters
    ----------
    texts : iterable of (str or None)
        From the first of the column on.
    to_the_end : bool
        Whether these are all its texts.
    forms : Forms
        How they are written.

    Returns
    -------
    TextKinds
        ``OTHER_FIRST``, ``LARGE_FIRST``, or ``NOTHING`` where the texts do not tell.

    Examples
    --------
    >>> first_of(["1", None, "x", "99999999999999999999"])
    <TextKinds.OTHER_FIRST: 256>
    """
    large = False
    for text in texts:
        if text is None:
            continue
        kind = _whole(text, forms)
        if kind is None and not (large and text.lstrip().startswith("-")):
            return TextKinds.OTHER_FIRST
        if kind is not None and kind & TextKinds.HUGE:
            return TextKinds.LARGE_FIRST
        large = large or (kind is not None and bool(kind & LARGE))
    return TextKinds.LARGE_FIRST if large and to_the_end else TextKinds.NOTHING


def _kinds(columns: Sequence[tuple[list[str], TextKinds]], forms: Forms) -> list[TextKinds]:
    """The kinds of the texts of each column that are no whole numbers, united with what is known of it."""
    found = [known for _, known in columns]
    asked = [place for place, (texts, known) in enumerate(columns) if texts and not known & TextKinds.TEXT]
    several: list[int] = []
    for place, kind in zip(asked, _inferred([columns[place][0] for place in asked], forms), strict=True):
        if kind == "b":
            found[place] |= TextKinds.BOOL
        elif kind in "iuf":  # of whole numbers those of an odd form alone, with a NUL
            found[place] |= TextKinds.FLOAT if kind == "f" else TextKinds.INT
        elif len(columns[place][0]) == 1:
            found[place] |= TextKinds.TEXT
        else:
            several.append(place)
    for part in _PARTS if several else ():  # each as long as no text is found
        for place, kinds in zip(several, _kinds([(part(columns[at][0]), found[at]) for at in several], forms), strict=True):
            found[place] = kinds
    return found


_PARTS: tuple[Callable[[list[str]], list[str]], ...] = (
    lambda texts: texts[:1],
    lambda texts: texts[1 : (len(texts) + 1) // 2],
    lambda texts: texts[(len(texts) + 1) // 2 :],
)
"""What is looked at of texts that are no numbers together: the first alone, and halves of the others."""


def _inferred(columns: Sequence[list[str]], forms: Forms) -> Iterator[str]:
    """Of which kind the values are that pandas infers from each list of texts: `numpy.dtype.kind`.

    They go to pandas as columns of one table, which shares the cost of a call; in shorter ones the first text is repeated, which
    changes no kind.
    """
    found: dict[int, str] = {}
    for part in _alike(columns):
        most = max(len(columns[place]) for place in part)
        filled = [columns[place] + columns[place][:1] * (most - len(columns[place])) for place in part]
        dtypes = _read(zip(*filled, strict=True), len(part), forms).dtypes
        found.update(zip(part, (dtype.kind for dtype in dtypes), strict=True))
    return (found[place] if place in found else infer_texts(texts, forms).dtype.kind for place, texts in enumerate(columns))


_CELLS = 2**16
"""How many texts are inferred by one call."""


def _alike(columns: Sequence[list[str]]) -> Iterator[list[int]]:
    """The places of lists of nearly the same length, so many together as one call may have; of long ones there are none."""
    lengths: dict[int, list[int]] = {}
    for place, texts in enumerate(columns):
        if not any(map(_ENDS.search, texts)):
            lengths.setdefault(len(texts).bit_length(), []).append(place)
    for bits, places in lengths.items():
        count = _CELLS >> bits
        if count > 1 and len(places) > 1:
            yield from (places[start : start + count] for start in range(0, len(places), count))


_ENDS = re.compile("[\n\r\0]")
"""What pandas may take for the end of a line, or of a text: such are given to it alone."""


def infer_texts(texts: list[str], forms: Forms = PLAIN_FORMS, dtype: Any = None) -> pd.Series:
    """What pandas infers from texts of which none is missing, or reads as a dtype."""
    values: pd.Series = _read(([text] for text in texts), 1, forms, dtype)[0]
    return values


def _read(records: Iterable[Sequence[str]], width: int, forms: Forms, dtype: Any = None) -> pd.DataFrame:
    """What pandas makes of a table of texts, its columns called by their positions."""
    lines = "\n".join([",".join(['"' + text.replace('"', '""') + '"' for text in record]) for record in records])
    try:
        body, errors = lines.encode(), "strict"  # with anything else pandas reads Arrow's dtypes in another way
    except UnicodeEncodeError:
        body, errors = lines.encode("utf-8", "surrogateescape"), "surrogateescape"
    frame: pd.DataFrame = pd.read_csv(
        io.BytesIO(body),
        header=None,
        names=range(width),
        sep=",",
        keep_default_na=False,
        na_filter=False,
        low_memory=False,
        dtype=dtype,
        encoding_errors=errors,
        **forms.for_pandas(),
    )
    return frame


def filler(dtype: DType, missing: Missing, forms: Forms = PLAIN_FORMS) -> str:
    """A text that changes no inference of a column of this dtype, and is not missing.

    One of floats has a fraction, so that ``-0`` keeps its sign in each chunk, and not only in those with a fraction of their own.
    """
    if dtype.arrow == pa.bool_():
        return next((word for word in _WORDS if word not in missing.all_texts()), "True")
    if dtype.kind == "f":
        return next(f"{n}{forms.decimal}5" for n in range(1, 10_000) if n + 0.5 not in missing.numbers)
    if dtype.kind in "iu":
        return next(str(n) for n in range(1, 10_000) if float(n) not in missing.numbers)
    return "x"


def arrow_array(values: Any, dtype: DType) -> pa.Array:
    """Values of pandas as the Arrow array in which this dtype travels."""
    if dtype.arrow == pa.string() or dtype.arrow == pa.bool_():
        return pa.array(np.asarray(values, dtype=object), type=dtype.arrow, from_pandas=True)
    return pa.array(np.asarray(values), type=dtype.arrow, from_pandas=dtype.kind in "Mm")
