"""Dask's collection protocol: the graph that Dask gets, and what it makes of it."""

from __future__ import annotations

import pickle
import threading

import pytest
from oracle import assert_same, lazy, sample

dask = pytest.importorskip("dask")

import lazyframe as lf  # noqa: E402
from lazyframe.executors.distributed import Passed, Passing  # noqa: E402
from lazyframe.protocol import DaskCollection  # noqa: E402
from lazyframe.schema import Replan  # noqa: E402


@pytest.fixture
def surprising(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(5000)) + "\n5000,none\n")
    return path


LAZY = {
    "frame": lambda: lazy(sample(), (2, 5))[["i", "f"]],
    "column": lambda: lazy(sample(), (2, 5)).i * 2,
    "value": lambda: lazy(sample(), (2, 5)).i.max(),
    "delayed": lambda: lf.delayed(len)(lazy(sample(), (2, 5))),
}


@pytest.mark.parametrize("name", LAZY)
def test_the_graph_is_whole_and_its_one_key_is_the_answer(name):
    one = LAZY[name]()
    assert isinstance(one, DaskCollection)
    graph, (key,) = one.__dask_graph__(), one.__dask_keys__()
    assert key in graph
    assert all(task.dependencies <= set(graph) for task in graph.values())
    finish, extra = one.__dask_postcompute__()
    assert_same(finish([dask.get(graph, key)], *extra), one.compute(scheduler="sync"))


@pytest.mark.parametrize("name", LAZY)
def test_no_row_is_read_for_a_graph(name, monkeypatch):
    one = LAZY[name]()
    monkeypatch.setattr("sources.MemorySource.read", lambda *_: pytest.fail("read"))
    one.__dask_graph__()


def test_it_runs_in_threads_of_dask_where_nothing_else_is_said():
    seen = []
    graph = {"a": (lambda: seen.append(threading.current_thread()) or 5,)}
    assert DaskCollection.__dask_scheduler__(graph, ["a"]) == (5,)
    assert seen != [threading.main_thread()]


def test_what_contradicts_the_source_is_a_result_that_is_handed_on(surprising):
    one = lf.read_csv(surprising, blocksize=5000, sample=200).x.count()
    graph, (key,) = one.__dask_graph__(), one.__dask_keys__()
    result = dask.get(graph, key)
    assert isinstance(result, Passed)
    assert isinstance(result.error, Replan)


def test_tasks_go_to_other_processes():
    graph = (lf.read_csv("data/sample/*.csv").Distance.max()).__dask_graph__()
    calls = [task.func for task in graph.values() if isinstance(task.func, Passing)]
    assert calls
    assert [repr(pickle.loads(pickle.dumps(call))) for call in calls] == list(map(repr, calls))


def test_several_collections_share_what_they_have_in_common():
    df = lazy(sample(), (2, 5))
    parts = df.to_delayed()
    graphs = [set(part.__dask_graph__()) for part in parts]
    assert set.intersection(*graphs)


def test_errors_name_the_task(surprising):
    df = lf.read_csv(surprising, dtype={"x": "int64"})
    with pytest.raises(lf.CSVError, match=r"late\.csv:5002") as caught:
        dask.compute(df.x.sum(), scheduler="sync")
    assert any(note.startswith("in task scan+sum late.csv") for note in caught.value.__notes__)


def test_the_same_thing_has_the_same_names():
    one, two = (lazy(sample(), (2, 5)).i.sum() for _ in range(2))
    assert dask.base.tokenize(one) == dask.base.tokenize(two) != dask.base.tokenize(lazy(sample(), (2,)).i.sum())
    assert one.__dask_keys__() == two.__dask_keys__()
    assert set(one.__dask_graph__()) == set(two.__dask_graph__())
