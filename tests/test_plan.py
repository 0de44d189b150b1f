"""Plans: schemas, text, and what is refused when they are built."""

from __future__ import annotations

import pytest
from oracle import sample, source

from lazyframe.expr import Call, Column, Literal, Reduction, Subquery
from lazyframe.optimize import optimize
from lazyframe.plan import (
    Aggregate,
    Filter,
    Head,
    Numbering,
    Plan,
    Project,
    ResetIndex,
    Scan,
    Selection,
    SetIndex,
    Share,
    Sort,
    Subset,
    Transpose,
    Unit,
    common_dtype,
    scans,
    with_sources,
)
from lazyframe.plan.rowwise import Nowhere, Rowwise
from lazyframe.plan.source import Leaf
from lazyframe.schema import MIXED, OBJECT_BOOL, ColumnNotFoundError, Schema, dtype_named, unsettled
from lazyframe.tree import node

SCAN = Scan(source(sample(), (3,)))
MASK = Call("gt", (Column("i"), Literal(1)))
INT, FLOAT, BOOL = map(dtype_named, ("int64", "float64", "bool"))


def mean_by(key: str, **options) -> Aggregate:
    return Aggregate(SCAN, ((key, Column(key)),), (("f", Reduction("mean", Column("f"))),), **options)


def test_each_node_states_its_schema():
    assert SCAN.schema.names == tuple("ifbsotqd")
    assert Scan(SCAN.source, ("f", "i")).schema == Schema.of([("f", FLOAT), ("i", INT)])
    assert Filter(SCAN, MASK).schema == SCAN.schema
    assert Head(SCAN, 3).schema == SCAN.schema
    assert Share(SCAN, 0, 2).schema == SCAN.schema
    assert Project(SCAN, (("x", MASK),)).schema == Schema.of([("x", BOOL)])
    assert Unit().schema == Schema(())
    assert mean_by("s").schema == Schema.of([("f", FLOAT)], index=[("s", dtype_named("str"))])
    assert mean_by("s", as_index=False).schema == Schema.of([("s", dtype_named("str")), ("f", FLOAT)])
    assert ResetIndex(mean_by("s")).schema.names == ("s", "f")
    assert ResetIndex(mean_by("s"), drop=True).schema == Schema.of([("f", FLOAT)])


def test_keys_that_are_objects_are_inferred_anew():
    assert mean_by("o").schema.index[0].dtype == unsettled(dtype_named("str"), dtype_named("object"))
    assert mean_by("q").schema.index[0].dtype == unsettled(BOOL, OBJECT_BOOL)


def test_transposed_rows_have_the_dtype_of_all_their_cells():
    def of(**functions):
        reductions = tuple((name, Reduction(function, Column(name))) for name, function in functions.items())
        return Transpose(Aggregate(SCAN, (), reductions)).schema.fields[0].dtype

    assert of(i="sum", f="sum") == FLOAT
    assert of(i="count", s="count") == INT
    assert of(i="max", b="max") == MIXED
    assert of(i="max", t="max", s="max") == MIXED
    assert common_dtype(INT, INT) == INT
    assert common_dtype(MIXED, INT) == MIXED


def test_whether_row_numbers_have_gaps():
    assert SCAN.is_counted
    assert not Scan(SCAN.source, None, MASK).is_counted
    assert not Filter(SCAN, MASK).is_counted
    assert not Project(Filter(SCAN, MASK), ()).is_counted
    assert Head(Project(SCAN, ()), 2).is_counted
    assert not mean_by("s").is_counted
    assert mean_by("s", as_index=False).is_counted
    assert Aggregate(SCAN, (), (("n", Reduction("size", None)),)).is_counted
    assert ResetIndex(mean_by("s")).is_counted
    assert Unit().is_counted


def test_mistakes_are_errors_of_the_node_that_has_them():
    with pytest.raises(TypeError, match="a mask must be boolean; i is int64"):
        _ = Filter(SCAN, Column("i")).schema
    with pytest.raises(ColumnNotFoundError, match="no column 'I'"):
        _ = Project(SCAN, (("x", Column("I")),)).schema
    with pytest.raises(TypeError, match=r"mean of s \(str\) is not offered"):
        _ = Aggregate(SCAN, (), (("s", Reduction("mean", Column("s"))),)).schema
    again = Aggregate(SCAN, (("f", Column("s")),), (("f", Reduction("mean", Column("f"))),))
    with pytest.raises(ValueError, match="cannot insert f, already exists"):
        _ = ResetIndex(again).schema


def test_unnamed_levels_get_the_names_pandas_gives_them():
    one = Aggregate(SCAN, ((None, Column("s")),), (("n", Reduction("size", None)),))
    two = Aggregate(SCAN, ((None, Column("s")), ("b", Column("b"))), (("n", Reduction("size", None)),))
    assert ResetIndex(one).schema.names == ("index", "n")
    assert ResetIndex(two).schema.names == ("level_0", "b", "n")


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


def test_titles_read_from_the_outside_in():
    grouped = mean_by("s")
    assert grouped.title() == "mean of f"
    assert Aggregate(grouped, (), (("f", Reduction("max", Column("f"))),)).title() == "max of mean of f"
    assert Aggregate(SCAN, (), (("n", Reduction("size", None)),)).title() == "size"
    assert Transpose(grouped).title() == "mean of f"
    assert Filter(SCAN, MASK).title() == "memory: 9 rows"


def test_sources_are_found_and_changed_in_subqueries_too():
    other = source(sample().head(2))
    inner = Aggregate(Scan(other), (), (("i", Reduction("max", Column("i"))),))
    plan: Plan = Filter(SCAN, Call("lt", (Column("i"), Subquery(inner))))
    assert [scan.source for scan in scans(plan)] == [SCAN.source, other]
    assert with_sources(plan, lambda found: found) is plan
    third = source(sample().head(1))
    changed = with_sources(plan, lambda found: third if found is other else found)
    assert [scan.source for scan in scans(changed)] == [SCAN.source, third]
    assert changed.token != plan.token


def test_a_sort_has_the_rows_and_columns_of_its_child():
    new = Sort(SCAN, ("f", "i"), (True, False))
    assert new.schema == SCAN.schema
    assert not new.is_counted
    assert new.label() == "Sort by f, i descending"
    with pytest.raises(ColumnNotFoundError):
        _ = Sort(SCAN, ("zz",), (True,)).schema


def test_columns_have_titles():
    grouped = mean_by("s")
    assert grouped.column_title("f") == "mean of f by s"
    assert grouped.column_title("s") == "s"
    assert Head(Filter(grouped, Call("gt", (Column("f"), Literal(1)))), 2).column_title("f") == "mean of f by s"
    assert Project(grouped, (("x", Column("f")),)).title() == "mean of f by s"
    assert Project(SCAN, (("x", MASK),)).title() == "i > 1"


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
