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

See docs/decisions/0005-floats-round-correctly.md and docs/decisions/0012-two-error-classes.md.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.csv.engines.layout import BadText, Layout
from lazyframe.csv.errors import CSVError, not_utf8
from lazyframe.csv.options.bad_lines import NEVER_CLOSED, too_many
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.text import records
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import TypeMismatch, TypeMismatches
from lazyframe.schema import DType

_EXACT_FLOATS: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__.startswith("3.0.") else {}


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns of whole records.

    Raises
    ------
    TypeMismatches
        Values that are not of the dtypes that the layout says.
    BadText
        A record with too many fields, a quote that is never closed, bytes that are not utf-8.
    """
    try:
        frame = read(text, layout)
    except UnicodeEncodeError:  # a byte that is not utf-8, in a column that is not asked for as text
        raise _first_not_utf8(text, layout) from None
    columns: list[pa.Array] = []
    mismatches: list[TypeMismatch] = []
    for (name, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        try:
            column = _column(frame[place], text, layout, place, dtype, seen)
            if column is None:
                texts = _texts(text, layout, place)
                found = first_mismatch(name, texts, dtype, seen, layout, place)
                if found is not None:
                    mismatches.append(found)
                    continue
                column = _numbers(texts, dtype, seen, layout, place)  # only the kinds of the whole column tell what these are
        except UnicodeEncodeError:
            raise _first_not_utf8(text, layout) from None
        columns.append(column)
    if mismatches:
        raise TypeMismatches(mismatches)
    return columns


def _column(values: pd.Series, text: bytes, layout: Layout, place: int, dtype: DType, seen: TextKinds | None) -> pa.Array | None:
    """A column as its dtype; None where it does not fit, or where only its texts tell."""
    if dtype.arrow == pa.string():
        if seen is None or len(values) == 0:
            return infer.arrow_array(values, dtype)
        return _text(values, text, layout, place, dtype, seen)
    if dtype.kind in "iuf" and (seen is not None or dtype.kind == "f") and infer.may_be_doubled(text, layout.dialect.forms):
        return None
    fitted = _given(values, dtype, layout, place) if seen is None else _inferred(values, dtype, seen, layout, place)
    return None if fitted is None else infer.arrow_array(fitted, dtype)


def _text(values: pd.Series, text: bytes, layout: Layout, place: int, dtype: DType, seen: TextKinds) -> pa.Array | None:
    """A column of which pandas makes text by inference."""
    if seen == TextKinds.NOTHING:
        return None
    array = infer.arrow_array(values, dtype)
    known = infer.state(seen)
    if known.watched or (infer.may_become_literal(seen) and layout.large_text(array)):
        kinds = layout.kinds_of(array.to_pylist(), place)
        if infer.state_or_none(seen | kinds) != known:
            return None
    if known.literal:
        return infer.arrow_array(read(text, layout.alone(place), na_filter=False)[place], dtype)
    return array


def read(text: bytes, layout: Layout, **arguments: Any) -> pd.DataFrame:
    """The chunk as pandas reads it, its columns called by their positions; `arguments` are further ones of pandas."""
    dialect = layout.dialect
    fillers = ["x"] * layout.width
    dtypes: dict[int, Any] = dict.fromkeys(range(layout.width), object)
    for (_, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        if dtype.arrow != pa.string() and not (dtype.name == "bool" and seen is None):
            fillers[place] = infer.filler(dtype, layout.missing_in(place), dialect.forms)
            del dtypes[place]
    first = dialect.separator.join(f'"{value}"'.encode() for value in fillers)
    options: dict[str, Any] = {**dialect.missing.for_pandas(layout.names), **dialect.forms.for_pandas()}
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
            **arguments,
        )
    except pd.errors.ParserError as error:
        raise _bad_text(text, layout, str(error)) from None
    return frame.iloc[1:]


def _given(values: pd.Series, dtype: DType, layout: Layout, place: int) -> Any:
    """The values as a dtype that the user gave; None where they do not fit."""
    kind, missing = values.dtype.kind, layout.missing_in(place)
    if dtype.name == "bool":
        codes, texts = pd.factorize(values.to_numpy(object))
        meant = [infer.boolean(text, layout.dialect.forms) for text in texts]
        return np.array(meant, bool)[codes] if None not in meant and (codes >= 0).all() else None
    if len(values) == 0:
        return np.empty(0, dtype.name)
    if dtype.kind == "f":
        return _without(values.astype("float64"), missing).astype(np.dtype(dtype.name)) if kind in "iuf" else None
    if kind == "f":
        whole = np.asarray(_without(values, missing))
        if not (np.isfinite(whole).all() and (whole == np.trunc(whole)).all()):
            return None
    elif kind not in "iu":
        return None
    limits = np.iinfo(dtype.name)
    low, high = values.min(), values.max()
    fits = limits.min <= int(low) and int(high) <= limits.max
    return values.astype(np.dtype(dtype.name)) if fits else None


def _without(values: pd.Series, missing: Missing) -> pd.Series:
    """Floats, those that ``na_values`` names missing however they are written."""
    return values.mask(values.isin(missing.numbers)) if missing.numbers else values


def _inferred(values: pd.Series, dtype: DType, seen: TextKinds, layout: Layout, place: int) -> Any:
    """The values as the dtype that was inferred from what had been seen; None where they may not fit."""
    missing, known = layout.missing_in(place), infer.state(seen)
    if seen == TextKinds.NOTHING or known.watched:
        return None
    if len(values) == 0:
        return np.empty(0, object if dtype.arrow == pa.bool_() else dtype.name)
    forms = layout.dialect.forms
    kinds = infer.kinds_of_values(values.to_numpy(), missing, seen, forms)
    if kinds is None and values.dtype.kind == "f" and dtype.kind == "f" and not forms.number_words:
        # Floats, or integers with missing values: they fit as long as they are small. What is large may be a whole
        # number beyond 64 bits, and has to be looked at text by text.
        present = np.asarray(values.dropna())
        if seen & TextKinds.OTHER_FIRST or (np.abs(present) < 2.0**63).all():
            kinds = TextKinds.NOTHING
    if kinds is None or infer.state_or_none(seen | kinds) != known:
        return None
    if dtype.arrow == pa.bool_():
        return values
    values = values.astype(np.dtype(dtype.name))
    if dtype.kind == "f" and seen & TextKinds.FLOAT:
        return _without(values, missing)
    if dtype.kind == "f" and missing.numbers and (values.isna() | values.isin(missing.numbers)).any():
        return None  # a number that na_values names, written in another way, is missing only beside a float
    return values


def _numbers(texts: list[str | None], dtype: DType, seen: TextKinds | None, layout: Layout, place: int) -> pa.Array:
    """Texts of which the kinds of the whole column say that they are numbers of this dtype."""
    forms, present = layout.dialect.forms, [text for text in texts if text is not None]
    if dtype.arrow == pa.bool_():
        return pa.array([None if text is None else infer.boolean(text, forms) for text in texts], pa.bool_())
    if dtype.kind != "f":
        return pa.array([int(forms.plain(text)) for text in present], dtype.arrow)
    values = pd.Series(np.nan, range(len(texts)))
    as_they_are = None if any(infer.is_no_float(text, forms) for text in present) else "float64"
    values[[text is not None for text in texts]] = infer.infer_texts(present, forms, as_they_are).to_numpy(float)
    if seen is None or (seen | layout.kinds_of(texts, place)) & TextKinds.FLOAT:  # one float in the column, and they are missing
        values = _without(values, layout.missing_in(place))
    return pa.array(values.to_numpy().astype(dtype.name))


def _texts(text: bytes, layout: Layout, place: int) -> list[str | None]:
    values = read(text, layout.alone(place))[place]
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def first_mismatch(
    name: str, texts: list[str | None], dtype: DType, seen: TextKinds | None, layout: Layout, place: int
) -> TypeMismatch | None:
    """The first text that does not fit, found by halving; None where all of them fit after all."""

    def given_fits(part: list[str | None], kinds: TextKinds) -> bool:
        if dtype.kind == "f":
            return not kinds & (TextKinds.BOOL | TextKinds.TEXT | TextKinds.NO_FLOAT)
        if kinds & (TextKinds.MISSING if dtype.kind in "iu" or dtype.name == "bool" else TextKinds.NOTHING):
            return False
        present = [text for text in part if text is not None]
        if dtype.name == "bool":
            return all(infer.boolean(text, layout.dialect.forms) is not None for text in present)
        return not present or _given(infer.infer_texts(present, layout.dialect.forms), dtype, layout, place) is not None

    low, high = 0, len(texts) + 1  # texts[:low] fit, texts[:high] do not, if there is a mismatch at all
    known, middle = seen or TextKinds.NOTHING, len(texts)
    while high - low > 1:
        kinds = known | layout.kinds_of(texts[low:middle], place)  # each text is looked at twice on average, not in every step
        if given_fits(texts[:middle], kinds) if seen is None else infer.state_or_none(kinds) == infer.state(seen):
            low, known = middle, kinds
        else:
            high = middle
        middle = (low + high) // 2
    return None if low == len(texts) else TypeMismatch(name, low, texts[low], layout.kinds_of(texts, place))


def refusal(text: str | None, dtype: DType, layout: Layout) -> type[Exception]:
    """The class of the error that pandas raises for a text where this dtype was given; `CSVError` where it raises none."""
    field = "" if text is None else text.replace('"', '""')
    asked = dtype.name if dtype.extension is None else dtype.extension
    try:
        pd.read_csv(io.StringIO(f'"0"\n"{field}"\n'), dtype=asked, skip_blank_lines=False, **layout.dialect.forms.for_pandas())
    except Exception as error:
        return type(error)
    return CSVError


def _bad_text(text: bytes, layout: Layout, message: str) -> BadText:
    separator = layout.dialect.separator
    number = 0
    for number, (_, _, fields, closed) in enumerate(records.each(text, separator)):
        if not closed:
            return never_closed(number)
        if len(fields) > layout.width and layout.dialect.check_fields:
            return BadText(number, too_many(len(fields), layout.width), too_many_advice(len(fields)))
    return BadText(number, f"pandas' parser says: {message}")


def never_closed(record: int) -> BadText:
    """What is said of a record in which a quote is opened and never closed."""
    return BadText(record, NEVER_CLOSED, 'Close it, or double a quote that is meant as text ("").')


def too_many_advice(found: int) -> str:
    """What to do about a record with too many fields."""
    return (
        'Mend the line, or quote a separator that is part of a value; on_bad_lines="skip" '
        f'leaves such lines out, and "collect" keeps them in df.bad_lines; names= gives names to {found} columns, and usecols= '
        "reads the named columns and lets the rest go."
    )


def _first_not_utf8(text: bytes, layout: Layout) -> BadText:
    found = [_not_utf8(read(text, layout.alone(place))[place], name) for name, place, _ in layout.wanted]
    return min((bad for bad in found if bad is not None), key=lambda bad: bad.record)


def _not_utf8(values: pd.Series, name: str) -> BadText | None:
    """What is said of the first text that is not utf-8; None where all of them are."""
    encoded = [value.encode("utf-8", "surrogateescape") if isinstance(value, str) else b"" for value in values]
    for number, data in enumerate(encoded):
        try:
            data.decode()
        except UnicodeDecodeError as error:
            return BadText(number, f"column {name} holds {not_utf8(data, error.start)}", cause=error)
    return None
