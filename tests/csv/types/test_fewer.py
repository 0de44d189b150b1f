"""Whether fewer rows may have another dtype: never a no where pandas infers another one of them."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv import CSVSource
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.scan.reader import CSVReader
from lazyframe.csv.types import infer
from lazyframe.csv.types.fewer import may_differ
from lazyframe.csv.types.infer import TextKinds

DEFAULT = Missing.of(None, True)
FLOATS = TextKinds.FLOAT | TextKinds.INT | TextKinds.MISSING | TextKinds.NO_INT
WORDS = TextKinds.TEXT | TextKinds.NO_INT


@pytest.mark.parametrize(
    ("values", "seen", "expected"),
    [
        (pa.array([1, 2]), TextKinds.INT, False),
        (pa.array([1.0, 2.0]), FLOATS, True),
        (pa.array([1.0, 2.5]), FLOATS, False),
        (pa.array([1.0, None]), FLOATS, False),
        (pa.array([1.0, float("nan")]), FLOATS, False),
        (pa.array([1e19, 2.5]), FLOATS, True),
        (pa.array([None, None], pa.float64()), TextKinds.MISSING, False),
        (pa.array([1.0], pa.float64()), TextKinds.MISSING, True),
        (pa.array(["x", "1"]), WORDS, False),
        (pa.array(["1", None, "x"]), WORDS, False),
        (pa.array(["1", "2"]), WORDS, True),
        (pa.array(["2.5", "x"]), WORDS, True),
        (pa.array(["9223372036854775808", "x"]), WORDS, True),
        (pa.array([None], pa.string()), WORDS, True),
        (pa.array([True, None]), TextKinds.BOOL | TextKinds.MISSING | TextKinds.NO_INT, False),
        (pa.array([True, False]), TextKinds.BOOL | TextKinds.MISSING | TextKinds.NO_INT, True),
        (pa.array([True, False]), TextKinds.BOOL | TextKinds.NO_INT, False),
    ],
)
def test_what_the_values_tell(values: pa.Array, seen: TextKinds, expected: bool) -> None:
    assert may_differ([values], seen, DEFAULT) is expected


FIELDS = ("1", "-7", "1.0", "2.5", "", "x", "True", "FALSE", "inf", "9223372036854775808", "1e3")


@given(
    whole=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=8),
    cut=st.tuples(st.integers(0, 7), st.integers(1, 8)),
    backend=st.sampled_from([None, "numpy_nullable", "pyarrow"]),
)
def test_it_is_never_denied_where_pandas_infers_another(whole: list[str], cut: tuple[int, int], backend: str | None) -> None:
    some = whole[cut[0] : cut[0] + cut[1]]
    if not some:
        return
    arguments = {} if backend is None else {"dtype_backend": backend}
    source = CSVSource.open(io.StringIO("a,b\n" + "".join(f"{text},\n" for text in whole)), **arguments)
    column = source.columns[0]
    batches = list(CSVReader(source.spec, source.partitions[0], ("a",)))
    values = pa.concat_arrays([batch.column(0) for batch in batches])[cut[0] : cut[0] + cut[1]]
    found = pd.read_csv(io.StringIO("a,b\n" + "".join(f"{text},\n" for text in some)), low_memory=False, **arguments).a.dtype
    if infer.state_or_none(column.seen) is not None and str(found) != source.schema["a"].name:
        assert may_differ([values], column.seen, DEFAULT, backend=backend)
