from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff import sample
from lazyframe.csv.text import head
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]


def header(path: str, dialect: Dialect | None = None) -> tuple[tuple[object, ...], int, bool]:
    file, names, *_ = sample.with_header(find(path)[0], dialect or Dialect())
    return names, file.start, file.empty


def test_headers(write: Write) -> None:
    assert header(write("a,b\n1,2\n")) == (("a", "b"), 4, False)
    assert header(write("\n \na,b\r\n\n")) == (("a", "b"), 8, True)
    assert header(write('"x\ny",,x\n')) == (("x\ny", "Unnamed: 1", "x"), 9, True)
    assert header(write("a,a\n")) == (("a", "a.1"), 4, True)
    assert header(write("")) == ((), 0, True)
    assert header(write("1,2\n"), Dialect(header=None)) == ((0, 1), 0, False)
    assert header(write("t\na,b\n1,2"), Dialect(header=1)) == (("a", "b"), 6, False)
    assert header(write(""), Dialect(header=5)) == ((), 0, True)
    with pytest.raises(CSVError, match=r"a\.csv: header=5 asks for line 6 of those that are not blank, and there are only 2"):
        header(write("a,b\n1,2"), Dialect(header=5))


def test_a_header_longer_than_the_first_look(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "_PIECE", 16)
    names = [f"column {number}" for number in range(50)]
    text = ",".join(names) + "\n"
    assert header(write(text + ",".join("1" * 50))) == (tuple(names), len(text), False)


@pytest.mark.parametrize("first", [None, 0, 3])
def test_no_more_is_read_than_the_first_records(first: int | None, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "_PIECE", 16)
    lengths = []
    read = OpenFile.read
    monkeypatch.setattr(OpenFile, "read", lambda self, at, length: lengths.append(length) or read(self, at, length))
    path = write("a long first record,b\n" * 1000)
    assert header(path, Dialect(header=first))[0] == ((0, 1) if first is None else ("a long first record", "b"))
    assert max(lengths) <= 256


def test_the_middle_of_a_large_file_is_sampled(write: Write) -> None:
    path = write("a,b\n" + "1,x\n" * 5000 + "1.5,x\n" * 5000)
    assert CSVSource.open(path, sample=200).schema["a"].name == "int64"
    spread = CSVSource.open(path, sample=200, blocksize=10_000)
    assert spread.schema["a"].name == "float64"
    assert spread.certain["a"] == TextKinds.INT


def test_files_far_down_are_sampled(tmp_path: Path, write: Write) -> None:
    for number in range(30):
        write("a,b\n" + ("x,1\n" if number == 29 else "1,1\n"), f"f{number}.csv")
    assert CSVSource.open(tmp_path / "f*.csv").schema["a"].name == "str"


def test_the_inside_of_a_quoted_field_is_not_taken_for_records(write: Write) -> None:
    path = write('a,b\n1,"' + "x,y\n" * 1000 + '"\n2,z\n')
    for blocksize in (50, 100, 3000):
        assert CSVSource.open(path, blocksize=blocksize).schema["a"].name == "int64"


def test_a_record_longer_than_the_sample(write: Write) -> None:
    opened = CSVSource.open(write("a,b\n1," + "x" * 5000 + "\n2,y\n"), sample=100)
    assert [field.dtype.name for field in opened.schema] == ["int64", "str"]


def test_only_the_records_of_nrows_count(write: Write) -> None:
    path = write("a,b\n1,x\n2,y\nz,z\n")
    assert CSVSource.open(path, nrows=2).schema["a"].name == "int64"
    assert CSVSource.open(path, nrows=3).schema["a"].name == "str"


DATED_TEXTS = st.sampled_from(
    [
        *("2024-01-02", "2024-13-02", "02/03/2024", "13/02/2024", "2024-01-02 03:04:05", "2024-01-02T03:04:05.123456789"),
        *("2024-01-02 03:04:05+01:00", "2024-01-02 03:04:05Z", "NaT", "nan", "", "oops", "1677-09-21", "9999-12-31", None),
    ]
)


@given(
    columns=st.lists(st.lists(DATED_TEXTS, min_size=1, max_size=4), min_size=1, max_size=6),
    formats=st.lists(st.sampled_from([None, None, "%Y-%m-%d", "ISO8601", "mixed"]), min_size=6, max_size=6),
    kinds=st.lists(
        st.sampled_from([TextKinds.NOTHING, TextKinds.MISSING, TextKinds.FINE, TextKinds.TEXT]), min_size=6, max_size=6
    ),
    first=st.booleans(),
)
def test_columns_of_dates_tell_the_same_together_and_alone(
    columns: list[list[str | None]], formats: list[str | None], kinds: list[TextKinds], first: bool
) -> None:
    found = [
        sample.SampledDates(pa.array(texts, pa.string()).dictionary_encode(), kind, Dates(f"c{place}", (f"c{place}",), form))
        for place, (texts, form, kind) in enumerate(zip(columns, formats, kinds, strict=False))
    ]
    with warnings.catch_warnings(record=True) as together:
        warnings.simplefilter("always")
        told = sample.dates_of(found, first)
    with warnings.catch_warnings(record=True) as apart:
        warnings.simplefilter("always")
        alone = [sample.dates_of([column], first)[0] for column in found]
    assert told == alone
    assert [str(warning.message) for warning in together] == [str(warning.message) for warning in apart]


def test_many_columns_of_dates_are_as_in_pandas(write: Write) -> None:
    days = pd.date_range("2020-01-01", periods=40).strftime("%Y-%m-%d")
    rows = [list(days), [*days[:7], "", *days[8:]], [*days[:3], "oops", *days[4:]]]
    for lines in (rows[:1], rows[:2], rows):
        text = "\n".join([",".join(f"c{place}" for place in range(40)), *map(",".join, lines)]) + "\n"
        names = [f"c{place}" for place in range(40)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = lf.read_csv(write(text), parse_dates=names).compute()
            want = pd.read_csv(io.StringIO(text), parse_dates=names)
        pd.testing.assert_frame_equal(got, want)
