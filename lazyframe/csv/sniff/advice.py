"""What an error or a warning proposes: the separator, the text that means "missing". A guess is said, and never used."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import pyarrow as pa

from lazyframe.csv.engines import _pandas
from lazyframe.csv.engines.layout import BadText, Layout
from lazyframe.csv.options.bad_lines import quoted
from lazyframe.csv.options.dialect import Dialect, Forms
from lazyframe.csv.types import dates
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.extensions import Unfit, converted
from lazyframe.csv.types.mismatches import TypeMismatches
from lazyframe.schema import DType
from lazyframe.shown import in_quotes

_SEPARATORS = b";\t|,"
FEW = 5
"""So many distinct words may all mean "missing"."""

_DIGIT = re.compile(r"\d")
_MARKS = (
    (",", ".", "the comma parts thousands"),
    ("", ",", "the comma is a decimal point"),
    (".", ",", "the comma is a decimal point and the point parts thousands"),
    (" ", ",", "the comma is a decimal point and a blank parts thousands"),
    ("\xa0", ",", "the comma is a decimal point and a blank that does not break parts thousands"),
    ("\u202f", ",", "the comma is a decimal point and a narrow blank parts thousands"),
    ("'", ",", "the comma is a decimal point and the apostrophe parts thousands"),
    (" ", ".", "a blank parts thousands"),
    ("\xa0", ".", "a blank that does not break parts thousands"),
    ("'", ".", "the apostrophe parts thousands"),
    ("\u2019", ".", "the apostrophe parts thousands"),
)
"""What parts thousands in numbers, what their decimal point is, and how that is said: the likelier first."""
_MOST = 10_000  # distinct texts that are looked at


def separator(dialect: Dialect, header: bytes, first: bytes | None) -> str | None:
    r"""The separator that a line of one name, and the line after it, have the same number of times.

    Examples
    --------
    >>> separator(Dialect(), b"a;b;c\n", b"1,5;2;3\n")
    ';'
    >>> separator(Dialect(), b"name\n", b"a;b\n") is None
    True
    """
    counts = {chr(byte): header.count(byte) for byte in _SEPARATORS if byte != dialect.separator[0]}
    found = max(counts, key=counts.__getitem__)
    if counts[found] == 0 or (first is not None and first.count(found.encode()) != counts[found]):
        return None
    return found


def commonest(columns: Iterable[pa.Array], name: Hashable, dtype: DType, dialect: Dialect) -> str:
    """A sentence on the commonest text of a column that is not of the dtype that the user gave; nothing where there is none.

    Parameters
    ----------
    columns : iterable of pyarrow.Array
        The texts of the column, piece by piece.
    name : hashable
        The column's name.
    dtype : DType
        What the user gave.
    dialect : Dialect
        Says which texts are missing.
    """
    counts: Counter[str] = Counter()
    for column in columns:
        for found in column.value_counts().to_pylist():
            if found["values"] is not None:
                counts[found["values"]] += found["counts"]
    texts = [text for text, _ in counts.most_common(_MOST)]
    if dtype.extension is not None:
        try:
            converted(pa.array(texts, pa.string()), dtype, dialect.forms)
            return ""
        except Unfit as unfit:
            return _sentence(unfit.text, counts, name, "")
    if dtype.kind in "iuf":
        odd = no_numbers(texts, dialect.forms)
        if odd and (written := marks([text for text, _ in odd])) is not None:
            return f" {written[0]}"
    layout = Layout(dialect, (str(name),), ((str(name), 0, dtype),), (None,))
    try:
        _pandas.parse(b"\n".join(map(quoted, texts)), layout)
        return ""
    except TypeMismatches as mismatches:
        text = mismatches.found[0].text
    except BadText:
        return ""
    if text is None or text not in counts:
        return ""
    instead = {"i": " and the dtype 'float64'", "u": " and the dtype 'float64'", "b": " and no dtype for it"}.get(dtype.kind, "")
    return _sentence(text, counts, name, instead)


def no_date(place: str, text: str, label: str, asked: Dates) -> str:
    """What is said of a column of dates in which a text is none.

    Parameters
    ----------
    place : str
        Where the text stands.
    text, label : str
        It, and the name of the column.
    asked : Dates
        What was asked for, and how the first of them is written.
    """
    form = "" if asked.format in (None, dates.ONE_BY_ONE) else f" of the form {asked.format}"
    form += f" in the time zone {asked.zone}" if asked.zone else ""
    first = f"{form}, as the first one is" if form else ""
    instead = (
        dates.exchange(text, asked.format, asked.dayfirst)
        or "Pass date_format= to say how the dates are written, or na_values= if the text stands for a missing one."
    )
    return f"{place}: {in_quotes(text)} in column {label} is no date{first}: as in pandas, the column is read as text. {instead}"


def _sentence(text: str, counts: Counter[str], name: Hashable, instead: str) -> str:
    return (
        f" Of the texts here that do not fit, {in_quotes(text)} is the commonest ({_times(counts[text])}): if it means a missing "
        f"value, pass na_values={{{name!r}: [{text!r}]}}{instead}."
    )


def no_numbers(texts: Iterable[str | None], forms: Forms, most: int | None = FEW + 1) -> tuple[tuple[str, int], ...]:
    """The commonest of the texts that are no numbers, no more than `most`, and how often each is there.

    Examples
    --------
    >>> no_numbers(["1", "n.a.", "2", "-", "n.a.", None], Forms())
    (('n.a.', 2), ('-', 1))
    """
    counts = Counter(text for text in texts if text is not None)
    return tuple((text, count) for text, count in counts.most_common() if not _is_number(text, forms))[:most]


def _is_number(text: str, forms: Forms) -> bool:
    try:
        float(forms.plain(text))
    except ValueError:
        return False
    return "_" not in text


@functools.cache
def _marked(thousands: str, decimal: str) -> re.Pattern[str]:
    """Numbers as they are written with these marks."""
    point, parts = re.escape(decimal), re.escape(thousands)
    whole = rf"[1-9]\d{{0,2}}({parts}\d{{3}})+|\d+" if thousands else r"\d+"
    return re.compile(rf"\s*[+-]?(({whole})({point}\d*)?|{point}\d+)\s*")


def marks(texts: Sequence[str]) -> tuple[str, list[str]] | None:
    """How the numbers among texts are written, as a sentence, and the texts without a digit; None where it is not plain.

    Examples
    --------
    >>> marks(["1.234,56", "7,5", "n/a"])
    ("If the comma is a decimal point and the point parts thousands, pass decimal=',' and thousands='.'.", ['n/a'])
    >>> marks(["7 km", "12,5"])
    """
    numbers = [text for text in texts if _DIGIT.search(text)]
    for thousands, decimal, said in _MARKS:
        if numbers and all(_marked(thousands, decimal).fullmatch(text) for text in numbers):
            point = f"decimal={decimal!r}" if decimal != "." else ""
            parts = f"thousands={thousands!r}" if thousands else ""
            return f"If {said}, pass {' and '.join(filter(None, (point, parts)))}.", [t for t in texts if t not in numbers]
    return None


def remedy(name: Hashable, found: Sequence[tuple[str, int]], has_numbers: bool = True) -> str:
    """What to pass so that a column with these texts in it is read as numbers, in sentences; none where too many differ.

    Parameters
    ----------
    name : hashable
        The column's name.
    found : sequence of (str, int)
        Its commonest texts that are no numbers, and how often each is there.
    has_numbers : bool
        Whether there are numbers beside them; else words alone say nothing.

    Examples
    --------
    >>> remedy("x", [("missing", 2), ("-", 1)])
    "If they mean a missing value, pass na_values={'x': ['missing', '-']}."
    >>> remedy("x", [("12,5", 3), ("n/a", 1)])
    "If the comma is a decimal point, pass decimal=','. If 'n/a' means a missing value, pass na_values={'x': ['n/a']}."
    >>> remedy("x", [("7 km", 3)])
    ''
    """
    texts = [text for text, _ in found]
    written = marks(texts)
    if written is None and (not has_numbers or any(_DIGIT.search(text) for text in texts)):
        return ""
    said, words = written or ("", texts)
    if len(found) > FEW and words:
        return ""
    they = "they mean" if len(words) > 1 and not said else f"{listed([(word, 1) for word in words])} means"
    missing = f"If {they} a missing value, pass na_values={{{name!r}: {words!r}}}." if words else ""
    return " ".join(filter(None, (said, missing)))


def listed(found: Sequence[tuple[str, int]]) -> str:
    """The commonest of some texts, for people: ``'missing' (2 times), '-'``."""
    return ", ".join(in_quotes(text) + (f" ({count:,} times)" if count > 1 else "") for text, count in found[:3])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
