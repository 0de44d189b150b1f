"""Rows of two plans put together: the schema of a join, and what it needs of each side."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import sample, source
from plans import SCAN

from lazyframe.joins import JoinCall
from lazyframe.plan import Join, Numbering, Output, Scan
from lazyframe.schema import ColumnNotFoundError

RIGHT = Scan(source(pd.DataFrame({"k": [1, 2], "z": [1.5, 2.5], "i": [7, 8]})))
OUTPUTS = (Output("i", "left", "i"), Output("s", "left", "s"), Output("z", "right", "z"), Output("i_y", "right", "i"))


def join(how="inner", outputs=OUTPUTS, on=("i", "k"), **options):
    return Join(SCAN, RIGHT, (on[0],), (on[1],), JoinCall(how, **options), outputs)


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_the_dtypes_are_those_of_pandas_merge(how):
    made = join(how).schema
    want = sample().merge(RIGHT.source.frame, how=how, left_on="i", right_on="k", suffixes=("", "_y"))
    assert made.names == ("i", "s", "z", "i_y")
    for name in made.names:
        possible = [one.name for one in made[name].possible]
        assert str(want[name].dtype) in possible, name


def test_a_key_of_both_and_the_indicator_are_columns_of_no_side():
    made = Join(
        *(SCAN, RIGHT, ("i",), ("i",), JoinCall("outer", indicator=True)),
        (Output("i", "key", 0), Output("_merge", "indicator", None)),
    )
    want = sample().merge(RIGHT.source.frame, how="outer", on="i", indicator=True)
    assert made.schema["i"].name == str(want.i.dtype)
    assert made.schema["_merge"].pandas == want._merge.dtype
    assert made.column_title("_merge") == "_merge"
    assert made.column_title("i") == "i"


def test_each_side_is_asked_for_its_keys_and_what_is_wanted_of_it():
    assert tuple(map(set, join().reads(("s",)))) == ({"i", "s"}, {"k"})
    assert tuple(map(set, join().reads(("i_y", "z")))) == ({"i"}, {"k", "i", "z"})
    assert tuple(map(set, join().reads(()))) == ({"i"}, {"k"})


def test_it_is_narrowed_to_what_is_wanted():
    made = join()
    assert made.narrowed({"i", "s", "z", "i_y"}, [SCAN, RIGHT]) is made
    assert made.narrowed({"z"}, [SCAN, RIGHT]).schema.names == ("z",)


def test_rows_are_numbered_anew_and_no_index_is_looked_at():
    assert join().numbering is Numbering.COUNTED
    assert join().ignores_index


def test_a_key_that_is_not_there_is_an_error():
    with pytest.raises(ColumnNotFoundError, match="no column 'zz'"):
        _ = join(on=("zz", "k")).schema


def test_words():
    assert join("left").label() == "Join left on i = k"
    assert join(on=("i", "i")).label() == "Join inner on i"
    assert Join(SCAN, RIGHT, (), (), JoinCall("cross"), OUTPUTS).label() == "Join cross"
    assert join().title() == "join of memory: 9 rows and memory: 2 rows"
    assert join().column_title("i_y") == "i"
    assert join().work() == ("join",)
