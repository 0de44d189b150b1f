"""The nodes of a physical plan: how the rows of each are spread, and how it reads."""

from __future__ import annotations

import pytest
from oracle import lazy, sample, source
from plans import SCAN

from lazyframe.exchange.scatter import ByHash
from lazyframe.exchange.source import Regrouped
from lazyframe.kernels import task
from lazyframe.kernels.sinks import Collect
from lazyframe.kernels.task import Pipeline
from lazyframe.optimize import optimize
from lazyframe.physical import physical
from lazyframe.physical_nodes import Exchange, Gather, Merge, Physical, Pick, Read, Spread, Through, Value, nodes_of
from lazyframe.plan import Scan

COLLECT = Pipeline((), Collect(SCAN.schema))


def read(key="r", scan=SCAN, pipeline=COLLECT, inputs=(), words=("filter", "collect")) -> Read:
    return Read(key, inputs, scan, pipeline, {}, True, words)


READ = read()
MERGE = Merge("m", (READ,), READ)
HASH = ByHash((), False, ("i",), 4, None)


def test_rows_are_spread_as_their_source_has_them_or_in_one_place():
    buckets = Regrouped(SCAN.schema, HASH, ("k",), 4, True)
    assert READ.spread is Spread.SOURCE
    assert read(scan=Scan(buckets)).spread is Spread.BUCKETS
    assert Exchange("e", (READ,), HASH, READ).spread is Spread.BUCKETS
    together = (
        MERGE,
        Pick("p", (READ,), READ, 1, 3),
        Through("t", (MERGE,), COLLECT, {}, ("head",)),
        Gather("g", (MERGE,), task.numbered, (), "sort"),
        Value("v", (MERGE,)),
    )
    assert {one.spread for one in together} == {Spread.TOGETHER}


def test_a_level_is_how_many_scans_come_before():
    value = Value("v", (MERGE,))
    second = read("r2", inputs=(value,))
    assert [one.level for one in (READ, MERGE, value, second, Merge("m2", (second,), second))] == [1, 1, 1, 2, 2]
    assert Gather("g", (), task.known, (), "an answer").level == 0
    assert Gather("g", (MERGE, Merge("m2", (second,), second)), task.join, (), "join").level == 2


@pytest.mark.parametrize(
    ("node", "line"),
    [
        (READ, "Read 2 partitions of memory: 9 rows: filter, collect"),
        (read(scan=Scan(source(sample()))), "Read 1 partition of memory: 9 rows: filter, collect"),
        (MERGE, "Merge collect"),
        (Pick("p", (READ,), READ, 1, 3), "Pick share 1 of 3"),
        (Exchange("e", (READ,), HASH, READ), "Exchange: hash of i into 4"),
        (Through("t", (MERGE,), COLLECT, {}, ("filter", "head")), "Through filter, head"),
        (Gather("g", (MERGE,), task.numbered, (), "sort"), "Gather sort"),
        (Gather("g", (), task.known, (), "an answer"), "Have an answer"),
        (Value("v", (MERGE,)), "Value"),
    ],
)
def test_each_is_one_line(node, line):
    assert node.label() == line
    assert node.to_text().splitlines()[0] == line


def test_inputs_stand_below_and_to_the_right():
    plan = Gather("g", (MERGE, Value("v", (MERGE,))), task.join, (), "join")
    assert plan.to_text(1) == "\n".join(
        [
            "  Gather join",
            "    Merge collect",
            "      Read 2 partitions of memory: 9 rows: filter, collect",
            "    Value",
            "      Merge collect",
            "        Read 2 partitions of memory: 9 rows: filter, collect",
        ]
    )
    with pytest.raises(NotImplementedError):
        Physical("x", ()).label()


def test_the_first_partitions_may_be_enough_for_some_rows():
    some = Pipeline((), Collect(SCAN.schema, 3))
    assert read(pipeline=some).stops_early
    assert not READ.stops_early
    (head,) = physical([optimize(lazy(sample(), (3,)).head(2)._result())])
    assert head.read.stops_early


def test_all_nodes_come_once_and_after_their_inputs():
    value = Value("v", (MERGE,))
    answers = [Gather("g", (MERGE, value), task.join, (), "join"), value]
    assert [one.key for one in nodes_of(answers)] == ["r", "m", "v", "g"]
    again = Merge("m", (READ,), READ)  # another object, and the same answer
    assert [one.key for one in nodes_of([MERGE, again])] == ["r", "m"]


def test_a_node_is_known_by_the_key_of_its_answer_and_not_by_what_it_holds():
    """To compare two plans node by node would take as long as to run them; and tables of results are none to compare."""
    for one, other in ((MERGE, Merge("m", (READ,), READ)), (READ, read()), (Value("v", ()), Value("v", ()))):
        assert one != other
        assert len({one, other}) == 2
