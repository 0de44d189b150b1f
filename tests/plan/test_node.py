"""What every node states of itself, and nodes of families yet to come."""

from __future__ import annotations

import pytest
from oracle import filled, sample, source
from plans import MASK, SCAN, mean_by

from lazyframe.documented import said_by
from lazyframe.expr import Call, Column, Literal, Reduction, Subquery
from lazyframe.optimize import optimize
from lazyframe.plan import (
    Aggregate,
    Distinct,
    Filter,
    Head,
    Numbering,
    Plan,
    Project,
    Scan,
    Selection,
    SetIndex,
    Sort,
    Subset,
    TopK,
    Transpose,
)
from lazyframe.plan.node import KeyedSelection, explained, is_mask, is_safe_mask, is_settled, read_by
from lazyframe.plan.rowwise import Nowhere, Rowwise
from lazyframe.plan.source import Leaf
from lazyframe.schema import ColumnNotFoundError, NoDatesError, TextError
from lazyframe.tree import node


def test_plans_as_text():
    plan = Project(
        Filter(mean_by("s"), Call("gt", (Column("f"), Literal(0)))),
        (("f", Column("f")), ("twice", Call("mul", (Column("f"), Literal(2))))),
    )
    assert plan.to_text() == (
        "Project [f, twice = f * 2]\n"
        "  Filter f > 0\n"
        "    Aggregate mean(f) by s\n"
        "      Scan memory: 9 rows, columns parsed: 8 of 8"
    )
    assert Head(SCAN, 3).to_text().startswith("Head 3\n  Scan memory: 9 rows")
    assert Scan(SCAN.source, ("i",), MASK).label() == "Scan memory: 9 rows, columns parsed: 1 of 8 [i], where i > 1"
    assert Scan(SCAN.source, ("f",), MASK).read_columns == ("f", "i")
    named = Aggregate(SCAN, (), (("rows", Reduction("size", None)), ("f", Reduction("max", Column("f")))))
    assert named.label() == "Aggregate rows = size, max(f)"


def kinds(base=Plan):
    """Every class of nodes that a plan can hold."""
    for kind in base.__subclasses__():
        yield from kinds(kind)
        if kind not in (Rowwise, Selection, Subset, Leaf, Nowhere):
            yield kind


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__))
def test_each_node_says_which_columns_it_reads_and_how_its_rows_are_numbered(kind):
    """What a rule asks of a node has an answer of the node's family, and not the one that a Plan has for want of another."""
    assert kind.reads is not Plan.reads
    assert kind._schema is not Plan._schema
    index = kind.numbering is Plan.numbering
    assert not index or issubclass(kind, (Filter, Selection, SetIndex, Transpose)), "some of the rows, or rows in another order"


def test_both_sides_of_a_node_may_be_one_plan():
    below, other = Head(SCAN, 2), Head(SCAN, 3)
    assert Pair(below, below).with_inputs([below, other]) == Pair(below, other)


@node
class Pair(Plan):
    left: Plan
    right: Plan

    def _schema(self):
        return self.left.schema

    def reads(self, wanted):
        return wanted, self.right.schema.names[:1]

    @property
    def numbering(self):
        return Numbering.COUNTED


def test_a_node_of_two_inputs_is_narrowed_without_a_rule_of_its_own():
    narrow = optimize(Project(Pair(SCAN, SCAN), (("f", Column("f")),)))
    left, right = narrow.child.inputs
    assert (left.names, right.names) == (("f",), SCAN.schema.names[:1])


def test_a_node_says_what_it_needs_or_that_it_does_not_say():
    with pytest.raises(NotImplementedError, match="Plan does not say which columns it needs"):
        Plan().reads(("i",))
    with pytest.raises(NotImplementedError):
        _ = Plan().schema


def test_a_node_that_says_nothing_lets_no_filter_pass_and_has_the_plainest_words():
    pair = Pair(SCAN, SCAN)
    assert pair.passed(MASK) is None
    assert pair.without_index() is pair
    assert not pair.ignores_index
    assert pair.narrowed(("i",), [SCAN, SCAN]) == pair
    assert (pair.work(), pair.rows_title(), tuple(pair.made())) == (("pair",), "", ())
    assert pair.column_title("i") == "i"
    assert pair.branches() == pair.inputs == (SCAN, SCAN)
    assert repr(pair) == pair.to_text()


def test_the_inputs_that_it_has_give_the_same_object():
    below = Head(SCAN, 2)
    assert below.with_inputs([SCAN]) is below
    other = Scan(source(filled()))
    assert below.with_inputs([other]) == Head(other, 2)
    with pytest.raises(AssertionError):
        below.with_inputs([SCAN, SCAN])


def test_keys_are_looked_up_when_the_schema_is():
    for made in (Sort(SCAN, ("zz",), (True,)), Distinct(SCAN, ("zz",), "first"), TopK(SCAN, ("zz",), 1, "first", True)):
        with pytest.raises(ColumnNotFoundError, match="no column 'zz'"):
            _ = made.schema
    assert set(KeyedSelection(SCAN, ("f",)).reads(("i",))[0]) == {"f", "i"}
    assert Selection(SCAN).reads(("i",)) == (("i",),)


@pytest.mark.parametrize(("column", "mask", "settled"), [("b", True, True), ("q", False, True), ("i", False, True)])
def test_only_booleans_that_are_never_missing_are_masks(column, mask, settled):
    assert is_mask(SCAN, Column(column)) is mask
    assert is_safe_mask(SCAN, Column(column)) is mask
    assert is_settled(SCAN, Column(column)) is settled


def test_the_sum_of_whole_numbers_is_not_settled():
    reduced = Aggregate(SCAN, (("q", Column("q")),), (("i", Reduction("sum", Column("i"))),))
    assert is_settled(reduced, Column("i")) == (reduced.schema["i"].otherwise is None)


def test_a_mask_that_may_be_an_error_is_not_safe():
    failing = Call("gt", (Call("pow", (Column("i"), Column("i"))), Literal(0)))
    assert is_mask(SCAN, failing)
    assert not is_safe_mask(SCAN, failing)


def test_the_columns_that_expressions_read():
    assert read_by([MASK, Column("f"), Literal(3)]) == {"i", "f"}
    assert read_by([]) == set()


def test_an_error_about_text_says_where_the_text_came_from():
    class Told(Scan):
        """A scan whose source knows why."""

    class Source(type(SCAN.source)):
        def why_text(self, label):
            return f"{label} has 'x' in a.csv:3."

    scan = Scan(Source(sample()))
    with pytest.raises(TypeError, match=r"s has 'x' in a\.csv:3\. \[lazyframe: \w+\]$"):
        scan.dtype_of(Call("mul", (Column("s"), Column("f"))))
    with pytest.raises(TypeError, match=r"s has 'x' in a\.csv:3\. \[lazyframe: \w+\]$"):
        _ = Project(scan, (("z", Call("mul", (Column("s"), Column("f")))),)).schema
    inner = Subquery(Aggregate(scan, (), (("n", Reduction("size", None)),)))
    over = Filter(SCAN, Call("gt", (Column("i"), inner)))
    assert "s has 'x' in a.csv:3." in str(explained(over, TextError("no numbers", ("s",)))), "sources of subqueries are asked too"


def test_of_a_column_that_was_made_no_source_is_asked():
    made = Project(SCAN, (("t", Call("str.lower", (Column("s"),))),))
    assert said_by(explained(made, TextError("no numbers", ("t",)))) == "no numbers."
    found = explained(SCAN, NoDatesError("no dates", ("s",)))
    assert isinstance(found, AttributeError)
    assert said_by(found) == "no dates. Write lf.to_datetime(df['s'])."
