"""The tool of `make dask-tests`: which tests are ours, what they import, how answers are compared, and what the table says."""

from __future__ import annotations

import dask.dataframe
import pandas as pd
import pytest
from dask_tests import rules, stand_in
from dask_tests.__main__ import cause, report
from dask_tests.plugin import ANSWER, FAILED, NOT_OURS, ORDER, PASSED, REFUSED, Outcome, kind_of

import lazyframe as lf

FILE = """
import pytest
import dask.dataframe as dd
from dask.dataframe.dask_expr import from_pandas
from dask.dataframe.dask_expr._shuffle import Shuffle
from dask.dataframe.utils import assert_eq, make_meta

@pytest.fixture
def graph():
    return dd.from_pandas(pdf).dask

def helper(df):
    return df.divisions

def test_ours():
    assert_eq(from_pandas(pdf).sum(), pdf.sum())

def test_divisions():
    helper(dd.from_pandas(pdf))

def test_graph(graph):
    assert graph

def test_expression():
    isinstance(from_pandas(pdf).shuffle("x"), Shuffle)

def test_meta():
    dd.from_pandas(pdf).apply(f, meta=make_meta(pdf))

def test_pandas():
    assert_eq(pdf, pdf)

def test_format(tmpdir):
    dd.read_parquet(tmpdir)
"""


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("test_ours", None),
        ("test_divisions", "is about divisions"),
        ("test_graph", "is about Dask's graphs and expressions"),
        ("test_expression", "is about a function of Dask's inside"),
        ("test_meta", "is about a function of Dask's inside"),
        ("test_pandas", "makes no dataframe of Dask's"),
        ("test_format", "reads or writes a format that is not ours"),
    ],
)
def test_whether_a_test_is_ours_follows_from_its_text(tmp_path, test, reason):
    file = tmp_path / "test_x.py"
    file.write_text(FILE)
    assert rules.not_ours(file, test) == reason


def test_a_refusal_of_dasks_that_has_an_answer_here_is_told_by_file_and_name(tmp_path):
    names = list(rules.ANSWERED)
    for one in names:
        file, _, test = one.partition("::")
        assert rules.not_ours(tmp_path / file, test) == f"expects that Dask refuses {rules.ANSWERED[one]}"
    assert "test_multi.py::test_merge_how_raises" in names
    file = tmp_path / "test_x.py"
    file.write_text(FILE)
    assert rules.not_ours(file, "test_ours") is None


def test_a_file_in_which_no_test_is_ours_is_not_imported(tmp_path):
    mixed, strange = tmp_path / "test_x.py", tmp_path / "test_y.py"
    mixed.write_text(FILE)
    strange.write_text("import dask.dataframe as dd\n\ndef test_a():\n    dd.read_orc('a')\n")
    reason = "reads or writes a format that is not ours"
    assert rules.without_ours([mixed, strange]) == {strange: [("test_y.py::test_a", reason)]}


def test_each_test_has_an_area():
    assert rules.area_of("dataframe/tests/test_groupby.py", "test_x").name == "groups"
    assert rules.area_of("dataframe/tests/test_dataframe.py", "test_repartition[1]") == rules.area_of(
        "dataframe/tests/test_dataframe.py", "test_map_partitions"
    )
    assert rules.area_of("dataframe/tests/test_dataframe.py", "test_head").is_core
    assert not rules.area_of("dataframe/tests/test_multi.py", "test_head").is_core


def test_what_a_test_imports_is_ours():
    dd = stand_in.Facade(dask.dataframe, "")
    assert dd.DataFrame is lf.DataFrame
    assert dd.assert_eq is stand_in.assert_eq
    assert dd.utils.assert_eq is stand_in.assert_eq
    assert isinstance(dd.from_pandas(pd.DataFrame({"x": [1]})), lf.DataFrame)
    assert dd.utils.make_meta is dask.dataframe.utils.make_meta


def test_answers_are_compared_with_their_order():
    right = pd.DataFrame({"x": [1, 2], "k": ["a", "b"]})
    assert stand_in.assert_eq(lf.from_pandas(right), right)
    with pytest.raises(stand_in.OrderError) as order:
        stand_in.assert_eq(lf.from_pandas(right.iloc[::-1]), right)
    with pytest.raises(AssertionError, match="different") as answer:
        stand_in.assert_eq(lf.from_pandas(right), right.assign(x=[1, 3]))
    assert (kind_of(order), kind_of(answer)) == (ORDER, ANSWER)
    twice = pd.concat([right, right])
    assert stand_in.assert_eq(lf.from_pandas(twice.reset_index(drop=True)), twice)
    with pytest.raises(AssertionError):
        stand_in.assert_eq(lf.from_pandas(twice.set_axis([0, 1, 0, 2])), twice.set_axis([0, 1, 0, 1]))
    assert stand_in.assert_eq(lf.from_pandas(right).x.max(), 2)
    with pytest.raises(AssertionError):
        stand_in.assert_eq(lf.from_pandas(right).x.max(), 3)
    with pytest.raises(AssertionError):
        stand_in.assert_eq(lf.from_pandas(right).k.max(), "c")


def test_a_refusal_is_told_from_an_error_of_the_depths():
    with pytest.raises(TypeError) as refused:
        lf.from_pandas(3)
    assert kind_of(refused) == REFUSED


def test_the_table_counts_by_area_and_cause():
    of = ("groups", True)
    text = report(
        [
            Outcome("a", *of, PASSED),
            Outcome("b", *of, FAILED, REFUSED, "TypeError: no 'x' of 3"),
            Outcome("c", *of, FAILED, REFUSED, "TypeError: no 'y' of 4"),
            Outcome("d", "io", False, NOT_OURS, line="is about divisions"),
        ]
    )
    assert "CORE                                     1       2                33.3 %" in text
    assert "not ours:     1  is about divisions" in text
    assert f"    2  [{REFUSED}] TypeError: no '...' of N" in text
    assert cause("TypeError: no 'x' of 3.5") == "TypeError: no '...' of N"
