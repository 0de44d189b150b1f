"""Whether pandas might infer another dtype from some rows of a column than from all of them.

The values tell, as long as one of them can only be what it is taken for: a fraction in a column of floats, a word in one of
text. Where none does, the texts of these rows have to be looked at once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa

from lazyframe.csv.options.dialect import PLAIN_FORMS, Forms, Missing
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.plain import plain_kinds

_LARGE = 2.0**63  # may be a whole number that is no float to pandas
_LOOKED_AT = 20  # texts, of which one is nearly always a word
_SIMPLE = TextKinds.MISSING | TextKinds.INT | TextKinds.NEGATIVE | infer.OTHER | TextKinds.OTHER_FIRST | TextKinds.NO_INT


def may_differ(
    arrays: Sequence[pa.Array], seen: TextKinds, missing: Missing, forms: Forms = PLAIN_FORMS, backend: str | None = None
) -> bool:
    """Whether another dtype than that of the whole column is possible for these rows.

    Parameters
    ----------
    arrays : sequence of pyarrow.Array
        Their values, at least one, as the dtype of the whole column.
    seen : TextKinds
        The kinds of text in the whole column.
    missing : Missing
        What means "missing" in it.
    forms : Forms
        How its values are written.
    backend : str, optional
        The ``dtype_backend``.

    Examples
    --------
    >>> floats = TextKinds.FLOAT | TextKinds.INT
    >>> may_differ([pa.array([1.0, 2.5])], floats, Missing()), may_differ([pa.array([1.0, 2.0])], floats, Missing())
    (False, True)
    """
    known = infer.state(seen)
    if seen & ~_SIMPLE or known.literal or known.watched or missing.numbers or forms.number_words:
        return True
    kind, count = known.dtype, sum(map(len, arrays))
    if kind.arrow == pa.bool_():
        missing_ones = sum(array.null_count for array in arrays)
        return bool(missing_ones) != bool(seen & TextKinds.MISSING) or missing_ones == count
    if kind.kind == "i":
        return False
    if kind.kind == "f":
        values = np.concatenate([_values(array) for array in arrays])
        if not len(values):
            return backend is not None
        if (np.abs(values) >= _LARGE).any():
            return True
        return not (values != np.trunc(values)).any() and (backend is not None or len(values) == count)
    if kind.arrow == pa.string():
        return not _is_text(arrays, missing, forms)
    return True


def _values(array: pa.Array) -> np.ndarray:
    """The floats that are there; of all that is missing Arrow may have no floats."""
    values = np.asarray(array.drop_null().to_numpy(zero_copy_only=False), np.float64)
    return values[~np.isnan(values)]


def _is_text(arrays: Sequence[pa.Array], missing: Missing, forms: Forms) -> bool:
    """Whether a word comes before anything but small whole numbers: then nothing makes another column of it."""
    for text in islice(_texts(arrays), _LOOKED_AT):
        kind = plain_kinds([text], missing, forms)
        if kind is not None and infer.is_settled_text(kind):
            return True
        if kind is None or kind & ~(TextKinds.INT | TextKinds.NEGATIVE):
            return False
    return False


def _texts(arrays: Sequence[pa.Array]) -> Iterator[str]:
    """The first texts that are there."""
    for array in arrays:
        yield from array[: 2 * _LOOKED_AT].drop_null().to_pylist()
