"""The law of folders: their files read as if all records stood in one file, however they are written and cut."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packs import PACK

from lazyframe.csv import CSVError, CSVSource, SchemaDriftWarning

FIELDS = {
    "int": ["0", "1", "-7", "30000000000", "007"],
    "float": ["0.5", "-1e3", "2.0", "12.25"],
    "text": ["x", "y z", 'q"t', "new\nline", "c,d", "é"],
    "bool": ["True", "False", "TRUE"],
    "missing": ["", "NA"],
}
"""Fields of each kind; what a column holds may change from file to file."""

Table = tuple[list[str], list[list[str]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
    kinds = [draw(st.sampled_from(sorted(FIELDS))) for _ in names]
    cells = st.tuples(*(st.one_of(st.sampled_from(FIELDS[kind]), st.just("")) for kind in kinds))
    return names, [list(row) for row in draw(st.lists(cells, max_size=6))]


def written(names: list[str], rows: list[list[str]], end: str = "\n", last: bool = True) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_MINIMAL if len(names) > 1 else csv.QUOTE_ALL).writerows([names, *rows])
    text = file.getvalue()
    return (text if last else text.removesuffix(end)).encode()


def one_file(parts: list[Table]) -> bytes:
    """All records in one file, with the columns of all."""
    names = list(dict.fromkeys(name for header, _ in parts for name in header))
    rows = [[dict(zip(header, row, strict=True)).get(name, "") for name in names] for header, records in parts for row in records]
    return written(names, rows)


def outcome(read: Callable[[], pd.DataFrame]) -> pd.DataFrame | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read()
        except (CSVError, pd.errors.ParserError):
            return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20), deadline=None)
@given(data=st.data(), parts=st.lists(tables(), min_size=1, max_size=4))
def test_a_folder_is_its_records_in_one_file(
    data: st.DataObject, parts: list[Table], engine: str, driver: Any, oracle: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    number = 0
    for names, rows in parts:
        for _ in range(data.draw(st.integers(0, 1), "empty files before")):
            (folder / f"f{number}.csv").write_bytes(b"")
            number += 1
        method = data.draw(st.sampled_from([None, None, *sorted(PACK)]), "compression")
        text = written(names, rows, data.draw(st.sampled_from(["\n", "\r\n"])), data.draw(st.booleans()))
        ending, pack = PACK[method] if method else ("", bytes)
        (folder / f"f{number}.csv{ending}").write_bytes(pack(text))
        number += 1
    blocksize = data.draw(st.sampled_from([1, 2, 5, 17, 64, None]), "blocksize")
    expected = outcome(lambda: oracle(one_file(parts)))
    got = outcome(
        lambda: driver.run(CSVSource.open(folder / "*", blocksize=blocksize, sample=data.draw(st.sampled_from([8, 4096]))))
    )
    if expected is None or got is None:
        assert expected is got
        return
    pd.testing.assert_frame_equal(got, expected, check_index_type=False)


def test_a_file_with_another_separator_is_named(write: Any) -> None:
    first = write("a,b\n1,2\n", "f1.csv")
    write("a;b\n3;4\n", "f2.csv")
    write("b\n5\n", "f3.csv")
    said = r"Between the columns of f2\.csv stands ';', unlike those of the others: one read_csv takes one sep="
    with pytest.warns(SchemaDriftWarning, match=said) as found:
        CSVSource.open(first.replace("f1", "f*"))
    assert "of f3.csv stands" not in str(found[0].message)
    with pytest.raises(CSVError, match=said):
        CSVSource.open(first.replace("f1", "f*"), schema="strict")
