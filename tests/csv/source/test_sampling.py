"""The sampler: kinds of text by pieces of the files, and which of them are certain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.csv import CSVSource, DtypePromotionWarning, SchemaDriftWarning
from lazyframe.csv.source import sampling
from lazyframe.csv.source.opening import opened
from lazyframe.csv.source.sampling import Sampled, SampleRequest
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]

INT, FLOAT, TEXT, MISSING = TextKinds.INT, TextKinds.FLOAT, TextKinds.TEXT, TextKinds.MISSING


def sampled(path: Any, assume_missing: bool = False, **arguments: Any) -> Sampled:
    found = opened(path, **arguments)
    starts = [(part.file, part.start) for partition in found.partitions for part in partition.ranges]
    return sampling.sampled(found.spec, SampleRequest(starts, found.index, assume_missing))


def seen(found: Sampled) -> dict[Any, TextKinds]:
    """Of each column the kinds that matter to its dtype."""
    return {column.name: column.seen & (INT | FLOAT | TEXT | MISSING | TextKinds.BOOL) for column in found.spec.columns}


def test_kinds_of_text_in_a_sample(write: Write) -> None:
    found = sampled(write("i,f,t,b,m\n1,0.5,x,True,\n2,,y,False,\n"))
    assert seen(found) == {"i": INT, "f": FLOAT | MISSING, "t": TEXT, "b": TextKinds.BOOL, "m": MISSING}
    assert found.certain == {column.label: column.seen for column in found.spec.columns}, "the file begins with them"
    assert found.is_first_shown


def test_what_stands_in_the_middle_is_a_guess(write: Write) -> None:
    text = "a,b\n" + "1,2\n" * 2000 + "x,2.5\n" + "1,2\n" * 2000
    path = write(text)
    found = sampled(path, blocksize=8004, sample=100)  # a partition begins at the text
    assert seen(found) == {"a": INT | TEXT, "b": INT | FLOAT}
    assert found.certain == {"a": INT, "b": INT}
    assert sampled(path, sample=100).certain == {"a": INT, "b": INT}
    assert seen(sampled(path, sample=100)) == {"a": INT, "b": INT}


def test_what_the_user_gave_is_not_guessed(write: Write) -> None:
    found = sampled(write("a,b\n1,2\n"), dtype={"a": "str"})
    assert seen(found) == {"a": TextKinds.NOTHING, "b": INT}


def test_each_file_is_looked_at_and_what_one_lacks_is_missing(write: Write) -> None:
    paths = [write("a,b\n1,2\n", "f1.csv"), write("a\nx\n", "f2.csv"), write("b\n", "f3.csv")]
    with pytest.warns(SchemaDriftWarning):
        found = sampled(paths)
    assert seen(found) == {"a": INT | TEXT, "b": INT | MISSING}
    assert found.certain["b"] & MISSING


def test_only_the_first_records_count_where_only_these_are_read(write: Write) -> None:
    path = write("a,b\n1,2\nx,y\n")
    assert seen(sampled(path, nrows=1)) == {"a": INT, "b": INT}
    assert seen(sampled(path, nrows=0)) == {"a": INT, "b": INT}, "as pandas' parser takes columns of no records"
    assert seen(sampled(path, low_memory=True, nrows=0)) == {"a": TextKinds.NOTHING, "b": TextKinds.NOTHING}
    assert sampled(path, nrows=0).certain == {}


def test_whole_numbers_may_be_taken_to_be_missing_somewhere(write: Write) -> None:
    found = sampled(write("a,b,c\n1,x,18446744073709551615\n2,y,1\n"), assume_missing=True)
    assert seen(found)["a"] == INT | MISSING
    assert seen(found)["b"] == TEXT
    assert not seen(found)["c"] & MISSING, "it would be text"


def test_what_comes_first_is_looked_up_where_the_dtype_hangs_on_it(write: Write) -> None:
    large = "a,b\n1,2\n" + "99999999999999999999,2\n" + "x,2\n"
    assert sampled(write(large)).spec.column("a").seen & TextKinds.LARGE_FIRST
    assert sampled(write("a,b\nx,2\n99999999999999999999,2\n")).spec.column("a").seen & TextKinds.OTHER_FIRST


def test_columns_of_a_wide_file_have_no_dictionaries(write: Write) -> None:
    def coded(width: int) -> set[bool]:
        names = ",".join(f"c{place}" for place in range(width))
        return {column.coded for column in sampled(write(f"{names}\n" + ",".join("x" * width) + "\n")).spec.columns}

    assert coded(sampling._WIDE) == {True}
    assert coded(sampling._WIDE + 1) == {False}


def test_dates_are_known_by_their_first_text(write: Write) -> None:
    found = sampled(write("d,e\n,2020-01-02\n03/04/2020,\n"), parse_dates=["d", "e"], dayfirst=True)
    first, second = (column.dates for column in found.spec.columns)
    assert first is not None
    assert second is not None
    assert (first.format, first.zone, second.format) == ("%d/%m/%Y", "", "%Y-%d-%m")


def test_a_level_of_the_index_that_is_no_date_is_sampled_again_without(write: Write) -> None:
    found = sampled(write("k,v\n2024.5,1\nx,2\n"), index_col="k", parse_dates=True)
    column = found.spec.column("k")
    assert column.undated
    assert column.dates is None
    assert column.dtype.name == "str"


def test_lines_that_are_left_out_are_not_sampled(write: Write) -> None:
    path = write("a,b\n1,2\nx,y,z\n3,4\n")
    assert seen(sampled(path, on_bad_lines="skip")) == {"a": INT, "b": INT}


def test_assume_missing_reads_integers_as_floats(driver: Any, write: Write) -> None:
    path = write("a,b,c\n1,x,True\n2,y,False\n")
    got = driver.read(path, assume_missing=True)
    assert [str(dtype) for dtype in got.dtypes] == ["float64", "str", "bool"]


def test_text_with_many_values_is_not_dictionary_encoded_where_there_is_much_of_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "_SMALL", 0)
    opened = CSVSource.open(write("few,many\n" + "".join(f"x,name {number}\n" for number in range(500))))
    (batch,) = opened.read(opened.partitions[0], ("few", "many"))
    assert batch.schema.types == [pa.dictionary(pa.int32(), pa.string()), pa.string()]


@pytest.mark.parametrize("low_memory", [True, False])
def test_no_records_of_dates_are_of_the_dtype_of_pandas(write: Write, oracle: Oracle, low_memory: bool) -> None:
    text = "a,b\nx,1\n"
    dtypes = oracle(text, nrows=0, parse_dates=["a"], low_memory=low_memory).dtypes
    source = CSVSource.open(write(text), nrows=0, parse_dates=["a"], low_memory=low_memory)
    assert [field.dtype.name for field in source.schema] == [str(dtype) for dtype in dtypes]


def test_what_is_no_date_in_the_sample_is_told_with_its_place(write: Write) -> None:
    path = write("a,b\n2020-01-01,1\nsoon,2\n")
    with pytest.warns(
        DtypePromotionWarning, match=r"a\.csv:3: 'soon' in column a is no date of the form %Y-%m-%d.*na_values="
    ) as found:
        CSVSource.open(path, parse_dates=["a"])
    assert [warning.filename for warning in found] == [__file__]


def test_files_with_no_records_do_not_make_values_missing(tmp_path: Path, write: Write, driver: Any) -> None:
    write("a,b\n1,2\n", "f1.csv")
    write("b\n", "f2.csv")
    with pytest.warns(SchemaDriftWarning):
        assert driver.read(tmp_path / "f*.csv")["a"].dtype == "int64"
