"""`merge`: the same rows in the same order as pandas, whichever side is small, however both are cut."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe import physical

HOWS = ["inner", "left", "right", "outer", "cross"]

LEFT = sample()
RIGHT = pd.DataFrame(
    {
        "s": pd.Series(["a", "a", "12", None, "zz", "Bc"], dtype="str"),
        "i": [2, 5, 0, 2, 99, 3],
        "n": [10, 20, 30, 40, 50, 60],
        "w": [True, False, True, True, False, False],
        "f": [1.5, np.nan, 7.0, 2.5, 0.0, 1.5],
        "day": pd.to_datetime(["2020-01-01", None, "1970-01-01", "2020-01-01", "2021-01-01", "1999-02-28"]).astype(
            "datetime64[us]"
        ),
    }
)


@pytest.fixture(params=["small", "large"])
def side(request, monkeypatch):
    """The right side is sent to all who read the left, or both sides are gathered."""
    monkeypatch.setattr(physical, "SMALL_SIDE", 2**20 if request.param == "small" else -1)
    monkeypatch.setattr(physical, "ROOM_FACTOR", 10**18)
    return request.param


CALLS = {
    "text": {"on": "s"},
    "numbers": {"on": "i"},
    "floats": {"on": "f", "suffixes": ("", "_right")},
    "several": {"on": ["s", "i"]},
    "other names": {"left_on": "t", "right_on": "day"},
    "numbers of another kind": {"left_on": "i", "right_on": "f"},
    "all in common": {},
}


@pytest.mark.parametrize(
    ("name", "how"), [*((name, how) for name in CALLS for how in HOWS if how != "cross"), ("all in common", "cross")]
)
def test_rows_and_order_are_pandas(name, how, side):
    call = {"how": how, **CALLS[name]}
    rows = ((LEFT.iloc[:0], RIGHT), (LEFT, RIGHT.iloc[:0]), (LEFT.iloc[:4], RIGHT.iloc[[4, 4]]))
    turn = list(CALLS).index(name) + HOWS.index(how) + 3 * (side == "small")  # each kind of join meets each of these
    for left, right in ((LEFT, RIGHT), *rows[turn % 6 : turn % 6 + 1]):
        left, right = left.reset_index(drop=True), right.reset_index(drop=True)
        built = lazy(left, (3, 5)).merge(lazy(right, (2,)), **call)
        want = left.merge(right, **call)
        assert_same(built.compute(scheduler="sync"), want)
        assert list(built.columns) == list(want.columns)


@pytest.mark.parametrize("how", HOWS[:4])
def test_the_other_arguments(how, side):
    left, right = lazy(LEFT, (3,)), lazy(RIGHT, (2,))
    every = [
        {"sort": True},
        {"indicator": True},
        {"suffixes": (None, "_b")},
        {"indicator": "where from"},
        {"suffixes": ["_a", "_b"]},
    ]
    for options in every[(HOWS.index(how) + (side == "small")) % 2 :: 2]:
        call = {"how": how, "on": "i", **options}
        assert_same(left.merge(right, **call).compute(scheduler="sync"), LEFT.merge(RIGHT, **call))
    once = RIGHT.drop_duplicates("i").reset_index(drop=True)
    call = {"how": how, "on": "i", "validate": "m:1"}
    assert_same(left.merge(lazy(once), **call).compute(scheduler="sync"), LEFT.merge(once, **call))
    with pytest.raises(pd.errors.MergeError, match="not unique"):
        left.merge(right, **call).compute(scheduler="sync")


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_keys_of_str_and_object_are_objects(how, side):
    other = pd.DataFrame({"o": pd.Series(["a", "12", "zz"], dtype=object), "n": [1, 2, 3]})
    for left, right, call in (
        (LEFT[["s", "i"]], other, {"left_on": "s", "right_on": "o"}),
        (other, LEFT[["s", "i"]], {"left_on": "o", "right_on": "s"}),
    ):
        found = lazy(left, (3,)).merge(lazy(right, (1,)), how=how, **call)
        assert_same(found.compute(scheduler="sync"), left.merge(right, how=how, **call))


def test_keys_that_pandas_makes_objects_of_are_refused():
    with pytest.raises(TypeError, match=r"of the key 'b' \(bool\) pandas makes objects.*Cast one of them"):
        lazy(LEFT).merge(lazy(RIGHT), left_on="b", right_on="i")


QUERIES = {
    "a column": lambda m: m.n,
    "some columns": lambda m: m[["n", "s_x"]],
    "a filter": lambda m: m[m.n > 20],
    "a filter that looks at the keys": lambda m: m[m.i > 0][["i", "day"]],
    "groups": lambda m: m.groupby("s_y").n.sum(),
    "groups after a filter": lambda m: m[m.w == True].groupby("i", sort=False).agg({"n": "max", "f_x": "mean"}),  # noqa: E712
    "counts": lambda m: m.count(),
    "first": lambda m: m.head(2),
    "sorted": lambda m: m.sort_values(["n", "i"], kind="stable"),
    "a new column": lambda m: m.assign(z=m.n * 2 + m.i),
    "again": lambda m: m.merge(m[["i", "n"]], on="i", how="left"),
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("how", ["inner", "left"])
def test_queries_over_a_join(name, how, side):
    query = QUERIES[name]
    lazies, whole = lazy(LEFT, (3, 5)).merge(lazy(RIGHT), on="i", how=how), LEFT.merge(RIGHT, on="i", how=how)
    assert_same(query(lazies).compute(scheduler="sync"), query(whole))
    assert len(lazies) == len(whole)


keys = st.lists(st.sampled_from([0, 1, 2, 3]), max_size=12)


@settings(max_examples=examples(20))
@given(
    left=keys,
    right=keys,
    how=st.sampled_from(HOWS[:4]),
    cuts=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    many=st.booleans(),
)
def test_any_keys_in_any_partitions(left, right, how, cuts, many):
    ours = pd.DataFrame({"k": np.array(left, np.int64), "x": np.arange(len(left))})
    theirs = pd.DataFrame({"k": np.array(right, np.int64), "y": np.arange(len(right)), "x": 1})
    if not many:
        theirs = theirs.drop_duplicates("k").reset_index(drop=True)
    for small in (2**20, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(physical, "SMALL_SIDE", small)
            patch.setattr(physical, "ROOM_FACTOR", 10**18)
            built = lazy(ours, tuple(sorted(cuts))).merge(lazy(theirs), on="k", how=how)
            assert_same(built.compute(scheduler="sync"), ours.merge(theirs, on="k", how=how))


def write(folder, name, frame, files=3):
    folder.mkdir(exist_ok=True)
    for number, rows in enumerate(np.array_split(np.arange(len(frame)), files)):
        frame.iloc[rows].to_csv(folder / f"{name}{number}.csv", index=False)
    return lf.read_csv(folder / f"{name}*.csv", blocksize=500), pd.read_csv(_one(folder, name, frame))


def _one(folder, name, frame):
    path = folder / f"whole_{name}.txt"
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("scheduler", ["threads", "processes", "sync"])
def test_folders_under_each_scheduler(tmp_path, scheduler, side):
    random = np.random.default_rng(0)
    flights = pd.DataFrame(
        {
            "origin": random.choice(["JFK", "LGA", "EWR", "XXX"], 400),
            "tail": random.integers(0, 50, 400),
            "delay": random.random(400),
        }
    )
    airports = pd.DataFrame(
        {"code": ["EWR", "JFK", "LGA", "BOS"], "city": ["Newark", "Queens", "Queens", "Boston"], "height": [5, 4, 6, 7]}
    )
    (df, whole), (other, others) = write(tmp_path / "a", "f", flights), write(tmp_path / "b", "p", airports, 2)
    for how in ("inner", "left", "outer"):
        call = {"left_on": "origin", "right_on": "code", "how": how}
        joined, want = df.merge(other, **call), whole.merge(others, **call)
        assert_same(joined.compute(scheduler=scheduler), want)
        assert_same(joined.groupby("city").delay.mean().compute(scheduler=scheduler), want.groupby("city").delay.mean())


def test_a_dtype_that_turns_out_otherwise_on_either_side(tmp_path, side):
    """A column that the sample took for whole numbers, and a key among them."""
    (tmp_path / "a.csv").write_text("k,v\n" + "1,2\n" * 300 + "2.5,x\n")
    (tmp_path / "b.csv").write_text("k,w\n" + "1,2\n" + "7,3\n" * 300 + "2.5,0.5\n")
    left, right = (lf.read_csv(tmp_path / name, blocksize=4000, sample=500) for name in ("a.csv", "b.csv"))
    ours, theirs = (pd.read_csv(tmp_path / name) for name in ("a.csv", "b.csv"))
    with pytest.warns(lf.DtypePromotionWarning):
        assert_same(left.merge(right, on="k", how="left").compute(scheduler="sync"), ours.merge(theirs, on="k", how="left"))


def test_a_frame_of_pandas_is_a_right_side():
    built = lazy(LEFT, (3,)).merge(RIGHT.set_axis(range(10, 16)), on="i")
    assert_same(built.compute(scheduler="sync"), LEFT.merge(RIGHT, on="i"))


def test_a_side_may_be_an_answer_for_which_rows_had_to_meet():
    left, right = lazy(LEFT, (3,)), lazy(RIGHT, (2,))
    means, want = right.groupby("i").n.mean().reset_index(), RIGHT.groupby("i").n.mean().reset_index()
    assert_same(left.merge(means, on="i").compute(scheduler="sync"), LEFT.merge(want, on="i"))
    assert_same(means.merge(left, on="i", how="outer").compute(scheduler="sync"), want.merge(LEFT, on="i", how="outer"))
    assert_same(left.merge(left, on="i").compute(scheduler="sync"), LEFT.merge(LEFT, on="i"))


def test_only_the_columns_that_are_used_are_read(tmp_path):
    (tmp_path / "a.csv").write_text("k,v,unused\n1,2,3\n")
    (tmp_path / "b.csv").write_text("k,w,other\n1,2,3\n")
    left, right = lf.read_csv(tmp_path / "a.csv"), lf.read_csv(tmp_path / "b.csv")
    from lazyframe.optimize import optimize

    plan = optimize(left.merge(right, on="k").groupby("k").w.sum()._result()).to_text()
    assert "columns parsed: 1 of 3 [k]" in plan
    assert "columns parsed: 2 of 3 [k, w]" in plan


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"on": "nope"}, KeyError, "no column 'nope'"),
        (
            {"on": "i", "how": "left_half"},
            ValueError,
            r"how='left_half' is not offered. It can be left, right, inner, outer, cross, left_anti, right_anti",
        ),
        ({"left_on": "i"}, pd.errors.MergeError, "Must pass"),
        ({"left_on": ["i"], "right_on": ["i", "s"]}, ValueError, "len"),
        ({"left_on": "i", "right_on": "s"}, ValueError, "trying to merge on int64 and str"),
        ({"on": "i", "suffixes": (None, None)}, ValueError, "columns overlap but no suffix"),
        ({"on": "i", "validate": "twice"}, ValueError, "not a valid argument"),
        ({"how": "cross", "on": "i"}, pd.errors.MergeError, "pass on"),
    ],
)
def test_mistakes_are_raised_where_they_are_written(call, error, message):
    with pytest.raises(error, match=message):
        lazy(LEFT).merge(lazy(RIGHT), **call)


def test_what_is_no_frame():
    with pytest.raises(TypeError, match="merge takes a frame, lazy or of pandas; got an int"):
        lazy(LEFT).merge(3)


def test_its_plan_and_names():
    joined = lazy(LEFT, (3,)).merge(lazy(RIGHT), on="i", how="left")
    assert joined._plan.label() == "Join left on i"
    assert joined._plan.column_title("s_y") == "s"
    assert [name for name, _ in itertools.islice(joined.items(), 2)] == ["i", "f_x"]


BY_LEVELS = {
    "a column of groups": lambda df: df.merge(df.groupby("s").i.mean().rename("mean"), on="s"),
    "all rows of the left": lambda df: df.merge(df.groupby("i").f.sum(), how="left", left_on="i", right_on="i"),
    "a frame of groups of several keys": lambda df: df.merge(df.groupby(["s", "b"])[["i"]].max(), on="s", suffixes=("", "_most")),
    "groups of pandas": lambda df: df.merge(sample().groupby("s").i.mean().rename("mean"), on="s"),
    "a level on the left": lambda df: df.groupby("s").i.mean().to_frame("mean").merge(df, on="s"),
    "a level of another name": lambda df: df.merge(sample().groupby("i").f.sum().rename("sum"), left_on="f", right_on="i"),
    "levels on both sides": lambda df: df.set_index("i")[["s"]].merge(df.set_index("i")[["f"]], on="i"),
    "a column": lambda df: df.merge(df.i, on="i"),
}


@pytest.mark.parametrize("cuts", [(), (2, 5)])
def test_keys_are_levels_of_the_index_too(cuts):
    assert not check(BY_LEVELS, sample(), cuts=cuts, batch_rows=2)


def test_a_column_without_a_name_is_not_merged():
    with pytest.raises(ValueError, match="Cannot merge a Series without a name"):
        lazy(sample()).merge(lazy(sample()).i.rename(None), left_on="i", right_on=0)


def test_rows_that_have_a_partner_once_each():
    left = pd.DataFrame({"k": [1, 2, 2, 3], "x": list("abcd")})
    right = pd.DataFrame({"k": [2, 2, 3, 5], "y": range(4)})
    expected = left[left.k.isin(right.k)].reset_index(drop=True)
    made = lazy(left, (2,)).merge(lazy(right, (1,)), how="leftsemi", on="k")
    assert_same(made.compute(scheduler="sync"), expected)
    renamed = lazy(right.rename(columns={"k": "other"}), (1,))
    made = lazy(left, (2,)).merge(renamed, how="left_semi", left_on="k", right_on="other")
    assert_same(made.compute(scheduler="sync"), expected)
