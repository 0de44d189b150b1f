"""The leaves of a plan, and how they are found and changed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from oracle import sample, source
from plans import BOOL, FLOAT, INT, MASK, SCAN, mean_by

from lazyframe.expr import Call, Column, Literal, Reduction, Subquery
from lazyframe.plan import Aggregate, Filter, Head, Known, Numbering, Plan, Project, Scan, Unit, base_scan, scans, with_sources
from lazyframe.schema import ColumnNotFoundError, Schema


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


def test_a_scan_gives_the_columns_that_are_asked_for_in_their_order():
    assert Scan(SCAN.source, ("f", "i")).schema == Schema.of([("f", FLOAT), ("i", INT)])
    with pytest.raises(ColumnNotFoundError):
        _ = Scan(SCAN.source, ("zz",)).schema


def test_a_scan_reads_what_its_predicate_looks_at_as_well():
    assert Scan(SCAN.source, ("f",), MASK).read_columns == ("f", "i")
    assert Scan(SCAN.source, ("i",), MASK).read_columns == ("i",)
    assert Scan(SCAN.source, (), MASK).read_columns == ("i",)
    assert Scan(SCAN.source, ("i",), MASK).label() == "Scan memory: 9 rows, columns parsed: 1 of 8 [i], where i > 1"


def test_a_scan_is_narrowed_to_what_is_wanted_in_the_order_of_its_columns():
    assert SCAN.narrowed({"f", "i"}, ()).names == ("i", "f")
    assert SCAN.narrowed(set("ifbsotqd"), ()) is SCAN
    narrow = Scan(SCAN.source, ("f", "i"))
    assert narrow.narrowed({"f", "i", "b"}, ()) is narrow
    assert narrow.narrowed((), ()).names == ()


def test_rows_that_a_scan_leaves_out_leave_gaps_in_the_numbers():
    assert SCAN.numbering is Numbering.COUNTED
    assert Scan(SCAN.source, None, MASK).numbering is Numbering.RECORDS

    class Chosen(type(SCAN.source)):
        is_counted = False

    assert Scan(Chosen(sample())).numbering is Numbering.RECORDS


def test_leaves_read_nothing():
    known = Known(SimpleNamespace(token="a"), Schema.of([("x", BOOL)]), Numbering.COUNTED, "mean")
    assert [leaf.reads(("x",)) for leaf in (SCAN, Unit(), known)] == [(), (), ()]
    assert (Unit().schema, Unit().is_counted) == (Schema(()), True)
    assert (known.schema.names, known.label(), known.title(), known.is_counted) == (("x",), "Known mean, in memory", "mean", True)


def test_known_answers_differ_by_their_tokens():
    def known(token):
        return Known(SimpleNamespace(token=token), Schema.of([("x", BOOL)]), Numbering.COUNTED, "x")

    assert known("a") == known("a")
    assert known("a") != known("b")


def test_a_plan_has_a_base_as_long_as_rows_pass_one_by_one():
    assert base_scan(SCAN) is SCAN
    assert base_scan(Project(Filter(SCAN, MASK), (("f", Column("f")),))) is SCAN
    assert base_scan(Head(SCAN, 1)) is None
    assert base_scan(Filter(mean_by("s"), Call("gt", (Column("f"), Literal(0))))) is None
    assert base_scan(Unit()) is None
