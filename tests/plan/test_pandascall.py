"""What only a method of pandas can tell: the schema of its answer, and what it reads."""

from __future__ import annotations

import pytest
from oracle import sample
from plans import SCAN

from lazyframe.plan import GroupCall, Head, Numbering, PandasCall, Scan, gathered

NUMBERS = Scan(SCAN.source, ("i", "f"))


def test_the_schema_is_that_of_the_method_of_a_frame():
    made, want = PandasCall(NUMBERS, "describe"), sample()[["i", "f"]].describe()
    assert list(made.schema.names) == list(want.columns)
    assert [field.dtype.name for field in made.schema] == list(map(str, want.dtypes))
    assert made.numbering is Numbering.KEYS


def test_of_one_column_it_is_that_of_the_method_of_a_series():
    one = Scan(SCAN.source, ("f",))
    made = PandasCall(one, "quantile", (("q", (0.25, 0.5)),), alone=True)
    assert [field.dtype.name for field in made.schema] == [str(sample().f.quantile([0.25, 0.5]).dtype)]
    assert PandasCall(Scan(SCAN.source, ("i",)), "mode", (("dropna", True),), alone=True).numbering is Numbering.COUNTED


@pytest.mark.parametrize(
    ("names", "method", "options", "alone", "by_column"),
    [
        ("if", "describe", (), False, True),
        ("f", "mode", (("dropna", True),), True, True),
        ("f", "quantile", (("q", (0.5,)),), True, True),
        ("if", "quantile", (("q", (0.5,)),), False, True),
        ("id", "quantile", (("q", (0.5,)),), False, False),
        ("if", "mode", (), False, False),
    ],
)
def test_whether_each_column_is_made_of_one(names, method, options, alone, by_column):
    assert PandasCall(Scan(SCAN.source, tuple(names)), method, options, alone).is_by_column is by_column


def test_describe_reads_the_columns_that_it_describes_and_others_read_all():
    assert set(PandasCall(SCAN, "describe").reads(())[0]) == set(sample().describe().columns)
    assert PandasCall(NUMBERS, "quantile", (("q", (0.5,)),)).reads(("i",)) == (("i", "f"),)


def test_words():
    made = PandasCall(NUMBERS, "quantile", (("q", (0.5,)),))
    assert made.label() == "Quantile q=(0.5,)"
    assert made.work() == ("quantile",)
    assert made.title() == "quantile of memory: 9 rows"
    assert made.column_title("i") == "quantile of i"
    assert made.column_title("other") == made.title()


class Method:
    """Stands for a method of groups."""

    word = "apply"

    def __init__(self, token):
        self.token = token

    def label(self):
        return "apply by i"


def test_a_method_of_groups_reads_all_the_columns_that_it_is_given():
    made = GroupCall(NUMBERS, ("i",), Method("one"))
    assert made.reads(()) == (("i", "f"),)
    assert (made.numbering, made.schema.names, made.work()) == (Numbering.COUNTED, (), ("apply",))
    assert made.label() == "Groups: apply by i"


def test_a_method_of_groups_is_called_on_all_rows_where_its_pieces_differ():
    made = GroupCall(NUMBERS, ("i",), Method("one"))
    assert gathered(made, "another") is made
    assert not gathered(made, "one").is_apart
    assert not gathered(Head(made, 1), "one").child.is_apart
