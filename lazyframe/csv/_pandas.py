"""The slow clear engine: pandas' own parser, and the judge of every chunk that another engine would not vouch for.

The chunk is given to ``pandas.read_csv`` after one synthetic record that has exactly as many fields as the file has
columns. pandas never checks the first record, and checks every other against the one before it: so with that record
in front each record of the chunk is checked, and short ones are padded. Its fields fit the dtypes that are
expected, so it changes no inference, and it is dropped from the result.

Columns of text are read as text. The others are inferred by pandas and compared with what is expected: giving
pandas the dtype would make the answer depend on the chunk (a column of ``True`` and ``1`` is text, but a chunk of
it with only ``True`` can be read as integers).

Floats are rounded correctly, as pyarrow's are: from 3.1 on pandas does so of itself, and takes ill that it is asked to;
before, it has to be asked (``float_precision="round_trip"``).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv import infer, records
from lazyframe.csv.infer import Seen
from lazyframe.csv.layout import BadText, Layout, Misfit, Misfits
from lazyframe.schema import DType, dtype_named

_TEXT = dtype_named("str")
_EXACT_FLOATS: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__.startswith("3.0.") else {}


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns of whole records.

    Raises
    ------
    Misfits
        Values that are not of the dtypes that the layout says.
    BadText
        A record with too many fields, a quote that is never closed, bytes that are not utf-8.
    """
    frame = read(text, layout)
    columns: list[pa.Array] = []
    misfits: list[Misfit] = []
    for (name, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        values = frame[place]
        try:
            if dtype.arrow == pa.string() and (seen != Seen.NOTHING or len(values) == 0):
                columns.append(infer.arrow_array(values, dtype))
                continue
        except UnicodeEncodeError:
            raise _not_utf8(values, name) from None
        fitted = _given(values, dtype) if seen is None else _inferred(values, dtype, seen)
        if fitted is None:
            texts = _texts(text, layout, place)
            found = _misfit(name, texts, dtype, seen, layout)
            if found is None:  # only the kinds of the whole column tell that these are floats
                columns.append(pa.array(np.array([np.nan if t is None else float(t) for t in texts]), dtype.arrow))
            else:
                misfits.append(found)
        else:
            columns.append(infer.arrow_array(fitted, dtype))
    if misfits:
        raise Misfits(misfits)
    return columns


def read(text: bytes, layout: Layout) -> pd.DataFrame:
    """The chunk as pandas reads it, its columns called by their positions."""
    dialect = layout.dialect
    fillers = ["x"] * layout.width
    dtypes: dict[int, Any] = dict.fromkeys(range(layout.width), object)
    for (_, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        if dtype.arrow != pa.string() and not (dtype.name == "bool" and seen is None):
            fillers[place] = infer.filler(dtype, dialect.missing)
            del dtypes[place]
    first = dialect.separator.join(f'"{value}"'.encode() for value in fillers)
    options: dict[str, Any] = dialect.missing.for_pandas(layout.names)
    if not dialect.check_fields:
        options["usecols"] = list(range(layout.width))
    try:
        frame: pd.DataFrame = pd.read_csv(
            io.BytesIO(first + b"\n" + text),
            sep=dialect.separator.decode(),
            header=None,
            names=list(range(layout.width)),
            dtype=dtypes,
            engine="c",
            low_memory=False,
            encoding_errors="surrogateescape",
            **_EXACT_FLOATS,
            **options,
        )
    except pd.errors.ParserError as error:
        raise _bad_text(text, layout, str(error)) from None
    return frame.iloc[1:]


def _given(values: pd.Series, dtype: DType) -> Any:
    """The values as a dtype that the user gave; None where they do not fit."""
    kind = values.dtype.kind
    if dtype.name == "bool":
        codes, texts = pd.factorize(values.to_numpy(object))
        meant = [infer.boolean(text) for text in texts]
        return np.array(meant, bool)[codes] if None not in meant and (codes >= 0).all() else None
    if len(values) == 0:
        return np.empty(0, dtype.name)
    if dtype.kind == "f":
        return values.astype(np.dtype(dtype.name)) if kind in "iuf" else None
    if kind == "f":
        whole = np.asarray(values)
        if not (np.isfinite(whole).all() and (whole == np.trunc(whole)).all()):
            return None
    elif kind not in "iu":
        return None
    limits = np.iinfo(dtype.name)
    low, high = values.min(), values.max()
    fits = limits.min <= int(low) and int(high) <= limits.max
    return values.astype(np.dtype(dtype.name)) if fits else None


def _inferred(values: pd.Series, dtype: DType, seen: Seen) -> Any:
    """The values as the dtype that was inferred from what had been seen; None where they may not fit."""
    if seen == Seen.NOTHING:
        return None
    if len(values) == 0:
        return np.empty(0, object if dtype.arrow == pa.bool_() else dtype.name)
    kinds = infer.kinds_of_values(values)
    if kinds is None and values.dtype.kind == "f" and dtype.kind == "f":
        # Floats, or integers with missing values: they fit as long as they are small. What is large may be a whole
        # number beyond 64 bits, and has to be looked at text by text.
        present = np.asarray(values.dropna())
        if seen & Seen.FLOAT_FIRST or (np.abs(present) < 2.0**63).all():
            return values
    if kinds is None:
        return None
    try:
        fits = infer.resolve(seen | kinds) == dtype
    except infer.Unrepresentable:
        return None
    if not fits:
        return None
    return values if dtype.arrow == pa.bool_() else values.astype(np.dtype(dtype.name))


def _texts(text: bytes, layout: Layout, place: int) -> list[str | None]:
    name = layout.names[place]
    alone = Layout(layout.dialect, layout.names, ((name, place, _TEXT),), (None,))
    values = read(text, alone)[place]
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def _misfit(name: str, texts: list[str | None], dtype: DType, seen: Seen | None, layout: Layout) -> Misfit | None:
    """The first text that does not fit, found by halving; None where all of them fit after all."""

    def fits(part: list[str | None]) -> bool:
        kinds = infer.kinds_of(part, layout.dialect.missing)
        if seen is not None:
            try:
                return infer.resolve(seen | kinds) == dtype
            except infer.Unrepresentable:
                return False
        if dtype.kind == "f":
            return not kinds & (Seen.BOOL | Seen.TEXT)
        if kinds & (Seen.MISSING if dtype.kind in "iu" or dtype.name == "bool" else Seen.NOTHING):
            return False
        present = [text for text in part if text is not None]
        if dtype.name == "bool":
            return all(infer.boolean(text) is not None for text in present)
        return not present or _given(infer.infer_texts(present, layout.dialect.missing), dtype) is not None

    if fits(texts):
        return None
    low, high = 0, len(texts)  # texts[:low] fit, texts[:high] do not
    while high - low > 1:
        middle = (low + high) // 2
        if fits(texts[:middle]):
            low = middle
        else:
            high = middle
    kinds = infer.kinds_of(texts, layout.dialect.missing)
    why = ""
    if seen is not None:
        try:
            infer.resolve(seen | kinds)
        except infer.Unrepresentable:
            why = "is too large for 64 bits beside the other values of the column"
    return Misfit(name, low, texts[low], kinds, why)


def _bad_text(text: bytes, layout: Layout, message: str) -> BadText:
    separator = layout.dialect.separator
    number = 0
    for number, (start, end, fields, closed) in enumerate(records.each(text, separator)):
        if not closed:
            return BadText(number, 'a quote is opened and never closed. Close it, or double a quote that is meant as text ("").')
        if len(fields) > layout.width and layout.dialect.check_fields:
            line = text[start:end].decode("utf-8", "replace").rstrip("\r\n")
            return BadText(number, too_long(len(fields), layout.width, line))
    return BadText(number, f"pandas' parser says: {message}")


def too_long(found: int, width: int, line: str) -> str:
    """What is said of a record with too many fields."""
    shown = line if len(line) <= 100 else f"{line[:97]}..."
    return (
        f'{found} fields, expected {width}: "{shown}". Mend the line, or quote a separator that is part of a value; '
        f"names= gives names to {found} columns, and usecols= reads the named columns and lets the rest go."
    )


def _not_utf8(values: pd.Series, name: str) -> BadText:
    encoded = [value.encode("utf-8", "surrogateescape") if isinstance(value, str) else b"" for value in values]
    number, data = next((n, data) for n, data in enumerate(encoded) if data.decode("utf-8", "ignore").encode() != data)
    valid = data.decode("utf-8", "surrogateescape")
    byte = next(ord(character) - 0xDC00 for character in valid if 0xDC80 <= ord(character) <= 0xDCFF)
    return BadText(
        number,
        f"column {name} holds the byte 0x{byte:02x}, which is not utf-8, in {data!r}. Convert the file to utf-8 first "
        '(it may be encoding="latin-1", which is not offered yet).',
    )
