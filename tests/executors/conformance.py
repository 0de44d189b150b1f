"""What every executor has to do. A subclass gives the fixture `scheduler`: what `execute` takes under that name."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from dataclasses import replace

import executor_tasks as tasks
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe import delayed
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task, needed


@st.composite
def random_graphs(draw):
    size = draw(st.integers(1, 15))
    graph = {}
    for number in range(size):
        sources = draw(st.lists(st.integers(0, number - 1), max_size=3)) if number else []
        graph[f"k{number}"] = Task(tasks.add, (number, *(Ref(f"k{source}") for source in sources)))
    return graph, draw(st.lists(st.sampled_from(sorted(graph)), max_size=4))


def one_by_one(graph, keys):
    results = {}
    for key in needed(graph, keys):
        results[key] = graph[key].function(*graph[key].bind(results))
    return [results[key] for key in keys]


class ExecutorConformance:
    workers = 2
    """How many tasks may run at one time."""

    @pytest.fixture
    def run(self, scheduler):
        return lambda graph, keys: execute(graph, keys, scheduler, 2)

    def test_one_task(self, run):
        assert run({"a": Task(tasks.add, (1, 2))}, ["a"]) == [3]

    def test_results_stand_in_the_order_of_the_keys(self, run):
        graph = {"a": Task(tasks.same, ("A",)), "b": Task(tasks.same, (Ref("a"),)), "c": Task(tasks.same, (None,))}
        assert run(graph, ["c", "a", "b", "a"]) == [None, "A", "A", "A"]
        assert run(graph, []) == []

    def test_diamond(self, run):
        graph = {
            "top": Task(tasks.same, (1,)),
            "left": Task(tasks.add, (Ref("top"), 10)),
            "right": Task(tasks.add, (Ref("top"), 100)),
            "bottom": Task(tasks.add, (Ref("left"), Ref("right"))),
        }
        assert run(graph, ["bottom", "top"]) == [112, 1]

    def test_chain(self, run):
        graph = {"0": Task(tasks.same, (0,))}
        graph |= {str(n): Task(tasks.add, (Ref(str(n - 1)), 1)) for n in range(1, 300)}
        assert run(graph, ["299"]) == [299]

    def test_fan_in(self, run):
        graph = {str(n): Task(tasks.same, (n,)) for n in range(1000)}
        graph["all"] = Task(tasks.total, ([Ref(str(n)) for n in range(1000)],))
        assert run(graph, ["all"]) == [sum(range(1000))]

    def test_ten_thousand_tasks(self, run):
        graph = {str(n): Task(tasks.same, (n,)) for n in range(10_000)}
        assert run(graph, list(graph)) == list(range(10_000))

    def test_any_graph(self, run):
        @settings(max_examples=examples(10))
        @given(random_graphs())
        def check(drawn):
            graph, keys = drawn
            assert run(graph, keys) == one_by_one(graph, keys)

        check()

    def test_refs_in_nested_containers(self, run):
        graph = {"a": Task(tasks.same, (1,)), "b": Task(tasks.same, ([Ref("a"), (Ref("a"), {"x": [Ref("a")]})],))}
        assert run(graph, ["b"]) == [[1, (1, {"x": [1]})]]

    def test_lazy_values_in_any_container(self, scheduler):
        one = delayed(tasks.add)(1)
        shape = delayed(tasks.same)([{one, 5}, {"a": (one, slice(one))}, one + 1])
        assert lf.compute(shape, {"x": [one]}, scheduler=scheduler, num_workers=2) == (
            [{1, 5}, {"a": (1, slice(1))}, 2],
            {"x": [1]},
        )

    def test_what_is_not_needed_is_not_run(self, run):
        graph = {"a": Task(tasks.same, (1,)), "b": Task(tasks.fail, ("not needed",))}
        assert run(graph, ["a"]) == [1]

    def test_unknown_key(self, run):
        with pytest.raises(KeyError, match="no task makes 'b'"):
            run({"a": Task(tasks.same, (Ref("b"),))}, ["a"])

    def test_cycle(self, run):
        with pytest.raises(ValueError, match="cycle"):
            run({"a": Task(tasks.same, (Ref("a"),))}, ["a"])

    def test_error_keeps_its_type_and_names_the_task_and_the_line(self, run):
        graph = {"a": Task(tasks.same, (1,)), "b": Task(tasks.fail, ("no good",), "divide flights.csv")}
        with pytest.raises(ZeroDivisionError, match="no good") as caught:
            run(graph, ["a", "b"])
        assert type(caught.value) is ZeroDivisionError
        assert "in task divide flights.csv" in caught.value.__notes__
        assert "raise ZeroDivisionError(message)" in "".join(traceback.format_exception(caught.value))
        assert run(graph, ["a"]) == [1]

    @pytest.mark.parametrize("said", [(), ("malloc of size 8 failed",)])
    def test_an_error_of_memory_says_where_it_was_and_what_to_do(self, run, said):
        graph = {"a": Task(tasks.exhaust, said, "scan+sum flights.csv[0:32MiB]")}
        with pytest.raises(MemoryError, match=r"memory ran out in the task 'scan\+sum flights.csv\[0:32MiB\]'") as caught:
            run(graph, ["a"])
        assert all(text in str(caught.value) for text in (*said, "num_workers=", "blocksize="))
        assert [note for note in caught.value.__notes__ if note.startswith("in task")] == [
            "in task scan+sum flights.csv[0:32MiB]"
        ]

    def test_no_task_starts_after_an_error(self, run, tmp_path):
        marks = tmp_path / "marks"
        with pytest.raises(ZeroDivisionError, match="the fifth"):
            run({str(n): Task(tasks.leave_mark, (str(marks), n)) for n in range(200)}, [str(n) for n in range(200)])
        found = marks.read_text()
        after = found.split()[found.split().index("5") + 1 :]
        assert len(after) <= self.workers, "no worker began more than the one that it had been given"
        time.sleep(0.1)
        assert marks.read_text() == found

    def test_an_error_cancels_running_tasks(self, run):
        graph = {"a": Task(tasks.fail_after, (0.1, "stop")), "b": Task(tasks.patient, (tasks.ENDLESS,))}
        with pytest.raises(ZeroDivisionError, match="stop"):
            run(graph, ["a", "b"])

    def test_an_interrupt_ends_a_run_and_not_the_next(self, run):
        """As at a prompt: Ctrl-C is a signal to this process, and the session goes on."""
        graph = {str(n): Task(tasks.patient, (tasks.ENDLESS,)) for n in range(4)}
        timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            run(graph, list(graph))
        timer.join()
        assert run({"a": Task(tasks.add, (1, 2))}, ["a"]) == [3]

    def test_brief_tasks_give_the_same(self, run):
        @settings(max_examples=10)
        @given(random_graphs())
        def check(drawn):
            graph, keys = drawn
            brief = {key: replace(task, brief=True) for key, task in graph.items()}
            assert run(brief, keys) == one_by_one(graph, keys)

        check()

    def test_an_error_of_a_brief_task_is_told_like_any_other(self, run):
        with pytest.raises(ZeroDivisionError, match="no good") as caught:
            run({"a": Task(tasks.fail, ("no good",), "divide flights.csv", brief=True)}, ["a"])
        assert caught.value.__notes__.count("in task divide flights.csv") == 1
        assert run({"a": Task(tasks.add, (1, 2), brief=True)}, ["a"]) == [3]

    def test_an_interrupt_ends_a_brief_task_that_takes_long_all_the_same(self, run):
        timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            run({"a": Task(tasks.patient, (tasks.ENDLESS,), brief=True)}, ["a"])
        timer.join()
        assert run({"a": Task(tasks.nested, ("threads",), brief=True)}, ["a"]) == [[190]]

    def test_two_runs_at_one_time(self, run):
        found = {}

        def query(name):
            graph = {str(n): Task(tasks.add, (n, name)) for n in range(200)}
            graph["all"] = Task(tasks.total, ([Ref(str(n)) for n in range(200)],))
            found[name] = run(graph, ["all"])

        threads = [threading.Thread(target=query, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(240)
        assert found == {name: [sum(range(200)) + 200 * name] for name in range(4)}

    def test_an_error_of_one_run_does_not_touch_another(self, run):
        found = []
        thread = threading.Thread(target=lambda: found.extend(run({"a": Task(tasks.patient, (0.5,))}, ["a"])))
        thread.start()
        time.sleep(0.1)
        with pytest.raises(ZeroDivisionError):
            run({"a": Task(tasks.fail, ("here only",))}, ["a"])
        thread.join(240)
        assert found == [0.5]

    @pytest.mark.parametrize("inner", ["same", "sync", "threads"])
    def test_a_query_inside_each_task(self, run, scheduler, inner):
        named = scheduler if inner == "same" else inner
        if not isinstance(named, str):
            pytest.skip("an executor of the user's does not travel")
        graph = {str(n): Task(tasks.nested, (named,)) for n in range(4)}
        assert run(graph, list(graph)) == [[190]] * 4

    def test_never_more_tasks_at_one_time_than_workers(self, scheduler):
        for workers in (1, 3):
            graph = {str(n): Task(tasks.span, (0.02,)) for n in range(9)}
            spans = execute(graph, list(graph), scheduler, workers)
            overlap = max(sum(start < moment <= stop for start, stop in spans) for _, moment in spans)
            assert overlap <= workers
            if workers == 1:
                assert overlap == 1

    def test_large_results(self, run):
        graph = {"a": Task(tasks.zeros, (20_000_000,)), "b": Task(tasks.length, (Ref("a"),))}
        made, size = run(graph, ["a", "b"])
        assert size == len(made) == 20_000_000

    def test_a_checkpoint_lets_a_live_run_go_on(self, run):
        assert run({"a": Task(tasks.interrupted_by_checkpoint_now)}, ["a"]) == ["went on"]
