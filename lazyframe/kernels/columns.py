"""What flows through a task: columns of equal length, as numpy views of Arrow's buffers.

Numbers, booleans and dates are numpy arrays (missing: NaN and NaT). Text stays in Arrow, plain or as dictionary
codes, inside `Text`, which also knows whether pandas would call it ``str`` or ``object``. Whatever else pandas has (categories,
nullable numbers, Arrow's dtypes) is pandas' own extension array, and pandas' functions work on it. Names that start with a
NUL, or are a tuple that does, are hidden: they carry the index and pass through every step.

See docs/decisions/0009-extension-arrays-are-pandas-own.md and docs/decisions/0057-columns-between-tasks.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from lazyframe.frozen import frozen
from lazyframe.masks import as_bytes, of_bytes, packed, unpacked
from lazyframe.native import groups as native
from lazyframe.schema import ROW, DType, Field, Schema, pandas_category, probe

Values = Any
"""A numpy array, a `Text`, or one of pandas' extension arrays."""


def index_name(level: int) -> str:
    """The hidden name of a level of the index."""
    return f"\0index{level}"


def is_hidden(name: Hashable) -> bool:
    return isinstance(name, str) and name.startswith("\0")


@frozen
class Text:
    """A column of text.

    Parameters
    ----------
    array : pyarrow.Array
        Strings, or dictionary codes of strings; null where missing.
    dtype : str
        What pandas calls it: ``str`` or ``object``.
    """

    array: pa.Array
    dtype: str = "str"

    def __len__(self) -> int:
        return len(self.array)

    @property
    def is_coded(self) -> bool:
        return bool(pa.types.is_dictionary(self.array.type))

    def take(self, rows: Any) -> Text:
        """The rows at these positions, or where this mask is true; a position of -1 gives a missing value."""
        rows = np.asarray(rows)
        if rows.dtype == bool:
            return Text(self.array.filter(packed(rows)), self.dtype)
        indices = pa.array(rows, mask=rows < 0) if len(rows) and rows.min() < 0 else pa.array(rows)
        return Text(self.array.take(indices), self.dtype)

    def decoded(self) -> pa.Array:
        """The strings, with no dictionary."""
        return self.array.dictionary_decode() if self.is_coded else self.array

    def codes(self) -> tuple[np.ndarray, pa.Array]:
        """Codes (-1 where missing) and the distinct values they stand for."""
        found = None if self.is_coded else native.numbered_texts(self.array)
        if found is not None:
            return found[0], self.array.take(pa.array(found[1]))
        array = self.array if self.is_coded else self.array.dictionary_encode()
        indices = array.indices
        if indices.null_count:
            indices = pc.fill_null(indices, -1)
        return indices.to_numpy(zero_copy_only=False), array.dictionary

    def series(self) -> pd.Series:
        """As pandas would hold it."""
        strings = text_series(self.decoded())
        return strings.astype(object) if self.dtype == "object" else strings

    def valid(self) -> np.ndarray:
        """Where a value is present."""
        if self.array.null_count == 0:
            return np.ones(len(self.array), bool)
        return unpacked(self.array.is_valid())


_STR = pd.StringDtype("pyarrow", na_value=np.nan)
_ArrowStringArray: Any = pd.arrays.ArrowStringArray  # its stub does not know dtype=


def text_series(strings: pa.Array | pa.ChunkedArray) -> pd.Series:
    """A pandas ``str`` Series over Arrow strings."""
    if not pa.types.is_large_string(strings.type):
        strings = strings.cast(pa.large_string())
    chunked = strings if isinstance(strings, pa.ChunkedArray) else pa.chunked_array([strings])
    return pd.Series(_ArrowStringArray(chunked, dtype=_STR), copy=False)


def is_column(value: Any) -> bool:
    """Whether this is a column of values, and not one value."""
    return isinstance(value, (np.ndarray, Text, ExtensionArray))


def take(values: Values, rows: Any) -> Values:
    """The rows at these positions, or where this mask is true."""
    return values.take(rows) if isinstance(values, Text) else values[rows]


def is_valid(values: Values) -> np.ndarray | None:
    """Where a value is present; None where all are, by dtype."""
    if isinstance(values, Text):
        return None if values.array.null_count == 0 else values.valid()
    if isinstance(values, ExtensionArray):
        return ~np.asarray(values.isna())
    if values.dtype.kind in "iub":
        return None
    if values.dtype.kind == "f":
        return np.asarray(values == values)
    return np.asarray(~pd.isna(values))


def concat(pieces: Sequence[Values]) -> Values:
    """The pieces one after another, in the dtype that holds them all."""
    if len(pieces) == 1:
        return pieces[0]
    if all(isinstance(piece, Text) for piece in pieces):
        return Text(concat_text([piece.array for piece in pieces]), pieces[0].dtype)
    if all(isinstance(piece, pd.Categorical) for piece in pieces):
        return pd.Categorical.from_codes(np.concatenate([piece.codes for piece in pieces]), dtype=pieces[0].dtype)
    if any(isinstance(piece, ExtensionArray) for piece in pieces):
        return from_series(pd.concat([to_series(piece) for piece in pieces], ignore_index=True))
    arrays = [piece.series().to_numpy(object) if isinstance(piece, Text) else piece for piece in pieces]
    if len({array.dtype.kind == "b" for array in arrays}) == 2:  # pandas keeps booleans apart from numbers
        arrays = [array.astype(object) for array in arrays]
    return np.concatenate(arrays)


def concat_text(arrays: Sequence[pa.Array]) -> pa.Array:
    """Strings one after another; codes stay codes where all are coded."""
    if all(pa.types.is_dictionary(array.type) for array in arrays):
        numbers, dictionary = Text(concat_text([array.dictionary for array in arrays])).codes()
        ends = np.cumsum([len(array.dictionary) for array in arrays])
        pieces = [_recoded(array, numbers[end - len(array.dictionary) : end]) for array, end in zip(arrays, ends, strict=True)]
        codes = np.concatenate(pieces)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), dictionary)
    plain = [array.dictionary_decode() if pa.types.is_dictionary(array.type) else array for array in arrays]
    if len({array.type for array in plain}) > 1:
        plain = [array.cast(pa.large_string()) for array in plain]
    return pa.concat_arrays(plain)


def _recoded(array: pa.DictionaryArray, numbers: np.ndarray) -> np.ndarray:
    """The number of each row's text, where its codes stand for these numbers; -1 where it is missing."""
    codes, _ = Text(array).codes()
    return np.asarray(numbers[codes] if not array.null_count else np.append(numbers, -1)[codes].astype(np.int32))


def from_series(series: pd.Series) -> Values:
    """The kernels' form of what a pandas operation gave."""
    if isinstance(series.dtype, pd.StringDtype) and series.dtype.na_value is not pd.NA:
        array = pa.array(series.array)
        return Text(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array, "str")
    if isinstance(series.dtype, ExtensionDtype):
        return series.array
    if series.dtype == object:
        values = series.to_numpy()
        if any(isinstance(value, str) for value in values):
            return Text(pa.array(values, pa.large_string(), from_pandas=True), "object")
        return values
    return series.to_numpy()


def to_series(values: Values) -> pd.Series:
    """A pandas Series over the values, without a copy where that can be."""
    return values.series() if isinstance(values, Text) else pd.Series(values, dtype=values.dtype, copy=False)


def extension_to_arrow(values: ExtensionArray) -> pa.Array:
    """The column of a batch in which an extension array travels."""
    if isinstance(values, pd.Categorical):
        codes = pa.array(values.codes.astype(np.int32), mask=values.codes < 0)
        categories: Any = values.categories
        if categories.dtype == object:  # Python's integers may be among them
            categories = list(map(str, categories))
        distinct = pa.array(categories, from_pandas=True)
        return pa.DictionaryArray.from_arrays(
            codes, distinct.cast(pa.string()) if pa.types.is_large_string(distinct.type) else distinct
        )
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def from_arrow(array: pa.Array, dtype: DType) -> Values:
    """The kernels' form of a column of a batch."""
    if dtype.kind == "T":
        return Text(array, dtype.name)
    if dtype.categories is not None:
        codes = array.indices.fill_null(-1) if array.null_count else array.indices
        codes = codes.to_numpy(zero_copy_only=False)
        if dtype.is_open:  # a sample, with categories of its own
            return pd.Categorical.from_codes(codes, array.dictionary.to_pandas(), ordered=dtype.categories.ordered)
        return pd.Categorical.from_codes(codes, dtype=pandas_category(dtype))
    if dtype.extension is not None:
        return dtype.extension.__from_arrow__(array)
    if dtype.kind == "O" or (dtype.kind == "b" and array.null_count):  # truth values with missing ones are objects
        values = array.to_numpy(zero_copy_only=False).astype(object)
        values[~unpacked(array.is_valid())] = np.nan
        return values
    if dtype.kind == "Z":
        return np.array([np.nan if digits is None else int(digits) for digits in array.to_pylist()], object)
    if dtype.kind in "cS":
        return of_bytes(array, dtype.name)
    return unpacked(array) if dtype.kind == "b" else array.to_numpy(zero_copy_only=False)


def to_arrow(values: Values, dtype: DType) -> pa.Array:
    """The column of a batch in which these values travel: what `from_arrow` takes."""
    if isinstance(values, Text):
        return values.array
    if isinstance(values, ExtensionArray):
        return extension_to_arrow(values)
    if values.dtype == object:
        return object_array(values, dtype)
    return as_bytes(values) if values.dtype.kind in "cS" else pa.array(values)


def object_array(values: Any, dtype: DType) -> pa.Array:
    """Objects, as pandas has them, as the array in which they travel."""
    if dtype.kind == "Z":
        values = [str(value) if type(value) is int else None for value in values]
    return pa.array(values, dtype.arrow, from_pandas=True)


@functools.lru_cache(maxsize=256)
def _none(dtype: DType) -> Values:
    """No values of a dtype. pandas is asked once: a scan of many small partitions asks for many columns without rows."""
    none = take(from_series(probe(dtype)), np.zeros(0, np.int64))
    return none.remove_unused_categories() if dtype.is_open else none  # of no rows no category was found


class Columns:
    """Columns of equal length, by name.

    A column is made when it is first asked for: filtering costs nothing for columns that nobody reads.

    Parameters
    ----------
    length : int
        The number of rows.
    makers : mapping of name to callable
        What makes each column.
    """

    def __init__(self, length: int, makers: Mapping[Hashable, Callable[[], Values]]) -> None:
        self.length = length
        self._makers = dict(makers)
        self._made: dict[Hashable, Values] = {}
        self._coded: dict[Hashable, Callable[[], tuple[np.ndarray, np.ndarray]]] = {}
        self._made_once: dict[str, Any] = {}

    @classmethod
    def of(cls, length: int, columns: Mapping[Hashable, Values]) -> Columns:
        new = cls(length, {})
        new._made = dict(columns)
        return new

    @classmethod
    def from_batch(cls, batch: pa.RecordBatch, fields: Mapping[str, Field]) -> Columns:
        """The columns of a batch that a source gave, whose fields are given by what they are called there: see `labelled`."""
        columns = cls(batch.num_rows, {})
        for label, array in zip(batch.schema.names, batch.columns, strict=True):
            if label == ROW:
                columns._made[ROW] = array.to_numpy()
                continue
            field = fields[label]
            if field.dtype.kind == "M" and pa.types.is_dictionary(array.type):
                columns._add_coded(field.name, array)
            else:
                columns._made[field.name] = from_arrow(array, field.dtype)
        return columns

    def _add_coded(self, name: Hashable, array: pa.DictionaryArray) -> None:
        """A column of few distinct dates, spread over the rows only when it is asked for as a whole."""
        distinct = array.dictionary.to_numpy(zero_copy_only=False)
        indices = array.indices
        if array.null_count:
            distinct = np.append(distinct, np.array("NaT", distinct.dtype))
            indices = pc.fill_null(indices, len(distinct) - 1)
        codes = indices.to_numpy()
        self._coded[name] = lambda: (codes, distinct)
        self._makers[name] = lambda: distinct[codes]

    def coded(self, name: Hashable) -> tuple[np.ndarray, np.ndarray] | None:
        """Codes and the distinct values they stand for, where the column came so; a NaT among them stands in some row."""
        if name not in self._coded:
            return None
        codes, distinct = self._coded[name]()
        if len(distinct) and np.isnat(distinct[-1]) and not (codes == len(distinct) - 1).any():
            distinct = distinct[:-1]
        return codes, distinct

    @classmethod
    def empty(cls, schema: Schema, labels: Sequence[str]) -> Columns:
        """No rows; the columns that a batch with these labels would have."""
        fields = schema.labelled()
        found = [fields[label] for label in labels if label in fields]
        made: dict[Hashable, Values] = {field.name: _none(field.dtype) for field in found}
        return cls.of(0, {**made, ROW: np.zeros(0, np.int64)} if ROW in labels else made)

    def __reduce__(self) -> Any:
        return (Columns.of, (self.length, {name: self[name] for name in self.names}))

    def __len__(self) -> int:
        return self.length

    @property
    def nbytes(self) -> int:
        """The bytes of the columns that have been made."""
        return sum(values.array.nbytes if isinstance(values, Text) else values.nbytes for values in self._made.values())

    @property
    def names(self) -> list[Hashable]:
        return list(dict.fromkeys((*self._made, *self._makers)))

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._makers

    def __getitem__(self, name: Hashable) -> Values:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """What several columns are made of: made when the first of them is."""
        if key not in self._made_once:
            self._made_once[key] = make()
        return self._made_once[key]

    def hidden(self) -> dict[Hashable, Values]:
        """The columns that carry the index."""
        return {name: self[name] for name in self.names if is_hidden(name)}

    def rows(self, rows: Any) -> Columns:
        """The rows at these positions, or where this mask is true."""
        length = int(np.count_nonzero(rows)) if rows.dtype == bool else len(rows)
        if rows.dtype == bool and length == self.length:
            return self

        def maker(name: Hashable) -> Callable[[], Values]:
            return lambda: take(self[name], rows)

        def coded(codes: Callable[[], tuple[np.ndarray, np.ndarray]]) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
            return lambda: (codes()[0][rows], codes()[1])

        new = Columns(length, {name: maker(name) for name in self.names})
        new._coded = {name: coded(codes) for name, codes in self._coded.items()}
        return new

    def with_columns(self, columns: Mapping[Hashable, Values]) -> Columns:
        """These columns as well."""
        new = Columns(self.length, self._makers)
        new._made = {**self._made, **columns}
        return new

    def first(self, count: int) -> Columns:
        return self if count >= self.length else self.rows(np.arange(count))

    def settled(self) -> Columns:
        """The same columns, made, with nothing held that they were made from."""
        return Columns.of(self.length, {name: self[name] for name in self.names})


def concat_columns(pieces: Iterable[Columns]) -> Columns:
    """The rows of the pieces, one after another."""
    pieces = list(pieces)
    if len(pieces) == 1:
        return pieces[0]
    names = pieces[0].names
    return Columns.of(sum(map(len, pieces)), {name: concat([piece[name] for piece in pieces]) for name in names})
