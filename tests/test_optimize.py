"""The rules: plans before and after as text, and both forms run and compared.

Each file optimize/<rule>.txt holds cases: a line of Python, the plan as it was written, and the plan after the rule.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from oracle import assert_same, lazy, sample

from lazyframe.executors import execute
from lazyframe.explain import explanation
from lazyframe.expr import Column
from lazyframe.lower import lower
from lazyframe.optimize import RULES, optimize
from lazyframe.physical import physical
from lazyframe.plan import Filter, Plan, Project, Share, scans

FOLDER = Path(__file__).parent / "optimize"
NAMES = [rule.__name__ for rule in RULES]


def cases():
    for rule in RULES:
        text = (FOLDER / f"{rule.__name__}.txt").read_text()
        for block in text.strip().split("\n\n\n"):
            line, before, after = block.split("\n\n")
            yield pytest.param(rule, line, before, after, id=f"{rule.__name__}: {line}")


def line_of(code: str, df):
    return eval(code, {"df": df, "np": np})


@pytest.mark.parametrize(("rule", "line", "before", "after"), list(cases()))
def test_rules(rule, line, before, after):
    frame = sample()
    built = line_of(line, lazy(frame, (4,)))
    plan = built._result()
    changed = rule(plan)
    assert plan.to_text() == before
    assert changed.to_text() == after
    assert (changed is plan) == (before == after)
    assert changed.schema == plan.schema
    want = line_of(line, frame)
    for one in (plan, changed, optimize(plan)):
        graph, keys = lower(physical([one]))
        assert_same(built._finish(execute(graph, keys, scheduler="sync")[0], one), want)


def test_every_rule_has_its_fixtures():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(NAMES)


def test_rules_are_applied_in_order_and_can_be_chosen():
    df = lazy(sample())
    plan = df[df.i > 1][["f"]]._plan
    assert optimize(plan, []) is plan
    seen = []

    def rule(which):
        return lambda given: seen.append(which) or given

    optimize(plan, [rule(1), rule(2)])
    assert seen == [1, 2]


def test_filters_that_need_other_values_stay_where_they_are():
    """A dtype that depends on the rows: pandas made the year before it filtered."""
    df = lazy(sample())
    df["year"] = df.t.dt.year
    best = optimize(df[df.i > 1]._plan)
    filters = [node for node in best.walk() if isinstance(node, Filter)]
    assert len(filters) == 1
    assert isinstance(filters[0].child, Project)
    answer, want = df[df.i > 1].compute(scheduler="sync"), sample().assign(year=sample().t.dt.year)
    assert_same(answer, want[want.i > 1])


def test_a_column_that_is_used_nowhere_is_not_read():
    df = lazy(sample())
    text = explanation(df[~df.b].groupby("s").f.mean()._plan)
    written, run = text.split("as run")
    assert "columns parsed: 8 of 8" in written
    assert "columns parsed: 3 of 8 [f, s], where ~b" in run
    assert text.endswith("tasks")


def test_plans_whose_value_is_needed_are_optimized_too():
    df = lazy(sample())
    best = optimize(df[df.i > df[df.b].f.mean()].s.count()._result())
    read = [scan.read_columns for scan in scans(best)]
    assert sorted(read) == [("f", "b"), ("s", "i")]


def test_optimizing_twice_changes_nothing_more():
    df = lazy(sample())
    for built in (df[df.b & df.q.isna()].head(3), df.groupby("s").f.sum().reset_index(), df[["i", "f"]].max(), df.size):
        once = optimize(built._result())
        assert isinstance(once, Plan)
        assert optimize(once) is once


def test_a_share_of_a_plan_reads_the_columns_that_are_used_of_it():
    df = lazy(sample(), (4,))
    part = Share(df[df.i > 1]._plan, 1, 2)
    narrowed = optimize(Project(part, (("f", Column("f")),)))
    assert narrowed.to_text() == ("Project [f]\n  Share 1 of 2\n    Scan memory: 9 rows, columns parsed: 2 of 8 [f], where i > 1")
    graph, keys = lower(physical([narrowed]))
    np.testing.assert_array_equal(execute(graph, keys, "sync")[0]["f"], sample()[lambda d: d.i > 1].f.iloc[2:].to_numpy())


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df[df.q][df[df.q].i > -1],
        lambda df: df[df.i > -1][df[df.i > -1].q],
        lambda df: df[df.q].dropna(),
        lambda df: df.i[df.q].dropna(),
        lambda df: df[df.i > -1][df[df.i > -1].q][["s"]].dropna(),
    ],
)
def test_a_mask_with_missing_values_is_an_error_beside_other_filters_too(line):
    frame = sample()
    with pytest.raises(ValueError, match="NA / NaN"):
        line(frame)
    with pytest.raises(ValueError, match="missing values"):
        line(lazy(frame, (4,))).compute(scheduler="sync")


def test_a_mask_whose_missing_values_were_filtered_out_before_is_none():
    def line(df):
        kept = df[df.q.notna()]
        return kept[kept.q].i

    assert_same(line(lazy(sample(), (4,))).compute(scheduler="sync"), line(sample()))


def test_filters_of_rows_that_were_numbered_anew():
    def line(df):
        df = df[df.i > 0].reset_index(drop=True)
        df = df[df.b | df.f.isna()]
        return df[df.i >= 1].i.astype(float)

    for cuts in ((), (2, 4, 6)):
        assert_same(line(lazy(sample(), cuts)).compute(scheduler="sync"), line(sample()))


FAILING = {
    # line -> whether pandas raises; -7 and 0 are among the values of i, and f has missing ones
    "df.assign(z=df.f.astype('int64'))[df.i > 2]": True,
    "df.f.astype('int64')[df.i == 3]": True,
    "df.assign(z=df.f.astype('int64')).set_index('i')[lambda df: df.b]": True,
    "df.assign(z=2 ** df.i)[df.i > 0]": True,
    "df[df.i == 3][df[df.i == 3].f.astype('int64') > 0]": False,
    "df[df.i > 0][2 ** df[df.i > 0].i > 4]": False,
    "df[df.i == 1].assign(z=df[df.i == 1].s.astype('int64'))": False,
}


@pytest.mark.parametrize("code", FAILING)
def test_values_that_are_an_error_are_met_as_in_pandas(code):
    frame = sample()
    if FAILING[code]:
        with pytest.raises(ValueError, match=r"(?i)convert|negative integer powers|invalid literal"):
            line_of(code, frame)
        with pytest.raises(ValueError, match=r"(?i)convert|negative integer powers|invalid literal"):
            line_of(code, lazy(frame, (4,))).compute(scheduler="sync")
    else:
        assert_same(line_of(code, lazy(frame, (4,))).compute(scheduler="sync"), line_of(code, frame))
