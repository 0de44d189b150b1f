"""The table of queries, and that each library answers all of them."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.contenders import ENGINES
from benchmarks.data import DATASETS
from benchmarks.queries import MAIN, QUERIES, find


def test_every_dataset_exists():
    assert {query.dataset for query in QUERIES} == set(DATASETS)


def test_names_are_used_once():
    assert len({query.name for query in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_library_answers_every_query(engine):
    pytest.importorskip(engine)
    if engine == "dask":
        pytest.importorskip("dask.dataframe")
    answers = importlib.import_module(f"benchmarks.engines.{engine}").Engine
    assert [query.name for query in QUERIES if not callable(getattr(answers, query.name, None))] == []


def test_find_takes_names_and_datasets():
    assert find(["stations", "flights_delay"]) == [MAIN, next(query for query in QUERIES if query.name == "stations")]
    assert {query.dataset for query in find(["groupby"])} == {"groupby"}
    assert len(find(["groupby", "groupby_q1"])) == 7


def test_find_names_what_there_is():
    with pytest.raises(ValueError, match=r"no query 'groupby_q9'; there are: flights_delay, .*groupby_q10"):
        find(["groupby_q9"])
