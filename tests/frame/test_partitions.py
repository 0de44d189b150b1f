"""Partitions as pandas frames, out of lazy frames and into them, beside what pandas makes of the same pieces."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from call_tasks import piece
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe import delayed

CUTS = (2, 4, 6)


def meta():
    return sample().assign(q=pd.Series([True, np.nan] * 4 + [False], dtype=object))


def made(cuts=CUTS, **options):
    edges = [0, *cuts, len(sample())]
    parts = [delayed(piece)(start, stop) for start, stop in itertools.pairwise(edges)]
    return lf.from_delayed(parts, **{"meta": meta(), **options})


# ---- out


@settings(max_examples=examples(15))
@given(st.lists(st.integers(0, 9), max_size=4), st.integers(-8, 8))
def test_partitions_put_together_are_the_frame(cuts, least):
    frame, df = sample(), lazy(sample(), tuple(cuts))
    parts = df[df.i > least].to_delayed()
    assert len(parts) == len(cuts) + 1
    assert_same(pd.concat(lf.compute(*parts, scheduler="sync")), frame[frame.i > least])
    for number, part in enumerate(df.s.to_delayed()):
        edges = [0, *sorted(cuts), len(frame)]
        assert_same(part.compute(scheduler="sync"), frame.s.iloc[edges[number] : edges[number + 1]])


def test_partitions_of_answers_are_one():
    df = lazy(sample(), CUTS)
    for built, want in [
        (df.groupby("b").f.mean(), sample().groupby("b").f.mean()),
        (df.head(5), sample().head(5)),
        (df[["i", "f"]].max(), sample()[["i", "f"]].max()),
    ]:
        (part,) = built.to_delayed()
        assert_same(part.compute(scheduler="sync"), want)


def test_partitions_of_files_when_the_data_contradict_the_sample(tmp_path):
    text = "x,s\n" + "".join(f'{n},"line {n}\nnext"\n' for n in range(30_000)) + "late,end\n"
    text += "".join(f"{n},end\n" for n in range(30_000))
    (tmp_path / "a.csv").write_text(text)
    df = lf.read_csv(tmp_path / "a.csv", blocksize=65536)
    assert df.npartitions > 5
    parts = df.to_delayed()
    with pytest.warns(lf.DtypePromotionWarning):
        found = lf.compute(*parts, delayed(len)(df))
    assert found[-1] == 60_001
    assert_same(pd.concat(found[:-1]), pd.read_csv(io.StringIO(text), low_memory=False))


# ---- in


def test_a_frame_of_made_partitions_is_a_frame():
    frame, df = sample(), made()
    assert df.npartitions == 4
    assert_same(df.compute(), frame)
    assert_same(df.compute(scheduler="processes", num_workers=2), frame)
    for line in (
        lambda d: d[d.i > 1],
        lambda d: d[(d.f > 0) & d.b].s,
        lambda d: d.groupby("s").f.mean(),
        lambda d: d.groupby("q").i.sum(),
        lambda d: d.assign(year=d.t.dt.year)[["year", "d"]],
        lambda d: d[d.f > d.f.mean()],
        lambda d: d.head(3),
        lambda d: d.o.nunique(),
        lambda d: len(d),
    ):
        got = line(df)
        assert_same(got.compute(scheduler="sync") if hasattr(got, "compute") else got, line(frame))


def test_without_meta_the_first_is_looked_at():
    calls = []

    def part(n, add=0):
        calls.append(n)
        return pd.DataFrame({"x": [n + add]})

    df = lf.from_map(part, [1, 2], add=10)
    assert calls == [1]
    assert_same(df.compute(scheduler="sync"), pd.DataFrame({"x": [11, 12]}))


def test_frames_and_functions_in_turns():
    """A frame of partitions which a function makes of a frame, and a condition from the first frame on it."""
    frame = sample()
    df = lazy(frame, CUTS)
    parts = [delayed(lambda part, top: part.assign(f=part.f - top)[["i", "f"]])(part, df.i.max()) for part in df.to_delayed()]
    second = lf.from_delayed(parts, meta={"i": "int64", "f": "float64"})
    third = lf.from_delayed([delayed(lambda whole, mean: whole[whole.i > mean])(second, second.i.mean())], meta=second)
    built = lf.compute(third[third.i > df.i.min()], df.i.sum(), second.f.min(), scheduler="sync")
    want = frame.assign(f=frame.f - 10)[["i", "f"]]
    assert_same(built[0], want[want.i > want.i.mean()].reset_index(drop=True))
    assert built[1] == frame.i.sum()
    assert built[2] == want.f.min()


def test_repr_reads_nothing():
    def refuse():
        raise AssertionError

    df = lf.from_delayed([delayed(refuse)()], meta={"x": "int64"})
    assert "1 partitions made by refuse" in repr(df)
    assert "x" in df._repr_html_()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: lf.from_delayed([]), "no partitions"),
        (lambda: lf.from_delayed([pd.DataFrame()]), "takes delayed values"),
        (lambda: lf.from_delayed([delayed(piece)], meta={"x": "int64"}), r"got lf.delayed\(piece\)"),
        (lambda: lf.from_delayed([delayed(piece)(0, 1)], meta=5), "meta= takes an empty pandas DataFrame"),
        (lambda: lf.from_delayed([delayed(piece)(0, 1)], meta={"x": "float16"}), "meta=.'x'.*not a dtype"),
        (lambda: lf.from_map(piece), "at least one iterable"),
        (lambda: lf.from_map(piece, []), "from_map: there are no partitions: the iterables are empty"),
        (lambda: lf.from_map(piece, [1, 2], [3]), "different lengths: 2, 1"),
        (lambda: lazy(sample()).map_partitions(len, [lazy(sample()).i]), "a lazy Series inside of an argument"),
        (
            lambda: lazy(sample()).map_partitions(list),
            "map_partitions: list made a list of a few rows; it has to return a pandas",
        ),
    ],
)
def test_mistakes_are_raised_where_they_are_made(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()


# ---- map_partitions


@settings(max_examples=examples(10))
@given(st.lists(st.integers(0, 9), max_size=4))
def test_map_partitions_row_by_row_does_not_depend_on_the_cuts(cuts):
    frame, df = sample(), lazy(sample(), tuple(cuts))

    def line(d, by):
        return d.assign(i=d.i * by, n=d.index)[["i", "s", "n"]]

    assert_same(df.map_partitions(line, 3).compute(scheduler="sync"), line(frame, 3))
    assert_same(df.s.map_partitions(lambda s: s.str.upper() + "!").compute(scheduler="sync"), frame.s.str.upper() + "!")
    assert_same(df.map_partitions(lambda d: d.i + 1).sum().compute(scheduler="sync"), np.int64(frame.i.sum() + 9))


def test_map_partitions_with_lazy_arguments_needs_meta():
    df = lazy(sample(), CUTS)
    with pytest.raises(TypeError, match="give meta="):
        df.map_partitions(lambda d, top: d[d.i == top], df.i.max())
    got = df[["i"]].map_partitions(lambda d, top: d[d.i == top], df.i.max(), meta={"i": "int64"})
    assert_same(got.compute(scheduler="sync"), pd.DataFrame({"i": [10]}, index=[5]))


def test_an_error_while_func_is_tried_says_so():
    with pytest.raises(KeyError, match="nowhere") as caught:
        lazy(sample()).map_partitions(lambda d: d["nowhere"])
    assert any("meta=" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("npartitions", [1, 3, 20])
def test_rows_of_pandas_are_rows_of_a_lazy_frame(npartitions):
    frame = meta()
    df = lf.from_pandas(frame, npartitions=npartitions)
    assert df.npartitions == npartitions == len(df.partitions)
    assert df.divisions == (None,) * (npartitions + 1)
    for scheduler in ("sync", "threads"):
        assert_same(df.compute(scheduler=scheduler), frame)
        assert_same(df[df.i > 0].compute(scheduler=scheduler), frame[frame.i > 0])
        assert_same(df.groupby("s").f.sum().compute(scheduler=scheduler), frame.groupby("s").f.sum())
    assert_same(df.s.compute(), frame.s)
    assert len(df) == len(frame)


INDICES = {
    "text": pd.Index(list("abcabcabc"), name="k"),
    "a range with a name": pd.RangeIndex(9, name="n"),
    "another range": pd.RangeIndex(5, 23, 2),
    "floats": pd.Index([0.5, np.nan] * 4 + [1.0]),
    "dates": pd.date_range("2020-01-01", periods=9, name="day"),
    "levels": pd.MultiIndex.from_product([["x", "y", "z"], [1, 2, 3]], names=["a", None]),
}


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("npartitions", [1, 4])
def test_rows_of_pandas_keep_their_index(name, npartitions):
    frame = meta().set_axis(INDICES[name])
    df = lf.from_pandas(frame, npartitions)
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(df[df.i > 0].f.compute(scheduler="sync"), frame[frame.i > 0].f)
    assert_same(df.groupby("s").f.sum().compute(scheduler="sync"), frame.groupby("s").f.sum())
    assert_same(lf.from_pandas(frame.i, npartitions).compute(scheduler="sync"), frame.i)
    assert_same(df.sort_index().reset_index().compute(scheduler="sync"), frame.sort_index().reset_index())


def test_rows_of_pandas_are_copied():
    frame = pd.DataFrame({"x": np.arange(3.0)})
    df, values = lf.from_pandas(frame), frame["x"].to_numpy()
    values.flags.writeable = True
    values[0] = 9
    assert df.x.sum().compute(scheduler="sync") == 3.0


def test_a_series_of_pandas():
    series = pd.Series([1.5, np.nan, 2.0], name="x")
    assert_same(lf.from_pandas(series, 2).compute(scheduler="sync"), series)
    assert_same(lf.from_pandas(series.rename(None), 2).compute(scheduler="sync"), series.rename(None))
    assert len(lf.from_pandas(sample()[[]], 2)) == 9
    categories = pd.DataFrame({"c": pd.Categorical(["a", "b", "a"])})
    pd.testing.assert_frame_equal(lf.from_pandas(categories, 2).compute(scheduler="sync"), categories)


@pytest.mark.parametrize(
    ("data", "npartitions", "error", "message"),
    [
        ([1, 2], 1, TypeError, "takes a pandas DataFrame or Series"),
        (pd.DataFrame({"x": [1, 2]}), 0, ValueError, "npartitions is a number, 1 or more"),
        (pd.DataFrame({"x": [1, "a"]}), 1, TypeError, "objects other than text"),
    ],
)
def test_what_cannot_be_a_lazy_frame(data, npartitions, error, message):
    with pytest.raises(error, match=message):
        lf.from_pandas(data, npartitions)


def test_one_partition():
    frame, df = sample(), lazy(sample(), CUTS)
    assert len(df.partitions) == 4
    together = pd.concat([df[df.i > 0].partitions[n].compute(scheduler="sync") for n in range(4)])
    assert_same(together, frame[frame.i > 0])
    assert_same(df.get_partition(1).f.compute(scheduler="sync"), frame.f.iloc[2:4])
    assert_same(df.f.partitions[-1].sum().compute(scheduler="sync"), frame.f.iloc[6:].sum())
    with pytest.raises(IndexError, match="there are 4 partitions, 0 to 3; got 4"):
        df.partitions[4]
    assert_same(df[df.i > 0].partitions[1:3].compute(scheduler="sync"), frame.iloc[2:6][lambda part: part.i > 0])
    assert_same(df.partitions[[0, -1]].f.compute(scheduler="sync"), pd.concat([frame.f.iloc[:2], frame.f.iloc[6:]]))
    assert [len(part) for part in df.partitions] == [2, 2, 2, len(frame) - 6]
    with pytest.raises(IndexError, match="none of the 4 partitions"):
        df.partitions[9:]
    with pytest.raises(TypeError, match="taken by number"):
        df.partitions["a"]


def test_rows_of_pandas_are_cut_by_size_and_put_in_order():
    frame = pd.DataFrame({"x": [1, 2, 3, 4, 5]}, index=[3, 1, 2, 5, 4])
    assert lf.from_pandas(frame, chunksize=2).npartitions == 3
    assert_same(lf.from_pandas(frame, chunksize=2).compute(scheduler="sync"), frame)
    assert_same(lf.from_pandas(frame, 2, sort=True).compute(scheduler="sync"), frame.sort_index())
    with pytest.raises(ValueError, match="not both"):
        lf.from_pandas(frame, npartitions=2, chunksize=2)
    with pytest.raises(ValueError, match="chunksize is a number"):
        lf.from_pandas(frame, chunksize=0)


def test_frames_of_dicts_and_arrays():
    assert_same(
        lf.from_dict({"a": [1, 2], "b": list("xy")}, npartitions=2).compute(), pd.DataFrame({"a": [1, 2], "b": list("xy")})
    )
    wide = np.arange(6).reshape(3, 2)
    assert_same(lf.from_array(wide, chunksize=2, columns=["a", "b"]).compute(), pd.DataFrame(wide, columns=["a", "b"]))
    assert_same(lf.from_array(wide[:, 0], columns="a").compute(), pd.Series(wide[:, 0], name="a"))
    fields = np.array([(1, 2.0)], dtype=[("a", "i8"), ("b", "f8")])
    assert_same(lf.from_array(fields).compute(), pd.DataFrame(fields))
    with pytest.raises(ValueError, match="one or two dimensions"):
        lf.from_array(np.zeros((1, 1, 1)))


def test_delayed_partitions_keep_an_index_that_is_none_of_numbers_from_0():
    frame = pd.DataFrame({"x": [1, 2, 3]}, index=pd.Index(["a", "b", "c"], name="k"))
    made = lf.from_delayed(lf.from_pandas(frame, npartitions=2).to_delayed(), divisions=[1, 2, 3], prefix="p", verify_meta=False)
    assert_same(made.compute(scheduler="sync"), frame)
    numbers = lf.from_map(lambda n: pd.Series([n], name="x"), [1, 2], meta=("x", "int64"), label="p", enforce_metadata=False)
    assert_same(numbers.compute(scheduler="sync"), pd.Series([1, 2], name="x"))
