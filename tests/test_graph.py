from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.graph import Ref, Task, needed, needed_dependencies, to_text


@st.composite
def graphs(draw):
    """Graphs without cycles: each task takes some of the tasks before it."""
    size = draw(st.integers(1, 12))
    graph = {}
    for number in range(size):
        sources = draw(st.lists(st.integers(0, number - 1), max_size=4)) if number else []
        graph[f"k{number}"] = Task(sum, ([Ref(f"k{source}") for source in sources], number))
    order = draw(st.permutations(list(graph)))
    return {key: graph[key] for key in order}


def test_dependencies_are_found_in_nested_containers_in_order():
    task = Task(print, (Ref("b"), [1, (Ref("a"), {"x": Ref("c")})], {"y": [Ref("b")]}, {Ref("in a set")}))
    assert list(task.dependencies()) == ["b", "a", "c"]
    assert task.dependencies() == {"a", "b", "c"}


def test_bind_replaces_refs_and_keeps_the_types_of_containers():
    task = Task(print, (Ref("a"), [Ref("a"), (Ref("b"), 3)], {"x": Ref("b")}, "a"))
    assert task.bind({"a": 1, "b": None}) == (1, [1, (None, 3)], {"x": None}, "a")


def test_bind_does_not_touch_the_task():
    argument = [Ref("a")]
    assert Task(print, (argument,)).bind({"a": 1}) == ([1],)
    assert argument == [Ref("a")]


def test_title_is_the_label_or_the_functions_name_and_the_partition():
    assert Task(max, label="scan").title == "scan"
    assert Task(max, (), "scan+mean", "a.csv[0:9]").title == "scan+mean a.csv[0:9]"
    assert Task(max, (), "scan+mean", "a.csv[0:9]").stage == "scan+mean"
    assert Task(max).title == Task(max).stage == "max"


def test_needed_is_depth_first_in_the_order_of_arguments():
    graph = {f"p{n}": Task(int) for n in (10, 9, 2)}
    graph["left"] = Task(sum, ([Ref("p2"), Ref("p9")],))
    graph["all"] = Task(sum, ([Ref("left"), Ref("p10")],))
    assert needed(graph, ["all"]) == ["p2", "p9", "left", "p10", "all"]
    assert needed(graph, ["p10", "left", "p10"]) == ["p10", "p2", "p9", "left"]
    assert needed(graph, []) == []


@given(graphs(), st.data())
def test_needed_is_what_is_reachable_each_after_what_it_needs(graph, data):
    wanted = data.draw(st.lists(st.sampled_from(sorted(graph)), max_size=3))
    reachable, rest = set(), list(wanted)
    while rest:
        key = rest.pop()
        reachable.add(key)
        rest.extend(graph[key].dependencies())
    order = needed(graph, wanted)
    assert set(order) == reachable
    assert len(order) == len(reachable)
    place = {key: number for number, key in enumerate(order)}
    for key, dependencies in needed_dependencies(graph, wanted).items():
        assert dependencies == graph[key].dependencies()
        assert all(place[dependency] < place[key] for dependency in dependencies)


def test_a_deep_chain_is_no_recursion():
    graph = {"k0": Task(int)}
    graph |= {f"k{n}": Task(abs, (Ref(f"k{n - 1}"),)) for n in range(1, 5000)}
    assert needed(graph, ["k4999"]) == list(graph)


def test_key_that_no_task_makes():
    with pytest.raises(KeyError, match="no task makes 'b'; the graph has 1 tasks"):
        needed({"a": Task(abs, (Ref("b"),))}, ["a"])


@pytest.mark.parametrize("links", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}])
def test_cycle(links):
    with pytest.raises(ValueError, match="the graph has a cycle through"):
        needed({key: Task(abs, (Ref(other),)) for key, other in links.items()}, ["a"])


def test_a_task_taken_twice_is_no_cycle():
    graph = {"a": Task(int), "b": Task(abs, (Ref("a"),)), "c": Task(operator.add, (Ref("b"), Ref("a")))}
    assert needed(graph, ["c"]) == ["a", "b", "c"]


def test_text():
    graph = {"a": Task(int, label="scan a.csv"), "b": Task(max, ([Ref("a")], Ref("a")))}
    assert to_text(graph) == "a: scan a.csv\nb: max <- a"
    assert to_text(graph, ["a"]) == "a: scan a.csv"
