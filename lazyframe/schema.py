"""What a plan promises: the names and dtypes of its columns, and of its index.

A dtype has the name pandas gives it and the Arrow type that carries it between tasks. What an operation does to
dtypes is not written down here a second time: it is found out by giving pandas' own operation tiny probe columns. So a
type error is pandas' own, and is raised on the line where the user made it.

Some results of pandas have a dtype that depends on the data: the year of a date is int32, but float64 as soon as
one date is missing. Such a dtype carries its `otherwise`; it is settled when the rows have been seen.

See docs/decisions/0001-dtypes-are-probed.md, docs/decisions/0002-dtypes-that-depend-on-data.md,
docs/decisions/0008-names-of-several-levels.md and docs/decisions/0010-integers-beyond-64-bits.md.
"""

from __future__ import annotations

import functools
import itertools
import numbers
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

ROW = "\0row"
"""The name of the hidden column that holds a row's number inside its partition."""


class Replan(Exception):
    """What a task found in the data that the source had taken to be otherwise.

    Not an error of the user's: the run ends, the source is asked for `replanned(replan)`, and the query
    runs again on what is now known.

    Parameters
    ----------
    token : str
        The token of the source that was wrong.
    finding : object
        What was found; only that source understands it.
    """

    def __init__(self, token: str, finding: object) -> None:
        super().__init__(token, finding)
        self.token = token
        self.finding = finding


class ColumnNotFoundError(KeyError, AttributeError):
    """A column that does not exist; the message has the nearest names, and all of them where they are few."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.obj = None  # whose names the interpreter would otherwise look through for a suggestion of its own

    def __str__(self) -> str:
        return str(self.args[0])


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
    if not hasattr(values, "dtype"):
        values = pd.Series([values])
    if values.dtype != object:
        return as_dtype(values.dtype, "the result")
    present = [value for value in values if value is pd.NaT or not pd.isna(value)]
    if all(isinstance(value, str) for value in present):
        return dtype_named("object")
    if all(isinstance(value, (bool, np.bool_)) for value in present):
        return OBJECT_BOOL
    return BIG_INTEGERS if all(type(value) is int for value in present) else MIXED


def unsettled(plain: DType, asked: DType) -> DType:
    """The dtype that is `plain`, or `asked` when the data ask for it."""
    return plain if plain == asked else replace(plain, otherwise=asked)


@dataclass(frozen=True, slots=True)
class Single:
    """One value of a dtype, as an operand; a `DType` itself stands for a column."""

    dtype: DType

    def __str__(self) -> str:
        return str(self.dtype)


_PROBES: dict[str, tuple[Any, ...]] = {
    # kind -> a value that asks nothing of the result, then those that may: a missing one, a zero
    "i": (1, 0),
    "u": (1, 0),
    "f": (1.0, np.nan),
    "c": (1 + 1j, 0j, np.nan),
    "b": (True, False),
    "S": (b"a", b""),
    "M": ("2000-01-01", "NaT"),
    "m": (1, "NaT"),
    "T": ("a", np.nan),
    "O": (True, False, np.nan),
    "Z": (2**70, 0, np.nan),
}
_NULLABLE_PROBES: dict[str, tuple[Any, ...]] = {
    "i": (1, 0, pd.NA),
    "u": (1, 0, pd.NA),
    "f": (1.0, pd.NA),
    "b": (True, False, pd.NA),
    "T": ("a", pd.NA),
    "O": (pd.NA,),
}


def _values_of(dtype: DType) -> tuple[Any, ...]:
    """The values of a probe: one that asks nothing of the result, then those that may."""
    if dtype.categories is not None:
        return (0,) if dtype.categories.complete else (0, -1) if dtype.categories.values else (-1,)
    if dtype.extension is None or dtype.has_zone:
        return _PROBES[dtype.values_kind]
    return _NULLABLE_PROBES[dtype.values_kind]


def probe(dtype: DType, values: Sequence[Any] | None = None) -> pd.Series:
    """A tiny column of `dtype`: of these of its probe values, or of the one that asks nothing."""
    if dtype == MIXED:
        raise TypeError("its values are of several kinds; .compute() it first")
    values = list(_values_of(dtype)[:1] if values is None else values)
    if dtype.categories is not None:
        return pd.Series(pd.Categorical.from_codes(values, dtype=pandas_category(dtype)))
    if dtype.extension is not None:
        return pd.Series(pd.array(values, dtype=dtype.extension))
    return pd.Series(np.array(values, dtype=dtype.name) if dtype.kind in "MmS" else values, dtype=dtype.name)


def asking(dtype: DType) -> pd.Series:
    """A tiny column with all the values that can change the dtype of a result."""
    dtype = dtype.otherwise or dtype
    return probe(dtype, _values_of(dtype))


class TextError(TypeError):
    """An operation that columns of text do not have.

    Parameters
    ----------
    message : str
        What is wrong.
    columns : tuple
        The names of these columns.
    """

    def __init__(self, message: str, columns: tuple[Hashable, ...]) -> None:
        super().__init__(message)
        self.columns = columns


@functools.lru_cache(maxsize=4096, typed=True)
def result_dtype(function: Callable[..., Any], *operands: Any) -> DType:
    """The dtype of ``function(*operands)``, where an operand is a `DType`, a `Single` or a plain value.

    Raises
    ------
    TypeError
        pandas refuses the operation for these dtypes.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        plain = dtype_of(function(*[_probed(operand) for operand in operands]))
        if plain.kind == "f":  # it may be no float where there are no rows: 1 // 0
            try:
                empty = dtype_of(function(*[_probed(operand, rows=0) for operand in operands]))
            except ValueError:
                empty = plain
            if empty.kind in "iu":
                return unsettled(empty, plain)
        try:
            return unsettled(plain, dtype_of(function(*_asking(operands))))
        except ValueError:  # values that pandas refuses: an error of the data, should they be there
            return plain
        except TypeError:  # so are missing values in nullable columns, of which no integer can be made
            if plain.kind == "E" or not any(isinstance(one, DType) and one.kind == "E" for one in operands):
                raise
            return plain


def _probed(operand: Any, rows: int = 1) -> Any:
    if isinstance(operand, Single):
        return probe(operand.dtype).iloc[0]
    return probe(operand).iloc[:rows] if isinstance(operand, DType) else operand


def _asking(operands: Sequence[Any]) -> list[Any]:
    """The operands with the values that ask for another dtype: those of columns in every combination."""
    dtypes = [operand.otherwise or operand for operand in operands if isinstance(operand, DType)]
    rows = list(itertools.product(*map(_values_of, dtypes)))
    columns = iter([probe(dtype, values) for dtype, values in zip(dtypes, zip(*rows, strict=True), strict=True)])
    return [
        next(columns)
        if isinstance(operand, DType)
        else asking(operand.dtype).iloc[-1 if operand.dtype.is_number else 0]
        if isinstance(operand, Single)
        else operand
        for operand in operands
    ]


@dataclass(frozen=True, slots=True)
class Field:
    """A column's name and dtype."""

    name: Hashable
    dtype: DType


@dataclass(frozen=True, slots=True)
class Labels:
    """What pandas' index of the columns has beside their names.

    Parameters
    ----------
    names : tuple
        The names of its levels; empty where there is one level without a name.
    dtype : str, optional
        Its dtype where there are no columns; None where that is not known, and then it is text.
    """

    names: tuple[Hashable, ...] = ()
    dtype: str | None = None


PLAIN_LABELS = Labels()


@dataclass(frozen=True)
class Schema:
    """The columns of a frame, in order, and its index; a column is found by its name at once, however many there are.

    Parameters
    ----------
    fields : tuple of Field
        The columns.
    index : tuple of Field
        The levels of the index; empty where the index is the row number.
    labels : Labels
        What the index of the columns has beside their names. Of a column made of a row it is that of its index.
    """

    fields: tuple[Field, ...]
    index: tuple[Field, ...] = ()
    labels: Labels = PLAIN_LABELS

    @classmethod
    def of(cls, dtypes: Iterable[tuple[Hashable, DType]], index: Iterable[tuple[Hashable, DType]] = ()) -> Schema:
        return cls(tuple(Field(n, d) for n, d in dtypes), tuple(Field(n, d) for n, d in index))

    @functools.cached_property
    def names(self) -> tuple[Hashable, ...]:
        return tuple(column.name for column in self.fields)

    @functools.cached_property
    def _dtypes(self) -> dict[Hashable, DType]:
        return {column.name: column.dtype for column in reversed(self.fields)}  # of two of one name, the first

    def __reduce__(self) -> Any:
        return Schema, (self.fields, self.index, self.labels)  # what can be found again does not travel

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @functools.cached_property
    def _labelled(self) -> dict[str, Field]:
        return {str(column.name): column for column in self.fields}

    def labelled(self) -> dict[str, Field]:
        """The columns by their names in a batch, where every name is text."""
        return self._labelled

    def __contains__(self, name: object) -> bool:
        try:
            return name in self._dtypes
        except TypeError:  # a list is the name of no column
            return False

    def __getitem__(self, name: Hashable) -> DType:
        try:
            return self._dtypes[name]
        except (KeyError, TypeError):
            raise column_not_found(name, self.names) from None


def column_index(names: Iterable[Any], labels: Labels = PLAIN_LABELS) -> Any:
    """The names of columns as pandas holds them: tuples as levels, names of several kinds as they are."""
    given: list[Any] = list(names)
    if given and all(isinstance(name, tuple) for name in given):
        found = pd.MultiIndex.from_tuples(given)
    elif given:
        found = pd.Index(given, dtype=None if len({type(name) for name in given}) == 1 else object)
    elif len(labels.names) > 1:
        found = pd.MultiIndex.from_arrays([pd.Index([], dtype="str")] * len(labels.names))
    else:
        found = pd.Index([], dtype=labels.dtype or "str")
    return found.set_names(labels.names) if len(labels.names) == found.nlevels else found


def labels_of(index: pd.Index) -> Labels:
    """What an index of columns has beside their names."""
    plain = index.nlevels == 1 and index.name is None
    return Labels(() if plain else tuple(index.names), None if len(index) or index.nlevels > 1 else str(index.dtype))


def levels_of(index: pd.Index) -> tuple[Field, ...]:
    """The levels of an index that names of columns make, as the levels of the index of rows."""
    levels = [index.get_level_values(number) for number in range(index.nlevels)]
    return tuple(Field(level.name, MIXED if level.dtype == object else dtype_of(level)) for level in levels)


def level_count(schema: Schema) -> int:
    """How many levels the names of the columns have."""
    names = schema.names
    if names:
        return len(names[0]) if isinstance(names[0], tuple) else 1
    return max(1, len(schema.labels.names))


def padded(schema: Schema, name: Hashable) -> Hashable:
    """The name of a new column, its further levels empty.

    Raises
    ------
    ValueError
        It has more levels than the others.
    """
    levels = level_count(schema)
    parts = name if isinstance(name, tuple) else (name,)
    if levels == 1 or len(parts) == levels:
        return name
    if len(parts) > levels:
        raise ValueError(f"Item must have length equal to number of levels: the columns have {levels}, and {name!r} has more.")
    return (*parts, *[""] * (levels - len(parts)))


def labels_over(below: Schema, names: Sequence[Hashable]) -> Labels:
    """The labels of some columns of a frame; those of other levels have none of its names."""
    levels, known = {len(name) if isinstance(name, tuple) else 1 for name in names}, below.labels.names
    if known and levels == {len(known) + 1}:  # of each column several aggregates
        return Labels((*known, None))
    if names:
        return Labels(known if levels == {len(known)} else ())
    return Labels(below.labels.names, below.labels.dtype or (str(column_index(below.names).dtype) if len(below) else None))


def joined_labels(left: Labels, right: Labels) -> Labels:
    """The labels of the columns of two frames side by side: of each level the name that both have."""
    if len(left.names) != len(right.names):
        return PLAIN_LABELS
    names = tuple(one if one == other else None for one, other in zip(left.names, right.names, strict=True))
    return Labels(() if names == (None,) else names)


def nearest(name: object, names: Iterable[Hashable], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """The names that `name` may be a misspelling of, the best first."""
    import difflib  # here and not above: an error may take its time, every start of a program must not

    by_lower: dict[str, str] = {}
    for candidate in names:
        by_lower.setdefault(str(candidate).lower(), str(candidate))
    close = difflib.get_close_matches(str(name).lower(), list(by_lower), n=most, cutoff=cutoff)
    return [by_lower[found] for found in close]


_FEW_NAMES = 40


def columns_there(name: object, names: Iterable[Hashable], methods: Iterable[str] = ()) -> str:
    """What an error says after a column that is not there: the nearest names, and all of them where they are few.

    Parameters
    ----------
    name : object
        What was asked for.
    names : iterable
        The columns.
    methods : iterable of str
        What may have been meant beside a column.

    Examples
    --------
    >>> columns_there("Orgin", ["Origin", "Dest"])
    " Did you mean 'Origin'? The columns are: Origin, Dest."
    >>> columns_there("mena", ["Origin"], ["mean"])
    ' Did you mean .mean? The columns are: Origin.'
    >>> columns_there("flight9", [f"flight{number}" for number in range(100, 400)])
    " Did you mean 'flight399' or 'flight398' or 'flight397'? There are 300 columns."
    >>> columns_there("xyz", [f"column {number}" for number in range(300)])
    ' There are 300 columns: column 0, column 1, column 2, ..., column 299.'
    """
    names = list(names)
    close = [repr(found) for found in nearest(name, names)]
    close = close or [f".{found}" for found in nearest(name, methods, 1, 0.74)]
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    if len(names) <= _FEW_NAMES:
        return f"{meant} The columns are: {', '.join(map(shown_name, names)) or '(none)'}."
    some = "" if close else f": {', '.join(map(shown_name, names[:3]))}, ..., {shown_name(names[-1])}"
    return f"{meant} There are {len(names):,} columns{some}."


def with_article(noun: str) -> str:
    """``an int``, ``a list``: for messages."""
    return f"{'an' if noun.strip(chr(39))[:1].lower() in 'aeio' else 'a'} {noun}"


def counted(number: int, noun: str) -> str:
    """``1 name``, ``2 names``: for messages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_place(place: Any) -> bool:
    """Whether it says a column by its position."""
    return isinstance(place, numbers.Integral) and not isinstance(place, bool)


def shown_name(name: object) -> str:
    """A name as messages list it: in quotes where blanks at its ends would not be seen."""
    text = str(name)
    return repr(text) if text != text.strip() or not text else text


def kind_of(value: object) -> str:
    """What a value is, for people: ``a list``, ``an int``."""
    return with_article(type(value).__name__)


def column_not_found(name: object, names: Iterable[Hashable], methods: Iterable[str] = ()) -> ColumnNotFoundError:
    """The error for a column that is not there; see `columns_there`."""
    return ColumnNotFoundError(f"no column {name!r}.{columns_there(name, names, methods)}")
