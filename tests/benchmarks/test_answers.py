"""Answers of different libraries, and what makes them differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from benchmarks import answers
from benchmarks.answers import canonical, difference, digest
from benchmarks.queries import MAIN, find

Q2, Q4, Q7 = find(["groupby_q2"])[0], find(["groupby_q4"])[0], find(["groupby_q7"])[0]

ROWS = {"id1": ["b", "a", "a"], "id2": ["x", "y", "x"], "v1": [1, 2, 3]}


def forms():
    frame = pd.DataFrame(ROWS)
    yield frame
    yield frame.set_index(["id1", "id2"])
    yield frame.set_index(["id1", "id2"]).v1
    yield frame.iloc[::-1].rename(columns={"v1": "total"})
    yield pa.table(ROWS)
    yield frame.astype({"v1": "int32", "id1": object, "id2": "category"})


def test_all_forms_are_one():
    expected = pd.DataFrame({"id1": ["a", "a", "b"], "id2": ["x", "y", "x"], "v1": [3.0, 2.0, 1.0]})
    for form in forms():
        found = canonical(Q2, form)
        assert found.values.tolist() == expected.values.tolist()
        assert difference(canonical(Q2, pd.DataFrame(ROWS)), found) == ""


def test_numbers():
    assert difference(canonical(MAIN, 1.5), canonical(MAIN, np.float64(1.5))) == ""
    assert difference(canonical(MAIN, 2), canonical(MAIN, np.int64(2))) == ""
    assert difference(canonical(MAIN, 2), canonical(MAIN, 3)).startswith("value is")


def test_keys_of_any_integer_type():
    small = pd.DataFrame({"weekday": np.array([0, 1], "int8"), "delay": [1.0, 2.0]})
    query = find(["flights_weekday"])[0]
    assert difference(canonical(query, small), canonical(query, small.set_index("weekday").delay)) == ""


def test_a_wrong_number_of_columns():
    with pytest.raises(ValueError, match="the answer to groupby_q4 has the columns"):
        canonical(Q4, pd.DataFrame(ROWS))


@pytest.mark.parametrize(
    ("value", "equal"), [(1.0 + 1e-10, True), (1.0 + 1e-8, False), (np.nan, False), (-1.0, False), (1.0, True)]
)
def test_tolerance(value, equal):
    assert (difference(canonical(MAIN, 1.0), canonical(MAIN, value)) == "") is equal


def test_differences_are_told():
    right = canonical(Q2, pd.DataFrame(ROWS))
    assert difference(right, right.head(2)) == "2 rows instead of 3"
    other = right.assign(id2=["x", "z", "x"])
    assert difference(right, other) == "id2 is 'z' instead of 'y' in row 1 (1 rows differ)"
    assert difference(right, right[["id1", "v1"]]).startswith("columns ['id1', 'v1']")


def test_missing_is_equal_to_missing():
    frame = canonical(MAIN, float("nan"))
    assert difference(frame, frame.copy()) == ""


@pytest.fixture
def many():
    random = np.random.default_rng(1)
    return pd.DataFrame({"id3": [f"id{number}" for number in range(5000)], "range": random.normal(size=5000)})


def test_a_large_answer_is_digested_in_any_order(many, monkeypatch):
    monkeypatch.setattr(answers, "MOST_ROWS", 1000)
    found = canonical(Q7, many)
    assert len(found) == 1
    assert difference(found, canonical(Q7, many.sample(frac=1, random_state=2).set_index("id3")["range"])) == ""


def test_the_digest_sees_values_at_wrong_keys(many):
    right = digest(many, Q7)
    swapped = many.copy()
    swapped.loc[[7, 8], "range"] = many.loc[[8, 7], "range"].to_numpy()
    assert difference(right, digest(swapped, Q7)).startswith("range weighted")
    renamed = many.replace({"id3": {"id7": "id5001"}})
    assert difference(right, digest(renamed, Q7)).startswith("keys")
    assert difference(right, digest(many.assign(range=many["range"].where(many.id3 != "id7")), Q7)) != ""
