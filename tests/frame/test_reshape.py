"""Tables of another shape: equal to pandas at every cut, and lazy frames like any other."""

from __future__ import annotations

import pytest
from oracle import check, lazy, sample

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}
LINES = {
    "all columns": lambda df: df[["i", "f"]].melt(),
    "columns that stay": lambda df: df[["s", "i", "f"]].melt("s"),
    "several that stay": lambda df: df.melt(["s", "b"], ["i", "f"]),
    "one value": lambda df: df.melt("s", "i", var_name="which", value_name="what"),
    "text": lambda df: df[["i", "s"]].melt("i"),
    "dates": lambda df: df[["i", "t"]].melt("i"),
    "an index of its own": lambda df: df[["s", "i", "f"]].set_index("s").melt(),
    "filtered before": lambda df: df[df.i > 0][["s", "i", "f"]].melt("s"),
    "filtered after": lambda df: df[["s", "i", "f"]].melt("s")[lambda long: long.value > 0],
    "reduced": lambda df: df.melt("s", ["i", "f"]).groupby("variable").value.sum(),
}


def test_lines():
    assert not check(LINES, sample(), **LAYOUT)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows):
    assert not check(LINES, sample().iloc[:rows], cuts=())


def test_a_column_that_is_not_there_is_named_where_it_is_written():
    with pytest.raises(KeyError, match="'zz'"):
        lazy(sample()).melt("zz")
