"""Dtypes: pandas' name for each, and the Arrow type that carries it between tasks.

Some results of pandas have a dtype that depends on the data: the year of a date is int32, but float64 as soon as
one date is missing. Such a dtype carries its `otherwise`; it is settled when the rows have been seen.

See docs/decisions/0002-dtypes-that-depend-on-data.md and docs/decisions/0010-integers-beyond-64-bits.md.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Categories:
    """The values of a column of categories.

    Parameters
    ----------
    values : tuple
        In the order of the categories.
    dtype : str
        Of these.
    ordered : bool, optional
        Whether one is less than another.
    complete : bool
        Whether every row has one of them, and none is missing.
    """

    values: tuple[Any, ...]
    dtype: str = "str"
    ordered: bool | None = False
    complete: bool = False


@dataclass(frozen=True, slots=True)
class DType:
    """A dtype: pandas' name for it, and the Arrow type that carries it.

    Parameters
    ----------
    name : str
        As pandas prints it: ``int64``, ``str``, ``datetime64[us]``, ...
    arrow : pyarrow.DataType
        How it travels. Dtypes called ``object`` differ here: text, booleans with missing values, Python's integers.
    otherwise : DType, optional
        The dtype that the column takes instead when the data ask for it.
    categories : Categories, optional
        The values of a column of categories; it travels as their numbers.
    extension : pandas.api.extensions.ExtensionDtype, optional
        pandas' own dtype, for a column that numpy does not hold: ``Int64``, ``string``, ``int64[pyarrow]``, ...

    Attributes
    ----------
    kind : str
        numpy's ``i u f b c M m S``; ``T`` text, ``Z`` Python's integers, ``C`` categories, ``E`` extensions, ``O`` objects.
    """

    name: str
    arrow: pa.DataType
    otherwise: DType | None = None
    categories: Categories | None = None
    extension: Any = None
    kind: str = field(init=False, compare=False, repr=False)  # held, since it is asked of every column of every batch

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", self._kind())

    def _kind(self) -> str:
        if self.categories is not None:
            return "C"
        if self.extension is not None:
            return "E"
        if pa.types.is_string(self.arrow):
            return "T"
        if self.name == "object" and pa.types.is_large_string(self.arrow):
            return "Z"
        return "O" if self.name == "object" else np.dtype(self.name).kind

    @property
    def values_kind(self) -> str:
        """The `kind`, for an extension that of the values in it."""
        if self.extension is None:
            return self.kind
        return "M" if self.has_zone else _kind_of_arrow(self.arrow)

    @property
    def has_zone(self) -> bool:
        """Whether it is one of times with a time zone."""
        return isinstance(self.extension, pd.DatetimeTZDtype)

    @property
    def is_masked(self) -> bool:
        """Whether it is one of pandas' nullable dtypes of numpy values."""
        return self.extension is not None and not isinstance(self.extension, (pd.StringDtype, pd.ArrowDtype, pd.DatetimeTZDtype))

    @property
    def is_mask(self) -> bool:
        """Whether rows can be chosen by such a column."""
        return (self.kind in "bE" and self.values_kind == "b") or self == OBJECT_BOOL

    @property
    def is_open(self) -> bool:
        """Whether its categories have yet to be found."""
        return self.categories is not None and self.categories.values == OPEN

    @property
    def spelling(self) -> str:
        """A name from which pandas makes just this dtype."""
        return f"string[{self.extension.storage}]" if isinstance(self.extension, pd.StringDtype) else self.name

    @property
    def pandas(self) -> Any:
        """The dtype as pandas has it."""
        if self.extension is not None:
            return self.extension
        if self.is_open:
            return pd.CategoricalDtype(ordered=self.categories.ordered)  # type: ignore[union-attr]
        return pandas_category(self) if self.categories is not None else pd.api.types.pandas_dtype(self.name)

    @property
    def is_number(self) -> bool:
        return self.values_kind in ("iuf" if isinstance(self.extension, pd.ArrowDtype) else "iufbc")

    @property
    def is_rounded_when_missing(self) -> bool:
        """Whether pandas makes floats of these whole numbers where it reads them as an index that lacks some."""
        return self.kind == "Z" or (isinstance(self.extension, pd.ArrowDtype) and self.values_kind in "iu")

    @property
    def possible(self) -> tuple[DType, ...]:
        """The dtypes that the column may turn out to have."""
        return (self,) if self.otherwise is None else (replace(self, otherwise=None), self.otherwise)

    def __str__(self) -> str:
        return self.name if self.otherwise is None else f"{self.name} ({self.otherwise} if the data ask for it)"


@functools.lru_cache(maxsize=256)  # so that the columns of a wide frame share their dtypes
def dtype_named(name: str) -> DType:
    """The dtype that pandas calls `name`; text where the name is ``object``."""
    if name in ("str", "object"):
        return DType(name, pa.string())
    plain = np.dtype(name)
    return DType(name, pa.binary(plain.itemsize) if plain.kind in "cS" else pa.from_numpy_dtype(plain))


def category(values: Iterable[Any], dtype: str = "str", ordered: bool | None = False, complete: bool = False) -> DType:
    """The dtype of a column of these values."""
    carried = pa.string() if dtype in ("str", "object") else pa.from_numpy_dtype(np.dtype(dtype))
    categories = Categories(tuple(values), dtype, ordered, complete)
    return DType("category", pa.dictionary(pa.int32(), carried), categories=categories)


OPEN = ("\0to be found",)
"""The categories of ``dtype="category"`` until all the texts have been seen."""


@functools.lru_cache(maxsize=64)
def pandas_category(dtype: DType) -> pd.CategoricalDtype:
    """A dtype of categories as pandas has it; making one looks at all of them."""
    assert dtype.categories is not None
    known = dtype.categories
    return pd.CategoricalDtype(pd.Index(known.values, dtype=known.dtype), known.ordered)


def extension(dtype: Any) -> DType | None:
    """A dtype of pandas that neither numpy nor categories are; None where lazyframe has it in another form, or not at all."""
    if isinstance(dtype, pd.StringDtype):
        return None if dtype.na_value is not pd.NA else DType(str(dtype), pa.large_string(), extension=dtype)
    if isinstance(dtype, pd.ArrowDtype):
        return DType(str(dtype), dtype.pyarrow_dtype, extension=dtype)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return DType(str(dtype), pa.array(pd.array([], dtype=dtype)).type, extension=dtype)
    if isinstance(dtype, pd.BooleanDtype):
        return DType(str(dtype), pa.bool_(), extension=dtype)
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and str(dtype) in _MASKED:
        return DType(str(dtype), pa.from_numpy_dtype(np.dtype(str(dtype).lower())), extension=dtype)
    return None


def _kind_of_arrow(arrow: pa.DataType) -> str:
    if pa.types.is_string(arrow) or pa.types.is_large_string(arrow):
        return "T"
    if pa.types.is_boolean(arrow):
        return "b"
    if pa.types.is_integer(arrow) or pa.types.is_floating(arrow):
        return str(np.dtype(arrow.to_pandas_dtype()).kind)
    return "O"


OBJECT_BOOL = DType("object", pa.bool_())
"""What pandas makes of a column of booleans with missing values."""

BIG_INTEGERS = DType("object", pa.large_string())
"""What pandas makes of whole numbers beyond 64 bits: Python's integers. They travel as their digits."""

MIXED = DType("object", pa.null())
"""Values of several kinds: what a reduction of a frame with several dtypes gives. No column of rows has it."""

_NAMES = {
    **{name: name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **{name: name for name in ("float32", "float64", "complex64", "complex128", "bool", "object", "str")},
}
_MASKED = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64")


def as_dtype(given: Any, where: str = "dtype") -> DType:
    """The dtype that a user's `given` stands for: a name, a Python or numpy type, a pandas dtype.

    Raises
    ------
    TypeError
        A dtype that is not offered; the message lists those that are.
    """
    name: str | None = None
    if given is str or (isinstance(given, str) and given == "str"):
        name = "str"
    elif given is object:
        name = "object"
    elif isinstance(given, DType):
        return given
    else:
        try:
            found = pd.api.types.pandas_dtype(given)
        except (TypeError, NotImplementedError):
            found = None
        made = _category_of(found, where) if isinstance(found, pd.CategoricalDtype) else extension(found)
        if made is not None:
            return made
        name = None if found is None else str(found)
    if name in _NAMES:
        return dtype_named(name)
    if name is not None and name.startswith(("datetime64[", "timedelta64[")) and "," not in name:
        return dtype_named(name)
    if isinstance(found, np.dtype) and found.kind in "SU" and (found.kind == "S" or not found.itemsize):
        return dtype_named(str(found) if found.itemsize else "str" if found.kind == "S" else "object")
    raise TypeError(
        f"{where}={given!r} is not a dtype that lazyframe has. It has: {', '.join(_NAMES)}, datetime64[us], timedelta64[us], S5, "
        f"{', '.join(_MASKED)}, boolean, string, category, and the dtypes of Arrow, as int64[pyarrow]."
    )


def _category_of(dtype: pd.CategoricalDtype, where: str) -> DType:
    if dtype.categories is None:
        return category(OPEN, ordered=dtype.ordered)
    name = str(dtype.categories.dtype)
    plain = name == "object" and not all(type(value) in (str, int) for value in dtype.categories)
    of_time = isinstance(dtype.categories.dtype, np.dtype) and dtype.categories.dtype.kind in "Mm"
    if plain or name.startswith("complex") or not (name in _NAMES or of_time):
        raise TypeError(
            f"{where}: categories of {name} are not offered. Their dtype can be "
            f"{', '.join(n for n in _NAMES if not n.startswith('complex'))}, datetime64[us], timedelta64[us]."
        )
    return category(dtype.categories, name, dtype.ordered)


def dtype_of(values: Any) -> DType:
    """The dtype of a pandas Series, a numpy array, or one value."""
    if not hasattr(values, "dtype") or pd.api.types.is_scalar(values):
        values = spread(values, 1)
    if values.dtype != object:
        return as_dtype(values.dtype, "the result")
    present = [value for value in values if value is pd.NaT or not pd.api.types.is_scalar(value) or not pd.isna(value)]
    if all(isinstance(value, str) for value in present):
        return dtype_named("object")
    if all(isinstance(value, (bool, np.bool_)) for value in present):
        return OBJECT_BOOL
    return BIG_INTEGERS if all(type(value) is int for value in present) else MIXED


def spread(value: Any, length: int) -> pd.Series:
    """One value in so many rows, of the dtype that a column has in pandas which is set to it.

    Examples
    --------
    >>> spread(pd.NaT, 2).dtype
    dtype('<M8[ns]')
    """
    if value is None or not pd.api.types.is_scalar(value):
        return pd.Series([value] * max(1, length)).iloc[:length]
    return pd.Series(value, index=range(length))


def unsettled(plain: DType, asked: DType) -> DType:
    """The dtype that is `plain`, or `asked` when the data ask for it."""
    return plain if plain == asked else replace(plain, otherwise=asked)
