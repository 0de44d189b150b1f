"""The compiled loops: when they are there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.native import groups as native
from lazyframe.native import library


@pytest.fixture
def engine(monkeypatch):
    def choose(name):
        monkeypatch.setenv("LAZYFRAME_ENGINE", name)
        library.engine.cache_clear()

    yield choose
    monkeypatch.undo()
    library.engine.cache_clear()


def test_an_engine_that_does_not_exist_is_an_error(engine):
    engine("zzz")
    with pytest.raises(ValueError, match="LAZYFRAME_ENGINE='zzz' is no engine"):
        native.sums(np.zeros(1, np.int64), np.zeros(1), 1)


@pytest.mark.parametrize("name", ["arrow", "pandas"])
def test_other_engines_leave_them_out(engine, name):
    engine(name)
    assert native.sums(np.zeros(1, np.int64), np.zeros(1), 1) is None


_few = st.sampled_from(
    ["", "a", "b", "ab", "ba", "abc", "0123456", "01234567", "012345678", "x" * 15, "x" * 16, "x" * 17, "äö" * 9]
)


@given(
    st.lists(st.none() | _few | st.text(max_size=20), max_size=60),
    st.integers(0, 5),
    st.sampled_from([pa.string(), pa.large_string()]),
)
def test_texts_are_numbered_as_arrow_numbers_them(texts, skipped, kind):
    array = pa.array(texts, kind)[skipped:]
    found = native.numbered_texts(array)
    if library.library() is None or not len(array):
        assert found is None
        return
    encoded = array.dictionary_encode()
    assert encoded.indices.fill_null(-1).to_pylist() == found[0].tolist()
    assert encoded.dictionary.to_pylist() == array.take(pa.array(found[1])).to_pylist()


@pytest.mark.parametrize("count", [511, 512, 513, 1024, 300_000])
def test_many_texts_are_numbered(count):
    array = pa.array([str(number % count) for number in range(count + 1000)])
    found = native.numbered_texts(array)
    if found is not None:
        assert found[0].tolist() == [number % count for number in range(count + 1000)]
        assert found[1].tolist() == list(range(count))


@pytest.mark.parametrize("rows", [0, 1, 3, 49, 50, 1003])
@pytest.mark.parametrize("groups", [1, 3, 60])
@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_sums_of_few_and_of_many_groups(rows, groups, dtype):
    random = np.random.default_rng(rows)
    codes = random.integers(0, groups, rows)
    values = random.integers(-(2**40), 2**40, rows).astype(dtype)
    if dtype is np.float64:
        values[random.random(rows) < 0.1] = np.nan
    found = native.sums(codes, values, groups)
    if found is not None:
        present = ~np.isnan(values)
        expected = [sum(map(int, values[present & (codes == group)])) for group in range(groups)]
        assert found[0].tolist() == expected
        assert found[1].tolist() == np.bincount(codes[present], minlength=groups).tolist()


@given(
    st.lists(st.none() | _few | st.text(max_size=20), max_size=60),
    st.lists(st.none() | _few | st.text(max_size=20), max_size=60),
    st.integers(0, 5),
    st.booleans(),
)
def test_texts_are_found_among_others(known, asked, skipped, compiled):
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(native, "library", lambda: None)
        texts, others = (pa.array(some, pa.large_string())[skipped:] for some in (known, asked))
        table = native.TextTable(texts)
        numbers = {
            text: number for text, number in zip(texts.to_pylist(), table.numbers.tolist(), strict=True) if text is not None
        }
        assert sorted(numbers.values()) == list(range(table.count))
        assert table.find(others).tolist() == [numbers.get(text, -1) for text in others.to_pylist()]


@pytest.mark.parametrize("count", [511, 512, 513, 1023, 1024, 100_000])
def test_many_texts_are_found(count):
    rng = np.random.default_rng(count)
    texts = [f"{'long' * (n % 7)}{n}" for n in rng.permutation(count)]
    table = native.TextTable(pa.array(texts, pa.large_string()))
    asked = pa.array([*texts[::-1], *(f"{text}!" for text in texts)], pa.large_string())
    assert table.find(asked).tolist() == [*range(count - 1, -1, -1), *[-1] * count]


def test_a_table_that_is_none_is_refused():
    table = native.TextTable(pa.array(["a", "b"] * 300, pa.large_string()))
    if table._core is None:
        pytest.skip("the core was not built")
    for memory, firsts in ((np.full_like(table._memory, 255), table._firsts), (table._memory, table._firsts + 10**6)):
        broken = native.TextTable(pa.array(["a", "b"] * 300, pa.large_string()))
        broken._memory, broken._firsts = memory, firsts
        with pytest.raises(native.InvalidCall):
            broken.find(pa.array(["a", "c"], pa.large_string()))
