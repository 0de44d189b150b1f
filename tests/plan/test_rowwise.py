"""What is done row by row: which filters pass it, and what it needs."""

from __future__ import annotations

import pytest
from oracle import sample, source
from plans import BOOL, INT, MASK, SCAN, STR, mean_by

from lazyframe.expr import Call, Column, Literal
from lazyframe.plan import Filter, Head, Project, Scan, SetIndex, project
from lazyframe.plan.rowwise import Nowhere
from lazyframe.schema import OBJECT_BOOL, PLAIN_LABELS, ColumnNotFoundError, Field, Labels, Schema, dtype_named


def test_columns_have_titles():
    grouped = mean_by("s")
    assert grouped.column_title("f") == "mean of f by s"
    assert grouped.column_title("s") == "s"
    assert Head(Filter(grouped, Call("gt", (Column("f"), Literal(1)))), 2).column_title("f") == "mean of f by s"
    assert Project(grouped, (("x", Column("f")),)).title() == "mean of f by s"
    assert Project(SCAN, (("x", MASK),)).title() == "i > 1"


def test_the_schema_of_each():
    assert Filter(SCAN, MASK).schema == SCAN.schema
    assert Project(SCAN, (("x", MASK),)).schema == Schema.of([("x", BOOL)])
    assert SetIndex(SCAN, ("s",)).schema.index == (Field("s", STR),)
    assert "s" not in SetIndex(SCAN, ("s",)).schema
    assert SetIndex(SCAN, ("s",), drop=False).schema.names == SCAN.schema.names
    assert SetIndex(SCAN, ("s", "i"), titles=(None, "n")).schema.index == (Field(None, STR), Field("n", INT))


def test_a_filter_is_by_a_mask():
    assert Filter(SCAN, Column("b")).schema == SCAN.schema
    assert Filter(SCAN, Column("q")).schema == SCAN.schema, "whether booleans are missing only the rows tell"
    with pytest.raises(TypeError, match="a mask must be boolean; i is int64"):
        _ = Filter(SCAN, Column("i")).schema
    with pytest.raises(ColumnNotFoundError, match="no column 'I'"):
        _ = Project(SCAN, (("x", Column("I")),)).schema


def test_a_step_has_no_input():
    for made in (Filter(SCAN, MASK), Project(SCAN, (("x", MASK),)), SetIndex(SCAN, ("s",))):
        assert isinstance(made.as_step().child, Nowhere)


def test_a_step_that_sets_an_index_knows_which_levels_must_be_complete():
    given = SetIndex(SCAN, ("i", "q"), numeric=("i", "q"))
    assert given.as_step().complete == tuple(n for n in ("i", "q") if SCAN.schema[n].is_rounded_when_missing)
    assert given.schema.index[1].dtype == dtype_named("float64"), "of booleans some of which are missing pandas makes numbers"
    assert SetIndex(SCAN, ("q",)).schema.index[0].dtype == OBJECT_BOOL


def test_a_project_is_narrowed_to_what_is_wanted_and_reads_only_that():
    made = Project(SCAN, (("x", MASK), ("y", Column("f"))))
    assert made.reads(("y",)) == ({"f"},)
    assert made.narrowed(("y",), [SCAN]).columns == (("y", Column("f")),)
    assert made.narrowed(("x", "y"), [SCAN]) is made
    assert set(Filter(SCAN, MASK).reads(("f",))[0]) == {"f", "i"}
    assert set(SetIndex(SCAN, ("s",)).reads(("f",))[0]) == {"f", "s"}


def test_a_filter_passes_columns_that_are_handed_on_under_another_name():
    renamed = Project(SCAN, (("j", Column("i")),))
    assert renamed.passed(Call("gt", (Column("j"), Literal(1)))) == MASK


def test_a_filter_does_not_pass_a_column_that_would_be_made_twice():
    made = Project(SCAN, (("z", Call("add", (Column("i"), Literal(1)))),))
    assert made.passed(Call("gt", (Column("z"), Literal(1)))) is None


def test_a_mask_made_below_is_passed_whole():
    made = Project(SCAN, (("m", MASK), ("f", Column("f"))))
    assert made.passed(Column("m")) == MASK


def test_a_filter_does_not_pass_what_some_values_make_an_error():
    failing = Call("pow", (Column("i"), Column("i")))
    assert Project(SCAN, (("z", failing), ("i", Column("i")))).passed(MASK) is None


def test_a_filter_passes_an_index_whose_columns_are_settled():
    assert SetIndex(SCAN, ("s",)).passed(MASK) == MASK


def test_who_does_not_look_at_the_index_gets_rows_without_one():
    filtered = Filter(SetIndex(SCAN, ("s",), drop=False), MASK)
    assert filtered.without_index() == Filter(SCAN, MASK)
    plain = Filter(SCAN, MASK)
    assert plain.without_index() is plain


def test_words():
    assert SetIndex(SCAN, ("s", "i")).label() == "Set index s, i"
    assert Filter(SCAN, MASK).rows_title() == "where i > 1"
    assert Filter(Project(SCAN, (("m", MASK),)), Column("m")).rows_title() == "where i > 1"
    assert [made.work() for made in (Filter(SCAN, MASK), Project(SCAN, ()), SetIndex(SCAN, ("s",)))] == [("filter",), (), ()]
    assert tuple(Project(SCAN, (("i", Column("i")), ("z", MASK))).made()) == ("z",)


def test_labels_are_kept_only_where_they_are_not_those_of_the_child():
    columns = (("f", Column("f")),)
    assert project(SCAN, columns, PLAIN_LABELS) == Project(SCAN, columns)
    named = project(SCAN, columns, Labels(("title",)))
    assert named.schema.labels == Labels(("title",))


def test_bytes_are_no_index():
    raw = Scan(source(sample()[["s"]]))
    with pytest.raises(TypeError, match="pandas has no index of bytes"):
        _ = SetIndex(Project(raw, (("s", Call("astype", (Column("s"), Literal("S3")))),)), ("s",)).schema
