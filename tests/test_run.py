"""Lines of Python, made at random, on a pandas frame and on lazy ones cut in different ways: one answer."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from oracle import NAN, REFUSALS, assert_same, lazy, outcome, sample, source
from sources import MemorySource

import lazyframe as lf
from lazyframe import executors, run
from lazyframe.executors import execute
from lazyframe.lower import lower
from lazyframe.optimize import optimize
from lazyframe.physical import physical

# ---- frames

ints = st.integers(-9, 9) | st.sampled_from([-1000, 1000])
floats = st.integers(-16, 16).map(lambda n: n / 4) | st.sampled_from([NAN, NAN, np.inf, 1000.0])
texts = st.sampled_from(["a", "b", "ab", "B", "", " c", "Éa", NAN])
dates = st.sampled_from(["1969-12-31T23:59:59.5", "2020-02-29", "2020-12-31", "2021-01-01T12:00:00", None]).map(pd.Timestamp)


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 12) | st.integers(0, 2))
    missing = draw(st.sampled_from(["", "", "", "f", "s", "t", "fst"]))  # columns with nothing in them

    def column(name, values):
        return (
            [NAN if name != "t" else pd.NaT] * rows if name in missing else draw(st.lists(values, min_size=rows, max_size=rows))
        )

    return pd.DataFrame(
        {
            "i": np.array(column("i", ints), "int64"),
            "f": np.array(column("f", floats), "float64"),
            "b": np.array(column("b", st.booleans()), bool),
            "s": pd.Series(column("s", texts), dtype="str"),
            "o": pd.Series(column("o", texts), dtype=object),
            "t": pd.Series(column("t", dates), dtype="datetime64[us]"),
            "q": pd.Series(column("q", st.sampled_from([True, False, NAN])), dtype=object),
            "k": np.array(column("k", st.integers(0, 3)), "int64"),
        }
    )


@st.composite
def layouts(draw):
    return {
        "cuts": tuple(draw(st.lists(st.integers(0, 12), max_size=5))),
        "batch_rows": draw(st.integers(1, 5)),
        "coded": draw(st.booleans()),
    }


# ---- lines

numbers = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["df.i", "df.f", "df.k", "df.b", "df.i", "df.f"]),
        st.builds("({} {} {})".format, numbers, st.sampled_from(["+", "-", "*", "/", "//", "%"]), numbers | constants),
        st.builds("({} {} {})".format, constants, st.sampled_from(["+", "-", "*", "/", "//"]), numbers),
        st.builds("{}.abs()".format, numbers),
        st.builds("{}.round(1)".format, numbers),
        st.builds("{}.fillna({})".format, numbers, constants),
        st.builds("{}.clip({}, 3)".format, numbers, st.sampled_from(["-1", "None", "0.5"])),
        st.builds("{}.where({})".format, numbers, masks),
        st.builds("{}.mask({}, {})".format, numbers, masks, constants),
        st.builds("{}.astype('float64')".format, numbers),
        st.sampled_from(["df.t.dt.year", "df.t.dt.day_of_week", "df.s.str.len()", "(df.t - df.t.min()).dt.days"]),
        st.sampled_from(["(df.f - df.f.mean())", "(df.i / df.i.max())", "(df.k + df.groupby('s').f.sum().max())"]),
    )
)
constants = st.sampled_from(["1", "2", "0", "-3", "0.5", "float('nan')", "np.int64(2)", "True"])
masks = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["df.b", "df.q.fillna(False).astype(bool)", "(df.q == True)"]),
        st.builds("({} {} {})".format, numbers, st.sampled_from(["<", "<=", "==", "!=", ">"]), numbers | constants),
        st.builds("({} {} {})".format, masks, st.sampled_from(["&", "|", "^"]), masks),
        st.builds("(~{})".format, masks),
        st.builds("df.{}.isna()".format, st.sampled_from("ifbsotq")),
        st.builds("{}.notna()".format, numbers),
        st.builds("{}.isin([1, 2, float('nan')])".format, numbers),
        st.builds("{}.between(-1, 2, inclusive='left')".format, numbers),
        st.sampled_from(["(df.s == 'a')", "df.s.isin(['a', 'B'])", "df.o.isin(['a'])", "(df.s > 'b')", "(df.s != df.o)"]),
        st.sampled_from(["df.s.str.startswith('a')", "df.o.str.contains('b', na=False)", "(df.s.str.lower() == 'b')"]),
        st.sampled_from(
            ["(df.t > '2020-06-01')", "(df.t == pd.Timestamp('2020-02-29'))", "(df.t.dt.year == 2020)", "df.t.dt.is_month_end"]
        ),
    )
)
reductions = st.sampled_from(
    ["sum", "prod", "mean", "min", "max", "std", "var", "count", "nunique", "any", "all", "median", "quantile"]
)
columns = st.one_of(
    numbers, masks, st.sampled_from(["df.s", "df.o", "df.t", "df.q", "df.s.fillna('?')", "df.s + '!'", "df.t.dt.normalize()"])
)
names = st.lists(st.sampled_from("ifbsotqk"), min_size=1, max_size=4, unique=True)
keys = st.one_of(
    st.sampled_from(["'s'", "'k'", "['k']", "'b'", "'t'", "'f'", "'o'", "['s', 'k']", "['b', 't', 's']", "['k', 'f']"]),
    st.builds("{}.rename('key')".format, st.one_of(numbers, masks)),
    st.sampled_from(["['k', df.t.dt.year]", "[df.s, df.f > 0]", "df.s.str.upper()"]),
)
flags = st.sampled_from(["True", "False"])
extremes = st.sampled_from(["nlargest", "nsmallest"])
keeps = st.sampled_from(["first", "last", "all"])
steps = st.one_of(
    st.builds("df = df[{}]".format, masks),
    st.builds("df = df[{}]".format, masks),
    st.builds("df['n'] = {}".format, columns),
    st.builds("df['i'] = {}".format, numbers),
    st.builds("df = df.assign(f={}, m=lambda x: x.f + 1)".format, numbers),
    st.builds("df = df[~({0})][['k', 'i', 'f', 'b', 't', 's', 'o', 'q']]".format, masks),
    st.builds("df = df.head({})".format, st.integers(0, 9)),
    st.sampled_from(["df = df.dropna(subset=['f', 's'])", "df = df.dropna(subset=['t'])", "df = df.fillna({'f': 0, 's': '-'})"]),
)
groups = st.builds("df.groupby({}, sort={}, dropna={}, as_index={})".format, keys, flags, flags, flags)
lines = st.one_of(
    st.just("df"),
    columns,
    st.builds("df.head({})".format, st.integers(0, 5)),
    st.builds("{}.head({})".format, columns, st.integers(0, 5)),
    st.builds("df[{}][{}]".format, masks, names),
    st.builds("({}).{}()".format, columns, reductions),
    st.builds("df[['i', 'f', 'b']].{}()".format, reductions),
    st.builds("df[{}].{}()".format, names, st.sampled_from(["count", "nunique", "min"])),
    st.builds("{}[{}].{}()".format, groups, st.sampled_from(["'f'", "'i'", "['f', 'i']", "'q'", "['t', 's', 'f']"]), reductions),
    st.builds("{}.{}()".format, groups, st.sampled_from(["size", "count"])),
    st.builds(
        "{}.agg({})".format, groups, st.sampled_from(["{'f': 'mean', 'i': ['max', 'size']}", "x=('f', 'sum'), y=('s', 'max')"])
    ),
    st.builds("{}.f.agg([{!r}, 'count'])".format, groups, reductions.filter(lambda r: r != "count")),
    st.builds("df.groupby({}).{}.{}().{}()".format, keys, st.sampled_from("fi"), reductions, reductions),
    st.builds("df.groupby('k')[['f', 'i']].{}().reset_index()".format, reductions),
    st.builds("({}).groupby([df.s, df.b], sort={}).{}()".format, numbers, flags, reductions),
    st.builds("{}[{}].{}()".format, groups, st.sampled_from(["'f'", "['i', 't', 's']"]), st.sampled_from(["first", "last"])),
    st.builds(
        "df.sort_values({}, ascending={}, na_position={!r}, ignore_index={})".format,
        names, flags, st.sampled_from(["first", "last"]), flags,
    ),
    st.builds("df.sort_values({}).head({})".format, names, st.integers(0, 9)),
    st.builds("({}).rename('x').{}({}, keep={!r})".format, columns, extremes, st.integers(0, 9), keeps),
    st.builds("df.{}({}, {}, keep={!r})".format, extremes, st.integers(0, 9), names, keeps),
    st.builds("df.drop_duplicates({}, keep={})".format, names, st.sampled_from(["'first'", "'last'", "False"])),
    st.builds("{}.tail({})".format, st.one_of(st.just("df"), columns), st.integers(0, 5)),
    st.builds("({}).rename('x').{}()".format, columns, st.sampled_from(["describe", "mode", "reset_index"])),
    st.builds("df[{}].{}".format, names, st.sampled_from(["describe()", "quantile()", "quantile([0, 0.3])", "reset_index()"])),
    st.builds("df.set_index({}){}".format, names, st.sampled_from(["", ".sort_index()", ".head(3)", ".reset_index()"])),
    st.builds("df.set_index('k')[df.set_index('k').i > {}].sort_index(ascending={})".format, constants, flags),
    st.builds("df.{}.map({{1: 2, 'a': 3, True: 4}})".format, st.sampled_from("ikfb")),
    st.builds("({}).rename('x').sort_values(ascending={})".format, columns, flags),
    st.builds("({}).rename('x').value_counts({}, {}, {}, dropna={})".format, columns, flags, flags, flags, flags),
    st.builds("df.loc[{}, {}].reset_index(drop=True)".format, masks, names),
    st.just("len(df)"),
)  # fmt: skip
programs = st.builds("{1}\nresult = {0}".format, lines, st.lists(steps, max_size=2).map("\n".join))


def result_of(program: str, df):
    namespace = {"df": df, "np": np, "pd": pd}
    exec(program, namespace)
    return namespace["result"]


def run_unoptimised(result):
    plan = result._result()
    graph, graph_keys = lower(physical([plan]))
    return result._finish(execute(graph, graph_keys, scheduler="sync")[0], plan)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=examples(25))
@given(programs, frames(), layouts(), layouts())
@example("df['i'] = df.f\ndf = df[df.i > 0]\nresult = df.t.dt.year", sample().assign(k=1), {"cuts": (3, 6)}, {"batch_rows": 1})
@example(
    "result = df.t.dt.year.groupby(df.s).sum()",
    sample().assign(k=1, s=pd.Series([NAN] * 9, dtype="str")),
    {"cuts": (3, 6)},
    {"batch_rows": 1},
)
@example("result = df.t.dt.year.head(1)", sample().assign(k=1), {"cuts": (1,)}, {"batch_rows": 1})
def test_one_answer(program, frame, layout, other_layout):
    want = outcome(lambda: result_of(program, frame.copy()))
    built = outcome(lambda: result_of(program, lazy(frame, **layout)))
    if isinstance(built, Exception):
        assert isinstance(built, REFUSALS), built
        event("raised by both" if isinstance(want, Exception) else "refused")
        return
    if isinstance(want, Exception):
        assert isinstance(outcome(lambda: built.compute(scheduler="sync")), Exception), f"pandas raises {want!r}"
        event("raised by both")
        return
    event("same answer")
    if not isinstance(built, lf.frame.base.Lazy):
        assert_same(built, want)
        return
    assert_same(built.compute(scheduler="sync"), want)
    assert_same(run_unoptimised(built), want)
    assert_same(result_of(program, lazy(frame, **other_layout)).compute(scheduler="threads", num_workers=2), want)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=examples(12))
@given(
    st.lists(st.builds("result = {}".format, lines.filter(lambda line: line != "len(df)")), min_size=2, max_size=4),
    frames(),
    layouts(),
)
def test_several_results_together_are_what_each_is_alone(some_programs, frame, layout):
    df = lazy(frame, **layout)
    built = [
        found for found in (outcome(lambda p=p: result_of(p, df)) for p in some_programs) if not isinstance(found, Exception)
    ]
    alone = [outcome(lambda lazy_one=lazy_one: lazy_one.compute(scheduler="sync")) for lazy_one in built]
    built = [one for one, result in zip(built, alone, strict=True) if not isinstance(result, Exception)]
    alone = [result for result in alone if not isinstance(result, Exception)]
    for got, want in zip(lf.compute(*built, scheduler="sync"), alone, strict=True):
        assert_same(got, want)


# ---- what is read, and when


def reading(frame: pd.DataFrame, cuts: tuple[int, ...]):
    rows = source(frame, cuts, batch_rows=2)
    return lf.DataFrame(lf.plan.Scan(rows)), rows.reads


def test_several_results_read_each_partition_once():
    df, reads = reading(sample(), (2, 4, 7))
    results = lf.compute(
        df.f.sum(), {"groups": [df.groupby("s").i.max(), df[df.b].t.min()]}, (df[df.i > 1], 7), df.head(2), scheduler="sync"
    )
    assert sorted(reads) == [0, 1, 2, 3]
    frame = sample()
    assert_same(results[0], frame.f.sum())
    assert_same(results[1]["groups"][0], frame.groupby("s").i.max())
    assert_same(results[1]["groups"][1], frame[frame.b].t.min())
    assert_same(results[2][0], frame[frame.i > 1])
    assert results[2][1] == 7
    assert_same(results[3], frame.head(2))


def test_a_lazy_scalar_reads_its_rows_once_before_and_the_query_once():
    df, reads = reading(sample(), (4,))
    mean = df.i.mean()
    got = lf.compute(df[df.i > mean].f.count(), df[df.i < mean].f.count(), mean, scheduler="sync")
    assert sorted(reads) == [0, 0, 1, 1]
    frame = sample()
    assert got[0] == frame[frame.i > frame.i.mean()].f.count()
    assert got[2] == frame.i.mean()


def test_head_stops_early():
    df, reads = reading(sample(), (1, 2, 3, 4, 5, 6, 7, 8))
    assert_same(df.head(2).compute(scheduler="sync"), sample().head(2))
    assert set(reads) <= {0, 1, 2}
    assert len(reads) < 5


def test_head_stops_inside_a_partition():
    frame = pd.DataFrame({"x": range(1000)})
    rows = MemorySource(frame, (), batch_rows=10)
    taken = []
    whole = rows.batch
    object.__setattr__(rows, "batch", lambda *place: taken.append(place) or whole(*place))
    assert_same(lf.DataFrame(lf.plan.Scan(rows)).head(15).compute(scheduler="sync"), frame.head(15))
    assert len(taken) == 2


def test_head_goes_on_to_the_last_partition_when_it_must():
    frame = pd.DataFrame({"x": [0] * 40 + [1, 2, 3]})
    df, reads = reading(frame, tuple(range(1, 43)))
    assert_same(df[df.x > 0].head(2).compute(scheduler="sync"), frame[frame.x > 0].head(2))
    assert set(range(42)) <= set(reads)
    assert len(reads) == len(set(reads))


def test_head_of_nothing_reads_at_most_one_partition():
    df, reads = reading(sample(), (3, 6))
    assert_same(df.head(0).compute(scheduler="sync"), sample().head(0))
    assert len(reads) <= 1


def test_building_expressions_and_showing_them_runs_nothing(monkeypatch):
    def refuse(*arguments, **keywords):
        raise AssertionError("something was run")

    monkeypatch.setattr(run, "execute", refuse)
    monkeypatch.setattr(executors, "execute", refuse)
    df, reads = reading(sample(), (3, 6))
    df["n"] = df.i + np.float64(1)
    small = df[(df.n > 2) & df.s.notna()].assign(year=df[(df.n > 2) & df.s.notna()].t.dt.year)
    built = [
        df, small, df.n, np.int64(2) * df.i, df.f.mean() + 1, np.float32(2) < df.f,
        small.groupby(["s", small.i > 1]).agg({"n": ["min", "max"]}),
        small.groupby("s").n.mean().max(), small.head(3), df[["i", "f"]].sum(), df.dropna(), df.size, df.s.str.len().clip(0, 3),
    ]  # fmt: skip
    for one in built:
        assert repr(one)
        if hasattr(one, "_repr_html_"):
            assert "<" in one._repr_html_()
        one.explain(file=io.StringIO())
        assert one.npartitions in (1, 3), one
    assert df.dtypes is not None
    for name in df:  # but list(df) asks for len(df), which computes
        assert name in df
    assert not reads
    with pytest.raises(AssertionError, match="something was run"):
        small.compute()


def test_errors_of_the_data_come_from_the_run_and_name_the_task():
    frame = pd.DataFrame({"s": ["1", "2", "x"]})
    numbers_of = lazy(frame, (1, 2)).s.astype("int64")
    with pytest.raises(ValueError, match="invalid literal for int"):
        numbers_of.compute(scheduler="sync")
    assert_same(lazy(frame.head(2), (1,)).s.astype("int64").compute(scheduler="sync"), frame.head(2).s.astype("int64"))


def test_a_source_that_learns_more_is_asked_again():
    frame = pd.DataFrame({"x": [1, 2, 3]})

    class Learning(MemorySource):
        """Takes x for ints until the first read."""

        def replanned(self, finding):
            assert finding == "text"
            return MemorySource(self.frame.astype({"x": "str"}), self.cuts)

        def read(self, partition, columns, predicate=None):
            raise lf.schema.Replan(self.token, "text")

    df = lf.DataFrame(lf.plan.Scan(Learning(frame, (1,))))
    assert df.x.dtype == np.dtype("int64")
    assert_same(df.x.compute(scheduler="sync"), frame.x.astype("str"))
    assert_same(df.x.max().compute(scheduler="sync"), "3")


def test_a_contradiction_of_an_unknown_source_is_not_run_for_ever():
    class Broken(MemorySource):
        def read(self, partition, columns, predicate=None):
            raise lf.schema.Replan("another", None)

    with pytest.raises(RuntimeError, match="no source of this query has the token another"):
        lf.DataFrame(lf.plan.Scan(Broken(sample()))).compute(scheduler="sync")


def test_optimised_and_unoptimised_plans_have_one_schema():
    df = lazy(sample())
    plan = df[df.i > 1][["s", "f"]]._plan
    assert optimize(plan).schema == plan.schema


def test_a_mistake_that_only_the_files_reveal_has_their_place(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 3000 + "x,3\n")
    df = lf.read_csv(path, sample=100)
    with (
        pytest.warns(lf.DtypePromotionWarning) as found,
        pytest.raises(TypeError, match=r"a\.csv:3002 \(record 3001\) has 'x' in column a\."),
    ):
        (df.a + 1).sum().compute(scheduler="sync")
    assert [warning.filename for warning in found] == [__file__]


# ---- what can be computed, in containers


@given(
    st.recursive(
        st.integers() | st.none(), lambda below: st.lists(below) | st.dictionaries(st.text(), below) | st.tuples(below, below)
    )
)
def test_leaves_are_replaced_in_their_order(value):
    """Here the whole numbers are the leaves."""
    found = list(run.leaves(value, int))
    new = run.replaced(value, lambda leaf: leaf + 1, int)
    assert list(run.leaves(new, int)) == [leaf + 1 for leaf in found]
    assert (new is value) == (not found)
    assert run.replaced(new, lambda leaf: leaf - 1, int) == value


def test_a_table_of_no_leaves_is_not_copied():
    value = {"a": [np.arange(3), pd.DataFrame({"x": [1]})]}
    assert run.replaced(value, repr) is value


def test_an_error_of_memory_in_the_answer_says_what_to_do(monkeypatch):
    df = lazy(sample())

    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr(type(df), "_finish", exhausted)
    with pytest.raises(MemoryError, match=r"memory ran out in the task 'make the answer'\. Run fewer tasks.*blocksize="):
        df.compute(scheduler="sync")
