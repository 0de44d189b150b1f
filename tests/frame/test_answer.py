"""What pandas makes of gathered rows, and functions that are called as rows are read: a table of lines, each on drawn frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, outcome, sample

import lazyframe as lf

GATHERED = {
    "pivot_table": lambda df: df.pivot_table(index="s", columns="b", values="f", aggfunc="sum"),
    "pivot_table then": lambda df: df.pivot_table(index="s", values="f").reset_index().sort_values("f").head(2),
    "transposed": lambda df: df[["i", "f"]].T,
    "unstack": lambda df: df.groupby(["s", "b"]).size().unstack(fill_value=0),
    "melt": lambda df: df.melt(id_vars="s", value_vars=["i", "f"]),
    "stack": lambda df: df[["i", "f"]].stack(),
    "apply of columns": lambda df: df[["i", "f"]].apply(lambda column: column.max() - column.min()),
    "agg": lambda df: df[["i", "f"]].agg(["min", "max"]),
    "axis": lambda df: df[["i", "f"]].sum(axis=1),
    "skipna": lambda df: df.f.sum(skipna=False),
    "fill_value": lambda df: df.i.add(df.f, fill_value=0),
    "sample": lambda df: df.sample(frac=0.5, random_state=1),
    "groups apply": lambda df: df.groupby("s").apply(lambda part: part.i.sum() / len(part)),
    "groups apply of a column": lambda df: df.groupby("s").f.apply(lambda values: values.max()),
    "groups agg": lambda df: df.groupby("b").agg({"i": lambda values: values.iloc[0], "f": "sum"}),
    "groups named": lambda df: df.groupby(["b", "s"]).agg(spread=("i", lambda values: values.max() - values.min())),
    "groups list": lambda df: df.groupby("b").i.agg(["sum", np.ptp]),
    "groups without index": lambda df: df.groupby("b", as_index=False).i.agg(lambda values: values.max()),
    "groups head": lambda df: df.groupby("b").head(2),
    "groups nth": lambda df: df.groupby("b").nth(0),
    "groups nth of a column": lambda df: df.groupby("b").i.nth(0),
    "groups filter": lambda df: df.groupby("s").filter(lambda part: len(part) > 1),
    "groups transform": lambda df: df.groupby("b").f.transform(lambda values: values - values.mean()),
    "groups by a mask": lambda df: df.groupby(df.i > 1)[["f"]].apply(lambda part: part.f.sum()),
    "groups value_counts": lambda df: df.groupby("b").s.value_counts(),
    "groups quantiles": lambda df: df.groupby("b").f.quantile([0.25, 0.75]),
    "groups describe": lambda df: df.groupby("b").f.describe(),
    "groups key chosen": lambda df: df.groupby("b")[["b", "i"]].head(1),
    "groups dropna": lambda df: df.groupby("s", dropna=False, sort=False).i.apply(list),
    "columns set": lambda df: _with_total(df.pivot_table(index="s", columns="b", values="i", aggfunc="sum")),
}


def _with_total(table):
    table["total"] = table.sum(axis=1)
    table.columns = ["no", "yes", "total"]
    return table


APPLIED = {
    "map": lambda df: df.assign(z=df.i.map(lambda value: value * 2)),
    "map to text": lambda df: df.assign(z=df.i.map(lambda value: f"<{value}>")).z.str.len(),
    "map of text": lambda df: df.s.map(lambda text: text.upper(), na_action="ignore"),
    "map str": lambda df: df.i.map(str),
    "map to truth": lambda df: df[df.i.map(lambda value: value > 1)],
    "map after a filter": lambda df: df[df.b].f.map(lambda value: value + 1).sum(),
    "map what depends on the rows": lambda df: df.assign(z=df.t.dt.year.map(lambda year: f"{year}")),
    "map of dates": lambda df: df.t.map(lambda time: time.year, na_action="ignore"),
    "apply": lambda df: df.i.apply(lambda value, by: value / by, args=(4,)),
    "apply keywords": lambda df: df.i.apply(lambda value, by=1: value * by, by=3),
    "rows": lambda df: df[["i", "f"]].apply(lambda row: row.i + row.f, axis=1),
    "rows of all columns": lambda df: df.assign(z=df.apply(lambda row: f"{row.s}/{row['b']}", axis=1)),
    "rows to several": lambda df: df[["i", "f"]].apply(lambda row: pd.Series({"a": row.i, "c": row.f * 2}), axis=1),
    "frame map": lambda df: df[["i", "b"]].map(lambda value: value + 1),
    "ufunc": lambda df: df[["i", "f"]].apply(np.square),
    "map by a lazy column": lambda df: df.s.map(df.groupby("s").i.sum()),
    "assign by a lazy column": lambda df: df.assign(z=df.b.map(df.groupby("b").f.mean())),
    "isin a lazy column": lambda df: df[df.i.isin(df[df.b].i)],
    "isin distinct values": lambda df: df[df.s.isin(df[df.b].s.unique())],
}


def _set_rows(df):
    df.loc[df.i > 1, "f"] = 0
    df.loc[df.f.isna(), "new"] = "none"
    df.loc[df.b, ["i", "n"]] = 7
    df.loc[df.s.isna(), "s"] = "?"
    df.insert(1, "z", df.i * 2)
    df[["a", "b"]] = df[["i", "f"]] * 2
    return df


def _set_by_column(df):
    df.loc[df.b, "i"] = df.i * 3
    df.loc[df.b, "fresh"] = df.f
    df["label"] = np.where(df.i > 1, "big", df.s)
    df["size"] = np.select([df.i > 4, df.i > 1], ["l", "m"], default="s")
    return df


def _top(df):
    return lf if isinstance(df, lf.DataFrame) else pd


def _query(df):
    least = 1  # noqa: F841 (the query has it)
    return df.query("i > @least and not b or s in ['a', 'Bc']")


def _cut(df):
    df["band"] = _top(df).cut(df.i, [-10, 0, 5, 20], labels=["a", "b", "c"])
    df["number"] = _top(df).cut(df.i, 3, labels=False)
    return df[df.b]


def _two(df):
    df = df.copy()
    df[["x", "y"]] = df[["i", "f"]].rolling(2).sum()
    return df


STREAMS = {
    "answers set": lambda df: _cut(df.copy()),
    "windows set": lambda df: df.assign(r=df.f.rolling(2).mean(), e=df.i.expanding().sum())[["i", "r", "e"]],
    "columns of an answer set": _two,
    "isin a mapping": lambda df: df.isin({"i": [1, 2], "s": ["a"]}),
    "windows set of filtered rows": lambda df: df[df.b].assign(r=df[df.b].i.rolling(2, min_periods=1).sum()),
    "splits set": lambda df: df.assign(first=df.s.str.split("c").str[0]).groupby("first").i.sum(),
    "query": _query,
    "query chain": lambda df: df.query("0 < i <= 3 & s == 'a'"),
    "query list": lambda df: df.query("i == [1, 2]"),
    "query method": lambda df: df.query("s.str.len() > 1").i,
    "query of a name in backticks": lambda df: df.rename(columns={"i": "the i"}).query("`the i` > 1"),
    "query index": lambda df: df.query("index > 1"),
    "eval": lambda df: df.eval("i * 2 + f"),
    "eval set": lambda df: df.eval("z = i * 2\nw = z - 1"),
    "select_dtypes": lambda df: df.select_dtypes("number"),
    "select_dtypes without": lambda df: df.select_dtypes(exclude=["number", "bool"]),
    "filter": lambda df: df.filter(regex="^[if]"),
    "filter like": lambda df: df.filter(like="i"),
    "value_counts": lambda df: df[["i", "b"]].value_counts(),
    "value_counts of one": lambda df: df.value_counts("s", normalize=True),
    "agg one": lambda df: df[["i", "f"]].agg("mean"),
    "agg mapping": lambda df: df.agg({"i": "sum", "f": "mean"}),
    "agg lists": lambda df: df.agg({"i": ["min", "max"], "f": ["min", "mean"]}),
    "set rows": lambda df: _set_rows(df.copy()),
    "set by a column": lambda df: _set_by_column(df.copy()),
    "across": lambda df: df.assign(z=df[["i", "f"]].sum(axis=1), n=df.isna().any(axis=1), m=df[["i", "f"]].max(axis=1)),
    "across numbers": lambda df: df.mean(axis=1, numeric_only=True),
    "count across": lambda df: df.count(axis="columns"),
    "frame by values": lambda df: (df[["f", "f2"]] - df[["f", "f2"]].mean()) / df[["f", "f2"]].std() if "f2" in df else df.i,
    "frame and frame": lambda df: df[["i", "f"]] * df[["i", "f"]],
    "frame by sums": lambda df: df[["i", "f"]] / df[["i", "f"]].sum(),
    "same groups": lambda df: df.groupby("s").f.sum() / df.groupby("s").i.count(),
    "to_datetime": lambda df: _top(df).to_datetime(
        df.i.abs().astype(str).str.zfill(2) + "-2020", format="%d-%Y", errors="coerce"
    ),
    "to_numeric": lambda df: df.assign(z=_top(df).to_numeric(df.s, errors="coerce")),
    "to_numeric whole": lambda df: _top(df).to_numeric(df.i.astype(str)),
    "to_timedelta": lambda df: _top(df).to_timedelta(df.i, unit="s"),
    "concat": lambda df: _top(df).concat([df[df.i > 1], df[df.i <= 1]], ignore_index=True),
    "crosstab": lambda df: _top(df).crosstab(df.s, df.b),
    "get_dummies": lambda df: _top(df).get_dummies(df[["s", "i"]], columns=["s"]),
    "cut": lambda df: _top(df).cut(df.i, [-10, 0, 5, 20], labels=["a", "b", "c"]),
    "grouper": lambda df: df.groupby(_top(df).Grouper(key="t", freq="YE")).i.sum(),
    "groups by a function of the column": lambda df: df.groupby(df.t.dt.to_period("Y")).i.sum(),
    "rows by an answer": lambda df: df[df.i.rolling(2).sum() > 1],
    "values by an answer": lambda df: df.i[df.i.rolling(2).sum() > 1],
    "loc by an answer": lambda df: df.loc[df.i.rolling(2).sum() > 1, "s"],
    "rows by an answer then": lambda df: df[df.i.rolling(2).sum() > 1].groupby("s").f.sum(),
    "columns by an answer": lambda df: df[df[["i", "f"]].count().index],
    "iloc": lambda df: df.iloc[1:3],
    "iloc one": lambda df: df.iloc[1],
    "iloc last": lambda df: df.iloc[-2:, [0, 3]],
    "iloc cell": lambda df: df.iloc[2, 1],
    "loc label": lambda df: df.loc[2],
    "loc labels": lambda df: df.loc[1:2, ["s", "i"]],
    "loc cell": lambda df: df.loc[1, "i"],
    "loc of groups": lambda df: df.groupby("b").i.sum().loc[True],
    "item of groups": lambda df: df.groupby("b").i.sum()[True],
    "loc columns": lambda df: df.loc[:, "i":"b"],
    "loc of an index": lambda df: df.set_index("i").loc[3],
    "index": lambda df: df[df.i > 1].index,
    "isin an index": lambda df: df[df.s.isin(df.s.value_counts().head(2).index)],
}


LINES = {**GATHERED, **APPLIED, **STREAMS}


def _rows(data):
    """The rows of the sample, some of them several times, in any order: its first row always, so that functions are tried."""
    places = data.draw(st.lists(st.integers(0, 8), min_size=3, max_size=14))
    return sample().iloc[[0, 3, *places]].reset_index(drop=True)


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_lines(data):
    frame = _rows(data)
    lines = LINES
    chosen = data.draw(st.sets(st.sampled_from(sorted(lines)), min_size=12, max_size=12))
    cuts = tuple(data.draw(st.lists(st.integers(0, len(frame)), max_size=3)))
    refused = check({name: lines[name] for name in chosen}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 5)))
    assert not refused


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_lines_under_other_schedulers(scheduler):
    frame, df = sample(), lazy(sample(), (2, 5))
    names = (
        ["pivot_table", "groups apply", "groups named"]
        if scheduler == "processes"
        else sorted({**GATHERED, **APPLIED, **STREAMS})
    )
    lines = LINES
    wanted = {name: outcome(lambda name=name: lines[name](frame)) for name in names}
    names = [name for name in names if not isinstance(wanted[name], Exception)]
    for name, got in zip(
        names, lf.compute(*[lines[name](df) for name in names], scheduler=scheduler, num_workers=2), strict=True
    ):
        assert_same(got, wanted[name])


def test_what_asks_for_the_content_computes():
    frame, df = sample(), lazy(sample(), (4,))
    table, want = df.pivot_table(index="b", values=["i", "f"]), frame.pivot_table(index="b", values=["i", "f"])
    assert list(table.columns) == ["f", "i"]
    assert table.to_dict() == want.to_dict()
    assert len(table) == 2
    assert list(table) == ["f", "i"]
    assert "i" in table
    assert f"{table.i.sum():.3f}" == f"{want.i.sum():.3f}"
    assert table.i.sum() > 0
    assert round(table.i.max()).compute() == round(want.i.max())
    assert df.i.tolist() == frame.i.tolist()
    assert df.s.value_counts().to_dict() == frame.s.value_counts().to_dict()
    assert not df.empty
    assert {key: len(part) for key, part in df.groupby("b")} == {False: 4, True: 5}
    assert [key for key, _ in df.groupby(["b"])] == [(False,), (True,)]
    assert len(df.groupby(["b"]).get_group((True,)).compute()) == 5
    assert df.groupby("b").ngroups == 2
    assert df.s.unique().tolist()[:2] == ["a", "Bc"]


def test_nothing_runs_until_asked():
    df = lazy(sample())
    table = df.pivot_table(index="b", values="i")
    assert repr(table.i.max()) == "lf.Answer<max(i(...))>"
    assert not df._plan.source.reads


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda df: df.interpolate(inplace=True), "is not changed in place. Keep the result"),
        (lambda df: df.apply(lambda row: f"{row.name}", axis=1), "row.name, is not known while rows stream"),
    ],
)
def test_mistakes(call, said):
    with pytest.raises(TypeError, match=said):
        call(lazy(sample(), (3, 8))).compute(scheduler="sync")


@pytest.mark.parametrize(
    "call",
    [
        lambda df: df.sort_values(df.i.rolling(2).sum()),
        lambda df: df[["s", df.i.rolling(2).sum()]],
    ],
)
def test_an_answer_in_the_place_of_a_name_is_told_apart_from_a_name(call):
    with pytest.raises(KeyError, match="the name of a column is asked for here"):
        call(lazy(sample()))


def test_a_column_of_other_rows_is_set():
    df, frame = lazy(sample(), (2, 5)), sample()
    assert_same(df[df.b].assign(z=df.i * 2).compute(), frame[frame.b].assign(z=frame.i * 2))
    late = df[df.b]
    late["z"] = df.i * 2
    assert_same(late.compute(), frame[frame.b].assign(z=frame.i * 2))
    assert_same(df[df.b].assign(z=lambda d: d.i * 2).compute(), frame[frame.b].assign(z=frame.i * 2))


def _calls(m):
    """Lines of what analysts write, in which answers meet frames: each takes the frame."""
    return {
        "numpy of an answer": lambda df: np.log(df.i.abs() / df.groupby("b").i.transform(lambda v: v.abs().max())),
        "numpy of two": lambda df: np.maximum(df.i.rolling(2).sum(), df.i.expanding().min()),
        "a number of numpy's times an answer": lambda df: np.float64(2) * df.i.rolling(2).sum(),
        "rows by an answer's labels": lambda df: df.loc[df.groupby("b").i.agg(lambda v: v.idxmax()), ["b", "i"]],
        "rows by an answer's mask": lambda df: df[df.i.rolling(2).sum() > 0][["i"]],
        "a column's rows by an answer's mask": lambda df: df.i[df.i.rolling(2).sum() > 0],
        "a column by a level": lambda df: df.groupby(["b", "s"]).i.sum().groupby("b").max(),
        "a column by a level in a list": lambda df: df.groupby(["b", "s"]).i.sum().groupby(["s"]).nlargest(1),
        "a column of lists": lambda df: df.assign(parts=df.s.fillna("").str.split("a")).explode("parts")[["i", "parts"]],
        "merged with an answer": lambda df: df[["i", "b"]].merge(
            df.groupby("b").i.apply(lambda v: v.max()).reset_index(), on="b"
        ),
        "merged by the function": lambda df: m(df).merge(df[["i", "b"]], df[["b", "f"]].T.T.astype({"b": bool}), on="b"),
        "range": lambda df: m(df).date_range(df.t.min(), df.t.max(), freq="YS"),
    }


def test_answers_where_analysts_use_them():
    module = lambda df: lf if isinstance(df, lf.DataFrame) else pd  # noqa: E731
    for name, line in _calls(module).items():
        got = line(lazy(sample(), (2, 6)))
        try:
            assert_same(got.compute(scheduler="sync"), line(sample()))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def test_text_made_of_an_answer_has_its_value():
    assert f"{lazy(sample()).i.rolling(2).sum().max()}" == f"{sample().i.rolling(2).sum().max()}"


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df.T,
        lambda df: df.copy(deep=False),
        lambda df: df.rolling(2).sum(),
        lambda df: df.groupby(lambda label: label % 2).sum(),
        lambda df: df.pivot_table(index="x", aggfunc="sum"),
        lambda df: pd.DataFrame.sum(df, axis=1) if isinstance(df, pd.DataFrame) else lf.delayed(pd.DataFrame.sum)(df, axis=1),
        lambda df: df.x.rolling(2).sum(),
    ],
)
def test_what_is_set_in_a_frame_later_does_not_show(line):
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [3.0, 2.0, 1.0]})
    df = lf.from_pandas(frame, npartitions=2)
    found, want = line(df), line(frame)
    for one in (df, frame):
        one["x"] = one.x * 10
        one["z"] = one.x * 2
    assert_same(found.compute(scheduler="sync"), want)


def test_an_answer_is_in_one_partition():
    df, frame = lazy(sample(), (2, 5)), sample()
    answer = df[["i", "f"]].rolling(2).sum()
    theirs = frame[["i", "f"]].rolling(2).sum()
    assert (answer.npartitions, len(answer.divisions), len(answer.partitions)) == (1, 2, 1)
    for made in (
        answer.repartition(npartitions=3),
        answer.get_partition(0),
        answer.to_delayed()[0],
        answer.persist(scheduler="sync"),
    ):
        assert_same(made.compute(scheduler="sync"), theirs)
    mapped = answer.map_partitions(lambda part, n: part.head(n), 3, meta=theirs)
    assert_same(mapped.compute(scheduler="sync"), theirs.head(3))
    with pytest.raises(IndexError):
        answer.get_partition(1)


def test_what_is_known_of_an_index_and_of_values_is_lazy():
    df = lazy(sample(), (2, 5))
    assert df.i.is_unique.compute(scheduler="sync") is False
    assert not df.i.is_monotonic_increasing
    assert df.f.hasnans
    dates = df.set_index("t").index
    assert "year" in dir(dates)
    assert "year" not in dir(df.index)
    assert_same(dates.dt.year.compute(scheduler="sync"), sample().set_index("t").index.year)
    assert list(df.index.head(2)) == [0, 1]
    assert list(df.index.tail(2)) == [7, 8]
    with pytest.raises(AttributeError, match=r"Can only use \.dt accessor"):
        _ = df.index.dt
