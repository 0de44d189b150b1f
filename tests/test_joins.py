"""Which rows belong together: a right side that is looked up batch by batch gives what pandas' merge of the batch gives."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.joins import JoinCall, Lookup, places

KEYS = {
    "int64": st.one_of(st.integers(-2, 3), st.sampled_from([-(2**63), 2**63 - 1, 70_000])),
    "uint64": st.sampled_from([0, 1, 3, 2**63, 2**64 - 1]),
    "int8": st.sampled_from([-128, 0, 127]),
    "float64": st.sampled_from([0.0, -0.0, 1.5, np.nan, np.inf]),
    "bool": st.booleans(),
    "str": st.sampled_from(["a", "b", "", "a long text, longer than most", "é", None]),
    "datetime64[us]": st.sampled_from(["2020-01-01", "1969-12-31", None]).map(pd.Timestamp),
    "datetime64[us, Europe/Berlin]": st.sampled_from(["2020-01-01", None]).map(pd.Timestamp),
    "Int64": st.sampled_from([1, 2, None]),
    "object": st.sampled_from(["a", 1, True, None]),
    "category": st.sampled_from(["a", "b", None]),
}


@st.composite
def keys(draw, dtypes, most):
    rows = draw(st.integers(0, most))
    made = [pd.Series(draw(st.lists(KEYS[dtype], min_size=rows, max_size=rows)), dtype=object) for dtype in dtypes]
    return [key.astype(pd.CategoricalDtype(["a", "b"]) if d == "category" else d) for key, d in zip(made, dtypes, strict=True)]


@settings(max_examples=examples(62), deadline=None)
@given(
    st.data(), st.lists(st.sampled_from(list(KEYS)), min_size=1, max_size=3), st.sampled_from(["inner", "left"]), st.booleans()
)
def test_a_lookup_finds_what_a_merge_finds(data, dtypes, how, indicator):
    call = JoinCall(how, indicator=indicator)
    right = data.draw(keys(dtypes, 8))
    lookup = Lookup(right, len(right[0]), call)
    if data.draw(st.booleans()):
        lookup = pickle.loads(pickle.dumps(lookup))
    for _ in range(2):
        left = data.draw(keys(dtypes, 12))
        got, want = lookup.places(left, len(left[0])), places(left, right, (len(left[0]), len(right[0])), call)
        assert got.left.tolist() == want.left.tolist()
        assert got.right.tolist() == want.right.tolist()
        for one, other in zip(got.keys, want.keys, strict=True):
            pd.testing.assert_series_equal(one, other, check_names=False)
        assert (got.indicator is None) == (want.indicator is None)
        if want.indicator is not None:
            pd.testing.assert_series_equal(got.indicator, want.indicator, check_names=False)


@pytest.mark.parametrize("bits", [10, 62])
def test_more_pairs_than_an_integer_can_tell_apart_are_left_to_pandas(bits, monkeypatch):
    rng = np.random.default_rng(0)
    right = [pd.Series(rng.integers(0, 2**10, 500)) for _ in range(8 if bits == 62 else 2)]
    lookup = Lookup(right, 500, JoinCall("inner"))
    assert bool(lookup._finders) == (bits == 10)
    left = [key.iloc[::-1].reset_index(drop=True) for key in right]
    assert lookup.places(left, 500).right.tolist() == places(left, right, (500, 500), JoinCall("inner")).right.tolist()


def test_threads_find_what_one_finds():
    rng = np.random.default_rng(0)
    numbers = pd.Series(rng.permutation(300_000))
    right = [numbers, pd.Series("key " + numbers.astype(str), dtype="str")]
    batches = [[key.sample(20_000, random_state=n).reset_index(drop=True) for key in right] for n in range(8)]
    for part in (slice(0, 1), slice(1, 2), slice(0, 2)):
        lookup = Lookup(right[part], 300_000, JoinCall("inner"))
        found: dict[int, list[int]] = {}

        def look(number: int, lookup=lookup, found=found, part=part) -> None:
            found[number] = lookup.places(batches[number][part], 20_000).right

        threads = [threading.Thread(target=look, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, batch in enumerate(batches):
            assert (numbers.to_numpy()[found[number]] == batch[0].to_numpy()).all()
