"""Hashes of keys: what pandas joins has the same one, whatever dtype each side has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.kernels.columns import Text, from_series
from lazyframe.kernels.hashing import family, hashes, meets
from lazyframe.native import groups as native
from lazyframe.schema import dtype_of

NUMBERS = ["int8", "uint8", "int64", "uint64", "float32", "float64", "bool", "Int64", "Float64", "boolean", "object"]
TIMES = ["M8[s]", "M8[ms]", "M8[us]", "M8[ns]"]


def _hashes(values, dtype):
    return hashes([from_series(pd.Series(values).astype(dtype))])


@pytest.mark.parametrize("one", NUMBERS)
@pytest.mark.parametrize("other", NUMBERS)
def test_equal_numbers_of_all_dtypes(one, other):
    assert (_hashes([0, 1], one) == _hashes([0, 1], other)).all()


@pytest.mark.parametrize("one", TIMES)
@pytest.mark.parametrize("other", TIMES)
@given(seconds=st.integers(-(2**33), 2**33))
def test_equal_times_in_all_units(one, other, seconds):
    time = np.datetime64(seconds, "s")
    assert _hashes([time], one) == _hashes([time], other)


@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=20))
def test_text_however_it_is_held(values):
    strings = pa.array(values, pa.large_string())
    want = hashes([Text(strings)])
    assert (hashes([Text(strings.cast(pa.string()))]) == want).all()
    assert (hashes([Text(strings.dictionary_encode())]) == want).all()
    assert (hashes([pd.Categorical(pd.Series(values, dtype="str"))]) == want).all()
    assert (hashes([pd.array(values, dtype="string")]) == want).all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "library", lambda: None)
        assert (hashes([Text(strings)]) == want).all()


@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, np.nan]), st.sampled_from(["a", "", None])), min_size=1, max_size=20))
def test_rows_of_equal_keys(rows):
    frame = pd.DataFrame({"x": [x for x, _ in rows], "s": pd.Series([s for _, s in rows], dtype="str")})
    found = pd.Series(hashes([from_series(frame.x), from_series(frame.s)]))
    assert (found.groupby([frame.x, frame.s], dropna=False).nunique() == 1).all()


def test_a_missing_value_is_one_whatever_it_is():
    missing = [pd.Series([np.nan]), pd.Series([pd.NaT]), pd.Series([None], dtype="str"), pd.Series([pd.NA], dtype="Int64")]
    assert len({int(hashes([from_series(one)])[0]) for one in missing}) == 1


def test_hashes_differ():
    assert len(np.unique(hashes([np.arange(10000)]))) > 9990
    assert len(np.unique(hashes([np.arange(10000) % 100, np.arange(10000) // 100]))) > 9990


def test_times_in_a_zone_are_moments():
    utc = pd.Series(pd.to_datetime(["2020-01-01T12:00"])).dt.tz_localize("UTC")
    assert hashes([from_series(utc)]) == hashes([from_series(utc.dt.tz_convert("Asia/Tokyo"))])


def test_which_keys_meet_by_hash():
    def of(values):
        return dtype_of(pd.Series(values))

    assert meets(of([1]), of([1.5]))
    assert meets(of(["a"]), of(["b"]))
    assert not meets(of([1]), of(["b"]))
    assert not meets(of([True]), of([1]))
    assert family(of([1j])) is None
    assert not meets(of([1j]), of([1j]))
