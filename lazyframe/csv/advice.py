"""What an error or a warning proposes: the separator, the text that means "missing". A guess is said, and never used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa

from lazyframe.csv import _pandas
from lazyframe.csv.bad_lines import quoted
from lazyframe.csv.dialect import Dialect
from lazyframe.csv.errors import shown
from lazyframe.csv.extensions import Unfit, converted
from lazyframe.csv.layout import BadText, Layout, Misfits
from lazyframe.schema import DType

_SEPARATORS = b";\t|,"
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


def commonest(columns: Iterable[pa.Array], label: str, dtype: DType, dialect: Dialect) -> str:
    """A sentence on the commonest text of a column that is not of the dtype that the user gave; nothing where there is none.

    Parameters
    ----------
    columns : iterable of pyarrow.Array
        The texts of the column, piece by piece.
    label : str
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
            return _sentence(unfit.text, counts, label, "")
    layout = Layout(dialect, (label,), ((label, 0, dtype),), (None,))
    try:
        _pandas.parse(b"\n".join(map(quoted, texts)), layout)
        return ""
    except Misfits as misfits:
        text = misfits.found[0].text
    except BadText:
        return ""
    if text is None or text not in counts:
        return ""
    instead = {"i": " and the dtype 'float64'", "u": " and the dtype 'float64'", "b": " and no dtype for it"}.get(dtype.kind, "")
    return _sentence(text, counts, label, instead)


def _sentence(text: str, counts: Counter[str], label: str, instead: str) -> str:
    return (
        f" Of the texts here that do not fit, {shown(text)} is the commonest ({counts[text]:,} times): if it means a missing "
        f"value, pass na_values={{{label!r}: [{text!r}]}}{instead}."
    )
