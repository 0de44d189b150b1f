"""The registry that makes the face of a plan."""

from __future__ import annotations

import subprocess
import sys

import pytest
from oracle import lazy, sample

import lazyframe as lf
from lazyframe.expr import Call, Column, Literal, Reduction
from lazyframe.frame import wrap
from lazyframe.plan import Aggregate, Project

DF = lazy(sample(), (3,))
PLAN = DF._plan


def test_a_table_is_a_frame():
    face = wrap.frame(PLAN)
    assert type(face) is lf.DataFrame
    assert face._plan is PLAN


def test_an_expression_over_the_rows_of_a_plan_is_a_column():
    face = wrap.column(PLAN, Call("add", (Column("i"), Literal(1))), "more")
    assert type(face) is lf.Series
    assert (face.name, str(face.dtype)) == ("more", "int64")
    assert face.sum().compute(scheduler="sync") == sample().i.sum() + 9


def test_the_column_of_a_plan_that_has_one_keeps_its_name():
    face = wrap.only_column(Project(PLAN, (("x", Column("f")),)))
    assert type(face) is lf.Series
    assert face.name == "x"


def test_the_one_value_of_a_plan_is_what_is_made_of_it():
    plan = Aggregate(PLAN, (), (("m", Reduction("max", Column("i"))),))
    assert wrap.scalar(plan).compute(scheduler="sync") == 10
    assert wrap.scalar(plan, str).compute(scheduler="sync") == "10"


def test_values_without_an_index_are_an_array():
    plan = DF.groupby("b").i.sum()._result()
    assert type(wrap.array(plan)) is wrap.registered("Array")
    assert wrap.array(plan).compute(scheduler="sync").tolist() == [False, True]


@pytest.mark.parametrize("name", ["DataFrame", "Series", "Scalar", "Array", "DataFrameGroupBy", "SeriesGroupBy"])
def test_each_face_is_known_by_its_name(name):
    assert wrap.registered(name).__name__ == name
    assert wrap.registered(name).__module__.startswith("lazyframe.frame.")


def test_a_class_is_registered_as_it_is():
    class Face:
        pass

    try:
        assert wrap.face(Face) is Face
        assert wrap.registered("Face") is Face
    finally:
        del wrap._faces["Face"]


def test_whoever_asks_for_it_alone_finds_all_faces():
    program = (
        "from lazyframe.frame import wrap\n"
        "print(*sorted(name for name in ('Array', 'DataFrame', 'Scalar', 'Series') if wrap.registered(name)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("Array DataFrame Scalar Series\n", "")
