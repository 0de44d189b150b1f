"""Where rows are, and where they have to meet: physical plans as text."""

from __future__ import annotations

import textwrap

import pytest
from oracle import lazy, sample

from lazyframe.optimize import optimize
from lazyframe.physical import physical
from lazyframe.physical_nodes import Merge, Pick, Read, Spread, nodes_of
from lazyframe.plan import Share

CUTS = (3, 6)


def text(built) -> str:
    return "\n".join(one.to_text() for one in physical([optimize(built._result())]))


CASES = {
    "rows that are looked at one by one": (
        lambda df: df.assign(z=df.f + 1)[df.i > 1],
        """
        Merge collect
          Read 3 partitions of memory: 9 rows: filter, collect
        """,
    ),
    "groups, and then their maximum": (
        lambda df: df[df.b].groupby("s").f.mean().max(),
        """
        Through max
          Merge mean
            Read 3 partitions of memory: 9 rows: filter, mean
        """,
    ),
    "rows that have to meet": (
        lambda df: df.sort_values("f").head(2),
        """
        Through head
          Gather sort
            Gather number
              Merge collect
                Read 3 partitions of memory: 9 rows: collect
        """,
    ),
    "a value that a mask waits for": (
        lambda df: df[df.f > df.f.mean()].i.sum(),
        """
        Merge sum
          Read 3 partitions of memory: 9 rows: filter, sum
            Value
              Merge mean
                Read 3 partitions of memory: 9 rows: mean
        """,
    ),
    "a window function": (
        lambda df: df[["i"]].cumsum().reset_index(),
        """
        Gather reset index
          Gather number
            Through collect
              Gather cumsum
                Merge collect
                  Read 3 partitions of memory: 9 rows: collect
        """,
    ),
    "some of the rows": (
        lambda df: df.nlargest(2, "i"),
        """
        Merge nlargest
          Read 3 partitions of memory: 9 rows: nlargest
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_rows_meet(name):
    query, expected = CASES[name]
    found = text(query(lazy(sample(), CUTS)))
    assert found == textwrap.dedent(expected).strip()


def test_what_two_answers_need_is_one_node():
    df = lazy(sample(), CUTS)
    grouped = df.groupby("s").f.sum()
    answers = physical([optimize(one._result()) for one in (grouped, grouped.max(), grouped)])
    assert answers[0] is answers[2]
    assert [type(node) for node in nodes_of(answers)].count(Read) == 1


def test_rows_are_spread_as_the_source_has_them_until_they_meet():
    plan = optimize(lazy(sample(), CUTS)[["i"]]._result())
    merged, picked = physical([plan, Share(plan, 1, 3)])
    assert isinstance(merged, Merge)
    assert isinstance(picked, Pick)
    assert [one.spread for one in (merged, merged.read, picked, picked.read)] == [
        Spread.TOGETHER,
        Spread.SOURCE,
        Spread.TOGETHER,
        Spread.SOURCE,
    ]
    assert (merged.read.level, merged.level) == (1, 1)


def test_explain_prints_it(capsys):
    lazy(sample(), CUTS).f.sum().explain(physical=True)
    assert "as placed\n  Merge sum\n    Read 3 partitions of memory: 9 rows: sum\n\n" in capsys.readouterr().out
