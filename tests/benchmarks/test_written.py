"""What queries write is counted, and goes."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from benchmarks.answers import canonical
from benchmarks.queries import find
from benchmarks.written import Written


def test_rows_of_a_file_and_of_a_folder_are_counted():
    frame = pd.DataFrame({"a": range(5), "b": list("vwxyz")})
    text, whole, parts = Written(".csv"), Written(".parquet"), Written(".parquet")
    frame.to_csv(text.path, index=False)
    frame.to_parquet(whole.path)
    Path(parts.path).mkdir()
    for part in range(2):
        frame.to_parquet(os.path.join(parts.path, f"{part}.parquet"))
    assert [len(text), len(whole), len(parts)] == [5, 5, 10]
    folder = os.path.dirname(text.path)
    del text
    assert not os.path.exists(folder)


def test_answers_of_which_rows_are_counted_are_compared_by_them():
    (query,) = find(["flights_csv"])
    written = Written(".csv")
    pd.DataFrame({"a": [1, 2]}).to_csv(written.path, index=False)
    assert canonical(query, written).to_dict("list") == {"rows": [2.0]}
    assert canonical(query, pd.DataFrame({"a": [1, 2, 3], "b": 0})).to_dict("list") == {"rows": [3.0]}
