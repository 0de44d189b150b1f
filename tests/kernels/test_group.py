"""Grouping, against pandas' groupby(...).ngroup()."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.kernels.columns import Text, from_series, to_series
from lazyframe.kernels.group import compress, group, numbered, sort_order
from lazyframe.native import library

KEYS = {
    "int": st.integers(-3, 3).map(lambda n: n * 2**60),
    "float": st.sampled_from([0.0, -0.0, 1.5, -1.5, np.nan, -np.nan, np.inf, -np.inf, 5e-324, -5e-324]),
    "narrow float": st.sampled_from([0.0, -0.0, 0.5, -0.5, np.nan, np.inf]),
    "unsigned": st.sampled_from([0, 2**63, 2**64 - 1, 2**64 - 2]),
    "narrow": st.integers(-128, 127),
    "nanoseconds": st.sampled_from([pd.Timestamp.min, pd.Timestamp.max, pd.Timestamp("2020-01-01"), None]).map(pd.Timestamp),
    "duration": st.sampled_from([-1, 0, 1, 2**62, None]).map(lambda n: pd.NaT if n is None else pd.Timedelta(n, "ns")),
    "bool": st.booleans(),
    "text": st.sampled_from(["a", "b", "", "é", np.nan]),
    "date": st.sampled_from(["2020-01-01", "1969-12-31", None]).map(pd.Timestamp),
    "objects": st.sampled_from([True, False, np.nan]),
}
DTYPES = {
    "int": "int64",
    "float": "float64",
    "narrow float": "float32",
    "unsigned": "uint64",
    "narrow": "int8",
    "nanoseconds": "datetime64[ns]",
    "duration": "timedelta64[ns]",
    "bool": "bool",
    "text": "str",
    "date": "datetime64[us]",
    "objects": "object",
}


@st.composite
def key_frames(draw):
    kinds = draw(st.lists(st.sampled_from(list(KEYS)), min_size=1, max_size=3))
    rows = draw(st.integers(0, 30))
    return pd.DataFrame(
        {
            n: pd.Series(draw(st.lists(KEYS[kind], min_size=rows, max_size=rows)), dtype=DTYPES[kind])
            for n, kind in enumerate(kinds)
        }
    )


def values_of(series: pd.Series, coded: bool):
    values = from_series(series)
    return Text(values.array.dictionary_encode(), values.dtype) if coded and isinstance(values, Text) else values


@settings(max_examples=examples(37))
@given(key_frames(), st.booleans(), st.booleans())
def test_groups_are_numbered_as_they_appear(frame, dropna, coded):
    codes, distinct = group([values_of(frame[name], coded) for name in frame], dropna)
    grouped = frame.groupby(list(frame), sort=False, dropna=dropna)
    assert codes.tolist() == grouped.ngroup().fillna(-1).tolist()
    assert {len(key) for key in distinct} == {grouped.ngroups}
    first_rows = np.array([np.flatnonzero(codes == number)[0] for number in range(grouped.ngroups)], int)
    for name, key in zip(frame, distinct, strict=True):
        got, want = to_series(key), frame[name].iloc[first_rows].reset_index(drop=True)
        pd.testing.assert_series_equal(got.astype(want.dtype), want, check_names=False)


@settings(max_examples=examples(40))
@given(key_frames(), st.booleans())
def test_equal_rows_have_one_number(frame, coded):
    numbers, rows = numbered([values_of(frame[name], coded) for name in frame])
    assert rows.tolist() == np.flatnonzero(~frame.duplicated()).tolist()
    places = {}
    codes = [pd.factorize(frame[name])[0] for name in frame]
    assert numbers.tolist() == [places.setdefault(row, len(places)) for row in zip(*codes, strict=True)]


@settings(max_examples=examples(25))
@given(key_frames(), st.booleans())
def test_groups_are_sorted_as_pandas_sorts_them(frame, dropna):
    frame = frame[[name for name in frame if frame[name].dtype != object]].copy()
    if frame.empty:
        return
    codes, distinct = group([from_series(frame[name]) for name in frame], dropna)
    order = sort_order(distinct)
    place = np.full(len(order) + 1, -1)
    place[order] = np.arange(len(order))
    assert place[codes].tolist() == frame.groupby(list(frame), sort=True, dropna=dropna).ngroup().fillna(-1).tolist()
    coded = [values_of(to_series(key), coded=True) for key in distinct]
    assert sort_order(coded).tolist() == order.tolist()


@given(st.lists(st.sampled_from([True, False, np.nan]), min_size=1), st.lists(st.integers(0, 2), min_size=30, max_size=30))
def test_objects_with_missing_values_are_sorted_as_pandas_sorts_them(values, others):
    frame = pd.DataFrame({"q": pd.Series(values, dtype=object), "k": (others * 5)[: len(values)] + [0] * (len(values) - 150)})
    for keys in (["q"], ["q", "k"], ["k", "q"]):
        _, distinct = group([frame[key].to_numpy() for key in keys], dropna=False)
        order = sort_order(distinct)
        got = [tuple(str(values[row]) for values in distinct) for row in order]
        want = frame.groupby(keys, dropna=False).size().reset_index()[keys]
        assert got == [tuple(map(str, row)) for row in want.itertuples(index=False)]


EDGES = [("int8", (-128, 127)), ("uint8", (0, 255)), ("int64", (-(2**63), 2**63 - 1)), ("uint64", (2**64 - 9, 2**64 - 1))]


@pytest.mark.parametrize("lots", [False, True])
def test_groups_whose_keys_are_as_far_apart_as_they_can_be(lots):
    """With `lots` of keys the ranks of all of them do not fit into one integer."""
    rng = np.random.default_rng(0)
    keys = [
        np.array([least, greatest, *rng.integers(least, greatest, 300, dtype, endpoint=True)], dtype)
        for dtype, (least, greatest) in EDGES * (4 if lots else 1)
    ]
    order = sort_order(keys)
    frame = pd.DataFrame(dict(enumerate(keys)))
    assert order.tolist() == frame.sort_values(list(frame)).index.tolist()


def test_a_hundred_thousand_groups():
    keys = np.random.default_rng(0).permutation(np.repeat(np.arange(100_000), 2)) * 7 - 3
    codes, (distinct,) = group([keys], dropna=True)
    want, uniques = pd.factorize(keys)
    assert (codes == want).all()
    assert (distinct == uniques).all()


def test_keys_whose_product_is_wider_than_an_integer():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({n: rng.permutation(10_000) for n in range(6)})  # 10**24 > 2**62 pairs
    frame = pd.concat([frame, frame.sample(5_000, random_state=0)], ignore_index=True)
    codes, distinct = group([frame[n].to_numpy() for n in frame], dropna=True)
    assert codes.tolist() == frame.groupby(list(frame), sort=False).ngroup().tolist()
    assert all((key == frame[n].to_numpy()[:10_000]).all() for n, key in enumerate(distinct))


@pytest.mark.parametrize("size", [5, 10**6])
def test_compress_numbers_by_first_appearance_and_keeps_left_out_rows_out(size):
    codes = np.array([4, -1, 2, 4, 0, -1, 2])
    new, firsts = compress(codes, size)
    assert new.tolist() == [0, -1, 1, 0, 2, -1, 1]
    assert firsts.tolist() == [0, 2, 4]


@pytest.mark.parametrize("size", [3, 10**6])
def test_compress_of_nothing(size):
    new, firsts = compress(np.array([-1, -1]), size)
    assert new.tolist() == [-1, -1]
    assert firsts.tolist() == []


@settings(max_examples=examples(50))
@given(
    st.lists(st.integers(-1, 40) | st.integers(2**61, 2**62 - 1) | st.integers(0, 50).map(lambda n: n << 32), max_size=200),
    st.sampled_from([41, 2**20, 2**62]),
)
def test_compress_of_any_codes_is_as_pandas_factorizes(codes, size):
    codes = np.array([code for code in codes if code < size], np.int64)
    new, firsts = compress(codes, size)
    kept = codes[codes >= 0]
    want, uniques = pd.factorize(kept)
    assert new[codes >= 0].tolist() == want.tolist()
    assert (new[codes < 0] == -1).all()
    assert codes[firsts].tolist() == uniques.tolist()
    assert all((codes[:row] != codes[row]).all() for row in firsts)


def test_what_is_compiled_is_what_numpy_does(monkeypatch):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({n: rng.integers(-(2**40), 2**40, 300)[rng.integers(0, 300, 5_000)] for n in range(3)})
    frame["text"] = rng.choice(["a", "b", np.nan], 5_000)
    keys = [values_of(frame[name], coded=True) for name in frame]
    compiled = group(keys, dropna=True)
    monkeypatch.setattr(library, "engine", lambda: "arrow")
    plain = group(keys, dropna=True)
    assert compiled[0].tolist() == plain[0].tolist()
    for one, other in zip(compiled[1], plain[1], strict=True):
        assert to_series(one).tolist() == to_series(other).tolist()


def test_dictionaries_with_unused_and_repeated_order_are_no_matter():
    text = Text(pa.DictionaryArray.from_arrays(pa.array([3, 1, None, 3], pa.int32()), pa.array(["x", "b", "y", "a"])))
    codes, (distinct,) = group([text], dropna=True)
    assert codes.tolist() == [0, 1, -1, 0]
    assert distinct.decoded().to_pylist() == ["a", "b"]
    codes, (distinct,) = group([text], dropna=False)
    assert codes.tolist() == [0, 1, 2, 0]
    assert distinct.decoded().to_pylist() == ["a", "b", None]


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize(
    "key",
    [
        pd.array([2, None, 1, 2, None], dtype="Int64"),
        pd.array(["b", None, "a", "b", None], dtype="string"),
        pd.array([2.5, None, 1.5, 2.5, None], dtype="double[pyarrow]"),
        pd.Categorical(["b", None, "a", "b", None], categories=["c", "b", "a"]),
    ],
    ids=lambda key: str(key.dtype),
)
def test_keys_of_extension_dtypes(key, dropna):
    codes, (distinct,) = group([key], dropna)
    assert codes.tolist() == [0, -1 if dropna else 1, 1 if dropna else 2, 0, -1 if dropna else 1]
    assert distinct.dtype == key.dtype
    assert list(pd.Series(distinct).isna()) == ([False, False] if dropna else [False, True, False])
